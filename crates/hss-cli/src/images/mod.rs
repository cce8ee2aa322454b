//! `hss images`.

mod filters;
pub(crate) mod list;
pub(crate) mod sync;

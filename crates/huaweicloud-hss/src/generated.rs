//! What progenitor makes of the contract. The rest of the crate decides what of it is public.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic,
    reason = "generated code is judged by what it does"
)]

/// `hss-image.yaml`.
pub(crate) mod hss {
    include!(concat!(env!("OUT_DIR"), "/hss.rs"));
}

/// `iam.yaml`.
pub(crate) mod iam {
    include!(concat!(env!("OUT_DIR"), "/iam.rs"));
}

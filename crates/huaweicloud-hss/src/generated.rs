//! What progenitor makes of the contract. The rest of the crate decides what of it is public.

/// `hss-image.yaml`.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic
)]
pub(crate) mod hss {
    include!(concat!(env!("OUT_DIR"), "/hss.rs"));
}

/// `iam.yaml`.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic
)]
pub(crate) mod iam {
    include!(concat!(env!("OUT_DIR"), "/iam.rs"));
}

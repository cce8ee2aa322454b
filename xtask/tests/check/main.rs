//! The check on the real tree, and on the real tree with one defect planted.

mod answers;
mod diagnostics;
mod harness;
mod leaves;
mod mutations;
mod snapshots;

use std::path::Path;
use std::sync::LazyLock;

use xtask::sources::Sources;

/// The tree as it is, read once for all tests.
static REAL: LazyLock<Sources> = LazyLock::new(|| {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Sources::load(&top).expect("the tree is readable")
});

fn real_tree() -> Sources {
    REAL.clone()
}

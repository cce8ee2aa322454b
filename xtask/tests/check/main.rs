//! The check on the real tree, and on the real tree with one defect planted.

mod mutations;
mod snapshots;

use std::path::Path;

use xtask::sources::Sources;

fn real_tree() -> Sources {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Sources::load(&top).expect("the tree is readable")
}

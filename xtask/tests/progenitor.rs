//! Why there is a form with ranges of statuses: what progenitor takes, and what it does not.

use std::panic::catch_unwind;

use openapiv3::OpenAPI;
use progenitor::Generator;
use xtask::dist;
use xtask::sources::Sources;

fn published(name: &str) -> OpenAPI {
    let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = Sources::load(&top).expect("the tree is readable");
    let files = dist::files(&sources).expect("the files");
    serde_json::from_str(&files[name]).expect("an OpenAPI document")
}

#[test]
fn it_takes_ranges() {
    for name in ["hss-image.error-ranges.json", "iam.error-ranges.json"] {
        let tokens = Generator::default().generate_tokens(&published(name));
        assert!(tokens.is_ok(), "{name}: {tokens:?}");
    }
}

/// Once it does, the form with ranges has no purpose any more.
#[test]
fn it_does_not_take_default_beside_a_success() {
    let document = published("hss-image.json");
    let generated = catch_unwind(|| Generator::default().generate_tokens(&document).is_ok());
    assert!(generated.is_err(), "it took the document");
}

//! What the check says of the real tree, what becomes of each documented example, and what the generated
//! API consists of.

use std::fmt::Write as _;

use xtask::check;

use crate::real_tree;

#[test]
fn the_real_tree() {
    let report = check::run(&real_tree());
    let mut out = Vec::new();
    report.render(&mut out).expect("a vector takes it all");
    insta::assert_snapshot!("real_tree", String::from_utf8_lossy(&out));
    assert!(report.is_clean());
}

#[test]
fn every_documented_example() {
    let documented = check::documented_examples(&real_tree());
    assert!(!documented.is_empty());
    for example in documented {
        let mut text = format!("errata: {}\n", example.errata.join(", "));
        let _ = writeln!(text, "\n{:#}", example.normalised);
        if let Some(decoded) = &example.decoded {
            let _ = writeln!(text, "\n{decoded}");
        }
        insta::assert_snapshot!(example.file.replace(['.', '-'], "_"), text);
    }
}

#[test]
fn the_generated_api() {
    for (name, source) in huaweicloud_hss::generated_source() {
        // What is generated from iam.yaml is private to the client.
        if name == "iam.rs" {
            continue;
        }
        let outline = xtask::outline::outline(source).expect("the generated source is Rust");
        insta::assert_snapshot!(format!("outline_{}", name.replace('.', "_")), outline);
    }
}

//! What the check says of the real tree, what becomes of each documented example, and what the generated
//! API consists of.

use std::fmt::Write as _;

use xtask::check;
use xtask::report::Format;

use crate::harness::read;
use crate::real_tree;

#[test]
fn the_real_tree() {
    let sources = real_tree();
    let report = check::run(&sources);
    let mut out = Vec::new();
    report
        .render(Format::Text, &sources, &mut out)
        .expect("a vector takes it all");
    insta::assert_snapshot!("real_tree", String::from_utf8_lossy(&out));
    assert!(report.is_clean());
}

#[test]
fn every_documented_example() {
    let sources = real_tree();
    let deviations = check::deviations(&sources);
    let documented = check::documented_examples(&sources);
    assert!(!documented.is_empty());
    for example in documented {
        let mut text = String::new();
        for line in concerning(&deviations, &example.file) {
            let _ = writeln!(text, "{line}");
        }
        let _ = write!(text, "\nerrata: {}\n", example.errata.join(", "));
        let _ = writeln!(text, "\n{:#}", example.normalised);
        if let Some(decoded) = &example.decoded {
            let _ = writeln!(text, "\n{decoded}");
        }
        insta::assert_snapshot!(example.file.replace(['.', '-'], "_"), text);
    }
}

/// The deviations on the side of an example, request or response, in which its page takes part.
fn concerning(deviations: &[(String, Vec<String>)], file: &str) -> Vec<String> {
    let sources = real_tree();
    let is_request = file.contains(".request.");
    let stem: Vec<_> = file.splitn(3, '.').take(2).collect();
    let transcript = read(&sources, &format!("openapi/pages/{}.yaml", stem.join(".")));
    let source = transcript["source"].as_str().expect("a source");
    let takes_part = |line: &str| {
        let named = [
            format!("({source})"),
            format!("({source},"),
            format!(", {source},"),
            format!(", {source})"),
        ];
        named.iter().any(|name| line.contains(name.as_str()))
    };
    let is_answer = |line: &str| {
        ["response ", "error ", "example response "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let own = deviations
        .iter()
        .filter(|(operation, _)| transcript["operation"] == operation.as_str());
    own.flat_map(|(_, lines)| lines)
        .filter(|line| takes_part(line) && is_answer(line) != is_request)
        .cloned()
        .collect()
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

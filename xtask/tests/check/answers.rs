//! The tasks that answer a reader: who says so, and what was settled.

use xtask::sources::Sources;
use xtask::{errata, outline, who};

use crate::real_tree;

/// The number of the line that holds a text, after another text.
fn line(sources: &Sources, file: &str, after: &str, text: &str) -> usize {
    let all = sources.get(file).expect("the file");
    let start = all.find(after).expect("the first text");
    let offset = start + all[start..].find(text).expect("the second text");
    all[..offset].lines().count() + usize::from(all[..offset].ends_with('\n'))
}

#[test]
fn who_says_so_of_a_line() {
    let sources = real_tree();
    let file = "openapi/hss-image.yaml";
    let mut answers = String::new();
    for (after, text) in [
        ("name: limit", "            maximum: 200"),
        ("    ScanStatus:", "        - waiting_for_scan"),
        ("    PrivateImageRepositoryInfo:", "        instance_url:"),
        ("info:", "  title:"),
    ] {
        let line = line(&sources, file, after, text);
        let answer = who::answer(&sources, &format!("{file}:{line}")).expect("an answer");
        // The number of the line changes with every edit above it.
        answers += &answer.replace(&format!(":{line} "), ":LINE ");
        answers += "----\n";
    }
    insta::assert_snapshot!(answers);
}

#[test]
fn who_says_so_of_a_place() {
    let sources = real_tree();
    let answer = who::answer(&sources, "header region").expect("an answer");
    insta::assert_snapshot!(answer);
}

#[test]
fn a_question_about_nothing_is_refused() {
    let sources = real_tree();
    for question in ["query limits", "openapi/hss-image.yaml:0", "README.md:1"] {
        let error = who::answer(&sources, question).expect_err("no answer");
        assert!(!error.is_empty(), "{question}");
    }
}

#[test]
fn all_errata() {
    let report = errata::report(&real_tree()).expect("readable");
    insta::assert_snapshot!(report);
}

#[test]
fn the_outline_of_the_contract() {
    insta::assert_snapshot!(outline::contract(&real_tree()));
}

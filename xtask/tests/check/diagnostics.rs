//! The report as its reader sees it: several defects, planted in the text of the files as a person would make
//! them, and all found in one run.

use xtask::check;
use xtask::report::Format;
use xtask::sources::Sources;

use crate::harness::{Edit, Text, apply};
use crate::real_tree;

const HSS: &str = "openapi/hss-image.yaml";
const ERRATA: &str = "openapi/errata.yaml";
const EN: &str = "openapi/pages/list-swr-image-repository.en.yaml";
const ENGLISH: &str = "openapi/pages/list-swr-image-repository.en.response.json";

/// Another limit in the contract than anybody states.
const LIMIT: Edit = Text(
    "minimum: 10\n            maximum: 200",
    "minimum: 10\n            maximum: 300",
);

#[test]
fn for_a_person() {
    let defects = [
        (HSS, LIMIT),
        // Another type, without an example that would contradict it as well.
        (
            HSS,
            Text(
                "association_images:\n          type: array",
                "association_images:\n          type: string",
            ),
        ),
        (HSS, Text("x-unit: bytes", "x-unit: byte")),
        (HSS, Text("source: terraform\n", "source: terra\n")),
        // Cells of a page: another one, and one that is none.
        (
            EN,
            Text(
                "name: offset\n    mandatory: false",
                "name: offset\n    mandatory: true",
            ),
        ),
        (EN, Text("type: Boolean", "type: Bool")),
        // A claim about nothing, so that what it claimed is claimed by none.
        (
            ERRATA,
            Text("'query latest_version: default", "'query latest: default"),
        ),
        // The page was corrected, and the erratum is of no use.
        (ENGLISH, Text("222 (example for shared image)", "222")),
        // The description says something else than its translation.
        (HSS, Text("for 24 hours", "for 12 hours")),
    ];
    let mut sources = real_tree();
    for (file, edit) in defects {
        apply(&edit, file, &mut sources);
    }
    insta::assert_snapshot!(rendered(&sources, Format::Text));
}

#[test]
fn for_a_program() {
    let mut sources = real_tree();
    apply(&LIMIT, HSS, &mut sources);
    insta::assert_snapshot!(rendered(&sources, Format::Json));
}

/// The line of a defect, and where it is in that line, in the real files: the snapshots leave the numbers out.
#[test]
fn at_its_line_and_column() {
    let mut sources = real_tree();
    apply(&LIMIT, HSS, &mut sources);
    let text = sources.get(HSS).expect("the contract");
    let (before, _) = text.split_once("maximum: 300").expect("the defect");
    let line = before.lines().count();
    let mut out = Vec::new();
    let report = check::run(&sources);
    report
        .render(Format::Text, &sources, &mut out)
        .expect("a vector takes it all");
    let shown = String::from_utf8(out).expect("text");
    for expected in [
        format!("--> {HSS}:{line}:22\n"),
        format!("{line} |             maximum: 300\n"),
        format!("= contract says: 10..300 ({HSS}:{line})\n"),
    ] {
        assert!(shown.contains(&expected), "{expected}{shown}");
    }
}

/// The report on some sources, without the numbers that change with every edit further up in a file.
fn rendered(sources: &Sources, format: Format) -> String {
    let mut out = Vec::new();
    let report = check::run(sources);
    report
        .render(format, sources, &mut out)
        .expect("a vector takes it all");
    let text = String::from_utf8(out).expect("text");
    text.lines().map(|line| numberless(line) + "\n").collect()
}

/// A line with `0` for each digit of the number of a line, and of the index in a list that grows.
fn numberless(line: &str) -> String {
    const BEFORE: [&str; 8] = [
        ".yaml:",
        ".json:",
        "\"line\": ",
        "/errata/",
        "/claims/",
        "/normalise/",
        "/parameters/",
        "/actions/",
    ];
    let margin = line.find(" |").unwrap_or_default();
    let mut out = String::new();
    let mut is_number = false;
    for (index, letter) in line.char_indices() {
        let begins = index < margin || BEFORE.iter().any(|before| out.ends_with(before));
        is_number = letter.is_ascii_digit() && (is_number || begins);
        out.push(if is_number { '0' } else { letter });
    }
    out
}

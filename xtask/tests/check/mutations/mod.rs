//! A check that cannot fail is a defect: each edit here breaks one thing, and has to be reported at its place.
//!
//! The edits stand in tables, so that they can be counted.

mod documented;
mod documents;
mod errata;
mod examples;
mod fields;
mod generators;
mod models;
mod operations;
mod pages;
mod parameters;
mod provenance;
mod rules;
mod sources;
mod translation;

use std::collections::HashSet;

use serde_json::json;
use xtask::check;
use xtask::report::Part;

use crate::harness::*;
use crate::real_tree;

const HSS: &str = "openapi/hss-image.yaml";
const IAM: &str = "openapi/iam.yaml";
const ERRATA: &str = "openapi/errata.yaml";
const MODELS: &str = "openapi/vendor-models.json";
const EN: &str = "openapi/pages/list-swr-image-repository.en.yaml";
const ZH: &str = "openapi/pages/list-swr-image-repository.zh.yaml";
const OLDER: &str = "openapi/pages/list-swr-image-repository.page-2024.yaml";
const ENGLISH: &str = "openapi/pages/list-swr-image-repository.en.response.json";
const CHINESE: &str = "openapi/pages/list-swr-image-repository.zh.response.json";
const REQUEST_LINE: &str = "openapi/pages/list-swr-image-repository.en.request.txt";
const SYNCHRONIZE: &str = "openapi/pages/run-image-synchronize.en.response.json";

const LISTING: &str = "/paths/~1v5~1{project_id}~1image~1swr-repository/get";
const SYNCHRONIZATION: &str = "/paths/~1v5~1{project_id}~1image~1synchronize/post";
const RECORD: &str = "/components/schemas/PrivateImageRepositoryInfo";
const LIMITS: &str = "/paths/~1v5~1{project_id}~1image~1swr-repository/get/x-call-limits";
const SHOWN: &str = "/components/examples/ListSwrImageRepositoryDocumented/value";

/// The place of a query parameter of the listing.
fn query(name: &str) -> String {
    place(&original(HSS), &format!("{LISTING}/parameters/name={name}"))
}

/// The place of a field of the record.
fn field(name: &str) -> String {
    format!("{RECORD}/properties/{name}")
}

/// Every table of edits, once as a test and once for the count.
macro_rules! tables {
    ($($table:ident),* $(,)?) => {
        $(
            #[test]
            fn $table() {
                let failures: Vec<_> = $table::cases().iter().filter_map(Case::failure).collect();
                assert!(failures.is_empty(), "{}", failures.join("\n"));
            }
        )*

        fn all() -> Vec<(&'static str, Vec<Case>)> {
            vec![$((stringify!($table), $table::cases())),*]
        }
    };
}

tables![
    documented, documents, errata, examples, fields, generators, models, operations, pages,
    parameters, provenance, rules, sources,
];

/// How many edits there are at least. A table that is lost, or cut down, fails the test.
const AT_LEAST: usize = 300;

#[test]
fn the_edits_are_many_and_all_different() {
    let mut seen = HashSet::new();
    let mut counts = Vec::new();
    for (table, cases) in all() {
        counts.push(format!("{table} {}", cases.len()));
        for case in cases {
            // Two edits with the same result would be one.
            let mut sources = real_tree();
            apply(&case.edit, case.file, &mut sources);
            let result = (case.file, sources.get(case.file).map(str::to_owned));
            assert!(seen.insert(result), "twice: {} {:?}", case.file, case.edit);
        }
    }
    println!("{} edits: {}", seen.len(), counts.join(", "));
    assert!(seen.len() >= AT_LEAST, "only {} edits", seen.len());
}

#[test]
fn the_unedited_tree_is_clean() {
    assert!(check::run(&real_tree()).is_clean());
    // Writing every file back as JSON, as the edits do, changes nothing that the check would notice.
    let mut sources = real_tree();
    for file in [HSS, IAM, ERRATA, MODELS, EN, ZH, OLDER, ENGLISH] {
        let document = read(&sources, file);
        sources.set(file, document.to_string());
    }
    assert!(check::run(&sources).is_clean());
}

/// Plants a defect and expects it to be reported in the part, file and place, with these words.
fn reported(file: &'static str, edit: &Edit, part: Part, place: &str, words: &str) {
    reported_in(file, edit, part, file, place, words);
}

/// As [`reported`], in another file than the edited one.
fn reported_in(
    file: &'static str,
    edit: &Edit,
    part: Part,
    in_file: &'static str,
    place: &str,
    words: &str,
) {
    let failure = case_in(file, edit.clone(), part, in_file, place, words).failure();
    assert!(failure.is_none(), "{}", failure.unwrap_or_default());
}

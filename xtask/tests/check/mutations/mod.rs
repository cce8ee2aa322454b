//! A check that cannot fail is a defect: each test plants one and expects it to be reported at its place.

mod contract;
mod examples;
mod rules;

use serde_json::Value;
use xtask::check;
use xtask::report::{Part, Problem};
use xtask::sources::Sources;

use crate::real_tree;

const HSS: &str = "openapi/hss-image.yaml";
const IAM: &str = "openapi/iam.yaml";
const ERRATA: &str = "openapi/errata.yaml";
const ENGLISH: &str = "openapi/pages/list-swr-image-repository.en.response.json";
const CHINESE: &str = "openapi/pages/list-swr-image-repository.zh.response.json";
const REQUEST_LINE: &str = "openapi/pages/list-swr-image-repository.zh.request.txt";
const SYNCHRONIZE: &str = "openapi/pages/run-image-synchronize.en.response.json";

const LISTING: &str = "/paths/~1v5~1{project_id}~1image~1swr-repository/get";
const SYNCHRONIZATION: &str = "/paths/~1v5~1{project_id}~1image~1synchronize/post";
const RECORD: &str = "/components/schemas/PrivateImageRepositoryInfo";
const SHOWN: &str = "/components/examples/ListSwrImageRepositoryDocumented/value";

/// One edit of one file.
enum Edit {
    /// Puts a value at a JSON pointer, whether or not something is there; `-` stands for the end of a list.
    Set(String, Value),
    /// Takes out what is at a JSON pointer.
    Drop(String),
    /// Replaces a text that occurs.
    Text(&'static str, &'static str),
    /// Takes out the file.
    Remove,
}
use Edit::{Drop, Remove, Set, Text};

fn apply(edit: &Edit, file: &str, sources: &mut Sources) {
    let text = sources.get(file).unwrap_or_default().to_owned();
    match edit {
        Set(pointer, value) => {
            let mut document = read(sources, file);
            let (holder, key) = pointer.rsplit_once('/').expect("a pointer below the top");
            match document.pointer_mut(holder) {
                Some(Value::Array(items)) if key == "-" => items.push(value.clone()),
                Some(Value::Array(items)) => {
                    items[key.parse::<usize>().expect("an index")] = value.clone();
                }
                Some(Value::Object(members)) => {
                    let key = key.replace("~1", "/");
                    members.insert(key, value.clone());
                }
                _ => panic!("nothing is at {holder} of {file}"),
            }
            sources.set(file, document.to_string());
        }
        Drop(pointer) => {
            let mut document = read(sources, file);
            let (holder, key) = pointer.rsplit_once('/').expect("a pointer below the top");
            let dropped = match document.pointer_mut(holder) {
                Some(Value::Array(items)) => Some(items.remove(key.parse().expect("an index"))),
                Some(Value::Object(members)) => members.shift_remove(&key.replace("~1", "/")),
                _ => None,
            };
            assert!(dropped.is_some(), "nothing is at {pointer} of {file}");
            sources.set(file, document.to_string());
        }
        Text(from, to) => {
            assert!(text.contains(from), "{file} does not contain {from}");
            sources.set(file, text.replacen(from, to, 1));
        }
        Remove => assert!(sources.remove(file).is_some(), "{file} is not there"),
    }
}

/// A file as a value. JSON is YAML too, so an edited file can be written back as JSON.
fn read(sources: &Sources, file: &str) -> Value {
    let text = sources.get(file).expect("the file");
    hss_spec::parse_yaml(file, text).expect("readable")
}

/// Plants a defect and expects it to be reported in the part, file and place, with these words.
fn reported(file: &str, edit: &Edit, part: Part, place: &str, words: &str) {
    reported_in(file, edit, part, file, place, words);
}

/// As [`reported`], in another file than the edited one.
fn reported_in(file: &str, edit: &Edit, part: Part, in_file: &str, place: &str, words: &str) {
    let mut sources = real_tree();
    apply(edit, file, &mut sources);
    let report = check::run(&sources);
    let is_it = |problem: &Problem| {
        (problem.part, problem.file.as_str(), problem.place.as_str()) == (part, in_file, place)
            && problem.what.contains(words)
    };
    let problems: Vec<_> = report.problems().collect();
    assert!(
        problems.iter().any(|problem| is_it(problem)),
        "expected {in_file}: {place}: …{words}…, found {problems:#?}"
    );
}

fn set(pointer: impl Into<String>, value: Value) -> Edit {
    Set(pointer.into(), value)
}

fn drop_at(pointer: impl Into<String>) -> Edit {
    Drop(pointer.into())
}

/// The place of a query parameter of the listing.
fn query(name: &str) -> String {
    let document = read(&real_tree(), HSS);
    let parameters = document
        .pointer(&format!("{LISTING}/parameters"))
        .and_then(Value::as_array);
    let index = parameters
        .and_then(|all| all.iter().position(|parameter| parameter["name"] == name))
        .unwrap_or_else(|| panic!("no parameter {name}"));
    format!("{LISTING}/parameters/{index}")
}

fn count(pointer: &str) -> usize {
    let document = read(&real_tree(), HSS);
    let list = document.pointer(pointer).and_then(Value::as_array);
    list.expect("a list").len()
}

#[test]
fn the_unedited_tree_is_clean() {
    assert!(check::run(&real_tree()).is_clean());
    // Writing a file back as JSON, as the edits do, changes nothing that the check would notice.
    for file in [HSS, IAM, ERRATA] {
        let mut sources = real_tree();
        let document = read(&sources, file);
        sources.set(file, document.to_string());
        assert!(check::run(&sources).is_clean(), "{file}");
    }
}

#[test]
fn all_problems_come_in_one_run() {
    let mut sources = real_tree();
    apply(&Text("title:", "titel:"), IAM, &mut sources);
    apply(&Text("total_num", "total_mun"), ENGLISH, &mut sources);
    apply(
        &Text("source: terraform", "source: terra"),
        HSS,
        &mut sources,
    );
    let report = check::run(&sources);
    let mut out = Vec::new();
    report.render(&mut out).expect("a vector takes it all");
    insta::assert_snapshot!("three_defects", String::from_utf8_lossy(&out));
}

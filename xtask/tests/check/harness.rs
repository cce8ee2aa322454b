//! Planting a defect in one file of the tree, and finding what the check says of it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::Value;
use xtask::check;
use xtask::report::{Part, Problem, Report};
use xtask::sources::Sources;

use crate::{REAL, real_tree};

/// One edit of one file. Places are written as [`place`] reads them.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    /// Puts a value somewhere, whether or not something is there; `-` stands for the end of a list.
    Set(String, Value),
    /// Takes out what is somewhere.
    Drop(String),
    /// Gives a member another name, and leaves it where it is.
    Rename(String, &'static str),
    /// Exchanges two items of one list.
    Swap(String, String),
    /// Replaces the first occurrence of a text.
    Text(&'static str, &'static str),
    /// Adds a file, or replaces all of one.
    Write(&'static str),
    /// Takes out the file.
    Remove,
}
pub(crate) use Edit::{Drop, Remove, Rename, Set, Swap, Text, Write};

pub(crate) fn set(place: impl Into<String>, value: impl Into<Value>) -> Edit {
    Set(place.into(), value.into())
}

pub(crate) fn drop_at(place: impl Into<String>) -> Edit {
    Drop(place.into())
}

/// The JSON pointer that a place stands for.
///
/// A place is a pointer in which an item of a list may be named instead of counted: `name=limit` is the item
/// whose member `name` is `limit`, and `=query limit` the text that begins with `query limit`. So the tests
/// say what they mean, and an entry that is added to a list breaks none of them.
pub(crate) fn place(document: &Value, place: &str) -> String {
    let mut pointer = String::new();
    for step in place.split('/').skip(1) {
        let list = document.pointer(&pointer).and_then(Value::as_array);
        pointer.push('/');
        let Some((list, (key, name))) = list.zip(step.split_once('=')) else {
            pointer.push_str(step);
            continue;
        };
        let is_named = |item: &Value| match key {
            "" => item
                .as_str()
                .is_some_and(|text| text.starts_with(&unescaped(name))),
            key => item[key] == Value::String(unescaped(name)),
        };
        let index = list.iter().position(is_named);
        let index = index.unwrap_or_else(|| panic!("no {step} in {place}"));
        let _ = write!(pointer, "{index}");
    }
    pointer
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// A file of the tree as it is.
pub(crate) fn original(file: &str) -> Arc<Value> {
    // Reading takes longer than any edit, and most edits are of a few files.
    static READ: LazyLock<Mutex<HashMap<String, Arc<Value>>>> = LazyLock::new(Mutex::default);
    let mut read_before = READ.lock().expect("no test panics while it reads");
    let known = read_before.entry(file.to_owned());
    known.or_insert_with(|| Arc::new(read(&REAL, file))).clone()
}

/// A file as a value. JSON is YAML too, so an edited file can be written back as JSON.
pub(crate) fn read(sources: &Sources, file: &str) -> Value {
    let text = sources
        .get(file)
        .unwrap_or_else(|| panic!("no file {file}"));
    hss_spec::parse_yaml(file, text).expect("readable")
}

/// Plants a defect. One that changes nothing is a mistake of the test.
pub(crate) fn apply(edit: &Edit, file: &str, sources: &mut Sources) {
    match edit {
        Text(from, to) => {
            let text = sources.get(file).unwrap_or_default();
            assert!(text.contains(from), "{file} does not contain {from}");
            let text = text.replacen(from, to, 1);
            sources.set(file, text);
        }
        Write(text) => sources.set(file, *text),
        Remove => assert!(sources.remove(file).is_some(), "{file} is not there"),
        _ => {
            let before = if sources.get(file) == REAL.get(file) {
                original(file)
            } else {
                Arc::new(read(sources, file))
            };
            let mut document = Value::clone(&before);
            change(edit, &mut document);
            assert!(
                document != *before || matches!(edit, Swap(..) | Rename(..)),
                "{edit:?} changes nothing"
            );
            sources.set(file, document.to_string());
        }
    }
}

/// Applies an edit to a value.
pub(crate) fn change(edit: &Edit, document: &mut Value) {
    let (Set(at, _) | Drop(at) | Rename(at, _) | Swap(at, _)) = edit else {
        unreachable!("{edit:?} is about text");
    };
    let pointer = place(document, at);
    let (holder, key) = pointer.rsplit_once('/').expect("a pointer below the top");
    let other = match edit {
        Swap(_, other) => place(document, other),
        _ => String::new(),
    };
    let key = unescaped(key);
    let found = document
        .pointer_mut(holder)
        .unwrap_or_else(|| panic!("nothing is at {holder}"));
    match (edit, found) {
        (Set(_, value), Value::Array(items)) if key == "-" => items.push(value.clone()),
        (Set(_, value), found) => *item(found, &key, at) = value.clone(),
        (Drop(_), Value::Array(items)) => {
            items.remove(key.parse().expect("an index"));
        }
        (Drop(_), Value::Object(members)) => {
            assert!(members.shift_remove(&key).is_some(), "nothing is at {at}");
        }
        (Rename(_, to), Value::Object(members)) => {
            assert!(members.contains_key(&key), "nothing is at {at}");
            let renamed = std::mem::take(members).into_iter().map(|(name, value)| {
                let name = if name == key { (*to).to_owned() } else { name };
                (name, value)
            });
            *members = renamed.collect();
        }
        (Swap(..), Value::Array(items)) => {
            let other = other.rsplit_once('/').expect("a pointer below the top").1;
            items.swap(
                key.parse().expect("an index"),
                other.parse().expect("an index"),
            );
        }
        _ => panic!("{edit:?} does not fit what is there"),
    }
}

/// The item of a list, or the member of an object, which may be a new one.
fn item<'a>(holder: &'a mut Value, key: &str, at: &str) -> &'a mut Value {
    match holder {
        Value::Array(items) => &mut items[key.parse::<usize>().expect("an index")],
        Value::Object(members) => members.entry(key).or_insert(Value::Null),
        _ => panic!("nothing can be put at {at}"),
    }
}

/// The translations of the contract.
const OVERLAYS: [&str; 2] = [
    "openapi/hss-image.zh-CN.overlay.yaml",
    "openapi/iam.zh-CN.overlay.yaml",
];

/// The tree without the translations of the contract.
///
/// Nothing of what is not about them is missed by leaving them out but the time that it takes to read them, and
/// that they are missing is reported in a part of its own.
pub(crate) fn untranslated() -> Sources {
    let mut sources = real_tree();
    for overlay in OVERLAYS {
        sources.remove(overlay).expect("the overlay is there");
    }
    sources
}

/// What the check says after an edit that shows in a part of the report.
fn checked(file: &str, edit: &Edit, part: Part) -> (Sources, Report) {
    let is_translation = part == Part::Translation;
    let mut sources = if is_translation {
        real_tree()
    } else {
        untranslated()
    };
    apply(edit, file, &mut sources);
    let report = check::run(&sources);
    (sources, report)
}

/// A problem in one line.
pub(crate) fn line(problem: &Problem) -> String {
    let Problem {
        part,
        file,
        place,
        what,
        ..
    } = problem;
    format!("[{}] {file} {place}: {what}", part.name())
}

/// One edit, and the problem that it has to bring about.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) file: &'static str,
    pub(crate) edit: Edit,
    part: Part,
    in_file: &'static str,
    place: String,
    words: String,
}

/// An edit that has to be reported in the file that it changes.
pub(crate) fn case(
    file: &'static str,
    edit: Edit,
    part: Part,
    place: impl Into<String>,
    words: impl Into<String>,
) -> Case {
    case_in(file, edit, part, file, place, words)
}

/// An edit that has to be reported in another file.
pub(crate) fn case_in(
    file: &'static str,
    edit: Edit,
    part: Part,
    in_file: &'static str,
    place: impl Into<String>,
    words: impl Into<String>,
) -> Case {
    Case {
        file,
        edit,
        part,
        in_file,
        place: place.into(),
        words: words.into(),
    }
}

impl Case {
    /// What went wrong, if the problem is not reported as expected.
    pub(crate) fn failure(&self) -> Option<String> {
        let (sources, report) = checked(self.file, &self.edit, self.part);
        // The place of what was dropped, or cannot be read any more, is a plain pointer.
        let expected = if self.place.contains('=') {
            place(&read(&sources, self.in_file), &self.place)
        } else {
            self.place.clone()
        };
        let is_it = |problem: &&Problem| {
            (problem.part, problem.file.as_str(), problem.place.as_str())
                == (self.part, self.in_file, expected.as_str())
                && problem.what.contains(&self.words)
        };
        if report.problems().any(|problem| is_it(&problem)) {
            return None;
        }
        let mut text = format!(
            "{} {:?}\n  expected [{}] {} {expected}: …{}…\n",
            self.file,
            self.edit,
            self.part.name(),
            self.in_file,
            self.words,
        );
        for problem in report
            .problems()
            .filter(|problem| problem.part != Part::Translation)
        {
            let _ = writeln!(text, "  found    {}", line(problem));
        }
        Some(text)
    }
}

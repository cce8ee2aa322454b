//! The comparison with the history, in repositories made for it.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::sources::DOCUMENTS;

/// A document that says `text`.
fn document(version: &str, text: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo:\n  title: {text}\n  version: {version}\npaths: {{}}\n\
         components:\n  schemas:\n    Kind:\n      type: string\n      x-extensible-enum: [a]\n"
    )
}

fn changelog(version: &str) -> String {
    format!("# Changes\n\n## Unreleased\n\n## {version} (2026-01-01)\n\n- Something.\n")
}

/// A work tree.
struct Tree(TempDir);

impl Tree {
    /// One without a repository.
    fn bare() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn new() -> Self {
        let tree = Self::bare();
        tree.git(&["init", "--quiet", "--initial-branch=main"]);
        tree.git(&["config", "user.name", "Test"]);
        tree.git(&["config", "user.email", "test@example.com"]);
        tree.git(&["config", "commit.gpgsign", "false"]);
        tree
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(self.path())
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .output()
            .expect("git runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {error}");
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    /// A contract of which each document says `text`, with its section in the changelog.
    fn contract(&self, version: &str, text: &str) {
        for name in DOCUMENTS {
            self.write(name, &document(version, text));
        }
        self.write(crate::changelog::PATH, &changelog(version));
        self.write("openapi/pages/x.txt", "");
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
    }

    fn release(&self, version: &str, text: &str) {
        self.contract(version, text);
        self.commit();
    }

    fn outcome(&self, base: Option<&str>) -> Result<Outcome, String> {
        self.outcome_with(base, &|_, _, _| Ok(Vec::new()))
    }

    fn outcome_with(&self, base: Option<&str>, wire: &Wire<'_>) -> Result<Outcome, String> {
        let sources = Sources::load(self.path()).expect("readable");
        run(self.path(), &sources, base, wire)
    }

    fn found(&self) -> Outcome {
        self.outcome(None).expect("it can be compared")
    }
}

/// Names of commits differ from run to run.
fn facts(outcome: &Outcome) -> Vec<String> {
    let facts = outcome.facts.iter().map(|fact| {
        let words = fact.split(' ').map(|word| {
            let name = word.trim_end_matches([',', ')']);
            let is_commit = name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_commit {
                word.replace(name, "C")
            } else {
                word.to_owned()
            }
        });
        words.collect::<Vec<_>>().join(" ")
    });
    facts.collect()
}

#[test]
fn without_a_history_there_is_nothing_to_compare_with() {
    let tree = Tree::bare();
    tree.contract("0.1.0", "one");
    let found = tree.found();
    assert_eq!(
        facts(&found),
        [
            "current  0.1.0",
            "base     none: this is not a git work tree"
        ]
    );
    assert_eq!(found.problems, [""; 0]);

    let tree = Tree::new();
    tree.contract("0.1.0", "one");
    let found = tree.found();
    assert_eq!(
        facts(&found),
        [
            "current  0.1.0",
            "base     none: no commit has a contract yet"
        ]
    );
    assert_eq!(found.problems, [""; 0]);

    // A commit without a contract is no release.
    tree.write(".keep", "");
    tree.git(&["add", ".keep"]);
    tree.git(&["commit", "--quiet", "--message", "x"]);
    assert_eq!(facts(&tree.found()), facts(&found));

    tree.commit();
    let found = tree.found();
    assert_eq!(
        facts(&found),
        [
            "current  0.1.0",
            "released by commit C, and unchanged since",
            "base     none: this is the first version"
        ]
    );
    assert_eq!(found.problems, [""; 0]);
}

#[test]
fn a_released_version_stays_as_it_is() {
    let tree = Tree::new();
    tree.release("0.1.0", "one");

    // Comments and layout are no change, whether they are committed or not.
    tree.write(
        DOCUMENTS[0],
        &format!("# A comment.\n{}", document("0.1.0", "'one'")),
    );
    assert_eq!(tree.found().problems, [""; 0]);
    tree.commit();
    assert_eq!(tree.found().problems, [""; 0]);

    tree.contract("0.1.0", "two");
    let expected = "the contract changed without a new info.version: set it to 0.1.1 in openapi/hss-image.yaml and \
                    openapi/iam.yaml, and tell the change in openapi/CHANGELOG.md";
    let found = tree.found();
    assert_eq!(found.problems, [expected]);
    assert_eq!(
        facts(&found),
        [
            "current  0.1.0",
            "base     0.1.0 (commit C, which released it)",
            "changes  0 major, 0 minor, 2 patch",
            "needed   0.1.1 or higher",
            "verdict  0.1.0 is too low"
        ]
    );
    // A commit does not make it better: the version is that of the commit which brought it.
    tree.commit();
    assert_eq!(tree.found().problems, [expected]);
}

#[test]
fn a_new_version_is_judged_before_and_after_its_commit() {
    let tree = Tree::new();
    tree.release("0.1.0", "one");
    let removed = document("0.1.1", "one").replace("[a]", "[b]");
    tree.contract("0.1.1", "one");
    tree.write(DOCUMENTS[1], &removed);
    let expected =
        "version 0.1.1 is too low: the change since 0.1.0 is major and needs 1.0.0 or higher";
    let found = tree.found();
    assert_eq!(found.problems, [expected]);
    assert_eq!(
        facts(&found),
        [
            "current  0.1.1",
            "base     0.1.0 (commit C, the last one)",
            "changes  1 major, 1 minor, 0 patch",
            "needed   1.0.0 or higher",
            "verdict  0.1.1 is too low"
        ]
    );
    tree.commit();
    let found = tree.found();
    assert_eq!(found.problems, [expected]);
    assert_eq!(
        facts(&found)[1..3],
        [
            "released by commit C, and unchanged since",
            "base     0.1.0 (commit C, the last with another version)"
        ]
    );

    for name in DOCUMENTS {
        let text = fs::read_to_string(tree.path().join(name)).expect("readable");
        tree.write(name, &text.replace("0.1.1", "1.0.0"));
    }
    tree.write(crate::changelog::PATH, &changelog("1.0.0"));
    // Against the last commit, nothing but the version has changed.
    let found = tree.found();
    assert_eq!(found.problems, [""; 0]);
    assert_eq!(
        facts(&found)[2..],
        [
            "changes  none; the new version is for what stands beside the documents",
            "verdict  1.0.0 is high enough"
        ]
    );
    assert_eq!(
        tree.outcome(Some("HEAD~1"))
            .expect("it can be compared")
            .problems,
        [""; 0]
    );
}

#[test]
fn the_gravest_change_counts_whoever_finds_it() {
    let tree = Tree::new();
    tree.release("0.1.0", "one");
    tree.contract("0.1.1", "two");
    let change = |severity, what: &str| Change {
        severity,
        place: "/info".to_owned(),
        what: what.to_owned(),
        finder: Finder::Redocly,
    };
    let wire = |name: &str, before: &str, now: &str| {
        // Both texts of the same document come here.
        assert_eq!(
            (before, now),
            (&*document("0.1.0", "one"), &*document("0.1.1", "two"))
        );
        Ok(if name == DOCUMENTS[0] {
            let minor = change(Severity::Minor, "b");
            vec![change(Severity::Patch, "a"), minor.clone(), minor]
        } else {
            Vec::new()
        })
    };
    let found = tree.outcome_with(None, &wire).expect("it can be compared");
    assert_eq!(
        found.problems,
        ["version 0.1.1 is too low: the change since 0.1.0 is minor and needs 0.2.0 or higher"]
    );
    let mut text = Vec::new();
    found.render(&mut text).expect("a vector takes it all");
    let text = String::from_utf8(text).expect("text");
    let (changes, _) = text.split_once("\n\n").expect("a blank line");
    assert_eq!(
        changes,
        "openapi/hss-image.yaml\n\
         \x20 minor redocly /info: b\n\
         \x20 patch redocly /info: a\n\
         openapi/iam.yaml\n\
         \x20 patch own     /info/title: differs: \"one\" / \"two\""
    );

    let failing = |_: &str, _: &str, _: &str| Err("no linter".to_owned());
    assert_eq!(
        tree.outcome_with(None, &failing).expect_err("it fails"),
        "no linter"
    );
}

#[test]
fn a_version_is_never_released_twice_and_never_goes_back() {
    let tree = Tree::new();
    tree.release("0.1.0", "one");
    tree.release("0.2.0", "two");
    tree.contract("0.1.0", "one");
    let problems = tree.found().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].starts_with("version 0.1.0 was released by commit "),
        "{problems:?}"
    );
    tree.contract("0.1.9", "one");
    assert_eq!(
        tree.found().problems,
        ["version 0.1.9 is too low: the change since 0.2.0 is patch and needs 0.2.1 or higher"]
    );
    tree.contract("0.1.9", "two");
    assert_eq!(tree.found().problems, ["version 0.1.9 is older than 0.2.0"]);
}

#[test]
fn a_merge_releases_what_its_branch_brought() {
    let tree = Tree::new();
    tree.release("0.1.0", "one");
    tree.git(&["checkout", "--quiet", "-b", "branch"]);
    // On the branch the version was brought with another text.
    tree.release("0.1.1", "draft");
    tree.contract("0.1.1", "two");
    assert_eq!(tree.found().problems.len(), 1);
    tree.commit();
    tree.git(&["checkout", "--quiet", "main"]);
    tree.write("unrelated", "");
    tree.commit();
    tree.git(&["merge", "--quiet", "--no-ff", "--no-edit", "branch"]);
    let found = tree.found();
    assert_eq!(found.problems, [""; 0]);
    assert_eq!(
        facts(&found)[1..3],
        [
            "released by commit C, and unchanged since",
            "base     0.1.0 (commit C, the last with another version)"
        ]
    );
}

#[test]
fn a_shallow_clone_knows_less_and_says_so() {
    let origin = Tree::new();
    origin.release("0.1.0", "one");
    origin.release("0.2.0", "two");
    let place = tempfile::tempdir().expect("a temporary folder");
    let url = format!("file://{}", origin.path().display());
    let clone = Tree(place);
    clone.git(&["clone", "--quiet", "--depth=1", &url, "."]);
    let found = clone.found();
    assert_eq!(found.problems, [""; 0]);
    assert!(
        facts(&found)[2].starts_with("base     none: this is a shallow clone"),
        "{found:?}"
    );
    // What it knows it uses.
    clone.contract("0.2.0", "three");
    assert_eq!(clone.found().problems.len(), 1);
    clone.contract("0.2.1", "three");
    assert_eq!(clone.found().problems, [""; 0]);
}

#[test]
fn another_revision_can_be_the_base() {
    let tree = Tree::new();
    tree.release("0.1.0", "one");
    tree.git(&["tag", "first"]);
    tree.release("0.1.1", "two");
    let found = tree.outcome(Some("first")).expect("it can be compared");
    assert_eq!(found.problems, [""; 0]);
    assert_eq!(facts(&found)[1], "base     0.1.0 (revision first)");

    let error = tree.outcome(Some("nowhere")).expect_err("there is none");
    assert_eq!(error, "git has no revision nowhere");
    let error = tree.outcome(Some("--all")).expect_err("there is none");
    assert_eq!(error, "git has no revision --all");
    tree.git(&["rm", "--quiet", "-r", "openapi"]);
    tree.git(&["commit", "--quiet", "--message", "x"]);
    tree.contract("0.1.1", "two");
    let error = tree.outcome(Some("HEAD")).expect_err("it has none");
    assert_eq!(error, "revision HEAD has no contract");
}

#[test]
fn the_documents_share_one_version_and_one_changelog() {
    let tree = Tree::new();
    tree.contract("0.1.0", "one");
    tree.write(DOCUMENTS[1], &document("0.1.1", "one"));
    assert_eq!(
        tree.found().problems,
        [
            "the documents share one version, but openapi/hss-image.yaml has 0.1.0 and openapi/iam.yaml has 0.1.1"
        ]
    );
    tree.contract("0.1.0", "one");
    tree.write(crate::changelog::PATH, &changelog("0.0.9"));
    assert_eq!(
        tree.found().problems,
        ["openapi/CHANGELOG.md has no section `## 0.1.0 (DATE)`; tell there what changed"]
    );
    tree.write(DOCUMENTS[0], &document("one", "one"));
    assert_eq!(
        tree.found().problems,
        [
            "openapi/hss-image.yaml, at /info/version: expected three numbers such as 1.2.3, found `one`"
        ]
    );
}

#[test]
fn a_new_document_is_an_addition_and_one_less_breaks() {
    let tree = Tree::new();
    tree.contract("0.1.0", "one");
    fs::remove_file(tree.path().join(DOCUMENTS[1])).expect("removable");
    tree.commit();
    tree.contract("0.2.0", "one");
    let found = tree.found();
    assert_eq!(found.problems, [""; 0]);
    assert_eq!(found.severity(), Some(Severity::Minor));
    fs::remove_file(tree.path().join(DOCUMENTS[1])).expect("removable");
    let error = tree.outcome(None).expect_err("it is missing");
    assert_eq!(error, "openapi/iam.yaml is missing");
}

//! The contract in the history of git.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::contract::{Contract, Document};
use super::version::Version;
use crate::sources::DOCUMENTS;

/// What the history says of a version.
pub(super) enum History {
    /// No commit has a contract.
    Empty,
    /// No commit has the version.
    New {
        /// The contract of the last commit, and that commit.
        head: Contract,
        commit: String,
    },
    /// The last commit has the version.
    Released {
        /// The contract of the commit that brought the version, and that commit.
        released: Contract,
        commit: String,
        /// The last contract with another version and its commit, or why there is none.
        previous: Result<(Contract, String), &'static str>,
    },
    /// An earlier commit has the version, and the last one has another.
    Reused { commit: String },
}

/// A work tree of git.
pub(super) struct Repository {
    top: PathBuf,
    is_shallow: bool,
}

impl Repository {
    /// The work tree at `top`, or the reason why there is no history.
    ///
    /// # Errors
    ///
    /// git refuses to tell.
    pub(super) fn at(top: &Path) -> Result<Result<Self, String>, String> {
        let arguments = ["rev-parse", "--is-shallow-repository"];
        let output = match git(top, &arguments).output() {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Err("git is not installed".to_owned()));
            }
            Err(error) => return Err(format!("git could not be run: {error}")),
        };
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            if error.contains("not a git repository") {
                return Ok(Err("this is not a git work tree".to_owned()));
            }
            return Err(failed(&arguments, &output));
        }
        let is_shallow = output.stdout.trim_ascii() == b"true";
        Ok(Ok(Self {
            top: top.to_owned(),
            is_shallow,
        }))
    }

    /// What the history of the checked-out branch says of a version.
    pub(super) fn history(&self, version: Version) -> Result<History, String> {
        if self.commit("HEAD")?.is_none() {
            return Ok(History::Empty);
        }
        let mut commits = self.commits()?.into_iter();
        let Some(last) = commits.next() else {
            return Ok(History::Empty);
        };
        let Some(head) = self.contract(&last)? else {
            return Ok(History::Empty);
        };
        if head.released_version()? != version {
            for commit in commits {
                if self.has_version(&commit, version)? {
                    return Ok(History::Reused {
                        commit: short(&commit),
                    });
                }
            }
            return Ok(History::New {
                head,
                commit: short(&last),
            });
        }
        let (mut released, mut by) = (head, last);
        let mut previous = Err(if self.is_shallow {
            "this is a shallow clone, whose history ends before the version does; \
             `git fetch --unshallow` brings the rest"
        } else {
            "this is the first version"
        });
        for commit in commits {
            // A commit without a contract is the one before the first.
            let Some(contract) = self.contract(&commit)? else {
                break;
            };
            if contract.released_version()? != version {
                previous = Ok((contract, short(&commit)));
                break;
            }
            (released, by) = (contract, commit);
        }
        Ok(History::Released {
            released,
            commit: short(&by),
            previous,
        })
    }

    /// The contract of a revision, if it has one.
    ///
    /// # Errors
    ///
    /// There is no such revision, or a document of it is not readable.
    pub(super) fn contract(&self, revision: &str) -> Result<Option<Contract>, String> {
        let commit = self
            .commit(revision)?
            .ok_or_else(|| format!("git has no revision {revision}"))?;
        let mut contract = Contract::default();
        for name in DOCUMENTS {
            let Some(text) = self.text(&commit, name)? else {
                continue;
            };
            let document = Document::parse(name, text)
                .map_err(|error| format!("revision {revision}: {error}"))?;
            contract.add(name, document);
        }
        Ok(contract.get(DOCUMENTS[0]).is_some().then_some(contract))
    }

    /// Whether a commit has the version. Most texts need not be read as YAML to tell.
    fn has_version(&self, commit: &str, version: Version) -> Result<bool, String> {
        let version = version.to_string();
        let Some(text) = self.text(commit, DOCUMENTS[0])? else {
            return Ok(false);
        };
        Ok(text.contains(&version)
            && hss_spec::parse_yaml::<Value>(DOCUMENTS[0], &text)
                .is_ok_and(|document| document["info"]["version"] == version.as_str()))
    }

    /// The commits that change the contract, the last one first. Of a merge only the branch that it was merged into
    /// counts: what happened on the other one was released by the merge.
    fn commits(&self) -> Result<Vec<String>, String> {
        let mut arguments = vec![
            "log",
            "--first-parent",
            "--full-history",
            "--format=%H",
            "HEAD",
            "--",
        ];
        arguments.extend(DOCUMENTS);
        let output = self.run(&arguments)?;
        if !output.status.success() {
            return Err(failed(&arguments, &output));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// The full name of the commit that a revision means.
    fn commit(&self, revision: &str) -> Result<Option<String>, String> {
        let commit = format!("{revision}^{{commit}}");
        let output = self.run(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ])?;
        let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status.success() && !name.is_empty()).then_some(name))
    }

    /// A file of a commit, by its path from the top, which need not be the top of the work tree.
    fn text(&self, commit: &str, path: &str) -> Result<Option<String>, String> {
        let listing = ["ls-tree", "--name-only", commit, "--", path];
        let listed = self.run(&listing)?;
        if !listed.status.success() {
            return Err(failed(&listing, &listed));
        }
        if listed.stdout.trim_ascii().is_empty() {
            return Ok(None);
        }
        let object = format!("{commit}:./{path}");
        let arguments = ["cat-file", "blob", &object];
        let output = self.run(&arguments)?;
        if !output.status.success() {
            return Err(failed(&arguments, &output));
        }
        String::from_utf8(output.stdout)
            .map(Some)
            .map_err(|_| format!("{path} of commit {commit} is not UTF-8"))
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, String> {
        let output = git(&self.top, arguments).output();
        output.map_err(|error| format!("git could not be run: {error}"))
    }
}

/// git in a folder. A hook of git sets variables that would make it look elsewhere.
fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command
}

fn failed(arguments: &[&str], output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    format!("`git {}` failed: {}", arguments.join(" "), error.trim())
}

fn short(commit: &str) -> String {
    commit.chars().take(12).collect()
}

//! Redocly CLI, pinned in `xtask/node`: installed there when it is first needed, and run for its JSON output.
//!
//! It exits with 1 for problems and for everything that went wrong alike. What it prints tells them apart: one
//! JSON value for each input, or no JSON at all.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, io};

use serde_json::Value;
use tempfile::TempDir;

/// The folder of `package.json`, from the top of the repository.
const FOLDER: &str = "xtask/node";

/// The package.
const PACKAGE: &str = "@redocly/cli";

/// What to do where Node.js or npm is missing.
const INSTALL: &str = "install Node.js (20.19 or a later 20, or 22.12 and newer) with npm 10 or newer; \
                       of the tasks, lint, dist --compare and diff need it";

/// Texts in a folder of their own, so that nothing beside them counts and they are taken as they have to be, not as
/// the work tree happens to have them.
pub(crate) struct Inputs(TempDir);

impl Inputs {
    pub(crate) fn new() -> Result<Self, String> {
        let folder = tempfile::tempdir();
        folder
            .map(Self)
            .map_err(|error| format!("cannot make a temporary folder: {error}"))
    }

    /// Adds a text. Its name is a path with `/`.
    pub(crate) fn add(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.0.path().join(name);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}

/// Redocly CLI in the pinned version.
#[derive(Debug)]
pub struct Redocly {
    program: PathBuf,
    config: PathBuf,
    version: String,
}

impl Redocly {
    /// The pinned version, which is installed first where it is not there. `top` is the top of the repository.
    ///
    /// # Errors
    ///
    /// Node.js or npm is missing, or the package cannot be installed.
    pub fn installed(top: &Path) -> Result<Self, String> {
        // The program is run in other folders.
        let folder = std::path::absolute(top.join(FOLDER))
            .map_err(|error| format!("cannot find {FOLDER}: {error}"))?;
        let version = pinned_version(&folder)?;
        let package = folder.join("node_modules").join(PACKAGE);
        if installed_version(&package).as_ref() != Some(&version) {
            install(&folder, &version)?;
            if installed_version(&package).as_ref() != Some(&version) {
                return Err(format!(
                    "npm ci went well, but {PACKAGE} {version} is not in {FOLDER}/node_modules; \
                     package.json and package-lock.json have to name the same version"
                ));
            }
        }
        Ok(Self {
            program: package.join("bin").join("cli.js"),
            config: folder.join("redocly.yaml"),
            version,
        })
    }

    /// The version, as pinned.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The rules of linting. `diff` must not be given them: a set of rules for linting takes those away by which
    /// changes are judged.
    pub(crate) fn lint_config(&self) -> &Path {
        &self.config
    }

    /// Runs a command on some inputs and returns the JSON values that it prints, `count` of them.
    ///
    /// # Errors
    ///
    /// Node.js is missing, or Redocly CLI prints anything else; the message holds what it said instead.
    pub(crate) fn json<A: AsRef<OsStr>>(
        &self,
        inputs: &Inputs,
        arguments: &[A],
        count: usize,
    ) -> Result<Vec<Value>, String> {
        let shown: Vec<_> = arguments
            .iter()
            .map(|argument| argument.as_ref().to_string_lossy())
            .collect();
        let shown = format!("redocly {}", shown.join(" "));
        let mut command = Command::new("node");
        command
            .arg(&self.program)
            .args(arguments)
            .current_dir(&inputs.0)
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
            .env("NO_COLOR", "1")
            .env_remove("FORCE_COLOR");
        let output = run(&mut command, "node", &shown)?;
        let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(&output.stdout)
            .into_iter()
            .collect();
        match values {
            Ok(values) if values.len() == count => Ok(values),
            Ok(values) => Err(format!(
                "`{shown}` reported on {} of {count} inputs; it said: {}",
                values.len(),
                said(&output)
            )),
            Err(error) => Err(format!(
                "`{shown}` did not print JSON ({error}); it said: {}",
                said(&output)
            )),
        }
    }
}

fn pinned_version(folder: &Path) -> Result<String, String> {
    let file = folder.join("package.json");
    let version = read_json(&file).and_then(|package| {
        let version = &package["devDependencies"][PACKAGE];
        version.as_str().map(str::to_owned)
    });
    version.ok_or_else(|| format!("{FOLDER}/package.json names no version of {PACKAGE}"))
}

fn installed_version(package: &Path) -> Option<String> {
    let package = read_json(&package.join("package.json"))?;
    package["version"].as_str().map(str::to_owned)
}

fn read_json(file: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

/// Installs what the lock file lists, without running any script of a package.
fn install(folder: &Path, version: &str) -> Result<(), String> {
    eprintln!("installing {PACKAGE} {version} in {FOLDER}");
    // On Windows npm is a batch file, which is found by its whole name only.
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    let shown = format!("npm {} (in {FOLDER})", arguments.join(" "));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    let output = run(&mut command, program, &shown)?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "`{shown}` failed ({}); it said: {}",
        output.status,
        said(&output)
    ))
}

fn run(command: &mut Command, program: &str, shown: &str) -> Result<Output, String> {
    command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            format!("`{shown}` could not be run, because there is no `{program}`: {INSTALL}")
        }
        _ => format!("`{shown}` could not be run: {error}"),
    })
}

/// What a program wrote for people, without the notice in a frame by which Redocly CLI greets older versions of
/// Node.js.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['╔', '║', '╚']));
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() {
        return "nothing".to_owned();
    }
    lines.join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_exact_and_locked_without_addresses() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
        let version = pinned_version(&folder).expect("a version");
        assert!(
            version.split('.').all(|part| part.parse::<u32>().is_ok()),
            "{version} is a range"
        );
        let lock = read_json(&folder.join("package-lock.json")).expect("a lock file");
        let packages = lock["packages"].as_object().expect("packages");
        let redocly = &packages[&format!("node_modules/{PACKAGE}")];
        assert_eq!(redocly["version"], version.as_str());
        for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
            assert!(package["integrity"].is_string(), "{name} has no integrity");
            assert!(package.get("resolved").is_none(), "{name} has an address");
        }
    }

    #[test]
    fn a_missing_program_is_named_together_with_what_to_install() {
        let program = "no-such-program-anywhere";
        let error = run(&mut Command::new(program), program, "npm ci").expect_err("it is missing");
        assert!(error.contains("`npm ci` could not be run"), "{error}");
        assert!(error.contains("install Node.js"), "{error}");
    }

    #[test]
    fn the_notice_in_a_frame_is_left_out() {
        let output = Output {
            status: std::process::ExitStatus::default(),
            stdout: Vec::new(),
            stderr: "\n  ╔══╗\n  ║ x ║\n  ╚══╝\n\n bad.yaml does not exist\n"
                .as_bytes()
                .to_vec(),
        };
        assert_eq!(said(&output), "bad.yaml does not exist");
    }
}

//! The published files on disk.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// How a folder differs from the files that should be in it, by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Other bytes than they should have.
    pub stale: Vec<String>,
    /// Not there.
    pub missing: Vec<String>,
    /// There, though nothing of this name is published.
    pub superfluous: Vec<String>,
}

impl Changes {
    /// Whether the folder is as it should be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stale.is_empty() && self.missing.is_empty() && self.superfluous.is_empty()
    }
}

/// How `folder` differs from `files`. A folder that is not there is an empty one.
///
/// # Errors
///
/// Something cannot be read.
pub fn changes(folder: &Path, files: &BTreeMap<String, String>) -> io::Result<Changes> {
    let mut changes = Changes::default();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries.collect::<Result<_, _>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(named(&error, "read", folder)),
    };
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !files.contains_key(&name) {
            changes.superfluous.push(name);
        }
    }
    changes.superfluous.sort();
    for (name, text) in files {
        let path = folder.join(name);
        match fs::read(&path) {
            Ok(bytes) if bytes == text.as_bytes() => {}
            Ok(_) => changes.stale.push(name.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                changes.missing.push(name.clone());
            }
            Err(error) => return Err(named(&error, "read", &path)),
        }
    }
    Ok(changes)
}

/// Makes `folder` hold `files` and nothing else, and returns what had to be done for that.
///
/// # Errors
///
/// Something cannot be read, written or removed; a folder within the folder is not removed.
pub fn write(folder: &Path, files: &BTreeMap<String, String>) -> io::Result<Changes> {
    let changes = changes(folder, files)?;
    fs::create_dir_all(folder).map_err(|error| named(&error, "make", folder))?;
    for name in changes.stale.iter().chain(&changes.missing) {
        let path = folder.join(name);
        fs::write(&path, &files[name]).map_err(|error| named(&error, "write", &path))?;
    }
    for name in &changes.superfluous {
        let path = folder.join(name);
        fs::remove_file(&path).map_err(|error| named(&error, "remove", &path))?;
    }
    Ok(changes)
}

fn named(error: &io::Error, what: &str, path: &Path) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("cannot {what} {}: {error}", path.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> BTreeMap<String, String> {
        ["a.json", "b.json", "c.json"]
            .map(|name| (name.to_owned(), format!("{name}\n")))
            .into()
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn stale_missing_and_superfluous_files_are_told_apart_and_put_right() {
        let top = tempfile::tempdir().expect("a temporary folder");
        let folder = top.path().join("dist");
        let all_missing = Changes {
            missing: names(&["a.json", "b.json", "c.json"]),
            ..Changes::default()
        };
        assert_eq!(changes(&folder, &files()).expect("readable"), all_missing);
        assert_eq!(write(&folder, &files()).expect("writable"), all_missing);
        assert!(changes(&folder, &files()).expect("readable").is_empty());

        // Line ends count, and bytes that are no text are no reason to stop.
        fs::write(folder.join("a.json"), "a.json\r\n").expect("writable");
        fs::write(folder.join("z.json"), [0xff]).expect("writable");
        fs::remove_file(folder.join("b.json")).expect("removable");
        let found = Changes {
            stale: names(&["a.json"]),
            missing: names(&["b.json"]),
            superfluous: names(&["z.json"]),
        };
        assert_eq!(changes(&folder, &files()).expect("readable"), found);
        // Looking has changed nothing.
        assert_eq!(write(&folder, &files()).expect("writable"), found);
        assert!(changes(&folder, &files()).expect("readable").is_empty());
        assert_eq!(
            fs::read(folder.join("a.json")).expect("readable"),
            b"a.json\n"
        );
    }

    #[test]
    fn a_folder_within_is_superfluous_but_not_removed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("within")).expect("writable");
        let found = changes(folder.path(), &files()).expect("readable");
        assert_eq!(found.superfluous, ["within"]);
        let error = write(folder.path(), &files()).expect_err("it is not removed");
        assert!(error.to_string().contains("within"), "{error}");
    }
}

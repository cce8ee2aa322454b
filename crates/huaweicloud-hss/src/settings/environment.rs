//! The variables of the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::Error;

/// The variables, and the folder of the user.
#[derive(Debug, Default)]
pub(super) struct Environment {
    variables: BTreeMap<OsString, OsString>,
    home: Option<PathBuf>,
}

impl Environment {
    /// Those of this process.
    pub(super) fn of_process() -> Self {
        Self::new(std::env::vars_os(), std::env::home_dir())
    }

    pub(super) fn new(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        home: Option<PathBuf>,
    ) -> Self {
        let variables = variables.into_iter();
        // An empty variable is one that was unset in a hurry.
        let variables = variables.filter(|(_, value)| !value.is_empty());
        Self {
            variables: variables.collect(),
            home: home.filter(|home| !home.as_os_str().is_empty()),
        }
    }

    /// The value of a variable.
    ///
    /// Fails for one that cannot be meant, such as a key with the line break of the file that it is from: to pass it
    /// over would be to take another identity.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let wrong = if text.trim() != text {
            "begins or ends with a blank or a line break"
        } else if text.contains(char::is_control) {
            "has a control character in it"
        } else {
            return Ok(Some(text));
        };
        Err(Error::config(format!("{name} {wrong}: set it without")))
    }

    /// The value of a variable that may have line breaks.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(value) = self.variables.get(OsString::from(name).as_os_str()) else {
            return Ok(None);
        };
        let text = value.clone().into_string();
        let text = text.map_err(|_| Error::config(format!("{name} is not UTF-8")))?;
        Ok(Some(text))
    }

    /// The values of two variables that make sense together only.
    pub(super) fn pair(&self, one: &str, other: &str) -> Result<Option<(String, String)>, Error> {
        match (self.get(one)?, self.get(other)?) {
            (Some(first), Some(second)) => Ok(Some((first, second))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(half(one, other)),
            (None, Some(_)) => Err(half(other, one)),
        }
    }

    /// The path in a variable.
    pub(super) fn path(&self, name: &str) -> Result<Option<PathBuf>, Error> {
        Ok(self.get(name)?.map(|path| self.expand(&path)))
    }

    /// A path in which `~` stands for the folder of the user, which no shell has replaced where the path is quoted.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        let below = path
            .strip_prefix('~')
            .filter(|rest| rest.is_empty() || rest.starts_with(std::path::is_separator));
        match (below, &self.home) {
            (Some(rest), Some(home)) => home.join(rest.trim_start_matches(std::path::is_separator)),
            _ => PathBuf::from(path),
        }
    }

    /// A file in the folder of the official SDKs, where that can be told.
    pub(super) fn in_home(&self, file: &str) -> Option<PathBuf> {
        let home = self.home.as_deref()?;
        Some(Path::new(home).join(".huaweicloud").join(file))
    }

    /// The names that begin like this.
    pub(super) fn names(&self, prefix: &str) -> impl Iterator<Item = &str> {
        let names = self.variables.keys().filter_map(|name| name.to_str());
        names.filter(move |name| name.starts_with(prefix))
    }
}

fn half(set: &str, missing: &str) -> Error {
    Error::config(format!("{set} is set, but {missing} is missing"))
}

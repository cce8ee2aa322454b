//! The credentials file of the official SDKs.

use std::path::Path;

use ini::{Ini, Properties};
use zeroize::Zeroizing;

use super::access_key;
use super::environment::Environment;
use crate::{Credentials, Error};

/// The section that is meant where none is named.
pub(super) const DEFAULT: &str = "basic";

/// What one section of the file has.
pub(super) struct Profile {
    pub(super) credentials: Credentials,
    pub(super) project_id: Option<String>,
    pub(super) iam_endpoint: Option<String>,
    /// Which section of which file it is, for messages.
    pub(super) place: String,
}

/// Reads one section. The inner error tells of a file without it, or without credentials in it, and what it has
/// instead; the outer one of a file that cannot be used.
pub(super) fn read(
    file: &Path,
    section: &str,
    environment: &Environment,
) -> Result<Result<Profile, Error>, Error> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| {
        Error::config(format!(
            "the credentials file {shown} cannot be read: {error}"
        ))
    })?;
    let text = Zeroizing::new(text);
    // The parser's own message may quote the line, and the line may be a key.
    let ini =
        Ini::load_from_str_noescape(text.trim_start_matches('\u{feff}')).map_err(|error| {
            Error::config(format!(
                "the credentials file {shown} is malformed near line {}",
                error.line
            ))
        })?;
    let mut found = ini.section_all(Some(section));
    let properties = match (found.next(), found.next()) {
        (Some(properties), None) => properties,
        (None, _) => {
            let without = match sections(&ini) {
                sections if sections.is_empty() => {
                    "and no other: its keys belong below a line with \
                                                    the name in brackets"
                        .to_owned()
                }
                sections => format!("but {sections}"),
            };
            return Ok(Err(Error::config(format!(
                "the credentials file {shown} has no profile [{section}], {without}"
            ))));
        }
        (Some(_), Some(_)) => {
            return Err(Error::config(format!(
                "the credentials file {shown} has the profile [{section}] twice"
            )));
        }
    };
    let place = format!("profile [{section}] of {shown}");
    let property = |name| property(properties, name, &place);
    let identity_provider = match (property("idp_id")?, property("id_token_file")?) {
        (Some(id), Some(file)) => Some(Credentials::identity_provider(
            id,
            environment.expand(&file),
        )),
        (None, None) => None,
        (Some(_), None) => return Err(half(&place, "id_token_file")),
        (None, Some(_)) => return Err(half(&place, "idp_id")),
    };
    let credentials = match identity_provider {
        Some(credentials) => Some(credentials),
        None => access_key(
            property("ak")?,
            property("sk")?,
            property("security_token")?,
            ("ak", "sk"),
            &place,
        )?,
    };
    let Some(credentials) = credentials else {
        return Ok(Err(Error::config(format!(
            "{place} has no credentials: ak and sk are expected, or idp_id and id_token_file{}",
            keys(properties)
        ))));
    };
    Ok(Ok(Profile {
        credentials: credentials.with_origin(&place),
        project_id: property("project_id")?,
        iam_endpoint: property("iam_endpoint")?,
        place,
    }))
}

/// A value, whose name counts without regard to case, as in the official SDKs.
fn property(properties: &Properties, name: &str, place: &str) -> Result<Option<String>, Error> {
    let mut found = properties
        .iter()
        .filter(|(key, value)| key.trim().eq_ignore_ascii_case(name) && !value.is_empty());
    let Some((_, value)) = found.next() else {
        return Ok(None);
    };
    if found.next().is_some() {
        return Err(Error::config(format!("{place} has {name} twice")));
    }
    Ok(Some(value.trim().to_owned()))
}

fn half(place: &str, missing: &str) -> Error {
    Error::config(format!("{place} lacks {missing}"))
}

/// The names of the sections, for a message.
fn sections(ini: &Ini) -> String {
    let names = ini.sections().flatten();
    let names = names.filter(|name| is_name(name)).take(10);
    names
        .map(|name| format!("[{name}]"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The names of the keys, for a message.
fn keys(properties: &Properties) -> String {
    let names = properties.iter().map(|(name, _)| name.trim());
    let names: Vec<_> = names.filter(|name| is_name(name)).take(10).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!("; it has {}", names.join(", ")),
    }
}

/// Whether it is a name, and not a value that stands where a name belongs.
fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
    let text = text.to_ascii_lowercase();
    (1..=24).contains(&text.len()) && text.bytes().all(is_plain)
}

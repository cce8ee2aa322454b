//! Checks the parameters of a request against the contract.

use std::collections::HashMap;

use hss_spec::{Kind, Location, Operation, Parameter};
use percent_encoding::percent_decode_str;

use crate::call::Call;

/// A parameter that a request gave, in the type of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

/// The documented parameters that a request gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    path: HashMap<String, Argument>,
    query: HashMap<String, Argument>,
}

impl Arguments {
    pub(crate) fn query(&self, name: &str) -> Option<&Argument> {
        self.query.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.query(name) {
            Some(Argument::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        match self.query(name) {
            Some(Argument::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        match self.query(name) {
            Some(Argument::Boolean(value)) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn path(&self, name: &str) -> &str {
        match self.path.get(name) {
            Some(Argument::Text(text)) => text,
            _ => "",
        }
    }
}

/// Reads the parameters of a request. The error says which parameter is wrong, and what was expected.
///
/// Parameters that the contract does not know are ignored, as gateways do.
pub(crate) fn arguments(operation: &Operation, call: &Call) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    let segments = operation.path.split('/').zip(call.uri.path().split('/'));
    for (template, segment) in segments {
        let Some(name) = template.strip_prefix('{').and_then(|t| t.strip_suffix('}')) else {
            continue;
        };
        if let Some(parameter) = operation.parameter(Location::Path, name) {
            let text = decode(segment).ok_or_else(|| bad_encoding(name))?;
            arguments
                .path
                .insert(name.to_owned(), read(parameter, &text)?);
        }
    }

    for pair in call.uri.query().unwrap_or_default().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = form_decode(name).ok_or_else(|| {
            "The name of a query parameter is not valid percent-encoded UTF-8.".to_owned()
        })?;
        let value = form_decode(value).ok_or_else(|| bad_encoding(&name))?;
        let Some(parameter) = operation.parameter(Location::Query, &name) else {
            continue;
        };
        let argument = read(parameter, &value)?;
        if arguments.query.insert(name, argument).is_some() {
            return Err(format!(
                "Parameter {} is given more than once.",
                parameter.name
            ));
        }
    }

    for parameter in &operation.parameters {
        if parameter.location == Location::Header
            && let Some(value) = call.headers.get(&parameter.name)
        {
            let text = std::str::from_utf8(value.as_bytes())
                .map_err(|_| format!("Header {} is not valid UTF-8.", parameter.name))?;
            read(parameter, text)?;
        }
        if parameter.location == Location::Query
            && parameter.required
            && !arguments.query.contains_key(&parameter.name)
        {
            return Err(format!(
                "Parameter {} is required: expected {}.",
                parameter.name,
                expected(parameter)
            ));
        }
    }
    Ok(arguments)
}

fn read(parameter: &Parameter, text: &str) -> Result<Argument, String> {
    let argument = match parameter.kind {
        Kind::String => Some(Argument::Text(text.to_owned())),
        Kind::Boolean => text.parse().ok().map(Argument::Boolean),
        Kind::Int32 => text
            .parse::<i32>()
            .ok()
            .map(|n| Argument::Integer(n.into())),
        Kind::Int64 => text.parse().ok().map(Argument::Integer),
    };
    argument
        .filter(|argument| within_limits(parameter, argument))
        .ok_or_else(|| {
            format!(
                "Parameter {} is invalid: expected {}.",
                parameter.name,
                expected(parameter)
            )
        })
}

fn within_limits(parameter: &Parameter, argument: &Argument) -> bool {
    match argument {
        Argument::Boolean(_) => true,
        Argument::Integer(number) => {
            parameter.minimum.is_none_or(|least| least <= *number)
                && parameter.maximum.is_none_or(|most| *number <= most)
        }
        Argument::Text(text) => {
            let length = text.chars().count() as u64;
            parameter.min_length.is_none_or(|least| least <= length)
                && parameter.max_length.is_none_or(|most| length <= most)
                && (parameter.values.is_empty() || parameter.values.contains(text))
        }
    }
}

/// What the contract says of a parameter, in words.
fn expected(parameter: &Parameter) -> String {
    let range = |least: Option<String>, most: Option<String>| match (least, most) {
        (Some(least), Some(most)) => format!(" from {least} to {most}"),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    };
    match parameter.kind {
        Kind::Boolean => "true or false".to_owned(),
        Kind::String if !parameter.values.is_empty() => {
            format!("one of {}", parameter.values.join(", "))
        }
        Kind::String => {
            let lengths = range(
                parameter.min_length.map(|n| n.to_string()),
                parameter.max_length.map(|n| n.to_string()),
            );
            if lengths.is_empty() {
                "a text".to_owned()
            } else {
                format!("a text{lengths} characters")
            }
        }
        Kind::Int32 | Kind::Int64 => {
            let bits = if parameter.kind == Kind::Int32 {
                32
            } else {
                64
            };
            let numbers = range(
                parameter.minimum.map(|n| n.to_string()),
                parameter.maximum.map(|n| n.to_string()),
            );
            format!("a {bits}-bit whole number{numbers}")
        }
    }
}

fn bad_encoding(name: &str) -> String {
    format!("Parameter {name} is not valid percent-encoded UTF-8.")
}

/// A `+` stands for a blank in a query, but not in a path.
fn form_decode(text: &str) -> Option<String> {
    decode(&text.replace('+', " "))
}

/// Decodes percent-encoded UTF-8. Unlike the usual decoders it takes no half-written escape for text.
fn decode(text: &str) -> Option<String> {
    let whole = text.split('%').skip(1).all(|rest| {
        let mut digits = rest.bytes().take(2);
        digits.len() == 2 && digits.all(|digit| digit.is_ascii_hexdigit())
    });
    if !whole {
        return None;
    }
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::{HeaderMap, HeaderValue, Method};
    use hss_spec::Contract;

    use super::*;
    use crate::fault::strike::Strikes;

    fn call(query: &str) -> Call {
        Call {
            method: Method::GET,
            uri: format!("/v5/p1/image/swr-repository?{query}")
                .parse()
                .expect("a URI"),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            strikes: Strikes::none(),
        }
    }

    fn listing() -> &'static Operation {
        Contract::hss_image()
            .operation("ListSwrImageRepository")
            .expect("the operation")
    }

    fn message(query: &str) -> String {
        arguments(listing(), &call(query)).expect_err(query)
    }

    #[test]
    fn documented_parameters_are_read_in_their_types_and_others_ignored() {
        let read = arguments(
            listing(),
            &call("image_type=private_image&has_vul=true&limit=10&image_name=a%2Bb+c&nobody_knows=1&nobody_knows=2&"),
        )
        .expect("a valid request");
        assert_eq!(read.path("project_id"), "p1");
        assert_eq!(read.text("image_name"), Some("a+b c"));
        assert_eq!(read.integer("limit"), Some(10));
        assert_eq!(read.boolean("has_vul"), Some(true));
        assert_eq!(read.query("nobody_knows"), None);
        assert_eq!(read.query.len(), 4);
    }

    #[test]
    fn every_kind_of_violation_is_named_with_what_was_expected() {
        insta::assert_snapshot!(message("limit=10"), @"Parameter image_type is required: expected one of private_image, shared_image, local_image, instance_image.");
        insta::assert_snapshot!(message("image_type=public_image"), @"Parameter image_type is invalid: expected one of private_image, shared_image, local_image, instance_image.");
        insta::assert_snapshot!(message("image_type="), @"Parameter image_type is invalid: expected one of private_image, shared_image, local_image, instance_image.");
        insta::assert_snapshot!(message("image_type=local_image&scan_status=done"), @"Parameter scan_status is invalid: expected one of unscan, success, scanning, failed, download_failed, image_oversized, waiting_for_scan.");
        insta::assert_snapshot!(message("image_type=local_image&limit=9"), @"Parameter limit is invalid: expected a 32-bit whole number from 10 to 200.");
        insta::assert_snapshot!(message("image_type=local_image&limit=201"), @"Parameter limit is invalid: expected a 32-bit whole number from 10 to 200.");
        insta::assert_snapshot!(message("image_type=local_image&limit=many"), @"Parameter limit is invalid: expected a 32-bit whole number from 10 to 200.");
        insta::assert_snapshot!(message("image_type=local_image&offset=99999999999"), @"Parameter offset is invalid: expected a 32-bit whole number from 0 to 2000000.");
        insta::assert_snapshot!(message("image_type=local_image&image_size=-1"), @"Parameter image_size is invalid: expected a 64-bit whole number of at least 0.");
        insta::assert_snapshot!(message("image_type=local_image&has_vul=TRUE"), @"Parameter has_vul is invalid: expected true or false.");
        insta::assert_snapshot!(message("image_type=local_image&namespace="), @"Parameter namespace is invalid: expected a text from 1 to 256 characters.");
        insta::assert_snapshot!(message(&format!("image_type=local_image&instance_id={}", "x".repeat(129))), @"Parameter instance_id is invalid: expected a text of at most 128 characters.");
        insta::assert_snapshot!(message("image_type=local_image&image_type=local_image"), @"Parameter image_type is given more than once.");
        insta::assert_snapshot!(message("image_type=local_image&namespace=%4"), @"Parameter namespace is not valid percent-encoded UTF-8.");
        insta::assert_snapshot!(message("image_type=local_image&namespace=%FF"), @"Parameter namespace is not valid percent-encoded UTF-8.");
        insta::assert_snapshot!(message("image_type=local_image&%zz=1"), @"The name of a query parameter is not valid percent-encoded UTF-8.");
    }

    #[test]
    fn the_path_and_the_headers_are_checked_too() {
        let mut long_path = call("image_type=local_image");
        long_path.uri = format!("/v5/{}/image/swr-repository", "p".repeat(257))
            .parse()
            .expect("a URI");
        insta::assert_snapshot!(arguments(listing(), &long_path).expect_err("too long"), @"Parameter project_id is invalid: expected a text from 1 to 256 characters.");

        let mut long_region = call("image_type=local_image");
        let region = HeaderValue::from_str(&"r".repeat(129)).expect("a header value");
        long_region.headers.insert("region", region);
        insta::assert_snapshot!(arguments(listing(), &long_region).expect_err("too long"), @"Parameter region is invalid: expected a text of at most 128 characters.");
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let query = format!(
            "image_type=local_image&image_version={}",
            "%E9%95%9C".repeat(64)
        );
        assert!(arguments(listing(), &call(&query)).is_ok());
    }
}

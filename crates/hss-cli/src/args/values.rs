//! From the text of a flag to its value.

use std::net::SocketAddr;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jiff::{SignedDuration, Timestamp};

/// The latest time that the contract allows in a filter: the beginning of 2099 in China.
const LATEST_TIME: i64 = 4_070_880_000_000;

/// Takes the values of an open enum that this version knows. A filter with any other value would only
/// come back as an error of the service.
pub(super) fn known<T>(values: &'static [T]) -> impl TypedValueParser<Value = T>
where
    T: AsRef<str> + for<'a> From<&'a str> + Clone + Send + Sync + 'static,
{
    let values = values
        .iter()
        .map(|value| PossibleValue::new(value.as_ref()));
    PossibleValuesParser::new(values).map(|text| T::from(text.as_str()))
}

/// Takes a text of so many characters.
pub(super) fn text(
    least: usize,
    most: usize,
) -> impl Fn(&str) -> Result<String, String> + Clone + Send + Sync + 'static {
    move |text| match text.chars().count() {
        count if count < least => Err("it must not be empty".to_owned()),
        count if count > most => Err(format!("it has {count} characters, {most} are allowed")),
        _ => Ok(text.to_owned()),
    }
}

/// Takes a time as milliseconds since 1970 or in the form of RFC 3339, and gives the former.
pub(super) fn time(text: &str) -> Result<i64, String> {
    let millisecond = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        text.parse().ok().map(Timestamp::as_millisecond)
    };
    match millisecond {
        Some(time @ 0..=LATEST_TIME) => Ok(time),
        Some(_) => Err("times from 1970 to the end of 2098 are allowed".to_owned()),
        None => Err(
            "expected milliseconds since 1970, or a time such as 2025-06-01T00:00:00Z".to_owned(),
        ),
    }
}

/// Takes a number of bytes.
pub(super) fn bytes(text: &str) -> Result<i64, String> {
    text.parse()
        .ok()
        .filter(|bytes| *bytes >= 0)
        .ok_or_else(|| "expected a whole number of bytes, without a unit".to_owned())
}

/// Takes `50ms`, `2s`, `1m` and the like.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .ok_or_else(|| "expected a number with a unit, such as 50ms, 2s or 1m".to_owned())
}

/// Takes an IP address with a port.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "expected an IP address and a port, such as 127.0.0.1:8085".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_milliseconds_or_rfc_3339() {
        for (text, expected) in [
            ("0", 0),
            ("1687664346000", 1_687_664_346_000),
            ("2023-06-25T03:39:06Z", 1_687_664_346_000),
            ("2023-06-25T11:39:06+08:00", 1_687_664_346_000),
            ("2023-06-25 03:39:06.789Z", 1_687_664_346_789),
            ("2099-01-01T00:00:00+08:00", LATEST_TIME),
        ] {
            assert_eq!(time(text), Ok(expected), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "-1",
            "+5",
            "1e3",
            "2023-06-25",
            "2023-06-25T03:39:06",
            "1969-12-31T23:59:59Z",
            "2099-01-01T00:00:00.001+08:00",
            "99999999999999999999",
        ] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_duration_has_a_unit() {
        for (text, expected) in [("50ms", 50), ("2s", 2_000), ("1m", 60_000), ("0s", 0)] {
            assert_eq!(
                duration(text),
                Ok(Duration::from_millis(expected)),
                "{text}"
            );
        }
        for text in ["", "50", "-2s", "soon", "2 parsecs"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_text_is_measured_in_characters() {
        let name = text(1, 3);
        assert_eq!(name("镜镜镜"), Ok("镜镜镜".to_owned()));
        assert!(name("").is_err());
        assert!(name("abcd").is_err());
    }
}

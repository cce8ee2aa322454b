//! From the text of a flag to its value.

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use huaweicloud_hss::RateLimit;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// The latest time that the contract allows in a filter: the beginning of 2099 in China.
const LATEST_TIME: i64 = 4_070_880_000_000;

/// The beginning of 2000.
const EARLIEST_TIME: i64 = 946_684_800_000;

/// Takes the values of an open enum that this version knows. A filter with any other value would only
/// come back as an error of the service.
pub(super) fn known<T>(values: &'static [T]) -> impl TypedValueParser<Value = T>
where
    T: AsRef<str> + FromStr<Err: std::error::Error + Send + Sync> + Clone + Send + Sync + 'static,
{
    let values = values
        .iter()
        .map(|value| PossibleValue::new(value.as_ref()));
    PossibleValuesParser::new(values).try_map(|text| text.parse::<T>())
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

/// Which end of a day is meant where a day is given.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound {
    Start,
    End,
}

/// Takes a time and gives it in milliseconds since 1970: a number of those, a time of RFC 3339, a day in UTC, or a
/// time ago such as `7d`.
pub(super) fn time(bound: Bound) -> impl Fn(&str) -> Result<i64, String> + Clone + Send + Sync {
    move |text| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let millisecond = if is_number {
            text.parse().ok()
        } else if let Some(day) = day(text) {
            bound.of(day)
        } else {
            let time = text.parse().ok().or_else(|| ago(text));
            time.map(Timestamp::as_millisecond)
        };
        match millisecond {
            // Images have been scanned since then. What comes before is no number of milliseconds.
            Some(time @ 1..EARLIEST_TIME) if is_number => Err(format!(
                "{text} milliseconds since 1970 is a time in {}; for seconds append 000, for a day write 2024-01-01",
                Timestamp::from_millisecond(time).map_or(1970, |time| Offset::UTC.to_datetime(time).year())
            )),
            Some(time @ 0..=LATEST_TIME) => Ok(time),
            Some(_) => Err("times from 1970 to the end of 2098 are allowed".to_owned()),
            None => Err(
                "expected a time such as 2025-06-01T00:00:00Z, a day such as 2025-06-01, a time ago such as 7d, or \
                 milliseconds since 1970"
                    .to_owned(),
            ),
        }
    }
}

impl Bound {
    fn of(self, day: Date) -> Option<i64> {
        let start = Offset::UTC
            .to_timestamp(day.to_datetime(Time::midnight()))
            .ok()?;
        let start = start.as_millisecond();
        Some(match self {
            Self::Start => start,
            Self::End => start + 24 * 60 * 60 * 1_000 - 1,
        })
    }
}

/// `2025-06-01` and nothing else; the parser would leave out a time that follows.
fn day(text: &str) -> Option<Date> {
    text.parse()
        .ok()
        .filter(|_| text.len() == "2025-06-01".len())
}

/// So long before now: `30m`, `12h`, `7d`, `2w`.
fn ago(text: &str) -> Option<Timestamp> {
    let (index, unit) = text.char_indices().last()?;
    let minutes: i64 = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        'w' => 7 * 24 * 60,
        _ => return None,
    };
    let count: i64 = text[..index].parse().ok().filter(|count| *count >= 0)?;
    let minutes = count.checked_mul(minutes)?;
    let span = SignedDuration::try_from_mins(minutes)?;
    Timestamp::now().checked_sub(span).ok()
}

/// Takes a number of calls in a time: `5/minute`, `70/second`, `200/5m`.
pub(super) fn rate(text: &str) -> Result<RateLimit, String> {
    let parts = text.split_once('/').and_then(|(calls, window)| {
        let calls = calls.parse::<u32>().ok().filter(|calls| *calls > 0)?;
        let window = match window {
            "second" => Duration::from_secs(1),
            "minute" => Duration::from_secs(60),
            "hour" => Duration::from_secs(3_600),
            other => duration(other).ok().filter(|window| !window.is_zero())?,
        };
        Some((calls, window))
    });
    match parts {
        Some((calls, window)) => Ok(RateLimit::per(calls, window)),
        None => Err(
            "expected a number of calls in a time, such as 5/minute, 70/second or 200/5m"
                .to_owned(),
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

/// Takes a duration that is longer than none.
pub(super) fn limit(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("it must be longer than 0".to_owned()),
        limit => Ok(limit),
    }
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
    fn a_time_is_milliseconds_or_rfc_3339_or_a_day() {
        let time = super::time(Bound::Start);
        for (text, expected) in [
            ("0", 0),
            ("1687664346000", 1_687_664_346_000),
            ("2023-06-25T03:39:06Z", 1_687_664_346_000),
            ("2023-06-25T11:39:06+08:00", 1_687_664_346_000),
            ("2023-06-25 03:39:06.789Z", 1_687_664_346_789),
            ("2099-01-01T00:00:00+08:00", LATEST_TIME),
            ("2023-06-25", 1_687_651_200_000),
        ] {
            assert_eq!(time(text), Ok(expected), "{text}");
        }
        assert_eq!(super::time(Bound::End)("2023-06-25"), Ok(1_687_737_599_999));
        for text in [
            "",
            "yesterday",
            "-1",
            "+5",
            "1e3",
            "2023-06-25T03:39:06",
            "2023-13-01",
            "1969-12-31T23:59:59Z",
            "2099-01-01T00:00:00.001+08:00",
            "99999999999999999999",
            "7",
            "-7d",
            "99999999999999d",
        ] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    /// What `date +%s` prints, and a day without its dashes, are none.
    #[test]
    fn seconds_are_not_taken_for_milliseconds() {
        let time = super::time(Bound::End);
        assert_eq!(
            time("1764259200").expect_err("seconds"),
            "1764259200 milliseconds since 1970 is a time in 1970; for seconds append 000, for a day write 2024-01-01"
        );
        assert!(
            time("20240101")
                .expect_err("a day")
                .contains("for a day write")
        );
    }

    #[test]
    fn a_time_ago_counts_from_now() {
        let now = Timestamp::now().as_millisecond();
        for (text, minutes) in [("30m", 30), ("12h", 720), ("7d", 10_080), ("2w", 20_160)] {
            let time = super::time(Bound::Start)(text).expect(text);
            let off = now - minutes * 60_000 - time;
            assert!((-60_000..=60_000).contains(&off), "{text}: {off}");
        }
    }

    #[test]
    fn a_rate_is_a_number_of_calls_in_a_time() {
        for (text, shown) in [
            ("5/minute", "5 calls a minute"),
            ("70/second", "70 calls a second"),
            ("1/hour", "1 call an hour"),
            ("200/5m", "200 calls in 5 min"),
            ("5/1s", "5 calls a second"),
        ] {
            assert_eq!(rate(text).expect(text).limit().to_string(), shown);
        }
        for text in [
            "",
            "5",
            "0/minute",
            "-1/minute",
            "5/",
            "5/0s",
            "5/fortnight",
            "/minute",
        ] {
            assert!(rate(text).is_err(), "{text}");
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

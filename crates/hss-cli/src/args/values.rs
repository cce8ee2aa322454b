//! From the text of a flag to its value.

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use huaweicloud_hss::RateLimit;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
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

const EMPTY: &str = "it must not be empty";

/// Takes a text of so many characters.
pub(super) fn text(
    least: usize,
    most: usize,
) -> impl Fn(&str) -> Result<String, String> + Clone + Send + Sync + 'static {
    move |text| match text.chars().count() {
        count if count < least => Err(EMPTY.to_owned()),
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

/// Takes a time and gives it in milliseconds since 1970: a number of those, a time of RFC 3339, a day or a time in the
/// local zone, or a time ago such as `7d`.
pub(super) fn time(bound: Bound) -> impl Fn(&str) -> Result<i64, String> + Clone + Send + Sync {
    move |text| time_in(text, bound, &TimeZone::system())
}

fn time_in(text: &str, bound: Bound, zone: &TimeZone) -> Result<i64, String> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let time = if is_number {
        text.parse().ok()
    } else {
        let time = text.parse().ok();
        time.or_else(|| local(text, bound, zone))
            .or_else(|| ago(text))
            .map(Timestamp::as_millisecond)
    };
    match time {
        // Images have been scanned since then. What comes before is no number of milliseconds.
        Some(number @ 1..EARLIEST_TIME) if is_number => Err(not_milliseconds(number)),
        Some(time @ 0..=LATEST_TIME) => Ok(time),
        Some(_) => Err("times from 1970 to the end of 2098 are allowed".to_owned()),
        None => Err(
            "expected a day such as 2025-06-01, a time such as 2025-06-01T08:00 or 2025-06-01T08:00:00Z, a time ago \
             such as 7d, or milliseconds since 1970"
                .to_owned(),
        ),
    }
}

/// What is wrong with a number that is too small, and what was meant.
fn not_milliseconds(number: i64) -> String {
    let seconds = EARLIEST_TIME / 1_000..=LATEST_TIME / 1_000;
    let meant = if let Ok(day) = Date::strptime("%Y%m%d", number.to_string()) {
        format!("{day} for the day")
    } else if seconds.contains(&number) {
        format!("{number}000 if these are seconds")
    } else if (1970..=2098).contains(&number) {
        format!("{number}-01-01 for the year")
    } else {
        "2024-01-01 for a day".to_owned()
    };
    let year = Timestamp::from_millisecond(number)
        .map_or(1970, |time| Offset::UTC.to_datetime(time).year());
    format!("{number} milliseconds since 1970 is a time in {year}; write {meant}")
}

/// A day or a time of the day, in a time zone. The end of a day is its last millisecond, as it is that of a minute.
fn local(text: &str, bound: Bound, zone: &TimeZone) -> Option<Timestamp> {
    let (time, next) = if text.len() == "2025-06-01".len() {
        let day: Date = text.parse().ok()?;
        (
            day.to_datetime(Time::midnight()),
            day.tomorrow().ok()?.to_datetime(Time::midnight()),
        )
    } else {
        // The parser would read over a zone.
        let (_, time) = text.split_at_checked("2025-06-01".len())?;
        if time.contains(|c: char| !c.is_ascii_digit() && !matches!(c, 'T' | 't' | ' ' | ':' | '.'))
        {
            return None;
        }
        let time: DateTime = text.parse().ok()?;
        // `2025-06-01T08:00` has no seconds, and means all of them.
        let step = if text.len() == "2025-06-01T08:00".len() {
            60_000
        } else {
            1
        };
        (
            time,
            time.checked_add(SignedDuration::from_millis(step)).ok()?,
        )
    };
    let of_zone = |time| zone.to_ambiguous_timestamp(time).compatible().ok();
    match bound {
        Bound::Start => of_zone(time),
        Bound::End => of_zone(next)?
            .checked_sub(SignedDuration::from_millis(1))
            .ok(),
    }
}

/// So long before now: `90s`, `30m`, `12h`, `7d`, `2w`.
fn ago(text: &str) -> Option<Timestamp> {
    let (index, unit) = text.char_indices().last()?;
    let seconds: i64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        'w' => 7 * 24 * 60 * 60,
        _ => return None,
    };
    let count: i64 = text[..index].parse().ok().filter(|count| *count >= 0)?;
    let span = SignedDuration::from_secs(count.checked_mul(seconds)?);
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

/// Takes a whole number in these bounds.
pub(super) fn whole_number<T>(
    least: T,
    most: impl Into<Option<T>>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + Display + Clone + Send + Sync + 'static,
{
    let most = most.into();
    move |text| {
        let number: Option<T> = text.parse().ok();
        let allowed =
            |number: &T| *number >= least && most.as_ref().is_none_or(|most| number <= most);
        number.filter(allowed).ok_or_else(|| match &most {
            Some(most) => format!("expected a whole number from {least} to {most}"),
            None => format!("expected a whole number of at least {least}"),
        })
    }
}

/// Takes the path of a file to write.
pub(super) fn file(text: &str) -> Result<PathBuf, String> {
    match text {
        "" => Err(EMPTY.to_owned()),
        "-" => {
            Err("leave the flag out to write to standard output, or name the file ./-".to_owned())
        }
        path => Ok(path.into()),
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

    /// A zone that changes its clocks, as text of POSIX, since a machine may have no other.
    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone")
    }

    #[test]
    fn a_time_is_in_its_own_zone_or_in_that_of_the_machine() {
        let time = |text| time_in(text, Bound::Start, &berlin());
        for (text, expected) in [
            ("0", 0),
            ("1687664346000", 1_687_664_346_000),
            ("2023-06-25T03:39:06Z", 1_687_664_346_000),
            ("2023-06-25T11:39:06+08:00", 1_687_664_346_000),
            ("2023-06-25 03:39:06.789Z", 1_687_664_346_789),
            ("2099-01-01T00:00:00+08:00", LATEST_TIME),
            ("2023-06-25", 1_687_644_000_000),
            ("2023-06-25T05:39:06", 1_687_664_346_000),
            ("2023-06-25 05:39", 1_687_664_340_000),
        ] {
            assert_eq!(time(text), Ok(expected), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "-1",
            "+5",
            "1e3",
            "2023-13-01",
            "2023-06-25T25:00",
            "2023-06-25T05:39:06[Asia/Shanghai]",
            "2023-06-25T05:39:06+99:00",
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

    #[test]
    fn the_end_of_a_day_is_the_moment_before_the_next_one() {
        let day = |text| {
            let [start, end] = [Bound::Start, Bound::End]
                .map(|bound| time_in(text, bound, &berlin()).expect(text));
            end - start
        };
        const HOUR: i64 = 3_600_000;
        assert_eq!(day("2023-06-25"), 24 * HOUR - 1);
        // The clocks go forward, and back.
        assert_eq!(day("2023-03-26"), 23 * HOUR - 1);
        assert_eq!(day("2023-10-29"), 25 * HOUR - 1);
        assert_eq!(day("2023-06-25T05:39"), 60_000 - 1);
        assert_eq!(day("2023-06-25T05:39:06"), 0);
        assert_eq!(day("2023-06-25T05:39:06Z"), 0);
    }

    /// What `date +%s` prints, a day without its dashes, and a year are none.
    #[test]
    fn a_number_that_is_not_milliseconds_is_refused_with_what_was_meant() {
        let said = |text: &str| time_in(text, Bound::End, &TimeZone::UTC).expect_err(text);
        assert_eq!(
            said("1764259200"),
            "1764259200 milliseconds since 1970 is a time in 1970; write 1764259200000 if these are seconds"
        );
        for (text, meant) in [
            ("20240131", "write 2024-01-31 for the day"),
            ("2024", "write 2024-01-01 for the year"),
            ("7", "write 2024-01-01 for a day"),
            ("946684799999", "in 1999; write"),
        ] {
            assert!(said(text).contains(meant), "{}", said(text));
        }
    }

    #[test]
    fn a_time_ago_counts_from_now() {
        let now = Timestamp::now().as_millisecond();
        for (text, minutes) in [
            ("60s", 1),
            ("30m", 30),
            ("12h", 720),
            ("7d", 10_080),
            ("2w", 20_160),
        ] {
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

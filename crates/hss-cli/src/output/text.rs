//! Values as text: exact for programs, harmless and short for people.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;

const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// The text with a replacement for every character that could do something to a terminal instead of being
/// shown by it: control characters, with which an image name could move the cursor or start an escape
/// sequence, line separators, and what reorders or hides other characters.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unsafe) {
        let replace = |c| if is_unsafe(c) { '\u{fffd}' } else { c };
        Cow::Owned(text.chars().map(replace).collect())
    } else {
        Cow::Borrowed(text)
    }
}

pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' // soft hyphen
            | '\u{61c}' // Arabic letter mark
            | '\u{180e}' // Mongolian vowel separator
            | '\u{200b}'..='\u{200f}' // zero width, and marks of direction
            | '\u{2028}'..='\u{202e}' // line and paragraph separators, embeddings and overrides
            | '\u{2060}'..='\u{206f}' // word joiner, invisible operators, isolates
            | '\u{feff}' // byte order mark
            | '\u{fff9}'..='\u{fffb}' // interlinear annotation
            | '\u{e0000}'..='\u{e007f}' // tags
        )
}

/// A number of bytes in binary units, without a blank, so that a cell is one word.
pub(super) fn size(bytes: i64) -> String {
    if bytes.unsigned_abs() < 1024 {
        return format!("{bytes}B");
    }
    // A size of this many bits loses nothing that one decimal would show.
    #[allow(clippy::cast_precision_loss)]
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    // The number that is shown decides: 1023.96 would be shown as 1024.0.
    while value.abs() >= 1023.95 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1}{}", UNITS[unit])
}

/// The day of a time in milliseconds since 1970, if it is one that a calendar has.
pub(super) fn day(millisecond: i64, zone: &TimeZone) -> Option<String> {
    format(millisecond, zone, "%Y-%m-%d")
}

/// The same with the time of the day, in a form that spreadsheets read.
pub(super) fn second(millisecond: i64, zone: &TimeZone) -> Option<String> {
    format(millisecond, zone, "%Y-%m-%d %H:%M:%S")
}

fn format(millisecond: i64, zone: &TimeZone, format: &str) -> Option<String> {
    let time = Timestamp::from_millisecond(millisecond).ok()?;
    Some(zone.to_datetime(time).strftime(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_drives_a_terminal_is_left() {
        for (text, shown) in [
            ("\u{1b}[2J\u{1b}]0;title\u{7}", "�[2J�]0;title�"),
            ("\u{9b}31m", "�31m"),
            ("a\r\nb\tc\u{0}\u{7f}", "a��b�c��"),
            ("user\u{202e}gpj.exe\u{2066}", "user�gpj.exe�"),
            ("pay\u{200b}pal\u{feff}\u{2028}", "pay�pal��"),
            ("\u{e0041}", "�"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn what_people_write_is_left_alone() {
        for text in ["aaa/centos7:common", "镜像", "naïve café", "مرحبا", "🐳"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn sizes_are_shown_in_binary_units() {
        for (bytes, shown) in [
            (0, "0B"),
            (1000, "1000B"),
            (1023, "1023B"),
            (1024, "1.0KiB"),
            (1536, "1.5KiB"),
            (1_048_524, "1023.9KiB"),
            (1_048_525, "1.0MiB"),
            (21_474_836_480, "20.0GiB"),
            (i64::MAX, "8.0EiB"),
            (-1, "-1B"),
            (-2048, "-2.0KiB"),
        ] {
            assert_eq!(size(bytes), shown, "{bytes}");
        }
    }

    #[test]
    fn a_day_is_that_of_the_zone() {
        let east = TimeZone::fixed(jiff::tz::offset(8));
        for (millisecond, utc, there) in [
            (0, Some("1970-01-01"), Some("1970-01-01")),
            (1_687_664_346_000, Some("2023-06-25"), Some("2023-06-25")),
            (1_751_327_999_999, Some("2025-06-30"), Some("2025-07-01")),
            (i64::MAX, None, None),
            (i64::MIN, None, None),
        ] {
            assert_eq!(day(millisecond, &TimeZone::UTC).as_deref(), utc);
            assert_eq!(day(millisecond, &east).as_deref(), there);
        }
    }
}

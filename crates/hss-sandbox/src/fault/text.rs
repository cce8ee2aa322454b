//! Faults as text, as the command line and messages have them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use hss_spec::Contract;
use jiff::SignedDuration;

use super::{Fault, WrongTotal};

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        let time = |time: &Duration| format!("{}ms", time.as_millis());
        match self {
            Self::Status(code) | Self::Html(code) | Self::Empty(code) | Self::Iam(code) => {
                write!(f, "{name}={code}")
            }
            Self::Throttle(n)
            | Self::RetryAfter(n)
            | Self::ResetBody(n)
            | Self::Truncate(n)
            | Self::Clamp(n)
            | Self::Insert(n)
            | Self::Delete(n)
            | Self::Move(n)
            | Self::SameId(n) => write!(f, "{name}={n}"),
            Self::Total(WrongTotal::Is(n)) => write!(f, "{name}={n}"),
            Self::Total(WrongTotal::More(n)) => write!(f, "{name}=+{n}"),
            Self::Total(WrongTotal::OfThePage) => write!(f, "{name}=page"),
            Self::Redirect(to) => write!(f, "{name}={to}"),
            Self::SlowBody(by) | Self::Delay(by) | Self::Jitter(by) => {
                write!(f, "{name}={}", time(by))
            }
            Self::Null(field) => write!(f, "{name}={field}"),
            Self::Reset
            | Self::WrongType
            | Self::UnknownEnum
            | Self::TextNumbers
            | Self::ExpireTokens
            | Self::Unordered
            | Self::TextId
            | Self::Error200 => f.write_str(name),
        }
    }
}

/// A text that names no fault, or gives it a wrong argument.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a valid fault: {reason}{}", if *reason == UNKNOWN { known() } else { String::new() })]
pub struct ParseFaultError {
    pub(super) text: String,
    pub(super) reason: &'static str,
}

const UNKNOWN: &str = "the name is unknown";

fn known() -> String {
    let known = Fault::KNOWN.join(", ");
    format!(
        "; the known ones are {known}, each with @N for the first N calls or @P% for a share of all"
    )
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    /// Reads `NAME` or `NAME=ARG`.
    ///
    /// # Errors
    ///
    /// Fails for an unknown name, and for an argument that is missing, superfluous or out of range. The
    /// message lists the known faults.
    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let (name, argument) = match text.split_once('=') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        read(name, argument).map_err(|reason| ParseFaultError {
            text: text.to_owned(),
            reason,
        })
    }
}

fn read(name: &str, argument: Option<&str>) -> Result<Fault, &'static str> {
    const STATUS: &str = "CODE must be a status from 400 to 599";
    const ANY_STATUS: &str = "CODE must be a status from 200 to 599 that allows a body";
    const COUNT: &str = "N must be a whole number above 0";
    const BYTES: &str = "N must be a whole number of bytes";
    const TIME: &str = "TIME must be a number with a unit, such as 50ms or 2s";

    let status = |lowest: u16| {
        argument
            .and_then(|a| a.parse::<u16>().ok())
            // These three never have a body, so they could not carry what the fault is about.
            .filter(|code| (lowest..600).contains(code) && ![204, 205, 304].contains(code))
    };
    let number = || argument.and_then(|a| a.parse::<u32>().ok());
    let count = || number().filter(|n| *n > 0).ok_or(COUNT);
    let bytes = || number().ok_or(BYTES);
    let time = || {
        let time = argument.and_then(|a| a.parse::<SignedDuration>().ok());
        time.and_then(|time| Duration::try_from(time).ok())
            .ok_or(TIME)
    };
    let alone = |fault| match argument {
        None => Ok(fault),
        Some(_) => Err("it takes no argument"),
    };
    match name {
        "status" => status(400).map(Fault::Status).ok_or(STATUS),
        "iam" => status(400).map(Fault::Iam).ok_or(STATUS),
        "html" => status(200).map(Fault::Html).ok_or(ANY_STATUS),
        "empty" => status(200).map(Fault::Empty).ok_or(ANY_STATUS),
        "throttle" => count().map(Fault::Throttle),
        "retry-after" => number()
            .map(Fault::RetryAfter)
            .ok_or("SECONDS must be a whole number"),
        "redirect" => argument
            .and_then(|a| a.parse().ok())
            .map(Fault::Redirect)
            .ok_or("ADDR:PORT must be an IP address and a port"),
        "reset" => alone(Fault::Reset),
        "reset-body" => bytes().map(Fault::ResetBody),
        "truncate" => bytes().map(Fault::Truncate),
        "slow-body" => time().map(Fault::SlowBody),
        "delay" => time().map(Fault::Delay),
        "jitter" => time().map(Fault::Jitter),
        "wrong-type" => alone(Fault::WrongType),
        "unknown-enum" => alone(Fault::UnknownEnum),
        "null" => argument
            .and_then(field)
            .map(Fault::Null)
            .ok_or("FIELD must be a field of the documented response"),
        "text-numbers" => alone(Fault::TextNumbers),
        "clamp" => count().map(Fault::Clamp),
        "insert" => count().map(Fault::Insert),
        "delete" => count().map(Fault::Delete),
        "expire-tokens" => alone(Fault::ExpireTokens),
        "total" => argument
            .and_then(wrong_total)
            .map(Fault::Total)
            .ok_or("N must be a whole number, +N for N more than there are, or page"),
        "move" => count().map(Fault::Move),
        "unordered" => alone(Fault::Unordered),
        "same-id" => count().map(Fault::SameId),
        "text-id" => alone(Fault::TextId),
        "error-200" => alone(Fault::Error200),
        _ => Err(UNKNOWN),
    }
}

fn wrong_total(text: &str) -> Option<WrongTotal> {
    match (text, text.strip_prefix('+')) {
        ("page", _) => Some(WrongTotal::OfThePage),
        (_, Some(more)) => more.parse().ok().map(WrongTotal::More),
        (text, None) => text.parse().ok().map(WrongTotal::Is),
    }
}

/// The name of a field of the answer or of a record, as the contract has it.
fn field(name: &str) -> Option<&'static str> {
    ["SwrImagePage", "PrivateImageRepositoryInfo"]
        .iter()
        .filter_map(|schema| {
            let pointer = format!("/components/schemas/{schema}/properties");
            Contract::hss_image().value().pointer(&pointer)?.as_object()
        })
        .flat_map(|properties| properties.keys())
        .find(|known| *known == name)
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_as_it_is_written() {
        let every = [
            Fault::Status(503),
            Fault::Html(502),
            Fault::Empty(504),
            Fault::Throttle(3),
            Fault::RetryAfter(2),
            Fault::Redirect("127.0.0.1:80".parse().expect("an address")),
            Fault::Reset,
            Fault::ResetBody(0),
            Fault::Truncate(100),
            Fault::SlowBody(Duration::from_secs(2)),
            Fault::Delay(Duration::from_millis(5)),
            Fault::Jitter(Duration::from_millis(50)),
            Fault::WrongType,
            Fault::UnknownEnum,
            Fault::Null("vul_num"),
            Fault::TextNumbers,
            Fault::Clamp(7),
            Fault::Insert(1),
            Fault::Delete(1),
            Fault::ExpireTokens,
            Fault::Total(WrongTotal::Is(-1)),
            Fault::Move(2),
            Fault::Unordered,
            Fault::SameId(10),
            Fault::TextId,
            Fault::Error200,
            Fault::Iam(403),
            Fault::Total(WrongTotal::More(5)),
            Fault::Total(WrongTotal::OfThePage),
        ];
        for fault in &every {
            assert_eq!(fault.to_string().parse(), Ok(*fault));
        }
        for (fault, known) in every.iter().zip(Fault::KNOWN) {
            let text = fault.to_string();
            assert_eq!(text.parse(), Ok(*fault));
            assert_eq!(
                (text.split('=').next(), text.contains('=')),
                (known.split('=').next(), known.contains('='))
            );
            assert_eq!(Some(fault.name()), known.split('=').next());
        }
    }

    #[test]
    fn what_is_no_fault_is_refused_with_the_known_ones() {
        let reason = |text: &str| text.parse::<Fault>().expect_err(text).reason;
        insta::assert_snapshot!(
            "earthquake"
                .parse::<Fault>()
                .expect_err("no fault")
                .to_string()
        );
        let reasons = [
            "earthquake",
            "status=200",
            "status",
            "html=204",
            "empty=304",
            "throttle=0",
            "retry-after=soon",
            "redirect=example.com",
            "reset=1",
            "reset-body",
            "truncate=-1",
            "slow-body=5",
            "delay=-1s",
            "null",
            "null=nobody_knows",
            "clamp=many",
            "unknown-enum=1",
            "insert=0",
            "expire-tokens=1",
            "total=many",
            "move=0",
            "same-id",
            "error-200=7",
        ]
        .map(|text| format!("{text}: {}", reason(text)))
        .join("\n");
        insta::assert_snapshot!(reasons);
    }
}

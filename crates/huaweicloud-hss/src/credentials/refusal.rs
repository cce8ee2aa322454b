//! What an answer says of the credential that the request was sent with.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Why the service does not accept a request, as far as that has to do with who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The request was signed at a time that is too far from that of the service, which is told, too.
    Clock(Option<Timestamp>),
    /// The access key is locked, because too many signatures with it were wrong.
    Locked,
    /// The token or the access key is not accepted.
    Credential,
    /// The credential is accepted, but does not allow this.
    Permission,
}

impl Refusal {
    /// Reads the error in an answer. The same case has had several codes and texts over the years, so all of them
    /// count.
    pub(crate) fn of(status: u16, code: Option<&str>, message: Option<&str>) -> Option<Self> {
        match status {
            401 => Some(Self::unauthorized(
                code.unwrap_or_default(),
                &message.unwrap_or_default().to_lowercase(),
            )),
            403 => Some(Self::Permission),
            _ => None,
        }
    }

    fn unauthorized(code: &str, message: &str) -> Self {
        if message.contains("access failed to reach the limit") {
            Self::Locked
        } else if gateway_number(code) == Some("0303")
            || message.contains("signature expired")
            || message.contains("signature time")
        {
            Self::Clock(server_time(message))
        } else if is_of_a_service(code) && !message.contains("token") {
            Self::Permission
        } else {
            Self::Credential
        }
    }
}

/// The number in an error code of the gateway, without the `APIGW` or `APIG` before it.
pub(crate) fn gateway_number(code: &str) -> Option<&str> {
    let (gateway, number) = code.rsplit_once('.')?;
    gateway.starts_with("APIG").then_some(number)
}

/// Whether the code is one of a service behind the gateway, such as `HSS.0013`. IAM has a status as its code, or
/// none.
fn is_of_a_service(code: &str) -> bool {
    gateway_number(code).is_none()
        && code.contains('.')
        && !code.starts_with("IAM.")
        && code.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// The time in `server time:20211217t065804z`.
fn server_time(message: &str) -> Option<Timestamp> {
    let (_, rest) = message.split_once("server time:")?;
    let end = rest.find('z')?;
    let time = DateTime::strptime("%Y%m%dt%H%M%S", rest[..end].trim()).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_on_record_is_understood() {
        let prefix = "Incorrect IAM authentication information: ";
        let clock = "2021-12-17T06:58:04Z".parse().ok();
        for (code, text, refusal) in [
            ("APIGW.0301", "x-auth-token not found", Refusal::Credential),
            ("APIGW.0301", "Unauthorized", Refusal::Credential),
            ("APIGW.0301", "ak XYZ not exist", Refusal::Credential),
            (
                "APIGW.0301",
                "verify aksk signature fail",
                Refusal::Credential,
            ),
            (
                "APIGW.0301",
                "token expires, expires_at: 2026",
                Refusal::Credential,
            ),
            (
                "APIGW.0307",
                "The token must be updated.",
                Refusal::Credential,
            ),
            (
                "APIGW.0301",
                "AK access failed to reach the limit,forbidden",
                Refusal::Locked,
            ),
            (
                "APIGW.0301",
                "AK access failed to reach the limit, forbidden......",
                Refusal::Locked,
            ),
            (
                "APIGW.0301",
                "calc aksk signature fail:signature expired, signature time:20211217T064303Z,server time:20211217T065804Z",
                Refusal::Clock(clock),
            ),
            ("APIGW.0303", "Signature expired", Refusal::Clock(None)),
            ("401", "Unauthorized.", Refusal::Credential),
            ("", "", Refusal::Credential),
            ("111401001", "Invalid token.", Refusal::Credential),
            (
                "VPN.0003",
                "Insufficient authentication for action vpn:vpnGateways:list",
                Refusal::Permission,
            ),
            (
                "WAF.9001",
                "Invalid token. Project id don't match",
                Refusal::Credential,
            ),
        ] {
            let found = Refusal::of(401, Some(code), Some(&format!("{prefix}{text}")));
            assert_eq!(found, Some(refusal), "{code} {text}");
        }
        assert_eq!(Refusal::of(403, None, None), Some(Refusal::Permission));
        assert_eq!(Refusal::of(404, Some("APIGW.0101"), None), None);
    }
}

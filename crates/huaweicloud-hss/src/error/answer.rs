//! Errors that an answer of a server is.

use std::fmt;

use super::{Error, ErrorBody, ErrorKind, one_line, short_id, text};
use crate::credentials::{Refusal, gateway_number};
use crate::exchange::Exchange;
use crate::pace::spoken;
use crate::retry;

impl Error {
    /// An answer whose status is not the one of a success.
    pub(crate) fn unexpected(exchange: &Exchange, expected: u16) -> Self {
        if exchange.status >= 400 {
            return Self::service(exchange);
        }
        let redirect = if exchange.status / 100 == 3 {
            "; redirects are not followed, so check the endpoint"
        } else {
            ""
        };
        Self::response(exchange, format!("expected status {expected}{redirect}"))
    }

    /// An answer with a status of 400 or above, or with an error in its body.
    pub(crate) fn service(exchange: &Exchange) -> Self {
        let body = ErrorBody::read(&exchange.body);
        let reason = http::StatusCode::from_u16(exchange.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("unknown status");
        let mut message = format!("{} {reason}", exchange.status);
        if let Some(code) = &body.code {
            message += &format!(", {code}");
        }
        match &body.message {
            Some(text) => message += &format!(": {}", text.trim_end_matches(['.', '。'])),
            None if body.code.is_none() => {
                let said = text::of_body(exchange.content_type(), &exchange.body);
                let said = said.map(|said| format!("{said:?}"));
                let said =
                    said.unwrap_or_else(|| "the body holds no error code or message".to_owned());
                message += &format!(": {said} ({})", exchange.describe_body());
            }
            None => {}
        }
        if !exchange.refused_for.is_zero() {
            message += &format!(
                "; the service has refused every call for {}",
                spoken(exchange.refused_for)
            );
        }
        let mut error = Self::new(ErrorKind::Service, message).answered(exchange);
        let code = body.code.as_deref().unwrap_or_default();
        error.0.advice = match (exchange.status, exchange.retry_after) {
            (retry::THROTTLED, Some(wait)) => Some(format!("call again in {}", spoken(wait))),
            (status, Some(wait)) if retry::is_retryable(status) => {
                Some(format!("try again in {}", spoken(wait)))
            }
            (status, _) => {
                let text = body.message.as_deref().unwrap_or_default();
                advice(status, code, text, exchange.refusal()).map(str::to_owned)
            }
        };
        error.0.error_code = body.code;
        error.0.error_msg = body.message;
        error.0.request_id = error
            .0
            .request_id
            .or(body.request_id.map(|id| short_id(&id)));
        error
    }

    /// An answer that is not what the contract says.
    pub(crate) fn response(exchange: &Exchange, message: impl fmt::Display) -> Self {
        Self::new(
            ErrorKind::Response,
            format!(
                "unusable response (status {}): {}",
                exchange.status,
                one_line(&message.to_string())
            ),
        )
        .answered(exchange)
    }

    fn answered(self, exchange: &Exchange) -> Self {
        let mut error = self
            .begun(exchange.status, exchange.request_id.clone())
            .after(exchange.attempts);
        error.0.iam_region = exchange.iam_region().map(str::to_owned);
        error.0.retry_after = exchange.retry_after;
        error.0.credential.clone_from(&exchange.credential);
        error
    }
}

/// What the caller can do about an error answer.
fn advice(status: u16, code: &str, text: &str, refusal: Option<Refusal>) -> Option<&'static str> {
    match (refusal, status, gateway_number(code)) {
        (Some(Refusal::Clock(_)), ..) => Some("check the clock of this machine"),
        (Some(Refusal::Locked), ..) => Some(
            "the access key is locked for five minutes, since more than five signatures in a row were wrong; nothing is \
             sent with it meanwhile, so check the secret key",
        ),
        (Some(Refusal::Credential), _, Some("0307")) => Some("obtain a new token"),
        (Some(Refusal::Credential), ..) if text.contains("token expires") => {
            Some("obtain a new token")
        }
        (Some(Refusal::Credential), ..) if text.contains("not exist") => {
            Some("check the access key; a temporary one is known with its security token alone")
        }
        (Some(Refusal::Credential), ..) => Some("check the credentials"),
        (Some(Refusal::Permission), 401, _) => Some(
            "the credentials were accepted, but do not allow this: check the project id and what the user is permitted \
             to do",
        ),
        (Some(Refusal::Permission), _, Some("0310")) => {
            Some("the project is not available: check the project id")
        }
        (Some(Refusal::Permission), _, Some("0401" | "0402")) => Some(
            "the address of this machine is not allowed to call: check from where the user may",
        ),
        (Some(Refusal::Permission), _, Some("0801" | "0802")) => {
            Some("check the region, and whether the user may use it")
        }
        (Some(Refusal::Permission), ..) => {
            Some("check the project id and what the user is permitted to do")
        }
        (None, 405, Some("0501" | "0502")) => {
            Some("check the quota and the balance of the account")
        }
        (None, 404, Some("0101")) => Some(
            "this cloud does not offer the operation at this address: check the region and the cloud",
        ),
        (None, 407, _) => {
            Some("the proxy wants a user name and a password: set them in its address")
        }
        (None, retry::THROTTLED, _) => Some("call less often, or try again later"),
        (None, 408 | 500 | 502..=504, _) => Some("try again later"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_on_record_has_its_advice() {
        let mut texts = String::new();
        for (status, code, message) in [
            (401, "APIGW.0301", "x-auth-token not found"),
            (401, "APIGW.0301", "ak A not exist"),
            (401, "APIGW.0301", "Unauthorized"),
            (401, "APIGW.0301", "decrypt token fail"),
            (
                401,
                "APIGW.0301",
                "token expires, expires_at: 2026-01-02T03:04:05Z",
            ),
            (
                401,
                "APIGW.0301",
                "calc aksk signature fail:signature expired, server time:x",
            ),
            (
                401,
                "APIGW.0301",
                "AK access failed to reach the limit,forbidden",
            ),
            (401, "APIGW.0307", "The token must be updated."),
            (401, "401", "Unauthorized."),
            (
                401,
                "VPN.0003",
                "Insufficient authentication for action vpn:vpnGateways:list",
            ),
            (403, "common.01010013", "denied"),
            (
                403,
                "403",
                "Policy doesn't allow iam:identityProviders:createIdentityProvider to be performed.",
            ),
            (403, "00000010", "denied"),
            (
                403,
                "APIGW.0302",
                "The IAM user is not authorized to access the API.",
            ),
            (403, "APIGW.0310", "The project is unavailable."),
            (
                403,
                "APIGW.0402",
                "The IP address is not authorized to access the API.",
            ),
            (
                403,
                "APIGW.0801",
                "The service is unavailable in the currently selected region.",
            ),
            (
                403,
                "APIGW.0802",
                "The IAM user is forbidden in the currently selected region.",
            ),
            (404, "APIGW.0101", "The API does not exist"),
            (404, "APIGW.0103", "The backend does not exist."),
            (405, "APIGW.0502", "The app has been frozen."),
            (407, "", ""),
            (
                429,
                "APIGW.0308",
                "The throttling threshold has been reached",
            ),
            (502, "APIGW.0201", "Backend unavailable."),
            (
                503,
                "APIGW.0613",
                "The IAM service is currently unavailable.",
            ),
        ] {
            let refusal = Refusal::of(status, Some(code), Some(message));
            let advice = advice(status, code, message, refusal).unwrap_or("-");
            texts += &format!("{status} {code} {message}\n  {advice}\n");
        }
        insta::assert_snapshot!(texts);
    }
}

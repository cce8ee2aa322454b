//! The bodies of error answers, in all the shapes that the layers of the service give them.

use serde_json::Value;

use super::text::one_line;

/// What an error body says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl ErrorBody {
    /// Reads any body. One that is no JSON object, or has none of the known members, says nothing.
    pub(crate) fn read(body: &[u8]) -> Self {
        serde_json::from_slice::<Value>(body)
            .ok()
            .and_then(|value| find(&value, 0))
            .unwrap_or_default()
    }
}

fn find(value: &Value, depth: usize) -> Option<ErrorBody> {
    // The deepest shape that was seen has the details one level down.
    const DEEPEST: usize = 2;
    let members = value.as_object()?;
    let first = |names: &[&str]| names.iter().find_map(|name| text(members.get(*name)?));
    let code = first(&["error_code", "errorCode", "code"]);
    let message = first(&["error_msg", "errorMsg", "error_description", "message"]);
    if code.is_some() || message.is_some() {
        return Some(ErrorBody {
            code,
            message,
            request_id: first(&["request_id", "requestId"]),
        });
    }
    if depth == DEEPEST {
        return None;
    }
    members.values().find_map(|member| find(member, depth + 1))
}

/// A text or number on one line.
fn text(value: &Value) -> Option<String> {
    let line = match value {
        Value::String(text) => one_line(text),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_and_message(body: &str) -> (Option<String>, Option<String>) {
        let body = ErrorBody::read(body.as_bytes());
        (body.code, body.message)
    }

    fn known(code: &str, message: &str) -> (Option<String>, Option<String>) {
        (Some(code.to_owned()), Some(message.to_owned()))
    }

    #[test]
    fn every_known_shape_is_understood() {
        for (body, code, message) in [
            (
                r#"{"error_code":"HSS.1019","error_description":"long","error_msg":"short"}"#,
                "HSS.1019",
                "short",
            ),
            (
                r#"{"error_code":"00000010","error_description":"denied"}"#,
                "00000010",
                "denied",
            ),
            (
                r#"{"error_code":0,"error_description":"success"}"#,
                "0",
                "success",
            ),
            (
                r#"{"error":{"code":401,"message":"wrong password","title":"Unauthorized"}}"#,
                "401",
                "wrong password",
            ),
            (
                r#"{"error":{"code":"111401001","message":"Invalid token.","ext_message":null}}"#,
                "111401001",
                "Invalid token.",
            ),
            (r#"{"errorCode":"X.1","errorMsg":"m"}"#, "X.1", "m"),
            (r#"{"code":"X.2","message":"m"}"#, "X.2", "m"),
        ] {
            assert_eq!(code_and_message(body), known(code, message), "{body}");
        }
    }

    #[test]
    fn the_request_id_of_the_gateway_is_kept() {
        let body =
            ErrorBody::read(br#"{"error_msg":"m","error_code":"APIGW.0301","request_id":"r"}"#);
        assert_eq!(body.request_id.as_deref(), Some("r"));
    }

    #[test]
    fn anything_else_says_nothing() {
        for body in [
            "",
            "<html><body>502</body></html>",
            "{",
            "[]",
            "null",
            r#"{"a":{"b":{"c":{"code":"1"}}}}"#,
            r#"{"error_code":""}"#,
        ] {
            assert_eq!(
                ErrorBody::read(body.as_bytes()),
                ErrorBody::default(),
                "{body}"
            );
        }
    }

    #[test]
    fn a_message_is_one_short_line() {
        let body = format!(r#"{{"error_msg":"a\n\u001b[31mb {}"}}"#, "x".repeat(2000));
        let message = ErrorBody::read(body.as_bytes()).message.expect("a message");
        assert!(message.starts_with("a [31mb x"), "{message}");
        assert_eq!(message.chars().count(), 513);
    }
}

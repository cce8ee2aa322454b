//! Temporary keys, in the forms in which services give them out.

use jiff::Timestamp;
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Credential;
use crate::exchange::Exchange;
use crate::{Error, retry};

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Wrapped {
        #[serde(alias = "credentials")]
        credential: Keys,
    },
    Bare(Keys),
}

/// The spellings are those that the official SDKs take.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Keys {
    #[serde(alias = "accessKeyId", alias = "access_key_id")]
    access: String,
    #[serde(alias = "secretAccessKey", alias = "secret_access_key")]
    secret: String,
    #[serde(alias = "securityToken", alias = "security_token")]
    securitytoken: String,
    #[serde(alias = "expiration")]
    expires_at: String,
}

/// The temporary key in an answer. Its end is by the clock of the service, which the answer tells as well.
pub(super) fn read(answer: &Exchange) -> Result<Credential, Error> {
    // The message of the parser could quote a key.
    let parsed = serde_json::from_slice(&answer.body)
        .map_err(|_| Error::response(answer, "it holds no access key"))?;
    let (Answer::Wrapped { credential: keys } | Answer::Bare(keys)) = &parsed;
    let end: Timestamp = keys
        .expires_at
        .parse()
        .map_err(|_| Error::response(answer, "the expiry of its access key is not a valid time"))?;
    let credential =
        Credential::temporary_access_key(&*keys.access, &*keys.secret, &*keys.securitytoken);
    let given = retry::date(&answer.headers);
    Ok(credential.valid_until(end).given_at(given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_are_taken() {
        for body in [
            r#"{"credential":{"access":"a","secret":"s","securitytoken":"t","expires_at":"2026-01-02T05:00:00.000000Z"}}"#,
            r#"{"credentials":{"access_key_id":"a","secret_access_key":"s","security_token":"t","expiration":"2026-01-02T05:00:00Z"}}"#,
            r#"{"accessKeyId":"a","secretAccessKey":"s","securityToken":"t","expiration":"2026-01-02T05:00:00Z","more":1}"#,
        ] {
            let credential = read(&Exchange::made_up(200, body.as_bytes())).expect(body);
            assert_eq!(credential.kind(), "temporary access key");
            assert_eq!(credential.expiry(), "2026-01-02T05:00:00Z".parse().ok());
            assert!(credential.secrets().eq(["s", "t"]));
        }
    }
}

//! The `SDK-HMAC-SHA256` signature: a request is put into a canonical form, and the form is signed with
//! the secret key. This is the receiving side, so everything is read from the request as it arrived.

use std::borrow::Cow;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};

/// The name of the algorithm, with which the `Authorization` header begins.
pub(crate) const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// How far `X-Sdk-Date` may be from the time of the receiver.
const WINDOW_SECONDS: i64 = 15 * 60;

/// So much of an unknown key is said back.
const LONGEST_KEY: usize = 64;

const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// What a signature covers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    /// The path of the request line, still percent-encoded.
    pub(crate) path: &'a str,
    /// The query string of the request line without its `?`, still percent-encoded.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// An access key and its secret.
pub(crate) struct Key<'a> {
    pub(crate) access: &'a str,
    pub(crate) secret: &'a str,
    /// The security token without which a temporary key is not known.
    pub(crate) token: Option<&'a str>,
}

/// Why a signature is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The header, or one that it refers to, cannot be used.
    Malformed(String),
    /// Nobody has this access key, or not with this security token.
    UnknownAccessKey(String),
    /// The date is too far from the present.
    OutOfWindow(Timestamp),
    /// The signature belongs to another request or another secret key.
    Mismatch,
}

/// Checks the `Authorization` header of a request.
pub(crate) fn verify(
    request: &Signed<'_>,
    keys: &[Key<'_>],
    now: Timestamp,
) -> Result<(), Refusal> {
    let authorization = single(request.headers, AUTHORIZATION.as_str())?;
    let claim = Claim::parse(authorization)?;
    let token = request.headers.get("x-security-token");
    let key = keys.iter().find(|key| {
        let has_token = key
            .token
            .is_none_or(|known| token.is_some_and(|token| token == known));
        key.access == claim.access && has_token
    });
    let key = key.ok_or_else(|| {
        Refusal::UnknownAccessKey(claim.access.chars().take(LONGEST_KEY).collect())
    })?;
    let names = claim.signed_names()?;
    if request.headers.contains_key("x-security-token")
        && !names.iter().any(|name| name == "x-security-token")
    {
        return Err(Refusal::Malformed(
            "the header x-security-token must be signed if it is sent".to_owned(),
        ));
    }
    let date = single(request.headers, "x-sdk-date")?;
    let signed_at = parse_date(date)?;
    if (signed_at.as_second() - now.as_second()).abs() > WINDOW_SECONDS {
        return Err(Refusal::OutOfWindow(signed_at));
    }
    let mut headers = Vec::with_capacity(names.len());
    for name in &names {
        headers.push((name.as_str(), single(request.headers, name)?));
    }
    let unsigned = headers.contains(&("x-sdk-content-sha256", UNSIGNED_PAYLOAD));
    let payload = if unsigned {
        Cow::Borrowed(UNSIGNED_PAYLOAD)
    } else {
        Cow::Owned(hex::encode(Sha256::digest(request.body)))
    };
    let canonical = canonical_request(
        request.method,
        request.path,
        request.query,
        &headers,
        &payload,
    );
    let expected = mac(key.secret, &string_to_sign(date, &canonical));
    let given = hex::decode(claim.signature).map_err(|_| Refusal::Mismatch)?;
    expected.verify_slice(&given).map_err(|_| Refusal::Mismatch)
}

/// The canonical form of a request. `headers` are the signed ones, with their names in lower case.
///
/// Path and query are decoded and encoded again, so that it does not matter which of the permitted
/// spellings the sender chose. A `+` in the query stands for a blank, as it does in the value that the
/// operation sees. What is no valid encoding is taken literally; the validation of the parameters refuses
/// it later.
pub(crate) fn canonical_request(
    method: &str,
    path: &str,
    query: &str,
    headers: &[(&str, &str)],
    payload_hash: &str,
) -> String {
    let mut uri: String = path.split('/').map(recode).collect::<Vec<_>>().join("/");
    if !uri.ends_with('/') {
        uri.push('/');
    }

    let mut pairs: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (form_decode(name), form_decode(value)))
        .collect();
    pairs.sort();
    let query: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();

    let mut headers = headers.to_vec();
    headers.sort_unstable();
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", value.trim()))
        .collect();
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();

    format!(
        "{method}\n{uri}\n{query}\n{lines}\n{names}\n{payload_hash}",
        query = query.join("&"),
        names = names.join(";"),
    )
}

/// What is signed: the algorithm, the date and the hash of the canonical form.
pub(crate) fn string_to_sign(date: &str, canonical_request: &str) -> String {
    let hash = hex::encode(Sha256::digest(canonical_request));
    format!("{ALGORITHM}\n{date}\n{hash}")
}

fn mac(secret: &str, text: &str) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}

fn recode(segment: &str) -> String {
    encode(&percent_decode_str(segment).collect::<Vec<u8>>())
}

fn form_decode(text: &str) -> Vec<u8> {
    percent_decode_str(&text.replace('+', " ")).collect()
}

fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, ENCODED).to_string()
}

/// The parts of the `Authorization` header.
struct Claim<'a> {
    access: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    fn parse(header: &'a str) -> Result<Self, Refusal> {
        let malformed = |what: &str| Refusal::Malformed(what.to_owned());
        let parts = header
            .strip_prefix(ALGORITHM)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or_else(|| {
                malformed("the Authorization header has to begin with \"SDK-HMAC-SHA256 \"")
            })?;
        let (mut access, mut signed_headers, mut signature) = (None, None, None);
        for part in parts.split(',') {
            let slot = match part.trim().split_once('=') {
                Some(("Access", value)) => (&mut access, value),
                Some(("SignedHeaders", value)) => (&mut signed_headers, value),
                Some(("Signature", value)) => (&mut signature, value),
                _ => return Err(malformed("the Authorization header has an unknown part")),
            };
            if slot.0.replace(slot.1).is_some() {
                return Err(malformed("the Authorization header has a part twice"));
            }
        }
        match (access, signed_headers, signature) {
            (Some(access), Some(signed_headers), Some(signature)) => Ok(Self {
                access,
                signed_headers,
                signature,
            }),
            _ => Err(malformed(
                "the Authorization header needs Access, SignedHeaders and Signature",
            )),
        }
    }

    /// The names of the signed headers in lower case. Without `host` a signature would hold for every
    /// server, without `x-sdk-date` for ever.
    fn signed_names(&self) -> Result<Vec<String>, Refusal> {
        let names: Vec<String> = self
            .signed_headers
            .split(';')
            .map(|name| name.trim().to_ascii_lowercase())
            .collect();
        for needed in ["host", "x-sdk-date"] {
            if !names.iter().any(|name| name == needed) {
                return Err(Refusal::Malformed(format!(
                    "the header {needed} must be signed"
                )));
            }
        }
        Ok(names)
    }
}

/// The value of a header that has to be there exactly once.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refusal> {
    let mut values = headers.get_all(name).iter();
    let value = values
        .next()
        .ok_or_else(|| Refusal::Malformed(format!("the signed header {name:?} is missing")))?;
    if values.next().is_some() {
        return Err(Refusal::Malformed(format!(
            "the signed header {name:?} is there twice"
        )));
    }
    std::str::from_utf8(value.as_bytes())
        .map_err(|_| Refusal::Malformed(format!("the signed header {name:?} is not UTF-8")))
}

fn parse_date(text: &str) -> Result<Timestamp, Refusal> {
    let malformed =
        || Refusal::Malformed("X-Sdk-Date has to look like 20250924T081500Z".to_owned());
    if text.len() != "20250924T081500Z".len() {
        return Err(malformed());
    }
    DateTime::strptime("%Y%m%dT%H%M%SZ", text)
        .and_then(|date| TimeZone::UTC.to_timestamp(date))
        .map_err(|_| malformed())
}

#[cfg(test)]
mod tests;

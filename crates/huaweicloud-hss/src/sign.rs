//! The signature scheme `SDK-HMAC-SHA256` for requests with an access key.
//!
//! Every function here is pure: time and keys come from the caller.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};

/// The name of the scheme, the first word of the `Authorization` header.
pub(crate) const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The parts of a request that a signature covers.
pub(crate) struct Signable<'a> {
    /// The method, in capitals.
    pub(crate) method: &'a str,
    /// The path as it is sent.
    pub(crate) path: &'a str,
    /// The query as it is sent, in canonical form (see [`canonical_query`]).
    pub(crate) query: &'a str,
    /// The headers to be signed, names in small letters, sorted by name.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// The body; empty where there is none.
    pub(crate) body: &'a [u8],
}

/// The value of the `Authorization` header.
///
/// `date` is the value of the header `X-Sdk-Date`, which has to be among the signed headers.
pub(crate) fn authorization(
    request: &Signable<'_>,
    access_key: &str,
    secret_key: &str,
    date: &str,
) -> String {
    let to_sign = string_to_sign(&canonical_request(request), date);
    // The key is used as it is: this scheme derives none for a day or a region.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret_key.as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(to_sign.as_bytes());
    format!(
        "{ALGORITHM} Access={access_key}, SignedHeaders={}, Signature={}",
        signed_headers(request.headers),
        hex::encode(mac.finalize().into_bytes()),
    )
}

fn string_to_sign(canonical_request: &str, date: &str) -> String {
    format!(
        "{ALGORITHM}\n{date}\n{}",
        sha256(canonical_request.as_bytes())
    )
}

fn canonical_request(request: &Signable<'_>) -> String {
    let mut text = format!(
        "{}\n{}\n{}\n",
        request.method,
        canonical_path(request.path),
        request.query,
    );
    for (name, value) in request.headers {
        text.push_str(name);
        text.push(':');
        text.push_str(value.trim());
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&signed_headers(request.headers));
    text.push('\n');
    text.push_str(&sha256(request.body));
    text
}

/// The query in canonical form: sorted by key and value, everything but unreserved characters encoded.
///
/// Requests are sent with their query in this form as well, so that no server can read it differently from
/// how it was signed.
pub(crate) fn canonical_query<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> String
where
    K: AsRef<str> + Ord,
    V: AsRef<str> + Ord,
{
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort();
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key.as_ref()), encode(value.as_ref())))
        .collect();
    pairs.join("&")
}

/// The path with every segment decoded and encoded anew, and a slash at its end, which is signed but not sent.
fn canonical_path(path: &str) -> String {
    let segments: Vec<_> = path
        .split('/')
        .map(|segment| {
            let decoded: Vec<u8> = percent_decode_str(segment).collect();
            percent_encode(&decoded, RESERVED).to_string()
        })
        .collect();
    let mut path = segments.join("/");
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}

fn signed_headers(headers: &[(&str, &str)]) -> String {
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    names.join(";")
}

fn encode(text: &str) -> String {
    percent_encode(text.as_bytes(), RESERVED).to_string()
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    /// Made with the official Python signer and checked by an independent implementation.
    #[derive(Deserialize)]
    struct Vector {
        name: String,
        method: String,
        path: String,
        query_strings: Vec<(String, String)>,
        body: Option<String>,
        ak: String,
        sk: String,
        x_sdk_date: String,
        canonical_request: String,
        string_to_sign: String,
        final_headers: BTreeMap<String, String>,
        signed_uri: String,
        authorization: String,
    }

    #[test]
    fn every_vector_is_met() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../tests/data/signing-vectors.json"))
                .expect("the vectors are readable");
        assert_eq!(vectors.len(), 14);
        for vector in vectors {
            let name = &vector.name;
            let query = canonical_query(vector.query_strings);
            let uri = match query.as_str() {
                "" => vector.path.clone(),
                query => format!("{}?{query}", vector.path),
            };
            assert_eq!(uri, vector.signed_uri, "{name}");
            let headers: BTreeMap<_, _> = vector
                .final_headers
                .iter()
                .filter(|(header, _)| *header != "Authorization")
                .map(|(header, value)| (header.to_lowercase(), value.as_str()))
                .collect();
            let headers: Vec<_> = headers
                .iter()
                .map(|(header, value)| (header.as_str(), *value))
                .collect();
            let request = Signable {
                method: &vector.method,
                path: &vector.path,
                query: &query,
                headers: &headers,
                body: vector.body.as_deref().unwrap_or_default().as_bytes(),
            };
            let canonical = canonical_request(&request);
            assert_eq!(canonical, vector.canonical_request, "{name}");
            assert_eq!(
                string_to_sign(&canonical, &vector.x_sdk_date),
                vector.string_to_sign,
                "{name}"
            );
            assert_eq!(
                authorization(&request, &vector.ak, &vector.sk, &vector.x_sdk_date),
                vector.authorization,
                "{name}"
            );
        }
    }
}

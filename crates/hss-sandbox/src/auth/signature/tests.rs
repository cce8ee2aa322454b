//! The vectors were recorded from the vendor's own signer, so these tests hold the two sides together.

use std::path::Path;

use axum::http::{HeaderName, HeaderValue};
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Vector {
    name: String,
    method: String,
    body: Option<String>,
    ak: String,
    sk: String,
    x_sdk_date: String,
    canonical_request: String,
    string_to_sign: String,
    final_headers: serde_json::Map<String, serde_json::Value>,
    signed_uri: String,
}

impl Vector {
    fn headers(&self) -> HeaderMap {
        self.final_headers
            .iter()
            .map(|(name, value)| {
                let value = value.as_str().expect("a text").trim();
                (
                    HeaderName::from_bytes(name.as_bytes()).expect("a header name"),
                    HeaderValue::from_str(value).expect("a header value"),
                )
            })
            .collect()
    }

    fn path_and_query(&self) -> (&str, &str) {
        self.signed_uri
            .split_once('?')
            .unwrap_or((&self.signed_uri, ""))
    }

    fn now(&self) -> Timestamp {
        parse_date(&self.x_sdk_date).expect("a date")
    }

    /// Verifies the recorded request after a change to any part of it.
    fn verify_with(&self, change: impl FnOnce(&mut Parts)) -> Result<(), Refusal> {
        let (path, query) = self.path_and_query();
        let mut parts = Parts {
            method: self.method.clone(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: self.headers(),
            body: self.body.clone().unwrap_or_default(),
            access: self.ak.clone(),
            secret: self.sk.clone(),
            now: self.now(),
        };
        change(&mut parts);
        let signed = Signed {
            method: &parts.method,
            path: &parts.path,
            query: &parts.query,
            headers: &parts.headers,
            body: parts.body.as_bytes(),
        };
        let key = Key {
            access: &parts.access,
            secret: &parts.secret,
            token: None,
        };
        verify(&signed, &[key], parts.now)
    }
}

struct Parts {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: String,
    access: String,
    secret: String,
    now: Timestamp,
}

fn vectors() -> Vec<Vector> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../huaweicloud-hss/tests/data/signing-vectors.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn vector(name: &str) -> Vector {
    vectors()
        .into_iter()
        .find(|v| v.name == name)
        .expect("the vector")
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
}

fn change_authorization(parts: &mut Parts, from: &str, to: &str) {
    let text = parts.headers["authorization"].to_str().expect("ASCII");
    assert!(text.contains(from), "{text}");
    let text = text.replace(from, to);
    set(&mut parts.headers, "authorization", &text);
}

#[test]
fn every_vector_has_its_canonical_form_and_is_accepted() {
    let vectors = vectors();
    assert!(vectors.len() >= 14, "{} vectors", vectors.len());
    for vector in vectors {
        let headers = vector.headers();
        let claim = headers["authorization"].to_str().expect("ASCII");
        let names = Claim::parse(claim)
            .and_then(|c| c.signed_names())
            .expect("a usable header");
        let signed: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), headers[name].to_str().expect("ASCII")))
            .collect();
        let (path, query) = vector.path_and_query();
        let hash = hex::encode(Sha256::digest(vector.body.as_deref().unwrap_or_default()));
        let canonical = canonical_request(&vector.method, path, query, &signed, &hash);
        assert_eq!(canonical, vector.canonical_request, "{}", vector.name);
        let text = string_to_sign(&vector.x_sdk_date, &canonical);
        assert_eq!(text, vector.string_to_sign, "{}", vector.name);
        assert_eq!(vector.verify_with(|_| ()), Ok(()), "{}", vector.name);
    }
}

#[test]
fn every_vector_is_refused_once_anything_signed_is_changed() {
    for vector in vectors() {
        let refused = |what: &str, change: &dyn Fn(&mut Parts)| {
            let outcome = vector.verify_with(|parts| change(parts));
            assert_eq!(outcome, Err(Refusal::Mismatch), "{what} of {}", vector.name);
        };
        refused("the method", &|p| p.method.push('X'));
        refused("the path", &|p| p.path.push('x'));
        refused("the query", &|p| p.query.push_str("&more=1"));
        refused("the body", &|p| p.body.push(' '));
        refused("the secret", &|p| p.secret.push('x'));
        refused("the host", &|p| {
            set(&mut p.headers, "host", "elsewhere.example.com");
        });
        refused("the date", &|p| {
            let second = p
                .now
                .checked_add(jiff::SignedDuration::from_secs(1))
                .expect("in range");
            set(
                &mut p.headers,
                "x-sdk-date",
                &second.strftime("%Y%m%dT%H%M%SZ").to_string(),
            );
        });
        refused("the signature", &|p| {
            change_authorization(p, "Signature=", "Signature=00");
        });
    }
}

#[test]
fn another_access_key_is_unknown() {
    let outcome = vector("get_minimal").verify_with(|p| p.access.push('X'));
    assert!(matches!(outcome, Err(Refusal::UnknownAccessKey(_))));
}

#[test]
fn the_date_may_be_fifteen_minutes_off_and_no_more() {
    for (seconds, accepted) in [(900, true), (-900, true), (901, false), (-901, false)] {
        let outcome = vector("get_minimal").verify_with(|p| {
            p.now = p
                .now
                .checked_add(jiff::SignedDuration::from_secs(seconds))
                .expect("in range");
        });
        let refused = matches!(outcome, Err(Refusal::OutOfWindow(_)));
        assert_eq!(
            (outcome.is_ok(), refused),
            (accepted, !accepted),
            "{seconds} seconds"
        );
    }
}

#[test]
fn the_query_may_be_spelled_and_ordered_in_other_ways() {
    let respelled = vector("get_space_plus_star_tilde").verify_with(|p| {
        p.query =
            "image_version=1.0-rc_1/%ce%b1%25&image_name=a+b%2bc*d%7Ee&image_type=shared%5Fimage"
                .to_owned();
    });
    assert_eq!(respelled, Ok(()));
}

#[test]
fn a_body_is_left_out_only_where_the_signed_header_says_so() {
    let mut vector = vector("post_json_sync");
    vector.body = Some("anything".to_owned());
    let unsigned = |parts: &mut Parts, names: &str| {
        let mut headers: Vec<_> = names
            .split(';')
            .map(|n| {
                (
                    n,
                    parts
                        .headers
                        .get(n)
                        .map_or(UNSIGNED_PAYLOAD, |v| v.to_str().expect("ASCII"))
                        .to_owned(),
                )
            })
            .collect();
        headers.sort();
        let pairs: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let canonical = canonical_request(
            &parts.method,
            &parts.path,
            &parts.query,
            &pairs,
            UNSIGNED_PAYLOAD,
        );
        let date = parts.headers["x-sdk-date"].to_str().expect("ASCII");
        let signature = hex::encode(
            mac(&parts.secret, &string_to_sign(date, &canonical))
                .finalize()
                .into_bytes(),
        );
        let claim = format!(
            "{ALGORITHM} Access={}, SignedHeaders={names}, Signature={signature}",
            parts.access
        );
        set(&mut parts.headers, "authorization", &claim);
        set(&mut parts.headers, "x-sdk-content-sha256", UNSIGNED_PAYLOAD);
    };
    let signed = vector.verify_with(|p| unsigned(p, "host;x-sdk-content-sha256;x-sdk-date"));
    assert_eq!(signed, Ok(()));
    let not_signed = vector.verify_with(|p| unsigned(p, "host;x-sdk-date"));
    assert_eq!(not_signed, Err(Refusal::Mismatch));
}

#[test]
fn what_cannot_be_used_is_named() {
    let reason =
        |change: &dyn Fn(&mut Parts)| match vector("get_sdk_like").verify_with(|p| change(p)) {
            Err(Refusal::Malformed(reason)) => reason,
            other => panic!("{other:?}"),
        };
    let authorization = |from: &'static str, to: &'static str| {
        reason(&move |p: &mut Parts| change_authorization(p, from, to))
    };
    insta::assert_snapshot!(authorization("SDK-HMAC-SHA256", "SDK-HMAC-SM3"), @r#"the Authorization header has to begin with "SDK-HMAC-SHA256 ""#);
    insta::assert_snapshot!(authorization("Access=", "Key="), @"the Authorization header has an unknown part");
    insta::assert_snapshot!(authorization(", Signature", ", Access=x, Signature"), @"the Authorization header has a part twice");
    insta::assert_snapshot!(authorization("host;", ""), @"the header host must be signed");
    insta::assert_snapshot!(authorization(";x-sdk-date", ""), @"the header x-sdk-date must be signed");
    insta::assert_snapshot!(authorization(";x-sdk-date", ";x-sdk-date;x-more"), @r#"the signed header "x-more" is missing"#);
    insta::assert_snapshot!(authorization(";x-sdk-date", ";x-sdk-date;"), @r#"the signed header "" is missing"#);
    insta::assert_snapshot!(reason(&|p| { p.headers.remove("x-sdk-date"); }), @r#"the signed header "x-sdk-date" is missing"#);
    insta::assert_snapshot!(reason(&|p| set(&mut p.headers, "x-sdk-date", "2025-09-24T08:15")), @"X-Sdk-Date has to look like 20250924T081500Z");
    insta::assert_snapshot!(reason(&|p| { p.headers.append("host", HeaderValue::from_static("second")); }), @r#"the signed header "host" is there twice"#);
}

//! Pages in a browser that may read the answers.

use std::fmt;
use std::str::FromStr;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, Uri};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

/// The origin of pages that may read what the sandbox answers: `https://docs.example`, `null` for files, or `*` for
/// every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorsOrigin(HeaderValue);

impl CorsOrigin {
    /// Every page.
    const ANY: &str = "*";

    /// The origin of a page that is a file.
    const FILE: &str = "null";

    /// The layer that lets pages of these origins read every answer, with the headers that a client needs.
    pub(crate) fn layer(origins: &[Self]) -> CorsLayer {
        let any = origins.iter().any(|origin| origin.0 == Self::ANY);
        let origin = if any {
            AllowOrigin::any()
        } else {
            AllowOrigin::list(origins.iter().map(|origin| origin.0.clone()))
        };
        CorsLayer::new()
            .allow_origin(origin)
            .allow_methods(AllowMethods::mirror_request())
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers([
                HeaderName::from_static("x-subject-token"),
                HeaderName::from_static("x-request-id"),
                RETRY_AFTER,
            ])
            // A page of another machine may call one that only this machine reaches.
            .allow_private_network(true)
    }
}

impl fmt::Display for CorsOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

/// Why a text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a valid origin; examples: https://docs.example, http://localhost:8080, null for files, * for all pages"
)]
pub struct ParseOriginError;

impl FromStr for CorsOrigin {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if ![Self::ANY, Self::FILE].contains(&text) {
            let uri: Uri = text.parse().map_err(|_| ParseOriginError)?;
            let (scheme, authority) = (uri.scheme_str(), uri.authority());
            let whole = scheme
                .zip(authority)
                .map(|(scheme, authority)| format!("{scheme}://{authority}"));
            // A browser sends nothing behind the host, and compares byte by byte.
            if whole.as_deref() != Some(text) || text.contains('@') {
                return Err(ParseOriginError);
            }
        }
        HeaderValue::from_str(text)
            .map(Self)
            .map_err(|_| ParseOriginError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for good in ["*", "null", "https://docs.example", "http://localhost:8080"] {
            assert_eq!(
                good.parse::<CorsOrigin>().map(|o| o.to_string()),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "docs.example",
            "https://docs.example/",
            "https://a@docs.example",
            "https://",
            "/a",
            "http://a b",
        ] {
            assert!(bad.parse::<CorsOrigin>().is_err(), "{bad}");
        }
    }
}

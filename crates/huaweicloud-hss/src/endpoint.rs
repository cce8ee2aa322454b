//! Addresses: from a region to an endpoint, and which endpoints may be given credentials.

use url::{Host, Url};

use crate::Error;

/// The one region with a top-level domain of its own.
const EUROPEAN_REGION: &str = "eu-west-101";

/// The endpoint of `service` (`hss`, `iam`) in a region.
pub(crate) fn of_region(service: &str, region: &str) -> Result<Url, Error> {
    let plausible = !region.is_empty()
        && region
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !plausible {
        return Err(Error::config(format!(
            "{region:?} is no region id; one looks like my-kualalumpur-1"
        )));
    }
    let domain = if region == EUROPEAN_REGION {
        "myhuaweicloud.eu"
    } else {
        "myhuaweicloud.com"
    };
    parse(&format!("https://{service}.{region}.{domain}"), false)
}

/// An endpoint as a user gives it.
///
/// Credentials would be readable on the way over plain http, so it is refused outside this machine unless
/// `allow_plain_http` is set.
pub(crate) fn parse(endpoint: &str, allow_plain_http: bool) -> Result<Url, Error> {
    let wrong = |reason: &str| {
        Error::config(format!(
            "the endpoint {endpoint:?} {reason}; one looks like https://hss.my-kualalumpur-1.myhuaweicloud.com"
        ))
    };
    let url = Url::parse(endpoint).map_err(|error| wrong(&format!("is no URL ({error})")))?;
    if url.host().is_none() {
        return Err(wrong("has no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        // The text is not repeated here: it holds a password.
        return Err(Error::config(
            "the endpoint has a user name or password in it; give credentials separately",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment"));
    }
    match url.scheme() {
        "https"
            if cfg!(any(
                feature = "rustls",
                feature = "rustls-no-provider",
                feature = "native-tls"
            )) =>
        {
            Ok(url)
        }
        "https" => Err(wrong(
            "needs TLS, but the crate was built without a feature for it, such as rustls",
        )),
        "http" if allow_plain_http || is_loopback(&url) => Ok(url),
        "http" => Err(wrong(
            "is plain http, over which credentials could be read on the way; use https",
        )),
        other => Err(wrong(&format!("has the scheme {other}, not https"))),
    }
}

/// The address of the metadata service: plain http is all it speaks, and it is on this machine or next to it.
pub(crate) fn parse_metadata(endpoint: &str) -> Result<Url, Error> {
    let next_door = Url::parse(endpoint).is_ok_and(|url| match url.host() {
        Some(Host::Ipv4(address)) => address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_unicast_link_local(),
        _ => false,
    });
    parse(endpoint, next_door)
}

/// Whether the address is one of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The form that the generated client puts paths behind.
pub(crate) fn base(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_an_endpoint() {
        for (region, endpoint) in [
            (
                "my-kualalumpur-1",
                "https://hss.my-kualalumpur-1.myhuaweicloud.com",
            ),
            ("eu-west-101", "https://hss.eu-west-101.myhuaweicloud.eu"),
            (
                "a-region-of-2030",
                "https://hss.a-region-of-2030.myhuaweicloud.com",
            ),
        ] {
            let url = of_region("hss", region).expect("an endpoint");
            assert_eq!(base(&url), endpoint);
        }
    }

    #[test]
    fn a_region_cannot_name_another_host() {
        for region in ["", "a.b", "evil.example/", "a@b", "x#", "x?y"] {
            assert!(of_region("hss", region).is_err(), "{region}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for endpoint in [
            "http://127.0.0.1:8085",
            "http://localhost:1",
            "http://[::1]:1",
        ] {
            assert!(parse(endpoint, false).is_ok(), "{endpoint}");
        }
        for endpoint in [
            "http://10.0.0.1",
            "http://localhost.example",
            "http://127.0.0.1.example",
        ] {
            assert!(parse(endpoint, false).is_err(), "{endpoint}");
            assert!(parse(endpoint, true).is_ok(), "{endpoint}");
        }
    }

    #[test]
    fn a_wrong_endpoint_is_explained() {
        let messages: Vec<_> = [
            "hss.example",
            "ftp://hss.example",
            "http://hss.example",
            "https://user:secret@hss.example",
            "https://hss.example/?a=b",
        ]
        .into_iter()
        .map(|endpoint| parse(endpoint, false).expect_err(endpoint).to_string())
        .collect();
        insta::assert_snapshot!(messages.join("\n"));
    }
}

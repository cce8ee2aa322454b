//! Endpoints, regions and domains as users give them, and which endpoints may be given credentials.

use url::{Host, Url};

use crate::Error;
use crate::error::without_passwords;

/// Fails for what cannot be the id of a region, whether known or not.
pub(crate) fn check_region(region: &str) -> Result<(), Error> {
    if is_label(region) {
        return Ok(());
    }
    let shown = without_passwords(region);
    Err(Error::config(format!(
        "{shown:?} is not a valid region ID; example: ap-southeast-3"
    )))
}

/// Fails for what cannot be the id of a project: in a path, it could lead elsewhere.
pub(crate) fn check_project_id(id: &str) -> Result<(), Error> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=128).contains(&id.len()) && id.bytes().all(is_plain) {
        return Ok(());
    }
    let shown: String = id.chars().take(64).collect();
    Err(Error::config(format!(
        "{shown:?} is not a valid project ID: it may contain only letters, digits, - and _; example: \
         0123456789abcdef0123456789abcdef"
    )))
}

/// The domain of a cloud as a user gives it.
pub(crate) fn check_domain(domain: &str) -> Result<&str, Error> {
    let wrong = if domain.is_empty() {
        "is empty"
    } else if domain.contains("://") {
        "has a scheme"
    } else if domain.contains('/') {
        "has a path"
    } else if domain.contains(':') {
        "has a port"
    } else if domain.contains(char::is_whitespace) {
        "has blanks in it"
    } else if domain.split('.').all(is_label) {
        return Ok(domain);
    } else {
        "is not a domain name"
    };
    Err(Error::config(format!(
        "the cloud {:?} {wrong}; give the domain alone, for example alphaedge.tmone.com.my",
        without_passwords(domain)
    )))
}

/// Whether it can stand between two dots of a host name.
fn is_label(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(is_plain)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// An endpoint as a user gives it.
///
/// Credentials would be readable on the way over plain http, so it is refused outside this machine unless
/// `allow_plain_http` is set.
pub(crate) fn parse(endpoint: &str, allow_plain_http: bool) -> Result<Url, Error> {
    let wrong = |reason: &str| {
        let shown = without_passwords(endpoint);
        Error::config(format!(
            "the endpoint {shown:?} {reason}; example: https://hss.ap-southeast-3.myhuaweicloud.com"
        ))
    };
    let url = Url::parse(endpoint).map_err(|error| wrong(&format!("is not a URL ({error})")))?;
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

#[cfg(test)]
mod tests {
    use super::*;

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
            "https://user:secret@hss.example:99999",
            "https://hss.example/?a=b",
        ]
        .into_iter()
        .map(|endpoint| parse(endpoint, false).expect_err(endpoint).to_string())
        .collect();
        insta::assert_snapshot!(messages.join("\n"));
    }
}

//! Which proxy a request goes through: the one that was set, or else what environment and system say.

use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;
use zeroize::Zeroizing;

use crate::{Error, endpoint};

/// How long a proxy may take to say why it opens no connection.
const TIME_TO_ANSWER: Duration = Duration::from_secs(5);
/// So much of its answer is read.
const LONGEST_ANSWER: usize = 8 << 10;

/// The proxies of one client.
#[derive(Clone)]
pub(crate) enum Proxies {
    /// One for everything.
    Set(Zeroizing<String>),
    /// What the environment has when the client is made.
    Environment(fn(&str) -> Option<OsString>),
    #[cfg(feature = "test-util")]
    None,
}

/// One proxy.
#[derive(Clone)]
pub(crate) struct Proxy {
    /// It may have a password in it.
    url: Url,
}

/// What a proxy answered that opened no connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    status: u16,
}

impl Default for Proxies {
    fn default() -> Self {
        Self::Environment(|name| std::env::var_os(name))
    }
}

impl Proxies {
    /// The proxy for a server; `None` where it is asked directly, as servers on this machine are unless a proxy was
    /// set.
    pub(crate) fn for_server(&self, server: &Url) -> Result<Option<Proxy>, Error> {
        match self {
            Self::Set(address) => Proxy::parse(address, "the proxy").map(Some),
            // It would be asked for its own loopback, and be shown the credentials.
            Self::Environment(_) if endpoint::is_loopback(server) => Ok(None),
            Self::Environment(variable) => of_environment(server, *variable),
            #[cfg(feature = "test-util")]
            Self::None => Ok(None),
        }
    }
}

/// What the variables say that programs have in common or, without any, the settings of the system.
fn of_environment(
    server: &Url,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<Proxy>, Error> {
    // A header of a request could set HTTP_PROXY there.
    if variable("REQUEST_METHOD").is_some() {
        return Ok(None);
    }
    let text = |name: &'static str| {
        let spellings = [name.to_owned(), name.to_ascii_lowercase()];
        let mut set = spellings.into_iter();
        let (name, value) = set.find_map(|name| {
            let value = variable(&name).filter(|value| !value.is_empty())?;
            Some((name, value))
        })?;
        Some(match value.into_string() {
            Ok(value) => Ok((name, Zeroizing::new(value))),
            Err(_) => Err(Error::config(format!("{name} is not UTF-8"))),
        })
    };
    let uri: Option<Uri> = server.as_str().parse().ok();
    let uri = uri.unwrap_or_default();
    if let Some(names) = text("NO_PROXY").transpose()? {
        let rest = Matcher::builder()
            .all("http://proxy.example")
            .no(exceptions(&names.1));
        if rest.build().intercept(&uri).is_none() {
            return Ok(None);
        }
    }
    let own = match server.scheme() {
        "https" => "HTTPS_PROXY",
        _ => "HTTP_PROXY",
    };
    let set = match text(own) {
        Some(set) => Some(set),
        None => text("ALL_PROXY"),
    };
    match set.transpose()? {
        Some((name, address)) => Proxy::parse(&address, &name).map(Some),
        None => {
            let system = Matcher::from_system().intercept(&uri);
            let system = system.filter(|_| cfg!(any(windows, target_os = "macos")));
            let system = system.map(|system| Proxy::parse(&system.uri().to_string(), "the system"));
            system.transpose()
        }
    }
}

/// The names that are asked directly, in the form that the matcher takes: a list with commas, without wildcards and
/// ports, which others take.
fn exceptions(names: &str) -> String {
    let names = names.split([',', ' ', '\t', '\n', '\r']);
    let names = names.map(|name| {
        let name = name.strip_prefix("*.").unwrap_or(name);
        match name.rsplit_once(':') {
            Some((host, port))
                if !host.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                host
            }
            _ => name,
        }
    });
    names.collect::<Vec<_>>().join(",")
}

impl Proxy {
    /// Reads the address of a proxy. The error names where it is from, and never quotes it: it may have a password.
    fn parse(address: &str, from: &str) -> Result<Self, Error> {
        let wrong = |reason: &str| {
            Err(Error::config(format!(
                "{from} cannot be used: {reason}; a proxy looks like http://user:password@proxy.example:3128, with \
                 %5C for a \\ and %40 for an @ in user and password"
            )))
        };
        if address.trim() != address {
            return wrong("it begins or ends with a blank or a line break");
        }
        if address.contains(['"', '\'']) {
            return wrong("there are quotation marks in it");
        }
        if address.contains('\\') {
            return wrong("there is a \\ in it");
        }
        if address.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return wrong("there is a blank or a control character in it");
        }
        let parsed = match address.contains("://") {
            true => Url::parse(address),
            false => Url::parse(&format!("http://{address}")),
        };
        let Ok(url) = parsed else {
            return wrong("it is not a valid address");
        };
        if !matches!(url.scheme(), "http" | "https") {
            return wrong(&format!(
                "it has the scheme {}, and only http and https are supported",
                url.scheme()
            ));
        }
        let is_plain = matches!(url.path(), "" | "/") && url.query().is_none();
        if url.host().is_none() || !is_plain || url.fragment().is_some() {
            return wrong("it is more than a host and a port");
        }
        Ok(Self { url })
    }

    /// With user and password.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Without user and password.
    pub(crate) fn shown(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Asks the proxy for a connection to a server, only to learn its answer: who makes the connections keeps that to
    /// itself. `None` where it cannot be had.
    pub(crate) async fn ask(&self, server: &Url) -> Option<Refused> {
        let asked = tokio::time::timeout(TIME_TO_ANSWER, self.answer_for(server));
        let status = asked.await.ok()??;
        (status >= 300).then_some(Refused { status })
    }

    async fn answer_for(&self, server: &Url) -> Option<u16> {
        if self.url.scheme() != "http" {
            return None;
        }
        let uri: Uri = server.as_str().parse().ok()?;
        let intercepted = Matcher::builder().all(self.url.to_string()).build();
        let intercepted = intercepted.intercept(&uri)?;
        let target = format!("{}:{}", server.host_str()?, server.port_or_known_default()?);
        let mut head = Zeroizing::new(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n"));
        if let Some(proof) = intercepted.basic_auth() {
            head.push_str("Proxy-Authorization: ");
            head.push_str(proof.to_str().ok()?);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        let address = self.url.socket_addrs(|| None);
        let address = tokio::task::spawn_blocking(move || address)
            .await
            .ok()?
            .ok()?;
        let mut stream = TcpStream::connect(&*address).await.ok()?;
        stream.write_all(head.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        while !answer.contains(&b'\n') && answer.len() < LONGEST_ANSWER {
            if stream.read_buf(&mut answer).await.ok()? == 0 {
                break;
            }
        }
        let line = String::from_utf8_lossy(&answer);
        line.strip_prefix("HTTP/1.")?
            .split(' ')
            .nth(1)?
            .parse()
            .ok()
    }
}

impl Refused {
    /// Whether the same request would be refused again.
    pub(crate) fn stays(&self) -> bool {
        (400..500).contains(&self.status) && !matches!(self.status, 408 | 429)
    }

    /// What the caller can do.
    pub(crate) fn advice(&self) -> Option<&'static str> {
        match self.status {
            407 => Some("give the address of the proxy a user name and a password"),
            400..500 => Some(
                "have the proxy let it through, or set another (HTTPS_PROXY), or name the host in NO_PROXY",
            ),
            _ => None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = http::StatusCode::from_u16(self.status).ok();
        let reason = status.and_then(|status| status.canonical_reason());
        write!(f, "{} {}", self.status, reason.unwrap_or("unknown status"))
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Set(_) => "[redacted]",
            Self::Environment(_) => "of the environment",
            #[cfg(feature = "test-util")]
            Self::None => "none",
        })
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The proxy for a server, by what the environment has.
    fn chosen(server: &str, variables: &[(&str, &str)]) -> String {
        let server = Url::parse(server).expect("an address");
        let found = of_environment(&server, |name| {
            let mut variables = variables.iter();
            let found = variables.find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        });
        match found {
            Ok(None) => "none".to_owned(),
            Ok(Some(proxy)) => proxy.shown(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_usual_variables_choose() {
        const HSS: &str = "https://hss.r-1.corp.test";
        let proxy = ("HTTPS_PROXY", "http://user:secret@proxy.test:3128");
        for (variables, found) in [
            (&[][..], "none"),
            (&[proxy], "http://proxy.test:3128"),
            (
                &[("https_proxy", "proxy.test:3128")],
                "http://proxy.test:3128",
            ),
            (
                &[("HTTPS_PROXY", ""), ("all_proxy", "http://all.test")],
                "http://all.test",
            ),
            (&[("HTTP_PROXY", "http://plain.test")], "none"),
            (&[proxy, ("REQUEST_METHOD", "GET")], "none"),
            (&[proxy, ("NO_PROXY", "*")], "none"),
            (&[proxy, ("NO_PROXY", "a.test, *.corp.test")], "none"),
            (&[proxy, ("no_proxy", ".corp.test:443")], "none"),
            (&[proxy, ("NO_PROXY", "a.test hss.r-1.corp.test")], "none"),
            (
                &[proxy, ("NO_PROXY", "corp.test.example,p.test")],
                "http://proxy.test:3128",
            ),
            // Nobody asks for it here.
            (&[("HTTP_PROXY", "\\")], "none"),
        ] {
            assert_eq!(chosen(HSS, variables), found, "{variables:?}");
        }
        let plain = chosen("http://hss.test", &[("HTTP_PROXY", "http://plain.test")]);
        assert_eq!(plain, "http://plain.test");
    }

    #[test]
    fn what_cannot_be_understood_is_an_error_without_its_text() {
        let mut texts = String::new();
        for address in [
            "http://user:secret@proxy.test:3128\n",
            " http://proxy.test",
            "\"http://proxy.test\"",
            "http://CORP\\user:secret@proxy.test",
            "http://user:se cret@proxy.test",
            "http://user:secret@proxy.test:99999",
            "http://user:12#secret@proxy.test",
            "http://user:12/secret@proxy.test",
            "socks5://user:secret@proxy.test",
            "http://",
        ] {
            texts += &chosen("https://hss.test", &[("HTTPS_PROXY", address)]);
            texts.push('\n');
        }
        assert!(!texts.contains("secret"), "{texts}");
        insta::assert_snapshot!(texts);
    }
}

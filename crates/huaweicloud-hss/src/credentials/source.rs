//! A server that gives out credentials, and how it is asked.

use std::fmt;
use std::path::Path;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use reqwest::{Body, Request};
use serde_json::Value;
use url::Url;

use crate::Error;
use crate::exchange::{self, Exchange};
use crate::operations::Operation;
use crate::transport::Transport;

/// Far more than any of these answers has.
pub(crate) const RESPONSE_LIMIT: usize = 64 << 10;
/// Far more than any token has.
const TOKEN_LIMIT: u64 = 64 << 10;

/// A server that gives out credentials.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) client: reqwest::Client,
    pub(crate) transport: Transport,
    pub(crate) address: Url,
}

impl Server {
    /// A request to the path of an operation.
    pub(crate) fn request(&self, operation: &Operation) -> Request {
        let mut url = self.address.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}{}", operation.path));
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap_or_default();
        Request::new(method, url)
    }

    /// Sends a request, and fails where the answer is none that means success. Every failure names the operation and
    /// the server, and none quotes `secret`, which the request has.
    pub(crate) async fn call(
        &self,
        operation: &'static Operation,
        request: Request,
        secret: &str,
        success: &[u16],
    ) -> Result<Exchange, Error> {
        let answer = self.send(operation, request, secret).await;
        let checked = answer.and_then(|answer| {
            if success.contains(&answer.status) {
                Ok(answer)
            } else {
                Err(Error::unexpected(&answer, success[0]))
            }
        });
        checked.map_err(|error| self.explain(operation, error))
    }

    /// Names the operation and the server.
    pub(crate) fn explain(&self, operation: &'static Operation, error: Error) -> Error {
        error.during(operation.id).asked(self.shown())
    }

    /// Sends a request, again where that can help, and gives whatever the server answers, unless it is an error that
    /// quotes `secret`.
    pub(crate) async fn send(
        &self,
        operation: &'static Operation,
        request: Request,
        secret: &str,
    ) -> Result<Exchange, Error> {
        exchange::send_request(&self.transport, &self.client, operation, request, secret).await
    }

    /// The address, for messages.
    pub(crate) fn shown(&self) -> &str {
        self.address.as_str().trim_end_matches('/')
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}

/// Gives the request a body of JSON.
pub(crate) fn set_json(request: &mut Request, body: &Value) {
    let json = HeaderValue::from_static("application/json;charset=utf8");
    request.headers_mut().insert(CONTENT_TYPE, json);
    *request.body_mut() = Some(Body::from(body.to_string()));
}

/// The token in a file, which is read anew each time: whoever put it there replaces it before it ends.
pub(crate) fn read_token(file: &Path) -> Result<String, Error> {
    use std::io::Read;

    let shown = file.display();
    let unreadable =
        |error| Error::credentials(format!("the token file {shown} cannot be read: {error}"));
    let mut text = String::new();
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    opened
        .take(TOKEN_LIMIT)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    let token = text.trim_start_matches('\u{feff}').trim();
    if token.is_empty() {
        return Err(Error::credentials(format!(
            "the token file {shown} is empty"
        )));
    }
    Ok(token.to_owned())
}

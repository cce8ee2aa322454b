//! A small client of its own, which shares no code with the sandbox.

use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use hss_sandbox::{Sandbox, SandboxBuilder, account};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) const IMAGE_TYPES: [&str; 4] = [
    "private_image",
    "shared_image",
    "local_image",
    "instance_image",
];

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {:?}", self.text))
    }

    /// Status, code and message of an error, in the shapes of gateway and service.
    pub(crate) fn error(&self) -> String {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let request_id = &self.headers["x-request-id"];
        match body.get("request_id") {
            Some(id) => assert_eq!(id, request_id.to_str().expect("ASCII")),
            None => assert_eq!(body["error_description"], body["error_msg"]),
        }
        format!(
            "{} {} {}",
            self.status.as_u16(),
            text("error_code"),
            text("error_msg")
        )
    }
}

/// A sandbox, and a caller with a token of it.
pub(crate) struct Caller {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
}

impl Caller {
    pub(crate) async fn start(builder: SandboxBuilder) -> Self {
        let sandbox = builder.start().await.expect("the sandbox starts");
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        let mut caller = Self {
            sandbox,
            http,
            token: String::new(),
        };
        caller.token = caller.new_token().await;
        caller
    }

    pub(crate) async fn new_token(&self) -> String {
        let answer = self
            .post(
                "/v3/auth/tokens",
                &token_request(&json!({"project": {"name": account::REGION}})),
            )
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.headers["x-subject-token"]
            .to_str()
            .expect("ASCII")
            .to_owned()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.endpoint())
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a whole answer");
        let id = headers["x-request-id"].to_str().expect("ASCII");
        assert!(
            id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()),
            "{id}"
        );
        Answer {
            status,
            headers,
            text,
        }
    }

    /// A request with the token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.url(path))
            .header("X-Auth-Token", &self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// A listing with this query string.
    pub(crate) async fn list(&self, query: &str) -> Answer {
        self.get(&format!("{}?{query}", images_path())).await
    }

    /// All records of a type that match the rest of a query string, fetched page by page. Checks on the way
    /// that every page tells the same total.
    pub(crate) async fn all(&self, image_type: &str, filter: &str) -> Vec<Value> {
        let mut records = Vec::new();
        loop {
            let offset = records.len();
            let query = format!("image_type={image_type}&limit=200&offset={offset}&{filter}");
            let answer = self.list(&query).await;
            assert_eq!(answer.status, StatusCode::OK, "{query}: {answer:?}");
            let mut page = answer.json();
            let Value::Array(mut list) = page["data_list"].take() else {
                panic!("no list: {answer:?}")
            };
            let last = list.is_empty();
            records.append(&mut list);
            if last {
                assert_eq!(page["total_num"], records.len(), "{query}");
                return records;
            }
        }
    }

    /// The whole inventory.
    pub(crate) async fn everything(&self) -> Vec<Value> {
        let mut records = Vec::new();
        for image_type in IMAGE_TYPES {
            records.append(&mut self.all(image_type, "").await);
        }
        records
    }

    pub(crate) async fn synchronize(&self, body: &Value) -> Answer {
        self.post(
            &format!("/v5/{}/image/synchronize", account::PROJECT_ID),
            body,
        )
        .await
    }
}

pub(crate) fn images_path() -> String {
    format!("/v5/{}/image/swr-repository", account::PROJECT_ID)
}

pub(crate) fn token_request(scope: &Value) -> Value {
    json!({"auth": {
        "identity": {
            "methods": ["password"],
            "password": {"user": {
                "domain": {"name": account::ACCOUNT}, "name": account::USER, "password": account::PASSWORD,
            }},
        },
        "scope": scope,
    }})
}

/// The fields of a signed request that a test may want to get wrong.
pub(crate) struct Signer<'a> {
    pub(crate) access: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) date: SystemTime,
    /// Further headers, names in lower case. They are sent and signed.
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    /// Whether the body takes part in the signature.
    pub(crate) sign_body: bool,
}

impl Default for Signer<'_> {
    fn default() -> Self {
        Self {
            access: account::ACCESS_KEY,
            secret: account::SECRET_KEY,
            date: SystemTime::now(),
            headers: Vec::new(),
            sign_body: true,
        }
    }
}

impl Signer<'_> {
    /// Signs a request whose query is in canonical order and encoding already, and says how to send it.
    pub(crate) fn sign(
        &self,
        caller: &Caller,
        method: Method,
        path: &str,
        query: &str,
        body: &str,
    ) -> RequestBuilder {
        let date = sdk_date(self.date);
        let host = caller.sandbox.addr().to_string();
        let unsigned = ("x-sdk-content-sha256", "UNSIGNED-PAYLOAD");
        let mut headers = self.headers.clone();
        headers.extend([("host", host.as_str()), ("x-sdk-date", date.as_str())]);
        if !self.sign_body {
            headers.push(unsigned);
        }
        headers.sort_unstable();
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        let hash = if self.sign_body {
            hex::encode(Sha256::digest(body))
        } else {
            unsigned.1.to_owned()
        };
        let canonical = format!("{method}\n{path}/\n{query}\n{lines}\n{names}\n{hash}");
        let text = format!(
            "SDK-HMAC-SHA256\n{date}\n{}",
            hex::encode(Sha256::digest(canonical))
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("any length");
        mac.update(text.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        let authorization = format!(
            "SDK-HMAC-SHA256 Access={}, SignedHeaders={names}, Signature={signature}",
            self.access
        );

        let url = if query.is_empty() {
            caller.url(path)
        } else {
            caller.url(&format!("{path}?{query}"))
        };
        let mut request = caller
            .http
            .request(method, url)
            .header("Authorization", authorization);
        for (name, value) in headers.into_iter().filter(|(name, _)| *name != "host") {
            request = request.header(name, value);
        }
        request.body(body.to_owned())
    }
}

/// `YYYYMMDDTHHMMSSZ`, in UTC.
fn sdk_date(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    jiff::Timestamp::from_second(seconds.cast_signed())
        .expect("in range")
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}

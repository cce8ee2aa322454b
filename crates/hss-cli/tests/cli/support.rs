//! Running the program, and servers for it to talk to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::OnceLock;

use hss_spec::Contract;
use serde_json::Value;

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program, with an environment that has nothing of this machine in it.
pub(crate) fn hss(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hss"));
    command
        .args(line.split_whitespace())
        .env_clear()
        .env("HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/nobody"))
        // Nobody listens there, so that no test asks the machine that it runs on.
        .env("HUAWEICLOUD_SDK_METADATA_ENDPOINT", "http://127.0.0.1:1")
        .env("COLUMNS", "80")
        .env("TERM", "xterm")
        .env("TZ", "UTC")
        .stdin(Stdio::null());
    command
}

pub(crate) fn run(command: &mut Command) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program runs");
    Run {
        code: status.code(),
        stdout: String::from_utf8(stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(stderr).expect("UTF-8 on stderr"),
    }
}

/// The stdout of a run that has to succeed.
pub(crate) fn stdout(command: &mut Command) -> String {
    let run = run(command);
    assert_eq!(run.code, Some(0), "{command:?}: {}", run.stderr);
    run.stdout
}

/// The records that a run prints as JSON.
pub(crate) fn records(command: &mut Command) -> Vec<Value> {
    let text = stdout(command.args(["--output", "json"]));
    serde_json::from_str(&text).expect("an array")
}

/// The whole default inventory.
pub(crate) fn inventory() -> &'static [Value] {
    static ALL: OnceLock<Vec<Value>> = OnceLock::new();
    ALL.get_or_init(|| records(&mut hss("images list --sandbox")))
}

pub(crate) fn ids(records: &[Value]) -> Vec<i64> {
    records
        .iter()
        .map(|record| record["id"].as_i64().expect("an id"))
        .collect()
}

/// The names of the query parameters of the listing, and what the contract says of them.
pub(crate) fn query_parameters() -> Vec<&'static hss_spec::Parameter> {
    Contract::hss_image()
        .operation("ListSwrImageRepository")
        .expect("the operation")
        .parameters
        .iter()
        .filter(|parameter| parameter.location == hss_spec::Location::Query)
        .collect()
}

/// The flag that belongs to a parameter.
pub(crate) fn flag(parameter: &str) -> String {
    format!("--{}", parameter.replace('_', "-"))
}

/// A run as a reader of a snapshot wants to see it.
pub(crate) fn transcript(line: &str, run: &Run) -> String {
    let stdout = if run.stdout.is_empty() {
        "nothing"
    } else {
        &run.stdout
    };
    let code = run
        .code
        .map_or_else(|| "a signal".to_owned(), |code| code.to_string());
    redacted(&format!(
        "$ hss {line}\nstdout: {stdout}\nstderr: {}exit code: {code}\n",
        run.stderr
    ))
}

/// The text without what is different in each run or on each machine.
pub(crate) fn redacted(text: &str) -> String {
    let text = text.replace(env!("CARGO_TARGET_TMPDIR"), "TMP");
    let text = replaced_after(&text, "(os error ", "N", |c| c.is_ascii_digit());
    let text = replaced_after(&text, "request id ", "ID", |c| c.is_ascii_hexdigit());
    let text = replaced_after(&text, "127.0.0.1:", "PORT", |c| c.is_ascii_digit());
    replaced_after(&text, " page, ", "TIME", |c| c.is_ascii_digit() || c == '.')
}

fn replaced_after(text: &str, mark: &str, with: &str, part: fn(char) -> bool) -> String {
    let mut pieces = text.split(mark);
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        result += mark;
        let rest = piece.trim_start_matches(part);
        if rest.len() < piece.len() {
            result += with;
        }
        result += rest;
    }
    result
}

/// A port of this machine that nobody listens on.
pub(crate) fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// `hss sandbox`, until it is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) endpoint: String,
    /// All that it said before it began to serve.
    pub(crate) said: String,
    /// Kept open, as a terminal would.
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    pub(crate) fn start(flags: &str) -> Self {
        Self::run(&mut hss(&format!("sandbox --listen 127.0.0.1:0 {flags}")))
    }

    pub(crate) fn run(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut said = String::new();
        let last = loop {
            let from = said.len();
            let read = stdout.read_line(&mut said).expect("UTF-8 on stdout");
            assert_ne!(read, 0, "the sandbox ended after saying {said:?}");
            if let Some((_, endpoint)) = said[from..].split_once("--endpoint ") {
                break endpoint.trim().to_owned();
            }
        };
        Self {
            child,
            endpoint: last,
            said,
            _stdout: stdout,
        }
    }

    pub(crate) fn address(&self) -> &str {
        self.endpoint.strip_prefix("http://").expect("plain http")
    }

    /// A listing from this server, with nothing but the endpoint.
    pub(crate) fn list(&self) -> Command {
        hss(&format!("images list --endpoint {}", self.endpoint))
    }

    /// The same, with the credentials of the sandbox.
    pub(crate) fn list_signed(&self) -> Command {
        let mut command = self.list();
        signed(&mut command);
        command
    }

    /// A token, as a user without this client would get it.
    pub(crate) fn token(&self) -> String {
        let body = r#"{"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": "sandbox", "password": "sandbox", "domain": {"name": "sandbox"}}}},
            "scope": {"project": {"name": "my-kualalumpur-1"}}}}"#;
        let mut stream = TcpStream::connect(self.address()).expect("the sandbox listens");
        write!(
            stream,
            "POST /v3/auth/tokens HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address(),
            body.len()
        )
        .expect("the sandbox reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        answer
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("x-subject-token"))
            .map(|(_, value)| value.to_owned())
            .expect("a token")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, as a test wanted it to.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn signed(command: &mut Command) -> &mut Command {
    command
        .env("HUAWEICLOUD_SDK_AK", "SANDBOX-ACCESS-KEY")
        .env("HUAWEICLOUD_SDK_SK", "sandbox-secret-key")
}

/// A server that gives these answers (status and JSON) in turn, and the last one again and again.
pub(crate) fn scripted(answers: &'static [(u16, &'static str)]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let last = answers.last().into_iter().cycle();
        for ((status, body), stream) in answers.iter().chain(last).zip(listener.incoming()) {
            let mut stream = stream.expect("a connection");
            read_head(&mut stream);
            write!(
                stream,
                "HTTP/1.1 {status} Scripted\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            )
            .expect("the client reads");
        }
    });
    format!("http://{address}")
}

/// Reads a request without a body.
pub(crate) fn read_head(stream: &mut TcpStream) {
    let mut lines = BufReader::new(stream).lines();
    while lines
        .next()
        .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
    {}
}

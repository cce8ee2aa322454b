//! Ends that come from outside.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Server, hss, read_head, records, signed};

fn signal(name: &str, child: &Child) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), child.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    for format in ["ndjson", "json", "csv", "table"] {
        let mut child = hss("images list --sandbox --limit 10 --output")
            .arg(format)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut first = String::new();
        // The pipe is closed with the reader, at the end of this statement.
        BufReader::with_capacity(16, child.stdout.take().expect("a pipe"))
            .read_line(&mut first)
            .expect("a line");
        let output = child.wait_with_output().expect("it ends");
        assert_ne!(first, "");
        assert_eq!(output.status.code(), Some(0), "{format}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            !said.contains("hss:") && !said.contains("panic"),
            "{format}: {said}"
        );
    }
}

#[test]
fn an_interrupted_listing_ends_at_once_and_prints_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = silent.local_addr().expect("an address");
    let line = format!("images list --project-id p --endpoint http://{endpoint}");
    let child = signed(&mut hss(&line))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let (mut stream, _) = silent.accept().expect("a connection");
    read_head(&mut stream);
    signal("INT", &child);
    let output = child.wait_with_output().expect("it ends");
    // Only a signal in the very moment in which the program starts to watch for it could kill it instead.
    let ended = (output.status.code(), output.status.signal());
    assert!(
        matches!(ended, (Some(130), None) | (None, Some(2))),
        "{ended:?}"
    );
    assert!(
        output.stdout.is_empty() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn a_sandbox_stops_when_it_is_asked_to() {
    for name in ["INT", "TERM"] {
        let mut server = Server::start("--images 7");
        assert_eq!(records(&mut server.list_signed()).len(), 7);
        let asked = Instant::now();
        signal(name, &server.child);
        let status = server.child.wait().expect("it ends");
        // Nobody is connected any more, so there is nothing to wait for.
        assert!(
            asked.elapsed() < Duration::from_secs(5),
            "{name}: {:?}",
            asked.elapsed()
        );
        assert_eq!(status.code(), Some(0), "{name}");
        let refused = std::net::TcpStream::connect(server.address());
        assert!(refused.is_err(), "{name}");
    }
}

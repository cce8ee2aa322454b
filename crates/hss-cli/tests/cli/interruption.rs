//! Ends that come from outside.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Server, hss, read_head, records, run, signed};

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

/// Killed in the middle of its work, it leaves a file in which each synchronization is there as a whole or not at all.
#[test]
fn a_killed_sandbox_leaves_its_inventory_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let flags = format!(
        "--images 2000 --db {}",
        directory.path().join("hss.db").display()
    );
    let mut known = 2000;
    for round in 1..=3 {
        let mut server = Server::start(&flags);
        let line = format!(
            "images sync --image-type private_image --endpoint {}",
            server.endpoint
        );
        // One has been answered, so it has to last; others are under way when the end comes.
        assert_eq!(run(signed(&mut hss(&line))).code, Some(0));
        let lasting = records(&mut server.list_signed()).len();
        assert!(lasting > known, "round {round}");
        let others: Vec<_> = (0..4)
            .map(|_| {
                signed(&mut hss(&line))
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .expect("the program runs")
            })
            .collect();
        signal("KILL", &server.child);
        server.child.wait().expect("it ends");
        for mut other in others {
            // It may have been answered just in time.
            let _ = other.kill();
            let _ = other.wait();
        }

        let again = Server::start(&flags);
        let listed = records(&mut again.list_signed());
        assert!(listed.len() >= lasting, "round {round}");
        // Of each image that was synchronized exactly one version is the latest.
        let mut latest = std::collections::HashMap::new();
        for record in &listed {
            let image = ["image_type", "namespace", "image_name", "instance_id"]
                .map(|name| record[name].to_string());
            *latest.entry(image).or_insert(0) += i32::from(record["latest_version"] == true);
        }
        // The documented images have no latest version until they get one.
        let wrong: Vec<_> = latest
            .iter()
            .filter(|(image, count)| **count > 1 || (image[1] != "\"aaa\"" && **count == 0))
            .collect();
        assert!(wrong.is_empty(), "round {round}: {wrong:?}");
        known = listed.len();
    }
}

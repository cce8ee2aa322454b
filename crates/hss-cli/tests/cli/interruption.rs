//! Ends that come from outside.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Server, hss, read_head, records, run, signed};
use crate::terminal::Terminal;

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

/// Ends the program with a signal, and says what it printed and how it ended.
fn ended(name: &str, mut child: Child) -> (Option<i32>, String, String) {
    let asked = Instant::now();
    signal(name, &child);
    let status = child.wait().expect("it ends");
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "{:?}",
        asked.elapsed()
    );
    let (mut stdout, mut stderr) = (String::new(), String::new());
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_string(&mut stdout).expect("UTF-8");
    }
    if let Some(mut pipe) = child.stderr.take() {
        pipe.read_to_string(&mut stderr).expect("UTF-8");
    }
    (status.code(), stdout, stderr)
}

/// The codes that shells give to a program which a signal has killed. That there is a code at all means that the
/// program handles the signal, and so that it ends as the first process of a container, too.
const SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

fn spawn(command: &mut Command) -> Child {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program runs")
}

#[test]
fn an_interrupted_listing_ends_at_once_and_prints_nothing() {
    for (name, code) in SIGNALS {
        let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = silent.local_addr().expect("an address");
        let line = format!("images list --project-id p --endpoint http://{endpoint}");
        let child = spawn(signed(&mut hss(&line)));
        let (mut stream, _) = silent.accept().expect("a connection");
        read_head(&mut stream);
        assert_eq!(
            ended(name, child),
            (Some(code), String::new(), String::new())
        );
    }
}

#[test]
fn an_interrupted_listing_leaves_no_half_file() {
    for (name, code) in SIGNALS {
        let folder = tempfile::tempdir().expect("a folder");
        let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = silent.local_addr().expect("an address");
        let line =
            format!("images list --project-id p --endpoint http://{endpoint} --output-file f");
        let child = spawn(signed(&mut hss(&line)).current_dir(&folder));
        let (mut stream, _) = silent.accept().expect("a connection");
        read_head(&mut stream);
        let files = || std::fs::read_dir(&folder).expect("a folder").count();
        assert_eq!(files(), 1);
        assert_eq!(ended(name, child).0, Some(code));
        assert_eq!(files(), 0);
    }
}

#[test]
fn a_reader_who_does_not_read_does_not_keep_it() {
    for (name, code) in SIGNALS {
        for format in ["json", "ndjson", "csv", "table"] {
            // Some hundred kilobytes, of which a pipe takes 64.
            let mut child = spawn(hss("images list --sandbox -o").arg(format));
            let mut first = [0];
            let stdout = child.stdout.as_mut().expect("a pipe");
            stdout.read_exact(&mut first).expect("a byte");
            let (ended, _, stderr) = ended(name, child);
            assert_eq!((ended, stderr.as_str()), (Some(code), ""), "{format}");
        }
    }
}

#[test]
fn an_interrupted_listing_leaves_the_terminal_clean() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = listener.local_addr().expect("an address");
    let mut terminal = Terminal::new(80);
    let line = format!(
        "images list --project-id p --image-type local_image --endpoint http://{endpoint} -o json"
    );
    let mut command = hss(&line);
    signed(&mut command)
        .stdout(Stdio::null())
        .stderr(terminal.line());
    let child = command.spawn().expect("the program runs");
    // One page comes, and then no other.
    let (mut stream, _) = listener.accept().expect("a connection");
    read_head(&mut stream);
    let body = r#"{"total_num": 900, "data_list": [{"id": 1}, {"id": 2}]}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).expect("it reads");
    let mut seen = String::new();
    let mut part = [0; 256];
    while !seen.contains("2/900") {
        let read = terminal.screen.read(&mut part).expect("a bar");
        seen += &String::from_utf8_lossy(&part[..read]);
    }
    assert_eq!(ended("INT", child).0, Some(130));
    drop((command, terminal.line));
    while let Ok(read @ 1..) = terminal.screen.read(&mut part) {
        seen += &String::from_utf8_lossy(&part[..read]);
    }
    let (_, last) = seen.rsplit_once("\u{1b}[2K").expect("it is cleared");
    assert_eq!(last.trim(), "", "{seen:?}");
}

#[test]
fn a_sandbox_that_still_loads_can_be_stopped() {
    for (name, code) in SIGNALS {
        let directory = tempfile::tempdir().expect("a directory");
        let pipe = directory.path().join("images.json");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).expect("a pipe");
        let line = format!("sandbox --listen 127.0.0.1:0 --data {}", pipe.display());
        let child = spawn(&mut hss(&line));
        // This waits until it reads, and it goes on reading for as long as nobody closes the pipe.
        let _writer = std::fs::File::options()
            .write(true)
            .open(&pipe)
            .expect("it reads");
        assert_eq!(
            ended(name, child),
            (Some(code), String::new(), String::new())
        );
    }
}

#[test]
fn a_sandbox_stops_when_it_is_asked_to() {
    for (name, code) in SIGNALS {
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
        assert_eq!(status.code(), Some(code), "{name}");
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

//! Two processes: `hss sandbox`, and a client of it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::support::{
    Server, hss, inventory, records, redacted, run, scripted, signed, stdout, transcript,
};

#[test]
fn the_sandbox_says_how_to_use_it() {
    let server = Server::start("");
    insta::assert_snapshot!(redacted(&server.said));
}

#[test]
fn a_key_and_a_token_give_the_same_records() {
    let server = Server::start("");
    // The project id comes from the sandbox's IAM.
    let by_key = records(&mut server.list_signed());
    assert_eq!(by_key, inventory());
    let by_token = records(
        server
            .list()
            .env("HUAWEICLOUD_SDK_AUTH_TOKEN", server.token()),
    );
    assert_eq!(by_token, by_key);
    let with_project = records(server.list_signed().env(
        "HUAWEICLOUD_SDK_PROJECT_ID",
        "0123456789abcdef0123456789abcdef",
    ));
    assert_eq!(with_project, by_key);
    let with_region = records(server.list_signed().args(["--region", "my-kualalumpur-1"]));
    assert_eq!(with_region, by_key);
}

#[test]
#[cfg(unix)]
fn the_lines_that_the_sandbox_prints_work_in_a_shell() {
    let server = Server::start("--images 7");
    let program = env!("CARGO_BIN_EXE_hss");
    let script = server
        .said
        .lines()
        .filter(|line| line.starts_with("export ") || line.starts_with("hss "))
        .map(|line| line.replace("hss images", &format!("'{program}' images")))
        .collect::<Vec<_>>()
        .join("\n");
    let mut shell = std::process::Command::new("/bin/sh");
    let run = run(shell.env_clear().args(["-c", &script]));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.starts_with("7 images"), "{}", run.stderr);
}

#[test]
fn a_profile_gives_the_credentials() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("credentials");
    let keys = "[basic]\nak = wrong\nsk = wrong\n\n[try]\nak = SANDBOX-ACCESS-KEY\nsk = sandbox-secret-key\n";
    std::fs::write(&file, keys).expect("a file");
    let server = Server::start("--images 7");
    let listed = records(
        server
            .list()
            .args(["--profile", "try"])
            .env("HUAWEICLOUD_SDK_CREDENTIALS_FILE", &file),
    );
    assert_eq!(listed.len(), 7);
}

#[test]
fn without_any_other_credentials_the_machine_is_asked() {
    let metadata = scripted(&[
        (200, "a-token-of-the-metadata-service"),
        (
            200,
            r#"{"credential":{"access":"SANDBOX-ACCESS-KEY","secret":"sandbox-secret-key",
                "securitytoken":"temporary","expires_at":"2999-01-01T00:00:00.000000Z"}}"#,
        ),
    ]);
    let server = Server::start("--images 7");
    let listed = records(
        server
            .list()
            .env("HUAWEICLOUD_SDK_METADATA_ENDPOINT", metadata),
    );
    assert_eq!(listed.len(), 7);
}

#[test]
fn wrong_credentials_are_refused_with_the_code_of_the_error() {
    let server = Server::start("");
    let wrong_key = run(server
        .list_signed()
        .env("HUAWEICLOUD_SDK_SK", "not-the-secret")
        .args(["--project-id", "0123456789abcdef0123456789abcdef"]));
    let wrong_token = run(server
        .list()
        .env("HUAWEICLOUD_SDK_AUTH_TOKEN", "not-a-token")
        .args(["--output", "json"]));
    for run in [&wrong_key, &wrong_token] {
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
        assert!(run.stderr.contains("401"), "{}", run.stderr);
        assert!(run.stderr.contains("APIGW.0301"), "{}", run.stderr);
        assert!(!run.stderr.contains("not-"), "{}", run.stderr);
    }
    insta::assert_snapshot!(
        transcript(
            "images list --endpoint URL   # wrong secret key",
            &wrong_key
        ) + &transcript("images list --endpoint URL   # wrong token", &wrong_token)
    );
}

#[test]
fn another_project_is_not_this_accounts() {
    let server = Server::start("");
    let run = run(server.list_signed().args(["--project-id", "another"]));
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    assert!(run.stderr.contains("403"), "{}", run.stderr);
    assert!(run.stderr.contains("project id"), "{}", run.stderr);
}

#[test]
fn synchronizing_changes_what_is_listed() {
    let server = Server::start("");
    let before = records(&mut server.list_signed());
    let line = format!(
        "images sync --image-type private_image --endpoint {}",
        server.endpoint
    );
    stdout(signed(&mut hss(&line)));
    assert_ne!(records(&mut server.list_signed()), before);
}

#[test]
fn the_inventory_is_as_asked_for() {
    let with = |flags: &str| records(&mut Server::start(flags).list_signed());
    assert_eq!(with("--images 42").len(), 42);
    assert_eq!(with("--images 42 --seed 1"), with("--seed 1 --images 42"));
    assert_ne!(with("--images 42 --seed 1"), with("--images 42 --seed 2"));
}

#[test]
fn an_inventory_in_a_file_outlives_the_sandbox() {
    let directory = tempfile::tempdir().expect("a directory");
    let flags = format!("--db {}", directory.path().join("hss.db").display());
    let first = records(&mut Server::start(&format!("{flags} --images 5")).list_signed());
    let again = records(&mut Server::start(&flags).list_signed());
    assert_eq!((first.len(), again), (5, first));
}

#[test]
fn faults_reach_the_client() {
    let server = Server::start("--latency 1ms --fault html=502");
    let run = run(&mut server.list_signed());
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    assert!(run.stderr.contains("502"), "{}", run.stderr);

    let server = Server::start("--fault unknown-enum --fault clamp=13");
    let listed = records(&mut server.list_signed());
    assert_eq!(listed.len(), 500);
    assert!(
        listed
            .iter()
            .all(|record| record["scan_status"] == "quantum_scanned")
    );
}

#[test]
fn a_page_may_call_where_that_was_asked_for() {
    let server = Server::start("--images 3 --cors https://docs.example --cors null");
    for (origin, allowed) in [("null", true), ("https://other.example", false)] {
        let mut stream = TcpStream::connect(server.address()).expect("a connection");
        write!(
            stream,
            "OPTIONS /v3/auth/tokens HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\n\
             Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n",
            server.address()
        )
        .expect("the sandbox reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let answer = answer.to_lowercase();
        let header = format!("access-control-allow-origin: {origin}");
        assert_eq!(answer.contains(&header), allowed, "{answer}");
    }
}

#[test]
fn a_port_in_use_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address");
    let run = run(&mut hss(&format!("sandbox --listen {address}")));
    insta::assert_snapshot!(transcript("sandbox --listen 127.0.0.1:PORT", &run));
}

#[test]
fn on_a_public_address_the_known_credentials_are_refused() {
    let start = |variables: &[(&str, &str)]| {
        let mut command = hss("sandbox --listen 0.0.0.0:0 --images 7");
        Server::run(command.envs(variables.iter().copied()))
    };
    let new = start(&[]);
    let refused = run(&mut new.list_signed());
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("APIGW.0301"), "{}", refused.stderr);
    let said = |name: &str| {
        let line = new.said.lines().find_map(|line| line.split_once(name));
        line.expect("what to set").1.to_owned()
    };
    let listed = records(
        new.list()
            .env("HUAWEICLOUD_SDK_AK", said("HUAWEICLOUD_SDK_AK="))
            .env("HUAWEICLOUD_SDK_SK", said("HUAWEICLOUD_SDK_SK=")),
    );
    assert_eq!(listed.len(), 7);

    let own = start(&[
        ("HSS_SANDBOX_ACCESS_KEY", "SANDBOX-ACCESS-KEY"),
        ("HSS_SANDBOX_SECRET_KEY", "sandbox-secret-key"),
        ("HSS_SANDBOX_PASSWORD", "sandbox"),
    ]);
    assert!(!own.said.contains("sandbox-secret-key"), "{}", own.said);
    assert_eq!(records(&mut own.list_signed()).len(), 7);
}

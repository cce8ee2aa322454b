//! Networks as they are: proxies, certificates, time limits.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Run, hss, redacted, run, signed};

/// A proxy that answers everything with this, and counts what it is asked.
struct Proxy {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Proxy {
    fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let lines = BufReader::new(&stream).lines();
                let head =
                    lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()));
                if head.count() > 0 {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                drop(stream.write_all(answer.as_bytes()));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

const LIST: &str = "images list --region ap-southeast-3 --project-id p";

fn listed(line: &str, variables: &[(&str, &str)]) -> Run {
    let mut command = hss(line);
    signed(&mut command).envs(variables.iter().copied());
    run(&mut command)
}

#[test]
fn a_proxy_that_opens_no_connection_says_why() {
    let mut texts = String::new();
    for (answer, most) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", 2),
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", 2),
        // It may be another time.
        ("HTTP/1.1 503 Service Unavailable\r\n\r\n", 8),
        ("no HTTP\r\n\r\n", 8),
    ] {
        let proxy = Proxy::start(answer);
        let address = format!("http://user:hidden@{}", proxy.address);
        let run = listed(LIST, &[("HTTPS_PROXY", &address)]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
        // Once more than there are attempts, to learn the status.
        assert!(proxy.asked() <= most, "{answer}: {}", proxy.asked());
        assert!(!run.stderr.contains("hidden"), "{}", run.stderr);
        texts += &redacted(&run.stderr);
    }
    insta::assert_snapshot!(texts);
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let proxy = [("HTTPS_PROXY", "http://user:hidden@127.0.0.1:1")];
    let run = listed(&format!("{LIST} --verbose"), &proxy);
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!(redacted(&run.stderr));
}

#[test]
fn the_proxy_is_the_one_that_is_meant() {
    let proxy = Proxy::start("HTTP/1.1 403 Forbidden\r\n\r\n");
    let address = format!("http://{}", proxy.address);
    let nobody = "http://127.0.0.1:1";
    for (line, variables) in [
        (LIST.to_owned(), vec![("HTTPS_PROXY", address.as_str())]),
        (
            LIST.to_owned(),
            vec![("https_proxy", proxy.address.as_str())],
        ),
        (
            LIST.to_owned(),
            vec![("ALL_PROXY", &address), ("NO_PROXY", "*.corp.test")],
        ),
        (
            format!("{LIST} --proxy {address}"),
            vec![("HTTPS_PROXY", nobody)],
        ),
        (format!("{LIST} --proxy {address}"), vec![("NO_PROXY", "*")]),
    ] {
        let before = proxy.asked();
        let run = listed(&line, &variables);
        assert_eq!(run.code, Some(1));
        assert!(proxy.asked() > before, "{variables:?}: {}", run.stderr);
        assert!(
            run.stderr.contains("it answered 403 Forbidden"),
            "{}",
            run.stderr
        );
    }
    let before = proxy.asked();
    for variables in [
        [("HTTPS_PROXY", address.as_str()), ("NO_PROXY", "*.invalid")],
        [("HTTPS_PROXY", &address), ("NO_PROXY", "a, .invalid")],
    ] {
        let run = listed(
            "images list --endpoint https://hss.invalid --project-id p",
            &variables,
        );
        assert_eq!(run.code, Some(1));
        assert!(!run.stderr.contains("proxy http"), "{}", run.stderr);
    }
    assert_eq!(proxy.asked(), before);
}

#[test]
fn a_proxy_that_cannot_be_understood_is_not_passed_over() {
    for address in [
        "http://user:hidden@proxy.test:3128\n",
        "http://CORP\\user:hidden@proxy.test:3128",
        "\"http://user:hidden@proxy.test\"",
        "socks5://user:hidden@proxy.test",
    ] {
        let run = listed(LIST, &[("HTTPS_PROXY", address)]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(
            run.stderr.contains("HTTPS_PROXY cannot be used"),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains("hidden"), "{}", run.stderr);
    }
}

const NO_CERTIFICATES: [(&str, &str); 2] = [
    ("SSL_CERT_FILE", "/nonexistent"),
    ("SSL_CERT_DIR", "/nonexistent"),
];

#[test]
fn certificates_are_needed_where_something_speaks_tls_alone() {
    let mut private = hss("images list --sandbox --max 1");
    let private = run(private.envs(NO_CERTIFICATES));
    assert_eq!(private.code, Some(0), "{}", private.stderr);
    let plain = listed(
        "images list --endpoint http://127.0.0.1:1 --project-id p",
        &NO_CERTIFICATES,
    );
    assert!(
        plain
            .stderr
            .contains("cannot connect to http://127.0.0.1:1"),
        "{}",
        plain.stderr
    );
    let mut metadata = hss("images list --endpoint http://127.0.0.1:1 --project-id p");
    let metadata = run(metadata.envs(NO_CERTIFICATES));
    let secure = listed(LIST, &NO_CERTIFICATES);
    assert_eq!((metadata.code, secure.code), (Some(2), Some(2)));
    insta::assert_snapshot!(redacted(&format!("{}{}", metadata.stderr, secure.stderr)));
}

#[test]
fn an_authority_of_ones_own_is_enough_where_the_system_has_none() {
    let authority = rcgen::generate_simple_self_signed(["authority.test".to_owned()]);
    let authority = authority.expect("a certificate").cert.pem();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, authority).expect("a file");
    let with_file = |flag: &str| format!("{LIST} {flag} {}", file.display());
    let proxy = Proxy::start("HTTP/1.1 403 Forbidden\r\n\r\n");
    let proxy = format!("http://{}", proxy.address);
    let mut variables = NO_CERTIFICATES.to_vec();
    variables.push(("HTTPS_PROXY", &proxy));
    let run = listed(&with_file("--ca-file"), &variables);
    assert!(run.stderr.contains("it answered 403"), "{}", run.stderr);
    std::fs::write(&file, "no certificate").expect("a file");
    let run = listed(&with_file("--ca-file"), &variables);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("BEGIN CERTIFICATE"), "{}", run.stderr);
}

#[test]
fn a_mute_server_is_given_up_when_the_user_says() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let line = format!("images list --endpoint http://{address} --project-id p --timeout 100ms");
    let run = listed(&line, &[]);
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!(redacted(&run.stderr));
}

#[test]
fn region_and_project_can_come_from_the_environment() {
    let proxy = Proxy::start("HTTP/1.1 403 Forbidden\r\n\r\n");
    let proxy = format!("http://{}", proxy.address);
    let mut variables = vec![
        ("HTTPS_PROXY", proxy.as_str()),
        ("HW_REGION_NAME", "tr-west-1"),
        ("HW_PROJECT_NAME", "tr-west-1_team"),
    ];
    let run = listed("images list", &variables);
    assert!(
        run.stderr
            .contains("https://iam.tr-west-1.myhuaweicloud.com"),
        "{}",
        run.stderr
    );
    variables.push(("HUAWEICLOUD_SDK_PROJECT_ID", "p"));
    let run = listed("images list --region af-south-1", &variables);
    assert!(
        run.stderr
            .contains("https://hss.af-south-1.myhuaweicloud.com"),
        "{}",
        run.stderr
    );
    // A name on the command line is meant, whatever id the environment has.
    let run = listed("images list --project-name team", &variables);
    assert!(
        run.stderr
            .contains("https://iam.tr-west-1.myhuaweicloud.com"),
        "{}",
        run.stderr
    );
}

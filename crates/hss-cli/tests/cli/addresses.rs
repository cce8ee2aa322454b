//! Which hosts the program asks. A proxy of the test's own is told, and lets nothing through.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::support::{Run, hss, redacted, run, signed};

/// The hosts that a run asked, each once, and the run.
fn asked(line: &str, variables: &[(&str, &str)]) -> (Vec<String>, Run) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let proxy = format!("http://{}", listener.local_addr().expect("an address"));
    let hosts = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&hosts);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut lines = BufReader::new(&stream).lines();
            let first = lines.next().and_then(Result::ok).unwrap_or_default();
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let host = first.strip_prefix("CONNECT ").unwrap_or(&first);
            let host = host.split(":443 ").next().unwrap_or_default().to_owned();
            let mut hosts = kept.lock().expect("not poisoned");
            if !hosts.contains(&host) {
                hosts.push(host);
            }
            drop(stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    let mut command = hss(line);
    signed(&mut command)
        .env("HTTPS_PROXY", &proxy)
        .envs(variables.iter().copied());
    let run = run(&mut command);
    let hosts = hosts.lock().expect("not poisoned").clone();
    (hosts, run)
}

#[test]
fn each_cloud_is_asked_at_its_own_domain() {
    const CLOUD: (&str, &str) = ("HW_CLOUD", "customer.example");
    const IAM: (&str, &str) = ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "https://iam.example");
    const HSS: (&str, &str) = ("HUAWEICLOUD_SDK_REGION_HSS_R_1", "https://hss.example");
    let cases = [
        (
            "--region my-kualalumpur-1",
            vec![],
            "iam.my-kualalumpur-1.alphaedge.tmone.com.my",
        ),
        (
            "--region my-kualalumpur-1 --project-id p",
            vec![],
            "hss.my-kualalumpur-1.alphaedge.tmone.com.my",
        ),
        (
            "--region ae-ad-1 --project-id p",
            vec![],
            "hss.ae-ad-1.g42cloud.com",
        ),
        (
            "--region ru-moscow-1",
            vec![],
            "iam.ru-moscow-1.hc.sbercloud.ru",
        ),
        (
            "--region eu-west-101",
            vec![],
            "iam.eu-west-101.myhuaweicloud.eu",
        ),
        (
            "--region cn-north-4",
            vec![],
            "iam.cn-north-4.myhuaweicloud.com",
        ),
        (
            "--region r-1 --cloud flag.example",
            vec![],
            "iam.r-1.flag.example",
        ),
        (
            "--region r-1 --cloud flag.example --project-id p",
            vec![],
            "hss.r-1.flag.example",
        ),
        ("--region r-1", vec![CLOUD], "iam.r-1.customer.example"),
        (
            "--region r-1 --project-id p",
            vec![CLOUD],
            "hss.r-1.customer.example",
        ),
        (
            "--region r-1 --cloud flag.example",
            vec![CLOUD, IAM],
            "iam.r-1.flag.example",
        ),
        ("--region r-1", vec![CLOUD, IAM], "iam.example"),
        (
            "--region r-1 --project-id p",
            vec![CLOUD, HSS],
            "hss.example",
        ),
        (
            "--region r-1 --project-id p --endpoint https://flag.example",
            vec![CLOUD, HSS],
            "flag.example",
        ),
        (
            "--region r-1 --iam-endpoint https://flag.example",
            vec![IAM],
            "flag.example",
        ),
    ];
    std::thread::scope(|scope| {
        for (flags, variables, host) in &cases {
            scope.spawn(move || {
                let (hosts, run) = asked(&format!("images list {flags}"), variables);
                assert_eq!(&hosts, &[*host], "{flags}: {}", run.stderr);
                assert_eq!(run.stdout, "");
            });
        }
    });
}

#[test]
fn verbose_tells_the_addresses_before_anything_is_sent() {
    let (_, run) = asked("images list -v --region my-kualalumpur-1", &[]);
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!(redacted(&run.stderr));
}

#[test]
fn without_an_address_of_iam_nothing_is_asked() {
    let (hosts, run) = asked(
        "images list -v --region r-1 --endpoint https://hss.example",
        &[],
    );
    assert_eq!(hosts, [""; 0]);
    assert_eq!(run.code, Some(2));
    insta::assert_snapshot!(redacted(&run.stderr));
}

//! How much memory a listing of a million records takes.
//!
//! The server is another process, so that only the client's memory counts.

#[path = "../listing/server.rs"]
mod server;

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use futures::TryStreamExt;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Credentials};

use server::Inventory;

const RECORDS: usize = 1_000_000;
const LIMIT: u64 = 64 << 20;
/// Makes this program the server.
const SERVE: &str = "--serve";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == SERVE) {
        let records = arguments[at + 1].parse().expect("a number");
        let latency = Duration::ZERO;
        println!(
            "{}",
            server::start(Inventory {
                records,
                latency,
                gate: None
            })
        );
        // Until the client closes the pipe, or kills it.
        for _ in std::io::stdin().lines() {}
        return ExitCode::SUCCESS;
    }
    // `cargo bench` says so; `cargo test --benches` only wants to see that it works.
    let quick = !arguments.iter().any(|argument| argument == "--bench");
    let records = if quick { 2_000 } else { RECORDS };
    let mut server = Command::new(std::env::current_exe().expect("a path"))
        .args([SERVE, &records.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut address = String::new();
    BufReader::new(server.stdout.as_mut().expect("a pipe"))
        .read_line(&mut address)
        .expect("an address");

    let read = list(address.trim());
    drop(server.kill());
    drop(server.wait());
    assert_eq!(read, records);
    match peak() {
        None => {
            println!("{read} records; this system does not tell how much memory was used");
            ExitCode::SUCCESS
        }
        Some(peak) => {
            let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
            println!(
                "{read} records, at most {:.1} MiB of memory at a time (limit {:.0} MiB)",
                mebibytes(peak),
                mebibytes(LIMIT)
            );
            ExitCode::from(u8::from(peak > LIMIT))
        }
    }
}

fn list(address: &str) -> usize {
    let client = Client::builder()
        .endpoint(format!("http://{address}"))
        .project_id("0123456789abcdef0123456789abcdef")
        .credentials(Credentials::token("token"))
        .build()
        .expect("a client");
    let mut images = client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
        .items();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut read = 0;
        while images.try_next().await.expect("a record").is_some() {
            read += 1;
        }
        assert!(images.summary().stable);
        read
    })
}

/// The most memory that this process ever held, in bytes. Linux tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes << 10)
}

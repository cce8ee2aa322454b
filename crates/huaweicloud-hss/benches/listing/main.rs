//! How fast listings are, beside the least that one can cost.
//!
//! The server is in a thread of its own and the client in that of the benchmark, so that the processor time of
//! this thread is the cost of the client. At the end the ratios are measured, in pairs that follow each other
//! closely: single figures differ from machine to machine and from hour to hour.

mod floor;
mod server;

use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use criterion::{Criterion, Throughput};
use futures::TryStreamExt;
use huaweicloud_hss::types::{ImageType, SwrImagePage};
use huaweicloud_hss::{Client, Credentials};
use tokio::runtime::Runtime;

use server::{Gate, Inventory};

/// How many records a page has.
const PAGE: usize = 200;
/// Pages of a listing without latency.
const PAGES: usize = 20;
/// Pages of a listing with latency.
const SLOW_PAGES: usize = 64;
const LATENCY: Duration = Duration::from_millis(20);

/// The client, and what it talks to.
struct Bench {
    runtime: Runtime,
    http: reqwest::Client,
    server: SocketAddr,
    client: Client,
    records: usize,
}

impl Bench {
    fn new(pages: usize, latency: Duration) -> Self {
        Self::with(Inventory {
            records: pages * PAGE,
            latency,
            gate: None,
        })
    }

    fn with(inventory: Inventory) -> Self {
        let records = inventory.records;
        let server = server::start(inventory);
        let client = Client::builder()
            .endpoint(format!("http://{server}"))
            .project_id("0123456789abcdef0123456789abcdef")
            .credentials(Credentials::token("token"))
            .build()
            .expect("a client");
        Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("a client"),
            server,
            client,
            records,
        }
    }

    fn floor(&self) {
        let read = self.runtime.block_on(floor::list(&self.http, self.server));
        assert_eq!(read, self.records);
    }

    /// With 0, as many requests at once as the client takes by itself.
    fn ours(&self, concurrency: usize) {
        let mut images = self
            .client
            .list_swr_image_repository()
            .image_type(ImageType::PrivateImage)
            .items();
        if concurrency > 0 {
            images = images.concurrency(concurrency);
        }
        let read = self.runtime.block_on(async {
            let mut read = 0;
            while let Some(image) = images.try_next().await.expect("a record") {
                black_box(image);
                read += 1;
            }
            read
        });
        assert_eq!(read, self.records);
    }
}

fn time(run: impl Fn()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn cpu_time(run: impl Fn()) -> Duration {
    let start = ThreadTime::now();
    run();
    start.elapsed()
}

/// The median of `first / second`, measured in pairs.
fn ratio(pairs: usize, first: impl Fn() -> Duration, second: impl Fn() -> Duration) -> f64 {
    let mut ratios: Vec<_> = (0..pairs)
        .map(|_| first().as_secs_f64() / second().as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

fn decode_floor(body: &[u8]) {
    black_box(serde_json::from_slice::<floor::Page>(body).expect("a page"));
}

fn decode_ours(body: &[u8]) {
    black_box(serde_json::from_slice::<SwrImagePage>(body).expect("a page"));
}

fn groups(criterion: &mut Criterion, fast: &Bench, slow: &Bench, body: &[u8]) {
    let mut group = criterion.benchmark_group("decode one page");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("floor", |b| b.iter(|| decode_floor(body)));
    group.bench_function("ours", |b| b.iter(|| decode_ours(body)));
    group.finish();

    let mut group = criterion.benchmark_group("list 20 pages, processor time of the client");
    group.throughput(Throughput::Elements(fast.records as u64));
    let cpu = |run: &dyn Fn(), times| (0..times).map(|_| cpu_time(run)).sum();
    group.bench_function("floor", |b| b.iter_custom(|n| cpu(&|| fast.floor(), n)));
    group.bench_function("ours, sequential", |b| {
        b.iter_custom(|n| cpu(&|| fast.ours(1), n));
    });
    group.bench_function("ours, concurrent", |b| {
        b.iter_custom(|n| cpu(&|| fast.ours(0), n));
    });
    group.finish();

    let mut group = criterion.benchmark_group("list 20 pages");
    group.throughput(Throughput::Elements(fast.records as u64));
    group.bench_function("floor", |b| b.iter(|| fast.floor()));
    group.bench_function("ours, sequential", |b| b.iter(|| fast.ours(1)));
    group.bench_function("ours, concurrent", |b| b.iter(|| fast.ours(0)));
    group.finish();

    let mut group = criterion.benchmark_group("list 64 pages, each 20 ms away");
    group.throughput(Throughput::Elements(slow.records as u64));
    for concurrency in [1, 2, 4, 8, 16, 32] {
        group.bench_function(format!("ours, {concurrency} at once"), |b| {
            b.iter(|| slow.ours(concurrency));
        });
    }
    group.finish();
}

/// 10,000 records of a server that takes five calls a second: the time, as a part of the least that they can take,
/// and how many calls were refused.
fn limited() -> (f64, usize) {
    const CALLS: usize = 5;
    const WINDOW: Duration = Duration::from_secs(1);
    const RECORDS: usize = 10_000;
    let gate = Arc::new(Gate {
        calls: CALLS,
        window: WINDOW,
        taken: Mutex::default(),
        refused: AtomicUsize::new(0),
    });
    let bench = Bench::with(Inventory {
        records: RECORDS,
        latency: LATENCY,
        gate: Some(Arc::clone(&gate)),
    });
    let took = time(|| bench.ours(0)).as_secs_f64();
    let calls = 1 + (RECORDS - PAGE).div_ceil(PAGE - 1);
    let windows = (calls - 1) / CALLS;
    let least = WINDOW.as_secs_f64() * f64::from(u32::try_from(windows).expect("few"));
    (took / least, gate.refused.load(Ordering::Relaxed))
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    // `cargo bench` says so; `cargo test --benches` only wants to see that it works.
    let quick = !std::env::args().any(|argument| argument == "--bench");
    let fast = Bench::new(if quick { 2 } else { PAGES }, Duration::ZERO);
    let slow = Bench::new(if quick { 2 } else { SLOW_PAGES }, LATENCY);
    let body = server::page(PAGE, 0, PAGE);
    groups(&mut criterion, &fast, &slow, &body);
    criterion.final_summary();
    if quick || std::env::args().any(|argument| argument == "--list") {
        return;
    }

    let decode = ratio(
        200,
        || cpu_time(|| decode_ours(&body)),
        || cpu_time(|| decode_floor(&body)),
    );
    let sequential = ratio(
        100,
        || cpu_time(|| fast.ours(1)),
        || cpu_time(|| fast.floor()),
    );
    let concurrent = ratio(100, || time(|| fast.ours(0)), || time(|| fast.ours(1)));
    let latency = ratio(3, || time(|| slow.ours(1)), || time(|| slow.ours(0)));
    println!();
    println!("decoding, ours / floor, processor time             {decode:.3}");
    println!("listing, ours sequential / floor, processor time   {sequential:.3}");
    println!("listing, ours concurrent / sequential, time        {concurrent:.3}");
    println!("with 20 ms, sequential / concurrent, time          {latency:.2}");
    let (limited, refused) = limited();
    println!("five calls a second, ours / least, time            {limited:.3} ({refused} refused)");
}

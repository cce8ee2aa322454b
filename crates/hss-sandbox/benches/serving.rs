//! How many requests the sandbox answers in a second, beside Prism, a server that mocks any `OpenAPI` document; and what
//! a page at the end of a large inventory costs, beside the first one. `docs/performance.md` has the figures.
//!
//! Prism is installed with npm into `benches/node` when it is first needed. Without Node.js that part is left out, and
//! so it is where `cargo test` only sees whether this runs.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hss_sandbox::{Sandbox, account};
use tokio::runtime::Runtime;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How many threads send requests. Each has several under way, so that the threads do not cost what they measure.
const THREADS: usize = 2;

/// How many connections each of them has, with one request at a time on each.
const CONNECTIONS: usize = 8;

fn main() -> Result<()> {
    // Cargo says so for `cargo bench`, and not for `cargo test`.
    let measure = std::env::args().any(|argument| argument == "--bench");
    let runtime = Runtime::new()?;
    pages(&runtime, if measure { 1_000_000 } else { 6_000 })?;
    if measure {
        match prism()? {
            Some(program) => beside_prism(&runtime, &program)?,
            None => println!("Prism is left out: node or npm is missing"),
        }
    }
    Ok(())
}

/// Page 1 and page 5,000 of a listing in pages of ten, both in turn.
fn pages(runtime: &Runtime, images: usize) -> Result<()> {
    let started = Instant::now();
    let sandbox = runtime.block_on(Sandbox::builder().images(images).start())?;
    println!(
        "{images} images are made and loaded in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let token = token(sandbox.addr())?;
    let mut connection = Connection::open(sandbox.addr())?;
    let page = |number: usize| request(&token, &format!("&limit=10&offset={}", (number - 1) * 10));
    let (first, last) = (page(1), page(images / 200));
    let started = Instant::now();
    connection.send(&first)?;
    println!(
        "the first answer takes {:.1} ms",
        started.elapsed().as_secs_f64() * 1e3
    );
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..300 {
        for (request, times) in [&first, &last].iter().zip(&mut times) {
            let started = Instant::now();
            connection.send(request)?;
            times.push(started.elapsed());
        }
    }
    let [first, last] = times.map(median);
    println!(
        "page 1: {first:?}, page {}: {last:?}, ratio {:.2}",
        images / 200,
        last.as_secs_f64() / first.as_secs_f64()
    );
    runtime.block_on(sandbox.shutdown());
    Ok(())
}

fn beside_prism(runtime: &Runtime, program: &Path) -> Result<()> {
    const ROUNDS: usize = 5;
    let sandbox = runtime.block_on(Sandbox::builder().start())?;
    let token = token(sandbox.addr())?;
    let prism = Prism::start(program)?;
    let request = request(&token, "&limit=10");
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let ours = requests_per_second(sandbox.addr(), &request)?;
        let theirs = requests_per_second(prism.addr, &request)?;
        println!(
            "round {round}: sandbox {ours:.0} requests/s, Prism {theirs:.0} requests/s, ratio {:.1}",
            ours / theirs
        );
        ratios.push(ours / theirs);
    }
    ratios.sort_by(f64::total_cmp);
    println!("sandbox / Prism, median: {:.1}", ratios[ROUNDS / 2]);
    Ok(())
}

/// The listing of private images, and a token: both servers want one.
fn request(token: &str, query: &str) -> String {
    format!(
        "GET /v5/{}/image/swr-repository?image_type=private_image{query} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: {token}\r\n\r\n",
        account::PROJECT_ID
    )
}

fn token(addr: SocketAddr) -> Result<String> {
    let body = r#"{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"sandbox","password":"sandbox","domain":{"name":"sandbox"}}}},"scope":{"project":{"name":"my-kualalumpur-1"}}}}"#;
    let mut connection = Connection::open(addr)?;
    let request = format!(
        "POST /v3/auth/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let head = connection.send(&request)?;
    let token = header(&head, "x-subject-token");
    Ok(token.ok_or("the sandbox gave no token")?.to_owned())
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    fields
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// How many requests are answered in a second.
fn requests_per_second(addr: SocketAddr, request: &str) -> Result<f64> {
    const WARM_UP: Duration = Duration::from_millis(500);
    const TIME: Duration = Duration::from_secs(3);
    let work = |time: Duration| -> std::result::Result<u64, String> {
        let until = Instant::now() + time;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|_| {
                    scope.spawn(move || {
                        let connections = (0..CONNECTIONS).map(|_| Connection::open(addr));
                        let mut connections: Vec<_> = connections.collect::<Result<_>>()?;
                        let mut answered = 0;
                        while Instant::now() < until {
                            for connection in &mut connections {
                                connection.write(request)?;
                            }
                            for connection in &mut connections {
                                connection.read()?;
                                answered += 1;
                            }
                        }
                        Ok::<u64, Box<dyn Error + Send + Sync>>(answered)
                    })
                })
                .collect();
            let counts = threads.into_iter().map(|thread| match thread.join() {
                Ok(count) => count.map_err(|error| error.to_string()),
                Err(_) => Err("a thread panicked".to_owned()),
            });
            counts.sum()
        })
    };
    work(WARM_UP)?;
    let started = Instant::now();
    let answered = work(TIME)?;
    Ok(answered as f64 / started.elapsed().as_secs_f64())
}

/// A connection that is kept. Costs next to nothing, so that the servers have the cores.
struct Connection {
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Connection {
    fn open(addr: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(addr)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            body: Vec::new(),
        })
    }

    /// Sends a request, reads the answer, and returns its head.
    fn send(&mut self, request: &str) -> Result<String> {
        self.write(request)?;
        self.read()
    }

    fn write(&mut self, request: &str) -> Result<()> {
        Ok(self.stream.get_mut().write_all(request.as_bytes())?)
    }

    /// Reads an answer, and returns its head.
    fn read(&mut self) -> Result<String> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                return Err("the connection ended".into());
            }
        }
        if !head.starts_with("HTTP/1.1 20") {
            return Err(format!("a request failed: {head}").into());
        }
        let length = header(&head, "content-length").ok_or("an answer has no length")?;
        self.body.resize(length.parse()?, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(head)
    }
}

/// Prism, until it is dropped.
struct Prism {
    process: Child,
    addr: SocketAddr,
}

impl Prism {
    fn start(program: &Path) -> Result<Self> {
        const PATIENCE: Duration = Duration::from_secs(60);
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let document =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/dist/hss-image.json");
        let process = Command::new("node")
            .arg(program)
            // Its log would cost it time.
            .args([
                "mock",
                "--host",
                "127.0.0.1",
                "--verboseLevel",
                "silent",
                "--port",
            ])
            .arg(addr.port().to_string())
            .arg(document)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let prism = Self { process, addr };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(addr).is_err() {
            if Instant::now() > deadline {
                return Err("Prism does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(prism)
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The pinned version of Prism, installed where it is not there yet; nothing without Node.js.
fn prism() -> Result<Option<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/node");
    let program = folder.join("node_modules/@stoplight/prism-cli/dist/index.js");
    let here = |name: &str| Command::new(name).arg("--version").output().is_ok();
    if !here("node") || !here("npm") {
        return Ok(None);
    }
    if !program.exists() {
        let installed = Command::new("npm")
            .args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .current_dir(&folder)
            .status()?;
        if !installed.success() {
            return Err("npm cannot install Prism".into());
        }
    }
    Ok(Some(program))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

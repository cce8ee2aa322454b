//! `hss sandbox`.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hss_sandbox::{Sandbox, account};

use crate::args::sandbox::SandboxArgs;
use crate::failure::Failure;

/// Serves until it is told to stop.
pub(crate) async fn run(args: SandboxArgs) -> Result<(), Failure> {
    // Taken over before anything is announced, so that whoever reads the address can stop the server.
    let mut signals = Signals::new().map_err(Failure::Runtime)?;
    let warning = exposure(args.listen);
    let chosen = args.images.is_some() || args.seed.is_some() || args.data.is_some();
    let sandbox = start(args).await?;
    if chosen && sandbox.resumed() {
        warn(
            "the database has an inventory already, so --images, --seed and --data have no effect",
        );
    }
    if let Some(warning) = warning {
        warn(&warning);
    }
    announce(&sandbox)?;
    signals.next().await;
    // Requests that are open are finished, unless someone is in a hurry.
    tokio::select! {
        () = sandbox.shutdown() => {}
        () = signals.next() => {}
    }
    Ok(())
}

async fn start(args: SandboxArgs) -> Result<Sandbox, Failure> {
    let mut builder = Sandbox::builder().listen(args.listen);
    if let Some(images) = args.images {
        builder = builder.images(images);
    }
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
    }
    if let Some(file) = args.data {
        builder = builder.data(file);
    }
    if let Some(file) = args.db {
        builder = builder.db(file);
    }
    if let Some(latency) = args.latency {
        builder = builder.latency(latency);
    }
    for fault in args.faults {
        builder = builder.fault(fault);
    }
    builder.start().await.map_err(Failure::Sandbox)
}

/// Says where the sandbox is and how to use it. A closed stdout is no reason not to serve.
fn announce(sandbox: &Sandbox) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let said = stdout
        .write_all(instructions(sandbox.addr(), sandbox.images()).as_bytes())
        .and_then(|()| stdout.flush());
    match said {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(()),
    }
}

fn instructions(listening: SocketAddr, images: u64) -> String {
    let endpoint = format!("http://{}", reachable(listening));
    format!(
        "The sandbox listens on {endpoint} with {images} images. Ctrl-C stops it. To use it:\n\
         \n\
         export HUAWEICLOUD_SDK_AK={}\n\
         export HUAWEICLOUD_SDK_SK={}\n\
         export HUAWEICLOUD_SDK_PROJECT_ID={}\n\
         hss images list --endpoint {endpoint}\n",
        account::ACCESS_KEY,
        account::SECRET_KEY,
        account::PROJECT_ID,
    )
}

/// The address to use from this machine: one that stands for all of them is not an address to call.
fn reachable(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

fn exposure(listen: SocketAddr) -> Option<String> {
    (!listen.ip().is_loopback()).then(|| {
        format!(
            "{} can be reached from other machines, and everyone knows the sandbox's credentials",
            listen.ip()
        )
    })
}

fn warn(message: &str) {
    drop(writeln!(io::stderr(), "hss: warning: {message}"));
}

/// The ways in which the user or the system asks to stop.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        // Without a way to be told, the process can only be ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_that_is_told_can_be_called() {
        for (listening, told) in [
            ("127.0.0.1:8085", "127.0.0.1:8085"),
            ("0.0.0.0:8085", "127.0.0.1:8085"),
            ("[::]:8085", "[::1]:8085"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            let listening = listening.parse().expect("an address");
            assert_eq!(reachable(listening).to_string(), told);
        }
    }

    #[test]
    fn only_an_address_of_this_machine_alone_is_safe() {
        for (listen, warned) in [
            ("127.0.0.1:0", false),
            ("[::1]:0", false),
            ("0.0.0.0:0", true),
            ("192.0.2.1:0", true),
        ] {
            let listen = listen.parse().expect("an address");
            assert_eq!(exposure(listen).is_some(), warned, "{listen}");
        }
    }
}

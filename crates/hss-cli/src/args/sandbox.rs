//! The flags of `hss sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hss_sandbox::Fault;

use super::values::{address, duration};

const EXAMPLES: &str = "\
Examples:
  hss sandbox
  hss sandbox --listen 127.0.0.1:0 --images 100000 --latency 50ms
  hss sandbox --data saved-response.json --fault throttle=3";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SandboxArgs {
    /// The address and port to listen on; port 0 takes any free one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8085", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// How many images to invent, the documented ones included [default: 500].
    #[arg(
        long,
        value_name = "N",
        conflicts_with = "data",
        help_heading = "Inventory"
    )]
    pub(crate) images: Option<usize>,

    /// Which invented inventory to take; the same number always gives the same one.
    #[arg(
        long,
        value_name = "N",
        conflicts_with = "data",
        help_heading = "Inventory"
    )]
    pub(crate) seed: Option<u64>,

    /// Take the images from this JSON file: a saved response, or an array of records.
    #[arg(long, value_name = "FILE", help_heading = "Inventory")]
    pub(crate) data: Option<PathBuf>,

    /// Keep the inventory in this SQLite file instead of in memory. One that is in it already is served.
    #[arg(long, value_name = "FILE", help_heading = "Inventory")]
    pub(crate) db: Option<PathBuf>,

    /// How long to wait before every answer: 50ms, 2s, 1m.
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Misbehaviour")]
    pub(crate) latency: Option<Duration>,

    /// Misbehave; repeat it for several.
    #[arg(
        long = "fault",
        value_name = "NAME[=ARG]",
        help = format!("Misbehave; repeat it for several. Known: {}", Fault::KNOWN.join(", ")),
        help_heading = "Misbehaviour"
    )]
    pub(crate) faults: Vec<Fault>,
}

//! The flags of `hss sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hss_sandbox::{CallLimit, CorsOrigin, Fault, ParseLimitError, Rule};

use super::values::{address, duration, whole_number};

const NOTES: &str = "\
Credentials: well-known ones on a loopback address, newly generated ones
elsewhere. Override them with HSS_SANDBOX_ACCESS_KEY, HSS_SANDBOX_SECRET_KEY and
HSS_SANDBOX_PASSWORD.

Examples:
  hss sandbox
  hss sandbox --listen 127.0.0.1:0 --images 100000 --latency 50ms
  hss sandbox --rate-limit documented --images 2000
  hss sandbox --data saved-response.json --fault throttle=3 --fault reset@10%";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct SandboxArgs {
    /// Address and port to listen on; port 0 takes any free one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8085", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// Let web pages of this origin call the sandbox: https://HOST, null for files, * for all; can be repeated.
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) cors: Vec<CorsOrigin>,

    /// Number of images to generate, including the documented ones [default: 500].
    #[arg(
        long,
        value_name = "N",
        value_parser = whole_number(0_usize, None),
        conflicts_with = "data",
        help_heading = INVENTORY
    )]
    pub(crate) images: Option<usize>,

    /// Seed for the generated inventory and random faults; the same seed gives the same results.
    #[arg(long, value_name = "N", value_parser = whole_number(0_u64, None), help_heading = INVENTORY)]
    pub(crate) seed: Option<u64>,

    /// Load the images from this file: a saved response, or what hss images list prints as json or ndjson.
    #[arg(long, value_name = "FILE", help_heading = INVENTORY)]
    pub(crate) data: Option<PathBuf>,

    /// Keep the inventory in this SQLite file instead of in memory. An existing inventory in the file is served as
    /// is.
    #[arg(long, value_name = "FILE", help_heading = INVENTORY)]
    pub(crate) db: Option<PathBuf>,

    #[arg(
        long = "rate-limit",
        value_name = "N/TIME",
        value_parser = call_limits,
        help = "Limit the calls of each HSS operation, such as 5/minute or 5/10s; documented: as HSS \
                documents it. After commas: ip, api, fixed, count-refused, retry-after. Can be repeated",
        help_heading = FAULTS
    )]
    pub(crate) rate_limits: Vec<CallLimits>,

    /// Wait this long before every response: 50ms, 2s, 1m.
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = FAULTS)]
    pub(crate) latency: Option<Duration>,

    #[arg(
        long = "fault",
        value_name = "NAME[=ARG][@WHEN]",
        help = format!("Inject a fault; can be repeated. @3: only into the first 3 calls, @10%: into every tenth on average. Available: {}", Fault::KNOWN.join(", ")),
        help_heading = FAULTS
    )]
    pub(crate) faults: Vec<Rule>,
}

const INVENTORY: &str = "Inventory";
const FAULTS: &str = "Limits and faults";

/// The limits that one flag stands for.
pub(crate) type CallLimits = Vec<CallLimit>;

fn call_limits(text: &str) -> Result<CallLimits, ParseLimitError> {
    match text {
        "documented" => Ok(CallLimit::documented()),
        text => text.parse().map(|limit| vec![limit]),
    }
}

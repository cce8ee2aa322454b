//! The flags of `hss sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hss_sandbox::{CallLimit, CorsOrigin, Fault, ParseLimitError, Rule};

use super::values::{address, duration};

const EXAMPLES: &str = "\
Credentials: where only this machine can call, those that everyone knows; elsewhere new ones.
Others come from HSS_SANDBOX_ACCESS_KEY, HSS_SANDBOX_SECRET_KEY and HSS_SANDBOX_PASSWORD.

Examples:
  hss sandbox
  hss sandbox --listen 127.0.0.1:0 --images 100000 --latency 50ms
  hss sandbox --rate-limit documented --images 2000
  hss sandbox --data saved-response.json --fault throttle=3 --fault reset@10%";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SandboxArgs {
    /// The address and port to listen on; port 0 takes any free one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8085", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// Let web pages of this origin call the sandbox: https://HOST, null for files, * for all; can be repeated.
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) cors: Vec<CorsOrigin>,

    /// How many images to invent, the documented ones included [default: 500].
    #[arg(
        long,
        value_name = "N",
        conflicts_with = "data",
        help_heading = "Inventory"
    )]
    pub(crate) images: Option<usize>,

    /// Which invented inventory to take, and which calls are struck by chance; the same number gives the same.
    #[arg(long, value_name = "N", help_heading = "Inventory")]
    pub(crate) seed: Option<u64>,

    /// Take the images from this JSON file: a saved response, or an array of records.
    #[arg(long, value_name = "FILE", help_heading = "Inventory")]
    pub(crate) data: Option<PathBuf>,

    /// Keep the inventory in this SQLite file instead of in memory. One that is in it already is served.
    #[arg(long, value_name = "FILE", help_heading = "Inventory")]
    pub(crate) db: Option<PathBuf>,

    #[arg(
        long = "rate-limit",
        value_name = "N/TIME",
        value_parser = call_limits,
        help = "Limit the calls of each HSS operation, such as 5/minute or 5/10s; documented: as HSS \
                documents it. After commas: ip, api, fixed, count-refused, retry-after. Repeat it for several",
        help_heading = "Misbehaviour"
    )]
    pub(crate) rate_limits: Vec<CallLimits>,

    /// How long to wait before every answer: 50ms, 2s, 1m.
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Misbehaviour")]
    pub(crate) latency: Option<Duration>,

    /// Misbehave; repeat it for several.
    #[arg(
        long = "fault",
        value_name = "NAME[=ARG][@WHEN]",
        help = format!("Misbehave; repeat it for several. @3: only the first 3 calls, @10%: every tenth on average. Known: {}", Fault::KNOWN.join(", ")),
        help_heading = "Misbehaviour"
    )]
    pub(crate) faults: Vec<Rule>,
}

/// The limits that one flag stands for.
pub(crate) type CallLimits = Vec<CallLimit>;

fn call_limits(text: &str) -> Result<CallLimits, ParseLimitError> {
    match text {
        "documented" => Ok(CallLimit::documented()),
        text => text.parse().map(|limit| vec![limit]),
    }
}

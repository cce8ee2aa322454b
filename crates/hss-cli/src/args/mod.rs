//! The command line: what can be asked for, and what cannot.

#![allow(
    clippy::doc_markdown,
    reason = "these comments are the help texts, where backticks would be shown"
)]

pub(crate) mod images;
pub(crate) mod sandbox;
mod values;

use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};

use huaweicloud_hss::RateLimit;

use crate::failure::Failure;

const EXAMPLES: &str = "\
Try it without an account:
  hss images list --sandbox

With an account:
  export HUAWEICLOUD_SDK_AK=... HUAWEICLOUD_SDK_SK=...
  hss images list --region ap-southeast-3 --has-vul

Credentials are never flags. The first of these that is there counts: --profile;
HUAWEICLOUD_SDK_AUTH_TOKEN; HUAWEICLOUD_OIDC_AGENCY_URN and what belongs to it;
HUAWEICLOUD_SDK_IDP_ID with HUAWEICLOUD_SDK_ID_TOKEN_FILE; HUAWEICLOUD_SDK_AK with
HUAWEICLOUD_SDK_SK (and HUAWEICLOUD_SDK_SECURITY_TOKEN for a temporary key); the file
~/.huaweicloud/credentials (or HUAWEICLOUD_SDK_CREDENTIALS_FILE); the pod
(HC_CONTAINER_CREDENTIALS_FULL_URI); the virtual machine that the program runs on.

Exit codes: 0 done, 1 could not ask, 2 wrong use, 4 undecided or incomplete, 130 interrupted.";

/// Lists the container images that Huawei Cloud HSS knows, with what its scans found in them.
#[derive(Debug, Parser)]
#[command(name = "hss", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// Print addresses, source of credentials and timing to stderr.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List images, or have HSS read them anew.
    Images {
        #[command(subcommand)]
        command: images::ImagesCommand,
    },
    /// Run a local server that behaves as the service is documented to.
    Sandbox(sandbox::SandboxArgs),
}

/// Where to ask, and as whom.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection (for \"hss images\")")]
pub(crate) struct Connection {
    /// Use a private sandbox inside this process: no account and no network needed.
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,

    /// Region to query, for example ap-southeast-3 [default: HW_REGION_NAME].
    #[arg(long, global = true, value_name = "REGION")]
    pub(crate) region: Option<String>,

    /// Domain of the cloud that runs the region, for example alphaedge.tmone.com.my [default: HW_CLOUD, or
    /// the one known for the region].
    #[arg(long, global = true, value_name = "DOMAIN")]
    pub(crate) cloud: Option<String>,

    /// HSS endpoint (overrides the region's) [default: HUAWEICLOUD_SDK_REGION_HSS_..., or the one of region
    /// and cloud].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// IAM endpoint, used to look up the project ID if none is given [default:
    /// HUAWEICLOUD_SDK_IAM_ENDPOINT, or the one of region and cloud].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) iam_endpoint: Option<String>,

    /// The id of the project whose images are meant [default: HUAWEICLOUD_SDK_PROJECT_ID, or what IAM says].
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) project_id: Option<String>,

    /// The name of that project, for IAM to tell its id [default: HW_PROJECT_NAME, or the region].
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) project_name: Option<String>,

    /// The section of the credentials file to use, with its own project, in place of the environment.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Proxy for all requests, as http://HOST:PORT; one with a password belongs into HTTPS_PROXY [default:
    /// HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) proxy: Option<String>,

    /// Trust the certificates of authorities in this file (PEM) besides those of the system.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Give up a call after this time, such as 30s or 5m; waits for a limit of calls do not count [default: 2m].
    #[arg(long, global = true, value_name = "TIME", value_parser = values::limit)]
    pub(crate) timeout: Option<Duration>,

    /// Give up a connection after this time [default: 10s].
    #[arg(long, global = true, value_name = "TIME", value_parser = values::limit)]
    pub(crate) connect_timeout: Option<Duration>,

    /// Make no more calls than this, such as 5/minute or 70/second [default: what HSS turns out to allow].
    #[arg(long, global = true, value_name = "N/TIME", value_parser = values::rate)]
    pub(crate) rate: Option<RateLimit>,

    /// Fail instead of waiting where HSS, or --rate, allows no other call yet.
    #[arg(long, global = true)]
    pub(crate) no_wait: bool,
}

impl Cli {
    /// The command line of this process, if it makes sense.
    pub(crate) fn read() -> Result<Self, Failure> {
        let cli = Self::try_parse().map_err(Failure::Usage)?;
        match cli.contradiction() {
            None => Ok(cli),
            Some(text) => Err(Failure::Usage(
                Self::command().error(ErrorKind::ArgumentConflict, text),
            )),
        }
    }

    /// What does not go together. clap checks this only among the flags on one side of a subcommand, and
    /// these may stand on either.
    fn contradiction(&self) -> Option<String> {
        let given = &self.connection;
        let flags = [
            ("--cloud", given.cloud.is_some()),
            ("--endpoint", given.endpoint.is_some()),
            ("--iam-endpoint", given.iam_endpoint.is_some()),
            ("--profile", given.profile.is_some()),
            ("--project-name", given.project_name.is_some()),
            ("--proxy", given.proxy.is_some()),
            ("--ca-file", given.ca_file.is_some()),
            ("--sandbox", given.sandbox),
            ("--region", given.region.is_some()),
            ("--project-id", given.project_id.is_some()),
            ("--timeout", given.timeout.is_some()),
            ("--connect-timeout", given.connect_timeout.is_some()),
            ("--rate", given.rate.is_some()),
            ("--no-wait", given.no_wait),
        ];
        let first = |flags: &[(&'static str, bool)]| {
            flags
                .iter()
                .find(|(_, given)| *given)
                .map(|(name, _)| *name)
        };
        match self.command {
            Command::Sandbox(_) => first(&flags).map(|flag| {
                format!("{flag} is for \"hss images\" and has no meaning for \"hss sandbox\"")
            }),
            Command::Images { .. } if given.sandbox => first(&flags[..7])
                .map(|flag| format!("the argument '--sandbox' cannot be used with '{flag}'")),
            Command::Images { .. } => {
                let pairs = [
                    (
                        "--cloud",
                        given.cloud.is_some(),
                        "--endpoint",
                        given.endpoint.is_some(),
                    ),
                    (
                        "--project-id",
                        given.project_id.is_some(),
                        "--project-name",
                        given.project_name.is_some(),
                    ),
                ];
                let both = pairs.iter().find(|(_, one, _, other)| *one && *other);
                both.map(|(one, _, other, _)| {
                    format!("the argument '{one}' cannot be used with '{other}'")
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contradiction(line: &str) -> Option<String> {
        Cli::try_parse_from(line.split(' '))
            .expect("a well-formed command line")
            .contradiction()
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_private_sandbox_excludes_every_other_server_on_either_side_of_the_subcommand() {
        for line in [
            "hss --sandbox images list --endpoint http://127.0.0.1:1",
            "hss --iam-endpoint http://127.0.0.1:1 images list --sandbox",
            "hss images --profile prod sync --sandbox --image-type private_image",
            "hss --region my-kualalumpur-1 sandbox",
            "hss sandbox --sandbox",
        ] {
            assert!(contradiction(line).is_some(), "{line}");
        }
        for line in [
            "hss --sandbox images list --project-id p --region r",
            "hss --endpoint http://127.0.0.1:1 images list --profile prod",
            "hss -v sandbox",
        ] {
            assert_eq!(contradiction(line), None, "{line}");
        }
    }
}

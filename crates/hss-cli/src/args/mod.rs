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
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use huaweicloud_hss::RateLimit;

use images::GivenFilter;

const NOTES: &str = "\
Try it without an account:
  hss images list --sandbox

With an account:
  export HUAWEICLOUD_SDK_AK=... HUAWEICLOUD_SDK_SK=...
  hss images list --region ap-southeast-3 --has-vul

Credentials cannot be passed as flags. The first of these is used:
  1. --profile
  2. HUAWEICLOUD_SDK_AUTH_TOKEN
  3. HUAWEICLOUD_OIDC_AGENCY_URN and the variables that belong to it
  4. HUAWEICLOUD_SDK_IDP_ID with HUAWEICLOUD_SDK_ID_TOKEN_FILE
  5. HUAWEICLOUD_SDK_AK with HUAWEICLOUD_SDK_SK (for a temporary key, also
     HUAWEICLOUD_SDK_SECURITY_TOKEN)
  6. the credentials file: HUAWEICLOUD_SDK_CREDENTIALS_FILE, or
     ~/.huaweicloud/credentials
  7. the agent of the pod (HC_CONTAINER_CREDENTIALS_FULL_URI)
  8. the metadata service of the ECS instance

Exit codes:
  0    done
  1    failed: no connection, an error of the service, output not written
  2    wrong use: the command line, credentials or settings
  4    incomplete: the list could not be proven complete
  130  ended by Ctrl-C (SIGINT)
  143  ended by SIGTERM";

/// Lists the container images that Huawei Cloud HSS has found, with their scan results.
#[derive(Debug, Parser)]
#[command(name = "hss", version, max_term_width = 80, after_help = NOTES)]
pub(crate) struct Cli {
    /// Print endpoints, source of credentials and timing to stderr.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List images, or refresh HSS's copy of them.
    Images {
        #[command(subcommand)]
        command: images::ImagesCommand,
    },
    /// Run a local server that behaves like the documented service.
    Sandbox(sandbox::SandboxArgs),
}

/// Where to connect to, and as whom.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection (hss images)")]
pub(crate) struct Connection {
    /// Use a temporary in-process sandbox: no account, no network.
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,

    /// Region to query, for example ap-southeast-3 [default: HW_REGION_NAME].
    #[arg(long, global = true, value_name = "REGION", value_parser = given())]
    pub(crate) region: Option<String>,

    /// Domain of the cloud that runs the region, for example alphaedge.tmone.com.my [default: HW_CLOUD, or
    /// the one known for the region].
    #[arg(long, global = true, value_name = "DOMAIN", value_parser = given())]
    pub(crate) cloud: Option<String>,

    /// HSS endpoint [default: HUAWEICLOUD_SDK_REGION_HSS_..., or the one of region and cloud].
    #[arg(long, global = true, value_name = "URL", value_parser = given())]
    pub(crate) endpoint: Option<String>,

    /// IAM endpoint, used to look up the project ID if none is given [default:
    /// HUAWEICLOUD_SDK_IAM_ENDPOINT, or the one of region and cloud].
    #[arg(long, global = true, value_name = "URL", value_parser = given())]
    pub(crate) iam_endpoint: Option<String>,

    /// Project ID [default: HUAWEICLOUD_SDK_PROJECT_ID, otherwise looked up in IAM].
    #[arg(long, global = true, value_name = "ID", value_parser = given())]
    pub(crate) project_id: Option<String>,

    /// Name of the project to look up in IAM [default: HW_PROJECT_NAME, or the region].
    #[arg(long, global = true, value_name = "NAME", value_parser = given())]
    pub(crate) project_name: Option<String>,

    /// Profile in the credentials file, with its project; takes precedence over the environment.
    #[arg(long, global = true, value_name = "NAME", value_parser = given())]
    pub(crate) profile: Option<String>,

    /// Proxy for all requests, as http://HOST:PORT. Put one with a password into HTTPS_PROXY [default:
    /// HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY].
    #[arg(long, global = true, value_name = "URL", value_parser = given())]
    pub(crate) proxy: Option<String>,

    /// Also trust the CA certificates in this file (PEM).
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Give up a call after this time, such as 30s or 5m, not counting waits for a limit of calls [default: 2m].
    #[arg(long, global = true, value_name = "TIME", value_parser = values::limit)]
    pub(crate) timeout: Option<Duration>,

    /// Give up connecting after this time [default: 10s].
    #[arg(long, global = true, value_name = "TIME", value_parser = values::limit)]
    pub(crate) connect_timeout: Option<Duration>,

    /// Maximum rate of calls, such as 5/minute or 70/second [default: what HSS turns out to allow].
    #[arg(long, global = true, value_name = "N/TIME", value_parser = values::rate)]
    pub(crate) rate: Option<RateLimit>,

    /// Fail instead of waiting when the limit of HSS, or --rate, is reached.
    #[arg(long, global = true)]
    pub(crate) no_wait: bool,
}

/// Any text but none.
fn given() -> impl Fn(&str) -> Result<String, String> + Clone + Send + Sync + 'static {
    values::text(1, usize::MAX)
}

impl Cli {
    /// The command line of this process, if it makes sense.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let mut definition = Self::definition();
        let matches = definition.try_get_matches_from_mut(std::env::args_os())?;
        let mut cli = Self::from_arg_matches(&matches)?;
        if let Some(text) = cli.contradiction() {
            return Err(definition.error(ErrorKind::ArgumentConflict, text));
        }
        if let Command::Images { command } = &mut cli.command
            && let images::ImagesCommand::List(list) = command
        {
            list.given = given_filters(&definition, &matches);
        }
        Ok(cli)
    }

    /// All commands and flags. The help of the sandbox does not list those that have no meaning there.
    fn definition() -> clap::Command {
        let cli = Self::command();
        let global = cli.get_arguments().filter(|arg| arg.is_global_set());
        let hidden: Vec<_> = global.map(|arg| arg.clone().hide(true)).collect();
        cli.mut_subcommand("sandbox", |sandbox| sandbox.args(hidden))
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

/// The filters of `hss images list` that stand on the command line.
fn given_filters(definition: &clap::Command, matches: &ArgMatches) -> Vec<GivenFilter> {
    let list = definition.find_subcommand("images");
    let list = list.and_then(|images| images.find_subcommand("list"));
    let values = matches.subcommand_matches("images");
    let values = values.and_then(|images| images.subcommand_matches("list"));
    let (Some(list), Some(values)) = (list, values) else {
        return Vec::new();
    };
    let is_filter = |arg: &&clap::Arg| {
        let heading = arg.get_help_heading();
        let is_given = values.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
        let is_filter = heading.is_some_and(|heading| images::FILTER_HEADINGS.contains(&heading));
        // Without a value it narrows nothing.
        is_given && is_filter && arg.get_action().takes_values()
    };
    let given = list.get_arguments().filter(is_filter).map(|arg| {
        let values = values.get_raw(arg.get_id().as_str()).unwrap_or_default();
        GivenFilter {
            flag: format!("--{}", arg.get_long().unwrap_or_default()),
            values: values
                .map(|value| value.to_string_lossy().into_owned())
                .collect(),
        }
    });
    given.collect()
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
        Cli::definition().debug_assert();
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

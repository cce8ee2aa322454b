//! What can go wrong, how it is said, and the exit code that says it to a script.

use std::io::{self, Write};
use std::path::PathBuf;

use huaweicloud_hss::{Doubt, ErrorKind};

use crate::interrupt::Signal;
use crate::output::target::{Kind, Target};
use crate::output::text;

/// Why the program ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line makes no sense, or asks for help.
    Usage(clap::Error),
    /// Something is missing that the command line or the environment should have.
    Config(String),
    /// What was printed may lack something.
    Unproven(String),
    /// The client could not do what was asked.
    Client(huaweicloud_hss::Error),
    /// The sandbox could not be started.
    Sandbox(hss_sandbox::Error),
    /// Standard output could not be written.
    Output(io::Error),
    /// The output file could not be written.
    OutputFile(PathBuf, io::Error),
    /// The operating system gave no threads.
    Runtime(io::Error),
    /// A signal ended the program.
    Interrupted(Signal),
}

/// The exit code for a command line that has to be changed.
const USAGE: u8 = 2;
/// The exit code for a list that may lack something.
const UNDECIDED: u8 = 4;
/// The exit code for everything else.
const FAILED: u8 = 1;

impl Failure {
    /// Says on stderr what is wrong, or prints the help that was asked for, and gives the exit code.
    pub(crate) fn report(self) -> u8 {
        if let Self::Usage(error) = &self
            && !error.use_stderr()
        {
            return print_answer(error).map_or_else(Self::report, |()| 0);
        }
        // If stderr is closed there is no one left to tell.
        match &self {
            Self::Usage(error) if error.kind() == HELP_WITHOUT_A_COMMAND => drop(error.print()),
            _ => {
                if let Some(line) = self.line() {
                    drop(writeln!(io::stderr(), "hss: {line}"));
                }
            }
        }
        self.exit_code()
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(error) => u8::try_from(error.exit_code()).unwrap_or(USAGE),
            Self::Config(_) => USAGE,
            Self::Unproven(_) => UNDECIDED,
            Self::Client(error) => match error.kind() {
                ErrorKind::Config
                | ErrorKind::Project
                | ErrorKind::Credentials
                | ErrorKind::Request => USAGE,
                ErrorKind::Incomplete => UNDECIDED,
                _ => FAILED,
            },
            // Whoever read the output has read enough.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Sandbox(_) | Self::Output(_) | Self::OutputFile(..) | Self::Runtime(_) => FAILED,
            Self::Interrupted(signal) => signal.exit_code(),
        }
    }

    /// What is wrong and what to do, in one line. A server has a say in it, so it is made harmless.
    fn line(&self) -> Option<String> {
        let line = match self {
            Self::Usage(error) => usage_line(error),
            Self::Config(message) | Self::Unproven(message) => message.clone(),
            Self::Client(error) => match advice(error) {
                Some(advice) => format!("{error}; {advice}"),
                None => error.to_string(),
            },
            Self::Sandbox(error) => error.to_string(),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return None,
            Self::Output(error) => format!("cannot write to standard output: {error}"),
            Self::OutputFile(path, error) => {
                format!("cannot write --output-file {}: {error}", path.display())
            }
            Self::Runtime(error) => format!("cannot start: {error}"),
            Self::Interrupted(_) => return None,
        };
        Some(text::visible(&line).into_owned())
    }
}

/// What the flags can do about an error. What can be done otherwise the client says itself.
fn advice(error: &huaweicloud_hss::Error) -> Option<&'static str> {
    if let Some(doubt) = error.doubt() {
        return Some(match doubt {
            Doubt::Changed => {
                "on the command line: --passes to read more often, --verify to compare whole passes, --accept-changes \
                 to print what came"
            }
            Doubt::NotCompared => {
                "on the command line: --limit, --verify to compare whole passes, --accept-changes to print what came"
            }
            Doubt::OutOfReach => "on the command line: the filters",
            _ => "on the command line: --accept-changes to print what came",
        });
    }
    if error.is_certificate() {
        return Some("on the command line: --ca-file");
    }
    if error.is_proxy() {
        return Some("on the command line: --proxy");
    }
    match error.kind() {
        ErrorKind::Project => Some("on the command line: --project-id, --cloud, --iam-endpoint"),
        ErrorKind::Credentials => Some("to try without an account, use --sandbox"),
        ErrorKind::Timeout => Some("on the command line: --timeout, --connect-timeout, --proxy"),
        ErrorKind::Connection => {
            Some("on the command line: --region, --cloud, --endpoint, --project-id, --proxy")
        }
        _ => None,
    }
}

const HELP_WITHOUT_A_COMMAND: clap::error::ErrorKind =
    clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;

/// Prints the help or the version.
fn print_answer(error: &clap::Error) -> Result<(), Failure> {
    let mut stdout = Target::stdout()?;
    if stdout.kind() == Kind::Terminal {
        return error.print().map_err(Failure::Output);
    }
    write!(stdout, "{}", error.render()).map_err(Failure::Output)?;
    stdout.finish()
}

/// The message of clap, which takes several lines, in one.
fn usage_line(error: &clap::Error) -> String {
    let message = error.render().to_string();
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let said: Vec<_> = message
        .split("\n\n")
        .map(|paragraph| {
            paragraph
                .lines()
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .map(|paragraph| paragraph.trim().to_owned())
        .filter(|paragraph| {
            !paragraph.is_empty()
                && !paragraph.starts_with("Usage:")
                && !paragraph.starts_with("For more information")
        })
        .collect();
    format!("{}; see --help", said.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_the_end_and_a_full_disk_is_not() {
        let closed = Failure::Output(io::ErrorKind::BrokenPipe.into());
        assert_eq!((closed.exit_code(), closed.line()), (0, None));
        let full = Failure::Output(io::ErrorKind::StorageFull.into());
        assert_eq!(full.exit_code(), 1);
        assert!(full.line().is_some_and(|line| line.contains("output")));
    }

    #[test]
    fn a_message_cannot_reach_beyond_its_line() {
        let failure = Failure::Config("a\nhss: all is well\u{1b}[2J".to_owned());
        let line = failure.line().expect("a line");
        assert_eq!(line, "a\u{fffd}hss: all is well\u{fffd}[2J");
    }
}

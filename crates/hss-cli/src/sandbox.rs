//! `hss sandbox`.

use std::env::VarError;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hss_sandbox::{Account, Sandbox, account};

use crate::args::sandbox::SandboxArgs;
use crate::failure::Failure;
use crate::interrupt::Interruption;
use crate::output::target::Target;

/// Where the access key, the secret key and the password of the sandbox are taken from: secrets are no flags.
const ACCOUNT_VARIABLES: [&str; 3] = [
    "HSS_SANDBOX_ACCESS_KEY",
    "HSS_SANDBOX_SECRET_KEY",
    "HSS_SANDBOX_PASSWORD",
];

/// Serves until a signal comes.
pub(crate) async fn run(args: SandboxArgs, interruption: &mut Interruption) -> Result<(), Failure> {
    let own = account_of(|name| match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::Config(format!("{name} is not UTF-8"))),
    })?;
    let chosen = args.images.is_some() || args.data.is_some();
    let limits: Vec<_> = args.rate_limits.iter().flatten().copied().collect();
    let sandbox = tokio::select! {
        started = start(args, own.clone()) => started?,
        signal = interruption.wait() => return Err(Failure::Interrupted(signal)),
    };
    if !limits.is_empty() {
        let limits: Vec<_> = limits.iter().map(ToString::to_string).collect();
        let limits = limits.join("; ");
        drop(writeln!(
            io::stderr(),
            "hss: each HSS operation is limited to {limits}"
        ));
    }
    if chosen && sandbox.resumed() {
        warn("the database has an inventory already, so --images and --data have no effect");
    }
    if let Some(warning) = exposure(sandbox.addr(), own.as_ref()) {
        warn(&warning);
    }
    announce(&sandbox, own.is_some())?;
    let signal = interruption.wait().await;
    // The database is closed, and open requests end if they are quick.
    sandbox.shutdown().await;
    Err(Failure::Interrupted(signal))
}

/// The credentials that the environment gives the sandbox: all of them, or none.
fn account_of(
    variable: impl Fn(&str) -> Result<Option<String>, Failure>,
) -> Result<Option<Account>, Failure> {
    let set = |name| Ok(variable(name)?.filter(|value: &String| !value.is_empty()));
    let [access_key, secret_key, password] = ACCOUNT_VARIABLES;
    match (set(access_key)?, set(secret_key)?, set(password)?) {
        (None, None, None) => Ok(None),
        (Some(access_key), Some(secret_key), Some(password)) => Ok(Some(Account {
            access_key,
            secret_key,
            password,
        })),
        _ => Err(Failure::Config(format!(
            "the credentials of the sandbox are incomplete; set all of {} or none",
            ACCOUNT_VARIABLES.join(", ")
        ))),
    }
}

async fn start(args: SandboxArgs, own: Option<Account>) -> Result<Sandbox, Failure> {
    let mut builder = Sandbox::builder().listen(args.listen);
    if let Some(account) = own {
        builder = builder.account(account);
    }
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
    for limit in args.rate_limits.into_iter().flatten() {
        builder = builder.call_limit(limit);
    }
    for origin in args.cors {
        builder = builder.cors(origin);
    }
    for fault in args.faults {
        builder = builder.fault(fault);
    }
    builder.start().await.map_err(Failure::Sandbox)
}

/// Says where the sandbox is and how to use it. A reader who has gone away is no reason not to serve.
fn announce(sandbox: &Sandbox, own: bool) -> Result<(), Failure> {
    // What the user has set is not repeated; what they cannot know otherwise is.
    let [access_key, secret_key] = match own {
        true => [ACCOUNT_VARIABLES[0], ACCOUNT_VARIABLES[1]].map(|name| format!("\"${name}\"")),
        false => {
            let account = sandbox.account();
            [account.access_key.clone(), account.secret_key.clone()]
        }
    };
    let text = instructions(sandbox.addr(), sandbox.images(), &access_key, &secret_key);
    let mut stdout = Target::stdout()?;
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(()),
    }
}

fn instructions(listening: SocketAddr, images: u64, access_key: &str, secret_key: &str) -> String {
    let endpoint = format!("http://{}", reachable(listening));
    format!(
        "Sandbox with {images} images listening on {endpoint}. Press Ctrl-C to stop. To use it:\n\
         \n\
         export HUAWEICLOUD_SDK_AK={access_key}\n\
         export HUAWEICLOUD_SDK_SK={secret_key}\n\
         export HUAWEICLOUD_SDK_PROJECT_ID={}\n\
         hss images list --endpoint {endpoint}\n",
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

fn exposure(listen: SocketAddr, own: Option<&Account>) -> Option<String> {
    let ip = listen.ip();
    if ip.is_loopback() {
        return None;
    }
    let credentials = match own {
        None => "the known credentials are refused there, and the following are new",
        Some(own) if own.secret_key == account::SECRET_KEY || own.password == account::PASSWORD => {
            "everyone knows the credentials that are set"
        }
        Some(_) => "it lets in whoever knows the credentials that are set",
    };
    Some(format!(
        "{ip} can be reached from other machines, over plain HTTP; {credentials}"
    ))
}

fn warn(message: &str) {
    drop(writeln!(io::stderr(), "hss: warning: {message}"));
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
            assert_eq!(exposure(listen, None).is_some(), warned, "{listen}");
        }
    }

    #[test]
    fn the_warning_says_who_is_let_in() {
        let public = "0.0.0.0:80".parse().expect("an address");
        let said = |own: Option<&Account>| exposure(public, own).expect("a warning");
        let secret = Account {
            access_key: "A".to_owned(),
            secret_key: "B".to_owned(),
            password: "C".to_owned(),
        };
        assert_eq!(
            said(None),
            "0.0.0.0 can be reached from other machines, over plain HTTP; the known credentials are refused there, and the following are new"
        );
        assert_eq!(
            said(Some(&Account::known())),
            "0.0.0.0 can be reached from other machines, over plain HTTP; everyone knows the credentials that are set"
        );
        assert_eq!(
            said(Some(&secret)),
            "0.0.0.0 can be reached from other machines, over plain HTTP; it lets in whoever knows the credentials that are set"
        );
    }

    #[test]
    fn credentials_are_set_all_or_none() {
        let with = |set: &[&str]| {
            account_of(|name| Ok(set.contains(&name).then(|| name.to_lowercase())))
                .map(|account| account.map(|account| account.secret_key))
        };
        assert_eq!(with(&[]).expect("none"), None);
        assert_eq!(
            with(&ACCOUNT_VARIABLES).expect("all"),
            Some("hss_sandbox_secret_key".to_owned())
        );
        for some in [&ACCOUNT_VARIABLES[..1], &ACCOUNT_VARIABLES[1..]] {
            let failure = with(some).expect_err("incomplete");
            assert!(matches!(failure, Failure::Config(_)), "{failure:?}");
        }
    }
}

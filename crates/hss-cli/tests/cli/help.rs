//! What the program says of itself.

use crate::support::{hss, run, stdout};

#[test]
fn the_top_of_the_help() {
    insta::assert_snapshot!(stdout(&mut hss("--help")));
}

#[test]
fn the_help_of_the_listing() {
    insta::assert_snapshot!(stdout(&mut hss("images list --help")));
}

#[test]
fn the_help_of_the_synchronization() {
    insta::assert_snapshot!(stdout(&mut hss("images sync --help")));
}

#[test]
fn the_help_of_the_sandbox() {
    insta::assert_snapshot!(stdout(&mut hss("sandbox --help")));
}

#[test]
fn help_fits_80_columns() {
    for line in [
        "--help",
        "images list --help",
        "images sync --help",
        "sandbox --help",
    ] {
        for columns in ["80", "200"] {
            let help = stdout(hss(line).env("COLUMNS", columns));
            assert!(
                help.lines().all(|line| line.chars().count() <= 80),
                "{help}"
            );
        }
    }
}

#[test]
fn without_a_command_there_is_help_on_stderr() {
    let run = run(&mut hss(""));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("Usage: hss"), "{}", run.stderr);
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = concat!("hss ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(stdout(&mut hss("--version")), version);
}

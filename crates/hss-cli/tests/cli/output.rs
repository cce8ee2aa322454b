//! Where the output goes, and what happens if it cannot go there.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use crate::support::{hss, run, scripted, signed, stdout};

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error() {
    let mut said = String::new();
    for line in [
        "images list --sandbox --max 1",
        "images list --sandbox --max 1 -o ndjson",
        "images sync --sandbox --image-type private_image",
        "sandbox --listen 127.0.0.1:0",
        "--help",
        "images list --help",
        "--version",
    ] {
        for to in [">/dev/full", ">&-", "1</dev/null"] {
            let program = env!("CARGO_BIN_EXE_hss");
            let script = format!("exec '{program}' {line} {to}");
            let mut shell = std::process::Command::new("/bin/sh");
            let run = run(shell.env_clear().args(["-c", &script]));
            assert_eq!(run.code, Some(1), "{line} {to}: {}", run.stderr);
            said += &format!("{line} {to}\n  {}", run.stderr);
        }
    }
    insta::assert_snapshot!(said);
    // Programs that want only the exit code open it for reading, too, as the standard library does in place of nothing.
    let null = File::options()
        .read(true)
        .write(true)
        .open("/dev/null")
        .expect("it is there");
    let mut command = hss("images list --sandbox --max 1");
    assert_eq!(run(command.stdout(Stdio::from(null))).code, Some(0));
}

/// A listing that fails after its first page.
fn failing(more: &str) -> String {
    let endpoint = scripted(&[
        (
            200,
            r#"{"total_num": 3, "data_list": [{"id": 1}, {"id": 2}]}"#,
        ),
        (400, r#"{"error_code": "HSS.0001", "error_msg": "no"}"#),
    ]);
    format!("images list --project-id p --image-type local_image --endpoint {endpoint} {more}")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry).into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_replaced_only_when_the_list_is_complete() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("images");
    let command = |line: &str, format: &str| {
        let mut command = hss(line);
        signed(&mut command).current_dir(&folder);
        run(command.args(["--output-file", "images", "-o", format]))
    };
    for format in ["table", "json", "ndjson", "csv"] {
        fs::write(&file, "old").expect("a file");
        let run = command(&failing(""), format);
        assert_eq!(run.code, Some(1), "{format}");
        assert_eq!(
            fs::read_to_string(&file).expect("it is there"),
            "old",
            "{format}"
        );
        assert_eq!(names(folder.path()), ["images"], "{format}");

        let run = command("images list --sandbox --max 3", format);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{format}");
        let written = fs::read_to_string(&file).expect("it is there");
        let printed = stdout(hss("images list --sandbox --max 3 -o").arg(format));
        assert_eq!(written, printed, "{format}");
        assert_eq!(names(folder.path()), ["images"], "{format}");
    }
}

#[test]
#[cfg(unix)]
fn a_replaced_file_keeps_its_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = tempfile::tempdir().expect("a folder");
    let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
    fs::write(&file, "old").expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink("file", &link).expect("a link");
    let list =
        |file: &Path| run(hss("images list --sandbox --max 1 -o json --output-file").arg(file));
    assert_eq!(list(&link).code, Some(0));
    assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
    assert!(
        fs::read_to_string(&file)
            .expect("a file")
            .starts_with("[\n")
    );
    let mode = |file: &Path| fs::metadata(file).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o640);
    // A new one gets what the system gives to new files.
    let [new, usual] = ["new", "usual"].map(|name| folder.path().join(name));
    assert_eq!(list(&new).code, Some(0));
    fs::write(&usual, "").expect("a file");
    assert_eq!(mode(&new), mode(&usual));
    // What is not a file is written, and stays what it is.
    assert_eq!(list(Path::new("/dev/null")).code, Some(0));
}

#[test]
fn a_file_that_cannot_be_written_is_named_before_anything_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut said = String::new();
    for file in ["nowhere/images.csv", ".", "", "-"] {
        let line = "images list --endpoint http://127.0.0.1:1 --project-id p --output-file";
        let mut command = hss(line);
        let run = run(signed(&mut command).arg(file).current_dir(&folder));
        assert_ne!(run.code, Some(0));
        said += &format!("{file:?}: exit code {:?}\n  {}", run.code, run.stderr);
    }
    insta::assert_snapshot!(said);
}

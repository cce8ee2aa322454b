//! What a person sees at a terminal, tried in a pseudo-terminal.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::process::{Command, Stdio};

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::support::{Server, hss, stdout};

/// Both ends of a terminal.
pub(crate) struct Terminal {
    pub(crate) screen: File,
    pub(crate) line: File,
}

impl Terminal {
    pub(crate) fn new(columns: u16) -> Self {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&screen).expect("a terminal");
        unlockpt(&screen).expect("a terminal");
        let name = ptsname(&screen, Vec::new()).expect("a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY;
        let line = rustix::fs::open(name, flags, rustix::fs::Mode::empty()).expect("a line");
        let size = Winsize {
            ws_row: if columns == 0 { 0 } else { 24 },
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&line, size).expect("a size");
        Self {
            screen: screen.into(),
            line: line.into(),
        }
    }

    pub(crate) fn line(&self) -> Stdio {
        self.line.try_clone().expect("a copy").into()
    }

    /// Runs the program and returns what came to the screen.
    fn run(mut self, command: &mut Command) -> String {
        let mut child = command.spawn().expect("the program runs");
        // Otherwise the command keeps copies, and the screen never ends.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        drop(self.line);
        let mut shown = Vec::new();
        let mut part = [0; 4096];
        // When nobody has the line any more, reading fails.
        while let Ok(read @ 1..) = self.screen.read(&mut part) {
            shown.extend_from_slice(&part[..read]);
        }
        assert!(child.wait().expect("it ends").success());
        String::from_utf8(shown)
            .expect("UTF-8")
            .replace("\r\n", "\n")
    }
}

/// What a command shows on a terminal of its own, without its messages.
fn shown(columns: u16, command: &mut Command) -> String {
    let terminal = Terminal::new(columns);
    command.stdout(terminal.line()).stderr(Stdio::null());
    terminal.run(command)
}

/// The rows of a table, each cell by its heading.
fn cells(table: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = table.lines();
    let headings: Vec<_> = lines.next().expect("headings").split_whitespace().collect();
    let rows = lines.map(|line| {
        let cells: Vec<_> = line.split_whitespace().collect();
        assert_eq!(cells.len(), headings.len(), "{line}");
        headings.iter().copied().zip(cells).collect()
    });
    rows.collect()
}

#[test]
fn a_table_fits_the_terminal_and_alters_nothing() {
    let whole = stdout(&mut hss("images list --sandbox"));
    let whole = cells(&whole);
    assert_eq!(whole.len(), 500);
    for columns in [80, 100, 120, 200] {
        let table = shown(columns, &mut hss("images list --sandbox"));
        let widest = table.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(columns.into()), "{columns}: {widest:?}");
        let rows = cells(&table);
        assert_eq!(rows.len(), whole.len());
        for (row, whole) in rows.iter().zip(&whole) {
            for heading in ["IMAGE", "SCAN", "VUL", "UNSAFE", "MAL"] {
                assert!(row.contains_key(heading), "{columns}: {heading}");
            }
            assert!(row.iter().all(|(heading, cell)| whole[heading] == *cell));
        }
    }
}

#[test]
fn an_unknown_width_is_no_width() {
    let table = shown(0, &mut hss("images list --sandbox --max 40"));
    assert_eq!(table, stdout(&mut hss("images list --sandbox --max 40")));
}

#[test]
fn a_file_has_no_width_though_the_command_is_at_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("images");
    let line = "images list --sandbox --max 40";
    assert_eq!(shown(80, hss(line).arg("--output-file").arg(&file)), "");
    let written = std::fs::read_to_string(&file).expect("the table");
    assert_eq!(written, stdout(&mut hss(line)));
}

#[test]
fn what_is_left_out_is_said() {
    let terminal = Terminal::new(80);
    let mut command = hss("images list --sandbox --image-type private_image --max 20");
    command.stdout(terminal.line()).stderr(terminal.line());
    let seen = terminal.run(&mut command);
    let (_, seen) = seen.split_once("SCAN ").expect("a table");
    insta::assert_snapshot!(seen);
}

#[test]
fn no_format_drives_the_terminal() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("images.json");
    let hostile = "[{\"id\": 1, \"image_type\": \"private_image\", \"scan_status\": \"\\u001b[2K\\r\\u001b[1A\",
        \"image_name\": \"\\u001b]0;title\\u0007\u{9b}31m\u{7f}\u{202e}\u{2028}\"}]";
    std::fs::write(&file, hostile).expect("a file");
    let server = Server::start(&format!("--data {}", file.display()));
    for format in ["table", "json", "ndjson", "csv"] {
        let seen = shown(80, server.list_signed().args(["-o", format]));
        assert!(
            seen.contains("[2K") && seen.contains("31m"),
            "{format}: {seen:?}"
        );
        let drives =
            |c: &char| c.is_control() && *c != '\n' || ('\u{2028}'..='\u{202e}').contains(c);
        assert_eq!(seen.chars().filter(drives).count(), 0, "{format}: {seen:?}");
    }
    // A program gets what it can read: JSON in a form that means the same, CSV exactly.
    let exact = stdout(server.list_signed().args(["-o", "csv"]));
    assert!(
        exact.contains("\u{1b}]0;title\u{7}\u{9b}31m\u{7f}\u{202e}"),
        "{exact:?}"
    );
}

/// The bars that a command draws on a terminal which it has for its messages alone.
fn drawn(command: &mut Command, stdout: impl Into<Stdio>) -> String {
    let terminal = Terminal::new(80);
    command.stdout(stdout).stderr(terminal.line());
    terminal.run(command)
}

#[test]
fn a_bar_is_drawn_only_where_nothing_else_is_printed_meanwhile() {
    let file = || tempfile::tempfile().expect("a file");
    let line = "images list --sandbox --image-type private_image --limit 10 --max 25 -o";
    for format in ["json", "ndjson"] {
        let seen = drawn(hss(line).arg(format), file());
        assert!(seen.contains("private_image "), "{format}: {seen:?}");
        // It is as long as the list will be, and gone at the end.
        assert!(seen.contains("10/25") && !seen.contains("/268"), "{seen:?}");
        let (_, last) = seen.rsplit_once("\u{1b}[2K").expect("it is cleared");
        assert!(!last.contains("private_image "), "{seen:?}");
        // Someone who reads along may use the same terminal.
        let seen = drawn(hss(line).arg(format), Stdio::piped());
        assert!(seen.starts_with("25 images"), "{format}: {seen:?}");
    }
    let terminal = Terminal::new(80);
    let mut command = hss(line);
    command
        .arg("ndjson")
        .stdout(terminal.line())
        .stderr(terminal.line());
    let seen = terminal.run(&mut command);
    assert!(
        seen.starts_with('{') && !seen.contains('\u{1b}'),
        "{seen:?}"
    );
}

#[test]
fn an_empty_list_says_why_on_a_terminal_for_every_format() {
    let seen = drawn(
        &mut hss("images list --sandbox --namespace nobody -o json"),
        Stdio::null(),
    );
    insta::assert_snapshot!(seen);
}

/// The picture on the first screen of the README.
#[test]
fn the_readme_shows_what_is_printed() {
    let readme = include_str!("../../../../README.md");
    let (_, picture) = readme.split_once("```text\n").expect("a picture");
    let (picture, _) = picture.split_once("```").expect("its end");
    let table = shown(80, &mut hss("images list --sandbox"));
    assert!(table.starts_with(picture), "{table}");
}

//! The table for people.

use std::io::{self, Write};

use jiff::tz::TimeZone;
use serde_json::value::RawValue;
use unicode_width::UnicodeWidthStr;

use super::record::Record;
use super::{Renderer, text};

struct Column {
    heading: &'static str,
    is_number: bool,
    /// Columns with a smaller number are more important. 0 is never left out.
    rank: u8,
    cell: fn(&Record<'_>, &TimeZone) -> String,
}

/// IMAGE comes last, so that one long name takes no room from the other rows.
const COLUMNS: [Column; 11] = [
    column("ID", true, 3, |record, _| visible(record, "id")),
    column("TYPE", false, 4, |record, _| {
        let image_type = visible(record, "image_type");
        // Every type ends so; leaving it out makes room for the rest.
        match image_type.strip_suffix("_image") {
            Some(image_type) => image_type.to_owned(),
            None => image_type,
        }
    }),
    column("SCAN", false, 0, |record, _| visible(record, "scan_status")),
    column("REASON", false, 2, |record, _| {
        visible(record, "scan_failed_desc")
    }),
    column("VUL", true, 0, |record, _| count(record, "vul_num")),
    column("UNSAFE", true, 0, |record, _| {
        count(record, "unsafe_setting_num")
    }),
    column("MAL", true, 0, |record, _| {
        count(record, "malicious_file_num")
    }),
    column("SCANNED", false, 1, |record, zone| {
        day(record, "latest_scan_time", zone)
    }),
    column("UPDATED", false, 5, |record, zone| {
        day(record, "latest_update_time", zone)
    }),
    column("SIZE", true, 6, |record, _| {
        let size = record.number("image_size");
        size.map_or_else(|| visible(record, "image_size"), text::size)
    }),
    column("IMAGE", false, 0, |record, _| reference(record)),
];

const fn column(
    heading: &'static str,
    is_number: bool,
    rank: u8,
    cell: fn(&Record<'_>, &TimeZone) -> String,
) -> Column {
    Column {
        heading,
        is_number,
        rank,
        cell,
    }
}

/// What stands for no value. A cell is never empty, so that a program finds the next one.
const NOTHING: &str = "-";

/// For each column, whether it is shown.
type Shown = [bool; COLUMNS.len()];

pub(super) struct Table<'a> {
    out: &'a mut dyn Write,
    width: Option<usize>,
    zone: TimeZone,
    rows: Vec<[String; COLUMNS.len()]>,
    left_out: Vec<&'static str>,
}

impl<'a> Table<'a> {
    /// A table that fits `width`. If there is none, it has all columns.
    pub(super) fn new(width: Option<usize>, zone: TimeZone, out: &'a mut dyn Write) -> Self {
        Self {
            out,
            width,
            zone,
            rows: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Which of the columns that have something to show are shown, and how many blanks stand between them.
    fn layout(&self, widths: &[usize; COLUMNS.len()], useful: &Shown) -> (Shown, usize) {
        let width_of = |shown: &Shown, gap: usize| -> usize {
            let shown = widths.iter().zip(shown).filter(|(_, shown)| **shown);
            shown.map(|(width, _)| width + gap).sum::<usize>() - gap
        };
        let Some(width) = self.width else {
            return ([true; COLUMNS.len()], 2);
        };
        if width_of(useful, 2) <= width {
            return (*useful, 2);
        }
        let mut shown = COLUMNS.map(|column| column.rank == 0);
        let mut by_rank: Vec<_> = (0..COLUMNS.len()).filter(|index| useful[*index]).collect();
        by_rank.sort_by_key(|index| COLUMNS[*index].rank);
        for index in by_rank {
            shown[index] = true;
            if COLUMNS[index].rank > 0 && width_of(&shown, 1) > width {
                shown[index] = false;
            }
        }
        (shown, 1)
    }
}

impl Renderer for Table<'_> {
    fn add(&mut self, records: &[Box<RawValue>]) -> io::Result<()> {
        for record in records {
            let record = Record::read(record)?;
            self.rows.push(std::array::from_fn(|index| {
                let cell = (COLUMNS[index].cell)(&record, &self.zone);
                match cell.is_empty() {
                    true => NOTHING.to_owned(),
                    false => cell,
                }
            }));
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let mut widths = COLUMNS.map(|column| column.heading.len());
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        // A column without a value takes no room on a terminal.
        let useful: Shown = std::array::from_fn(|index| {
            COLUMNS[index].rank == 0 || self.rows.iter().any(|row| row[index] != NOTHING)
        });
        let (shown, gap) = self.layout(&widths, &useful);
        let left_out = (0..COLUMNS.len()).filter(|index| useful[*index] && !shown[*index]);
        self.left_out = left_out.map(|index| COLUMNS[index].heading).collect();
        let headings = COLUMNS.map(|column| column.heading.to_owned());
        let mut line = String::new();
        for row in std::iter::once(&headings).chain(&self.rows) {
            line.clear();
            for (index, cell) in row.iter().enumerate().filter(|(index, _)| shown[*index]) {
                // Nothing comes after the last column, so it is not filled up.
                if index + 1 == COLUMNS.len() {
                    line += cell;
                    break;
                }
                let fill = " ".repeat(widths[index] - cell.width());
                line.extend(match COLUMNS[index].is_number {
                    true => [fill.as_str(), cell],
                    false => [cell, fill.as_str()],
                });
                line += &"  "[..gap];
            }
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }

    fn left_out(&self) -> &[&'static str] {
        &self.left_out
    }
}

fn visible(record: &Record<'_>, name: &str) -> String {
    text::visible(&record.text(name)).into_owned()
}

/// A number of findings. An image that was not scanned, or whose scan failed, has none that could be counted; 0 would
/// make it look clean.
fn count(record: &Record<'_>, name: &str) -> String {
    match record.number(name) {
        Some(0) if record.text("scan_status") != "success" => String::new(),
        _ => visible(record, name),
    }
}

/// The day of a time. HSS has 0 where there is none.
fn day(record: &Record<'_>, name: &str, zone: &TimeZone) -> String {
    match record.number(name) {
        Some(0) => String::new(),
        Some(time) => text::day(time, zone).unwrap_or_else(|| time.to_string()),
        None => visible(record, name),
    }
}

/// The image as one would pull it, from the parts that there are.
fn reference(record: &Record<'_>) -> String {
    let [namespace, name, version] =
        ["namespace", "image_name", "image_version"].map(|part| visible(record, part));
    let slash = if namespace.is_empty() { "" } else { "/" };
    let colon = if version.is_empty() { "" } else { ":" };
    format!("{namespace}{slash}{name}{colon}{version}")
}

//! CSV: one column per documented field.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::tz::TimeZone;
use serde_json::value::RawValue;

use super::record::Record;
use super::{Renderer, text};

/// The fields of `PrivateImageRepositoryInfo`, in the order of the contract. Scripts rely on it.
const COLUMNS: [&str; 23] = [
    "id",
    "namespace",
    "image_name",
    "image_id",
    "image_digest",
    "image_version",
    "image_type",
    "latest_version",
    "scan_status",
    "scan_failed_desc",
    "image_size",
    "latest_update_time",
    "latest_scan_time",
    "vul_num",
    "unsafe_setting_num",
    "malicious_file_num",
    "domain_name",
    "shared_status",
    "scannable",
    "association_images",
    "instance_name",
    "instance_id",
    "instance_url",
];

/// The columns that are milliseconds since 1970.
const TIMES: [&str; 2] = ["latest_update_time", "latest_scan_time"];

/// Whom the cells are for.
#[derive(Debug, Clone)]
pub(crate) enum Cells {
    /// Programs: each value as it came.
    Exact,
    /// A terminal, which must not be driven by a value.
    Visible,
    /// A spreadsheet, which would calculate with some values and alter others. Times are in this zone.
    Spreadsheet(TimeZone),
}

pub(super) struct Csv<'a> {
    out: &'a mut dyn Write,
    cells: Cells,
    /// The rows so far. A table that breaks off looks like a complete one, so nothing is printed before the
    /// end.
    rows: csv::Writer<Vec<u8>>,
}

impl<'a> Csv<'a> {
    pub(super) fn new(cells: Cells, out: &'a mut dyn Write) -> Self {
        Self {
            out,
            cells,
            rows: csv::Writer::from_writer(Vec::new()),
        }
    }
}

impl Renderer for Csv<'_> {
    fn add(&mut self, records: &[Box<RawValue>]) -> io::Result<()> {
        for record in records {
            let record = Record::read(record)?;
            for column in COLUMNS {
                let cell = self.cells.cell(&record, column);
                self.rows.write_field(cell.as_bytes())?;
            }
            self.rows.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.rows.flush()?;
        if matches!(self.cells, Cells::Spreadsheet(_)) {
            // Without it, Excel takes the text for one in the encoding of the system.
            self.out.write_all("\u{feff}".as_bytes())?;
        }
        writeln!(self.out, "{}", COLUMNS.join(","))?;
        self.out.write_all(self.rows.get_ref())?;
        self.out.flush()
    }
}

impl Cells {
    fn cell<'a>(&self, record: &Record<'a>, column: &str) -> Cow<'a, str> {
        let text = record.text(column);
        match self {
            Self::Exact => text,
            Self::Visible => harmless(text),
            Self::Spreadsheet(zone) => {
                if let Some(time) = record.number(column).filter(|_| TIMES.contains(&column)) {
                    return match time {
                        // HSS has 0 where there is none.
                        0 => Cow::Borrowed(""),
                        time => text::second(time, zone).map_or(text, Cow::Owned),
                    };
                }
                let is_number = !record.is_text(column) && text.parse::<f64>().is_ok();
                match is_number && text.len() > MAX_DIGITS || !is_number && is_altered(&text) {
                    // This makes a text of it in every spreadsheet.
                    true => Cow::Owned(format!("'{}", text::visible(&text))),
                    false => harmless(text),
                }
            }
        }
    }
}

/// Spreadsheets calculate with so many digits. Of a longer number they lose the rest.
const MAX_DIGITS: usize = 15;

/// Whether a spreadsheet would take the text for something else: a formula, a number such as `1.10`, a date such as
/// `3-4` or `mar1`.
fn is_altered(text: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let Some(first) = text.chars().next() else {
        return false;
    };
    // The wide forms are for those who type Chinese or Japanese.
    let is_formula = matches!(first, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let begin = text.get(..3).unwrap_or_default().to_ascii_lowercase();
    let is_date = MONTHS.contains(&begin.as_str()) && text.contains(|c: char| c.is_ascii_digit());
    let is_number = first.is_ascii_digit() || matches!(first, '.' | ',' | '(' | '$' | '\'');
    is_formula || is_date || is_number || first.is_whitespace()
}

fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    match text::visible(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(text) => Cow::Owned(text),
    }
}

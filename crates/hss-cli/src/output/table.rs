//! The table for people.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Width, presets};
use serde_json::Value;

use super::{Renderer, text};

/// The headings, and whether the column is one of numbers.
const COLUMNS: [(&str, bool); 9] = [
    ("ID", true),
    ("TYPE", false),
    ("IMAGE", false),
    ("SIZE", true),
    ("SCAN", false),
    ("VUL", true),
    ("UNSAFE", true),
    ("MAL", true),
    ("UPDATED", false),
];

/// Below this width no space is to spare, so only one blank stands between two cells.
const NARROW: u16 = 110;

/// The columns that are broken into lines where the terminal is too narrow, and how wide they stay at
/// least: just so much that 80 columns are enough.
const FLEXIBLE: [(usize, u16); 2] = [(2, 18), (4, 9)];

pub(super) struct Table<'a> {
    out: &'a mut dyn Write,
    table: comfy_table::Table,
}

/// The width of the terminal that stdout is, if it is one.
pub(crate) fn terminal_width() -> Option<u16> {
    comfy_table::Table::new().width()
}

impl<'a> Table<'a> {
    /// A table that fits `width`. Without one, it is as wide as it has to be for each record to have one
    /// line, so that `grep` and the like can be used on it.
    pub(super) fn new(width: Option<u16>, out: &'a mut dyn Write) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).force_no_tty();
        let gap = match width {
            Some(..NARROW) => 1,
            _ => 2,
        };
        match width {
            // The gap after the last column is cut off again.
            Some(width) => table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width.saturating_add(gap)),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        table.set_header(COLUMNS.map(|(name, _)| name));
        for (index, (_, number)) in COLUMNS.iter().enumerate() {
            let Some(column) = table.column_mut(index) else {
                continue;
            };
            column.set_padding((0, gap));
            // A status such as waiting_for_scan is best broken after a word.
            column.set_delimiter('_');
            if *number {
                column.set_cell_alignment(CellAlignment::Right);
            }
            let flexible = FLEXIBLE.iter().find(|(flexible, _)| *flexible == index);
            column.set_constraint(match flexible {
                Some((_, least)) => ColumnConstraint::LowerBoundary(Width::Fixed(least + gap)),
                None => ColumnConstraint::ContentWidth,
            });
        }
        Self { out, table }
    }
}

impl Renderer for Table<'_> {
    fn add(&mut self, records: &[Value]) -> io::Result<()> {
        self.table.add_rows(records.iter().map(row));
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        for line in self.table.lines() {
            writeln!(self.out, "{}", line.trim_end())?;
        }
        self.out.flush()
    }
}

fn row(record: &Value) -> [Cell; 9] {
    let field = |name: &str| text::visible(&text::exact(&record[name])).into_owned();
    let image_type = field("image_type");
    let size = record["image_size"].as_i64();
    let updated = record["latest_update_time"].as_i64();
    [
        field("id"),
        // Every type ends so; leaving it out makes room for the rest.
        image_type
            .strip_suffix("_image")
            .unwrap_or(&image_type)
            .to_owned(),
        reference(
            &field("namespace"),
            &field("image_name"),
            &field("image_version"),
        ),
        size.map_or_else(|| field("image_size"), text::size),
        field("scan_status"),
        field("vul_num"),
        field("unsafe_setting_num"),
        field("malicious_file_num"),
        updated
            .and_then(text::date)
            .unwrap_or_else(|| field("latest_update_time")),
    ]
    .map(Cell::new_owned)
}

/// The image as one would pull it, from the parts that there are.
fn reference(namespace: &str, name: &str, version: &str) -> String {
    let slash = if namespace.is_empty() { "" } else { "/" };
    let colon = if version.is_empty() { "" } else { ":" };
    format!("{namespace}{slash}{name}{colon}{version}")
}

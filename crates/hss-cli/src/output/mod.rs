//! Printing records, in every format.

mod csv;
mod json;
mod record;
mod table;
pub(crate) mod target;
pub(crate) mod text;

use std::io::{self, Write};

use jiff::tz::TimeZone;
use serde_json::value::RawValue;

use crate::args::images::Format;

pub(crate) use csv::Cells;
pub(crate) use record::Record;

/// Takes the records of a listing and prints them.
pub(crate) trait Renderer {
    /// Takes some more records.
    fn add(&mut self, records: &[Box<RawValue>]) -> io::Result<()>;

    /// Prints what is not printed yet. Only to be called for a listing that is complete.
    fn finish(&mut self) -> io::Result<()>;

    /// The columns for which there was no room.
    fn left_out(&self) -> &[&'static str] {
        &[]
    }
}

/// For whom records are printed.
#[derive(Debug, Clone)]
pub(crate) struct Audience {
    /// The width of the terminal, if it is one whose width is known.
    pub(crate) width: Option<usize>,
    /// The time zone of the times that are shown.
    pub(crate) zone: TimeZone,
    pub(crate) cells: Cells,
}

/// The renderer for a format.
pub(crate) fn renderer<'a>(
    format: Format,
    audience: Audience,
    out: &'a mut dyn Write,
) -> Box<dyn Renderer + 'a> {
    match format {
        Format::Table => Box::new(table::Table::new(audience.width, audience.zone, out)),
        Format::Json => Box::new(json::Array::new(out)),
        Format::Ndjson => Box::new(json::Lines::new(out)),
        Format::Csv => Box::new(csv::Csv::new(audience.cells, out)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn rendered(format: Format, audience: Audience, pages: &[&[&str]]) -> String {
        let mut out = Vec::new();
        let mut renderer = renderer(format, audience, &mut out);
        for page in pages {
            let records = page
                .iter()
                .map(|record| RawValue::from_string((*record).to_owned()));
            let records: Result<Vec<_>, _> = records.collect();
            renderer.add(&records.expect("JSON")).expect("memory");
        }
        renderer.finish().expect("memory");
        drop(renderer);
        String::from_utf8(out).expect("UTF-8")
    }

    fn program() -> Audience {
        Audience {
            width: None,
            zone: TimeZone::UTC,
            cells: Cells::Exact,
        }
    }

    fn terminal(width: usize) -> Audience {
        Audience {
            width: Some(width),
            cells: Cells::Visible,
            ..program()
        }
    }

    fn spreadsheet() -> Audience {
        Audience {
            cells: Cells::Spreadsheet(TimeZone::fixed(jiff::tz::offset(8))),
            ..program()
        }
    }

    const SAMPLE: [&str; 6] = [
        r#"{"id":111,"namespace":"aaa","image_name":"centos7","image_version":"common","image_type":"private_image","scan_status":"success","image_size":1000,"vul_num":111,"unsafe_setting_num":1,"malicious_file_num":0,"latest_update_time":1687664346000,"latest_scan_time":1691748641788}"#,
        r#"{"id": 9007199254740993, "namespace": "a_rather_long_organization", "image_type": "local_image",
            "image_name": "a_rather_long_name_of_an_image", "image_version": "2024.10.31-rc_1",
            "scan_status": "waiting_for_scan", "image_size": 21474836480, "instance_name": "",
            "vul_num": 0, "unsafe_setting_num": 0, "malicious_file_num": 0, "latest_scan_time": 0,
            "association_images": [{"image_name": "arm, \"6 4\" \\"}, {"a b": "\\\\ "}], "not_documented": 1.10}"#,
        r#"{"id":3,"image_name":"\u001b[2Jevil\u202e\n\u007f","scan_status":"quantum_scanned","image_type":"sixth_kind","latest_scan_time":null,"vul_num":0}"#,
        r#"{"id":18446744073709551617,"scan_status":"failed","scan_failed_desc":"database_error","vul_num":7,"unsafe_setting_num":0,"namespace":"=1+1","image_version":"1.10"}"#,
        "{\"id\":5,\"image_name\":\"\u{9b}31m\u{202e}\u{7f}\u{e0041}\",\"namespace\":\"镜像\",\"scan_status\":\"success\",\"vul_num\":0}",
        "{}",
    ];

    #[test]
    fn a_table_has_all_columns_where_there_is_no_terminal() {
        insta::assert_snapshot!(rendered(Format::Table, program(), &[&SAMPLE]));
    }

    #[test]
    fn a_table_fits_the_terminal() {
        let usual = [SAMPLE[0], SAMPLE[2], SAMPLE[3], SAMPLE[4]];
        for width in [80, 120] {
            let table = rendered(Format::Table, terminal(width), &[&usual[..1], &usual[1..]]);
            insta::assert_snapshot!(format!("table_of_{width}_columns"), table);
        }
        // A name that is too long goes on in the next line of the terminal, but the other rows fit.
        insta::assert_snapshot!(rendered(Format::Table, terminal(80), &[&SAMPLE]));
    }

    /// Whatever the width: who reads a cell below its heading gets the value, and the image is there as a whole.
    #[test]
    fn the_cells_of_a_table_give_the_values_back() {
        let wide = cells(&rendered(Format::Table, program(), &[&SAMPLE]));
        assert_eq!(wide[0].len(), 11);
        for width in 1..200 {
            for (row, all) in cells(&rendered(Format::Table, terminal(width), &[&SAMPLE]))
                .iter()
                .zip(&wide)
            {
                assert!(
                    row.contains_key("IMAGE") && row.contains_key("VUL"),
                    "{width}"
                );
                for (heading, cell) in row {
                    assert_eq!(cell, &all[heading], "{width} {heading}");
                }
            }
        }
        let images: Vec<_> = wide.iter().map(|row| row["IMAGE"].as_str()).collect();
        assert_eq!(
            images[1],
            "a_rather_long_organization/a_rather_long_name_of_an_image:2024.10.31-rc_1"
        );
        // What was not scanned has no number of findings, unless an earlier scan has found some.
        let counts: Vec<_> = wide
            .iter()
            .map(|row| (row["VUL"].as_str(), row["UNSAFE"].as_str()))
            .collect();
        assert_eq!(
            counts,
            [
                ("111", "1"),
                ("-", "-"),
                ("-", "-"),
                ("7", "-"),
                ("0", "-"),
                ("-", "-")
            ]
        );
    }

    #[test]
    fn a_column_without_a_value_takes_no_room_on_a_terminal() {
        let headings = |audience, records| {
            let table = rendered(Format::Table, audience, &[records]);
            table.lines().next().expect("headings").to_owned()
        };
        assert!(!headings(terminal(200), &SAMPLE[..1]).contains("REASON"));
        assert!(headings(terminal(200), &SAMPLE[3..4]).contains("REASON"));
        assert!(headings(program(), &SAMPLE[..1]).contains("REASON"));
    }

    /// The rows of a table, each cell by its heading. It is read by columns, as a person does.
    fn cells(table: &str) -> Vec<BTreeMap<String, String>> {
        let mut lines = table.lines();
        let headings: Vec<_> = lines.next().expect("headings").split_whitespace().collect();
        let rows = lines.map(|line| {
            let cells: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
            assert_eq!(cells.len(), headings.len(), "{line}");
            headings
                .iter()
                .map(|heading| (*heading).to_owned())
                .zip(cells)
                .collect()
        });
        rows.collect()
    }

    #[test]
    fn json_is_what_was_sent_without_blanks_and_harmless() {
        let all = rendered(Format::Json, program(), &[&SAMPLE[..1], &[], &SAMPLE[1..]]);
        insta::assert_snapshot!(all);
        let read: Vec<serde_json::Value> = serde_json::from_str(&all).expect("an array");
        let sent: [serde_json::Value; 6] =
            SAMPLE.map(|record| serde_json::from_str(record).expect("a record"));
        assert_eq!(read, sent);
        let unsafe_in = all.chars().filter(|c| text::is_unsafe(*c) && *c != '\n');
        assert_eq!(unsafe_in.count(), 0);
        for pages in [&[] as &[&[&str]], &[&[], &[]]] {
            assert_eq!(rendered(Format::Json, program(), pages), "[]\n");
        }
    }

    #[test]
    fn ndjson_has_one_record_per_line() {
        let lines = rendered(Format::Ndjson, program(), &[&SAMPLE]);
        let array = rendered(Format::Json, program(), &[&SAMPLE]);
        let of_array = array.lines().filter_map(|line| line.strip_prefix("  "));
        let of_array: Vec<_> = of_array.map(|line| line.trim_end_matches(',')).collect();
        assert_eq!(lines.lines().collect::<Vec<_>>(), of_array);
        assert_eq!(rendered(Format::Ndjson, program(), &[]), "");
    }

    #[test]
    fn csv_has_every_documented_field_and_exact_values() {
        let csv = rendered(Format::Csv, program(), &[&SAMPLE]);
        // Escaped, so that the snapshot itself is harmless to look at.
        insta::assert_snapshot!(csv.escape_debug().to_string().replace("\\n", "\n"));
    }

    #[test]
    fn csv_on_a_terminal_cannot_drive_it() {
        let csv = rendered(Format::Csv, terminal(80), &[&SAMPLE]);
        let unsafe_in: Vec<_> = csv
            .chars()
            .filter(|c| text::is_unsafe(*c) && *c != '\n')
            .collect();
        assert!(unsafe_in.is_empty(), "{unsafe_in:?}");
        assert_eq!(csv.lines().count(), 1 + SAMPLE.len());
    }

    #[test]
    fn a_spreadsheet_neither_calculates_nor_alters() {
        let csv = rendered(Format::Csv, spreadsheet(), &[&SAMPLE]);
        insta::assert_snapshot!(csv.escape_debug().to_string().replace("\\n", "\n"));
        let shown = |version: &str| {
            let record = serde_json::json!({"image_version": version}).to_string();
            let csv = rendered(Format::Csv, spreadsheet(), &[&[&record]]);
            let row = csv.lines().nth(1).expect("a row").to_owned();
            row.trim_matches([',', '"']).to_owned()
        };
        for altered in [
            "=cmd", "+1", "-1", "@SUM", "＝1", "\t=1", " =1", "1.10", "007", "3-4", "mar-1",
            "Dec5", "1e5", ".5", "'x",
        ] {
            assert_eq!(shown(altered).chars().next(), Some('\''), "{altered}");
        }
        for text in ["latest", "v1.10", "market", "build-7", "镜像", ""] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn no_records_still_make_a_header() {
        assert_eq!(rendered(Format::Csv, program(), &[]).lines().count(), 1);
        assert_eq!(
            rendered(Format::Table, terminal(80), &[]).lines().count(),
            1
        );
    }
}

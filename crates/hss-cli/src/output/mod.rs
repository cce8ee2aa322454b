//! Printing records, in every format.

mod csv;
mod json;
mod table;
pub(crate) mod text;

use std::io::{self, Write};

use serde_json::Value;

use crate::args::images::Format;

pub(crate) use table::terminal_width;

/// Takes the records of a listing and prints them.
pub(crate) trait Renderer {
    /// Takes some more records.
    fn add(&mut self, records: &[Value]) -> io::Result<()>;

    /// Prints what is not printed yet. Only to be called for a listing that is complete.
    fn finish(&mut self) -> io::Result<()>;
}

/// The renderer for a format. `width` is that of the terminal, if the output goes to one.
pub(crate) fn renderer<'a>(
    format: Format,
    width: Option<u16>,
    out: &'a mut dyn Write,
) -> Box<dyn Renderer + 'a> {
    match format {
        Format::Table => Box::new(table::Table::new(width, out)),
        Format::Json => Box::new(json::Array::new(out)),
        Format::Ndjson => Box::new(json::Lines::new(out)),
        Format::Csv => Box::new(csv::Csv::new(out)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(format: Format, width: Option<u16>, pages: &[&[Value]]) -> String {
        let mut out = Vec::new();
        let mut renderer = renderer(format, width, &mut out);
        for page in pages {
            renderer.add(page).expect("memory");
        }
        renderer.finish().expect("memory");
        drop(renderer);
        String::from_utf8(out).expect("UTF-8")
    }

    fn sample() -> Vec<Value> {
        serde_json::from_str(
            r#"[
                {"id": 111, "namespace": "aaa", "image_name": "centos7", "image_version": "common",
                 "image_type": "private_image", "scan_status": "success", "image_size": 1000,
                 "vul_num": 111, "unsafe_setting_num": 1, "malicious_file_num": 0,
                 "latest_update_time": 1687664346000, "latest_scan_time": 1691748641788},
                {"id": 9007199254740993, "namespace": "a-rather-long-organization", "image_type": "local_image",
                 "image_name": "a-rather-long-name-of-an-image", "image_version": "2024.10.31-rc.1",
                 "scan_status": "waiting_for_scan", "image_size": 21474836480, "instance_name": "",
                 "association_images": [{"image_name": "arm, \"64\""}], "not_documented": 1},
                {"id": 3, "image_name": "\u001b[2Jevil\u202e\n", "scan_status": "quantum_scanned",
                 "image_type": "sixth_kind", "latest_scan_time": null},
                {}
            ]"#,
        )
        .expect("JSON")
    }

    #[test]
    fn a_table_has_a_line_for_each_record_where_there_is_no_terminal() {
        insta::assert_snapshot!(rendered(Format::Table, None, &[&sample()]));
    }

    #[test]
    fn a_table_fits_the_terminal() {
        for width in [80, 120] {
            let table = rendered(
                Format::Table,
                Some(width),
                &[&sample()[..1], &sample()[2..]],
            );
            insta::assert_snapshot!(format!("table_of_{width}_columns"), table);
            let widest = table.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(width.into()), "{widest:?}");
        }
    }

    #[test]
    fn json_is_an_array_of_what_was_sent() {
        let all = rendered(Format::Json, None, &[&sample()[..1], &[], &sample()[1..]]);
        let read: Vec<Value> = serde_json::from_str(&all).expect("an array");
        assert_eq!(read, sample());
        assert_eq!(rendered(Format::Json, None, &[]), "[]\n");
        assert_eq!(rendered(Format::Json, None, &[&[], &[]]), "[]\n");
    }

    #[test]
    fn ndjson_has_one_record_a_line() {
        let all = rendered(Format::Ndjson, None, &[&sample()]);
        let read: Vec<Value> = all
            .lines()
            .map(|line| serde_json::from_str(line).expect("a record"))
            .collect();
        assert_eq!(read, sample());
        assert_eq!(rendered(Format::Ndjson, None, &[]), "");
    }

    #[test]
    fn csv_has_every_documented_field_and_exact_values() {
        let csv = rendered(Format::Csv, None, &[&sample()]);
        // Escaped, so that the snapshot itself is harmless to look at.
        insta::assert_snapshot!(csv.escape_debug().to_string().replace("\\n", "\n"));
    }

    #[test]
    fn no_records_still_make_a_header() {
        assert_eq!(rendered(Format::Csv, None, &[]).lines().count(), 1);
        assert_eq!(rendered(Format::Table, Some(80), &[]).lines().count(), 1);
    }
}

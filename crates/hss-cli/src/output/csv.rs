//! CSV: one column for each documented field.

use std::io::{self, Write};

use serde_json::Value;

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

pub(super) struct Csv<'a> {
    out: &'a mut dyn Write,
    /// The rows so far. A table that breaks off looks like a complete one, so nothing is printed before the
    /// end.
    rows: csv::Writer<Vec<u8>>,
}

impl<'a> Csv<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            rows: csv::Writer::from_writer(Vec::new()),
        }
    }
}

impl Renderer for Csv<'_> {
    fn add(&mut self, records: &[Value]) -> io::Result<()> {
        for record in records {
            for column in COLUMNS {
                self.rows
                    .write_field(text::exact(&record[column]).as_bytes())?;
            }
            self.rows.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.rows.flush()?;
        writeln!(self.out, "{}", COLUMNS.join(","))?;
        self.out.write_all(self.rows.get_ref())?;
        self.out.flush()
    }
}

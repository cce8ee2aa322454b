//! JSON: the records exactly as the service sent them.

use std::io::{self, Write};

use serde_json::Value;

use super::Renderer;

/// One array of all records, a record a line.
pub(super) struct Array<'a> {
    out: &'a mut dyn Write,
    /// The lines so far. An array that breaks off could be taken for a complete one by a lenient reader, so
    /// nothing is printed before the end.
    lines: Vec<u8>,
}

impl<'a> Array<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            lines: Vec::new(),
        }
    }
}

impl Renderer for Array<'_> {
    fn add(&mut self, records: &[Value]) -> io::Result<()> {
        for record in records {
            let before: &[u8] = if self.lines.is_empty() {
                b"\n  "
            } else {
                b",\n  "
            };
            self.lines.extend_from_slice(before);
            serde_json::to_writer(&mut self.lines, record)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        if !self.lines.is_empty() {
            self.lines.push(b'\n');
        }
        self.out.write_all(b"[")?;
        self.out.write_all(&self.lines)?;
        self.out.write_all(b"]\n")?;
        self.out.flush()
    }
}

/// One record a line, printed as soon as it comes.
pub(super) struct Lines<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Lines<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out }
    }
}

impl Renderer for Lines<'_> {
    fn add(&mut self, records: &[Value]) -> io::Result<()> {
        for record in records {
            serde_json::to_writer(&mut self.out, record)?;
            self.out.write_all(b"\n")?;
        }
        // Whoever reads along is to have whole pages.
        self.out.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

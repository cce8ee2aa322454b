//! JSON: the records as the service sent them.

use std::io::{self, Write};

use serde_json::value::RawValue;

use super::{Renderer, text};

/// One array of all records, one record per line.
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
    fn add(&mut self, records: &[Box<RawValue>]) -> io::Result<()> {
        for record in records {
            let before: &[u8] = if self.lines.is_empty() {
                b"\n  "
            } else {
                b",\n  "
            };
            self.lines.extend_from_slice(before);
            write_compact(record, &mut self.lines)?;
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

/// One record per line, printed as it arrives.
pub(super) struct Lines<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Lines<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out }
    }
}

impl Renderer for Lines<'_> {
    fn add(&mut self, records: &[Box<RawValue>]) -> io::Result<()> {
        for record in records {
            write_compact(record, &mut self.out)?;
            self.out.write_all(b"\n")?;
        }
        // Whoever reads along gets whole pages.
        self.out.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes JSON without the blanks between its values. A character that could drive a terminal is written as an escape,
/// which means the same.
fn write_compact(json: &RawValue, out: &mut impl Write) -> io::Result<()> {
    let json = json.get();
    let (mut in_text, mut escaped) = (false, false);
    // What is written as it is goes out in one piece.
    let mut from = 0;
    for (at, c) in json.char_indices() {
        let drop = !in_text && c.is_ascii_whitespace();
        let escape = in_text && text::is_unsafe(c);
        if drop || escape {
            out.write_all(&json.as_bytes()[from..at])?;
            from = at + c.len_utf8();
        }
        if escape {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        in_text ^= c == '"' && !escaped;
        escaped = in_text && c == '\\' && !escaped;
    }
    out.write_all(&json.as_bytes()[from..])
}

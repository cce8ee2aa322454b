//! Where a JSON pointer leads in the text of a YAML or JSON file.

use std::collections::HashMap;

use granit_parser::{Event, Parser, Span};

use crate::model::join;

/// A place in a text, for a person: both numbers count from 1, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// The line.
    pub(crate) line: usize,
    /// The column.
    pub(crate) column: usize,
    /// How many characters of the line are meant, at least one.
    pub(crate) length: usize,
}

/// The positions of all values of a text, by JSON pointer.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    by_pointer: HashMap<String, Position>,
}

/// A collection that is being read.
struct Open {
    pointer: String,
    step: Step,
}

enum Step {
    /// Items read so far.
    Item(usize),
    /// Waiting for a key.
    Key,
    /// A key has been read; its value comes next.
    Value { key: String, at: Position },
}

impl Positions {
    /// Reads a text. What follows an error of syntax has no position.
    pub(crate) fn of(text: &str) -> Self {
        let mut positions = Self::default();
        let mut open: Vec<Open> = Vec::new();
        for next in Parser::new_from_str(text) {
            let Ok((event, span)) = next else { break };
            match event {
                Event::Scalar(value, ..) => {
                    if let Some(Open {
                        step: step @ Step::Key,
                        ..
                    }) = open.last_mut()
                    {
                        *step = Step::Value {
                            key: value.into_owned(),
                            at: position(&span),
                        };
                        continue;
                    }
                    positions.enter(&mut open, &span, true);
                }
                Event::MappingStart(..) | Event::SequenceStart(..) => {
                    let pointer = positions.enter(&mut open, &span, false);
                    let step = if matches!(event, Event::MappingStart(..)) {
                        Step::Key
                    } else {
                        Step::Item(0)
                    };
                    open.push(Open { pointer, step });
                }
                Event::MappingEnd | Event::SequenceEnd => {
                    open.pop();
                }
                _ => {}
            }
        }
        positions
    }

    /// Records the value that begins here, and returns its pointer.
    fn enter(&mut self, open: &mut [Open], span: &Span, is_scalar: bool) -> String {
        let here = position(span);
        let (pointer, at) = match open.last_mut() {
            None => (String::new(), here),
            Some(parent) => match &mut parent.step {
                Step::Item(index) => {
                    let pointer = join(&parent.pointer, &index.to_string());
                    *index += 1;
                    (pointer, here)
                }
                Step::Value { key, at } => {
                    let pointer = join(&parent.pointer, key);
                    // A collection, or a text over several lines, is known by its key.
                    let at = if is_scalar
                        && here.line == at.line
                        && span.start.line() == span.end.line()
                    {
                        here
                    } else {
                        *at
                    };
                    parent.step = Step::Key;
                    (pointer, at)
                }
                // A key that is no text; the reader of the document has refused it.
                Step::Key => return parent.pointer.clone(),
            },
        };
        self.by_pointer.insert(pointer.clone(), at);
        pointer
    }

    /// The pointer of the innermost value that a line belongs to.
    pub(crate) fn on_line(&self, line: usize) -> Option<String> {
        let before = self.by_pointer.iter().filter(|(_, at)| at.line <= line);
        // Of those on the same line, the one further down in the document.
        before
            .max_by_key(|(pointer, at)| (at.line, at.column, pointer.len()))
            .map(|(pointer, _)| pointer.clone())
    }

    /// The position of a pointer or, where nothing is there, of what is nearest above it.
    pub(crate) fn at(&self, pointer: &str) -> Option<Position> {
        let mut pointer = pointer;
        loop {
            // The whole file has no line of its own.
            if pointer.is_empty() {
                return None;
            }
            if let Some(position) = self.by_pointer.get(pointer) {
                return Some(*position);
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
    }
}

fn position(span: &Span) -> Position {
    let length = if span.start.line() == span.end.line() {
        span.end.col().saturating_sub(span.start.col())
    } else {
        1
    };
    Position {
        line: span.start.line(),
        column: span.start.col() + 1,
        length: length.max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_position() {
        let text = "a: 1\nb:\n  - x\n  - c/d: |\n      long\n      text\n    'e': {f: null}\n";
        let positions = Positions::of(text);
        let mut lines: Vec<_> = positions
            .by_pointer
            .iter()
            .map(|(pointer, at)| format!("{pointer} {}:{}+{}", at.line, at.column, at.length))
            .collect();
        lines.sort();
        insta::assert_snapshot!(lines.join("\n"), @r"
         1:1+1
        /a 1:4+1
        /b 2:1+1
        /b/0 3:5+1
        /b/1 4:5+1
        /b/1/c~1d 4:5+3
        /b/1/e 7:5+3
        /b/1/e/f 7:14+4
        ");
    }

    #[test]
    fn what_is_missing_is_shown_where_it_belongs() {
        let positions = Positions::of("a:\n  b: 1\n");
        assert_eq!(positions.at("/a/c/d"), positions.at("/a"));
        assert_eq!(positions.at("/z"), None);
    }

    #[test]
    fn json_is_read_as_well() {
        let positions = Positions::of("{\n  \"a\" : [ 1,\n    2 ]\n}\n");
        let at = positions.at("/a/1").expect("a position");
        assert_eq!((at.line, at.column), (3, 5));
    }
}

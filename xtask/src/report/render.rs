//! A report for a person, with the lines that are meant, and for a program.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Part, Problem, Report};
use crate::position::{Position, Positions};
use crate::sources::Sources;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For a person: the line that is meant, who says what, and how to settle it.
    #[default]
    Text,
    /// For a program: one JSON object.
    Json,
}

impl Report {
    /// Writes the report. `sources` are the texts that were checked.
    ///
    /// # Errors
    ///
    /// Writing failed.
    pub fn render(&self, format: Format, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
        let mut places = Places::new(sources);
        match format {
            Format::Text => self.render_text(&mut places, out),
            Format::Json => {
                let report = self.to_json(&mut places);
                writeln!(out, "{report:#}")
            }
        }
    }

    fn render_text(&self, places: &mut Places<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.is_clean() {
            for (part, text) in &self.facts {
                writeln!(out, "{:<20} {text}", part.name())?;
            }
            return writeln!(out, "no problems");
        }
        for problem in &self.problems {
            render_problem(problem, places, out)?;
        }
        let counts: Vec<_> = Part::ALL
            .into_iter()
            .map(|part| {
                let found = self.problems.iter().filter(|found| found.part == part);
                (part.name(), found.count())
            })
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        let total = self.problems.len();
        let noun = if total == 1 { "problem" } else { "problems" };
        writeln!(out, "{total} {noun}: {}", counts.join(", "))
    }

    fn to_json(&self, places: &mut Places<'_>) -> Value {
        let problems: Vec<_> = self
            .problems
            .iter()
            .map(|problem| {
                let position = places.position(&problem.file, &problem.place);
                let says: Vec<_> = problem
                    .says
                    .iter()
                    .map(|testimony| {
                        let position = places.position(&testimony.file, &testimony.place);
                        json!({
                            "source": testimony.source,
                            "says": testimony.says,
                            "file": testimony.file,
                            "pointer": testimony.place,
                            "line": position.map(|at| at.line),
                        })
                    })
                    .collect();
                json!({
                    "part": problem.part.name(),
                    "file": problem.file,
                    "pointer": problem.place,
                    "line": position.map(|at| at.line),
                    "column": position.map(|at| at.column),
                    "message": problem.what,
                    "says": says,
                    "settle": problem.settle,
                })
            })
            .collect();
        let facts: Vec<_> = self
            .facts
            .iter()
            .map(|(part, text)| json!({"part": part.name(), "text": text}))
            .collect();
        json!({"clean": self.is_clean(), "problems": problems, "facts": facts})
    }
}

fn render_problem(
    problem: &Problem,
    places: &mut Places<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    // A message is a line, whatever it brings along.
    let what = problem.what.replace(['\n', '\r'], " ");
    writeln!(out, "error[{}]: {what}", problem.part.name())?;
    let position = places.position(&problem.file, &problem.place);
    let margin = position.map_or(0, |at| at.line.to_string().len());
    let file = &problem.file;
    match position {
        None if problem.place.is_empty() => writeln!(out, "--> {file}")?,
        None => writeln!(out, "--> {file}, at {}", problem.place)?,
        Some(at) => {
            let line = places.line(file, at.line).unwrap_or_default();
            // The caret has to stand below what it points at, so both lines keep their indentation.
            let indent = " ".repeat(at.column - 1);
            let carets = "^".repeat(at.length.min(line.chars().count().max(1)));
            writeln!(out, "{:margin$}--> {file}:{}:{}", "", at.line, at.column)?;
            writeln!(out, "{:margin$} |", "")?;
            writeln!(out, "{} | {line}", at.line)?;
            writeln!(out, "{:margin$} | {indent}{carets}", "")?;
        }
    }
    if position.is_some() && problem.place.starts_with('/') {
        writeln!(out, "{:margin$} = at: {}", "", problem.place)?;
    }
    for testimony in &problem.says {
        let at = places.position(&testimony.file, &testimony.place);
        let line = at.map_or(String::new(), |at| format!(":{}", at.line));
        writeln!(
            out,
            "{:margin$} = {} says: {} ({}{line})",
            "", testimony.source, testimony.says, testimony.file
        )?;
    }
    writeln!(out, "{:margin$} = settle: {}\n", "", problem.settle)
}

/// The positions in the texts that were checked, read when they are first asked for.
struct Places<'a> {
    sources: &'a Sources,
    read: HashMap<String, Positions>,
}

impl<'a> Places<'a> {
    fn new(sources: &'a Sources) -> Self {
        Self {
            sources,
            read: HashMap::new(),
        }
    }

    fn position(&mut self, file: &str, pointer: &str) -> Option<Position> {
        if let Some((line, column)) = pointer
            .split_once(':')
            .filter(|_| !pointer.starts_with('/'))
        {
            return Some(Position {
                line: line.parse().ok()?,
                column: column.parse().ok()?,
                length: 1,
            });
        }
        let text = self.sources.get(file)?;
        if !self.read.contains_key(file) {
            self.read.insert(file.to_owned(), Positions::of(text));
        }
        self.read.get(file)?.at(pointer)
    }

    fn line(&self, file: &str, line: usize) -> Option<&'a str> {
        self.sources.get(file)?.lines().nth(line - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Testimony;
    use super::*;

    fn report() -> (Report, Sources) {
        let mut sources = Sources::default();
        sources.set("a.yaml", "x:\n  maximum: 300\n");
        sources.set("b.yaml", "maximum: 200\n");
        let mut report = Report::default();
        report.fact(Part::Documents, "not shown to a person beside problems");
        report.findings(Part::Documents, "c.yaml").at("", "missing");
        let mut found = report.findings(Part::Rules, "a.yaml");
        found.at("/x/maximum", "two\nlines");
        found.at("/x/maximum", "two\nlines");
        report.add(Problem {
            part: Part::Deviations,
            file: "a.yaml".to_owned(),
            place: "/x/maximum".to_owned(),
            what: "they differ".to_owned(),
            says: vec![Testimony {
                source: "b".to_owned(),
                says: "200".to_owned(),
                file: "b.yaml".to_owned(),
                place: "/maximum".to_owned(),
            }],
            settle: "agree".to_owned(),
        });
        (report, sources)
    }

    fn rendered(format: Format) -> String {
        let (report, sources) = report();
        let mut text = Vec::new();
        report
            .render(format, &sources, &mut text)
            .expect("a vector takes it all");
        String::from_utf8(text).expect("text")
    }

    #[test]
    fn for_a_person() {
        insta::assert_snapshot!(rendered(Format::Text));
    }

    #[test]
    fn for_a_program() {
        insta::assert_snapshot!(rendered(Format::Json));
    }
}

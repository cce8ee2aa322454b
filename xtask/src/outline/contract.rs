//! An outline of the contract: a line for each parameter and field, with all that is stated of it.

use std::fmt::Write as _;

use crate::check::tables::tables;
use crate::project::Project;
use crate::report::Report;
use crate::sources::Sources;
use crate::statements::{Aspect, Column, OPERATION};

/// The outline of all operations of the contract.
#[must_use]
pub fn contract(sources: &Sources) -> String {
    let mut report = Report::default();
    let project = Project::read(sources, &mut report);
    let mut out = String::new();
    for table in tables(&project, &mut report) {
        let _ = writeln!(out, "{}", table.operation);
        for (place, entry) in table.columns.iter().take(1).flat_map(Column::places) {
            let cells: Vec<_> = entry
                .aspects
                .iter()
                .filter(|(aspect, _)| is_shown(**aspect))
                .map(|(aspect, statement)| format!("{aspect} {}", statement.says))
                .collect();
            let place = if place == OPERATION { "" } else { place };
            let _ = writeln!(out, "    {place}: {}", cells.join("; "));
        }
        out.push('\n');
    }
    out
}

/// Whether the contract says it of itself: not what an example shows, or what holds everywhere.
const fn is_shown(aspect: Aspect) -> bool {
    !matches!(
        aspect,
        Aspect::ExampleType | Aspect::Explained | Aspect::Spelling
    )
}

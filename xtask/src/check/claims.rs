//! Deviations and errata are the same set: each deviation is claimed by one erratum, and each erratum claims
//! a deviation, replaces a documented value or, where only words differ, gives its evidence.

use std::collections::HashMap;

use hss_spec::{Errata, Erratum};

use super::Project;
use super::deviations::Deviation;
use super::tables::Table;
use crate::model::join;
use crate::report::{Findings, Part, Problem, Report};
use crate::sources::ERRATA;
use crate::statements::OPERATION;

pub(super) fn check(project: &Project<'_>, tables: &[Table], errata: &Errata, report: &mut Report) {
    let deviations: Vec<(&str, Vec<Deviation>)> = tables
        .iter()
        .map(|table| (table.operation.as_str(), table.deviations(project)))
        .collect();
    let mut claimed: HashMap<(&str, &str), &str> = HashMap::new();
    // The errata that claim what the sources used to say of something.
    let mut outdated: HashMap<(&str, String), &str> = HashMap::new();
    let mut found = report.findings(Part::Errata, ERRATA);
    let mut words = 0;
    for (index, erratum) in errata.errata.iter().enumerate() {
        let place = format!("/errata/{index}");
        if erratum.claims.is_empty() && erratum.evidence.is_empty() && erratum.normalise.is_empty()
        {
            found.settled_by(
                &place,
                format!("`{}` settles nothing that can be seen", erratum.id),
                "add the `claims` that it settles or, where only words differ, the `evidence`",
            );
        }
        for (member, text) in [
            ("about", &erratum.about),
            ("finding", &erratum.finding),
            ("decision", &erratum.decision),
            ("reason", &erratum.reason),
            ("consumer", &erratum.consumer),
        ] {
            if text.trim().is_empty() {
                found.at(join(&place, member), "expected a text, it is empty");
            }
        }
        words += usize::from(erratum.claims.is_empty() && erratum.normalise.is_empty());
        let own = deviations
            .iter()
            .find(|(operation, _)| *operation == erratum.operation);
        let (operation, own) = own.map_or(("", &[][..]), |(name, all)| (*name, all.as_slice()));
        for (claim, line) in erratum.claims.iter().enumerate() {
            let place = join(&join(&place, "claims"), &claim.to_string());
            let Some(deviation) = own.iter().find(|deviation| deviation.line == *line) else {
                stale_claim(&place, line, own, &mut found);
                outdated.insert((operation, head(line)), &erratum.id);
                continue;
            };
            if let Some(first) = claimed.insert((operation, &deviation.line), &erratum.id) {
                found.at(place, format!("`{first}` claims this deviation already"));
            }
        }
        let table = tables
            .iter()
            .find(|table| table.operation == erratum.operation);
        evidence(&place, erratum, errata, table, &mut found);
    }
    let mut total = 0;
    for (operation, all) in &deviations {
        total += all.len();
        for deviation in all {
            if !claimed.contains_key(&(*operation, deviation.line.as_str())) {
                let outdated = outdated.get(&(*operation, head(&deviation.line)));
                report.add(unclaimed(deviation, outdated.copied()));
            }
        }
    }
    let statements: usize = tables.iter().map(Table::statements).sum();
    let columns: usize = tables.iter().map(|table| table.columns.len()).sum();
    report.fact(
        Part::Deviations,
        format!(
            "{statements} statements of {columns} sources on {} operations and documents compared: {total} deviations, {} \
             claimed by an erratum",
            tables.len(),
            if claimed.len() == total {
                "each".to_owned()
            } else {
                claimed.len().to_string()
            },
        ),
    );
    report.fact(
        Part::Errata,
        format!(
            "{} errata, {words} of them on words only, with evidence",
            errata.errata.len()
        ),
    );
}

/// What a line is about: the place and the aspect.
fn head(line: &str) -> String {
    let parts: Vec<_> = line.splitn(3, ": ").take(2).collect();
    parts.join(": ")
}

fn stale_claim(place: &str, line: &str, own: &[Deviation], found: &mut Findings<'_>) {
    let now = own
        .iter()
        .find(|deviation| head(&deviation.line) == head(line));
    let (what, settle) = match now {
        Some(now) => (
            format!("the sources now say something else: {}", now.line),
            "look at what changed; if it is right, put the new line here",
        ),
        None => (
            "no deviation reads like this".to_owned(),
            "take the claim out; if the erratum then settles nothing, take it out as well",
        ),
    };
    found.settled_by(place, what, settle);
}

/// Who states it is a source, and speaks of that place.
fn evidence(
    place: &str,
    erratum: &Erratum,
    errata: &Errata,
    table: Option<&Table>,
    found: &mut Findings<'_>,
) {
    for (index, evidence) in erratum.evidence.iter().enumerate() {
        let place = join(&join(place, "evidence"), &index.to_string());
        if !errata.sources.contains_key(&evidence.source) {
            found.at(
                join(&place, "source"),
                format!("no source has the key `{}`", evidence.source),
            );
        }
        if evidence.states.trim().is_empty() {
            found.at(join(&place, "states"), "expected what the source states");
        }
        let Some(table) = table.filter(|_| evidence.at != OPERATION) else {
            continue;
        };
        let transcribed: Vec<_> = table
            .columns
            .iter()
            .filter(|column| column.source == evidence.source)
            .collect();
        // A source without a transcript can only speak of what somebody knows.
        let is_known = if transcribed.is_empty() {
            table
                .columns
                .iter()
                .any(|column| column.entry(&evidence.at).is_some())
        } else {
            transcribed
                .iter()
                .any(|column| column.entry(&evidence.at).is_some())
        };
        if !is_known {
            found.at(
                join(&place, "at"),
                format!(
                    "{} has no place `{}` for {}",
                    evidence.source, evidence.at, erratum.operation
                ),
            );
        }
    }
}

/// `outdated` is the erratum whose claim about this holds no longer.
fn unclaimed(deviation: &Deviation, outdated: Option<&str>) -> Problem {
    // Where a side has nothing, there is no place to show.
    let shown = deviation
        .says
        .iter()
        .find(|testimony| !testimony.place.is_empty());
    let shown = shown.or(deviation.says.first());
    Problem {
        part: Part::Deviations,
        file: shown.map_or_else(String::new, |shown| shown.file.clone()),
        place: shown.map_or_else(String::new, |shown| shown.place.clone()),
        what: deviation.line.clone(),
        says: deviation.says.clone(),
        settle: outdated.map_or_else(
            || Part::Deviations.advice().to_owned(),
            |erratum| {
                format!(
                    "correct the side that is wrong; if all are right, put the first line of this message in the \
                     place of what `{erratum}` claims in {ERRATA}, and see whether the rest of that entry holds"
                )
            },
        ),
    }
}

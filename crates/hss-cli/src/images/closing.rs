//! What is said at the end of a list, to the person who asked for it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::tally::{Tally, count};
use crate::args::images::{Format, GivenFilter, ListArgs};
use crate::output::text;

/// The lines, without those for which nothing is to be said.
pub(super) fn lines(
    args: &ListArgs,
    tally: &Tally<'_>,
    left_out: &[&str],
    width: Option<usize>,
    zone: &TimeZone,
) -> Vec<String> {
    let mut lines = vec![number(args, tally)];
    lines.extend(unmatched(args, tally));
    if let Some(width) = width
        && !left_out.is_empty()
    {
        lines.push(format!(
            "Left out to fit {width} columns: {}",
            left_out.join(", ")
        ));
    }
    let dates = ["SCANNED", "UPDATED"];
    let in_table = args.output == Format::Table && tally.images > 0;
    if args.spreadsheet || in_table && !dates.iter().all(|date| left_out.contains(date)) {
        lines.push(format!("Dates are in {}.", name(zone)));
    }
    // Last, since it is missed most easily: to those who have one project the list looks whole.
    if is_default(args) {
        lines.push(match tally.images {
            0 => {
                "Images in other enterprise projects are NOT listed: try --all-enterprise-projects."
                    .to_owned()
            }
            _ => "Other enterprise projects are not listed: see --all-enterprise-projects."
                .to_owned(),
        });
    }
    lines
}

/// The name of a time zone, such as `Asia/Shanghai`, or its present offset.
fn name(zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some("Etc/UTC" | "Etc/Unknown") => "UTC".to_owned(),
        Some(name) => name.to_owned(),
        None => format!("UTC{}", zone.to_offset(Timestamp::now())),
    }
}

/// Whether HSS lists only the default enterprise project, and nobody has asked for that.
fn is_default(args: &ListArgs) -> bool {
    !args.filters.all_enterprise_projects && args.filters.enterprise_project_id.is_none()
}

/// How many images there are, and where.
fn number(args: &ListArgs, tally: &Tally<'_>) -> String {
    let place = match is_default(args) {
        true => " in the default enterprise project",
        false if args.filters.all_enterprise_projects => {
            " in the enterprise projects that HSS lists for you"
        }
        false => "",
    };
    let images = match tally.images {
        0 if args.given.is_empty() => "No images".to_owned(),
        0 => "No matching images".to_owned(),
        number => count(number, "image"),
    };
    match args.max {
        Some(max) if tally.cut => format!("{images}{place} (limited by --max {max})"),
        _ => format!("{images}{place}"),
    }
}

/// The filters that match nothing, as far as the list shows it.
fn unmatched(args: &ListArgs, tally: &Tally<'_>) -> Option<String> {
    if args.offset.is_some_and(|offset| offset > 0) {
        return None;
    }
    if tally.images == 0 {
        let given: Vec<_> = args.given.iter().map(GivenFilter::to_string).collect();
        return match &given[..] {
            [] => None,
            [filter] => Some(format!("No image matches {filter}")),
            filters => Some(format!("No image matches all of {}", filters.join(", "))),
        };
    }
    // Of a value that was given beside others, the list shows whether it has matched anything.
    let empty = args.given.iter().flat_map(|filter| {
        let values = filter.values.iter().filter(|_| filter.values.len() > 1);
        let empty = values.filter(|value| tally.is_empty(&filter.flag, value));
        empty.map(|value| shown(&filter.flag, value))
    });
    let empty: Vec<_> = empty.collect();
    (!empty.is_empty()).then(|| format!("No image matches {}", empty.join(", ")))
}

fn shown(flag: &str, value: &str) -> String {
    text::visible(&format!("{flag} {value}")).into_owned()
}

impl std::fmt::Display for GivenFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values: Vec<_> = self
            .values
            .iter()
            .map(|value| shown(&self.flag, value))
            .collect();
        f.write_str(&values.join(" or "))
    }
}

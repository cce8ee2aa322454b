//! Finds the records that a listing asks for.

use rusqlite::types::Value as Sql;
use rusqlite::{Transaction, params_from_iter};

use crate::validate::{Argument, Arguments};

/// The enterprise project that is meant where a call names none.
const DEFAULT_ENTERPRISE_PROJECT: &str = "0";

/// Stands for every enterprise project that the caller may see.
const ALL_ENTERPRISE_PROJECTS: &str = "all_granted_eps";

/// What a listing asks for: conditions that all have to hold, and one value for each of them. The text of
/// a condition is always one of this module's; what the caller sent is only ever bound.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter {
    conditions: Vec<&'static str>,
    values: Vec<Sql>,
}

impl Filter {
    pub(crate) fn new(arguments: &Arguments) -> Self {
        let mut filter = Self {
            conditions: Vec::new(),
            values: Vec::new(),
        };
        match arguments.text("enterprise_project_id") {
            Some(ALL_ENTERPRISE_PROJECTS) => {}
            id => filter.push(
                "enterprise_project_id = ?",
                id.unwrap_or(DEFAULT_ENTERPRISE_PROJECT).to_owned(),
            ),
        }
        for (name, condition) in CONDITIONS {
            match (arguments.query(name), condition) {
                (Some(Argument::Text(text)), Condition::Compare(sql)) => {
                    filter.push(sql, text.clone());
                }
                (Some(Argument::Text(text)), Condition::CompareUnlessEmpty(sql))
                    if !text.is_empty() =>
                {
                    filter.push(sql, text.clone());
                }
                (Some(Argument::Integer(number)), Condition::Compare(sql)) => {
                    filter.push(sql, *number);
                }
                (Some(Argument::Boolean(value)), Condition::Compare(sql)) => {
                    filter.push(sql, *value);
                }
                (Some(Argument::Boolean(true)), Condition::OnlyIfTrue(sql)) => {
                    filter.push(sql, true);
                }
                _ => {}
            }
        }
        filter
    }

    fn push(&mut self, condition: &'static str, value: impl Into<Sql>) {
        self.conditions.push(condition);
        self.values.push(value.into());
    }

    /// The ids of all records that pass, in their order.
    pub(super) fn ids(&self, transaction: &Transaction<'_>) -> rusqlite::Result<Vec<i64>> {
        let conditions = if self.conditions.is_empty() {
            "TRUE".to_owned()
        } else {
            self.conditions.join(" AND ")
        };
        transaction
            .prepare_cached(&format!(
                "SELECT id FROM image WHERE {conditions} ORDER BY id"
            ))?
            .query_map(params_from_iter(&self.values), |row| row.get(0))?
            .collect()
    }
}

/// How a parameter restricts a listing.
enum Condition {
    /// By comparing the value with a column.
    Compare(&'static str),
    /// The same, but an empty text is no restriction.
    CompareUnlessEmpty(&'static str),
    /// Only where the value is `true`.
    OnlyIfTrue(&'static str),
}

/// Texts match exactly and bounds include themselves. Findings count only if the last scan succeeded; a number of them
/// that a record does not have is then 0. A time that it does not have matches no bound.
const CONDITIONS: [(&str, Condition); 16] = [
    ("image_type", Condition::Compare("image_type = ?")),
    ("namespace", Condition::Compare("namespace = ?")),
    ("image_name", Condition::Compare("image_name = ?")),
    ("image_version", Condition::Compare("image_version = ?")),
    (
        "latest_version",
        Condition::OnlyIfTrue("latest_version = ?"),
    ),
    ("scan_status", Condition::Compare("scan_status = ?")),
    (
        "instance_name",
        Condition::CompareUnlessEmpty("instance_name = ?"),
    ),
    (
        "instance_id",
        Condition::CompareUnlessEmpty("instance_id = ?"),
    ),
    ("image_size", Condition::Compare("image_size = ?")),
    (
        "start_latest_update_time",
        Condition::Compare("latest_update_time >= ?"),
    ),
    (
        "end_latest_update_time",
        Condition::Compare("latest_update_time <= ?"),
    ),
    (
        "start_latest_scan_time",
        Condition::Compare("latest_scan_time >= ?"),
    ),
    (
        "end_latest_scan_time",
        Condition::Compare("latest_scan_time <= ?"),
    ),
    (
        "has_malicious_file",
        Condition::Compare("scan_status = 'success' AND (coalesce(malicious_file_num, 0) > 0) = ?"),
    ),
    (
        "has_unsafe_setting",
        Condition::Compare("scan_status = 'success' AND (coalesce(unsafe_setting_num, 0) > 0) = ?"),
    ),
    (
        "has_vul",
        Condition::Compare("scan_status = 'success' AND (coalesce(vul_num, 0) > 0) = ?"),
    ),
];

#[cfg(test)]
mod tests {
    use hss_spec::{Contract, Location};

    use super::*;

    #[test]
    fn every_query_parameter_of_the_contract_has_a_meaning() {
        let elsewhere = ["enterprise_project_id", "offset", "limit"];
        let operation = Contract::hss_image()
            .operation("ListSwrImageRepository")
            .expect("the operation");
        let mut documented: Vec<_> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == Location::Query)
            .map(|parameter| parameter.name.as_str())
            .collect();
        let mut known: Vec<_> = CONDITIONS
            .iter()
            .map(|(name, _)| *name)
            .chain(elsewhere)
            .collect();
        documented.sort_unstable();
        known.sort_unstable();
        assert_eq!(documented, known);
        assert_eq!(known.len(), 19);
    }
}

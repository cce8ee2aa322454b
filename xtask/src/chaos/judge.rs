//! Holds a listing against the truth.

use std::collections::{BTreeMap, BTreeSet};

use hss_test_util::Fault;
use huaweicloud_hss::{Doubt, Summary};
use serde_json::{Map, Value};

use super::case::Case;

/// What was there, what came, and what was said of it.
pub(super) struct Evidence<'a> {
    pub(super) case: &'a Case,
    /// The records of the type before the listing, by id.
    pub(super) before: Vec<Value>,
    /// The same after it.
    pub(super) after: Vec<Value>,
    /// How many records turned up in between.
    pub(super) inserted: usize,
    /// What came, in its order.
    pub(super) found: Vec<Value>,
    pub(super) summary: Summary,
    /// Whether the listing ended with an error.
    pub(super) failed: bool,
}

/// What is wrong with the listing, unless all is well.
pub(super) fn difference(evidence: &Evidence<'_>) -> Result<(), String> {
    let Evidence {
        case,
        before,
        after,
        found,
        summary,
        ..
    } = evidence;
    if summary.yielded != found.len() as u64 {
        return Err(format!(
            "{} records came, the summary says {}",
            found.len(),
            summary.yielded
        ));
    }
    let ended = !evidence.failed;
    if ended && !summary.stable && !case.accept_changes {
        return Err("it ended as if whole, without a pass that nothing disturbed".to_owned());
    }
    // What stays true whatever happens is that a listing says so where it is short.
    if case.has(|fault| matches!(fault, Fault::SameId(_) | Fault::TextId)) {
        let short = found.len() < before.len() && before == after;
        return match short && ended && summary.stable {
            true => Err(format!(
                "{} of {} records came as if that were all",
                found.len(),
                before.len()
            )),
            false => Ok(()),
        };
    }
    // It was said which records cannot be told apart, and so which were left out.
    if summary.doubt == Some(Doubt::NotUnique) {
        return Ok(());
    }
    // A server that gives less than it is asked for, and says that this is all there is, cannot be found out.
    let lies = |fault| matches!(fault, Fault::Total(_));
    if case.has(lies) && case.has(|fault| matches!(fault, Fault::Clamp(_))) {
        return Ok(());
    }
    // A page without its list looks like one from which records have vanished. Then another pass brings what is
    // missing, out of order.
    let gaps = case.has(|fault| fault == Fault::Null("data_list"));
    let whole = ended && summary.stable && summary.passes == 1;
    let unordered = case.has(|fault| matches!(fault, Fault::Move(_) | Fault::Unordered));
    if before == after && evidence.inserted == 0 && (whole || !gaps) && !unordered {
        return unchanged(evidence, ended);
    }
    // Without ids and with changes no one can tell what is what.
    if found.iter().any(|record| number(record).is_none()) {
        return Ok(());
    }
    // Two passes hold whatever the order does, if the total can be believed; one pass takes the order for granted.
    let proven = match (unordered, case.verify) {
        (_, true) => !case.has(lies) && !case.has(|fault| fault == Fault::Null("total_num")),
        (true, false) => false,
        (false, false) => true,
    };
    changed(evidence, ended && summary.stable && proven)
}

/// The inventory stayed as it was: what came is its beginning, and all of it where nothing is said to be missing.
fn unchanged(evidence: &Evidence<'_>, ended: bool) -> Result<(), String> {
    let (truth, found) = (&evidence.before, &evidence.found);
    if found.len() > truth.len() {
        return Err(format!(
            "{} records came, there are {}",
            found.len(),
            truth.len()
        ));
    }
    for (place, (sent, true_one)) in found.iter().zip(truth).enumerate() {
        same(evidence.case, true_one, sent)
            .map_err(|reason| format!("record {place}: {reason}"))?;
    }
    if ended && found.len() < truth.len() && evidence.summary.stable {
        return Err(format!(
            "{} records came as if that were all, there are {}",
            found.len(),
            truth.len()
        ));
    }
    Ok(())
}

/// The inventory changed meanwhile: nothing came that never was, nothing twice, and nothing is missing that was there
/// all the time.
fn changed(evidence: &Evidence<'_>, proven: bool) -> Result<(), String> {
    let by_id = |records: &[Value]| -> BTreeMap<i64, Value> {
        let known = records
            .iter()
            .filter_map(|record| Some((number(record)?, record.clone())));
        known.collect()
    };
    let (before, after) = (by_id(&evidence.before), by_id(&evidence.after));
    let mut seen = BTreeSet::new();
    let mut passing = 0;
    for record in &evidence.found {
        let Some(id) = number(record) else { continue };
        // Whoever accepts changes gets what came, also twice.
        if !seen.insert(id) && !evidence.case.accept_changes {
            return Err(format!("record {id} came twice"));
        }
        match before.get(&id).or_else(|| after.get(&id)) {
            Some(true_one) => {
                same(evidence.case, true_one, record)
                    .map_err(|reason| format!("record {id}: {reason}"))?;
            }
            None => passing += 1,
        }
    }
    let stayed = after.keys().filter(|id| !before.contains_key(id)).count();
    if passing + stayed > evidence.inserted {
        return Err(format!("{passing} records came that never were there"));
    }
    let missed: Vec<_> = before
        .keys()
        .filter(|id| after.contains_key(id) && !seen.contains(id))
        .collect();
    if proven && !missed.is_empty() {
        return Err(format!(
            "{missed:?} were there all the time, and did not come"
        ));
    }
    Ok(())
}

/// The id of a record, also where a fault made a text of it.
fn number(record: &Value) -> Option<i64> {
    let id = &record["id"];
    id.as_i64().or_else(|| id.as_str()?.parse().ok())
}

/// Whether a record came as it is, but for what the faults of the case do to records.
fn same(case: &Case, true_one: &Value, sent: &Value) -> Result<(), String> {
    let empty = Map::new();
    let members = |record: &Value| record.as_object().unwrap_or(&empty).clone();
    let (true_one, sent) = (members(true_one), members(sent));
    let names: BTreeSet<_> = true_one.keys().chain(sent.keys()).collect();
    for name in names {
        let (expected, got) = (&true_one.get(name), &sent.get(name));
        let (expected, got) = (
            expected.unwrap_or(&Value::Null),
            got.unwrap_or(&Value::Null),
        );
        let distorted = case.has(|fault| match fault {
            Fault::Null(field) => field == name && got.is_null(),
            Fault::UnknownEnum => name == "scan_status" && got == Fault::UNKNOWN_SCAN_STATUS,
            Fault::TextNumbers => {
                expected.is_number() && got.as_str() == Some(&expected.to_string())
            }
            _ => false,
        });
        if expected != got && !distorted {
            return Err(format!("{name} is {got}, not {expected}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn records(ids: &[i64]) -> Vec<Value> {
        ids.iter()
            .map(|id| json!({"id": id, "image_name": format!("image {id}"), "vul_num": id % 7}))
            .collect()
    }

    /// The judgement on a listing that ended well.
    fn judge(
        faults: &[&str],
        before: &[i64],
        after: &[i64],
        found: Vec<Value>,
    ) -> Result<(), String> {
        let mut case = Case::random(1, 1);
        case.rules = faults
            .iter()
            .map(|rule| rule.parse().expect("a rule"))
            .collect();
        case.accept_changes = false;
        case.verify = false;
        let inserted = after.iter().filter(|id| !before.contains(id)).count();
        let mut summary = Summary::default();
        summary.stable = true;
        summary.yielded = found.len() as u64;
        difference(&Evidence {
            case: &case,
            before: records(before),
            after: records(after),
            inserted,
            found,
            summary,
            failed: false,
        })
    }

    #[test]
    fn a_listing_that_is_right_is_found_to_be_right() {
        let all = [1, 2, 3, 4];
        assert_eq!(judge(&[], &all, &all, records(&all)), Ok(()));
        assert_eq!(
            judge(&["insert=1"], &all, &[1, 2, 3, 4, 9], records(&all)),
            Ok(())
        );
        assert_eq!(
            judge(&["delete=1"], &all, &[1, 2, 4], records(&[1, 2, 4])),
            Ok(())
        );
        let mut nulls = records(&all);
        nulls[1]["vul_num"] = Value::Null;
        assert_eq!(judge(&["null=vul_num"], &all, &all, nulls), Ok(()));
    }

    #[test]
    fn a_listing_that_is_silently_wrong_is_found_out() {
        let all = [1, 2, 3, 4];
        let wrong = |faults: &[&str], after: &[i64], found| {
            judge(faults, &all, after, found).expect_err("it is wrong")
        };
        let mut altered = records(&all);
        altered[2]["vul_num"] = 5.into();
        let found = [
            wrong(&[], &all, records(&[1, 2, 3])),
            wrong(&[], &all, records(&[1, 3, 2, 4])),
            wrong(&[], &all, records(&[1, 2, 3, 4, 4])),
            wrong(&["null=vul_num"], &all, altered),
            wrong(&["insert=1"], &[1, 2, 3, 4, 9], records(&[1, 2, 4])),
            wrong(&["insert=1"], &[1, 2, 3, 4, 9], records(&[1, 2, 3, 3, 4])),
            wrong(&["insert=1"], &[1, 2, 3, 4, 9], records(&[1, 2, 3, 4, 8])),
        ];
        insta::assert_snapshot!(found.join("
"), @r"
        3 records came as if that were all, there are 4
        record 1: id is 3, not 2
        5 records came, there are 4
        record 2: vul_num is 5, not 3
        [3] were there all the time, and did not come
        record 3 came twice
        1 records came that never were there
        ");
    }
}

//! Finds a smaller case that fails like a large one.

use super::case::Case;

/// How often a smaller case is tried: what depends on timing does not fail each time.
const TRIES: usize = 3;

/// The smallest case found, with what is wrong with it. `fails` tells that of a case.
pub(super) fn shrink(
    case: Case,
    difference: String,
    fails: impl Fn(&Case) -> Option<String>,
) -> (Case, String) {
    let (mut smallest, mut reason) = (case, difference);
    'smaller: loop {
        for candidate in smaller(&smallest) {
            let failed = (0..TRIES).find_map(|_| fails(&candidate));
            if let Some(difference) = failed {
                (smallest, reason) = (candidate, difference);
                continue 'smaller;
            }
        }
        return (smallest, reason);
    }
}

/// Cases with one thing less, those that leave out most first.
fn smaller(case: &Case) -> Vec<Case> {
    let mut found = Vec::new();
    let mut push = |change: &dyn Fn(&mut Case)| {
        let mut candidate = case.clone();
        change(&mut candidate);
        if candidate != *case {
            found.push(candidate);
        }
    };
    for index in 0..case.rules.len() {
        push(&|case| {
            case.rules.remove(index);
        });
    }
    push(&|case| case.images /= 2);
    push(&|case| case.images = case.images * 9 / 10);
    push(&|case| case.concurrency = 1);
    push(&|case| case.passes = 1);
    push(&|case| case.attempts = 1);
    push(&|case| case.accept_changes = false);
    push(&|case| case.limit = None);
    push(&|case| case.login = super::case::Login::Key);
    found
}

#[cfg(test)]
mod tests {
    use hss_test_util::Fault;

    use super::*;

    #[test]
    fn what_does_not_matter_is_left_out() {
        let case = (0..).map(|n| Case::random(3, n));
        let case = case
            .filter(|case| case.rules.len() == 4 && case.images > 100)
            .find(|case| case.has(|fault| fault == Fault::Reset))
            .expect("a case");
        let fails = |case: &Case| {
            (case.has(|fault| fault == Fault::Reset) && case.images >= 20)
                .then(|| "wrong".to_owned())
        };
        let (smallest, reason) = shrink(case, "large".to_owned(), fails);
        assert_eq!(reason, "wrong");
        assert_eq!(smallest.rules.len(), 1);
        assert!((20..23).contains(&smallest.images), "{}", smallest.images);
        assert_eq!(
            (smallest.concurrency, smallest.passes, smallest.attempts),
            (1, 1, 1)
        );
    }
}

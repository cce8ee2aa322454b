//! Random listings of a random inventory, against what must be true of them.

use std::cell::Cell;
use std::collections::BTreeSet;

use huaweicloud_hss::{Client, Doubt, Error, ErrorKind, RetryPolicy, Summary};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use tokio::runtime::Runtime;

use super::{drain, request};
use crate::inventory_server::{Change, Fault, InventoryServer, Script};

/// A server and a way to list what it has.
#[derive(Debug, Clone)]
struct Case {
    script: Script,
    start: usize,
    limit: i32,
    concurrency: usize,
    passes: u32,
    accept_changes: bool,
    verify: bool,
    retries: bool,
}

impl Case {
    /// How many passes there are at most.
    fn most_passes(&self) -> u32 {
        self.passes.max(if self.verify { 2 } else { 1 })
    }
}

/// How a listing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// In one pass.
    Stable,
    /// In several passes.
    Repaired,
    /// Without a proof, as the caller said.
    Accepted,
    /// With `Incomplete`.
    Incomplete,
    /// With another error.
    Failed,
}

fn cases() -> impl Strategy<Value = Case> {
    (scripts(), ways()).prop_map(|(script, way)| {
        let (start, limit, concurrency, passes, (accept_changes, verify, retries)) = way;
        Case {
            start: start.min(script.records),
            script,
            limit,
            concurrency,
            passes,
            accept_changes,
            verify,
            retries,
        }
    })
}

fn ways() -> impl Strategy<Value = (usize, i32, usize, u32, (bool, bool, bool))> {
    (
        prop_oneof![3 => Just(0), 1 => 0..30_usize],
        prop_oneof![1 => Just(1), 2 => Just(2), 8 => 3..15, 1 => Just(200)],
        1..10_usize,
        1..5_u32,
        (
            prop::bool::weighted(0.2),
            prop::bool::weighted(0.25),
            any::<bool>(),
        ),
    )
}

fn scripts() -> impl Strategy<Value = Script> {
    let records = prop_oneof![1 => 0..3_usize, 6 => 3..90_usize];
    let place = 0..100_usize;
    let change = prop_oneof![
        place.clone().prop_map(Change::Insert),
        place.clone().prop_map(Change::Delete),
    ];
    // One of each at once leaves the total as it is.
    let exchange = (place.clone(), place)
        .prop_map(|(gone, new)| vec![Change::Delete(gone), Change::Insert(new)]);
    let changes = prop_oneof![
        2 => exchange,
        1 => vec(change, 1..4),
    ];
    let changes = prop_oneof![
        2 => Just(Vec::new()),
        4 => vec((0..20_usize, changes.clone()), 1..3),
        2 => vec((0..40_usize, changes), 20..40),
    ];
    let fault = prop_oneof![
        Just(Fault::Status(500)),
        Just(Fault::Status(503)),
        Just(Fault::Break),
    ];
    let faults = prop_oneof![
        4 => Just(Vec::new()),
        1 => vec((0..30_usize, fault), 1..4),
    ];
    let clamps = prop_oneof![
        3 => Just(vec![usize::MAX]),
        1 => vec(2..6_usize, 1),
        1 => vec(2..12_usize, 2..10),
        1 => vec(1..5_usize, 2..10),
    ];
    (records, changes, faults, clamps, prop::bool::weighted(0.8)).prop_map(
        |(records, changes, faults, clamps, tells_total)| {
            let changes = changes
                .into_iter()
                .flat_map(|(n, changes)| changes.into_iter().map(move |change| (n, change)));
            Script {
                changes: changes.collect(),
                faults,
                clamps,
                tells_total,
                ..Script::with(records)
            }
        },
    )
}

/// A server and clients for all cases of a test: to make a client takes longer than a listing.
struct Setting {
    runtime: Runtime,
    server: InventoryServer,
    plain: Client,
    retrying: Client,
    cases: Cell<u32>,
}

impl Setting {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime.block_on(InventoryServer::start(Script::with(0)));
        Self {
            plain: server.client(),
            retrying: server.client_in("my-kualalumpur-1", RetryPolicy::default()),
            runtime,
            server,
            cases: Cell::default(),
        }
    }

    /// Runs a case in a project of its own, so that nothing of the one before it gets into it.
    fn run(&self, case: &Case) -> Result<Outcome, TestCaseError> {
        let number = self.cases.get() + 1;
        self.cases.set(number);
        let project = number.to_string();
        let client = match case.retries {
            true => &self.retrying,
            false => &self.plain,
        };
        let client = client.for_project(&project).expect("a client");
        let server = self.server.project(&project, case.script.clone());
        self.runtime.block_on(outcome(case, &server, &client))
    }
}

/// Lists as the case says, and holds the result against what the server had.
async fn outcome(
    case: &Case,
    server: &InventoryServer,
    client: &Client,
) -> Result<Outcome, TestCaseError> {
    let mut images = request(client)
        .offset(i32::try_from(case.start).expect("a small number"))
        .limit(case.limit)
        .items()
        .concurrency(case.concurrency)
        .passes(case.passes);
    if case.accept_changes {
        images = images.accept_changes();
    }
    if case.verify {
        images = images.verify();
    }
    let (found, error) = drain(&mut images).await;
    let summary = images.summary();
    prop_assert!(drain(&mut images).await.0.is_empty(), "it has ended");

    let record = server.record();
    prop_assert!(record.most_at_once <= case.concurrency);
    let set: BTreeSet<i64> = found.iter().copied().collect();
    if !case.accept_changes {
        prop_assert_eq!(set.len(), found.len(), "an id came twice: {:?}", found);
    }
    prop_assert!(set.is_subset(&record.ever));
    prop_assert_eq!(summary.yielded, found.len() as u64);
    prop_assert!(summary.passes <= case.most_passes());
    prop_assert!(summary.doubt.is_none() || !summary.stable);
    prop_assert!(summary.stable || summary.vanished == 0);
    prop_assert!(summary.passes > 1 || summary.vanished == 0);

    // What happens before the first request is none of the listing's business.
    let behind_start = record.ids.get(case.start..).unwrap_or_default();
    let changed = record.ever.len() > record.always.len();
    if !changed {
        // Whatever else happened, it is the inventory up to some place, and the place is known.
        prop_assert!(behind_start.starts_with(&found));
        prop_assert_eq!(summary.next_offset as usize, case.start + found.len());
        prop_assert_eq!(summary.duplicates, 0);
        prop_assert!(summary.passes == 1 || case.verify);
    }
    if let Some(error) = error {
        prop_assert!(!summary.stable);
        return failure(case, &error, &summary, changed);
    }
    if !changed {
        prop_assert!(summary.stable || summary.doubt == Some(Doubt::NotCompared));
        prop_assert_eq!(found.len(), behind_start.len());
    }
    if !summary.stable {
        prop_assert!(case.accept_changes);
        let hopeless = summary.doubt == Some(Doubt::NotCompared);
        prop_assert!(hopeless || summary.passes == case.most_passes());
        return Ok(Outcome::Accepted);
    }
    // Where pages have room for two records there is always something to compare; only without a total, a
    // record that is put behind the last one looks as if it had not fitted on its page.
    let single = case.limit == 1 || case.script.clamps.contains(&1);
    let appended = changed && !case.script.tells_total;
    prop_assert!(single || appended || summary.unchecked == 0);
    prop_assert!(case.verify || summary.unchecked == 0);
    // Without a total, two passes can miss the same.
    let proven = !case.verify || case.script.tells_total;
    if case.start == 0 && proven {
        let missed: Vec<_> = record.always.difference(&set).collect();
        prop_assert!(missed.is_empty(), "{missed:?} were there all the time");
        prop_assert!(summary.vanished <= (set.len() - record.always.len()) as u64);
    }
    let total = record.ids.len() as i64;
    let told = case.script.tells_total.then_some(total);
    prop_assert_eq!(summary.total_num, told);
    if summary.passes > 1 {
        return Ok(Outcome::Repaired);
    }
    prop_assert_eq!(summary.duplicates, 0);
    prop_assert!(!case.verify);
    Ok(Outcome::Stable)
}

/// What an error may be.
fn failure(
    case: &Case,
    error: &Error,
    summary: &Summary,
    changed: bool,
) -> Result<Outcome, TestCaseError> {
    if error.kind() == ErrorKind::Incomplete {
        let hopeless = error.doubt() == Some(Doubt::NotCompared);
        prop_assert_eq!(error.doubt(), summary.doubt);
        prop_assert!(changed || hopeless, "{error}");
        prop_assert!(!case.accept_changes);
        prop_assert!(hopeless || summary.passes == case.most_passes());
        return Ok(Outcome::Incomplete);
    }
    prop_assert!(matches!(
        error.kind(),
        ErrorKind::Service | ErrorKind::Connection
    ));
    prop_assert!(!case.script.faults.is_empty());
    Ok(Outcome::Failed)
}

/// The same cases in each run, and others than those of [`TestRunner::deterministic`].
fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    TestRunner::new_with_rng(config, random)
}

#[test]
fn a_listing_has_what_was_there_all_the_time_or_says_that_it_may_not() {
    let setting = Setting::new();
    let result = runner(300).run(&cases(), |case| setting.run(&case).map(drop));
    if let Err(TestError::Fail(reason, case)) = result {
        panic!("{reason}\n{case:#?}");
    }
    result.expect("cases");
}

/// That the test above cannot pass because all of its cases are of one kind.
#[test]
fn the_cases_end_in_every_way() {
    let setting = Setting::new();
    let mut runner = TestRunner::deterministic();
    let strategy = cases();
    let mut outcomes = Vec::new();
    for _ in 0..300 {
        let case = strategy.new_tree(&mut runner).expect("a case").current();
        match setting.run(&case) {
            Ok(outcome) => outcomes.push(outcome),
            Err(reason) => panic!("{reason}\n{case:#?}"),
        }
    }
    let count = |kind| outcomes.iter().filter(|outcome| **outcome == kind).count();
    let counts = [
        (Outcome::Stable, 100),
        (Outcome::Repaired, 25),
        (Outcome::Accepted, 3),
        (Outcome::Incomplete, 15),
        (Outcome::Failed, 10),
    ]
    .map(|(kind, least)| (kind, count(kind), least));
    println!("{counts:?}");
    assert!(
        counts.iter().all(|(_, count, least)| count >= least),
        "{counts:?}"
    );
}

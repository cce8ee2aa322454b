//! A short round of `cargo xtask chaos`.

use xtask::chaos::{self, Outcome};

#[test]
fn no_listing_is_wrong_without_saying_so() {
    let seed = 20_261_124;
    let report = chaos::run(80, seed).expect("threads and ports");
    let mut said = Vec::new();
    chaos::render(&report, seed, &mut said).expect("memory");
    let said = String::from_utf8(said).expect("UTF-8");
    assert!(report.is_clean(), "{said}");
    assert_eq!(report.runs, 80);
    assert_eq!(report.outcomes.values().sum::<u64>(), 80);
    // It is a test only as long as much goes wrong, and not all of it ends in an error.
    assert!(report.faults.len() >= 15, "{said}");
    let exact = report.outcomes.get(&Outcome::Exact).copied();
    assert!((20..75).contains(&exact.unwrap_or(0)), "{said}");
    assert!(said.starts_with("80 runs with seed 20261124\n"), "{said}");
}

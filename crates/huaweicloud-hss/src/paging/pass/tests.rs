use super::{Ask, Disturbance, Pass, Turn};

fn ids(ids: impl IntoIterator<Item = i64>) -> Vec<Option<i64>> {
    ids.into_iter().map(Some).collect()
}

fn ask(pass: &mut Pass, under_way: usize) -> Ask {
    pass.next_ask(under_way).expect("a request").0
}

/// A pass over 60 records in pages of 10, whose first page has come and whose next three are under way.
fn begun() -> (Pass, [Ask; 3]) {
    let mut pass = Pass::new(0, 10);
    let first = ask(&mut pass, 0);
    assert_eq!(pass.next_ask(1), None, "the first page goes alone");
    assert_eq!(pass.take(first, Some(60), &ids(0..10)), 0..10);
    let asks = [ask(&mut pass, 0), ask(&mut pass, 1), ask(&mut pass, 2)];
    assert_eq!(
        asks.map(|ask| (ask.offset, ask.from)),
        [(9, 10), (18, 19), (27, 28)]
    );
    (pass, asks)
}

#[test]
fn what_comes_behind_a_gap_does_not_close_it() {
    let (mut pass, [second, third, fourth]) = begun();
    pass.take(second, Some(20), &ids(9..19));
    // The listing was short when this page was answered, and long again for the next one.
    pass.take(third, Some(20), &ids(18..20));
    assert_eq!(pass.take(fourth, Some(60), &ids(27..37)), 1..10);
    assert_eq!(pass.position(), 20);
    let total = Disturbance::Total {
        before: 60,
        after: 20,
    };
    assert_eq!(pass.disturbance(), Some(total));
}

#[test]
fn a_short_page_is_filled_before_what_follows_is_looked_at() {
    let (mut pass, [second, third, _]) = begun();
    assert_eq!(pass.take(second, Some(60), &ids(9..13)), 1..4);
    let (rest, turn) = pass.next_ask(2).expect("the rest");
    assert_eq!((rest.offset, rest.from, turn), (12, 13, Turn::First));
    // More than is missing comes, and is left to the pages behind.
    assert_eq!(pass.take(rest, Some(60), &ids(12..22)), 1..7);
    assert_eq!(pass.take(third, Some(60), &ids(18..28)), 1..10);
    assert_eq!((pass.position(), pass.disturbance()), (28, None));
}

#[test]
fn an_empty_page_ends_the_asking() {
    let (mut pass, [second, third, fourth]) = begun();
    assert!(pass.take(second, Some(60), &[]).is_empty());
    let missing = Disturbance::Missing {
        from: 10,
        total: 60,
    };
    assert_eq!(pass.disturbance(), Some(missing));
    assert_eq!(pass.next_ask(2), None);
    pass.take(third, Some(60), &ids(18..28));
    pass.take(fourth, Some(60), &ids(27..37));
    assert_eq!(pass.next_ask(0), None);
    assert!(!pass.is_out_of_reach());
    assert_eq!(pass.position(), 10);
}

#[test]
fn a_total_beyond_all_bounds_is_no_trouble() {
    let mut pass = Pass::new(0, 10);
    let first = ask(&mut pass, 0);
    pass.take(first, Some(i64::MAX), &ids(0..10));
    for under_way in 0..100 {
        let next = ask(&mut pass, under_way);
        assert_eq!(next.from - next.offset, 1);
    }
    let mut pass = Pass::new(i64::from(i32::MIN), i64::from(i32::MIN));
    let first = ask(&mut pass, 0);
    pass.take(first, Some(i64::MIN), &[]);
    assert_eq!(pass.next_ask(0), None);
}

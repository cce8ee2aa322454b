use super::super::identity::{Identity, Ids};
use super::{Ask, Disturbance, Pass, Turn};

fn ids(ids: impl IntoIterator<Item = i64>) -> Vec<Option<Identity>> {
    ids.into_iter()
        .map(|id| Some(Identity::numbered(id, &())))
        .collect()
}

fn pass(limit: i64) -> Pass {
    Pass::new(0, limit, i64::MAX)
}

fn ask(pass: &mut Pass, under_way: usize) -> Ask {
    pass.next_ask(under_way).expect("a request").0
}

/// A pass over 60 records in pages of 10, whose first page has come and whose next three are under way.
fn begun() -> (Pass, [Ask; 3]) {
    let mut pass = self::pass(10);
    let first = ask(&mut pass, 0);
    assert_eq!(pass.next_ask(1), None, "the first page goes alone");
    assert_eq!(pass.take(first, Some(60), &ids(0..10), Ids::Unique), 0..10);
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
    pass.take(second, Some(20), &ids(9..19), Ids::Unique);
    // The listing was short when this page was answered, and long again for the next one.
    pass.take(third, Some(20), &ids(18..20), Ids::Unique);
    assert_eq!(
        pass.take(fourth, Some(60), &ids(27..37), Ids::Unique),
        1..10
    );
    assert_eq!(pass.position(), 20);
    let total = Disturbance::Total {
        before: 60,
        after: 20,
    };
    assert_eq!(pass.disturbance(), Some(&total));
}

#[test]
fn a_short_page_is_filled_before_what_follows_is_looked_at() {
    let (mut pass, [second, third, _]) = begun();
    assert_eq!(pass.take(second, Some(60), &ids(9..13), Ids::Unique), 1..4);
    let (rest, turn) = pass.next_ask(2).expect("the rest");
    assert_eq!((rest.offset, rest.from, turn), (12, 13, Turn::First));
    // More than is missing comes, and is left to the pages behind.
    assert_eq!(pass.take(rest, Some(60), &ids(12..22), Ids::Unique), 1..7);
    assert_eq!(pass.take(third, Some(60), &ids(18..28), Ids::Unique), 1..10);
    assert_eq!((pass.position(), pass.disturbance()), (28, None));
}

#[test]
fn an_empty_page_ends_the_asking() {
    let (mut pass, [second, third, fourth]) = begun();
    assert!(pass.take(second, Some(60), &[], Ids::Unique).is_empty());
    let missing = Disturbance::Missing {
        from: 10,
        total: 60,
    };
    assert_eq!(pass.disturbance(), Some(&missing));
    assert_eq!(pass.next_ask(2), None);
    pass.take(third, Some(60), &ids(18..28), Ids::Unique);
    pass.take(fourth, Some(60), &ids(27..37), Ids::Unique);
    assert_eq!(pass.next_ask(0), None);
    assert!(!pass.is_out_of_reach());
    assert_eq!(pass.position(), 10);
}

#[test]
fn a_total_beyond_all_bounds_is_no_trouble() {
    let mut pass = self::pass(10);
    let first = ask(&mut pass, 0);
    pass.take(first, Some(i64::MAX), &ids(0..10), Ids::Unique);
    for under_way in 0..100 {
        let next = ask(&mut pass, under_way);
        assert_eq!(next.from - next.offset, 1);
    }
    let mut pass = Pass::new(i64::from(i32::MIN), i64::from(i32::MIN), i64::MAX);
    let first = ask(&mut pass, 0);
    pass.take(first, Some(i64::MIN), &[], Ids::Unique);
    assert_eq!(pass.next_ask(0), None);
}

#[test]
fn a_total_that_the_answer_itself_contradicts_ends_nothing() {
    for total in [-1, 0, 5, 9] {
        let mut pass = self::pass(10);
        let first = ask(&mut pass, 0);
        pass.take(first, Some(total), &ids(0..10), Ids::Unique);
        assert!(pass.has_wrong_total());
        let second = ask(&mut pass, 0);
        assert_eq!((second.offset, second.from), (9, 10));
        pass.take(second, Some(total), &ids(9..19), Ids::Unique);
        assert_eq!(pass.disturbance(), None);
    }
}

#[test]
fn a_full_page_that_reaches_the_total_is_followed_by_one_more() {
    let mut pass = self::pass(10);
    let first = ask(&mut pass, 0);
    pass.take(first, Some(10), &ids(0..10), Ids::Unique);
    let second = ask(&mut pass, 0);
    pass.take(second, Some(10), &ids(9..10), Ids::Unique);
    assert_eq!(pass.next_ask(0), None);
    assert_eq!((pass.has_wrong_total(), pass.disturbance()), (false, None));
}

#[test]
fn nothing_is_asked_for_behind_what_is_wanted() {
    let mut pass = Pass::new(0, 10, 25);
    let first = ask(&mut pass, 0);
    pass.take(first, Some(60), &ids(0..10), Ids::Unique);
    let asks = [ask(&mut pass, 0), ask(&mut pass, 1)];
    assert_eq!(asks.map(|ask| ask.from), [10, 19]);
    assert_eq!(pass.next_ask(2), None);
}

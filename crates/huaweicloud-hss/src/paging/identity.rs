//! What tells one record from another.

use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, Hash, Hasher};

// Each record is hashed, and the hasher of the standard library takes as long for it as the rest of the paging.
use foldhash::fast::FixedState;
use foldhash::{HashMap, HashMapExt, HashSet};

/// What identifies a record: its id and, where ids are not unique, the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    id: u64,
    rest: u64,
    pub(super) has_id: bool,
}

impl Identity {
    /// Of a record with an id that is a number. `rest` is what else identifies it.
    pub(super) fn numbered(id: i64, rest: &impl Hash) -> Self {
        Self {
            id: id.cast_unsigned(),
            rest: hash(rest),
            has_id: true,
        }
    }

    /// Of a record whose id is no number. Different records get the same with a chance of one to 2⁶⁴.
    pub(super) fn named(id: &impl Hash, rest: &impl Hash) -> Self {
        Self {
            id: hash(id),
            rest: hash(rest),
            has_id: true,
        }
    }

    /// Of a record without an id, by all that else identifies it.
    pub(super) fn without_id(rest: &impl Hash) -> Self {
        let rest = hash(rest);
        Self {
            id: rest,
            rest,
            has_id: false,
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    FixedState::default().hash_one(value)
}

/// Whether ids alone tell records apart. They do until two different records of one answer have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    Unique,
    Shared,
}

impl Ids {
    /// Whether both are of one record. One that has changed still is the same record, as long as ids are unique.
    pub(super) fn same(self, one: Identity, other: Identity) -> bool {
        one.id == other.id && (self == Self::Unique || one.rest == other.rest)
    }

    /// Looks at the records of one answer. All of them were there at the same time.
    pub(super) fn look(&mut self, answer: &[Option<Identity>]) {
        let mut sorted: Vec<_> = answer
            .iter()
            .flatten()
            .map(|identity| (identity.id, identity.rest))
            .collect();
        sorted.sort_unstable();
        let mut neighbours = sorted.windows(2);
        if neighbours.any(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1) {
            *self = Self::Shared;
        }
    }
}

/// An id in a table of millions. As bytes it leaves no gap beside the four of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Id([u8; 8]);

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from_ne_bytes(self.0));
    }
}

/// Records that came.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// A part of the rest of the first record with each id: enough to tell it from another one with the same id.
    first: HashMap<Id, [u8; 4]>,
    /// Further records with the id of another.
    further: HashSet<Identity>,
}

impl Seen {
    pub(super) fn with_capacity(records: usize) -> Self {
        Self {
            first: HashMap::with_capacity(records),
            further: HashSet::default(),
        }
    }

    /// Adds a record, and tells whether it is a new one.
    pub(super) fn insert(&mut self, record: Identity, ids: Ids) -> bool {
        let [a, b, c, d, ..] = record.rest.to_ne_bytes();
        let rest = [a, b, c, d];
        match self.first.entry(Id(record.id.to_ne_bytes())) {
            Entry::Vacant(entry) => {
                entry.insert(rest);
                true
            }
            Entry::Occupied(first) => {
                *first.get() != rest && ids == Ids::Shared && self.further.insert(record)
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.first.len() + self.further.len()
    }

    pub(super) fn clear(&mut self) {
        self.first.clear();
        self.further.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: i64, rest: &str) -> Identity {
        Identity::numbered(id, &rest)
    }

    #[test]
    fn ids_that_are_not_unique_show_in_one_answer() {
        let mut ids = Ids::Unique;
        ids.look(&[
            Some(record(1, "a")),
            None,
            Some(record(2, "a")),
            Some(record(1, "a")),
        ]);
        assert_eq!(ids, Ids::Unique);
        ids.look(&[
            Some(record(1, "a")),
            Some(record(2, "a")),
            Some(record(1, "b")),
        ]);
        assert_eq!(ids, Ids::Shared);
    }

    #[test]
    fn a_record_that_changed_is_the_same_as_long_as_ids_are_unique() {
        for (ids, new) in [(Ids::Unique, false), (Ids::Shared, true)] {
            let mut seen = Seen::default();
            assert!(seen.insert(record(1, "a"), ids));
            assert!(!seen.insert(record(1, "a"), ids));
            assert_eq!(seen.insert(record(1, "b"), ids), new);
            assert!(!seen.insert(record(1, "b"), ids));
            assert_eq!(ids.same(record(1, "a"), record(1, "b")), !new);
        }
    }
}

//! Pages of listings, as fast at their end as at their beginning.

use std::collections::HashMap;
use std::sync::Arc;

use fastrand::Rng;
use rusqlite::Transaction;

use super::query::Filter;
use crate::fault::change::Move;

/// How many listings are remembered.
const MOST_LISTINGS: usize = 16;

/// How many ids are remembered in all listings together; 8 bytes each.
const MOST_IDS: usize = 8_000_000;

/// The records of one page, and how many match in all.
pub(crate) struct Page {
    pub(crate) total: usize,
    /// Each record as JSON text.
    pub(crate) records: Vec<String>,
}

/// The ids that recent listings consist of. With them, a page is found by its place, where the database would have
/// to count the records before it.
#[derive(Debug, Default)]
pub(super) struct Listings {
    /// The one that was used last is at the end.
    known: Vec<(Filter, Arc<[i64]>)>,
    /// The state of the file that the ids are of. It tells whether another process has changed it.
    version: Option<i64>,
    /// The places of records that have moved: before the record with this id.
    moved: HashMap<i64, i64>,
}

impl Listings {
    /// Has to be called after every change of the inventory.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// Gives records other places in the order.
    pub(super) fn reorder(&mut self, moves: Vec<Move>) {
        if !moves.is_empty() {
            self.moved.extend(moves);
            self.forget();
        }
    }

    /// Whether the ids that pass the filter need not be looked up.
    pub(super) fn knows(&self, filter: &Filter) -> bool {
        self.known.iter().any(|(known, _)| known == filter)
    }

    pub(super) fn page(
        &mut self,
        transaction: &Transaction<'_>,
        filter: &Filter,
        offset: i64,
        limit: i64,
        order: Option<u64>,
    ) -> rusqlite::Result<Page> {
        let mut ids = self.ids(transaction, filter)?;
        if let Some(seed) = order {
            let mut shuffled = ids.to_vec();
            Rng::with_seed(seed).shuffle(&mut shuffled);
            ids = shuffled.into();
        }
        let place = |n: i64| usize::try_from(n).unwrap_or(usize::MAX).min(ids.len());
        let wanted = &ids[place(offset)..place(offset.saturating_add(limit))];
        let mut find = transaction.prepare_cached("SELECT record FROM image WHERE id = ?")?;
        let records = wanted
            .iter()
            .map(|id| find.query_row([id], |row| row.get(0)))
            .collect::<rusqlite::Result<_>>()?;
        Ok(Page {
            total: ids.len(),
            records,
        })
    }

    fn ids(
        &mut self,
        transaction: &Transaction<'_>,
        filter: &Filter,
    ) -> rusqlite::Result<Arc<[i64]>> {
        let version = transaction
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))?;
        if self.version.replace(version) != Some(version) {
            self.forget();
        }
        let known = self.known.iter().position(|(known, _)| known == filter);
        let listing = match known {
            Some(index) => self.known.remove(index),
            None => {
                let mut ids = filter.ids(transaction)?;
                if !self.moved.is_empty() {
                    ids.sort_by_key(|id| match self.moved.get(id) {
                        Some(place) => (*place, false, *id),
                        None => (*id, true, *id),
                    });
                }
                (filter.clone(), ids.into())
            }
        };
        let ids = Arc::clone(&listing.1);
        self.known.push(listing);
        self.shrink();
        Ok(ids)
    }

    /// Drops what was not used for longest, but never what was used just now.
    fn shrink(&mut self) {
        let size =
            |known: &[(Filter, Arc<[i64]>)]| known.iter().map(|(_, ids)| ids.len()).sum::<usize>();
        while self.known.len() > 1
            && (self.known.len() > MOST_LISTINGS || size(&self.known) > MOST_IDS)
        {
            self.known.remove(0);
        }
    }
}

//! Images that turn up, vanish and move while a listing is read.

use fastrand::Rng;
use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::Value;

use crate::inventory::digest;
use crate::store::insert;

/// The ids of images that turn up are up to this much above the highest one where they come behind it.
const ROOM: i64 = 50;

/// How many numbers are tried.
const TRIES: usize = 32;

/// How many images turn up, how many vanish, and how many move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) insert: u32,
    pub(crate) delete: u32,
    pub(crate) moved: u32,
}

/// The id of an image that moves, and the id in whose place it stands from then on.
pub(crate) type Move = (i64, i64);

impl Changes {
    pub(crate) fn apply(
        self,
        transaction: &Transaction<'_>,
        image_type: &str,
        rng: &mut Rng,
    ) -> rusqlite::Result<Vec<Move>> {
        // No id comes again for another image. It is enough to know that as long as somebody lists.
        transaction
            .execute_batch("CREATE TEMP TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY)")?;
        // First what vanishes, so that nothing comes and goes within one call.
        for _ in 0..self.delete {
            if let Some(id) = any(transaction, image_type, rng)? {
                transaction.execute("DELETE FROM image WHERE id = ?1", [id])?;
                transaction.execute("INSERT OR IGNORE INTO gone VALUES (?1)", [id])?;
            }
        }
        for _ in 0..self.insert {
            insert_one(transaction, image_type, rng)?;
        }
        let mut moves = Vec::new();
        for _ in 0..self.moved {
            let ids = (
                any(transaction, image_type, rng)?,
                any(transaction, image_type, rng)?,
            );
            if let (Some(id), Some(place)) = ids {
                moves.push((id, place));
            }
        }
        Ok(moves)
    }
}

/// The id of some image of the type.
fn any(
    transaction: &Transaction<'_>,
    image_type: &str,
    rng: &mut Rng,
) -> rusqlite::Result<Option<i64>> {
    let count: i64 = transaction.query_row(
        "SELECT count(*) FROM image WHERE image_type = ?1",
        [image_type],
        |row| row.get(0),
    )?;
    if count == 0 {
        return Ok(None);
    }
    transaction
        .query_row(
            "SELECT id FROM image WHERE image_type = ?1 ORDER BY id LIMIT 1 OFFSET ?2",
            params![image_type, rng.i64(0..count)],
            |row| row.get(0),
        )
        .optional()
}

/// Adds an image like some other one of the type, at a place of its own. Nothing is like it where the type has none.
fn insert_one(
    transaction: &Transaction<'_>,
    image_type: &str,
    rng: &mut Rng,
) -> rusqlite::Result<()> {
    let Some(like) = any(transaction, image_type, rng)? else {
        return Ok(());
    };
    let (mut record, highest): (Value, i64) = transaction.query_row(
        "SELECT record, (SELECT max(id) FROM image) FROM image WHERE id = ?1",
        [like],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let id = free_id(transaction, highest, rng)?;
    let hex = digest(rng);
    record["id"] = id.into();
    record["image_digest"] = format!("sha256:{hex}").into();
    record["image_id"] = hex.into();
    record["latest_version"] = false.into();
    if let Some(tag) = record.get("image_version").and_then(Value::as_str) {
        record["image_version"] = format!("{tag}-rebuilt").into();
    }
    insert(transaction, &record)
}

/// A number that no image has, nor one that has vanished: most often one somewhere among the others, else one behind them all.
fn free_id(transaction: &Transaction<'_>, highest: i64, rng: &mut Rng) -> rusqlite::Result<i64> {
    let most = highest.saturating_add(ROOM).max(ROOM);
    for _ in 0..TRIES {
        let id = rng.i64(1..=most);
        let taken = transaction
            .query_row(
                "SELECT 1 FROM image WHERE id = ?1 UNION SELECT 1 FROM gone WHERE id = ?1",
                [id],
                |_| Ok(()),
            )
            .optional()?;
        if taken.is_none() {
            return Ok(id);
        }
    }
    transaction.query_row(
        "SELECT max(?1, coalesce((SELECT max(id) FROM gone), 0)) + 1",
        [highest],
        |row| row.get(0),
    )
}

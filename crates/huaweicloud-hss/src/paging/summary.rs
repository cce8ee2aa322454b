//! What a listing came to.

/// One page of a listing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The place in the listing at which the page begins, counted in records from 0. The record that it
    /// shares with the page before it is not part of it.
    pub offset: i32,
    /// How many records match in all, as this answer says.
    pub total_num: Option<i64>,
    /// The records, without those that an earlier page of the same listing had.
    pub records: Vec<T>,
}

/// Why a listing cannot be proven to have every record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Doubt {
    /// Records moved, came or went while the listing was read.
    Changed,
    /// Two records have the same id, and nothing else tells them apart.
    NotUnique,
    /// `total_num` announces records that do not come.
    Total,
    /// Pages cannot be compared with each other, because records have nothing to tell them apart by or because
    /// a page has room for one record only.
    NotCompared,
    /// The listing goes on behind the greatest offset that the service takes.
    OutOfReach,
}

/// What a listing came to, or has come to so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Summary {
    /// How many records match in all, as the last answer that told it says.
    pub total_num: Option<i64>,
    /// How many records the stream has given.
    pub yielded: u64,
    /// How many records came although the same pass had the same one before. The record that a page shares with the
    /// one before it does not count, and neither do the records that a later pass reads again. They were left out,
    /// except after [`Items::accept_changes`](crate::Items::accept_changes).
    pub duplicates: u64,
    /// How many of the records that were given were no longer there in the pass that ended the listing. It is
    /// 0 until there is such a pass.
    pub vanished: u64,
    /// How many passes were begun: 1 where nothing disturbed the first.
    pub passes: u32,
    /// Whether the listing has ended and is proven. Then it has every record that was there from its beginning to
    /// its end, as far as it was read from offset 0. This rests on one assumption: that records which stay keep
    /// their order among each other. With [`Items::verify`](crate::Items::verify) it does not.
    pub stable: bool,
    /// Why the listing is not proven, where it has ended and is not.
    pub doubt: Option<Doubt>,
    /// Whether an answer told a `total_num` below what the answer itself shows to be there. The listing was then
    /// read until a page ended it, whatever totals said.
    pub wrong_total: bool,
    /// How many pages of the latest pass could not be compared with the page before them, because there was no
    /// room for a shared record (a page size of 1) or because it has nothing that identifies it.
    pub unchecked: u64,
    /// The offset from which a new listing would go on.
    ///
    /// All places before it have been read and given. Where an answer lacked records, it stays at that place.
    /// When another pass begins, it goes back with it: a listing that breaks off in a later pass has to read
    /// the rest of that pass, and will give records again.
    pub next_offset: i32,
}

//! What a listing came to.

/// One page of a listing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The offset at which the page begins, in records from 0. The record that it shares with the page before it is not
    /// part of it.
    pub offset: i32,
    /// The total number of matching records, as stated by this response.
    pub total_num: Option<i64>,
    /// The records, without those that an earlier page of the same listing contained.
    pub records: Vec<T>,
}

/// Why a listing could not be proven complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Doubt {
    /// Records moved, appeared or disappeared while the listing was being read.
    Changed,
    /// Two records have the same id, and nothing else tells them apart.
    NotUnique,
    /// `total_num` announces records that did not arrive.
    Total,
    /// Pages cannot be compared with each other, because nothing identifies the records or because a page has room for
    /// one record only.
    NotCompared,
    /// The listing continues beyond the largest offset that the service accepts.
    OutOfReach,
}

/// The summary of a listing, so far or after its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Summary {
    /// The total number of matching records, as stated by the last response that contained it.
    pub total_num: Option<i64>,
    /// How many records the stream has returned.
    pub yielded: u64,
    /// How many records appeared twice in one pass. The record that a page shares with the one before it does not
    /// count, and neither do records that a later pass reads again. Duplicates are left out, except after
    /// [`Items::accept_changes`](crate::Items::accept_changes).
    pub duplicates: u64,
    /// How many of the returned records no longer existed in the pass that ended the listing. 0 until there is such a
    /// pass.
    pub vanished: u64,
    /// How many passes were begun: 1 if the first one was consistent.
    pub passes: u32,
    /// Whether the listing has ended and is proven complete: it contains every record that existed for its whole
    /// duration, if it was read from offset 0. This assumes that records that stay keep their order among each other;
    /// [`Items::verify`](crate::Items::verify) does not assume it.
    pub stable: bool,
    /// Why the listing is not proven complete, if it has ended without being so.
    pub doubt: Option<Doubt>,
    /// Whether a response stated a `total_num` lower than what the response itself shows. The listing was then read
    /// until a page ended it, regardless of totals.
    pub wrong_total: bool,
    /// How many pages of the latest pass could not be compared with the page before them, because there was no
    /// room for a shared record (a page size of 1) or because it has nothing that identifies it.
    pub unchecked: u64,
    /// The offset from which a new listing would continue.
    ///
    /// Everything before it has been read and returned. If a response lacked records, it stays at that place. It goes
    /// back when another pass begins: a listing that fails in a later pass has to read the rest of that pass, and will
    /// return records again.
    pub next_offset: i32,
}

//! One pass: what to ask for, and what an answer means.
//!
//! Everything here counts in *places*: the first record of the listing has place 0. Numbers are 64 bits wide,
//! so that no sum of what a server tells can overflow.

use std::fmt;
use std::ops::Range;

use super::identity::{Identity, Ids};
use super::{Doubt, LAST_OFFSET};

/// One request of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ask {
    /// The offset to send. It lies before `from` by the records that are asked for only to compare them.
    pub(super) offset: i64,
    /// The place of the first record that is wanted.
    pub(super) from: i64,
    /// The place behind the last record that is wanted.
    until: i64,
}

/// Where a request belongs among those that are under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Its answer is the next one to look at.
    First,
    /// Its answer comes after all others.
    Last,
}

/// What first showed that a pass was disturbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Disturbance {
    /// The page that begins at this place does not begin with the last record of the page before it.
    Shifted { at: i64 },
    /// A record came twice; at once, if one answer had it twice.
    Repeated { record: String, at_once: bool },
    /// Two answers tell different totals.
    Total { before: i64, after: i64 },
    /// No record came from this place on, though there are more.
    Missing { from: i64, total: i64 },
}

impl fmt::Display for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shifted { at } => write!(f, "records moved around offset {at}"),
            Self::Repeated { record, .. } => write!(f, "{record} appeared twice"),
            Self::Total { before, after } => write!(f, "total_num went from {before} to {after}"),
            Self::Missing { from, total } => write!(
                f,
                "{total} records are announced, but none arrived from offset {from} on"
            ),
        }
    }
}

impl Disturbance {
    pub(super) fn doubt(&self) -> Doubt {
        match self {
            Self::Shifted { .. } | Self::Total { .. } | Self::Repeated { at_once: false, .. } => {
                Doubt::Changed
            }
            Self::Repeated { at_once: true, .. } => Doubt::NotUnique,
            Self::Missing { .. } => Doubt::Total,
        }
    }
}

/// One reading of the listing.
#[derive(Debug)]
pub(super) struct Pass {
    start: i64,
    limit: i64,
    /// The place behind the last record that the caller wants.
    stop: i64,
    /// How many records a page holds, once the first page has shown it.
    size: Option<i64>,
    begun: bool,
    /// The first place that no request asks for yet.
    next: i64,
    /// The rest of a page that came back short.
    rest: Option<Ask>,
    /// The place behind the last record that was read without a gap.
    position: i64,
    /// The record before `position`.
    last: Option<Identity>,
    /// The total last told, as long as totals can be believed.
    end: Option<i64>,
    /// The total that the first answer told.
    first_total: Option<i64>,
    /// Whether an answer showed more records than its own total says there are.
    wrong_total: bool,
    /// Whether the last answer came to the end of the listing.
    at_end: bool,
    /// Whether asking further is of no use.
    halted: bool,
    /// Whether something could not be asked for, because no greater offset can be sent.
    out_of_reach: bool,
    disturbance: Option<Disturbance>,
    unchecked: u64,
}

impl Pass {
    /// A pass from the place `start` on, with `limit` records asked for at a time, for the records before the
    /// place `stop`.
    pub(super) fn new(start: i64, limit: i64, stop: i64) -> Self {
        Self {
            start,
            limit,
            stop,
            size: None,
            begun: false,
            next: start,
            rest: None,
            position: start,
            last: None,
            end: None,
            first_total: None,
            wrong_total: false,
            at_end: false,
            halted: false,
            out_of_reach: false,
            disturbance: None,
            unchecked: 0,
        }
    }

    /// What to ask for now, with `under_way` requests not looked at yet. `None` with none under way means
    /// that the pass is over.
    pub(super) fn next_ask(&mut self, under_way: usize) -> Option<(Ask, Turn)> {
        if let Some(rest) = self.rest.take() {
            return Some((rest, Turn::First));
        }
        if !self.begun {
            // The first page goes alone: it tells how many there are, and how many the server gives at once.
            self.begun = true;
            self.out_of_reach = self.start > LAST_OFFSET.into();
            let ask = Ask {
                offset: self.start,
                from: self.start,
                until: self.start + i64::from(i32::MAX),
            };
            return (!self.out_of_reach).then_some((ask, Turn::Last));
        }
        let size = self.size.filter(|_| !self.halted && !self.out_of_reach)?;
        let from = match self.end {
            Some(end) if self.next < end => self.next,
            // Where no total is told or the last page came full, only the next page can show that there are no more.
            _ if under_way == 0 && !self.at_end => self.position,
            _ => return None,
        };
        if from >= self.stop {
            return None;
        }
        let ask = ask(from, size);
        self.out_of_reach = ask.is_none();
        self.next = ask?.until;
        Some((ask?, Turn::Last))
    }

    /// Takes the answer to a request, in the order of [`Turn`]: the total that it tells and what identifies its
    /// records. Returns which of the records are wanted.
    pub(super) fn take(
        &mut self,
        ask: Ask,
        total_num: Option<i64>,
        records: &[Option<Identity>],
        ids: Ids,
    ) -> Range<usize> {
        // An answer shows what is there at one moment. Where its own total says that there is less, totals mean
        // something else in this service.
        let shown = if records.is_empty() {
            0
        } else {
            ask.offset + place(records.len())
        };
        if total_num.is_some_and(|total| total < shown) {
            self.wrong_total = true;
            self.end = None;
        }
        let total_num = total_num.filter(|_| !self.wrong_total);
        if let Some(total) = total_num {
            if let Some(before) = self.end.filter(|before| *before != total) {
                self.disturb(Disturbance::Total {
                    before,
                    after: total,
                });
            }
            self.end = Some(total);
        }
        let shared = index(ask.from - ask.offset);
        let wanted = shared.min(records.len())..records.len().min(index(ask.until - ask.offset));
        let came = wanted.len();
        let reached = ask.from + place(came);
        let first = self.size.is_none();
        if first {
            self.first_total = total_num;
        }
        let missing = self.end.filter(|end| reached < *end);
        if let Some(total) = missing.filter(|_| records.is_empty()) {
            self.halted = true;
            self.disturb(Disturbance::Missing {
                from: ask.from,
                total,
            });
        } else if !first {
            self.compare(ask, records, came, ids);
        }
        // A gap is behind what was read; what comes after it does not close it.
        if ask.from == self.position && came > 0 {
            self.position = reached;
            self.last = records[wanted.end - 1];
        }

        // A total is a claim. Where a page that came full reaches it, only the next page can show that it is true.
        // Without a total, an answer can end the listing only by having nothing: a short page may be all that the
        // server gives at once.
        let full = self.size.unwrap_or(self.limit.max(1));
        self.at_end = match total_num {
            Some(total) => reached >= total && place(records.len()) < full,
            None => records.is_empty(),
        };
        if first {
            self.next = reached;
            // A page that is short though there are more shows how many the server gives at most.
            let clamped = missing.is_some() && came > 0;
            self.size = Some(if clamped {
                place(came)
            } else {
                self.limit.max(1)
            });
        } else if !self.at_end && !self.halted && reached < ask.until {
            self.rest = rest(ask, reached, self.size.unwrap_or(1));
            self.out_of_reach |= self.rest.is_none();
        }
        wanted
    }

    /// Compares the record that the page shares with the one before it.
    fn compare(&mut self, ask: Ask, records: &[Option<Identity>], came: usize, ids: Ids) {
        let shared = index(ask.from - ask.offset);
        if ask.from != self.position {
            // What was before it is not known, for a reason that has disturbed the pass already.
            return;
        }
        match shared.checked_sub(1).map(|last| records.get(last)) {
            Some(None) => self.disturb(Disturbance::Shifted { at: ask.from }),
            Some(Some(record)) => match (*record, self.last) {
                (Some(record), Some(last)) if record.has_id != last.has_id => self.unchecked += 1,
                (Some(record), Some(last)) if ids.same(record, last) => {}
                (Some(_), Some(_)) => self.disturb(Disturbance::Shifted { at: ask.from }),
                _ => self.unchecked += 1,
            },
            None => self.unchecked += u64::from(came > 0),
        }
    }

    /// Takes note that a record came again, and whether its whole page had nothing but such records.
    pub(super) fn repeated(&mut self, record: String, at_once: bool, whole_page: bool) {
        self.disturb(Disturbance::Repeated { record, at_once });
        // Without a total, a server that sends the same page for ever would never come to an end.
        if whole_page && self.end.is_none() {
            self.halted = true;
            self.rest = None;
        }
    }

    fn disturb(&mut self, disturbance: Disturbance) {
        self.disturbance.get_or_insert(disturbance);
    }

    /// What first disturbed the pass.
    pub(super) fn disturbance(&self) -> Option<&Disturbance> {
        self.disturbance.as_ref()
    }

    /// The total that the first answer told, if totals can be believed.
    pub(super) fn first_total(&self) -> Option<i64> {
        self.first_total.filter(|_| !self.wrong_total)
    }

    /// Whether an answer showed more records than its own total says there are.
    pub(super) fn has_wrong_total(&self) -> bool {
        self.wrong_total
    }

    /// Whether the listing goes on where no offset reaches, as far as is known when the pass is over.
    pub(super) fn is_out_of_reach(&self) -> bool {
        self.out_of_reach && !self.at_end && self.position < self.stop
    }

    /// The place behind the last record that was read without a gap.
    pub(super) fn position(&self) -> i64 {
        self.position
    }

    /// How many pages could not be compared with the one before them.
    pub(super) fn unchecked(&self) -> u64 {
        self.unchecked
    }
}

/// A request for a page of `size` records, of which as many as possible begin at `from`: one is there to
/// compare it, more where the offset cannot be greater. `None` where no such request reaches `from`.
fn ask(from: i64, size: i64) -> Option<Ask> {
    let shared = i64::from(size > 1);
    let offset = (from - shared).min(LAST_OFFSET.into());
    let until = offset + size;
    (until > from).then_some(Ask {
        offset,
        from,
        until,
    })
}

/// What is still wanted of a page that came back short and got as far as `reached`. `None` where no request
/// can bring it.
fn rest(ask: Ask, reached: i64, size: i64) -> Option<Ask> {
    if reached > ask.from {
        let rest = self::ask(reached, size)?;
        // The pages behind it begin where it should have ended.
        let until = rest.until.min(ask.until);
        return Some(Ask { until, ..rest });
    }
    // Only the shared record came. Perhaps this server gives single records, and there is no room for it.
    let offset = ask.from;
    (ask.offset < offset && offset <= LAST_OFFSET.into()).then_some(Ask { offset, ..ask })
}

/// A distance within a page.
fn index(distance: i64) -> usize {
    usize::try_from(distance).unwrap_or(usize::MAX)
}

fn place(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;

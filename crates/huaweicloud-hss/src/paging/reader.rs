//! Reads a listing: pass after pass, several requests at a time.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::stream::FuturesOrdered;
use futures::{FutureExt, StreamExt};
use tokio::task::JoinHandle;

use super::answer::{self, Answer, Listing};
use super::identity::{Identity, Ids, Seen};
use super::pass::{Ask, Pass, Turn};
use super::{DEFAULT_CONCURRENCY, DEFAULT_PASSES, Doubt, LAST_OFFSET, PAGE_SIZE, Page, Summary};
use crate::exchange::Undecoded;
use crate::generated::hss::builder::ListSwrImageRepository;
use crate::{Error, ErrorKind, trace};

/// One request under way. It goes on whether anyone looks at the listing or not, so that a caller can take any time
/// for what it was given. Its answer is decoded when its page is due: on a runtime with one thread, the decoding of
/// all answers that are there would come before the next request otherwise.
struct Request(JoinHandle<(Ask, Undecoded)>);

/// A listing that is being read.
pub(super) struct Reader<T> {
    request: ListSwrImageRepository,
    start: i32,
    limit: i32,
    decode: fn(Undecoded) -> Result<Answer<T>, Error>,
    identity: fn(&T) -> Option<Identity>,
    label: fn(&T) -> String,
    pub(super) concurrency: usize,
    pub(super) passes: u32,
    pub(super) accept_changes: bool,
    pub(super) verify: bool,
    pub(super) max_records: u64,
    pass: Option<Pass>,
    under_way: FuturesOrdered<Request>,
    ids: Ids,
    /// What was given.
    given: Seen,
    /// What the present pass had, from the second one on; what the first had is in `given`.
    read_again: Option<Seen>,
    /// What the pass before had, where passes are compared.
    read_before: Option<Seen>,
    /// Whether a record came that nothing identifies. It cannot be recognized in another pass.
    nameless: bool,
    /// Whether the records have ids, as the first one shows. One that is different may be another one in the next
    /// pass, where it has an id or has none.
    have_ids: Option<bool>,
    mixed: bool,
    first_page: bool,
    done: bool,
    summary: Summary,
}

impl<T> Reader<T> {
    pub(super) fn new<L: Listing<Record = T>>(request: ListSwrImageRepository) -> Self {
        // A value that could not be converted is reported when the request is sent.
        let set = |value: &Result<Option<i32>, String>| value.as_ref().ok().copied().flatten();
        let start = set(&request.offset).unwrap_or(0);
        Self {
            start,
            limit: set(&request.limit).unwrap_or(PAGE_SIZE),
            request,
            decode: answer::decode::<L>,
            identity: L::identity,
            label: L::label,
            concurrency: DEFAULT_CONCURRENCY,
            passes: DEFAULT_PASSES,
            accept_changes: false,
            verify: false,
            max_records: u64::MAX,
            pass: None,
            under_way: FuturesOrdered::new(),
            ids: Ids::Unique,
            given: Seen::default(),
            read_again: None,
            read_before: None,
            nameless: false,
            have_ids: None,
            mixed: false,
            first_page: true,
            done: false,
            summary: Summary {
                next_offset: start,
                ..Summary::default()
            },
        }
    }

    pub(super) fn summary(&self) -> &Summary {
        &self.summary
    }

    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Page<T>, Error>>> {
        loop {
            if self.done {
                return Poll::Ready(None);
            }
            if self.send() {
                // Decoding takes a while, and on a runtime with one thread nothing is sent meanwhile. So the
                // requests come first.
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            match ready!(self.under_way.poll_next_unpin(context)) {
                Some((ask, answer)) => match (self.decode)(answer) {
                    Ok(answer) => {
                        if let Some(page) = self.take(ask, answer) {
                            return Poll::Ready(Some(Ok(page)));
                        }
                    }
                    Err(error) => {
                        self.end();
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                None => {
                    if let Err(error) = self.conclude() {
                        self.end();
                        return Poll::Ready(Some(Err(error)));
                    }
                }
            }
        }
    }

    /// Sends as many requests as the present pass wants and as may be under way, and tells whether there were
    /// any.
    fn send(&mut self) -> bool {
        let mut sent = false;
        if self.pass.is_none() {
            self.summary.passes += 1;
            self.summary.next_offset = self.start;
            self.summary.unchecked = 0;
        }
        let (start, limit) = (self.start.into(), self.limit.into());
        let wanted = i64::try_from(self.max_records).unwrap_or(i64::MAX);
        let stop = wanted.saturating_add(start);
        let pass = self
            .pass
            .get_or_insert_with(|| Pass::new(start, limit, stop));
        while self.under_way.len() < self.concurrency.max(1) {
            let Some((ask, turn)) = pass.next_ask(self.under_way.len()) else {
                break;
            };
            let mut request = self.request.clone();
            // Only what was not set is filled in: a value that cannot be sent has to be reported.
            if request.limit.as_ref().is_ok_and(Option::is_none) {
                request = request.limit(self.limit);
            }
            if request.offset.is_ok() {
                request = request.offset(ask.offset);
            }
            let answer = Request::send(request, ask);
            sent = true;
            match turn {
                Turn::First => self.under_way.push_front(answer),
                Turn::Last => self.under_way.push_back(answer),
            }
        }
        sent
    }

    /// Takes an answer, and returns the page to give, if there is one.
    fn take(&mut self, ask: Ask, answer: Answer<T>) -> Option<Page<T>> {
        let pass = self.pass.as_mut()?;
        let Answer {
            total_num,
            mut records,
        } = answer;
        let identities: Vec<Option<Identity>> = records.iter().map(self.identity).collect();
        self.ids.look(&identities);
        for identity in identities.iter().flatten() {
            let have_ids = *self.have_ids.get_or_insert(identity.has_id);
            self.mixed |= identity.has_id != have_ids;
        }
        let wanted = pass.take(ask, total_num, &identities, self.ids);
        records.truncate(wanted.end);
        records.drain(..wanted.start);

        let mut repeated = 0;
        let mut again = None;
        let keep_all = self.accept_changes && self.read_again.is_none();
        let mut next = wanted.start;
        records.retain(|record| {
            let place = next;
            next += 1;
            let Some(identity) = identities[place] else {
                self.nameless = true;
                return true;
            };
            if self.mixed && self.read_again.is_some() {
                return false;
            }
            let new = self.given.insert(identity, self.ids);
            let read_before = match &mut self.read_again {
                Some(read) => !read.insert(identity, self.ids),
                None => !new,
            };
            if read_before {
                repeated += 1;
                again.get_or_insert_with(|| (place, (self.label)(record)));
            }
            // Two that stand in one answer are two, even if nothing tells them apart.
            let ids = self.ids;
            let is_twin = |other: &Identity| ids.same(identity, *other);
            let keep = keep_all
                || (self.read_again.is_none() && identities[..place].iter().flatten().any(is_twin));
            new || (read_before && keep)
        });
        if let Some((place, label)) = again {
            let same =
                |other: &Identity| identities[place].is_some_and(|it| self.ids.same(it, *other));
            let at_once = identities
                .iter()
                .flatten()
                .filter(|other| same(other))
                .count()
                > 1;
            pass.repeated(label, at_once, repeated == wanted.len());
            self.summary.duplicates += repeated as u64;
        }

        self.summary.total_num = total_num.or(self.summary.total_num);
        self.summary.wrong_total |= pass.has_wrong_total();
        self.summary.unchecked = pass.unchecked();
        self.summary.next_offset = offset(pass.position());
        let left = self.max_records - self.summary.yielded;
        records.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        self.summary.yielded += records.len() as u64;
        if self.summary.yielded == self.max_records {
            self.end();
        }
        // The first page tells the total, so it is given even where it is empty.
        let first = std::mem::take(&mut self.first_page);
        (first || !records.is_empty()).then(|| Page {
            offset: offset(ask.from),
            total_num,
            records,
        })
    }

    /// Decides, at the end of a pass, whether it was the last.
    fn conclude(&mut self) -> Result<(), Error> {
        let Some(pass) = self.pass.take() else {
            return Ok(());
        };
        if pass.is_out_of_reach() {
            self.summary.doubt = Some(Doubt::OutOfReach);
            return Err(incomplete(
                Doubt::OutOfReach,
                format!(
                    "the service takes no offset above {LAST_OFFSET}; narrow the listing with filters and list \
                     each part"
                ),
            ));
        }
        let Some((doubt, reason)) = self.doubt(&pass) else {
            if let Some(read) = &self.read_again {
                // Everything that a pass reads was given, then or before.
                self.summary.vanished = (self.given.len() - read.len()) as u64;
            }
            self.summary.stable = true;
            self.end();
            return Ok(());
        };
        let passes = if self.verify {
            self.passes.max(2)
        } else {
            self.passes
        };
        // What cannot be told apart cannot be found again either.
        if self.summary.passes < passes && !self.nameless && doubt != Doubt::NotCompared {
            let records = self.given.len();
            // With room for all at once, it takes no more memory than the first set.
            let read = self
                .read_again
                .get_or_insert_with(|| Seen::with_capacity(records));
            read.clear();
            return Ok(());
        }
        self.summary.doubt = Some(doubt);
        if self.accept_changes {
            self.end();
            return Ok(());
        }
        Err(incomplete(doubt, self.explain(doubt, &reason)))
    }

    /// Why the pass does not prove the listing, if it does not.
    fn doubt(&mut self, pass: &Pass) -> Option<(Doubt, String)> {
        let unknown = self.nameless && (self.verify || pass.disturbance().is_some());
        if unknown || self.mixed {
            let reason = match pass.disturbance() {
                Some(disturbance) => format!("{disturbance}, and records"),
                None => "records".to_owned(),
            };
            let reason = format!("{reason} that nothing identifies cannot be found again");
            return Some((Doubt::NotCompared, reason));
        }
        if self.verify {
            let read = self.read_again.as_ref().unwrap_or(&self.given);
            let before = self.read_before.replace(read.clone());
            // What two passes had was there when the second one began. If that was all there was, nothing is missing.
            let there = i64::from(self.start).saturating_add_unsigned(read.len() as u64);
            let total = pass.first_total().filter(|total| *total != there);
            let proven = before.as_ref() == Some(read) && total.is_none();
            return (!proven).then(|| match (pass.disturbance(), total) {
                (Some(disturbance), _) => (disturbance.doubt(), disturbance.to_string()),
                (None, Some(total)) => {
                    let reason = format!("total_num is {total}, and {there} records arrived");
                    (Doubt::Total, reason)
                }
                (None, None) => (Doubt::Changed, "it differs from the one before".to_owned()),
            });
        }
        if let Some(disturbance) = pass.disturbance() {
            return Some((disturbance.doubt(), disturbance.to_string()));
        }
        (pass.unchecked() > 0).then(|| {
            let pages = pass.unchecked();
            let reason = format!("{pages} of them cannot be compared with the page before them");
            (Doubt::NotCompared, reason)
        })
    }

    fn explain(&self, doubt: Doubt, reason: &str) -> String {
        let given = self.summary.yielded;
        let when = match self.summary.passes {
            1 => format!("({reason})"),
            passes => format!("in any of {passes} passes (in the last one, {reason})"),
        };
        let advice = match doubt {
            Doubt::NotCompared => "request larger pages",
            Doubt::NotUnique => "accept them as they come",
            _ => "list again later, or allow more passes",
        };
        format!(
            "the pages are inconsistent {when}; {given} records were returned, and others may be missing; {advice}"
        )
    }

    /// Drops what is under way. Nothing comes any more.
    fn end(&mut self) {
        self.done = true;
        self.pass = None;
        self.under_way = FuturesOrdered::new();
        self.given = Seen::default();
        self.read_again = None;
        self.read_before = None;
    }
}

impl Request {
    fn send(request: ListSwrImageRepository, ask: Ask) -> Self {
        let answer = async move { (ask, request.send_undecoded().await) };
        Self(tokio::spawn(trace::in_current_span(answer)))
    }
}

impl Future for Request {
    type Output = (Ask, Undecoded);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match ready!(self.0.poll_unpin(context)) {
            Ok(answer) => Poll::Ready(answer),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // Only with the runtime, which then polls nothing any more.
            Err(_) => Poll::Pending,
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn offset(place: i64) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

fn incomplete(doubt: Doubt, message: String) -> Error {
    Error::new(ErrorKind::Incomplete, message)
        .doubting(doubt)
        .during(ListSwrImageRepository::OPERATION)
}

//! Reads a listing: pass after pass, several requests at a time.

use std::collections::HashSet;
use std::task::{Context, Poll, ready};

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesOrdered;

use super::answer::{self, Answer, Listing};
use super::pass::{Ask, Disturbance, Pass, Turn};
use super::{DEFAULT_CONCURRENCY, DEFAULT_PASSES, LAST_OFFSET, PAGE_SIZE, Page, Summary};
use crate::generated::hss::builder::ListSwrImageRepository;
use crate::{Error, ErrorKind};

/// One request under way, with what it asks for.
type Request<'a, T> = BoxFuture<'a, (Ask, Result<Answer<T>, Error>)>;

/// A listing that is being read.
pub(super) struct Reader<'a, T> {
    request: ListSwrImageRepository<'a>,
    start: i32,
    limit: i32,
    fetch: fn(ListSwrImageRepository<'a>, Ask, &mut Context<'_>) -> Request<'a, T>,
    id: fn(&T) -> Option<i64>,
    pub(super) concurrency: usize,
    pub(super) passes: u32,
    pub(super) accept_changes: bool,
    pass: Option<Pass>,
    under_way: FuturesOrdered<Request<'a, T>>,
    /// The ids of what was given.
    given: HashSet<i64>,
    /// The ids of the present pass, from the second one on; those of the first are `given`.
    read_again: Option<HashSet<i64>>,
    /// Whether a record came that has no id. It cannot be recognized in another pass.
    nameless: bool,
    first_page: bool,
    done: bool,
    summary: Summary,
}

impl<'a, T> Reader<'a, T> {
    pub(super) fn new<L: Listing<Record = T> + 'a>(request: ListSwrImageRepository<'a>) -> Self {
        // A value that could not be converted is reported when the request is sent.
        let set = |value: &Result<Option<i32>, String>| value.as_ref().ok().copied().flatten();
        let start = set(&request.offset).unwrap_or(0);
        Self {
            start,
            limit: set(&request.limit).unwrap_or(PAGE_SIZE),
            request,
            fetch: started::<L>,
            id: L::id,
            concurrency: DEFAULT_CONCURRENCY,
            passes: DEFAULT_PASSES,
            accept_changes: false,
            pass: None,
            under_way: FuturesOrdered::new(),
            given: HashSet::new(),
            read_again: None,
            nameless: false,
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
            if self.send(context) {
                // Decoding takes a while, and on a runtime with one thread nothing is sent meanwhile. So the
                // connections come first.
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            match ready!(self.under_way.poll_next_unpin(context)) {
                Some((ask, Ok(answer))) => {
                    if let Some(page) = self.take(ask, answer) {
                        return Poll::Ready(Some(Ok(page)));
                    }
                }
                Some((_, Err(error))) => {
                    self.end();
                    return Poll::Ready(Some(Err(error)));
                }
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
    fn send(&mut self, context: &mut Context<'_>) -> bool {
        let mut sent = false;
        if self.pass.is_none() {
            self.summary.passes += 1;
            self.summary.next_offset = self.start;
            self.summary.unchecked = 0;
        }
        let (start, limit) = (self.start.into(), self.limit.into());
        let pass = self.pass.get_or_insert_with(|| Pass::new(start, limit));
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
            let answer = (self.fetch)(request, ask, context);
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
        let ids: Vec<Option<i64>> = records.iter().map(self.id).collect();
        let wanted = pass.take(ask, total_num, &ids);
        records.truncate(wanted.end);
        records.drain(..wanted.start);

        let mut repeated = Vec::new();
        let mut ids = ids[wanted].iter();
        let came = records.len();
        records.retain(|_| {
            // There is an id for each record.
            let Some(id) = ids.next().copied().flatten() else {
                self.nameless = true;
                return true;
            };
            let new = self.given.insert(id);
            let read_before = match &mut self.read_again {
                Some(read) => !read.insert(id),
                None => !new,
            };
            if read_before {
                repeated.push(id);
            }
            new
        });
        if let Some(id) = repeated.first() {
            pass.repeated(*id, repeated.len() == came);
            self.summary.duplicates += repeated.len() as u64;
        }

        self.summary.total_num = total_num.or(self.summary.total_num);
        self.summary.unchecked = pass.unchecked();
        self.summary.next_offset = offset(pass.position());
        self.summary.yielded += records.len() as u64;
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
            return Err(incomplete(format!(
                "the service takes no offset above {LAST_OFFSET}; narrow the listing with filters and list \
                 each part"
            )));
        }
        let Some(disturbance) = pass.disturbance() else {
            if let Some(read) = &self.read_again {
                // Every id that a pass reads was given, then or before.
                self.summary.vanished = (self.given.len() - read.len()) as u64;
            }
            self.summary.stable = true;
            self.end();
            return Ok(());
        };
        if self.summary.passes < self.passes && !self.nameless {
            let ids = self.given.len();
            // With room for all at once, it takes no more memory than the first set.
            let read = self
                .read_again
                .get_or_insert_with(|| HashSet::with_capacity(ids));
            read.clear();
            return Ok(());
        }
        if self.accept_changes {
            self.end();
            return Ok(());
        }
        Err(incomplete(self.explain(disturbance)))
    }

    fn explain(&self, disturbance: Disturbance) -> String {
        let given = self.summary.yielded;
        let (when, advice) = match self.summary.passes {
            _ if self.nameless => (
                format!(
                    "({disturbance}), and records without id cannot be told apart in another pass"
                ),
                "list again later",
            ),
            1 => (
                format!("({disturbance})"),
                "list again, or allow more passes",
            ),
            passes => (
                format!("in any of {passes} passes (in the last one, {disturbance})"),
                "list again later, or allow more passes",
            ),
        };
        format!(
            "the pages do not fit together {when}; {given} records were given, and others may be missing; \
             {advice}"
        )
    }

    /// Drops what is under way. Nothing comes any more.
    fn end(&mut self) {
        self.done = true;
        self.pass = None;
        self.under_way = FuturesOrdered::new();
        self.given = HashSet::new();
        self.read_again = None;
    }
}

/// A request that is on its way. Were it only made, it would wait for the decoding of all answers that are there.
fn started<'a, L: Listing + 'a>(
    request: ListSwrImageRepository<'a>,
    ask: Ask,
    context: &mut Context<'_>,
) -> Request<'a, L::Record> {
    let mut answer = async move { (ask, answer::fetch::<L>(request).await) }.boxed();
    match answer.poll_unpin(context) {
        Poll::Ready(answer) => std::future::ready(answer).boxed(),
        Poll::Pending => answer,
    }
}

fn offset(place: i64) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

fn incomplete(message: String) -> Error {
    Error::new(ErrorKind::Incomplete, message).during(ListSwrImageRepository::OPERATION)
}

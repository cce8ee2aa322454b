//! Misbehaviour on demand: which faults there are, how they are written, which calls they strike, and what they
//! do to an answer.

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod change;
mod rule;
pub(crate) mod strike;
mod text;

use std::net::SocketAddr;
use std::time::Duration;

pub use rule::{Rule, When};
pub use text::ParseFaultError;

/// A fault to inject into HSS operations. Written as `NAME` or `NAME=ARG`, see [`Fault::KNOWN`]. The IAM operations
/// have one of their own, [`Fault::Iam`].
///
/// Several faults can apply to one call. Each that does not replace the response of the operation takes effect. Of
/// those that replace it, the first decides, and so does the first of those that cut the body off or slow it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `status=CODE`: this status, 400 to 599, with a JSON error body.
    Status(u16),
    /// `html=CODE`: this status, 200 to 599, with an HTML page.
    Html(u16),
    /// `empty=CODE`: this status, 200 to 599, without a body.
    Empty(u16),
    /// `throttle=N`: the first N calls get 429 with the error body of the gateway.
    Throttle(u32),
    /// `retry-after=SECONDS`: 429 with the error body of the gateway and the header `Retry-After`.
    RetryAfter(u32),
    /// `redirect=ADDR:PORT`: 302 to the same path on another host.
    Redirect(SocketAddr),
    /// `reset`: the connection is reset instead of an answer.
    Reset,
    /// `reset-body=N`: the connection is reset after N bytes of the body.
    ResetBody(u32),
    /// `truncate=N`: the connection is closed after N bytes of the body, as if that were all.
    Truncate(u32),
    /// `slow-body=TIME`: the body takes this long, in 16 pieces.
    SlowBody(Duration),
    /// `delay=TIME`: the response is delayed by this time.
    Delay(Duration),
    /// `jitter=TIME`: the response is delayed by a random time up to this one.
    Jitter(Duration),
    /// `wrong-type`: the content type of the response is `text/plain`.
    WrongType,
    /// `unknown-enum`: the `scan_status` of every record is [`Fault::UNKNOWN_SCAN_STATUS`].
    UnknownEnum,
    /// `null=FIELD`: this field of every record is `null`; `total_num` and `data_list` are those of the answer.
    Null(&'static str),
    /// `text-numbers`: every number of every record is a string.
    TextNumbers,
    /// `clamp=N`: a page never holds more than N records, whatever `limit` says.
    Clamp(u32),
    /// `insert=N`: before the call, N new images of the listed type appear, anywhere in the order.
    Insert(u32),
    /// `delete=N`: before the call, N images of the listed type disappear.
    Delete(u32),
    /// `expire-tokens`: before the call, every token that was issued expires.
    ExpireTokens,
    /// `total=N`, `total=+N` or `total=page`: `total_num` is wrong.
    Total(WrongTotal),
    /// `move=N`: before the call, up to N images of the listed type move before another one.
    Move(u32),
    /// `unordered`: each call has an order of its own.
    Unordered,
    /// `same-id=N`: every id is rounded down to a multiple of N, so that images share them.
    SameId(u32),
    /// `text-id`: every id is a string that is not a number.
    TextId,
    /// `error-200`: the response has status 200, no records, and an error code.
    Error200,
    /// `iam=CODE`: the IAM operations return this status, 400 to 599, with the error body of IAM.
    Iam(u16),
}

/// The value of `total_num` instead of the number of matching images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongTotal {
    /// This number.
    Is(i32),
    /// This many more than there are.
    More(u32),
    /// The number of records in the page.
    OfThePage,
}

impl Fault {
    /// How every fault is written, in the order of the variants.
    pub const KNOWN: [&'static str; 27] = [
        "status=CODE",
        "html=CODE",
        "empty=CODE",
        "throttle=N",
        "retry-after=SECONDS",
        "redirect=ADDR:PORT",
        "reset",
        "reset-body=N",
        "truncate=N",
        "slow-body=TIME",
        "delay=TIME",
        "jitter=TIME",
        "wrong-type",
        "unknown-enum",
        "null=FIELD",
        "text-numbers",
        "clamp=N",
        "insert=N",
        "delete=N",
        "expire-tokens",
        "total=N",
        "move=N",
        "unordered",
        "same-id=N",
        "text-id",
        "error-200",
        "iam=CODE",
    ];

    /// The scan status that [`Fault::UnknownEnum`] sends. No document knows it.
    pub const UNKNOWN_SCAN_STATUS: &'static str = "quantum_scanned";

    /// The name of the fault, without its argument.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let known = Self::KNOWN[self.index()];
        known.split_once('=').map_or(known, |(name, _)| name)
    }

    fn index(self) -> usize {
        match self {
            Self::Status(_) => 0,
            Self::Html(_) => 1,
            Self::Empty(_) => 2,
            Self::Throttle(_) => 3,
            Self::RetryAfter(_) => 4,
            Self::Redirect(_) => 5,
            Self::Reset => 6,
            Self::ResetBody(_) => 7,
            Self::Truncate(_) => 8,
            Self::SlowBody(_) => 9,
            Self::Delay(_) => 10,
            Self::Jitter(_) => 11,
            Self::WrongType => 12,
            Self::UnknownEnum => 13,
            Self::Null(_) => 14,
            Self::TextNumbers => 15,
            Self::Clamp(_) => 16,
            Self::Insert(_) => 17,
            Self::Delete(_) => 18,
            Self::ExpireTokens => 19,
            Self::Total(_) => 20,
            Self::Move(_) => 21,
            Self::Unordered => 22,
            Self::SameId(_) => 23,
            Self::TextId => 24,
            Self::Error200 => 25,
            Self::Iam(_) => 26,
        }
    }
}

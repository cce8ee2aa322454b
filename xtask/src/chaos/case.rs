//! One listing of one misbehaving sandbox, made from a number.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use fastrand::Rng;
use hss_test_util::{CallLimit, Fault, Rule, When, WrongTotal};

const IMAGE_TYPES: [&str; 4] = [
    "private_image",
    "shared_image",
    "local_image",
    "instance_image",
];

/// The fields that a fault may make `null`: those of which the client makes something, and some others.
const FIELDS: [&str; 9] = [
    "total_num",
    "data_list",
    "id",
    "image_type",
    "scan_status",
    "vul_num",
    "latest_version",
    "association_images",
    "image_digest",
];

/// How the client proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// With an access key.
    Key,
    /// With a temporary access key and its security token.
    TemporaryKey,
    /// With a token that it gets for a password.
    Password,
}

/// A sandbox, and a way to list what it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// From which the inventory and the strikes of its faults follow.
    pub seed: u64,
    /// How many images there are.
    pub images: usize,
    /// What goes wrong. The address of a redirect is filled in when the case is run.
    pub rules: Vec<Rule>,
    /// How many calls are let through, if they are limited.
    pub limit_of_calls: Option<CallLimit>,
    /// What is listed.
    pub image_type: &'static str,
    /// The page size, where it is given.
    pub limit: Option<i32>,
    /// How many requests are under way at once.
    pub concurrency: usize,
    /// How often the listing is read at most.
    pub passes: u32,
    /// Whether a listing that may lack something is taken, too.
    pub accept_changes: bool,
    /// Whether two passes are compared.
    pub verify: bool,
    /// Whether records are wanted as JSON.
    pub json: bool,
    /// How often a call is tried.
    pub attempts: u32,
    /// How long an attempt may take.
    pub attempt_timeout: Duration,
    /// How the client proves who it is.
    pub login: Login,
}

/// The address that a redirect has as long as its case is not run.
pub(super) const NOWHERE: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

impl Case {
    /// The case with this number in the sequence that the seed stands for.
    #[must_use]
    pub fn random(seed: u64, number: u64) -> Self {
        let mut sequence = Rng::with_seed(seed);
        let base = sequence.u64(..);
        let rng =
            &mut Rng::with_seed(base.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let rules: Vec<Rule> = (0..pick(rng, [0, 1, 1, 2, 2, 3, 4]))
            .map(|_| rule(rng))
            .collect();
        let sizes = [rng.usize(0..60), rng.usize(60..400), 600, 900];
        let late = rules.iter().any(
            |rule| matches!(rule.fault(), Fault::Delay(by) | Fault::SlowBody(by) if by > HASTE),
        );
        Self {
            seed: rng.u64(..),
            images: pick(rng, sizes),
            rules,
            limit_of_calls: (rng.u8(0..4) == 0).then(|| limit(rng)),
            image_type: pick(rng, IMAGE_TYPES),
            limit: pick(rng, [None, Some(10), Some(10), Some(13), Some(50)]),
            concurrency: pick(rng, [1, 1, 2, 8]),
            passes: rng.u32(1..=5),
            accept_changes: rng.u8(0..5) == 0,
            verify: rng.u8(0..4) == 0,
            json: rng.bool(),
            attempts: pick(rng, [1, 2, 4, 4]),
            // Only where something comes too late: elsewhere a busy machine could be what is late.
            attempt_timeout: if late { HASTE } else { PATIENCE },
            login: pick(rng, [Login::Key, Login::TemporaryKey, Login::Password]),
        }
    }

    /// Whether a fault of this kind is among the rules.
    #[must_use]
    pub fn has(&self, fault: impl Fn(Fault) -> bool) -> bool {
        self.rules.iter().any(|rule| fault(rule.fault()))
    }
}

/// How long an attempt may take where some answers take longer.
const HASTE: Duration = Duration::from_millis(150);

/// How long an attempt may take elsewhere.
const PATIENCE: Duration = Duration::from_secs(20);

fn pick<T: Copy, const N: usize>(rng: &mut Rng, from: [T; N]) -> T {
    from[rng.usize(..N)]
}

fn limit(rng: &mut Rng) -> CallLimit {
    let rate = pick(
        rng,
        ["5/minute", "5/minute", "7/second", "40/minute", "3/10s"],
    );
    let caller = pick(rng, ["", ",ip", ",api"]);
    let kind = pick(rng, ["", ",fixed"]);
    let refused = pick(rng, ["", ",count-refused"]);
    let wait = pick(rng, ["", "", ",retry-after"]);
    let text = format!("{rate}{caller}{kind}{refused}{wait}");
    text.parse().unwrap_or_else(|error| unreachable!("{error}"))
}

fn wrong_total(rng: &mut Rng) -> WrongTotal {
    match rng.u8(0..3) {
        0 => WrongTotal::Is(pick(rng, [-1, 0, 5, 25, 100])),
        1 => WrongTotal::More(pick(rng, [1, 7])),
        _ => WrongTotal::OfThePage,
    }
}

fn rule(rng: &mut Rng) -> Rule {
    let status = pick(rng, [500, 502, 503, 504]);
    let bytes = pick(rng, [0, 1, 100, 5_000, 40_000]);
    let soon = Duration::from_millis(rng.u64(1..8));
    let late = HASTE + Duration::from_millis(100);
    let fault = match rng.u8(0..35) {
        0 => Fault::Status(status),
        1 => Fault::Status(pick(rng, [400, 401, 403, 404, 429])),
        2 => Fault::Html(status),
        3 => Fault::Html(200),
        4 => Fault::Empty(pick(rng, [200, status])),
        5 => Fault::Throttle(rng.u32(1..4)),
        6 => Fault::RetryAfter(rng.u32(0..4)),
        7 => Fault::Redirect(NOWHERE),
        8 => Fault::Reset,
        9 => Fault::ResetBody(bytes),
        10 => Fault::Truncate(bytes),
        11 => Fault::SlowBody(pick(rng, [soon, late])),
        12 => Fault::Delay(pick(rng, [soon, late])),
        13 => Fault::Jitter(soon),
        14 => Fault::WrongType,
        15 => Fault::UnknownEnum,
        16 | 17 => Fault::Null(pick(rng, FIELDS)),
        18 => Fault::TextNumbers,
        19 => Fault::Clamp(rng.u32(1..30)),
        20..22 => Fault::Insert(rng.u32(1..4)),
        22..24 => Fault::Delete(rng.u32(1..4)),
        24 | 25 => Fault::ExpireTokens,
        26 | 27 => Fault::Total(wrong_total(rng)),
        28 | 29 => Fault::Move(rng.u32(1..4)),
        30 => Fault::Unordered,
        31 => Fault::SameId(pick(rng, [5, 1_000_000])),
        32 => Fault::TextId,
        33 => Fault::Iam(pick(rng, [401, 403, status])),
        _ => Fault::Error200,
    };
    let when = match rng.u8(0..10) {
        // For a while only: what grows faster than it can be read has no end to come to.
        _ if matches!(fault, Fault::Insert(_)) => When::First(rng.u32(1..40)),
        // What an answer says of the whole inventory, it says in every answer.
        _ if matches!(fault, Fault::Total(_) | Fault::SameId(_) | Fault::TextId) => When::Always,
        0 => When::Always,
        1..4 => When::First(rng.u32(1..4)),
        _ => When::Chance(rng.u8(2..30)),
    };
    Rule::new(fault, when)
}

/// As what somebody would do by hand.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "  hss sandbox --images {} --seed {}",
            self.images, self.seed
        )?;
        for rule in &self.rules {
            write!(f, " --fault {rule}")?;
        }
        if let Some(limit) = &self.limit_of_calls {
            write!(f, " --rate-limit {limit}")?;
        }
        write!(
            f,
            "\n  {} of {}",
            if self.json { "items_json()" } else { "items()" },
            self.image_type
        )?;
        if let Some(limit) = self.limit {
            write!(f, ", limit {limit}")?;
        }
        write!(
            f,
            ", concurrency {}, passes {}",
            self.concurrency, self.passes
        )?;
        if self.accept_changes {
            f.write_str(", accept_changes()")?;
        }
        if self.verify {
            f.write_str(", verify()")?;
        }
        write!(
            f,
            ", {} attempts of {} ms, {:?}",
            self.attempts,
            self.attempt_timeout.as_millis(),
            self.login
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_always_stands_for_the_same_case() {
        assert_eq!(Case::random(1, 7), Case::random(1, 7));
        assert_ne!(Case::random(1, 7), Case::random(1, 8));
        assert_ne!(Case::random(1, 7), Case::random(2, 7));
    }

    #[test]
    fn among_many_cases_there_is_every_fault() {
        for known in Fault::KNOWN {
            let name = known.split('=').next().unwrap_or_default();
            let found = (0..1000).any(|n| Case::random(1, n).has(|fault| fault.name() == name));
            assert!(found, "{name}");
        }
    }
}

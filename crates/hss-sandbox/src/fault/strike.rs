//! Decides which faults strike a call.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fastrand::Rng;

use super::{Fault, Rule, When};

/// The faults of one sandbox: the rules, and what was scripted for single calls.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    rules: Vec<Armed>,
    script: VecDeque<Fault>,
    /// Those of HSS and those of IAM, since each has its own faults.
    calls: [u64; 2],
    struck: BTreeMap<&'static str, u64>,
}

#[derive(Debug)]
struct Armed {
    rule: Rule,
    /// How many calls it has struck.
    struck: u32,
}

/// The faults that strike one call. They travel with the request, and with its answer.
#[derive(Clone, Debug)]
pub(crate) struct Strikes {
    faults: Arc<[Fault]>,
    /// What is random about them follows from this.
    pub(crate) seed: u64,
}

impl Faults {
    pub(crate) fn new(seed: u64, rules: &[Rule]) -> Self {
        let rules = rules
            .iter()
            .map(|rule| Armed {
                rule: *rule,
                struck: 0,
            })
            .collect();
        Self {
            seed,
            state: Mutex::new(State {
                rules,
                script: VecDeque::new(),
                calls: [0; 2],
                struck: BTreeMap::new(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the next calls struck by these faults, one each. One that throttles several calls counts as several.
    pub(crate) fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        let single = faults.into_iter().flat_map(|fault| match fault {
            Fault::Throttle(n) => std::iter::repeat_n(Fault::Throttle(1), n as usize),
            other => std::iter::repeat_n(other, 1),
        });
        self.state().script.extend(single);
    }

    /// How often each fault has struck, by its name.
    pub(crate) fn struck(&self) -> BTreeMap<&'static str, u64> {
        self.state().struck.clone()
    }

    /// The faults that strike the call that begins now: the scripted one first, then those of the rules in their
    /// order. Of those that answer instead of the operation only the first is among them.
    pub(crate) fn strike(&self) -> Strikes {
        self.strike_where(false)
    }

    /// The same of a call to IAM: the status that it is answered with.
    pub(crate) fn strike_iam(&self) -> Option<u16> {
        let strikes = self.strike_where(true);
        strikes.iter().find_map(|fault| match fault {
            Fault::Iam(status) => Some(status),
            _ => None,
        })
    }

    fn strike_where(&self, is_iam: bool) -> Strikes {
        let mut state = self.state();
        let calls = &mut state.calls[usize::from(is_iam)];
        let number = *calls;
        *calls += 1;
        let mut faults = Vec::new();
        let mut answered = false;
        let scripted = state.script.front().copied();
        if let Some(scripted) = scripted.filter(|fault| fault.is_of_iam() == is_iam) {
            state.script.pop_front();
            answered = scripted.answers();
            faults.push(scripted);
        }
        for (index, armed) in state.rules.iter_mut().enumerate() {
            let fault = armed.rule.fault;
            // One that gets no chance to strike is not used up either.
            if fault.is_of_iam() != is_iam || (fault.answers() && answered) {
                continue;
            }
            let strikes = match armed.rule.when {
                When::Always => true,
                When::First(n) => armed.struck < n,
                When::Chance(percent) => {
                    let mut rng = Rng::with_seed(mix(self.seed, number, index as u64));
                    rng.u8(0..100) < percent
                }
            };
            if strikes {
                armed.struck = armed.struck.saturating_add(1);
                answered |= fault.answers();
                faults.push(fault);
            }
        }
        for fault in &faults {
            *state.struck.entry(fault.name()).or_default() += 1;
        }
        Strikes {
            faults: faults.into(),
            seed: mix(self.seed, number, u64::MAX),
        }
    }
}

/// One number out of three, which differs where one of them does.
fn mix(seed: u64, call: u64, rule: u64) -> u64 {
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(call.wrapping_mul(0xbf58_476d_1ce4_e5b9))
        .wrapping_add(rule.wrapping_mul(0x94d0_49bb_1331_11eb))
}

impl Strikes {
    /// None at all.
    pub(crate) fn none() -> Self {
        Self {
            faults: Arc::new([]),
            seed: 0,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Fault> {
        self.faults.iter().copied()
    }
}

impl Fault {
    /// Whether it is for the calls to IAM, and not for those to HSS.
    fn is_of_iam(self) -> bool {
        matches!(self, Self::Iam(_))
    }

    /// Whether it answers instead of the operation.
    fn answers(self) -> bool {
        matches!(
            self,
            Self::Status(_)
                | Self::Html(_)
                | Self::Empty(_)
                | Self::Throttle(_)
                | Self::RetryAfter(_)
                | Self::Redirect(_)
                | Self::Reset
                | Self::Error200
                | Self::Iam(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(seed: u64, rules: &[&str], calls: usize) -> Vec<String> {
        let rules: Vec<Rule> = rules
            .iter()
            .map(|rule| rule.parse().expect("a rule"))
            .collect();
        let faults = Faults::new(seed, &rules);
        (0..calls)
            .map(|_| {
                let strikes: Vec<_> = faults
                    .strike()
                    .iter()
                    .map(|fault| fault.to_string())
                    .collect();
                strikes.join("+")
            })
            .collect()
    }

    #[test]
    fn the_same_seed_strikes_the_same_calls() {
        let rules = ["reset@30%", "clamp=3@50%"];
        let first = struck(5, &rules, 100);
        assert_eq!(struck(5, &rules, 100), first);
        assert_ne!(struck(6, &rules, 100), first);
        let resets = first
            .iter()
            .filter(|faults| faults.contains("reset"))
            .count();
        let clamps = first
            .iter()
            .filter(|faults| faults.contains("clamp"))
            .count();
        assert!(
            (15..45).contains(&resets) && (35..65).contains(&clamps),
            "{resets} {clamps}"
        );
        assert!(first.iter().any(|faults| faults == "reset+clamp=3"));
    }

    #[test]
    fn of_the_faults_that_answer_only_the_first_strikes_and_is_used_up() {
        let calls = struck(1, &["throttle=1", "html=502@1", "clamp=2", "status=503"], 3);
        assert_eq!(
            calls,
            [
                "throttle=1+clamp=2",
                "html=502+clamp=2",
                "clamp=2+status=503"
            ]
        );
    }
}

//! Which calls a fault strikes.

use std::fmt;
use std::str::FromStr;

use super::{Fault, ParseFaultError};

/// A fault, and the calls of HSS operations that it is injected into. Written as the fault, with `@N` for the first N
/// calls or `@P%` for a share of them; with neither, it applies to every call.
///
/// ```
/// use hss_sandbox::{Fault, Rule, When};
///
/// assert_eq!("html=502@3".parse(), Ok(Rule::new(Fault::Html(502), When::First(3))));
/// assert_eq!("reset@10%".parse(), Ok(Rule::new(Fault::Reset, When::Chance(10))));
/// assert_eq!("reset".parse(), Ok(Rule::from(Fault::Reset)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub(super) fault: Fault,
    pub(super) when: When,
}

/// Which calls a fault is injected into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// Every call.
    Always,
    /// The first calls that it could apply to, up to this many.
    First(u32),
    /// This percentage of the calls, at random. The seed of the sandbox and the number of the call decide, so the same
    /// calls in the same order get the same faults.
    Chance(u8),
}

impl Rule {
    /// Creates a rule. More than 100 % counts as 100 %.
    #[must_use]
    pub fn new(fault: Fault, when: When) -> Self {
        match (fault, when) {
            (Fault::Throttle(n), When::Always) => Self {
                fault,
                when: When::First(n),
            },
            (fault, When::Chance(percent)) => Self {
                fault,
                when: When::Chance(percent.min(100)),
            },
            (fault, when) => Self { fault, when },
        }
    }

    /// The same calls with another fault.
    #[must_use]
    pub fn with(self, fault: Fault) -> Self {
        Self::new(fault, self.when)
    }

    /// The fault.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }
}

impl From<Fault> for Rule {
    fn from(fault: Fault) -> Self {
        Self::new(fault, When::Always)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)?;
        match (self.fault, self.when) {
            (_, When::Always) => Ok(()),
            (Fault::Throttle(n), When::First(first)) if n == first => Ok(()),
            (_, When::First(n)) => write!(f, "@{n}"),
            (_, When::Chance(percent)) => write!(f, "@{percent}%"),
        }
    }
}

impl FromStr for Rule {
    type Err = ParseFaultError;

    /// Reads `NAME[=ARG][@WHEN]`.
    ///
    /// # Errors
    ///
    /// The fault is not valid, or what follows the `@` is neither a whole number above 0 nor one from 1 to 100 with a
    /// `%`.
    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let Some((fault, when)) = text.rsplit_once('@') else {
            return text.parse::<Fault>().map(Self::from);
        };
        let wrong = |reason| ParseFaultError {
            text: text.to_owned(),
            reason,
        };
        let when = match when.strip_suffix('%') {
            Some(percent) => percent
                .parse()
                .ok()
                .filter(|percent| (1..=100).contains(percent))
                .map(When::Chance),
            None => when.parse().ok().filter(|n| *n > 0).map(When::First),
        }
        .ok_or_else(|| wrong("after @ must come a number of calls, or 1% to 100%"))?;
        let fault = fault
            .parse()
            .map_err(|error: ParseFaultError| wrong(error.reason))?;
        Ok(Self::new(fault, when))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_as_it_is_written() {
        for text in [
            "reset",
            "reset@1",
            "html=502@100%",
            "throttle=3",
            "throttle=3@10%",
            "null=id@7",
        ] {
            let rule: Rule = text.parse().expect(text);
            assert_eq!(rule.to_string(), text);
        }
    }

    #[test]
    fn a_rule_that_strikes_nothing_or_too_much_is_refused() {
        for text in [
            "reset@0",
            "reset@0%",
            "reset@101%",
            "reset@",
            "reset@often",
            "reset@-1",
        ] {
            let error = text.parse::<Rule>().expect_err(text);
            assert_eq!(
                error.reason,
                "after @ must come a number of calls, or 1% to 100%"
            );
        }
        assert_eq!(
            "rest@3".parse::<Rule>().expect_err("no fault").reason,
            "the name is unknown"
        );
    }
}

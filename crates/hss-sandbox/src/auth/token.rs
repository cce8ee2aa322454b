//! The tokens that this sandbox has issued.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

/// How long a token holds, as IAM documents it.
pub(crate) const VALIDITY: SignedDuration = SignedDuration::from_hours(24);

/// How long the sandbox remembers that a token has expired, so that it can tell it from an unknown one.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// No caller needs more tokens at once; the bound keeps one in a loop from filling the memory.
const MOST: usize = 10_000;

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The project of the account, and what HSS holds for it.
    Project,
    /// The account as a whole. HSS does not accept it.
    Account,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unknown,
    /// It ended at this time.
    Expired(Timestamp),
}

/// All tokens that were issued and not forgotten. Only their hashes are kept, so that no output of the
/// sandbox can hold one.
#[derive(Default)]
pub(crate) struct Tokens {
    issued: Mutex<HashMap<[u8; 32], Issued>>,
}

#[derive(Clone, Copy)]
struct Issued {
    scope: Scope,
    expires_at: Timestamp,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

impl Tokens {
    /// A new token and the time when it expires.
    ///
    /// Fails where the operating system has no random numbers.
    pub(crate) fn issue(
        &self,
        scope: Scope,
        now: Timestamp,
    ) -> Result<(String, Timestamp), getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        // Real tokens begin with these letters, the start of their outer ASN.1 structure.
        let token = format!("MIISANDBOX{}", hex::encode(bytes));
        let expires_at = now.saturating_add(VALIDITY).unwrap_or(Timestamp::MAX);

        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if issued.len() >= MOST {
            issued.retain(|_, old| now.duration_since(old.expires_at) < MEMORY);
        }
        if issued.len() >= MOST {
            let oldest = issued
                .iter()
                .min_by_key(|(_, old)| old.expires_at)
                .map(|(key, _)| *key);
            oldest.and_then(|key| issued.remove(&key));
        }
        issued.insert(hash(&token), Issued { scope, expires_at });
        Ok((token, expires_at))
    }

    /// Ends all tokens at once.
    pub(crate) fn expire(&self, now: Timestamp) {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        for token in issued.values_mut() {
            token.expires_at = token.expires_at.min(now);
        }
    }

    /// What a token may be used for.
    pub(crate) fn check(&self, token: &str, now: Timestamp) -> Result<Scope, Refusal> {
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let found = issued.get(&hash(token)).ok_or(Refusal::Unknown)?;
        if found.expires_at <= now {
            return Err(Refusal::Expired(found.expires_at));
        }
        Ok(found.scope)
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    #[test]
    fn a_token_holds_for_a_day() {
        let tokens = Tokens::default();
        let (token, expires_at) = tokens.issue(Scope::Project, at(0)).expect("random numbers");
        assert_eq!(expires_at, at(86_400));
        assert_eq!(tokens.check(&token, at(86_399)), Ok(Scope::Project));
        assert_eq!(
            tokens.check(&token, at(86_400)),
            Err(Refusal::Expired(at(86_400)))
        );
        assert_eq!(tokens.check(&token[1..], at(0)), Err(Refusal::Unknown));
    }

    #[test]
    fn tokens_differ_and_do_not_end_each_other() {
        let tokens = Tokens::default();
        let (first, _) = tokens.issue(Scope::Project, at(0)).expect("random numbers");
        let (second, _) = tokens.issue(Scope::Account, at(0)).expect("random numbers");
        assert_ne!(first, second);
        assert_eq!(tokens.check(&first, at(1)), Ok(Scope::Project));
        assert_eq!(tokens.check(&second, at(1)), Ok(Scope::Account));
    }

    #[test]
    fn the_number_of_tokens_is_bounded_and_the_newest_stay() {
        let tokens = Tokens::default();
        let (oldest, _) = tokens.issue(Scope::Project, at(0)).expect("random numbers");
        for _ in 0..MOST {
            tokens.issue(Scope::Project, at(1)).expect("random numbers");
        }
        assert_eq!(tokens.check(&oldest, at(2)), Err(Refusal::Unknown));
        assert_eq!(tokens.issued.lock().expect("no panic").len(), MOST);
    }
}

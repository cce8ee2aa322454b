//! Proves who sends a request, and learns from the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use reqwest::Request;

use super::Credential;
use super::cache::Cache;
use super::guard::Permit;
use super::provider::DynProvider;
use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::{Error, retry};

/// A clock that is off by more is worth correcting. The service takes 15 minutes.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// The credentials of one client, with what was learned about them.
#[derive(Debug)]
pub(crate) struct Authenticator {
    source: Source,
    /// By how many seconds the clock of the service is ahead of the one of this machine.
    ahead: AtomicI64,
    clock: Arc<dyn Clock>,
}

#[derive(Debug)]
enum Source {
    Fixed(Credential),
    Renewed(Cache),
}

/// One request that was proven, until its answer is there.
#[derive(Debug)]
pub(crate) struct Proof {
    credential: Credential,
    #[expect(dead_code, reason = "held until the answer is there")]
    permit: Option<Permit>,
}

/// What makes another attempt worth it after an answer 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The clock of this machine was off; from now on the difference is taken into account.
    ClockCorrected,
    /// The credential had expired; the next attempt gets another.
    CredentialRenewed,
}

impl Authenticator {
    pub(crate) fn fixed(credential: Credential, clock: Arc<dyn Clock>) -> Self {
        Self::new(Source::Fixed(credential), clock)
    }

    pub(crate) fn renewed(provider: Arc<dyn DynProvider>, clock: Arc<dyn Clock>) -> Self {
        Self::new(Source::Renewed(Cache::new(provider)), clock)
    }

    /// As [`renewed`](Self::renewed), where the provider was asked already.
    pub(crate) fn renewed_from(
        credential: Credential,
        provider: Arc<dyn DynProvider>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let cache = Cache::with(credential, provider);
        Self::new(Source::Renewed(cache), clock)
    }

    fn new(source: Source, clock: Arc<dyn Clock>) -> Self {
        Self {
            source,
            ahead: AtomicI64::new(0),
            clock,
        }
    }

    /// Waits for a credential, so that none has to be waited for when a request has its turn.
    pub(crate) async fn ready(&self) -> Result<(), Error> {
        match &self.source {
            Source::Fixed(_) => Ok(()),
            Source::Renewed(cache) => cache.get(self.clock.now()).await.map(drop),
        }
    }

    /// Adds the proof to a request, after waiting for a credential or for the right to sign.
    pub(crate) async fn prove(
        &self,
        request: &mut Request,
        project_id: Option<&str>,
    ) -> Result<Proof, Error> {
        let credential = match &self.source {
            Source::Fixed(credential) => credential.clone(),
            Source::Renewed(cache) => cache.get(self.clock.now()).await?,
        };
        let permit = match credential.guard() {
            Some(guard) => Some(guard.permit(|| self.clock.elapsed()).await?),
            None => None,
        };
        credential.apply(request, project_id, self.service_time())?;
        Ok(Proof { credential, permit })
    }

    /// The time by the clock of the service, as far as it is known.
    pub(crate) fn service_time(&self) -> jiff::Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        let now = self.clock.now();
        now.checked_add(ahead).unwrap_or(now)
    }

    /// Takes note of an answer, and tells whether there is reason to try once more at once.
    pub(crate) fn learn(&self, proof: &Proof, exchange: &Exchange) -> Option<Remedy> {
        let code = (exchange.status == 401).then(|| Error::gateway_number(exchange));
        let code = code.flatten();
        let code = code.as_deref();
        let wrong_signature = matches!(code, Some("0301" | "0303"));
        if let Some(guard) = proof.credential.guard() {
            // Throttling and failures can come before the signature is looked at.
            let looked_at = exchange.status < 500 && exchange.status != 429;
            if wrong_signature {
                guard.refused(self.clock.elapsed());
            } else if looked_at {
                guard.accepted();
            }
        }
        let signed = proof.credential.guard().is_some();
        match code? {
            "0303" if signed => self.correct_clock(exchange),
            "0307" => self.forget(&proof.credential),
            // The gateway says so of a token that it cannot read any more.
            "0301" if !signed => self.forget(&proof.credential),
            _ => None,
        }
    }

    fn forget(&self, credential: &Credential) -> Option<Remedy> {
        match &self.source {
            Source::Fixed(_) => None,
            Source::Renewed(cache) => {
                cache.forget(credential);
                Some(Remedy::CredentialRenewed)
            }
        }
    }

    fn correct_clock(&self, exchange: &Exchange) -> Option<Remedy> {
        let date = retry::date(&exchange.headers)?;
        let off = date.duration_since(self.service_time());
        if off.abs() <= TOLERANCE {
            return None;
        }
        let ahead = date.duration_since(self.clock.now());
        self.ahead.store(ahead.as_secs(), Ordering::Relaxed);
        Some(Remedy::ClockCorrected)
    }
}

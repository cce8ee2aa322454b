//! Proves who sends a request, and learns from the answer.

use std::sync::Arc;

use jiff::SignedDuration;
use reqwest::Request;

use super::Credential;
use super::cache::Cache;
use super::guard::Permit;
use super::provider::DynProvider;
use super::refusal::Refusal;
use crate::clock::{Clock, ServiceClock};
use crate::exchange::Exchange;
use crate::{Error, ErrorKind, retry};

/// A signature that is further away from the time of the service is refused. A second is left for the way.
const WINDOW: SignedDuration = SignedDuration::from_secs(15 * 60 - 1);

/// The credentials of one client, with what was learned about them.
#[derive(Debug)]
pub(crate) struct Authenticator {
    source: Source,
    clock: Arc<ServiceClock>,
    /// What the credentials are and where they are from, for messages.
    described: Arc<str>,
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
    /// The credential is not accepted any more; the next attempt gets another.
    CredentialRenewed,
}

impl Authenticator {
    /// Fails for a credential that cannot be one.
    pub(crate) fn fixed(
        credential: Credential,
        described: String,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let checked = credential.checked();
        let credential = checked.map_err(|error| error.with_credential(&described))?;
        Ok(Self {
            source: Source::Fixed(credential),
            clock: Arc::new(ServiceClock::new(clock)),
            described: described.into(),
        })
    }

    /// `first` is a credential that the provider gave already.
    pub(crate) fn renewed(
        provider: Arc<dyn DynProvider>,
        first: Option<Credential>,
        described: String,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let clock = Arc::new(ServiceClock::new(clock));
        if let Some(time) = first.as_ref().and_then(Credential::seen_at) {
            clock.correct(time);
        }
        Self {
            source: Source::Renewed(Cache::new(provider, Arc::clone(&clock), first)),
            clock,
            described: described.into(),
        }
    }

    /// Waits for a credential, so that none has to be waited for when a request has its turn.
    pub(crate) async fn ready(&self) -> Result<(), Error> {
        self.credential().await.map(drop)
    }

    async fn credential(&self) -> Result<Credential, Error> {
        match &self.source {
            Source::Fixed(credential) => Ok(credential.clone()),
            Source::Renewed(cache) => {
                let credential = cache.get().await;
                credential.map_err(|error| match error.kind() {
                    // What a source says of itself is enough.
                    ErrorKind::Credentials => error,
                    _ => error.with_credential(&self.described),
                })
            }
        }
    }

    /// Adds the proof to a request, after waiting for a credential or for the right to sign.
    pub(crate) async fn prove(
        &self,
        request: &mut Request,
        project_id: Option<&str>,
    ) -> Result<Proof, Error> {
        let credential = self.credential().await?;
        let permit = match credential.guard() {
            Some(guard) => {
                let permit = guard.permit(|| self.clock.elapsed()).await;
                Some(permit.map_err(|error| error.with_credential(&self.described))?)
            }
            None => None,
        };
        credential.apply(request, project_id, self.service_time())?;
        Ok(Proof { credential, permit })
    }

    /// The time by the clock of the service, as far as it is known.
    pub(crate) fn service_time(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    /// Takes note of an answer, and tells whether there is reason to try once more at once.
    pub(crate) fn learn(&self, proof: &Proof, exchange: &mut Exchange) -> Option<Remedy> {
        if exchange.status < 400 {
            if let Some(guard) = proof.credential.guard() {
                guard.accepted();
            }
            return None;
        }
        exchange.credential = Some(Arc::clone(&self.described));
        let refusal = self.refusal(proof, exchange);
        for secret in proof.credential.secrets() {
            exchange.hide(secret);
        }
        if let Some(guard) = proof.credential.guard() {
            match refusal {
                Some(Refusal::Credential) => guard.refused(self.clock.elapsed()),
                Some(Refusal::Locked) => guard.locked(self.clock.elapsed()),
                Some(Refusal::Clock(_)) => {}
                // Throttling and failures can come before the signature is looked at.
                _ if exchange.status >= 500 || exchange.status == retry::THROTTLED => {}
                _ => guard.accepted(),
            }
        }
        match refusal? {
            Refusal::Clock(time) => {
                let time = retry::date(&exchange.headers).or(time)?;
                self.clock.correct(time).then_some(Remedy::ClockCorrected)
            }
            Refusal::Credential => self.forget(&proof.credential),
            Refusal::Locked | Refusal::Permission => None,
        }
    }

    /// Why the service did not accept the request. A signature that is too far from its time is the reason, whatever
    /// the text says.
    fn refusal(&self, proof: &Proof, exchange: &Exchange) -> Option<Refusal> {
        let refusal = exchange.refusal()?;
        let signed = proof.credential.guard().is_some();
        match refusal {
            Refusal::Clock(_) if !signed => Some(Refusal::Credential),
            Refusal::Credential if signed => {
                let date = retry::date(&exchange.headers);
                let off = date.filter(|date| self.clock.off(*date) > WINDOW);
                Some(off.map_or(refusal, |date| Refusal::Clock(Some(date))))
            }
            _ => Some(refusal),
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
}

impl Proof {
    /// What the request was proven with.
    pub(crate) fn into_credential(self) -> Credential {
        self.credential
    }

    /// Whether the request was proven with this very credential.
    pub(crate) fn is_by(&self, credential: &Credential) -> bool {
        self.credential.is(credential)
    }
}

#![doc = include_str!("../README.md")]

use std::time::SystemTime;

pub use hss_sandbox::{
    Account, CallLimit, Clock, Fault, Rule, SandboxBuilder, When, WrongTotal, account,
};
pub use huaweicloud_hss::test_util::ManualClock;

use hss_sandbox::Sandbox;
use huaweicloud_hss::{Client, ClientBuilder, Credentials};

/// A sandbox on a free port of this machine, and clients for it. Dropping it stops the sandbox.
#[derive(Debug)]
pub struct TestService {
    sandbox: Sandbox,
    clock: ManualClock,
}

impl TestService {
    /// Starts a sandbox with its usual 500 images.
    ///
    /// # Panics
    ///
    /// If this machine has no free port; also outside of a Tokio runtime with I/O and time enabled.
    pub async fn start() -> Self {
        Self::start_with(Sandbox::builder()).await
    }

    /// Starts a sandbox with other settings, for example with
    /// [`records`](SandboxBuilder::records) of the test. Its time is that of [`clock`](Self::clock).
    ///
    /// # Panics
    ///
    /// If the sandbox cannot be started; also outside of a Tokio runtime with I/O and time enabled.
    pub async fn start_with(sandbox: SandboxBuilder) -> Self {
        let clock = ManualClock::new(SystemTime::now());
        let followed = clock.clone();
        let sandbox = sandbox
            .clock(Clock::following(move || followed.time()))
            .start()
            .await
            .unwrap_or_else(|error| panic!("the sandbox does not start: {error}"));
        Self { sandbox, clock }
    }

    /// Injects faults into the next calls, one call each, in this order.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.sandbox.script(faults);
    }

    /// A client with an access key. It waits by [`clock`](Self::clock), that is, not at all.
    ///
    /// # Panics
    ///
    /// Never, as long as the sandbox is at an address of this machine.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client_builder()
            .build()
            .unwrap_or_else(|error| panic!("no client for the sandbox: {error}"))
    }

    /// The builder of that client, to change its settings.
    pub fn client_builder(&self) -> ClientBuilder {
        Client::builder()
            .endpoint(self.endpoint())
            .region(account::REGION)
            .project_id(account::PROJECT_ID)
            .credentials(Credentials::access_key(
                account::ACCESS_KEY,
                account::SECRET_KEY,
            ))
            .clock(&self.clock)
    }

    /// The address of HSS and IAM, for programs that create their own client.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.sandbox.endpoint()
    }

    /// The clock that the clients wait by.
    #[must_use]
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }
}

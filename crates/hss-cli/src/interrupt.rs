//! The ways in which the user or the system ends the program.

use std::io;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::failure::Failure;

/// How long a task may take to clear up: to close a database, to remove an unfinished file or a progress bar.
const GRACE: Duration = Duration::from_millis(200);

/// Deep calls have as much room as in the main thread.
const STACK: usize = 8 << 20;

/// What ended the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// SIGINT, or Ctrl-C.
    Interrupt,
    /// SIGTERM.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is no such signal"))]
    Terminate,
}

impl Signal {
    /// The exit code that shells give a program which the signal killed.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Tells a task that the program is about to end.
pub(crate) struct Interruption(oneshot::Receiver<Signal>);

impl Interruption {
    pub(crate) async fn wait(&mut self) -> Signal {
        match (&mut self.0).await {
            Ok(signal) => signal,
            Err(_) => std::future::pending().await,
        }
    }
}

/// Runs a task on a thread of its own until it is done or a signal comes. A task that is stuck, such as in writing to
/// a reader who does not read, is left alone: whoever calls this ends the process.
pub(crate) fn run(
    task: impl FnOnce(Interruption) -> Result<(), Failure> + Send + 'static,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    runtime.block_on(async {
        let mut signals = Signals::new().map_err(Failure::Runtime)?;
        let (interrupt, interruption) = oneshot::channel();
        let (end, mut outcome) = oneshot::channel();
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || end.send(task(Interruption(interruption))))
            .map_err(Failure::Runtime)?;
        tokio::select! {
            outcome = &mut outcome => match outcome {
                Ok(outcome) => outcome,
                // The task has panicked, which was said already.
                Err(_) => std::process::exit(101),
            },
            signal = signals.next() => {
                // It may just have come to its end.
                let _ = interrupt.send(signal);
                let _ = tokio::time::timeout(GRACE, outcome).await;
                Err(Failure::Interrupted(signal))
            }
        }
    })
}

struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }

    #[cfg(not(unix))]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> Signal {
        // If it cannot be told, the process can only be ended from outside.
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}

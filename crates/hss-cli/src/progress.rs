//! What is shown on stderr while a listing goes on: how far it is, and what it waits for.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use huaweicloud_hss::{CallLimit, Throttle};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Nobody has to know of shorter waits.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// How many new records a page brings: all but the one that it shares with the page before it.
const NEW_PER_PAGE: u64 = 199;

const BAR: &str = "{msg} {wide_bar} {human_pos}/{human_len}";

/// A line on stderr. If it may be drawn there, it is a bar while there is more than one page to wait for, and a
/// countdown while calls have to wait. Otherwise it is only said once that calls wait.
#[derive(Clone, Default)]
pub(crate) struct Progress(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Whether something may be drawn.
    live: bool,
    bar: Option<ProgressBar>,
    /// How many records of the present list are still to come.
    left: u64,
    waiting: bool,
    told: bool,
}

impl Progress {
    /// Draws from now on, if stderr is a terminal that can be drawn on. Not for a caller who prints to the same
    /// terminal meanwhile.
    pub(crate) fn show(&self) {
        self.state().live = !ProgressDrawTarget::stderr().is_hidden();
    }

    /// Another page of a list came, which has `total` images.
    pub(crate) fn page(&self, list: &str, records: usize, total: Option<u64>) {
        let mut state = self.state();
        state.end_wait();
        let records = records as u64;
        let Some(total) = total else {
            return;
        };
        if state.live && state.bar.is_none() && records < total {
            state.bar = Some(bar(BAR).with_message(list.to_owned()));
        }
        if let Some(bar) = &state.bar {
            bar.set_length(total);
            bar.inc(records);
            state.left = total.saturating_sub(bar.position());
        }
    }

    /// Takes the line away, since all images of one list are here or no more will come.
    pub(crate) fn clear(&self) {
        self.state().clear();
    }

    /// A call begins to wait.
    pub(crate) fn wait(&self, throttle: &Throttle) {
        if throttle.wait < WORTH_TELLING {
            return;
        }
        let mut state = self.state();
        if state.live {
            let style = countdown(throttle, state.left);
            let bar = state.bar.get_or_insert_with(|| bar("{wait}"));
            bar.set_style(style);
            bar.enable_steady_tick(Duration::from_secs(1));
            state.waiting = true;
        } else if !state.told {
            state.told = true;
            // If stderr is closed there is no one to read it.
            drop(writeln!(
                io::stderr(),
                "hss: {}; waiting {} for the next call (--no-wait fails instead)",
                allowed(throttle.limit),
                spoken(throttle.wait)
            ));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn end_wait(&mut self) {
        if !std::mem::take(&mut self.waiting) {
            return;
        }
        match &self.bar {
            Some(bar) if bar.length() > Some(0) => {
                bar.disable_steady_tick();
                bar.set_style(style(BAR));
            }
            _ => self.clear(),
        }
    }

    fn clear(&mut self) {
        self.waiting = false;
        self.left = 0;
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.clear();
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

/// Draws nothing where stderr is no terminal.
fn bar(template: &str) -> ProgressBar {
    ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(style(template))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A line that counts down: `HSS allows 5 calls a minute: next page in 34 s, about 9 min left`.
fn countdown(throttle: &Throttle, left: u64) -> ProgressStyle {
    let (wait, limit) = (throttle.wait, throttle.limit);
    let until = Instant::now() + wait.min(Duration::from_secs(86_400));
    let line = move |_: &ProgressState, line: &mut dyn fmt::Write| {
        let now = until.saturating_duration_since(Instant::now());
        let text = countdown_line(limit, now, left);
        // The text of a bar takes everything.
        let _ = line.write_str(&text);
    };
    style("{wait}").with_key("wait", line)
}

fn countdown_line(limit: Option<CallLimit>, wait: Duration, left: u64) -> String {
    let mut text = format!("{}: next page in {}", allowed(limit), spoken(wait));
    let pages = left.div_ceil(NEW_PER_PAGE);
    if let Some(limit) = limit.filter(|_| pages > 0) {
        let windows = (pages - 1) / u64::from(limit.calls.max(1));
        let windows = u32::try_from(windows).unwrap_or(u32::MAX);
        let all = wait.saturating_add(limit.window.saturating_mul(windows));
        text += &format!(", about {} left", spoken(all));
    }
    text
}

fn allowed(limit: Option<CallLimit>) -> String {
    match limit {
        Some(limit) => format!("HSS allows {limit}"),
        None => "HSS refuses calls".to_owned(),
    }
}

/// A duration for people, never less than it is.
fn spoken(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match seconds {
        0..120 => format!("{seconds} s"),
        _ => format!("{} min", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_says_what_is_waited_for_and_how_much_is_left() {
        let limit = huaweicloud_hss::RateLimit::per(5, Duration::from_secs(60)).limit();
        let line = |left| countdown_line(Some(limit), Duration::from_millis(33_200), left);
        assert_eq!(
            line(9_005),
            "HSS allows 5 calls a minute: next page in 34 s, about 10 min left"
        );
        assert_eq!(
            line(150),
            "HSS allows 5 calls a minute: next page in 34 s, about 34 s left"
        );
        assert_eq!(line(0), "HSS allows 5 calls a minute: next page in 34 s");
        assert_eq!(
            countdown_line(None, Duration::from_secs(600), 9_005),
            "HSS refuses calls: next page in 10 min"
        );
    }
}

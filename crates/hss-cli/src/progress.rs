//! The bar that shows how far a listing is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on stderr, shown only where that is a terminal and there is more than one page to wait for. It
/// goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    enabled: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new(enabled: bool) -> Self {
        Self { enabled, bar: None }
    }

    /// Another page of images of one type came, of `total` images of this type.
    pub(crate) fn page(&mut self, image_type: &str, records: usize, total: Option<i64>) {
        let records = records as u64;
        let Some(total) = total.and_then(|total| u64::try_from(total).ok()) else {
            return;
        };
        if self.enabled && self.bar.is_none() && records < total {
            self.bar = Some(bar(image_type));
        }
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.inc(records);
        }
    }

    /// All images of one type are here.
    pub(crate) fn end_of_type(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end_of_type();
    }
}

fn bar(image_type: &str) -> ProgressBar {
    // Draws nothing where stderr is no terminal.
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len}") {
        bar.set_style(style);
    }
    bar.with_message(image_type.to_owned())
}

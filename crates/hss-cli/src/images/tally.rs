//! What a listing came to.

use huaweicloud_hss::Doubt;

use crate::args::images::Part;

/// What a listing came to, in all and in its parts.
#[derive(Debug, Default)]
pub(super) struct Tally<'a> {
    pub(super) images: usize,
    pub(super) pages: usize,
    /// Whether `--max` ended it.
    pub(super) cut: bool,
    /// How many images each part of the list had.
    pub(super) parts: Vec<(Part<'a>, u64)>,
    /// The parts that are not proven, and why.
    pub(super) doubts: Vec<(Part<'a>, Doubt)>,
}

impl Tally<'_> {
    /// Whether HSS was asked for all parts with this value of a filter, and had nothing.
    pub(super) fn is_empty(&self, flag: &str, value: &str) -> bool {
        let with_value = |part: &Part<'_>| match flag {
            "--image-type" => part.image_type.as_str() == value,
            "--namespace" => part.namespace == Some(value),
            "--scan-status" => part
                .scan_status
                .is_some_and(|status| status.as_str() == value),
            _ => false,
        };
        let mut parts = self
            .parts
            .iter()
            .filter(|(part, _)| with_value(part))
            .peekable();
        !self.cut && parts.peek().is_some() && parts.all(|(_, images)| *images == 0)
    }
}

/// A number of things, in words.
pub(super) fn count(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

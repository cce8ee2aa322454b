//! `hss images list`.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use futures::TryStreamExt;
use huaweicloud_hss::{Doubt, Summary};
use jiff::tz::TimeZone;
use serde_json::value::RawValue;

use super::tally::{Tally, count};
use super::{closing, filters};
use crate::args::Connection;
use crate::args::images::{Format, ListArgs, Part};
use crate::connect;
use crate::failure::Failure;
use crate::output::target::{Kind, Target};
use crate::output::{self, Audience, Cells, Record, Renderer};
use crate::progress::Progress;

/// Lists and prints the images.
pub(crate) async fn run(
    args: &ListArgs,
    connection: Connection,
    verbose: bool,
    progress: &Progress,
) -> Result<(), Failure> {
    if let Some(contradiction) = args.contradiction() {
        return Err(Failure::Config(contradiction));
    }
    let started = Instant::now();
    let mut target = Target::open(args.output_file.as_deref())?;
    let kind = target.kind();
    // Only what prints nothing before its end may share the terminal with a bar.
    if kind == Kind::File || kind == Kind::Terminal && args.output != Format::Ndjson {
        progress.show();
    }
    let connected = connect::connect(connection, verbose, progress).await?;
    let zone = TimeZone::system();
    let audience = Audience {
        width: target.width(),
        zone: zone.clone(),
        cells: match kind {
            _ if args.spreadsheet => Cells::Spreadsheet(zone.clone()),
            Kind::Terminal => Cells::Visible,
            Kind::Pipe | Kind::File => Cells::Exact,
        },
    };
    let width = audience.width;
    let mut renderer = output::renderer(args.output, audience, &mut target);
    let listed = list(args, &connected.client, renderer.as_mut(), progress).await;
    progress.clear();
    if verbose && listed.is_err() {
        say_calls(&connected.client);
    }
    let printed = listed.and_then(|tally| {
        renderer.finish().map_err(Failure::Output)?;
        Ok((tally, renderer.left_out().to_vec()))
    });
    drop(renderer);
    let (tally, left_out) = printed.map_err(|failure| target.named(failure))?;
    target.finish()?;
    if args.output == Format::Table || io::stderr().is_terminal() {
        for line in closing::lines(args, &tally, &left_out, width, &zone) {
            say(&line);
        }
    }
    if verbose {
        let records = count(tally.images, "record");
        let pages = count(tally.pages, "page");
        let seconds = started.elapsed().as_secs_f64();
        say(&format!("{records} in {pages}, {seconds:.2} s"));
        say_calls(&connected.client);
    }
    if tally.doubts.is_empty() {
        return Ok(());
    }
    Err(Failure::Unproven(unproven(&tally.doubts)))
}

/// Hands the matching images of every part to the renderer.
async fn list<'a>(
    args: &'a ListArgs,
    client: &huaweicloud_hss::Client,
    renderer: &mut dyn Renderer,
    progress: &Progress,
) -> Result<Tally<'a>, Failure> {
    let mut tally = Tally::default();
    let mut skip = args.offset.unwrap_or(0);
    let mut left = args.max.map_or(u64::MAX, u64::from);
    // An image that goes on in its scan meanwhile is in two parts.
    let mut seen = (args.filters.scan_status.len() > 1).then(HashSet::new);
    let mut parts = args.parts().into_iter().peekable();
    while let Some(part) = parts.next() {
        let request = client.list_swr_image_repository();
        let mut request = filters::apply(&args.filters, part, request).offset(skip);
        if let Some(size) = args.page_size() {
            request = request.limit(size);
        }
        let mut pages = request.pages_json().max_records(left);
        if let Some(passes) = args.passes {
            pages = pages.passes(passes);
        }
        if args.verify {
            pages = pages.verify();
        }
        if args.accept_changes {
            pages = pages.accept_changes();
        }
        while let Some(mut page) = pages.try_next().await.map_err(Failure::Client)? {
            tally.pages += 1;
            let total = page.total_num.and_then(|total| u64::try_from(total).ok());
            let total = total.map(|total| total.min(left));
            progress.page(&part.to_string(), page.records.len(), total);
            if let Some(seen) = &mut seen {
                page.records.retain(|record| is_new(record, seen));
            }
            tally.images += page.records.len();
            renderer.add(&page.records).map_err(Failure::Output)?;
        }
        progress.clear();
        let summary = pages.summary();
        if summary.wrong_total {
            say(&format!(
                "hss: warning: {part}: HSS reports a total of {}, but there are more images; all pages were read to the end",
                summary.total_num.unwrap_or_default()
            ));
        }
        if let Some(doubt) = summary.doubt {
            tally.doubts.push((part, doubt));
        }
        tally.parts.push((part, summary.yielded));
        left -= summary.yielded;
        if left == 0 {
            tally.cut = true;
            return Ok(tally);
        }
        if parts.peek().is_some() {
            skip = rest_to_skip(skip, part, &summary)?;
        }
    }
    Ok(tally)
}

/// Whether a record comes for the first time. Without an id, nothing tells.
fn is_new(record: &RawValue, seen: &mut HashSet<String>) -> bool {
    let id = Record::read(record).map(|record| record.text("id").into_owned());
    id.map_or(true, |id| id.is_empty() || seen.insert(id))
}

/// How many images are still to be skipped, in the parts that follow.
fn rest_to_skip(skip: i32, part: Part<'_>, summary: &Summary) -> Result<i32, Failure> {
    // If there was something behind the offset, nothing is left to skip.
    if skip == 0 || summary.yielded > 0 {
        return Ok(0);
    }
    let total = summary.total_num.filter(|_| !summary.wrong_total);
    let total = total.and_then(|total| i32::try_from(total).ok());
    match total {
        Some(total) => Ok(skip.saturating_sub(total).max(0)),
        None => Err(Failure::Config(format!(
            "--offset over several lists needs the size of each, and HSS does not tell that of {part}; list them one \
             at a time, for example with --image-type"
        ))),
    }
}

/// What is to be said of a list that was printed although it is not proven.
fn unproven(doubts: &[(Part<'_>, Doubt)]) -> String {
    let each: Vec<_> = doubts
        .iter()
        .map(|(part, doubt)| {
            let why = match doubt {
                Doubt::NotUnique => "ids are not unique",
                Doubt::Total => "fewer images came than total_num reports",
                Doubt::Changed => "images moved, appeared or disappeared meanwhile",
                Doubt::NotCompared => "the pages cannot be compared",
                _ => "for an unknown reason",
            };
            format!("{part}: {why}")
        })
        .collect();
    format!(
        "warning: the list could not be proven complete, and may contain duplicates ({})",
        each.join("; ")
    )
}

fn say_calls(client: &huaweicloud_hss::Client) {
    let calls = client.calls();
    let sent = usize::try_from(calls.sent).unwrap_or(usize::MAX);
    say(&format!(
        "{}, {} refused, {:.0} s spent waiting for the limit of calls",
        count(sent, "call"),
        calls.refused,
        calls.waited.as_secs_f64()
    ));
}

/// Prints a line for people. If stderr is closed there is no one to read it.
fn say(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}

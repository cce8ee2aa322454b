//! `hss images list`.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Instant;

use futures::TryStreamExt;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Doubt, Summary};

use super::filters;
use crate::args::Connection;
use crate::args::images::{Format, ListArgs};
use crate::connect;
use crate::failure::Failure;
use crate::output::{self, Renderer};
use crate::progress::Progress;

/// What a listing came to.
#[derive(Debug, Default)]
struct Tally {
    records: usize,
    pages: usize,
    /// Whether `--max` ended it.
    cut: bool,
    /// The types whose list is not proven, and why.
    doubts: Vec<(ImageType, Doubt)>,
}

/// Lists and prints the images.
pub(crate) async fn run(
    args: &ListArgs,
    connection: Connection,
    verbose: bool,
) -> Result<(), Failure> {
    if let Some(contradiction) = args.filters.contradiction() {
        return Err(Failure::Config(contradiction));
    }
    let started = Instant::now();
    // Records that are printed as they come show the progress themselves.
    let progress = Progress::new(args.output != Format::Ndjson || !io::stdout().is_terminal());
    let connected = connect::connect(connection, verbose, &progress).await?;
    let mut stdout = BufWriter::new(io::stdout().lock());
    let mut renderer = output::renderer(args.output, output::terminal_width(), &mut stdout);
    let listed = list(args, &connected.client, renderer.as_mut(), &progress).await;
    progress.end_of_type();
    if verbose && listed.is_err() {
        say_calls(&connected.client);
    }
    let tally = listed?;
    renderer.finish().map_err(Failure::Output)?;
    if args.output == Format::Table {
        let images = count(tally.records, "image");
        say(&match args.max {
            Some(max) if tally.cut => format!("{images} (as --max {max} says)"),
            _ => images,
        });
    }
    if verbose {
        let records = count(tally.records, "record");
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

/// Hands the matching images of every type to the renderer.
async fn list(
    args: &ListArgs,
    client: &huaweicloud_hss::Client,
    renderer: &mut dyn Renderer,
    progress: &Progress,
) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mut skip = args.offset.unwrap_or(0);
    let mut left = args.max.map_or(u64::MAX, u64::from);
    let mut types = args.image_types().into_iter().peekable();
    while let Some(image_type) = types.next() {
        let request = client
            .list_swr_image_repository()
            .image_type(image_type.clone());
        let mut request = filters::apply(&args.filters, request).offset(skip);
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
        while let Some(page) = pages.try_next().await.map_err(Failure::Client)? {
            tally.pages += 1;
            tally.records += page.records.len();
            progress.page(image_type.as_str(), page.records.len(), page.total_num);
            renderer.add(&page.records).map_err(Failure::Output)?;
        }
        progress.end_of_type();
        let summary = pages.summary();
        if summary.wrong_total {
            say(&format!(
                "hss: warning: {image_type}: HSS announces {} images where there are more; all pages were read to their end",
                summary.total_num.unwrap_or_default()
            ));
        }
        if let Some(doubt) = summary.doubt {
            tally.doubts.push((image_type.clone(), doubt));
        }
        left -= summary.yielded;
        if left == 0 {
            tally.cut = true;
            return Ok(tally);
        }
        if types.peek().is_some() {
            skip = rest_to_skip(skip, image_type, &summary)?;
        }
    }
    Ok(tally)
}

/// How many images are still to be skipped, in the types that follow.
fn rest_to_skip(skip: i32, image_type: &ImageType, summary: &Summary) -> Result<i32, Failure> {
    // Where there was something behind the offset, nothing is left to skip.
    if skip == 0 || summary.yielded > 0 {
        return Ok(0);
    }
    let total = summary.total_num.filter(|_| !summary.wrong_total);
    let total = total.and_then(|total| i32::try_from(total).ok());
    match total {
        Some(total) => Ok(skip.saturating_sub(total).max(0)),
        None => Err(Failure::Config(format!(
            "--offset over several types needs to know how many images of each there are, and HSS does not tell it for \
             {image_type}; list one type at a time, with --image-type"
        ))),
    }
}

/// What is to be said of a list that was printed although it is not proven.
fn unproven(doubts: &[(ImageType, Doubt)]) -> String {
    let each: Vec<_> = doubts
        .iter()
        .map(|(image_type, doubt)| {
            let why = match doubt {
                Doubt::NotUnique => "ids are not unique",
                Doubt::Total => "fewer images came than total_num announces",
                Doubt::Changed => "images moved, came or went meanwhile",
                Doubt::NotCompared => "the pages cannot be compared",
                _ => "it is not known why",
            };
            format!("{image_type}: {why}")
        })
        .collect();
    format!(
        "warning: the list is not proven complete, and some images may be in it twice ({})",
        each.join("; ")
    )
}

fn say_calls(client: &huaweicloud_hss::Client) {
    let calls = client.calls();
    let sent = usize::try_from(calls.sent).unwrap_or(usize::MAX);
    say(&format!(
        "{}, {} refused, {:.0} s waited for the limit of calls",
        count(sent, "call"),
        calls.refused,
        calls.waited.as_secs_f64()
    ));
}

fn count(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

/// Prints lines for people. Where stderr is closed there is no one to read them.
fn say(lines: &str) {
    drop(writeln!(io::stderr(), "{lines}"));
}

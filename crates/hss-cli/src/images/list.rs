//! `hss images list`.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Instant;

use futures::TryStreamExt;

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
}

/// Lists and prints the images.
pub(crate) async fn run(
    args: &ListArgs,
    connection: Connection,
    verbose: bool,
) -> Result<(), Failure> {
    let started = Instant::now();
    let connected = connect::connect(connection, verbose).await?;
    let mut stdout = BufWriter::new(io::stdout().lock());
    let mut renderer = output::renderer(args.output, output::terminal_width(), &mut stdout);
    // Records that are printed as they come show the progress themselves.
    let progress = Progress::new(args.output != Format::Ndjson || !io::stdout().is_terminal());
    let tally = list(args, &connected.client, renderer.as_mut(), progress).await?;
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
    }
    Ok(())
}

/// Hands the matching images of every type to the renderer. The progress is over when this returns.
async fn list(
    args: &ListArgs,
    client: &huaweicloud_hss::Client,
    renderer: &mut dyn Renderer,
    mut progress: Progress,
) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mut skip = args.offset.unwrap_or(0);
    let mut left = args.max.map_or(usize::MAX, |max| max as usize);
    for image_type in args.image_types() {
        let request = client
            .list_swr_image_repository()
            .image_type(image_type.clone());
        let mut request = filters::apply(&args.filters, request).offset(skip);
        if let Some(size) = args.page_size() {
            request = request.limit(size);
        }
        let mut total = None;
        let mut pages = request.pages_json();
        while let Some(mut page) = pages.try_next().await.map_err(Failure::Client)? {
            total = page.total_num;
            page.records.truncate(left);
            left -= page.records.len();
            tally.pages += 1;
            tally.records += page.records.len();
            progress.page(image_type.as_str(), page.records.len(), total);
            renderer.add(&page.records).map_err(Failure::Output)?;
            if left == 0 {
                tally.cut = true;
                return Ok(tally);
            }
        }
        progress.end_of_type();
        // What this type had too few of is skipped in the next one.
        let total = total.and_then(|total| i32::try_from(total).ok());
        skip = total.map_or(0, |total| skip.saturating_sub(total).max(0));
    }
    Ok(tally)
}

fn count(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

/// Prints lines for people. Where stderr is closed there is no one to read them.
fn say(lines: &str) {
    drop(writeln!(io::stderr(), "{lines}"));
}

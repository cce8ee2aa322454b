//! The flags of `hss images`.

use std::fmt;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use huaweicloud_hss::types::{ImageType, ScanStatus, SynchronizeImageType};

use super::values::{self, Bound, bytes, file, known, time, whole_number};
use crate::output::text;

const LIST_NOTES: &str = "\
Formats:
  table   for people: one line per image. VUL, UNSAFE and MAL count
          vulnerabilities, failed baseline checks and malicious files;
          - means not scanned. Dates are in your time zone. On a terminal,
          columns that do not fit are left out
  json    an array of the records as the service sends them
  ndjson  one such record per line, printed as it arrives
  csv     one column per documented field, in the documented order

TIME is one of
  2025-06-01            a day in your time zone (TZ): from its beginning, or
                        to its end
  2025-06-01T08:00      a time in your time zone
  2025-06-01T08:00:00Z  a time with its zone (RFC 3339)
  7d, 12h, 30m          this long ago
  1748736000000         milliseconds since 1970

Images must match all filters. The filters by findings match only images whose
last scan succeeded, also with false: --has-vul false lists the scanned images
without vulnerabilities, and not the ones that were never scanned.

Without an enterprise project, HSS lists the images of the default one. With
--all-enterprise-projects it lists those of all that you can access; no page
promises that this is everything.

A list is complete if it has every image that existed from its beginning to its
end. This assumes that images keep their order among each other; --verify does
not assume it. Nothing is printed unless the list is complete (with ndjson,
check the exit code). If completeness cannot be proven, hss says why and exits
with 4. If --scan-status is repeated, each status is listed in turn: an image
whose scan starts again meanwhile can be missed.

HSS documents a limit of 5 calls per minute, and a call returns up to 200
images: 10,000 images take 51 calls. If the limit is enforced, which shows at
the sixth call, that takes ten minutes.

Examples:
  Without an account:
    hss images list --sandbox
  Vulnerable images:
    hss images list --region ap-southeast-3 --has-vul
  Failed scans of private images:
    hss images list --region ap-southeast-3 --image-type private_image \\
        --scan-status failed
  Scanned in the last seven days:
    hss images list --region ap-southeast-3 --start-latest-scan-time 7d
  For a spreadsheet:
    hss images list --sandbox -o csv --spreadsheet --output-file images.csv
  For a program:
    hss images list --sandbox -o json | jq '.[].image_name'";

const SYNC_EXAMPLES: &str = "\
Example:
  hss images sync --region ap-southeast-3 --image-type private_image";

#[derive(Debug, Subcommand)]
pub(crate) enum ImagesCommand {
    /// List the images that HSS has found, with their scan results.
    #[command(after_help = LIST_NOTES)]
    List(Box<ListArgs>),
    /// Refresh HSS's copy of the images of one type from SWR.
    #[command(after_help = SYNC_EXAMPLES)]
    Sync(SyncArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Image type; can be repeated [default: all types].
    #[arg(
        long = "image-type",
        value_name = "TYPE",
        value_parser = known(ImageType::KNOWN),
        help_heading = FILTERS
    )]
    image_types: Vec<ImageType>,

    #[command(flatten)]
    pub(crate) filters: Filters,

    /// Page size, 10 to 200 [default: 200].
    #[arg(
        long,
        value_name = "N",
        value_parser = whole_number(10_i32, 200),
        allow_negative_numbers = true,
        help_heading = PAGING
    )]
    pub(crate) limit: Option<i32>,

    /// Skip this many matching images, across all listed types.
    #[arg(
        long,
        value_name = "N",
        value_parser = whole_number(0_i32, 2_000_000),
        allow_negative_numbers = true,
        help_heading = PAGING
    )]
    pub(crate) offset: Option<i32>,

    /// Stop after this many images.
    #[arg(long, value_name = "N", value_parser = whole_number(1_u32, None), allow_negative_numbers = true, help_heading = PAGING)]
    pub(crate) max: Option<u32>,

    /// Read each list until two passes in a row have the same images; takes at least twice the calls.
    #[arg(long, help_heading = COMPLETENESS)]
    pub(crate) verify: bool,

    /// Read a list that keeps changing at most this many times [default: 3].
    #[arg(long, value_name = "N", value_parser = whole_number(1_u32, 100), allow_negative_numbers = true, help_heading = COMPLETENESS)]
    pub(crate) passes: Option<u32>,

    /// Print a list that cannot be proven complete, duplicates included, and exit with 4.
    #[arg(long, help_heading = COMPLETENESS)]
    pub(crate) accept_changes: bool,

    /// How to print the images.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        value_enum,
        default_value_t = Format::Table,
        help_heading = OUTPUT
    )]
    pub(crate) output: Format,

    /// Write to this file, and replace it only when the list is complete.
    #[arg(long, value_name = "FILE", value_parser = file, help_heading = OUTPUT)]
    pub(crate) output_file: Option<PathBuf>,

    /// With csv: cells that spreadsheets neither execute nor alter. Adds a byte order mark, writes times as
    /// dates in your time zone, and puts ' before text that looks like a formula, a number or a date.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) spreadsheet: bool,

    /// What was given of the filters, as text.
    #[arg(skip)]
    pub(crate) given: Vec<GivenFilter>,
}

/// A filter of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenFilter {
    /// With its dashes.
    pub(crate) flag: String,
    pub(crate) values: Vec<String>,
}

/// One list that HSS is asked for. HSS takes one value of each of these.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) image_type: &'a ImageType,
    pub(crate) namespace: Option<&'a str>,
    pub(crate) scan_status: Option<&'a ScanStatus>,
}

impl ListArgs {
    /// What does not go together, if there is something.
    pub(crate) fn contradiction(&self) -> Option<String> {
        if self.spreadsheet && self.output != Format::Csv {
            return Some("--spreadsheet is for --output csv".to_owned());
        }
        let filters = &self.filters;
        [
            ("update", filters.start_latest_update_time, filters.end_latest_update_time),
            ("scan", filters.start_latest_scan_time, filters.end_latest_scan_time),
        ]
        .into_iter()
        .find(|(_, start, end)| start.zip(*end).is_some_and(|(start, end)| start > end))
        .map(|(what, _, _)| {
            format!("--start-latest-{what}-time is later than --end-latest-{what}-time, so that no image can match")
        })
    }

    /// The lists to ask for, in the order in which they are printed.
    pub(crate) fn parts(&self) -> Vec<Part<'_>> {
        let types = match &self.image_types[..] {
            [] => ImageType::KNOWN,
            types => types,
        };
        let namespaces = each_once(&self.filters.namespace);
        let mut statuses = each_once(&self.filters.scan_status);
        // An image that goes on in its scan while the lists are read is still to come.
        statuses.sort_by_key(|status| status.map(stage));
        let mut parts = Vec::new();
        for image_type in each_once(types).into_iter().flatten() {
            for namespace in &namespaces {
                for scan_status in &statuses {
                    parts.push(Part {
                        image_type,
                        namespace: namespace.map(String::as_str),
                        scan_status: *scan_status,
                    });
                }
            }
        }
        parts
    }

    /// The page size, if it is not left to the client: no more than are wanted, but no less than the service takes.
    pub(crate) fn page_size(&self) -> Option<i32> {
        self.limit
            .or_else(|| i32::try_from(self.max?.clamp(10, 200)).ok())
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.image_type.as_str())?;
        if let Some(namespace) = self.namespace {
            write!(f, ", namespace {}", text::visible(namespace))?;
        }
        match self.scan_status {
            Some(status) => write!(f, ", scan status {status}"),
            None => Ok(()),
        }
    }
}

/// The values without repetitions, or none once.
fn each_once<T: PartialEq>(values: &[T]) -> Vec<Option<&T>> {
    let mut once = Vec::new();
    for value in values {
        if !once.contains(&Some(value)) {
            once.push(Some(value));
        }
    }
    if once.is_empty() {
        once.push(None);
    }
    once
}

/// How far a scan has come: a scan that goes on gets a greater number.
fn stage(status: &ScanStatus) -> u8 {
    match status {
        ScanStatus::Unscan => 0,
        ScanStatus::WaitingForScan => 1,
        ScanStatus::Scanning => 2,
        _ => 3,
    }
}

/// The filters of `ListSwrImageRepository`, under the names of its parameters.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = FILTERS)]
pub(crate) struct Filters {
    /// Enterprise project ID: 0 for the default one, all_granted_eps for all that you can access [default: 0].
    #[arg(long, value_name = "ID", value_parser = values::text(1, 256))]
    pub(crate) enterprise_project_id: Option<String>,

    /// The same as --enterprise-project-id all_granted_eps.
    #[arg(long, conflicts_with = "enterprise_project_id")]
    pub(crate) all_enterprise_projects: bool,

    /// SWR organization; can be repeated.
    #[arg(long, value_name = "NAME", value_parser = values::text(1, 256))]
    pub(crate) namespace: Vec<String>,

    /// Image name, without organization and tag.
    #[arg(long, value_name = "NAME", value_parser = values::text(1, 128))]
    pub(crate) image_name: Option<String>,

    /// Image tag.
    #[arg(long, value_name = "TAG", value_parser = values::text(1, 64))]
    pub(crate) image_version: Option<String>,

    /// Only the latest version of each image; with false, all versions.
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true",
        help_heading = FILTERS
    )]
    pub(crate) latest_version: Option<bool>,

    /// Scan status; can be repeated.
    #[arg(long, value_name = "STATUS", value_parser = known(ScanStatus::KNOWN))]
    pub(crate) scan_status: Vec<ScanStatus>,

    /// Name of the SWR Enterprise instance.
    #[arg(long, value_name = "NAME", value_parser = values::text(0, 128))]
    pub(crate) instance_name: Option<String>,

    /// ID of the SWR Enterprise instance.
    #[arg(long, value_name = "ID", value_parser = values::text(0, 128))]
    pub(crate) instance_id: Option<String>,

    /// Exact image size in bytes.
    #[arg(long, value_name = "BYTES", value_parser = bytes, allow_negative_numbers = true)]
    pub(crate) image_size: Option<i64>,

    /// Only images with malicious files; with false, those scanned without any.
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true",
        help_heading = FINDINGS
    )]
    pub(crate) has_malicious_file: Option<bool>,

    /// Only images with failed baseline checks; with false, those scanned without any.
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true",
        help_heading = FINDINGS
    )]
    pub(crate) has_unsafe_setting: Option<bool>,

    /// Only images with vulnerabilities; with false, those scanned without any.
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true",
        help_heading = FINDINGS
    )]
    pub(crate) has_vul: Option<bool>,

    /// Updated at this time or later.
    #[arg(long, value_name = "TIME", value_parser = time(Bound::Start), help_heading = TIMES)]
    pub(crate) start_latest_update_time: Option<i64>,

    /// Updated at this time or earlier.
    #[arg(long, value_name = "TIME", value_parser = time(Bound::End), help_heading = TIMES)]
    pub(crate) end_latest_update_time: Option<i64>,

    /// Last scanned at this time or later.
    #[arg(long, value_name = "TIME", value_parser = time(Bound::Start), help_heading = TIMES)]
    pub(crate) start_latest_scan_time: Option<i64>,

    /// Last scanned at this time or earlier.
    #[arg(long, value_name = "TIME", value_parser = time(Bound::End), help_heading = TIMES)]
    pub(crate) end_latest_scan_time: Option<i64>,
}

const FILTERS: &str = "Filters";
const FINDINGS: &str = "Filters by findings";
const TIMES: &str = "Filters by time";
const PAGING: &str = "Paging";
const COMPLETENESS: &str = "Completeness";
const OUTPUT: &str = "Output";

/// The headings under which the help has the filters.
pub(super) const FILTER_HEADINGS: [&str; 3] = [FILTERS, FINDINGS, TIMES];

/// How images are printed. What each is for stands in `LIST_NOTES`: help on single values would make clap
/// spread the whole help over three times as many lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Ndjson,
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    /// Image type to refresh.
    #[arg(long, value_name = "TYPE", value_parser = known(SynchronizeImageType::KNOWN))]
    pub(crate) image_type: SynchronizeImageType,

    /// Enterprise project ID; 0 for the default one [default: 0].
    #[arg(long, value_name = "ID", value_parser = values::text(1, 256))]
    pub(crate) enterprise_project_id: Option<String>,
}

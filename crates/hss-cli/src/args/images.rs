//! The flags of `hss images`.

use clap::{Args, Subcommand, ValueEnum, value_parser};
use huaweicloud_hss::types::{ImageType, ScanStatus, SynchronizeImageType};

use super::values::{Bound, bytes, known, text, time};

const LIST_NOTES: &str = "\
Formats:
  table   for people: one line for each image; MAL counts malicious files, UPDATED is a day in UTC
  json    one array of the records, exactly as the service sends them
  ndjson  one such record a line, printed while the listing goes on
  csv     one column for each documented field, in the order of the documentation

All filters have to hold. With table, json and csv, nothing is printed unless the listing is
complete; with ndjson, the exit code tells.

Complete means: every image that was there from the beginning to the end. That rests on one
assumption, that images which stay keep their order among each other; --verify does without it.
A list that cannot be proven complete exits with 4 and says why.

HSS documents 5 calls a minute, and a call brings 200 images: 10,000 images are 51 calls. Whether
that is enforced shows at the sixth call. If it is, the listing takes ten minutes.

Examples:
  hss images list --sandbox                                      without an account
  hss images list --region ap-southeast-3 --has-vul              what is vulnerable
  hss images list --region ap-southeast-3 --image-type private_image --scan-status failed
  hss images list --region ap-southeast-3 --start-latest-scan-time 7d
  hss images list --sandbox --output csv > images.csv            for a spreadsheet
  hss images list --sandbox --output json | jq '.[].image_name'  for a program";

const SYNC_EXAMPLES: &str = "\
Example:
  hss images sync --region ap-southeast-3 --image-type private_image";

#[derive(Debug, Subcommand)]
pub(crate) enum ImagesCommand {
    /// List the images that HSS knows and that match all filters.
    #[command(after_help = LIST_NOTES)]
    List(Box<ListArgs>),
    /// Have HSS read the images of one type from SWR anew.
    #[command(after_help = SYNC_EXAMPLES)]
    Sync(SyncArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The type of image to list; repeat it for several [default: every type, one after the other].
    #[arg(
        long = "image-type",
        value_name = "TYPE",
        value_parser = known(ImageType::KNOWN),
        help_heading = "Filters"
    )]
    image_types: Vec<ImageType>,

    #[command(flatten)]
    pub(crate) filters: Filters,

    /// How many records to ask for at a time [default: 200].
    #[arg(
        long,
        value_name = "N",
        value_parser = value_parser!(i32).range(10..=200),
        help_heading = "Paging"
    )]
    pub(crate) limit: Option<i32>,

    /// How many matching records to skip, counted over all types that are listed.
    #[arg(
        long,
        value_name = "N",
        value_parser = value_parser!(i32).range(0..=2_000_000),
        help_heading = "Paging"
    )]
    pub(crate) offset: Option<i32>,

    /// Stop after this many records.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..), help_heading = "Paging")]
    pub(crate) max: Option<u32>,

    /// Read each type until two passes in a row have the same images. Takes at least twice the calls.
    #[arg(long, help_heading = COMPLETENESS)]
    pub(crate) verify: bool,

    /// How often a type is read at most while it changes [default: 3].
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=100), help_heading = COMPLETENESS)]
    pub(crate) passes: Option<u32>,

    /// Print what came, doubles included, where a list cannot be proven complete, and exit with 4.
    #[arg(long, help_heading = COMPLETENESS)]
    pub(crate) accept_changes: bool,

    /// How to print the images.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        value_enum,
        default_value_t = Format::Table,
        help_heading = "Output"
    )]
    pub(crate) output: Format,
}

impl Filters {
    /// What no image can match, if there is something.
    pub(crate) fn contradiction(&self) -> Option<String> {
        [
            ("update", self.start_latest_update_time, self.end_latest_update_time),
            ("scan", self.start_latest_scan_time, self.end_latest_scan_time),
        ]
        .into_iter()
        .find(|(_, start, end)| start.zip(*end).is_some_and(|(start, end)| start > end))
        .map(|(what, _, _)| {
            format!("--start-latest-{what}-time is later than --end-latest-{what}-time, so that no image can match")
        })
    }
}

impl ListArgs {
    /// The types to list, each of them once.
    pub(crate) fn image_types(&self) -> Vec<&ImageType> {
        let mut types = Vec::new();
        let asked = if self.image_types.is_empty() {
            ImageType::KNOWN
        } else {
            &self.image_types
        };
        for image_type in asked {
            if !types.contains(&image_type) {
                types.push(image_type);
            }
        }
        types
    }

    /// How many records to ask for at a time, where it is not left to the client: no more than are wanted,
    /// but no less than the service takes for a page.
    pub(crate) fn page_size(&self) -> Option<i32> {
        self.limit.or_else(|| {
            self.max
                .and_then(|max| i32::try_from(max.clamp(10, 200)).ok())
        })
    }
}

/// The filters of `ListSwrImageRepository`, under the names of its parameters.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct Filters {
    /// The enterprise project to look into: its id, 0 for the default one, or all_granted_eps for all that
    /// you may see [default: the default one].
    #[arg(long, value_name = "ID", value_parser = text(1, 256))]
    pub(crate) enterprise_project_id: Option<String>,

    /// The SWR organization.
    #[arg(long, value_name = "NAME", value_parser = text(1, 256))]
    pub(crate) namespace: Option<String>,

    /// The name of the image, without organization and tag.
    #[arg(long, value_name = "NAME", value_parser = text(1, 128))]
    pub(crate) image_name: Option<String>,

    /// The tag of the image.
    #[arg(long, value_name = "TAG", value_parser = text(1, 64))]
    pub(crate) image_version: Option<String>,

    /// Only the newest version of each image; with =false, every version.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) latest_version: Option<bool>,

    /// How far the scan got.
    #[arg(long, value_name = "STATUS", value_parser = known(ScanStatus::KNOWN))]
    pub(crate) scan_status: Option<ScanStatus>,

    /// The name of the SWR Enterprise instance.
    #[arg(long, value_name = "NAME", value_parser = text(0, 128))]
    pub(crate) instance_name: Option<String>,

    /// The id of the SWR Enterprise instance.
    #[arg(long, value_name = "ID", value_parser = text(0, 128))]
    pub(crate) instance_id: Option<String>,

    /// The exact size of the image in bytes.
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub(crate) image_size: Option<i64>,

    /// Only images with malicious files; with =false, only those without.
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        help_heading = "Filters by findings"
    )]
    pub(crate) has_malicious_file: Option<bool>,

    /// Only images with failed baseline checks; with =false, only those without.
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        help_heading = "Filters by findings"
    )]
    pub(crate) has_unsafe_setting: Option<bool>,

    /// Only images with known vulnerabilities; with =false, only those without.
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        help_heading = "Filters by findings"
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

const COMPLETENESS: &str = "Completeness";

const TIMES: &str = "Filters by time (TIME: RFC 3339, a day as 2025-06-01, a time ago as 7d, or milliseconds since 1970)";

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
    /// The type of images to read anew.
    #[arg(long, value_name = "TYPE", value_parser = known(SynchronizeImageType::KNOWN))]
    pub(crate) image_type: SynchronizeImageType,

    /// The enterprise project to work in: its id, or 0 for the default one [default: the default one].
    #[arg(long, value_name = "ID", value_parser = text(1, 256))]
    pub(crate) enterprise_project_id: Option<String>,
}

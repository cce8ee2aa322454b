//! The inventory of a new sandbox: the documented records, then invented but plausible ones.
//!
//! Everything follows from the seed; no clock is looked at. Two sandboxes with the same seed and size hold
//! the same records.

mod tag;
mod words;

use std::collections::HashMap;

use fastrand::Rng;
use hss_spec::Contract;
use serde_json::{Map, Value, json};

use tag::Tag;
use words::{INSTANCES, NAMES, NAMESPACES, SHARING_ACCOUNTS};

/// When the inventory was "taken": 2025-06-30T00:00:00Z in milliseconds. Nothing in it is newer.
const TAKEN: i64 = 1_751_241_600_000;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The ids of the invented records are above those of the documented ones.
const FIRST_ID: i64 = 1000;

/// The records of a new inventory, `images` in all.
pub(crate) fn records(seed: u64, images: usize) -> impl Iterator<Item = Value> {
    let documented = documented();
    let invented = images.saturating_sub(documented.len());
    documented
        .iter()
        .take(images)
        .cloned()
        .chain(Invention::new(seed, invented))
}

/// The records of the documented response, from the contract.
fn documented() -> &'static [Value] {
    Contract::hss_image()
        .value()
        .pointer("/components/examples/ListSwrImageRepositoryDocumented/value/data_list")
        .and_then(Value::as_array)
        .expect("the contract has the documented response")
}

/// Invents images one after the other, each with its versions from the oldest to the newest.
struct Invention {
    rng: Rng,
    left: usize,
    next_id: i64,
    /// How many images have got their name from the same word in the same place. No two may have the same
    /// name, or it would not be clear which version is the newest.
    named: HashMap<(&'static str, &'static str, &'static str, usize), u32>,
    failures: Failures,
    ready: std::vec::IntoIter<Value>,
}

/// What all versions of one image share.
struct Image {
    image_type: &'static str,
    namespace: &'static str,
    name: String,
    instance: usize,
    account: &'static str,
    share: &'static str,
    several_architectures: bool,
    /// How many vulnerabilities become known per hundred days.
    decay: i64,
    size: i64,
}

impl Iterator for Invention {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        if self.left == 0 {
            return None;
        }
        let record = match self.ready.next() {
            Some(record) => record,
            None => {
                self.ready = self.versions().into_iter();
                self.ready.next()?
            }
        };
        self.left -= 1;
        Some(record)
    }
}

impl Invention {
    fn new(seed: u64, left: usize) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            left,
            next_id: FIRST_ID,
            named: HashMap::new(),
            failures: Failures::new(),
            ready: Vec::new().into_iter(),
        }
    }

    fn image(&mut self) -> Image {
        let rng = &mut self.rng;
        let image_type = match rng.u32(0..100) {
            0..45 => "private_image",
            45..65 => "shared_image",
            65..80 => "local_image",
            _ => "instance_image",
        };
        let namespace = NAMESPACES[rng.usize(..NAMESPACES.len())];
        let base = NAMES[rng.usize(..NAMES.len())];
        let instance = if image_type == "instance_image" {
            rng.usize(..INSTANCES.len())
        } else {
            0
        };
        let same = self
            .named
            .entry((image_type, namespace, base, instance))
            .or_insert(0);
        *same += 1;
        let name = match *same {
            1 => base.to_owned(),
            number => format!("{base}-{number}"),
        };
        Image {
            image_type,
            namespace,
            name,
            instance,
            account: SHARING_ACCOUNTS[rng.usize(..SHARING_ACCOUNTS.len())],
            share: if rng.u32(0..100) < 80 {
                "effective"
            } else {
                "expired"
            },
            several_architectures: image_type != "local_image" && rng.u32(0..100) < 15,
            decay: rng.i64(2..30),
            size: rng.i64(4_000_000..1_500_000_000),
        }
    }

    fn versions(&mut self) -> Vec<Value> {
        let image = self.image();
        let count = self.rng.usize(1..=6).min(self.left);
        let mut tag = Tag::random(&mut self.rng);
        let mut updated = TAKEN - self.rng.i64(60 * DAY..900 * DAY);
        (1..=count)
            .map(|number| {
                let record = self.record(&image, &tag.to_string(), updated, number == count);
                tag.advance(&mut self.rng);
                // The next version comes some time later, but never after the inventory was taken.
                let room = (TAKEN - updated) / 2;
                updated += self.rng.i64(room / 4..=room);
                record
            })
            .collect()
    }

    fn record(&mut self, image: &Image, tag: &str, updated: i64, latest: bool) -> Value {
        let status = status(&mut self.rng);
        let scanned = !matches!(status, "unscan" | "scanning" | "waiting_for_scan");
        let found = if status == "success" {
            self.findings(image, updated)
        } else {
            [0; 3]
        };
        let hex = digest(&mut self.rng);
        let size = if status == "image_oversized" {
            image.size + 20_000_000_000
        } else {
            image.size + self.rng.i64(0..image.size / 10)
        };
        let id = self.next_id;
        self.next_id += self.rng.i64(1..10);

        let mut record = Map::new();
        let mut put = |name: &str, value: Value| record.insert(name.to_owned(), value);
        put("id", id.into());
        if image.image_type == "shared_image" {
            put("domain_name", image.account.into());
            put("shared_status", image.share.into());
        }
        put("image_digest", format!("sha256:{hex}").into());
        put("image_id", hex.into());
        put("image_name", image.name.as_str().into());
        put("image_size", size.into());
        put("image_type", image.image_type.into());
        put("image_version", tag.into());
        if scanned {
            let latest_scan = updated
                + self
                    .rng
                    .i64(MINUTE..=(TAKEN - updated).clamp(2 * MINUTE, 30 * DAY));
            put("latest_scan_time", latest_scan.into());
        }
        put("latest_update_time", updated.into());
        put("latest_version", latest.into());
        put("malicious_file_num", found[2].into());
        put("namespace", image.namespace.into());
        put("scan_status", status.into());
        if let Some(reason) = self.failures.of(status) {
            put("scan_failed_desc", reason.into());
        }
        let shareable = image.image_type != "shared_image" || image.share == "effective";
        put(
            "scannable",
            (shareable && status != "image_oversized").into(),
        );
        put("unsafe_setting_num", found[1].into());
        put("vul_num", found[0].into());
        let instance = if image.image_type == "instance_image" {
            INSTANCES[image.instance]
        } else {
            ("", "", "")
        };
        put("instance_name", instance.0.into());
        put("instance_id", instance.1.into());
        put("instance_url", instance.2.into());
        if image.several_architectures {
            let others = (0..self.rng.usize(1..=3))
                .map(|_| {
                    json!({
                        "image_name": image.name, "image_version": tag, "image_type": image.image_type,
                        "namespace": image.namespace,
                        "image_digest": format!("sha256:{}", digest(&mut self.rng)),
                        "scan_status": status,
                    })
                })
                .collect();
            put("association_images", Value::Array(others));
        }
        Value::Object(record)
    }

    /// Vulnerabilities, failed baseline checks and malicious files of a scanned image. The older a version
    /// is, the more vulnerabilities have become known in it.
    fn findings(&mut self, image: &Image, updated: i64) -> [i64; 3] {
        let rng = &mut self.rng;
        let known = (TAKEN - updated) / DAY * image.decay / 100;
        let vulnerabilities = known * rng.i64(75..=125) / 100;
        let settings = if rng.u32(0..100) < 45 {
            rng.i64(1..8)
        } else {
            0
        };
        let files = if rng.u32(0..100) < 4 {
            rng.i64(1..4)
        } else {
            0
        };
        [vulnerabilities, settings, files]
    }
}

fn status(rng: &mut Rng) -> &'static str {
    match rng.u32(0..100) {
        0..62 => "success",
        62..72 => "unscan",
        72..75 => "scanning",
        75..79 => "waiting_for_scan",
        79..83 => "image_oversized",
        83..87 => "download_failed",
        _ => "failed",
    }
}

/// Gives out the documented reasons of failed scans in turn, so that each of them occurs.
struct Failures {
    oversized: Vec<&'static str>,
    download: Vec<&'static str>,
    other: Vec<&'static str>,
    given: usize,
}

impl Failures {
    fn new() -> Self {
        let reasons = Contract::hss_image()
            .enum_values("ScanFailedReason")
            .expect("the contract names the reasons");
        let (mut oversized, mut download, mut other) = (Vec::new(), Vec::new(), Vec::new());
        for reason in reasons {
            match reason {
                "image_over_sized" | "image_oversized" => oversized.push(reason),
                "download_failed" => download.push(reason),
                _ => other.push(reason),
            }
        }
        Self {
            oversized,
            download,
            other,
            given: 0,
        }
    }

    fn of(&mut self, status: &str) -> Option<&'static str> {
        let reasons = match status {
            "image_oversized" => &self.oversized,
            "download_failed" => &self.download,
            "failed" => &self.other,
            _ => return None,
        };
        self.given += 1;
        reasons.get(self.given % reasons.len().max(1)).copied()
    }
}

/// 64 hexadecimal digits, as a SHA-256 has them.
pub(crate) fn digest(rng: &mut Rng) -> String {
    format!("{:032x}{:032x}", rng.u128(..), rng.u128(..))
}

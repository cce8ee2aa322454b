//! Every filter flag, against the same filter over the whole listing.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;

use serde_json::Value;

use crate::support::{flag, hss, ids, inventory, query_parameters, records, run, scripted, signed};

/// A parameter, a value for it, and which records it has to leave.
type Case = (&'static str, &'static str, fn(&Value) -> bool);

fn number(record: &Value, field: &str) -> i64 {
    record[field].as_i64().unwrap_or(0)
}

fn scanned(record: &Value) -> bool {
    record["scan_status"] == "success"
}

fn in_time(record: &Value, field: &str, holds: fn(i64) -> bool) -> bool {
    record[field].as_i64().is_some_and(holds)
}

const CASES: [Case; 33] = [
    ("image_type", "private_image", |r| {
        r["image_type"] == "private_image"
    }),
    ("image_type", "shared_image", |r| {
        r["image_type"] == "shared_image"
    }),
    ("image_type", "local_image", |r| {
        r["image_type"] == "local_image"
    }),
    ("image_type", "instance_image", |r| {
        r["image_type"] == "instance_image"
    }),
    ("enterprise_project_id", "0", |_| true),
    ("enterprise_project_id", "all_granted_eps", |_| true),
    ("enterprise_project_id", "another", |_| false),
    ("namespace", "aaa", |r| r["namespace"] == "aaa"),
    ("namespace", "payments", |r| r["namespace"] == "payments"),
    ("image_name", "mysql", |r| r["image_name"] == "mysql"),
    // Not a part of a name.
    ("image_name", "sql", |_| false),
    ("image_version", "5.5", |r| r["image_version"] == "5.5"),
    ("latest_version", "true", |r| r["latest_version"] == true),
    ("latest_version", "false", |_| true),
    ("scan_status", "success", |r| r["scan_status"] == "success"),
    ("scan_status", "waiting_for_scan", |r| {
        r["scan_status"] == "waiting_for_scan"
    }),
    ("instance_name", "swr-ee-prod", |r| {
        r["instance_name"] == "swr-ee-prod"
    }),
    ("instance_id", "6f1c2f0a-3b0d-4c55-9a53-0d5f7c1e8b21", |r| {
        r["instance_id"] == "6f1c2f0a-3b0d-4c55-9a53-0d5f7c1e8b21"
    }),
    ("image_size", "1000", |r| r["image_size"] == 1000),
    ("start_latest_update_time", "1735689600000", |r| {
        in_time(r, "latest_update_time", |time| time >= 1_735_689_600_000)
    }),
    ("start_latest_update_time", "2025-01-01T00:00:00Z", |r| {
        in_time(r, "latest_update_time", |time| time >= 1_735_689_600_000)
    }),
    // The bounds belong to the time.
    ("start_latest_update_time", "1687664346000", |r| {
        in_time(r, "latest_update_time", |time| time >= 1_687_664_346_000)
    }),
    ("end_latest_update_time", "1687664346000", |r| {
        in_time(r, "latest_update_time", |time| time <= 1_687_664_346_000)
    }),
    ("end_latest_update_time", "2025-01-01T08:00:00+08:00", |r| {
        in_time(r, "latest_update_time", |time| time <= 1_735_689_600_000)
    }),
    ("start_latest_scan_time", "2025-01-01T00:00:00Z", |r| {
        in_time(r, "latest_scan_time", |time| time >= 1_735_689_600_000)
    }),
    ("end_latest_scan_time", "1691748641788", |r| {
        in_time(r, "latest_scan_time", |time| time <= 1_691_748_641_788)
    }),
    ("end_latest_scan_time", "2025-01-01T00:00:00Z", |r| {
        in_time(r, "latest_scan_time", |time| time <= 1_735_689_600_000)
    }),
    ("has_malicious_file", "true", |r| {
        scanned(r) && number(r, "malicious_file_num") > 0
    }),
    ("has_malicious_file", "false", |r| {
        scanned(r) && number(r, "malicious_file_num") == 0
    }),
    ("has_unsafe_setting", "true", |r| {
        scanned(r) && number(r, "unsafe_setting_num") > 0
    }),
    ("has_unsafe_setting", "false", |r| {
        scanned(r) && number(r, "unsafe_setting_num") == 0
    }),
    ("has_vul", "true", |r| {
        scanned(r) && number(r, "vul_num") > 0
    }),
    ("has_vul", "false", |r| {
        scanned(r) && number(r, "vul_num") == 0
    }),
];

#[test]
fn each_filter_leaves_what_it_says() {
    for (parameter, value, holds) in CASES {
        let argument = format!("{}={value}", flag(parameter));
        let left = records(hss("images list --sandbox").arg(&argument));
        let expected: Vec<_> = inventory().iter().filter(|record| holds(record)).collect();
        assert_eq!(left.iter().collect::<Vec<_>>(), expected, "{argument}");
    }
}

#[test]
fn each_filter_of_the_contract_is_tried_with_a_value_that_narrows() {
    for parameter in query_parameters() {
        if ["offset", "limit"].contains(&parameter.name.as_str()) {
            continue;
        }
        let narrows = CASES
            .iter()
            .filter(|(name, ..)| *name == parameter.name)
            .map(|(_, _, holds)| inventory().iter().filter(|record| holds(record)).count())
            .any(|left| {
                let none_is_fine = parameter.name == "enterprise_project_id";
                left < inventory().len() && (left > 0 || none_is_fine)
            });
        assert!(narrows, "{}", parameter.name);
    }
}

#[test]
fn a_flag_for_a_boolean_needs_no_value() {
    for name in [
        "latest_version",
        "has_malicious_file",
        "has_unsafe_setting",
        "has_vul",
    ] {
        let flag = flag(name);
        let short = records(hss("images list --sandbox").arg(&flag));
        for long in [
            vec![format!("{flag}=true")],
            vec![flag.clone(), "true".to_owned()],
        ] {
            let long = records(hss("images list --sandbox").args(long));
            assert_eq!(ids(&short), ids(&long), "{flag}");
        }
        assert_ne!(short.len(), inventory().len(), "{flag}");
        let without = records(hss("images list --sandbox").args([&flag, "false"]));
        let equals = records(hss("images list --sandbox").arg(format!("{flag}=false")));
        assert_eq!(ids(&without), ids(&equals), "{flag}");
        assert_ne!(ids(&without), ids(&short), "{flag}");
    }
}

#[test]
fn all_filters_have_to_hold() {
    let line = "images list --sandbox --image-type shared_image --namespace aaa --has-vul \
                --instance-name=";
    assert_eq!(ids(&records(&mut hss(line))), [222, 333]);
    assert!(records(hss(line).args(["--image-version", "8"])).is_empty());
}

#[test]
fn several_types_are_listed_in_the_order_given_each_once() {
    let line = "images list --sandbox --image-type local_image --image-type private_image \
                --image-type local_image";
    let of_type = |name: &str| {
        let records = inventory()
            .iter()
            .filter(|record| record["image_type"] == name);
        ids(&records.cloned().collect::<Vec<_>>())
    };
    let expected = [of_type("local_image"), of_type("private_image")].concat();
    assert_eq!(ids(&records(&mut hss(line))), expected);
}

#[test]
fn namespaces_and_statuses_can_be_repeated() {
    let of = |line: &str| ids(&records(&mut hss(&format!("images list --sandbox {line}"))));
    let sorted = |mut ids: Vec<i64>| {
        ids.sort_unstable();
        ids
    };
    let expected = |holds: fn(&Value) -> bool| {
        let records = inventory().iter().filter(|record| holds(record));
        sorted(ids(&records.cloned().collect::<Vec<_>>()))
    };
    assert_eq!(
        sorted(of("--namespace web --namespace aaa --namespace web")),
        expected(|r| r["namespace"] == "aaa" || r["namespace"] == "web")
    );
    assert_eq!(
        sorted(of(
            "--scan-status success --scan-status unscan --namespace web --namespace aaa"
        )),
        expected(|r| {
            let status = r["scan_status"] == "success" || r["scan_status"] == "unscan";
            status && (r["namespace"] == "aaa" || r["namespace"] == "web")
        })
    );
    // What comes earlier in a scan is listed first, or an image whose scan goes on meanwhile could be missed.
    let line = "images list --sandbox --scan-status success --scan-status unscan --namespace web";
    let first = &records(hss(line).args(["--image-type", "private_image"]))[0];
    assert_eq!(first["scan_status"], "unscan");
    // A number is counted over all of them.
    let all = of("--image-type private_image --namespace web --namespace aaa");
    let part = of("--image-type private_image --namespace web --namespace aaa --offset 3 --max 40");
    assert_eq!(
        part,
        all.iter().skip(3).take(40).copied().collect::<Vec<_>>()
    );
}

/// An image that waits is listed, then its scan succeeds: it is in both lists.
#[test]
fn an_image_whose_scan_goes_on_is_printed_once() {
    let endpoint = scripted(&[
        (
            200,
            r#"{"total_num": 1, "data_list": [{"id": 1, "scan_status": "waiting_for_scan"}]}"#,
        ),
        (
            200,
            r#"{"total_num": 2, "data_list": [{"id": 1, "scan_status": "success"}, {"id": 2}]}"#,
        ),
    ]);
    let line = format!(
        "images list --project-id p --endpoint {endpoint} --image-type local_image \
         --scan-status success --scan-status waiting_for_scan"
    );
    let listed = records(signed(&mut hss(&line)));
    assert_eq!(ids(&listed), [1, 2]);
}

#[test]
fn the_filter_that_matches_nothing_is_named() {
    let mut said = String::new();
    for line in [
        "--namespace nobody",
        "--namespace nobody --has-vul",
        "--namespace web --namespace nobody --scan-status failed",
        "--namespace web --namespace aaa",
        "--namespace web --namespace nobody --max 36",
        "--image-name \u{1b}[2J --scan-status failed --scan-status success",
        "--image-type local_image --namespace nobody --offset 10",
        "--enterprise-project-id another",
        "--all-enterprise-projects --max 3",
        "--all-enterprise-projects --namespace nobody",
        "--enterprise-project-id 0 --max 3",
        "--image-size 1 --start-latest-scan-time 2025-01-01",
    ] {
        let run = run(&mut hss(&format!("images list --sandbox {line}")));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        said += &format!("{}\n{}\n", line.escape_debug(), run.stderr);
    }
    insta::assert_snapshot!(said);
}

#[test]
fn all_enterprise_projects_are_those_that_the_caller_can_access() {
    let all = records(&mut hss("images list --sandbox --all-enterprise-projects"));
    assert_eq!(all, inventory());
    // The sandbox has one project, so what is sent has to be looked at.
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = server.local_addr().expect("an address");
    let line = format!(
        "images list --project-id p --endpoint http://{endpoint} --all-enterprise-projects"
    );
    let mut child = signed(&mut hss(&line)).spawn().expect("the program runs");
    let (stream, _) = server.accept().expect("a connection");
    let mut first = String::new();
    let read = BufReader::new(stream).read_line(&mut first);
    read.expect("a request");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(
        first.contains("enterprise_project_id=all_granted_eps"),
        "{first}"
    );
}

/// The parser of times is tried in full beside it. Here is shown that it takes the zone of the machine, and says so.
#[test]
#[cfg(target_os = "linux")]
fn a_day_is_one_of_the_local_zone() {
    let list = |zone: &str| {
        let line = "images list --sandbox --end-latest-update-time 2023-06-25 --namespace aaa";
        run(hss(line).env("TZ", zone))
    };
    // The documented image was updated on this day at 03:39 in UTC, which is the day before in the west.
    let here = list("UTC");
    assert!(here.stdout.contains(" 2023-06-25 "), "{}", here.stdout);
    let there = list("<-10>10");
    assert!(there.stdout.contains(" 2023-06-24 "), "{}", there.stdout);
    assert!(
        there.stderr.contains("Dates are in UTC-10"),
        "{}",
        there.stderr
    );
    let early = "images list --sandbox --end-latest-update-time 2023-06-24 --namespace aaa --image-name centos7";
    assert_eq!(records(hss(early).env("TZ", "UTC")).len(), 0);
    assert_ne!(records(hss(early).env("TZ", "<-10>10")).len(), 0);
}

//! `hss images list --sandbox`: the main job.

use std::collections::HashSet;

use serde_json::Value;

use crate::support::{
    Server, hss, ids, inventory, records, redacted, run, scripted, signed, stdout, transcript,
};

#[test]
fn json_has_the_whole_inventory() {
    let ids = ids(inventory());
    assert_eq!(ids.len(), 500);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 500);
    for documented in [111, 222, 333] {
        assert!(ids.contains(&documented), "{documented}");
    }
    let types: HashSet<_> = inventory()
        .iter()
        .map(|record| record["image_type"].as_str())
        .collect();
    assert_eq!(types.len(), 4);
}

#[test]
fn each_record_is_as_the_api_returns_it() {
    let documented = hss_spec::Contract::hss_image()
        .value()
        .pointer("/components/examples/ListSwrImageRepositoryDocumented/value/data_list")
        .and_then(Value::as_array)
        .expect("the documented response");
    for record in documented {
        assert!(inventory().contains(record), "{record}");
    }
    // Not even the order of the members is touched.
    let line = stdout(&mut hss("images list --sandbox --output ndjson --max 1"));
    assert_eq!(line.trim_end(), documented[0].to_string());
}

#[test]
fn a_table() {
    let run = run(&mut hss("images list --sandbox --max 5"));
    insta::assert_snapshot!(transcript("images list --sandbox --max 5", &run));
}

#[test]
fn ndjson() {
    insta::assert_snapshot!(stdout(&mut hss("images list --sandbox --max 5 -o ndjson")));
}

#[test]
fn csv() {
    insta::assert_snapshot!(stdout(&mut hss("images list --sandbox --max 5 -o csv")));
}

#[test]
fn every_format_has_every_record() {
    let ndjson: Vec<Value> = stdout(&mut hss("images list --sandbox -o ndjson"))
        .lines()
        .map(|line| serde_json::from_str(line).expect("a record"))
        .collect();
    assert_eq!(ndjson, inventory());
    let first_column = |text: String, separator: char| -> Vec<i64> {
        text.lines()
            .skip(1)
            .filter_map(|line| line.trim_start().split(separator).next()?.parse().ok())
            .collect()
    };
    let csv = stdout(&mut hss("images list --sandbox -o csv"));
    assert_eq!(first_column(csv, ','), ids(inventory()));
    let table = run(&mut hss("images list --sandbox"));
    assert_eq!(first_column(table.stdout, ' '), ids(inventory()));
    insta::assert_snapshot!(table.stderr, @r"
    500 images in the default enterprise project
    Dates are in UTC.
    Other enterprise projects are not listed: see --all-enterprise-projects.
    ");
}

#[test]
fn nothing_found_is_an_empty_listing_and_no_error() {
    for (format, stdout) in [("json", "[]\n"), ("ndjson", "")] {
        let run = run(hss("images list --sandbox --namespace nobody -o").arg(format));
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), stdout));
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn the_page_size_makes_no_difference() {
    for limit in ["10", "37", "200"] {
        let listed = records(hss("images list --sandbox --limit").arg(limit));
        assert_eq!(listed, inventory(), "{limit}");
    }
}

#[test]
fn a_part_is_cut_out_across_the_types() {
    for (offset, max) in [
        (0, 1),
        (0, 400),
        (100, 10),
        (260, 150),
        (498, 10),
        (500, 1),
        (2_000_000, 1),
    ] {
        let part = records(&mut hss(&format!(
            "images list --sandbox --offset {offset} --max {max}"
        )));
        let expected: Vec<_> = inventory().iter().skip(offset).take(max).cloned().collect();
        assert_eq!(ids(&part), ids(&expected), "{max} from {offset} on");
    }
}

#[test]
fn global_flags_stand_before_or_after_the_subcommand() {
    let expected = stdout(&mut hss("images list --sandbox --max 2"));
    for line in [
        "--sandbox images list --max 2",
        "images --sandbox list --max 2",
        "--region my-kualalumpur-1 images list --max 2 --sandbox",
    ] {
        assert_eq!(stdout(&mut hss(line)), expected, "{line}");
    }
}

#[test]
fn verbose_tells_where_and_as_whom_but_no_secret() {
    let run = run(&mut hss("images list --sandbox -v --max 1 --output json"));
    assert_eq!(run.code, Some(0));
    insta::assert_snapshot!(redacted(&run.stderr));
}

#[test]
fn a_status_that_nobody_knows_is_listed() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("images.json");
    let hostile = r#"{"data_list": [
        {"id": 1, "image_type": "private_image", "image_name": "a", "scan_status": "quantum_scanned"},
        {"id": 2, "image_type": "private_image", "image_name": "\u001b[2J\u202eevil\n", "new_field": [1]}
    ]}"#;
    std::fs::write(&file, hostile).expect("a file");
    let server = Server::start(&format!("--data {}", file.display()));
    let listed = records(&mut server.list_signed());
    let given: Value = serde_json::from_str(hostile).expect("JSON");
    assert_eq!(Value::from(listed), given["data_list"]);
    let line = "images list --endpoint URL";
    insta::assert_snapshot!(transcript(line, &run(&mut server.list_signed())));
}

#[test]
fn synchronizing_is_accepted_for_each_type_that_has_it() {
    for image_type in ["private_image", "shared_image"] {
        let said = stdout(hss("images sync --sandbox --image-type").arg(image_type));
        assert_eq!(said, format!("{image_type}: synchronization accepted\n"));
    }
}

#[test]
fn a_listing_that_breaks_off_is_not_printed_as_a_whole_one() {
    let broken = |format: &str| {
        let endpoint = scripted(&[
            (
                200,
                r#"{"total_num": 3, "data_list": [{"id": 1}, {"id": 2}]}"#,
            ),
            (
                400,
                r#"{"error_code": "HSS.0001", "error_msg": "no more\u001b[2J\nhss: 3 images"}"#,
            ),
        ]);
        let line = format!(
            "images list --project-id p --image-type local_image --endpoint {endpoint} -o {format}"
        );
        let run = run(signed(&mut hss(&line)));
        assert_eq!(run.code, Some(1), "{format}");
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        (line, run)
    };
    for format in ["table", "json", "csv"] {
        assert_eq!(broken(format).1.stdout, "", "{format}");
    }
    // Each line of this one stands for itself.
    let (line, run) = broken("ndjson");
    insta::assert_snapshot!(transcript(&line, &run));
}

#[test]
fn a_proxy_is_not_asked_for_what_is_on_this_machine() {
    let mut command = hss("images list --sandbox --max 1 --output json");
    for variable in ["http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        // Nobody listens there.
        command.env(variable, "http://127.0.0.1:1");
    }
    let listed: Value = serde_json::from_str(&stdout(&mut command)).expect("an array");
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
}

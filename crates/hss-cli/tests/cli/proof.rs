//! What the command makes of a service that limits calls, and of lists that cannot be proven.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Run, Server, redacted, run, scripted, signed};

fn list(sandbox: &str, flags: &str) -> Run {
    let server = Server::start(sandbox);
    run(server.list_signed().args(flags.split_whitespace()))
}

fn lines(text: &str) -> usize {
    text.lines().count()
}

/// The limit is that of the documentation, with four seconds in place of the minute.
#[test]
fn a_service_that_limits_calls_is_listed_whole() {
    let run = list(
        "--images 900 --rate-limit 5/4s,count-refused",
        "--image-type private_image --limit 70 -o ndjson -v",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let told = run.stderr.matches("HSS allows 5 calls in 4 s").count();
    assert_eq!(told, 1, "{}", run.stderr);
    let end = run.stderr.lines().last().expect("the calls");
    // One shows the limit, unless a busy machine takes so long that the sixth call finds room.
    let refused = (1..=8).any(|refused| end.contains(&format!(", {refused} refused, ")));
    assert!(refused, "{end}");
    assert!(lines(&run.stdout) > 300, "{end}");
}

#[test]
fn whoever_does_not_wait_is_told_how_long_it_would_take() {
    let run = list(
        "--images 2000 --rate-limit documented",
        "--image-type private_image --limit 50 -o json --no-wait",
    );
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    // Of several pages, one is refused, and the others are not asked for. Whose error comes first is open.
    let limit = ["limit:5,time:1 minute", "5 calls a minute are allowed"];
    assert!(
        limit.iter().any(|text| run.stderr.contains(text)),
        "{}",
        run.stderr
    );
    let wait = (55..=61).any(|wait| run.stderr.contains(&format!(" in {wait} s")));
    assert!(wait, "{}", run.stderr);
}

#[test]
fn a_pace_can_be_set() {
    let run = list(
        "--images 500",
        "--image-type private_image --limit 50 -o ndjson --rate 4/4s -v",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let end = run.stderr.lines().last().expect("the calls");
    let (_, waited) = end.split_once(" 0 refused, ").expect("the wait");
    // A busy machine has less of the window left.
    assert!(
        ["2 s", "3 s", "4 s"]
            .iter()
            .any(|wait| waited.starts_with(wait)),
        "{end}"
    );
}

#[test]
fn a_total_that_is_too_low_makes_a_warning_and_no_short_list() {
    let whole = list("--images 900", "--image-type private_image -o json");
    for total in ["0", "-1", "150", "300", "page"] {
        let run = list(
            &format!("--images 900 --fault total={total}"),
            "--image-type private_image -o json",
        );
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(run.stdout, whole.stdout, "{total}");
        assert!(
            run.stderr
                .contains("hss: warning: private_image: HSS reports a total of"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_list_that_is_not_proven_is_not_printed_unless_it_is_accepted() {
    let mut said = String::new();
    for (fault, flags) in [
        ("total=+5", ""),
        (
            "null=id --fault null=namespace --fault null=image_name --fault null=image_version --fault null=image_digest --fault null=instance_id",
            "--limit 10",
        ),
        ("insert=1", "--passes 2 --limit 10"),
    ] {
        let sandbox = format!("--images 300 --seed 3 --fault {fault}");
        let flags = format!("--image-type private_image -o json {flags}");
        let refused = list(&sandbox, &flags);
        assert_eq!(refused.code, Some(4), "{fault}: {}", refused.stderr);
        assert!(refused.stdout.is_empty(), "{fault}");
        let accepted = list(&sandbox, &format!("{flags} --accept-changes"));
        assert_eq!(accepted.code, Some(4), "{}", accepted.stderr);
        let records: Vec<Value> = serde_json::from_str(&accepted.stdout).expect("an array");
        assert!(records.len() > 100, "{}", records.len());
        // Which answers tell which totals depends on which of several requests arrives first.
        if fault != "insert=1" {
            said += &format!("{fault}\n  {}  {}", refused.stderr, accepted.stderr);
        }
    }
    insta::assert_snapshot!(redacted(&said));
}

#[test]
fn two_records_with_one_id_are_both_printed() {
    static ANSWER: [(u16, &str); 1] = [(
        200,
        r#"{"total_num":2,"data_list":[{"id":1,"vul_num":1},{"id":1,"vul_num":2}]}"#,
    )];
    let listed = |flags: &str| {
        let endpoint = scripted(&ANSWER);
        let flags = format!(
            "images list --endpoint {endpoint} --project-id p --image-type local_image -o ndjson {flags}"
        );
        run(signed(&mut crate::support::hss(&flags)))
    };
    let refused = listed("");
    assert_eq!(refused.code, Some(4));
    assert!(
        refused
            .stderr
            .contains("the record with id 1 appeared twice"),
        "{}",
        refused.stderr
    );
    let accepted = listed("--accept-changes");
    assert_eq!((accepted.code, lines(&accepted.stdout)), (Some(4), 2));
    assert!(
        accepted.stderr.contains("ids are not unique"),
        "{}",
        accepted.stderr
    );
}

#[test]
fn images_that_move_are_found_by_comparing_passes() {
    let whole = list("--images 200", "--image-type shared_image -o ndjson");
    let run = list(
        "--images 200 --fault move=3@4",
        "--image-type shared_image --limit 10 --passes 9 --verify -o ndjson",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&run.stdout), sorted(&whole.stdout));
}

#[test]
fn an_error_with_the_status_of_a_success_is_an_error() {
    let run = list("--fault error-200", "-o json");
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    assert!(
        run.stderr.contains("HSS.1013: Internal error"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_offset_over_several_types_is_right_or_refused() {
    let skipped = list("", "--offset 300 -o ndjson");
    assert_eq!((skipped.code, lines(&skipped.stdout)), (Some(0), 200));
    // What HSS does not tell is not guessed.
    let run = list("--fault null=total_num", "--offset 300 -o json");
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(redacted(&run.stderr));
    let few = list("--fault null=total_num", "--offset 10 -o ndjson");
    assert_eq!(
        (few.code, lines(&few.stdout)),
        (Some(0), 490),
        "{}",
        few.stderr
    );
}

#[test]
fn times_that_cannot_be_meant_are_refused() {
    let mut said = String::new();
    for flags in [
        "--end-latest-scan-time 1764259200",
        "--start-latest-scan-time 1764259200",
        "--start-latest-update-time 20240101",
        "--start-latest-scan-time 2025-02-01 --end-latest-scan-time 2025-01-31",
        "--start-latest-update-time 1h --end-latest-update-time 2h",
        "--rate 0/minute",
        "--passes 0",
    ] {
        let run = run(&mut crate::support::hss(&format!(
            "images list --sandbox {flags}"
        )));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{flags}");
        said += &run.stderr;
    }
    insta::assert_snapshot!(said);
    for flags in [
        "--start-latest-scan-time 2025-02-01 --end-latest-scan-time 2025-02-01",
        "--start-latest-update-time 2w --end-latest-update-time 1h",
    ] {
        let run = run(&mut crate::support::hss(&format!(
            "images list --sandbox {flags}"
        )));
        assert_eq!(run.code, Some(0), "{flags}: {}", run.stderr);
    }
}

/// While nobody reads, the program waits with what it has, and what is under way arrives.
#[test]
fn a_reader_may_take_its_time() {
    let server = Server::start("--images 3000");
    let mut child = server
        .list_signed()
        .args([
            "--image-type",
            "private_image",
            "--limit",
            "20",
            "-o",
            "ndjson",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdout = BufReader::with_capacity(16, child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a record");
    // Another program lists everything meanwhile, in a time in which this one has its pages and cannot print them.
    let others = run(&mut server.list_signed());
    assert_eq!(others.code, Some(0));
    let rest: Vec<_> = stdout.lines().collect::<Result<_, _>>().expect("records");
    assert!(child.wait().expect("it ends").success());
    assert!(rest.len() > 1_000, "{}", rest.len());
}

//! Bad input gets a clear answer in one line, the right exit code, and nothing on stdout.

use crate::support::{closed_port, hss, redacted, run, signed, transcript};

#[test]
fn a_command_line_that_makes_no_sense() {
    let lines = [
        "images list --sandbox --image-type container_image",
        "images list --sandbox --scan-status done",
        "images list --sandbox --has-vul=maybe",
        "images list --sandbox --has-vul maybe",
        "images list --sandbox --start-latest-scan-time yesterday",
        "images list --sandbox --end-latest-update-time 2025-13-01T00:00:00Z",
        "images list --sandbox --image-size 1GiB",
        "images list --sandbox --namespace=",
        "images list --sandbox --limit 5",
        "images list --sandbox --max 0",
        "images list --sandbox --offset -1",
        "images list --sandbox --output json --spreadsheet",
        "images list --sandbox --start-latest-scan-time 1764259200",
        "images list --sandbox --all-enterprise-projects --enterprise-project-id 0",
        "images list --sandbox --project-id=",
        "images list --region=",
        "images list --endpoint=",
        "images list --profile=",
        "images list --project-name=",
        "images list --proxy=",
        "images list --sandbox --output yaml",
        "images list --sandbox --secret-key abc",
        "images list --sandbox --endpoint http://127.0.0.1:1",
        "--iam-endpoint http://127.0.0.1:1 images list --sandbox",
        "images list --sandbox --profile prod",
        "images list --sandbox --cloud cloud.example",
        "images list --region r-1 --cloud cloud.example --endpoint https://hss.example",
        "--cloud cloud.example images list --region r-1 --endpoint https://hss.example",
        "images lst",
        "images sync --sandbox",
        "images sync --sandbox --image-type local_image",
        "sandbox --listen localhost",
        "sandbox --cors docs.example",
        "sandbox --latency 50",
        "sandbox --latency -1s",
        "sandbox --fault gremlins",
        "sandbox --fault status=200",
        "sandbox --images 5 --data images.json",
        "sandbox --seed x",
        "sandbox --region my-kualalumpur-1",
        "sandbox --cloud cloud.example",
    ];
    let mut transcripts = String::new();
    for line in lines {
        let run = run(&mut hss(line));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{line}");
        assert_eq!(run.stderr.lines().count(), 1, "{line}: {}", run.stderr);
        transcripts += &format!("$ hss {line}\n{}\n", run.stderr);
    }
    insta::assert_snapshot!(transcripts);
}

#[test]
fn something_is_missing_or_cannot_work() {
    let proxy = format!("http://127.0.0.1:{}", closed_port());
    let cases: [(&str, &[(&str, &str)]); 23] = [
        ("images list --region my-kualalumpur-1", &[]),
        (
            "images list --region my-kualalumpur-1",
            &[("HUAWEICLOUD_SDK_AK", "only-half")],
        ),
        ("images list --region my-kualalumpur-1 --profile prod", &[]),
        ("images list", &KEY),
        ("images sync --image-type private_image", &KEY),
        ("images list --region evil.example/", &KEY),
        ("images list --region my.kualalumpur", &KEY),
        (
            "images list --region r-1 --cloud https://cloud.example",
            &KEY,
        ),
        ("images list --region r-1 --cloud cloud.example/v3", &KEY),
        ("images list --region r-1 --cloud cloud.example:443", &KEY),
        ("images list --region r-1 --cloud=", &KEY),
        ("images list --cloud cloud.example", &KEY),
        ("images list --endpoint hss.example", &KEY),
        (
            "images list --endpoint https://user:hidden@hss.example",
            &KEY,
        ),
        (
            "images list --endpoint http://192.0.2.1 --project-id p",
            &KEY,
        ),
        ("images list --endpoint https://192.0.2.1", &KEY),
        (
            "images list --endpoint https://user:hidden@hss.example:99999",
            &KEY,
        ),
        ("images list --region user:hidden@hss.example", &KEY),
        (
            "images list --region r-1 --cloud https://user:hidden@cloud.example",
            &KEY,
        ),
        (
            "images list --endpoint https://hss.example/?token=hidden",
            &KEY,
        ),
        ("images list --region r-1 --project-id ..", &KEY),
        (
            "images list --region r-1 --project-id p --proxy socks5://user:hidden@p",
            &KEY,
        ),
        (
            "images list --region r-1 --project-id p --ca-file /nowhere",
            &KEY,
        ),
    ];
    let mut transcripts = String::new();
    for (line, variables) in cases {
        let mut command = hss(line);
        command
            .envs(variables.iter().copied())
            .env("HTTPS_PROXY", &proxy);
        let run = run(&mut command);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(2), ""),
            "{line}: {}",
            run.stderr
        );
        assert_eq!(run.stderr.lines().count(), 1, "{line}: {}", run.stderr);
        assert!(!run.stderr.contains("hidden"), "{}", run.stderr);
        let given: Vec<_> = variables.iter().map(|(name, _)| *name).collect();
        transcripts += &format!(
            "$ hss {line}   # has {given:?}\n{}\n",
            redacted(&run.stderr)
        );
    }
    insta::assert_snapshot!(transcripts);
}

const KEY: [(&str, &str); 2] = [
    ("HUAWEICLOUD_SDK_AK", "AK"),
    ("HUAWEICLOUD_SDK_SK", "hidden"),
];

#[test]
fn nobody_listens_at_the_endpoint() {
    let endpoint = format!("http://127.0.0.1:{}", closed_port());
    let mut transcripts = String::new();
    for more in ["", " --project-id p"] {
        let line = format!("images list --endpoint {endpoint}{more}");
        let run = run(signed(&mut hss(&line)));
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
        transcripts += &transcript(&line, &run);
    }
    insta::assert_snapshot!(transcripts);
}

#[test]
fn a_file_that_is_no_list_of_images() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = directory.path().display().to_string();
    let mut transcripts = String::new();
    for (name, content) in [
        ("missing", None),
        ("text", Some("id,name\n")),
        ("number", Some("7")),
        ("object", Some(r#"{"images": []}"#)),
        ("no-records", Some("[1]")),
        ("no-id", Some(r#"[{"image_type": "local_image"}]"#)),
        (
            "twice",
            Some(
                r#"[{"id": 1, "image_type": "local_image"}, {"id": 1, "image_type": "local_image"}]"#,
            ),
        ),
        (
            "wrong-type",
            Some(r#"[{"id": 1, "image_type": "local_image", "image_size": "large"}]"#),
        ),
    ] {
        let file = directory.path().join(name);
        if let Some(content) = content {
            std::fs::write(&file, content).expect("a file");
        }
        let line = format!("sandbox --listen 127.0.0.1:0 --data {}", file.display());
        let run = run(&mut hss(&line));
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{name}");
        assert_eq!(run.stderr.lines().count(), 1, "{name}: {}", run.stderr);
        transcripts += &redacted(&run.stderr.replace(&place, "DIR"));
    }
    insta::assert_snapshot!(transcripts);
}

#[test]
fn a_database_that_is_none() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("notes.txt");
    std::fs::write(
        &file,
        "Not a database, but long enough to be taken for one. ".repeat(100),
    )
    .expect("a file");
    let line = format!("sandbox --listen 127.0.0.1:0 --db {}", file.display());
    let run = run(&mut hss(&line));
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    let kept = std::fs::read_to_string(&file).expect("the file");
    assert!(kept.starts_with("Not a database"), "the file was changed");
}

//! Inventories that the user gives.

use std::path::PathBuf;

use hss_sandbox::{Error, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Caller;

fn file(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let dir = TempDir::new().expect("a directory");
    let path = dir.path().join("images.json");
    std::fs::write(&path, text).expect("a file");
    (dir, path)
}

/// What is said of a file with this text, the path cut to the name.
async fn refused(text: &str) -> String {
    let (dir, path) = file(text);
    let error = Sandbox::builder().data(path).start().await.expect_err(text);
    let message = error.to_string();
    assert!(!message.contains('\n'), "{message}");
    message.replace(&format!("{}/", dir.path().display()), "")
}

fn odd_records() -> Value {
    json!([
        {"id": 2, "image_type": "private_image", "scan_status": "quantum_scanned", "nobody_knows": {"a": [1, null]}},
        {"id": 1, "image_type": "private_image", "scan_status": "success", "namespace": null, "vul_num": null},
    ])
}

#[tokio::test]
async fn a_saved_response_and_an_array_are_both_taken_as_they_are() {
    let list = odd_records();
    let lines = format!("{}\n{}\n", list[0], list[1]);
    let wide = lines.encode_utf16();
    for text in [
        list.to_string().into_bytes(),
        json!({"total_num": 99, "data_list": list})
            .to_string()
            .into_bytes(),
        lines.clone().into_bytes(),
        // As editors and shells of Windows write it.
        format!("\u{feff}{list}").into_bytes(),
        [0xff, 0xfe]
            .into_iter()
            .chain(wide.clone().flat_map(u16::to_le_bytes))
            .collect(),
        [0xfe, 0xff]
            .into_iter()
            .chain(wide.flat_map(u16::to_be_bytes))
            .collect(),
    ] {
        let (_dir, path) = file(&text);
        let caller = Caller::start(Sandbox::builder().data(path)).await;
        assert_eq!(caller.sandbox.images(), 2);
        let records = caller.all("private_image", "").await;
        assert_eq!(records, [list[1].clone(), list[0].clone()]);
        // Members come in the order in which the file has them.
        assert_eq!(records[1].to_string(), list[0].to_string());
    }
}

#[tokio::test]
async fn malformed_text_in_16_bits_is_refused_and_not_mended() {
    let record = odd_records()[1].to_string();
    let half = record
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .chain([b'x']);
    let name = [0xdc00, u16::from(b'"'), u16::from(b'}')];
    let lone = r#"{"id":1,"image_type":"private_image","a":""#.encode_utf16().chain(name);
    let lone: Vec<_> = lone.flat_map(u16::to_le_bytes).collect();
    for bytes in [half.collect(), lone] {
        let (_dir, path) = file([vec![0xff, 0xfe], bytes].concat());
        let error = Sandbox::builder().data(path).start().await;
        assert!(matches!(error, Err(Error::DataNotJson { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn a_file_of_one_line_has_one_record() {
    let record = odd_records()[1].clone();
    let (_dir, path) = file(record.to_string());
    let caller = Caller::start(Sandbox::builder().data(path)).await;
    assert_eq!(caller.all("private_image", "").await, [record]);
}

#[tokio::test]
async fn a_number_that_a_scanned_record_does_not_have_counts_as_none_found() {
    let Value::Array(records) = odd_records() else {
        panic!("no array")
    };
    let caller = Caller::start(Sandbox::builder().records(records)).await;
    assert_eq!(caller.all("private_image", "has_vul=false").await.len(), 1);
    assert!(caller.all("private_image", "has_vul=true").await.is_empty());
    assert!(
        caller
            .all("private_image", "end_latest_scan_time=4070880000000")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn an_empty_inventory_is_one() {
    let caller = Caller::start(Sandbox::builder().records(Vec::new())).await;
    assert_eq!(caller.sandbox.images(), 0);
    assert_eq!(
        caller.list("image_type=private_image").await.json(),
        json!({"total_num": 0, "data_list": []})
    );
    let answer = caller
        .synchronize(&json!({"image_type": "private_image"}))
        .await;
    assert_eq!(
        answer.json(),
        json!({"error_code": 0, "error_description": "success"})
    );
}

#[tokio::test]
async fn a_bad_file_is_refused_with_the_record_and_the_reason() {
    insta::assert_snapshot!(refused("").await, @r#"images.json has no list of images, but nothing; give a saved response {"data_list": [...]}, an array of image records, or one record per line"#);
    insta::assert_snapshot!(refused("id,image_name\n1,nginx\n").await, @r#"images.json is not JSON: expected value at line 1 column 1; give a saved response {"data_list": [...]}, an array of image records, or one record per line"#);
    insta::assert_snapshot!(refused("5").await, @r#"images.json has no list of images, but the number 5; give a saved response {"data_list": [...]}, an array of image records, or one record per line"#);
    insta::assert_snapshot!(refused("{\"images\": []}").await, @r#"images.json has no list of images, but an object without data_list; give a saved response {"data_list": [...]}, an array of image records, or one record per line"#);
    insta::assert_snapshot!(refused("{\"data_list\": null}").await, @r#"images.json has no list of images, but null; give a saved response {"data_list": [...]}, an array of image records, or one record per line"#);
    insta::assert_snapshot!(refused(r#"[{"id":1,"image_type":"private_image"}, "nginx"]"#).await, @r#"record 2 in images.json is not a valid image: expected an object, found the text "nginx"; nothing was loaded"#);
    insta::assert_snapshot!(refused(r#"{"data_list":[{"id":"111 (example for private images)"}]}"#).await, @r#"record 1 in images.json is not a valid image: id: expected a 64-bit whole number, found the text "111 (example for private images)"; nothing was loaded"#);
    insta::assert_snapshot!(refused(r#"[{"id":1,"image_type":"private_image","image_size":"1000 (Bytes)"}]"#).await, @r#"record 1 in images.json is not a valid image: image_size: expected a 64-bit whole number, found the text "1000 (Bytes)"; nothing was loaded"#);
    insta::assert_snapshot!(refused(r#"[{"image_type":"private_image"}]"#).await, @"record 1 in images.json is not a valid image: it has no id; nothing was loaded");
    insta::assert_snapshot!(refused(r#"[{"id":null,"image_type":"private_image"}]"#).await, @"record 1 in images.json is not a valid image: it has no id; nothing was loaded");
    insta::assert_snapshot!(refused(r#"[{"id":1}]"#).await, @"record 1 in images.json is not a valid image: it has no image_type, so no call could list it; nothing was loaded");
    let twice = r#"[{"id":1,"image_type":"private_image"},{"id":2,"image_type":"private_image"},{"id":1,"image_type":"shared_image"}]"#;
    insta::assert_snapshot!(refused(twice).await, @"record 3 in images.json is not a valid image: record 1 has the id 1 already; nothing was loaded");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let dir = TempDir::new().expect("a directory");
    let path = dir.path().join("missing.json");
    let error = Sandbox::builder()
        .data(&path)
        .start()
        .await
        .expect_err("no file");
    assert!(matches!(&error, Error::ReadData { path: named, .. } if *named == path));
    let message = error
        .to_string()
        .replace(&format!("{}/", dir.path().display()), "");
    insta::assert_snapshot!(message, @"cannot read the images from missing.json: No such file or directory (os error 2); check the path and its permissions");
}

#[tokio::test]
async fn a_bad_record_in_memory_is_refused_too() {
    let error = Sandbox::builder()
        .records(vec![json!(1)])
        .start()
        .await
        .expect_err("no record");
    insta::assert_snapshot!(error.to_string(), @"record 1 in the given records is not a valid image: expected an object, found the number 1; nothing was loaded");
}

#[tokio::test]
async fn a_bad_file_leaves_no_database_behind() {
    let (dir, data) = file("[1]");
    let db = dir.path().join("images.db");
    Sandbox::builder()
        .data(data)
        .db(&db)
        .start()
        .await
        .expect_err("no record");
    assert!(!db.exists());
}

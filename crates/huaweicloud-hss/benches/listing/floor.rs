//! What a listing costs at least: the same records with nothing but an HTTP library and a JSON library, without
//! credentials, retries, checks or open enums.

use std::net::SocketAddr;

use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Page {
    total_num: Option<i32>,
    data_list: Option<Vec<Record>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding is what is measured")]
struct Record {
    id: Option<i64>,
    namespace: Option<String>,
    image_name: Option<String>,
    image_id: Option<String>,
    image_digest: Option<String>,
    image_version: Option<String>,
    image_type: Option<String>,
    latest_version: Option<bool>,
    scan_status: Option<String>,
    scan_failed_desc: Option<String>,
    image_size: Option<i64>,
    latest_update_time: Option<i64>,
    latest_scan_time: Option<i64>,
    vul_num: Option<i32>,
    unsafe_setting_num: Option<i32>,
    malicious_file_num: Option<i32>,
    domain_name: Option<String>,
    shared_status: Option<String>,
    scannable: Option<bool>,
    instance_name: Option<String>,
    instance_id: Option<String>,
    instance_url: Option<String>,
    association_images: Option<Vec<Association>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding is what is measured")]
struct Association {
    image_name: Option<String>,
    image_version: Option<String>,
    image_type: Option<String>,
    namespace: Option<String>,
    image_digest: Option<String>,
    scan_status: Option<String>,
}

/// Reads page after page, and counts the records.
pub(crate) async fn list(client: &reqwest::Client, server: SocketAddr) -> usize {
    let url = format!("http://{server}/v5/0123456789abcdef0123456789abcdef/image/swr-repository");
    let mut read = 0;
    loop {
        let offset = read.to_string();
        let page: Page = client
            .get(&url)
            .query(&[
                ("image_type", "private_image"),
                ("limit", "200"),
                ("offset", &offset),
            ])
            .header("x-auth-token", "token")
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("a page");
        let records = page.data_list.unwrap_or_default();
        read += records.len();
        let total = page.total_num.unwrap_or_default();
        if records.is_empty() || read >= usize::try_from(total).unwrap_or_default() {
            return read;
        }
    }
}

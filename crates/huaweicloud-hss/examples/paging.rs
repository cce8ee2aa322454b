//! A whole listing that can be broken off and gone on with: page by page, with the place to go on from.
//!
//! ```sh
//! HUAWEICLOUD_SDK_AK=… HUAWEICLOUD_SDK_SK=… cargo run --example paging -- 0
//! ```

use futures::TryStreamExt;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, RateLimit};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start: i32 = std::env::args().nth(1).unwrap_or_default().parse()?;
    let client = Client::from_env()?
        .region("ap-southeast-3")
        .rate_limit(RateLimit::per_second(20))
        .connect()
        .await?;

    let mut pages = client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
        .offset(start)
        .pages()
        .concurrency(4);
    loop {
        match pages.try_next().await {
            Ok(Some(page)) => println!("{} records from {} on", page.records.len(), page.offset),
            Ok(None) => break,
            Err(error) => {
                eprintln!("go on with {}", pages.summary().next_offset);
                return Err(error.into());
            }
        }
    }
    let summary = pages.summary();
    println!(
        "{} of {:?} records in {} passes, {} came twice",
        summary.yielded, summary.total_num, summary.passes, summary.duplicates
    );
    Ok(())
}

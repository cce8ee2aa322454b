//! The images with vulnerabilities of several projects and regions, all types, in one stream.
//!
//! ```sh
//! HUAWEICLOUD_SDK_AK=… HUAWEICLOUD_SDK_SK=… cargo run --example list_all
//! ```

use futures::StreamExt;
use huaweicloud_hss::{Client, RateLimit, list_all};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // One limit for all regions together.
    let limit = RateLimit::per_second(20);
    let mut clients = Vec::new();
    for region in ["ap-southeast-1", "ap-southeast-3"] {
        let builder = Client::from_env()?.region(region);
        clients.push(builder.rate_limit(limit.clone()).connect().await?);
    }

    let mut images = list_all(&clients)
        .filter(|request| request.has_vul(true))
        .items();
    while let Some(image) = images.next().await {
        match image {
            Ok(image) => println!("{}: {:?}", image.origin, image.image_name),
            // The other listings go on.
            Err(error) => eprintln!("{error}"),
        }
    }
    Ok(())
}

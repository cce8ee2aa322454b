//! Images with vulnerabilities, for an IAM user with a password. The client obtains a token, and another before
//! it expires.
//!
//! ```sh
//! HSS_ACCOUNT=… HSS_USER=… HSS_PASSWORD=… cargo run --example password
//! ```

use std::env;

use futures::TryStreamExt;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .region("ap-southeast-3")
        .credentials(Credentials::password(
            env::var("HSS_ACCOUNT")?,
            env::var("HSS_USER")?,
            env::var("HSS_PASSWORD")?,
        ))
        // The token tells the id of the project.
        .connect()
        .await?;

    let images: Vec<_> = client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
        .has_vul(true)
        .items()
        .try_collect()
        .await?;
    println!("{} images have vulnerabilities", images.len());
    Ok(())
}

//! One page of images, with a token that another program obtained. It is not renewed.
//!
//! ```sh
//! HSS_TOKEN=… HSS_PROJECT_ID=… cargo run --example token
//! ```

use std::env;

use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .region("ap-southeast-3")
        .project_id(env::var("HSS_PROJECT_ID")?)
        .credentials(Credentials::token(env::var("HSS_TOKEN")?))
        .build()?;

    let request = client
        .list_swr_image_repository()
        .image_type(ImageType::SharedImage);
    match request.send().await {
        Ok(page) => println!("{:?} shared images", page.total_num),
        Err(error) if error.is_auth() => println!("the token is of no use: {error}"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

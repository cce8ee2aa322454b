//! One page of images, with an access key (AK/SK) or, with a security token, a temporary one.
//!
//! ```sh
//! HSS_AK=… HSS_SK=… cargo run --example access_key
//! ```

use std::env;

use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (access_key, secret_key) = (env::var("HSS_AK")?, env::var("HSS_SK")?);
    let credentials = match env::var("HSS_SECURITY_TOKEN") {
        Ok(token) => Credentials::temporary_access_key(access_key, secret_key, token),
        Err(_) => Credentials::access_key(access_key, secret_key),
    };
    let client = Client::builder()
        .region("ap-southeast-3")
        .credentials(credentials)
        // The project of the region is found through IAM.
        .connect()
        .await?;

    let page = client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
        .limit(20)
        .send()
        .await?;
    println!("{:?} images in all", page.total_num);
    for image in page.data_list.iter().flatten() {
        println!("{:?} {:?}", image.image_name, image.image_version);
    }
    Ok(())
}

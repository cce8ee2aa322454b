//! Where the credentials come from is left to the machine: environment variables, the credentials file, the pod, or the
//! virtual machine (ECS) itself.
//!
//! ```sh
//! HUAWEICLOUD_SDK_AK=… HUAWEICLOUD_SDK_SK=… cargo run --example environment
//! ```

use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> huaweicloud_hss::Result<()> {
    let client = Client::from_env()?
        .region("ap-southeast-3")
        .connect()
        .await?;
    println!("project {}", client.project_id());
    // `Settings::load` is what `from_env` reads, and tells which of them it was.
    let settings = huaweicloud_hss::Settings::load(None)?;
    println!(
        "credentials: {}",
        settings
            .credentials
            .map_or_else(String::new, |found| found.to_string())
    );

    // On a virtual machine that has an agency, this needs nothing from outside.
    let on_ecs = Client::builder()
        .region("ap-southeast-3")
        .project_id(client.project_id())
        .credentials(Credentials::ecs_metadata())
        .build()?;
    let page = on_ecs
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
        .send()
        .await?;
    println!("{:?} private images", page.total_num);
    Ok(())
}

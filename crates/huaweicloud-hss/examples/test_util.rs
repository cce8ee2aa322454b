//! A test of a program that has to live with a service which fails for a while. It takes no time: the client waits by a
//! clock that the test owns.
//!
//! ```sh
//! cargo run --features test-util --example test_util
//! ```

use std::time::SystemTime;

use futures::TryStreamExt;
use hss_sandbox::{Fault, Sandbox, account};
use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Credentials};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().images(50).start().await?;
    sandbox.script([Fault::Status(503), Fault::Html(502)]);

    let clock = ManualClock::new(SystemTime::now());
    let client = Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(account::PROJECT_ID)
        .credentials(Credentials::access_key(
            account::ACCESS_KEY,
            account::SECRET_KEY,
        ))
        .clock(&clock)
        .build()?;
    let images: Vec<_> = client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
        .items()
        .try_collect()
        .await?;

    println!("{} images", images.len());
    println!("the client would have waited {:?}", clock.waits());
    assert_eq!(clock.waits().len(), 2);
    Ok(())
}

//! What a program sees of its calls with `tracing`: a line for each call and each attempt when it ends, retries as
//! warnings, waits for the limit of calls as information.
//!
//! ```sh
//! HUAWEICLOUD_SDK_AK=… HUAWEICLOUD_SDK_SK=… cargo run --example tracing
//! ```

use futures::TryStreamExt;
use huaweicloud_hss::Client;
use huaweicloud_hss::types::ImageType;
use tracing_subscriber::fmt::format::FmtSpan;

#[tokio::main]
async fn main() -> huaweicloud_hss::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        // The spans of the client have the level INFO; their attributes have the names of OpenTelemetry.
        .with_span_events(FmtSpan::CLOSE)
        .init();
    let client = Client::from_env()?
        .region("ap-southeast-3")
        .connect()
        .await?;
    let images: Vec<_> = client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
        .items()
        .try_collect()
        .await?;
    println!("{} images", images.len());
    Ok(())
}

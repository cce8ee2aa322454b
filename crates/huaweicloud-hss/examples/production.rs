//! A client with every setting that a program in production may want to choose, and what to do about each error.
//!
//! ```sh
//! HUAWEICLOUD_SDK_AK=… HUAWEICLOUD_SDK_SK=… cargo run --example production -- ap-southeast-3
//! ```

use std::time::Duration;

use futures::TryStreamExt;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Agency, Client, Error, RateLimit, RetryPolicy, Settings};

async fn client(region: String) -> huaweicloud_hss::Result<Client> {
    let mut settings = Settings::load(None)?;
    // Another account's images, through an agency that lets this one look at them.
    if let (Some(credentials), Ok(agency)) = (&settings.credentials, std::env::var("AGENCY")) {
        let agency = Agency::new(agency).account_name("customer");
        settings.credentials = Some(credentials.clone().assume_agency(agency));
    }
    let mut builder = Client::builder()
        .settings(settings)
        .region(region)
        .user_agent(concat!("inventory/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(5))
        .attempt_timeout(Duration::from_secs(20))
        .timeout(Duration::from_secs(60))
        .retry(RetryPolicy::default().attempts(6))
        // No more than this, whatever the service turns out to allow.
        .rate_limit(RateLimit::per(60, Duration::from_secs(60)))
        .throttle_wait(Duration::from_secs(15 * 60))
        .on_throttle(|throttle| eprintln!("{throttle}"))
        .response_limit(16 << 20);
    if let Ok(file) = std::env::var("CA_FILE") {
        let pem = std::fs::read(&file).map_err(|error| Error::credentials(error.to_string()))?;
        builder = builder.root_certificates(pem);
    }
    let addresses = builder.addresses()?;
    eprintln!(
        "HSS is {} ({})",
        addresses.hss.url(),
        addresses.hss.source()
    );
    builder.connect().await
}

async fn list(region: String) -> huaweicloud_hss::Result<u64> {
    let client = client(region).await?;
    let request = client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage);
    let mut images = request.items();
    while let Some(image) = images.try_next().await? {
        println!("{:?}: {:?}", image.image_name, image.vul_num);
    }
    Ok(images.summary().yielded)
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    // Retries and waits are seen with the default level of subscribers.
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let region = std::env::args()
        .nth(1)
        .unwrap_or("ap-southeast-3".to_owned());
    let error = match list(region).await {
        Ok(images) => {
            eprintln!("{images} images");
            return std::process::ExitCode::SUCCESS;
        }
        Err(error) => error,
    };
    eprintln!("{error}");
    std::process::ExitCode::from(match () {
        () if error.is_auth() => 3,
        () if error.is_throttled() || error.is_retryable() => 75,
        () => 1,
    })
}

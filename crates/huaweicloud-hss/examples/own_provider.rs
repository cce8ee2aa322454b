//! Credentials from a source of one's own, here a file that another program renews.
//!
//! ```sh
//! cargo run --example own_provider -- /run/secrets/hss
//! ```

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Credential, CredentialProvider, Credentials, Error};

/// Two lines: the access key and the secret key.
#[derive(Debug)]
struct KeyFile(PathBuf);

impl CredentialProvider for KeyFile {
    async fn credential(&self) -> Result<Credential, Error> {
        let text = tokio::fs::read_to_string(&self.0)
            .await
            .map_err(|error| Error::credentials(format!("{}: {error}", self.0.display())))?;
        let mut lines = text.lines();
        let (Some(access_key), Some(secret_key)) = (lines.next(), lines.next()) else {
            return Err(Error::credentials("the key file has fewer than two lines"));
        };
        // It is read again in time, in case the keys were exchanged.
        let end = SystemTime::now() + Duration::from_secs(3_600);
        Ok(Credential::access_key(access_key, secret_key).expires_at(end))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args_os().nth(1).ok_or("name the key file")?;
    let client = Client::builder()
        .region("ap-southeast-3")
        .credentials(Credentials::provider(KeyFile(file.into())))
        .connect()
        .await?;
    let page = client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
        .send()
        .await?;
    println!("{:?} private images", page.total_num);
    Ok(())
}

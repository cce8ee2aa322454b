//! A listing in a program without an async runtime, and what it came to.
//!
//! ```sh
//! HUAWEICLOUD_SDK_AK=… HUAWEICLOUD_SDK_SK=… cargo run --features blocking --example blocking
//! ```

use huaweicloud_hss::Client;
use huaweicloud_hss::blocking::Blocking;
use huaweicloud_hss::types::ImageType;

fn main() -> huaweicloud_hss::Result<()> {
    let blocking = Blocking::new()?;
    let builder = Client::from_env()?.region("ap-southeast-3");
    let client = blocking.wait(builder.connect())?;
    let request = client
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage);
    let mut images = blocking.iter(request.items());
    for image in &mut images {
        println!("{:?}", image?.image_name);
    }
    println!("{} images", images.stream().summary().yielded);
    Ok(())
}

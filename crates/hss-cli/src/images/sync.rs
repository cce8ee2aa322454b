//! `hss images sync`.

use std::io::{self, Write};

use huaweicloud_hss::types::ImageSynchronizationRequest;

use crate::args::Connection;
use crate::args::images::SyncArgs;
use crate::connect;
use crate::failure::Failure;
use crate::progress::Progress;

/// Has HSS read the images of one type anew, and says that it will.
pub(crate) async fn run(
    args: SyncArgs,
    connection: Connection,
    verbose: bool,
) -> Result<(), Failure> {
    let connected = connect::connect(connection, verbose, &Progress::new(false)).await?;
    let image_type = args.image_type;
    let mut request = connected
        .client
        .run_image_synchronize()
        .body(ImageSynchronizationRequest::builder().image_type(image_type.clone()));
    if let Some(id) = args.enterprise_project_id {
        request = request.enterprise_project_id(id);
    }
    request.send().await.map_err(Failure::Client)?;
    writeln!(io::stdout(), "{image_type}: synchronization accepted").map_err(Failure::Output)
}

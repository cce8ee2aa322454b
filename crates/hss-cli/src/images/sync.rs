//! `hss images sync`.

use std::io::Write;

use huaweicloud_hss::types::ImageSynchronizationRequest;

use crate::args::Connection;
use crate::args::images::SyncArgs;
use crate::connect;
use crate::failure::Failure;
use crate::output::target::Target;
use crate::progress::Progress;

/// Asks HSS to refresh its copy of the images of one type from SWR, and says that HSS has accepted it.
pub(crate) async fn run(
    args: SyncArgs,
    connection: Connection,
    verbose: bool,
    progress: &Progress,
) -> Result<(), Failure> {
    // Before HSS is asked to do something that nobody could be told of.
    let mut stdout = Target::stdout()?;
    let connected = connect::connect(connection, verbose, progress).await?;
    let image_type = args.image_type;
    let mut request = connected
        .client
        .run_image_synchronize()
        .body(ImageSynchronizationRequest::builder().image_type(image_type.clone()));
    if let Some(id) = args.enterprise_project_id {
        request = request.enterprise_project_id(id);
    }
    request.send().await.map_err(Failure::Client)?;
    writeln!(stdout, "{image_type}: synchronization accepted").map_err(Failure::Output)?;
    stdout.finish()
}

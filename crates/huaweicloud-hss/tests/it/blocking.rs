//! The client without an async runtime.

use hss_sandbox::{Sandbox, account};
use huaweicloud_hss::blocking::Blocking;
use huaweicloud_hss::{Client, Credentials, Error};

#[test]
fn a_program_without_a_runtime_lists_and_synchronizes() {
    // The sandbox has a runtime of its own, on other threads.
    let elsewhere = tokio::runtime::Runtime::new().expect("a runtime");
    let sandbox = elsewhere
        .block_on(Sandbox::builder().start())
        .expect("a sandbox");
    let blocking = Blocking::new().expect("a runtime");
    let client = blocking
        .wait(
            Client::builder()
                .endpoint(sandbox.endpoint())
                .region(account::REGION)
                .credentials(Credentials::access_key(
                    account::ACCESS_KEY,
                    account::SECRET_KEY,
                ))
                .connect(),
        )
        .expect("a client");
    let request = client
        .list_swr_image_repository()
        .image_type("private_image")
        .limit(20);
    let page = blocking.wait(request.clone().send()).expect("a page");
    let mut images = blocking.iter(request.items());
    let all: Vec<_> = images
        .by_ref()
        .collect::<Result<_, Error>>()
        .expect("a listing");
    assert_eq!(i32::try_from(all.len()).ok(), page.total_num);
    let summary = images.stream().summary();
    assert_eq!(summary.yielded, all.len() as u64);
}

//! The helper from the side of a test that uses it.

use futures::TryStreamExt;
use hss_test_util::{Fault, SandboxBuilder, TestService, account};
use huaweicloud_hss::types::PrivateImageRepositoryInfo;
use huaweicloud_hss::{Client, Credentials, Error, RetryPolicy};
use serde_json::json;

async fn list(client: &Client) -> Result<Vec<PrivateImageRepositoryInfo>, Error> {
    client
        .list_swr_image_repository()
        .image_type("private_image")
        .items()
        .try_collect()
        .await
}

#[tokio::test]
async fn a_client_lists_and_gets_over_failures_without_waiting() {
    let service = TestService::start().await;
    let before = list(&service.client()).await.expect("a listing");
    service.script([Fault::Status(503), Fault::Throttle(1), Fault::Html(504)]);
    let after = list(&service.client()).await.expect("a listing");
    assert_eq!(before, after);
    assert_eq!(service.clock().waits().len(), 3);
}

#[tokio::test]
async fn a_failure_reaches_a_client_that_does_not_retry() {
    let service = TestService::start().await;
    service.script([Fault::Status(503)]);
    let client = service.client_builder().retry(RetryPolicy::none()).build();
    let error = list(&client.expect("a client")).await.expect_err("failed");
    assert_eq!(error.status(), Some(503));
}

#[tokio::test]
async fn the_records_can_be_those_of_the_test() {
    let record = json!({"id": 7, "image_type": "private_image", "image_name": "mine"});
    let service = TestService::start_with(SandboxBuilder::default().records(vec![record])).await;
    let found = list(&service.client()).await.expect("a listing");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].image_name.as_deref(), Some("mine"));
}

#[tokio::test]
async fn tokens_expire_by_the_clock_of_the_service_and_are_renewed() {
    let clock = hss_test_util::Clock::fixed(std::time::SystemTime::now());
    let service = TestService::start_with(SandboxBuilder::default().clock(clock.clone())).await;
    let client = service
        .client_builder()
        .credentials(Credentials::password(
            account::ACCOUNT,
            account::USER,
            account::PASSWORD,
        ))
        .build()
        .expect("a client");
    let before = list(&client).await.expect("a listing");
    // The clock of the client does not know.
    clock.advance(std::time::Duration::from_secs(25 * 3_600));
    assert_eq!(list(&client).await.expect("a listing"), before);
}

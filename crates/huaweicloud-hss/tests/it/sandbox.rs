//! The client against the sandbox, which reads the same contract on its own.

use futures::TryStreamExt;
use hss_sandbox::{Sandbox, account};
use huaweicloud_hss::types::{ImageSynchronizationRequest, ImageType, PrivateImageRepositoryInfo};
use huaweicloud_hss::{Client, Credentials, Error, ErrorKind};

fn access_key() -> Credentials {
    Credentials::access_key(account::ACCESS_KEY, account::SECRET_KEY)
}

async fn sandbox() -> Sandbox {
    Sandbox::builder().start().await.expect("a sandbox")
}

fn client(sandbox: &Sandbox, credentials: Credentials) -> Client {
    Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(account::PROJECT_ID)
        .credentials(credentials)
        .build()
        .expect("a client")
}

async fn list(client: &Client) -> Result<Vec<PrivateImageRepositoryInfo>, Error> {
    let mut all = Vec::new();
    for image_type in ImageType::KNOWN {
        let request = client
            .list_swr_image_repository()
            .image_type(image_type.clone());
        let mut records: Vec<_> = request.items().try_collect().await?;
        all.append(&mut records);
    }
    Ok(all)
}

#[tokio::test]
async fn a_signed_listing_has_every_image() {
    let sandbox = sandbox().await;
    let client = client(&sandbox, access_key());
    let images = list(&client).await.expect("a listing");
    assert_eq!(images.len(), 500);
    for id in [111, 222, 333] {
        assert!(images.iter().any(|image| image.id == Some(id)), "{id}");
    }
}

#[tokio::test]
async fn a_token_gives_the_same_listing() {
    let sandbox = sandbox().await;
    let token = token(&sandbox).await;
    let with = async |credentials| {
        let client = client(&sandbox, credentials);
        list(&client).await.expect("a listing")
    };
    assert_eq!(
        with(Credentials::token(token)).await,
        with(access_key()).await
    );
}

async fn token(sandbox: &Sandbox) -> String {
    let response = reqwest::Client::new()
        .post(format!("{}/v3/auth/tokens", sandbox.endpoint()))
        .json(&serde_json::json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": {
                "domain": { "name": account::ACCOUNT },
                "name": account::USER,
                "password": account::PASSWORD,
            } } },
            "scope": { "project": { "name": account::REGION } },
        } }))
        .send()
        .await
        .expect("an answer");
    let token = response.headers()["x-subject-token"].to_str();
    token.expect("a token").to_owned()
}

#[tokio::test]
async fn the_project_id_is_found_by_the_region() {
    let sandbox = sandbox().await;
    let client = Client::builder()
        .endpoint(sandbox.endpoint())
        .region(account::REGION)
        .credentials(access_key())
        .connect()
        .await
        .expect("a client");
    assert_eq!(client.project_id(), account::PROJECT_ID);

    let error = Client::builder()
        .endpoint(sandbox.endpoint())
        .region("another-region")
        .credentials(access_key())
        .connect()
        .await
        .expect_err("no such project");
    assert_eq!(error.kind(), ErrorKind::Project);
    insta::assert_snapshot!(error.to_string().replace(&sandbox.endpoint(), "URL"));
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let sandbox = sandbox().await;
    let client = client(
        &sandbox,
        Credentials::access_key(account::ACCESS_KEY, "wrong"),
    );
    let error = list(&client).await.expect_err("refused");
    assert_eq!(error.status(), Some(401));
    assert_eq!(error.error_code(), Some("APIGW.0301"));
    assert!(error.is_auth());
    assert!(error.request_id().is_some());
}

#[tokio::test]
async fn a_synchronization_brings_new_versions() {
    let sandbox = sandbox().await;
    let client = client(&sandbox, access_key());
    let before = list(&client).await.expect("a listing").len();
    client
        .run_image_synchronize()
        .body(ImageSynchronizationRequest::builder().image_type("private_image"))
        .send()
        .await
        .expect("accepted");
    assert!(list(&client).await.expect("a listing").len() > before);
}

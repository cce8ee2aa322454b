//! What the generated client sends for an operation that the public client does not offer. For the others see
//! `tests/it/wire.rs`.

use hss_spec::Contract;

use crate::generated::iam;
use crate::transport::Transport;
use crate::{Credentials, exchange};

#[path = "../../tests/it/server.rs"]
#[allow(dead_code, reason = "the integration tests use all of it")]
mod server;
use server::{Server, json};

#[tokio::test]
async fn a_request_for_a_token() {
    let server = Server::start([json(201, r#"{"token":{"methods":["password"]}}"#)]).await;
    let client = iam::Client::new_with_client(
        server.endpoint(),
        reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client"),
        Transport {
            // The operation needs no credentials, and gets them all the same: the transport has no others.
            credentials: Credentials::token("token-that-nobody-may-see"),
            project_id: None,
        },
    );
    let example = "/components/examples/CreateTokenForProjectName/value";
    let example = Contract::iam().value().pointer(example);
    let body: iam::types::CreateTokenRequest =
        serde_json::from_value(example.expect("an example").clone()).expect("a body");
    let request = client
        .keystone_create_user_token_by_password()
        .nocatalog("true")
        .body(body);
    let answer = exchange::recorded(request.send_generated())
        .await
        .expect("an answer");
    let answer: iam::types::CreateTokenResponse = answer.decode(201).expect("a token");
    let methods = answer.token.and_then(|token| token.methods);
    assert_eq!(methods, Some(vec!["password".to_owned()]));
    insta::assert_snapshot!(server.received()[0].render());
}

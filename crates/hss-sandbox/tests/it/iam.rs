//! Tokens and projects.

use std::time::{Duration, SystemTime};

use hss_sandbox::{Clock, Sandbox, account};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::client::{Caller, token_request};

/// Status and message of an error in the shape of IAM.
fn error(answer: &crate::client::Answer) -> String {
    let error = &answer.json()["error"];
    assert_eq!(error["code"], answer.status.as_u16());
    assert_eq!(
        error["title"],
        answer.status.canonical_reason().expect("a known status")
    );
    format!(
        "{} {}",
        error["code"],
        error["message"].as_str().expect("a text")
    )
}

#[tokio::test]
async fn a_token_comes_with_its_facts() {
    let clock = Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_micros(1_767_236_645_678_901));
    let caller = Caller::start(Sandbox::builder().clock(clock)).await;
    let scope = json!({"project": {"id": account::PROJECT_ID}});
    let answer = caller
        .post("/v3/auth/tokens?nocatalog=true", &token_request(&scope))
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let token = answer.headers["x-subject-token"].to_str().expect("ASCII");
    assert!(token.len() > 64 && !answer.text.contains(token));
    let account = json!({"id": account::ACCOUNT_ID, "name": "sandbox"});
    assert_eq!(
        answer.json(),
        json!({"token": {
            "methods": ["password"],
            "expires_at": "2026-01-02T03:04:05.678901Z",
            "issued_at": "2026-01-01T03:04:05.678901Z",
            "user": {"id": account::USER_ID, "name": "sandbox", "domain": account, "password_expires_at": ""},
            "project": {"id": account::PROJECT_ID, "name": "my-kualalumpur-1", "domain": account},
            "roles": [],
        }})
    );
}

#[tokio::test]
async fn the_catalog_leads_back_to_the_sandbox() {
    let caller = Caller::start(Sandbox::builder()).await;
    let scope = json!({"project": {"name": account::REGION}});
    let answer = caller
        .post("/v3/auth/tokens?nocatalog=", &token_request(&scope))
        .await;
    let catalog = &answer.json()["token"]["catalog"];
    assert_eq!(catalog[0]["type"], "hss");
    assert_eq!(catalog[0]["endpoints"][0]["url"], caller.sandbox.endpoint());
}

#[tokio::test]
async fn a_token_without_a_scope_is_one_for_the_account() {
    let caller = Caller::start(Sandbox::builder()).await;
    let mut request = token_request(&Value::Null);
    let auth = request["auth"].as_object_mut().expect("an object");
    auth.remove("scope");
    let token = caller.post("/v3/auth/tokens", &request).await.json();
    assert_eq!(token["token"]["domain"]["name"], "sandbox");
    assert_eq!(token["token"].get("project"), None);
}

#[tokio::test]
async fn wrong_names_passwords_and_scopes_are_refused() {
    let caller = Caller::start(Sandbox::builder()).await;
    let right = || token_request(&json!({"project": {"name": account::REGION}}));
    for pointer in ["/domain/name", "/name", "/password"] {
        let mut request = right();
        let user = &mut request["auth"]["identity"]["password"]["user"];
        *user.pointer_mut(pointer).expect("the member") = "wrong".into();
        let answer = caller.post("/v3/auth/tokens", &request).await;
        assert_eq!(error(&answer), "401 The username or password is wrong.");
        assert!(!answer.headers.contains_key("x-subject-token"));
    }
    let scoped =
        async |scope: Value| error(&caller.post("/v3/auth/tokens", &token_request(&scope)).await);
    insta::assert_snapshot!(scoped(json!({"project": {"name": "cn-north-4"}})).await, @"404 The project of the scope does not exist.");
    insta::assert_snapshot!(scoped(json!({"project": {"id": "f"}})).await, @"404 The project of the scope does not exist.");
    insta::assert_snapshot!(scoped(json!({"project": {}})).await, @"404 The project of the scope does not exist.");
    insta::assert_snapshot!(scoped(json!({"project": {"id": account::PROJECT_ID, "name": "cn-north-4"}})).await, @"404 The project of the scope does not exist.");
    insta::assert_snapshot!(scoped(json!({"domain": {"name": "another"}})).await, @"404 The account of the scope does not exist.");
    insta::assert_snapshot!(scoped(json!({})).await, @"400 The scope must be either a project or a domain.");
}

#[tokio::test]
async fn a_malformed_request_for_a_token_is_answered_without_its_values() {
    let caller = Caller::start(Sandbox::builder()).await;
    let message = async |body: &'static str| {
        let request = caller.http.post(caller.url("/v3/auth/tokens")).body(body);
        error(&caller.send(request).await)
    };
    insta::assert_snapshot!(message("").await, @"400 The request body is not JSON.");
    insta::assert_snapshot!(message("{\"auth\":").await, @"400 The request body is not JSON.");
    insta::assert_snapshot!(message("{}").await, @"400 The request body is invalid: missing field `auth`.");
    insta::assert_snapshot!(message("\"hunter2\"").await, @"400 The request body is invalid: wrong type.");
    insta::assert_snapshot!(message(r#"{"auth":{"identity":{"methods":["password"],"password":"hunter2"}}}"#).await, @"400 Member auth.identity.password of the body is invalid: wrong type.");
    insta::assert_snapshot!(message(r#"{"auth":{"identity":{"methods":["password"]}}}"#).await, @"400 The member password is missing beside methods.");
    insta::assert_snapshot!(message(r#"{"auth":{"identity":{"methods":["token"]}}}"#).await, @"400 The only method of this IAM is password.");
}

#[tokio::test]
async fn the_project_is_found_by_every_filter_that_fits() {
    let caller = Caller::start(Sandbox::builder()).await;
    let ids = async |query: &str| {
        let answer = caller.get(&format!("/v3/projects?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
        let projects = answer.json()["projects"]
            .as_array()
            .cloned()
            .expect("an array");
        projects
            .iter()
            .map(|project| project["id"].as_str().expect("a text").to_owned())
            .collect::<Vec<_>>()
    };
    let account_id = account::ACCOUNT_ID;
    for fits in [
        "",
        "name=my-kualalumpur-1",
        &format!("domain_id={account_id}&parent_id={account_id}"),
        "enabled=true&is_domain=false",
        "page=1&per_page=100",
    ] {
        assert_eq!(ids(fits).await, [account::PROJECT_ID], "{fits}");
    }
    for misses in [
        "name=cn-north-4",
        "name=",
        "domain_id=other",
        "parent_id=other",
        "enabled=false",
        "is_domain=true",
        "page=2&per_page=1",
    ] {
        assert!(ids(misses).await.is_empty(), "{misses}");
    }
}

#[tokio::test]
async fn the_projects_of_the_caller_take_no_filter() {
    let caller = Caller::start(Sandbox::builder()).await;
    let answer = caller.get("/v3/auth/projects").await;
    assert_eq!(answer.json()["projects"][0]["id"], account::PROJECT_ID);
    let link = answer.json()["links"]["self"].clone();
    assert!(
        link.as_str()
            .is_some_and(|link| link.ends_with("/v3/auth/projects")),
        "{link}"
    );
}

#[tokio::test]
async fn a_wrong_parameter_of_the_projects_is_named() {
    let caller = Caller::start(Sandbox::builder()).await;
    let message = async |query: &str| error(&caller.get(&format!("/v3/projects?{query}")).await);
    insta::assert_snapshot!(message("enabled=yes").await, @"400 Parameter enabled is invalid: expected true or false.");
    insta::assert_snapshot!(message("page=1").await, @"400 Parameters page and per_page go together.");
    insta::assert_snapshot!(message("page=0&per_page=5").await, @"400 Parameters page and per_page must be at least 1.");
    insta::assert_snapshot!(message("name=a&name=b").await, @"400 Parameter name is given more than once.");
}

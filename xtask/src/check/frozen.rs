//! What programs know the service by, and what therefore stays as it is: names and addresses.

use serde_json::Value;

use crate::model::{join, operations};
use crate::project::Document;
use crate::report::Findings;
use crate::sources::HSS_IMAGE;

/// The vendor's names of the operations, by which programs know them.
const OPERATION_IDS: [(&str, &str, &str); 4] = [
    (
        "get",
        "/v5/{project_id}/image/swr-repository",
        "ListSwrImageRepository",
    ),
    (
        "post",
        "/v5/{project_id}/image/synchronize",
        "RunImageSynchronize",
    ),
    (
        "post",
        "/v3/auth/tokens",
        "KeystoneCreateUserTokenByPassword",
    ),
    ("get", "/v3/projects", "KeystoneListProjects"),
];

/// The addresses of the services. No page states them; they are those of the official SDKs.
const SERVERS: [&str; 5] = [
    "https://hss.{region}.myhuaweicloud.com",
    "https://hss.eu-west-101.myhuaweicloud.eu",
    "https://iam.{region}.myhuaweicloud.com",
    "https://iam.myhuaweicloud.com",
    "https://iam.eu-west-101.myhuaweicloud.eu",
];

pub(super) fn check(document: &Document, found: &mut Findings<'_>) {
    operation_ids(document, found);
    servers(document, found);
}

/// The names by which programs know the operations never change.
fn operation_ids(document: &Document, found: &mut Findings<'_>) {
    let operations = operations(&document.value);
    for operation in &operations {
        let frozen = OPERATION_IDS
            .into_iter()
            .find(|(method, path, _)| *method == operation.method && *path == operation.path);
        match frozen {
            Some((_, _, id)) if id == operation.id => {}
            Some((_, _, id)) => found.at(
                join(&operation.pointer(), "operationId"),
                format!("the operationId is frozen as `{id}`"),
            ),
            None => found.settled_by(
                operation.pointer(),
                "this operation is not among the frozen operationIds",
                "an operation never changes its path; a new one is added to OPERATION_IDS in \
                 xtask/src/check/frozen.rs",
            ),
        }
    }
    for (_, path, id) in OPERATION_IDS.into_iter().filter(|(_, path, _)| {
        // Each document has the paths of one service.
        path.starts_with("/v5/") == (document.name == HSS_IMAGE)
    }) {
        if !operations.iter().any(|operation| operation.path == path) {
            found.at("/paths", format!("`{id}` is gone; it was at {path}"));
        }
    }
}

/// Clients are configured with these addresses, or build them.
fn servers(document: &Document, found: &mut Findings<'_>) {
    let listed = document.value.get("servers").and_then(Value::as_array);
    let urls: Vec<_> = listed
        .into_iter()
        .flatten()
        .map(|server| {
            server
                .get("url")
                .and_then(Value::as_str)
                .unwrap_or_default()
        })
        .collect();
    let settle =
        "an address that the service really has is added to SERVERS in xtask/src/check/frozen.rs";
    for (index, url) in urls.iter().enumerate() {
        if !SERVERS.contains(url) {
            let what = format!("`{url}` is no known address of a service");
            found.settled_by(format!("/servers/{index}/url"), what, settle);
        }
    }
    let host = if document.name == HSS_IMAGE {
        "https://hss."
    } else {
        "https://iam."
    };
    for url in SERVERS.iter().filter(|url| url.starts_with(host)) {
        if !urls.contains(url) {
            found.settled_by("/servers", format!("the address `{url}` is gone"), settle);
        }
    }
}

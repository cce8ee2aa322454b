//! The names by which programs know the operations, and which therefore stay as they are.

use crate::model::{join, operations};
use crate::project::Document;
use crate::report::Findings;
use crate::sources::HSS_IMAGE;

/// The vendor's names of the operations, by which programs know them.
const OPERATION_IDS: [(&str, &str, &str); 5] = [
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
    ("get", "/v3/auth/projects", "KeystoneListAuthProjects"),
];

/// The names by which programs know the operations never change.
pub(super) fn check(document: &Document, found: &mut Findings<'_>) {
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

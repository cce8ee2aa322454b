//! `ListSwrImageRepository`: one page of the inventory.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::app::Shared;
use crate::auth;
use crate::call::Call;
use crate::reply::{self, ApiError};
use crate::store::query::Filter;
use crate::validate;

/// How many records a page holds where a call does not say.
const DEFAULT_LIMIT: i64 = 10;

/// `GET /v5/{project_id}/image/swr-repository`
pub(crate) async fn list(State(app): State<Shared>, call: Call) -> Result<Response, ApiError> {
    let scope = auth::authenticate(&app, &call)?;
    let arguments = validate::arguments(app.list, &call).map_err(ApiError::invalid_parameter)?;
    auth::authorize(scope, arguments.path("project_id"))?;

    let filter = Filter::new(&arguments);
    let offset = arguments.integer("offset").unwrap_or(0);
    let limit = app.faults.clamp(
        arguments.integer("limit").unwrap_or(DEFAULT_LIMIT),
        call.scripted,
    );
    let mut page = app
        .store
        .read(move |transaction| filter.page(transaction, offset, limit))
        .await?;
    for record in &mut page.records {
        app.faults.distort(record, call.scripted);
    }
    let body = json!({"total_num": page.total, "data_list": page.records});
    Ok(reply::json(StatusCode::OK, &body))
}

#[cfg(test)]
mod tests {
    use hss_spec::Contract;

    use super::DEFAULT_LIMIT;

    #[test]
    fn the_default_limit_is_the_documented_one() {
        let parameters = "/paths/~1v5~1{project_id}~1image~1swr-repository/get/parameters";
        let limit = Contract::hss_image()
            .value()
            .pointer(parameters)
            .and_then(|list| list.as_array()?.iter().find(|p| p["name"] == "limit"))
            .expect("the parameter");
        assert_eq!(limit["schema"]["default"], DEFAULT_LIMIT);
    }
}

//! `ListSwrImageRepository`: one page of the inventory.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use fastrand::Rng;

use crate::app::Shared;
use crate::auth;
use crate::call::Call;
use crate::fault::change::Changes;
use crate::fault::{Fault, answer};
use crate::reply::{self, ApiError};
use crate::store::query::Filter;
use crate::validate::{self, Arguments};

/// How many records a page holds where a call does not say.
const DEFAULT_LIMIT: i64 = 10;

/// `GET /v5/{project_id}/image/swr-repository`
pub(crate) async fn list(State(app): State<Shared>, call: Call) -> Result<Response, ApiError> {
    let scope = auth::authenticate(&app, &call)?;
    let arguments = validate::arguments(app.list, &call).map_err(ApiError::invalid_parameter)?;
    auth::authorize(scope, arguments.path("project_id"))?;

    let filter = Filter::new(&arguments);
    let offset = arguments.integer("offset").unwrap_or(0);
    let limit = answer::clamp(
        &call.strikes,
        arguments.integer("limit").unwrap_or(DEFAULT_LIMIT),
    );
    change(&app, &call, &arguments).await?;
    let order = answer::order(&call.strikes);
    let page = app.store.page(filter, offset, limit, order).await?;
    // The records are JSON already.
    let mut body = format!(
        r#"{{"total_num":{},"data_list":[{}]}}"#,
        answer::total(&call.strikes, page.total, page.records.len()),
        page.records.join(",")
    );
    if answer::distorts(&call.strikes) {
        let mut page = serde_json::from_str(&body)
            .map_err(|error| ApiError::internal(format!("A record is not JSON: {error}")))?;
        answer::distort(&call.strikes, &mut page);
        body = page.to_string();
    }
    Ok(reply::json_text(StatusCode::OK, body))
}

/// Changes the inventory behind the back of the caller, where faults say so.
async fn change(app: &Shared, call: &Call, arguments: &Arguments) -> Result<(), ApiError> {
    let count = |which: fn(Fault) -> u32| {
        let counts = call.strikes.iter().map(which);
        counts.fold(0, u32::saturating_add)
    };
    let changes = Changes {
        insert: count(|fault| match fault {
            Fault::Insert(n) => n,
            _ => 0,
        }),
        delete: count(|fault| match fault {
            Fault::Delete(n) => n,
            _ => 0,
        }),
        moved: count(|fault| match fault {
            Fault::Move(n) => n,
            _ => 0,
        }),
    };
    if changes == Changes::default() {
        return Ok(());
    }
    let image_type = arguments.text("image_type").unwrap_or_default().to_owned();
    let mut rng = Rng::with_seed(call.strikes.seed);
    let moves = app
        .store
        .write(move |transaction| changes.apply(transaction, &image_type, &mut rng))
        .await?;
    app.store.reorder(moves);
    Ok(())
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

//! Who is calling: a token or a signature, checked for real.

pub(crate) mod signature;
pub(crate) mod token;

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;

use crate::account;
use crate::app::App;
use crate::call::Call;
use crate::reply::ApiError;
use signature::{Key, Signed};
use token::Scope;

/// Checks the credentials of a call and tells what they allow. A token decides where both are sent.
pub(crate) fn authenticate(app: &App, call: &Call) -> Result<Scope, ApiError> {
    let header = |name: &str| call.headers.get(name).filter(|value| !value.is_empty());
    if let Some(token) = header("x-auth-token") {
        return check_token(app, token.to_str().unwrap_or_default());
    }
    if header(AUTHORIZATION.as_str()).is_some() {
        return check_signature(app, call);
    }
    Err(unauthenticated(
        "APIGW.0301",
        "both X-Auth-Token and Authorization are missing",
    ))
}

/// Whether credentials of this scope allow an operation on the project that is named in the path.
pub(crate) fn authorize(scope: Scope, project_id: &str) -> Result<(), ApiError> {
    if scope == Scope::Account {
        return Err(forbidden(
            "The token is scoped to an account; get one with the scope of a project.",
        ));
    }
    if project_id != account::PROJECT_ID {
        return Err(forbidden(
            "The project in the path is not the one of the credentials.",
        ));
    }
    Ok(())
}

fn check_token(app: &App, token: &str) -> Result<Scope, ApiError> {
    app.tokens
        .check(token, app.clock.now())
        .map_err(|refusal| match refusal {
            token::Refusal::Unknown => unauthenticated("APIGW.0301", "decrypt token fail"),
            token::Refusal::Expired => ApiError::gateway(
                StatusCode::UNAUTHORIZED,
                "APIGW.0307",
                "The token must be updated.",
            ),
        })
}

fn check_signature(app: &App, call: &Call) -> Result<Scope, ApiError> {
    let signed = Signed {
        method: call.method.as_str(),
        path: call.uri.path(),
        query: call.uri.query().unwrap_or_default(),
        headers: &call.headers,
        body: &call.body,
    };
    let key = Key {
        access: &app.account.access_key,
        secret: &app.account.secret_key,
    };
    signature::verify(&signed, &key, app.clock.now())
        .map(|()| Scope::Project)
        .map_err(|refusal| match refusal {
            signature::Refusal::Malformed(reason) => unauthenticated("APIGW.0301", &reason),
            signature::Refusal::UnknownAccessKey => unauthenticated("APIGW.0301", "the access key does not exist"),
            signature::Refusal::Mismatch => unauthenticated("APIGW.0301", "verify aksk signature fail"),
            signature::Refusal::OutOfWindow => ApiError::gateway(
                StatusCode::UNAUTHORIZED,
                "APIGW.0303",
                "Incorrect app authentication information: signature expired, X-Sdk-Date is more than 15 minutes off",
            ),
        })
}

fn unauthenticated(code: &'static str, reason: &str) -> ApiError {
    ApiError::gateway(
        StatusCode::UNAUTHORIZED,
        code,
        format!("Incorrect IAM authentication information: {reason}"),
    )
}

fn forbidden(reason: &str) -> ApiError {
    ApiError::service(
        StatusCode::FORBIDDEN,
        "HSS.0013",
        format!("Insufficient permissions. {reason}"),
    )
}

//! Who is calling: a token or a signature, checked for real.

pub(crate) mod lock;
pub(crate) mod signature;
pub(crate) mod token;

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;

use crate::account::{self, Account};
use crate::app::App;
use crate::call::Call;
use crate::reply::ApiError;
use jiff::Timestamp;
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
    Err(unauthenticated("x-auth-token not found"))
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
            token::Refusal::Unknown => unauthenticated("decrypt token fail"),
            token::Refusal::Expired(at) => {
                let at = at.strftime("%Y-%m-%dT%H:%M:%S%.6fZ");
                unauthenticated(&format!("token expires, expires_at: {at}"))
            }
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
    let own = Key {
        access: &app.account.access_key,
        secret: &app.account.secret_key,
        token: None,
    };
    let temporary = Key {
        access: account::TEMPORARY_ACCESS_KEY,
        secret: account::TEMPORARY_SECRET_KEY,
        token: Some(account::SECURITY_TOKEN),
    };
    // Everybody knows the temporary key, so it opens nothing where the known account does not.
    let keys = match app.account == Account::known() {
        true => vec![own, temporary],
        false => vec![own],
    };
    let now = app.clock.now();
    let locked = || unauthenticated("AK access failed to reach the limit,forbidden");
    if app.lock.is_closed(now) {
        return Err(locked());
    }
    match signature::verify(&signed, &keys, now) {
        Ok(()) => {
            app.lock.right();
            Ok(Scope::Project)
        }
        Err(signature::Refusal::Malformed(reason)) => Err(unauthenticated(&reason)),
        Err(signature::Refusal::UnknownAccessKey(key)) => {
            Err(unauthenticated(&format!("ak {key} not exist")))
        }
        Err(signature::Refusal::Mismatch) if app.lock.wrong(now) => Err(locked()),
        Err(signature::Refusal::Mismatch) => Err(unauthenticated("Unauthorized")),
        Err(signature::Refusal::OutOfWindow(signed_at)) => {
            let time = |time: Timestamp| time.strftime("%Y%m%dT%H%M%SZ").to_string();
            Err(unauthenticated(&format!(
                "calc aksk signature fail:signature expired, signature time:{},server time:{}",
                time(signed_at),
                time(now)
            )))
        }
    }
}

/// A refusal in the words of the gateway, which has one code for all of them.
fn unauthenticated(reason: &str) -> ApiError {
    ApiError::gateway(
        StatusCode::UNAUTHORIZED,
        "APIGW.0301",
        format!("Incorrect IAM authentication information: {reason}"),
    )
}

fn forbidden(reason: &str) -> ApiError {
    ApiError::service(
        StatusCode::FORBIDDEN,
        ApiError::DENIED,
        format!("Access denied. {reason}"),
    )
}

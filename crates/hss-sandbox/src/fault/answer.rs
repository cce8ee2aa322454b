//! What faults do to an answer before it is sent.

use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::strike::Strikes;
use super::{Fault, WrongTotal};
use crate::reply::{self, ApiError};

/// What is answered instead of calling the operation, and that it is answered at all: a reset leaves an empty
/// answer that is never sent.
pub(crate) fn instead(strikes: &Strikes, uri: &Uri) -> Option<Response> {
    strikes.iter().find_map(|fault| match fault {
        Fault::Status(code) => Some(ApiError::of_status(status(code)).into_response()),
        Fault::Html(code) => Some(html(status(code))),
        Fault::Empty(code) => Some(status(code).into_response()),
        Fault::Throttle(_) => Some(ApiError::throttled().into_response()),
        Fault::RetryAfter(seconds) => {
            let mut response = ApiError::throttled().into_response();
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            Some(response)
        }
        Fault::Redirect(to) => {
            let location = format!("http://{to}{uri}");
            Some((StatusCode::FOUND, [(LOCATION, location)]).into_response())
        }
        Fault::Reset => Some(StatusCode::OK.into_response()),
        Fault::Error200 => {
            let body = json!({
                "error_code": "HSS.1013",
                "error_msg": "Internal error.",
                "total_num": 0,
                "data_list": [],
            });
            Some(reply::json(StatusCode::OK, &body))
        }
        _ => None,
    })
}

/// How many records a page may hold when `limit` are asked for.
pub(crate) fn clamp(strikes: &Strikes, limit: i64) -> i64 {
    strikes.iter().fold(limit, |limit, fault| match fault {
        Fault::Clamp(n) => limit.min(i64::from(n)),
        _ => limit,
    })
}

/// How many images the answer says there are, where a page of `records` is one of `total`.
pub(crate) fn total(strikes: &Strikes, total: usize, records: usize) -> i64 {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    strikes
        .iter()
        .fold(number(total), |told, fault| match fault {
            Fault::Total(WrongTotal::Is(n)) => n.into(),
            Fault::Total(WrongTotal::More(n)) => number(total).saturating_add(n.into()),
            Fault::Total(WrongTotal::OfThePage) => number(records),
            _ => told,
        })
}

/// The order that the answer has in place of the usual one: where it follows from.
pub(crate) fn order(strikes: &Strikes) -> Option<u64> {
    let mut faults = strikes.iter();
    faults
        .find(|fault| *fault == Fault::Unordered)
        .map(|_| strikes.seed)
}

/// Whether anything in the JSON of a page is to be changed.
pub(crate) fn distorts(strikes: &Strikes) -> bool {
    strikes.iter().any(|fault| {
        matches!(
            fault,
            Fault::UnknownEnum
                | Fault::Null(_)
                | Fault::TextNumbers
                | Fault::SameId(_)
                | Fault::TextId
        )
    })
}

/// Changes a page on its way out.
pub(crate) fn distort(strikes: &Strikes, page: &mut Value) {
    for fault in strikes.iter() {
        match fault {
            Fault::Null(field @ ("total_num" | "data_list")) => page[field] = Value::Null,
            fault => {
                let records = page.get_mut("data_list").and_then(Value::as_array_mut);
                for record in records.into_iter().flatten() {
                    distort_record(fault, record);
                }
            }
        }
    }
}

fn distort_record(fault: Fault, record: &mut Value) {
    match fault {
        Fault::UnknownEnum => record["scan_status"] = Fault::UNKNOWN_SCAN_STATUS.into(),
        Fault::Null(field) => record[field] = Value::Null,
        Fault::SameId(n) => {
            if let Some(id) = record["id"].as_i64() {
                record["id"] = (id - id % i64::from(n.max(1))).into();
            }
        }
        Fault::TextId if !record["id"].is_null() => {
            record["id"] = format!("img-{}", record["id"]).into();
        }
        Fault::TextNumbers => {
            for member in record
                .as_object_mut()
                .into_iter()
                .flat_map(|m| m.values_mut())
            {
                if member.is_number() {
                    *member = member.to_string().into();
                }
            }
        }
        _ => {}
    }
}

/// What remains to be changed of an answer that is otherwise complete.
pub(crate) fn relabel(strikes: &Strikes, response: &mut Response) {
    if strikes.iter().any(|fault| fault == Fault::WrongType) {
        let plain = HeaderValue::from_static("text/plain");
        response.headers_mut().insert(CONTENT_TYPE, plain);
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn html(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let page = format!(
        "<html>\n<head><title>{status}</title></head>\n<body>\n<center><h1>{code} {reason}</h1></center>\n</body>\n</html>\n",
        status = status.as_u16(),
        code = status.as_u16(),
    );
    (status, [(CONTENT_TYPE, "text/html")], page).into_response()
}

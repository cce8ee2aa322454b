//! What the fuzz targets reach into. Not covered by semantic versioning.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Error;
use crate::exchange::Exchange;
use crate::paging::{Listing as _, RawPage};
use crate::types::SwrImagePage;

fn exchange(status: u16, body: &[u8]) -> Exchange {
    Exchange {
        request_id: Some("id".to_owned()),
        ..Exchange::made_up(status, body)
    }
}

/// Decodes a page in both ways. What can be decoded has to survive being encoded and decoded once more; what
/// cannot has to be explained in one line.
///
/// # Panics
///
/// Where it does not.
pub fn decode(body: &[u8]) {
    survives::<SwrImagePage>(body);
    match exchange(200, body).decode::<RawPage>(200) {
        Ok(page) => {
            for record in page.into_records() {
                RawPage::identity(&record);
                RawPage::label(&record);
                serde_json::from_str::<Value>(record.get()).expect("a record is JSON");
            }
        }
        Err(error) => check(&error, 200),
    }
}

fn survives<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(body: &[u8]) {
    match exchange(200, body).decode::<T>(200) {
        Ok(value) => {
            let again = serde_json::to_vec(&value).expect("what was decoded can be encoded");
            let again = exchange(200, &again).decode::<T>(200);
            assert_eq!(again.expect("what was encoded can be decoded"), value);
        }
        Err(error) => check(&error, 200),
    }
}

/// Reads an answer with an error status.
///
/// # Panics
///
/// Where the error does not keep the status and the id, or is more than a line.
pub fn error_body(status: u16, body: &[u8]) {
    let status = 400 + status % 200;
    let result = exchange(status, body).decode::<Value>(200);
    check(&result.expect_err("it is an error"), status);
}

fn check(error: &Error, status: u16) {
    assert_eq!(error.status(), Some(status));
    assert_eq!(error.request_id(), Some("id"));
    let line = error.to_string();
    assert!(!line.contains(char::is_control), "{line:?}");
    assert!(line.chars().count() < 2_000, "{line:?}");
}

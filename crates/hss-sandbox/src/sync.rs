//! `RunImageSynchronize`: new versions of some images turn up.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use fastrand::Rng;
use hss_spec::Contract;
use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::{Value, json};

use crate::app::Shared;
use crate::auth;
use crate::call::Call;
use crate::inventory::digest;
use crate::reply::{self, ApiError};
use crate::schema::describe;
use crate::store::insert;
use crate::validate;

/// No synchronization finds more new versions than this.
const MOST_NEW_VERSIONS: i64 = 3;

/// `POST /v5/{project_id}/image/synchronize`
pub(crate) async fn run(State(app): State<Shared>, call: Call) -> Result<Response, ApiError> {
    let scope = auth::authenticate(&app, &call)?;
    let arguments =
        validate::arguments(app.synchronize, &call).map_err(ApiError::invalid_parameter)?;
    auth::authorize(scope, arguments.path("project_id"))?;
    let image_type = image_type(&call.body)?;
    let now = app.clock.now().as_millisecond();
    app.store
        .write(move |transaction| synchronize(transaction, &image_type, now))
        .await?;
    let body = json!({"error_code": 0, "error_description": "success"});
    Ok(reply::json(StatusCode::OK, &body))
}

fn image_type(body: &[u8]) -> Result<String, ApiError> {
    let known = Contract::hss_image()
        .enum_values("SynchronizeImageType")
        .expect("the contract names the types that can be synchronized");
    let wrong = |found: String| {
        let known = known.join(", ");
        ApiError::invalid_parameter(format!(
            "Member image_type of the body is invalid: expected one of {known}, found {found}."
        ))
    };
    let body: Value = serde_json::from_slice(body).map_err(|error| {
        ApiError::service(
            StatusCode::BAD_REQUEST,
            "HSS.0002",
            format!("The request body is not JSON: {error}."),
        )
    })?;
    if !body.is_object() {
        let found = describe(&body);
        return Err(ApiError::invalid_parameter(format!(
            "The request body is invalid: expected an object, found {found}."
        )));
    }
    match body.get("image_type") {
        Some(Value::String(given)) if known.contains(&given.as_str()) => Ok(given.clone()),
        Some(other) => Err(wrong(describe(other))),
        None => Err(wrong("nothing".to_owned())),
    }
}

/// Adds new versions of some images of the type. Which ones follows from the seed of the inventory and from
/// how often it has been synchronized.
fn synchronize(transaction: &Transaction<'_>, image_type: &str, now: i64) -> rusqlite::Result<()> {
    let (seed, round): (i64, i64) =
        transaction.query_row("SELECT seed, synchronized FROM state", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    transaction.execute("UPDATE state SET synchronized = synchronized + 1", [])?;
    let mut rng = Rng::with_seed(seed.wrapping_mul(31).wrapping_add(round).cast_unsigned());
    for record in choose(transaction, image_type, &mut rng)? {
        add_version(transaction, record, now, &mut rng)?;
    }
    Ok(())
}

/// Some records to make newer versions of, no image twice: the latest ones, or where none is marked as the
/// latest, any.
fn choose(
    transaction: &Transaction<'_>,
    image_type: &str,
    rng: &mut Rng,
) -> rusqlite::Result<Vec<Value>> {
    let count = |latest: bool| -> rusqlite::Result<i64> {
        transaction.query_row(
            "SELECT count(*) FROM image WHERE image_type = ?1 AND (latest_version OR NOT ?2)",
            params![image_type, latest],
            |row| row.get(0),
        )
    };
    let latest = count(true)? > 0;
    let available = count(latest)?;
    let mut chosen: Vec<Value> = Vec::new();
    for _ in 0..rng.i64(1..=MOST_NEW_VERSIONS).min(available) {
        let record: Value = transaction.query_row(
            "SELECT record FROM image WHERE image_type = ?1 AND (latest_version OR NOT ?2)
             ORDER BY id LIMIT 1 OFFSET ?3",
            params![image_type, latest, rng.i64(0..available)],
            |row| row.get(0),
        )?;
        if !chosen.iter().any(|other| key(other) == key(&record)) {
            chosen.push(record);
        }
    }
    Ok(chosen)
}

/// What the versions of one image have in common.
fn key(record: &Value) -> [Option<&str>; 5] {
    [
        "image_type",
        "namespace",
        "image_name",
        "instance_name",
        "instance_id",
    ]
    .map(|name| record.get(name).and_then(Value::as_str))
}

fn add_version(
    transaction: &Transaction<'_>,
    mut record: Value,
    now: i64,
    rng: &mut Rng,
) -> rusqlite::Result<()> {
    let versions = versions(transaction, &record)?;
    for (id, mut old) in versions.iter().cloned() {
        if old.get("latest_version") == Some(&Value::Bool(true)) {
            old["latest_version"] = false.into();
            transaction.execute(
                "UPDATE image SET latest_version = FALSE, record = ?2 WHERE id = ?1",
                params![id, old.to_string()],
            )?;
        }
    }

    let tags: Vec<_> = versions
        .iter()
        .filter_map(|(_, version)| version.get("image_version")?.as_str())
        .collect();
    let mut tag = record
        .get("image_version")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    while tags.contains(&tag.as_str()) || tag.is_empty() {
        tag = next_tag(&tag);
    }
    let hex = digest(rng);
    record["id"] = free_id(transaction, rng)?.into();
    record["image_digest"] = format!("sha256:{hex}").into();
    record["image_id"] = hex.into();
    record["image_version"] = tag.as_str().into();
    record["latest_version"] = true.into();
    record["latest_update_time"] = now.into();
    record["scan_status"] = "unscan".into();
    for findings in ["vul_num", "unsafe_setting_num", "malicious_file_num"] {
        record[findings] = 0.into();
    }
    if let Some(members) = record.as_object_mut() {
        // Nothing has scanned the new version yet.
        members.shift_remove("latest_scan_time");
        members.shift_remove("scan_failed_desc");
    }
    let others = record
        .get_mut("association_images")
        .and_then(Value::as_array_mut);
    for other in others
        .into_iter()
        .flatten()
        .filter(|other| other.is_object())
    {
        other["image_digest"] = format!("sha256:{}", digest(rng)).into();
        other["image_version"] = tag.as_str().into();
        other["scan_status"] = "unscan".into();
    }
    insert(transaction, &record)
}

/// All versions of the image that a record belongs to.
fn versions(transaction: &Transaction<'_>, record: &Value) -> rusqlite::Result<Vec<(i64, Value)>> {
    transaction
        .prepare_cached(
            "SELECT id, record FROM image
             WHERE image_type IS ?1 AND namespace IS ?2 AND image_name IS ?3 AND instance_name IS ?4
                 AND instance_id IS ?5
             ORDER BY id",
        )?
        .query_map(key(record), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// An id that no record has: the next one, or where there is no next one, any.
fn free_id(transaction: &Transaction<'_>, rng: &mut Rng) -> rusqlite::Result<i64> {
    let highest: i64 = transaction.query_row("SELECT max(id) FROM image", [], |row| row.get(0))?;
    let mut id = highest.checked_add(1).unwrap_or(1);
    let taken = |id: i64| {
        transaction
            .query_row("SELECT 1 FROM image WHERE id = ?1", [id], |_| Ok(()))
            .optional()
    };
    while taken(id)?.is_some() {
        id = rng.i64(1..i64::MAX);
    }
    Ok(id)
}

/// Counts the number at the end of a tag up, or begins one. Digits without end are not taken for a number.
fn next_tag(tag: &str) -> String {
    let stem = tag.trim_end_matches(|c: char| c.is_ascii_digit());
    match tag[stem.len()..].parse::<u32>() {
        Ok(number) if number < u32::MAX => format!("{stem}{}", number + 1),
        _ if tag.is_empty() => "1".to_owned(),
        _ => format!("{tag}-1"),
    }
}

#[cfg(test)]
mod tests {
    use super::next_tag;

    #[test]
    fn tags_are_counted_up() {
        assert_eq!(next_tag("1.2.9"), "1.2.10");
        assert_eq!(next_tag("build-41"), "build-42");
        assert_eq!(next_tag("common"), "common-1");
        assert_eq!(next_tag("common-1"), "common-2");
        assert_eq!(next_tag("4294967295"), "4294967295-1");
        assert_eq!(next_tag(""), "1");
    }
}

//! Documented examples through the types that are generated from the contract.

use serde_json::Value;

use super::Content;

/// A value as Rust shows it, and what it is encoded to.
type RoundTrip = serde_json::Result<(String, Value)>;

/// Decodes and encodes with the type of an operation's body, where it is public: those of IAM are not.
#[cfg(feature = "generated-types")]
pub(super) fn round_trip(operation: &str, content: Content, value: &Value) -> Option<RoundTrip> {
    use huaweicloud_hss::types;

    match (operation, content) {
        ("ListSwrImageRepository", Content::Response) => {
            Some(through::<types::SwrImagePage>(value))
        }
        ("RunImageSynchronize", Content::Request) => {
            Some(through::<types::ImageSynchronizationRequest>(value))
        }
        ("RunImageSynchronize", Content::Response) => {
            Some(through::<types::ImageSynchronizationResult>(value))
        }
        _ => None,
    }
}

/// Without the types there is nothing to decode with.
#[cfg(not(feature = "generated-types"))]
pub(super) fn round_trip(_: &str, _: Content, _: &Value) -> Option<RoundTrip> {
    None
}

#[cfg(feature = "generated-types")]
fn through<T>(value: &Value) -> RoundTrip
where
    T: serde::de::DeserializeOwned + serde::Serialize + std::fmt::Debug,
{
    let decoded: T = serde_json::from_value(value.clone())?;
    Ok((format!("{decoded:#?}"), serde_json::to_value(&decoded)?))
}

//! How many calls of an operation the service documents.

use serde_json::Value;

use crate::Error;

/// One entry of `x-call-limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallLimit {
    /// Whose calls count together.
    pub per: CallLimitScope,
    /// How many calls.
    pub calls: u32,
    /// In how many seconds.
    pub seconds: u32,
}

/// Whose calls count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallLimitScope {
    /// Those of one user.
    User,
    /// Those from one IP address.
    Ip,
    /// Those of all callers.
    Api,
}

impl CallLimitScope {
    /// All of them, with the names that the gateway uses in its refusals.
    pub const NAMES: [(Self, &'static str); 3] =
        [(Self::User, "user"), (Self::Ip, "ip"), (Self::Api, "api")];
}

impl CallLimit {
    /// Reads an entry; `None` where it is not of the form that the type describes.
    #[must_use]
    pub fn read(node: &Value) -> Option<Self> {
        let known = ["per", "calls", "seconds", "x-provenance"];
        let members = node.as_object()?;
        if !members
            .keys()
            .all(|member| known.contains(&member.as_str()))
        {
            return None;
        }
        let name = members.get("per")?.as_str()?;
        let number = |member: &str| {
            let number = members.get(member)?.as_u64().filter(|number| *number > 0)?;
            u32::try_from(number).ok()
        };
        let (per, _) = CallLimitScope::NAMES
            .into_iter()
            .find(|(_, known)| *known == name)?;
        Some(Self {
            per,
            calls: number("calls")?,
            seconds: number("seconds")?,
        })
    }
}

/// All limits of an operation, in the order of the text; one for each scope, which is how sources are compared on them.
pub(crate) fn collect(name: &str, operation: &Value, place: &str) -> Result<Vec<CallLimit>, Error> {
    let Some(node) = operation.get("x-call-limits") else {
        return Ok(Vec::new());
    };
    let listed = node.as_array().map_or(&[][..], Vec::as_slice);
    let limits: Vec<_> = listed.iter().filter_map(CallLimit::read).collect();
    let place = format!("{place}/x-call-limits");
    if limits.is_empty() || limits.len() < listed.len() {
        return Err(Error::shape(
            name,
            &place,
            "expected a list of `per` (user, ip or api), `calls` and `seconds` (whole numbers above 0)",
        ));
    }
    let mut earlier = limits.iter().enumerate();
    if earlier.any(|(index, limit)| limits[..index].iter().any(|known| known.per == limit.per)) {
        return Err(Error::shape(name, &place, "a `per` appears twice"));
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn limits_are_read_strictly() {
        let read = |limits: Value| collect("d", &json!({"x-call-limits": limits}), "/p");
        let limits = read(json!([{"per": "ip", "calls": 5, "seconds": 60, "x-provenance": []}]));
        let limit = CallLimit {
            per: CallLimitScope::Ip,
            calls: 5,
            seconds: 60,
        };
        assert_eq!(limits.expect("a limit"), [limit]);
        assert!(collect("d", &json!({}), "/p").expect("none").is_empty());
        for wrong in [
            json!([]),
            json!({}),
            json!([{"per": "app", "calls": 5, "seconds": 60}]),
            json!([{"per": "ip", "calls": 0, "seconds": 60}]),
            json!([{"per": "ip", "calls": 5, "seconds": 0}]),
            json!([{"per": "ip", "calls": 5, "seconds": 1.5}]),
            json!([{"per": "ip", "calls": 5}]),
            json!([{"per": "ip", "calls": 5, "seconds": 60, "burst": 2}]),
            json!([{"per": "ip", "calls": 5_000_000_000_u64, "seconds": 60}]),
            json!([{"per": "ip", "calls": 5, "seconds": 60}, {"per": "ip", "calls": 9, "seconds": 1}]),
        ] {
            let error = read(wrong.clone()).expect_err("malformed");
            assert!(
                error.to_string().contains("/p/x-call-limits"),
                "{wrong}: {error}"
            );
        }
    }
}

//! The addresses of a document: which server serves which region, in which cloud.

use serde_json::Value;

use crate::Error;

/// The variable of an address that holds for every region without one of its own.
const REGION: &str = "{region}";

/// One entry of `servers`: `https://SERVICE.REGION.DOMAIN`, or `https://SERVICE.DOMAIN` for all regions at once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// The address, with `{region}` for the region where it holds for every one.
    pub url: String,
    /// The regions that it serves.
    pub serves: Serves,
    /// What follows service and region in the host name, and tells the cloud: `myhuaweicloud.com`.
    pub domain: String,
}

/// The regions that an address serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Serves {
    /// The one that `x-region` names.
    Region(String),
    /// Every region, whose id takes the place of the variable.
    EachRegion,
    /// All regions of its cloud, at one address.
    AllRegions,
}

impl Server {
    /// Reads an entry of `servers`; `None` where it is not of the form that the type describes.
    #[must_use]
    pub fn read(node: &Value) -> Option<Self> {
        let url = node.get("url")?.as_str()?;
        let host = url.strip_prefix("https://")?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '{' | '}');
        let (_, rest) = host
            .split_once('.')
            .filter(|_| host.chars().all(is_plain))?;
        let (serves, domain) = match node.get("x-region") {
            Some(region) => {
                let region = region.as_str()?;
                let domain = rest.strip_prefix(region)?.strip_prefix('.')?;
                (Serves::Region(region.to_owned()), domain)
            }
            None => match rest.strip_prefix(REGION) {
                Some(rest) => (Serves::EachRegion, rest.strip_prefix('.')?),
                None => (Serves::AllRegions, rest),
            },
        };
        let is_domain = domain.contains('.') && !domain.contains(['{', '}']);
        is_domain.then(|| Self {
            url: url.to_owned(),
            serves,
            domain: domain.to_owned(),
        })
    }
}

pub(crate) fn collect(name: &str, root: &Value) -> Result<Vec<Server>, Error> {
    let listed = root.get("servers").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().enumerate();
    listed
        .map(|(index, node)| {
            Server::read(node).ok_or_else(|| {
                Error::shape(
                    name,
                    format!("/servers/{index}"),
                    "expected https://SERVICE.REGION.DOMAIN with the REGION that `x-region` names or {region}, \
                     or https://SERVICE.DOMAIN without `x-region`",
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_address_tells_region_and_cloud() {
        let read = |node: Value| collect("x.yaml", &json!({"servers": [node]}));
        let one = |node: Value| read(node).expect("readable").remove(0);
        let partner = one(json!({"url": "https://hss.r-1.cloud.example", "x-region": "r-1"}));
        assert_eq!(partner.serves, Serves::Region("r-1".to_owned()));
        let pattern = one(json!({"url": "https://hss.{region}.cloud.example"}));
        assert_eq!(pattern.serves, Serves::EachRegion);
        let global = one(json!({"url": "https://iam.cloud.example"}));
        assert_eq!(global.serves, Serves::AllRegions);
        for server in [partner, pattern, global] {
            assert_eq!(server.domain, "cloud.example");
        }
        for wrong in [
            json!({"url": "http://hss.r-1.cloud.example", "x-region": "r-1"}),
            json!({"url": "https://hss.r-2.cloud.example", "x-region": "r-1"}),
            json!({"url": "https://hss.{region}.cloud.example", "x-region": "r-1"}),
            json!({"url": "https://hss.{zone}.cloud.example"}),
            json!({"url": "https://hss.r-1.cloud.example/v5", "x-region": "r-1"}),
            json!({"description": "no address"}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}

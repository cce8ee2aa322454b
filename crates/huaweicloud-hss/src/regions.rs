//! Endpoints of single regions, from where the official SDKs look for them: environment variables and a file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::Error;
use crate::error::without_passwords;

/// What the names of the variables begin with; service and region follow.
pub(crate) const PREFIX: &str = "HUAWEICLOUD_SDK_REGION_";

/// Endpoints by service and region.
#[derive(Debug, Clone, Default)]
pub(crate) struct Regions {
    /// By the name of the variable.
    variables: BTreeMap<String, String>,
    file: Option<File>,
}

/// The regions file.
#[derive(Debug, Clone)]
struct File {
    path: String,
    services: BTreeMap<String, Vec<Region>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Region {
    id: Option<String>,
    endpoint: Option<String>,
    endpoints: Option<Vec<String>>,
}

impl Regions {
    /// `variables` are those that begin with [`PREFIX`].
    pub(crate) fn new(variables: BTreeMap<String, String>) -> Self {
        Self {
            variables,
            file: None,
        }
    }

    pub(crate) fn read_file(&mut self, path: &Path) -> Result<(), Error> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::config(format!("the regions file {shown} cannot be read: {error}"))
        })?;
        let services: Option<BTreeMap<String, Vec<Region>>> = serde_saphyr::from_str(&text)
            .map_err(|error| {
                let error = error.to_string();
                let reason = error.lines().next().unwrap_or_default();
                let reason = without_passwords(reason.trim_start_matches("error: "));
                Error::config(format!(
                    "the regions file {shown} is not a list of regions for each service: {reason}"
                ))
            })?;
        self.file = Some(File {
            path: shown.to_string(),
            services: services.unwrap_or_default(),
        });
        Ok(())
    }

    /// Who has an endpoint for a service in a region, and which. Of several, it is the first.
    pub(crate) fn endpoint(&self, service: &str, region: &str) -> Option<(String, &str)> {
        let name = format!("{PREFIX}{service}_{region}")
            .replace('-', "_")
            .to_ascii_uppercase();
        if let Some(endpoints) = self.variables.get(&name) {
            let first = endpoints.split(',').next().unwrap_or_default();
            return Some((name, first.trim()));
        }
        let file = self.file.as_ref()?;
        let mut services = file.services.iter();
        let (_, regions) = services.find(|(name, _)| name.eq_ignore_ascii_case(service))?;
        let found = regions
            .iter()
            .find(|entry| entry.id.as_deref() == Some(region))?;
        let several = found.endpoints.iter().flatten();
        let first = several.chain(&found.endpoint).next()?;
        Some((file.path.clone(), first))
    }
}

//! Credentials and what goes with them, from where the official SDKs look for them.

mod environment;
mod profile;
#[cfg(test)]
mod tests;

use std::path::Path;

use self::environment::Environment;
use self::profile::Profile;
use crate::addresses::{AddressSettings, Setting};
use crate::regions::{self, Regions};
use crate::{Agency, Credentials, Error, OidcAgency};

const TOKEN: &str = "HUAWEICLOUD_SDK_AUTH_TOKEN";
const ACCESS_KEY: &str = "HUAWEICLOUD_SDK_AK";
const SECRET_KEY: &str = "HUAWEICLOUD_SDK_SK";
const SECURITY_TOKEN: &str = "HUAWEICLOUD_SDK_SECURITY_TOKEN";
const PROJECT_ID: &str = "HUAWEICLOUD_SDK_PROJECT_ID";
const IAM_ENDPOINT: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
const STS_ENDPOINT: &str = "HUAWEICLOUD_SDK_STS_ENDPOINT";
const IDP_ID: &str = "HUAWEICLOUD_SDK_IDP_ID";
const ID_TOKEN_FILE: &str = "HUAWEICLOUD_SDK_ID_TOKEN_FILE";
const REGIONS_FILE: &str = "HUAWEICLOUD_SDK_REGIONS_FILE";
const CREDENTIALS_FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";
/// Not a name of the official SDKs: they know one address only.
const METADATA_ENDPOINT: &str = "HUAWEICLOUD_SDK_METADATA_ENDPOINT";

const OIDC_PROVIDER: &str = "HUAWEICLOUD_OIDC_PROVIDER_URN";
const OIDC_AGENCY: &str = "HUAWEICLOUD_OIDC_AGENCY_URN";
const OIDC_TOKEN: &str = "HUAWEICLOUD_OIDC_ID_TOKEN";
const OIDC_TOKEN_FILE: &str = "HUAWEICLOUD_OIDC_TOKEN_FILE";
const OIDC_SESSION: &str = "HUAWEICLOUD_OIDC_SESSION_NAME";
const OIDC_SECONDS: &str = "HUAWEICLOUD_OIDC_DURATION_SECONDS";
const OIDC_POLICY: &str = "HUAWEICLOUD_OIDC_POLICY";
const OIDC_POLICY_IDS: &str = "HUAWEICLOUD_OIDC_POLICY_IDS";

const POD_URI: &str = "HC_CONTAINER_CREDENTIALS_FULL_URI";
const POD_TOKEN_FILE: &str = "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// Names of the Terraform provider: the official SDKs have no such settings.
const CLOUD: &str = "HW_CLOUD";
const REGION: &str = "HW_REGION_NAME";
const PROJECT_NAME: &str = "HW_PROJECT_NAME";
const AGENCY: &str = "HW_ASSUME_ROLE_AGENCY_NAME";
const AGENCY_ACCOUNT: &str = "HW_ASSUME_ROLE_DOMAIN_NAME";
const AGENCY_ACCOUNT_ID: &str = "HW_ASSUME_ROLE_DOMAIN_ID";
const AGENCY_SECONDS: &str = "HW_ASSUME_ROLE_DURATION";

/// Credentials, project, region and addresses, as found in the environment, the credentials file and the regions file.
///
/// The names are those of the official SDKs, so that a machine that is set up for them needs nothing more;
/// `HUAWEICLOUD_SDK_AUTH_TOKEN`, which they do not know, is added for a token.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The credentials to authenticate with.
    pub credentials: Option<Credentials>,
    /// The project id.
    pub project_id: Option<String>,
    /// The name of the project to look up in IAM.
    pub project_name: Option<String>,
    /// The region to call.
    pub region: Option<String>,
    /// The address of IAM.
    pub iam_endpoint: Option<String>,
    /// The domain of the cloud, for example `alphaedge.tmone.com.my`.
    pub cloud: Option<String>,
    /// Where `iam_endpoint` is from.
    iam_endpoint_source: Option<String>,
    sts_endpoint: Option<String>,
    regions: Regions,
}

impl Settings {
    /// Reads the environment and, for what it lacks, the credentials file.
    ///
    /// The first of these that is set provides the credentials:
    ///
    /// 1. the `profile` that is named here, with its own project: a section of the file that
    ///    `HUAWEICLOUD_SDK_CREDENTIALS_FILE` names, else of `~/.huaweicloud/credentials`;
    /// 2. a token: `HUAWEICLOUD_SDK_AUTH_TOKEN`;
    /// 3. a token of an identity provider for STS: `HUAWEICLOUD_OIDC_PROVIDER_URN`, `HUAWEICLOUD_OIDC_AGENCY_URN` and
    ///    `HUAWEICLOUD_OIDC_TOKEN_FILE` or `HUAWEICLOUD_OIDC_ID_TOKEN` (also `_SESSION_NAME`, `_DURATION_SECONDS`,
    ///    `_POLICY`, `_POLICY_IDS`);
    /// 4. a token of an identity provider for IAM: `HUAWEICLOUD_SDK_IDP_ID` and `HUAWEICLOUD_SDK_ID_TOKEN_FILE`;
    /// 5. an access key: `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, with `HUAWEICLOUD_SDK_SECURITY_TOKEN` for a
    ///    temporary one;
    /// 6. the section `basic` of the credentials file;
    /// 7. the pod that the program runs in: `HC_CONTAINER_CREDENTIALS_FULL_URI` and
    ///    `HC_CONTAINER_AUTHORIZATION_TOKEN_FILE`;
    /// 8. the metadata service of the ECS instance that the program runs on, when the first request needs a key. Its
    ///    address can be set in `HUAWEICLOUD_SDK_METADATA_ENDPOINT`, which the official SDKs do not know.
    ///
    /// This is the order of the official SDKs, except for the last two: they query the instance before the pod, and so
    /// give a pod the rights of its node. A source that is named but empty is an error. A profile has `ak` and `sk`
    /// (and `security_token`), or `idp_id` and `id_token_file`, and can have `project_id` and `iam_endpoint`.
    ///
    /// Unless a profile is named, `HW_ASSUME_ROLE_AGENCY_NAME` has these credentials assume an agency of the account
    /// in `HW_ASSUME_ROLE_DOMAIN_NAME` or `HW_ASSUME_ROLE_DOMAIN_ID`, for `HW_ASSUME_ROLE_DURATION` seconds.
    ///
    /// `HUAWEICLOUD_SDK_PROJECT_ID` has the project, `HUAWEICLOUD_SDK_IAM_ENDPOINT` and
    /// `HUAWEICLOUD_SDK_STS_ENDPOINT` have addresses. The Terraform provider's `HW_REGION_NAME`, `HW_PROJECT_NAME`
    /// and `HW_CLOUD` have the region, the name of the project and the domain of the cloud.
    ///
    /// `HUAWEICLOUD_SDK_REGION_HSS_<REGION>` has the endpoint of one region, as in
    /// `HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4`, and so has the regions file: the one that
    /// `HUAWEICLOUD_SDK_REGIONS_FILE` names, else `~/.huaweicloud/regions.yaml`. Of several endpoints for a
    /// region, the first is used. [`ClientBuilder::addresses`](crate::ClientBuilder::addresses) documents the order of
    /// precedence.
    ///
    /// # Errors
    ///
    /// A variable is not UTF-8, or begins or ends with a blank; a set of variables is incomplete; the credentials file
    /// or the regions file cannot be read or is malformed; or the named file or profile has no credentials.
    pub fn load(profile: Option<&str>) -> Result<Self, Error> {
        Self::load_from(profile, &Environment::of_process())
    }

    fn load_from(profile: Option<&str>, environment: &Environment) -> Result<Self, Error> {
        let found = match profile {
            Some(profile) => Self::of_profile(profile, environment)?,
            None => Self::of_chain(environment)?,
        };
        let (iam_endpoint, iam_endpoint_source) = match found.iam_endpoint {
            Some(endpoint) => (Some(endpoint), found.iam_endpoint_source),
            None => (
                environment.get(IAM_ENDPOINT)?,
                Some(IAM_ENDPOINT.to_owned()),
            ),
        };
        Ok(Self {
            region: environment.get(REGION)?,
            cloud: environment.get(CLOUD)?,
            iam_endpoint_source: iam_endpoint_source.filter(|_| iam_endpoint.is_some()),
            iam_endpoint,
            sts_endpoint: environment.get(STS_ENDPOINT)?,
            regions: regions(environment)?,
            ..found
        })
    }

    /// One profile, which brings its own project: that of the environment is of another identity.
    fn of_profile(name: &str, environment: &Environment) -> Result<Self, Error> {
        let file = match environment.path(CREDENTIALS_FILE)? {
            Some(file) => file,
            None => environment.in_home("credentials").ok_or_else(|| {
                Error::config(format!(
                    "cannot find the credentials file: set {CREDENTIALS_FILE}"
                ))
            })?,
        };
        let profile = profile::read(&file, name, environment);
        profile.flatten().map(Self::from)
    }

    /// The first source that is there.
    fn of_chain(environment: &Environment) -> Result<Self, Error> {
        let mut found = match of_variables(environment)? {
            Some(credentials) => credentials.into(),
            None => Self::of_files_and_machine(environment)?,
        };
        if let Some(agency) = agency(environment)? {
            let own = found.credentials.take();
            found.credentials = own.map(|own| own.assume_agency(agency).with_origin(AGENCY));
        }
        found.project_id = environment.get(PROJECT_ID)?.or(found.project_id);
        found.project_name = environment.get(PROJECT_NAME)?;
        Ok(found)
    }

    fn of_files_and_machine(environment: &Environment) -> Result<Self, Error> {
        if let Some(file) = environment.path(CREDENTIALS_FILE)? {
            let profile = profile::read(&file, profile::DEFAULT, environment);
            let profile = profile.flatten();
            return profile
                .map(Self::from)
                .map_err(|error| error.in_setting(CREDENTIALS_FILE));
        }
        let file = environment.in_home("credentials");
        let mut why = match file.filter(|file| file.exists()) {
            None => "there is no credentials file ~/.huaweicloud/credentials".to_owned(),
            Some(file) => match profile::read(&file, profile::DEFAULT, environment)? {
                Ok(profile) => return Ok(profile.into()),
                Err(nothing) => nothing.to_string(),
            },
        };
        if let Some((uri, token_file)) = environment.pair(POD_URI, POD_TOKEN_FILE)? {
            let credentials = Credentials::pod_identity(uri, environment.expand(&token_file));
            return Ok(credentials.with_origin(POD_URI).into());
        }
        why.insert_str(
            0,
            "no credentials: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or HUAWEICLOUD_SDK_AUTH_TOKEN, or write a \
             credentials file; ",
        );
        let endpoint = environment.get(METADATA_ENDPOINT)?;
        Ok(Credentials::last_resort(endpoint, why).into())
    }

    pub(crate) fn into_addresses(self) -> AddressSettings {
        let setting = |value, source: &str| Setting {
            value,
            source: source.to_owned(),
        };
        let source = self.iam_endpoint_source;
        let source = source.as_deref().unwrap_or("the settings");
        AddressSettings {
            iam_endpoint: self.iam_endpoint.map(|value| setting(value, source)),
            sts_endpoint: self.sts_endpoint.map(|value| setting(value, STS_ENDPOINT)),
            cloud: self.cloud.map(|value| setting(value, CLOUD)),
            regions: self.regions,
        }
    }
}

impl From<Credentials> for Settings {
    fn from(credentials: Credentials) -> Self {
        Self {
            credentials: Some(credentials),
            ..Self::default()
        }
    }
}

impl From<Profile> for Settings {
    fn from(profile: Profile) -> Self {
        Self {
            credentials: Some(profile.credentials),
            project_id: profile.project_id,
            iam_endpoint_source: Some(profile.place),
            iam_endpoint: profile.iam_endpoint,
            ..Self::default()
        }
    }
}

/// The credentials that variables have, if any.
fn of_variables(environment: &Environment) -> Result<Option<Credentials>, Error> {
    if let Some(token) = environment.get(TOKEN)? {
        return Ok(Some(Credentials::token(token).with_origin(TOKEN)));
    }
    if let Some(agency) = oidc(environment)? {
        return Ok(Some(Credentials::oidc(agency).with_origin(OIDC_AGENCY)));
    }
    if let Some((id, file)) = environment.pair(IDP_ID, ID_TOKEN_FILE)? {
        let credentials = Credentials::identity_provider(id, environment.expand(&file));
        return Ok(Some(credentials.with_origin(IDP_ID)));
    }
    let credentials = access_key(
        environment.get(ACCESS_KEY)?,
        environment.get(SECRET_KEY)?,
        environment.get(SECURITY_TOKEN)?,
        (ACCESS_KEY, SECRET_KEY),
        "the environment",
    )?;
    Ok(credentials.map(|credentials| credentials.with_origin(ACCESS_KEY)))
}

/// The agency that a token of an identity provider opens, where one is named.
fn oidc(environment: &Environment) -> Result<Option<OidcAgency>, Error> {
    let Some((provider, agency)) = environment.pair(OIDC_PROVIDER, OIDC_AGENCY)? else {
        return Ok(None);
    };
    let token = environment.get(OIDC_TOKEN)?;
    let file = environment.path(OIDC_TOKEN_FILE)?;
    let mut oidc = OidcAgency::new(provider, agency, file.clone().unwrap_or_default());
    match (token, file) {
        (Some(token), _) => oidc = oidc.id_token(token),
        (None, Some(_)) => {}
        (None, None) => {
            return Err(Error::config(format!(
                "{OIDC_AGENCY} is set, but {OIDC_TOKEN_FILE} (or {OIDC_TOKEN}) is missing"
            )));
        }
    }
    if let Some(name) = environment.get(OIDC_SESSION)? {
        oidc = oidc.session_name(name);
    }
    if let Some(seconds) = seconds(environment, OIDC_SECONDS)? {
        oidc = oidc.duration_seconds(seconds);
    }
    if let Some(policy) = environment.text(OIDC_POLICY)? {
        oidc = oidc.policy(policy);
    }
    if let Some(ids) = environment.get(OIDC_POLICY_IDS)? {
        let ids = ids.split(',').map(str::trim);
        oidc = oidc.policy_ids(ids.filter(|id| !id.is_empty()));
    }
    Ok(Some(oidc))
}

/// The agency that is to be assumed, where one is named.
fn agency(environment: &Environment) -> Result<Option<Agency>, Error> {
    let Some(name) = environment.get(AGENCY)? else {
        return Ok(None);
    };
    let mut agency = Agency::new(name);
    if let Some(name) = environment.get(AGENCY_ACCOUNT)? {
        agency = agency.account_name(name);
    }
    if let Some(id) = environment.get(AGENCY_ACCOUNT_ID)? {
        agency = agency.account_id(id);
    }
    if let Some(seconds) = seconds(environment, AGENCY_SECONDS)? {
        agency = agency.duration_seconds(seconds);
    }
    agency.checked()?;
    Ok(Some(agency))
}

fn seconds(environment: &Environment, name: &str) -> Result<Option<u32>, Error> {
    let Some(text) = environment.get(name)? else {
        return Ok(None);
    };
    let seconds = text.parse();
    let seconds = seconds
        .map_err(|_| Error::config(format!("{name} is {text:?}, and not a number of seconds")))?;
    Ok(Some(seconds))
}

fn regions(environment: &Environment) -> Result<Regions, Error> {
    let names = environment.names(regions::PREFIX);
    let mut variables = Vec::new();
    for name in names {
        if let Some(value) = environment.get(name)? {
            variables.push((name.to_owned(), value));
        }
    }
    let mut regions = Regions::new(variables.into_iter().collect());
    match environment.path(REGIONS_FILE)? {
        Some(file) => regions.read_file(&file)?,
        None => {
            let usual = environment.in_home("regions.yaml");
            let usual = usual.filter(|file| Path::new(file).exists());
            usual.map_or(Ok(()), |file| regions.read_file(&file))?;
        }
    }
    Ok(regions)
}

fn access_key(
    access_key: Option<String>,
    secret_key: Option<String>,
    security_token: Option<String>,
    names: (&str, &str),
    place: &str,
) -> Result<Option<Credentials>, Error> {
    let missing = match (access_key, secret_key, security_token) {
        (Some(access), Some(secret), None) => {
            return Ok(Some(Credentials::access_key(access, secret)));
        }
        (Some(access), Some(secret), Some(token)) => {
            return Ok(Some(Credentials::temporary_access_key(
                access, secret, token,
            )));
        }
        (None, None, _) => return Ok(None),
        (Some(_), None, _) => names.1,
        (None, Some(_), _) => names.0,
    };
    Err(Error::config(format!(
        "{place} has an incomplete access key: {missing} is missing"
    )))
}

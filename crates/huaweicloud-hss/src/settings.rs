//! Credentials and what goes with them, from where the official SDKs look for them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ini::Ini;
use zeroize::Zeroizing;

use crate::addresses::{AddressSettings, Setting};
use crate::regions::{self, Regions};
use crate::{Credentials, Error};

const TOKEN: &str = "HUAWEICLOUD_SDK_AUTH_TOKEN";
const ACCESS_KEY: &str = "HUAWEICLOUD_SDK_AK";
const SECRET_KEY: &str = "HUAWEICLOUD_SDK_SK";
const SECURITY_TOKEN: &str = "HUAWEICLOUD_SDK_SECURITY_TOKEN";
const PROJECT_ID: &str = "HUAWEICLOUD_SDK_PROJECT_ID";
const IAM_ENDPOINT: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
/// A name of the Terraform provider: the official SDKs have no such setting.
const CLOUD: &str = "HW_CLOUD";
const REGIONS_FILE: &str = "HUAWEICLOUD_SDK_REGIONS_FILE";
/// Not a name of the official SDKs: they know one address only.
const METADATA_ENDPOINT: &str = "HUAWEICLOUD_SDK_METADATA_ENDPOINT";
const CREDENTIALS_FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";

/// The section of the profile file that is meant where none is named.
const DEFAULT_PROFILE: &str = "basic";

/// Credentials, project id and addresses, as found in the environment, in a profile file or in a regions file.
///
/// The names are those of the official SDKs, so that a machine that is set up for them needs nothing more;
/// `HUAWEICLOUD_SDK_AUTH_TOKEN`, which they do not know, is added for a token.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// How to prove who calls.
    pub credentials: Option<Credentials>,
    /// The project whose images are meant.
    pub project_id: Option<String>,
    /// The address of IAM.
    pub iam_endpoint: Option<String>,
    /// The domain of the cloud, for example `alphaedge.tmone.com.my`.
    pub cloud: Option<String>,
    /// Where `iam_endpoint` is from.
    iam_endpoint_source: Option<String>,
    regions: Regions,
}

impl Settings {
    /// Reads the environment and, for what it does not have, the profile file.
    ///
    /// The environment variables are `HUAWEICLOUD_SDK_AUTH_TOKEN` for a token, `HUAWEICLOUD_SDK_AK` with
    /// `HUAWEICLOUD_SDK_SK` (and `HUAWEICLOUD_SDK_SECURITY_TOKEN` for a temporary key) for an access key, of
    /// which a token comes first, `HUAWEICLOUD_SDK_PROJECT_ID` and `HUAWEICLOUD_SDK_IAM_ENDPOINT`. `HW_CLOUD`,
    /// which the Terraform provider uses, has the domain of the cloud.
    ///
    /// `HUAWEICLOUD_SDK_REGION_HSS_<REGION>` has the endpoint of one region, as in
    /// `HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4`, and so has the regions file: the one that
    /// `HUAWEICLOUD_SDK_REGIONS_FILE` names, else `~/.huaweicloud/regions.yaml`. Of several endpoints for a
    /// region, the first counts. [`ClientBuilder::addresses`](crate::ClientBuilder::addresses) tells which
    /// setting comes before which.
    ///
    /// The profile file is the one that `HUAWEICLOUD_SDK_CREDENTIALS_FILE` names, else
    /// `~/.huaweicloud/credentials`. In it, `profile` names the section, `basic` where it is `None`. A
    /// profile that is named here goes before the environment.
    ///
    /// Where neither has credentials, they are those of the virtual machine (ECS) that the program runs on, from
    /// its metadata service; it is asked when the first request needs them. Its address can be set in
    /// `HUAWEICLOUD_SDK_METADATA_ENDPOINT`, which the official SDKs do not know.
    ///
    /// # Errors
    ///
    /// Half of an access key is missing; the profile file or the regions file cannot be read or is malformed; or
    /// the profile file does not have the profile that is named.
    pub fn load(profile: Option<&str>) -> Result<Self, Error> {
        let text = |text: std::ffi::OsString| text.into_string().ok();
        let variables = std::env::vars_os();
        let variables = variables.filter_map(|(name, value)| Some((text(name)?, text(value)?)));
        Self::load_with(profile, variables.collect())
    }

    fn load_with(
        profile: Option<&str>,
        mut variables: BTreeMap<String, String>,
    ) -> Result<Self, Error> {
        // An empty variable is one that was unset in a hurry.
        variables.retain(|_, value| !value.is_empty());
        let variable = |name: &str| variables.get(name).cloned();
        let mut found = Self::find(profile, &variable)?;
        found
            .credentials
            .get_or_insert_with(|| Credentials::last_resort(variable(METADATA_ENDPOINT)));
        found.cloud = variable(CLOUD);
        let of_regions = variables
            .iter()
            .filter(|(name, _)| name.starts_with(regions::PREFIX));
        let of_regions = of_regions.map(|(name, value)| (name.clone(), value.clone()));
        found.regions = Regions::new(of_regions.collect());
        match variable(REGIONS_FILE) {
            Some(file) => found.regions.read_file(Path::new(&file))?,
            None => {
                let usual = in_home(&variable, "regions.yaml").filter(|file| file.exists());
                usual.map_or(Ok(()), |file| found.regions.read_file(&file))?;
            }
        }
        Ok(found)
    }

    pub(crate) fn into_addresses(self) -> AddressSettings {
        AddressSettings {
            iam_endpoint: self.iam_endpoint.map(|value| Setting {
                value,
                source: self
                    .iam_endpoint_source
                    .unwrap_or_else(|| "the settings".to_owned()),
            }),
            cloud: self.cloud.map(|value| Setting {
                value,
                source: CLOUD.to_owned(),
            }),
            regions: self.regions,
        }
    }

    fn find(
        profile: Option<&str>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let environment = Self::from_variables(variable)?;
        if profile.is_none() && environment.credentials.is_some() {
            return Ok(environment);
        }
        let file = variable(CREDENTIALS_FILE).map_or_else(
            || in_home(variable, "credentials"),
            |file| Some(PathBuf::from(file)),
        );
        let file = match file {
            Some(file) if profile.is_some() || file.exists() => Self::from_file(&file, profile)?,
            None if profile.is_some() => {
                return Err(Error::config(format!(
                    "no profile file is known: set {CREDENTIALS_FILE}"
                )));
            }
            _ => Self::default(),
        };
        let (first, second) = if profile.is_some() {
            (file, environment)
        } else {
            (environment, file)
        };
        Ok(Self {
            credentials: first.credentials.or(second.credentials),
            project_id: first.project_id.or(second.project_id),
            iam_endpoint_source: first.iam_endpoint_source.or(second.iam_endpoint_source),
            iam_endpoint: first.iam_endpoint.or(second.iam_endpoint),
            ..Self::default()
        })
    }

    fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let credentials = match variable(TOKEN) {
            Some(token) => Some(Credentials::token(token)),
            None => access_key(
                variable(ACCESS_KEY),
                variable(SECRET_KEY),
                variable(SECURITY_TOKEN),
                (ACCESS_KEY, SECRET_KEY),
                "the environment",
            )?,
        };
        Ok(Self {
            credentials,
            project_id: variable(PROJECT_ID),
            iam_endpoint_source: variable(IAM_ENDPOINT).map(|_| IAM_ENDPOINT.to_owned()),
            iam_endpoint: variable(IAM_ENDPOINT),
            ..Self::default()
        })
    }

    fn from_file(file: &Path, profile: Option<&str>) -> Result<Self, Error> {
        let shown = file.display();
        let text = std::fs::read_to_string(file).map_err(|error| {
            Error::config(format!("the profile file {shown} cannot be read: {error}"))
        })?;
        let text = Zeroizing::new(text);
        // The parser's own message may quote the line, and the line may be a key.
        let ini = Ini::load_from_str_noescape(&text).map_err(|error| {
            Error::config(format!(
                "the profile file {shown} is malformed near line {}",
                error.line
            ))
        })?;
        let section = profile.unwrap_or(DEFAULT_PROFILE);
        let Some(properties) = ini.section(Some(section)) else {
            return match profile {
                None => Ok(Self::default()),
                Some(profile) => Err(Error::config(format!(
                    "the profile file {shown} has no profile [{profile}]"
                ))),
            };
        };
        let property = |name| {
            properties
                .get(name)
                .map(str::to_owned)
                .filter(|value| !value.is_empty())
        };
        let place = format!("profile [{section}] of {shown}");
        Ok(Self {
            credentials: access_key(
                property("ak"),
                property("sk"),
                property("security_token"),
                ("ak", "sk"),
                &place,
            )?,
            project_id: property("project_id"),
            iam_endpoint_source: property("iam_endpoint").map(|_| place),
            iam_endpoint: property("iam_endpoint"),
            ..Self::default()
        })
    }
}

/// A file in the folder of the official SDKs.
fn in_home(variable: &dyn Fn(&str) -> Option<String>, file: &str) -> Option<PathBuf> {
    let home = variable("HOME")?;
    Some(Path::new(&home).join(".huaweicloud").join(file))
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
        "{place} has half of an access key: {missing} is missing"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(profile: Option<&str>, variables: &[(&str, &str)]) -> Result<Settings, Error> {
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::load_with(profile, variables.collect())
    }

    fn summary(settings: &Settings) -> String {
        format!(
            "{:?} project {:?} iam {:?}",
            settings.credentials, settings.project_id, settings.iam_endpoint
        )
    }

    /// A profile file in a directory of its own.
    fn with_file(text: &str, check: impl FnOnce(&str)) {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("credentials");
        std::fs::write(&file, text).expect("a file");
        check(file.to_str().expect("a plain path"));
    }

    #[test]
    fn the_environment_names_credentials() {
        let key = [(ACCESS_KEY, "a"), (SECRET_KEY, "s")];
        let found = load(None, &key).expect("loads");
        insta::assert_snapshot!(summary(&found), @"Some(Credentials(access key, [redacted])) project None iam None");

        let found = load(
            None,
            &[key[0], key[1], (SECURITY_TOKEN, "t"), (PROJECT_ID, "p")],
        )
        .expect("loads");
        insta::assert_snapshot!(summary(&found), @r#"Some(Credentials(temporary access key, [redacted])) project Some("p") iam None"#);

        let found = load(None, &[key[0], key[1], (TOKEN, "t")]).expect("loads");
        insta::assert_snapshot!(summary(&found), @"Some(Credentials(token, [redacted])) project None iam None");

        let found = load(None, &[]).expect("loads");
        insta::assert_snapshot!(summary(&found), @"Some(Credentials(ECS metadata, [redacted])) project None iam None");
    }

    #[test]
    fn half_an_access_key_is_an_error() {
        let error = load(None, &[(ACCESS_KEY, "a"), (SECRET_KEY, "")]).expect_err("half a key");
        insta::assert_snapshot!(error.to_string(), @"the environment has half of an access key: HUAWEICLOUD_SDK_SK is missing");
        let error = load(None, &[(SECRET_KEY, "s")]).expect_err("half a key");
        insta::assert_snapshot!(error.to_string(), @"the environment has half of an access key: HUAWEICLOUD_SDK_AK is missing");
    }

    #[test]
    fn the_profile_file_fills_in() {
        let text = "[basic]\nak = a\nsk = s=\\x+/\nproject_id = p\n\n[other]\nak = b\nsk = t\nsecurity_token = u\niam_endpoint = https://iam.example\n";
        with_file(text, |file| {
            let found = load(None, &[(CREDENTIALS_FILE, file)]).expect("loads");
            insta::assert_snapshot!(summary(&found), @r#"Some(Credentials(access key, [redacted])) project Some("p") iam None"#);

            let environment = [(CREDENTIALS_FILE, file), (TOKEN, "t"), (PROJECT_ID, "q")];
            let found = load(Some("other"), &environment).expect("loads");
            insta::assert_snapshot!(summary(&found), @r#"Some(Credentials(temporary access key, [redacted])) project Some("q") iam Some("https://iam.example")"#);

            let found = load(None, &environment).expect("loads");
            insta::assert_snapshot!(summary(&found), @r#"Some(Credentials(token, [redacted])) project Some("q") iam None"#);
        });
    }

    #[test]
    fn a_wrong_profile_is_explained_without_its_content() {
        with_file("[basic]\nak = a\nsk\n", |file| {
            let error = load(None, &[(CREDENTIALS_FILE, file)]).expect_err("malformed");
            let error = error.to_string().replace(file, "FILE");
            insta::assert_snapshot!(error, @"the profile file FILE is malformed near line 4");
            let error = load(Some("prod"), &[(CREDENTIALS_FILE, "/nowhere")]).expect_err("no file");
            assert!(
                error.to_string().contains("/nowhere cannot be read"),
                "{error}"
            );
        });
        with_file("[basic]\nak = a\nsk = b\n", |file| {
            let error = load(Some("prod"), &[(CREDENTIALS_FILE, file)]).expect_err("no profile");
            let error = error.to_string().replace(file, "FILE");
            insta::assert_snapshot!(error, @"the profile file FILE has no profile [prod]");
        });
    }

    /// Where a client in `region` would send its requests.
    fn addresses(region: &str, variables: &[(&str, &str)]) -> String {
        let settings = match load(None, variables) {
            Ok(settings) => settings,
            Err(error) => return error.to_string(),
        };
        let builder = crate::Client::builder().region(region).settings(settings);
        match builder.addresses() {
            Ok(crate::Addresses { hss, iam }) => {
                let iam = iam.map_or_else(
                    || "not known".to_owned(),
                    |iam| format!("{} {}", iam.url(), iam.source()),
                );
                format!("{} {}\n{iam}", hss.url(), hss.source())
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_environment_says_where_a_region_is() {
        const HSS: (&str, &str) = (
            "HUAWEICLOUD_SDK_REGION_HSS_LA_SOUTH_6001",
            "https://hss.la-south-6001.one.example,https://hss.la-south-6001.two.example",
        );
        const OWN: (&str, &str) = (HSS.0, "https://hss.example");
        const CLOUD: (&str, &str) = (super::CLOUD, "cloud.example");
        let mut texts = String::new();
        for variables in [
            &[CLOUD][..],
            &[HSS],
            &[HSS, CLOUD],
            &[OWN],
            &[OWN, CLOUD],
            &[OWN, (IAM_ENDPOINT, "https://iam.example")],
            &[
                OWN,
                (
                    "HUAWEICLOUD_SDK_REGION_IAM_LA_SOUTH_6001",
                    "https://iam.example",
                ),
            ],
            &[(HSS.0, "http://127.0.0.1:8085")],
            &[(IAM_ENDPOINT, "https://iam.example"), CLOUD],
            &[(
                "HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4",
                "https://hss.example",
            )],
            &[(HSS.0, "hss.example")],
            &[(HSS.0, "")],
            &[(super::CLOUD, "https://cloud.example")],
            &[(IAM_ENDPOINT, "iam.example")],
        ] {
            texts += &format!(
                "{variables:?}\n{}\n\n",
                addresses("la-south-6001", variables)
            );
        }
        insta::assert_snapshot!(texts);
    }

    #[test]
    fn a_regions_file_says_where_regions_are() {
        let text = "hss:\n  - id: r-1\n    endpoint: https://hss.r-1.one.example\n  - id: r-2\n    endpoints:\n      - https://hss.r-2.two.example\n      - https://hss.r-2.three.example\n    endpoint: https://hss.r-2.four.example\nIAM:\n  - id: r-1\n    endpoint: https://iam.example\nECS:\n  - endpoint: https://ecs.example\n";
        let mut texts = String::new();
        let mut with = |text: &str, regions: &[&str], more: &[(&str, &str)]| {
            with_file(text, |file| {
                for region in regions {
                    let mut variables = vec![(REGIONS_FILE, file)];
                    variables.extend(more);
                    let found = addresses(region, &variables).replace(file, "FILE");
                    texts += &format!("{region} {more:?}\n{found}\n\n");
                }
            });
        };
        with(text, &["r-1", "r-2", "r-3"], &[]);
        let variable = (
            "HUAWEICLOUD_SDK_REGION_HSS_R_1",
            "https://hss.r-1.four.example",
        );
        with(text, &["r-1"], &[variable]);
        with("", &["r-1"], &[]);
        with("hss: https://hss.example\n", &["r-1"], &[]);
        with("hss:\n  - id: [\n", &["r-1"], &[]);
        insta::assert_snapshot!(texts);
        assert!(
            addresses("r-1", &[(REGIONS_FILE, "/nowhere")]).contains("/nowhere cannot be read")
        );
    }

    #[test]
    fn the_regions_file_in_the_home_is_read_where_there_is_one() {
        let home = tempfile::tempdir().expect("a directory");
        let folder = home.path().join(".huaweicloud");
        let variables = [("HOME", home.path().to_str().expect("a plain path"))];
        assert!(addresses("r-1", &variables).contains("hss.r-1.myhuaweicloud.com"));
        std::fs::create_dir(&folder).expect("a folder");
        let text = "HSS: [{id: r-1, endpoint: 'https://hss.example'}]";
        std::fs::write(folder.join("regions.yaml"), text).expect("a file");
        assert!(addresses("r-1", &variables).contains("https://hss.example"));
    }
}

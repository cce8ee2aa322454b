//! What is found where.

#[cfg(unix)]
use std::ffi::OsString;

use super::*;

fn load(profile: Option<&str>, variables: &[(&str, &str)]) -> Result<Settings, Error> {
    let mut variables = variables.to_vec();
    let home = variables.iter().position(|(name, _)| *name == "HOME");
    let home = home.map(|index| variables.remove(index).1.into());
    let variables = variables.into_iter();
    let variables = variables.map(|(name, value)| (name.into(), value.into()));
    Settings::load_from(profile, &Environment::new(variables, home))
}

fn summary(found: Result<Settings, Error>) -> String {
    match found {
        Ok(found) => format!(
            "{}; project {}; IAM {}",
            found.credentials.as_ref().expect("credentials"),
            found.project_id.as_deref().unwrap_or("-"),
            found.iam_endpoint.as_deref().unwrap_or("-"),
        ),
        Err(error) => format!("error: {error}"),
    }
}

/// A credentials file in a directory of its own.
fn with_file(text: impl AsRef<[u8]>, check: impl FnOnce(&str)) {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("credentials");
    std::fs::write(&file, text).expect("a file");
    check(file.to_str().expect("a plain path"));
}

const KEY: [(&str, &str); 2] = [(ACCESS_KEY, "a"), (SECRET_KEY, "secret-s")];
const OIDC: [(&str, &str); 3] = [
    (OIDC_PROVIDER, "iam::1:oidc-provider:p"),
    (OIDC_AGENCY, "iam::1:agency:a"),
    (OIDC_TOKEN_FILE, "/token"),
];
const IDP: [(&str, &str); 2] = [(IDP_ID, "idp"), (ID_TOKEN_FILE, "~/token")];
const POD: [(&str, &str); 2] = [
    (POD_URI, "http://127.0.0.1:1/key"),
    (POD_TOKEN_FILE, "/token"),
];

#[test]
fn the_first_source_that_is_there_counts() {
    let agency = [(AGENCY, "auditor"), (AGENCY_ACCOUNT, "customer")];
    let project = [(PROJECT_ID, "p")];
    let mut texts = String::new();
    for sets in [
        &[&[(TOKEN, "secret-t")][..], &OIDC, &KEY][..],
        &[&OIDC, &IDP, &KEY],
        &[&IDP, &KEY, &project],
        &[&KEY, &POD],
        &[&KEY, &[(SECURITY_TOKEN, "secret-t")]],
        &[&POD, &project],
        &[],
        &[&KEY, &agency],
        &[
            &POD,
            &agency[..1],
            &[(AGENCY_ACCOUNT_ID, "1"), (AGENCY_SECONDS, "900")],
        ],
        // What is named and gives nothing.
        &[&KEY[..1], &POD],
        &[&[KEY[0], (SECRET_KEY, "")]],
        &[&KEY[1..]],
        &[&OIDC[..1], &KEY],
        &[&OIDC[1..], &KEY],
        &[&OIDC[..2], &KEY],
        &[&OIDC, &[(OIDC_SECONDS, "1h")]],
        &[&IDP[..1], &KEY],
        &[&IDP[1..], &KEY],
        &[&POD[..1]],
        &[&POD[1..]],
        &[&KEY, &agency[..1]],
        &[&[(CREDENTIALS_FILE, "/run/secrets/none")], &POD],
        // What cannot be meant.
        &[&[KEY[0], (SECRET_KEY, "secret-s\n")]],
        &[&[(ACCESS_KEY, " a"), KEY[1]]],
        &[&KEY, &[(PROJECT_ID, "p\r")]],
        &[&[(TOKEN, "secret\tt")]],
    ] {
        let variables = sets.concat();
        let names: Vec<_> = variables.iter().map(|(name, _)| *name).collect();
        let found = summary(load(None, &variables));
        texts += &format!("{}\n  {found}\n", names.join(" "));
    }
    assert!(
        !texts.contains("secret-s") && !texts.contains("secret-t"),
        "{texts}"
    );
    insta::assert_snapshot!(texts);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf8_is_no_unset_one() {
    use std::os::unix::ffi::OsStringExt;

    for name in [
        TOKEN,
        ACCESS_KEY,
        SECRET_KEY,
        SECURITY_TOKEN,
        PROJECT_ID,
        IAM_ENDPOINT,
        STS_ENDPOINT,
        IDP_ID,
        ID_TOKEN_FILE,
        REGIONS_FILE,
        CREDENTIALS_FILE,
        OIDC_PROVIDER,
        OIDC_AGENCY,
        POD_URI,
        POD_TOKEN_FILE,
        METADATA_ENDPOINT,
        CLOUD,
        REGION,
        PROJECT_NAME,
        AGENCY,
        "HUAWEICLOUD_SDK_REGION_HSS_R_1",
    ] {
        let mut variables: Vec<(OsString, OsString)> = Vec::new();
        // What is looked for behind access keys.
        if matches!(name, PROJECT_ID | AGENCY | PROJECT_NAME | SECURITY_TOKEN) {
            variables.extend(KEY.map(|(name, value)| (name.into(), value.into())));
        }
        variables.push((name.into(), OsString::from_vec(b"a\xff".to_vec())));
        let error = Settings::load_from(None, &Environment::new(variables, None));
        let error = error.expect_err(name).to_string();
        assert_eq!(error, format!("{name} is not UTF-8"));
    }
}

#[test]
fn a_profile_file_is_read_as_the_official_sdk_reads_it() {
    let whole = "[basic]\nak = a\nsk = s=\\x+/\nproject_id = p\n\n[other]\nak = b\nsk = secret-t\nsecurity_token = u\niam_endpoint = https://iam.example\n";
    let mut texts = String::new();
    let environment = [KEY[0], KEY[1], (PROJECT_ID, "of-another")];
    for (text, profile, more) in [
        (whole, None, &[][..]),
        (whole, None, &[(PROJECT_ID, "q")]),
        (whole, None, &environment),
        // A profile brings its own project, and none of another identity.
        (whole, Some("basic"), &environment),
        (whole, Some("other"), &environment),
        (whole, Some("prod"), &[]),
        ("\u{feff}[basic]\r\nAK = a \r\nSk=s\r\n", None, &[]),
        (
            "[basic]\nidp_id = i\nid_token_file = ~/token\nak = a\nsk = s\n",
            None,
            &[],
        ),
        ("[basic]\nidp_id = i\n", None, &[]),
        ("[Basic]\nak = a\nsk = secret-s\n", None, &[]),
        ("ak = a\nsk = secret-s\n", None, &[]),
        ("", None, &[]),
        (
            "[basic]\naccess_key = a\nsecret_key = secret-s\nsecret-value-of-forty-characters-in-all = 1\n",
            None,
            &[],
        ),
        ("[basic]\nak = a\n", None, &[]),
        ("[basic]\nak = a\nAK = b\nsk = secret-s\n", None, &[]),
        (
            "[basic]\nak = a\nsk = s\n[basic]\nak = b\nsk = secret-s\n",
            None,
            &[],
        ),
        ("[basic]\nak = a\nsecret-s\n", None, &[]),
    ] {
        with_file(text, |file| {
            let mut variables = vec![(CREDENTIALS_FILE, file)];
            variables.extend(more);
            let found = summary(load(profile, &variables)).replace(file, "FILE");
            texts += &format!("{text:?} {profile:?} {more:?}\n  {found}\n");
        });
    }
    for (_, found) in texts
        .lines()
        .enumerate()
        .filter(|(index, _)| index % 2 == 1)
    {
        assert!(!found.contains("secret-"), "{found}");
    }
    insta::assert_snapshot!(texts);
    with_file(b"[basic]\nak = \xff\nsk = s\n", |file| {
        let error = load(None, &[(CREDENTIALS_FILE, file)]).expect_err("no text");
        assert!(error.to_string().contains("UTF-8"), "{error}");
    });
}

#[test]
fn the_file_in_the_home_is_one_of_several_places() {
    let home = tempfile::tempdir().expect("a directory");
    let folder = home.path().join(".huaweicloud");
    std::fs::create_dir(&folder).expect("a folder");
    let shown = home.path().to_str().expect("a plain path");
    let mut texts = String::new();
    for (text, more) in [
        ("[basic]\nak = a\nsk = s\n", &POD[..]),
        ("[Basic]\nak = a\nsk = s\n", &POD),
        ("[Basic]\nak = a\nsk = s\n", &[]),
        ("[basic]\nak = a\n", &POD),
        (
            "[basic]\nak = a\nsk = s\n",
            &[(CREDENTIALS_FILE, "~/.huaweicloud/credentials")],
        ),
    ] {
        std::fs::write(folder.join("credentials"), text).expect("a file");
        let mut variables = vec![("HOME", shown)];
        variables.extend(more);
        let found = summary(load(None, &variables));
        texts += &format!("{text:?} {more:?}\n  {found}\n");
    }
    insta::assert_snapshot!(texts.replace(shown, "HOME"));
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
    assert!(addresses("r-1", &[(REGIONS_FILE, "/nowhere")]).contains("/nowhere cannot be read"));
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

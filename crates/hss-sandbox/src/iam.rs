//! The operations of IAM that a caller of HSS needs: a token, and the id of the project.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use hss_spec::Operation;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::account::{ACCOUNT, ACCOUNT_ID, PROJECT_ID, REGION, USER, USER_ID};
use crate::app::{App, Shared};
use crate::auth;
use crate::auth::token::Scope;
use crate::call::Call;
use crate::reply::{self, ApiError};
use crate::validate::{self, Arguments};

#[derive(Deserialize)]
struct TokenRequest {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    identity: Identity,
    #[serde(default, deserialize_with = "present")]
    scope: Option<RequestedScope>,
}

#[derive(Deserialize)]
struct Identity {
    methods: Vec<String>,
    #[serde(default, deserialize_with = "present")]
    password: Option<Password>,
}

#[derive(Deserialize)]
struct Password {
    user: User,
}

#[derive(Deserialize)]
struct User {
    domain: Domain,
    name: String,
    password: String,
}

#[derive(Deserialize)]
struct Domain {
    name: String,
}

#[derive(Deserialize)]
struct RequestedScope {
    #[serde(default, deserialize_with = "present")]
    project: Option<Target>,
    #[serde(default, deserialize_with = "present")]
    domain: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    #[serde(default, deserialize_with = "present")]
    id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    name: Option<String>,
}

/// A member that may be absent, but not `null`: the contract has it as one or the other type, never both.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl Target {
    /// Whether it names the thing with this id and name. Where both are given, both have to be right.
    fn is(&self, id: &str, name: &str) -> bool {
        (self.id.is_some() || self.name.is_some())
            && self.id.as_deref().is_none_or(|given| given == id)
            && self.name.as_deref().is_none_or(|given| given == name)
    }
}

/// `POST /v3/auth/tokens`
pub(crate) async fn issue_token(
    State(app): State<Shared>,
    call: Call,
) -> Result<Response, ApiError> {
    let arguments = validate::arguments(app.issue_token, &call).map_err(bad_request)?;
    let request = read(&call.body)?;
    let identity = &request.auth.identity;
    if identity.methods != ["password"] {
        return Err(bad_request(
            "The only method of this IAM is password.".to_owned(),
        ));
    }
    let user = identity
        .password
        .as_ref()
        .map(|password| &password.user)
        .ok_or_else(|| bad_request("The member password is missing beside methods.".to_owned()))?;
    if (
        user.domain.name.as_str(),
        user.name.as_str(),
        user.password.as_str(),
    ) != (ACCOUNT, USER, app.account.password.as_str())
    {
        return Err(ApiError::identity(
            StatusCode::UNAUTHORIZED,
            "The username or password is wrong.",
        ));
    }
    let scope = granted(request.auth.scope.as_ref())?;

    let now = app.clock.now();
    let (token, expires_at) = app.tokens.issue(scope, now).map_err(|error| {
        ApiError::internal(format!("The sandbox has no random numbers: {error}"))
    })?;
    let mut facts = facts(scope, now, expires_at);
    if arguments.text("nocatalog").unwrap_or_default().is_empty() {
        facts["catalog"] = catalog(&app);
    }
    let mut response = reply::json(StatusCode::CREATED, &json!({"token": facts}));
    let mut header = HeaderValue::try_from(token).expect("a token consists of letters and digits");
    header.set_sensitive(true);
    response.headers_mut().insert("x-subject-token", header);
    Ok(response)
}

/// Reads the body. A message names the member that is wrong, never its value, which may be a password.
fn read(body: &[u8]) -> Result<TokenRequest, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let request = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        if error.inner().classify() != serde_json::error::Category::Data {
            return bad_request("The request body is not JSON.".to_owned());
        }
        let place = match error.path().to_string() {
            path if path == "." => "The request body".to_owned(),
            path => format!("Member {path} of the body"),
        };
        let reason = error.inner().to_string();
        let reason = if reason.starts_with("missing field") {
            reason.split(" at line ").next().unwrap_or_default()
        } else {
            "wrong type"
        };
        bad_request(format!("{place} is invalid: {reason}."))
    })?;
    reader
        .end()
        .map_err(|_| bad_request("The request body is not JSON.".to_owned()))?;
    Ok(request)
}

fn granted(requested: Option<&RequestedScope>) -> Result<Scope, ApiError> {
    let unknown = |what: &str| {
        ApiError::identity(
            StatusCode::NOT_FOUND,
            format!("The {what} of the scope does not exist."),
        )
    };
    match requested {
        None => Ok(Scope::Account),
        Some(RequestedScope {
            project: Some(project),
            domain: None,
        }) => project
            .is(PROJECT_ID, REGION)
            .then_some(Scope::Project)
            .ok_or_else(|| unknown("project")),
        Some(RequestedScope {
            project: None,
            domain: Some(domain),
        }) => domain
            .is(ACCOUNT_ID, ACCOUNT)
            .then_some(Scope::Account)
            .ok_or_else(|| unknown("account")),
        Some(_) => Err(bad_request(
            "The scope must be either a project or a domain.".to_owned(),
        )),
    }
}

fn facts(scope: Scope, issued_at: Timestamp, expires_at: Timestamp) -> Value {
    let time = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    let account = json!({"id": ACCOUNT_ID, "name": ACCOUNT});
    let mut facts = json!({
        "methods": ["password"],
        "expires_at": time(expires_at),
        "issued_at": time(issued_at),
        "user": {"id": USER_ID, "name": USER, "domain": account, "password_expires_at": ""},
    });
    match scope {
        Scope::Project => {
            facts["project"] = json!({"id": PROJECT_ID, "name": REGION, "domain": account});
        }
        Scope::Account => facts["domain"] = account,
    }
    facts["roles"] = json!([]);
    facts
}

/// The services that the token can be used with: the sandbox plays them both.
fn catalog(app: &App) -> Value {
    let entry = |id: &str, name: &str, kind: &str, path: &str| {
        json!({
            "id": format!("{id:0>32}"),
            "name": name,
            "type": kind,
            "endpoints": [{
                "id": format!("{id:0>31}e"),
                "interface": "public",
                "region": REGION,
                "region_id": REGION,
                "url": format!("{}{path}", app.endpoint),
            }],
        })
    };
    json!([
        entry("1", "hss", "hss", ""),
        entry("2", "iam", "identity", "/v3")
    ])
}

/// `GET /v3/projects`
pub(crate) async fn list_projects(
    State(app): State<Shared>,
    call: Call,
) -> Result<Response, ApiError> {
    auth::authenticate(&app, &call)?;
    let arguments = validate::arguments(app.list_projects, &call).map_err(bad_request)?;
    let page = page(&arguments)?;
    let listed = matches(&arguments) && page == 1;
    Ok(projects(&app, app.list_projects, listed))
}

/// `GET /v3/auth/projects`
pub(crate) async fn list_auth_projects(
    State(app): State<Shared>,
    call: Call,
) -> Result<Response, ApiError> {
    auth::authenticate(&app, &call)?;
    validate::arguments(app.list_auth_projects, &call).map_err(bad_request)?;
    Ok(projects(&app, app.list_auth_projects, true))
}

/// The answer with the only project, where it is `listed`.
fn projects(app: &App, operation: &Operation, listed: bool) -> Response {
    let project = json!({
        "id": PROJECT_ID,
        "name": REGION,
        "domain_id": ACCOUNT_ID,
        "parent_id": ACCOUNT_ID,
        "enabled": true,
        "is_domain": false,
        "description": "",
        "links": {"self": format!("{}/v3/projects/{PROJECT_ID}", app.endpoint)},
    });
    let address = format!("{}{}", app.endpoint, operation.path);
    let body = json!({
        "projects": listed.then_some(project).into_iter().collect::<Vec<_>>(),
        "links": {"self": address, "previous": null, "next": null},
    });
    reply::json(StatusCode::OK, &body)
}

/// Whether the only project passes the filters.
fn matches(arguments: &Arguments) -> bool {
    let texts = [
        ("domain_id", ACCOUNT_ID),
        ("name", REGION),
        ("parent_id", ACCOUNT_ID),
    ];
    texts
        .iter()
        .all(|(name, value)| arguments.text(name).is_none_or(|wanted| wanted == *value))
        && arguments.boolean("enabled").unwrap_or(true)
        && !arguments.boolean("is_domain").unwrap_or(false)
}

/// The number of the wanted page.
fn page(arguments: &Arguments) -> Result<i64, ApiError> {
    match (arguments.integer("page"), arguments.integer("per_page")) {
        (None, None) => Ok(1),
        (Some(page), Some(size)) if page >= 1 && size >= 1 => Ok(page),
        (Some(_), Some(_)) => Err(bad_request(
            "Parameters page and per_page must be at least 1.".to_owned(),
        )),
        _ => Err(bad_request(
            "Parameters page and per_page go together.".to_owned(),
        )),
    }
}

fn bad_request(message: String) -> ApiError {
    ApiError::identity(StatusCode::BAD_REQUEST, message)
}

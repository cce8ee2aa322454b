//! The id of a project, from IAM.

use progenitor_client::ClientInfo;

use crate::error::short_id;
use crate::exchange::{self, Exchange};
use crate::generated::iam::{self, types};
use crate::{Error, ErrorKind, operations};

/// So many projects are listed where it is not clear which one is meant.
const MOST_NAMES: usize = 20;

/// The id of the only project with this name or, without a name, of the only project.
pub(crate) async fn discover(client: &iam::Client, name: Option<&str>) -> Result<String, Error> {
    let (answer, exchange) = match list(client, name).await {
        // The IAM of a region does not serve this everywhere.
        Err(error) if matches!(error.status(), Some(404 | 405)) => list_accessible(client).await?,
        listed => listed?,
    };
    choose(answer, name, &asked(client, &exchange))
}

type Listed = Result<(types::ListProjectsResponse, Exchange), Error>;

async fn list(client: &iam::Client, name: Option<&str>) -> Listed {
    let request = client.keystone_list_projects();
    let request = match name {
        Some(name) => request.name(name),
        None => request,
    };
    let operation = operations::KEYSTONE_LIST_PROJECTS;
    exchange::call_iam(client, operation, 200, request.send_generated()).await
}

/// The projects of the caller. This operation takes no filter.
async fn list_accessible(client: &iam::Client) -> Listed {
    let request = client.keystone_list_auth_projects();
    let operation = operations::KEYSTONE_LIST_AUTH_PROJECTS;
    exchange::call_iam(client, operation, 200, request.send_generated()).await
}

/// Which IAM answered.
fn asked(client: &iam::Client, exchange: &Exchange) -> String {
    let address = client.baseurl();
    match exchange.iam_region() {
        Some(region) => format!("IAM at {address} (of the region {region})"),
        None => format!("IAM at {address}"),
    }
}

fn choose(
    answer: types::ListProjectsResponse,
    name: Option<&str>,
    iam: &str,
) -> Result<String, Error> {
    let projects: Vec<_> = answer
        .projects
        .unwrap_or_default()
        .into_iter()
        // More may come than was asked for, such as the projects within the one of the name.
        .filter(|project| {
            let given = project.name.as_deref();
            name.is_none_or(|name| given.is_none_or(|given| given == name))
        })
        .filter_map(|project| Some((project.id?, project.name.unwrap_or_default())))
        .collect();
    let named = name.map_or_else(String::new, |name| format!(" named {name}"));
    match projects.as_slice() {
        [(id, _)] => Ok(id.clone()),
        [] => Err(Error::new(
            ErrorKind::Project,
            format!(
                "{iam} has no project{named}: check the region, and that this is the IAM of your cloud, or set \
                 the project id"
            ),
        )),
        several => {
            let names: Vec<_> = several
                .iter()
                .take(MOST_NAMES)
                .map(|(id, name)| format!("{} ({})", short_id(name), short_id(id)))
                .collect();
            let more = match several.len() > MOST_NAMES {
                true => ", …",
                false => "",
            };
            Err(Error::new(
                ErrorKind::Project,
                format!(
                    "{iam} has {} projects{named}: set the project id to one of {}{more}",
                    several.len(),
                    names.join(", ")
                ),
            ))
        }
    }
}

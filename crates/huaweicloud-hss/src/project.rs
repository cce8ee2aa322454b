//! The id of a project, from IAM.

use crate::generated::iam;
use crate::{Error, ErrorKind, exchange, operations};

/// The id of the only project with this name or, without a name, of the only project.
pub(crate) async fn discover(client: &iam::Client, name: Option<&str>) -> Result<String, Error> {
    let request = client.keystone_list_projects();
    let request = match name {
        Some(name) => request.name(name),
        None => request,
    };
    let (answer, _): (iam::types::ListProjectsResponse, _) = exchange::call(
        operations::KEYSTONE_LIST_PROJECTS,
        200,
        request.send_generated(),
    )
    .await?;
    let projects: Vec<_> = answer
        .projects
        .unwrap_or_default()
        .into_iter()
        .filter_map(|project| Some((project.id?, project.name.unwrap_or_default())))
        .collect();
    let named = name.map_or_else(String::new, |name| format!(" named {name}"));
    match projects.as_slice() {
        [(id, _)] => Ok(id.clone()),
        [] => Err(Error::new(
            ErrorKind::Project,
            format!("IAM knows no project{named}: check the region, or set the project id"),
        )),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|(id, name)| format!("{name} ({id})"))
                .collect();
            Err(Error::new(
                ErrorKind::Project,
                format!(
                    "IAM knows {} projects{named}: set the project id to one of {}",
                    several.len(),
                    names.join(", ")
                ),
            ))
        }
    }
}

//! From flags to the parameters of a request.

use huaweicloud_hss::builder::ListSwrImageRepository;

use crate::args::images::{Filters, Part};

/// Sets those of the named parameters that were given.
macro_rules! with_given {
    ($request:expr, $($parameter:ident),+ $(,)?) => {{
        let request = $request;
        $(
            let request = match $parameter {
                Some(value) => request.$parameter(value.to_owned()),
                None => request,
            };
        )+
        request
    }};
}

/// What stands for all enterprise projects that the caller can access.
pub(super) const ALL_ENTERPRISE_PROJECTS: &str = "all_granted_eps";

/// The request for a part of the list, with every filter that was given.
pub(super) fn apply(
    filters: &Filters,
    part: Part<'_>,
    request: ListSwrImageRepository,
) -> ListSwrImageRepository {
    // Taken apart in full, so that a new filter cannot be forgotten here.
    let Filters {
        enterprise_project_id,
        all_enterprise_projects,
        namespace: _,
        image_name,
        image_version,
        latest_version,
        scan_status: _,
        instance_name,
        instance_id,
        image_size,
        has_malicious_file,
        has_unsafe_setting,
        has_vul,
        start_latest_update_time,
        end_latest_update_time,
        start_latest_scan_time,
        end_latest_scan_time,
    } = filters;
    let Part {
        image_type,
        namespace,
        scan_status,
    } = part;
    let all = all_enterprise_projects.then(|| ALL_ENTERPRISE_PROJECTS.to_owned());
    let enterprise_project_id = all.as_ref().or(enterprise_project_id.as_ref());
    let request = request.image_type(image_type.clone());
    with_given!(
        request,
        enterprise_project_id,
        namespace,
        image_name,
        image_version,
        latest_version,
        scan_status,
        instance_name,
        instance_id,
        image_size,
        has_malicious_file,
        has_unsafe_setting,
        has_vul,
        start_latest_update_time,
        end_latest_update_time,
        start_latest_scan_time,
        end_latest_scan_time,
    )
}

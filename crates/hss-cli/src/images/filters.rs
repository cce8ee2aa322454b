//! From flags to the parameters of a request.

use huaweicloud_hss::builder::ListSwrImageRepository;

use crate::args::images::Filters;

/// Sets those of the named parameters that were given.
macro_rules! with_given {
    ($request:expr, $($parameter:ident),+ $(,)?) => {{
        let request = $request;
        $(
            let request = match $parameter {
                Some(value) => request.$parameter(value.clone()),
                None => request,
            };
        )+
        request
    }};
}

/// The request with every filter that was given.
pub(super) fn apply(filters: &Filters, request: ListSwrImageRepository) -> ListSwrImageRepository {
    // Taken apart in full, so that a new filter cannot be forgotten here.
    let Filters {
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
    } = filters;
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

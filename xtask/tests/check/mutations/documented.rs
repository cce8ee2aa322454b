//! The documented examples: bodies, and the lines of requests.

use super::*;
use Part::{Deviations, Documented as In};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = bodies();
    cases.extend(statements());
    cases.extend(request_lines());
    cases
}

fn bodies() -> Vec<Case> {
    let record = "/data_list/0";
    vec![
        case(
            ENGLISH,
            Text("\"total_num\" : 3", "\"total_num\" : \"3\""),
            In,
            "/total_num",
            "does not fit the contract",
        ),
        case(
            ENGLISH,
            Text("\"scannable\"", "\"scanable\""),
            In,
            record,
            "unknown member `scanable`",
        ),
        case(
            ENGLISH,
            Text("\"vul_num\"", "\"vuln_num\""),
            In,
            "/data_list/0/vuln_num",
            "the generated type lacks this",
        ),
        case(
            ENGLISH,
            Text("centos7", "centos8"),
            In,
            "/data_list/0/image_name",
            "the example `documented` in openapi/hss-image.yaml has \"centos7\" for \"centos8\"",
        ),
        case(
            CHINESE,
            Text("private_image", "spare_image"),
            In,
            "/data_list/0/image_type",
            "is none of",
        ),
        case_in(
            CHINESE,
            Text("\"total_num\" : 3,", "\"total_num\" : 3"),
            Part::Documented,
            CHINESE,
            "",
            "not readable as JSON: expected `,` or `}` at line 3 column 1",
        ),
        case(
            SYNCHRONIZE,
            Text(": 0", ": null"),
            In,
            "/error_code",
            "does not fit the contract",
        ),
        case(
            SYNCHRONIZE,
            Text(": 0", ": \"0\""),
            In,
            "",
            "the generated type refuses it",
        ),
        case(
            "openapi/pages/list-swr-image-repository.fr.response.json",
            Write("{}"),
            In,
            "",
            "unknown kind of file",
        ),
        case(
            "openapi/pages/show-image.en.response.json",
            Write("{}"),
            In,
            "",
            "no operation of the contract has this name",
        ),
    ]
}

/// What the examples say of the tables, and of each other.
fn statements() -> Vec<Case> {
    vec![
        case_in(
            ENGLISH,
            Text("111 (example for private images)", "111"),
            Part::Documented,
            ERRATA,
            "/errata/0/normalise/0/documented",
            "the entry is stale or mistyped",
        ),
        case_in(
            ENGLISH,
            drop_at("/data_list/1/domain_name"),
            Deviations,
            EN,
            "/objects/PrivateImageRepositoryInfo/name=domain_name",
            "response data_list[].domain_name: example records: in 1 of 3 (page-en); in 2 of 3 (page-zh)",
        ),
        case(
            ENGLISH,
            set("/data_list/0/scan_failed_desc", "database_error"),
            Deviations,
            "/data_list/0/scan_failed_desc",
            "example response /data_list/0/scan_failed_desc: example text: \"database_error\" (page-en); nothing",
        ),
        case_in(
            CHINESE,
            drop_at("/data_list/2/instance_url"),
            Deviations,
            ENGLISH,
            "/data_list/2/instance_url",
            "example response /data_list/2/instance_url: example text: \"\" (page-en); nothing (page-zh)",
        ),
        case_in(
            CHINESE,
            Text("mysql", "postgres"),
            Deviations,
            ENGLISH,
            "/data_list/1/image_name",
            "example response /data_list/1/image_name: example text: \"mysql\" (page-en); \"postgres\" (page-zh)",
        ),
        case_in(
            ENGLISH,
            set("/data_list/0/layer_num", 7),
            Deviations,
            ENGLISH,
            "/data_list/0/layer_num",
            "example response /data_list/0/layer_num: example text: 7 (page-en); nothing (page-zh)",
        ),
    ]
}

fn request_lines() -> Vec<Case> {
    let line =
        |from, to, place: &str, words: &str| case(REQUEST_LINE, Text(from, to), In, place, words);
    vec![
        line(
            "limit=50",
            "limits=50",
            "?limits",
            "no such query parameter",
        ),
        line(
            "limit=50",
            "limit=5000",
            "?limit",
            "does not fit the contract",
        ),
        line(
            "limit=50",
            "limit=many",
            "?limit",
            "does not fit the contract",
        ),
        line(
            "=private_image",
            "=spare_image",
            "?image_type",
            "does not fit the contract",
        ),
        line(
            "image_type=private_image&",
            "",
            "",
            "`image_type` is required and missing",
        ),
        line("limit=50", "limit=50&limit=60", "?limit", "sent twice"),
        line(
            "swr-repository",
            "swr-repositories",
            "",
            "the contract has GET /v5/",
        ),
        line("GET", "POST", "", "the contract has GET /v5/"),
        // What fits, and is not what the page in the other language has.
        case(
            REQUEST_LINE,
            Text("limit=50", "limit=60"),
            Deviations,
            "",
            "example request line: example text: GET https://{endpoint}/v5/{project_id}/image/swr-repository?offset=0&limit=60",
        ),
        case(
            REQUEST_LINE,
            Text("&latest_version=false", ""),
            Deviations,
            "",
            "example request line: example text:",
        ),
        case_in(
            REQUEST_LINE,
            Text("image_type=private_image", "image_type=shared_image"),
            Deviations,
            EN,
            "/parameters/name=image_type",
            "query image_type: example filter: asks for shared_image, is answered with private_image, shared_i",
        ),
    ]
}

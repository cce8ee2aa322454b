//! The errata: what they claim, what they give as evidence, and what they replace.

use super::*;
use Part::{Deviations, Documented, Errata as In};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = claims();
    cases.extend(evidence());
    cases.extend(entries());
    cases.extend(normalise());
    cases
}

fn claims() -> Vec<Case> {
    let limit = "/errata/id=paging-limits/claims/=query limit: range";
    vec![
        case_in(
            ERRATA,
            drop_at(limit),
            Deviations,
            HSS,
            format!("{}/schema/maximum", query("limit")),
            "query limit: range: 10..200 (contract, page-2024, sdk-php); none (page-en, page-zh)",
        ),
        case(
            ERRATA,
            Text(
                "'query limit: range: 10..200",
                "'query limit: range: 10..100",
            ),
            In,
            "/errata/id=paging-limits/claims/=query limit: range",
            "the sources now say something else: query limit: range: 10..200 (contract",
        ),
        case(
            ERRATA,
            Text("'query limit: range:", "'query limits: range:"),
            In,
            "/errata/id=paging-limits/claims/=query limits",
            "no deviation reads like this",
        ),
        case(
            ERRATA,
            set("/errata/id=time-range/claims/-", "The limit of the page."),
            In,
            "/errata/id=time-range/claims/=The limit",
            "no deviation reads like this",
        ),
        case(
            ERRATA,
            set(
                "/errata/id=paging-limits/claims/-",
                "query limit: range: 10..200 (contract, page-2024, sdk-php); none (page-en, page-zh)",
            ),
            In,
            "/errata/id=paging-limits/claims/3",
            "`paging-limits` claims this deviation already",
        ),
        case_in(
            ERRATA,
            set(
                "/errata/id=time-range/claims/-",
                "query limit: default: 10 (contract, page-2024); none (page-en, page-zh)",
            ),
            Part::Errata,
            ERRATA,
            "/errata/31/claims/2",
            "`time-range` claims this deviation already",
        ),
        // The deviations of another operation are no business of this one.
        case(
            ERRATA,
            set("/errata/id=token-spelling/operation", "RunImageSynchronize"),
            In,
            "/errata/id=token-spelling/claims/0",
            "the sources now say something else",
        ),
    ]
}

fn evidence() -> Vec<Case> {
    let size = "/errata/id=image-size-filter/evidence/0";
    vec![
        case(
            ERRATA,
            set(format!("{size}/source"), "hearsay"),
            In,
            format!("{size}/source"),
            "no source has the key `hearsay`",
        ),
        case(
            ERRATA,
            set(format!("{size}/at"), "query image_sizes"),
            In,
            format!("{size}/at"),
            "page-en has no place `query image_sizes` for ListSwrImageRepository",
        ),
        // The source is known, and silent.
        case(
            ERRATA,
            set(format!("{size}/source"), "signing-guide"),
            In,
            format!("{size}/at"),
            "signing-guide has no place `query image_size`",
        ),
        case(
            ERRATA,
            set(format!("{size}/states"), " "),
            In,
            format!("{size}/states"),
            "expected what the source states",
        ),
        case(
            ERRATA,
            drop_at("/errata/id=image-size-filter/evidence"),
            In,
            "/errata/id=image-size-filter",
            "`image-size-filter` settles nothing that can be seen",
        ),
    ]
}

/// The entries themselves.
fn entries() -> Vec<Case> {
    vec![
        case(
            ERRATA,
            set("/errata/id=time-range/claims", json!([])),
            In,
            "/errata/id=time-range",
            "`time-range` settles nothing that can be seen",
        ),
        case(
            ERRATA,
            set("/errata/id=time-range/operation", "ListImages"),
            Documented,
            "/errata/id=time-range/operation",
            "the contract has no operation `ListImages`",
        ),
        case_in(
            ERRATA,
            drop_at("/errata/id=region-header"),
            Deviations,
            HSS,
            "/components/parameters/Region",
            "header region: presence: yes (contract, page-ally, sdk-python, sdk-php); no (page-en, page-zh)",
        ),
        case(
            ERRATA,
            set("/errata/id=time-range/decision", " "),
            In,
            "/errata/id=time-range/decision",
            "empty",
        ),
    ]
}

fn normalise() -> Vec<Case> {
    let change = "/errata/id=example-id-annotated/normalise/1";
    vec![
        case(
            ERRATA,
            set(format!("{change}/documented"), "222"),
            Documented,
            format!("{change}/documented"),
            "list-swr-image-repository.en.response.json /data_list/1/id: expected \"222\"",
        ),
        case(
            ERRATA,
            set(format!("{change}/pointer"), "/data_list/9/id"),
            Documented,
            format!("{change}/pointer"),
            "the example has nothing there",
        ),
        case(
            ERRATA,
            set(
                format!("{change}/page"),
                "list-swr-image-repository.fr.response.json",
            ),
            Documented,
            format!("{change}/page"),
            "there is no file",
        ),
        case(
            ERRATA,
            set(
                format!("{change}/page"),
                "run-image-synchronize.en.response.json",
            ),
            Documented,
            format!("{change}/page"),
            "is not a page of ListSwrImageRepository",
        ),
        // The record keeps the documented text, which is no number.
        case_in(
            ERRATA,
            drop_at(change),
            Documented,
            ENGLISH,
            "/data_list/1/id",
            "is not of type",
        ),
        case_in(
            ERRATA,
            set(format!("{change}/value"), 223),
            Documented,
            ENGLISH,
            "/data_list/1/id",
            "has 222 for 223",
        ),
        case_in(
            ENGLISH,
            Text(
                "222 (example for shared image)",
                "222 (example for shared images)",
            ),
            Documented,
            ERRATA,
            format!("{change}/documented"),
            "expected \"222 (example for shared image)\", the example has \"222 (example for shared images)\"; the entry is",
        ),
        case_in(
            CHINESE,
            Text("1000 单位(Bytes)", "1000"),
            Documented,
            ERRATA,
            "/errata/id=example-size-annotated/normalise/3/documented",
            "the entry is stale or mistyped",
        ),
    ]
}

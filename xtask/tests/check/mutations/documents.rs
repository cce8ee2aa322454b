//! Files that are missing or cannot be read.

use super::*;
use Part::Documents as In;

pub(super) fn cases() -> Vec<Case> {
    let id = field("id");
    vec![
        case(HSS, Remove, In, "", "the file is missing"),
        case(ERRATA, Remove, In, "", "the file is missing"),
        case(MODELS, Remove, In, "", "the file is missing"),
        case_in(
            IAM,
            Text("paths:\n", "openapi: 3.0.3\npaths:\n"),
            Part::Documents,
            IAM,
            "86:1",
            "not readable as YAML: line 86 column 1: duplicate mapping key: openapi, set DuplicateKeyPolicy in",
        ),
        case_in(
            HSS,
            Text("info:\n", "info: [\n"),
            Part::Documents,
            HSS,
            "9:10",
            "not readable as YAML: line 9 column 10: while parsing a flow mapping, did not find expected ',' or",
        ),
        case(MODELS, Text("\"source\"", "source"), In, "", "not readable"),
        case(
            MODELS,
            Text("\"maxLength\"", "\"maxlength\""),
            In,
            "",
            "unknown field `maxlength`",
        ),
        case_in(
            EN,
            Text("mandatory: true", "obligatory: true"),
            Part::Documents,
            EN,
            "24:5",
            "not readable as YAML: line 24 column 5: unknown field `obligatory`, expected one of in, name,",
        ),
        case_in(
            EN,
            Text("operation: ListSwrImageRepository\n", ""),
            Part::Documents,
            EN,
            "129:1",
            "not readable as YAML: line 129 column 1: missing field `operation`",
        ),
        case(
            ERRATA,
            set("/errata/1/id", "example-id-annotated"),
            In,
            "/errata",
            "two entries have the id `example-id-annotated`",
        ),
        // What the generator makes no code for, and what another reader refuses.
        case(
            HSS,
            set(format!("{}/schema/type", query("limit")), "number"),
            In,
            format!("{LISTING}, parameter limit"),
            "the code generator cannot read it",
        ),
        case_in(
            HSS,
            set(format!("{id}/type"), json!(["integer", "null"])),
            Part::Rules,
            HSS,
            "/components/schemas/PrivateImageRepositoryInfo/properties/id/format",
            "the format int64 belongs to the type integer",
        ),
        case_in(
            HSS,
            set(format!("{id}/type"), "long"),
            Part::Rules,
            HSS,
            format!("{id}/format"),
            "the format int64 belongs to the type integer",
        ),
        // As JSON Schema counts, this is an integer; only this reader minds.
        case(
            HSS,
            set(format!("{id}/minLength"), json!(1.0)),
            In,
            "",
            "openapiv3",
        ),
    ]
}

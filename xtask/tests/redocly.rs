//! Redocly CLI as this project uses it. These tests need Node.js, so they are behind the feature `node-tests`.
//!
//! What the linter refuses is checked by nothing else, so that it refuses it is tested.

use std::path::Path;
use std::sync::OnceLock;

use xtask::diff::{Severity, wire_changes};
use xtask::redocly::Redocly;
use xtask::sources::{DOCUMENTS, Sources};
use xtask::{dist, lint};

/// A document without a fault.
const CLEAN: &str = r"openapi: 3.0.3
info:
  title: Test
  version: 1.0.0
  license:
    name: MIT
    url: https://spdx.org/licenses/MIT.html
servers:
  - url: https://one.test.dev
tags:
  - name: Things
    description: Things.
security:
  - Token: []
paths:
  /things/{id}:
    get:
      operationId: ShowThing
      summary: Show a thing
      tags:
        - Things
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: string
          example: a
        - name: limit
          in: query
          schema:
            type: integer
            format: int32
            minimum: 10
            maximum: 100
            default: 10
          example: 20
        - name: kind
          in: query
          schema:
            $ref: '#/components/schemas/Kind'
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Thing'
              example:
                name: x
                sizes:
                  - 1
                kind: one
        4XX:
          description: It failed.
  /others:
    get:
      operationId: ListOthers
      summary: List others
      tags:
        - Things
      responses:
        '200':
          description: Nothing.
        4XX:
          description: It failed.
components:
  securitySchemes:
    Token:
      type: apiKey
      in: header
      name: X-Token
  schemas:
    Thing:
      type: object
      required:
        - name
      properties:
        name:
          type: string
          example: x
        sizes:
          type: array
          items:
            type: integer
            format: int64
        kind:
          $ref: '#/components/schemas/Kind'
    Kind:
      type: string
      x-extensible-enum:
        - one
        - two
";

fn top() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Installed once, because the tests run at the same time.
fn redocly() -> &'static Redocly {
    static REDOCLY: OnceLock<Redocly> = OnceLock::new();
    REDOCLY.get_or_init(|| Redocly::installed(top()).expect("Redocly CLI can be installed"))
}

/// The document with one text replaced, at its first place.
fn edited(old: &str, new: &str) -> String {
    assert!(CLEAN.contains(old), "there is no {old:?} to replace");
    CLEAN.replacen(old, new, 1)
}

#[test]
fn every_planted_defect_is_refused() {
    let planted = [
        (
            "a mistyped member",
            "struct",
            edited("required:\n        - name", "requried:\n        - name"),
        ),
        (
            "a flag where a list belongs",
            "struct",
            edited("required:\n        - name", "required: true"),
        ),
        (
            "an unknown type",
            "struct",
            edited("type: integer", "type: long"),
        ),
        (
            "a list of types",
            "struct",
            edited("type: integer", "type: [integer, 'null']"),
        ),
        (
            "a list without items",
            "rule/array-items",
            edited(
                "          items:\n            type: integer\n            format: int64\n",
                "",
            ),
        ),
        (
            "a dangling reference",
            "no-unresolved-refs",
            edited("schemas/Thing'", "schemas/Think'"),
        ),
        (
            "a sibling of a reference",
            "spec-ref-siblings",
            edited(
                "schemas/Kind'\n      responses",
                "schemas/Kind'\n            description: x\n      responses",
            ),
        ),
        (
            "a name used twice",
            "operation-operationId-unique",
            edited("ListOthers", "ShowThing"),
        ),
        (
            "no name",
            "operation-operationId",
            edited("      operationId: ListOthers\n", ""),
        ),
        (
            "a parameter of the path that is not declared",
            "path-parameters-defined",
            edited("/others", "/others/{x}"),
        ),
        (
            "a parameter that is not in the path",
            "path-parameters-defined",
            edited("/things/{id}", "/things"),
        ),
        (
            "an optional parameter of the path",
            "rule/path-parameter-required",
            edited("          required: true\n", ""),
        ),
        (
            "an undefined security scheme",
            "security-defined",
            edited("- Token: []", "- Tokens: []"),
        ),
        (
            "no security",
            "security-defined",
            edited("security:\n  - Token: []\n", ""),
        ),
        (
            "an unused component",
            "no-unused-components",
            edited("    Kind:\n", "    Idle:\n      type: string\n    Kind:\n"),
        ),
        (
            "a slash at the end",
            "no-path-trailing-slash",
            edited("/others:", "/others/:"),
        ),
        (
            "no answer for errors",
            "operation-4xx-response",
            edited("        4XX:\n          description: It failed.\n", ""),
        ),
        (
            "an example of the wrong type",
            "no-invalid-schema-examples",
            edited("example: x\n", "example: 5.5\n"),
        ),
        (
            "a parameter's example of the wrong type",
            "no-invalid-parameter-examples",
            edited("example: 20", "example: '20'"),
        ),
        (
            "a body's example of the wrong type",
            "no-invalid-media-type-examples",
            edited("- 1\n", "- one\n"),
        ),
        (
            "a body's example without a required member",
            "no-invalid-media-type-examples",
            edited("                name: x\n", ""),
        ),
        (
            "an example with an unknown member",
            "no-invalid-media-type-examples",
            edited(
                "                kind: one\n",
                "                kinds: one\n",
            ),
        ),
        (
            "a value listed twice",
            "no-duplicated-enum-values",
            edited(
                "    Kind:\n      type: string\n",
                "    Kind:\n      type: string\n      enum: [one, one]\n",
            ),
        ),
        (
            "a range of statuses in small letters",
            "rule/status",
            edited("4XX:", "4xx:"),
        ),
        (
            "half a media type",
            "rule/media-type",
            edited("application/json", "json"),
        ),
    ];
    let mut texts = vec![("clean".to_owned(), "", CLEAN)];
    for (index, (_, rule, text)) in planted.iter().enumerate() {
        texts.push((format!("{index}.yaml"), rule, text));
    }
    let named: Vec<_> = texts
        .iter()
        .map(|(name, _, text)| (name.as_str(), *text))
        .collect();
    let findings = lint::lint(redocly(), &named).expect("the linter runs");
    let mut wrong = Vec::new();
    for (index, (what, rule, _)) in planted.iter().enumerate() {
        let file = format!("{index}.yaml");
        let found: Vec<_> = findings
            .iter()
            .filter(|finding| finding.file == file)
            .collect();
        if !found.iter().any(|finding| finding.rule == *rule) {
            wrong.push(format!("{what}: expected {rule}, found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let clean: Vec<_> = findings
        .iter()
        .filter(|finding| finding.file == "clean")
        .collect();
    assert!(clean.is_empty(), "{clean:#?}");
}

/// What a change means on the wire is judged by nothing else, so the judgement is tested as well.
#[test]
fn changes_on_the_wire_are_judged() {
    let limit = "        - name: limit
          in: query
          schema:
            type: integer
            format: int32
            minimum: 10
            maximum: 100
            default: 10
          example: 20
";
    let added = "        - name: extra
          in: query
          schema:
            type: string
          example: a
";
    let pairs = [
        ("nothing", edited("title: Test", "title: Test"), None),
        ("a parameter gone", edited(limit, ""), Some(Severity::Major)),
        (
            "a parameter more",
            edited(limit, &format!("{limit}{added}")),
            Some(Severity::Minor),
        ),
        (
            "a mandatory parameter more",
            edited(
                limit,
                &format!(
                    "{limit}{}",
                    added.replace("query\n", "query\n          required: true\n")
                ),
            ),
            Some(Severity::Major),
        ),
        (
            "another type",
            edited(
                "          type: string\n          example: x",
                "          type: integer\n          example: 1",
            ),
            Some(Severity::Major),
        ),
        (
            "a narrower range",
            edited("maximum: 100", "maximum: 50"),
            Some(Severity::Major),
        ),
        (
            "an open enum closed",
            edited(
                "      x-extensible-enum:\n",
                "      enum: [one, two]\n      x-extensible-enum:\n",
            ),
            Some(Severity::Major),
        ),
        (
            "another description",
            edited("description: The thing.", "description: That thing."),
            Some(Severity::Patch),
        ),
        (
            "another description of a parameter, and where it is from",
            edited(
                "          example: 20\n",
                "          example: 20\n          description: Many.\n          x-provenance:\n            - source: a\n",
            ),
            Some(Severity::Patch),
        ),
        (
            "another name of an operation",
            edited("operationId: ListOthers", "operationId: ListAll"),
            Some(Severity::Major),
        ),
    ];
    for (what, now, expected) in pairs {
        let changes = wire_changes(redocly(), "pair.yaml", CLEAN, &now).expect("it is judged");
        let worst = changes.iter().map(|change| change.severity).max();
        assert_eq!(worst, expected, "{what}: {changes:#?}");
    }
}

fn real_tree() -> Sources {
    Sources::load(top()).expect("the tree is readable")
}

#[test]
fn a_defect_is_told_once_and_not_for_each_file_that_follows_from_it() {
    let (first, second) = (DOCUMENTS[0], DOCUMENTS[1]);
    let mut sources = real_tree();
    let text = sources.get(second).expect("a document").to_owned();
    sources.set(second, text.replacen("  title:", "  titel: x\n  title:", 1));
    let linted = lint::run(redocly(), &sources).expect("the linter runs");
    let found: Vec<_> = linted
        .findings
        .iter()
        .map(|finding| (&*finding.file, &*finding.rule, &*finding.place))
        .collect();
    assert_eq!(found, [(second, "struct", "/info/titel")]);

    // The linter itself stops at a text that is no YAML, without a word on the others.
    sources.set(first, "openapi: [");
    let linted = lint::run(redocly(), &sources).expect("the linter runs");
    let found: Vec<_> = linted
        .findings
        .iter()
        .map(|finding| (&*finding.file, &*finding.rule))
        .collect();
    assert_eq!(found, [(first, "syntax")]);
}

#[test]
fn redocly_makes_the_same_files_and_another_one_is_seen() {
    let sources = real_tree();
    let mut files = dist::files(&sources).expect("the files");
    let compared = dist::compare(redocly(), &sources, &files).expect("they can be compared");
    let in_yaml = files.keys().filter(|name| name.ends_with(".yaml")).count();
    // Redocly CLI reads each YAML file, and of each document follows the references and applies the overlay.
    assert_eq!(compared, (in_yaml + 2 * DOCUMENTS.len(), Vec::new()));

    for name in ["iam.json", "iam.zh-CN.json", "iam.dereferenced.json"] {
        let edited = files[name].replacen("\"version\": \"", "\"version\": \"9", 1);
        files.insert(name.to_owned(), edited);
    }
    let (_, differences) =
        dist::compare(redocly(), &sources, &files).expect("they can be compared");
    for name in ["iam.json", "iam.zh-CN.json", "iam.dereferenced.json"] {
        let start = format!("{name}, at /info/version: ");
        assert!(
            differences.iter().any(|line| line.starts_with(&start)),
            "{name} is not among {differences:#?}"
        );
    }
}

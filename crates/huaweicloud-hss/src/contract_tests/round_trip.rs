//! What the contract allows passes through the types unharmed.

use hss_spec::Contract;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::{Value, json};

use super::types::{GeneratedType, generated};
use super::values::{Sample, Values};

/// The same values in every run: a test that fails now and then is looked into by nobody.
fn runner() -> TestRunner {
    let config = Config {
        cases: 128,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Sends values of a schema through a type, and says which one does not come out as expected.
fn harm(
    contract: &Contract,
    schema: &Value,
    generated: &GeneratedType,
    values: Values,
) -> Option<String> {
    let outcome = runner().run(&values.of(contract, schema), |sample| {
        let read = (generated.round_trip)(&sample.sent.to_string());
        let read = read.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let expected = through_text(&sample.kept);
        if read == expected {
            return Ok(());
        }
        let reason = format!("{read} came out, not {expected}");
        Err(TestCaseError::fail(reason))
    });
    let error = outcome.err()?;
    Some(format!("{}: {error}", generated.name))
}

/// The same for every type of both documents.
fn all_harm(values: Values) -> Vec<String> {
    let mut found = Vec::new();
    for document in generated() {
        let schemas = &document.contract.value()["components"]["schemas"];
        for generated in &document.types {
            let schema = &schemas[generated.name];
            found.extend(harm(document.contract, schema, generated, values));
        }
    }
    found
}

/// The value after it was text once. `serde_json` reads a fraction with a last digit that may differ, which is
/// no matter of the types.
fn through_text(value: &Value) -> Value {
    serde_json::from_str(&value.to_string()).expect("JSON")
}

#[test]
fn what_the_contract_describes_is_kept() {
    let harm = all_harm(Values::Described);
    assert!(harm.is_empty(), "{}", harm.join("\n"));
}

#[test]
fn what_the_contract_does_not_describe_does_no_harm() {
    let harm = all_harm(Values::Surprising);
    assert!(harm.is_empty(), "{}", harm.join("\n"));
}

#[test]
fn harm_is_noticed() {
    let [hss, _] = generated();
    let associate = hss.types.iter().find(|one| one.name == "AssociateImages");
    let schema = &hss.contract.value()["components"]["schemas"]["AssociateImages"];
    for (property, described) in [
        ("new", json!({"type": "string"})),
        ("namespace", json!({"type": "boolean"})),
    ] {
        let mut changed = schema.clone();
        changed["properties"][property] = described;
        let associate = associate.expect("the type");
        let harm = harm(hss.contract, &changed, associate, Values::Described);
        assert!(
            harm.is_some_and(|harm| harm.contains(property)),
            "{property}"
        );
    }
}

/// The values that the other tests use.
fn samples(contract: &Contract, schema: &Value, values: Values) -> Vec<Sample> {
    let kept = std::cell::RefCell::new(Vec::new());
    runner()
        .run(&values.of(contract, schema), |sample| {
            kept.borrow_mut().push(sample);
            Ok(())
        })
        .expect("nothing is asked of the values");
    kept.into_inner()
}

#[test]
fn the_values_vary_in_all_that_the_contract_leaves_open() {
    let contract = Contract::hss_image();
    let schemas = &contract.value()["components"]["schemas"];
    let values = |schema: &str, values| samples(contract, &schemas[schema], values);
    let has_others = |schema: &str, sample: &Sample| {
        let known = schemas[schema]["properties"].as_object();
        let known = known.expect("properties");
        let mut names = sample.sent.as_object().expect("an object").keys();
        names.any(|name| !known.contains_key(name))
    };

    let images = values("PrivateImageRepositoryInfo", Values::Described);
    let ids: Vec<_> = images.iter().map(|image| image.sent.get("id")).collect();
    assert!(ids.contains(&None));
    assert!(ids.contains(&Some(&json!(i64::MIN))) && ids.contains(&Some(&json!(i64::MAX))));
    assert!(images.iter().any(|image| image.sent["vul_num"] == i32::MAX));

    let images = values("PrivateImageRepositoryInfo", Values::Surprising);
    let mut ids = images.iter().map(|image| image.sent.get("id"));
    assert!(ids.any(|id| id == Some(&Value::Null)));
    assert!(
        images
            .iter()
            .any(|image| has_others("PrivateImageRepositoryInfo", image))
    );

    let known = contract.enum_values("ScanStatus").expect("an open enum");
    let statuses = values("ScanStatus", Values::Described);
    let statuses: Vec<_> = statuses
        .iter()
        .filter_map(|status| status.sent.as_str())
        .collect();
    assert!(known.iter().all(|status| statuses.contains(status)));
    assert!(statuses.iter().any(|status| !status.is_ascii()));

    let pages = values("SwrImagePage", Values::Described);
    let lists = pages
        .iter()
        .filter_map(|page| page.sent["data_list"].as_array());
    let lengths: Vec<_> = lists.map(Vec::len).collect();
    assert!(lengths.contains(&0) && lengths.contains(&4));

    let errors = values("ErrorResponse", Values::Described);
    assert!(
        errors
            .iter()
            .any(|error| has_others("ErrorResponse", error))
    );
}

#[test]
fn the_values_are_within_documented_bounds() {
    let bounded = json!({
        "type": "object",
        "required": ["text", "number", "list"],
        "properties": {
            "text": {"type": "string", "minLength": 2, "maxLength": 3},
            "number": {"type": "integer", "format": "int32", "minimum": -1, "maximum": 1},
            "list": {"type": "array", "minItems": 6, "items": {"type": "boolean"}},
        },
    });
    for Sample { sent, .. } in samples(Contract::hss_image(), &bounded, Values::Surprising) {
        let length = sent["text"].as_str().expect("a text").chars().count();
        assert!((2..=3).contains(&length), "{sent}");
        assert!(
            (-1..=1).contains(&sent["number"].as_i64().expect("a number")),
            "{sent}"
        );
        assert!(
            sent["list"].as_array().expect("a list").len() >= 6,
            "{sent}"
        );
    }
}

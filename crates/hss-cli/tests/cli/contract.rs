//! The flags and columns against the contract that they stand for.

use hss_spec::Contract;

use crate::support::{flag, hss, query_parameters, run, stdout};

#[test]
fn every_query_parameter_is_a_flag() {
    let help = stdout(&mut hss("images list --help"));
    for parameter in query_parameters() {
        let flag = flag(&parameter.name);
        let found = help.split_whitespace().any(|word| {
            word.strip_prefix(&flag)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("[="))
        });
        assert!(found, "{flag}");
    }
}

#[test]
fn a_value_beyond_what_the_contract_allows_is_refused_before_anything_is_sent() {
    let mut checked = 0;
    for parameter in query_parameters() {
        let too_small = parameter.minimum.map(|least| (least - 1).to_string());
        let too_large = parameter.maximum.map(|most| (most + 1).to_string());
        let empty = parameter
            .min_length
            .filter(|least| *least > 0)
            .map(|_| String::new());
        let too_long = parameter
            .max_length
            .map(|most| "x".repeat(usize::try_from(most).expect("a length") + 1));
        let unknown = (!parameter.values.is_empty()).then(|| "no_such_value".to_owned());
        for value in [too_small, too_large, empty, too_long, unknown]
            .into_iter()
            .flatten()
        {
            let flag = flag(&parameter.name);
            let run = run(hss("images list --sandbox").arg(format!("{flag}={value}")));
            assert_eq!(
                (run.code, run.stdout.as_str()),
                (Some(2), ""),
                "{flag}={value}: {}",
                run.stderr
            );
            assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn the_limits_themselves_are_allowed() {
    for parameter in query_parameters() {
        let longest = parameter
            .max_length
            .map(|most| "x".repeat(usize::try_from(most).expect("a length")));
        let values = [
            parameter.minimum.map(|least| least.to_string()),
            parameter.maximum.map(|most| most.to_string()),
            longest,
        ];
        for value in values.into_iter().flatten() {
            let flag = flag(&parameter.name);
            stdout(
                hss("images list --sandbox --image-type local_image")
                    .arg(format!("{flag}={value}")),
            );
        }
    }
}

#[test]
fn every_known_value_is_taken() {
    for parameter in query_parameters() {
        for value in &parameter.values {
            let flag = flag(&parameter.name);
            stdout(hss("images list --sandbox --max 1").arg(format!("{flag}={value}")));
        }
    }
}

#[test]
fn csv_has_a_column_for_each_documented_field_in_the_order_of_the_contract() {
    let csv = stdout(&mut hss("images list --sandbox --output csv --max 1"));
    let documented: Vec<_> = Contract::hss_image()
        .value()
        .pointer("/components/schemas/PrivateImageRepositoryInfo/properties")
        .and_then(serde_json::Value::as_object)
        .expect("the fields")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(csv.lines().next(), Some(documented.join(",").as_str()));
}

//! The examples of the contract, sent as a page for trying sends them: all parameters of an operation together.

use hss_sandbox::Sandbox;
use hss_spec::Contract;
use reqwest::Method;
use serde_json::Value;

use crate::client::Caller;

/// The first example of a body, and of what else has named ones.
fn first_example<'a>(contract: &'a Contract, holder: &'a Value) -> Option<&'a Value> {
    let body = holder.pointer("/content/application~1json/examples")?;
    let example = body.as_object()?.values().next()?;
    contract.resolve(example).expect("it is there").get("value")
}

/// Whether the answer has what the example shows: the first entry of each list, and each member that is not one.
fn finds(answer: &Value, example: &Value, place: &str) -> Result<(), String> {
    match (answer, example) {
        (Value::Object(answer), Value::Object(example)) => {
            for (name, example) in example {
                let answer = answer
                    .get(name)
                    .ok_or(format!("{place}/{name} is missing"))?;
                finds(answer, example, &format!("{place}/{name}"))?;
            }
            Ok(())
        }
        (Value::Array(answer), Value::Array(example)) => {
            let answer: Vec<_> = answer.iter().map(without_links).collect();
            match example.first().map(without_links) {
                Some(first) if !answer.contains(&first) => {
                    Err(format!("{place} has no {first}: {answer:?}"))
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// An entry without its address, which is that of the server that answers.
fn without_links(entry: &Value) -> Value {
    let mut entry = entry.clone();
    if let Some(members) = entry.as_object_mut() {
        members.remove("links");
    }
    entry
}

#[tokio::test]
async fn sent_together_they_find_the_documented_record() {
    let caller = Caller::start(Sandbox::builder()).await;
    let mut count = 0;
    for contract in [Contract::hss_image(), Contract::iam()] {
        for operation in contract.operations() {
            let pointer = format!(
                "/paths/{}/{}",
                operation.path.replace('/', "~1"),
                operation.method.to_lowercase()
            );
            let node = contract.value().pointer(&pointer).expect("the operation");
            let (mut path, mut query, mut headers) =
                (operation.path.clone(), Vec::new(), Vec::new());
            for parameter in node["parameters"].as_array().into_iter().flatten() {
                let parameter = contract.resolve(parameter).expect("it is there");
                let name = parameter["name"].as_str().expect("a name");
                let value = match &parameter["example"] {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                match parameter["in"].as_str() {
                    Some("path") => path = path.replace(&format!("{{{name}}}"), &value),
                    Some("header") => headers.push((name, value)),
                    _ => query.push((name, value)),
                }
            }
            let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
            let mut request = caller.request(method, &path).query(&query);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            if let Some(body) = node.get("requestBody") {
                request = request.json(first_example(contract, body).expect("an example"));
            }
            let answer = caller.send(request).await;
            let responses = node["responses"].as_object().expect("responses");
            let success = responses.get(answer.status.as_str());
            let success = success.unwrap_or_else(|| panic!("{}: {answer:?}", operation.id));
            let example = first_example(contract, success).expect("an example");
            assert!(answer.status.is_success(), "{}: {answer:?}", operation.id);
            if let Err(missing) = finds(&answer.json(), example, "") {
                panic!("{}: {missing}", operation.id);
            }
            count += 1;
        }
    }
    assert_eq!(count, 5, "operations");
}

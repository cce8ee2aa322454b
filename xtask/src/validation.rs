//! Validating values, with messages that a person can act on.

use std::collections::HashMap;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Keyword, ValidationError, Validator};
use serde_json::Value;

use crate::schema::{WHOLE_NUMBER, json_schema};

/// A validator for examples of `schema`, whose references lead into `document`.
///
/// # Errors
///
/// The schema is none.
pub(crate) fn validator(document: &Value, schema: &Value) -> Result<Validator, String> {
    build(&json_schema(document, schema))
}

fn build(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_keyword(WHOLE_NUMBER, |_, _, _| Ok(Box::new(WholeNumber)))
        .build(schema)
        .map_err(|error| explain(&error))
}

/// The validators of a document. Most of its schemas say the same as another one, such as `type: string`, and
/// building a validator costs more than using it.
pub(crate) struct Validators<'a> {
    document: &'a Value,
    built: HashMap<String, Result<Validator, String>>,
}

impl<'a> Validators<'a> {
    pub(crate) fn new(document: &'a Value) -> Self {
        Self {
            document,
            built: HashMap::new(),
        }
    }

    /// As [`validator`].
    pub(crate) fn of(&mut self, schema: &Value) -> &Result<Validator, String> {
        let schema = json_schema(self.document, schema);
        let built = self.built.entry(schema.to_string());
        built.or_insert_with(|| build(&schema))
    }
}

/// What is wrong with `value`: the place in it, as a JSON pointer, and what was expected.
pub(crate) fn faults(validator: &Validator, value: &Value) -> Vec<(String, String)> {
    validator
        .iter_errors(value)
        .map(|error| (error.instance_path().to_string(), explain(&error)))
        .collect()
}

/// The message of a validation error, for a line that names the place already.
fn explain(error: &ValidationError<'_>) -> String {
    const LONGEST: usize = 200;
    match error.kind() {
        ValidationErrorKind::FalseSchema => {
            "not allowed beside the other fields of this object; take it out".to_owned()
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            format!(
                "unknown member `{}`; correct its name, or take it out",
                unexpected.join("`, `")
            )
        }
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().into_iter().flatten();
            let options: Vec<_> = options.map(ToString::to_string).collect();
            format!("{} is none of {}", error.instance(), options.join(", "))
        }
        ValidationErrorKind::Required { property } => {
            format!("`{}` is missing", property.as_str().unwrap_or_default())
        }
        _ => {
            let message = error.to_string();
            if message.len() <= LONGEST {
                return message;
            }
            error.masked_with("the value").to_string()
        }
    }
}

/// The keyword [`WHOLE_NUMBER`].
struct WholeNumber;

impl<'i> Keyword<'i> for WholeNumber {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            return Ok(());
        }
        Err(ValidationError::custom(format!(
            "{instance} is not an integer; write it without a fraction"
        )))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        // Other types are a matter of `type`, and so are numbers that are no integers at all.
        !instance.is_f64()
            || instance
                .as_f64()
                .is_some_and(|number| number.fract() != 0.0)
    }
}

//! What the contract states of an operation.

use serde_json::{Map, Value};

use super::transcript::{call_limit_place, call_limit_text, statuses_text};
use super::types::Type;
use super::{
    Aspect, CONTRACT, Column, Entry, OPERATION, length, parameter_place, range, yes_or_no,
};
use crate::model::{Operation, join, resolve};

/// The deepest nesting of fields that is followed; a schema within itself would have no end.
const DEEPEST: usize = 8;

/// The column of the contract for one operation.
pub(crate) fn column(file: &str, document: &Value, operation: &Operation<'_>) -> Column {
    let mut reader = Reader {
        document,
        column: Column::new(CONTRACT, file, true),
    };
    reader.operation(operation);
    reader.column
}

struct Reader<'a> {
    document: &'a Value,
    column: Column,
}

impl<'a> Reader<'a> {
    fn operation(&mut self, operation: &Operation<'a>) {
        let pointer = operation.pointer();
        let mut entry = Entry::new(&pointer);
        let path = format!(
            "{} {}",
            operation.method.to_ascii_uppercase(),
            operation.path
        );
        entry.state(Aspect::Path, path, "");
        let deprecated = operation.value.get("deprecated") == Some(&Value::Bool(true));
        entry.state(Aspect::Deprecated, yes_or_no(deprecated), "deprecated");
        let responses = members(operation.value, "responses");
        let statuses = responses.iter().map(|(status, _)| (*status).to_owned());
        entry.state(Aspect::Statuses, statuses_text(statuses), "responses");
        self.column.add(OPERATION.to_owned(), entry);

        self.call_limits(&pointer, operation.value);
        for (place, parameter) in operation.parameters(self.document) {
            // The place in the list may hold a reference; what is stated stands at its target.
            let listed = self.document.pointer(&place).unwrap_or(parameter);
            let (pointer, _) = resolve(self.document, &place, listed).unwrap_or((place, listed));
            self.parameter(&pointer, parameter);
        }
        self.security(operation);
        if let Some((pointer, schema)) = self.body(&pointer, operation.value, "requestBody") {
            self.fields(&pointer, schema, "request ", true, 0);
        }
        for (status, response) in responses {
            let place = join(&join(&pointer, "responses"), status);
            let Some((place, response)) = resolve(self.document, &place, response) else {
                continue;
            };
            let is_success = status.starts_with('2');
            if is_success {
                self.headers(&place, response);
            }
            let prefix = if is_success { "response " } else { "error " };
            if let Some((pointer, schema)) = self.schema_of(&place, response) {
                self.fields(&pointer, schema, prefix, false, 0);
            }
        }
    }

    fn call_limits(&mut self, pointer: &str, operation: &Value) {
        let limits = operation.get("x-call-limits").and_then(Value::as_array);
        for (index, node) in limits.into_iter().flatten().enumerate() {
            // One that cannot be read is reported with the document.
            let per = node.get("per").and_then(Value::as_str).unwrap_or_default();
            let number = |name: &str| node.get(name).and_then(Value::as_u64).unwrap_or_default();
            let mut entry = Entry::new(join(&join(pointer, "x-call-limits"), &index.to_string()));
            let says = call_limit_text(number("calls"), number("seconds"));
            entry.state(Aspect::CallLimit, says, "calls");
            self.column.add(call_limit_place(per), entry);
        }
    }

    fn parameter(&mut self, pointer: &str, parameter: &'a Value) {
        let text = |key| {
            parameter
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (location, name) = (text("in"), text("name"));
        let mut entry = Entry::new(pointer);
        let required = parameter.get("required") == Some(&Value::Bool(true));
        entry.state(Aspect::Mandatory, yes_or_no(required), "required");
        if location == "header" {
            entry.state(Aspect::Spelling, name, "name");
        }
        let place = join(pointer, "schema");
        if let Some((place, schema)) = parameter
            .get("schema")
            .and_then(|schema| resolve(self.document, &place, schema))
        {
            self.state_schema(&place, schema, &mut entry);
        }
        self.column.add(parameter_place(location, name), entry);
    }

    /// The headers of security schemes. One of several alternatives is not mandatory.
    fn security(&mut self, operation: &Operation<'a>) {
        let own = operation.value.get("security");
        let security = own.or_else(|| self.document.get("security"));
        let alternatives = security
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        for name in alternatives
            .iter()
            .filter_map(Value::as_object)
            .flat_map(Map::keys)
        {
            let pointer = join("/components/securitySchemes", name);
            let Some(scheme) = self.document.pointer(&pointer) else {
                continue;
            };
            let text = |key| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
            if text("in") != "header" {
                continue;
            }
            let mut entry = Entry::new(&pointer);
            entry.state(Aspect::Mandatory, yes_or_no(alternatives.len() == 1), "");
            entry.state(Aspect::Type, "string", "");
            entry.state(Aspect::Spelling, text("name"), "name");
            self.column
                .add(parameter_place("header", text("name")), entry);
        }
    }

    fn headers(&mut self, pointer: &str, response: &'a Value) {
        for (name, header) in members(response, "headers") {
            let place = join(&join(pointer, "headers"), name);
            let Some((place, header)) = resolve(self.document, &place, header) else {
                continue;
            };
            let mut entry = Entry::new(&place);
            let schema = header.get("schema");
            let pointer = join(&place, "schema");
            if let Some((pointer, schema)) =
                schema.and_then(|schema| resolve(self.document, &pointer, schema))
            {
                self.state_schema(&pointer, schema, &mut entry);
            }
            self.column.add(format!("response header {name}"), entry);
        }
    }

    fn body(&self, pointer: &str, holder: &'a Value, key: &str) -> Option<(String, &'a Value)> {
        let (place, body) = resolve(self.document, &join(pointer, key), holder.get(key)?)?;
        self.schema_of(&place, body)
    }

    fn schema_of(&self, pointer: &str, holder: &'a Value) -> Option<(String, &'a Value)> {
        let schema = holder.pointer("/content/application~1json/schema")?;
        let pointer = format!("{pointer}/content/application~1json/schema");
        resolve(self.document, &pointer, schema)
    }

    /// The fields of an object, and of the objects in it.
    fn fields(
        &mut self,
        pointer: &str,
        schema: &'a Value,
        prefix: &str,
        is_request: bool,
        depth: usize,
    ) {
        let required = schema.get("required").and_then(Value::as_array);
        for (name, property) in members(schema, "properties") {
            let place = join(&join(pointer, "properties"), name);
            let Some((target, resolved)) = resolve(self.document, &place, property) else {
                continue;
            };
            let mut entry = Entry::new(&place);
            let is_required = required.is_some_and(|names| names.iter().any(|known| known == name));
            // That a field of a response may be missing is the rule; see the errata.
            if is_request || is_required {
                entry.state(Aspect::Mandatory, yes_or_no(is_required), "");
            }
            self.state_schema(&target, resolved, &mut entry);
            let field = format!("{prefix}{name}");
            // Both ranges of failures have the same body.
            if !self.column.add(field.clone(), entry) || depth == DEEPEST {
                continue;
            }
            let (inner, step) = match resolved.get("items") {
                Some(items) => (
                    resolve(self.document, &join(&target, "items"), items),
                    "[].",
                ),
                None => (Some((target, resolved)), "."),
            };
            if let Some((target, inner)) = inner {
                self.fields(
                    &target,
                    inner,
                    &format!("{field}{step}"),
                    is_request,
                    depth + 1,
                );
            }
        }
    }

    fn state_schema(&self, pointer: &str, schema: &'a Value, entry: &mut Entry) {
        let mut state = |aspect, says: String, member: &str| {
            let pointer = if member.is_empty() {
                pointer.to_owned()
            } else {
                join(pointer, member)
            };
            entry
                .aspects
                .insert(aspect, super::Statement { says, pointer });
        };
        if let Some(kind) = self.type_of(pointer, schema) {
            let member = if schema.get("format").is_some() {
                "format"
            } else {
                "type"
            };
            state(Aspect::Type, kind.text, member);
        }
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            state(Aspect::Nullable, "yes".to_owned(), "nullable");
        }
        for key in ["enum", "x-extensible-enum"] {
            if let Some(values) = schema.get(key).and_then(Value::as_array) {
                let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
                state(Aspect::Values, values.join(", "), key);
                // A rule of the contract sees to it.
                state(Aspect::Explained, "all".to_owned(), "description");
            }
        }
        let number = |key| schema.get(key).map(ToString::to_string);
        let unsigned = |key| schema.get(key).and_then(Value::as_u64);
        let greatest = |most: &'static str, least: &'static str| {
            if schema.get(most).is_some() {
                most
            } else {
                least
            }
        };
        if let Some(text) = length(unsigned("minLength"), unsigned("maxLength")) {
            state(Aspect::Length, text, greatest("maxLength", "minLength"));
        }
        if let Some(text) = range(number("minimum"), number("maximum")) {
            state(Aspect::Range, text, greatest("maximum", "minimum"));
        }
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
            state(Aspect::Pattern, pattern.to_owned(), "pattern");
        }
        if let Some(default) = schema.get("default") {
            state(Aspect::Default, default.to_string(), "default");
        }
        if let Some(unit) = schema.get("x-unit").and_then(Value::as_str) {
            state(Aspect::Unit, unit.to_owned(), "x-unit");
        }
    }

    fn type_of(&self, pointer: &str, schema: &Value) -> Option<Type> {
        let name = schema.get("type")?.as_str()?;
        Some(match (name, schema.get("format").and_then(Value::as_str)) {
            ("array", _) => {
                let items = schema.get("items")?;
                let place = join(pointer, "items");
                let (target, resolved) = resolve(self.document, &place, items)?;
                match component(&target) {
                    Some(name) if resolved.get("type")? == "object" => Type::list(name),
                    _ => Type::plain(&format!("array of {}", resolved.get("type")?.as_str()?)),
                }
            }
            ("object", _) => Type::object(component(pointer).unwrap_or("without a name")),
            (name, Some(format)) => Type::plain(&format!("{name} {format}")),
            (name, None) => Type::plain(name),
        })
    }
}

/// The name of a component schema, of its place.
fn component(pointer: &str) -> Option<&str> {
    pointer
        .strip_prefix("/components/schemas/")
        .filter(|name| !name.contains('/'))
}

/// The members of an object-valued field, but for extensions.
fn members<'a>(holder: &'a Value, key: &str) -> Vec<(&'a str, &'a Value)> {
    let object = holder.get(key).and_then(Value::as_object);
    object
        .into_iter()
        .flatten()
        .filter(|(name, _)| !name.starts_with("x-"))
        .map(|(name, value)| (name.as_str(), value))
        .collect()
}

//! The types of the sources in one spelling.

/// The type of a cell of a documentation page: `Long` is `integer int64`. `None` for an unknown one.
pub(super) fn of_page(cell: &str) -> Option<Type> {
    Some(match cell {
        "String" => Type::plain("string"),
        "Integer" => Type::plain("integer int32"),
        "Long" => Type::plain("integer int64"),
        "Boolean" => Type::plain("boolean"),
        "Array of strings" => Type::plain("array of string"),
        _ => {
            if let Some(name) = cell.strip_prefix("Array of ") {
                Type::list(name.strip_suffix(" objects")?)
            } else {
                Type::object(cell.strip_suffix(" object")?)
            }
        }
    })
}

/// The type of a member of an SDK model, with its format.
pub(super) fn of_model(name: &str, format: Option<&str>) -> Type {
    if let Some(item) = name.strip_suffix("[]") {
        return Type::list(item);
    }
    let plain = match name {
        "int" => "integer",
        "bool" => "boolean",
        "string" => "string",
        other => return Type::object(other),
    };
    Type::plain(&format.map_or_else(|| plain.to_owned(), |format| format!("{plain} {format}")))
}

/// A type in the spelling of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) text: String,
    /// The object that it consists of, and how its fields are reached.
    pub(super) inner: Option<(String, &'static str)>,
}

impl Type {
    pub(super) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            inner: None,
        }
    }

    pub(super) fn list(item: &str) -> Self {
        Self {
            text: format!("array of {item}"),
            inner: Some((item.to_owned(), "[].")),
        }
    }

    pub(super) fn object(name: &str) -> Self {
        Self {
            text: format!("object {name}"),
            inner: Some((name.to_owned(), ".")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_all() {
        let page = |cell| of_page(cell).map(|found| found.text);
        assert_eq!(page("Long").as_deref(), Some("integer int64"));
        assert_eq!(
            page("Array of Info objects").as_deref(),
            Some("array of Info")
        );
        assert_eq!(page("Info object").as_deref(), Some("object Info"));
        assert_eq!(page("long"), None);
        assert_eq!(of_model("int", Some("int64")).text, "integer int64");
        assert_eq!(of_model("Info[]", None).text, "array of Info");
        assert_eq!(of_model("bool", Some("int64")).text, "boolean int64");
    }
}

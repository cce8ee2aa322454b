//! Random values that the contract allows, made from its schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use hss_spec::Contract;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::shape::is_annotation;

/// How many items an array has at most, where no bound says otherwise.
const ITEMS: usize = 4;
/// How many members an object has at most beyond the documented ones.
const OTHERS: usize = 2;
/// How many characters a text has at most, where no bound says otherwise.
const TEXT: usize = 4;

/// Keywords that this module follows.
const UNDERSTOOD: [&str; 14] = [
    "$ref",
    "type",
    "format",
    "items",
    "properties",
    "required",
    "additionalProperties",
    "nullable",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
];

/// A value as a server may send it.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) sent: Value,
    /// What is left of it in the type. A member that need not be there and is null counts as not there.
    pub(super) kept: Value,
}

impl Sample {
    fn whole(value: Value) -> Self {
        Self {
            sent: value.clone(),
            kept: value,
        }
    }
}

/// Which values are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// What the contract describes.
    Described,
    /// Besides, what servers do and clients have to bear: null where a member could have been left out, and
    /// members that no document knows. A type keeps neither.
    Surprising,
}

impl Values {
    /// Values for one schema of the contract.
    ///
    /// # Panics
    ///
    /// The schema has a keyword that is not understood here: ignored, it would allow too much.
    pub(super) fn of(self, contract: &Contract, schema: &Value) -> BoxedStrategy<Sample> {
        let schema = contract.resolve(schema).expect("a schema");
        let keywords = schema.as_object().expect("a schema").keys();
        for keyword in keywords.filter(|keyword| !is_annotation(keyword)) {
            let is_understood = UNDERSTOOD.contains(&keyword.as_str());
            assert!(is_understood, "{keyword} is not understood: {schema}");
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (None, None) => any_value().prop_map(Sample::whole).boxed(),
            (Some("boolean"), None) => any::<bool>()
                .prop_map(|value| Sample::whole(value.into()))
                .boxed(),
            (Some("string"), None) => text(schema)
                .prop_map(|value| Sample::whole(value.into()))
                .boxed(),
            (Some("integer"), Some("int32")) => integer(schema, i32::MIN.into(), i32::MAX.into()),
            (Some("integer"), Some("int64")) => integer(schema, i64::MIN, i64::MAX),
            (Some("array"), None) => self.array(contract, schema),
            (Some("object"), None) => self.object(contract, schema),
            _ => panic!("no values are known for {schema}"),
        }
    }

    fn array(self, contract: &Contract, schema: &Value) -> BoxedStrategy<Sample> {
        let length = range(schema, "minItems", "maxItems", ITEMS);
        vec(self.of(contract, &schema["items"]), length)
            .prop_map(|items| {
                let (sent, kept): (Vec<_>, Vec<_>) =
                    items.into_iter().map(|item| (item.sent, item.kept)).unzip();
                Sample {
                    sent: sent.into(),
                    kept: kept.into(),
                }
            })
            .boxed()
    }

    fn object(self, contract: &Contract, schema: &Value) -> BoxedStrategy<Sample> {
        let required = schema["required"].as_array().into_iter().flatten();
        let required: BTreeSet<_> = required.filter_map(Value::as_str).collect();
        let properties: Vec<_> = schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .collect();
        let members: Vec<_> = properties
            .iter()
            .map(|(name, property)| {
                let name = (*name).clone();
                let is_required = required.contains(name.as_str());
                self.member(contract, property, is_required)
                    .prop_map(move |sample| (name.clone(), sample))
            })
            .collect();
        let known = properties.iter().map(|(name, _)| (*name).clone()).collect();
        (members, self.others(contract, schema, known))
            .prop_map(|(members, others)| {
                let (mut sent, mut kept) = (Map::new(), Map::new());
                for (name, member) in members.into_iter().chain(others) {
                    sent.extend(member.sent.map(|value| (name.clone(), value)));
                    kept.extend(member.kept.map(|value| (name, value)));
                }
                Sample {
                    sent: sent.into(),
                    kept: kept.into(),
                }
            })
            .boxed()
    }

    /// What an object has for one property.
    fn member(
        self,
        contract: &Contract,
        property: &Value,
        is_required: bool,
    ) -> BoxedStrategy<Member> {
        let is_nullable = property.get("nullable") == Some(&Value::Bool(true));
        let value = self.of(contract, property).prop_map(Member::from);
        if is_required {
            assert!(
                !is_nullable,
                "no values are known that are required and null: {property}"
            );
            return value.boxed();
        }
        let value = value.prop_map(|member| Member {
            kept: member.kept.filter(|kept| !kept.is_null()),
            ..member
        });
        if is_nullable || self == Self::Surprising {
            return prop_oneof![2 => value, 1 => Just(Member::ABSENT), 1 => Just(Member::NULL)]
                .boxed();
        }
        prop_oneof![value, Just(Member::ABSENT)].boxed()
    }

    /// Members beyond the documented ones. A type keeps them only where the contract speaks of them.
    fn others(
        self,
        contract: &Contract,
        schema: &Value,
        known: BTreeSet<String>,
    ) -> BoxedStrategy<BTreeMap<String, Member>> {
        let (value, are_kept) = match schema.get("additionalProperties") {
            None if self == Self::Surprising => (select(surprises()).boxed(), false),
            None | Some(Value::Bool(false)) => return Just(BTreeMap::new()).boxed(),
            Some(Value::Bool(true)) => (any_value().prop_map(Sample::whole).boxed(), true),
            Some(described) => (self.of(contract, described), true),
        };
        let name = characters(0..=TEXT)
            .prop_filter("a documented name", move |name| !known.contains(name));
        let member = value.prop_map(move |sample| Member {
            sent: Some(sample.sent),
            kept: are_kept.then_some(sample.kept),
        });
        btree_map(name, member, 0..=OTHERS).boxed()
    }
}

/// What an object has under one name.
#[derive(Debug, Clone)]
struct Member {
    sent: Option<Value>,
    kept: Option<Value>,
}

impl Member {
    const ABSENT: Self = Self {
        sent: None,
        kept: None,
    };
    const NULL: Self = Self {
        sent: Some(Value::Null),
        kept: None,
    };
}

impl From<Sample> for Member {
    fn from(sample: Sample) -> Self {
        Self {
            sent: Some(sample.sent),
            kept: Some(sample.kept),
        }
    }
}

/// Any text; where values are known, one of them as often as another.
fn text(schema: &Value) -> BoxedStrategy<String> {
    let any_text = characters(range(schema, "minLength", "maxLength", TEXT));
    let known = schema["x-extensible-enum"].as_array().into_iter().flatten();
    let known: Vec<_> = known.filter_map(Value::as_str).map(str::to_owned).collect();
    if known.is_empty() {
        return any_text.boxed();
    }
    prop_oneof![select(known), any_text].boxed()
}

fn characters(length: RangeInclusive<usize>) -> impl Strategy<Value = String> {
    vec(any::<char>(), length).prop_map(String::from_iter)
}

/// Integers over the whole range, the ends more often than by chance.
fn integer(schema: &Value, least: i64, greatest: i64) -> BoxedStrategy<Sample> {
    let least = schema["minimum"].as_i64().unwrap_or(least);
    let greatest = schema["maximum"].as_i64().unwrap_or(greatest);
    prop_oneof![
        1 => Just(least),
        1 => Just(greatest),
        6 => least..=greatest,
    ]
    .prop_map(|value| Sample::whole(value.into()))
    .boxed()
}

/// Any JSON. Not more than two levels deep: no type looks into it.
fn any_value() -> impl Strategy<Value = Value> {
    let finite = any::<f64>().prop_filter("no JSON", |value| value.is_finite());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        finite.prop_map(Value::from),
        characters(0..=TEXT).prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..=2).prop_map(Value::from),
            btree_map(characters(0..=TEXT), inner, 0..=2)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// One value of each kind, for members that a type does not look at.
fn surprises() -> Vec<Sample> {
    let values = json!([null, true, 0.5, "α", [1], {"a": [{}]}]);
    let values = values.as_array().into_iter().flatten();
    values.cloned().map(Sample::whole).collect()
}

/// The documented bounds of a length; `few` more than the least where the upper one is greater or absent.
fn range(schema: &Value, least: &str, greatest: &str, few: usize) -> RangeInclusive<usize> {
    let bound = |keyword: &str| {
        let value = schema[keyword].as_u64()?;
        Some(usize::try_from(value).expect("a length"))
    };
    let least = bound(least).unwrap_or(0);
    let greatest = bound(greatest).unwrap_or(usize::MAX);
    least..=greatest.min(least + few)
}

//! What holds for every list of tools, whoever wrote it.

use dogwatch::domain::drift::{Drift, Tools, compare};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// JSON that is much like a schema, and sometimes not at all.
fn schemas() -> impl Strategy<Value = Value> {
    let keyword = prop::sample::select(vec![
        "type",
        "enum",
        "const",
        "required",
        "properties",
        "items",
        "anyOf",
        "oneOf",
        "allOf",
        "not",
        "$ref",
        "$defs",
        "definitions",
        "additionalProperties",
        "description",
        "default",
        "minimum",
        "maxLength",
        "format",
        "deprecated",
        "title",
        "examples",
        "uniqueItems",
        "patternProperties",
        "prefixItems",
        "x-mcp-header",
        "a",
        "b",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..4).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "string",
            "integer",
            "number",
            "null",
            "object",
            "deprecated",
            "#",
            "#/$defs/a",
            "#/properties/b",
            "#/definitions/a/items",
            "a",
            "",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => prop::collection::vec((keyword.clone(), inner), 0..5)
                .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>().into()),
        ]
    })
}

fn lists() -> impl Strategy<Value = Vec<Value>> {
    let name = prop::sample::select(vec!["a", "A", "a_b", "aB", "other"]);
    let tool = (name, schemas(), schemas(), schemas(), any::<Option<bool>>()).prop_map(
        |(name, input, output, other, hint)| {
            json!({"name": name, "description": other, "inputSchema": input, "outputSchema": output,
            "annotations": {"readOnlyHint": hint}, "execution": other})
        },
    );
    prop::collection::vec(tool, 0..4)
}

/// A schema as a careful author writes it.
fn well_formed() -> impl Strategy<Value = Value> {
    let words = |words: &'static [&'static str]| prop::sample::subsequence(words, 1..words.len());
    let leaf = prop_oneof![
        words(&["string", "integer", "number", "null"]).prop_map(|types| json!({"type": types})),
        words(&["x", "y", "z"]).prop_map(|values| json!({"enum": values})),
        prop::sample::select(vec!["x", "y"]).prop_map(|value| json!({"const": value, "type": "string"})),
        (0..4)
            .prop_map(|least| json!({"type": "number", "minimum": least, "description": format!("At least {least}.")})),
        (1..4).prop_map(|step| json!({"multipleOf": step, "exclusiveMaximum": step})),
        any::<bool>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 4, move |inner| {
        let many = prop::collection::vec(inner.clone(), 1..4);
        let named = prop::collection::btree_map("[a-d]", inner.clone(), 0..4);
        let combined = prop::sample::select(vec!["anyOf", "oneOf", "allOf"]);
        prop_oneof![
            (named, words(&["a", "b", "c", "d"]), any::<bool>()).prop_map(|(properties, required, open)| {
                json!({"type": ["object"], "properties": properties, "required": required, "additionalProperties": open})
            }),
            (combined, many).prop_map(|(word, branches)| json!({ word: branches })),
            inner.clone().prop_map(|items| json!({"type": "array", "items": items, "uniqueItems": true})),
            inner.prop_map(|other| json!({"type": "object", "additionalProperties": other})),
        ]
    })
}

/// The same with every list that has no order turned round.
fn turned(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), turned(value))).collect::<Map<_, _>>().into(),
        // Nothing that is well formed has other lists in it.
        Value::Array(list) => list.iter().rev().map(turned).collect::<Vec<_>>().into(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The same JSON with its objects written backwards and with other blanks.
fn spelled(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let fields: Vec<String> =
                map.iter().rev().map(|(key, value)| format!("{}: {}", json!(key), spelled(value))).collect();
            format!("{{ {} }}", fields.join(" , "))
        }
        Value::Array(list) => format!("[ {} ]", list.iter().map(spelled).collect::<Vec<_>>().join(" , ")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn nothing_differs_from_itself(list in lists()) {
        let tools = Tools::of(&list);
        prop_assert_eq!(compare(&tools, &Tools::of(&list)), Vec::new());
    }

    #[test]
    fn order_and_spelling_change_neither_hash_nor_meaning(list in lists()) {
        let names: std::collections::BTreeSet<&str> = list.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
        let mut turned: Vec<Value> = list.iter().map(|tool| serde_json::from_str(&spelled(tool)).unwrap()).collect();
        if names.len() == list.len() {
            turned.reverse();
        }
        let (one, other) = (Tools::of(&list), Tools::of(&turned));
        prop_assert_eq!(one.hash(), other.hash());
        prop_assert_eq!(compare(&one, &other), Vec::new());
    }

    #[test]
    fn lists_without_order_are_sets(schema in well_formed()) {
        let list = |schema: Value| Tools::of(&[json!({"name": "t", "inputSchema": schema})]);
        let (one, other) = (list(schema.clone()), list(turned(&schema)));
        prop_assert_eq!(one.hash(), other.hash());
        prop_assert_eq!(compare(&one, &other), Vec::new());
    }

    #[test]
    fn what_is_wider_one_way_is_narrower_the_other(old in well_formed(), new in well_formed()) {
        let list = |schema: &Value| Tools::of(&[json!({"name": "t", "inputSchema": {"type": "object", "items": schema}})]);
        let (old, new) = (list(&old), list(&new));
        let there = compare(&old, &new);
        let back = compare(&new, &old);
        let count = |drift: &[Drift], word: &str| drift.iter().filter(|one| one.change.word() == word).count();
        for (less, more) in [
            ("type-narrowed", "type-widened"),
            ("enum-narrowed", "enum-widened"),
            ("bound-tightened", "bound-loosened"),
            ("constraint-added", "constraint-removed"),
            ("variant-removed", "variant-added"),
            ("additional-closed", "additional-opened"),
            ("input-now-required", "input-now-optional"),
        ] {
            prop_assert_eq!(count(&there, less), count(&back, more), "{} and {}", less, more);
            prop_assert_eq!(count(&there, more), count(&back, less), "{} and {}", more, less);
        }
        for word in ["type-changed", "enum-changed", "constraint-changed", "composition-changed", "description-changed"] {
            prop_assert_eq!(count(&there, word), count(&back, word), "{}", word);
        }
    }

    #[test]
    fn whatever_is_compared_is_told_in_order_and_once(old in lists(), new in lists()) {
        let (old, new) = (Tools::of(&old), Tools::of(&new));
        let drift = compare(&old, &new);
        let places: Vec<(&str, &str, &str)> =
            drift.iter().map(|one| (one.tool.as_str(), one.path.as_str(), one.change.word())).collect();
        prop_assert!(places.is_sorted_by(|a, b| a < b), "{:?}", places);
        if old.hash() == new.hash() {
            prop_assert!(drift.is_empty());
        }
        // Whether there is drift does not depend on which list is the older one.
        prop_assert_eq!(drift.is_empty(), compare(&new, &old).is_empty());
    }
}

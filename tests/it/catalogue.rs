//! A list of tools as people read it, however long or hostile it is.

use dogwatch::domain::catalogue::{self, Catalogue, FIELDS, Need, Risk};
use serde_json::{Value, json};

fn one(tool: &Value) -> catalogue::Entry {
    let catalogue = Catalogue::of(std::slice::from_ref(tool));
    assert_eq!(catalogue.tools().len(), 1);
    catalogue.tools()[0].clone()
}

/// Each field as `name!: sort | about`; `!` if it is required.
fn told(fields: &catalogue::Fields) -> Vec<String> {
    let field = |field: &catalogue::Field| {
        let need = if field.need == Need::Required { "!" } else { "" };
        let about = if field.about.is_empty() { String::new() } else { format!(" | {}", field.about) };
        format!("{}{need}: {}{about}", field.name, field.sort)
    };
    fields.shown.iter().map(field).collect()
}

#[test]
fn a_schema_is_told_in_words_with_the_required_first() {
    let entry = one(&json!({
        "name": "search",
        "description": "Search the docs.\nSecond line.",
        "annotations": {"readOnlyHint": true, "openWorldHint": false, "idempotentHint": true},
        "inputSchema": {
            "type": "object",
            "required": ["query", "page"],
            "properties": {
                "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
                "query": {"type": "string", "minLength": 1, "pattern": "^\\S", "description": "What to look for"},
                "kind": {"enum": ["doc", "issue"], "default": "doc"},
                "since": {"type": ["string", "null"], "format": "date-time"},
                "score": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 5},
                "where": {"$ref": "#/$defs/filter"},
                "any": {},
                "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            },
            "$defs": {"filter": {"type": "object", "required": ["field"], "properties": {"field": {"type": "string"}}}},
        },
        "outputSchema": {"type": "object", "properties": {
            "hits": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}
        }},
    }));
    assert_eq!(entry.about, "Search the docs.\nSecond line.");
    assert_eq!((entry.risk, entry.hints.as_slice()), (Risk::ReadOnly, &["idempotent", "closed world"][..]));
    assert_eq!(
        told(&entry.inputs),
        [
            "page!: anything",
            "query!: string, at least 1 characters, like /^\\S/ | What to look for",
            "any: anything",
            "either: one of 2 variants",
            "kind: one of \"doc\" \"issue\", default \"doc\"",
            "limit: integer, 1 to 100, default 20",
            "score: number, more than 0, a multiple of 0.5",
            "since: null or string, date-time",
            "tags: list of string, at most 5 items",
            "where: object",
            "where.field!: string",
        ]
    );
    assert_eq!(told(&entry.outputs.unwrap()), ["hits: list of object", "hits[].id: string"]);
}

#[test]
fn what_calling_a_tool_may_do_is_what_it_says_and_silence_is_no_promise() {
    let risk = |hints: Value| one(&json!({"name": "t", "annotations": hints})).risk;
    assert_eq!(risk(json!({})), Risk::Unsaid);
    assert_eq!(risk(json!({"readOnlyHint": false})), Risk::Unsaid);
    assert_eq!(risk(json!({"readOnlyHint": true, "destructiveHint": true})), Risk::ReadOnly);
    assert_eq!(risk(json!({"destructiveHint": false})), Risk::Writes);
    assert_eq!(risk(json!({"destructiveHint": true})), Risk::Destructive);
    assert_eq!(risk(json!({"readOnlyHint": "yes"})), Risk::Unsaid, "a word is no hint");
}

#[test]
fn tools_are_found_by_name_title_description_and_field() {
    let list = [
        json!({"name": "b_tool", "title": "Bee", "description": "Makes HONEY."}),
        json!({"name": "a_tool", "inputSchema": {"type": "object", "properties": {"Wing": {"description": "left"}}}}),
    ];
    let catalogue = Catalogue::of(&list);
    let names = |words: &str| -> Vec<String> {
        catalogue.find(words).into_iter().map(|at| catalogue.tools()[at].name.to_string()).collect()
    };
    assert_eq!(names(""), ["a_tool", "b_tool"]);
    assert_eq!(names("tool honey"), ["b_tool"]);
    assert_eq!(names("bee"), ["b_tool"]);
    assert_eq!(names("WING left"), ["a_tool"]);
    assert_eq!(names("wing honey"), [""; 0]);
    let first = &catalogue.tools()[1].name;
    assert_eq!(catalogue.place(first), Some(1));
}

#[test]
fn hostile_names_are_cleaned_and_those_that_look_the_same_are_numbered() {
    let list = ["same", "sa\u{200b}me", "sa\u{202e}me", "\u{200b}", "\u{1b}[31mred", "same (2)"];
    let list: Vec<Value> = list.iter().map(|name| json!({"name": name, "description": "a\u{7}b\u{1b}[2J"})).collect();
    let catalogue = Catalogue::of(&list);
    let mut names: Vec<&str> = catalogue.tools().iter().map(|entry| entry.name.as_str()).collect();
    let all = names.len();
    assert!(names.is_sorted());
    names.dedup();
    assert_eq!((all, names.len()), (6, 6), "{names:?}");
    for entry in catalogue.tools() {
        let shown = format!("{}{}", entry.name, entry.about);
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}']), "{shown:?}");
    }
    let found = catalogue::names(&list);
    assert!(found.lines().count() <= 6 && !found.contains(['\u{1b}', '\u{202e}']), "{found:?}");
}

#[test]
fn there_is_an_end_to_everything() {
    let property = |n: usize| (format!("p{n}{}", "x".repeat(3_000)), json!({"description": "y".repeat(100_000)}));
    let properties: serde_json::Map<String, Value> = (0..200).map(property).collect();
    let entry = one(&json!({
        "name": "n".repeat(100_000),
        "description": "z".repeat(1_000_000),
        "inputSchema": {"type": "object", "properties": properties},
    }));
    assert_eq!((entry.inputs.shown.len(), entry.inputs.more), (FIELDS, 200 - FIELDS));
    assert!(entry.name.as_str().len() < 2_000 && entry.about.as_str().len() < 3_000);
    assert!(entry.inputs.shown.iter().all(|field| field.name.as_str().len() + field.about.as_str().len() < 1_000));

    let deep =
        (0..60).fold(json!({"type": "string"}), |inner, _| json!({"type": "object", "properties": {"a": inner}}));
    assert_eq!(one(&json!({"name": "deep", "inputSchema": deep})).inputs.shown.len(), 3);
    let circle =
        json!({"$defs": {"n": {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"});
    assert!(one(&json!({"name": "circle", "inputSchema": circle})).inputs.shown.len() <= 3);
    assert_eq!(told(&one(&json!({"name": "odd", "inputSchema": "x"})).inputs), [""; 0]);

    let equal: Vec<Value> =
        (0..10_000).map(|n| json!({"name": format!("t{}", "\u{200b}".repeat(n % 100 + n / 100))})).collect();
    assert!(Catalogue::of(&equal).tools().len() > 100);
    let many: Vec<Value> = (0..12_000).map(|n| json!({"name": format!("tool_{n}")})).collect();
    assert_eq!(Catalogue::of(&many).tools().len(), catalogue::TOOLS);
    assert!(catalogue::names(&many).len() <= 16_384);
}

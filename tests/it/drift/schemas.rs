//! The rules, a line each: a parameter before and after, and what is said.

use serde_json::{Value, json};

use super::{drift, lines, tool, tools};

/// What is found between two schemas of a parameter `x`, with paths from there.
fn of_input(old: &Value, new: &Value) -> Vec<String> {
    within("inputSchema", old, new)
}

fn of_output(old: &Value, new: &Value) -> Vec<String> {
    within("outputSchema", old, new)
}

fn within(field: &str, old: &Value, new: &Value) -> Vec<String> {
    let whole = |x: &Value| tool(field, &json!({"type": "object", "properties": {"x": x}}));
    let head = format!("t /{field}/properties/x");
    let strip = |line: String| line.strip_prefix(&head).unwrap_or(&line).to_owned();
    lines(&drift(&whole(old), &whole(new))).into_iter().map(strip).collect()
}

/// Old, new, what is said of an input, what is said of an output.
type Rule = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const RULES: &[Rule] = &[
    // Types.
    ("{}", r#"{"type":"string"}"#, &["/type type-narrowed breaking"], &["/type type-narrowed compatible"]),
    (r#"{"type":"string"}"#, "true", &["/type type-widened compatible"], &["/type type-widened breaking"]),
    (
        r#"{"type":["integer","string"]}"#,
        r#"{"type":["number","string"]}"#,
        &["/type type-widened compatible"],
        &["/type type-widened breaking"],
    ),
    (r#"{"type":["number","integer"]}"#, r#"{"type":"number"}"#, &[], &[]),
    (
        r#"{"type":["integer","null"]}"#,
        r#"{"type":["number","string"]}"#,
        &["/type type-changed breaking"],
        &["/type type-changed breaking"],
    ),
    (
        r#"{"type":"string","description":"a","minLength":1}"#,
        r#"{"type":"integer","description":"b","minimum":1}"#,
        &["/type type-changed breaking"],
        &["/type type-changed breaking"],
    ),
    ("{}", r#"{"type":["array","boolean","integer","null","number","object","string"]}"#, &[], &[]),
    // Values.
    (
        r#"{"enum":["a"]}"#,
        r#"{"enum":["b","a","a"]}"#,
        &["/enum enum-widened compatible"],
        &["/enum enum-widened breaking"],
    ),
    (
        r#"{"enum":["a","b"]}"#,
        r#"{"const":"a"}"#,
        &["/const enum-narrowed breaking"],
        &["/const enum-narrowed compatible"],
    ),
    (r#"{"const":"a"}"#, r#"{"const":"b"}"#, &["/const enum-changed breaking"], &["/const enum-changed breaking"]),
    (r#"{"const":"a"}"#, "{}", &["/const enum-widened compatible"], &["/const enum-widened breaking"]),
    ("{}", r#"{"enum":["a"]}"#, &["/enum enum-narrowed breaking"], &["/enum enum-narrowed compatible"]),
    (r#"{"const":"a"}"#, r#"{"enum":["a"]}"#, &[], &[]),
    (r#"{"enum":[1,2.0]}"#, r#"{"enum":[2,1.0]}"#, &[], &[]),
    // Bounds, each on its own.
    (
        r#"{"exclusiveMinimum":1}"#,
        r#"{"exclusiveMinimum":0}"#,
        &["/exclusiveMinimum bound-loosened compatible"],
        &["/exclusiveMinimum bound-loosened breaking"],
    ),
    (
        r#"{"exclusiveMaximum":1}"#,
        r#"{"exclusiveMaximum":0.5}"#,
        &["/exclusiveMaximum bound-tightened breaking"],
        &["/exclusiveMaximum bound-tightened compatible"],
    ),
    (
        r#"{"minimum":1}"#,
        r#"{"exclusiveMinimum":1}"#,
        &["/exclusiveMinimum bound-tightened breaking", "/minimum bound-loosened compatible"],
        &["/exclusiveMinimum bound-tightened compatible", "/minimum bound-loosened breaking"],
    ),
    (
        r#"{"minLength":2,"maxLength":5}"#,
        r#"{"minLength":1,"maxLength":4}"#,
        &["/maxLength bound-tightened breaking", "/minLength bound-loosened compatible"],
        &["/maxLength bound-tightened compatible", "/minLength bound-loosened breaking"],
    ),
    (
        r#"{"minItems":1,"maxItems":5}"#,
        r#"{"minItems":2,"maxItems":6}"#,
        &["/maxItems bound-loosened compatible", "/minItems bound-tightened breaking"],
        &["/maxItems bound-loosened breaking", "/minItems bound-tightened compatible"],
    ),
    (
        r#"{"maxProperties":3}"#,
        r#"{"minProperties":1}"#,
        &["/maxProperties bound-loosened compatible", "/minProperties bound-tightened breaking"],
        &["/maxProperties bound-loosened breaking", "/minProperties bound-tightened compatible"],
    ),
    (r#"{"minLength":0}"#, r#"{"minItems":0}"#, &[], &[]),
    (r#"{"maximum":20}"#, r#"{"maximum":20.0}"#, &[], &[]),
    (
        r#"{"exclusiveMinimum":true}"#,
        r#"{"exclusiveMinimum":3}"#,
        &["/exclusiveMinimum constraint-changed breaking"],
        &["/exclusiveMinimum constraint-changed breaking"],
    ),
    // Constraints.
    (
        "{}",
        r#"{"format":"uri","uniqueItems":true}"#,
        &["/format constraint-added breaking", "/uniqueItems constraint-added breaking"],
        &["/format constraint-added compatible", "/uniqueItems constraint-added compatible"],
    ),
    (
        r#"{"uniqueItems":true}"#,
        r#"{"uniqueItems":false}"#,
        &["/uniqueItems constraint-removed compatible"],
        &["/uniqueItems constraint-removed breaking"],
    ),
    (
        r#"{"multipleOf":10}"#,
        r#"{"multipleOf":5}"#,
        &["/multipleOf constraint-changed breaking"],
        &["/multipleOf constraint-changed breaking"],
    ),
    // Down into arrays and objects.
    (
        r#"{"items":{"type":"string"}}"#,
        r#"{"items":{"type":"integer"}}"#,
        &["/items/type type-changed breaking"],
        &["/items/type type-changed breaking"],
    ),
    (
        r#"{"type":"array"}"#,
        r#"{"type":"array","items":{"type":"string"}}"#,
        &["/items/type type-narrowed breaking"],
        &["/items/type type-narrowed compatible"],
    ),
    (
        r#"{"items":{"properties":{"a":{}}}}"#,
        r#"{"items":{"properties":{"a":{},"b":{}},"required":["b"]}}"#,
        &["/items/properties/b required-input-added breaking"],
        &["/items/properties/b output-added compatible"],
    ),
    (
        r#"{"items":[{"type":"string"}]}"#,
        r#"{"items":[{"type":"integer"}]}"#,
        &["/items composition-changed breaking"],
        &["/items composition-changed breaking"],
    ),
    (
        r#"{"properties":{"a~/b":{}}}"#,
        r#"{"properties":{}}"#,
        &["/properties/a~0~1b input-removed wording"],
        &["/properties/a~0~1b output-removed wording"],
    ),
    (
        r#"{"properties":{"a":{}}}"#,
        r#"{"properties":{},"additionalProperties":false}"#,
        &["/additionalProperties additional-closed breaking", "/properties/a input-removed breaking"],
        &["/additionalProperties additional-closed compatible", "/properties/a output-removed wording"],
    ),
    (
        "{}",
        r#"{"required":["a"]}"#,
        &["/properties/a required-input-added breaking"],
        &["/properties/a output-added compatible"],
    ),
    (r#"{"required":["b","a"]}"#, r#"{"required":["a","b"],"properties":{"a":{}}}"#, &[], &[]),
    (
        r#"{"properties":{"a":{}}}"#,
        r#"{"required":["a"]}"#,
        &["/properties/a input-now-required breaking"],
        &["/properties/a output-now-guaranteed compatible"],
    ),
    // Other properties.
    (
        r#"{"additionalProperties":false}"#,
        r#"{"additionalProperties":{"type":"string"}}"#,
        &["/additionalProperties additional-opened compatible"],
        &["/additionalProperties additional-opened compatible"],
    ),
    (
        r#"{"additionalProperties":{"type":"string"}}"#,
        r#"{"additionalProperties":false}"#,
        &["/additionalProperties additional-closed breaking"],
        &["/additionalProperties additional-closed compatible"],
    ),
    (
        r#"{"additionalProperties":{"type":"string"}}"#,
        r#"{"additionalProperties":true}"#,
        &["/additionalProperties/type type-widened compatible"],
        &["/additionalProperties/type type-widened breaking"],
    ),
    (
        r#"{"additionalProperties":{}}"#,
        r#"{"additionalProperties":{"enum":["a"]}}"#,
        &["/additionalProperties/enum enum-narrowed breaking"],
        &["/additionalProperties/enum enum-narrowed compatible"],
    ),
    (r#"{"additionalProperties":{"title":"T"}}"#, "{}", &[], &[]),
    // Variants.
    (
        r#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#,
        r#"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#,
        &["/anyOf composition-changed breaking", "/oneOf composition-changed breaking"],
        &["/anyOf composition-changed breaking", "/oneOf composition-changed breaking"],
    ),
    (
        r#"{"oneOf":[{"const":1},{"const":2}]}"#,
        r#"{"oneOf":[{"enum":[2]},{"const":1},{"const":3}]}"#,
        &["/oneOf variant-added compatible"],
        &["/oneOf variant-added breaking"],
    ),
    (
        r#"{"anyOf":[{"const":1},{"const":2}]}"#,
        r#"{"anyOf":[{"const":1},{"const":3}]}"#,
        &["/anyOf composition-changed breaking"],
        &["/anyOf composition-changed breaking"],
    ),
    (r#"{"anyOf":[{"const":1},{"const":1},{"const":2}]}"#, r#"{"anyOf":[{"const":2},{"const":1}]}"#, &[], &[]),
    (
        r#"{"anyOf":[{"type":"string","description":"a","default":"d"},{"type":"integer"}]}"#,
        r#"{"anyOf":[{"type":"string","description":"b","default":"e"},{"type":"integer"}]}"#,
        &["/anyOf/0/default default-changed wording", "/anyOf/0/description description-changed wording"],
        &["/anyOf/0/description description-changed wording"],
    ),
    // Null among the types.
    (
        r#"{"oneOf":[{"type":"null"},{"const":"a","type":"string"}],"description":"d"}"#,
        r#"{"type":["string","null"],"enum":["a",null],"description":"d"}"#,
        &[],
        &[],
    ),
    (
        r#"{"anyOf":[{"type":"string","description":"inner"},{"type":"null"}],"description":"outer"}"#,
        r#"{"type":["null","string"],"description":"outer"}"#,
        &[],
        &[],
    ),
    (
        r#"{"type":"string"}"#,
        r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#,
        &["/type type-widened compatible"],
        &["/type type-widened breaking"],
    ),
    // Everything else that combines.
    (r#"{"allOf":[{"minimum":1},{"maximum":3}]}"#, r#"{"allOf":[{"maximum":3},{"minimum":1,"title":"T"}]}"#, &[], &[]),
    (
        r#"{"not":{"const":1,"description":"a"}}"#,
        r#"{"not":{"enum":[1],"description":"b"}}"#,
        &["/not/description description-changed wording"],
        &["/not/description description-changed wording"],
    ),
    (
        r#"{"patternProperties":{"^a":{"type":"string"}}}"#,
        r#"{"patternProperties":{"^b":{"type":"string"}}}"#,
        &["/patternProperties composition-changed breaking"],
        &["/patternProperties composition-changed breaking"],
    ),
    (
        r#"{"prefixItems":[{"const":1},{"const":2}]}"#,
        r#"{"prefixItems":[{"const":2},{"const":1}]}"#,
        &["/prefixItems composition-changed breaking"],
        &["/prefixItems composition-changed breaking"],
    ),
    (
        "{}",
        r#"{"dependentRequired":{"a":["b"]},"if":{"const":1}}"#,
        &["/dependentRequired composition-changed breaking", "/if composition-changed breaking"],
        &["/dependentRequired composition-changed breaking", "/if composition-changed breaking"],
    ),
    (
        "{}",
        r#"{"$ref":"https://127.0.0.1:1/schema.json"}"#,
        &["/$ref composition-changed breaking"],
        &["/$ref composition-changed breaking"],
    ),
    ("{}", "false", &["/not composition-changed breaking"], &["/not composition-changed breaking"]),
    // Words.
    (
        r#"{"description":"Undeprecated."}"#,
        r#"{"description":"It is DEPRECATED!"}"#,
        &["/description deprecation-announced wording"],
        &["/description deprecation-announced wording"],
    ),
    (
        r#"{"description":"deprecated: a"}"#,
        r#"{"description":"deprecated: b"}"#,
        &["/description description-changed wording"],
        &["/description description-changed wording"],
    ),
    (
        r#"{"deprecated":true}"#,
        r#"{"deprecated":false}"#,
        &["/deprecated deprecation-withdrawn wording"],
        &["/deprecated deprecation-withdrawn wording"],
    ),
    (r#"{"title":"A","$comment":"c"}"#, r#"{"title":"B","$id":"urn:x"}"#, &[], &[]),
    (
        r#"{"default":1,"examples":[1]}"#,
        r#"{"examples":[2]}"#,
        &["/default default-changed wording", "/examples examples-changed wording"],
        &[],
    ),
    (r#"{"x-mcp-header":"A"}"#, r#"{"x-mcp-header":"B"}"#, &["/x-mcp-header header-binding-changed breaking"], &[]),
    (r#"{"unknown-keyword":1}"#, r#"{"unknown-keyword":2}"#, &[], &[]),
];

#[test]
fn every_rule_holds_for_what_is_sent_and_turns_round_for_what_is_read() {
    for (old, new, input, output) in RULES {
        let (was, is): (Value, Value) = (serde_json::from_str(old).unwrap(), serde_json::from_str(new).unwrap());
        assert_eq!(of_input(&was, &is), *input, "input: {old} → {new}");
        assert_eq!(of_output(&was, &is), *output, "output: {old} → {new}");
    }
}

#[test]
fn references_are_read_where_they_lead() {
    let old = json!({
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/A%20b", "description": "mine"}, "b": {"$ref": "#/properties/a"}},
        "$defs": {"A b": {"$ref": "#/$defs/C", "type": "string"}, "C": {"description": "its", "maxLength": 9, "type": "null"}},
    });
    let inlined = json!({"type": "string", "maxLength": 9, "description": "mine"});
    let new = json!({"type": "object", "properties": {"a": inlined, "b": inlined}});
    let (old, new) = (tool("inputSchema", &old), tool("inputSchema", &new));
    assert_eq!(lines(&drift(&old, &new)), Vec::<String>::new());
    assert_eq!(tools(&old).hash(), tools(&new).hash());
}

#[test]
fn a_reference_in_circles_stays_and_what_changes_below_is_told_once() {
    let tree = |word: &str, extra: &Value| {
        let node = json!({"type": "object", "properties": {
            "children": {"type": "array", "items": {"$ref": format!("#/{word}/Node")}}, "extra": extra}});
        tool(
            "inputSchema",
            &json!({"type": "object", "properties": {"root": {"$ref": format!("#/{word}/Node")}}, word: {"Node": node}}),
        )
    };
    let old = tree("definitions", &json!({"type": "integer"}));
    assert_eq!(lines(&drift(&old, &tree("$defs", &json!({"type": "integer"})))), Vec::<String>::new());
    assert_eq!(
        lines(&drift(&old, &tree("$defs", &json!({"type": "number"})))),
        ["t /inputSchema/properties/root/properties/extra/type type-widened compatible"]
    );
    let own =
        tool("inputSchema", &json!({"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#/nowhere"}}}));
    assert_eq!(drift(&own, &own), Vec::new());
}

#[test]
fn schemas_made_to_exhaust_the_reader_are_read_all_the_same() {
    let bomb = |leaf: &str| {
        let mut defs = serde_json::Map::new();
        for level in 0..40 {
            let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
            let names: serde_json::Map<String, Value> = (0..10).map(|at| (format!("p{at}"), next.clone())).collect();
            defs.insert(format!("d{level}"), json!({"properties": names}));
        }
        defs.insert("d40".into(), json!({"type": leaf}));
        tool("inputSchema", &json!({"$ref": "#/$defs/d0", "$defs": defs}))
    };
    assert_eq!(drift(&bomb("string"), &bomb("string")), Vec::new());
    // What lies beyond the room for references is not looked into, and still no change of it goes unseen.
    let seen = lines(&drift(&bomb("string"), &bomb("integer")));
    assert!(seen.contains(&"t /inputSchema/$defs composition-changed breaking".to_owned()), "{seen:?}");

    let chain: serde_json::Map<String, Value> =
        (0..5_000).map(|at| (format!("d{at}"), json!({"$ref": format!("#/$defs/d{}", at + 1)}))).collect();
    let chain = tool("inputSchema", &json!({"$ref": "#/$defs/d0", "$defs": chain}));
    assert_eq!(drift(&chain, &chain), Vec::new());

    let deep = |leaf: &str| {
        let text = format!("{}{{\"type\":\"{leaf}\"}}{}", "{\"not\":".repeat(110), "}".repeat(110));
        tool("inputSchema", &serde_json::from_str(&text).unwrap())
    };
    assert_eq!(lines(&drift(&deep("string"), &deep("null"))), ["t /inputSchema/not composition-changed breaking"]);
}

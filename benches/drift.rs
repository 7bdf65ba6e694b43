//! What a check of the tools costs: two lists of 1,000 tools, as long as they
//! get, read and compared. The aim is less than 100 ms for the whole of it.

use divan::{Bencher, black_box};
use dogwatch::domain::drift::{Tools, compare};
use serde_json::{Value, json};

const TOOLS: u32 = 1_000;

fn main() {
    divan::main();
}

/// A list in which every `changed`-th tool takes another type than in the list of 0.
fn list(changed: u32) -> Value {
    let tool = |at: u32| {
        let kind = if changed > 0 && at.is_multiple_of(changed) { "integer" } else { "string" };
        let parameter = |name: u32| {
            let said = format!("What number {name} is for, in a sentence of the usual length.");
            let folded = json!({"anyOf": [{"type": kind, "maxLength": 80}, {"type": "null"}], "default": null, "description": said});
            let plain = json!({"$ref": "#/$defs/Word", "description": said});
            (format!("p{name}"), if name.is_multiple_of(2) { folded } else { plain })
        };
        let properties: serde_json::Map<String, Value> = (0..8).map(parameter).collect();
        json!({
            "name": format!("tool_{at:04}"),
            "description": "Does what its name says, and no more than that. ".repeat(4),
            "inputSchema": {"type": "object", "properties": properties, "required": ["p0"],
                "$defs": {"Word": {"type": "string", "enum": ["one", "two", "three"]}}},
            "outputSchema": {"type": "object", "properties": {"result": {"type": kind}}, "required": ["result"]},
        })
    };
    json!({"tools": (0..TOOLS).map(tool).collect::<Vec<_>>()})
}

#[divan::bench(args = [0, 500, 1])]
fn read_and_compare(bencher: Bencher<'_, '_>, changed: u32) {
    let (old, new) = (list(0), list(changed));
    bencher.bench_local(|| {
        let tools = [&old, &new].map(|list| Tools::read(black_box(list)).unwrap_or_default());
        compare(&tools[0], &tools[1]).len()
    });
}

#[divan::bench(args = [0, 500, 1])]
fn from_text_to_drift(bencher: Bencher<'_, '_>, changed: u32) {
    let texts = [list(0), list(changed)].map(|list| list.to_string());
    bencher.bench_local(|| {
        let tools = texts.each_ref().map(|text| {
            let list: Value = serde_json::from_str(black_box(text)).unwrap_or_default();
            Tools::read(&list).unwrap_or_default()
        });
        compare(&tools[0], &tools[1]).len()
    });
}

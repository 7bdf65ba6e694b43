//! What a server's tools promised before and now: breaking, compatible,
//! wording, or the same in other words.

mod cases;
mod pairs;
mod properties;
mod schemas;
mod words;

use dogwatch::domain::drift::{Drift, Tools, compare};
use serde_json::{Value, json};

/// A file of `tests/fixtures/mcp`.
fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/mcp/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn tools(list: &Value) -> Tools {
    Tools::read(&json!({ "tools": list })).unwrap()
}

fn drift(old: &Value, new: &Value) -> Vec<Drift> {
    compare(&tools(old), &tools(new))
}

/// Each difference as `tool path change impact`.
fn lines(drift: &[Drift]) -> Vec<String> {
    let line = |one: &Drift| format!("{} {} {} {}", one.tool, one.path, one.change.word(), one.impact.word());
    drift.iter().map(line).collect()
}

/// One tool with this among its fields.
fn tool(field: &str, value: &Value) -> Value {
    json!([{"name": "t", "description": "A tool.", "inputSchema": {"type": "object"}, field: value}])
}

//! A schema in canonical form, in words.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{FIELDS, Field, Fields, Need, head};
use crate::domain::text::Clean;

/// How deep fields are told inside others.
const DEPTH: usize = 3;
/// The most values that are listed.
const VALUES: usize = 12;
/// The most bytes of one value.
const VALUE: usize = 60;
/// The most bytes of a field's path.
const PATH: usize = 160;
/// The most bytes of what a field says of itself.
const ABOUT: usize = 400;

/// The fields of an object; of anything else one without a name.
pub(super) fn fields(schema: &Value, room: &mut usize) -> Fields {
    let mut found = Fields::default();
    let none = Map::new();
    let whole = schema.as_object().unwrap_or(&none);
    if whole.contains_key("properties") {
        inside(whole, ("", 0), &mut found, room);
    } else if !is_plain_object(whole) {
        push(&mut found, field("(all of it)", whole, Need::Required), room);
    }
    found
}

/// Whether nothing is said but that it is an object, or not even that.
fn is_plain_object(schema: &Map<String, Value>) -> bool {
    let quiet =
        |keyword: &String| matches!(keyword.as_str(), "type" | "additionalProperties" | "required" | "description");
    schema.keys().all(quiet) && types(schema).iter().all(|name| *name == "object")
}

fn push(found: &mut Fields, field: Field, room: &mut usize) {
    if found.shown.len() < FIELDS && *room > 0 {
        *room -= 1;
        found.shown.push(field);
    } else {
        found.more += 1;
    }
}

fn inside(schema: &Map<String, Value>, (path, depth): (&str, usize), found: &mut Fields, room: &mut usize) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let required: BTreeSet<&str> = list(schema, "required").iter().filter_map(Value::as_str).collect();
    let need = |name: &str| if required.contains(name) { Need::Required } else { Need::Optional };
    let mut sorted: Vec<(Need, &String, &Value)> = properties.iter().map(|(name, of)| (need(name), name, of)).collect();
    sorted.sort_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)));
    let none = Map::new();
    for (need, name, property) in sorted {
        let property = property.as_object().unwrap_or(&none);
        let name = format!("{path}{}", Clean::line(name));
        push(found, field(&name, property, need), room);
        if depth + 1 >= DEPTH || found.more > 0 {
            continue;
        }
        inside(property, (&format!("{}.", head(&name, PATH)), depth + 1), found, room);
        if let Some(items) = property.get("items").and_then(Value::as_object) {
            inside(items, (&format!("{}[].", head(&name, PATH)), depth + 1), found, room);
        }
    }
}

fn field(name: &str, schema: &Map<String, Value>, need: Need) -> Field {
    let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    Field {
        name: Clean::line(head(name, 2 * PATH)),
        sort: Clean::line(&sort(schema)),
        need,
        about: Clean::line(head(about, ABOUT)),
    }
}

/// Type, bounds, values, default.
fn sort(schema: &Map<String, Value>) -> String {
    let mut words = vec![kind(schema)];
    let number = |keyword: &str| schema.get(keyword).filter(|value| value.is_number()).map(ToString::to_string);
    words.extend(range(number("minimum"), number("maximum")));
    let bounds =
        [("exclusiveMinimum", "more than"), ("exclusiveMaximum", "less than"), ("multipleOf", "a multiple of")];
    words.extend(bounds.iter().filter_map(|(keyword, word)| Some(format!("{word} {}", number(keyword)?))));
    let sizes = [("Length", "characters"), ("Items", "items"), ("Properties", "fields")];
    for (of, unit) in sizes {
        let range = range(number(&format!("min{of}")), number(&format!("max{of}")));
        words.extend(range.map(|range| format!("{range} {unit}")));
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        words.push(format!("like /{}/", short(pattern)));
    }
    if let Some(format) = schema.get("format").and_then(Value::as_str) {
        words.push(short(format));
    }
    let values = list(schema, "enum");
    if !values.is_empty() {
        let shown: Vec<String> = values.iter().take(VALUES).map(|value| short(&value.to_string())).collect();
        let more = values.len().saturating_sub(VALUES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        words.push(format!("one of {}{more}", shown.join(" ")));
    }
    if let Some(default) = schema.get("default") {
        words.push(format!("default {}", short(&default.to_string())));
    }
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

fn range(least: Option<String>, most: Option<String>) -> Option<String> {
    match (least, most) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (Some(least), None) => Some(format!("at least {least}")),
        (None, Some(most)) => Some(format!("at most {most}")),
        (None, None) => None,
    }
}

fn kind(schema: &Map<String, Value>) -> String {
    let names = types(schema);
    if names.is_empty() {
        let branches = |keyword| schema.get(keyword).and_then(Value::as_array).map(Vec::len);
        return match (branches("anyOf").or(branches("oneOf")), schema.get("$ref").and_then(Value::as_str)) {
            (Some(many), _) => format!("one of {many} variants"),
            (None, Some(target)) => format!("as {}", short(target)),
            (None, None) if schema.contains_key("enum") => String::new(),
            (None, None) => "anything".to_owned(),
        };
    }
    let item = schema.get("items").and_then(Value::as_object).map(types).unwrap_or_default();
    let spelled = |name: &&str| match *name {
        "array" if !item.is_empty() => format!("list of {}", item.join("|")),
        "array" => "list".to_owned(),
        other => short(other),
    };
    names.iter().map(spelled).collect::<Vec<_>>().join(" or ")
}

fn types(schema: &Map<String, Value>) -> Vec<&str> {
    list(schema, "type").iter().filter_map(Value::as_str).collect()
}

fn list<'a>(schema: &'a Map<String, Value>, keyword: &str) -> &'a [Value] {
    schema.get(keyword).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn short(text: &str) -> String {
    if text.len() > VALUE { format!("{}…", head(text, VALUE)) } else { text.to_owned() }
}

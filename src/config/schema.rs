//! The shape of both files, for editors and for [`super::structure`].
//!
//! It is made from the types that read the files, so that a key cannot be
//! read and undocumented, or documented and unread.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::raw::RawTeamFile;
use super::raw::expected::RawExpectedFile;
use super::raw::personal::RawPersonalFile;

/// The JSON Schema (2020-12) of the team file.
pub fn team_schema() -> Value {
    schema_of::<RawTeamFile>()
}

/// The JSON Schema (2020-12) of the personal file.
pub fn personal_schema() -> Value {
    schema_of::<RawPersonalFile>()
}

/// The JSON Schema (2020-12) of what was said of eval findings.
pub fn expected_schema() -> Value {
    schema_of::<RawExpectedFile>()
}

fn schema_of<T: JsonSchema>() -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    let mut schema = Value::from(schema);
    tidy(&mut schema);
    rename(&mut schema);
    schema
}

/// Takes our own prefix off the names of the parts.
fn rename(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(parts)) = object.get_mut("$defs") {
                let named = std::mem::take(parts).into_iter();
                *parts = named.map(|(name, part)| (name.trim_start_matches("Raw").to_owned(), part)).collect();
            }
            if let Some(Value::String(target)) = object.get_mut("$ref") {
                *target = target.replace("/Raw", "/");
            }
            object.values_mut().for_each(rename);
        }
        Value::Array(list) => list.iter_mut().for_each(rename),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Says what TOML and dogwatch mean: there is no null, and no key beside those named.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            drop_null(object);
            if object.contains_key("properties") && object.get("type").is_some_and(|kind| kind == "object") {
                object.insert("additionalProperties".into(), Value::Bool(false));
            }
            object.values_mut().for_each(tidy);
        }
        Value::Array(list) => list.iter_mut().for_each(tidy),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn drop_null(object: &mut Map<String, Value>) {
    if let Some(Value::Array(kinds)) = object.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            object.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(list)) = object.get_mut("enum") {
        list.retain(|one| !one.is_null());
    }
    let Some(Value::Array(choices)) = object.get_mut("anyOf") else { return };
    choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
    if let [Value::Object(only)] = choices.as_slice() {
        let only = only.clone();
        object.remove("anyOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

//! A server's list of tools, in canonical form.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::canon::{self, Room, plain};
use super::schema::Schema;
use crate::domain::hash::sha256;

/// Why something is no list of tools.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTools {
    /// Some other JSON.
    #[error(
        "there is no list of tools in it; wanted is {{\"tools\": […]}}, or a JSON-RPC reply with that as its result"
    )]
    NoList,
    /// A JSON-RPC reply that tells of an error.
    #[error("it is a JSON-RPC error ({0}), not a list of tools")]
    Refusal(String),
    /// An element that is no object; counted from 1.
    #[error("tool {0} of the list is no object")]
    NoObject(usize),
    /// An element without a name; counted from 1.
    #[error("tool {0} of the list has no name")]
    Nameless(usize),
}

/// A list of tools without order; of several with one name, the first.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    by_name: BTreeMap<String, Tool>,
}

/// One tool in canonical form: everything that means something, in its one spelling.
#[derive(Debug, Clone)]
pub struct Tool {
    /// All fields but the two schemas.
    pub(super) fields: Map<String, Value>,
    pub(super) input: Schema,
    pub(super) output: Option<Schema>,
    hash: OnceLock<String>,
}

impl Tools {
    /// Reads the result of `tools/list`, or the JSON-RPC reply around it.
    ///
    /// # Errors
    ///
    /// It is something else, or a tool has no name: nothing can be compared.
    pub fn read(answer: &Value) -> Result<Self, NotTools> {
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            let message = error.get("message").and_then(Value::as_str).map_or_else(|| error.to_string(), str::to_owned);
            return Err(NotTools::Refusal(message));
        }
        let list = [answer.get("tools"), answer.get("result").and_then(|result| result.get("tools"))];
        let list = list.into_iter().flatten().find_map(Value::as_array).ok_or(NotTools::NoList)?;
        for (at, tool) in list.iter().enumerate() {
            if !tool.is_object() {
                return Err(NotTools::NoObject(at + 1));
            }
            name_of(tool).ok_or(NotTools::Nameless(at + 1))?;
        }
        Ok(Self::of(list))
    }

    /// The tools of a live list; what has no name is left out (see [`super::lint()`]).
    pub fn of(list: &[Value]) -> Self {
        let mut raw: BTreeMap<&str, &Map<String, Value>> = BTreeMap::new();
        for tool in list {
            if let (Some(name), Some(fields)) = (name_of(tool), tool.as_object()) {
                raw.entry(name).or_insert(fields);
            }
        }
        // In the order of the names, so that what a hostile list has no room for does not depend on its order.
        let mut room = Room::new();
        let by_name = raw.into_iter().map(|(name, fields)| (name.to_owned(), Tool::read(fields, &mut room))).collect();
        Self { by_name }
    }

    /// The names with their tools, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tool)> {
        self.by_name.iter().map(|(name, tool)| (name.as_str(), tool))
    }

    /// The tool of this name.
    pub fn get(&self, name: &str) -> Option<&Tool> {
        self.by_name.get(name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The canonical hash of the whole list, in hexadecimal.
    pub fn hash(&self) -> String {
        let hashes: Vec<&str> = self.by_name.values().map(Tool::hash).collect();
        sha256(hashes.join("\n").as_bytes())
    }
}

impl Tool {
    fn read(raw: &Map<String, Value>, room: &mut Room) -> Self {
        room.next_tool();
        let input = canon::read(raw.get("inputSchema").unwrap_or(&Value::Null), room);
        let output = raw.get("outputSchema").filter(|schema| !schema.is_null());
        let output = output.map(|schema| canon::read(schema, room));
        Self { fields: fields(raw), input, output, hash: OnceLock::new() }
    }

    /// The canonical hash (SHA-256 of RFC 8785), in hexadecimal: equal for two
    /// tools that mean the same in other words. Worked out when first asked for.
    pub fn hash(&self) -> &str {
        self.hash.get_or_init(|| sha256(&canonical_bytes(&self.to_value())))
    }

    /// The canonical form, into which [`super::Drift::path`] points.
    pub fn to_value(&self) -> Value {
        let mut whole = self.fields.clone();
        whole.insert("inputSchema".to_owned(), self.input.to_value());
        if let Some(output) = &self.output {
            whole.insert("outputSchema".to_owned(), output.to_value());
        }
        Value::Object(whole)
    }

    /// A text field; empty if it is absent.
    pub(super) fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn annotation(&self, name: &str) -> Option<&Value> {
        self.fields.get("annotations")?.get(name)
    }
}

pub(super) fn name_of(tool: &Value) -> Option<&str> {
    tool.get("name")?.as_str().filter(|name| !name.is_empty())
}

fn fields(raw: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = Map::new();
    for (field, value) in raw {
        let value = match field.as_str() {
            "icons" | "_meta" | "inputSchema" | "outputSchema" => continue,
            "annotations" if value.as_object().is_some_and(Map::is_empty) => continue,
            "execution" if value.get("taskSupport").is_none_or(|support| support == "forbidden") => continue,
            _ => plain(value),
        };
        fields.insert(field.clone(), value);
    }
    fields
}

/// The one spelling of a value.
fn canonical_bytes(value: &Value) -> Vec<u8> {
    // It fails only for what JSON cannot hold; a value read from JSON has none of it.
    serde_json_canonicalizer::to_vec(value).unwrap_or_else(|_| value.to_string().into_bytes())
}

//! From a schema as served to its canonical form: two servers that say the
//! same in other words end up equal, and a hostile schema ends up finite.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Number, Value};

use super::schema::{EnumWord, Part, Schema, Without, is_unordered, spelled};

/// The most schemas that `$ref`s may bring into one tool.
const TOOL_NODES: usize = 3_000;
/// The most that they may bring into one list of tools.
const LIST_NODES: usize = 20_000;
/// How deep a schema may be for a `$ref` in it to be followed.
const REF_DEPTH: usize = 48;
/// How deep schemas are read at all; JSON is read to 128 levels, so this is never reached from a file.
const DEPTH: usize = 256;
/// The largest number up to which a double tells integers apart.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// How many schemas references may still bring in.
#[derive(Debug)]
pub(super) struct Room {
    list: usize,
    tool: usize,
}

impl Room {
    pub(super) fn new() -> Self {
        Self { list: LIST_NODES, tool: 0 }
    }

    /// The next tool has its own share of what is left.
    pub(super) fn next_tool(&mut self) {
        self.tool = TOOL_NODES;
    }

    fn is_full(&self) -> bool {
        self.list == 0 || self.tool == 0
    }

    fn take(&mut self) {
        self.list = self.list.saturating_sub(1);
        self.tool = self.tool.saturating_sub(1);
    }
}

/// Reads one schema, the root of its own references.
pub(super) fn read(raw: &Value, room: &mut Room) -> Schema {
    let mut reader = Reader { root: raw, room, active: Vec::new(), used: BTreeSet::new(), cut: false };
    let mut schema = reader.schema(raw, 0);
    let (used, cut) = (reader.used, reader.cut);
    schema.cut = cut;
    for keyword in ["$defs", "definitions"] {
        let Some(defs) = raw.get(keyword).and_then(Value::as_object) else { continue };
        let is_used = |name: &str| {
            let within = format!("/{keyword}/{}", escaped(name));
            used.iter()
                .any(|one| one.strip_prefix(&within).is_some_and(|tail| tail.is_empty() || tail.starts_with('/')))
        };
        let kept: Map<String, Value> = defs
            .iter()
            .filter(|(name, _)| cut || !is_used(name))
            .map(|(name, def)| (name.clone(), plain(def)))
            .collect();
        if !kept.is_empty() {
            schema.parts.insert(keyword.to_owned(), Part::Data(Value::Object(kept)));
        }
    }
    schema
}

/// One step of a JSON Pointer.
pub(super) fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// The same data with each number in its one spelling: `20.0` is `20`.
pub(super) fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(plain_number(number)),
        Value::Array(list) => Value::Array(list.iter().map(plain).collect()),
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            sorted.into_iter().map(|(key, value)| (key.clone(), plain(value))).collect()
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}

fn plain_number(number: &Number) -> Number {
    let Some(float) = number.as_f64() else { return number.clone() };
    if float.fract() == 0.0 && float.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "it is a whole number that fits")]
        let whole = float as i64;
        return Number::from(whole);
    }
    Number::from_f64(float).unwrap_or_else(|| number.clone())
}

/// The keywords of one schema, its own and those that a `$ref` brought.
type Keywords<'a> = BTreeMap<&'a str, &'a Value>;

struct Reader<'a, 'r> {
    root: &'a Value,
    room: &'r mut Room,
    /// The references that are being followed, outermost first.
    active: Vec<String>,
    /// The references that have been followed.
    used: BTreeSet<String>,
    cut: bool,
}

impl<'a> Reader<'a, '_> {
    fn schema(&mut self, raw: &'a Value, depth: usize) -> Schema {
        if !self.active.is_empty() {
            self.room.take();
        }
        match raw {
            Value::Bool(false) => Schema::nothing(),
            Value::Object(map) if depth < DEPTH => self.object(map, depth),
            Value::Null
            | Value::Bool(true)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => Schema::default(),
        }
    }

    fn object(&mut self, map: &'a Map<String, Value>, depth: usize) -> Schema {
        let own = map.iter().map(|(keyword, value)| (keyword.as_str(), value));
        if !map.contains_key("$ref") {
            return self.keywords(own, depth);
        }
        let outside = self.active.len();
        let mut keywords: Keywords<'a> = own.collect();
        let mut is_impossible = false;
        while let Some(target) = keywords.get("$ref").and_then(|at| self.follow(at, depth)) {
            keywords.remove("$ref");
            match target {
                Value::Object(target) => inherit(&mut keywords, target),
                other => is_impossible |= other == &Value::Bool(false),
            }
        }
        let schema = if is_impossible { Schema::nothing() } else { self.keywords(keywords.into_iter(), depth) };
        self.active.truncate(outside);
        schema
    }

    /// What a reference leads to; none if it stays: it is remote, leads nowhere, or in circles.
    fn follow(&mut self, at: &Value, depth: usize) -> Option<&'a Value> {
        let pointer = unescaped(at.as_str()?.strip_prefix('#').filter(|tail| tail.starts_with('/'))?);
        if self.active.contains(&pointer) {
            return None;
        }
        let target = self.root.pointer(&pointer).filter(|target| target.is_object() || target.is_boolean())?;
        if self.room.is_full() || depth > REF_DEPTH || self.active.len() > REF_DEPTH {
            self.cut = true;
            return None;
        }
        self.room.take();
        self.used.insert(pointer.clone());
        self.active.push(pointer);
        Some(target)
    }

    /// A reference as it stays. Where it leads in circles, the older word for `$defs` means the same.
    fn staying(&self, at: &Value) -> Value {
        let circle = at.as_str().and_then(|at| at.strip_prefix('#')).map(unescaped);
        match circle.filter(|pointer| self.active.contains(pointer)) {
            Some(pointer) => match pointer.strip_prefix("/definitions/") {
                Some(name) => Value::from(format!("#/$defs/{name}")),
                None => Value::from(format!("#{pointer}")),
            },
            None => at.clone(),
        }
    }

    fn keywords(&mut self, keywords: impl Iterator<Item = (&'a str, &'a Value)>, depth: usize) -> Schema {
        let mut schema = Schema::default();
        for (keyword, value) in keywords {
            let part = match keyword {
                "$ref" => Some(Part::Data(self.staying(value))),
                "$schema" | "$id" | "$comment" | "title" | "$defs" | "definitions" => None,
                keyword => self.part(keyword, value, depth),
            };
            if let Some(part) = part {
                schema.parts.insert(keyword.to_owned(), part);
            }
        }
        if let Some(Part::Data(value)) = schema.parts.remove("const") {
            schema.parts.insert("enum".to_owned(), Part::Data(Value::Array(vec![value])));
            schema.word = EnumWord::Const;
        }
        name_the_required(&mut schema);
        for keyword in ["anyOf", "oneOf"] {
            fold_null(&mut schema, keyword);
        }
        schema
    }

    fn part(&mut self, keyword: &str, value: &'a Value, depth: usize) -> Option<Part> {
        match (keyword, value) {
            ("uniqueItems", Value::Bool(false)) => None,
            ("type", Value::String(_)) => Some(Part::Data(Value::Array(vec![value.clone()]))),
            ("type" | "enum" | "required", Value::Array(list)) => Some(Part::Data(set(list))),
            ("additionalProperties", Value::Bool(false)) => Some(Part::Data(Value::Bool(false))),
            ("additionalProperties", Value::Bool(_) | Value::Object(_)) => {
                let schema = self.schema(value, depth + 1);
                (!schema.is_anything()).then_some(Part::One(schema))
            }
            (keyword, Value::Bool(_) | Value::Object(_)) if holds_one(keyword) => {
                Some(Part::One(self.schema(value, depth + 1)))
            }
            (keyword, Value::Object(map)) if holds_named(keyword) => {
                let read = |(name, raw): (&String, &'a Value)| (name.clone(), self.schema(raw, depth + 1));
                Some(Part::Named(map.iter().map(read).collect()))
            }
            (keyword, Value::Array(list)) if holds_many(keyword) => {
                let many = list.iter().map(|raw| self.schema(raw, depth + 1)).collect();
                Some(Part::Many(if is_unordered(keyword) { sorted(many) } else { many }))
            }
            (_, value) => Some(Part::Data(plain(value))),
        }
    }
}

fn holds_one(keyword: &str) -> bool {
    matches!(
        keyword,
        "items"
            | "not"
            | "if"
            | "then"
            | "else"
            | "contains"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "additionalItems"
            | "contentSchema"
    )
}

fn holds_named(keyword: &str) -> bool {
    matches!(keyword, "properties" | "patternProperties" | "dependentSchemas")
}

fn holds_many(keyword: &str) -> bool {
    // Before 2020-12 a list under `items` was what `prefixItems` is now.
    is_unordered(keyword) || matches!(keyword, "prefixItems" | "items")
}

/// Takes over what a reference leads to; what stands beside the reference wins.
fn inherit<'a>(keywords: &mut Keywords<'a>, target: &'a Map<String, Value>) {
    let lists_values = keywords.contains_key("enum") || keywords.contains_key("const");
    for (keyword, value) in target {
        if !(lists_values && matches!(keyword.as_str(), "enum" | "const")) {
            keywords.entry(keyword).or_insert(value);
        }
    }
}

/// The pointer in the fragment of a URI.
fn unescaped(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                if let (Some(high), Some(low)) = (hex(high), hex(low)) {
                    bytes.push(high << 4 | low);
                    rest = after;
                    continue;
                }
                bytes.push(b'%');
            }
            (other, _) => bytes.push(*other),
        }
        rest = tail;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| fragment.to_owned())
}

/// A list whose order and repetitions mean nothing.
fn set(list: &[Value]) -> Value {
    let mut list: Vec<Value> = list.iter().map(plain).collect();
    if list.len() < 2 {
        return Value::Array(list);
    }
    list.sort_by_cached_key(spelled);
    list.dedup();
    Value::Array(list)
}

/// Branches in the order of their spelling.
fn sorted(branches: Vec<Schema>) -> Vec<Schema> {
    let mut keyed: Vec<(Vec<u8>, Schema)> = branches.into_iter().map(|branch| (branch.start(), branch)).collect();
    let sum = |branch: &Schema| branch.sum(Without::Nothing);
    keyed.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| sum(one).cmp(&sum(other))));
    keyed.into_iter().map(|(_, branch)| branch).collect()
}

/// A name that is only required is a property of which nothing else is said.
fn name_the_required(schema: &mut Schema) {
    let Some(Value::Array(names)) = schema.data("required") else { return };
    let names: Vec<String> = names.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
    if names.is_empty() {
        return;
    }
    let properties = schema.parts.entry("properties".to_owned()).or_insert_with(|| Part::Named(BTreeMap::new()));
    if let Part::Named(properties) = properties {
        for name in names {
            properties.entry(name).or_default();
        }
    }
}

/// "This, or null" is this with null among its types and values.
fn fold_null(schema: &mut Schema, keyword: &str) {
    let Some(Part::Many(branches)) = schema.parts.get(keyword) else { return };
    let is_null = |schema: &Schema| schema.parts.len() == 1 && schema.list("type") == Some(&[Value::from("null")]);
    let mut whole = match branches.as_slice() {
        [null, other] | [other, null] if is_null(null) && other.list("type").is_some() => other.clone(),
        _ => return,
    };
    for keyword in ["type", "enum"] {
        let null = if keyword == "type" { Value::from("null") } else { Value::Null };
        if let Some(list) = whole.list(keyword) {
            let with_null: Vec<Value> = list.iter().cloned().chain([null]).collect();
            whole.parts.insert(keyword.to_owned(), Part::Data(set(&with_null)));
        }
    }
    schema.parts.remove(keyword);
    if !schema.parts.contains_key("enum") {
        schema.word = whole.word;
    }
    for (keyword, part) in whole.parts {
        schema.parts.entry(keyword).or_insert(part);
    }
}

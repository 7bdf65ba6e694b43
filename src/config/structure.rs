//! Whether a file has the right shape: known keys, right types, nothing missing.
//!
//! The schema that editors get is the rule here too, so both complain about
//! the same things; here every one of them has its place and what to write.
//! What is misshapen is replaced by a stand-in at the same place, so that the
//! rest of the file can be read and judged as well.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::parse::nearest;
use super::problem::{Problems, quoted};
use super::text::TOML_TIME;

/// Checks a whole file against its schema and leaves a table that can be read.
pub(super) fn check(table: &mut Spanned<DeTable<'_>>, schema: &Value, problems: &mut Problems<'_>) {
    let mut shape = Shape { root: schema, problems };
    shape.table(table.get_mut(), &(0..0), schema, &Place::Top);
}

/// Where a table stands, as a message calls it.
enum Place {
    Top,
    Table(String),
    List(String),
}

impl Place {
    fn below(&self, key: &str) -> String {
        match self {
            Self::Top => key.to_owned(),
            Self::Table(path) | Self::List(path) => format!("{path}.{key}"),
        }
    }

    fn inside(&self) -> String {
        match self {
            Self::Top => String::new(),
            Self::Table(path) => format!(" in [{path}]"),
            Self::List(path) => format!(" in [[{path}]]"),
        }
    }
}

/// What to do with a value that was looked at.
#[derive(PartialEq)]
enum Verdict {
    Keep,
    Drop,
}

struct Shape<'s, 'p, 't> {
    root: &'s Value,
    problems: &'p mut Problems<'t>,
}

impl<'s> Shape<'s, '_, '_> {
    fn table(&mut self, table: &mut DeTable<'_>, at: &Range<usize>, schema: &'s Value, place: &Place) {
        let known = schema.get("properties").and_then(Value::as_object);
        let mut dropped = Vec::new();
        for (key, value) in table.iter_mut() {
            let name: &str = key.get_ref();
            match known.and_then(|known| known.get(name)).or_else(|| any_key(schema)) {
                None => self.unknown(key, known, place),
                Some(expected) if self.value(name, value, expected, place) == Verdict::Drop => {
                    dropped.push((name.to_owned(), value.span()));
                }
                Some(_) => {}
            }
        }
        for (name, _) in &dropped {
            table.remove(name.as_str());
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let missing: Vec<&str> = required.filter_map(Value::as_str).filter(|name| !table.contains_key(*name)).collect();
        for name in missing {
            let expected = self.resolved(known.and_then(|known| known.get(name)).unwrap_or(&Value::Null));
            let misshapen = dropped.iter().find(|(key, _)| key == name);
            if misshapen.is_none() {
                let message = format!("`{name}` is missing{}", place.inside());
                let remedy = self.example(name, expected).unwrap_or_else(|| format!("write `{name} = …`"));
                self.problems.at(at, &message, Some(&remedy));
            }
            let at = misshapen.map_or(at, |(_, at)| at).clone();
            table.insert(Spanned::new(at.clone(), Cow::Owned(name.to_owned())), stand_in(name, expected, at));
        }
    }

    fn unknown(&mut self, key: &Spanned<Cow<'_, str>>, known: Option<&Map<String, Value>>, place: &Place) {
        if self.problems.is_full() {
            return self.problems.at(&key.span(), "", None);
        }
        let names: Vec<&str> = known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let remedy = nearest(key.get_ref(), names.iter().copied())
            .map_or_else(|| format!("known here: {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        let message = format!("unknown key {}{}", quoted(key.get_ref()), place.inside());
        self.problems.at(&key.span(), &message, Some(&remedy));
    }

    fn value(&mut self, key: &str, value: &mut Spanned<DeValue<'_>>, schema: &'s Value, place: &Place) -> Verdict {
        let schema = self.resolved(schema);
        let at = value.span();
        let Some(fitting) = fitting(schema, value.get_ref()) else {
            let (wanted, found) = (wanted(schema), found(value.get_ref()));
            let message = format!("`{key}`{} must be {wanted}, not {found}", place.inside());
            let example = self.example(key, schema);
            self.problems.at(&at, &message, example.as_deref());
            return Verdict::Drop;
        };
        match value.get_mut() {
            DeValue::Table(table) => self.table(table, &at, fitting, &Place::Table(place.below(key))),
            DeValue::Array(array) => self.items(key, array, fitting, place),
            DeValue::String(word) => return self.word(key, &Spanned::new(at, word), fitting, place),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
        }
        Verdict::Keep
    }

    fn items(&mut self, key: &str, array: &mut DeArray<'_>, schema: &'s Value, place: &Place) {
        let Some(items) = schema.get("items") else { return };
        let resolved = self.resolved(items);
        let mut kept = DeArray::new();
        for mut item in std::mem::replace(array, DeArray::new()) {
            let at = item.span();
            let is_table = fitting(resolved, item.get_ref()).is_some();
            if let (DeValue::Table(table), true) = (item.get_mut(), is_table) {
                self.table(table, &at, resolved, &Place::List(place.below(key)));
            } else if self.value(key, &mut item, items, place) == Verdict::Drop {
                continue;
            }
            kept.push(item);
        }
        *array = kept;
    }

    fn word(&mut self, key: &str, word: &Spanned<&mut Cow<'_, str>>, schema: &Value, place: &Place) -> Verdict {
        let Some(choices) = schema.get("enum").and_then(Value::as_array) else { return Verdict::Keep };
        let choices: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
        let given: &str = word.get_ref();
        if choices.contains(&given) {
            return Verdict::Keep;
        }
        let remedy = nearest(given, choices.iter().copied()).map_or_else(
            || format!("write one of \"{}\"", choices.join("\", \"")),
            |near| format!("did you mean \"{near}\"?"),
        );
        let message = format!("{} is no `{key}`{}", quoted(given), place.inside());
        self.problems.at(&word.span(), &message, Some(&remedy));
        Verdict::Drop
    }

    fn resolved(&self, schema: &'s Value) -> &'s Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
        target.and_then(|path| self.root.pointer(path)).unwrap_or(schema)
    }

    /// What to write, taken from the schema.
    fn example(&self, key: &str, schema: &'s Value) -> Option<String> {
        let schema = self.resolved(schema);
        let example = schema.get("examples").and_then(|list| list.get(0)).or_else(|| schema.pointer("/enum/0"))?;
        Some(format!("write `{key} = {example}`"))
    }
}

fn any_key(schema: &Value) -> Option<&Value> {
    schema.get("additionalProperties").filter(|rest| **rest != Value::Bool(false))
}

/// What stands for a value that is missing or misshapen. An id stands for nothing else.
fn stand_in(key: &str, schema: &Value, at: Range<usize>) -> Spanned<DeValue<'static>> {
    let kind = schema.get("type").and_then(Value::as_str);
    let value = match kind {
        Some("array") => DeValue::Array(DeArray::new()),
        Some("object") => DeValue::Table(DeTable::new()),
        Some(_) | None if key == "id" => DeValue::String(Cow::Owned(format!("-{}", at.start))),
        Some(_) | None => {
            let word = schema.pointer("/examples/0").or_else(|| schema.pointer("/enum/0")).and_then(Value::as_str);
            DeValue::String(Cow::Owned(word.unwrap_or_default().to_owned()))
        }
    };
    Spanned::new(at, value)
}

/// The schema, or that of its choices, whose type the value has.
fn fitting<'s>(schema: &'s Value, value: &DeValue<'_>) -> Option<&'s Value> {
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        return choices.iter().find_map(|choice| fitting(choice, value));
    }
    let Some(kind) = schema.get("type").and_then(Value::as_str) else { return Some(schema) };
    let fits = match value {
        DeValue::String(_) => kind == "string",
        DeValue::Integer(_) => kind == "integer" || kind == "number",
        DeValue::Float(_) => kind == "number",
        DeValue::Boolean(_) => kind == "boolean",
        DeValue::Datetime(_) => kind == "string" && schema.get(TOML_TIME).is_some(),
        DeValue::Array(_) => kind == "array",
        DeValue::Table(_) => kind == "object",
    };
    fits.then_some(schema)
}

fn wanted(schema: &Value) -> String {
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        return choices.iter().map(wanted).collect::<Vec<_>>().join(" or ");
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => "text",
        Some("integer") => "a whole number",
        Some("number") => "a number",
        Some("boolean") => "true or false",
        Some("array") => "a list",
        Some("object") => "a table",
        Some(_) | None => "something else",
    }
    .into()
}

fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

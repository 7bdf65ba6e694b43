//! Whether a file has the right shape: known keys, right types, nothing missing.
//!
//! The schema that editors get is the rule here too, so both complain about
//! the same things; here every one of them has its place and what to write.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::parse::nearest;
use super::problem::{Problems, quoted};
use super::text::TOML_TIME;

/// Checks a whole file against its schema.
pub(super) fn check(table: &Spanned<DeTable<'_>>, schema: &Value, problems: &mut Problems<'_>) {
    let mut shape = Shape { root: schema, problems };
    shape.table(table.get_ref(), &(0..0), schema, &Place::Top);
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

struct Shape<'s, 'p, 't> {
    root: &'s Value,
    problems: &'p mut Problems<'t>,
}

impl<'s> Shape<'s, '_, '_> {
    fn table(&mut self, table: &DeTable<'_>, at: &std::ops::Range<usize>, schema: &'s Value, place: &Place) {
        let known = schema.get("properties").and_then(Value::as_object);
        for (key, value) in table {
            let name: &str = key.get_ref();
            let expected = known.and_then(|known| known.get(name)).or_else(|| any_key(schema));
            match expected {
                Some(expected) => self.value(name, value, expected, place),
                None => self.unknown(key, known, place),
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str).filter(|name| !table.contains_key(*name)) {
            let message = format!("`{name}` is missing{}", place.inside());
            let example = known.and_then(|known| known.get(name)).and_then(|one| self.example(name, one));
            let remedy = example.unwrap_or_else(|| format!("write `{name} = …`"));
            self.problems.at(at, &message, Some(&remedy));
        }
    }

    fn unknown(
        &mut self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        known: Option<&serde_json::Map<String, Value>>,
        place: &Place,
    ) {
        let names: Vec<&str> = known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let remedy = nearest(key.get_ref(), names.iter().copied())
            .map_or_else(|| format!("known here: {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        let message = format!("unknown key {}{}", quoted(key.get_ref()), place.inside());
        self.problems.at(&key.span(), &message, Some(&remedy));
    }

    fn value(&mut self, key: &str, value: &Spanned<DeValue<'_>>, schema: &'s Value, place: &Place) {
        let schema = self.resolved(schema);
        let Some(fitting) = fitting(schema, value.get_ref()) else {
            let message =
                format!("`{key}`{} must be {}, not {}", place.inside(), wanted(schema), found(value.get_ref()));
            let example = self.example(key, schema);
            self.problems.at(&value.span(), &message, example.as_deref());
            return;
        };
        match value.get_ref() {
            DeValue::Table(table) => {
                self.table(table, &value.span(), fitting, &Place::Table(place.below(key)));
            }
            DeValue::Array(array) => self.items(key, array, fitting, place),
            DeValue::String(word) => self.word(key, word, value, fitting, place),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
        }
    }

    fn items(&mut self, key: &str, array: &[Spanned<DeValue<'_>>], schema: &'s Value, place: &Place) {
        let Some(items) = schema.get("items") else { return };
        for item in array {
            let resolved = self.resolved(items);
            if let (DeValue::Table(table), Some(_)) = (item.get_ref(), fitting(resolved, item.get_ref())) {
                self.table(table, &item.span(), resolved, &Place::List(place.below(key)));
            } else {
                self.value(key, item, items, place);
            }
        }
    }

    fn word(&mut self, key: &str, word: &str, value: &Spanned<DeValue<'_>>, schema: &Value, place: &Place) {
        let Some(choices) = schema.get("enum").and_then(Value::as_array) else { return };
        let choices: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
        if choices.contains(&word) {
            return;
        }
        let remedy = nearest(word, choices.iter().copied()).map_or_else(
            || format!("write one of \"{}\"", choices.join("\", \"")),
            |near| format!("did you mean \"{near}\"?"),
        );
        let message = format!("{} is no `{key}`{}", quoted(word), place.inside());
        self.problems.at(&value.span(), &message, Some(&remedy));
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

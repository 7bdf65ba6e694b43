//! The keys of the two configuration files, read from the schemas that check
//! them.

use serde_json::{Map, Value};

use super::sheet::{Part, Row, Sheet};
use crate::config::{personal_schema, team_schema};

/// Tables within tables go no deeper than this.
const DEEPEST: usize = 6;

/// Every key with its type, its default and one sentence.
pub(super) fn sheet() -> Sheet {
    let intro = [
        "The team file is `dogwatch.toml`, found upward from where you are; the personal file is config.toml in the \
         configuration folder of this account, and `dogwatch doctor` names it. Both are TOML. `name[]` stands for a \
         table of a list, written [[name]]; `name.NAME` for a key that you name yourself.",
        "What is wrong with a file is told with file, line and column, all of it at once.",
    ];
    let mut parts = parts("the team file", &team_schema());
    parts.extend(self::parts("the personal file", &personal_schema()));
    Sheet {
        name: "config",
        about: "the keys of the two configuration files",
        section: "5",
        intro: intro.map(str::to_owned).to_vec(),
        parts,
    }
}

/// A heading for each table at the top of a file, and before them one for the keys that stand alone.
fn parts(file: &str, schema: &Value) -> Vec<Part> {
    let reader = Reader { schema };
    let mut alone = Part { title: format!("Of {file}"), rows: Vec::new() };
    let mut tables = Vec::new();
    for (name, property) in reader.properties(schema) {
        let mut rows = Vec::new();
        reader.walk(name, property, &mut rows, 0);
        match rows.len() {
            0 => {}
            1 => alone.rows.append(&mut rows),
            _ => {
                let row = rows.remove(0);
                let title = format!("{} ({file}): {}", written(&row), row.about);
                tables.push(Part { title: title.trim_end_matches('.').to_owned(), rows });
            }
        }
    }
    std::iter::once(alone).chain(tables).collect()
}

/// How the head of a table is written.
fn written(row: &Row) -> String {
    match row.name.strip_suffix("[]") {
        Some(list) => format!("[[{list}]]"),
        None => format!("[{}]", row.name),
    }
}

struct Reader<'a> {
    schema: &'a Value,
}

impl<'a> Reader<'a> {
    fn properties(&self, part: &'a Value) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let table = self.resolved(part).get("properties").and_then(Value::as_object);
        table.into_iter().flat_map(Map::iter).map(|(name, part)| (name.as_str(), part))
    }

    /// What a reference refers to; anything else is itself.
    fn resolved(&self, part: &'a Value) -> &'a Value {
        let target = part.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        target.and_then(|target| self.schema.pointer(target)).unwrap_or(part)
    }

    /// A row for a key, and for each key in it.
    fn walk(&self, name: &str, part: &'a Value, rows: &mut Vec<Row>, depth: usize) {
        let whole = self.resolved(part);
        let about = [part, whole].into_iter().find_map(|one| one.get("description")?.as_str()).unwrap_or_default();
        let items = whole.get("items").map(|items| self.resolved(items));
        let named = whole.get("additionalProperties").filter(|more| more.is_object());
        let tables = items.filter(|items| items.get("properties").is_some());
        let (name, inner) = match (tables, named) {
            (Some(items), _) => (format!("{name}[]"), Some(items)),
            (None, Some(_)) => (name.to_owned(), None),
            (None, None) => (name.to_owned(), whole.get("properties").map(|_| whole)),
        };
        rows.push(Row { name: name.clone(), more: self.kind(whole), about: about.to_owned() });
        if depth >= DEEPEST {
            return;
        }
        if let Some(more) = named {
            self.walk(&format!("{name}.NAME"), more, rows, depth + 1);
        }
        for (key, property) in inner.into_iter().flat_map(|inner| self.properties(inner)) {
            self.walk(&format!("{name}.{key}"), property, rows, depth + 1);
        }
        // A list whose entries may be tables is also told of by those.
        for choice in whole.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
            let entries =
                choice.get("items").map(|items| self.resolved(items)).filter(|one| one.get("properties").is_some());
            for (key, property) in entries.into_iter().flat_map(|entries| self.properties(entries)) {
                self.walk(&format!("{name}[].{key}"), property, rows, depth + 1);
            }
        }
    }

    /// Its type in words; of a word among few, the words.
    fn kind(&self, part: &'a Value) -> String {
        let part = self.resolved(part);
        let choices = |key: &str| part.get(key).and_then(Value::as_array).into_iter().flatten();
        let words: Vec<String> = choices("enum").filter_map(Value::as_str).map(|word| format!("\"{word}\"")).collect();
        if !words.is_empty() {
            return words.join(" | ");
        }
        let kinds: Vec<String> = choices("anyOf").chain(choices("oneOf")).map(|one| self.kind(one)).collect();
        if !kinds.is_empty() {
            return kinds.join(" or ");
        }
        if part.get("const").is_some() {
            return part["const"].to_string();
        }
        match part.get("type").and_then(Value::as_str) {
            Some("string") if part.get("x-toml-time").is_some() => "date or time".to_owned(),
            Some("string") => "text".to_owned(),
            Some("integer") => "whole number".to_owned(),
            Some("boolean") => "true or false".to_owned(),
            Some("array") => match part.get("items").map(|items| self.kind(items)) {
                Some(kind) => format!("list of {kind}"),
                None => "list".to_owned(),
            },
            Some("object") => "table".to_owned(),
            Some(other) => other.to_owned(),
            None => "anything".to_owned(),
        }
    }
}

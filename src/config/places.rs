//! Where in the text of a team file each entry stands, by what a finding says
//! that it is about: `area:prompts`, `release:tools/2026-12-08`.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;
use toml_edit::{Document, Item, TableLike, Value};

/// A place in a text, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// The lists of a team file, and what an entry of each is called.
const LISTS: [(&str, &str); 14] = [
    ("people", "person"),
    ("areas", "area"),
    ("decisions", "decision"),
    ("rotations", "rotation"),
    ("escalations", "escalation"),
    ("severities", "severity"),
    ("kinds", "kind"),
    ("cadences", "cadence"),
    ("trains", "train"),
    ("releases", "release"),
    ("freezes", "freeze"),
    ("deprecations", "deprecation"),
    ("calendars", "calendar"),
    ("sources", "source"),
];

/// The places of the entries of one team file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    known: BTreeMap<String, Spot>,
}

impl Places {
    /// Reads where each entry begins; nothing of a text that is no TOML.
    pub fn of(text: &str) -> Self {
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut places = Self::default();
        let Ok(document) = Document::parse(bare) else { return places };
        for (list, word) in LISTS {
            for (table, span) in entries(document.get(list)) {
                places.known.entry(format!("{word}:{}", name(word, table))).or_insert(spot(bare, span.start));
            }
        }
        if let Some(lint) = document.get("lint").and_then(Item::as_table_like) {
            for (table, span) in entries(lint.get("waivers")) {
                let subject = format!("waiver:{}/{}", text_of(table, "rule"), text_of(table, "subject"));
                places.known.entry(subject).or_insert(spot(bare, span.start));
            }
        }
        places
    }

    /// Where the entry stands that a finding is about; of an occurrence, where what it comes from stands.
    pub fn find(&self, subject: &str) -> Option<Spot> {
        if let Some(spot) = self.known.get(subject) {
            return Some(*spot);
        }
        let (word, id) = subject.split_once(':')?;
        let (train, _) = id.rsplit_once('/')?;
        let word = if word == "release" { "train" } else { word };
        self.known.get(&format!("{word}:{train}")).copied()
    }
}

/// The places of the entries of `[keys]` in one personal file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyPlaces {
    names: BTreeMap<String, Spot>,
    keys: BTreeMap<(String, usize), Spot>,
}

impl KeyPlaces {
    /// Reads where each name and each of its keys stand; nothing of a text that is no TOML.
    pub fn of(text: &str) -> Self {
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut places = Self::default();
        let Ok(document) = DeTable::parse(bare) else { return places };
        let table = document.get_ref().get("keys").and_then(|keys| keys.get_ref().as_table());
        for (name, value) in table.into_iter().flatten() {
            let key = name.get_ref().to_string();
            places.names.insert(key.clone(), spot(bare, name.span().start));
            let many = value.get_ref().as_array().map(|list| list.iter().map(|one| one.span().start).collect());
            let many: Vec<usize> = many.unwrap_or_else(|| vec![value.span().start]);
            let spots = many.into_iter().enumerate().map(|(at, byte)| ((key.clone(), at), spot(bare, byte)));
            places.keys.extend(spots);
        }
        places
    }

    /// Where the name of a binding stands.
    pub fn name(&self, name: &str) -> Option<Spot> {
        self.names.get(name).copied()
    }

    /// Where the key at this place in the list of a binding stands.
    pub fn key(&self, name: &str, at: usize) -> Option<Spot> {
        self.keys.get(&(name.to_owned(), at)).copied()
    }
}

/// What an entry is called: its id; a release of a train by its day, also where it has been moved.
fn name(word: &str, table: &dyn TableLike) -> String {
    let key = if word == "deprecation" { "tool" } else { "id" };
    let train = text_of(table, "train");
    if word != "release" || train.is_empty() || table.contains_key("id") {
        return text_of(table, key);
    }
    let day = if table.contains_key("instead_of") { "instead_of" } else { "date" };
    format!("{train}/{}", text_of(table, day))
}

fn text_of(table: &dyn TableLike, key: &str) -> String {
    match table.get(key).and_then(Item::as_value) {
        Some(Value::String(text)) => text.value().clone(),
        Some(Value::Datetime(date)) => date.value().to_string(),
        Some(_) | None => String::new(),
    }
}

/// The entries of a list, as tables of their own or within brackets.
fn entries(list: Option<&Item>) -> Vec<(&dyn TableLike, Range<usize>)> {
    match list {
        Some(Item::ArrayOfTables(tables)) => {
            tables.iter().filter_map(|table| Some((table as &dyn TableLike, table.span()?))).collect()
        }
        Some(Item::Value(Value::Array(array))) => {
            let inline = array.iter().filter_map(Value::as_inline_table);
            inline.filter_map(|table| Some((table as &dyn TableLike, table.span()?))).collect()
        }
        Some(_) | None => Vec::new(),
    }
}

fn spot(text: &str, byte: usize) -> Spot {
    let before = &text[..text.floor_char_boundary(byte)];
    let line = before.rsplit('\n').next().unwrap_or_default();
    Spot { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
}

//! A server's tools as people read them: what each is for, what it takes and
//! what it gives, in words.
//!
//! Everything in it was written by a stranger, so it is cleaned, and there is
//! an end to it: a list of any length becomes one that a screen can hold.

mod schema;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::drift::Tools;
use super::text::Clean;

/// The most tools of a catalogue; the prober reads no more either.
pub const TOOLS: usize = 10_000;
/// The most fields of one tool's inputs, and of its outputs.
pub const FIELDS: usize = 64;
/// The most fields of all tools together.
const ALL_FIELDS: usize = 100_000;
/// The most bytes of a description.
const ABOUT: usize = 2_048;
/// The most bytes of one name among those that an endpoint is found by.
const NAME: usize = 64;
/// The most bytes of all of them together.
const NAMES: usize = 16_384;

/// The tools of one server, sorted by name; no two have the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogue {
    tools: Vec<Entry>,
}

/// One tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name; with a number behind it where another one looks the same.
    pub name: Clean,
    /// What it says of itself, several lines; empty if it says nothing.
    pub about: Clean,
    /// What calling it may do.
    pub risk: Risk,
    /// What else it hints at, in words, in a fixed order.
    pub hints: Vec<&'static str>,
    /// What it takes; the required first, then by name.
    pub inputs: Fields,
    /// What its answer holds; as `inputs`. None if nothing is promised of it.
    pub outputs: Option<Fields>,
    /// Everything that it can be found by, in lower case.
    sought: String,
}

/// What calling a tool may do, as it says itself; by the specification what
/// says nothing may destroy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Risk {
    /// It only reads.
    ReadOnly,
    /// It changes things and destroys nothing.
    Writes,
    /// It says that it may destroy.
    Destructive,
    /// It says nothing.
    Unsaid,
}

impl Risk {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Writes => "writes",
            Self::Destructive => "destructive",
            Self::Unsaid => "unsaid",
        }
    }

    /// What it means to whoever thinks of calling it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only, it says",
            Self::Writes => "writes; destroys nothing, it says",
            Self::Destructive => "destructive: it may destroy what is there",
            Self::Unsaid => "it does not say what it does; it may destroy what is there",
        }
    }

    fn of(hints: &Map<String, Value>) -> Self {
        let hint = |name: &str| hints.get(name).and_then(Value::as_bool);
        match (hint("readOnlyHint"), hint("destructiveHint")) {
            (Some(true), _) => Self::ReadOnly,
            (_, Some(false)) => Self::Writes,
            (_, Some(true)) => Self::Destructive,
            (Some(false) | None, None) => Self::Unsaid,
        }
    }
}

/// The fields of a schema, those inside others too, with a path for a name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// Those that are shown.
    pub shown: Vec<Field>,
    /// How many more there are.
    pub more: usize,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name; `filter.kind` inside another, `hits[].id` inside a list.
    pub name: Clean,
    /// What may stand there, in words: type, bounds, values, default.
    pub sort: Clean,
    /// Whether it must be there.
    pub need: Need,
    /// What it says of itself; may be empty.
    pub about: Clean,
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// It must.
    Required,
    /// It need not.
    Optional,
}

impl Catalogue {
    /// The catalogue of a list as it came; what has no name is left out, and
    /// of several with one name the first counts.
    pub fn of(list: &[Value]) -> Self {
        let tools = Tools::of(list);
        let mut room = ALL_FIELDS;
        let mut names = Names::default();
        let mut entries: Vec<Entry> = Vec::with_capacity(tools.len().min(TOOLS));
        for (name, tool) in tools.iter().take(TOOLS) {
            let name = names.give(name);
            if let Value::Object(fields) = tool.to_value() {
                entries.push(Entry::of(name, &fields, &mut room));
            }
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Self { tools: entries }
    }

    /// All of them.
    pub fn tools(&self) -> &[Entry] {
        &self.tools
    }

    /// The places of those that have all of these words, in order.
    pub fn find(&self, words: &str) -> Vec<usize> {
        let words = words.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let fits = |entry: &Entry| words.iter().all(|word| entry.sought.contains(word));
        (0..self.tools.len()).filter(|at| self.tools.get(*at).is_some_and(fits)).collect()
    }

    /// The place of the tool with this name.
    pub fn place(&self, name: &Clean) -> Option<usize> {
        self.tools.binary_search_by(|entry| entry.name.cmp(name)).ok()
    }
}

impl Entry {
    fn of(name: Clean, tool: &Map<String, Value>, room: &mut usize) -> Self {
        let text = |field: &str| tool.get(field).and_then(Value::as_str).unwrap_or_default();
        let about = Clean::block(head(text("description"), ABOUT));
        let none = Map::new();
        let hints = tool.get("annotations").and_then(Value::as_object).unwrap_or(&none);
        let inputs = schema::fields(tool.get("inputSchema").unwrap_or(&Value::Null), room);
        let outputs = tool.get("outputSchema").map(|schema| schema::fields(schema, room));
        let mut sought = format!("{name} {} {about}", Clean::line(text("title")));
        for field in inputs.shown.iter().chain(outputs.iter().flat_map(|fields| &fields.shown)) {
            sought.push(' ');
            sought.push_str(field.name.as_str());
            sought.push(' ');
            sought.push_str(field.about.as_str());
        }
        let (risk, hints) = (Risk::of(hints), said(hints));
        Self { name, about, risk, hints, inputs, outputs, sought: sought.to_lowercase() }
    }
}

/// The names of a list's tools, cleaned and in lower case, a line each: what
/// an endpoint is found by. Bounded, whatever the list is.
pub fn names(list: &[Value]) -> String {
    let mut all = String::new();
    for name in list.iter().filter_map(|tool| tool.get("name")?.as_str()) {
        let name = Clean::line(name).as_str().to_lowercase();
        let name = head(&name, NAME);
        if all.len() + name.len() >= NAMES {
            break;
        }
        all.push_str(name);
        all.push('\n');
    }
    all
}

fn said(hints: &Map<String, Value>) -> Vec<&'static str> {
    let hint = |name: &str| hints.get(name).and_then(Value::as_bool);
    let mut words = Vec::new();
    if hint("idempotentHint") == Some(true) {
        words.push("idempotent");
    }
    match hint("openWorldHint") {
        Some(true) => words.push("open world"),
        Some(false) => words.push("closed world"),
        None => {}
    }
    words
}

/// The names that have been given away.
#[derive(Debug, Default)]
struct Names {
    taken: BTreeSet<Clean>,
    /// The last number behind each; so that ten thousand equal ones are numbered in one go.
    numbers: BTreeMap<String, usize>,
}

impl Names {
    /// A name that no other tool has: two that look the same on a screen are numbered.
    fn give(&mut self, name: &str) -> Clean {
        let plain = match Clean::line(name) {
            clean if clean.is_empty() => Clean::line("(no visible name)"),
            clean => clean,
        };
        if self.taken.insert(plain.clone()) {
            return plain;
        }
        // From the front, so that no length takes the number away.
        let front = head(plain.as_str(), NAME);
        let number = self.numbers.entry(front.to_owned()).or_insert(1);
        loop {
            *number += 1;
            let name = Clean::line(&format!("{front} ({number})"));
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

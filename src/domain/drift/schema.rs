//! A JSON Schema in canonical form, with schemas told apart from data.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::OnceLock;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// One schema; no keywords at all means that anything goes.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema {
    /// The keywords with what they hold.
    pub(super) parts: BTreeMap<String, Part>,
    /// How `enum` was written; a word for people, no part of the schema's meaning.
    pub(super) word: EnumWord,
    /// Whether a `$ref` somewhere below had to stay for want of room.
    pub(super) cut: bool,
    sums: [OnceLock<Sum>; 3],
}

/// What two equal things have in common, and no two others.
pub(super) type Sum = [u8; 32];

/// What a keyword holds.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// Anything that is no schema.
    Data(Value),
    /// A schema.
    One(Schema),
    /// Schemas by name.
    Named(BTreeMap<String, Schema>),
    /// Schemas in an order.
    Many(Vec<Schema>),
}

/// How the values were listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum EnumWord {
    #[default]
    Enum,
    Const,
}

impl EnumWord {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Enum => "enum",
            Self::Const => "const",
        }
    }
}

/// What does not count when schemas are held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Without {
    /// All of it counts.
    Nothing,
    /// What only people and agents read.
    Texts,
    /// That, and what a server fills in.
    TextsAndDefaults,
}

impl Without {
    fn drops(self, keyword: &str) -> bool {
        let is_text = matches!(keyword, "description" | "deprecated" | "examples" | "$defs" | "definitions");
        match self {
            Self::Nothing => false,
            Self::Texts => is_text,
            Self::TextsAndDefaults => is_text || keyword == "default",
        }
    }
}

impl Schema {
    /// The schema that nothing fits.
    pub(super) fn nothing() -> Self {
        let mut schema = Self::default();
        schema.parts.insert("not".to_owned(), Part::One(Self::default()));
        schema
    }

    pub(super) fn is_anything(&self) -> bool {
        self.parts.is_empty()
    }

    pub(super) fn data(&self, keyword: &str) -> Option<&Value> {
        match self.parts.get(keyword)? {
            Part::Data(value) => Some(value),
            Part::One(_) | Part::Named(_) | Part::Many(_) => None,
        }
    }

    pub(super) fn text(&self, keyword: &str) -> &str {
        self.data(keyword).and_then(Value::as_str).unwrap_or_default()
    }

    /// A list of data; none if the keyword is absent or holds no list.
    pub(super) fn list(&self, keyword: &str) -> Option<&[Value]> {
        self.data(keyword)?.as_array().map(Vec::as_slice)
    }

    pub(super) fn named(&self, keyword: &str) -> Option<&BTreeMap<String, Schema>> {
        match self.parts.get(keyword)? {
            Part::Named(named) => Some(named),
            Part::Data(_) | Part::One(_) | Part::Many(_) => None,
        }
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.list("required").is_some_and(|names| names.iter().any(|one| one == name))
    }

    /// Whether names that are not listed are rejected.
    pub(super) fn is_closed(&self) -> bool {
        self.data("additionalProperties") == Some(&Value::Bool(false))
    }

    /// Whether nothing in it counts.
    pub(super) fn is_bare(&self, without: Without) -> bool {
        self.parts.keys().all(|keyword| without.drops(keyword))
    }

    /// The whole of it, as JSON.
    pub(super) fn to_value(&self) -> Value {
        self.parts.iter().map(|(keyword, part)| (keyword.clone(), part.to_value())).collect()
    }

    /// The start of its spelling as JSON: an order for schemas that have none.
    pub(super) fn start(&self) -> Vec<u8> {
        let mut start = Start::default();
        // It ends early where it is full, and a start is all that was asked for.
        let _full = self.spell(&mut start);
        start.bytes
    }

    fn spell(&self, out: &mut Start) -> io::Result<()> {
        spell_named(out, self.parts.iter(), Part::spell)
    }

    /// The sum of all that counts, equal for two schemas that differ only in the rest.
    pub(super) fn sum(&self, without: Without) -> Sum {
        let [whole, texts, texts_and_defaults] = &self.sums;
        let known = match without {
            Without::Nothing => whole,
            Without::Texts => texts,
            Without::TextsAndDefaults => texts_and_defaults,
        };
        *known.get_or_init(|| {
            let mut sums = Sha256::new();
            for (keyword, part) in self.parts.iter().filter(|(keyword, _)| !without.drops(keyword)) {
                let sum = part.sum(keyword, without);
                let says_nothing = keyword == "additionalProperties" && sum == Self::default().sum(without);
                if !says_nothing {
                    sums.update(Sha256::digest(keyword));
                    sums.update(sum);
                }
            }
            sums.finalize().into()
        })
    }
}

impl Part {
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Data(value) => value.clone(),
            Self::One(schema) => schema.to_value(),
            Self::Named(named) => named.iter().map(|(name, schema)| (name.clone(), schema.to_value())).collect(),
            Self::Many(many) => many.iter().map(Schema::to_value).collect(),
        }
    }

    fn spell(&self, out: &mut Start) -> io::Result<()> {
        match self {
            Self::Data(value) => serde_json::to_writer(out, value).map_err(io::Error::from),
            Self::One(schema) => schema.spell(out),
            Self::Named(named) => spell_named(out, named.iter(), Schema::spell),
            Self::Many(many) => {
                for (at, schema) in many.iter().enumerate() {
                    out.write_all(if at == 0 { b"[" } else { b"," })?;
                    schema.spell(out)?;
                }
                out.write_all(if many.is_empty() { b"[]" } else { b"]" })
            }
        }
    }

    /// As [`Schema::sum`]; where the order means nothing, it is one that leaves out as well.
    pub(super) fn sum(&self, keyword: &str, without: Without) -> Sum {
        let mut sums = Sha256::new();
        match self {
            Self::Data(value) => sums.update(spelled(value)),
            Self::One(schema) => return schema.sum(without),
            Self::Named(named) => {
                for (name, schema) in named {
                    sums.update(Sha256::digest(name));
                    sums.update(schema.sum(without));
                }
            }
            Self::Many(many) => {
                let mut branches: Vec<Sum> = many.iter().map(|schema| schema.sum(without)).collect();
                if is_unordered(keyword) {
                    branches.sort_unstable();
                }
                for sum in branches {
                    sums.update(sum);
                }
            }
        }
        sums.finalize().into()
    }
}

/// Whether the order of a keyword's schemas means nothing.
pub(super) fn is_unordered(keyword: &str) -> bool {
    matches!(keyword, "anyOf" | "oneOf" | "allOf")
}

/// A spelling of plain data, equal for what is equal.
pub(super) fn spelled(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn spell_named<'a, T: 'a>(
    out: &mut Start,
    named: impl Iterator<Item = (&'a String, &'a T)>,
    spell: impl Fn(&T, &mut Start) -> io::Result<()>,
) -> io::Result<()> {
    let mut before: &[u8] = b"{";
    for (name, one) in named {
        out.write_all(before)?;
        serde_json::to_writer(&mut *out, name)?;
        out.write_all(b":")?;
        spell(one, out)?;
        before = b",";
    }
    out.write_all(if before == b"{" { b"{}" } else { b"}" })
}

/// The first bytes of what is written. Nobody's branches are alike for longer,
/// and a hostile schema must not be spelled out once for each level it has.
#[derive(Default)]
struct Start {
    bytes: Vec<u8>,
}

const START_BYTES: usize = 4_096;

impl Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(START_BYTES - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

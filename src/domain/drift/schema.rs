//! A JSON Schema in canonical form, with schemas told apart from data.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// One schema; no keywords at all means that anything goes.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema {
    /// The keywords with what they hold.
    pub(super) parts: BTreeMap<String, Part>,
    /// How `enum` was written; a word for people, no part of the schema's meaning.
    pub(super) word: EnumWord,
    /// Whether a `$ref` somewhere below had to stay for want of room.
    pub(super) cut: bool,
}

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
    /// What only people and agents read.
    Texts,
    /// That, and what a server fills in.
    TextsAndDefaults,
}

impl Without {
    fn drops(self, keyword: &str) -> bool {
        match keyword {
            "description" | "deprecated" | "examples" | "$defs" | "definitions" => true,
            "default" => self == Self::TextsAndDefaults,
            _ => false,
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

    /// The whole of it, as JSON.
    pub(super) fn to_value(&self) -> Value {
        self.written(&|_| false)
    }

    /// It without what does not count, as JSON.
    pub(super) fn bare(&self, without: Without) -> Value {
        self.written(&|keyword| without.drops(keyword))
    }

    fn written(&self, drops: &impl Fn(&str) -> bool) -> Value {
        let mut map = Map::new();
        for (keyword, part) in self.parts.iter().filter(|(keyword, _)| !drops(keyword)) {
            let value = part.written(drops);
            let says_nothing = keyword == "additionalProperties" && value.as_object().is_some_and(Map::is_empty);
            if !says_nothing {
                map.insert(keyword.clone(), value);
            }
        }
        Value::Object(map)
    }
}

impl Part {
    pub(super) fn to_value(&self) -> Value {
        self.written(&|_| false)
    }

    /// It without what does not count; where the order means nothing it is one that leaves out as well.
    pub(super) fn bare(&self, keyword: &str, without: Without) -> Value {
        let mut value = self.written(&|keyword| without.drops(keyword));
        if let (true, Value::Array(branches)) = (is_unordered(keyword), &mut value) {
            branches.sort_by_cached_key(canonical_bytes);
        }
        value
    }

    fn written(&self, drops: &impl Fn(&str) -> bool) -> Value {
        match self {
            Self::Data(value) => value.clone(),
            Self::One(schema) => schema.written(drops),
            Self::Named(named) => {
                named.iter().map(|(name, schema)| (name.clone(), schema.written(drops))).collect::<Map<_, _>>().into()
            }
            Self::Many(many) => many.iter().map(|schema| schema.written(drops)).collect::<Vec<_>>().into(),
        }
    }
}

/// Whether the order of a keyword's schemas means nothing.
pub(super) fn is_unordered(keyword: &str) -> bool {
    matches!(keyword, "anyOf" | "oneOf" | "allOf")
}

/// The one spelling of a value (RFC 8785).
pub(super) fn canonical_bytes(value: &Value) -> Vec<u8> {
    // It fails only for what JSON cannot hold; a value read from JSON has none of it.
    serde_json_canonicalizer::to_vec(value).unwrap_or_else(|_| value.to_string().into_bytes())
}

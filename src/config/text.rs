//! Values that remember where they stand, as the files spell them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor, value};
use toml::Spanned;

/// A value and its place in the text, in bytes.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub(super) at: Range<usize>,
    pub(super) value: T,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        Ok(Self { at: spanned.span(), value: spanned.into_inner() })
    }
}

impl<T: JsonSchema> JsonSchema for Placed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// Some text, or one of TOML's own dates and times in its spelling.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) at: Range<usize>,
    pub(super) value: String,
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Placed { at, value } = Placed::<toml::Value>::deserialize(deserializer)?;
        match value {
            toml::Value::String(value) => Ok(Self { at, value }),
            toml::Value::Datetime(value) => Ok(Self { at, value: value.to_string() }),
            other => Err(D::Error::custom(format!("expected text, found {}", other.type_str()))),
        }
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// A word, or a list of something.
#[derive(Debug, Clone)]
pub(super) enum WordOr<T> {
    Word(Text),
    Many(Vec<T>),
}

impl WordOr<Text> {
    /// One word as a list of one.
    pub(super) fn all(&self) -> Vec<Text> {
        match self {
            Self::Word(one) => vec![one.clone()],
            Self::Many(many) => many.clone(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for WordOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Placed { at, value } = Placed::<Either<T>>::deserialize(deserializer)?;
        Ok(match value {
            Either::Word(value) => Self::Word(Text { at, value }),
            Either::Many(many) => Self::Many(many),
        })
    }
}

impl<T: JsonSchema> JsonSchema for WordOr<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("WordOr{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": items }] })
    }
}

enum Either<T> {
    Word(String),
    Many(Vec<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Either<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherVisitor(PhantomData))
    }
}

struct EitherVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EitherVisitor<T> {
    type Value = Either<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word or a list")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
        Ok(Either::Word(word.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(value::SeqAccessDeserializer::new(seq)).map(Either::Many)
    }
}

/// A table whose keys are the writer's own, in their order.
#[derive(Debug, Clone)]
pub(super) struct Pairs<T>(pub(super) Vec<(Text, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Pairs<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Pairs{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let values = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": values })
    }
}

struct PairsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
    type Value = Pairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

/// Declares how a kind of text is told to editors: a pattern and an example.
macro_rules! spelt {
    ($($(#[$doc:meta])* $name:ident: $pattern:literal, $example:literal, $toml_time:literal;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema = json_schema!({ "type": "string", "pattern": $pattern, "examples": [$example] });
                if $toml_time {
                    schema.insert(TOML_TIME.into(), true.into());
                }
                schema
            }
        }
    )*};
}

/// Marks text that may also be written as one of TOML's own dates and times.
pub(super) const TOML_TIME: &str = "x-toml-time";

spelt! {
    /// A whole day.
    Day: r"^\d{4}-\d{2}-\d{2}$", "2026-12-31", true;
    /// A local date and time.
    Local: r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:00)?$", "2026-11-02T10:00", true;
    /// A day, or a date and time with or without an offset.
    When: r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$", "2026-12-28T10:00", true;
    /// A time of day.
    Hour: r"^\d{2}:\d{2}(:00)?$", "09:00", true;
    /// A duration, business days included.
    Lasting: r"^\d+(\.\d{1,3})?(s|m|h|d|w|bd)$", "4h", false;
    /// A duration in real time.
    Passing: r"^\d+(\.\d{1,3})?(s|m|h|d|w)$", "30d", false;
    /// A stretch of civil time.
    Civil: r"^\d+(h|d|w|mo)$", "7d", false;
    /// An id of this file.
    Id: r"^[a-z0-9][a-z0-9_-]*$", "ops", false;
    /// A repository on a GitHub host.
    RepoName: r"^[^/]+/[^/]+$", "acme/harbour", false;
    /// An IANA time zone.
    ZoneName: r"^[A-Za-z0-9_+/-]+$", "Europe/London", false;
    /// The name of a variable.
    Variable: r"^[A-Za-z_][A-Za-z0-9_]*$", "GITHUB_TOKEN", false;
}

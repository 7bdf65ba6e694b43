//! JSON as evaluation tools write it.
//!
//! Python writes bare `NaN` and `Infinity`, and lone surrogates; both are no
//! JSON. Only when a text cannot be read are they replaced, at the same
//! length, so that places in the text stay what they are, and it is tried
//! again. How deep values may nest is bounded by `serde_json` itself: what is
//! kept at 128, what is skipped without recursion.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

const BOM: &[u8] = b"\xef\xbb\xbf";
/// As Python spells what JSON has no word for.
const WORDS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];

/// The text without its byte order mark.
pub fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BOM).unwrap_or(bytes)
}

/// Reads one JSON text, repaired into `spare` if that is what it needs.
///
/// A bare `NaN` or `Infinity` becomes `null`, or `""` where there is no room: take numbers with [`number`].
///
/// # Errors
///
/// What is wrong with the text beyond that; places count from after a byte order mark.
pub fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8], spare: &'a mut Vec<u8>) -> Result<T, serde_json::Error> {
    let bytes = without_bom(bytes);
    // Checked once for all of it, which is faster than string by string.
    let first = std::str::from_utf8(bytes).map_or_else(|_| serde_json::from_slice(bytes), serde_json::from_str);
    match first {
        Ok(value) => Ok(value),
        Err(error) if error.is_eof() => Err(error),
        Err(error) => {
            spare.clear();
            spare.extend_from_slice(bytes);
            if repair(spare) { serde_json::from_slice(spare) } else { Err(error) }
        }
    }
}

/// Replaces what is no JSON by something that is, at the same length; whether there was any.
pub fn repair(text: &mut [u8]) -> bool {
    let mut changed = replace_broken_utf8(text);
    let mut at = 0;
    let mut quoted = false;
    while let Some(&byte) = text.get(at) {
        at += match (quoted, byte) {
            (_, b'"') => {
                quoted = !quoted;
                1
            }
            (true, b'\\') => {
                let (length, replaced) = escape(text, at);
                changed |= replaced;
                length
            }
            (false, b'N' | b'I' | b'-') => word(text, at).map_or(1, |length| {
                changed = true;
                length
            }),
            (true | false, _) => 1,
        };
    }
    changed
}

fn replace_broken_utf8(text: &mut [u8]) -> bool {
    let mut from = 0;
    let mut changed = false;
    while let Some(Err(error)) = text.get(from..).map(std::str::from_utf8) {
        let start = from + error.valid_up_to();
        let end = error.error_len().map_or(text.len(), |length| start + length);
        if let Some(broken) = text.get_mut(start..end) {
            broken.fill(b'?');
        }
        changed = true;
        from = end;
    }
    changed
}

/// How long the escape at this place is, and whether it was a lone surrogate and is none any more.
fn escape(text: &mut [u8], at: usize) -> (usize, bool) {
    let unit = |at: usize| {
        let hex = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
    };
    match unit(at) {
        Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => (12, false),
        Some(0xd800..=0xdfff) => {
            text[at + 2..at + 6].copy_from_slice(b"fffd");
            (6, true)
        }
        Some(_) | None => (2, false),
    }
}

/// Replaces the word at this place, if it is one of those; how long it was.
fn word(text: &mut [u8], at: usize) -> Option<usize> {
    let length = WORDS.iter().find(|word| text[at..].starts_with(word))?.len();
    let spaced = at > 0 && text[at - 1].is_ascii_whitespace();
    let (start, new): (usize, &[u8]) = match (length, spaced) {
        (3, true) => (at - 1, b"null"),
        (3, false) => (at, b"\"\""),
        _ => (at, b"null"),
    };
    text[start..at + length].fill(b' ');
    text[start..start + new.len()].copy_from_slice(new);
    Some(length)
}

/// For `deserialize_with`: a finite number, also as a string; anything else is none.
///
/// # Errors
///
/// Only when the text itself is broken.
pub fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    Ok(match Scalar::deserialize(from)? {
        Scalar::Number(number) => Some(number),
        Scalar::Text(text) => text.trim().parse().ok(),
        Scalar::Null | Scalar::Bool(_) | Scalar::List | Scalar::Object => None,
    }
    .filter(|number: &f64| number.is_finite()))
}

/// For `deserialize_with`: a text if it is one, borrowed where it can be; anything else is none.
///
/// # Errors
///
/// Only when the text itself is broken.
pub fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    Ok(match Scalar::deserialize(from)? {
        Scalar::Text(text) => Some(text),
        Scalar::Null | Scalar::Bool(_) | Scalar::Number(_) | Scalar::List | Scalar::Object => None,
    })
}

/// For `deserialize_with`: a text, or a number as it is written; anything else is none. Not below `flatten` or `untagged`.
///
/// # Errors
///
/// Only when the text itself is broken.
pub fn id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    let raw = <&'de RawValue>::deserialize(from)?.get();
    match raw.as_bytes().first() {
        Some(b'"') => text(&mut serde_json::Deserializer::from_str(raw)).map_err(de::Error::custom),
        Some(b'-' | b'0'..=b'9') => Ok(Some(Cow::Borrowed(raw))),
        Some(_) | None => Ok(None),
    }
}

/// Any value, of which only the scalars are kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    /// Nothing.
    Null,
    /// A truth.
    Bool(bool),
    /// A number, as `f64`: whole ones are exact up to 2⁵³.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list, skipped.
    List,
    /// An object, skipped.
    Object,
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "a score or a count; 2⁵³ is enough")]
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "a score or a count; 2⁵³ is enough")]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value as f64))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Object)
    }
}

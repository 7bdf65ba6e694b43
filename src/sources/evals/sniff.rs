//! What a file is, by its first bytes and its outermost structure.
//!
//! The name is never asked: `.json` files hold lines, `.jsonl` files one
//! document. Values are passed over without being built, so that a document of
//! 500 MB costs one pass and no memory.

use std::fmt;
use std::io::SeekFrom;

use quick_xml::events::Event;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::inspect::member;
use super::{Archive, Skip, json};

/// How a zip archive begins.
pub const ZIP: &[u8] = b"PK\x03\x04";
/// Of how many rows the keys are kept.
const ROWS: usize = 4;
/// How many names and keys are kept of one file or object, and how long they may be.
const NAMES: usize = 256;
/// What a log under way begins with; telling by it spares reading the directory twice.
const FIRST: &[&str] = &["_journal/start.json", "header.json"];

/// The outermost structure of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A zip archive with these members, or some of them: enough to tell what it is.
    Archive(Vec<String>),
    /// XML with this root element.
    Xml(String),
    /// One JSON object with these keys.
    Object(Vec<String>),
    /// JSON objects, one a line or in one array: the keys of the first few.
    Rows(Vec<Vec<String>>),
}

impl Shape {
    /// Whether it is one object with all of these keys.
    pub fn is_object_with(&self, keys: &[&str]) -> bool {
        matches!(self, Self::Object(has) if has_all(has, keys))
    }

    /// Whether one of the first rows has all of these keys; a single object is a single row.
    pub fn has_row_with(&self, keys: &[&str]) -> bool {
        match self {
            Self::Object(has) => has_all(has, keys),
            Self::Rows(rows) => rows.iter().any(|has| has_all(has, keys)),
            Self::Archive(_) | Self::Xml(_) => false,
        }
    }
}

fn has_all(has: &[String], keys: &[&str]) -> bool {
    keys.iter().all(|key| has.iter().any(|one| one == key))
}

/// The shape of a text.
///
/// # Errors
///
/// Why it has none that could be a result.
pub fn text(bytes: &[u8]) -> Result<Shape, Skip> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Skip::because("the text is UTF-16; results are UTF-8"));
    }
    let text = json::without_bom(bytes).trim_ascii_start();
    match text.first() {
        None => Err(Skip::because("the file is empty")),
        Some(b'<') => root(text).map(Shape::Xml),
        Some(b'{' | b'[') => outline(text),
        Some(_) => Err(Skip::because("neither JSON nor XML nor a zip archive")),
    }
}

/// The shape of a zip archive.
///
/// # Errors
///
/// Why it cannot be opened; a cut one has no directory.
pub fn archive(file: &mut dyn Archive) -> Result<Shape, Skip> {
    if let Some(name) = first_member(file)
        && FIRST.contains(&name.as_str())
    {
        return Ok(Shape::Archive(vec![name]));
    }
    let names = member::names(file)?;
    Ok(Shape::Archive(names.into_iter().filter(|name| name.len() <= NAMES).take(NAMES).collect()))
}

/// The name in the first local header, if there is one.
fn first_member(file: &mut dyn Archive) -> Option<String> {
    let mut head = [0; 30];
    file.seek(SeekFrom::Start(0)).ok()?;
    file.read_exact(&mut head).ok()?;
    let length = usize::from(u16::from_le_bytes([head[26], head[27]]));
    let mut name = vec![0; length.min(NAMES)];
    file.read_exact(&mut name).ok()?;
    String::from_utf8(name).ok()
}

/// The local name of the root element; entities and document types are passed over, never expanded.
fn root(text: &[u8]) -> Result<String, Skip> {
    let mut reader = quick_xml::Reader::from_reader(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                let name = element.local_name();
                return Ok(name.as_ref().chars().take(NAMES).collect());
            }
            Ok(Event::Eof) => return Err(Skip::because("the XML ends before its first element: cut off?")),
            Ok(_) => {}
            Err(error) => return Err(Skip::because(format!("no XML: {error}"))),
        }
    }
}

/// One document or its rows, as the keys tell.
fn outline(text: &[u8]) -> Result<Shape, Skip> {
    match one(text) {
        Ok(shape) => Ok(shape),
        Err(error) if error.is_eof() => Err(Skip::because(format!("the JSON ends too early: cut off? ({error})"))),
        Err(error) => {
            let mut repaired = text.to_vec();
            if !json::repair(&mut repaired) {
                return Err(broken(&error));
            }
            one(&repaired).map_err(|error| broken(&error))
        }
    }
}

fn broken(error: &serde_json::Error) -> Skip {
    Skip::because(format!("no JSON: {error}"))
}

/// The first document; where more follows it, the rows of the first lines.
fn one(text: &[u8]) -> Result<Shape, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let outline = Outline::deserialize(&mut reader)?;
    match (outline, reader.end()) {
        (Outline::Object(keys), Ok(())) => Ok(Shape::Object(keys)),
        (Outline::List(rows), Ok(())) if !rows.is_empty() => Ok(Shape::Rows(rows)),
        (Outline::Object(first), Err(_)) if is_line(text) => Ok(Shape::Rows(rows(first, text))),
        (_, Err(error)) => Err(error),
        (Outline::List(_) | Outline::Other, Ok(())) => Err(de::Error::custom("a list without objects")),
    }
}

/// Whether the first line is a value of its own.
fn is_line(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

fn rows(first: Vec<String>, text: &[u8]) -> Vec<Vec<String>> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let mut rows = vec![first];
    for line in lines.skip(1).take(ROWS - 1) {
        let mut spare = Vec::new();
        if let Ok(Outline::Object(keys)) = json::parse(line, &mut spare) {
            rows.push(keys);
        }
    }
    rows
}

/// A value by its outermost keys.
enum Outline {
    Object(Vec<String>),
    List(Vec<Vec<String>>),
    Other,
}

impl<'de> Deserialize<'de> for Outline {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OutlineVisitor { within: Within::File })
    }
}

/// What is looked at: lists of lists are not.
#[derive(Clone, Copy)]
enum Within {
    File,
    List,
}

struct Row(Vec<String>);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(match from.deserialize_any(OutlineVisitor { within: Within::List })? {
            Outline::Object(keys) => keys,
            Outline::List(_) | Outline::Other => Vec::new(),
        }))
    }
}

struct OutlineVisitor {
    within: Within,
}

impl<'de> Visitor<'de> for OutlineVisitor {
    type Value = Outline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Outline, A::Error> {
        let mut rows = Vec::new();
        if matches!(self.within, Within::File) {
            while rows.len() < ROWS {
                match list.next_element::<Row>()? {
                    Some(Row(keys)) => rows.push(keys),
                    None => break,
                }
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        rows.retain(|keys| !keys.is_empty());
        Ok(Outline::List(rows))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline, A::Error> {
        let mut keys = Vec::new();
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if keys.len() < NAMES && key.len() <= NAMES {
                keys.push(key.into_owned());
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(Outline::Object(keys))
    }
}

//! What is wrong with a list of tools by itself, whatever it was before.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::canon::escaped;
use super::tools::name_of;
use crate::domain::text::{Clean, is_hidden};

/// More tools than this crowd out what an agent should be thinking of.
const MANY: usize = 100;
/// How many tools a complaint names.
const NAMED: usize = 3;

/// The complaints about a list, one line each, in a fixed order; empty when all is well.
pub fn lint(tools: &[Value]) -> Vec<Clean> {
    let mut lines = Vec::new();
    let mut say = |what: &str, names: &[&str]| {
        if let Some(first) = names.first() {
            let more = if names.len() > NAMED { ", …" } else { "" };
            let shown = names.iter().take(NAMED).map(|name| Clean::line(name).to_string()).collect::<Vec<_>>();
            let subject =
                if names.len() == 1 { Clean::line(first).to_string() } else { format!("{} tools", names.len()) };
            let list = if names.len() == 1 { String::new() } else { format!(" ({}{more})", shown.join(", ")) };
            lines.push(Clean::line(&format!("{subject}: {what}{list}")));
        }
    };
    let named: Vec<(&str, &Value)> = tools.iter().filter_map(|tool| Some((name_of(tool)?, tool))).collect();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _) in &named {
        *times.entry(name).or_default() += 1;
    }
    let twice: Vec<&str> = times.into_iter().filter(|(_, times)| *times > 1).map(|(name, _)| name).collect();
    say("there more than once; the first counts", &twice);
    let with = |wrong: &dyn Fn(&Value) -> bool| -> Vec<&str> {
        named.iter().filter(|(_, tool)| wrong(tool)).map(|(name, _)| *name).collect()
    };
    say("inputSchema is empty, so agents see no parameters", &with(&|tool| input(tool) == Input::Empty));
    say("inputSchema is not of type object", &with(&|tool| input(tool) == Input::NoObject));
    let nameless = tools.len() - named.len();
    if nameless > 0 {
        lines.push(Clean::line(&format!("left out, for want of a name: {nameless}")));
    }
    if tools.len() > MANY {
        lines.push(Clean::line(&format!("{} tools; agents choose badly among more than {MANY}", tools.len())));
    }
    lines.extend(named.iter().filter_map(|(name, tool)| hidden_in(name, tool)));
    lines
}

/// What a tool says of its parameters.
#[derive(PartialEq, Eq)]
enum Input {
    Fine,
    Empty,
    NoObject,
}

fn input(tool: &Value) -> Input {
    let Some(schema) = tool.get("inputSchema").and_then(Value::as_object) else { return Input::Empty };
    let says_nothing =
        |keyword: &String| matches!(keyword.as_str(), "$schema" | "$id" | "$comment" | "title" | "description");
    if schema.keys().all(says_nothing) {
        return Input::Empty;
    }
    let is_object = |schema: &Map<String, Value>| match schema.get("type") {
        Some(Value::Array(types)) => types.as_slice() == [Value::from("object")],
        Some(word) => word == "object",
        None => false,
    };
    if is_object(schema) { Input::Fine } else { Input::NoObject }
}

/// Text that an agent reads and a person does not see.
fn hidden_in(name: &str, tool: &Value) -> Option<Clean> {
    let mut found = BTreeSet::new();
    look(tool, &mut String::new(), &mut found);
    let (place, c) = found.first()?;
    let more = if found.len() > 1 { format!(" and {} more", found.len() - 1) } else { String::new() };
    let place = Clean::line(place);
    Some(Clean::line(&format!("{}: invisible character U+{:04X} at {place}{more}", Clean::line(name), u32::from(*c))))
}

fn look(value: &Value, path: &mut String, found: &mut BTreeSet<(String, char)>) {
    let here = path.len();
    match value {
        Value::String(text) if is_plain(text) => {}
        Value::String(text) => found.extend(hidden_chars(text).map(|c| (path.clone(), c))),
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                path.push('/');
                path.push_str(&at.to_string());
                look(value, path, found);
                path.truncate(here);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                path.push('/');
                if is_plain(key) && !key.contains(['~', '/']) {
                    path.push_str(key);
                } else {
                    found.extend(hidden_chars(key).map(|c| (path[..here].to_owned(), c)));
                    path.push_str(&escaped(key));
                }
                look(value, path, found);
                path.truncate(here);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Nothing hides in it, as almost always; found out at the speed of reading.
fn is_plain(text: &str) -> bool {
    let beyond = |byte: u8| (byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t')) || byte > b'~';
    // Without an early end, so that many bytes are looked at at once.
    !text.bytes().fold(false, |found, byte| found | beyond(byte))
}

/// The characters that hide, but for those that shape an emoji or a word in a script that needs them.
fn hidden_chars(text: &str) -> impl Iterator<Item = char> {
    let mut before = ' ';
    text.chars().filter(move |c| {
        let shapes = !before.is_ascii() && matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}');
        // Keycaps such as 1️⃣ begin with a plain digit.
        let keycap = *c == '\u{FE0F}' && (before.is_ascii_digit() || matches!(before, '#' | '*'));
        before = *c;
        is_hidden(*c) && !matches!(c, '\n' | '\r' | '\t') && !shapes && !keycap
    })
}

//! One test case in full.

use quick_xml::Reader as Xml;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

use super::super::lines::{changed, text_of};
use super::super::{Sample, Skip};
use super::{attribute, decoded};
use crate::domain::evals::{Case, Trial};

/// The test case at this place of the decoded text.
pub fn of_case(bytes: &[u8], _: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let text = decoded(bytes);
    let element = std::str::from_utf8(text_of(text.as_bytes(), trial)?).map_err(|_| changed())?;
    let mut xml = Xml::from_str(element);
    xml.config_mut().expand_empty_elements = true;
    let mut sample = Sample::default();
    let mut path: Vec<String> = Vec::new();
    loop {
        match xml.read_event() {
            Ok(Event::Start(tag)) => {
                let name = tag.local_name();
                path.push(String::from(name.as_ref()));
                if let [_, child] = path.as_slice()
                    && let Some(text) = member(&mut sample, child)
                {
                    for said in [attribute(&tag, "type"), attribute(&tag, "message")].into_iter().flatten() {
                        text.push_str(&said);
                        text.push('\n');
                    }
                }
            }
            Ok(Event::End(_)) => {
                path.pop();
                if path.is_empty() {
                    return Ok(sample);
                }
            }
            Ok(Event::Text(text)) => say(&mut sample, &path, &text.xml10_content()),
            Ok(Event::CData(text)) => say(&mut sample, &path, &text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => say(&mut sample, &path, &resolved(&reference)),
            Ok(Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            Ok(Event::Eof) | Err(_) => return Err(changed()),
        }
    }
}

fn say(sample: &mut Sample, path: &[String], text: &str) {
    if let [_, child] = path
        && let Some(told) = member(sample, child)
    {
        told.push_str(text);
    }
}

/// Which part of a sample an element of a test case tells.
fn member<'a>(sample: &'a mut Sample, element: &str) -> Option<&'a mut String> {
    match element {
        "failure" | "skipped" => Some(&mut sample.explanation),
        "error" => Some(&mut sample.error),
        "system-out" | "system-err" => Some(&mut sample.output),
        _ => None,
    }
}

/// What a reference stands for; one that only a DTD could explain stays as it is written.
fn resolved(reference: &BytesRef<'_>) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => character.to_string(),
        Ok(None) | Err(_) => resolve_xml_entity(reference).map_or_else(|| format!("&{};", &**reference), str::to_owned),
    }
}

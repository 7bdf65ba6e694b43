//! JUnit XML, as pytest, promptfoo and many others write it.
//!
//! The counts in its attributes are not believed: test cases are counted.
//! Nothing is expanded or fetched. A file that was cut gives the test cases
//! that were closed before the cut, and is partial; so is one with more than
//! one root, or with elements nested deeper than any real file.

mod case;
mod sample;

use std::borrow::Cow;

use quick_xml::Reader as Xml;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use self::case::Open;
use super::gather::{Gathering, moment};
use super::sniff::Shape;
use super::{Beside, Format, Reader, Skip};
use crate::domain::evals::{CaseKey, Run, Status, Tool};

/// How it is written.
pub const FORMAT: Format = Format {
    tool: Tool::Junit,
    about: "JUnit XML, as pytest and many others write it.",
    knows,
    reader: Reader::Text { runs, sample: sample::of_case },
};

/// How deep elements may nest.
const DEPTH: usize = 1_000;

fn knows(shape: &Shape) -> bool {
    matches!(shape, Shape::Xml(root) if is_root(root))
}

fn is_root(name: &str) -> bool {
    matches!(name, "testsuites" | "testsuite")
}

/// The text of the file; what is not UTF-8 is Latin-1 where it says so.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = super::json::without_bom(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(128)]).to_ascii_lowercase();
    if ["iso-8859-1", "latin1", "windows-1252"].iter().any(|name| head.contains(name)) {
        return bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into();
    }
    String::from_utf8_lossy(bytes)
}

/// The value of an attribute; an entity that is not one of XML's own five stays as it is written.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let attributes = attributes.with_checks(false);
    let found = attributes.flatten().find(|one| one.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).unwrap_or(found.value.clone()).into_owned())
}

/// What an open element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A suite, or the suites, with the key of its path.
    Suite(CaseKey),
    Case,
    Properties,
    Other,
}

/// A walk over the whole file.
#[derive(Debug)]
struct Walk {
    open: Vec<Place>,
    case: Option<Open>,
    name: Option<String>,
    rooted: bool,
    gathering: Gathering,
}

/// Whether the walk goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    On,
    Broken,
}

impl Walk {
    fn start(&mut self, tag: &BytesStart<'_>, from: u64) -> Step {
        let name = tag.local_name();
        let name: &str = name.as_ref();
        let place = match self.open.last() {
            None if self.rooted || !is_root(name) => return Step::Broken,
            None => {
                self.rooted = true;
                self.suite(tag, name, CaseKey::of([]))
            }
            Some(Place::Suite(path)) => {
                let path = *path;
                match name {
                    "testsuite" => self.suite(tag, name, path),
                    "testcase" => {
                        self.case = Some(Open::new(tag, path, from));
                        Place::Case
                    }
                    _ => Place::Other,
                }
            }
            Some(Place::Case) => self.child(name),
            Some(Place::Properties) => {
                if let Some(case) = &mut self.case {
                    case.property(tag);
                }
                Place::Other
            }
            Some(Place::Other) => Place::Other,
        };
        self.open.push(place);
        if self.open.len() > DEPTH { Step::Broken } else { Step::On }
    }

    fn suite(&mut self, tag: &BytesStart<'_>, element: &str, above: CaseKey) -> Place {
        let name = attribute(tag, "name").filter(|name| !name.is_empty());
        if let Some(time) = attribute(tag, "timestamp").as_deref().and_then(moment) {
            let run = &mut self.gathering.run;
            run.started_at = Some(run.started_at.map_or(time, |first| first.min(time)));
            run.newest_at = run.newest_at.max(Some(time));
        }
        let path = match element {
            "testsuite" => CaseKey::of([above.0.as_slice(), name.as_deref().unwrap_or_default().as_bytes()]),
            _ => above,
        };
        if self.name.is_none() && self.open.len() < 2 {
            self.name = name;
        }
        Place::Suite(path)
    }

    fn child(&mut self, name: &str) -> Place {
        if let Some(case) = &mut self.case {
            case.child(name);
        }
        if name == "properties" { Place::Properties } else { Place::Other }
    }

    fn end(&mut self, to: u64) {
        if self.open.pop() == Some(Place::Case)
            && let Some(case) = self.case.take()
        {
            case.close(&mut self.gathering, to);
        }
    }

    /// Goes to the end, or as far as it can; whether that was the end.
    fn through(&mut self, text: &str) -> Step {
        let mut xml = Xml::from_str(text);
        xml.config_mut().expand_empty_elements = true;
        loop {
            let from = xml.buffer_position();
            let step = match xml.read_event() {
                Ok(Event::Start(tag)) => self.start(&tag, from),
                Ok(Event::End(_)) => {
                    self.end(xml.buffer_position());
                    Step::On
                }
                Ok(Event::Text(text)) if self.rooted && self.open.is_empty() && !text.trim().is_empty() => Step::Broken,
                Ok(Event::Eof) => return if self.rooted && self.open.is_empty() { Step::On } else { Step::Broken },
                Ok(_) => Step::On,
                Err(_) => Step::Broken,
            };
            if step == Step::Broken {
                return Step::Broken;
            }
        }
    }
}

fn runs(bytes: &[u8], _: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let text = decoded(bytes);
    let gathering = Gathering::new(Run::new(Tool::Junit, ""));
    let mut walk = Walk { open: Vec::new(), case: None, name: None, rooted: false, gathering };
    let end = walk.through(&text);
    if !walk.rooted {
        return Err(Skip::because("its root is neither testsuites nor testsuite"));
    }
    walk.gathering.run.suite = walk.name.unwrap_or_else(|| "junit".to_owned());
    let status = match end {
        Step::On => Status::Complete,
        Step::Broken => Status::Partial,
    };
    Ok(vec![walk.gathering.finish(status)])
}

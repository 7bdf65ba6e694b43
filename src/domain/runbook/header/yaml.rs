//! YAML as a header needs it: what is written, never what an alias makes of it.
//!
//! An alias stands for a single text or for nothing: so a header of a few
//! lines cannot grow into gigabytes.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::Value;

/// The most values that are read.
const VALUES: usize = 4_096;
/// The longest text that an alias stands for.
const ALIAS_BYTES: usize = 256;
/// How deep they may lie in each other.
const DEPTH: usize = 16;

/// Values that are still open, the innermost last.
struct Open {
    value: Value,
    /// The key whose value comes next.
    key: Option<String>,
}

/// The keys at the top, or the line, from 1, and what is wrong there; no keys where it is no mapping.
pub(super) fn read(text: &str) -> Result<Vec<(String, Value)>, (usize, String)> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| complaint(&error))?;
        reader.take(event, span)?;
        if reader.done {
            break;
        }
    }
    match reader.top {
        Some(Value::Map(keys)) => Ok(keys),
        Some(Value::Nothing | Value::Text(_) | Value::List(_)) | None => Ok(Vec::new()),
    }
}

fn complaint(error: &ScanError) -> (usize, String) {
    (error.marker().line(), error.info().to_owned())
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: BTreeMap<usize, String>,
    top: Option<Value>,
    values: usize,
    done: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), (usize, String)> {
        let line = span.start.line();
        self.values += 1;
        if self.values > VALUES {
            return Err((line, format!("more than {VALUES} values")));
        }
        match event {
            Event::Scalar(text, style, anchor, _) => {
                if anchor > 0 && text.len() <= ALIAS_BYTES {
                    self.anchors.insert(anchor, text.to_string());
                }
                let nothing = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                self.put(if nothing { Value::Nothing } else { Value::Text(text.into_owned()) });
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().map_or(Value::Nothing, Value::Text);
                self.put(value);
            }
            Event::SequenceStart(..) => self.begin(Value::List(Vec::new()), line)?,
            Event::MappingStart(..) => self.begin(Value::Map(Vec::new()), line)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.put(open.value);
                }
            }
            Event::DocumentEnd => self.done = true,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        Ok(())
    }

    fn begin(&mut self, value: Value, line: usize) -> Result<(), (usize, String)> {
        if self.open.len() == DEPTH {
            return Err((line, format!("more than {DEPTH} values in each other")));
        }
        self.open.push(Open { value, key: None });
        Ok(())
    }

    fn put(&mut self, value: Value) {
        let Some(open) = self.open.last_mut() else {
            self.top = Some(value);
            return;
        };
        match &mut open.value {
            Value::List(values) => values.push(value),
            Value::Map(values) => match open.key.take() {
                Some(key) => values.push((key, value)),
                None => open.key = Some(value.texts().join(" ")),
            },
            Value::Nothing | Value::Text(_) => {}
        }
    }
}

//! The team's deprecation ledger against what a server really lists.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use super::tools::name_of;
use super::wording::{date_in, says_deprecated};
use crate::config::Deprecation;

/// How the ledger and the server disagree about a tool, or that they agree about its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promise {
    /// The tool went before the day that callers were told.
    Broken {
        /// That day.
        remove_on: NaiveDate,
    },
    /// The tool is still there after its day.
    Overdue {
        /// That day.
        remove_on: NaiveDate,
    },
    /// The tool is there, and its description does not say that it goes away.
    NotAnnounced,
    /// The description says that it goes away, the ledger does not.
    NotInLedger {
        /// The day that the text names, if it names one.
        remove_on: Option<NaiveDate>,
    },
    /// The tool went when it should; its removal is one severity less grave.
    Kept {
        /// That day.
        remove_on: NaiveDate,
    },
}

/// What is to be said of one tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseFinding {
    /// The tool's name, as served or as in the ledger; not cleaned.
    pub tool: String,
    /// What.
    pub promise: Promise,
}

/// Holds the ledger against the live list of one server on this day of the
/// team; sorted by tool. The list has to be one that was read whole.
pub fn promises(ledger: &[Deprecation], today: NaiveDate, live: &[Value]) -> Vec<PromiseFinding> {
    let tools = described(live);
    let mut found = Vec::new();
    for entry in ledger {
        let description = tools.get(entry.tool.as_str()).copied();
        let told = entries(entry, today, description).into_iter();
        found.extend(told.map(|promise| PromiseFinding { tool: entry.tool.clone(), promise }));
    }
    let unknown =
        tools.iter().filter(|(name, text)| says_deprecated(text) && ledger.iter().all(|entry| entry.tool != **name));
    found.extend(unknown.map(|(name, text)| PromiseFinding {
        tool: (*name).to_owned(),
        promise: Promise::NotInLedger { remove_on: date_in(text) },
    }));
    found.sort_by(|a, b| a.tool.cmp(&b.tool));
    found
}

fn entries(entry: &Deprecation, today: NaiveDate, description: Option<&str>) -> Vec<Promise> {
    match (description, entry.remove_on) {
        (None, Some(remove_on)) if today < remove_on => vec![Promise::Broken { remove_on }],
        (None, Some(remove_on)) => vec![Promise::Kept { remove_on }],
        (None, None) => Vec::new(),
        (Some(text), remove_on) => {
            let overdue = remove_on.filter(|day| today > *day).map(|remove_on| Promise::Overdue { remove_on });
            // Before `since` nobody has promised to say so.
            let silent = today >= entry.since && !says_deprecated(text);
            overdue.into_iter().chain(silent.then_some(Promise::NotAnnounced)).collect()
        }
    }
}

/// The descriptions by name; of several with one name, the first.
fn described(live: &[Value]) -> BTreeMap<&str, &str> {
    let mut texts = BTreeMap::new();
    for tool in live {
        if let Some(name) = name_of(tool) {
            texts.entry(name).or_insert(tool.get("description").and_then(Value::as_str).unwrap_or_default());
        }
    }
    texts
}

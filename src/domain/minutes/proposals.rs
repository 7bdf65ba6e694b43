//! What a meeting shows that the team file could say by itself: three items
//! that got the same kind by hand are a rule that nobody has written.

use std::collections::{BTreeMap, BTreeSet};

use super::{Item, Minutes};
use crate::domain::id::IncidentId;
use crate::domain::likeness::words;
use crate::domain::text::Clean;

/// So many items make a rule.
const ENOUGH: usize = 3;

/// Lines for the team file, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// In a sentence.
    pub reason: Clean,
    /// The incidents that show it, in the order of the agenda.
    pub ids: Vec<IncidentId>,
    /// As they would stand in `dogwatch.toml`.
    pub toml: String,
}

impl Minutes {
    /// What to write into the team file, by kind.
    pub fn proposals(&self) -> Vec<Proposed> {
        let mut by_kind: BTreeMap<&str, BTreeSet<&IncidentId>> = BTreeMap::new();
        let mut last: BTreeMap<&IncidentId, &str> = BTreeMap::new();
        for one in &self.decided {
            if let Some(kind) = &one.kind {
                last.insert(&one.id, kind);
            }
        }
        for (id, kind) in last {
            by_kind.entry(kind).or_default().insert(id);
        }
        let kinds = by_kind.into_iter().filter(|(_, ids)| ids.len() >= ENOUGH);
        kinds.filter_map(|(kind, ids)| self.rule(kind, &ids)).collect()
    }

    /// A rule that fits all of these and asks for more than where they come from, where they have more in common.
    fn rule(&self, kind: &str, ids: &BTreeSet<&IncidentId>) -> Option<Proposed> {
        let items: Vec<&Item> = self.items.iter().filter(|item| ids.contains(&item.id)).collect();
        let first = items.first()?;
        let all = |has: &dyn Fn(&Item) -> bool| items.iter().all(|item| has(item));
        let source = Some(first.source.as_str()).filter(|source| all(&|item| item.source.as_str() == *source));
        let own = |label: &&Clean| label.as_str() != kind && all(&|item| item.labels.contains(label));
        let label = first.labels.iter().find(own).map(Clean::as_str);
        let shared = items.iter().map(|item| words(item.title.as_str())).reduce(|one, other| &one & &other)?;
        // The longest says the most; of equals the first of the alphabet.
        let word =
            shared.iter().max_by_key(|word| (word.chars().count(), std::cmp::Reverse(*word))).map(String::as_str);
        if label.is_none() && word.is_none() {
            return None;
        }
        let asked = [("source", source), ("label", label), ("title", word)];
        let asked: Vec<(&str, &str)> = asked.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        let spelt = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let when: Vec<String> = asked.iter().map(|(key, value)| format!("{key} = {}", spelt(value))).collect();
        let common: Vec<String> = asked.iter().map(|(key, value)| format!("the {key} {value}")).collect();
        Some(Proposed {
            reason: Clean::line(&format!(
                "{} items got the kind {kind} by hand; they have in common {}",
                items.len(),
                common.join(", ")
            )),
            ids: items.iter().map(|item| item.id.clone()).collect(),
            toml: format!("[[triage]]\nwhen = {{ {} }}\nset = {{ kind = {} }}\n", when.join(", "), spelt(kind)),
        })
    }
}

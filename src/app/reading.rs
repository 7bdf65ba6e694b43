//! What is asked for when a runbook is wanted, and what comes back.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::desk::Desk;
use crate::domain::id::IncidentId;
use crate::domain::runbook::document::Document;
use crate::domain::runbook::found::{Found, Listed};
use crate::domain::runbook::run::Run;
use crate::domain::text::Clean;

/// A page that somebody wants to see.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// The one for an incident: its kind's, else the best for its words.
    For(Box<Need>),
    /// This one, as it is listed; from this heading on, if one is named.
    Page {
        /// Which.
        path: String,
        /// The heading, as a link names it.
        anchor: Option<String>,
        /// The words by which it was found; none if it was not sought.
        sought: Option<String>,
    },
    /// Where a link of another page leads.
    Link {
        /// The page that it stands on.
        from: String,
        /// As written there.
        to: String,
    },
    /// This one again: its file has changed.
    Again {
        /// Which.
        path: String,
    },
}

/// What is known of an incident that a page is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Which.
    pub incident: IncidentId,
    /// The id of its kind.
    pub kind: Option<String>,
    /// What may stand in braces in the kind's target, by name: `suite`.
    pub filled: BTreeMap<String, String>,
    /// Its title, to be searched for where no kind names a page.
    pub words: String,
}

impl Need {
    /// What is known of this incident; none if there is none.
    pub fn of(desk: &Desk, id: &IncidentId) -> Option<Self> {
        let (incident, row) = (desk.incident(id)?, desk.row(id)?);
        let kind = row.class.kind.map(|at| desk.model().team.kinds[at].id.clone());
        let named = [("suite", &incident.suite), ("check", &incident.check)];
        let named = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.as_ref()?.to_string())));
        let mut filled: BTreeMap<String, String> = named.collect();
        let signal = incident.signal.as_ref().unwrap_or(id).as_str();
        if let Some((source, _)) = signal.rsplit_once([':', '#']) {
            filled.insert("source".to_owned(), source.to_owned());
        }
        // A check of one tool is called by the tool.
        let tool = incident.check.as_ref().and_then(|check| check.as_str().split_once(':').map(|(_, tool)| tool));
        if let Some(tool) = tool {
            filled.insert("tool".to_owned(), tool.to_owned());
        }
        Some(Self { incident: desk.called(id), kind, filled, words: incident.title.to_string() })
    }
}

/// Why just this page is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// The incident's kind names it.
    Kind(String),
    /// The incident's kind names one that is not there, and this fits its title best.
    Instead(String),
    /// It fits these words best.
    Words(String),
    /// It was named.
    Named,
}

/// A page, and what was done with it before.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What is known of it.
    pub page: Listed,
    /// Itself, taken apart.
    pub document: Arc<Document>,
    /// Its links that lead nowhere, as written, and why.
    pub broken: Arc<BTreeMap<String, &'static str>>,
    /// Its uses, in the order in which they began.
    pub runs: Vec<Run>,
    /// The heading from which on it is wanted, as a link names it.
    pub anchor: Option<String>,
    /// The line of the file to begin with; 0: its beginning.
    pub line: usize,
    /// The incident that it was opened for.
    pub incident: Option<IncidentId>,
    /// Why it was chosen.
    pub because: Because,
    /// What else may fit, the best first.
    pub others: Vec<Listed>,
}

/// The pages that there are, or that some words found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pages {
    /// The words; none: all pages.
    pub words: String,
    /// Those that fit, the best first; without words by path.
    pub listed: Vec<Listed>,
    /// Where nothing fits, those with the nearest titles.
    pub nearest: Vec<Listed>,
    /// What could not be looked at, a sentence each.
    pub doubts: Vec<Clean>,
}

impl Pages {
    /// What a search found.
    pub fn found(words: String, found: Found) -> Self {
        let Found { hits, nearest, doubts } = found;
        Self { words, listed: hits.into_iter().map(|hit| hit.page).collect(), nearest, doubts }
    }
}

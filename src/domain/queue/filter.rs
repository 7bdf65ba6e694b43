//! Finding rows by words: `mcp state:open -label:noise sev:SEV1`.

use super::{Row, State};
use crate::domain::incident::Incident;
use crate::domain::triage::Model;

/// Words that a row must (or, after a `-`, must not) match, all of them.
/// Case does not count. A word with a key looks at one thing only: `state:`,
/// `severity:` (or `sev:`), `kind:`, `area:`, `assignee:` (or `who:`),
/// `source:`, `label:`, `id:`, and `is:` with `overdue`, `untriaged`
/// or `unassigned`. Any other word is looked for in the id, the
/// title, the labels, the people, the severity, the kind and the area.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    wanted: Wanted,
    field: Field,
    word: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Present,
    Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Any,
    State,
    Severity,
    Kind,
    Area,
    Assignee,
    Source,
    Label,
    Id,
    Is,
}

const FIELDS: &[(&str, Field)] = &[
    ("state", Field::State),
    ("severity", Field::Severity),
    ("sev", Field::Severity),
    ("kind", Field::Kind),
    ("area", Field::Area),
    ("assignee", Field::Assignee),
    ("who", Field::Assignee),
    ("source", Field::Source),
    ("label", Field::Label),
    ("id", Field::Id),
    ("is", Field::Is),
];

const STATES: [&str; 4] = ["open", "acked", "snoozed", "closed"];

impl Filter {
    /// Reads what the operator typed; an unfinished word (`sev:`) matches everything.
    pub fn parse(text: &str) -> Self {
        let terms = text.split_whitespace().map(Term::parse).filter(|term| !term.word.is_empty()).collect();
        Self { terms }
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it asks for closed incidents.
    pub fn wants_closed(&self) -> bool {
        self.terms.iter().any(|term| {
            term.field == Field::State && term.wanted == Wanted::Present && "closed".starts_with(&term.word)
        })
    }

    /// What in it can match nothing in this team, in words: a typing error
    /// must not look like a quiet night. Empty if all of it makes sense.
    pub fn doubts(&self, model: &Model) -> Vec<String> {
        self.terms.iter().filter_map(|term| term.doubt(model)).collect()
    }

    /// Whether a row passes.
    pub fn matches(&self, row: &Row, incident: &Incident, model: &Model) -> bool {
        self.terms.iter().all(|term| term.holds(row, incident, model) == (term.wanted == Wanted::Present))
    }
}

impl Term {
    fn parse(word: &str) -> Self {
        let (wanted, word) = match word.strip_prefix('-') {
            Some(rest) => (Wanted::Absent, rest),
            None => (Wanted::Present, word),
        };
        let keyed = word.split_once(':').and_then(|(key, rest)| {
            FIELDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, field)| (*field, rest))
        });
        let (field, word) = keyed.unwrap_or((Field::Any, word));
        Self { wanted, field, word: word.to_lowercase() }
    }

    fn doubt(&self, model: &Model) -> Option<String> {
        let team = &model.team;
        let known: Vec<String> = match self.field {
            Field::State => STATES.iter().map(ToString::to_string).collect(),
            Field::Is => vec!["overdue".into(), "untriaged".into(), "unassigned".into()],
            Field::Severity => team.severities.iter().map(|severity| severity.id.clone()).collect(),
            Field::Kind => team.kinds.iter().map(|kind| kind.id.clone()).collect(),
            Field::Area => team.areas.iter().map(|area| area.id.clone()).collect(),
            Field::Any
                if self.word.split_once(':').is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase())) =>
            {
                let keys = FIELDS.iter().map(|(key, _)| format!("{key}:")).collect::<Vec<_>>().join(" ");
                return Some(format!("`{}`: looked for as text; keys are {keys}", self.word));
            }
            Field::Any | Field::Assignee | Field::Source | Field::Label | Field::Id => return None,
        };
        let whole = self.field == Field::State;
        let fits = |one: &String| if whole { one.starts_with(&self.word) } else { contains(one, &self.word) };
        (!known.iter().any(fits)).then(|| format!("`{}`: there are {}", self.word, known.join(", ")))
    }

    fn holds(&self, row: &Row, incident: &Incident, model: &Model) -> bool {
        let says = |text: &str| contains(text, &self.word);
        let severity = || model.severity_id(row.class.severity).is_some_and(says);
        let kind = || model.kind_id(row.class.kind).is_some_and(says);
        let area = || model.area_id(row.class.area).is_some_and(says);
        let label = || incident.labels.iter().any(|label| says(label.as_str()));
        let assignee = || incident.assignees.iter().any(|who| says(who.as_str()) || says(model.person(who).as_str()));
        match self.field {
            Field::State => row.standing.state.word().starts_with(&self.word),
            Field::Severity => severity(),
            Field::Kind => kind(),
            Field::Area => area(),
            Field::Assignee => {
                assignee() || row.standing.acked.iter().any(|(by, _)| by.as_ref().is_some_and(|by| says(by.as_str())))
            }
            Field::Source => says(incident.source.as_str()),
            Field::Label => label(),
            Field::Id => says(incident.id.as_str()),
            Field::Is => self.is(row, incident),
            Field::Any => {
                says(incident.title.as_str())
                    || says(incident.id.as_str())
                    || severity()
                    || kind()
                    || area()
                    || label()
                    || assignee()
            }
        }
    }

    fn is(&self, row: &Row, incident: &Incident) -> bool {
        match self.word.as_str() {
            "overdue" => row.standing.overdue(),
            "untriaged" => row.class.severity.is_none() && row.standing.state == State::Open,
            "unassigned" => incident.assignees.is_empty(),
            _ => false,
        }
    }
}

/// Looks for a word that is lower-case already, without allocating where both are ASCII.
fn contains(text: &str, word: &str) -> bool {
    if text.is_ascii() && word.is_ascii() {
        let Some((first, rest)) = word.as_bytes().split_first() else { return true };
        let mut parts = text.as_bytes().windows(word.len());
        return parts.any(|part| part[0].to_ascii_lowercase() == *first && part[1..].eq_ignore_ascii_case(rest));
    }
    text.to_lowercase().contains(word)
}

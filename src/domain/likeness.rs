//! What looks like an incident, and what that, a rule or a label says it is.
//!
//! A proposal is a guess with its reason beside it: nothing is set before
//! somebody says so.

use std::collections::{BTreeMap, BTreeSet};

use super::id::IncidentId;
use super::incident::Incident;
use super::text::Clean;
use super::triage::{Class, Model};
use crate::config::TriageRule;

/// So many are shown.
const MOST: usize = 4;
/// A word that stands in more titles says little.
const MANY: usize = 300;
/// A shorter word says little.
const SHORTEST: usize = 3;
/// Words that stand in any title.
const COMMON: &[&str] = &[
    "the", "and", "for", "with", "from", "into", "that", "this", "are", "was", "has", "have", "had", "not", "all",
    "its", "but", "than", "when", "after", "before", "since", "over", "does", "did", "can", "cannot", "still", "says",
    "one", "two", "new", "old", "between", "without", "instead", "which", "while", "out", "off",
];

/// Why two incidents look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same signal, seen before.
    Fingerprint,
    /// The same check of the same suite or source.
    Check,
    /// So many words of the title.
    Words(std::cmp::Reverse<usize>),
}

impl Likeness {
    /// In a few words.
    pub fn words(self) -> String {
        match self {
            Self::Fingerprint => "same fingerprint".to_owned(),
            Self::Check => "same check".to_owned(),
            Self::Words(count) => format!("{} same words", count.0),
        }
    }
}

/// What the words of a title are compared by.
pub fn words(title: &str) -> BTreeSet<String> {
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= SHORTEST);
    let telling = words.filter(|word| !COMMON.contains(word) && !word.chars().all(|c| c.is_ascii_digit()));
    // One of it and many of it are the same word.
    telling
        .map(|word| word.strip_suffix('s').filter(|one| one.len() > SHORTEST && !one.ends_with('s')).unwrap_or(word))
        .map(str::to_owned)
        .collect()
}

/// Many incidents, laid out so that those which may look alike are found without looking at all of them.
#[derive(Debug, Default)]
pub struct Shelf<'a> {
    all: Vec<&'a Incident>,
    by_word: BTreeMap<String, Vec<usize>>,
    by_mark: BTreeMap<String, Vec<usize>>,
}

impl<'a> Shelf<'a> {
    /// Lays these out.
    pub fn of(all: impl Iterator<Item = &'a Incident>) -> Self {
        let mut shelf = Self::default();
        for incident in all {
            let at = shelf.all.len();
            shelf.all.push(incident);
            for word in words(incident.title.as_str()) {
                shelf.by_word.entry(word).or_default().push(at);
            }
            for mark in marks(incident) {
                shelf.by_mark.entry(mark).or_default().push(at);
            }
        }
        shelf
    }

    /// What shares a mark or a word with this one, in the order in which it was laid out; a word that stands in very
    /// many titles tells nothing.
    pub fn near(&self, incident: &Incident) -> impl Iterator<Item = &'a Incident> + use<'a, '_> {
        let own = words(incident.title.as_str());
        let places = own.iter().filter_map(|word| self.by_word.get(word)).filter(|places| places.len() <= MANY);
        let marked = marks(incident).into_iter().filter_map(|mark| self.by_mark.get(&mark));
        let near: BTreeSet<usize> =
            places.chain(marked).flat_map(|places| places.iter().rev().take(MANY)).copied().collect();
        near.into_iter().map(|at| self.all[at])
    }
}

/// What two signals share that are the same, or of the same check.
fn marks(incident: &Incident) -> Vec<String> {
    let print = incident.fingerprint.clone();
    let check = incident.check.as_ref().map(|check| {
        let suite = incident.suite.as_ref().map(Clean::as_str).unwrap_or_default();
        format!("{}/{check}/{suite}", incident.source)
    });
    print.into_iter().chain(check).collect()
}

/// What looks like this one, the likest first, the newest of equals before the others.
pub fn look_alikes<'a>(incident: &Incident, all: impl Iterator<Item = &'a Incident>) -> Vec<(&'a Incident, Likeness)> {
    let own = words(incident.title.as_str());
    let mut found: Vec<(&Incident, Likeness)> = all
        .filter(|other| other.id != incident.id && other.gone.is_none())
        .filter(|other| {
            incident.signal.is_none()
                || (other.signal != incident.signal && Some(&other.id) != incident.signal.as_ref())
        })
        .filter_map(|other| Some((other, likeness(incident, &own, other)?)))
        .collect();
    found.sort_by(|(one, like), (other, likewise)| {
        like.cmp(likewise).then(other.opened_at.cmp(&one.opened_at)).then(one.id.cmp(&other.id))
    });
    found.truncate(MOST);
    found
}

fn likeness(incident: &Incident, own: &BTreeSet<String>, other: &Incident) -> Option<Likeness> {
    let same = |one: Option<&str>, another: Option<&str>| one.is_some() && one == another;
    if same(incident.fingerprint.as_deref(), other.fingerprint.as_deref()) {
        return Some(Likeness::Fingerprint);
    }
    let check = |one: &Incident| one.check.clone();
    if incident.check.is_some()
        && check(incident) == check(other)
        && incident.suite == other.suite
        && incident.source == other.source
    {
        return Some(Likeness::Check);
    }
    let others = words(other.title.as_str());
    let shared = own.intersection(&others).count();
    // Of short titles nearly all, of long ones half.
    let enough = shared >= 2 && shared * 2 >= own.len().min(others.len());
    enough.then_some(Likeness::Words(std::cmp::Reverse(shared)))
}

/// Something that an incident may be, and what says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// An id of the team file.
    pub id: String,
    /// What says so, in a few words.
    pub because: Clean,
}

/// What an incident is taken to be, or may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposal {
    /// Its kind.
    pub kind: Option<Guess>,
    /// Its severity.
    pub severity: Option<Guess>,
}

/// What is known, and what may be guessed of the rest. `alike` are triaged or not, the likest first.
pub fn proposal(incident: &Incident, alike: &[(IncidentId, Class)], model: &Model) -> Proposal {
    let class = model.classify(incident);
    let rule = model.rule_of(incident);
    let guess = |id: &str, because: &str| Guess { id: id.to_owned(), because: Clean::line(because) };
    let by_rule = |at: usize, rule: &TriageRule| format!("by rule {} of the team file ({})", at + 1, asks(rule));
    let like = |has: &dyn Fn(Class) -> Option<String>| {
        alike
            .iter()
            .find_map(|(id, class)| has(*class).map(|what| guess(&what, &format!("as {id}, which looks like it"))))
    };
    let known_kind = model.kind_id(class.kind).map(|id| match rule {
        _ if !model.kind_labels(incident).is_empty() => guess(id, "by its label"),
        Some((at, rule)) => guess(id, &by_rule(at, rule)),
        None => guess(id, "known"),
    });
    let kind = known_kind.or_else(|| like(&|class| model.kind_id(class.kind).map(str::to_owned)));
    let of_kind = kind.as_ref().and_then(|kind| model.team.kind(&kind.id));
    let known_severity = model.severity_id(class.severity).map(|id| match rule {
        _ if !model.severity_labels(incident).is_empty() => guess(id, "by its label"),
        Some((at, rule)) if rule.set.severity.is_some() => guess(id, &by_rule(at, rule)),
        Some(_) | None if class.kind.is_some_and(|at| model.team.kinds[at].severity.is_some()) => {
            guess(id, "by its kind")
        }
        Some(_) | None => guess(id, "as its source hints"),
    });
    let severity = known_severity
        .or_else(|| of_kind.and_then(|kind| Some(guess(kind.severity.as_deref()?, "by that kind"))))
        .or_else(|| like(&|class| model.severity_id(class.severity).map(str::to_owned)));
    Proposal { kind, severity }
}

/// What a rule asks for, in a few words.
fn asks(rule: &TriageRule) -> String {
    let when = &rule.when;
    let all = [
        ("source", &when.source),
        ("label", &when.label),
        ("suite", &when.suite),
        ("check", &when.check),
        ("title", &when.title),
        ("text", &when.text),
    ];
    let asked = all.into_iter().filter(|(_, values)| !values.is_empty());
    asked.map(|(key, values)| format!("{key} {}", values.join("|"))).collect::<Vec<_>>().join(", ")
}

//! What people did by hand again and again, and the file could say: the kind
//! of incidents that look alike, and whose an area is.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Ground, Proposed};
use crate::config::{Does, Set, TriageRule, When};
use crate::domain::history::What;
use crate::domain::incident::Incident;
use crate::domain::journal::UNATTENDED;
use crate::domain::text::Clean;

/// So many that got the same kind by hand make a rule.
const ALIKE: usize = 3;
/// Shorter words say nothing of an incident.
const WORD: usize = 4;
/// No more signs than these are tried.
const CANDIDATES: usize = 20;
/// So many incidents of an area that one person was given make a proposal.
const GIVEN: usize = 2;

/// A rule for each kind that three incidents or more got by hand.
pub(super) fn rules(ground: &Ground<'_>, cases: &[Case<'_>]) -> Vec<Proposed> {
    let mut by_kind: BTreeMap<usize, Vec<&Incident>> = BTreeMap::new();
    for case in cases {
        let Some(kind) = case.story.class.kind.filter(|kind| by_hand(ground, case, *kind)) else { continue };
        by_kind.entry(kind).or_default().push(&case.story.incident);
    }
    by_kind.into_iter().filter_map(|(kind, alike)| rule(ground, kind, &alike)).collect()
}

/// Whether a person gave it this kind in the cycle, and no rule would have.
fn by_hand(ground: &Ground<'_>, case: &Case<'_>, kind: usize) -> bool {
    let id = ground.model.kind_id(Some(kind));
    let given = case.story.events.iter().any(|event| {
        let by_person = event.by.as_deref() != Some(UNATTENDED);
        let same = matches!(&event.what, What::Kind(Some(to)) if Some(to.as_str()) == id);
        same && by_person && ground.has(event.at)
    });
    given && ground.model.classify(&bare(ground, &case.story.incident)).kind != Some(kind)
}

/// The incident without what people said of its kind.
fn bare(ground: &Ground<'_>, incident: &Incident) -> Incident {
    let named = ground.model.kind_labels(incident);
    let mut bare = incident.clone();
    bare.labels.retain(|label| !named.contains(label));
    bare
}

/// What all, or at least three, of these have in common, and nothing of another kind.
fn rule(ground: &Ground<'_>, kind: usize, alike: &[&Incident]) -> Option<Proposed> {
    if alike.len() < ALIKE {
        return None;
    }
    let model = ground.model;
    let id = model.kind_id(Some(kind))?.to_owned();
    let others = |rule: &TriageRule| {
        let other = ground.stories.iter().filter(|story| story.class.kind.is_some_and(|at| at != kind));
        other.into_iter().any(|story| model.fits(rule, &story.incident))
    };
    let mut best: Option<(usize, When)> = None;
    for when in candidates(ground, alike) {
        let rule = TriageRule { when, set: Set::default() };
        let n = alike.iter().filter(|incident| model.fits(&rule, incident)).count();
        if n >= ALIKE && best.as_ref().is_none_or(|(most, _)| n > *most) && !others(&rule) {
            best = Some((n, rule.when));
        }
    }
    let all = alike.len();
    let subject = ("triage-rule", format!("kind:{id}"));
    let Some((n, when)) = best else {
        let said =
            format!("{all} incidents got the kind {id} by hand, and have nothing in common that a rule could ask");
        return Some(Proposed::new(subject, (all, None), said));
    };
    let said = format!("{n} of {all} incidents that got the kind {id} by hand fit this rule");
    let before = model.team.triage.iter().position(|rule| alike.iter().any(|incident| model.fits(rule, incident)));
    let fields = vec![("when", spelled(&when)), ("set", format!("{{ kind = {} }}", quoted(&id)))];
    let nth = before.unwrap_or(usize::MAX);
    Some(Proposed::new(subject, (n, Some(all)), said).doing(("triage", Some(nth)), Does::Insert(fields)))
}

/// What a rule could ask of at least three of these: what most of them have first, and of that the most telling.
fn candidates(ground: &Ground<'_>, alike: &[&Incident]) -> Vec<When> {
    let mut counted: BTreeMap<Sign, usize> = BTreeMap::new();
    for incident in alike {
        for sign in signs(ground, incident) {
            *counted.entry(sign).or_default() += 1;
        }
    }
    let mut counted: Vec<(Sign, usize)> = counted.into_iter().filter(|(_, n)| *n >= ALIKE).collect();
    counted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    counted.truncate(CANDIDATES);
    counted.into_iter().map(|(sign, _)| sign.asked()).collect()
}

/// Something by which an incident may be told, the most telling first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Check(String, String),
    Suite(String),
    Label(String),
    /// Longer words first.
    Word(std::cmp::Reverse<usize>, String),
}

impl Sign {
    fn asked(self) -> When {
        match self {
            Self::Check(source, check) => When { source: vec![source], check: vec![check], ..When::default() },
            Self::Suite(suite) => When { suite: vec![suite], ..When::default() },
            Self::Label(label) => When { label: vec![label], ..When::default() },
            Self::Word(_, word) => When { title: vec![word], ..When::default() },
        }
    }
}

/// The signs of one incident, each once.
fn signs(ground: &Ground<'_>, incident: &Incident) -> BTreeSet<Sign> {
    let model = ground.model;
    let states = crate::domain::queue::state_labels(model);
    let named = [model.kind_labels(incident), model.severity_labels(incident)].concat();
    let is_plain =
        |label: &&Clean| !named.contains(label) && label.as_str() != states.ack && label.as_str() != states.snoozed;
    let mut signs = BTreeSet::new();
    let check = incident.check.as_ref();
    signs.extend(check.map(|check| Sign::Check(incident.source.to_string(), check.to_string())));
    signs.extend(incident.suite.as_ref().map(|suite| Sign::Suite(suite.to_string())));
    signs.extend(incident.labels.iter().filter(is_plain).map(|label| Sign::Label(label.to_string())));
    let title = incident.title.as_str().to_lowercase();
    let words = title.split(|c: char| !c.is_alphanumeric()).map(|word| (word.chars().count(), word));
    let words = words.filter(|(length, _)| *length >= WORD);
    signs.extend(words.map(|(length, word)| Sign::Word(std::cmp::Reverse(length), word.to_owned())));
    signs
}

fn spelled(when: &When) -> String {
    let keys = [
        ("source", &when.source),
        ("label", &when.label),
        ("suite", &when.suite),
        ("check", &when.check),
        ("title", &when.title),
        ("text", &when.text),
    ];
    let given = keys.into_iter().filter_map(|(key, values)| Some(format!("{key} = {}", quoted(values.first()?))));
    format!("{{ {} }}", given.collect::<Vec<String>>().join(", "))
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// An owner for each area that has none: its backup, else whoever was given its incidents.
pub(super) fn owners(ground: &Ground<'_>, cases: &[Case<'_>]) -> Vec<Proposed> {
    let team = &ground.model.team;
    let unowned = team.areas.iter().enumerate().filter(|(_, area)| area.owner.is_none());
    unowned
        .map(|(at, area)| {
            let own = cases.iter().filter(|case| case.story.class.area == Some(at));
            let own: Vec<&Case<'_>> = own.filter(|case| ground.has(case.story.opened_at())).collect();
            let given = given_to(ground, &own);
            let (id, of) = (&area.id, own.len());
            let subject = ("owner", format!("area:{id}"));
            let does = |value: String| Does::Set { key: "owner", value };
            match (&area.backup, given) {
                (Some(backup), _) => {
                    let said = format!("area {id} has no owner, and had {of} incidents: its backup is {backup}");
                    Proposed::new(subject, (of, None), said).doing(("areas", Some(at)), does(backup.clone()))
                }
                (None, Some((person, n))) => {
                    let said = format!("area {id} has no owner; {n} of its {of} incidents were given to {person}");
                    Proposed::new(subject, (n, Some(of)), said).doing(("areas", Some(at)), does(person))
                }
                (None, None) => {
                    let said = format!("area {id} has no owner, and had {of} incidents: name one person");
                    Proposed::new(subject, (of, None), said).doing(("areas", Some(at)), Does::Remark)
                }
            }
        })
        .collect()
}

/// The one person who was given at least two of these, and more than half.
fn given_to(ground: &Ground<'_>, cases: &[&Case<'_>]) -> Option<(String, usize)> {
    let mut given: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        let owner = case.story.first_owner().map(|event| &event.what);
        if let Some(What::Assigned(person)) = owner {
            *given.entry(person).or_default() += 1;
        }
    }
    let known = given.into_iter().filter(|(person, _)| ground.model.team.person(person).is_some());
    let most = known.max_by_key(|(_, n)| *n).filter(|(_, n)| *n >= GIVEN && *n * 2 > cases.len());
    most.map(|(person, n)| (person.to_owned(), n))
}

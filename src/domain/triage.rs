//! What sort of incident it is, how bad, and whose: by its labels, else by the
//! team's rules, the first that fits; what none fits is untriaged.

use std::collections::BTreeMap;

use super::incident::Incident;
use super::text::Clean;
use crate::config::{TeamFile, TriageRule, Who};

/// The `check` of a change of the interface that was announced; a rule for `drift` is for it too.
pub const ANNOUNCED: &str = "drift-announced";

/// The operating model, with what is looked up for every incident kept at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The team file as it stands.
    pub team: TeamFile,
    severities: BTreeMap<String, usize>,
    kinds: BTreeMap<String, usize>,
    people: BTreeMap<String, usize>,
    source_kinds: BTreeMap<String, &'static str>,
}

/// Where an incident belongs; indices into the team file's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Class {
    /// Into `severities`: 0 is the gravest. None: untriaged.
    pub severity: Option<usize>,
    /// Into `kinds`.
    pub kind: Option<usize>,
    /// Into `areas`.
    pub area: Option<usize>,
}

impl Model {
    /// Reads the lists of a team file once.
    pub fn new(team: TeamFile) -> Self {
        let indexed = |ids: Vec<&str>| ids.into_iter().enumerate().map(|(at, id)| (id.to_lowercase(), at)).collect();
        let severities = indexed(team.severities.iter().map(|severity| severity.id.as_str()).collect());
        let kinds = indexed(team.kinds.iter().map(|kind| kind.id.as_str()).collect());
        let mut people: BTreeMap<String, usize> =
            indexed(team.people.iter().map(|person| person.id.as_str()).collect());
        for (at, person) in team.people.iter().enumerate() {
            people.extend(person.github.iter().map(|login| (login.to_lowercase(), at)));
        }
        let source_kinds = team.sources.iter().map(|source| (source.id.clone(), source.kind.name())).collect();
        Self { team, severities, kinds, people, source_kinds }
    }

    /// The id of the person with this login or id, else the login itself.
    pub fn person(&self, login: &Clean) -> Clean {
        match self.people.get(&login.as_str().to_lowercase()) {
            Some(at) => Clean::line(&self.team.people[*at].id),
            None => login.clone(),
        }
    }

    /// What the tracker calls this person: their GitHub login, else what was given.
    pub fn login(&self, person: &str) -> Clean {
        let known = self.people.get(&person.to_lowercase()).map(|at| &self.team.people[*at]);
        Clean::line(known.and_then(|known| known.github.as_deref()).unwrap_or(person))
    }

    /// A severity's id as the team writes it.
    pub fn severity_id(&self, at: Option<usize>) -> Option<&str> {
        at.map(|at| self.team.severities[at].id.as_str())
    }

    /// The rotation that an incident of this severity wakes first: that of its escalation, else the first of the file.
    pub fn rotation_of(&self, severity: Option<usize>) -> Option<&str> {
        let team = &self.team;
        let escalation = severity.and_then(|at| team.severities.get(at)?.escalation.as_ref());
        let steps = escalation.and_then(|id| team.escalations.iter().find(|one| one.id == *id)).map(|one| &one.steps);
        let named = steps.into_iter().flatten().find_map(|step| match &step.to {
            Who::RotationPrimary(id) => Some(id.as_str()),
            Who::RotationSecondary(_)
            | Who::Person(_)
            | Who::AreaOwner(_)
            | Who::OwnerOfArea
            | Who::ReleaseOwner
            | Who::FreezeApprover
            | Who::Everyone => None,
        });
        named.or_else(|| team.rotations.first().map(|rotation| rotation.id.as_str()))
    }

    /// A kind's id as the team writes it.
    pub fn kind_id(&self, at: Option<usize>) -> Option<&str> {
        at.map(|at| self.team.kinds[at].id.as_str())
    }

    /// An area's id as the team writes it.
    pub fn area_id(&self, at: Option<usize>) -> Option<&str> {
        at.map(|at| self.team.areas[at].id.as_str())
    }

    /// The labels of an incident that name a severity.
    pub fn severity_labels(&self, incident: &Incident) -> Vec<Clean> {
        named_in(&self.severities, incident).map(|(label, _)| label.clone()).collect()
    }

    /// The labels of an incident that name a kind.
    pub fn kind_labels(&self, incident: &Incident) -> Vec<Clean> {
        named_in(&self.kinds, incident).map(|(label, _)| label.clone()).collect()
    }

    /// Where an incident belongs. A label named as a severity or a kind wins
    /// over any rule; of two severities the graver counts. What was announced is
    /// one severity lower than the rules say.
    pub fn classify(&self, incident: &Incident) -> Class {
        let labelled = named_in(&self.kinds, incident).map(|(_, at)| at).next();
        let rule = self.rule_of(incident).map(|(_, rule)| &rule.set);
        let ruled = |id: Option<&String>, ids: &BTreeMap<String, usize>| ids.get(&id?.to_lowercase()).copied();
        let kind = labelled.or_else(|| ruled(rule?.kind.as_ref(), &self.kinds));
        let by_kind = kind.map(|at| &self.team.kinds[at]);
        let severity = named_in(&self.severities, incident).map(|(_, at)| at).min().or_else(|| {
            let severity = ruled(rule.and_then(|set| set.severity.as_ref()), &self.severities)
                .or_else(|| ruled(by_kind?.severity.as_ref(), &self.severities))?;
            let lower = usize::from(incident.check.as_ref().is_some_and(|check| check.as_str() == ANNOUNCED));
            Some((severity + lower).min(self.team.severities.len() - 1))
        });
        let severity = severity.or_else(|| self.hinted(incident));
        let area = rule.and_then(|set| set.area.as_ref()).or_else(|| by_kind?.area.as_ref());
        let area = area.and_then(|id| self.team.areas.iter().position(|area| area.id == *id));
        Class { severity, kind, area }
    }

    /// The rule that holds for an incident, and its place in the team file, counted from 0; none fits what is untriaged.
    pub fn rule_of(&self, incident: &Incident) -> Option<(usize, &TriageRule)> {
        self.team.triage.iter().enumerate().find(|(_, rule)| self.fits(rule, incident))
    }

    /// What a source thinks of its own finding, among the team's severities; the gravest is for people to give.
    fn hinted(&self, incident: &Incident) -> Option<usize> {
        let last = self.team.severities.len().checked_sub(1)?;
        let step = match incident.hint.as_ref()?.as_str() {
            "high" => 1,
            "medium" => 2,
            _ => last,
        };
        Some(step.min(last))
    }

    /// Whether a rule is about an incident.
    pub fn fits(&self, rule: &TriageRule, incident: &Incident) -> bool {
        let when = &rule.when;
        let source = incident.source.as_str();
        let of_source = |wanted: &String| {
            wanted == source || self.source_kinds.get(source).copied().unwrap_or(source) == wanted.as_str()
        };
        let check = incident.check.as_ref().map(Clean::as_str);
        let says = |wanted: &String| check == Some(wanted.as_str()) || (check == Some(ANNOUNCED) && wanted == "drift");
        // Suites are words of eval signals; nothing else has one.
        let of_suite = |wanted: &String| incident.suite.as_ref().is_some_and(|suite| suite.as_str() == wanted);
        (when.suite.is_empty() || when.suite.iter().any(of_suite))
            && (when.check.is_empty() || when.check.iter().any(says))
            && (when.source.is_empty() || when.source.iter().any(of_source))
            && (when.label.is_empty() || when.label.iter().any(|label| incident.has_label(label)))
            && (when.title.is_empty() || says_any(incident.title.as_str(), &when.title))
            && (when.text.is_empty()
                || says_any(incident.title.as_str(), &when.text)
                || incident.body.as_ref().is_some_and(|body| says_any(body.as_str(), &when.text)))
    }
}

fn named_in<'a>(
    ids: &'a BTreeMap<String, usize>,
    incident: &'a Incident,
) -> impl Iterator<Item = (&'a Clean, usize)> + 'a {
    incident.labels.iter().filter_map(|label| Some((label, *ids.get(&label.as_str().to_lowercase())?)))
}

fn says_any(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(&word.to_lowercase()))
}

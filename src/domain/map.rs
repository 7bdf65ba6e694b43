//! The map of the operating model: of each thing that comes up again, who
//! decides, who backs them up, by when, what counts as done, and where the team
//! file does not say.

use serde::Serialize;

use super::text::Clean;
use crate::config::{
    Area, Cadence, Clock, Decision, DoneBy, Escalation, Evidence, Kind, Severity, Span, TeamFile, Train,
};

/// What its JSON is called.
pub const SCHEMA: &str = "dogwatch.map/1";

/// One thing that comes up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is, as findings name it: `area:prompts`.
    pub subject: Clean,
    /// What it is called, or asks.
    pub title: Clean,
    /// Who decides: a person, or whoever a rule names then; none if the file does not say.
    pub who: Option<Clean>,
    /// Who does if they cannot.
    pub backup: Option<Clean>,
    /// By when, or how often.
    pub when: Option<Clean>,
    /// What counts as done.
    pub done: Option<Clean>,
    /// What the file does not say, of these four.
    pub unclear: Vec<&'static str>,
}

/// What the file says of one thing, before it is known what is missing.
#[derive(Debug, Default)]
struct Said {
    who: Option<String>,
    backup: Option<String>,
    when: Option<String>,
    done: Option<String>,
}

impl Said {
    /// `asked` are those of the four that this sort of thing needs.
    fn row(self, subject: &str, title: &str, asked: &[&'static str]) -> Row {
        let Self { who, backup, when, done } = self;
        let known = |word: &str| match word {
            "who" => who.is_some(),
            "backup" => backup.is_some(),
            "when" => when.is_some(),
            _ => done.is_some(),
        };
        let unclear = asked.iter().copied().filter(|word| !known(word)).collect();
        let line = |text: Option<String>| text.map(|text| Clean::line(&text));
        Row {
            subject: Clean::line(subject),
            title: Clean::line(title),
            unclear,
            who: line(who),
            backup: line(backup),
            when: line(when),
            done: line(done),
        }
    }
}

/// The rows in the order of the file: decisions, areas, severities, kinds, trains, cadences.
pub fn rows(team: &TeamFile) -> Vec<Row> {
    let mut rows: Vec<Row> = team.decisions.iter().map(decision).collect();
    rows.extend(team.areas.iter().map(area));
    rows.extend(team.severities.iter().map(|one| severity(team, one)));
    rows.extend(team.kinds.iter().map(|one| kind(team, one)));
    rows.extend(team.trains.iter().map(train));
    rows.extend(team.cadences.iter().map(cadence));
    rows
}

fn decision(one: &Decision) -> Row {
    let said = Said {
        who: one.owner.as_ref().map(ToString::to_string),
        backup: one.escalate_to.as_ref().map(ToString::to_string),
        when: one.cadence.as_ref().map(|cadence| format!("at {cadence}")).or_else(|| one.when.clone()),
        done: None,
    };
    said.row(&format!("decision:{}", one.id), &one.question, &["who", "backup", "when"])
}

fn area(one: &Area) -> Row {
    let paths = (!one.paths.is_empty()).then(|| one.paths.join(", "));
    let when = if one.pages { "at once: it pages" } else { "by the clock of the severity" };
    let said = Said { who: one.owner.clone(), backup: one.backup.clone(), when: Some(when.to_owned()), done: paths };
    said.row(&format!("area:{}", one.id), &one.title, &["who", "backup", "done"])
}

/// Whom an escalation asks: the first, and those after them.
fn asked(team: &TeamFile, id: Option<&String>) -> (Option<String>, Option<String>) {
    let Some(escalation) = team.escalations.iter().find(|one: &&Escalation| Some(&one.id) == id) else {
        return (None, None);
    };
    let mut steps = escalation.steps.iter().map(|step| step.to.to_string());
    let first = steps.next();
    let rest: Vec<String> = steps.collect();
    (first, (!rest.is_empty()).then(|| rest.join(", then ")))
}

fn severity(team: &TeamFile, one: &Severity) -> Row {
    let (who, backup) = asked(team, one.escalation.as_ref());
    let clock = if one.clock == Clock::Always { "around the clock" } else { "in working hours" };
    let span = |word: &str, span: Option<Span>| span.map(|span| format!("{word} {span}"));
    let clocks = [span("ack", one.ack), span("owner", one.owner_within), span("update every", one.update_every)];
    let clocks: Vec<String> = clocks.into_iter().flatten().collect();
    let when = (!clocks.is_empty()).then(|| format!("{} ({clock})", clocks.join(", ")));
    let done = if one.backlog {
        Some("put into the backlog at triage".to_owned())
    } else {
        span("mitigated within", one.mitigate)
    };
    let done = match (done, span("a word about it within", one.review_within)) {
        (Some(done), Some(review)) => Some(format!("{done}; {review}")),
        (done, review) => done.or(review),
    };
    Said { who, backup, when, done }.row(&format!("severity:{}", one.id), &one.meaning, &["who", "when", "done"])
}

fn kind(team: &TeamFile, one: &Kind) -> Row {
    let area = team.areas.iter().find(|area| Some(&area.id) == one.area.as_ref());
    let said = Said {
        who: area.and_then(|area| area.owner.clone()),
        backup: area.and_then(|area| area.backup.clone()),
        when: one.severity.as_ref().map(|severity| format!("as {severity}")),
        done: one.runbook.as_ref().map(|page| format!("what {page} says")),
    };
    said.row(&format!("kind:{}", one.id), &one.title, &["who", "backup", "when", "done"])
}

fn evidence(one: &Evidence) -> String {
    match one {
        Evidence::Tag(glob) => format!("a tag {glob}"),
        Evidence::Commit(path) => format!("a commit to {path}"),
    }
}

fn train(one: &Train) -> Row {
    let turns = (!one.owners.is_empty()).then(|| format!("in turn: {}", one.owners.join(", ")));
    let deputy = (one.owners.len() > 1).then(|| "the next in turn".to_owned());
    let said = Said {
        who: turns,
        backup: deputy,
        when: one.rule.as_ref().map(|rule| rule.text.clone()),
        done: one.evidence.as_ref().map(evidence),
    };
    said.row(&format!("train:{}", one.id), &one.title, &["who", "backup", "when", "done"])
}

fn cadence(one: &Cadence) -> Row {
    let done = one.done_by.as_ref().map(|done_by| match done_by {
        DoneBy::Minutes => "minutes of a triage meeting".to_owned(),
        DoneBy::Handoff => "a handoff".to_owned(),
        DoneBy::Review => "a cycle review".to_owned(),
        DoneBy::RunbookRun => "a runbook used on an incident".to_owned(),
        DoneBy::Drill => "a runbook walked for practice".to_owned(),
        DoneBy::Git(one) => evidence(one),
    });
    let grace = one.grace.map(|grace| format!(", {grace} of grace")).unwrap_or_default();
    let said = Said {
        who: one.owner.as_ref().map(ToString::to_string),
        backup: None,
        when: Some(format!("{}{grace}", one.rule.text)),
        done,
    };
    said.row(&format!("cadence:{}", one.id), &one.title, &["who", "when", "done"])
}

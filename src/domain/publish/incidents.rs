//! How incidents are handled: how bad they can be, what sorts there are, and
//! what is taken for which.

use super::Ground;
use super::pages;
use super::paper::{Block, Line, Page};
use super::words::{self, maybe_person, span, titled};
use crate::config::{Clock, Kind, Severity, TriageRule, When};

/// How the clocks are read.
const UNITS: &str = "In the clocks `m` are minutes, `h` hours, `d` days, `w` weeks, and `bd` business days. On the clock \
                     `business` only business hours count; on `24x7` every hour does.";

pub(super) fn tell(ground: &Ground<'_>, page: &mut Page) {
    page.part("How incidents are handled", vec![Block::Say(Line::ours(UNITS))]);
    page.lesser(Line::ours("Severities"), severities(ground));
    page.lesser(Line::ours("Kinds"), kinds(ground));
    page.lesser(Line::ours("What is taken for which"), triage(ground));
}

fn severities(ground: &Ground<'_>) -> Vec<Block> {
    let head = &[
        "Severity",
        "Meaning",
        "Clock",
        "First ack",
        "Ack holds",
        "Owner",
        "Mitigated",
        "News every",
        "Reviewed",
        "Escalation",
    ];
    let row = |severity: &Severity| {
        let clock = match severity.clock {
            Clock::Always => "24x7",
            Clock::Business => "business",
        };
        let mitigate = if severity.backlog { Line::ours("goes to the backlog") } else { span(severity.mitigate) };
        vec![
            Line::name(&severity.id),
            Line::theirs(&severity.meaning),
            Line::ours(clock),
            span(severity.ack),
            span(severity.ack_holds),
            span(severity.owner_within),
            mitigate,
            span(severity.update_every),
            span(severity.review_within),
            severity.escalation.as_ref().map_or_else(Line::empty, Line::name),
        ]
    };
    let rows = ground.team.severities.iter().map(row).collect();
    let order = "The gravest first. An ack without news counts no longer than it holds.";
    vec![Block::Say(Line::ours(order)), Block::table(head, rows)]
}

fn kinds(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let row = |kind: &Kind| {
        let area = kind.area.as_ref().and_then(|id| team.areas.iter().find(|area| area.id == *id));
        vec![
            titled(&kind.title, &kind.id),
            kind.severity.as_ref().map_or_else(Line::empty, Line::name),
            kind.area.as_ref().map_or_else(Line::empty, Line::name),
            maybe_person(team, area.and_then(|area| area.owner.as_deref())),
            kind.runbook.as_ref().map_or_else(Line::empty, |target| pages::link(ground, target)),
        ]
    };
    let rows = team.kinds.iter().map(row).collect();
    vec![Block::table(&["Kind", "Severity", "Area", "Owner of the area", "Runbook"], rows)]
}

fn triage(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let filed = if team.filing.severities.is_empty() {
        Line::ours("Filed without being asked: nothing.")
    } else {
        let most = team.filing.max_per_hour;
        let filed = Line::ours("Filed without being asked: ").and(words::names(&team.filing.severities));
        filed.and(Line::ours(format!(", at most {most} in an hour.")))
    };
    if team.triage.is_empty() {
        return vec![Block::none(), Block::Say(filed)];
    }
    let rule = "A label that names a severity or a kind says what it is. Else the first rule that fits does; what none \
                fits waits for a person.";
    let rules = team.triage.iter().map(self::rule).collect();
    vec![Block::Say(Line::ours(rule)), Block::Steps(rules), Block::Say(filed)]
}

/// `if the source is evals and the suite is a or b: kind x, severity y`
fn rule(rule: &TriageRule) -> Line {
    let When { source, label, suite, check, title, text } = &rule.when;
    let asked = [
        ("the source is ", source),
        ("it is labelled ", label),
        ("the suite is ", suite),
        ("the check is ", check),
        ("the title says ", title),
        ("the title or the text says ", text),
    ];
    let asked = asked.into_iter().filter(|(_, any)| !any.is_empty());
    let asked = asked.map(|(words, any)| Line::ours(words).and(Line::all(any.iter().map(Line::name), " or ")));
    let set = [("kind ", &rule.set.kind), ("severity ", &rule.set.severity), ("area ", &rule.set.area)];
    let set = set.into_iter().filter_map(|(words, id)| Some(Line::ours(words).and(Line::name(id.as_ref()?))));
    Line::ours("if ").and(Line::all(asked, " and ")).and(Line::ours(": ")).and(Line::all(set, ", "))
}

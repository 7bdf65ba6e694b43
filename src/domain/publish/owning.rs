//! Who owns what, who decides what, and who the people are.

use super::Ground;
use super::paper::{Block, Line, Page};
use super::words::{self, day, maybe_person, maybe_who, titled};
use crate::config::{Away, Decision, Person};

pub(super) fn tell(ground: &Ground<'_>, page: &mut Page) {
    page.part("Who owns what", areas(ground));
    page.part("Who decides what", decisions(ground));
    page.part("People", people(ground));
}

fn areas(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let rows: Vec<Vec<Line>> = team
        .areas
        .iter()
        .map(|area| {
            vec![
                titled(&area.title, &area.id),
                maybe_person(team, area.owner.as_deref()),
                maybe_person(team, area.backup.as_deref()),
                words::names(&area.paths),
                Line::ours(if area.pages { "yes" } else { "no" }),
            ]
        })
        .collect();
    let table = Block::table(&["Area", "Owner", "Backup", "Paths", "Pages somebody"], rows);
    if team.areas.is_empty() {
        return vec![table];
    }
    let rule = "Of several areas with a pattern that fits a path, the last one in this table owns it.";
    vec![Block::Say(Line::ours(rule)), table]
}

fn decisions(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let row = |decision: &Decision| {
        vec![
            Line::theirs(&decision.question),
            maybe_who(team, decision.owner.as_ref()),
            occasion(ground, decision),
            maybe_who(team, decision.escalate_to.as_ref()),
        ]
    };
    let rows = team.decisions.iter().map(row).collect();
    vec![Block::table(&["Question", "Who decides", "When", "If they do not"], rows)]
}

/// The cadence that brings it up, or the event.
fn occasion(ground: &Ground<'_>, decision: &Decision) -> Line {
    let known = |id: &String| ground.team.cadences.iter().find(|cadence| cadence.id == *id);
    let cadence = decision.cadence.as_ref().and_then(known);
    let cadence = cadence.map(|cadence| Line::ours("at ").and(titled(&cadence.title, &cadence.id)));
    let event = decision.when.as_ref().map(Line::theirs);
    Line::all(cadence.into_iter().chain(event), "; ")
}

fn people(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let row = |person: &Person| {
        let zone = person.timezone.unwrap_or(team.team.timezone);
        vec![
            Line::name(&person.id),
            Line::theirs(&person.name),
            person.github.as_ref().map_or_else(Line::empty, Line::name),
            Line::ours(zone.name()),
            Line::ours(standing(ground, person)),
            Line::ours(away(ground, person)),
        ]
    };
    let rows = team.people.iter().map(row).collect();
    vec![Block::table(&["Id", "Name", "GitHub", "Time zone", "On the team", "Away"], rows)]
}

/// Since when and how long, where the file says it.
fn standing(ground: &Ground<'_>, person: &Person) -> String {
    let today = ground.days.from;
    let mut said = Vec::new();
    said.extend(person.joined.filter(|joined| *joined > today).map(|joined| format!("from {} on", day(joined))));
    said.extend(
        person.shadow_until.filter(|until| *until > today).map(|until| format!("rides along until {}", day(until))),
    );
    said.extend(person.left.map(|left| {
        let word = if left > today { "leaves" } else { "left" };
        format!("{word} {}", day(left))
    }));
    if said.is_empty() { "yes".to_owned() } else { said.join(", ") }
}

/// The days ahead, both included; why is nobody's business here.
fn away(ground: &Ground<'_>, person: &Person) -> String {
    let mut ahead: Vec<&Away> = person.away.iter().filter(|away| away.to >= ground.days.from).collect();
    ahead.sort_by_key(|away| (away.from, away.to));
    let left = ahead.len().saturating_sub(words::MOST_DAYS);
    let stretch = |away: &&Away| {
        if away.from == away.to { day(away.from) } else { format!("{} to {}", day(away.from), day(away.to)) }
    };
    let mut said: Vec<String> = ahead.iter().take(words::MOST_DAYS).map(stretch).collect();
    said.extend((left > 0).then(|| format!("and {left} more")));
    said.join("; ")
}

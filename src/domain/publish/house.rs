//! House rules: where the runbooks are, what is too much, and what is let pass
//! for a while.

use super::Ground;
use super::pages;
use super::paper::{Block, Line, Page};
use super::words::{self, day, lasts};
use crate::config::{Limits, Waiver};

pub(super) fn tell(ground: &Ground<'_>, page: &mut Page) {
    page.part("Runbooks", runbooks(ground));
    page.part("Limits", limits(ground));
    page.part("Waivers", waivers(ground));
}

fn runbooks(ground: &Ground<'_>) -> Vec<Block> {
    let runbooks = &ground.team.runbooks;
    let folders = Line::all(runbooks.dirs.iter().map(|dir| pages::folder(ground, dir)), ", ");
    let facts = vec![
        Line::ours("Folders: ").and(or_none(folders)).and(Line::ours(".")),
        Line::ours("Files: ").and(or_none(words::names(&runbooks.files))).and(Line::ours(".")),
        Line::ours(format!(
            "A page is stale when it has neither worked nor been really edited for `{}`.",
            lasts(runbooks.stale_after)
        )),
    ];
    // In the order in which the kinds name them.
    let mut named: Vec<(String, Line, Vec<&String>)> = Vec::new();
    for kind in &ground.team.kinds {
        let Some(target) = &kind.runbook else { continue };
        let (name, link) = pages::whole(ground, target);
        match named.iter_mut().find(|(known, _, _)| *known == name) {
            Some((_, _, kinds)) => kinds.push(&kind.id),
            None => named.push((name, link, vec![&kind.id])),
        }
    }
    let rows = named.into_iter().map(|(_, link, kinds)| vec![link, words::names(kinds)]).collect();
    vec![Block::Items(facts), Block::table(&["Page", "For the kinds"], rows)]
}

fn or_none(line: Line) -> Line {
    if line.is_empty() { Line::ours("none") } else { line }
}

fn limits(ground: &Ground<'_>) -> Vec<Block> {
    let Limits { incidents_per_shift, oncall_share, areas_per_owner, horizon, untouched } = &ground.team.limits;
    let share = (oncall_share * 1_000.0).round() / 10.0;
    let row = |what: &str, most: String| vec![Line::ours(what), Line::ours(most)];
    let mut rows = vec![
        row("Incidents in a shift, at most", incidents_per_shift.to_string()),
        row("Share of a rotation that one person carries, at most", format!("{share} %")),
        row("Areas of one owner, at most", areas_per_owner.to_string()),
        row("Rotations and releases are looked at ahead for", lasts(*horizon)),
    ];
    rows.extend(ground.team.severities.iter().filter_map(|severity| {
        let most = untouched.get(&severity.id)?;
        let of = Line::ours("An incident of ").and(Line::name(&severity.id));
        Some(vec![of.and(Line::ours(" may lie untouched for")), Line::ours(lasts(*most))])
    }));
    vec![Block::table(&["What", "Limit"], rows)]
}

fn waivers(ground: &Ground<'_>) -> Vec<Block> {
    let lint = &ground.team.lint;
    let row = |waiver: &Waiver| {
        let ended = if waiver.until < ground.days.from { " (ended)" } else { "" };
        vec![
            Line::name(&waiver.rule),
            Line::name(&waiver.subject),
            Line::theirs(&waiver.why),
            Line::ours(format!("{}{ended}", day(waiver.until))),
        ]
    };
    let facts = vec![
        Line::ours("Warnings that count as errors: ").and(or_none(words::names(&lint.deny))).and(Line::ours(".")),
        Line::ours("Files that may stay without an owner: ")
            .and(or_none(words::names(&lint.ignore_paths)))
            .and(Line::ours(".")),
    ];
    let rows = lint.waivers.iter().map(row).collect();
    vec![Block::table(&["Rule", "Of what", "Why", "Last day"], rows), Block::Items(facts)]
}

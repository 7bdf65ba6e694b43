//! Who is on call, rotation by rotation, and who is asked when nobody answers.
//!
//! Shifts come from the team file alone, overrides and swaps applied: what a
//! machine remembers of the past is no part of the page. Of a change it is
//! told whose turn it was, not why.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::Ground;
use super::paper::{Block, Line, Page};
use super::words::{self, MOST_ROWS, day, person, time, titled, who};
use crate::config::{Coverage, Escalation, Role, Rotation, Secondary, TeamFile, Window};
use crate::domain::people::Unfit;
use crate::domain::rotation::{Because, Gap, Piece, Roster};

pub(super) fn tell(ground: &Ground<'_>, page: &mut Page) {
    let team = ground.team;
    if team.rotations.is_empty() {
        page.part("Who is on call", vec![Block::none()]);
    } else {
        page.part("Who is on call", Vec::new());
        let roster = Roster::new(team, &[], ground.stretch.0, ground.stretch);
        let gaps = roster.gaps(ground.stretch);
        for rotation in &team.rotations {
            let mut blocks = vec![Block::Items(facts(team, rotation))];
            blocks.extend(shifts(ground, rotation, &roster));
            blocks.extend(holes(team, rotation, &gaps));
            page.lesser(titled(&rotation.title, &rotation.id), blocks);
        }
    }
    if team.escalations.is_empty() {
        page.part("Escalations", vec![Block::none()]);
        return;
    }
    let clock = "While nobody acks, the next step is asked; the waits count on the clock of the severity. A step that \
                 reaches nobody is passed over at once.";
    page.part("Escalations", vec![Block::Say(Line::ours(clock))]);
    for escalation in &team.escalations {
        page.lesser(Line::name(&escalation.id), steps(team, escalation));
    }
}

fn facts(team: &TeamFile, rotation: &Rotation) -> Vec<Line> {
    let zone = rotation.timezone;
    let clock = rotation.start.format("%H:%M");
    let until = rotation.until.map(|until| format!(", until {} {}", day(until.date()), until.format("%H:%M")));
    let handover = format!(
        "Handover: {} at {clock} {zone}, since {}{}.",
        words::every(rotation.shift),
        day(rotation.start.date()),
        until.unwrap_or_default()
    );
    let second = match &rotation.secondary {
        None => Line::ours("nobody by rule"),
        Some(Secondary::Previous) => Line::ours("whoever is before them in turn"),
        Some(Secondary::Next) => Line::ours("whoever is after them in turn"),
        Some(Secondary::Rotation(id)) => Line::ours("whoever is on call in ").and(Line::name(id)),
    };
    vec![
        Line::ours("In turn: ").and(words::people(team, &rotation.members)).and(Line::ours(".")),
        Line::ours(handover),
        Line::ours(format!("Covered: {}.", coverage(team, rotation))),
        Line::ours("Second: ").and(second).and(Line::ours(".")),
    ]
}

/// The hours in which somebody has to be there.
fn coverage(team: &TeamFile, rotation: &Rotation) -> String {
    let zone = rotation.timezone;
    match &rotation.coverage {
        Coverage::Always => "every hour of every day".to_owned(),
        Coverage::Business => {
            let hours = words::hours(team.team.workhours.from, team.team.workhours.to);
            format!("{} {hours} {zone}, without holidays", words::weekdays(&team.team.workdays))
        }
        Coverage::Windows(windows) => {
            let window = |one: &Window| {
                let over = if one.to <= one.from && one.to != chrono::NaiveTime::MIN { " of the next day" } else { "" };
                format!("{} {}{over}", words::weekdays(&one.days), words::hours(one.from, one.to))
            };
            format!("{} {zone}, holidays too", windows.iter().map(window).collect::<Vec<_>>().join("; "))
        }
    }
}

/// A row for each stretch in which the same two people have it.
fn shifts(ground: &Ground<'_>, rotation: &Rotation, roster: &Roster<'_>) -> Vec<Block> {
    let team = ground.team;
    let first = roster.pieces(&rotation.id, Role::Primary, ground.stretch);
    let second = roster.pieces(&rotation.id, Role::Secondary, ground.stretch);
    let cuts: BTreeSet<DateTime<Utc>> = first.iter().chain(&second).flat_map(|one| [one.start(), one.end()]).collect();
    let cuts: Vec<DateTime<Utc>> = cuts.into_iter().collect();
    let (mut primaries, mut secondaries) = (Turns::of(&first), Turns::of(&second));
    let mut rows = Vec::new();
    let mut left = 0;
    for pair in cuts.windows(2) {
        let &[from, to] = pair else { continue };
        let (primary, secondary) = (primaries.at(from), secondaries.at(from));
        if primary.is_none() && secondary.is_none() {
            continue;
        }
        if rows.len() == MOST_ROWS {
            left += 1;
            continue;
        }
        let holder = |piece: Option<&Piece<'_>>| piece.map_or_else(Line::empty, |piece| person(team, piece.person));
        let changes = [(primary, ""), (secondary, "second, ")];
        let changes = changes.into_iter().filter_map(|(piece, role)| Some((piece?, role)));
        let changes = changes.filter(|(piece, _)| piece.because != Because::Rotation);
        rows.push(vec![
            Line::ours(time(from, rotation.timezone)),
            Line::ours(time(to, rotation.timezone)),
            holder(primary),
            holder(secondary),
            Line::all(changes.map(|(piece, role)| changed(team, piece, role)), "; "),
        ]);
    }
    let mut blocks = vec![Block::table(&["From", "To", "On call", "Second", "Changed"], rows)];
    blocks
        .extend((left > 0).then(|| Block::Say(Line::ours(format!("And {left} more up to {}.", day(ground.days.to))))));
    blocks
}

/// Whose turn it was: `swap, for Dev`.
fn changed(team: &TeamFile, piece: &Piece<'_>, role: &str) -> Line {
    let said = Line::ours(format!("{role}{}", piece.because.word()));
    match piece.instead_of {
        Some(of) if of != piece.person => said.and(Line::ours(", for ")).and(person(team, of)),
        Some(_) | None => said,
    }
}

/// Pieces in order, asked in order.
struct Turns<'p, 'a> {
    pieces: &'p [Piece<'a>],
}

impl<'p, 'a> Turns<'p, 'a> {
    fn of(pieces: &'p [Piece<'a>]) -> Self {
        Self { pieces }
    }

    /// That of an instant, which is none before the last one that was asked for.
    fn at(&mut self, at: DateTime<Utc>) -> Option<&'p Piece<'a>> {
        while let Some((first, rest)) = self.pieces.split_first() {
            if first.end() > at {
                return Some(first).filter(|first| first.start() <= at);
            }
            self.pieces = rest;
        }
        None
    }
}

/// Covered time in which nobody can answer.
fn holes(team: &TeamFile, rotation: &Rotation, gaps: &[Gap<'_>]) -> Vec<Block> {
    let own: Vec<&Gap<'_>> = gaps.iter().filter(|gap| gap.rotation == rotation.id).collect();
    if own.is_empty() {
        return vec![Block::Say(Line::ours("Covered time in which nobody can answer: none."))];
    }
    let mut said: Vec<Line> = own
        .iter()
        .take(words::MOST_DAYS)
        .map(|gap| {
            let ends = (time(gap.start.to_utc(), rotation.timezone), time(gap.end.to_utc(), rotation.timezone));
            let why = match gap.why {
                Unfit::Left => " has left".to_owned(),
                Unfit::NotJoined(joined) => format!(" joins on {}", day(joined)),
                Unfit::Shadowing(until) => format!(" only rides along until {}", day(until)),
                Unfit::Away { to, .. } => format!(" is away to {}", day(to)),
            };
            Line::ours(format!("{} to {}: ", ends.0, ends.1)).and(person(team, gap.holder)).and(Line::ours(why))
        })
        .collect();
    let left = own.len().saturating_sub(words::MOST_DAYS);
    said.extend((left > 0).then(|| Line::ours(format!("and {left} more"))));
    vec![Block::Say(Line::ours("Covered time in which nobody can answer:")), Block::Items(said)]
}

fn steps(team: &TeamFile, escalation: &Escalation) -> Vec<Block> {
    let users = team.severities.iter().filter(|severity| severity.escalation.as_ref() == Some(&escalation.id));
    let users = words::names(users.map(|severity| &severity.id));
    let users = if users.is_empty() { Line::ours("no severity") } else { users };
    let steps = escalation.steps.iter().map(|step| {
        let wait = step.wait.map(|wait| format!("; after {wait} without an ack the next")).unwrap_or_default();
        Line::ours("ask ").and(who(team, &step.to)).and(Line::ours(wait))
    });
    vec![Block::Say(Line::ours("For ").and(users).and(Line::ours("."))), Block::Steps(steps.collect())]
}

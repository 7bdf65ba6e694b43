//! What the next person must know: the first five sections, cut to what fits.

use super::{Block, MAIN_LINES, Part, Row, clock, long, named, ours, person, theirs};
use crate::domain::handoff::section::{Carried, Decision, Header, Open, PutOff, SourceAge, Summary};
use crate::domain::handoff::{Handoff, Holder};

/// Marker and title; and the blank line that ends it.
const ABOVE: usize = 3;
/// A blank line and a heading.
const HEADING: usize = 2;
/// So many notes of the header are shown; the rest stands below.
pub(super) const NOTES: usize = 4;

/// The first five sections, in so many lines that all of it fits.
pub(super) fn blocks(handoff: &Handoff) -> Vec<Block> {
    let sections = &handoff.sections;
    let (header, summary) = (header(handoff), summary(&sections.summary));
    let pass = let_pass(handoff);
    let left_out = |section: &str| sections.header.left_out.get(section).copied().unwrap_or(0);
    let used = ABOVE + 5 * HEADING + header.len() + summary.len() + pass.len();
    let (needs, carried, snoozed) = (&sections.needs_you_now, &sections.carry_over, &sections.snoozed.incidents);
    let wanted = [needs.len(), carried.len(), snoozed.len()].map(|rows| rows.max(1));
    let room = share(MAIN_LINES.saturating_sub(used), wanted);
    let mut last = fitting(snoozed, room[2], left_out("snoozed"), put_off);
    if !pass.is_empty() && snoozed.is_empty() {
        last.push(Row::ours("incidents: none"));
    }
    last.extend(pass);
    vec![
        Block { heading: "Header", rows: header },
        Block { heading: "Summary", rows: summary },
        Block { heading: "Needs you now", rows: fitting(needs, room[0], left_out("needs_you_now"), open) },
        Block { heading: "Carry over", rows: fitting(carried, room[1], 0, carry) },
        Block { heading: "Snoozed", rows: last },
    ]
}

/// Gives each list a third of the lines, and what one does not need to the others: what was somebody's comes first.
fn share(lines: usize, wanted: [usize; 3]) -> [usize; 3] {
    let mut room = wanted.map(|rows| rows.min(lines / 3));
    for place in [1, 0, 2] {
        let free = lines.saturating_sub(room.iter().sum());
        if let (Some(own), Some(wanted)) = (room.get_mut(place), wanted.get(place)) {
            *own += free.min(wanted.saturating_sub(*own));
        }
    }
    room
}

/// The first rows of a list, and how many more there are.
fn fitting<T>(rows: &[T], room: usize, left_out: usize, row: impl Fn(&T) -> Row) -> Vec<Row> {
    let is_whole = rows.len() <= room && left_out == 0;
    let shown = if is_whole { rows.len() } else { room.saturating_sub(1).min(rows.len()) };
    let mut told: Vec<Row> = rows.iter().take(shown).map(row).collect();
    if !is_whole {
        let below = rows.len() - shown;
        let mut more = Vec::new();
        more.extend((below > 0).then(|| format!("{below} more in the appendix")));
        more.extend((left_out > 0).then(|| format!("{left_out} more are left out")));
        told.push(Row::ours(more.join("; ")));
    }
    told
}

pub(super) fn holder(holder: Option<&Holder>) -> Vec<Part> {
    let Some(one) = holder else { return vec![ours("nobody")] };
    let mut parts = vec![person(&one.person)];
    if let Some(of) = &one.instead_of {
        parts.extend([ours(", for "), person(of), ours(format!(" ({})", one.because))]);
    }
    parts
}

fn header(handoff: &Handoff) -> Vec<Row> {
    let Header { outgoing, incoming, shift, elapsed_hours, sources, partial, notes, .. } = &handoff.sections.header;
    let (start, end) = (clock(shift.start), clock(shift.end));
    let mut who = vec![ours("outgoing ")];
    who.extend(holder(outgoing.as_ref()));
    who.push(ours("; incoming "));
    who.extend(holder(incoming.as_ref()));
    let mut from = vec![ours(if *partial { "PARTIAL, a source failed: " } else { "sources: " })];
    if sources.is_empty() {
        from.push(ours("none"));
    }
    for (at, source) in sources.iter().enumerate() {
        let between = if at == 0 { "" } else { ", " };
        from.extend([ours(between), person(&source.id), ours(format!(" {}", age(handoff, source)))]);
    }
    let mut rows = vec![
        Row::ours(format!("shift {start} to {end}, {elapsed_hours} h")),
        Row::new(who),
        Row::ours(format!("computed {}", clock(handoff.generated_at))),
        Row::new(from),
    ];
    let shown = if notes.len() > NOTES { NOTES - 1 } else { notes.len() };
    rows.extend(notes.iter().take(shown).map(|note| Row::new(vec![theirs(note)])));
    if notes.len() > shown {
        rows.push(Row::ours(format!("{} more notes in the appendix", notes.len() - shown)));
    }
    rows
}

fn age(handoff: &Handoff, source: &SourceAge) -> String {
    match source.fetched_at {
        Some(at) => format!("{} ({})", source.state, long(handoff.generated_at - at)),
        None => source.state.clone(),
    }
}

fn summary(summary: &Summary) -> Vec<Row> {
    let Summary { opened, resolved, carried, dropped, off_hours, feel, line, typed_by } = summary;
    let mut rows = vec![Row::ours(format!(
        "{opened} opened, {resolved} resolved, {carried} carried, {dropped} dropped, {off_hours} off hours"
    ))];
    if feel.is_some() || line.is_some() {
        let by = typed_by.get("line").or_else(|| typed_by.get("feel"));
        let mut parts =
            vec![ours("it felt "), ours(feel.map_or("(not said)".to_owned(), |feel| format!("{feel} of 5")))];
        parts.extend(by.map(|by| [ours(" ("), theirs(by), ours(")")]).into_iter().flatten());
        parts.extend(line.as_ref().map(|line| [ours(": "), theirs(line)]).into_iter().flatten());
        rows.push(Row::new(parts));
    }
    rows
}

fn open(row: &Open) -> Row {
    let mut parts = named(&row.of);
    let clock_word = match (row.dropped_at, row.overdue, row.due_at) {
        (Some(at), ..) => format!(" DROPPED at {}", clock(at)),
        (None, true, Some(at)) => format!(" OVERDUE since {}", clock(at)),
        (None, false, Some(at)) => format!(" due {}", clock(at)),
        (None, _, None) => String::new(),
    };
    parts.push(ours(format!(" {}", row.state)));
    parts.extend(row.owner.as_ref().map(|owner| [ours(", "), theirs(owner)]).into_iter().flatten());
    parts.push(ours(format!("{clock_word}: ")));
    parts.push(theirs(&row.of.title));
    parts.extend(row.next_step.as_ref().map(|next| [ours(" | next: "), theirs(next)]).into_iter().flatten());
    Row::new(parts)
}

/// What becomes of something that somebody had.
pub(super) fn fate(row: &Carried) -> Vec<Part> {
    let until = row.until.map(|at| format!(" until {}", clock(at))).unwrap_or_default();
    let mut parts = match row.decision {
        Decision::Undecided => vec![ours(" UNDECIDED")],
        Decision::Handed => vec![ours(" handed")],
        Decision::Returned => vec![ours(" returned to the queue")],
        Decision::Snoozed => vec![ours(format!(" snoozed{until}"))],
    };
    let to = match row.decision {
        Decision::Handed | Decision::Undecided | Decision::Returned => " to ",
        Decision::Snoozed => ", wakes ",
    };
    parts.extend(row.to.as_ref().map(|who| [ours(to), theirs(who)]).into_iter().flatten());
    parts
}

fn carry(row: &Carried) -> Row {
    let mut parts = named(&row.of);
    parts.extend(fate(row));
    // A line is cut at its end: what the next one does comes before what it was called.
    match &row.next_step {
        Some(next) => parts.extend([ours(" | next: "), theirs(next)]),
        None => parts.push(ours(" | NO NEXT STEP")),
    }
    parts.extend([ours(" | "), theirs(&row.of.title)]);
    Row::new(parts)
}

pub(super) fn put_off(row: &PutOff) -> Row {
    let mut parts = named(&row.of);
    parts.push(ours(format!(" until {}", clock(row.until))));
    parts.extend(row.wakes.as_ref().map(|who| [ours(", wakes "), theirs(who)]).into_iter().flatten());
    parts.push(ours(if row.in_next_shift { ", in the next shift: " } else { ": " }));
    parts.push(theirs(&row.of.title));
    Row::new(parts)
}

/// How much is let pass; it stands in full in the appendix.
fn let_pass(handoff: &Handoff) -> Vec<Row> {
    let snoozed = &handoff.sections.snoozed;
    let (waivers, muted) = (snoozed.waivers.len(), snoozed.muted.len());
    if waivers + muted == 0 {
        return Vec::new();
    }
    vec![Row::ours(format!("waivers: {waivers}; muted checks: {muted} (in the appendix, with their end)"))]
}

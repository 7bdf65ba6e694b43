//! All the rest: the last eight sections, and what the main part had no room
//! for.

use chrono::TimeDelta;

use super::{Block, Part, Row, clock, linked, long, main_part, ours, person, theirs, typed};
use crate::domain::handoff::Handoff;
use crate::domain::handoff::section::{
    Asks, Carried, Changed, Changes, Health, LetPass, Noise, Numbers, Of, Open, PutOff, Receipt, Resolved, Schedule,
    Spread,
};
use crate::domain::handoff::typed::Field;
use crate::domain::text::Clean;

/// Sections 6 to 13, then the details of 1 and 3 to 5.
pub(super) fn blocks(handoff: &Handoff) -> Vec<Block> {
    let sections = &handoff.sections;
    let left_out = |name: &str| {
        let left = sections.header.left_out.get(name);
        left.map(|left| Row::ours(format!("{left} more are left out")))
    };
    let mut blocks = vec![
        Block {
            heading: "Resolved",
            rows: sections.resolved.iter().flat_map(resolved).chain(left_out("resolved")).collect(),
        },
        Block { heading: "Noise", rows: sections.noise.iter().flat_map(noise).chain(left_out("noise")).collect() },
        Block { heading: "Health", rows: health(&sections.health) },
        Block { heading: "Changes", rows: changes(&sections.changes).into_iter().chain(left_out("changes")).collect() },
        Block { heading: "Schedule", rows: schedule(&sections.schedule) },
        Block { heading: "Asks", rows: asks(&sections.asks) },
        Block { heading: "Numbers", rows: numbers(&sections.numbers) },
        Block { heading: "Receipt", rows: receipt(&sections.receipt) },
    ];
    let details = details(handoff);
    if !details.is_empty() {
        blocks.push(Block { heading: "Details", rows: details });
    }
    blocks
}

fn titled(of: &Of) -> Vec<Part> {
    let mut parts = linked(of);
    parts.extend([ours(": "), theirs(&of.title)]);
    parts
}

fn under(parts: Option<Vec<Part>>) -> Option<Row> {
    parts.map(Row::under)
}

fn resolved(row: &Resolved) -> Vec<Row> {
    let mut first = titled(&row.of);
    let again = if row.reopened > 0 { format!(", reopened {} times", row.reopened) } else { String::new() };
    let took = long(TimeDelta::seconds(row.took));
    first.push(ours(format!(" ({} {}, took {took}{again})", row.reason, clock(row.closed_at))));
    let cause = under(typed(Field::Cause, row.cause.as_ref(), &row.typed_by));
    let follow_up = under(typed(Field::FollowUp, row.follow_up.as_ref(), &row.typed_by));
    std::iter::once(Row::new(first)).chain(cause).chain(follow_up).collect()
}

fn noise(row: &Noise) -> Vec<Row> {
    let mut first = titled(&row.of);
    first.push(ours(format!(" ({} times, {}): {}", row.count, row.outcome.word(), row.proposal)));
    vec![Row::new(first)]
}

/// A list with its name; `none` where it is empty.
fn list<T>(label: &str, rows: &[T], row: impl Fn(&T) -> Vec<Part>) -> Vec<Row> {
    if rows.is_empty() {
        return vec![Row::ours(format!("{label}: none"))];
    }
    std::iter::once(Row::ours(format!("{label}:"))).chain(rows.iter().map(|one| Row::under(row(one)))).collect()
}

fn health(health: &Health) -> Vec<Row> {
    let since = |at: Option<_>| at.map(|at| format!(" since {}", clock(at))).unwrap_or_default();
    let mut rows = list("evals", &health.evals, |one| {
        vec![theirs(&one.suite), ours(": "), theirs(&one.verdict), ours(since(one.since))]
    });
    rows.extend(list("endpoints", &health.endpoints, |one| {
        let mut parts = vec![person(&one.id), ours(format!(": {}{}", one.state, since(one.since)))];
        for drift in &one.drift {
            parts.extend([ours("; drift: "), theirs(drift)]);
        }
        parts
    }));
    rows
}

fn why(why: Option<&Clean>) -> Vec<Part> {
    why.map(|why| vec![ours(": "), theirs(why)]).unwrap_or_default()
}

fn changes(changes: &Changes) -> Vec<Row> {
    let mut rows = list("releases", &changes.releases, |one| {
        let mut parts = vec![ours(format!("{} ", one.date)), theirs(&one.title), ours(format!(" ({}", one.status))];
        parts.extend(one.owner.as_ref().map(|owner| [ours(", "), theirs(owner)]).into_iter().flatten());
        parts.push(ours(")"));
        parts
    });
    rows.extend(list("freezes", &changes.freezes, |one| {
        let mut parts = vec![person(&one.id), ours(format!(", {} to {}", one.from, one.to))];
        parts.extend(why(one.why.as_ref()));
        parts
    }));
    rows.extend(list("opened within an hour after a release", &changes.near, |one| {
        let mut parts = titled(&one.of);
        parts.extend([ours(format!(" ({} min after ", one.minutes)), theirs(&one.release), ours(")")]);
        parts
    }));
    rows
}

fn changed(one: &Changed) -> Vec<Part> {
    let mut parts = vec![person(&one.person)];
    parts.extend(one.instead_of.as_ref().map(|of| [ours(", for "), person(of)]).into_iter().flatten());
    parts.push(ours(format!(", {} to {}", clock(one.start), clock(one.end))));
    parts.extend(why(one.why.as_ref()));
    parts
}

fn schedule(schedule: &Schedule) -> Vec<Row> {
    let at = &schedule.next_handover;
    let other = |who: &str, clocks: Option<_>| {
        let clocks = clocks.filter(|there| clock(*there) != clock(at.at));
        clocks.map(|there| format!("; {} on the {who} person's clock", clock(there))).unwrap_or_default()
    };
    let (outgoing, incoming) = (other("outgoing", at.outgoing), other("incoming", at.incoming));
    let mut rows = vec![Row::ours(format!("next handover {}{outgoing}{incoming}", clock(at.at)))];
    rows.extend(schedule.notes.iter().map(|note| Row::new(vec![theirs(note)])));
    rows.extend(list("overrides in the next shift", &schedule.overrides, changed));
    rows.extend(list("swaps in the next shift", &schedule.swaps, changed));
    rows.extend(list("gaps in the next shift", &schedule.gaps, |one| {
        vec![ours(format!("{} to {}: ", clock(one.start), clock(one.end))), theirs(&one.why)]
    }));
    rows.extend(list("away in the next shift", &schedule.away, |one| {
        let mut parts = vec![person(&one.person), ours(format!(", {} to {}", one.from, one.to))];
        parts.extend(why(one.why.as_ref()));
        parts
    }));
    rows
}

fn asks(asks: &Asks) -> Vec<Row> {
    let asked = typed(Field::Asks, asks.asks.as_ref(), &asks.typed_by);
    let mut rows = vec![Row::new(asked.unwrap_or_else(|| vec![ours("asks: none")]))];
    let page = |page: &Clean| vec![theirs(page)];
    rows.extend(list("runbooks that worked", &asks.runbooks.worked, page));
    rows.extend(list("runbooks that did not", &asks.runbooks.failed, page));
    rows.extend(list("kinds without a runbook", &asks.runbooks.missing, |kind| vec![person(kind)]));
    rows
}

fn numbers(numbers: &Numbers) -> Vec<Row> {
    let Numbers { pages, off_hours_pages, ack, close, reopened } = numbers;
    vec![
        Row::ours(format!("pages: {pages}, {off_hours_pages} of them off hours")),
        Row::ours(format!("opened to first ack: {}", spread(*ack))),
        Row::ours(format!("opened to closed: {}", spread(*close))),
        Row::ours(format!("reopened: {reopened}")),
    ]
}

fn spread(spread: Spread) -> String {
    let seconds = |seconds: i64| long(TimeDelta::seconds(seconds));
    match (spread.median, spread.slowest) {
        (Some(median), Some(slowest)) => {
            format!("median {}, slowest {} (n = {})", seconds(median), seconds(slowest), spread.n)
        }
        (None, _) | (_, None) => "none".to_owned(),
    }
}

fn receipt(receipt: &Receipt) -> Vec<Row> {
    match (&receipt.accepted_by, receipt.accepted_at, &receipt.asked_first) {
        (Some(by), Some(at), _) => {
            vec![Row::new(vec![ours("accepted by "), theirs(by), ours(format!(", {}", clock(at)))])]
        }
        (_, _, Some(first)) => {
            vec![Row::new(vec![ours("not accepted yet: until then "), theirs(first), ours(" is asked first")])]
        }
        (None, _, None) | (_, None, None) => vec![Row::ours("not accepted")],
    }
}

/// The notes that the header had no room for, then each open incident in full, and what is let pass.
fn details(handoff: &Handoff) -> Vec<Row> {
    let sections = &handoff.sections;
    let notes = &sections.header.notes;
    let mut rows = Vec::new();
    if notes.len() > main_part::NOTES {
        rows.extend(notes.iter().map(|note| Row::new(vec![theirs(note)])));
    }
    let errors = sections.header.sources.iter().filter_map(|source| Some((source, source.error.as_ref()?)));
    rows.extend(errors.map(|(source, why)| Row::new(vec![person(&source.id), ours(" failed: "), theirs(why)])));
    rows.extend(sections.needs_you_now.iter().flat_map(open));
    let of_nobody = |row: &&PutOff| sections.carry_over.iter().all(|carried| carried.of.id != row.of.id);
    let put_off = sections.snoozed.incidents.iter().filter(of_nobody);
    let is_open = |row: &&Carried| sections.needs_you_now.iter().all(|open| open.of.id != row.of.id);
    for row in sections.carry_over.iter().filter(is_open) {
        let mut first = titled(&row.of);
        first.push(ours(" |"));
        first.extend(main_part::fate(row));
        rows.push(Row::new(first));
        rows.extend(under(typed(Field::NextStep, row.next_step.as_ref(), &row.typed_by)));
    }
    rows.extend(put_off.map(|row| {
        let mut parts = titled(&row.of);
        parts.push(ours(format!(" (snoozed until {}", clock(row.until))));
        parts.extend(row.by.as_ref().map(|by| [ours(" by "), theirs(by)]).into_iter().flatten());
        parts.push(ours(")"));
        Row::new(parts)
    }));
    for (label, all) in [("waivers", &sections.snoozed.waivers), ("muted checks", &sections.snoozed.muted)] {
        if !all.is_empty() {
            rows.extend(list(label, all, let_pass));
        }
    }
    rows
}

fn let_pass(one: &LetPass) -> Vec<Part> {
    let mut parts = vec![theirs(&one.what), ours(format!(", to {}", one.until))];
    parts.extend(why(one.why.as_ref()));
    parts.extend(one.by.as_ref().map(|by| [ours(" ("), theirs(by), ours(")")]).into_iter().flatten());
    parts
}

fn open(row: &Open) -> Vec<Row> {
    let mut rows = vec![Row::new(titled(&row.of))];
    let mut state = vec![ours(row.state.as_str())];
    state.extend(row.owner.as_ref().map(|owner| [ours(", "), theirs(owner)]).into_iter().flatten());
    state.push(ours(format!("; opened {}", clock(row.opened_at))));
    if let Some(last) = &row.last_event {
        state.push(ours("; last: "));
        state.push(person(&last.what));
        state.extend(last.by.as_ref().map(|by| [ours(" by "), theirs(by)]).into_iter().flatten());
        state.push(ours(format!(", {}", clock(last.at))));
    }
    rows.push(Row::under(state));
    rows.extend(row.dropped_at.map(|at| Row::under(vec![ours(format!("DROPPED at the handover of {}", clock(at)))])));
    rows.extend(row.runbook.as_ref().map(|page| Row::under(vec![ours("runbook: "), person(page)])));
    let typed = [
        (Field::Tried, &row.tried),
        (Field::StuckOn, &row.stuck_on),
        (Field::NextStep, &row.next_step),
        (Field::Trigger, &row.trigger),
    ];
    rows.extend(typed.into_iter().filter_map(|(field, text)| under(self::typed(field, text.as_ref(), &row.typed_by))));
    rows
}

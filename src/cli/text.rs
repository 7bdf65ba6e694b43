//! Answers as plain text: 80 columns, no colour needed.

use chrono::{DateTime, TimeDelta, Utc};
use unicode_width::UnicodeWidthStr;

use crate::app::desk::Desk;
use crate::domain::escalation;
use crate::domain::incident::{Incident, Moment};
use crate::domain::queue::{Row, Section, State};
use crate::domain::source::{Freshness, SourceHealth};
use crate::domain::text::Clean;
use crate::panes::fit;

/// A title is not cut to less, whatever stands behind it.
const SHORTEST: usize = 16;

/// A span in its largest unit: `40s`, `12m`, `3h`, `5d`.
pub fn age(span: TimeDelta) -> String {
    let seconds = span.num_seconds().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// The queue, a line per incident under the headings of its sections; titles
/// are cut where lines may take so many columns only.
pub fn queue(desk: &Desk, rows: &[&Row], columns: Option<usize>) -> String {
    let told = desk.sources().iter().filter_map(|health| source(health, desk.now()));
    let mut lines: Vec<String> = told.flat_map(|line| fit::wrap(&line, columns.unwrap_or(usize::MAX))).collect();
    let width = rows.iter().map(|row| row.name().as_str().width()).max().unwrap_or(0);
    let mut heading: Option<Section> = None;
    for row in rows {
        if heading != Some(row.section) {
            heading = Some(row.section);
            let count = rows.iter().filter(|other| other.section == row.section).count();
            lines.push(format!("{} ({count})", row.section.title()));
        }
        if let Some(incident) = desk.incident(&row.id) {
            lines.push(line(desk, row, incident, (width, columns)));
        }
    }
    if rows.is_empty() {
        let quiet = desk.sources().iter().all(|health| health.freshness(desk.now()) == Freshness::Fresh);
        let word =
            if quiet { "no incident here" } else { "nothing is known of any incident; that is not the same as quiet" };
        lines.push(word.to_owned());
    }
    lines.join("\n")
}

/// A source that has something to say about itself; a fresh one has not.
fn source(health: &SourceHealth, now: DateTime<Utc>) -> Option<String> {
    let ago = health.fetched_at.map(|at| format!(", known as of {} ago", age(now - at))).unwrap_or_default();
    match health.freshness(now) {
        Freshness::Fresh => None,
        Freshness::Never => Some(format!("{}: never fetched; run `dogwatch sync`", health.id)),
        Freshness::Stale => Some(format!("{}: stale{ago}", health.id)),
        Freshness::Failed => {
            let why = health.error.as_ref().map_or("", Clean::as_str);
            Some(format!("{}: not reached: {why}{ago}", health.id))
        }
    }
}

fn line(desk: &Desk, row: &Row, incident: &Incident, (width, columns): (usize, Option<usize>)) -> String {
    let model = desk.model();
    let severity = model.severity_id(row.class.severity).unwrap_or("-");
    let who = incident.assignees.first().map(|who| format!(" @{}", model.person(who))).unwrap_or_default();
    let pending: Vec<&str> = desk.journal().pending(&row.id).map(|entry| entry.decision.verb()).collect();
    let pending = if pending.is_empty() { String::new() } else { format!(" …{}", pending.join(",")) };
    let id = row.name().as_str();
    let pad = " ".repeat(width.saturating_sub(id.width()));
    let state = row.standing.state.word();
    let head = format!("  {severity:<5} {id}{pad} {state:<7} {:>4} ", age(desk.now() - row.opened_at));
    let by = row.standing.acked.as_ref().and_then(|(by, _)| by.as_ref()).map(|by| format!(" (acked by {by})"));
    let tail = format!("{who}{}{}{pending}", by.unwrap_or_default(), clock(row, desk.now()));
    let Some(columns) = columns else { return format!("{head}{}{tail}", incident.title) };
    // A name of which a part was cut off would not be known again.
    let title = super::out::veiled(incident.title.as_str());
    let room = columns.saturating_sub(head.width() + tail.width()).max(SHORTEST);
    fit::cut(&format!("{head}{}{tail}", fit::cut(&title, room)), columns)
}

fn clock(row: &Row, now: DateTime<Utc>) -> String {
    match (row.standing.state, row.standing.due_at, row.standing.snoozed_until) {
        (State::Open, Some(due), _) if row.standing.overdue() => format!(" [overdue {}]", age(now - due)),
        (State::Open, Some(due), _) => format!(" [due in {}]", age(due - now)),
        (State::Snoozed, _, Some(until)) => format!(" [wakes {}]", until.format("%a %d %b %H:%MZ")),
        (State::Open | State::Acked | State::Snoozed | State::Closed, _, _) => String::new(),
    }
}

/// One incident with its history.
pub fn show(desk: &Desk, row: &Row, incident: &Incident, body: Option<&Clean>, moments: &[Moment]) -> String {
    let model = desk.model();
    let or_none = |word: Option<&str>| word.unwrap_or("none").to_owned();
    let mut lines = vec![format!("{} {}", row.name(), incident.title), String::new()];
    let mut fact = |name: &str, value: String| lines.push(format!("{name:<10} {value}"));
    fact("state", format!("{}{}", row.standing.state.word(), clock(row, desk.now())));
    if let Some(why) = &row.standing.again {
        fact("again", why.to_string());
    }
    fact("severity", or_none(model.severity_id(row.class.severity)));
    fact("kind", or_none(model.kind_id(row.class.kind)));
    fact("area", or_none(model.area_id(row.class.area)));
    let people: Vec<String> = incident.assignees.iter().map(|who| model.person(who).to_string()).collect();
    fact("assigned", if people.is_empty() { "nobody".to_owned() } else { people.join(", ") });
    if let Some(round) = desk.scene(incident, row).round() {
        fact("asked", escalation::line(&round, &escalation::ByFile(&model.team), desk.now()));
    }
    let labels: Vec<&str> = incident.labels.iter().map(Clean::as_str).collect();
    fact("labels", if labels.is_empty() { "none".to_owned() } else { labels.join(", ") });
    fact("opened", super::json::time(incident.opened_at));
    if let Some(url) = &incident.url {
        fact("url", url.clone());
    }
    for entry in desk.journal().entries().iter().filter(|entry| entry.incident == incident.id) {
        if entry.state.is_unsettled() || entry.is_unseen_complaint() {
            let why = entry.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            fact("decision", format!("{} {}{why}", entry.decision.verb(), entry.state.word()));
        }
    }
    if let Some(body) = body {
        lines.extend([String::new(), body.to_string()]);
    }
    lines.extend([String::new(), "history".to_owned()]);
    lines.extend(moments.iter().map(moment));
    lines.join("\n")
}

fn moment(moment: &Moment) -> String {
    let by = moment.by.as_ref().map_or("", Clean::as_str);
    let text = moment.text.as_ref().map(|text| format!("\n    {}", text.as_str().replace('\n', "\n    ")));
    format!("  {} {by} {}{}", super::json::time(moment.at), moment.what, text.unwrap_or_default())
}

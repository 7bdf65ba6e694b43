//! What the screen draws, as sentences: for ears, for Braille, for a line printer.
//!
//! One thing a line, all of it in words, and nothing cut. What others wrote
//! stands between quotation marks and has none inside, so that it cannot pass
//! for the program's own words.

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::text::Line;

use crate::domain::escalation;
use crate::domain::incident::{Incident, Moment, Status};
use crate::domain::journal::Entry;
use crate::domain::queue::{Row, Section, State};
use crate::domain::text::Clean;
use crate::domain::triage::Model;

/// What others wrote, on one line between quotation marks.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", Clean::line(text).as_str().trim().replace('"', "'"))
}

/// The same of a text of several lines, a line each; blank ones are left out.
pub fn quoted_lines(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.trim().is_empty()).map(quoted).collect()
}

/// `1 incident`, `3 incidents`.
pub fn many(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// A span in its largest unit, in words, rounded down.
pub fn span(delta: TimeDelta) -> String {
    let minutes = delta.num_minutes().max(0);
    let said = |count: i64, unit: &str| many(usize::try_from(count).unwrap_or(usize::MAX), unit, &format!("{unit}s"));
    match minutes {
        0 => "less than a minute".to_owned(),
        1..60 => said(minutes, "minute"),
        60..2_880 => said(minutes / 60, "hour"),
        _ => said(minutes / 1_440, "day"),
    }
}

/// What is left until then, rounded up by the minute, so that it never says less than there is.
fn left(until: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let delta = until - now;
    let started = TimeDelta::minutes(i64::from(delta.num_seconds() % 60 > 0));
    span(if delta < TimeDelta::hours(1) { delta + started } else { delta })
}

/// Names, as one says them: `ana`, `ana and ben`, `ana, ben and cy`.
pub fn listed(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// An incident's name and title.
pub fn named(row: &Row, incident: &Incident) -> String {
    format!("{}, {}", row.name(), quoted(incident.title.as_str()))
}

/// One incident as one sentence without its end; `pending` are the decisions that the tracker has not answered.
pub fn row(row: &Row, incident: &Incident, model: &Model, pending: &[&str], now: DateTime<Utc>) -> String {
    let mut parts = class(row, model);
    parts.push(named(row, incident));
    parts.extend(standing(row, incident, model, now));
    parts.extend((!pending.is_empty()).then(|| format!("not sent yet: {}", pending.join(", "))));
    parts.join(", ")
}

fn class(row: &Row, model: &Model) -> Vec<String> {
    let severity = model.severity_id(row.class.severity).map(str::to_owned);
    let without = (row.section != Section::Untriaged).then(|| "no severity".to_owned());
    severity.or(without).into_iter().chain([row.section.title().to_owned()]).collect()
}

/// How old it is, which clock runs, and who has it.
fn standing(row: &Row, incident: &Incident, model: &Model, now: DateTime<Utc>) -> Vec<String> {
    let standing = &row.standing;
    let age = span(now - row.opened_at);
    let mut parts = match standing.state {
        State::Open => vec![format!("open {age}")],
        State::Acked | State::Snoozed | State::Closed => vec![format!("opened {age} ago")],
    };
    match standing.state {
        State::Open => parts.extend(standing.due_at.map(|due| due_words(due, now))),
        State::Acked => {
            let (by, at) = standing.acked.clone().unwrap_or_default();
            let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
            let ago = at.map(|at| format!(" {} ago", span(now - at))).unwrap_or_default();
            parts.push(format!("acked{by}{ago}"));
        }
        State::Snoozed => parts.extend(standing.snoozed_until.map(|until| format!("wakes in {}", left(until, now)))),
        State::Closed => {
            let Status::Closed { at, reason } = incident.status else { return parts };
            let ago = at.map(|at| format!(" {} ago", span(now - at))).unwrap_or_default();
            parts.push(format!("closed as {}{ago}", reason.word()));
            return parts;
        }
    }
    // Whoever has acked it has it.
    let acked = standing.acked.as_ref().map(|(by, _)| by.as_ref());
    let is_said = acked.is_some_and(|by| incident.assignees.iter().all(|who| Some(&model.person(who)) == by));
    if !is_said {
        parts.push(who(incident, model));
    }
    parts
}

fn due_words(due: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if due <= now { format!("overdue by {}", span(now - due)) } else { format!("due in {}", left(due, now)) }
}

fn who(incident: &Incident, model: &Model) -> String {
    let people: Vec<String> = incident.assignees.iter().map(|who| model.person(who).to_string()).collect();
    format!("{} {} it", listed(&people), if people.len() > 1 { "have" } else { "has" })
}

/// What is told of one incident.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The incident, with what is pending.
    pub incident: &'a Incident,
    /// Its place and clocks.
    pub row: &'a Row,
    /// The operating model.
    pub model: &'a Model,
    /// Its text; none if it has none.
    pub body: Option<&'a Clean>,
    /// Its history, oldest first.
    pub moments: &'a [Moment],
    /// What was decided about it and is not settled well.
    pub entries: Vec<&'a Entry>,
    /// Where its escalation stands; none where it has none.
    pub escalation: Option<&'a escalation::Round<'a>>,
    /// What went out within the hour before it was opened, and so many minutes before.
    pub after: Option<(&'a Clean, i64)>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// One incident in full, a sentence each.
pub fn subject(subject: &Subject<'_>) -> Vec<String> {
    let (incident, row, model, now) = (subject.incident, subject.row, subject.model, subject.now);
    let mut lines = vec![format!("{}.", named(row, incident))];
    let stands = class(row, model).into_iter().chain(standing(row, incident, model, now));
    lines.push(format!("{}.", stands.collect::<Vec<_>>().join(", ")));
    lines.extend(row.standing.again.as_ref().map(|again| format!("Open again: {again}.")));
    lines.extend(subject.entries.iter().map(|entry| {
        let why = entry.reason.as_ref().map(|why| format!(": {}", quoted(why.as_str()))).unwrap_or_default();
        format!("Your decision {}: {}{why}.", entry.decision.verb(), entry.state.word())
    }));
    let asked = subject.escalation.map(|round| escalation::line(round, &escalation::ByFile(&model.team), now));
    lines.extend(asked.map(|line| format!("Escalation: {line}.")));
    lines.extend(facts(subject));
    lines.extend(text(subject.body));
    lines.extend(history(subject));
    lines
}

fn facts(subject: &Subject<'_>) -> Vec<String> {
    let (incident, row, model) = (subject.incident, subject.row, subject.model);
    let zone = model.team.team.timezone;
    let mut lines = Vec::new();
    if row.alias.is_some() {
        lines.push(format!("Filed as {}.", incident.id));
    }
    let opened = incident.opened_at.with_timezone(&zone).format("%A %-d %B, %H:%M");
    let by = incident.author.as_ref().map(|who| format!(" by {}", model.person(who))).unwrap_or_default();
    lines.push(format!("Opened {opened}{by}."));
    if let Some((what, minutes)) = subject.after {
        let ago = span(TimeDelta::minutes(minutes));
        lines.push(format!("Opened {ago} after a release went out: {}.", quoted(what.as_str())));
    }
    if let Some(kind) = row.class.kind.map(|at| &model.team.kinds[at]) {
        let runbook = kind.runbook.as_ref().map(|page| format!(", its runbook is {}", quoted(page)));
        lines.push(format!("Kind {}{}.", kind.id, runbook.unwrap_or_default()));
    }
    if let Some(area) = row.class.area.map(|at| &model.team.areas[at]) {
        let owner = area.owner.as_ref().map(|owner| format!(", owned by {owner}")).unwrap_or_default();
        lines.push(format!("Area {}{owner}.", area.id));
    }
    if !incident.labels.is_empty() {
        let labels: Vec<String> = incident.labels.iter().map(|label| quoted(label.as_str())).collect();
        lines.push(format!("Labels: {}.", labels.join(", ")));
    }
    lines.extend(incident.url.as_ref().map(|url| format!("Address: {}", Clean::line(url))));
    lines
}

fn text(body: Option<&Clean>) -> Vec<String> {
    let said = body.map(|body| quoted_lines(body.as_str())).unwrap_or_default();
    if said.is_empty() {
        return vec!["It has no text.".to_owned()];
    }
    [format!("Its text, {}:", many(said.len(), "line", "lines"))].into_iter().chain(said).collect()
}

fn history(subject: &Subject<'_>) -> Vec<String> {
    if subject.moments.is_empty() {
        return vec!["No history is known.".to_owned()];
    }
    let mut lines = vec![format!("History, {}, the oldest first:", many(subject.moments.len(), "event", "events"))];
    for moment in subject.moments {
        let by = moment.by.as_ref().map(|who| format!("{} ", subject.model.person(who))).unwrap_or_default();
        let text = moment.text.as_ref().map(|text| quoted_lines(text.as_str())).unwrap_or_default();
        let end = if text.is_empty() { '.' } else { ':' };
        lines.push(format!("{} ago, {by}{}{end}", span(subject.now - moment.at), moment.what));
        lines.extend(text);
    }
    lines
}

/// Marks of the screen, and the words for them.
const MARKS: [(char, &str); 6] = [('·', ","), ('…', "..."), ('✗', ""), ('✓', ""), ('→', "to"), ('■', "")];

/// A line of the screen without its marks, boxes and bars; empty if nothing is left.
pub fn unmarked(line: &str) -> String {
    let is_drawn = |c: char| matches!(c, '\u{2500}'..='\u{25ff}' | '\u{2800}'..='\u{28ff}');
    let mut plain = String::new();
    for c in line.chars() {
        match MARKS.iter().find(|(mark, _)| *mark == c) {
            Some((_, words)) => plain.push_str(words),
            None if is_drawn(c) => plain.push(' '),
            None => plain.push(c),
        }
    }
    let words: Vec<&str> = plain.split_whitespace().filter(|word| !word.chars().all(|c| "=-!".contains(c))).collect();
    words.join(" ").replace(" ,", ",")
}

/// Lines of the screen as they may be read out; what is blank is left out.
pub fn flat(lines: &[Line<'_>]) -> Vec<String> {
    let text = |line: &Line<'_>| line.spans.iter().map(|span| span.content.as_ref()).collect::<String>();
    let has_bars = |text: &str| text.contains(|c| matches!(c, '\u{2580}'..='\u{259f}'));
    lines
        .iter()
        .map(text)
        .map(|text| (unmarked(&text), has_bars(&text)))
        // What stands before bars names nothing once they are gone.
        .filter(|(line, bars)| !line.is_empty() && (!*bars || line.contains(' ')))
        .map(|(line, _)| line)
        .collect()
}

//! The selected incident in full: what it is, how it stands, what has been
//! decided about it, what it says, and what happened to it.

use chrono::{DateTime, Utc};
use ratatui::text::{Line, Span};

use super::page::Page;
use super::triage::{self, due_words, state_mark, state_style};
use super::{age, markdown};
use crate::config::TrackerKind;
use crate::domain::incident::{Incident, Moment, Status};
use crate::domain::journal::{Entry, Seen};
use crate::domain::queue::{Row, State};
use crate::domain::text::{Clean, Link};
use crate::domain::triage::Model;
use crate::theme::Theme;

/// What is shown.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The incident with pending decisions applied.
    pub incident: &'a Incident,
    /// Its place and clocks.
    pub row: &'a Row,
    /// The operating model.
    pub model: &'a Model,
    /// Its text, if it has been loaded.
    pub body: Option<&'a Clean>,
    /// Its history; none until it has been loaded.
    pub moments: Option<&'a [Moment]>,
    /// Of an eval incident: its cases, one of which may be shown in place of its text.
    pub tabs: Option<Tabs<'a>>,
    /// What went out within the hour before it was opened, and so many minutes before.
    pub after: Option<(&'a Clean, i64)>,
    /// Where its escalation stands; none where it has none.
    pub escalation: Option<String>,
    /// What was decided about it, oldest first.
    pub entries: Vec<&'a Entry>,
    /// The minute.
    pub now: DateTime<Utc>,
}

/// The summary of an eval incident and its cases, of which one at a time is shown.
#[derive(Debug, Clone)]
pub struct Tabs<'a> {
    /// How many cases there are.
    pub count: usize,
    /// Which case is shown, from 1, and its name; none while the summary is.
    pub case: Option<(usize, &'a Clean)>,
    /// That case in full, as Markdown; none until its files have been opened.
    pub page: Option<&'a Clean>,
    /// The keys that go back and on.
    pub keys: (String, String),
    /// The key that copies the command to run them again; none where there is no command.
    pub copies: Option<String>,
}

/// What stands before its address.
const LINK: &str = "link";

/// Whether this is the line on which its address begins.
pub fn is_link(line: &Line<'_>) -> bool {
    line.spans.len() == 2 && line.spans[0].content.trim_end() == LINK
}

/// All lines of the detail, each at most `width` columns.
pub fn lines(subject: &Subject<'_>, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut page = Page::new(width, theme);
    page.wrapped(subject.incident.title.as_str(), theme.title);
    page.lines.push(standing(subject, theme));
    if let Some(again) = &subject.row.standing.again {
        page.wrapped(&format!("open again: {again}"), theme.warning);
    }
    let case = subject.tabs.as_ref().and_then(|tabs| tabs.case.map(|case| (tabs, case)));
    if let Some((tabs, case)) = case {
        decisions(subject, &mut page);
        in_full(tabs, case, &mut page, width);
        return page.lines;
    }
    facts(subject, &mut page);
    decisions(subject, &mut page);
    if let Some(tabs) = &subject.tabs {
        let cases = if tabs.count == 1 { "1 case".to_owned() } else { format!("{} cases", tabs.count) };
        let copies =
            tabs.copies.as_ref().map(|key| format!(", {key} copies how to run them again")).unwrap_or_default();
        page.fact("cases", &format!("{cases}; {} opens the first in full{copies}", tabs.keys.1));
    }
    body(subject, &mut page, width);
    history(subject, &mut page);
    page.lines
}

/// One case in place of the facts and the summary: whoever looks at it has seen those.
fn in_full(tabs: &Tabs<'_>, (at, name): (usize, &Clean), page: &mut Page<'_>, width: u16) {
    let theme = page.theme;
    page.hanging((&format!("case {at} of {}: ", tabs.count), theme.heading), name.as_str(), theme.heading);
    let (back, on) = &tabs.keys;
    let to = if at == 1 { "the summary" } else { "the case before" };
    let on = if at < tabs.count { format!("{on} the next case, ") } else { String::new() };
    page.wrapped(&format!("{on}{back} {to}"), theme.dim);
    page.lines.push(Line::default());
    match tabs.page {
        Some(text) => page.lines.extend(markdown::render(text, width, theme)),
        None => page.lines.push(Line::styled("opening its files…", theme.dim)),
    }
}

/// Severity, state, clock: what matters most, on one line.
fn standing(subject: &Subject<'_>, theme: &Theme) -> Line<'static> {
    let row = subject.row;
    let (severity, style) = triage::severity(row.class.severity, subject.model, theme);
    let severity = if row.class.severity.is_none() { "untriaged" } else { severity };
    let state = row.standing.state;
    let mut spans = vec![
        Span::styled(severity.to_owned(), style),
        Span::styled(" · ", theme.dim),
        Span::styled(format!("{} {}", state_mark(state), words(subject)), state_style(state, theme)),
    ];
    if let Some(due) = row.standing.due_at {
        let style = if row.standing.overdue() { theme.overdue } else { theme.text };
        spans.push(Span::styled(" · ", theme.dim));
        spans.push(Span::styled(due_words(due, subject.now), style));
    }
    Line::from(spans)
}

/// The state in words: since when, by whom, until when.
fn words(subject: &Subject<'_>) -> String {
    let standing = &subject.row.standing;
    let zone = subject.model.team.team.timezone;
    match standing.state {
        State::Open => "open".to_owned(),
        State::Acked => {
            let (by, at) = standing.acked.clone().unwrap_or_default();
            let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
            let since = at.map(|at| format!(" {} ago", age::calm(subject.now - at))).unwrap_or_default();
            format!("acked{by}{since}")
        }
        State::Snoozed => {
            let until = standing.snoozed_until.map(|at| at.with_timezone(&zone).format(" until %a %Y-%m-%d %H:%M"));
            format!("snoozed{}", until.map(|until| until.to_string()).unwrap_or_default())
        }
        State::Closed => match subject.incident.status {
            Status::Closed { at, reason } => {
                let when = at.map(|at| format!(" {} ago", age::calm(subject.now - at))).unwrap_or_default();
                format!("closed as {}{when}", reason.word())
            }
            Status::Open => "closed".to_owned(),
        },
    }
}

fn facts(subject: &Subject<'_>, page: &mut Page<'_>) {
    let (incident, model, class) = (subject.incident, subject.model, subject.row.class);
    let zone = model.team.team.timezone;
    page.fact(
        "id",
        &match (incident.id.is_provisional(), incident.number) {
            (true, _) => "not filed yet".to_owned(),
            (false, 0) if model.team.tracker.kind == TrackerKind::Github => {
                format!("{} (no issue yet)", subject.row.name())
            }
            (false, _) if subject.row.alias.is_some() => format!("{}, filed as {}", subject.row.name(), incident.id),
            (false, _) => incident.id.to_string(),
        },
    );
    let people: Vec<String> = incident.assignees.iter().map(|who| model.person(who).to_string()).collect();
    page.fact("assigned", if people.is_empty() { "nobody".to_owned() } else { people.join(", ") }.as_str());
    if let Some(line) = &subject.escalation {
        page.fact("asked", line);
    }
    let opened = incident.opened_at.with_timezone(&zone).format("%a %Y-%m-%d %H:%M");
    let by = incident.author.as_ref().map(|who| format!(" by {}", model.person(who))).unwrap_or_default();
    page.fact("opened", &format!("{} ago{by}, {opened}", age::calm(subject.now - incident.opened_at)));
    if let Some((what, minutes)) = subject.after {
        page.fact("after", &format!("{what}, which went out {minutes} min before"));
    }
    if let Some(kind) = class.kind.map(|at| &model.team.kinds[at]) {
        page.fact("kind", &kind.id);
        if let Some(runbook) = &kind.runbook {
            page.fact("runbook", runbook);
        }
    }
    if let Some(area) = class.area.map(|at| &model.team.areas[at]) {
        let owner = area.owner.as_ref().map(|owner| format!(", owned by {owner}")).unwrap_or_default();
        page.fact("area", &format!("{}{owner}", area.id));
    }
    if !incident.labels.is_empty() {
        let labels: Vec<&str> = incident.labels.iter().map(Clean::as_str).collect();
        page.fact("labels", &labels.join(", "));
    }
    if let Some(url) = &incident.url {
        // As it is opened; what is no web address stands as it came.
        let said = Link::parse(url).map_or_else(|| Clean::line(url), |link| Clean::line(link.as_str()));
        page.fact(LINK, said.as_str());
    }
    if let Some(gone) = &incident.gone {
        page.fact("gone", gone.as_str());
    }
}

/// What has been decided and not been settled well: each with its state and reason.
fn decisions(subject: &Subject<'_>, page: &mut Page<'_>) {
    let theme = page.theme;
    for entry in &subject.entries {
        let complaint = entry.state.is_complaint() && entry.seen == Seen::No;
        if !complaint && !entry.state.is_unsettled() {
            continue;
        }
        let why = entry.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let style = if complaint { theme.error } else { theme.pending };
        let mark = if complaint { "!" } else { "…" };
        page.wrapped(&format!("{mark}{} {}{why}", entry.decision.verb(), entry.state.word()), style);
    }
}

fn body(subject: &Subject<'_>, page: &mut Page<'_>, width: u16) {
    page.lines.push(Line::default());
    match subject.body.or(subject.incident.body.as_ref()).filter(|body| !body.is_empty()) {
        Some(body) => page.lines.extend(markdown::render(body, width, page.theme)),
        None if subject.moments.is_none() && !subject.incident.id.is_provisional() => {
            page.lines.push(Line::styled("reading its text…", page.theme.dim));
        }
        None => page.lines.push(Line::styled("no text", page.theme.dim)),
    }
}

fn history(subject: &Subject<'_>, page: &mut Page<'_>) {
    let moments = subject.moments.unwrap_or_default();
    if moments.is_empty() {
        return;
    }
    page.heading("History");
    let theme = page.theme;
    for moment in moments {
        let by = moment.by.as_ref().map(|who| format!("{} ", subject.model.person(who))).unwrap_or_default();
        let ago = format!("{:>4} ", age::calm(subject.now - moment.at));
        page.hanging((&ago, theme.dim), &format!("{by}{}", moment.what), theme.text);
        let text = moment.text.as_ref().filter(|text| !text.is_empty());
        let room = u16::try_from(page.width.saturating_sub(7)).unwrap_or(u16::MAX).max(1);
        for mut line in text.map(|text| markdown::render(text, room, theme)).unwrap_or_default() {
            line.spans.insert(0, Span::styled("     │ ", theme.dim));
            page.lines.push(line);
        }
    }
}

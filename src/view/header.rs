//! The line that is always there: how many, how fresh, what is still unsent.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::watch::Reach;
use crate::domain::journal::State as Sent;
use crate::domain::probe::Condition;
use crate::domain::queue::State;
use crate::domain::source::{Freshness, SourceHealth};
use crate::panes::rotation::Mood;
use crate::panes::triage::severity;
use crate::panes::{age, fit};
use crate::theme::Theme;

/// A source's word is called fresh without a figure until it is this old, so
/// that a poll that brings nothing changes nothing on the screen.
const FRESH: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

type Words = Vec<(String, Style)>;

/// The header in this width: what must be seen comes first, and the health of
/// the sources is shortened rather than cut off.
pub fn line(app: &App, width: u16) -> Line<'static> {
    let theme = &app.outfit().theme;
    let width = usize::from(width);
    let (mut words, unsent) = (marks(app), unsent(app));
    words.extend(on_call(app));
    let (known, model) = (counts(app), model(app));
    let fewer = summed(&known, theme);
    let [named, marked, short] = [in_words(&known, theme), in_marks(&known, theme), fewer.clone()]
        .map(|counts| [counts, model.clone()].concat());
    let left = width.saturating_sub(columns(&words) + columns(&unsent));
    let tried: [(Detail, &[&Words]); 8] = [
        (Detail::Full, &[&named, &marked]),
        (Detail::Less, &[&named, &marked]),
        (Detail::Short, &[&named, &marked]),
        (Detail::Least, &[&named, &marked]),
        (Detail::Least, &[&short]),
        (Detail::Word, &[&short]),
        (Detail::Least, &[&fewer]),
        (Detail::Word, &[&fewer]),
    ];
    let fitting = tried.into_iter().find_map(|(detail, tried)| {
        let sources = sources(app, detail);
        let counts = tried.iter().find(|counts| columns(counts) + columns(&sources) <= left)?;
        Some(((*counts).clone(), sources))
    });
    match fitting {
        Some((counts, sources)) => words.extend([counts, unsent, sources].concat()),
        // What is unsent and what failed is said before how much there is to do.
        None => words.extend([unsent, sources(app, Detail::Word), fewer].concat()),
    }
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut taken = 0;
    for (text, style) in words {
        let gap = if spans.is_empty() { 0 } else { 2 };
        let text = fit::cut(&text, width.saturating_sub(taken + gap));
        if text.is_empty() {
            break;
        }
        taken += gap + fit::columns(&text);
        spans.push(Span::styled(" ".repeat(gap), theme.header));
        spans.push(Span::styled(text, theme.header.patch(style)));
    }
    Line::from(spans)
}

/// The columns of these words with the gaps between and before them.
fn columns(words: &Words) -> usize {
    words.iter().map(|(text, _)| fit::columns(text) + 2).sum()
}

/// What changes the meaning of everything else.
fn marks(app: &App) -> Words {
    let theme = &app.outfit().theme;
    let mut words = Vec::new();
    if let Some(since) = app.frozen_since() {
        let zone = app.desk().model().team.team.timezone;
        words.push((format!("FROZEN {}", since.with_timezone(&zone).format("%H:%M")), theme.error));
    }
    if app.meeting().is_some() {
        let key = app.outfit().keys.key_of(crate::app::bindings::Command::Triage);
        words.push((format!("MEETING ({key})"), theme.warning));
    }
    if app.veil().is_some() {
        words.push(("private".to_owned(), theme.warning));
    }
    if app.desk().read_only().is_some() {
        words.push(("READ-ONLY".to_owned(), theme.error));
    }
    if app.outfit().reach == Reach::Offline {
        words.push(("OFFLINE".to_owned(), theme.warning));
    }
    words
}

/// Who is on call and until when, of the first rotation; of the others, how many there are and whether one has a gap.
fn on_call(app: &App) -> Words {
    let theme = &app.outfit().theme;
    let style = |mood| match mood {
        Mood::On => theme.title,
        Mood::Off => theme.dim,
        Mood::Gap => theme.error,
    };
    let bills = &app.watchbill().bills;
    // A gap is told first, whichever rotation has it.
    let first = bills.iter().find(|bill| bill.mood == Mood::Gap).or_else(|| bills.first());
    let more = bills.len().saturating_sub(1);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    first.map(|bill| (format!("{}{more}", app.veiled(&bill.brief)), style(bill.mood))).into_iter().collect()
}

/// How many are open of one severity.
struct Count {
    severity: Option<usize>,
    word: String,
    open: usize,
    style: Style,
}

/// How many are open, by severity; the untriaged last.
fn counts(app: &App) -> Vec<Count> {
    let desk = app.seen();
    let model = desk.model();
    let mut open: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for row in desk.queue().rows.iter().filter(|row| row.standing.state == State::Open) {
        *open.entry(row.class.severity).or_default() += 1;
    }
    let places = (0..model.team.severities.len()).map(Some).chain([None]);
    let counted = places.filter_map(|place| Some((place, *open.get(&place)?)));
    let one = |(place, count)| {
        let (word, style) = severity(place, model, &app.outfit().theme);
        Count { severity: place, word: word.to_owned(), open: count, style }
    };
    counted.map(one).collect()
}

/// The counts with a word for what has no severity: its mark is known only to those who know it.
fn in_words(counts: &[Count], theme: &Theme) -> Words {
    told(counts, theme, |one| if one.severity.is_none() { "untriaged" } else { &one.word })
}

/// The counts with the marks that the rows have.
fn in_marks(counts: &[Count], theme: &Theme) -> Words {
    told(counts, theme, |one| &one.word)
}

/// In few columns: the worst, and how many more.
fn summed(counts: &[Count], theme: &Theme) -> Words {
    let rest: usize = counts.iter().skip(1).map(|one| one.open).sum();
    let mut words = told(&counts[..counts.len().min(1)], theme, |one| &one.word);
    if let Some((text, _)) = words.first_mut().filter(|_| rest > 0) {
        text.push_str(" +");
        text.push_str(&rest.to_string());
    }
    words
}

/// Each count behind its word; that nothing is open is said, too.
fn told(counts: &[Count], theme: &Theme, word: impl Fn(&Count) -> &str) -> Words {
    if counts.is_empty() {
        return vec![("0 open".to_owned(), theme.dim)];
    }
    counts.iter().map(|one| (format!("{} {}", word(one), one.open), one.style)).collect()
}

/// How much of the operating model is wrong, if anything in it is an error.
fn model(app: &App) -> Words {
    let errors = app.checkup().answer().map_or(0, |answer| answer.summary.error);
    let key = app.outfit().keys.key_of(crate::app::bindings::Command::Model);
    let plural = if errors == 1 { "" } else { "s" };
    let words = (format!("{errors} model error{plural} ({key})"), app.outfit().theme.error);
    if errors == 0 { Words::new() } else { vec![words] }
}

/// What has been decided and has not reached the tracker; what asks for the operator.
fn unsent(app: &App) -> Words {
    let theme = &app.outfit().theme;
    let journal = app.desk().journal();
    let mut words = Vec::new();
    let unsettled = journal.unsettled().filter(|entry| entry.state != Sent::Asking).count();
    let unknown = journal.unsettled().filter(|entry| matches!(entry.state, Sent::Unknown { .. })).count();
    if unsettled > 0 {
        let unknown = if unknown > 0 { format!(" ({unknown} unknown)") } else { String::new() };
        words.push((format!("{unsettled} unsent{unknown}"), theme.pending));
    }
    let now = app.desk().now();
    let paused = journal.unsettled().filter_map(|entry| journal.host(&entry.host)?.paused_until(now)).max();
    // A pause of a few seconds is only the pace of sending.
    if let Some(until) = paused.filter(|until| *until - now > chrono::TimeDelta::seconds(5)) {
        words.push((format!("paused until {}", app.civil(until)), theme.warning));
    }
    let asking = journal.complaints().filter(|entry| entry.is_unseen_complaint()).count();
    if asking > 0 {
        let key = app.outfit().keys.key_of(crate::app::bindings::Command::Log);
        words.push((format!("{asking} to look at ({key})"), theme.error));
    }
    words
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    Full,
    /// Without what is not known of the endpoints.
    Less,
    Short,
    Least,
    /// One word for all.
    Word,
}

/// The health of each source, in as many words as there is room for.
fn sources(app: &App, detail: Detail) -> Words {
    let theme = &app.outfit().theme;
    let now = app.seen_at();
    let endpoints = endpoints(app, detail);
    let sources: Vec<&SourceHealth> = app.seen().sources().iter().filter(|source| source.kind != "mcp").collect();
    if detail == Detail::Word {
        return all_in_one(&sources, endpoints, (now, theme)).into_iter().collect();
    }
    if detail == Detail::Least && !(sources.is_empty() && endpoints.is_some()) {
        let well = sources.iter().filter(|source| source.freshness(now) == Freshness::Fresh).count();
        let style = if well == sources.len() { theme.ok } else { theme.error };
        let fresh = (format!("{well}/{} fresh", sources.len()), style);
        return [fresh].into_iter().chain(endpoints).collect();
    }
    sources.into_iter().map(|source| one(app, source, detail)).chain(endpoints).collect()
}

/// What is worst: a source that failed, else endpoints that are not well, else that all is.
fn all_in_one(
    sources: &[&SourceHealth],
    endpoints: Option<(String, Style)>,
    (now, theme): (DateTime<Utc>, &Theme),
) -> Option<(String, Style)> {
    let count = |wanted| sources.iter().filter(|source| source.freshness(now) == wanted).count();
    let (failed, fresh) = (count(Freshness::Failed), count(Freshness::Fresh));
    if failed > 0 {
        Some((format!("{failed} failed"), theme.error))
    } else if fresh < sources.len() {
        Some((format!("{fresh}/{} fresh", sources.len()), theme.warning))
    } else {
        let unwell = endpoints.filter(|(_, style)| *style != theme.ok);
        unwell.or_else(|| (!sources.is_empty()).then(|| ("fresh".to_owned(), theme.ok)))
    }
}

/// How many MCP endpoints are up, in one word for all; none if the team has none. Of how many nothing is known is
/// said apart: silence is no health, and no failure.
fn endpoints(app: &App, detail: Detail) -> Option<(String, Style)> {
    let theme = &app.outfit().theme;
    let standings = app.standings();
    let count = |condition| standings.iter().filter(|standing| standing.condition == condition).count();
    let (up, down, degraded) = (count(Condition::Up), count(Condition::Down), count(Condition::Degraded));
    let (all, unknown) = (standings.len(), count(Condition::Unknown));
    let style = match (down, degraded) {
        (0, 0) if up == all => theme.ok,
        (0, 0) => theme.dim,
        (0, _) => theme.warning,
        (_, _) => theme.error,
    };
    let failing = if down > 0 { format!(", {down} down") } else { String::new() };
    let unsure = if (1..all).contains(&unknown) { format!(", {unknown} ?") } else { String::new() };
    let text = match detail {
        Detail::Least | Detail::Word if unknown == all => format!("mcp ?/{all}"),
        _ if unknown == all => format!("mcp {all} unknown"),
        Detail::Full => format!("mcp {up}/{all} up{failing}{unsure}"),
        Detail::Less => format!("mcp {up}/{all} up{failing}"),
        Detail::Short => format!("mcp {up}/{all} up"),
        Detail::Least | Detail::Word => format!("mcp {up}/{all}"),
    };
    (all > 0).then_some((text, style))
}

fn one(app: &App, source: &SourceHealth, detail: Detail) -> (String, Style) {
    let theme = &app.outfit().theme;
    let state = source.freshness(app.seen_at());
    let style = match state {
        Freshness::Fresh => theme.ok,
        Freshness::Stale | Freshness::Never => theme.warning,
        Freshness::Failed => theme.error,
    };
    let old = source.fetched_at.map(|at| app.minute() - at);
    let age = match (state, old) {
        (_, None) => String::new(),
        (Freshness::Fresh, Some(_)) if source.id.is_local() => String::new(),
        (Freshness::Fresh, Some(old)) if old < FRESH => " <5m".to_owned(),
        (_, Some(old)) => format!(" {}", age::calm(old)),
    };
    let why = match (&source.error, detail) {
        (Some(why), Detail::Full | Detail::Less) => format!(": {}", fit::cut(&app.veiled(why.as_str()), 60)),
        (Some(_) | None, _) => String::new(),
    };
    let aside = if source.unreadable > 0 { format!(" ({} unreadable)", source.unreadable) } else { String::new() };
    (format!("{} {}{age}{aside}{why}", source.id, state.word()), style)
}

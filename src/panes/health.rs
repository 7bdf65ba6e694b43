//! The MCP endpoints as a list: which fails, how, and since when.
//!
//! The state is a mark and a word, never a colour alone. What is less needed
//! gives way where the screen is narrow: first the server's name, then
//! transport, protocol, the last change, the number of tools, the latest
//! results, their time.

pub mod page;
pub mod tool;

use std::time::Duration;

use chrono::{DateTime, Utc};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{age, fit};
use crate::domain::health::Endpoint;
use crate::domain::health::signal::{Cause, Signal};
use crate::domain::health::track::{Leaning, Mark, REMEMBERED, Track, Verdict};
use crate::domain::id::SourceId;
use crate::domain::probe::{Condition, Level};
use crate::domain::text::Clean;
use crate::theme::Theme;

/// A cursor, a blank, a mark, a blank and the longest word of a state.
const STATE: usize = 12;
/// Below this width columns stand one blank apart, else two.
const ROOMY: usize = 60;
/// Fewer results than this say nothing about how an endpoint does.
const LEAST_PULSE: usize = 8;
/// The bars of a latency, the lowest first.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How one endpoint stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing<'a> {
    /// Its id in the team file, else its address.
    pub id: &'a SourceId,
    /// What is told of it now.
    pub condition: Condition,
    /// What is remembered of it; none if it was never asked.
    pub endpoint: Option<&'a Endpoint>,
}

impl Standing<'_> {
    /// The order of the list: what fails first, then by id.
    pub fn order(&self) -> (u8, &SourceId) {
        let place = match self.condition {
            Condition::Down => 0,
            Condition::Degraded => 1,
            Condition::Unknown => 2,
            Condition::Up => 3,
        };
        (place, self.id)
    }

    /// What is wrong, in a word; in brackets while it is not settled, empty if nothing is.
    pub fn trouble(&self) -> String {
        let Some(endpoint) = self.endpoint.filter(|endpoint| endpoint.last().is_some()) else {
            return "never asked".to_owned();
        };
        let open: Vec<&Signal> = endpoint.signals().collect();
        if let Some(first) = open.iter().find(|signal| is_fatal(signal)).or(open.first()) {
            let more = open.len() - 1;
            return if more == 0 { word(first).to_owned() } else { format!("{} +{more}", word(first)) };
        }
        let tracks = || Level::ALL.into_iter().filter_map(|level| endpoint.track(level));
        let newest = |track: &Track| track.marks().next_back().map(|mark| mark.verdict);
        if tracks().any(|track| matches!(newest(track), Some(Verdict::Excused(_)))) {
            return "maintenance".to_owned();
        }
        let failing = tracks().find(|track| track.leaning() == Leaning::Failing);
        if let Some(failure) = failing.and_then(|track| track.failure()?.failure.as_ref()) {
            return format!("({})", failure.class.word());
        }
        match self.condition {
            Condition::Unknown if endpoint.not_before().is_some() => "told to wait",
            Condition::Unknown if tracks().any(|track| newest(track) == Some(Verdict::Unknown)) => "no verdict",
            Condition::Unknown => "no news",
            Condition::Up | Condition::Degraded | Condition::Down => "",
        }
        .to_owned()
    }

    /// Whether it has all of these words, in lower case: in its id, its state, its trouble, its server, its
    /// protocol, or in the names of its tools (in lower case, too).
    pub fn has(&self, words: &[&str], tools: &str) -> bool {
        let (condition, trouble) = (self.condition.word(), self.trouble());
        let about = format!("{} {condition} {trouble} {}", self.id, self.server()).to_lowercase();
        let about = format!("{about} {} {}", self.protocol(), self.transport());
        words.iter().all(|word| about.contains(word) || tools.contains(word))
    }

    /// The level whose results stand for it: the handshake, where it got so far.
    fn pulse(&self) -> Option<&Track> {
        let endpoint = self.endpoint?;
        endpoint.track(Level::Handshake).or_else(|| endpoint.track(Level::Health))
    }

    fn took(&self) -> String {
        let last = self.pulse().and_then(|track| track.marks().next_back());
        let passed = last.filter(|mark| mark.verdict == Verdict::Passed);
        passed.map_or_else(|| "-".to_owned(), |mark| latency(Duration::from_micros(mark.took)))
    }

    fn tools(&self) -> String {
        let tools = self.endpoint.and_then(|endpoint| endpoint.identity().tools);
        tools.map_or_else(|| "-".to_owned(), |tools| tools.to_string())
    }

    fn changed(&self, now: DateTime<Utc>) -> String {
        let changed = self.endpoint.and_then(Endpoint::changed);
        changed.map_or_else(|| "-".to_owned(), |at| age::calm(now - at))
    }

    fn protocol(&self) -> &str {
        self.endpoint.and_then(|endpoint| endpoint.identity().protocol_version.as_ref()).map_or("-", Clean::as_str)
    }

    fn transport(&self) -> &'static str {
        self.endpoint.and_then(|endpoint| endpoint.identity().transport).map_or("-", |transport| transport.word())
    }

    fn server(&self) -> String {
        let server = self.endpoint.and_then(|endpoint| endpoint.identity().server.as_ref());
        server.map_or_else(|| "-".to_owned(), |server| format!("{} {}", server.name, server.version))
    }
}

/// The mark of a state.
pub fn mark(condition: Condition) -> char {
    match condition {
        Condition::Up => '✓',
        Condition::Degraded => '!',
        Condition::Down => '✗',
        Condition::Unknown => '?',
    }
}

/// The style of a state.
pub fn style(condition: Condition, theme: &Theme) -> Style {
    match condition {
        Condition::Up => theme.ok,
        Condition::Degraded => theme.warning,
        Condition::Down => theme.error,
        Condition::Unknown => theme.dim,
    }
}

/// A latency in at most six characters: `0.8ms`, `142ms`, `2.4s`, `61s`.
pub fn latency(took: Duration) -> String {
    let micros = took.as_micros();
    match micros {
        0..10_000 => format!("{}.{}ms", micros / 1_000, micros % 1_000 / 100),
        10_000..1_000_000 => format!("{}ms", micros / 1_000),
        1_000_000..10_000_000 => format!("{}.{}s", micros / 1_000_000, micros % 1_000_000 / 100_000),
        _ => format!("{}s", micros / 1_000_000),
    }
}

/// How a signal looks by now, in a word.
fn word(signal: &Signal) -> &'static str {
    match (signal.cause, &signal.now) {
        (Cause::Failing(_), Some(now)) => now.class.word(),
        (cause, _) => cause.word(),
    }
}

fn is_fatal(signal: &Signal) -> bool {
    let failing = matches!(signal.cause, Cause::Failing(_));
    let fatal = signal.now.as_ref().is_some_and(|now| now.class.condition() == Condition::Down);
    failing && fatal && signal.level != Some(Level::Canary)
}

/// The columns of the list; one without room is 0 wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    gap: usize,
    id: usize,
    trouble: usize,
    took: usize,
    pulse: usize,
    tools: usize,
    changed: usize,
    protocol: usize,
    transport: usize,
    server: usize,
}

impl Columns {
    /// What fits of these into this width; the same for every row.
    pub fn of(standings: &[Standing<'_>], width: u16) -> Self {
        let gap = if usize::from(width) < ROOMY { 1 } else { 2 };
        let widest = |of: fn(&Standing<'_>) -> usize| standings.iter().map(of).max().unwrap_or(0);
        let mut left = usize::from(width).saturating_sub(STATE + 2 * gap);
        let trouble = widest(|standing| fit::columns(&standing.trouble())).clamp(5, 16).min(left / 2);
        left -= trouble;
        let id = widest(|standing| fit::columns(standing.id.as_str())).clamp(8, 40).min(left);
        left -= id;
        let mut columns = Self { gap, id, trouble, ..Self::default() };
        let optional = [
            (&mut columns.took, 6),
            (&mut columns.pulse, LEAST_PULSE),
            (&mut columns.tools, 5),
            (&mut columns.changed, 7),
            (&mut columns.protocol, 10),
            (&mut columns.transport, 15),
        ];
        for (column, wanted) in optional {
            if left < gap + wanted {
                // A lesser column never shows where a better one could not.
                break;
            }
            left -= gap + wanted;
            *column = wanted;
        }
        if columns.pulse > 0 {
            let more = left.min(REMEMBERED - LEAST_PULSE);
            columns.pulse += more;
            left -= more;
        }
        let server = widest(|standing| fit::columns(&standing.server())).clamp(6, 32);
        if columns.transport > 0 && left > gap + 12 {
            columns.server = server.min(left - gap);
        }
        columns
    }

    /// The names of the columns.
    pub fn head(&self, theme: &Theme) -> Line<'static> {
        let gap = " ".repeat(self.gap);
        let mut text = fit::pad("  state", STATE);
        let names = [
            ("endpoint", self.id),
            ("wrong", self.trouble),
            ("took", self.took),
            ("last results", self.pulse),
            ("tools", self.tools),
            ("changed", self.changed),
            ("protocol", self.protocol),
            ("transport", self.transport),
            ("server", self.server),
        ];
        for (name, width) in names.into_iter().filter(|(_, width)| *width > 0) {
            text.push_str(&gap);
            text.push_str(&match name {
                "took" | "tools" => to_the_right(name, width),
                name => fit::pad(if fit::columns(name) > width { "results" } else { name }, width),
            });
        }
        Line::styled(text.trim_end().to_owned(), theme.dim)
    }

    /// One endpoint; the first two columns are the cursor's.
    pub fn row(&self, standing: &Standing<'_>, now: DateTime<Utc>, theme: &Theme) -> Line<'static> {
        let tone = style(standing.condition, theme);
        let state = format!("{} {}", mark(standing.condition), standing.condition.word());
        let mut spans = vec![Span::styled(fit::pad(&state, STATE - 2), tone)];
        let id = Clean::line(standing.id.as_str());
        self.cell(&mut spans, (id.as_str(), self.id), theme.text);
        self.cell(&mut spans, (&standing.trouble(), self.trouble), tone);
        self.cell(&mut spans, (&to_the_right(&standing.took(), self.took), self.took), theme.text);
        if self.pulse > 0 {
            spans.push(Span::raw(" ".repeat(self.gap)));
            spans.extend(pulse(standing.pulse(), self.pulse, theme));
        }
        self.cell(&mut spans, (&to_the_right(&standing.tools(), self.tools), self.tools), theme.text);
        self.cell(&mut spans, (&standing.changed(now), self.changed), theme.dim);
        self.cell(&mut spans, (standing.protocol(), self.protocol), theme.dim);
        self.cell(&mut spans, (standing.transport(), self.transport), theme.dim);
        self.cell(&mut spans, (&standing.server(), self.server), theme.dim);
        Line::from(spans)
    }

    fn cell(&self, spans: &mut Vec<Span<'static>>, (text, width): (&str, usize), style: Style) {
        if width > 0 {
            spans.push(Span::raw(" ".repeat(self.gap)));
            spans.push(Span::styled(fit::pad(text, width), style));
        }
    }
}

fn to_the_right(number: &str, width: usize) -> String {
    format!("{number:>width$}")
}

/// The latest results, the newest last: how high a bar is says how long it
/// took; a steady endpoint is half as high as there is room for.
fn pulse(track: Option<&Track>, width: usize, theme: &Theme) -> Vec<Span<'static>> {
    let marks: Vec<&Mark> = track.map(|track| track.marks().collect()).unwrap_or_default();
    let marks = &marks[marks.len().saturating_sub(width)..];
    let mut times: Vec<u64> =
        marks.iter().filter(|mark| mark.verdict == Verdict::Passed).map(|mark| mark.took).collect();
    times.sort_unstable();
    let usual = times.get(times.len() / 2).copied().unwrap_or(0);
    let top = times.last().copied().unwrap_or(0).max(usual.saturating_mul(2)).max(1);
    let mut spans = vec![Span::raw(" ".repeat(width - marks.len()))];
    for mark in marks {
        spans.push(match mark.verdict {
            Verdict::Passed => Span::styled(bar(mark.took, top).to_string(), theme.text),
            Verdict::Failed(_) => Span::styled("✗", theme.error),
            Verdict::Excused(_) => Span::styled("m", theme.dim),
            Verdict::Unknown => Span::styled("?", theme.dim),
        });
    }
    spans
}

fn bar(took: u64, top: u64) -> char {
    let eighths = took.saturating_mul(8).div_ceil(top).clamp(1, 8);
    usize::try_from(eighths - 1).ok().and_then(|place| BARS.get(place)).copied().unwrap_or('█')
}

//! One endpoint in full: who it is, how each level went, what is open because
//! of it, and what the last failure looked like.

use std::time::Duration;

use chrono::{DateTime, Utc};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Standing, latency, mark, style};
use crate::domain::health::Endpoint;
use crate::domain::health::signal::{Cause, Signal};
use crate::domain::health::track::{Leaning, Track, Verdict};
use crate::domain::id::IncidentId;
use crate::domain::probe::{Check, Level};
use crate::domain::text::Clean;
use crate::panes::{age, fit};
use crate::theme::Theme;

/// The most bytes of a body that are shown.
const BODY_BYTES: usize = 512;
/// The most bytes of a child's last words that are shown.
const LAST_WORDS_BYTES: usize = 2_048;

/// What is shown.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The endpoint.
    pub standing: Standing<'a>,
    /// What is open because of it, the lowest level first, with the incident that stands for it.
    pub open: Vec<(&'a Signal, IncidentId)>,
    /// The minute.
    pub now: DateTime<Utc>,
}

/// All lines, each at most `width` columns.
pub fn lines(subject: &Subject<'_>, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut page = Page { lines: Vec::new(), width: usize::from(width).max(1), theme, now: subject.now };
    page.standing(subject);
    let Some(endpoint) = subject.standing.endpoint else { return page.lines };
    page.identity(endpoint);
    page.open(subject, endpoint);
    let tracks = || Level::ALL.into_iter().filter_map(|level| Some((level, endpoint.track(level)?)));
    for (level, track) in tracks() {
        page.level(level, track);
    }
    for (level, track) in tracks() {
        if let Some(check) = track.failure() {
            page.failure(level, check);
        }
    }
    page.lines
}

struct Page<'t> {
    lines: Vec<Line<'static>>,
    width: usize,
    theme: &'t Theme,
    now: DateTime<Utc>,
}

impl Page<'_> {
    fn standing(&mut self, subject: &Subject<'_>) {
        let Standing { condition, endpoint, .. } = subject.standing;
        let down =
            endpoint.and_then(Endpoint::down_since).map(|since| format!(" · for {}", age::calm(self.now - since)));
        let trouble = Some(subject.standing.trouble()).filter(|trouble| !trouble.is_empty());
        let trouble = trouble.map(|trouble| format!(" · {trouble}")).unwrap_or_default();
        let text = format!("{} {}{}{trouble}", mark(condition), condition.word(), down.unwrap_or_default());
        self.wrapped(&text, style(condition, self.theme));
        if subject.standing.endpoint.is_none() {
            self.wrapped("It has not been asked yet.", self.theme.dim);
        }
    }

    fn identity(&mut self, endpoint: &Endpoint) {
        let known = endpoint.identity();
        let server = known.server.as_ref().map(|server| format!("{} {}", server.name, server.version));
        self.fact("server", server.as_deref().unwrap_or("unknown"));
        let era = known.era.map(|era| format!(", era {}", era.word())).unwrap_or_default();
        let version = known.protocol_version.as_ref().map_or("unknown", Clean::as_str);
        self.fact("protocol", &format!("{version}{era}"));
        self.fact("transport", known.transport.map_or("unknown", |transport| transport.word()));
        self.fact("token", known.credential.as_ref().map_or("none", Clean::as_str));
        let asked = endpoint.last().map_or_else(|| "never".to_owned(), |at| self.ago(at));
        self.fact("asked", &asked);
        if let Some(at) = endpoint.changed() {
            self.fact("changed", &self.ago(at));
        }
        if let Some(until) = endpoint.not_before().filter(|until| *until > self.now) {
            self.fact("waits", &format!("{} more, as it asked to", age::left(until, self.now)));
        }
    }

    fn open(&mut self, subject: &Subject<'_>, endpoint: &Endpoint) {
        if subject.open.is_empty() {
            return;
        }
        self.heading("open");
        for (signal, stands) in &subject.open {
            self.wrapped(signal.title.as_str(), self.theme.title);
            let name = signal.incident();
            let filed = if *stands == name { String::new() } else { format!(", filed as {stands}") };
            self.fact("incident", &format!("{name}{filed}"));
            self.fact("since", &self.ago(signal.since));
            let now = signal.now.as_ref().filter(|now| Cause::Failing(now.class) != signal.cause);
            if let Some(now) = now {
                self.fact("by now", format!("{} {}", now.class.word(), now.detail).trim_end());
            }
            if let Some(since) = signal.flapping {
                self.fact("flaps", &format!("it comes and goes, since {}", self.ago(since)));
            }
            if let Some((lines, count)) = endpoint.interface().lines(&signal.fingerprint) {
                for line in lines {
                    self.wrapped(&format!("- {line}"), self.theme.code);
                }
                if count > lines.len() {
                    self.wrapped(&format!("… and {} more", count - lines.len()), self.theme.dim);
                }
            }
        }
    }

    fn level(&mut self, level: Level, track: &Track) {
        self.heading(level.word());
        self.fact("results", &track.strip());
        if let Some(last) = track.marks().next_back() {
            let said = match last.verdict {
                Verdict::Passed => "passed".to_owned(),
                Verdict::Failed(class) => format!("failed: {}", class.word()),
                Verdict::Excused(class) => format!("failed in a maintenance window: {}", class.word()),
                Verdict::Unknown => "said nothing about the server".to_owned(),
            };
            self.fact("last", &format!("{said}, {}", self.ago(last.at)));
            let took = Duration::from_micros(last.took);
            self.fact("took", &beside(took, track.baseline().took()));
        }
        match track.leaning() {
            Leaning::Settled => {}
            Leaning::Failing => self.fact("waits", "it failed, not often enough to be believed yet"),
            Leaning::Recovering => self.fact("waits", "it passed, not long enough to be believed yet"),
        }
        if let Some(phases) = track.phases() {
            let seen = [phases.dns, phases.connect, phases.tls, phases.ttfb];
            let names = ["dns", "connect", "tls", "1st byte"];
            for ((name, took), usual) in names.into_iter().zip(seen).zip(track.baseline().phases()) {
                if let Some(took) = took {
                    self.fact(name, &beside(took, usual));
                }
            }
        }
    }

    fn failure(&mut self, level: Level, check: &Check) {
        let Some(failure) = &check.failure else { return };
        self.heading(&format!("last failure: {}", level.word()));
        self.wrapped(failure.message.as_str(), style(failure.class.condition(), self.theme));
        if let Some(status) = failure.http_status {
            self.fact("status", &status.to_string());
        }
        if let Some(code) = failure.rpc_code {
            self.fact("JSON-RPC", &code.to_string());
        }
        if let Some(tool) = &failure.tool {
            self.fact("tool", tool.as_str());
        }
        let evidence = &check.evidence;
        if let Some(message) = &evidence.rpc_message {
            self.fact("message", message.as_str());
        }
        for (name, value) in &evidence.headers {
            self.wrapped(&format!("{}: {value}", Clean::line(name)), self.theme.dim);
        }
        if let Some((args, reply)) = &evidence.canary {
            self.quoted("called with", head(args.as_str(), BODY_BYTES));
            self.quoted("answered", head(reply.as_str(), BODY_BYTES));
        }
        if let Some(body) = &evidence.body {
            self.quoted("the answer begins with", head(body.as_str(), BODY_BYTES));
        }
        if let Some(words) = &evidence.last_words {
            let words = words.as_str();
            let from = words.ceil_char_boundary(words.len().saturating_sub(LAST_WORDS_BYTES));
            self.quoted("the child's last words", &words[from..]);
        }
    }

    fn quoted(&mut self, name: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.wrapped(&format!("{name}:"), self.theme.dim);
        for line in fit::wrap(text.trim_end(), self.width.saturating_sub(2)) {
            self.lines
                .push(Line::from(vec![Span::styled("│ ", self.theme.quote), Span::styled(line, self.theme.code)]));
        }
    }

    fn wrapped(&mut self, text: &str, style: Style) {
        let lines = fit::wrap(text, self.width);
        self.lines.extend(lines.into_iter().map(|line| Line::styled(line, style)));
    }

    fn fact(&mut self, name: &str, value: &str) {
        let label = format!("{name:9} ");
        let room = self.width.saturating_sub(label.len()).max(1);
        for (at, piece) in fit::wrap(value, room).into_iter().enumerate() {
            let label = if at == 0 { label.clone() } else { " ".repeat(label.len()) };
            let spans = vec![Span::styled(label, self.theme.dim), Span::styled(piece, self.theme.text)];
            self.lines.push(Line::from(spans));
        }
    }

    fn heading(&mut self, text: &str) {
        self.lines.push(Line::default());
        self.lines.push(Line::styled(text.to_owned(), self.theme.heading));
    }

    fn ago(&self, at: DateTime<Utc>) -> String {
        format!("{} ago", age::calm(self.now - at))
    }
}

fn beside(took: Duration, usual: Option<Duration>) -> String {
    let usual = usual.map(|usual| format!(", usually {}", latency(usual))).unwrap_or_default();
    format!("{}{usual}", latency(took))
}

fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

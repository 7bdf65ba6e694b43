//! One endpoint in full: who it is, how each level went, what is open because
//! of it, and what the last failure looked like.

use std::time::Duration;

use chrono::{DateTime, Utc};
use ratatui::text::Line;

use super::{Standing, latency, mark, style};
use crate::domain::health::Endpoint;
use crate::domain::health::signal::{Cause, Signal};
use crate::domain::health::track::{Leaning, Track, Verdict};
use crate::domain::id::IncidentId;
use crate::domain::probe::{Check, Level};
use crate::domain::text::Clean;
use crate::panes::age;
use crate::panes::page::Page;
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
    /// What is open because of it, the lowest level first.
    pub open: Vec<Open<'a>>,
    /// The minute.
    pub now: DateTime<Utc>,
}

/// One thing that is open.
#[derive(Debug, Clone)]
pub struct Open<'a> {
    /// What.
    pub signal: &'a Signal,
    /// What stands for it in the queue: its host's, say; none if it stands for itself.
    pub above: Option<&'a Signal>,
    /// The incident that stands for it, under the name that it has by now.
    pub incident: IncidentId,
}

/// All lines, each at most `width` columns.
pub fn lines(subject: &Subject<'_>, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut sheet = Sheet { page: Page::new(width, theme), now: subject.now };
    sheet.standing(subject);
    let Some(endpoint) = subject.standing.endpoint else { return sheet.page.lines };
    sheet.identity(endpoint);
    sheet.open(subject, endpoint);
    let tracks = || Level::ALL.into_iter().filter_map(|level| Some((level, endpoint.track(level)?)));
    for (level, track) in tracks() {
        sheet.level(level, track);
    }
    for (level, track) in tracks() {
        if let Some(check) = track.failure() {
            sheet.failure(level, check);
        }
    }
    sheet.page.lines
}

struct Sheet<'t> {
    page: Page<'t>,
    now: DateTime<Utc>,
}

impl Sheet<'_> {
    fn standing(&mut self, subject: &Subject<'_>) {
        let Standing { condition, endpoint, .. } = subject.standing;
        let down =
            endpoint.and_then(Endpoint::down_since).map(|since| format!(" · for {}", age::calm(self.now - since)));
        let trouble = Some(subject.standing.trouble()).filter(|trouble| !trouble.is_empty());
        let trouble = trouble.map(|trouble| format!(" · {trouble}")).unwrap_or_default();
        let text = format!("{} {}{}{trouble}", mark(condition), condition.word(), down.unwrap_or_default());
        self.page.wrapped(&text, style(condition, self.page.theme));
        if subject.standing.endpoint.is_none() {
            self.page.wrapped("It has not been asked yet.", self.page.theme.dim);
        }
    }

    fn identity(&mut self, endpoint: &Endpoint) {
        let known = endpoint.identity();
        let server = known.server.as_ref().map(|server| format!("{} {}", server.name, server.version));
        self.page.fact("server", server.as_deref().unwrap_or("unknown"));
        let era = known.era.map(|era| format!(", era {}", era.word())).unwrap_or_default();
        let version = known.protocol_version.as_ref().map_or("unknown", Clean::as_str);
        self.page.fact("protocol", &format!("{version}{era}"));
        let tools = known.tools.map_or_else(|| "not listed yet".to_owned(), |tools| tools.to_string());
        self.page.fact("tools", &tools);
        self.page.fact("transport", known.transport.map_or("unknown", |transport| transport.word()));
        self.page.fact("token", known.credential.as_ref().map_or("none", Clean::as_str));
        let asked = endpoint.last().map_or_else(|| "never".to_owned(), |at| self.ago(at));
        self.page.fact("asked", &asked);
        if let Some(at) = endpoint.changed() {
            self.page.fact("changed", &self.ago(at));
        }
        if let Some(until) = endpoint.not_before().filter(|until| *until > self.now) {
            self.page.fact("waits", &format!("{} more, as it asked to", age::left(until, self.now)));
        }
    }

    fn open(&mut self, subject: &Subject<'_>, endpoint: &Endpoint) {
        if subject.open.is_empty() {
            return;
        }
        self.page.heading("open");
        for Open { signal, above, incident } in &subject.open {
            self.page.wrapped(signal.title.as_str(), self.page.theme.title);
            let name = above.unwrap_or(signal).incident();
            let filed = if *incident == name { String::new() } else { format!(", filed as {incident}") };
            self.page.fact(if above.is_some() { "part of" } else { "incident" }, &format!("{name}{filed}"));
            if let Some(above) = above {
                self.page.fact("", above.title.as_str());
            }
            self.page.fact("since", &self.ago(signal.since));
            let now = signal.now.as_ref().filter(|now| Cause::Failing(now.class) != signal.cause);
            if let Some(now) = now {
                self.page.fact("by now", format!("{} {}", now.class.word(), now.detail).trim_end());
            }
            if let Some(since) = signal.flapping {
                self.page.fact("flaps", &format!("it comes and goes, since {}", self.ago(since)));
            }
            if let Some((lines, count)) = endpoint.interface().lines(&signal.fingerprint) {
                for line in lines {
                    self.page.wrapped(&format!("- {line}"), self.page.theme.code);
                }
                if count > lines.len() {
                    self.page.wrapped(&format!("… and {} more", count - lines.len()), self.page.theme.dim);
                }
            }
        }
    }

    fn level(&mut self, level: Level, track: &Track) {
        self.page.heading(level.word());
        self.page.fact("results", &track.strip());
        if let Some(last) = track.marks().next_back() {
            let said = match last.verdict {
                Verdict::Passed => "passed".to_owned(),
                Verdict::Failed(class) => format!("failed: {}", class.word()),
                Verdict::Excused(class) => format!("failed in a maintenance window: {}", class.word()),
                Verdict::Unknown => "said nothing about the server".to_owned(),
            };
            self.page.fact("last", &format!("{said}, {}", self.ago(last.at)));
            let took = Duration::from_micros(last.took);
            self.page.fact("took", &beside(took, track.baseline().took()));
        }
        match track.leaning() {
            Leaning::Settled => {}
            Leaning::Failing => self.page.fact("waits", "it failed, not often enough to be believed yet"),
            Leaning::Recovering => self.page.fact("waits", "it passed, not long enough to be believed yet"),
        }
        if let Some(phases) = track.phases() {
            let seen = [phases.dns, phases.connect, phases.tls, phases.ttfb];
            let names = ["dns", "connect", "tls", "1st byte"];
            for ((name, took), usual) in names.into_iter().zip(seen).zip(track.baseline().phases()) {
                if let Some(took) = took {
                    self.page.fact(name, &beside(took, usual));
                }
            }
        }
    }

    fn failure(&mut self, level: Level, check: &Check) {
        let Some(failure) = &check.failure else { return };
        self.page.heading(&format!("last failure: {}", level.word()));
        self.page.wrapped(failure.message.as_str(), style(failure.class.condition(), self.page.theme));
        if let Some(status) = failure.http_status {
            self.page.fact("status", &status.to_string());
        }
        if let Some(code) = failure.rpc_code {
            self.page.fact("JSON-RPC", &code.to_string());
        }
        if let Some(tool) = &failure.tool {
            self.page.fact("tool", tool.as_str());
        }
        let evidence = &check.evidence;
        if let Some(message) = &evidence.rpc_message {
            self.page.fact("message", message.as_str());
        }
        for (name, value) in &evidence.headers {
            self.page.wrapped(&format!("{}: {value}", Clean::line(name)), self.page.theme.dim);
        }
        if let Some((args, reply)) = &evidence.canary {
            self.page.quoted("called with", head(args.as_str(), BODY_BYTES));
            self.page.quoted("answered", head(reply.as_str(), BODY_BYTES));
        }
        if let Some(body) = &evidence.body {
            self.page.quoted("the answer begins with", head(body.as_str(), BODY_BYTES));
        }
        if let Some(words) = &evidence.last_words {
            let words = words.as_str();
            let from = words.ceil_char_boundary(words.len().saturating_sub(LAST_WORDS_BYTES));
            self.page.quoted("the child's last words", &words[from..]);
        }
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

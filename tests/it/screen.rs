//! Sessions on the screen: keys and facts in, the screen as the operator sees
//! it and effects out. No clock, no terminal, no disk: `with` is the store.

mod acts;
mod attention;
mod bytes;
mod cases;
mod chords;
mod dialogs;
mod editing;
mod escalating;
mod filter;
mod frames;
mod ghosts;
mod habits;
mod handing;
mod health;
mod keys;
mod layout;
mod links;
mod log;
mod model;
mod moves;
mod palette;
mod panes;
mod pointer;
mod random;
mod rebound;
mod review;
mod runbooks;
mod saying;
mod storm;
mod terminal;
mod tools;
mod tour;
mod when;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::app::App;
use dogwatch::app::bindings::Keymap;
use dogwatch::app::desk::Setup;
use dogwatch::app::event::{Effect, Fact};
use dogwatch::app::key::{Input, Key};
use dogwatch::app::watch::{Outfit, Reach};
use dogwatch::config::{Kind, Person, TeamFile};
use dogwatch::domain::id::{IncidentId, SourceId};
use dogwatch::domain::incident::Incident;
use dogwatch::domain::journal::{Entry, Outcome};
use dogwatch::domain::source::SourceHealth;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;
use dogwatch::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// A Sunday, twelve minutes past two.
pub const NOW: &str = "2026-11-22T14:12:00Z";

pub fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// An open incident of the source `api`, so many minutes old, with these labels.
pub fn incident(id: &str, minutes: i64, labels: &[&str]) -> Incident {
    let (source, number) = IncidentId::new(id).issue().unwrap();
    let title = Clean::line(&format!("title of {number}"));
    let mut incident = Incident::opened(&source, number, title, now() - TimeDelta::minutes(minutes));
    incident.labels = labels.iter().map(|label| Clean::line(label)).collect();
    incident.url = Some(format!("https://example.org/{source}/{number}"));
    incident
}

pub fn titled(mut incident: Incident, title: &str) -> Incident {
    incident.title = Clean::line(title);
    incident
}

pub fn team() -> TeamFile {
    let person = |id: &str, name: &str, login: Option<&str>| Person {
        id: id.into(),
        name: name.into(),
        github: login.map(Into::into),
        ..Person::default()
    };
    TeamFile {
        people: vec![person("ana", "Ana Sol", Some("ana-sol")), person("ben", "Ben Rao", None)],
        kinds: vec![Kind { id: "tool-down".into(), title: "A tool is down".into(), ..Kind::default() }],
        ..TeamFile::default()
    }
}

pub fn setup(team: TeamFile) -> Setup {
    let hosts = [("api", "api.example.org"), ("local", "local"), ("web", "api.example.org")];
    Setup {
        model: Model::new(team),
        me: "ana".into(),
        routes: hosts.into_iter().map(|(source, host)| (source.into(), host.to_owned())).collect::<BTreeMap<_, _>>(),
        files_into: SourceId::from("api"),
        seed: 7,
        read_only: None,
    }
}

/// A screen of 80×24 without anything loaded.
pub fn blank() -> App {
    App::new(setup(team()), plain(Keymap::default()), now())
}

pub fn plain(keys: Keymap) -> Outfit {
    Outfit { theme: Theme::default(), keys, ..Outfit::default() }
}

pub fn fresh(id: &str) -> SourceHealth {
    SourceHealth { fetched_at: Some(now()), ..SourceHealth::never(SourceId::from(id), "github") }
}

pub fn loaded(incidents: Vec<Incident>) -> Fact {
    Fact::Loaded { incidents, entries: Vec::new(), sources: vec![fresh("api")] }
}

/// A screen that knows these and has one fresh source.
pub fn with(incidents: Vec<Incident>) -> App {
    let mut app = blank();
    app.update(now(), loaded(incidents));
    app.update(now(), Fact::LeaseTaken);
    app
}

/// Presses these keys one by one, a second apart or at once as the clock says;
/// `<esc>` names a key. What is to be recorded is recorded at once.
pub fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in keys_of(keys) {
        let at = app.desk().now();
        effects.extend(app.update(at, Input::Key(key)));
    }
    let kept = keep(app, &effects);
    effects.extend(kept);
    effects
}

/// Presses without a disk that answers.
pub fn press_only(app: &mut App, keys: &str) -> Vec<Effect> {
    keys_of(keys).into_iter().flat_map(|key| app.update(app.desk().now(), Input::Key(key))).collect()
}

pub fn keys_of(keys: &str) -> Vec<Key> {
    let mut found = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let name = rest.strip_prefix('<').and_then(|named| named.split_once('>')).filter(|(name, _)| name.len() > 1);
        let (key, after) = match name {
            Some((name, after)) => (name.parse().unwrap(), after),
            None => (Key::char(c), &rest[c.len_utf8()..]),
        };
        found.push(key);
        rest = after;
    }
    found
}

/// The disk: says that what is to be recorded has been.
pub fn keep(app: &mut App, effects: &[Effect]) -> Vec<Effect> {
    let mut seq = app.desk().journal().entries().iter().map(|entry| entry.seq).max().unwrap_or(0);
    let mut answers = Vec::new();
    for effect in effects {
        if let Effect::Record(entries) = effect {
            let places = entries.iter().map(|entry| {
                seq += 1;
                (entry.op.clone(), seq)
            });
            let places = places.collect();
            answers.extend(app.update(app.desk().now(), Fact::Recorded(places)));
        }
    }
    answers
}

pub fn recorded(effects: &[Effect]) -> Vec<&Entry> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Record(entries) => Some(entries),
            _ => None,
        })
        .flatten()
        .collect()
}

/// What was decided, as `verb id`.
pub fn decided(effects: &[Effect]) -> Vec<String> {
    recorded(effects).into_iter().map(|entry| format!("{} {}", entry.decision.verb(), entry.incident)).collect()
}

/// The tracker answers whatever is on its way.
pub fn settle(app: &mut App, outcome: &Outcome) -> Vec<Effect> {
    let sending: Vec<_> = app.desk().journal().unsettled().filter(|entry| entry.is_sending()).cloned().collect();
    let at = app.desk().now();
    let settled = |entry: Entry| Fact::Settled { op: entry.op, outcome: outcome.clone() };
    sending.into_iter().flat_map(|entry| app.update(at, settled(entry))).collect()
}

/// Somebody else changed these.
pub fn changed(app: &mut App, incidents: Vec<Incident>) -> Vec<Effect> {
    let source = SourceId::from("api");
    app.update(app.desk().now(), Fact::Page { source, incidents })
}

pub fn resize(app: &mut App, width: u16, height: u16) {
    app.update(app.desk().now(), Input::Resized { width, height });
}

pub fn draw(app: &App, width: u16, height: u16) -> (Buffer, Option<Position>) {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    let cursor = dogwatch::view::draw(app, &mut buffer, area);
    (buffer, cursor)
}

/// The screen as text, blanks at the ends of lines cut.
pub fn screen(app: &mut App, width: u16, height: u16) -> String {
    resize(app, width, height);
    let (buffer, _) = draw(app, width, height);
    text_of(&buffer)
}

/// What a server may say to whoever looks.
pub const HOSTILE: &str =
    "\u{1b}]0;x\u{7}\u{202e}evil\n│──┐ 日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語 \u{200b}e\u{301}";

/// At three sizes: nothing of [`HOSTILE`] reaches the terminal raw, and the frame of the dialog stands.
pub fn nothing_breaks_out(app: &mut App) {
    for (width, height) in [(40, 10), (80, 24), (160, 45)] {
        let shown = screen(app, width, height);
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{shown:?}");
        let (buffer, _) = draw(app, width, height);
        for y in 2..height - 2 {
            assert_eq!(buffer[(0, y)].symbol(), "│", "{shown}");
            assert_eq!(buffer[(width - 1, y)].symbol(), "│", "{shown}");
        }
    }
}

pub fn text_of(buffer: &Buffer) -> String {
    let area = buffer.area;
    let line = |y| {
        let cells = (0..area.width).map(|x| buffer[(x, y)].symbol());
        cells.collect::<String>().trim_end().to_owned()
    };
    (0..area.height).map(line).collect::<Vec<_>>().join("\n")
}

/// The line of the screen that has this text.
pub fn line_with(app: &mut App, text: &str) -> String {
    let screen = screen(app, 80, 24);
    let line = screen.lines().find(|line| line.contains(text));
    line.map_or_else(|| panic!("{text:?} is not on\n{screen}"), ToOwned::to_owned)
}

pub fn selected(app: &App) -> &str {
    app.selected().map_or("-", IncidentId::as_str)
}

/// Five incidents of two sources in all sections but the last.
pub fn shift() -> App {
    with(vec![
        incident("api#1", 30, &["SEV1"]),
        incident("api#2", 90, &["SEV2"]),
        incident("api#3", 300, &["SEV2"]),
        incident("api#4", 3000, &["SEV3"]),
        incident("api#5", 10, &[]),
    ])
}

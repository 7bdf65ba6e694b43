//! The triage meeting as a session: keys and facts in, the screen, the minutes
//! and what was decided out.

mod bad_days;
mod minutes;
mod process;
mod walk;

use chrono::TimeDelta;
use dogwatch::app::App;
use dogwatch::app::event::{Effect, Fact};
use dogwatch::app::key::Input;
use dogwatch::app::meeting::Stage;
use dogwatch::config::{Area, Kind, Set, TeamFile, TriageRule, When};
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::incident::Incident;
use dogwatch::domain::minutes::{Line, Minutes};

use crate::screen::{self, incident, keep, keys_of, now, plain, setup, titled};

/// The team of the other sessions, with kinds, an owner and a rule.
fn team() -> TeamFile {
    let kind = |id: &str, severity: Option<&str>| Kind {
        id: id.into(),
        title: id.into(),
        severity: severity.map(Into::into),
        area: Some("core".into()),
        runbook: Some(format!("{id}.md")),
    };
    let mut team = screen::team();
    team.kinds = vec![kind("tool-down", Some("SEV2")), kind("question", None)];
    team.areas = vec![Area { id: "core".into(), owner: Some("ben".into()), ..Area::default() }];
    let when = When { label: vec!["howto".into()], ..When::default() };
    team.triage = vec![TriageRule { when, set: Set { kind: Some("question".into()), ..Set::default() } }];
    team
}

fn with(incidents: Vec<Incident>) -> App {
    of_team(team(), incidents)
}

fn of_team(team: TeamFile, incidents: Vec<Incident>) -> App {
    let keys = dogwatch::app::bindings::Keymap::default();
    let mut app = App::new(setup(team), plain(keys), now());
    app.update(now(), screen::loaded(incidents));
    app.update(now(), Fact::LeaseTaken);
    app
}

/// Two untriaged, one overdue, one that is well.
fn afternoon() -> Vec<Incident> {
    vec![
        titled(incident("api#1", 20, &[]), "Gateway answers 403 to every call"),
        titled(incident("api#2", 500, &["SEV2"]), "Search returns nothing in the evening"),
        titled(incident("api#3", 90, &["SEV1", "tool-down"]), "Export is down"),
        titled(incident("api#4", 5, &["SEV3", "tool-down"]), "Gateway answers slowly to most calls"),
    ]
}

/// Presses one key after the other; what is to be recorded is on disk before the next.
fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    let mut all = Vec::new();
    for key in keys_of(keys) {
        let effects = app.update(app.desk().now(), Input::Key(key));
        let kept = keep(app, &effects);
        all.extend(effects);
        all.extend(kept);
    }
    all
}

/// What was written into the minutes.
fn minuted(effects: &[Effect]) -> Vec<Line> {
    let lines = effects.iter().filter_map(|effect| match effect {
        Effect::Minute(lines) => Some(lines.clone()),
        _ => None,
    });
    lines.flatten().collect()
}

/// A meeting that has begun.
fn begun(incidents: Vec<Incident>) -> (App, Vec<Line>) {
    let mut app = with(incidents);
    let effects = press(&mut app, "T<enter>");
    let lines = minuted(&effects);
    (app, lines)
}

fn item(app: &App) -> &str {
    app.meeting().and_then(|meeting| meeting.item()).map_or("-", |item| item.id.as_str())
}

fn agenda(app: &App) -> Vec<String> {
    let items = app.meeting().unwrap().minutes().items.iter();
    items.map(|item| format!("{} {}", item.part.word(), item.id)).collect()
}

fn stage(app: &App) -> Stage {
    app.meeting().unwrap().stage
}

fn held(app: &App) -> &Minutes {
    app.meeting().unwrap().minutes()
}

fn text(app: &mut App) -> String {
    screen::screen(app, 100, 30)
}

/// So much later, with nothing said.
fn later(app: &mut App, by: TimeDelta) -> Vec<Effect> {
    let at = app.desk().now() + by;
    app.update(at, Fact::Ticked)
}

fn id(name: &str) -> IncidentId {
    name.into()
}

//! Draws the screen as it is after `dogwatch demo --dir D`, as pictures for
//! the README.
//!
//! ```sh
//! dogwatch demo --dir /tmp/demo --now 2026-11-23T11:00:00Z </dev/null
//! cargo run --example screenshots -- /tmp/demo 2026-11-23T11:00:00Z screenshots
//! ```

#![expect(clippy::unwrap_used, reason = "whoever makes pictures reads the panic")]
#![expect(clippy::disallowed_methods, reason = "it reads and writes files of the developer's")]

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use dogwatch::app::App;
use dogwatch::app::event::{Effect, Fact};
use dogwatch::app::key::{Input, Key};
use dogwatch::app::watch::Outfit;
use dogwatch::config::{PersonalFile, team_file};
use dogwatch::domain::calendar::Window;
use dogwatch::shell::clock::Clock;
use dogwatch::shell::dates;
use dogwatch::shell::engine::Network;
use dogwatch::shell::frames::{Palette, svg};
use dogwatch::shell::session::{Decisions, Plan, Start, Trust};
use dogwatch::shell::timeline::timeline;
use dogwatch::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [demo, now, out] = words.as_slice() else { panic!("screenshots DEMO_DIR NOW OUT_DIR") };
    let now: DateTime<Utc> = now.parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    for (name, (width, height), keys) in [
        ("queue", (160, 45), vec!["j"]),
        ("queue-80x24", (80, 24), vec![]),
        ("assign", (120, 40), vec!["j", "A"]),
        ("help", (100, 40), vec!["?"]),
        ("rotation", (120, 40), vec!["2"]),
        ("calendar", (120, 40), vec!["3"]),
        ("runbook", (120, 40), vec!["4", "1", "j", "b", "]", "]", "]"]),
        ("panes", (200, 60), vec!["j", "b"]),
    ] {
        let picture = drawn(Path::new(demo), now, (width, height), &keys);
        fs::write(Path::new(out).join(format!("{name}.svg")), svg(&picture, &Palette::DARK)).unwrap();
    }
}

fn plan(demo: &Path, now: DateTime<Utc>) -> Plan {
    let path: PathBuf = demo.join("dogwatch.toml");
    Plan {
        team: team_file(&fs::read_to_string(&path).unwrap(), "dogwatch.toml").unwrap(),
        personal: PersonalFile { me: Some("kim".into()), ..PersonalFile::default() },
        team_path: Some(path),
        folder: demo.join("data"),
        clock: Clock::starting(Some(now)),
        network: Network::Offline,
        decisions: Decisions::Taken,
        trust: Trust::AsRemembered,
        verbosity: 0,
        account: "kim".into(),
    }
}

/// A frame of this size after these keys. Nothing is decided in a picture.
fn drawn(demo: &Path, now: DateTime<Utc>, (width, height): (u16, u16), keys: &[&str]) -> Buffer {
    let mut start = Start::prepare(&plan(demo, now)).unwrap();
    let mut app = App::new(start.setup.clone(), Outfit::default(), now);
    let mut effects = app.update(now, Input::Resized { width, height });
    for fact in std::mem::take(&mut start.facts) {
        effects.extend(app.update(now, fact));
    }
    let window = Window::ahead(&app.desk().model().team, now);
    let gathered = tokio::runtime::Handle::current().block_on(dates::gather(&plan(demo, now), window));
    app.update(now, Fact::Gathered(Box::new(gathered)));
    effects = looked_up(&mut start, &mut app, now, effects);
    for key in keys {
        let after = app.update(now, Input::Key(key.parse::<Key>().unwrap()));
        effects.extend(looked_up(&mut start, &mut app, now, after));
    }
    for effect in effects {
        if let Effect::LoadDetail(id) = effect {
            let asked = id.clone();
            let told =
                start.engine.keeper().ask(move |store| (store.body(&asked).ok().flatten(), timeline(store, &asked)));
            let (body, moments) = tokio::runtime::Handle::current().block_on(told).unwrap();
            app.update(now, Fact::DetailLoaded { id, body, moments });
        }
    }
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    view::draw(&app, &mut buffer, area);
    buffer
}

/// Looks up the runbooks that are wanted, and gives back what else is.
fn looked_up(start: &mut Start, app: &mut App, now: DateTime<Utc>, effects: Vec<Effect>) -> Vec<Effect> {
    let mut rest = Vec::new();
    for effect in effects {
        if !matches!(effect, Effect::OpenPage(_) | Effect::ListPages(_)) {
            rest.push(effect);
            continue;
        }
        start.engine.perform(effect);
        loop {
            let fact = tokio::runtime::Handle::current().block_on(start.news.recv()).unwrap();
            let ends = matches!(fact, Fact::PageOpened(_) | Fact::PageMissing(_) | Fact::PagesListed(_));
            rest.extend(app.update(now, fact));
            if ends {
                break;
            }
        }
    }
    rest
}

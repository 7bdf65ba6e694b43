//! A watch of the sample team without a terminal: the real store, runbooks,
//! repository and eval results of `dogwatch demo`, keys in, frames out. The
//! same session gives the golden screens and the pictures of the README.

use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use dogwatch::app::App;
use dogwatch::app::event::{Effect, Fact};
use dogwatch::app::key::{Input, Key};
use dogwatch::app::watch::Outfit;
use dogwatch::config::{PersonalFile, team_file};
use dogwatch::domain::calendar::Window;
use dogwatch::domain::veil::Veil;
use dogwatch::shell::clock::Clock;
use dogwatch::shell::dates;
use dogwatch::shell::engine::Network;
use dogwatch::shell::session::{Decisions, Plan, Start, Trust};
use dogwatch::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::runtime::Runtime;

/// A Monday morning: when the sample team is looked at.
pub const NOW: &str = "2026-11-23T11:00:00Z";

/// Whoever waits longer than this for the disk waits for something that never comes.
const PATIENCE: Duration = Duration::from_mins(1);

/// One picture of the sample team.
pub struct Scene {
    /// What it is called.
    pub name: &'static str,
    /// Columns and rows.
    pub size: (u16, u16),
    /// What is pressed, one after the other.
    pub keys: &'static [&'static str],
}

/// The pictures of the README, in its order.
pub const SCENES: &[Scene] = &[
    Scene { name: "queue", size: (120, 36), keys: &["j"] },
    Scene {
        name: "regression",
        size: (120, 40),
        keys: &["/", "3", "space", "c", "a", "s", "e", "s", "enter", "enter"],
    },
    Scene { name: "rotation", size: (120, 36), keys: &["2"] },
    Scene { name: "calendar", size: (120, 36), keys: &["3"] },
    Scene { name: "runbook", size: (120, 40), keys: &["4", "1", "j", "b", "]", "]", "]"] },
    Scene { name: "meeting", size: (120, 36), keys: &["P", "T", "enter"] },
    Scene { name: "panes", size: (200, 60), keys: &["j", "b"] },
    Scene { name: "narrow", size: (48, 20), keys: &["j"] },
    Scene { name: "tall", size: (80, 72), keys: &["j"] },
    Scene { name: "assign", size: (100, 30), keys: &["j", "A"] },
    Scene { name: "help", size: (100, 40), keys: &["?"] },
];

/// A running watch.
pub struct Stage {
    app: App,
    start: Start,
    runtime: Runtime,
    now: DateTime<Utc>,
}

impl Stage {
    /// The watch of the demo that was made in this folder, at [`NOW`].
    pub fn of_demo(demo: &Path, outfit: Outfit) -> Self {
        let now: DateTime<Utc> = NOW.parse().unwrap();
        let runtime = Runtime::new().unwrap();
        let inside = runtime.enter();
        let plan = plan(demo, now);
        let mut start = Start::prepare(&plan).unwrap();
        let veil = Veil::new(&plan.team, &[]);
        let mut app = App::new(start.setup.clone(), Outfit { veil, ..outfit }, now);
        let mut effects = Vec::new();
        for fact in std::mem::take(&mut start.facts) {
            effects.extend(app.update(now, fact));
        }
        let window = Window::ahead(&app.desk().model().team, now);
        let gathered = runtime.block_on(dates::gather(&plan, window));
        effects.extend(app.update(now, Fact::Gathered(Box::new(gathered))));
        start.engine.take_lease();
        runtime.block_on(start.engine.read_results_once());
        drop(inside);
        let mut stage = Self { app, start, runtime, now };
        stage.perform(effects);
        stage
    }

    /// Presses these keys, each as the personal file writes it, and waits for what they led to.
    pub fn press(&mut self, keys: &[&str]) {
        for key in keys {
            let effects = self.app.update(self.now, Input::Key(key.parse::<Key>().unwrap()));
            self.perform(effects);
        }
    }

    /// What is on a screen of this size.
    pub fn frame(&mut self, (width, height): (u16, u16)) -> Buffer {
        let effects = self.app.update(self.now, Input::Resized { width, height });
        self.perform(effects);
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        view::draw(&self.app, &mut buffer, area);
        buffer
    }

    /// Does what is to be done, until everything has answered that will.
    fn perform(&mut self, effects: Vec<Effect>) {
        let inside = self.runtime.handle().clone();
        let _inside = inside.enter();
        let mut waiting = self.begin(effects);
        loop {
            // What was asked of the store has been done when this has been.
            self.runtime.block_on(self.start.engine.keeper().ask(|_| ()));
            while let Ok(fact) = self.start.news.try_recv() {
                waiting = waiting.saturating_sub(usize::from(is_an_answer(&fact)));
                let more = self.app.update(self.now, fact);
                waiting += self.begin(more);
            }
            if waiting == 0 {
                return;
            }
            let next = async { tokio::time::timeout(PATIENCE, self.start.news.recv()).await };
            let fact = self.runtime.block_on(next).expect("an answer in time").expect("the engine runs");
            waiting = waiting.saturating_sub(usize::from(is_an_answer(&fact)));
            let more = self.app.update(self.now, fact);
            waiting += self.begin(more);
        }
    }

    /// Begins to do this; says how many answers there will be.
    fn begin(&mut self, effects: Vec<Effect>) -> usize {
        let asks = effects.iter().filter(|effect| is_answered(effect)).count();
        for effect in effects {
            self.start.engine.perform(effect);
        }
        asks
    }
}

/// Whether something comes back that changes what is seen, from elsewhere than the store's own thread.
fn is_answered(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::OpenPage(_)
            | Effect::ListPages(_)
            | Effect::LoadCases(_)
            | Effect::LoadCase { .. }
            | Effect::Review
            | Effect::Check
            | Effect::Handoff(dogwatch::app::handoff::Errand::Bring(_))
    )
}

fn is_an_answer(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::PageOpened(_)
            | Fact::PageMissing(_)
            | Fact::PagesListed(_)
            | Fact::CasesLoaded { .. }
            | Fact::CaseLoaded { .. }
            | Fact::Reviewed(_)
            | Fact::Checked(_)
            | Fact::HandoffBrought(_)
    )
}

fn plan(demo: &Path, now: DateTime<Utc>) -> Plan {
    let path = demo.join("dogwatch.toml");
    Plan {
        team: team_file(&fs::read_to_string(&path).unwrap(), "dogwatch.toml").unwrap(),
        personal: PersonalFile { me: Some("kim".into()), ..PersonalFile::default() },
        team_path: Some(path),
        folder: demo.join("data"),
        clock: Clock::starting(Some(now)),
        network: Network::Offline,
        decisions: Decisions::Taken,
        trust: Trust::ForThisRun,
        verbosity: 0,
        account: "kim".into(),
    }
}

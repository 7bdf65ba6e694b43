//! What the operator waits for: the queue at start, the frame after a key,
//! the rows while a filter is typed. On 10,000 open issues.
//!
//! `cargo bench` prints the figures; `benches/measure.py` measures the whole
//! program in a terminal.

#![expect(clippy::unwrap_used, reason = "a bench that cannot set its scene should fail loudly")]

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use divan::Bencher;
use dogwatch::app::App;
use dogwatch::app::desk::Setup;
use dogwatch::app::event::Fact;
use dogwatch::app::key::{Input, Key};
use dogwatch::app::watch::Outfit;
use dogwatch::config::TeamFile;
use dogwatch::domain::id::SourceId;
use dogwatch::domain::incident::Incident;
use dogwatch::domain::journal::{Journal, Rules};
use dogwatch::domain::queue;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;
use dogwatch::store::{Bodies, Page, Store};
use dogwatch::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const ISSUES: u64 = 10_000;

fn main() {
    divan::main();
}

fn now() -> DateTime<Utc> {
    "2026-11-23T11:00:00Z".parse().unwrap()
}

fn source() -> SourceId {
    SourceId::new("api")
}

fn incidents() -> Vec<Incident> {
    let words = ["tool", "schema", "eval", "profile", "gateway", "canary", "prompt", "timeout"];
    (1..=ISSUES)
        .map(|number| {
            let word = |by: u64| words[usize::try_from(number / by % 8).unwrap()];
            let title = format!("{} {} fails for case {number} of the {} suite", word(1), word(8), word(64));
            let age = TimeDelta::minutes(i64::try_from(number * 7 % 60_000).unwrap());
            let mut incident = Incident::opened(&source(), number, Clean::line(&title), now() - age);
            incident.labels = vec![Clean::line(["SEV1", "SEV2", "SEV3", "SEV4"][usize::try_from(number % 4).unwrap()])];
            incident
        })
        .collect()
}

fn app() -> App {
    let setup = Setup {
        model: Model::new(TeamFile::default()),
        me: "ana".into(),
        routes: BTreeMap::from([(source(), "127.0.0.1:1".to_owned())]),
        files_into: source(),
        seed: 1,
        read_only: None,
    };
    let mut app = App::new(setup, Outfit::default(), now());
    app.update(now(), Input::Resized { width: 160, height: 45 });
    app.update(now(), Fact::Loaded { incidents: incidents(), entries: Vec::new(), sources: Vec::new() });
    app
}

fn key(app: &mut App, buffer: &mut Buffer, name: &str) {
    app.update(now(), Input::Key(name.parse::<Key>().unwrap()));
    buffer.reset();
    view::draw(app, buffer, Rect::new(0, 0, 160, 45));
}

#[divan::bench]
fn queue_in_order(bencher: Bencher<'_, '_>) {
    let facts: BTreeMap<_, _> = incidents().into_iter().map(|incident| (incident.id.clone(), incident)).collect();
    let (journal, model) = (Journal::new(Rules::default()), Model::new(TeamFile::default()));
    bencher.bench(|| queue::build(&facts, &journal, &model, now()));
}

#[divan::bench]
fn move_key_to_frame(bencher: Bencher<'_, '_>) {
    let (mut app, mut buffer) = (app(), Buffer::empty(Rect::new(0, 0, 160, 45)));
    bencher.bench_local(|| key(&mut app, &mut buffer, "j"));
}

#[divan::bench]
fn filter_key_to_frame(bencher: Bencher<'_, '_>) {
    let (mut app, mut buffer) = (app(), Buffer::empty(Rect::new(0, 0, 160, 45)));
    key(&mut app, &mut buffer, "/");
    bencher.bench_local(|| {
        key(&mut app, &mut buffer, "e");
        key(&mut app, &mut buffer, "backspace");
    });
}

#[divan::bench]
fn ack_key_to_frame(bencher: Bencher<'_, '_>) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 160, 45));
    bencher.with_inputs(app).bench_local_values(|mut app| key(&mut app, &mut buffer, "a"));
}

#[divan::bench]
fn store_read_at_start(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path(), now()).unwrap().store;
    store.commit_page(&source(), &Page { incidents: incidents(), ..Page::default() }).unwrap();
    bencher.bench_local(|| store.incidents(Bodies::Without).unwrap());
}

//! A shift of twelve hours, compressed: the clock is driven, nobody waits. At
//! its end a key must take no longer, and the program must be no larger, than
//! after its first hour.
//!
//! Each minute a source answers and every pane is looked at. Of a bad shift:
//! every fifth minute one incident opens and one closes, and somebody decides
//! five things and takes two back. Decisions are recorded and settled as a store
//! and a tracker would. What is drawn goes through the terminal's own
//! difference to nowhere.

#![expect(clippy::unwrap_used, reason = "a bench that cannot set its scene should fail loudly")]
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it tells what it measured")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::app::App;
use dogwatch::app::desk::Setup;
use dogwatch::app::event::{Effect, Fact};
use dogwatch::app::key::{Input, Key};
use dogwatch::app::watch::Outfit;
use dogwatch::config::TeamFile;
use dogwatch::domain::id::SourceId;
use dogwatch::domain::incident::{CloseReason, Incident, Status};
use dogwatch::domain::journal::Outcome;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;
use dogwatch::shell::terminal::Terminal;

/// What is open at the start, and at the end: as many close as open.
const OPEN: u64 = 1_000;
const HOURS: usize = 12;
/// The end may differ from the start by so much.
const MOST: f64 = 1.10;

/// What is typed in each minute of a shift. It ends where it began.
const KEYS: &[&str] = &[
    "j", "j", "j", "k", "J", "J", "K", "ctrl-d", "ctrl-u", "G", "g", "enter", "j", "k", "esc", "/", "t", "o", "o", "l",
    "enter", "n", "n", "N", "esc", "space", "space", "esc", "esc", "2", "j", "j", "3", "j", "4", "1", "?", "q", "u",
    "esc", "L", "j", "esc", "z", "z", ":", "z", "o", "esc", "j", "s", "esc", ">", "<",
];

/// What is decided beside, in every fifth minute.
const DECISIONS: &[&str] = &["a", "u", "a", "j", "a", "a", "u"];
const SELDOM: usize = 5;

fn main() {
    let mut shift = Shift::begin();
    let mut hours = Vec::new();
    for hour in 0..HOURS {
        let mut times = Vec::new();
        for minute in 0..60 {
            times.extend(shift.minute(hour * 60 + minute));
        }
        hours.push(Hour::of(&mut times, resident()));
        let Hour { median, late, resident } = hours[hour];
        println!("hour {:>2}: {median:>9.1?} a key, {late:>9.1?} of 99 in 100, {resident:>7} KiB", hour + 1);
    }
    // The first hour fills what is filled once: caches, buffers, the allocator's own store.
    let (first, last) = (hours[1], hours[HOURS - 1]);
    let time = last.median.as_secs_f64() / first.median.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "kibibytes of one process fit many times over")]
    let memory = last.resident as f64 / first.resident.max(1) as f64;
    println!("{} keys; hour {HOURS} to hour 2: {time:.3} of the time a key, {memory:.3} of the memory", shift.keys);
    assert!(time <= MOST, "a key takes {time:.2} times as long at the end of the shift");
    assert!(memory <= MOST, "the program is {memory:.2} times as large at the end of the shift");
    println!("within 10 %");
}

#[derive(Debug, Clone, Copy)]
struct Hour {
    median: Duration,
    late: Duration,
    /// KiB; 0 where the system does not say.
    resident: u64,
}

impl Hour {
    fn of(times: &mut [Duration], resident: u64) -> Self {
        times.sort_unstable();
        Self { median: times[times.len() / 2], late: times[times.len() * 99 / 100], resident }
    }
}

/// How much of this process is in memory, in KiB, as Linux says it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|word| word.parse().ok()).unwrap_or(0)
}

struct Shift {
    app: App,
    terminal: Terminal<std::io::Sink>,
    now: DateTime<Utc>,
    seq: u64,
    next: u64,
    keys: usize,
}

impl Shift {
    fn begin() -> Self {
        let now: DateTime<Utc> = "2026-11-23T11:00:00Z".parse().unwrap();
        let setup = Setup {
            model: Model::new(TeamFile::default()),
            me: "ana".into(),
            routes: BTreeMap::from([(SourceId::new("api"), "api.example.org".to_owned())]),
            files_into: SourceId::new("api"),
            seed: 1,
            read_only: None,
        };
        let mut app = App::new(setup, Outfit::default(), now);
        app.update(now, Input::Resized { width: 160, height: 45 });
        let incidents = (1..=OPEN).map(|number| opened(number, now)).collect();
        app.update(now, Fact::Loaded { incidents, entries: Vec::new(), sources: Vec::new() });
        app.update(now, Fact::LeaseTaken);
        Self { app, terminal: Terminal::on(std::io::sink(), (160, 45)), now, seq: 0, next: OPEN + 1, keys: 0 }
    }

    /// One minute; returns how long each key took, from when it was pressed until it was drawn.
    fn minute(&mut self, minute: usize) -> Vec<Duration> {
        self.poll(minute);
        let mut times = Vec::new();
        let decides = if minute.is_multiple_of(SELDOM) { DECISIONS } else { &[] };
        let keys = KEYS.iter().chain(decides);
        for key in keys.clone() {
            let key: Key = key.parse().unwrap();
            self.now += TimeDelta::seconds(1);
            let begin = Instant::now();
            let effects = self.app.update(self.now, Input::Key(key));
            self.terminal.draw(&self.app).unwrap();
            times.push(begin.elapsed());
            self.keys += 1;
            self.perform(effects);
        }
        self.now += TimeDelta::minutes(1) - TimeDelta::seconds(i64::try_from(keys.count()).unwrap());
        let effects = self.app.update(self.now, Fact::Ticked);
        self.perform(effects);
        self.terminal.draw(&self.app).unwrap();
        times
    }

    /// A source answers: some changed, one is new, the oldest that is open closes.
    fn poll(&mut self, minute: usize) {
        let minute = u64::try_from(minute).unwrap();
        let mut page: Vec<Incident> =
            (0..5).map(|at| self.touched((minute * 37 + at * 11) % OPEN + self.next - OPEN + 1)).collect();
        if minute.is_multiple_of(u64::try_from(SELDOM).unwrap()) {
            page.push(opened(self.next, self.now));
            let mut closed = self.touched(self.next - OPEN);
            closed.status = Status::Closed { at: Some(self.now), reason: CloseReason::Completed };
            page.retain(|incident| incident.id != closed.id);
            page.push(closed);
            self.next += 1;
        }
        let effects = self.app.update(self.now, Fact::Page { source: SourceId::new("api"), incidents: page });
        self.perform(effects);
        self.terminal.draw(&self.app).unwrap();
    }

    fn touched(&self, number: u64) -> Incident {
        let mut incident = opened(number, self.now);
        incident.updated_at = self.now;
        incident
    }

    /// The store records, the tracker does what it is asked.
    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let fact = match effect {
                Effect::Record(entries) => {
                    let places = entries.iter().map(|entry| {
                        self.seq += 1;
                        (entry.op.clone(), self.seq)
                    });
                    Fact::Recorded(places.collect())
                }
                Effect::Send { entry, .. } => Fact::Settled { op: entry.op, outcome: Outcome::done(None) },
                Effect::LoadDetail(id) => Fact::DetailLoaded { id, body: None, moments: Vec::new() },
                _ => continue,
            };
            let more = self.app.update(self.now, fact);
            self.perform(more);
        }
    }
}

fn opened(number: u64, now: DateTime<Utc>) -> Incident {
    let title = format!("tool {number} fails for case {} of the suite", number % 17);
    let age = TimeDelta::minutes(i64::try_from(number * 7 % 600).unwrap());
    let mut incident = Incident::opened(&SourceId::new("api"), number, Clean::line(&title), now - age);
    incident.labels = vec![Clean::line(["SEV1", "SEV2", "SEV3", "SEV4"][usize::try_from(number % 4).unwrap()])];
    incident
}

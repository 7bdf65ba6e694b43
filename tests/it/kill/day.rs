//! One bad day of one operator: commands and a standing watch decide and send,
//! and are killed at it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use dogwatch::domain::id::OpId;
use serde_json::Value;

use super::dice::Dice;
use super::prey::{Death, Mark, Moment, Prey};
use super::reckoning;
use crate::github::{Fake, Fault, Matcher};
use crate::pty::Pty;
use crate::station::{Station, team_file};

/// After this the program believes that something is not there, so nothing may come later than that.
const SETTLE: &str = "0.7s";

/// Of a thousand requests, so many fail.
const PER_MILLE: u64 = 210;

const FAULTS: [Fault; 8] = [
    Fault::BadGatewayAfter,
    Fault::DropAfter,
    Fault::BadGatewayBefore,
    Fault::DropBefore,
    Fault::HalfBody,
    Fault::LateApply(Duration::from_millis(30)),
    Fault::SecondaryLimit { retry_after: Some(0) },
    Fault::TooManyRequests { retry_after: Some(1) },
];

/// What a test proves is worth as much as these.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    pub rounds: u64,
    pub kills: u64,
    pub faults: u64,
    /// Decisions on disk.
    pub decided: u64,
    /// Of these, on the server.
    pub done: u64,
    /// Of these, taken back before they were sent.
    pub taken_back: u64,
    /// Of these, refused with a reason.
    pub refused: u64,
    /// Sent more than once.
    pub resent: u64,
    pub writes: u64,
}

impl Figures {
    pub fn add(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.kills += other.kills;
        self.faults += other.faults;
        self.decided += other.decided;
        self.done += other.done;
        self.taken_back += other.taken_back;
        self.refused += other.refused;
        self.resent += other.resent;
        self.writes += other.writes;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, kills, faults, decided, done, taken_back, refused, resent, writes } = self;
        write!(f, "{rounds} rounds, {kills} kills, {faults} failed requests; {decided} decisions on disk: ")?;
        write!(f, "{done} done, {taken_back} taken back unsent, {refused} refused; ")?;
        write!(f, "{resent} sent more than once, {writes} changes on the server")
    }
}

/// What holds the right to send while commands decide.
enum Watch {
    Sync(Prey),
    Screen(Pty),
}

struct Day {
    seed: u64,
    dice: Dice,
    fake: Arc<Fake>,
    station: Station,
    watch: Option<Watch>,
    /// Every operation that an answer named, with the outcome that it named.
    told: BTreeMap<OpId, String>,
    figures: Figures,
}

/// Lives through it, and does the sums in the evening.
pub fn live(seed: u64, rounds: u64) -> Figures {
    let fake = Arc::new(Fake::start());
    for title in ["loader hangs", "cache misses", "quota low", "probe slow", "index stale", "tool renamed"] {
        fake.by("bob").open(title, &["bug"]);
    }
    let station = Station::of(&fake, "alice");
    station.team(&team_file(&fake.url(), "0.02s", SETTLE));
    let morning = station.run(&["sync"]);
    assert_eq!(morning.code, Some(0), "{morning:?}");
    fake.fail_randomly_on(Matcher::any(), (seed, PER_MILLE), &FAULTS);

    let (dice, told) = (Dice::new(seed), BTreeMap::new());
    let mut day = Day { seed, dice, fake, station, watch: None, told, figures: Figures::default() };
    for round in 0..rounds {
        day.figures.rounds += 1;
        day.begin_watch();
        if matches!(day.watch, Some(Watch::Screen(_))) && day.dice.below(2) == 0 {
            day.decide_on_screen(round);
        } else {
            day.decide_by_command(round);
        }
    }
    day.evening()
}

/// Says what the operator saw, when the test fails.
struct LastWords<'a> {
    screen: &'a Pty,
    station: &'a Station,
}

impl Drop for LastWords<'_> {
    #[expect(clippy::print_stderr, reason = "what the operator saw tells why a test failed")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            let open: Vec<_> = self.station.journal().into_iter().filter(|entry| entry.state.is_unsettled()).collect();
            eprintln!("the screen:\n{}\nnot settled: {open:#?}", self.screen.screen());
        }
    }
}

impl Day {
    fn begin_watch(&mut self) {
        if matches!(&self.watch, Some(Watch::Sync(prey)) if prey.has_ended()) {
            panic!("nobody has ended the sync of seed {}", self.seed);
        }
        if self.watch.is_some() {
            return;
        }
        self.watch = match self.dice.below(4) {
            0 => Some(Watch::Sync(Prey::watch(&self.fake, self.station.spawn(&["sync", "--every", "1s"])))),
            1 => {
                let screen = self.station.screen(&[]).size(100, 30).start();
                screen.wait_for("/ filter");
                Some(Watch::Screen(screen))
            }
            _ => None,
        };
    }

    fn moment(&mut self) -> Moment {
        match self.dice.below(10) {
            0..=3 => Moment::Requests(self.dice.below(12)),
            4..=5 => Moment::Writes(1 + self.dice.below(3)),
            6 => Moment::Answer,
            7..=8 => Moment::Time(Duration::from_millis(self.dice.below(120) as u64)),
            _ => Moment::Never,
        }
    }

    fn decide_by_command(&mut self, round: u64) {
        let words = self.words(round);
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--json"]).collect();
        let since = Mark::now(&self.fake);
        let command = Prey::watch(&self.fake, self.station.spawn(&words));
        let moment = self.moment();
        if self.watch.is_some() && self.dice.below(3) == 0 {
            self.kill_watch(&command, moment, since);
            command.strike(Moment::Never, since);
        } else if command.strike(moment, since) == Death::Killed {
            self.figures.kills += 1;
            if self.dice.below(4) == 0 {
                self.drop_watch();
            }
        }
        self.note_answer(&command.bury());
    }

    /// Strikes the standing watch at the moment that was chosen for the command.
    fn kill_watch(&mut self, command: &Prey, moment: Moment, since: Mark) {
        let seen = |requests: usize, writes: usize| match moment {
            Moment::Requests(count) => since.reached_requests(requests, count),
            Moment::Writes(count) => since.reached_writes(writes, count),
            Moment::Answer | Moment::Time(_) | Moment::Never => true,
        };
        self.fake.wait_until("the watch is to be killed", |requests, writes| {
            command.has_ended() || seen(requests.len(), writes.len())
        });
        self.drop_watch();
    }

    fn drop_watch(&mut self) {
        match self.watch.take() {
            Some(Watch::Sync(prey)) => {
                let since = Mark::now(&self.fake);
                assert_eq!(prey.strike(Moment::Requests(0), since), Death::Killed, "the sync ended by itself");
                prey.bury();
                self.figures.kills += 1;
            }
            Some(Watch::Screen(screen)) => {
                screen.signal("KILL");
                screen.wait_exit();
                self.figures.kills += 1;
            }
            None => {}
        }
    }

    /// A note by keys, on whatever is selected; killed as it goes out.
    fn decide_on_screen(&mut self, round: u64) {
        let Some(Watch::Screen(screen)) = &self.watch else { return };
        let since = Mark::now(&self.fake);
        let text = format!("typed in round {round}");
        screen.send("c");
        screen.wait_for("ctrl-d");
        screen.send(&text);
        screen.wait_for(&text);
        screen.send("\x04");
        // The words themselves may show again at once, in the history.
        screen.wait_gone("ctrl-d");
        let count = self.dice.below(3);
        let words = LastWords { screen, station: &self.station };
        self.fake.wait_until("the note goes out", |requests, _| since.reached_requests(requests.len(), count));
        drop(words);
        if self.dice.below(2) == 0 {
            self.drop_watch();
        }
    }

    /// A decision that makes sense for what the server shows.
    fn words(&mut self, round: u64) -> Vec<String> {
        let issues = self.fake.home().issues();
        let first = self.dice.one_of(&issues).clone();
        let verb: Vec<&str> = match self.dice.below(10) {
            0 | 1 => vec!["note", "-m", "seen it"],
            2 => return vec!["new".into(), format!("found in round {round}"), "--severity".into(), "SEV2".into()],
            3 => vec!["severity"],
            4 if first.number % 2 == 1 => vec!["assign"],
            4 if first.has_label("snoozed") => vec!["wake"],
            4 => vec!["snooze", "--until", "3h"],
            // One stays open, so that there is always something to select on the screen.
            5 if first.is_open() && first.number != 1 => vec!["close", "--reason", "not-planned"],
            5 | 6 if !first.is_open() => vec!["reopen"],
            7 => vec!["undo"],
            _ if first.has_label("ack") && self.dice.below(2) == 0 => vec!["unack"],
            _ => vec!["ack", "--note", "mine"],
        };
        let mut words: Vec<String> = verb.iter().map(ToString::to_string).collect();
        if verb == ["undo"] {
            return words;
        }
        words.push(format!("api#{}", first.number));
        for _ in 0..self.dice.below(3) {
            // Of the same half: what is assigned is never snoozed, so that a snooze ends in one way only.
            let other = self.dice.one_of(&issues).number;
            let id = format!("api#{other}");
            if other != 1 && other % 2 == first.number % 2 && !words.contains(&id) {
                words.push(id);
            }
        }
        match verb[0] {
            "severity" => words.push(self.dice.one_of(&["SEV1", "SEV2", "none"]).to_string()),
            "assign" => words.push(self.dice.one_of(&["alice", "bob", "nobody"]).to_string()),
            _ => {}
        }
        words
    }

    /// An answer may be cut short; what is whole is held against the program.
    fn note_answer(&mut self, answer: &str) {
        let Ok(answer) = serde_json::from_str::<Value>(answer) else { return };
        for result in answer["results"].as_array().unwrap() {
            if let Some(op) = result["op"].as_str() {
                self.told.insert(OpId::from(op), result["outcome"].as_str().unwrap().to_owned());
            }
        }
    }

    /// All is well again: what is still unsent goes out, and the sums are done.
    fn evening(mut self) -> Figures {
        self.drop_watch();
        self.fake.heal();
        let unsettled = |station: &Station| {
            station.journal().into_iter().filter(|entry| entry.state.is_unsettled()).collect::<Vec<_>>()
        };
        for _ in 0..5 {
            if unsettled(&self.station).is_empty() {
                break;
            }
            self.sync();
        }
        let open = unsettled(&self.station);
        assert!(open.is_empty(), "seed {}: not settled in the evening: {open:#?}", self.seed);

        let journal = self.station.journal();
        let requests = self.fake.requests();
        self.figures.faults = requests.iter().filter(|request| request.fault.is_some()).count() as u64;
        self.figures.writes = self.fake.writes().len() as u64;
        reckoning::of(self.seed, &journal, &self.told, &self.fake, &mut self.figures);
        // What was read badly counts until the server has moved on, so it does.
        self.fake.advance(TimeDelta::seconds(10));
        for issue in self.fake.home().issues() {
            self.fake.by("bob").comment(issue.number, "good night");
        }
        self.sync();
        let queue = self.station.ask(&["queue", "--all"]).json();
        reckoning::of_queue(self.seed, &queue, &journal, &self.fake);
        self.figures
    }

    fn sync(&self) {
        let said = self.station.run(&["sync"]);
        assert!(said.code.is_some_and(|code| code <= 1), "seed {}: {said:?}", self.seed);
    }
}

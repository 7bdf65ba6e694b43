//! Who is at work: processes that are killed and begin again at once, and an
//! operator who decides in the middle of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::field::Field;
use crate::github::{Fake, Issue, What, Write};
use crate::kill::dice::Dice;
use crate::kill::prey::{Death, Mark, Moment, Prey};
use crate::pty::Pty;
use crate::station::Station;

/// Whose machines there are. The first has an instance and a terminal on one store, the last a terminal only.
const MACHINES: [&str; 4] = ["alice", "bob", "alice", "ada"];

/// What runs where.
const POSTS: [(usize, Kind); 5] =
    [(0, Kind::Instance), (1, Kind::Instance), (2, Kind::Instance), (0, Kind::Terminal), (3, Kind::Terminal)];

/// After so many nobody is killed any more, so that the day ends.
const KILLS: u64 = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Instance,
    Terminal,
}

enum Running {
    Instance(Prey),
    Terminal(Box<Pty>),
}

/// All of them.
pub struct Crew {
    pub fake: Arc<Fake>,
    pub stations: Vec<Station>,
    posts: Vec<Running>,
    pub kills: u64,
    pub decided: u64,
}

impl Crew {
    pub fn begin(fake: &Arc<Fake>, field: &Field) -> Self {
        let team = field.team(fake);
        let station = |login: &&str| {
            let station = Station::of(fake, login);
            station.team(&team);
            station
        };
        let stations: Vec<Station> = MACHINES.iter().map(station).collect();
        let posts = POSTS.iter().map(|(at, kind)| start(fake, &stations[*at], *kind)).collect();
        Self { fake: Arc::clone(fake), stations, posts, kills: 0, decided: 0 }
    }

    /// Some requests go by; somebody may be killed, something may be decided.
    pub fn lives_on(&mut self, dice: &mut Dice) {
        let since = Mark::now(&self.fake);
        let (requests, writes) = (1 + dice.below(6), 1 + dice.below(2));
        // Where something is being filed, in the middle of it.
        self.fake.wait_until("the day goes on", |seen, wrote| {
            since.reached_requests(seen.len(), requests) || since.reached_writes(wrote.len(), writes)
        });
        match dice.below(12) {
            0..=2 if self.kills < KILLS => self.kills_one(dice.below(POSTS.len())),
            3 => self.decides_by_command(dice),
            4 => self.decides_by_key(dice),
            5 => self.hears_keys(),
            _ => {}
        }
    }

    fn kills_one(&mut self, post: usize) {
        let (at, kind) = POSTS[post];
        let before = Mark::now(&self.fake);
        match &self.posts[post] {
            Running::Instance(prey) => {
                assert_eq!(prey.strike(Moment::Requests(0), before), Death::Killed, "an instance ended by itself");
            }
            Running::Terminal(screen) => {
                screen.signal("KILL");
                screen.wait_exit();
            }
        }
        self.kills += 1;
        let next = start(&self.fake, &self.stations[at], kind);
        if let Running::Instance(dead) = std::mem::replace(&mut self.posts[post], next) {
            dead.bury();
        }
    }

    /// Under the name that this machine has for it: an issue's number or a signal's id.
    fn decides_by_command(&mut self, dice: &mut Dice) {
        let station = &self.stations[dice.below(MACHINES.len())];
        let queue = station.ask(&["queue"]).json();
        let open: Vec<&Value> = incidents(&queue).filter(|row| row["state"] == "open").collect();
        if open.is_empty() {
            return;
        }
        // What nobody has filed yet is filed by the decision, while others file it by policy.
        let unfiled: Vec<&Value> = open.iter().copied().filter(|row| row["url"].is_null()).collect();
        let row = *dice.one_of(if unfiled.is_empty() { &open } else { &unfiled });
        let number = row["url"].as_str().and_then(|url| url.rsplit('/').next()).map(|number| format!("api#{number}"));
        let id = row["id"].as_str().unwrap().to_owned();
        let id = if dice.below(2) == 0 { number.unwrap_or(id) } else { id };
        let text = format!("seen as decision {}", self.decided);
        let said = station.ask(&["ack", &id, "--note", &text]);
        // Somebody else may have been faster, and this machine does not know yet.
        assert!(said.code.is_some_and(|code| code <= 1), "{said:?}");
        self.decided += 1;
    }

    /// An ack of whatever is selected there, if there is anything.
    fn decides_by_key(&mut self, dice: &mut Dice) {
        let screens = self.posts.iter().filter_map(|post| match post {
            Running::Terminal(screen) => Some(screen),
            Running::Instance(_) => None,
        });
        let screens: Vec<_> = screens.collect();
        let screen = dice.one_of(&screens);
        screen.send("a");
        self.decided += 1;
    }

    /// Each screen takes keys and shows what they do, whatever goes on.
    pub fn hears_keys(&self) {
        for post in &self.posts {
            let Running::Terminal(screen) = post else { continue };
            screen.send("/");
            screen.send("nothing-like-it");
            screen.wait_for("nothing-like-it");
            screen.send("\x1b");
            screen.wait_gone("nothing-like-it");
        }
    }

    /// Whether there is an issue for so many causes.
    pub fn has_filed(&self, causes: usize) -> bool {
        filed(&self.fake.writes()).len() >= causes
    }

    /// All are told to go, as a supervisor and a closed window do; then each machine looks twice.
    pub fn ends(&mut self) {
        for post in self.posts.drain(..) {
            match post {
                Running::Instance(prey) => {
                    let since = Mark::now(&self.fake);
                    prey.tell("TERM");
                    assert_eq!(prey.strike(Moment::Never, since), Death::Own, "told to go, and it went");
                    prey.bury();
                }
                Running::Terminal(screen) => {
                    screen.signal("TERM");
                    screen.wait_exit();
                    assert_eq!(screen.leftovers(), [""; 0]);
                }
            }
        }
        for poll in ["first", "second"] {
            std::thread::scope(|scope| {
                for station in &self.stations {
                    scope.spawn(move || {
                        let said = station.run(&["sync"]);
                        assert!(said.code.is_some_and(|code| code <= 1), "the {poll} poll: {said:?}");
                    });
                }
            });
        }
    }

    pub fn issues(&self) -> Vec<Issue> {
        self.fake.home().issues()
    }

    /// What each machine shows, in its own order.
    pub fn queues(&self) -> Vec<Value> {
        self.stations.iter().map(|station| station.ask(&["queue"]).json()).collect()
    }
}

fn start(fake: &Arc<Fake>, station: &Station, kind: Kind) -> Running {
    match kind {
        Kind::Instance => Running::Instance(Prey::watch(fake, station.spawn(&["sync", "--every", "1s"]))),
        Kind::Terminal => {
            let screen = station.screen(&[]).size(120, 40).start();
            screen.wait_for("/ filter");
            Running::Terminal(Box::new(screen))
        }
    }
}

pub fn incidents(queue: &Value) -> impl Iterator<Item = &Value> {
    queue["incidents"].as_array().unwrap().iter()
}

/// The titles of all that was ever filed.
fn filed(writes: &[Write]) -> BTreeSet<&str> {
    fn title(write: &Write) -> Option<&str> {
        if let What::Created(title) = &write.what { Some(title) } else { None }
    }
    writes.iter().filter_map(title).collect()
}

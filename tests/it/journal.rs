//! Promise 1: a decision is never lost and never done twice, whatever the
//! order of keys, answers, time and crashes.
//!
//! A small world stands in for the disk and for a tracker that acts before,
//! after, late or not at all. Every decision is a note, the one thing that
//! shows when it is done twice.

use std::collections::{BTreeMap, VecDeque};

use crate::signals::undo;
use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::app::attention::Call;
use dogwatch::app::desk::{Desk, Setup};
use dogwatch::app::event::{Effect, Fact};
use dogwatch::app::wish::Wish;
use dogwatch::config::TeamFile;
use dogwatch::domain::id::{IncidentId, OpId, SourceId};
use dogwatch::domain::incident::{CloseReason, Incident, Snooze, Status};
use dogwatch::domain::journal::{Absent, Attempt, Entry, Outcome, State};
use dogwatch::domain::source::SourceHealth;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;
use proptest::prelude::*;

const INCIDENTS: u64 = 3;

fn start() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// What can happen next.
#[derive(Debug, Clone)]
enum Act {
    Note(u64),
    Undo,
    DiskWorks,
    DiskFails,
    Wire(Wire),
    Pass(i64),
    ClockBack(i64),
    /// Another process has written, and what is on disk is read: own words on their way there are not in it.
    Mirror,
    Crash,
}

/// What the tracker does with the request that it has.
#[derive(Debug, Clone, Copy)]
enum Wire {
    Acts,
    ActsThenFails,
    FailsThenActs(i64),
    Fails,
    NotReached,
    Refuses,
    AsksToWait(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let wire = prop_oneof![
        4 => Just(Wire::Acts),
        2 => Just(Wire::ActsThenFails),
        2 => (1..9_i64).prop_map(Wire::FailsThenActs),
        2 => Just(Wire::Fails),
        1 => Just(Wire::NotReached),
        1 => Just(Wire::Refuses),
        1 => (1..90_i64).prop_map(Wire::AsksToWait),
    ];
    let act = prop_oneof![
        4 => (1..=INCIDENTS).prop_map(Act::Note),
        1 => Just(Act::Undo),
        8 => Just(Act::DiskWorks),
        1 => Just(Act::DiskFails),
        8 => wire.prop_map(Act::Wire),
        6 => (0..15_i64).prop_map(Act::Pass),
        1 => (1..600_i64).prop_map(Act::ClockBack),
        2 => Just(Act::Mirror),
        1 => Just(Act::Crash),
    ];
    prop::collection::vec(act, 0..120)
}

struct World {
    desk: Desk,
    now: DateTime<Utc>,
    disk: BTreeMap<OpId, Entry>,
    disk_jobs: VecDeque<Effect>,
    wire: VecDeque<(Entry, Attempt)>,
    late: Vec<(DateTime<Utc>, OpId, IncidentId)>,
    done: Vec<(OpId, IncidentId)>,
    refused: Vec<OpId>,
    seq: u64,
    lives: u128,
    real: DateTime<Utc>,
}

fn desk(life: u128, now: DateTime<Utc>) -> Desk {
    let source = SourceId::new("api");
    let setup = Setup {
        model: Model::new(TeamFile::default()),
        me: "ana".into(),
        routes: [(source.clone(), "127.0.0.1:1".to_owned())].into(),
        files_into: source,
        seed: life << 64,
        read_only: None,
    };
    Desk::new(setup, now)
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            desk: desk(1, start()),
            now: start(),
            disk: BTreeMap::new(),
            disk_jobs: VecDeque::new(),
            wire: VecDeque::new(),
            late: Vec::new(),
            done: Vec::new(),
            refused: Vec::new(),
            seq: 0,
            lives: 1,
            real: start(),
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        let incidents = (1..=INCIDENTS)
            .map(|number| Incident::opened(&SourceId::new("api"), number, Clean::line("title"), start()))
            .collect();
        let entries = self.on_disk();
        self.happen(Fact::Loaded { incidents, entries, sources: Vec::new() });
        self.happen(Fact::LeaseTaken);
    }

    fn on_disk(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self.disk.values().cloned().collect();
        entries.sort_by_key(|entry| entry.seq);
        entries
    }

    fn happen(&mut self, fact: Fact) {
        let effects = self.desk.update(self.now, fact);
        self.disk_jobs.extend(effects);
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Note(number) => {
                let id = IncidentId::numbered(&SourceId::new("api"), *number);
                let decided = self.desk.wish(self.now, &[id], &Wish::Note(format!("note {}", self.now)));
                self.disk_jobs.extend(decided.effects);
            }
            Act::Undo => {
                let effects = undo(&mut self.desk, self.now).map(|decided| decided.effects).unwrap_or_default();
                self.disk_jobs.extend(effects);
            }
            Act::DiskWorks => self.disk_works(),
            Act::DiskFails => self.disk_fails(),
            Act::Wire(wire) => self.wire(*wire),
            Act::Pass(seconds) => {
                self.now += TimeDelta::seconds(*seconds);
                self.pass(*seconds);
            }
            Act::ClockBack(seconds) => self.now -= TimeDelta::seconds(*seconds),
            Act::Mirror => {
                let entries = self.on_disk();
                self.happen(Fact::Mirrored { incidents: Vec::new(), entries, sources: Vec::new() });
            }
            Act::Crash => self.crash(),
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.real += TimeDelta::seconds(seconds);
        let real = self.real;
        let (due, later) = std::mem::take(&mut self.late).into_iter().partition(|(at, ..)| *at <= real);
        self.late = later;
        let due: Vec<(DateTime<Utc>, OpId, IncidentId)> = due;
        for (_, op, incident) in due {
            self.do_it(&op, &incident);
        }
        self.happen(Fact::Ticked);
    }

    fn disk_works(&mut self) {
        match self.disk_jobs.pop_front() {
            Some(Effect::Record(entries)) => {
                let mut places = Vec::new();
                for mut entry in entries {
                    self.seq += 1;
                    entry.seq = self.seq;
                    entry.state = State::Queued;
                    places.push((entry.op.clone(), entry.seq));
                    self.disk.insert(entry.op.clone(), entry);
                }
                self.happen(Fact::Recorded(places));
            }
            Some(Effect::Send { entry, attempt }) => {
                self.disk.insert(entry.op.clone(), (*entry).clone());
                self.wire.push_back((*entry, attempt));
            }
            Some(Effect::Keep { entries, .. }) => {
                for entry in entries {
                    self.disk.insert(entry.op.clone(), entry);
                }
            }
            Some(_) | None => {}
        }
    }

    fn disk_fails(&mut self) {
        match self.disk_jobs.pop_front() {
            Some(Effect::Record(entries)) => {
                let ops = entries.into_iter().map(|entry| entry.op).collect();
                self.happen(Fact::NotRecorded { ops, reason: Clean::line("disk full") });
            }
            Some(Effect::Send { entry, .. }) => {
                let outcome = Outcome::NotSent { reason: Clean::line("disk full") };
                self.happen(Fact::Settled { op: entry.op, outcome });
            }
            // What cannot be kept now is kept before anything else is done.
            Some(keep) => self.disk_jobs.push_front(keep),
            None => {}
        }
    }

    fn wire(&mut self, wire: Wire) {
        let Some((entry, attempt)) = self.wire.pop_front() else { return };
        let op = entry.op.clone();
        assert!(self.disk.get(&op).is_some_and(Entry::is_sending), "sent before it was on disk: {entry:?}");
        let outcome = match attempt {
            Attempt::AfterUnknown { .. } if matches!(wire, Wire::NotReached) => not_sent(),
            Attempt::AfterUnknown { .. } if self.is_done(&op) => Outcome::done(None),
            Attempt::AfterUnknown { absent: Absent::MayStillCome, .. } => Outcome::NotThereYet,
            Attempt::AfterUnknown { absent: Absent::NotDone, .. } | Attempt::First => self.send(&entry, wire),
        };
        self.happen(Fact::Settled { op, outcome });
    }

    fn send(&mut self, entry: &Entry, wire: Wire) -> Outcome {
        let unknown = || Outcome::Unknown { reason: Clean::line("502"), request_id: None };
        match wire {
            Wire::Acts => {
                self.do_it(&entry.op, &entry.incident);
                Outcome::done(None)
            }
            Wire::ActsThenFails => {
                self.do_it(&entry.op, &entry.incident);
                unknown()
            }
            Wire::FailsThenActs(seconds) => {
                self.late.push((self.real + TimeDelta::seconds(seconds), entry.op.clone(), entry.incident.clone()));
                unknown()
            }
            Wire::Fails => unknown(),
            Wire::NotReached => not_sent(),
            Wire::Refuses => {
                self.refused.push(entry.op.clone());
                Outcome::refused("no")
            }
            Wire::AsksToWait(seconds) => {
                Outcome::Wait { until: self.now + TimeDelta::seconds(seconds), reason: Clean::line("slow down") }
            }
        }
    }

    fn is_done(&self, op: &OpId) -> bool {
        self.done.iter().any(|(done, _)| done == op)
    }

    fn do_it(&mut self, op: &OpId, incident: &IncidentId) {
        assert!(!self.is_done(op), "done twice: {op}");
        let entry = self.disk.get(op).expect("nothing is done that is not on disk");
        let earlier = self.disk.values().filter(|other| other.incident == *incident && other.seq < entry.seq);
        for other in earlier {
            let over = self.is_done(&other.op) || self.refused.contains(&other.op) || other.state == State::Cancelled;
            assert!(over, "{} overtook {}", entry.op, other.op);
        }
        self.done.push((op.clone(), incident.clone()));
    }

    /// The process dies; what it had put on the wire goes on without it.
    fn crash(&mut self) {
        for (entry, attempt) in std::mem::take(&mut self.wire) {
            let may_send = !matches!(attempt, Attempt::AfterUnknown { absent: Absent::MayStillCome, .. });
            if may_send && !self.is_done(&entry.op) && self.seq.is_multiple_of(2) {
                self.late.push((self.real + TimeDelta::seconds(3), entry.op, entry.incident));
            }
        }
        self.disk_jobs.clear();
        self.lives += 1;
        self.desk = desk(self.lives, self.now);
        self.begin();
    }

    /// From now on everything works; how it ends.
    fn end(&mut self) {
        self.drain();
        let stuck = self.desk.journal().entries().iter().find(|entry| entry.is_sending());
        assert_eq!(stuck, None, "its answer has come");
        self.crash();
        self.drain();
        for entry in self.desk.journal().entries().iter().chain(self.disk.values()) {
            let expected = match entry.state {
                State::Done => 1,
                State::Refused | State::Cancelled => 0,
                other => panic!("not settled in the end: {other:?} {entry:?}"),
            };
            let times = self.done.iter().filter(|(op, _)| *op == entry.op).count();
            assert_eq!(times, expected, "{entry:?}");
        }
    }
}

impl World {
    fn drain(&mut self) {
        for _ in 0..2_000 {
            while !self.disk_jobs.is_empty() {
                self.disk_works();
            }
            self.wire(Wire::Acts);
            self.now += TimeDelta::seconds(2);
            self.pass(2);
        }
    }
}

fn not_sent() -> Outcome {
    Outcome::NotSent { reason: Clean::line("no route") }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_each_decision_is_done_once_or_refused(acts in acts()) {
        let mut world = World::new();
        for act in &acts {
            world.act(act);
        }
        world.end();
    }
}

#[test]
fn a_decision_and_its_undo_that_wait_together_are_never_sent() {
    let mut world = World::new();
    world.desk.update(world.now, Fact::LeaseLost);
    world.act(&Act::Note(1));
    world.act(&Act::DiskWorks);
    world.act(&Act::Undo);
    world.act(&Act::DiskWorks);
    world.desk.update(world.now, Fact::LeaseTaken);
    let states: Vec<_> = world.desk.journal().entries().iter().map(|entry| entry.state).collect();
    assert_eq!(states, [State::Cancelled, State::Cancelled]);
    world.end();
    assert!(world.done.is_empty());
}

#[test]
fn a_close_that_waited_longer_than_a_quarter_of_an_hour_asks_again() {
    let mut world = World::new();
    world.desk.update(world.now, Fact::LeaseLost);
    let id = IncidentId::numbered(&SourceId::new("api"), 1);
    let decided = world.desk.wish(world.now, &[id], &Wish::Close(CloseReason::Completed));
    world.disk_jobs.extend(decided.effects);
    world.disk_works();
    world.now += TimeDelta::minutes(16);
    world.happen(Fact::LeaseTaken);
    assert!(world.wire.is_empty());
    let entry = world.desk.journal().entries()[0].clone();
    assert_eq!(entry.state, State::Asking);
    let effects = world.desk.consent(world.now, &entry.op);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send { .. })), "{effects:?}");
}

#[test]
fn deciding_anew_drops_a_close_that_asks_again() {
    let mut world = World::new();
    world.desk.update(world.now, Fact::LeaseLost);
    let id = IncidentId::numbered(&SourceId::new("api"), 1);
    let close = Wish::Close(CloseReason::Completed);
    let first = world.desk.wish(world.now, std::slice::from_ref(&id), &close);
    world.disk_jobs.extend(first.effects);
    world.disk_works();
    world.now += TimeDelta::minutes(16);
    world.happen(Fact::LeaseTaken);
    world.disk_works();
    let second = world.desk.wish(world.now, &[id], &close);
    world.disk_jobs.extend(second.effects);
    while !world.disk_jobs.is_empty() {
        world.disk_works();
    }
    world.wire(Wire::Acts);
    let states: Vec<_> = world.desk.journal().entries().iter().map(|entry| entry.state).collect();
    assert_eq!(states, [State::Cancelled, State::Done]);
    assert!(world.disk.values().all(|entry| entry.state != State::Asking), "kept as dropped");
}

#[test]
fn what_another_process_decided_while_it_was_filed_goes_to_the_filed_one() {
    let mut world = World::new();
    let decided = world.desk.file(world.now, "loader hangs", "", Vec::new());
    let (provisional, new) = decided.ops[0].clone();
    world.disk_jobs.extend(decided.effects);
    world.disk_works();
    world.disk_works();
    let filed = IncidentId::numbered(&SourceId::new("api"), 9);
    let outcome = Outcome::Done { facts: None, filed: Some(filed.clone()), remark: None };
    world.wire.clear();
    world.done.push((new.clone(), filed.clone()));
    world.happen(Fact::Settled { op: new, outcome });
    world.disk_works();

    let mut elsewhere = desk(7, world.now);
    let open = Incident::opened(&SourceId::new("api"), 1, Clean::line("title"), start());
    elsewhere.update(world.now, Fact::Page { source: SourceId::new("api"), incidents: vec![open] });
    let wish = Wish::Note("it is the cache".to_owned());
    let note = elsewhere.wish(world.now, &[IncidentId::numbered(&SourceId::new("api"), 1)], &wish);
    let Some(Effect::Record(entries)) = note.effects.into_iter().next() else { panic!("nothing was decided") };
    let note = Entry { incident: provisional, seq: 99, state: State::Queued, ..entries[0].clone() };
    world.disk.insert(note.op.clone(), note.clone());
    world.act(&Act::Mirror);
    world.drain();
    assert_eq!(world.done.last(), Some(&(note.op.clone(), filed.clone())));
    assert_eq!(world.disk[&note.op].incident, filed);
}

/// Lets an act reach the tracker.
fn done(world: &mut World) {
    while !world.disk_jobs.is_empty() {
        world.disk_works();
    }
    while !world.wire.is_empty() {
        world.wire(Wire::Acts);
        while !world.disk_jobs.is_empty() {
            world.disk_works();
        }
        world.now += TimeDelta::seconds(2);
        world.happen(Fact::Ticked);
        while !world.disk_jobs.is_empty() {
            world.disk_works();
        }
    }
}

#[test]
fn undo_goes_back_one_act_at_a_time_also_after_a_restart() {
    let mut world = World::new();
    let ids: Vec<IncidentId> = (1..=2).map(|number| IncidentId::numbered(&SourceId::new("api"), number)).collect();
    for wish in [Wish::Ack, Wish::Assign(Some("ben".into()))] {
        let decided = world.desk.wish(world.now, &ids, &wish);
        world.disk_jobs.extend(decided.effects);
        done(&mut world);
    }
    world.crash();
    done(&mut world);
    let mut undone = Vec::new();
    while let Some(decided) = undo(&mut world.desk, world.now) {
        let verbs = decided.ops.iter().map(|(_, op)| world.desk.journal().entry(op).unwrap().decision.verb());
        undone.push(verbs.collect::<Vec<_>>());
        world.disk_jobs.extend(decided.effects);
        done(&mut world);
    }
    assert_eq!(undone, [["assign", "assign"], ["unack", "unack"]]);
}

#[test]
fn what_is_done_with_one_key_is_one_undo() {
    let mut world = World::new();
    let id = IncidentId::numbered(&SourceId::new("api"), 1);
    let wishes = [Wish::Ack, Wish::Note("looking".into())];
    let decided = world.desk.wish_all(world.now, &[id], &wishes);
    world.disk_jobs.extend(decided.effects);
    let undone = undo(&mut world.desk, world.now).unwrap();
    assert_eq!(undone.ops.len(), 2);
    assert_eq!(undo(&mut world.desk, world.now), None);
}

#[test]
fn a_raised_severity_ends_a_snooze_and_a_lowered_one_does_not() {
    for (to, verbs) in [("SEV1", vec!["severity", "wake"]), ("SEV4", vec!["severity"])] {
        let mut world = World::new();
        let id = IncidentId::numbered(&SourceId::new("api"), 1);
        for wish in [Wish::Severity(Some("SEV3".into())), Wish::Snooze(start() + TimeDelta::hours(3))] {
            let decided = world.desk.wish(world.now, std::slice::from_ref(&id), &wish);
            world.disk_jobs.extend(decided.effects);
            done(&mut world);
        }
        let mut snoozed = Incident::opened(&SourceId::new("api"), 1, Clean::line("title"), start());
        snoozed.updated_at = world.now;
        snoozed.labels = vec![Clean::line("SEV3"), Clean::line("snoozed")];
        snoozed.snooze = Some(Snooze { until: start() + TimeDelta::hours(3), by: None, at: None });
        world.happen(Fact::Page { source: SourceId::new("api"), incidents: vec![snoozed] });
        let decided = world.desk.wish(world.now, &[id], &Wish::Severity(Some(to.into())));
        let told = decided.ops.iter().map(|(_, op)| world.desk.journal().entry(op).unwrap().decision.verb());
        assert_eq!(told.collect::<Vec<_>>(), verbs, "{to}");
    }
}

#[test]
fn a_clock_that_is_set_back_holds_nothing_up() {
    let mut world = World::new();
    world.now += TimeDelta::days(1_000);
    world.act(&Act::Note(1));
    done(&mut world);
    world.act(&Act::Note(2));
    world.act(&Act::DiskWorks);
    world.wire(Wire::AsksToWait(60));
    world.now = start();
    world.crash();
    world.act(&Act::Note(3));
    for _ in 0..100 {
        done(&mut world);
        world.now += TimeDelta::seconds(1);
        world.happen(Fact::Ticked);
    }
    assert_eq!(world.done.len(), 3, "{:?}", world.desk.journal().entries());
}

#[test]
fn a_duplicate_goes_to_an_incident_that_is_open_and_known() {
    let mut world = World::new();
    let id = |number| IncidentId::numbered(&SourceId::new("api"), number);
    let closed = world.desk.wish(world.now, &[id(2)], &Wish::Close(CloseReason::Completed));
    world.disk_jobs.extend(closed.effects);
    done(&mut world);
    let mut gone = Incident::opened(&SourceId::new("api"), 2, Clean::line("title"), start());
    gone.status = Status::Closed { at: None, reason: CloseReason::Completed };
    gone.updated_at = world.now;
    world.happen(Fact::Page { source: SourceId::new("api"), incidents: vec![gone] });
    for (into, why) in
        [(2, "api#2 is closed; merge into one that stays open"), (99, "no incident api#99 is known here")]
    {
        let refused = world.desk.wish(world.now, &[id(1)], &Wish::Merge(id(into))).refused;
        assert_eq!(refused, [(id(1), Clean::line(why))]);
    }
    assert_eq!(world.desk.wish(world.now, &[id(1)], &Wish::Merge(id(3))).refused, []);
}

#[test]
fn new_incidents_of_the_gravest_severity_call_once_and_the_first_reading_does_not() {
    let mut world = World::new();
    let page = |from: u64| {
        let graves = (from..from + 3).map(|number| {
            let mut grave = Incident::opened(&SourceId::new("api"), number, Clean::line("all calls fail"), start());
            grave.labels = vec![Clean::line("SEV1")];
            grave
        });
        Fact::Page { source: SourceId::new("api"), incidents: graves.collect() }
    };
    world.desk.update(world.now, page(10));
    assert_eq!(world.desk.take_calls(), []);
    let mut health = SourceHealth::never(SourceId::new("api"), "github");
    health.fetched_at = Some(world.now);
    world.desk.update(world.now, Fact::FetchEnded(health));
    world.desk.update(world.now, page(20));
    let called = (20..23).map(|number| Call::New(IncidentId::numbered(&SourceId::new("api"), number), 0));
    assert_eq!(world.desk.take_calls(), called.collect::<Vec<_>>());
    world.desk.update(world.now, page(20));
    assert_eq!(world.desk.take_calls(), []);
}

#[test]
fn one_host_gets_one_write_at_a_time_and_at_most_sixty_a_minute() {
    let mut world = World::new();
    for _ in 0..90 {
        world.act(&Act::Note(1));
        world.act(&Act::Note(2));
        world.act(&Act::DiskWorks);
        world.act(&Act::DiskWorks);
    }
    let mut sent = Vec::new();
    for _ in 0..1_000 {
        while !world.disk_jobs.is_empty() {
            world.disk_works();
        }
        assert!(world.wire.len() <= 1);
        if !world.wire.is_empty() {
            sent.push(world.now);
        }
        world.wire(Wire::Acts);
        world.now += TimeDelta::milliseconds(300);
        world.happen(Fact::Ticked);
    }
    for (at, first) in sent.iter().enumerate() {
        let within = sent[at..].iter().filter(|later| **later - *first < TimeDelta::minutes(1)).count();
        assert!(within <= 60, "{within} writes in the minute from {first}");
    }
    assert!(sent.windows(2).all(|pair| pair[1] - pair[0] >= TimeDelta::milliseconds(1100)));
}

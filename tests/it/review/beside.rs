//! What stands beside the incidents of a cycle, by chance and counted by hand:
//! what was dropped, gaps, follow-ups, moved releases, exceptions of a freeze.

use chrono::{NaiveDate, TimeDelta};
use dogwatch::config::team_file;
use dogwatch::domain::calendar::{Calendar, Facts, Window};
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::review::{Action, Dropped, Gap, Ground, Notes, Review};
use dogwatch::domain::rotation::Roster;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;

use super::month::{Dice, LIVED, minute};

/// The cycle, as the days and minutes of the simulation have it: the 1st to the 28th of March.
const DAYS: (i64, i64) = (7, 34);
const CYCLE: (i64, i64) = (7 * 1_440, 35 * 1_440 - 60);

fn day(day: i64) -> NaiveDate {
    minute(0).date_naive() + TimeDelta::days(day)
}

fn is_within(at: i64) -> bool {
    (CYCLE.0..CYCLE.1).contains(&at)
}

/// The review of a cycle without incidents.
fn review(model: &Model, notes: &Notes) -> Review {
    let (now, cycle) = (minute(LIVED), (minute(CYCLE.0), minute(CYCLE.1)));
    let roster = Roster::new(&model.team, &[], now, cycle);
    let window = Window { from: day(DAYS.0), to: day(DAYS.1) };
    let facts = Facts::default();
    let calendar = Calendar::new(&model.team, &roster, &facts, now, window);
    let entries = calendar.entries();
    Review::of(&Ground { cycle, now, model, stories: &[], roster: &roster, entries: &entries, notes }).0
}

fn model(more: &str) -> Model {
    let text = format!("{}\n{more}", super::TEAM);
    Model::new(team_file(&text, "dogwatch.toml").unwrap_or_else(|problems| panic!("{problems:#?}")))
}

#[test]
fn what_was_dropped_is_told_if_the_handover_lies_in_the_cycle() {
    for seed in 1..=20 {
        let mut dice = Dice(seed);
        let mut at: Vec<i64> = (0..dice.below(12)).map(|_| dice.below(LIVED)).collect();
        let dropped = |(number, at): (usize, &i64)| Dropped {
            id: IncidentId::new(format!("local#{number}")),
            rotation: "ops".to_owned(),
            handover: minute(*at),
        };
        let notes = Notes { dropped: at.iter().enumerate().map(dropped).collect(), ..Notes::default() };
        let said = review(&model(""), &notes).figures.dropped;
        at.retain(|at| is_within(*at));
        at.sort_unstable();
        assert_eq!(
            said.iter().map(|one| one.handover).collect::<Vec<_>>(),
            at.into_iter().map(minute).collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_gap_is_new_gone_or_has_stood_since_a_review_saw_it_first() {
    let (mut new, mut gone) = (0, 0);
    for seed in 1..=20 {
        let mut dice = Dice(seed);
        let (mut notes, mut before) = (Notes::default(), Vec::new());
        let (mut is_new, mut is_gone) = (0, Vec::new());
        for number in 0..8 {
            let (now, then) = (dice.one_in(2), dice.one_in(2));
            let (rule, subject) = (format!("rule-{}", number / 2), format!("area:{number}"));
            if now {
                notes.gaps.push((rule.clone(), subject.clone(), "it is so".to_owned()));
                is_new += usize::from(!then);
            }
            if then {
                let gap = Gap { rule, subject, message: Clean::line("it was so"), since: day(number) };
                is_gone.extend((!now).then(|| gap.clone()));
                before.push(gap);
            }
        }
        let known = before.clone();
        notes.gaps_before = Some(before);
        let said = review(&model(""), &notes).figures.gaps;
        assert_eq!((said.new, &said.gone, said.standing.len()), (is_new, &is_gone, notes.gaps.len()), "{seed}");
        for gap in &said.standing {
            let first = known.iter().find(|one| (&one.rule, &one.subject) == (&gap.rule, &gap.subject));
            assert_eq!(gap.since, first.map_or(day(LIVED / 1_440), |one| one.since), "{seed}: {gap:?}");
        }
        (new, gone) = (new + said.new, gone + said.gone.len());
    }
    assert!(new > 10 && gone > 10, "the months are not dull: {new} {gone}");
}

#[test]
fn a_follow_up_is_done_in_the_cycle_or_late_or_nobodys_at_its_end() {
    let mut all = [0; 4];
    for seed in 1..=20 {
        let mut dice = Dice(seed);
        let mut truth = [0; 4];
        let mut actions = Vec::new();
        for number in 0..dice.below(14) {
            let owner = dice.one_in(2).then(|| "ana".to_owned());
            let due = dice.one_in(2).then(|| dice.below(LIVED / 1_440));
            let done = dice.one_in(2).then(|| dice.below(LIVED));
            match done {
                Some(at) if at < CYCLE.1 => truth[0] += usize::from(at >= CYCLE.0),
                Some(_) | None => {
                    truth[1] += usize::from(due.is_some_and(|due| due < DAYS.1));
                    truth[2] += usize::from(owner.is_none());
                    truth[3] += 1;
                }
            }
            let (id, what) = (IncidentId::new(format!("local#{number}")), Clean::line("raise the limit"));
            actions.push(Action { id, what, owner, due: due.map(day), done_at: done.map(minute) });
        }
        let notes = Notes { actions: Some(actions), ..Notes::default() };
        let said = review(&model(""), &notes).figures.actions.unwrap();
        assert_eq!([said.done.len(), said.late.len(), said.unowned.len(), said.open], truth, "{seed}");
        (0..4).for_each(|at| all[at] += truth[at]);
    }
    assert!(all.iter().all(|count| *count > 10), "the months are not dull: {all:?}");
    assert_eq!(review(&model(""), &Notes::default()).figures.actions, None, "where none are known none are counted");
}

#[test]
fn moved_releases_and_what_landed_in_a_freeze_are_told_of_the_cycle_alone() {
    for seed in 1..=20 {
        let mut dice = Dice(seed);
        let (mut more, mut moved, mut landed) = (Vec::new(), Vec::new(), 0);
        for thursday in [10, 17, 24, 31] {
            if dice.one_in(2) {
                let (from, to) = (day(thursday), day(thursday + 1));
                more.push(format!(
                    "[[releases]]\ntrain = \"tools\"\ndate = \"{to}\"\ninstead_of = \"{from}\"\nwhy = \"w\"\n"
                ));
                moved.push(format!("tools/{from}"));
            }
        }
        for (number, begins) in [1, 12, 38].into_iter().enumerate() {
            let many = dice.below(3);
            let exceptions: Vec<String> = (0..many)
                .map(|at| format!("{{ commit = \"{number}{at}abcde\", by = \"ana\", why = \"fix\" }}"))
                .collect();
            more.push(format!(
                "[[freezes]]\nid = \"freeze-{number}\"\nfrom = \"{}\"\nto = \"{}\"\ncovers = [\"train:tools\"]\n\
                 approver = \"ben\"\nwhy = \"few people\"\nexceptions = [{}]\n",
                day(begins),
                day(begins + 2),
                exceptions.join(", ")
            ));
            landed += usize::from(begins == 12) * usize::try_from(many).unwrap();
        }
        let said = review(&model(&more.concat()), &Notes::default()).figures.releases;
        let moved_said: Vec<String> = said.moved.iter().map(ToString::to_string).collect();
        assert_eq!((moved_said, said.exceptions.len()), (moved, landed), "{seed}");
    }
}

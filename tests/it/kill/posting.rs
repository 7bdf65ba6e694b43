//! A handoff is posted, and whoever posts it is killed in the middle.

use std::sync::Arc;
use std::time::Duration;

use super::dice::Dice;
use super::prey::{Death, Mark, Moment, Prey};
use crate::github::{Fake, Fault, Issue, Matcher, What};
use crate::station::{Station, team_file};

/// Who is on call, beside what every station has.
const ROTATION: &str = r#"
[[people]]
id = "alice"
[[people]]
id = "bob"

[[rotations]]
id = "ops"
title = "on call"
start = "2026-11-02T10:00"
shift = "7d"
members = ["alice", "bob"]
coverage = "24x7"
"#;

/// How often somebody is killed, over all that run at once.
const ROUNDS: u64 = 50;
const AT_ONCE: usize = 3;
/// After so many tries it has to be posted.
const TRIES: usize = 20;

#[test]
fn whoever_is_killed_while_posting_there_is_one_issue_for_the_shift() {
    std::thread::scope(|scope| {
        for first in (0..ROUNDS).take(AT_ONCE) {
            scope.spawn(move || {
                for round in (first..ROUNDS).step_by(AT_ONCE) {
                    post(&mut Dice::new(round + 1), round);
                }
            });
        }
    });
}

fn post(dice: &mut Dice, round: u64) {
    let fake = Arc::new(Fake::start());
    let station = Station::of(&fake, "alice");
    station.team(&format!("{}{ROTATION}", team_file(&fake.url(), "0.02s", "0.3s")));
    if dice.below(2) == 0 {
        let fault = dice.one_of(&[Fault::BadGatewayAfter, Fault::DropAfter, Fault::BadGatewayBefore]).clone();
        fake.fail_next(Matcher::on("POST", "/issues"), fault);
    }
    let moment = match dice.below(4) {
        0 => Moment::Requests(1 + dice.below(6)),
        1 => Moment::Writes(1 + dice.below(2)),
        2 => Moment::Answer,
        _ => Moment::Time(Duration::from_millis(dice.below(400) as u64)),
    };
    let prey = Prey::watch(&fake, station.spawn(&["handoff", "--post"]));
    let killed = prey.strike(moment, Mark::now(&fake)) == Death::Killed;
    prey.bury();
    let done = (0..TRIES).any(|_| station.run(&["handoff", "--post"]).stderr.contains("post api#1 done"));
    let said = || format!("round {round}, {moment:?}, killed {killed}: {:#?} {:#?}", fake.writes(), station.journal());
    assert!(done, "never posted: {}", said());
    let created = fake.writes().iter().filter(|write| matches!(write.what, What::Created(_))).count();
    let open: Vec<Issue> = fake.home().issues().into_iter().filter(Issue::is_open).collect();
    assert_eq!((created, open.len()), (1, 1), "{}", said());
    assert!(open[0].title.contains("ops") && open[0].assignees.len() == 1, "{}", said());
    assert_eq!(station.ask(&["queue"]).json()["incidents"], serde_json::json!([]), "it is no incident: {}", said());
}

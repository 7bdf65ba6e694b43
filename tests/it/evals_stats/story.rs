//! Runs that come in one by one, out of order or twice tell the same story as all of them at once.

use std::path::Path;

use dogwatch::domain::evals::findings::{Finding, GoesOn, Rules, Story};
use dogwatch::domain::evals::gather::Filed;
use dogwatch::domain::evals::history::SuiteKey;
use dogwatch::domain::evals::{Run, Tool};

use super::world::{self, Dice, day};

/// Nights of three suites, of which one misses some nights and one runs twice in some; cases break and mend.
fn nights(seed: u64) -> Vec<Filed> {
    let mut dice = Dice(seed);
    let mut all = Vec::new();
    for night in 0..30 {
        for suite in ["one", "two", "three"] {
            let times = match (suite, dice.below(4)) {
                ("two", 0) => 0,
                ("three", 0) => 2,
                (_, _) => 1,
            };
            for time in 0..times {
                let id = format!("{suite}-{night}-{time}");
                let broken = (night / 7) % 2 == 1;
                let letters: Vec<String> = (0..12)
                    .map(|case| {
                        (0..3).map(|_| if (broken && case < 3) || dice.below(25) == 0 { 'f' } else { 'p' }).collect()
                    })
                    .collect();
                let names: Vec<String> = (0..12).map(|case| format!("case-{case}")).collect();
                let cases: Vec<(&str, &str)> =
                    names.iter().map(String::as_str).zip(letters.iter().map(String::as_str)).collect();
                let minutes = i64::try_from(dice.below(90) + 200 * time).unwrap();
                let run = Run {
                    suite: suite.to_owned(),
                    started_at: Some(day(night) + chrono::TimeDelta::minutes(minutes)),
                    ..world::run(&id, &cases)
                };
                all.push(Filed::of(Path::new(&format!("{id}.jsonl")), &run));
            }
        }
    }
    all
}

fn told(found: Vec<Filed>) -> Vec<Finding> {
    Story::of(Rules::default(), found).0.findings()
}

#[test]
fn runs_that_come_in_one_by_one_tell_what_all_of_them_tell_at_once() {
    for seed in 0..12 {
        let mut all = nights(seed);
        all.sort_by_key(|filed| filed.record.at);
        let (first, rest) = all.split_at(20);
        let (mut story, _) = Story::of(Rules::default(), first.to_vec());
        for (count, filed) in rest.iter().enumerate() {
            assert_eq!(story.go_on(vec![filed.clone()]), GoesOn::On, "in order it goes on");
            if count % 10 == 0 {
                assert_eq!(story.findings(), told(all[..=20 + count].to_vec()), "seed {seed}, after {count}");
            }
        }
        assert_eq!(story.findings(), told(all.clone()));
        assert_eq!(story.rows().len(), all.len());
    }
}

#[test]
fn no_order_in_which_files_are_found_changes_what_is_told() {
    for seed in 20..26 {
        let all = nights(seed);
        let want = told(all.clone());
        assert!(!want.is_empty(), "seed {seed} has nothing to tell");
        let mut dice = Dice(seed);
        let mut other = all;
        for at in (1..other.len()).rev() {
            other.swap(at, dice.below(at + 1));
        }
        assert_eq!(told(other), want, "seed {seed}");
    }
}

#[test]
fn the_suites_of_a_night_may_come_in_any_order_and_what_belongs_before_asks_for_telling_anew() {
    let mut all = nights(3);
    all.sort_by_key(|filed| filed.record.at);
    let last = day(29);
    let (before, night): (Vec<Filed>, Vec<Filed>) = all.iter().cloned().partition(|filed| filed.record.at < Some(last));
    let (mut story, _) = Story::of(Rules::default(), before.clone());
    for filed in &night {
        assert_eq!(story.go_on(vec![filed.clone()]), GoesOn::On);
    }
    assert_eq!(story.findings(), told(all.clone()));

    let (mut story, _) = Story::of(Rules::default(), all.clone());
    let known = story.findings();
    assert_eq!(story.go_on(vec![all[50].clone()]), GoesOn::Anew, "a run that it knows may be a later edition");
    let mut late = all[5].clone();
    late.record.run.0[0] ^= 1;
    assert_eq!(story.go_on(vec![late]), GoesOn::Anew, "a run from before");
    assert_eq!(story.findings(), known, "and nothing has changed");
    assert_eq!(story.rows().len(), all.len());
    let suite = SuiteKey::of(Tool::Jsonl, "one");
    assert!(story.findings().iter().all(|finding| finding.suite != suite || !finding.cases.is_empty()));
}

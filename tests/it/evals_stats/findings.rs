//! What a sequence of runs raises, and when it is over.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use dogwatch::domain::evals::findings::{
    Cases, Finding, Fingerprint, Kind, Known, Point, Quarantine, Rules, Severity, State, Suite, Verdict, Waiver,
};
use dogwatch::domain::evals::history::{Record, Selector};
use dogwatch::domain::evals::{Guard, Run, Status};
use dogwatch::domain::text::Clean;

use super::world::{self, Dice, Story, day, key, run, suite};

type Stop = fn(&mut Run);
type Cased = Vec<(&'static str, &'static str)>;

const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

/// Twelve cases of three trials that pass, but for these.
fn but(changed: &[(&'static str, &'static str)]) -> Cased {
    let letters = |name| changed.iter().find(|(case, _)| *case == name).map_or("ppp", |(_, letters)| *letters);
    NAMES.iter().map(|name| (*name, letters(*name))).collect()
}

fn broken() -> Cased {
    but(&[("a", "fff"), ("b", "fff")])
}

/// Five good days.
fn settled(rules: Rules) -> Story {
    let mut story = Story::new(rules);
    story.runs(5, &but(&[]));
    assert!(story.told().is_empty(), "{:?}", story.told());
    story
}

fn keys(names: &[&str]) -> Vec<dogwatch::domain::evals::CaseKey> {
    let mut keys: Vec<_> = names.iter().map(|name| key(name)).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn two_cases_break_and_are_one_incident_until_two_good_runs_in_a_row() {
    let mut story = settled(Rules::default());
    story.runs(1, &broken());
    let open = story.open();
    assert_eq!(story.told(), ["case-regression regression open"]);
    assert_eq!((&open[0].cases, open[0].severity), (&keys(&["a", "b"]), Severity::Medium));
    assert_eq!((open[0].baseline.len(), open[0].selector.map(Selector::name)), (5, Some("pooled")));
    assert_eq!(open[0].fingerprint, Fingerprint::of(suite(), Kind::CaseRegression, &keys(&["b", "a"]), None));
    story.runs(1, &but(&[]));
    story.runs(1, &broken());
    story.runs(1, &but(&[]));
    assert_eq!(story.open().len(), 1, "one good run is not two in a row");
    story.runs(1, &but(&[]));
    assert_eq!(story.told(), ["case-regression regression closed"]);
    story.runs(1, &broken());
    assert_eq!(story.told(), ["case-regression regression open again"]);
    assert_eq!(story.open()[0].fingerprint, open[0].fingerprint);
}

#[test]
fn what_breaks_long_after_it_was_fixed_is_new() {
    let mut story = settled(Rules::default());
    story.runs(1, &broken());
    story.runs(2, &but(&[]));
    story.day += 20;
    story.runs(1, &broken());
    assert_eq!(story.told(), ["case-regression regression open"]);
}

#[test]
fn a_case_that_breaks_beside_open_ones_joins_them_and_the_fingerprint_stays() {
    let mut story = settled(Rules::default());
    story.runs(1, &broken());
    let first = story.open()[0].fingerprint.clone();
    story.runs(1, &but(&[("a", "fff"), ("b", "fff"), ("c", "fff")]));
    let open = story.open();
    let cases: Vec<&Finding> = open.iter().filter(|finding| finding.kind == Kind::CaseRegression).collect();
    assert_eq!(cases.len(), 1, "{:?}", story.told());
    assert_eq!((&cases[0].fingerprint, &cases[0].cases), (&first, &keys(&["a", "b", "c"])));
    assert_eq!(cases[0].candidate.len(), 2);
}

#[test]
fn runs_that_did_not_see_the_whole_suite_open_no_regression_and_close_nothing() {
    let stops: [(&str, Stop); 5] = [
        ("partial", |run| run.status = Status::Partial),
        ("cancelled", |run| run.status = Status::Cancelled),
        ("error", |run| run.status = Status::Error),
        ("running", |run| run.status = Status::Running),
        ("limited", |run| run.limited = true),
    ];
    for (name, stop) in stops {
        let mut story = settled(Rules::default());
        for _ in 0..3 {
            story.tell(&broken(), stop);
            story.tell(&broken()[..4], stop);
        }
        let errors_only = story.watch.findings().all(|finding| finding.kind == Kind::Errors);
        assert!(errors_only, "{name}: {:?}", story.told());
        let silent = matches!(name, "running" | "limited");
        assert_eq!(story.told().is_empty(), silent, "{name}");
        let mut story = settled(Rules::default());
        story.runs(1, &broken());
        for _ in 0..4 {
            story.tell(&but(&[]), stop);
        }
        let still = story.open().iter().any(|finding| finding.kind == Kind::CaseRegression);
        assert!(still, "{name} closed it: {:?}", story.told());
    }
}

#[test]
fn a_run_without_the_broken_cases_or_with_other_questions_closes_nothing() {
    let mut story = settled(Rules::default());
    story.runs(1, &broken());
    story.runs(3, &but(&[])[2..]);
    assert!(story.open().iter().any(|finding| finding.kind == Kind::CaseRegression), "{:?}", story.told());
    let mut story = settled(Rules::default());
    story.runs(1, &broken());
    for _ in 0..3 {
        story.tell(&but(&[]), |run| run.cases.iter_mut().for_each(|case| case.guard = Some(Guard::of([&b"new"[..]]))));
    }
    assert!(story.open().iter().any(|finding| finding.kind == Kind::CaseRegression), "{:?}", story.told());
    assert!(story.open().iter().any(|finding| finding.kind == Kind::SuiteChanged), "{:?}", story.told());
}

#[test]
fn three_broken_cases_of_one_tag_are_one_finding_a_step_up() {
    let tag = Clean::line("search");
    let known = |_| Known { tags: vec![tag.clone()], must_pass: false };
    let known: BTreeMap<_, _> = ["a", "b", "c", "d"].map(|name| (key(name), known(name))).into();
    let rules = Rules { suites: [(suite(), Suite { known, ..Suite::default() })].into(), ..Rules::default() };
    let mut story = settled(rules);
    story.runs(1, &but(&[("a", "fff"), ("b", "fff"), ("c", "fff"), ("l", "fff")]));
    let open = story.open();
    let group = open.iter().find(|finding| finding.tag.as_ref() == Some(&tag)).unwrap();
    assert_eq!((&group.cases, group.severity), (&keys(&["a", "b", "c"]), Severity::High));
    assert_eq!(group.fingerprint, Fingerprint::of(suite(), Kind::CaseRegression, &[], Some(&tag)));
    assert!(open.iter().any(|finding| finding.tag.is_none() && finding.cases == keys(&["l"])));
}

#[test]
fn one_trial_a_night_is_confirming_first_and_a_regression_after_some_nights() {
    let one = |letter: &'static str| -> Cased {
        NAMES.iter().map(|name| (*name, if *name == "a" { letter } else { "p" })).collect()
    };
    let mut story = Story::new(Rules::default());
    story.runs(12, &one("p"));
    story.runs(1, &one("f"));
    assert_eq!(story.told(), ["case-regression suspected confirming"]);
    story.runs(1, &one("p"));
    assert!(story.told().is_empty(), "it resolved itself: {:?}", story.told());
    let mut nights = 0;
    while story.open().is_empty() {
        story.runs(1, &one("f"));
        nights += 1;
        assert!(nights <= 8, "{:?}", story.told());
    }
    assert!(nights >= 3, "fewer than three trials prove nothing");
}

#[test]
fn a_must_pass_case_needs_no_statistics_to_fail_twice() {
    let known = [(key("a"), Known { tags: Vec::new(), must_pass: true })].into();
    let rules = Rules { suites: [(suite(), Suite { known, ..Suite::default() })].into(), ..Rules::default() };
    let one = |letter: &'static str| -> Cased {
        NAMES.iter().map(|name| (*name, if *name == "a" { letter } else { "pp" })).collect()
    };
    let mut story = Story::new(rules);
    story.runs(10, &one("pp"));
    story.runs(1, &one("f"));
    assert!(story.open().is_empty());
    story.runs(1, &one("f"));
    assert_eq!(story.told(), ["case-regression regression open"]);
}

#[test]
fn a_must_pass_case_of_one_trial_a_night_is_told_on_the_second_bad_one() {
    let known = [(key("a"), Known { tags: Vec::new(), must_pass: true })].into();
    let rules = Rules { suites: [(suite(), Suite { known, ..Suite::default() })].into(), ..Rules::default() };
    let one = |letter: &'static str| -> Cased {
        NAMES.iter().map(|name| (*name, if *name == "a" { letter } else { "p" })).collect()
    };
    // Two failures prove nothing of a case that nobody said must pass, or that fails now and then.
    let nights = |rules: Rules, before: &[&'static str]| {
        let mut story = Story::new(rules);
        for letter in before.iter().chain(&["f", "f"]) {
            story.runs(1, &one(letter));
        }
        story.open().len()
    };
    let steady = ["p"; 30];
    assert_eq!(nights(rules.clone(), &steady), 1);
    assert_eq!(nights(rules.clone(), &steady[..10]), 1, "it never failed");
    assert_eq!(nights(Rules::default(), &steady), 0);
    let mut slipped = steady;
    slipped[14] = "f";
    assert_eq!(nights(rules.clone(), &slipped), 1, "19 of 20 is reliable, also where the one is not pooled");
    slipped[24] = "f";
    assert_eq!(nights(rules, &slipped), 0, "18 of 20 is not");
}

#[test]
fn a_whole_suite_that_slips_is_suspected_until_the_next_complete_run_agrees() {
    // Every case slips a little: no single one can be told from chance.
    let slips = || but(&[("a", "ppf"), ("b", "ppf"), ("c", "ppf"), ("d", "ppf"), ("e", "ppf")]);
    let mut story = settled(Rules::default());
    story.runs(1, &slips());
    let suites = |story: &Story| -> Vec<(Verdict, State)> {
        story.watch.findings().filter(|f| f.kind == Kind::SuiteRegression).map(|f| (f.verdict, f.state)).collect()
    };
    assert_eq!(suites(&story), [(Verdict::Suspected, State::Confirming)]);
    let mut calm = settled(Rules::default());
    calm.runs(1, &slips());
    calm.runs(1, &but(&[]));
    assert!(suites(&calm).is_empty(), "{:?}", calm.told());
    story.runs(1, &slips());
    assert_eq!(suites(&story), [(Verdict::Regression, State::Open)]);
    story.runs(2, &but(&[]));
    assert_eq!(suites(&story), [(Verdict::Regression, State::Closed)]);
}

#[test]
fn an_expected_change_is_listed_opens_nothing_and_is_the_new_normal_of_those_cases_only() {
    let waiver = Waiver {
        suite: suite(),
        cases: Cases::These(BTreeSet::from([key("a")])),
        from: Point::Sha(format!("{:07x}", 5)),
        reason: Clean::line("the tool was renamed"),
        author: Clean::line("somebody"),
        until: day(30),
    };
    let rules = Rules { waivers: vec![waiver], ..Rules::default() };
    let only = || but(&[("a", "fff")]);
    let mut story = settled(rules.clone());
    story.runs(3, &only());
    assert_eq!(story.told(), ["case-regression expected held"]);
    story.runs(20, &only());
    assert!(story.open().is_empty(), "{:?}", story.told());
    story.runs(1, &but(&[("a", "fff"), ("b", "fff")]));
    assert_eq!(story.open().iter().map(|f| f.cases.clone()).collect::<Vec<_>>(), [keys(&["b"])]);
    // Without it, the same days are an incident.
    let mut story = settled(Rules::default());
    story.runs(3, &only());
    assert_eq!(story.told(), ["case-regression regression open"]);
}

#[test]
fn a_run_that_somebody_accepts_is_the_new_normal() {
    let sixth = Record::from(&run("run-6", &[])).run;
    let mut story = settled(Rules { accepted: [sixth].into(), ..Rules::default() });
    story.runs(1, &broken());
    assert_eq!(story.open().len(), 1);
    story.runs(6, &broken());
    assert!(story.open().is_empty(), "{:?}", story.told());
}

#[test]
fn a_flake_in_quarantine_opens_nothing_unless_it_is_simply_broken() {
    let entry = Quarantine { suite: suite(), case: key("a"), until: day(60) };
    let rules = Rules { quarantine: vec![entry], ..Rules::default() };
    let mut story = settled(rules.clone());
    story.runs(1, &but(&[("a", "fff")]));
    assert_eq!(story.told(), ["case-regression regression open"], "fifteen passes in a row are well again");
    let mut story = Story::new(rules);
    for at in 0..6 {
        story.runs(1, &but(&[("a", ["ppp", "ppf"][at % 2])]));
    }
    story.runs(1, &but(&[("a", "fff")]));
    assert!(story.open().is_empty(), "{:?}", story.told());
    assert_eq!(story.told(), ["case-regression quarantined held"]);
    assert!(story.watch.flaky(suite()).contains(&key("a")));
    story.runs(5, &but(&[("a", "fff")]));
    assert_eq!(story.open().iter().filter(|f| f.kind == Kind::CaseRegression).count(), 1, "{:?}", story.told());
}

#[test]
fn dead_trials_are_errors_and_never_a_regression() {
    let mut story = settled(Rules::default());
    story.runs(1, &but(&[("a", "eee"), ("b", "eee"), ("c", "eee")]));
    assert_eq!(story.told(), ["errors regression open"]);
    story.tell(&[], |run| run.status = Status::Error);
    assert_eq!(story.open()[0].severity, Severity::High, "the whole suite is blind");
    story.runs(2, &but(&[]));
    assert_eq!(story.told(), ["errors regression closed"]);
}

#[test]
fn dearer_and_slower_runs_are_findings_of_low_severity() {
    let price = |factor: f64| {
        move |run: &mut Run| {
            for (at, trial) in run.trials.iter_mut().enumerate() {
                let wobble = 1.0 + 0.02 * f64::from(u32::try_from(at % 5).unwrap());
                (trial.latency_ms, trial.cost_usd) = (Some(900.0 * wobble), Some(0.01 * factor * wobble * wobble));
            }
        }
    };
    let mut story = Story::new(Rules::default());
    for _ in 0..5 {
        story.tell(&but(&[]), price(1.0));
    }
    story.tell(&but(&[]), price(1.2));
    assert!(story.told().is_empty(), "a fifth is too little: {:?}", story.told());
    story.tell(&but(&[]), price(1.6));
    assert_eq!(story.told(), ["cost regression open"]);
    assert_eq!(story.open()[0].severity, Severity::Low);
}

#[test]
fn deleting_the_failing_cases_is_told() {
    let mut story = settled(Rules::default());
    story.runs(4, &but(&[])[1..]);
    assert_eq!(story.told(), ["suite-changed regression open"]);
    assert_eq!((story.open()[0].severity, &story.open()[0].cases), (Severity::Info, &keys(&["a"])));
    story.runs(2, &but(&[]));
    assert_eq!(story.told(), ["suite-changed regression closed"]);
}

#[test]
fn a_judge_that_moves_while_the_verdicts_stand_is_a_matter_of_the_grader() {
    let grade = |by: f64| {
        move |run: &mut Run| {
            for (at, trial) in run.trials.iter_mut().enumerate() {
                trial.score = Some(0.8 + by + 0.01 * f64::from(u32::try_from(at % 7).unwrap()));
            }
        }
    };
    let mut story = Story::new(Rules::default());
    for _ in 0..4 {
        story.tell(&but(&[]), grade(0.0));
    }
    story.tell(&but(&[]), grade(-0.2));
    assert_eq!(story.told(), ["grader regression open"]);
}

#[test]
fn a_model_beside_another_is_no_regression_and_one_after_it_is_suspected_first() {
    let weak = |run: &mut Run| run.model = Some("small".into());
    let broken = || -> Cased { NAMES.iter().map(|name| (*name, if *name < "i" { "fff" } else { "ppp" })).collect() };
    let mut story = settled(Rules::default());
    story.tell(&broken(), weak);
    assert!(story.open().is_empty() && !story.told().is_empty(), "{:?}", story.told());
    story.runs(1, &but(&[]));
    story.tell(&broken(), weak);
    assert!(story.told().is_empty(), "both are in use: {:?}", story.told());
    let mut story = settled(Rules::default());
    story.tell(&broken(), weak);
    story.tell(&broken(), weak);
    assert!(!story.open().is_empty(), "the model was replaced, and the cases are still broken");
}

#[test]
fn other_branches_and_runs_seen_twice_say_nothing() {
    let mut story = settled(Rules { default_branch: Some("main".into()), ..Rules::default() });
    story.tell(&broken(), |run| run.branch = Some("try".into()));
    assert!(story.told().is_empty());
    story.tell(&broken(), |run| run.branch = Some("main".into()));
    let once = story.watch.findings().cloned().collect::<Vec<_>>();
    story.day -= 1;
    story.tell(&broken(), |run| run.branch = Some("main".into()));
    assert_eq!(story.watch.findings().cloned().collect::<Vec<_>>(), once);
}

#[test]
fn a_suite_of_stated_means_only_is_judged_by_its_median() {
    let stated = |mean: f64| {
        move |run: &mut Run| run.stated = Some(dogwatch::domain::evals::Stated { cases: Some(9), mean: Some(mean) })
    };
    let mut story = Story::new(Rules::default());
    for mean in [0.91, 0.92, 0.90, 0.93, 0.91, 0.92] {
        story.tell(&[], stated(mean));
    }
    assert!(story.told().is_empty(), "{:?}", story.told());
    story.tell(&[], stated(0.80));
    assert_eq!(story.told(), ["suite-regression suspected confirming"]);
    story.tell(&[], stated(0.81));
    assert_eq!(story.told(), ["suite-regression regression open"]);
    story.tell(&[], stated(0.91));
    story.tell(&[], stated(0.92));
    assert_eq!(story.told(), ["suite-regression regression closed"]);
}

/// All but what names runs and times.
fn gist(finding: &Finding) -> (Kind, Verdict, State, Fingerprint, Vec<dogwatch::domain::evals::CaseKey>) {
    (finding.kind, finding.verdict, finding.state, finding.fingerprint.clone(), finding.cases.clone())
}

#[test]
fn no_order_of_cases_no_name_of_a_run_and_no_date_changes_what_is_found() {
    let mut dice = Dice(11);
    for round in 0..60 {
        let mut stories = [Story::new(Rules::default()), Story::new(Rules::default())];
        for at in 0..12 {
            let cases: Vec<(String, String)> = (0..8)
                .map(|n| {
                    let bad = at > 7 && n < 2;
                    let letters = (0..3).map(|_| match dice.below(20) {
                        0 => 'e',
                        1 => 'u',
                        2 | 3 => 'f',
                        _ if bad => 'f',
                        _ => 'p',
                    });
                    (format!("c-{n}"), letters.collect())
                })
                .collect();
            let cases: Vec<(&str, &str)> = cases.iter().map(|(name, l)| (name.as_str(), l.as_str())).collect();
            stories[0].tell(&cases, |_| {});
            stories[1].tell(&cases, |run| {
                *run = world::shuffled(run, round);
                run.run_id = Some(format!("other-{round}-{at}"));
                run.git_sha = Some(format!("{:040x}", at * 77 + 5));
                run.started_at = run.started_at.map(|at| at + TimeDelta::days(400));
            });
        }
        let [one, other] = stories.map(|story| story.watch.findings().cloned().collect::<Vec<_>>());
        assert_eq!(one.iter().map(gist).collect::<Vec<_>>(), other.iter().map(gist).collect::<Vec<_>>());
        for (one, other) in one.iter().zip(&other) {
            let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
                (Some(a), Some(b)) => a.is_finite() && b.is_finite() && (a - b).abs() < 1e-9,
                (a, b) => a.is_none() && b.is_none(),
            };
            assert!(near(one.p_value, other.p_value) && near(one.delta, other.delta), "{one:?}\n{other:?}");
            assert_eq!(one.fingerprint.as_str().len(), 16);
        }
    }
}

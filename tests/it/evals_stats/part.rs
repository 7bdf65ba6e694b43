//! Two findings of one cause are one incident; two causes are two.

use dogwatch::domain::evals::evidence::is_incident;
use dogwatch::domain::evals::findings::{Finding, Kind, Rules};

use super::world::{Story, key};

const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

/// Twelve cases that mostly do the same, but for these.
fn all(mostly: &'static str, changed: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let letters = |name| changed.iter().find(|(case, _)| *case == name).map_or(mostly, |(_, letters)| *letters);
    NAMES.iter().map(|name| (*name, letters(*name))).collect()
}

fn settled() -> Story {
    let mut story = Story::new(Rules::default());
    story.runs(5, &all("ppp", &[]));
    story
}

/// The open findings that are incidents of their own.
fn incidents(story: &Story) -> Vec<Finding> {
    story.open().into_iter().filter(is_incident).collect()
}

#[test]
fn a_case_that_fell_with_its_whole_suite_is_part_of_that_and_one_that_falls_later_is_not() {
    let mut story = settled();
    story.runs(1, &all("ppf", &[("a", "fff")]));
    assert_eq!(story.open().len(), 2, "{:?}", story.told());
    let kinds = |story: &Story| incidents(story).iter().map(|one| one.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&story), [Kind::SuiteRegression]);
    story.runs(1, &all("ppf", &[("a", "fff")]));
    assert_eq!(kinds(&story), [Kind::SuiteRegression], "it stays so");
    story.runs(1, &all("ppf", &[("a", "ppp"), ("l", "fff")]));
    assert_eq!(incidents(&story).len(), 2, "another cause is another incident: {:?}", story.told());
    assert!(incidents(&story).iter().any(|one| one.cases == [key("l")]));
}

#[test]
fn a_suite_that_fell_by_its_broken_cases_is_part_of_them_and_makes_them_as_grave() {
    let mut story = settled();
    story.runs(1, &all("ppp", &[("a", "fff"), ("b", "fff")]));
    let alone = incidents(&story);
    let broken = [("a", "fff"), ("b", "fff"), ("c", "fff"), ("d", "fff"), ("e", "fff"), ("f", "fff")];
    story.runs(1, &all("ppp", &broken[..4]));
    story.runs(1, &all("ppp", &broken));
    assert!(story.open().iter().any(|one| one.kind == Kind::SuiteRegression), "{:?}", story.told());
    let both = incidents(&story);
    assert_eq!((both.len(), both[0].kind), (1, Kind::CaseRegression));
    assert_eq!(both[0].fingerprint, alone[0].fingerprint, "the incident that somebody works on goes on");
    assert!(both[0].severity > alone[0].severity);
}

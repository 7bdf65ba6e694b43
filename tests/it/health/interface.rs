//! Drift over time: confirmed by a second list, one incident a list change.

use dogwatch::domain::drift::Impact;
use dogwatch::domain::health::Endpoint;
use dogwatch::domain::health::interface::Drift;
use dogwatch::domain::health::signal::Change;
use dogwatch::domain::text::Clean;

use super::{after, endpoint, frozen, in_maintenance, open, rules};

fn drift(tool: &str, change: &str, hash: &str) -> Drift {
    Drift {
        tool: tool.to_owned(),
        change: change.to_owned(),
        path: String::new(),
        hash: hash.to_owned(),
        impact: Impact::Breaking,
        text: Clean::line("old → new"),
    }
}

fn seen(endpoint: &mut Endpoint, at: i64, drifts: &[Drift]) -> Vec<&'static str> {
    endpoint.drift(after(at), drifts, &rules()).iter().map(Change::word).collect()
}

#[test]
fn drift_is_told_when_a_second_list_says_the_same() {
    let gone = [drift("search", "tool-removed", "")];
    let mut prod = endpoint();
    assert_eq!(seen(&mut prod, 0, &gone), [""; 0]);
    assert_eq!(prod.interface().list_due(), Some(after(45)), "between 30 and 60 s later");
    assert_eq!(seen(&mut prod, 10, &gone), [""; 0], "too soon to be a second look");
    let mut prod: Endpoint = serde_json::from_str(&serde_json::to_string(&prod).unwrap()).unwrap();
    assert_eq!(seen(&mut prod, 45, &gone), ["opened"]);
    assert_eq!(open(&prod), ["mcp prod: breaking change of search"]);
    assert_eq!(seen(&mut prod, 345, &gone), [""; 0]);
    assert_eq!(prod.signals().next().unwrap().check(), "drift");
}

#[test]
fn a_list_that_changes_back_at_once_is_no_drift() {
    let gone = [drift("search", "tool-removed", "")];
    let mut prod = endpoint();
    for round in 0..20 {
        assert_eq!(seen(&mut prod, round * 90, &gone), [""; 0]);
        assert_eq!(seen(&mut prod, round * 90 + 45, &[]), [""; 0]);
    }
}

#[test]
fn what_changes_together_is_one_incident_and_what_follows_another() {
    let first = [drift("b", "tool-removed", ""), drift("a", "type-narrowed", "1")];
    let mut prod = endpoint();
    seen(&mut prod, 0, &first);
    assert_eq!(seen(&mut prod, 45, &first), ["opened"]);
    assert_eq!(open(&prod), ["mcp prod: breaking change of a and 1 more"]);

    let touched = [drift("b", "tool-removed", ""), drift("a", "type-narrowed", "2")];
    seen(&mut prod, 300, &touched);
    assert_eq!(seen(&mut prod, 345, &touched), [""; 0], "the same place, changed again, is the same cause");

    let more = [drift("b", "tool-removed", ""), drift("a", "type-narrowed", "1"), drift("c", "tool-removed", "")];
    seen(&mut prod, 600, &more);
    assert_eq!(seen(&mut prod, 645, &more), ["opened"]);
    assert_eq!(open(&prod).len(), 2);
    assert_eq!(open(&prod)[1], "mcp prod: breaking change of c");
}

#[test]
fn the_name_of_a_drift_does_not_depend_on_the_order_of_the_list() {
    let name = |drifts: &[Drift]| {
        let mut prod = endpoint();
        seen(&mut prod, 0, drifts);
        seen(&mut prod, 45, drifts);
        prod.signals().next().unwrap().fingerprint.clone()
    };
    let (a, b) = (drift("a", "tool-removed", ""), drift("b", "type-changed", "1"));
    assert_eq!(name(&[a.clone(), b.clone()]), name(&[b.clone(), a.clone()]));
    assert_ne!(name(&[a.clone(), b]), name(&[a, drift("b", "type-changed", "2")]));
}

#[test]
fn drift_is_over_when_reverted_for_two_minutes_or_accepted() {
    let gone = [drift("search", "tool-removed", "")];
    let opened = || {
        let mut prod = endpoint();
        seen(&mut prod, 0, &gone);
        seen(&mut prod, 45, &gone);
        prod
    };
    let mut reverted = opened();
    assert_eq!(seen(&mut reverted, 300, &[]), [""; 0]);
    assert_eq!(reverted.interface().list_due(), Some(after(420)));
    assert_eq!(seen(&mut reverted, 420, &[]), ["recovered"]);
    seen(&mut reverted, 500, &gone);
    assert_eq!(seen(&mut reverted, 545, &gone), ["reopened"]);

    let mut accepted = opened();
    assert_eq!(accepted.accept_drift(after(60)).len(), 1);
    assert_eq!(open(&accepted), Vec::<String>::new());
    assert_eq!(seen(&mut accepted, 90, &[]), [""; 0]);
}

#[test]
fn only_what_breaks_callers_wakes_anybody() {
    let mut wording = drift("search", "description-changed", "1");
    wording.impact = Impact::Wording;
    let mut added = drift("new", "tool-added", "2");
    added.impact = Impact::Compatible;
    let mut prod = endpoint();
    for at in [0, 45, 300] {
        assert_eq!(seen(&mut prod, at, &[wording.clone(), added.clone()]), [""; 0]);
    }
}

#[test]
fn drift_in_a_window_waits_and_a_frozen_list_says_nothing() {
    let gone = [drift("search", "tool-removed", "")];
    let mut prod = endpoint();
    for at in [0, 45, 90] {
        assert_eq!(prod.drift(after(at), &gone, &in_maintenance()), []);
    }
    assert_eq!(seen(&mut prod, 300, &gone), ["opened"]);
    for at in [330, 500, 700] {
        assert_eq!(prod.drift(after(at), &[], &frozen()), []);
    }
    assert_eq!(open(&prod).len(), 1);
}

#[test]
fn a_list_of_which_everything_is_gone_is_one_bounded_incident() {
    let all: Vec<Drift> = (0..5_000).map(|n| drift(&format!("tool{n}"), "tool-removed", "")).collect();
    let mut prod = endpoint();
    seen(&mut prod, 0, &all);
    assert_eq!(seen(&mut prod, 45, &all), ["opened"]);
    let reversed: Vec<Drift> = all.iter().rev().cloned().collect();
    assert_eq!(seen(&mut prod, 90, &reversed), [""; 0]);
    assert_eq!(seen(&mut prod, 145, &reversed), [""; 0]);
    assert!(serde_json::to_string(&prod).unwrap().len() < 32_768);
}

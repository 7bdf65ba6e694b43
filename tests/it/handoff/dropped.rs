//! What a handover dropped: silent for longer than its clock, and no handoff told of it.

use std::collections::BTreeSet;

use dogwatch::domain::history::dropped::Mention;
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::incident::Incident;

use super::made::{Scene, acked, clean, incident, snoozed, told, utc};

const WEEK: i64 = 7 * 24 * 60;

/// Ben's shift, a day before its end; the incident was opened in ana's.
fn scene(change: fn(&mut Incident)) -> Scene {
    let mut scene = Scene { now: utc("2026-11-22T10:00:00Z"), me: "ben", ..Scene::default() };
    let mut one = Incident { labels: vec![clean("SEV1")], ..incident(1, 300) };
    change(&mut one);
    scene.add(one);
    scene
}

fn dropped_at(scene: &Scene) -> Option<String> {
    let handoff = scene.handoff();
    let at = handoff.sections.needs_you_now.first().and_then(|row| row.dropped_at);
    assert_eq!(handoff.sections.summary.dropped, usize::from(at.is_some()), "the summary counts the rows");
    at.map(|at| at.to_rfc3339())
}

fn mention(ids: &[&str]) -> Mention {
    let ids: BTreeSet<IncidentId> = ids.iter().map(|id| IncidentId::new(*id)).collect();
    Mention { rotation: "ops".into(), at: utc("2026-11-16T10:00:00Z"), ids }
}

#[test]
fn no_handoff_at_all_drops_what_was_open() {
    assert_eq!(dropped_at(&scene(|_| {})).as_deref(), Some("2026-11-16T10:00:00+00:00"));
}

#[test]
fn a_handoff_that_tells_of_it_drops_nothing() {
    let mut scene = scene(|_| {});
    scene.brought.mentions = vec![mention(&["api#1"])];
    assert_eq!(dropped_at(&scene), None);
    scene.brought.mentions = vec![mention(&["api#2"])];
    assert!(dropped_at(&scene).is_some(), "one that tells of something else does");
    scene.brought.mentions.push(mention(&["api#1"]));
    assert_eq!(dropped_at(&scene), None, "of two handoffs of one shift one is enough");
}

#[test]
fn a_word_after_the_handover_finds_it_again() {
    let mut scene = scene(|_| {});
    scene.brought.told = vec![told("api#1", -60, "ben", "commented")];
    assert_eq!(dropped_at(&scene), None);
}

#[test]
fn what_was_put_off_or_has_no_clock_is_not_dropped() {
    assert_eq!(dropped_at(&scene(|it| it.snooze = snoozed("ana", 200, "2026-12-24T09:00:00Z"))), None);
    assert_eq!(dropped_at(&scene(|it| it.labels.clear())), None, "nobody has said how bad it is");
}

#[test]
fn an_ack_without_news_is_dropped_by_its_update_clock() {
    let mut scene = scene(|it| {
        it.ack = acked("ana", 200);
        it.human_at = it.ack.as_ref().and_then(|ack| ack.at);
    });
    scene.brought.told = vec![told("api#1", 200, "ana", "acked")];
    assert_eq!(dropped_at(&scene).as_deref(), Some("2026-11-16T10:00:00+00:00"));
}

#[test]
fn the_first_handover_after_the_last_word_is_named() {
    let mut scene = scene(|it| it.opened_at -= chrono::TimeDelta::minutes(2 * WEEK));
    scene.now = utc("2026-11-28T10:00:00Z");
    scene.brought.mentions = vec![mention(&["api#1"])];
    assert_eq!(dropped_at(&scene).as_deref(), Some("2026-11-23T10:00:00+00:00"));
}

#[test]
fn the_handover_that_is_being_written_drops_nothing_yet() {
    let mut scene = scene(|_| {});
    scene.now = utc("2026-11-16T11:00:00Z");
    assert_eq!(scene.handoff().outgoing.unwrap().person, "ana");
    assert_eq!(dropped_at(&scene), None);
}

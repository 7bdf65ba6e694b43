use dogwatch::domain::decision::{Decision, Deed, Over, StateLabels, apply};
use dogwatch::domain::id::{IncidentId, SourceId};
use dogwatch::domain::incident::{Incident, Moment};
use dogwatch::domain::journal::{Entry, Outcome, State};
use dogwatch::domain::text::Clean;
use dogwatch::store::{Answer, Bodies, Store, StoreError};

use super::{at, local_entry, op, open};

fn labels() -> StateLabels {
    StateLabels { ack: "ack".into(), snoozed: "snoozed".into() }
}

fn act(entry: &Entry) -> impl FnOnce(&mut Option<Incident>, u64) -> Answer + '_ {
    move |incident, number| {
        let deed = Deed { by: entry.deed.by.clone(), at: entry.deed.at };
        let mut filed = None;
        if let Decision::New { title, .. } = &entry.decision {
            let new = Incident::opened(&SourceId::local(), number, Clean::line(title), deed.at);
            filed = Some(new.id.clone());
            *incident = Some(new);
        }
        let Some(incident) = incident else {
            return Answer { outcome: Outcome::refused("there is no such incident"), moment: None };
        };
        apply(incident, &entry.decision, &deed, &labels());
        let what = Clean::line(entry.decision.verb());
        let moment = Moment { at: deed.at, by: deed.by, what, text: None };
        Answer { outcome: Outcome::Done { facts: None, filed, remark: None }, moment: Some(moment) }
    }
}

fn decide(store: &mut Store, entry: &Entry) -> Outcome {
    store.record(std::slice::from_ref(entry)).unwrap();
    store.local(entry, at(60), act(entry)).unwrap()
}

fn new(n: u32, title: &str) -> Entry {
    let decision = Decision::New { title: title.into(), body: String::new(), labels: Vec::new(), signal: None };
    local_entry(n, IncidentId::provisional(&op(n)), decision)
}

#[test]
fn a_local_decision_is_done_once_however_often_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let first = new(1, "nothing answers");
    let outcome = decide(&mut store, &first);
    drop(store);
    let mut store = open(folder.path());
    let again = store.local(&first, at(61), |_, _| panic!("it is done already")).unwrap();
    assert_eq!(again, outcome);
    assert!(matches!(outcome, Outcome::Done { filed: Some(ref id), .. } if id.as_str() == "local#1"));
    assert_eq!(store.incidents(Bodies::Without).unwrap().len(), 1);
    assert_eq!(store.entry(&op(1)).unwrap().unwrap().state, State::Done);
    assert_eq!(store.moments(&IncidentId::new("local#1")).unwrap().len(), 1);
}

#[test]
fn what_was_decided_before_it_had_a_number_reaches_the_incident() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    decide(&mut store, &new(1, "nothing answers"));
    let ack = local_entry(2, IncidentId::provisional(&op(1)), Decision::Ack { over: Over::Nothing });
    let outcome = decide(&mut store, &ack);
    assert!(outcome.facts().is_some_and(|incident| incident.id.as_str() == "local#1" && incident.ack.is_some()));
}

#[test]
fn a_refusal_changes_nothing_and_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let ack = local_entry(1, IncidentId::new("local#5"), Decision::Ack { over: Over::Nothing });
    assert!(matches!(decide(&mut store, &ack), Outcome::Refused { .. }));
    assert_eq!(store.incidents(Bodies::Without).unwrap(), []);
    assert_eq!(store.entry(&op(1)).unwrap().unwrap().state, State::Refused);
    let outcome = decide(&mut store, &new(2, "first"));
    assert!(matches!(outcome, Outcome::Done { filed: Some(id), .. } if id.as_str() == "local#1"));
}

#[test]
fn a_local_tracker_moves_to_another_store_whole_once_and_never_over_another() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut old = open(here.path());
    decide(&mut old, &new(1, "first"));
    decide(&mut old, &new(2, "second"));
    decide(&mut old, &local_entry(3, IncidentId::new("local#2"), Decision::Ack { over: Over::Nothing }));
    let exported = old.export_local().unwrap();

    let mut moved = open(there.path());
    assert_eq!(moved.import_local(&exported).unwrap().incidents, 2);
    assert_eq!(moved.import_local(&exported).unwrap().known, 2);
    assert_eq!(moved.export_local().unwrap(), exported, "the same tracker gives the same bytes");
    let second = IncidentId::new("local#2");
    assert_eq!(moved.history(&second).unwrap(), old.history(&second).unwrap());
    assert!(
        matches!(decide(&mut moved, &new(9, "third")), Outcome::Done { filed: Some(id), .. } if id.as_str() == "local#3")
    );

    let other = tempfile::tempdir().unwrap();
    let mut other = open(other.path());
    decide(&mut other, &new(4, "something else"));
    let before = other.export_local().unwrap();
    let mut newer: serde_json::Value = serde_json::from_str(&exported).unwrap();
    newer["incidents"][0]["updated_at"] = "2030-01-01T00:00:00Z".into();
    for bad in [newer.to_string(), "{".into(), exported.replace("dogwatch.local/1", "dogwatch.local/9")] {
        let refused = other.import_local(&bad).unwrap_err();
        assert!(matches!(refused, StoreError::Import { .. }), "{refused}");
    }
    assert_eq!(other.export_local().unwrap(), before);
}

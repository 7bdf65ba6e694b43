//! One issue for one cause, whoever is first to file it.

use dogwatch::domain::decision::{Decision, Filed};
use dogwatch::domain::health::signal::Fingerprint;
use dogwatch::domain::id::{IncidentId, SourceId};
use dogwatch::domain::incident::CloseReason;
use dogwatch::domain::journal::{Entry, Outcome, UNATTENDED};

use super::{Desk, done};
use crate::github::{Fake, Fault, Matcher, What};

fn signal(name: &str) -> Filed {
    let fingerprint = Fingerprint::of(["mcp", "prod", name]).to_string();
    Filed { id: IncidentId::of_signal(&SourceId::from("prod"), &fingerprint), fingerprint }
}

fn filing(desk: &mut Desk, signal: &Filed) -> Entry {
    let labels = vec!["SEV2".to_owned()];
    let (id, signal) = (signal.id.clone(), Some(signal.clone()));
    let new = Decision::New { title: "prod: canary fails".into(), body: "evidence".into(), labels, signal };
    let mut entry = desk.decide(0, new);
    entry.incident = id;
    entry
}

fn filed(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Done { filed: Some(id), .. } => id.as_str(),
        other => panic!("not filed: {other:?}"),
    }
}

fn open(fake: &Fake) -> Vec<u64> {
    fake.home().issues().iter().filter(|issue| issue.is_open()).map(|issue| issue.number).collect()
}

#[tokio::test]
async fn a_signal_is_filed_with_its_fingerprint_and_known_again_by_everybody() {
    let fake = Fake::start();
    let canary = signal("canary");
    let mut alice = Desk::new(&fake, "alice").await;
    let entry = filing(&mut alice, &canary);
    let outcome = alice.first(&entry).await;
    assert_eq!((filed(&outcome), done(&outcome).signal.as_ref()), ("gh#1", Some(&canary.id)));
    let mut bob = Desk::new(&fake, "bob").await;
    let seen = bob.watch.incident(1);
    assert_eq!((seen.signal.as_ref(), seen.fingerprint.as_ref()), (Some(&canary.id), Some(&canary.fingerprint)));
    assert_eq!(done(&outcome).body.as_ref().unwrap().as_str(), "evidence", "the marker is not for people");
    let second = filing(&mut bob, &canary);
    assert_eq!(filed(&bob.first(&second).await), "gh#1");
    let other = filing(&mut bob, &signal("handshake"));
    assert_eq!(filed(&bob.first(&other).await), "gh#2");
    assert_eq!(open(&fake), [1, 2]);
}

#[tokio::test]
async fn a_strangers_fingerprint_is_nobodys() {
    let fake = Fake::start();
    let canary = signal("canary");
    let forged = fake.by("mallory").open("mine", &[]);
    fake.by("mallory").rewrite(forged, &format!("<!-- dogwatch fingerprint={} signal=prod:x -->", canary.fingerprint));
    let mut alice = Desk::new(&fake, "alice").await;
    let entry = filing(&mut alice, &canary);
    assert_eq!(filed(&alice.first(&entry).await), "gh#2");
    assert_eq!(open(&fake), [1, 2]);
}

#[tokio::test]
async fn who_files_at_the_same_time_as_another_gives_way_to_the_lower_number() {
    let fake = Fake::start();
    let canary = signal("canary");
    let (mut alice, mut bob) = (Desk::new(&fake, "alice").await, Desk::new(&fake, "bob").await);
    let (first, second) = (filing(&mut alice, &canary), filing(&mut bob, &canary));
    // Both look before either has filed: what alice files becomes visible only once bob has looked.
    fake.fail_next(Matcher::on("POST", "/issues"), Fault::LateApplyOnRelease);
    assert!(super::is_unknown(&alice.first(&first).await));
    assert_eq!(filed(&bob.first(&second).await), "gh#1");
    fake.release();
    fake.wait_until("alice's issue is there", |_, writes| writes.iter().any(|write| write.number == 2));
    assert_eq!(filed(&alice.again(&first).await), "gh#1");
    assert_eq!(open(&fake), [1]);
    assert_eq!(fake.count_writes(2, |what| *what == What::Closed("duplicate".into())), 1);
}

#[tokio::test]
async fn what_was_closed_while_it_failed_stays_closed_and_a_new_time_gets_a_new_issue() {
    let fake = Fake::start();
    let canary = signal("canary");
    let mut alice = Desk::new(&fake, "alice").await;
    let before = filing(&mut alice, &canary);
    alice.first(&before).await;
    fake.by("bob").close(1, "not_planned");
    // It has failed since before bob closed it.
    let mut again = filing(&mut alice, &canary);
    again.deed.at -= chrono::TimeDelta::minutes(5);
    let outcome = alice.first(&again).await;
    assert_eq!((filed(&outcome), done(&outcome).is_open()), ("gh#1", false));
    let mut later = filing(&mut alice, &canary);
    later.deed.at += chrono::TimeDelta::minutes(5);
    assert_eq!(filed(&alice.first(&later).await), "gh#2");
}

/// What dogwatch decides by itself.
fn unattended(desk: &mut Desk, number: u64, decision: Decision) -> Entry {
    let mut entry = desk.decide(number, decision);
    entry.deed.by = Some(super::line(UNATTENDED));
    entry
}

#[tokio::test]
async fn of_two_issues_the_later_is_closed_whoever_comes_first() {
    let fake = Fake::start();
    let canary = signal("canary");
    let (mut alice, mut bob) = (Desk::new(&fake, "alice").await, Desk::new(&fake, "bob").await);
    let first = filing(&mut alice, &canary);
    alice.first(&first).await;
    let later = fake.by("bob").open("prod: canary fails", &[]);
    bob.watch.poll().await;
    let merge = Decision::Merge { into: IncidentId::from("gh#1") };
    let by_bob = unattended(&mut bob, later, merge.clone());
    fake.by("alice").label(later, "SEV2");
    fake.by("alice").close(later, "duplicate");
    assert!(!done(&bob.first(&by_bob).await).is_open(), "closed already is what was wanted");
    fake.by("alice").reopen(later);
    alice.watch.poll().await;
    let by_alice = unattended(&mut alice, later, merge);
    fake.by("bob").comment(later, "me too");
    assert!(!done(&alice.first(&by_alice).await).is_open(), "nobody is asked about a comment");
}

#[tokio::test]
async fn what_recovered_is_closed_whatever_was_said_since_and_once() {
    let fake = Fake::start();
    let number = fake.by("bob").open("prod: canary fails", &[]);
    let mut alice = Desk::new(&fake, "alice").await;
    fake.by("bob").comment(number, "looking");
    let close = Decision::Close { reason: CloseReason::Recovered };
    let entry = unattended(&mut alice, number, close.clone());
    assert!(!done(&alice.first(&entry).await).is_open());
    let mut bob = Desk::new(&fake, "bob").await;
    let entry = unattended(&mut bob, number, close);
    assert!(!done(&bob.first(&entry).await).is_open());
    assert_eq!(fake.count_writes(number, |what| matches!(what, What::Closed(_))), 1);
}

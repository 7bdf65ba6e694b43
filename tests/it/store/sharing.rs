use std::collections::BTreeSet;
use std::thread;

use dogwatch::domain::journal::State;
use dogwatch::domain::text::Clean;
use dogwatch::store::{Bodies, Opening, Page, Store, StoreError, lease};

use super::{api, at, entry, incident, op, open};

#[test]
fn several_who_record_at_once_lose_nothing_and_no_place_is_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let places: Vec<(String, u64)> = thread::scope(|scope| {
        let writers: Vec<_> = (0..4u32)
            .map(|writer| {
                let folder = folder.path();
                scope.spawn(move || {
                    let mut store = open(folder);
                    let record = |n| store.record(&[entry(writer * 100 + n)]).unwrap().remove(0);
                    (0..20).map(record).map(|(op, seq)| (op.to_string(), seq)).collect::<Vec<_>>()
                })
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    let journal = open(folder.path()).journal(at(0)).unwrap();
    let kept: BTreeSet<_> = journal.iter().map(|entry| (entry.op.to_string(), entry.seq)).collect();
    assert_eq!(kept, places.iter().cloned().collect());
    assert_eq!(journal.iter().map(|entry| entry.seq).collect::<BTreeSet<_>>().len(), 80);
}

#[test]
fn one_at_a_time_sends_and_dropping_the_lease_passes_it_on() {
    let folder = tempfile::tempdir().unwrap();
    let held = lease(folder.path()).unwrap();
    assert!(held.is_some());
    assert!(lease(folder.path()).unwrap().is_none(), "there is one lease");
    drop(held);
    assert!(lease(folder.path()).unwrap().is_some());
}

#[test]
fn a_screen_notices_what_others_write_and_not_what_it_writes_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (mut screen, mut command) = (open(folder.path()), open(folder.path()));
    let start = screen.changes().unwrap();
    screen.record(&[entry(1)]).unwrap();
    screen.commit_page(&api(), &Page { incidents: vec![incident(1)], ..Page::default() }).unwrap();
    assert_eq!(screen.changes().unwrap(), start, "its own writing is no news");

    command.record(&[entry(2)]).unwrap();
    let after = screen.changes().unwrap();
    assert!(after.journal > start.journal && after.cache == start.cache, "{after:?}");
    command.commit_page(&api(), &Page { incidents: vec![incident(1)], ..Page::default() }).unwrap();
    command.heartbeat("sync", at(1)).unwrap();
    assert_eq!(screen.changes().unwrap(), after, "nothing new was written");
    command.commit_page(&api(), &Page { incidents: vec![incident(2)], ..Page::default() }).unwrap();
    assert!(screen.changes().unwrap().cache > after.cache);
    assert_eq!(screen.heartbeats().unwrap()["sync"], at(1));
}

#[test]
fn what_is_read_at_one_moment_knows_all_of_what_another_process_writes_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (screen, mut command) = (open(folder.path()), open(folder.path()));
    let mut decided = entry(1);
    command.record(std::slice::from_ref(&decided)).unwrap();
    command.commit_page(&api(), &Page { incidents: vec![incident(1)], ..Page::default() }).unwrap();

    let read = screen.at_one_moment(|screen| {
        let before = screen.incidents(Bodies::With)?;
        decided.state = State::Done;
        decided.settled_at = Some(at(5));
        let mut changed = incident(1);
        changed.title = Clean::line("as the decision left it");
        changed.updated_at = at(5);
        command.settle(std::slice::from_ref(&decided), Some(&changed)).unwrap();
        Ok((before, screen.journal(at(0))?))
    });
    let (incidents, journal) = read.unwrap();
    assert_eq!((incidents[0].title.as_str(), journal[0].state), (incident(1).title.as_str(), State::Queued));
    // The next moment has both.
    assert_eq!(screen.incidents(Bodies::With).unwrap()[0].title.as_str(), "as the decision left it");
    assert_eq!(screen.journal(at(0)).unwrap()[0].state, State::Done);
}

#[test]
fn a_store_is_not_migrated_under_the_feet_of_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut old = open(folder.path());
    let mut newer = Opening::default();
    newer.steps.push("CREATE TABLE probes(n INTEGER PRIMARY KEY);");
    let refused = Store::open_with(folder.path(), at(0), &newer).unwrap_err();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    assert_eq!(old.record(&[entry(1)]).unwrap(), [(op(1), 1)]);
}

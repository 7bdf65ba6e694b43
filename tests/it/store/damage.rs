use std::fs;
use std::path::Path;

use dogwatch::store::{Bodies, Notice, Opening, Page, Store, StoreError, Wanted};

use super::{api, at, entry, incident, open, ops, small_pages};

fn shm() -> tempfile::TempDir {
    // Thousands of stores are opened here; memory is kinder than a disk.
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

#[test]
fn wherever_the_log_is_cut_every_commit_before_the_cut_is_there_and_none_by_half() {
    let live = shm();
    let (database, log) = (live.path().join("state.db"), live.path().join("state.db-wal"));
    drop(Store::open_with(live.path(), at(0), &small_pages()).unwrap());
    let mut store = Store::open_with(live.path(), at(0), &small_pages()).unwrap().store;
    let mut ends = vec![0];
    let mut held = vec![Vec::new()];
    for decisions in [vec![entry(1)], vec![entry(2), entry(3)]] {
        store.record(&decisions).unwrap();
        ends.push(fs::metadata(&log).unwrap().len());
        held.push(ops(&store.journal(at(0)).unwrap()));
    }
    let (database, log) = (fs::read(&database).unwrap(), fs::read(&log).unwrap());
    drop(store);
    let expect = |cut: usize, opened: dogwatch::store::Opened| {
        let commits = ends.iter().filter(|end| **end <= cut as u64).count() - 1;
        assert_eq!(ops(&opened.store.journal(at(0)).unwrap()), held[commits], "cut at {cut}");
        opened
    };

    let folder = shm();
    let place = |cut: usize| {
        fs::write(folder.path().join("state.db"), &database).unwrap();
        fs::write(folder.path().join("state.db-wal"), &log[..cut]).unwrap();
    };
    // Around each frame (512 bytes and a head of 24, after the log's own 32) the store is opened and goes on.
    let edges = (0..).map(|frame| 32 + frame * 536).take_while(|edge| *edge <= log.len());
    for cut in edges.flat_map(|edge| edge - 1..=edge + 1).chain([0]).filter(|cut| *cut <= log.len()) {
        place(cut);
        let mut opened = expect(cut, Store::open_with(folder.path(), at(0), &small_pages()).unwrap());
        assert_eq!(opened.notices, [], "cut at {cut}");
        opened.store.record(&[entry(9)]).unwrap();
    }
    // At every byte it is read.
    let reading = Opening { wanted: Wanted::ReadOnly, ..small_pages() };
    place(log.len());
    let shrinking = fs::OpenOptions::new().write(true).open(folder.path().join("state.db-wal")).unwrap();
    for cut in (0..=log.len()).rev() {
        shrinking.set_len(cut as u64).unwrap();
        expect(cut, Store::open_with(folder.path(), at(0), &reading).unwrap());
    }
}

/// A store with every sort of row, closed properly; what it holds.
fn full_store(folder: &Path) -> Vec<String> {
    let mut store = open(folder);
    let entries: Vec<_> = (1..=40).map(entry).collect();
    store.record(&entries).unwrap();
    let mut long = entry(41);
    long.decision = dogwatch::domain::decision::Decision::Note { text: "all of this was tried ".repeat(500) };
    store.record(&[long]).unwrap();
    let incidents = (1..=20).map(|n| {
        let mut incident = incident(n);
        incident.body = Some(dogwatch::domain::text::Clean::block(&"a long story ".repeat(400)));
        incident
    });
    store.commit_page(&api(), &Page { incidents: incidents.collect(), ..Page::default() }).unwrap();
    store.trust(Path::new("/srv/dogwatch.toml"), "aa", at(0)).unwrap();
    ops(&store.journal(at(0)).unwrap())
}

/// Reads everything; what is read is right, or the error says that it is damaged.
fn read_everything(store: &Store, expected: &[String]) -> Result<(), StoreError> {
    let journal = store.journal(at(0))?;
    assert_eq!(ops(&journal), expected);
    assert_eq!(
        journal[0],
        dogwatch::domain::journal::Entry { seq: 1, state: dogwatch::domain::journal::State::Queued, ..entry(1) }
    );
    for n in 1..=41 {
        assert_eq!(store.history(&entry(n).incident)?.len(), 1);
    }
    for found in store.incidents(Bodies::With)? {
        let body = found.body.as_ref().expect("a body");
        assert!(body.as_str().split("a long story").all(|between| between.trim().is_empty()), "{}", found.id);
        assert_eq!(found.title, incident(found.number).title);
    }
    assert_eq!(store.trusted(Path::new("/srv/dogwatch.toml"))?.as_deref(), Some("aa"));
    Ok(())
}

fn damaged_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("state.db.damaged-")).collect()
}

/// Opens a store that was damaged like this, until it is whole again.
fn survive(what: &str, bytes: &[u8], expected: &[String]) -> Option<(u64, u64)> {
    let folder = shm();
    fs::write(folder.path().join("state.db"), bytes).unwrap();
    let mut counts = None;
    for _ in 0..2 {
        let opened = Store::open(folder.path(), at(0)).unwrap_or_else(|error| panic!("{what}: {error}"));
        for notice in &opened.notices {
            let Notice::Damaged { aside, counts: kept, .. } = notice else { panic!("{what}: {notice:?}") };
            assert_eq!(fs::read(aside).unwrap(), bytes, "{what}: the damaged file is kept as it was");
            counts = Some((kept.journal, kept.journal_of));
        }
        if let Some((kept, of)) = counts {
            let found = ops(&opened.store.journal(at(0)).unwrap());
            assert!(found.iter().all(|op| expected.contains(op)), "{what}");
            assert_eq!(found.len() as u64, kept, "{what}: what was counted is there");
            let mut store = opened.store;
            let place = store.record(&[entry(99)]).unwrap()[0].1;
            let taken = store.journal(at(0)).unwrap().iter().filter(|entry| entry.seq == place).count();
            assert_eq!(taken, 1, "{what}: no place is given twice");
            drop(store);
            assert_eq!(Store::open(folder.path(), at(0)).unwrap().notices, [], "{what}: it is mended for good");
            assert_eq!(damaged_files(folder.path()).len(), 1, "{what}");
            return Some((kept, of));
        }
        match read_everything(&opened.store, expected) {
            Ok(()) => return None,
            Err(StoreError::Damaged { .. }) => {}
            Err(other) => panic!("{what}: {other:?}"),
        }
    }
    panic!("{what}: it was found damaged and not mended");
}

#[test]
fn a_page_that_is_lost_anywhere_is_found_out_and_never_costs_a_decision() {
    let folder = shm();
    let expected = full_store(folder.path());
    let good = fs::read(folder.path().join("state.db")).unwrap();
    let (mut mended, mut unharmed) = (0, 0);
    for page in 0..good.len() / 4096 {
        for (how, fill) in [("zeroes", 0u8), ("garbage", 0xA5)] {
            let mut bytes = good.clone();
            bytes[page * 4096..(page + 1) * 4096].fill(fill);
            match survive(&format!("page {} is {how}", page + 1), &bytes, &expected) {
                None => unharmed += 1,
                // Journal and ledger lie on different pages, and each brings back the other's.
                Some((kept, of)) => {
                    mended += 1;
                    assert_eq!((kept, of >= kept), (41, true), "page {} is {how}", page + 1);
                }
            }
        }
    }
    assert!(mended > 20, "{mended} mended, {unharmed} unharmed");
}

#[test]
fn a_file_that_is_cut_short_at_any_page_is_moved_aside_and_what_is_left_goes_on() {
    let folder = shm();
    let expected = full_store(folder.path());
    let good = fs::read(folder.path().join("state.db")).unwrap();
    for pages in 0..good.len() / 4096 {
        let what = format!("cut after {pages} pages");
        let counts = survive(&what, &good[..pages * 4096], &expected);
        assert!(counts.is_some(), "{what}: it is noticed");
        let odd = survive(&format!("{what} and a bit"), &good[..pages * 4096 + 100], &expected);
        assert!(odd.is_some(), "{what} and a bit: it is noticed");
    }
}

#[test]
fn bits_that_flip_within_a_decision_are_noticed() {
    let folder = shm();
    let expected = full_store(folder.path());
    let mut bytes = fs::read(folder.path().join("state.db")).unwrap();
    let needle = b"all of this was tried";
    let places: Vec<_> =
        bytes.windows(needle.len()).enumerate().filter(|(_, part)| part == needle).map(|(at, _)| at).collect();
    for place in places {
        bytes[place] = b'A';
    }
    // Journal and ledger tell the same story, so both copies are gone; the rest is not.
    assert_eq!(survive("a flipped bit", &bytes, &expected), Some((40, 41)));
}

#[test]
fn a_damaged_store_that_is_open_elsewhere_is_left_alone_until_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    full_store(folder.path());
    let other = open(folder.path());
    let path = folder.path().join("state.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[..4096].fill(0);
    fs::write(&path, &bytes).unwrap();
    let refused = Store::open(folder.path(), at(0)).unwrap_err();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    assert_eq!(damaged_files(folder.path()), Vec::<std::path::PathBuf>::new());
    drop(other);
    fs::write(&path, &bytes).unwrap();
    let opened = Store::open(folder.path(), at(0)).unwrap();
    assert!(matches!(opened.notices[..], [Notice::Damaged { .. }]), "{:?}", opened.notices);
}

#[test]
fn something_that_is_no_store_is_moved_aside_and_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("state.db"), "Dear diary, today the server fell over.").unwrap();
    let read_only = Opening { wanted: Wanted::ReadOnly, ..Opening::default() };
    let refused = Store::open_with(folder.path(), at(0), &read_only).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
    let opened = Store::open(folder.path(), at(0)).unwrap();
    let [Notice::Damaged { aside, counts, .. }] = &opened.notices[..] else { panic!("{:?}", opened.notices) };
    assert_eq!(fs::read_to_string(aside).unwrap(), "Dear diary, today the server fell over.");
    assert_eq!((counts.journal, counts.ledger), (0, 0));
}

#[test]
fn a_second_damaged_store_of_the_same_second_gets_a_name_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["first", "second"] {
        fs::write(folder.path().join("state.db"), text).unwrap();
        Store::open(folder.path(), at(0)).unwrap();
    }
    let mut kept: Vec<_> = damaged_files(folder.path()).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    kept.sort();
    assert_eq!(kept, ["first", "second"]);
}

#[test]
fn whoever_dies_while_mending_is_followed_by_one_who_finishes_it() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    full_store(first.path());
    let path = first.path().join("state.db");
    let damaged = &fs::read(&path).unwrap()[..3 * 4096];
    fs::write(&path, damaged).unwrap();
    let notices = Store::open(first.path(), at(0)).unwrap().notices;
    let [Notice::Damaged { aside, counts, .. }] = &notices[..] else { panic!("{notices:?}") };

    // The salvaged store was whole, and the damaged one (with a log) still in its place.
    fs::copy(&path, second.path().join("state.db.salvaged")).unwrap();
    fs::write(second.path().join("state.db"), damaged).unwrap();
    fs::write(second.path().join("state.db-wal"), "a log").unwrap();
    let opened = Store::open(second.path(), at(7)).unwrap();
    let name = aside.file_name().unwrap();
    let [Notice::Damaged { aside, counts: told, .. }] = &opened.notices[..] else { panic!("{:?}", opened.notices) };
    assert_eq!((aside, told), (&second.path().join(name), counts));
    assert_eq!(fs::read(aside).unwrap(), damaged);
    assert_eq!(damaged_files(second.path()).len(), 2, "its log is kept beside it");
    assert_eq!(opened.store.journal(at(0)).unwrap().len() as u64, counts.journal);
    drop(opened);
    assert_eq!(Store::open(second.path(), at(8)).unwrap().notices, []);
}

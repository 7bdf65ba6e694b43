use std::fs;

use chrono::TimeDelta;
use dogwatch::domain::decision::Decision;
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::journal::{Seen, State};
use dogwatch::store::{Access, KeptList, ListKey, Notice, Opening, Retention, Store, StoreError, Wanted, files};

use super::{api, at, ended, entry, incident, op, open, ops};

#[test]
fn what_was_recorded_is_there_after_a_restart_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let places = open(folder.path()).record(&[entry(1), entry(2)]).unwrap();
    assert_eq!(places, [(op(1), 1), (op(2), 2)]);
    open(folder.path()).record(&[entry(3)]).unwrap();

    let journal = open(folder.path()).journal(at(0)).unwrap();
    assert_eq!(
        journal.iter().map(|entry| (entry.op.clone(), entry.seq)).collect::<Vec<_>>(),
        [(op(1), 1), (op(2), 2), (op(3), 3)]
    );
    assert!(journal.iter().all(|entry| entry.state == State::Queued), "what is on disk waits to be sent");
    assert_eq!(journal[0].base, entry(1).base);
}

#[test]
fn recording_the_same_decision_again_keeps_its_place_and_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.record(&[entry(1), entry(2)]).unwrap();
    store.keep(&[ended(1, State::Done, 5)]).unwrap();
    assert_eq!(store.record(&[entry(2), entry(1), entry(3)]).unwrap(), [(op(2), 2), (op(1), 1), (op(3), 3)]);
    assert_eq!(store.entry(&op(1)).unwrap().unwrap().state, State::Done);
    let history = store.history(&entry(1).incident).unwrap();
    assert_eq!(history.iter().map(|moment| moment.what.as_str()).collect::<Vec<_>>(), ["decided: ack", "done: ack"]);
}

#[test]
fn on_a_full_disk_a_bulk_act_is_kept_whole_or_not_at_all_and_the_queue_still_shows() {
    let folder = tempfile::tempdir().unwrap();
    {
        let mut store = open(folder.path());
        store.record(&[entry(1)]).unwrap();
        store
            .commit_page(&api(), &dogwatch::store::Page { incidents: vec![incident(1)], ..Default::default() })
            .unwrap();
    }
    let full = Opening { max_pages: Some(1), ..Opening::default() };
    let mut store = Store::open_with(folder.path(), at(0), &full).unwrap().store;
    let many: Vec<_> = (2..400).map(entry).collect();
    let refused = store.record(&many).unwrap_err();
    assert!(matches!(refused, StoreError::Full { .. }), "{refused}");
    assert!(refused.to_string().contains("free some"), "the operator is told what to do: {refused}");
    assert_eq!(ops(&store.journal(at(0)).unwrap()), [op(1).to_string()]);
    assert_eq!(store.incidents(dogwatch::store::Bodies::Without).unwrap().len(), 1);
    drop(store);

    let mut roomy = open(folder.path());
    assert_eq!(roomy.record(&many).unwrap().len(), 398, "what was refused can be decided again");
}

#[test]
fn a_disk_that_is_full_from_the_start_gives_an_empty_queue_that_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let full = Opening { max_pages: Some(1), ..Opening::default() };
    let mut opened = Store::open_with(folder.path(), at(0), &full).unwrap();
    let Access::ReadOnly { why } = opened.store.access() else { panic!("nothing can be kept") };
    assert!(why.contains("no room"), "{why}");
    assert_eq!(opened.notices, [Notice::ReadOnly { why: why.clone() }]);
    assert_eq!(opened.store.journal(at(0)).unwrap(), []);
    assert!(matches!(opened.store.record(&[entry(1)]), Err(StoreError::ReadOnly { .. })));
    drop(opened);
    assert_eq!(open(folder.path()).record(&[entry(1)]).unwrap(), [(op(1), 1)], "with room again all is well");
}

#[test]
fn how_a_decision_ended_is_never_taken_back_by_an_older_word_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.record(&[entry(1)]).unwrap();
    store.keep(&[ended(1, State::Conflict, 3)]).unwrap();
    let mut late = entry(1);
    late.state = State::Sending { unknown: None };
    store.keep(&[late]).unwrap();
    let mut seen = ended(1, State::Conflict, 3);
    seen.seen = Seen::Yes;
    store.keep(&[seen.clone()]).unwrap();
    store.settle(&[seen], Some(&incident(1))).unwrap();

    assert_eq!(store.entry(&op(1)).unwrap().unwrap().state, State::Conflict);
    let told: Vec<_> = store.history(&entry(1).incident).unwrap();
    assert_eq!(told.iter().map(|moment| moment.what.as_str()).collect::<Vec<_>>(), ["decided: ack", "conflict: ack"]);
    assert_eq!(told[1].text.as_ref().map(ToString::to_string).as_deref(), Some("as the tracker said"));
    assert_eq!(store.incident(&incident(1).id).unwrap(), Some(incident(1)), "facts came with the outcome");
}

#[test]
fn the_journal_shows_what_waits_what_complains_and_what_ended_lately() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.record(&(1..=6).map(entry).collect::<Vec<_>>()).unwrap();
    let mut seen = ended(4, State::Refused, 10);
    seen.seen = Seen::Yes;
    store.keep(&[ended(1, State::Done, 10), ended(2, State::Done, 1000), ended(3, State::Refused, 10), seen]).unwrap();
    assert_eq!(ops(&store.journal(at(900)).unwrap()), ops(&[entry(2), entry(3), entry(5), entry(6)]));
}

#[test]
fn a_new_incidents_history_is_found_under_the_number_it_was_filed_as() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let mut new = entry(1);
    new.incident = IncidentId::provisional(&op(1));
    new.decision =
        Decision::New { title: "nothing answers".into(), body: String::new(), labels: Vec::new(), signal: None };
    store.record(&[new.clone()]).unwrap();
    assert_eq!(store.filed(&op(1)).unwrap(), None);
    new.state = State::Done;
    new.settled_at = Some(at(2));
    new.incident = IncidentId::new("api#7");
    store.keep(&[new]).unwrap();
    assert_eq!(store.filed(&op(1)).unwrap(), Some(IncidentId::new("api#7")));
    let told = store.history(&IncidentId::new("api#7")).unwrap();
    let told: Vec<_> = told.iter().map(|moment| moment.what.as_str()).collect();
    assert_eq!(told, ["decided: new", "done: new", "filed as api#7"]);
}

#[test]
fn the_ledger_refuses_every_change() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).record(&[entry(1)]).unwrap();
    let db = rusqlite::Connection::open(folder.path().join("state.db")).unwrap();
    for sql in ["UPDATE ledger SET what='nothing'", "DELETE FROM ledger", "UPDATE ledger SET sum=0 WHERE seq=1"] {
        let refused = db.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    drop(db);
    assert_eq!(open(folder.path()).history(&entry(1).incident).unwrap().len(), 1);
}

#[test]
fn pruning_forgets_old_ends_and_never_what_waits_or_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.record(&(1..=4).map(entry).collect::<Vec<_>>()).unwrap();
    store.keep(&[ended(1, State::Done, 10), ended(2, State::Refused, 10), ended(3, State::Done, 5000)]).unwrap();
    let retention = Retention { settled_decisions: TimeDelta::days(1), ..Retention::default() };
    let pruned = store.prune(at(6000), retention).unwrap();
    assert_eq!(pruned.decisions, 1);
    assert_eq!(ops(&store.journal(at(0)).unwrap()), ops(&[entry(2), entry(3), entry(4)]));
    assert_eq!(store.history(&entry(1).incident).unwrap().len(), 2);
}

/// The version that this dogwatch makes.
fn ours() -> i64 {
    i64::try_from(Opening::default().steps.len()).unwrap()
}

#[test]
fn a_store_of_the_first_version_is_brought_up_step_by_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Opening::default();
    first.steps.truncate(1);
    Store::open_with(folder.path(), at(0), &first).unwrap().store.record(&[entry(1)]).unwrap();
    let readonly = Opening { wanted: Wanted::ReadOnly, ..Opening::default() };
    let read = Store::open_with(folder.path(), at(0), &readonly).unwrap().store;
    assert_eq!(ops(&read.journal(at(0)).unwrap()), ops(&[entry(1)]));
    assert!(read.endpoints().unwrap().is_empty(), "what an older store has no table for is not there");
    drop(read);
    let mut store = Store::open(folder.path(), at(0)).unwrap().store;
    assert_eq!(ops(&store.journal(at(0)).unwrap()), ops(&[entry(1)]));
    store.keep_endpoints(&[("tools".to_owned(), "{}".to_owned())], at(1)).unwrap();
    assert_eq!(store.endpoints().unwrap().len(), 1);
}

#[test]
fn a_tool_list_is_kept_for_each_credential_and_era_and_replaced_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let key = |credential: &str, era: &str| ListKey {
        endpoint: "tools".to_owned(),
        credential: credential.to_owned(),
        era: era.to_owned(),
    };
    let list = |hash: &str| KeptList { at: at(1), hash: hash.to_owned(), raw: "[]".to_owned() };
    store.set_baseline(&key("", "modern"), &list("a")).unwrap();
    store.set_baseline(&key("", "legacy"), &list("b")).unwrap();
    store.set_baseline(&key("$TOKEN", "modern"), &list("c")).unwrap();
    store.set_baseline(&key("", "modern"), &list("d")).unwrap();
    drop(store);
    let store = open(folder.path());
    let hash = |credential: &str, era: &str| store.baseline(&key(credential, era)).unwrap().map(|list| list.hash);
    assert_eq!(hash("", "modern").as_deref(), Some("d"));
    assert_eq!(hash("", "legacy").as_deref(), Some("b"));
    assert_eq!(hash("$TOKEN", "modern").as_deref(), Some("c"));
    assert_eq!(hash("$TOKEN", "legacy"), None);
}

#[test]
fn a_newer_store_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut newer = Opening::default();
    newer.steps.push("CREATE TABLE probes(n INTEGER PRIMARY KEY);");
    drop(Store::open_with(folder.path(), at(0), &newer).unwrap());
    let before = fs::read(folder.path().join("state.db")).unwrap();
    for wanted in [Wanted::ReadWrite, Wanted::ReadOnly] {
        let refused = Store::open_with(folder.path(), at(0), &Opening { wanted, ..Opening::default() }).unwrap_err();
        let StoreError::Newer { found, known, .. } = &refused else { panic!("{refused}") };
        assert_eq!((*found, *known), (ours() + 1, ours()));
        assert!(refused.to_string().contains("upgrade dogwatch"), "{refused}");
    }
    assert_eq!(fs::read(folder.path().join("state.db")).unwrap(), before);
}

#[test]
fn an_older_store_is_backed_up_and_migrated_and_a_failing_step_leaves_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).record(&[entry(1)]).unwrap();
    let mut broken = Opening::default();
    broken.steps.push("CREATE TABLE probes(n INTEGER PRIMARY KEY); INSERT INTO nowhere VALUES(1);");
    Store::open_with(folder.path(), at(0), &broken).unwrap_err();
    assert_eq!(ops(&open(folder.path()).journal(at(0)).unwrap()), ops(&[entry(1)]));

    let mut newer = Opening::default();
    newer.steps.push("CREATE TABLE probes(n INTEGER PRIMARY KEY);");
    let opened = Store::open_with(folder.path(), at(0), &newer).unwrap();
    let backup = folder.path().join(format!("state.db.bak-{}", ours()));
    assert_eq!(opened.notices, [Notice::Migrated { from: ours(), to: ours() + 1, backup: backup.clone() }]);
    assert_eq!(ops(&opened.store.journal(at(0)).unwrap()), ops(&[entry(1)]));
    let elsewhere = tempfile::tempdir().unwrap();
    fs::copy(backup, elsewhere.path().join("state.db")).unwrap();
    assert_eq!(ops(&open(elsewhere.path()).journal(at(0)).unwrap()), ops(&[entry(1)]));
}

#[test]
fn a_store_that_may_only_be_read_shows_everything_and_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).record(&[entry(1)]).unwrap();
    let readonly = Opening { wanted: Wanted::ReadOnly, ..Opening::default() };
    let mut store = Store::open_with(folder.path(), at(0), &readonly).unwrap().store;
    assert!(matches!(store.access(), Access::ReadOnly { .. }));
    assert_eq!(ops(&store.journal(at(0)).unwrap()), ops(&[entry(1)]));
    let refused = store.record(&[entry(2)]).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused}");
    drop(store);
    assert_eq!(ops(&open(folder.path()).journal(at(0)).unwrap()), ops(&[entry(1)]));

    let nothing = tempfile::tempdir().unwrap();
    let store = Store::open_with(&nothing.path().join("data"), at(0), &readonly).unwrap().store;
    assert_eq!(store.journal(at(0)).unwrap(), []);
    assert!(!nothing.path().join("data").exists(), "reading makes nothing");
}

#[cfg(unix)]
#[test]
fn a_write_protected_folder_is_read_and_says_so_also_after_a_crash() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (live, locked) = (folder.path().join("live"), folder.path().join("locked"));
    let mut store = open(&live);
    store.record(&[entry(1)]).unwrap();
    fs::create_dir(&locked).unwrap();
    for name in ["state.db", "state.db-wal"] {
        fs::copy(live.join(name), locked.join(name)).unwrap();
        fs::set_permissions(locked.join(name), fs::Permissions::from_mode(0o400)).unwrap();
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    let mut opened = Store::open(&locked, at(0)).unwrap();
    assert_eq!(ops(&opened.store.journal(at(0)).unwrap()), ops(&[entry(1)]), "what only the log holds is shown too");
    match opened.store.record(&[entry(2)]) {
        Err(StoreError::ReadOnly { .. }) => {
            assert!(matches!(opened.notices[..], [Notice::ReadOnly { .. }]), "{:?}", opened.notices);
        }
        // Modes do not bind root: then it is kept.
        kept => assert_eq!(kept.unwrap(), [(op(2), 2)]),
    }
    drop(opened);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_folder_or_any_file_in_it() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/data");
    let mut store = open(&data);
    let _lease = dogwatch::store::lease(&data).unwrap().unwrap();
    store.record(&[entry(1)]).unwrap();
    assert_eq!(mode(&data), 0o700);
    let mut names = Vec::new();
    for file in fs::read_dir(&data).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, ["sender.lock", "state.db", "state.db-shm", "state.db-wal", "store.lock"]);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_is_refused_and_what_it_points_at_is_left_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    for name in ["state.db", "sender.lock", "store.lock"] {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = folder.path().join("elsewhere");
        std::fs::write(&elsewhere, "somebody's").unwrap();
        std::fs::set_permissions(&elsewhere, std::fs::Permissions::from_mode(0o644)).unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        symlink(&elsewhere, data.join(name)).unwrap();
        let refused = Store::open(&data, at(0)).unwrap_err();
        let why = format!("{refused}: {:?}", std::error::Error::source(&refused).map(ToString::to_string));
        assert!(why.contains("symbolic link"), "{why}");
        assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "somebody's");
        assert_eq!(std::fs::metadata(&elsewhere).unwrap().permissions().mode() & 0o777, 0o644, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_for_people_is_replaced_whole_with_its_mode_and_behind_its_link() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("dogwatch.toml"), folder.path().join("link.toml"));
    files::create(&file, "old\n").unwrap();
    assert!(files::create(&file, "never\n").is_err(), "nothing is overwritten by creating");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    files::replace(&link, "new\n").unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "new\n");
    assert!(link.is_symlink());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no draft is left");
}

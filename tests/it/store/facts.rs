use chrono::TimeDelta;
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::incident::{Ack, CloseReason, Incident, Moment, Snooze, Status};
use dogwatch::domain::source::SourceHealth;
use dogwatch::domain::text::Clean;
use dogwatch::store::{Bodies, Event, Page, Retention, Store, Untrusted};

use super::{api, at, entry, incident, open};

fn commit(store: &mut Store, incidents: &[Incident]) -> Vec<Incident> {
    store.commit_page(&api(), &Page { incidents: incidents.to_vec(), ..Page::default() }).unwrap()
}

fn changed(number: u64, title: &str, minutes: i64) -> Incident {
    Incident { title: Clean::line(title), updated_at: at(minutes), ..incident(number) }
}

#[test]
fn an_incident_comes_back_as_it_was_with_everything_the_tracker_said() {
    let folder = tempfile::tempdir().unwrap();
    let name = |text: &str| Some(Clean::line(text));
    let full = Incident {
        key: u64::MAX,
        body: Some(Clean::block("two\nlines")),
        url: Some("https://github.com/acme/mcp/issues/1".into()),
        author: name("mira"),
        assignees: vec![Clean::line("lin"), Clean::line("mira")],
        status: Status::Closed { at: Some(at(4)), reason: CloseReason::NotPlanned },
        comments: 3,
        ack: Some(Ack { by: name("lin"), at: None }),
        reopened_at: Some(at(2)),
        human_at: Some(at(3)),
        snooze: Some(Snooze { until: at(90), by: None, at: Some(at(1)) }),
        fingerprint: Some("0123456789ab".into()),
        gone: name("transferred to acme/other"),
        ..incident(1)
    };
    let bare = Incident { labels: Vec::new(), ..incident(2) };
    assert_eq!(commit(&mut open(folder.path()), &[full.clone(), bare.clone()]).len(), 2);

    let store = open(folder.path());
    let mut all = store.incidents(Bodies::With).unwrap();
    all.sort_by_key(|incident| incident.number);
    assert_eq!(all, [full.clone(), bare]);
    assert_eq!(store.body(&full.id).unwrap(), full.body);
    assert!(store.incidents(Bodies::Without).unwrap().iter().all(|incident| incident.body.is_none()));
}

#[test]
fn older_facts_are_dropped_equal_ones_replace_and_only_real_change_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let first = changed(1, "first", 10);
    let again = std::slice::from_ref(&first);
    assert_eq!(commit(&mut store, again), again);
    assert_eq!(commit(&mut store, again), []);
    assert_eq!(commit(&mut store, &[changed(1, "older", 9)]), []);
    assert_eq!(store.incident(&first.id).unwrap(), Some(first.clone()));
    assert_eq!(commit(&mut store, &[changed(1, "same moment", 10)]).len(), 1);
    assert_eq!(store.incident(&first.id).unwrap().unwrap().title, "same moment");
}

#[test]
fn a_page_without_bodies_leaves_the_bodies_that_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let with_body = Incident { body: Some(Clean::block("what happened")), ..incident(1) };
    commit(&mut store, std::slice::from_ref(&with_body));
    let later = changed(1, "later", 5);
    assert_eq!(commit(&mut store, std::slice::from_ref(&later))[0].body, with_body.body);
    assert_eq!(store.body(&later.id).unwrap(), with_body.body);
}

#[test]
fn a_cursor_is_kept_with_its_page_and_never_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let page = Page {
        incidents: vec![incident(1)],
        cursors: vec![("since".into(), Some("2026-07-10T03:00:00Z".into())), ("etag".into(), None)],
        ..Page::default()
    };
    store.set_cursor(&api(), "etag", Some("W/\"1\"")).unwrap();
    store.commit_page(&api(), &page).unwrap();
    drop(store);
    let mut tight =
        Store::open_with(folder.path(), at(0), &dogwatch::store::Opening { max_pages: Some(1), ..Default::default() })
            .unwrap()
            .store;
    let too_much = Page {
        incidents: (2..2000).map(incident).collect(),
        cursors: vec![("since".into(), Some("2026-07-10T04:00:00Z".into()))],
        ..Page::default()
    };
    tight.commit_page(&api(), &too_much).unwrap_err();
    assert_eq!(tight.cursor(&api(), "since").unwrap().as_deref(), Some("2026-07-10T03:00:00Z"));
    assert_eq!(tight.cursor(&api(), "etag").unwrap(), None);
    assert_eq!(tight.incidents(Bodies::Without).unwrap().len(), 1);
}

#[test]
fn an_event_is_told_once_however_often_it_is_fetched_and_an_edited_one_as_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let id = incident(1).id;
    let event = |key: &str, what: &str, minutes| Event {
        key: key.into(),
        incident: id.clone(),
        moment: Moment {
            at: at(minutes),
            by: Some(Clean::line("lin")),
            what: Clean::line(what),
            text: Some(Clean::block(what)),
        },
    };
    let page = |events: Vec<Event>| Page { events, ..Page::default() };
    store.commit_page(&api(), &page(vec![event("c2", "commented", 5), event("e1", "labeled SEV2", 2)])).unwrap();
    store.commit_page(&api(), &page(vec![event("e1", "labeled SEV2", 2), event("c2", "edited", 5)])).unwrap();
    let told: Vec<_> = store.moments(&id).unwrap().into_iter().map(|moment| moment.what.to_string()).collect();
    assert_eq!(told, ["labeled SEV2", "edited"]);
}

#[test]
fn the_health_of_a_source_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut health = SourceHealth::never(api(), "github");
    health.fetched_at = Some(at(1));
    open(folder.path()).set_health(&health).unwrap();
    health.error = Some(Clean::line("no answer"));
    health.unreadable = 2;
    open(folder.path()).set_health(&health).unwrap();
    let all = open(folder.path()).health().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].fetched_at, all[0].error.clone(), all[0].unreadable), (Some(at(1)), health.error, 2));
}

#[test]
fn unreadable_items_are_kept_short_and_few() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let huge = "ö".repeat(100_000);
    let counts: Vec<u64> = (0..105).map(|n| store.set_aside(&api(), &huge, "no number", at(n)).unwrap()).collect();
    assert_eq!((counts[0], counts[104]), (1, 100));
    let db = rusqlite::Connection::open(folder.path().join("state.db")).unwrap();
    let longest: i64 = db.query_row("SELECT max(length(CAST(raw AS BLOB))) FROM aside", [], |row| row.get(0)).unwrap();
    assert_eq!(longest, 65_536);
}

#[test]
fn closed_incidents_are_forgotten_by_age_unless_something_waits_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let closed = |number| Incident {
        status: Status::Closed { at: None, reason: CloseReason::Completed },
        body: Some(Clean::block("text")),
        ..incident(number)
    };
    let mut local = closed(9);
    local.source = dogwatch::domain::id::SourceId::local();
    local.id = IncidentId::new("local#9");
    commit(&mut store, &[closed(1), closed(2), incident(3), local.clone()]);
    store.record(&[entry(2)]).unwrap();
    let retention = Retention { closed_incidents: TimeDelta::days(1), ..Retention::default() };
    assert_eq!(store.prune(at(3 * 24 * 60), retention).unwrap().incidents, 1);
    let mut left: Vec<_> =
        store.incidents(Bodies::Without).unwrap().into_iter().map(|incident| incident.id.to_string()).collect();
    left.sort();
    assert_eq!(left, ["api#2", "api#3", "local#9"]);
    assert_eq!(store.body(&closed(1).id).unwrap(), None);
    assert!(store.body(&local.id).unwrap().is_some());
}

#[test]
fn trust_is_for_one_content_of_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let file = std::path::Path::new("/srv/team/dogwatch.toml");
    assert_eq!(store.trusted(file).unwrap(), None);
    store.trust(file, "aa", at(0)).unwrap();
    store.trust(file, "bb", at(1)).unwrap();
    assert_eq!(open(folder.path()).trusted(file).unwrap().as_deref(), Some("bb"));
    assert_eq!(store.trusted(std::path::Path::new("/srv/team/other.toml")).unwrap(), None);
    assert_eq!(store.untrust(file).unwrap(), Untrusted::TakenBack);
    assert_eq!(store.untrust(file).unwrap(), Untrusted::WasNot);
    assert_eq!(store.trusted(file).unwrap(), None);
}

#[test]
fn ten_thousand_incidents_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    for page in 0..10 {
        let incidents: Vec<_> = (1..=1000).map(|n| incident(page * 1000 + n)).collect();
        assert_eq!(commit(&mut store, &incidents).len(), 1000);
    }
    drop(store);
    let all = open(folder.path()).incidents(Bodies::Without).unwrap();
    assert_eq!(all.len(), 10_000);
    assert!(all.iter().all(|found| *found == incident(found.number)));
}

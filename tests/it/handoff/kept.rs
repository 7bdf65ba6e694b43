//! What is typed, accepted and given out is kept for ever, and read back from
//! the files that people committed.

use std::fs;

use chrono::TimeDelta;
use dogwatch::domain::handoff::typed::{Accepted, Field, Line};
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::incident::Incident;
use dogwatch::shell::handoffs::{Desk, mentions};
use dogwatch::shell::place::Place;
use dogwatch::shell::session::Trusted;
use dogwatch::store::handoffs::{Handoffs, How};
use tempfile::TempDir;

use super::made::{Scene, acked, before, clean, incident, team, utc};

fn line(text: &str) -> Line {
    Line {
        shift: "ops/2026-11-09T10:00:00Z".into(),
        incident: Some(IncidentId::new("api#1")),
        field: Field::NextStep,
        text: clean(text),
        by: clean("ana"),
        at: before(20),
    }
}

fn desk(folder: &TempDir) -> Desk {
    let home = folder.path().join("repository");
    fs::create_dir_all(&home).unwrap();
    let place = Some(Place { home, trusted: Trusted::No });
    Desk { data: folder.path().join("data"), place, team: team(), now: before(10) }
}

fn scene() -> Scene {
    let mut scene = Scene::default();
    scene.add(Incident { ack: acked("ana", 50), ..incident(1, 60) });
    scene
}

#[test]
fn what_two_people_typed_is_all_kept_in_order() {
    let folder = TempDir::new().unwrap();
    let desk = desk(&folder);
    desk.type_in(&[line("one"), Line { by: clean("ben"), ..line("two") }]).unwrap();
    desk.type_in(&[Line { incident: None, field: Field::Asks, ..line("three") }]).unwrap();
    let kept = Handoffs::look_into(&desk.data).unwrap().unwrap();
    let texts: Vec<String> = kept.lines().unwrap().iter().map(|line| line.text.to_string()).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    assert_eq!(kept.lines().unwrap()[0], line("one"));
}

#[test]
fn the_ledger_refuses_to_change_or_drop_a_line() {
    let folder = TempDir::new().unwrap();
    let desk = desk(&folder);
    desk.type_in(&[line("one")]).unwrap();
    let db = rusqlite::Connection::open(desk.data.join("handoffs.db")).unwrap();
    for change in ["UPDATE typed SET text='x'", "DELETE FROM typed"] {
        assert!(db.execute(change, []).unwrap_err().to_string().contains("append-only"), "{change}");
    }
}

#[test]
fn of_two_who_accept_the_first_stands() {
    let folder = TempDir::new().unwrap();
    let desk = desk(&folder);
    let accepted = |by: &str, ago: i64| Accepted { shift: "ops/x".into(), by: clean(by), at: before(ago) };
    assert_eq!(desk.accept(&accepted("ben", 5)).unwrap(), accepted("ben", 5));
    assert_eq!(desk.accept(&accepted("chi", 4)).unwrap(), accepted("ben", 5));
}

#[test]
fn a_damaged_file_is_set_aside_and_the_word_is_kept_in_a_new_one() {
    let folder = TempDir::new().unwrap();
    let desk = desk(&folder);
    fs::create_dir_all(&desk.data).unwrap();
    fs::write(desk.data.join("handoffs.db"), "no database at all, and long enough to be taken for one".repeat(90))
        .unwrap();
    desk.type_in(&[line("one")]).unwrap();
    assert_eq!(Handoffs::look_into(&desk.data).unwrap().unwrap().lines().unwrap(), [line("one")]);
    let aside =
        fs::read_dir(&desk.data).unwrap().flatten().any(|one| one.file_name().to_string_lossy().contains("damaged"));
    assert!(aside, "what was there is thrown away");
}

#[test]
fn what_was_given_out_is_what_a_later_handover_asks_for() {
    let folder = TempDir::new().unwrap();
    let desk = desk(&folder);
    desk.remember(&scene().handoff(), How::Clipboard, "ana").unwrap();
    let kept = Handoffs::look_into(&desk.data).unwrap().unwrap();
    let told = kept.mentions(before(1)).unwrap();
    assert_eq!((told.len(), told[0].rotation.as_str(), told[0].at), (1, "ops", utc("2026-11-16T10:00:00Z")));
    assert!(told[0].ids.contains(&IncidentId::new("api#1")));
    assert!(kept.mentions(before(-1)).unwrap().is_empty(), "it was a handover before that");
}

#[test]
fn a_file_of_the_same_shift_is_replaced_and_one_of_another_never() {
    let folder = TempDir::new().unwrap();
    let desk = desk(&folder);
    let handoff = scene().handoff();
    let [page, data] = desk.write(&handoff).unwrap();
    assert!(page.ends_with("docs/ops/handoffs/2026-11-16T1000-ops.md"), "{}", page.display());
    assert_eq!(fs::read_to_string(&page).unwrap(), handoff.markdown());
    let mut later = handoff.clone();
    later.generated_at += TimeDelta::minutes(5);
    desk.write(&later).unwrap();
    assert_eq!(fs::read_to_string(&page).unwrap(), later.markdown());
    let mut other = handoff.clone();
    other.shift.start += TimeDelta::days(1);
    let why = desk.write(&other).unwrap_err().to_string();
    assert!(why.contains("is the handoff of another shift, ops/2026-11-09T10:00:00Z"), "{why}");
    assert_eq!(fs::read_to_string(&page).unwrap(), later.markdown());
    assert!(fs::read_to_string(data).unwrap().starts_with("{\n  \"schema\": \"dogwatch.handoff/1\""));
}

#[test]
fn committed_handoffs_are_read_back_and_other_files_passed_over() {
    let folder = TempDir::new().unwrap();
    let desk = desk(&folder);
    let [page, _] = desk.write(&scene().handoff()).unwrap();
    let beside = page.parent().unwrap();
    fs::write(beside.join("2026-11-16-notes.json"), "{\"rotation\": 3}").unwrap();
    fs::write(beside.join("2019-01-01T1000-ops.json"), "{}").unwrap();
    fs::write(beside.join("x.json"), [0xff, 0xfe]).unwrap();
    let place = desk.place.unwrap();
    let told = mentions(&place, "docs/ops", before(60)).unwrap();
    assert_eq!(told.len(), 1);
    assert!(told[0].ids.contains(&IncidentId::new("api#1")));
    assert!(mentions(&place, "nowhere", before(60)).unwrap().is_empty(), "no folder is no handoff");
}

#[cfg(unix)]
#[test]
fn a_log_folder_that_leads_out_of_the_repository_is_not_written() {
    let folder = TempDir::new().unwrap();
    let mut desk = desk(&folder);
    let outside = folder.path().join("outside");
    fs::create_dir_all(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, folder.path().join("repository/link")).unwrap();
    for (log_dir, why) in [("../outside", "dogwatch trust"), ("link", "is a link"), ("link/deeper", "is a link")] {
        desk.team.team.log_dir = log_dir.into();
        let said = desk.write(&scene().handoff()).unwrap_err().to_string();
        assert!(said.contains(why), "{log_dir}: {said}");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0, "{log_dir}");
    }
}

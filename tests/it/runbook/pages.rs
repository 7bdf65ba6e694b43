//! The index: the same answers whether it was there, is new, or cannot be had.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use dogwatch::domain::runbook::found::Found;
use dogwatch::shell::runbooks::{Library, Shelf};
use dogwatch::store::Wanted;
use dogwatch::store::pages::Pages;
use proptest::prelude::*;
use rusqlite::Connection;

use super::finding::{Home, stems};

const QUESTION: &str = "database disk is full";

/// A team with some pages.
fn home() -> Home {
    let home = Home::new("");
    home.write("docs/runbooks/disk-full.md", "# The disk is full\n\n## Impact\n\nThe database stops.\n");
    home.write("docs/runbooks/dns.md", "# Names do not resolve\n\n## Check\n\nAsk the database team.\n");
    home.write("docs/runbooks/queue.md", "# Queue grows\n\nWorkers are down; full of messages.\n");
    home
}

fn index(home: &Home) -> std::path::PathBuf {
    Pages::file(&home.data())
}

/// What a library that keeps nothing answers.
fn fresh(home: &Home, question: &str) -> Found {
    home.in_memory().find(question, 10)
}

#[test]
fn the_first_call_answers_and_leaves_an_index_for_its_owner_alone() {
    let home = home();
    let found = home.library().find(QUESTION, 10);
    assert_eq!(stems(&found)[0], "disk-full");
    assert_eq!(found.hits.len(), 3);
    assert_eq!(found, fresh(&home, QUESTION));
    assert_eq!(home.library().find(QUESTION, 10), found);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&index(&home)), mode(&home.data())), (0o600, 0o700));
    }
}

#[test]
fn what_is_added_changed_and_removed_is_seen_at_once() {
    let home = home();
    let mut library = home.library();
    assert_eq!(stems(&library.find("expired too soon", 10)), [""; 0]);
    home.write("docs/runbooks/tls/lapse.md", "# Expired\n");
    assert_eq!(stems(&library.find("expired too soon", 10)), ["lapse"]);
    home.write("docs/runbooks/tls/lapse.md", "# Something else\n");
    assert_eq!(stems(&library.find("expired too soon", 10)), [""; 0]);
    fs::remove_file(home.at("docs/runbooks/queue.md")).unwrap();
    assert_eq!(stems(&library.find(QUESTION, 10)), ["disk-full", "dns"]);
    assert_eq!(library.find(QUESTION, 10), fresh(&home, QUESTION));
}

#[test]
fn a_change_that_keeps_the_size_within_one_tick_of_the_clock_is_seen() {
    let home = home();
    let at = home.at("docs/runbooks/queue.md");
    let now = SystemTime::now();
    let write = |text: &str| {
        fs::write(&at, text).unwrap();
        fs::File::options().write(true).open(&at).unwrap().set_modified(now).unwrap();
    };
    write("# One word: aardvark\n");
    let mut library = home.library();
    assert_eq!(stems(&library.find("aardvark", 1)), ["queue"]);
    write("# One word: capybara\n");
    assert_eq!(stems(&library.find("capybara", 1)), ["queue"]);
}

#[test]
fn a_page_of_the_index_is_read_again_only_when_it_has_changed() {
    let home = home();
    let at = home.at("docs/runbooks/queue.md");
    let old = SystemTime::now() - Duration::from_hours(1);
    let age = || fs::File::options().write(true).open(&at).unwrap().set_modified(old).unwrap();
    fs::write(&at, "# One word: aardvark\n").unwrap();
    age();
    assert_eq!(stems(&home.library().find("aardvark", 1)), ["queue"]);
    fs::write(&at, "# One word: capybara\n").unwrap();
    age();
    assert_eq!(stems(&home.library().find("capybara", 1)), [""; 0], "the same stamp: the index is trusted");
}

#[test]
fn an_index_in_a_folder_that_cannot_be_written_gives_the_same_answers() {
    let home = home();
    let before = home.library().find(QUESTION, 10);
    let kept = fs::read(index(&home)).unwrap();
    let read_only = || Library::open(Shelf { wanted: Wanted::ReadOnly, ..home.shelf() });
    assert_eq!(read_only().find(QUESTION, 10), before);
    home.write("docs/runbooks/more.md", "# Disk full of database logs\n");
    assert_eq!(read_only().find(QUESTION, 10), fresh(&home, QUESTION));
    assert_eq!(fs::read(index(&home)).unwrap(), kept, "nothing was written");
    let nowhere = Library::open(Shelf { folder: Some(home.at("dogwatch.toml/x")), ..home.shelf() }).find(QUESTION, 10);
    home.write("file", "");
    let no_folder = Library::open(Shelf { folder: Some(home.at("file")), ..home.shelf() }).find(QUESTION, 10);
    assert_eq!((&nowhere, &no_folder), (&fresh(&home, QUESTION), &fresh(&home, QUESTION)));
    let nothing_yet = Shelf { wanted: Wanted::ReadOnly, folder: Some(home.at("none")), ..home.shelf() };
    assert_eq!(Library::open(nothing_yet).find(QUESTION, 10), fresh(&home, QUESTION));
    assert!(!home.at("none").exists());
}

#[test]
fn while_another_process_writes_the_answer_is_the_same_and_nobody_waits() {
    let home = home();
    home.library().find(QUESTION, 10);
    let other = Connection::open(index(&home)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; DELETE FROM names;").unwrap();
    assert_eq!(home.library().find(QUESTION, 10), fresh(&home, QUESTION), "nothing has changed: it can be read");
    home.write("docs/runbooks/more.md", "# Disk full of database logs\n");
    let mut library = home.library();
    assert_eq!(library.find(QUESTION, 10), fresh(&home, QUESTION));
    other.execute_batch("ROLLBACK").unwrap();
    home.write("docs/runbooks/again.md", "# Disk full again\n");
    assert_eq!(library.find(QUESTION, 10), fresh(&home, QUESTION));
    assert_eq!(home.library().find(QUESTION, 10), fresh(&home, QUESTION));
}

#[test]
fn while_another_process_has_the_file_for_itself_the_answer_is_the_same() {
    let home = home();
    home.library().find(QUESTION, 10);
    let other = Connection::open(index(&home)).unwrap();
    other.execute_batch("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM names;").unwrap();
    assert_eq!(home.library().find(QUESTION, 10), fresh(&home, QUESTION));
}

#[test]
fn a_newer_dogwatchs_index_is_left_alone() {
    let home = home();
    home.library().find(QUESTION, 10);
    Connection::open(index(&home)).unwrap().execute_batch("DELETE FROM names; PRAGMA user_version=99;").unwrap();
    let before = fs::read(index(&home)).unwrap();
    assert_eq!(home.library().find("disk full", 10), fresh(&home, "disk full"));
    assert_eq!(fs::read(index(&home)).unwrap(), before);
}

#[test]
fn an_index_cut_or_overwritten_anywhere_is_made_anew() {
    let home = home();
    let expected = home.library().find(QUESTION, 10);
    let whole = fs::read(index(&home)).unwrap();
    let mut places: Vec<usize> = (0..whole.len()).step_by(whole.len() / 40).collect();
    places.extend([1, 15, 16, 17, 20, 95, 96, 99, 100, 101, whole.len() - 1]);
    for at in places {
        for damage in ["cut", "blot"] {
            let mut bytes = whole.clone();
            match damage {
                "cut" => bytes.truncate(at),
                _ => bytes.iter_mut().skip(at).take(600).for_each(|byte| *byte = 0xA5),
            }
            fs::write(index(&home), bytes).unwrap();
            let found = home.library().find(QUESTION, 10);
            assert_eq!(stems(&found).len(), expected.hits.len(), "{damage} at {at}");
        }
    }
    fs::write(index(&home), "no database at all").unwrap();
    assert_eq!(home.library().find(QUESTION, 10), expected);
    assert_eq!(home.library().find(QUESTION, 10), expected);
    fs::remove_file(index(&home)).unwrap();
    fs::create_dir(index(&home)).unwrap();
    assert_eq!(home.library().find(QUESTION, 10), expected);
}

#[test]
fn the_index_of_another_team_is_not_believed() {
    let (one, other) = (home(), home());
    other.write("docs/runbooks/disk-full.md", "# Nothing of that\n");
    let same = |home: &Home| Library::open(Shelf { folder: Some(one.data()), ..home.shelf() }).find(QUESTION, 10);
    assert_eq!(same(&one), fresh(&one, QUESTION));
    assert_eq!(same(&other), fresh(&other, QUESTION));
    assert_eq!(same(&one), fresh(&one, QUESTION));
}

#[test]
fn what_was_learned_counts_from_the_next_question_on() {
    let home = home();
    assert_eq!(stems(&home.library().find("everything is purple", 10)), [""; 0]);
    let learned = BTreeMap::from([("docs/runbooks/dns.md".to_owned(), vec!["everything is purple".to_owned()])]);
    let learning = || Library::open(Shelf { learned: learned.clone(), ..home.shelf() });
    assert_eq!(stems(&learning().find("everything is purple", 10)), ["dns"]);
    assert_eq!(stems(&home.library().find("everything is purple", 10)), [""; 0]);
}

#[test]
fn two_that_begin_at_once_both_answer() {
    let home = home();
    for at in 0..300 {
        home.write(&format!("docs/runbooks/many/{at}.md"), format!("# Page {at}\n\nDisk {at} is full.\n"));
    }
    let answers = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let found = home.library().find(QUESTION, 10);
                answers.lock().unwrap().push(found);
            });
        }
    });
    let expected = fresh(&home, QUESTION);
    for answer in answers.into_inner().unwrap() {
        assert_eq!(answer, expected);
    }
}

#[derive(Debug, Clone)]
enum Act {
    Write(u8, u8),
    Remove(u8),
    Ask,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0..8u8, 0..12u8).prop_map(|(page, words)| Act::Write(page, words)),
        1 => (0..8u8).prop_map(Act::Remove),
        2 => Just(Act::Ask),
    ];
    prop::collection::vec(act, 1..24)
}

/// A page of some words; each number has its own, and shares some with others.
fn text(words: u8) -> String {
    let vocabulary = ["disk", "queue", "full", "database", "slow", "certificate", "node", "restart"];
    let word = |at: u8| vocabulary[usize::from(words.wrapping_mul(7).wrapping_add(at * at)) % vocabulary.len()];
    let body: Vec<&str> = (0..words + 2).map(word).collect();
    format!("# {} {}\n\n## Check {}\n\n{}\n", word(1), word(2), word(3), body.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn after_any_changes_the_index_answers_as_a_fresh_one(acts in acts()) {
        let home = Home::new("");
        fs::create_dir_all(home.at("docs/runbooks")).unwrap();
        let mut kept = home.library();
        for act in acts {
            match act {
                Act::Write(page, words) => home.write(&format!("docs/runbooks/{page}.md"), text(words)),
                Act::Remove(page) => { let _gone = fs::remove_file(home.at(&format!("docs/runbooks/{page}.md"))); }
                Act::Ask => {}
            }
            for question in ["disk full", "slow database node", "queue"] {
                let expected = home.in_memory().find(question, 10);
                prop_assert_eq!(&kept.find(question, 10), &expected);
                prop_assert_eq!(&home.library().find(question, 10), &expected);
            }
        }
    }
}

//! What is written down of a use, for ever, and what an incident is told of it.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::app::desk::{Desk, Setup};
use dogwatch::app::event::{Effect, Fact};
use dogwatch::app::wish::Wish;
use dogwatch::config::{FrontMatter, TeamFile};
use dogwatch::domain::decision::Decision;
use dogwatch::domain::id::{IncidentId, OpId, SourceId};
use dogwatch::domain::incident::Incident;
use dogwatch::domain::journal::{Entry, State};
use dogwatch::domain::runbook::document::{Document, StepId};
use dogwatch::domain::runbook::run::{Comment, Did, Line, Report, Run, Standing, Use, Went};
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;
use dogwatch::store::StoreError;
use dogwatch::store::runs::{Runs, Search};
use proptest::prelude::*;

fn at(minutes: i64) -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

fn of(run: u32, page: &str, incident: Option<&str>) -> Use {
    Use {
        run: OpId::new(format!("01J{run:023}")),
        page: page.to_owned(),
        title: Clean::line("A tool is down"),
        incident: incident.map(IncidentId::new),
        steps: 9,
    }
}

fn step(number: &str) -> StepId {
    StepId { heading: "A tool is down / Steps".into(), number: number.into(), hash: format!("{number:0>12}") }
}

fn line(of: Use, minutes: i64, did: Did) -> Line {
    Line { of, at: at(minutes), by: Clean::line("ana"), did }
}

fn checked(number: &str) -> Did {
    Did::Checked { step: step(number), text: Clean::line(&format!("do {number}")) }
}

fn open(folder: &Path) -> Runs {
    Runs::open(folder, at(0)).unwrap()
}

#[test]
fn what_was_written_is_read_back_in_its_order_by_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        line(of(1, "a.md", Some("api#1")), 1, checked("1")),
        line(of(2, "b.md", None), 0, Did::Noted { text: Clean::line("slow today") }),
        line(of(1, "a.md", Some("api#1")), 2, Did::Ended { went: Went::Worked, why: Clean::line("restart") }),
    ];
    let (mut one, mut other) = (open(folder.path()), open(folder.path()));
    one.append(&lines[0]).unwrap();
    other.append(&lines[1]).unwrap();
    one.append(&lines[2]).unwrap();
    let read = Runs::look_into(folder.path()).unwrap().unwrap();
    assert_eq!(read.lines(None).unwrap(), lines);
    assert_eq!(read.lines(Some("b.md")).unwrap(), lines[1..2]);
}

#[test]
fn the_file_refuses_to_change_or_drop_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut runs = open(folder.path());
    runs.append(&line(of(1, "a.md", None), 1, checked("1"))).unwrap();
    runs.remember(&Search { at: at(1), words: Clean::line("401"), page: None }).unwrap();
    let db = rusqlite::Connection::open(folder.path().join("runs.db")).unwrap();
    for sql in
        ["DELETE FROM lines", "UPDATE lines SET page='b.md'", "DELETE FROM searches", "UPDATE searches SET words=''"]
    {
        assert!(db.execute(sql, []).unwrap_err().to_string().contains("append-only"), "{sql}");
    }
}

#[test]
fn a_damaged_file_is_set_aside_and_a_newer_one_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("runs.db"), "no database at all, but long enough to be looked at".repeat(40))
        .unwrap();
    let mut runs = open(folder.path());
    runs.append(&line(of(1, "a.md", None), 1, checked("1"))).unwrap();
    let aside = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("runs.db.damaged-");
    assert!(std::fs::read_dir(folder.path()).unwrap().any(|entry| aside(entry.unwrap())));
    drop(runs);
    let db = rusqlite::Connection::open(folder.path().join("runs.db")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let newer = Runs::open(folder.path(), at(0)).unwrap_err();
    assert!(matches!(newer, StoreError::Io { .. }) && newer.to_string().contains("runs.db"), "{newer:?}");
}

#[test]
fn of_an_incident_and_a_page_there_is_one_use_at_a_time_and_all_its_lines_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let write = |line: &Line| Runs::write(folder.path(), at(0), line).unwrap();
    let (first, run) = write(&line(of(1, "a.md", Some("api#1")), 1, checked("1")));
    assert_eq!((first.of.run.clone(), run.lines), (of(1, "a.md", None).run, 1));
    // Somebody else opened the page before that, and thought to begin.
    let (joined, run) = write(&line(of(2, "a.md", Some("api#1")), 2, checked("2")));
    assert_eq!((joined.of.run, run.checked.len(), run.lines), (first.of.run.clone(), 2, 2));
    let (ended, _) = write(&line(first.of, 3, Did::Ended { went: Went::Worked, why: Clean::default() }));
    // What has ended is not gone on with; another incident and practice have uses of their own.
    for (n, incident) in [(3, Some("api#1")), (4, Some("api#2")), (5, None)] {
        let (other, run) = write(&line(of(n, "a.md", incident), 4, checked("1")));
        assert_eq!((other.of.run != ended.of.run, run.lines), (true, 1), "{incident:?}");
    }
}

#[test]
fn a_ledger_that_is_damaged_inside_is_set_aside_with_what_can_be_read_brought_over() {
    let folder = tempfile::tempdir().unwrap();
    let long = Clean::line(&"w".repeat(400));
    for minutes in 0..200 {
        Runs::write(folder.path(), at(0), &line(of(1, "a.md", None), minutes, Did::Noted { text: long.clone() }))
            .unwrap();
    }
    let path = folder.path().join("runs.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(db);
    let mut bytes = std::fs::read(&path).unwrap();
    let (from, to) = (bytes.len() / 2, bytes.len() / 2 + 20_000);
    bytes[from..to].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    let (_, run) = Runs::write(folder.path(), at(0), &line(of(1, "a.md", None), 500, checked("1"))).unwrap();
    assert!(run.lines > 1, "something was saved");
    assert!(Runs::look_into(folder.path()).unwrap().unwrap().lines(None).is_ok());
    let aside = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("runs.db.damaged-");
    assert!(std::fs::read_dir(folder.path()).unwrap().any(|entry| aside(entry.unwrap())));
}

#[test]
fn what_a_page_says_calls_nobody_and_hides_nothing_in_a_comment() {
    let did = Did::Checked { step: step("1"), text: Clean::line("ask @org/team <!-- and <img src=x>") };
    let report = Run::all([line(of(1, "a.md", Some("api#1")), 0, did)])[0].report();
    assert!(!report.contains("@org") && !report.contains('<'), "{report}");
}

#[test]
fn a_line_that_cannot_be_read_is_left_out_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut runs = open(folder.path());
    runs.append(&line(of(1, "a.md", None), 1, checked("1"))).unwrap();
    let db = rusqlite::Connection::open(folder.path().join("runs.db")).unwrap();
    db.execute("INSERT INTO lines(run,page,at,line) VALUES('x','a.md',0,'{\"did\":\"levitated\"}')", []).unwrap();
    db.execute("INSERT INTO lines(run,page,at,line) VALUES('x','a.md',0,x'00ff')", []).unwrap();
    assert_eq!(runs.lines(None).unwrap().len(), 1);
}

#[test]
fn words_that_helped_are_learned_once_and_those_that_led_nowhere_are_kept_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut runs = open(folder.path());
    for (words, page) in
        [("401 everywhere", Some("a.md")), ("zebra", None), ("401 everywhere", Some("a.md")), ("cold", Some("a.md"))]
    {
        runs.remember(&Search { at: at(0), words: Clean::line(words), page: page.map(str::to_owned) }).unwrap();
    }
    let learned = runs.learned().unwrap();
    assert_eq!(learned.keys().collect::<Vec<_>>(), ["a.md"]);
    assert_eq!(learned["a.md"], ["401 everywhere", "cold"]);
    assert_eq!(runs.searches().unwrap().iter().filter(|search| search.page.is_none()).count(), 1);
}

#[test]
fn the_comment_says_what_was_done_by_whom_and_how_it_went() {
    let of = of(1, "runbooks/down.md", Some("api#1"));
    let lines = [
        line(of.clone(), 0, checked("1")),
        line(of.clone(), 1, checked("2")),
        line(of.clone(), 2, Did::Unchecked { step: step("1") }),
        line(of.clone(), 3, Did::Noted { text: Clean::line("the cache was cold") }),
        line(of, 4, Did::Ended { went: Went::Failed, why: Clean::line("still 401") }),
    ];
    let runs = Run::all(lines);
    insta::assert_snapshot!(runs[0].report(), @r"
    Runbook: **A tool is down** (`runbooks/down.md`), did not work

    - [x] step 2: do 2 (Steps): ana, 2026-11-23 09:01:00 UTC

    ana, 2026-11-23 09:03:00 UTC: the cache was cold

    This did not work: still 401 (ana, 2026-11-23 09:04:00 UTC)
    ");
}

#[test]
fn a_comment_stays_within_what_github_takes() {
    let of = of(1, "a.md", Some("api#1"));
    let long = "é".repeat(400);
    let lines = (0..400).map(|n| line(of.clone(), n, Did::Noted { text: Clean::line(&long) }));
    let report = Report::of(&Run::all(lines)[0]);
    assert!(report.text.len() <= 60_000, "{}", report.text.len());
}

#[test]
fn a_step_that_says_something_else_now_is_neither_done_nor_forgotten() {
    let read = |text: &str| Document::read(&format!("# A\n\n## Steps\n\n{text}"), &FrontMatter::default());
    let before = read("1. Look at it.\n2. Stop it.\n");
    let mut run = Run::begin(of(1, "a.md", None), at(0));
    let did = |step: usize| Did::Checked { step: before.steps[step].id.clone(), text: before.steps[step].text.clone() };
    run.take(&line(of(1, "a.md", None), 1, did(0)));
    run.take(&line(of(1, "a.md", None), 2, did(1)));
    for (text, standing) in [
        ("1. Look at it.\n2. Stop it.\n", [Standing::Done, Standing::Done]),
        ("1.  Look  at\n    it.\n2. Stop it.\n", [Standing::Done, Standing::Done]),
        ("Words before.\n\n1. Look at it.\n2. Stop it now.\n", [Standing::Done, Standing::Changed]),
        ("1. Wait.\n2. Look at it.\n", [Standing::Changed, Standing::Changed]),
    ] {
        let now = read(text);
        let standings: Vec<Standing> = now.steps.iter().map(|step| run.standing(step)).collect();
        assert_eq!(standings, standing, "{text}");
    }
}

proptest! {
    /// However lines of several uses are mixed, each use is the sum of its own.
    #[test]
    fn uses_are_the_sum_of_their_own_lines(story in prop::collection::vec((0..3_u32, 0..4_u8), 0..40)) {
        let did = |what: u8| match what {
            0 => checked("1"),
            1 => checked("2"),
            2 => Did::Unchecked { step: step("1") },
            _ => Did::Noted { text: Clean::line("so") },
        };
        let minutes = |at: usize| i64::try_from(at).unwrap();
        let lines: Vec<Line> = story.iter().enumerate().map(|(n, (run, what))| line(of(*run, "a.md", None), minutes(n), did(*what))).collect();
        let all = Run::all(lines.clone());
        for run in &all {
            let own = lines.iter().filter(|line| line.of.run == run.of.run).cloned();
            prop_assert_eq!(&Run::all(own)[0], run);
        }
    }
}

/// A desk with one incident, that sends.
fn desk() -> Desk {
    let source = SourceId::new("api");
    let setup = Setup {
        model: Model::new(TeamFile::default()),
        me: "ana".into(),
        routes: [(source.clone(), "127.0.0.1:1".to_owned())].into(),
        files_into: source.clone(),
        seed: 7,
        read_only: None,
    };
    let mut desk = Desk::new(setup, at(0));
    let incidents = vec![Incident::opened(&source, 1, Clean::line("loader hangs"), at(-5))];
    desk.update(at(0), Fact::Loaded { incidents, entries: Vec::new(), sources: Vec::new() });
    desk
}

/// Tells the desk how far a use is; the disk keeps it.
fn tell(desk: &mut Desk, seq: u64, said: &str, comment: Comment) -> Vec<Effect> {
    let report = Report { run: of(1, "a.md", None).run, text: said.to_owned(), said: said.to_owned(), comment };
    let decided = desk.wish(at(0), &[IncidentId::new("api#1")], &Wish::Runbook(report));
    let op = decided.ops[0].1.clone();
    desk.update(at(0), Fact::Recorded(vec![(op, seq)]))
}

fn reports(entries: &[Entry]) -> Vec<(&str, Comment, State)> {
    let report =
        |entry: &Entry| if let Decision::Runbook(report) = &entry.decision { Some(report.clone()) } else { None };
    entries
        .iter()
        .map(|entry| (report(entry).unwrap(), entry.state))
        .map(|(report, state)| (if report.said == "1" { "1" } else { "later" }, report.comment, state))
        .collect()
}

#[test]
fn of_what_waits_to_be_sent_about_one_use_only_the_last_word_is_sent() {
    let mut desk = desk();
    tell(&mut desk, 1, "1", Comment::First);
    tell(&mut desk, 2, "2", Comment::Again);
    tell(&mut desk, 3, "3", Comment::Again);
    let effects = desk.update(at(1), Fact::LeaseTaken);
    let sent: Vec<String> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send { entry, .. } => {
                entry.decision.report().map(|report| format!("{} {:?}", report.said, report.comment))
            }
            _ => None,
        })
        .collect();
    assert_eq!(sent, ["3 First"], "the comment is still to be begun: {effects:?}");
    let states = reports(desk.journal().entries());
    assert_eq!(states.iter().filter(|(.., state)| *state == State::Cancelled).count(), 2, "{states:?}");
    assert_eq!(desk.incident(&IncidentId::new("api#1")).unwrap().comments, 1);
}

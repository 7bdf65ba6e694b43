//! What a meeting leaves behind: the page, the data, the ledger.

use chrono_tz::Tz;
use dogwatch::domain::agenda::Part;
use dogwatch::domain::id::OpId;
use dogwatch::domain::minutes::{Decided, Item, What};
use dogwatch::domain::text::Clean;
use dogwatch::store::minutes::Meetings;
use tempfile::TempDir;

use super::*;

const NAME: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

fn said(minutes: i64, what: What) -> Line {
    Line { meeting: OpId::new(NAME), at: now() + TimeDelta::minutes(minutes), what }
}

fn on_agenda(name: &str, title: &str, labels: &[&str]) -> Item {
    Item {
        id: id(name),
        part: Part::Untriaged,
        title: Clean::line(title),
        source: Clean::line("api"),
        labels: labels.iter().map(|label| Clean::line(label)).collect(),
    }
}

fn kind(op: &str, name: &str) -> What {
    decision(op, name, "kind to tool-down", Some("tool-down"))
}

fn decision(op: &str, name: &str, words: &str, kind: Option<&str>) -> What {
    What::Decided(Decided {
        op: OpId::new(op),
        batch: OpId::new(op),
        id: id(name),
        decision: Clean::line(words),
        kind: kind.map(Into::into),
        by: Clean::line("ana"),
        note: None,
        missing: Vec::new(),
    })
}

/// A meeting with everything in it.
fn meeting() -> Vec<Line> {
    let items = vec![
        on_agenda("api#1", "Gateway answers 403", &["proxy"]),
        on_agenda("api#2", "The gateway is slow, says @everyone", &["proxy", "ops"]),
        on_agenda("api#3", "No answer of gateway 7", &["proxy"]),
        on_agenda("api#4", "Search is empty", &[]),
        on_agenda("api#5", "Export is down", &[]),
        on_agenda("api#6", "Docs are old", &[]),
    ];
    let note = What::Decided(Decided {
        note: Some(Clean::block("ask the `proxy` team\nthen ben")),
        ..match decision("07", "api#4", "note", None) {
            What::Decided(one) => one,
            _ => unreachable!(),
        }
    });
    let people = ["ana", "ben"].map(Clean::line).to_vec();
    vec![
        said(0, What::Begun { by: Clean::line("ana"), items }),
        said(0, What::Present { people }),
        said(2, kind("01", "api#1")),
        said(3, kind("02", "api#2")),
        said(4, kind("03", "api#3")),
        said(5, decision("04", "api#4", "close as completed", None)),
        said(6, What::Undone { batch: OpId::new("04") }),
        said(7, decision("05", "api#4", "severity to SEV3", None)),
        said(8, note),
        said(9, What::Left { id: id("api#6") }),
        said(9, What::Elsewhere { id: id("api#5"), what: Some(Clean::line("closed as completed by ben 14:20")) }),
        said(24, What::Ended),
    ]
}

#[test]
fn the_page_names_who_was_there_what_was_decided_and_what_was_not_reached() {
    let minutes = Minutes::of(&meeting()).unwrap();
    insta::assert_snapshot!(minutes.markdown(Tz::Europe__London));
    assert_eq!(minutes.markdown(Tz::UTC), Minutes::of(&meeting()).unwrap().markdown(Tz::UTC));
    assert_eq!(minutes.file_name(Tz::Europe__London), "2026-11-22T1412");
}

#[test]
fn the_data_is_the_same_for_programs() {
    let minutes = Minutes::of(&meeting()).unwrap();
    insta::assert_snapshot!(format!("{:#}", minutes.json()));
}

#[test]
fn a_meeting_without_anything_says_none() {
    let begun = said(0, What::Begun { by: Clean::line("ana"), items: Vec::new() });
    let page = Minutes::of(&[begun]).unwrap().markdown(Tz::UTC);
    assert_eq!(page.matches("\nnone\n").count(), 4, "{page}");
    assert!(page.contains("Present: not said") && page.contains("(not ended)"), "{page}");
}

#[test]
fn two_of_a_kind_are_no_rule_and_three_without_anything_in_common_are_none() {
    let lines: Vec<Line> = meeting().into_iter().filter(|line| line.what != kind("03", "api#3")).collect();
    assert_eq!(Minutes::of(&lines).unwrap().proposals(), []);
    let mut apart = meeting();
    let What::Begun { items, .. } = &mut apart[0].what else { panic!() };
    items[0].labels.clear();
    items[0].title = Clean::line("Something else entirely");
    assert_eq!(Minutes::of(&apart).unwrap().proposals(), []);
}

#[test]
fn a_proposed_rule_is_taken_by_the_team_file_and_fits_what_it_was_made_of() {
    let proposed = Minutes::of(&meeting()).unwrap().proposals();
    let [rule] = proposed.as_slice() else { panic!("{proposed:?}") };
    assert_eq!(
        rule.toml,
        "[[triage]]\nwhen = { source = \"api\", label = \"proxy\", title = \"gateway\" }\nset = { kind = \"tool-down\" }\n"
    );
    let source = "[[sources]]\nid = \"api\"\nkind = \"github\"\nrepo = \"sample/api\"\n";
    let file = format!("version = 1\n[[kinds]]\nid = \"tool-down\"\n{source}{}", rule.toml);
    let team = dogwatch::config::team_file(&file, "dogwatch.toml").unwrap();
    let model = dogwatch::domain::triage::Model::new(team);
    let one = titled(incident("api#1", 5, &["proxy"]), "Gateway answers 403");
    assert_eq!(model.kind_id(model.classify(&one).kind), Some("tool-down"));
}

#[test]
fn what_the_ledger_has_is_what_was_written_and_stays() {
    let folder = TempDir::new().unwrap();
    assert!(Meetings::look_into(folder.path()).unwrap().is_none());
    for line in meeting() {
        Meetings::write(folder.path(), now(), &[line]).unwrap();
    }
    let kept = Meetings::look_into(folder.path()).unwrap().unwrap();
    assert_eq!(kept.last().unwrap(), meeting());
    let db = rusqlite::Connection::open(folder.path().join("minutes.db")).unwrap();
    for sql in ["DELETE FROM lines", "UPDATE lines SET line='{}'"] {
        let refused = db.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
}

#[test]
fn the_last_meeting_is_the_one_that_was_written_about_last() {
    let folder = TempDir::new().unwrap();
    let other = Line { meeting: OpId::new("02"), ..meeting()[0].clone() };
    Meetings::write(folder.path(), now(), &[meeting(), vec![other.clone()]].concat()).unwrap();
    let kept = Meetings::look_into(folder.path()).unwrap().unwrap();
    assert_eq!(kept.last().unwrap(), [other]);
    assert_eq!(Minutes::held(&kept.lines().unwrap()), [now()], "one that decided nothing was not held");
}

#[test]
fn a_damaged_ledger_is_set_aside_and_begun_anew() {
    let folder = TempDir::new().unwrap();
    Meetings::write(folder.path(), now(), &meeting()).unwrap();
    for suffix in ["-wal", "-shm"] {
        let _gone = std::fs::remove_file(folder.path().join(format!("minutes.db{suffix}")));
    }
    std::fs::write(folder.path().join("minutes.db"), b"no database at all, but long enough to be read as one").unwrap();
    Meetings::write(folder.path(), now(), &meeting()[..1]).unwrap();
    assert_eq!(Meetings::look_into(folder.path()).unwrap().unwrap().last().unwrap().len(), 1);
    let aside = std::fs::read_dir(folder.path()).unwrap();
    assert!(aside.flatten().any(|file| file.file_name().to_string_lossy().contains(".damaged-")));
}

#[test]
fn ending_asks_once_then_shows_the_minutes_and_writes_them_on_request() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, "x<enter>");
    press(&mut app, "q");
    assert_eq!(stage(&app), Stage::Ending);
    assert!(text(&mut app).contains("2 of 3 not settled:"), "{}", text(&mut app));
    let lines = minuted(&press(&mut app, "y"));
    assert_eq!(lines.last().unwrap().what, What::Ended);
    let shown = text(&mut app);
    for words in ["Triage meeting, Sun 2026-11-22 14:12", "Present: ana", "close as completed (by ana)", "Not reached"]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let effects = press(&mut app, "W");
    let [Effect::WriteMinutes(minutes)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(minutes.decided.len(), 1);
    app.update(now(), Fact::MinutesWritten(Ok(Clean::line("ops/minutes/x.md"))));
    assert!(text(&mut app).contains("the minutes are in ops/minutes/x.md"), "{}", text(&mut app));
    assert_eq!(press(&mut app, "q"), []);
    assert!(app.meeting().is_none());
}

#[test]
fn a_meeting_from_the_command_line_leads_back_there() {
    let mut app = with(afternoon());
    app.update(now(), Fact::MeetingCalled);
    press(&mut app, "<enter>qy");
    assert_eq!(press(&mut app, "q"), [Effect::Quit]);
}

#[test]
fn who_is_here_can_be_said_at_any_time() {
    let (mut app, _) = begun(afternoon());
    let lines = minuted(&press(&mut app, "@j <enter>"));
    assert_eq!(lines.len(), 1);
    assert_eq!(held(&app).present, ["ana", "ben"].map(Clean::line));
    assert_eq!(item(&app), "api#2");
}

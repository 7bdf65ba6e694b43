//! The handoff on the screen: what hangs is walked one by one, and nothing is
//! called complete before.

use super::*;
use dogwatch::app::handoff::Errand;
use dogwatch::config::{Coverage, Period, Rotation};
use dogwatch::domain::handoff::Brought;
use dogwatch::domain::handoff::typed::Line;
use dogwatch::domain::history::Told;
use dogwatch::domain::incident::{Ack, CloseReason, Status};

/// Ana's week ends on Monday; ben comes. She has acked two of three.
fn week() -> App {
    let start = chrono::NaiveDate::from_ymd_opt(2026, 11, 16).unwrap().and_hms_opt(10, 0, 0).unwrap();
    let rotation = Rotation {
        id: "ops".into(),
        title: "ops".into(),
        timezone: chrono_tz::UTC,
        start,
        shift: Period::Days(7),
        until: None,
        members: vec!["ana".into(), "ben".into()],
        coverage: Coverage::Always,
        secondary: None,
        overrides: Vec::new(),
        swaps: Vec::new(),
    };
    let team = TeamFile { rotations: vec![rotation], ..team() };
    let mut app = App::new(setup(team), plain(Keymap::default()), now());
    let acked = |id: &str, minutes: i64| Incident {
        ack: Some(Ack { by: Some(Clean::line("ana-sol")), at: Some(now() - TimeDelta::minutes(5)) }),
        ..incident(id, minutes, &["SEV3"])
    };
    app.update(now(), loaded(vec![acked("api#1", 90), acked("api#2", 60), incident("api#3", 30, &["SEV3"])]));
    app.update(now(), Fact::LeaseTaken);
    app
}

/// The disk: it has kept what was typed, and tells of what was decided.
#[derive(Default)]
struct Disk {
    typed: Vec<Line>,
    told: Vec<Told>,
}

impl Disk {
    /// Does what the screen asked for until it asks for no more; what else it wanted comes back.
    fn serve(&mut self, app: &mut App, effects: Vec<Effect>) -> Vec<Effect> {
        let mut others = Vec::new();
        let mut left = effects;
        while !left.is_empty() {
            let mut next = Vec::new();
            for effect in left {
                match effect {
                    Effect::Handoff(Errand::TypeIn(lines)) => self.typed.extend(lines),
                    Effect::Handoff(Errand::Bring(asked)) => {
                        let (lines, told) = (self.typed.clone(), self.told.clone());
                        let brought = Brought { asked, lines, told, ..Brought::default() };
                        next.extend(app.update(app.desk().now(), Fact::HandoffBrought(Box::new(brought))));
                    }
                    Effect::Record(entries) => {
                        for entry in &entries {
                            self.told.push(Told {
                                incident: entry.incident.clone(),
                                at: entry.deed.at,
                                by: Some("ana".into()),
                                what: dogwatch::tracker::local::told(&entry.decision).0,
                            });
                        }
                        others.push(Effect::Record(entries));
                    }
                    other => others.push(other),
                }
            }
            left = next;
        }
        others
    }

    fn press(&mut self, app: &mut App, keys: &str) -> Vec<Effect> {
        let mut others = Vec::new();
        for key in keys_of(keys) {
            let at = app.desk().now();
            let effects = app.update(at, Input::Key(key));
            let kept = keep(app, &effects);
            others.extend(self.serve(app, effects.into_iter().chain(kept).collect()));
        }
        others
    }
}

fn shows(app: &mut App, text: &str) {
    let shown = screen(app, 80, 24);
    assert!(shown.contains(text), "{text:?} is not on\n{shown}");
}

#[test]
fn what_hangs_is_walked_one_by_one_until_the_title_calls_it_complete() {
    let (mut app, mut disk) = (week(), Disk::default());
    disk.press(&mut app, "H");
    shows(&mut app, "Handoff ops, Mon 23 Nov 2026 10:00: ana to ben: INCOMPLETE (2 undecided)");
    disk.press(&mut app, "<enter>");
    shows(&mut app, "1 of 2 that hang");
    shows(&mut app, "api#1");
    disk.press(&mut app, "h");
    shows(&mut app, "> ben                    Ben Rao (incoming)");
    let effects = disk.press(&mut app, "<enter>");
    assert_eq!(decided(&effects), ["assign api#1"]);
    shows(&mut app, "api#1: next step (empty takes it back)");
    disk.press(&mut app, "ask the vendor<enter>");
    shows(&mut app, "INCOMPLETE (1 undecided)");
    shows(&mut app, "api#2");
    let effects = disk.press(&mut app, "r");
    assert_eq!(decided(&effects), ["unack api#2"]);
    disk.press(&mut app, "look at the log<enter>");
    shows(&mut app, "Handoff ops, Mon 23 Nov 2026 10:00: ana to ben ─");
    shows(&mut app, "nothing hangs any more: it is complete");
    let typed: Vec<&str> = disk.typed.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(typed, ["ask the vendor", "look at the log"]);
    disk.press(&mut app, "<esc>");
    assert!(app.handing().is_none() && app.dialog().is_none());
}

#[test]
fn what_somebody_else_closes_drops_out_of_the_walk_and_is_said() {
    let (mut app, mut disk) = (week(), Disk::default());
    disk.press(&mut app, "H<enter>");
    shows(&mut app, "api#1");
    let mut closed = app.desk().incident(&IncidentId::new("api#1")).unwrap().clone();
    closed.status = Status::Closed { at: Some(now()), reason: CloseReason::Completed };
    closed.updated_at = now() + TimeDelta::seconds(1);
    let effects = changed(&mut app, vec![closed]);
    disk.serve(&mut app, effects);
    shows(&mut app, "api#1 hangs no more: somebody else has closed or taken it");
    shows(&mut app, "1 of 1 that hang");
    shows(&mut app, "api#2");
}

#[test]
fn what_is_left_for_later_stays_undecided() {
    let (mut app, mut disk) = (week(), Disk::default());
    disk.press(&mut app, "H<enter>jj");
    shows(&mut app, "INCOMPLETE (2 undecided)");
    shows(&mut app, "2 left undecided");
    assert!(disk.typed.is_empty());
    disk.press(&mut app, "<enter>");
    shows(&mut app, "1 of 2 that hang");
    disk.press(&mut app, "jk");
    shows(&mut app, "api#1");
}

#[test]
fn a_snooze_says_whom_it_wakes_and_other_words_can_be_said_of_it() {
    let (mut app, mut disk) = (week(), Disk::default());
    disk.press(&mut app, "H<enter>s");
    shows(&mut app, "in ana's shift");
    disk.press(&mut app, "<esc>");
    shows(&mut app, "1 of 2 that hang");
    disk.press(&mut app, "e");
    shows(&mut app, "stuck on");
    disk.press(&mut app, "stuck<enter>the vendor sleeps<enter>");
    shows(&mut app, "the vendor sleeps");
    disk.press(&mut app, "<esc>e<enter>7<enter>");
    shows(&mut app, "write a number from 1 (bad) to 5");
    disk.press(&mut app, "<backspace>3<enter>");
    shows(&mut app, "it felt 3 of 5 (ana)");
}

#[test]
fn it_is_written_copied_and_accepted_by_the_right_person() {
    let (mut app, mut disk) = (week(), Disk::default());
    disk.press(&mut app, "H");
    let wrote = disk.press(&mut app, "W");
    assert!(matches!(wrote.as_slice(), [Effect::Handoff(Errand::Write(_))]), "{wrote:?}");
    let copied = disk.press(&mut app, "y");
    let is_page = |text: &str| text.starts_with("<!-- dogwatch handoff=ops/2026-11-16T10:00:00Z -->\n# Handoff ops");
    assert!(matches!(&copied[0], Effect::Copy { what: "handoff", text } if is_page(text)), "{copied:?}");
    assert!(disk.press(&mut app, "A").is_empty());
    shows(&mut app, "only the incoming person accepts it: ben; you are ana");
}

#[test]
fn without_a_rotation_it_says_what_is_missing() {
    let (mut app, mut disk) = (shift(), Disk::default());
    disk.press(&mut app, "H");
    shows(&mut app, "there is no shift to hand over: the team file has no rotation");
    disk.press(&mut app, "<enter>hWAy<esc>");
    assert!(app.handing().is_none());
}

#[test]
fn a_shift_that_is_about_to_end_is_said_once() {
    let mut app = week();
    let end: DateTime<Utc> = "2026-11-23T10:00:00Z".parse().unwrap();
    app.update(end - TimeDelta::hours(2), Fact::Ticked);
    assert!(!screen(&mut app, 80, 24).contains("your shift ends"));
    app.update(end - TimeDelta::minutes(29), Fact::Ticked);
    shows(&mut app, "your shift ends Mon 10:00; H hands it over");
    let said = app.toasts().notices().len();
    app.update(end - TimeDelta::minutes(14), Fact::Ticked);
    assert_eq!(app.toasts().notices().len(), said);
}

#[test]
fn nothing_of_a_strangers_breaks_out_of_it() {
    let (mut app, mut disk) = (week(), Disk::default());
    let titled = titled(app.desk().incident(&IncidentId::new("api#1")).unwrap().clone(), HOSTILE);
    let newer = Incident { updated_at: now() + TimeDelta::seconds(1), ..titled };
    changed(&mut app, vec![newer]);
    disk.press(&mut app, "H");
    nothing_breaks_out(&mut app);
    disk.press(&mut app, "<enter>");
    nothing_breaks_out(&mut app);
}

//! What goes wrong while a meeting runs.

use dogwatch::domain::incident::{Ack, CloseReason, Moment, Status};
use dogwatch::domain::journal::Outcome;
use dogwatch::domain::minutes::Fate;
use dogwatch::domain::text::Clean;

use super::*;
use crate::screen::{changed, decided, press_only, settle};

fn closed(mut incident: Incident) -> Incident {
    incident.updated_at = now() + TimeDelta::minutes(1);
    incident.status = Status::Closed { at: Some(now()), reason: CloseReason::Completed };
    incident
}

#[test]
fn what_somebody_else_closes_stays_greyed_and_says_who() {
    let (mut app, _) = begun(afternoon());
    let effects = changed(&mut app, vec![closed(afternoon().remove(1))]);
    assert!(effects.contains(&Effect::LoadDetail(id("api#2"))), "who it was is looked up");
    assert_eq!(item(&app), "api#2", "nothing moves under the cursor");
    assert!(text(&mut app).contains("settled elsewhere: closed as completed 14:12"), "{}", text(&mut app));
    let moment =
        Moment { at: now(), by: Some(Clean::line("ben")), what: Clean::line("closed as completed"), text: None };
    let told = Fact::DetailLoaded { id: id("api#2"), body: None, moments: vec![moment] };
    let lines = minuted(&app.update(now(), told));
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(text(&mut app).contains("settled elsewhere: closed as completed by ben 14:12"), "{}", text(&mut app));
    assert_eq!(held(&app).fate(&id("api#2")), Fate::Elsewhere);
    press(&mut app, "n");
    press(&mut app, "  ");
    assert_eq!(item(&app), "api#1", "what is settled does not come back");
}

#[test]
fn what_somebody_else_triages_acks_or_opens_again_is_said_too() {
    let (mut app, _) = begun(afternoon());
    let mut triaged = afternoon().remove(1);
    triaged.labels.push(Clean::line("tool-down"));
    triaged.updated_at = now() + TimeDelta::minutes(1);
    let mut acked = afternoon().remove(2);
    acked.labels.push(Clean::line("ack"));
    acked.ack = Some(Ack { by: Some(Clean::line("ben")), at: Some(now()) });
    acked.updated_at = now() + TimeDelta::minutes(1);
    changed(&mut app, vec![triaged, acked, closed(afternoon().remove(0))]);
    let said = |app: &App, name: &str| held(app).elsewhere.get(&id(name)).map(ToString::to_string);
    assert_eq!(said(&app, "api#2").unwrap(), "triaged: SEV2, tool-down");
    assert_eq!(said(&app, "api#3").unwrap(), "acked by ben 14:12");
    assert_eq!(said(&app, "api#1").unwrap(), "closed as completed 14:12");
    let mut again = afternoon().remove(0);
    again.updated_at = now() + TimeDelta::minutes(2);
    changed(&mut app, vec![again]);
    assert_eq!(said(&app, "api#1"), None);
    press(&mut app, " ");
    assert_eq!(item(&app), "api#1");
}

#[test]
fn what_comes_up_meanwhile_joins_the_end() {
    let (mut app, _) = begun(afternoon());
    let older = titled(incident("api#8", 9000, &[]), "Found in the archive");
    let lines = minuted(&changed(&mut app, vec![older]));
    assert_eq!(lines.len(), 1);
    assert_eq!(item(&app), "api#2");
    assert_eq!(agenda(&app).last().unwrap(), "untriaged api#8");
    assert!(text(&mut app).contains("1 of 4 · untriaged"), "{}", text(&mut app));
}

#[test]
fn an_item_that_is_triaged_here_and_overdue_then_is_not_walked_twice() {
    let (mut app, _) = begun(vec![incident("api#1", 5000, &[])]);
    press(&mut app, "itool<enter>");
    assert!(app.desk().row(&id("api#1")).unwrap().standing.overdue());
    assert_eq!(agenda(&app), ["untriaged api#1"]);
    assert_eq!(stage(&app), Stage::Minutes(0), "all is settled");
}

#[test]
fn nothing_goes_on_before_it_is_on_disk() {
    let (mut app, _) = begun(afternoon());
    let effects = press_only(&mut app, "x<enter>");
    assert_eq!(decided(&effects), ["close api#2"]);
    assert_eq!((item(&app), held(&app).decided.len()), ("api#2", 0));
    assert!(held(&app).elsewhere.is_empty(), "what I decide is not settled elsewhere");
    let ops = crate::screen::recorded(&effects).iter().map(|entry| entry.op.clone()).collect();
    app.update(now(), Fact::NotRecorded { ops, reason: Clean::line("the disk is full") });
    assert_eq!((item(&app), held(&app).fate(&id("api#2"))), ("api#2", Fate::Untouched));
}

#[test]
fn what_the_tracker_refuses_was_not_decided() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, "x<enter>");
    assert_eq!(held(&app).fate(&id("api#2")), Fate::Decided);
    settle(&mut app, &Outcome::refused("not on my watch"));
    assert_eq!(held(&app).fate(&id("api#2")), Fate::Untouched);
    assert!(held(&app).left().iter().any(|left| left.id == id("api#2")));
}

#[test]
fn only_what_the_meeting_decided_is_undone_in_it() {
    let mut app = with(afternoon());
    press(&mut app, "ja");
    press(&mut app, "T<enter>");
    assert_eq!(decided(&press(&mut app, "u")), Vec::<String>::new());
    assert!(text(&mut app).contains("nothing to undo: this meeting has decided nothing"), "{}", text(&mut app));
}

#[test]
fn a_meeting_that_was_killed_is_gone_on_with() {
    let (mut app, mut lines) = begun(afternoon());
    lines.extend(minuted(&press(&mut app, "x<enter>")));
    lines.extend(minuted(&press(&mut app, " ")));
    let entries = app.desk().journal().entries().to_vec();

    let mut again = with(Vec::new());
    again.update(now(), Fact::Loaded { incidents: afternoon(), entries, sources: vec![screen::fresh("api")] });
    press(&mut again, "T");
    again.update(now(), Fact::MeetingFound(lines.clone()));
    let shown = text(&mut again);
    assert!(shown.contains("The meeting of 14:12 was not ended: 1 of 3 settled. v goes on with it."), "{shown}");
    let more = minuted(&press(&mut again, "v"));
    assert_eq!(item(&again), "api#3", "what was left for later waits for the end");
    assert_eq!(agenda(&again), agenda(&app));
    assert!(more.iter().all(|line| line.meeting == lines[0].meeting), "one meeting, one name");
    lines.extend(more);
    let minutes = Minutes::of(&lines).unwrap();
    assert_eq!(minutes.decided.len(), 1, "nothing is told twice");
}

#[test]
fn a_meeting_that_ended_or_is_somebody_elses_or_old_is_not_gone_on_with() {
    let (mut app, lines) = begun(afternoon());
    let mut ended = lines.clone();
    ended.extend(minuted(&press(&mut app, "qy")));
    let offered = |lines: Vec<Line>, after: TimeDelta| {
        let mut app = with(afternoon());
        later(&mut app, after);
        press(&mut app, "T");
        app.update(app.desk().now(), Fact::MeetingFound(lines));
        app.meeting().unwrap().unfinished().is_some()
    };
    assert!(offered(lines.clone(), TimeDelta::hours(1)));
    assert!(!offered(lines.clone(), TimeDelta::hours(13)));
    assert!(!offered(ended, TimeDelta::hours(1)));
    assert!(!offered(Vec::new(), TimeDelta::hours(1)));
}

#[test]
fn read_only_decides_nothing_and_writes_nothing() {
    let mut setup = setup(team());
    setup.read_only = Some(Clean::line("started with --readonly"));
    let mut app = App::new(setup, plain(dogwatch::app::bindings::Keymap::default()), now());
    app.update(now(), screen::loaded(afternoon()));
    let effects = press(&mut app, "T<enter> x");
    assert_eq!((decided(&effects), minuted(&effects)), (Vec::new(), Vec::new()));
    assert!(text(&mut app).contains("nothing can be decided: started with --readonly"), "{}", text(&mut app));
}

#[test]
fn five_thousand_incidents_are_walked_like_three() {
    let many: Vec<Incident> = (1..=5000)
        .map(|n| titled(incident(&format!("api#{n}"), n, &[]), &format!("Gateway answers {n} to call number {n}")))
        .collect();
    let (mut app, lines) = begun(many);
    assert_eq!(held(&app).items.len(), 5000);
    assert_eq!(item(&app), "api#5000");
    assert!(text(&mut app).contains("1 of 5000"), "{}", text(&mut app));
    let decided = press(&mut app, "itool<enter>");
    assert_eq!((minuted(&decided).len(), item(&app)), (1, "api#4999"));
    press(&mut app, "  q");
    let shown = text(&mut app);
    assert!(shown.contains("4999 of 5000 not settled, 2 of them left for later:"), "{shown}");
    assert!(shown.contains("and 49") && shown.contains(" more"), "{shown}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn hostile_titles_stay_in_their_place() {
    let (mut app, _) = begun(vec![titled(incident("api#1", 5, &[]), screen::HOSTILE)]);
    for (width, height) in [(40, 10), (80, 24), (160, 45)] {
        for keys in ["", "M", "<esc>q", "n"] {
            press(&mut app, keys);
            let shown = screen::screen(&mut app, width, height);
            assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{shown:?}");
        }
    }
}

#[test]
fn an_empty_agenda_is_a_short_meeting() {
    let (mut app, _) = begun(vec![afternoon().remove(3)]);
    assert_eq!(stage(&app), Stage::Minutes(0));
    let lines = minuted(&press(&mut app, "q"));
    assert_eq!(lines.len(), 1, "it ended");
    assert!(app.meeting().is_none());
}

//! The walk: what is on the agenda, what a key decides, where it goes on.

use dogwatch::config::{Severity, TeamFile};

use super::*;
use crate::screen::decided;

#[test]
fn the_untriaged_come_first_and_the_oldest_of_them_then_what_is_overdue() {
    let (app, _) = begun(afternoon());
    assert_eq!(agenda(&app), ["untriaged api#2", "untriaged api#1", "overdue api#3"]);
    assert_eq!(item(&app), "api#2");
}

#[test]
fn a_team_without_kinds_is_asked_for_no_kind() {
    let mut app = of_team(TeamFile { kinds: Vec::new(), ..team_without_rules() }, afternoon());
    press(&mut app, "T<enter>");
    assert_eq!(agenda(&app), ["untriaged api#1", "overdue api#3"]);
}

fn team_without_rules() -> TeamFile {
    TeamFile { triage: Vec::new(), ..team() }
}

#[test]
fn what_has_lain_untouched_for_longer_than_its_severity_allows_comes_last() {
    let mut old = titled(incident("api#9", 60 * 24 * 400, &["SEV4", "tool-down"]), "Docs show the old name");
    old.ack = Some(dogwatch::domain::incident::Ack { by: None, at: Some(old.opened_at) });
    let (app, _) = begun(vec![old, incident("api#1", 20, &[])]);
    assert_eq!(agenda(&app), ["untriaged api#1", "backlog-untouched api#9"]);
}

#[test]
fn what_a_handover_dropped_is_walked_before_what_lies() {
    let mut app = with(afternoon());
    app.update(now(), Fact::Dropped(vec![id("api#4"), id("api#3")]));
    press(&mut app, "T<enter>");
    assert_eq!(agenda(&app), ["untriaged api#2", "untriaged api#1", "overdue api#3", "dropped api#4"]);
}

#[test]
fn the_first_page_says_what_there_is_and_asks_who_is_here() {
    let mut app = with(afternoon());
    assert_eq!(press(&mut app, "T"), [Effect::LoadMeeting]);
    let shown = text(&mut app);
    for words in ["3 to walk: 2 untriaged, 1 overdue.", "Who is here?", "[x] ana", "[ ] ben", "enter begin"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let lines = minuted(&press(&mut app, "j <enter>"));
    assert_eq!(Minutes::of(&lines).unwrap().present.len(), 2, "ben was ticked");
    assert_eq!(stage(&app), Stage::Walking);
}

#[test]
fn leaving_the_first_page_holds_no_meeting() {
    let mut app = with(afternoon());
    assert_eq!(minuted(&press(&mut app, "T<esc>")), []);
    assert!(app.meeting().is_none());
    assert_eq!(press(&mut app, "Tq"), [Effect::LoadMeeting]);
    assert!(app.meeting().is_none());
}

#[test]
fn an_item_says_what_it_is_why_it_is_here_and_what_is_proposed() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, "n");
    let shown = text(&mut app);
    for words in [
        "2 of 3 · untriaged",
        "item <1m · meeting <1m",
        "api#1   api, opened 20m ago",
        "G a t e w a y",
        "no severity · no kind · open",
        "proposed   tool-down, as api#4, which looks like it  (t takes it)",
        "SEV2, by that kind",
        "alike      api#4 open, nobody, tool-down (3 same words): Gateway answers slowly",
        "owner      ben, of core",
        "runbook    tool-down.md",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

#[test]
fn taking_what_is_proposed_is_one_act_and_goes_on() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, "n");
    let effects = press(&mut app, "t");
    assert_eq!(decided(&effects), ["kind api#1"], "the severity comes with the kind");
    assert_eq!(item(&app), "api#3");
    let lines = minuted(&effects);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(decided(&press(&mut app, "u")), ["kind api#1"]);
    assert_eq!(item(&app), "api#1", "an undo goes back to what it took back");
    assert!(held(&app).decided.is_empty());
}

#[test]
fn a_rule_proposes_and_says_which_it_is() {
    let asks = titled(incident("api#5", 30, &["howto"]), "May a release go out without a baseline?");
    let (mut app, _) = begun(vec![asks]);
    let shown = text(&mut app);
    assert!(shown.contains("question · no severity · open"), "{shown}");
    assert!(shown.contains("nothing: no rule, label or look-alike says what it is"), "{shown}");
    press(&mut app, "<enter>");
    assert!(text(&mut app).contains("kind      question"), "{}", text(&mut app));
}

#[test]
fn half_a_triage_stays_and_says_what_is_missing() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, "n");
    assert_eq!(decided(&press(&mut app, "SSEV3<enter>")), ["severity api#1"]);
    assert_eq!(item(&app), "api#1");
    let shown = text(&mut app);
    assert!(shown.contains("still missing: its kind"), "{shown}");
    assert!(shown.contains("SEV3 · no kind"), "{shown}");
    assert!(shown.contains("decided    severity to SEV3, by ana"), "{shown}");
    assert_eq!(decided(&press(&mut app, "iquestion<enter>")), ["kind api#1"]);
    assert_eq!(item(&app), "api#3", "now nothing is missing");
}

#[test]
fn the_keys_of_the_queue_decide_about_what_is_seen() {
    let cases = [
        ("x<enter>", "close api#2"),
        ("s<enter>", "snooze api#2"),
        ("m1<enter>y", "merge api#2"),
        ("Aben<enter>", "assign api#2"),
        ("cnext: ask ben<ctrl-d>", "note api#2"),
        ("a", "ack api#2"),
        ("B", "severity api#2"),
    ];
    let goes_on = ["x<enter>", "s<enter>", "m1<enter>y"];
    for (keys, what) in cases {
        let mut backlog = team();
        backlog.severities[3] = Severity { backlog: true, ..backlog.severities[3].clone() };
        let mut app = of_team(backlog, afternoon());
        press(&mut app, "T<enter>");
        assert_eq!(decided(&press(&mut app, keys)), [what]);
        let expected = if goes_on.contains(&keys) { "api#1" } else { "api#2" };
        assert_eq!(item(&app), expected, "{keys}");
        assert_eq!(held(&app).decided.len(), 1, "{keys}");
    }
}

#[test]
fn a_team_without_a_backlog_is_told_so() {
    let mut none = team();
    none.severities.iter_mut().for_each(|severity| severity.backlog = false);
    let mut app = of_team(none, afternoon());
    press(&mut app, "T<enter>");
    assert_eq!(decided(&press(&mut app, "B")), Vec::<String>::new());
    assert!(text(&mut app).contains("no severity of the team file has `backlog = true`"));
}

#[test]
fn any_decision_settles_what_is_triaged_already() {
    let (mut app, _) = begun(vec![afternoon().remove(2), afternoon().remove(0)]);
    press(&mut app, "G");
    assert_eq!(item(&app), "api#3");
    press(&mut app, "cben looks at noon<ctrl-d>");
    assert_eq!(item(&app), "api#1");
    assert_eq!(held(&app).decided[0].note.as_ref().unwrap().as_str(), "ben looks at noon");
}

#[test]
fn what_is_left_for_later_comes_back_at_the_end_and_twice_is_enough() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, " ");
    assert_eq!(item(&app), "api#1");
    press(&mut app, "x<enter>");
    assert_eq!(item(&app), "api#3");
    press(&mut app, "a");
    assert_eq!(item(&app), "api#2", "it comes back");
    press(&mut app, " ");
    assert_eq!(stage(&app), Stage::Ending);
    let shown = text(&mut app);
    assert!(shown.contains("1 of 3 not settled, 1 of them left for later:"), "{shown}");
    assert!(shown.contains("api#2 Search returns nothing in the evening"), "{shown}");
    press(&mut app, "n");
    assert_eq!((stage(&app), item(&app)), (Stage::Walking, "api#2"));
}

#[test]
fn the_walk_says_when_it_goes_round_again() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, "  ");
    assert!(!text(&mut app).contains("round again"));
    press(&mut app, " ");
    assert_eq!(item(&app), "api#2");
    let shown = text(&mut app);
    assert!(shown.contains("round again: 3 left for later"), "{shown}");
}

#[test]
fn come_back_goes_to_what_was_left_at_once() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, "v");
    assert!(text(&mut app).contains("nothing is left for later"));
    press(&mut app, "  v");
    assert_eq!(item(&app), "api#2");
    press(&mut app, "v");
    assert_eq!(item(&app), "api#1");
}

#[test]
fn looking_ahead_and_back_decides_nothing() {
    let (mut app, _) = begun(afternoon());
    let effects = press(&mut app, "njkN<right><left>Ggnnnn");
    assert_eq!((decided(&effects), minuted(&effects)), (Vec::new(), Vec::new()));
    assert_eq!(item(&app), "api#3", "the last stays the last");
}

#[test]
fn the_evidence_is_one_key_away_and_scrolls() {
    let mut long = afternoon();
    long[1].body = Some(dogwatch::domain::text::Clean::block(&"a line of evidence\n\n".repeat(40)));
    let (mut app, _) = begun(long);
    assert!(press(&mut app, "<enter>").contains(&Effect::FetchDetail(id("api#2"))));
    let shown = text(&mut app);
    assert!(shown.contains("a line of evidence") && shown.contains("esc back"), "{shown}");
    press(&mut app, "G");
    let end = text(&mut app);
    assert!(!end.contains("assigned  nobody"), "{end}");
    press(&mut app, "g<esc>");
    assert_eq!(stage(&app), Stage::Walking);
    press(&mut app, "<enter>");
    assert_eq!(decided(&press(&mut app, "x<enter>")), ["close api#2"], "decided from the evidence");
    assert_eq!((item(&app), stage(&app)), ("api#1", Stage::Walking));
}

#[test]
fn esc_leads_to_the_queue_while_the_meeting_goes_on() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, "n<esc>");
    assert!(text(&mut app).contains("needs you now"), "{}", text(&mut app));
    assert_eq!(decided(&press(&mut app, "a")), ["ack api#3"], "the queue has its own cursor");
    press(&mut app, "T");
    assert_eq!(item(&app), "api#1");
    assert_eq!(held(&app).decided.len(), 1, "what I decide meanwhile counts");
}

#[test]
fn a_runbook_is_looked_up_and_leads_back() {
    let (mut app, _) = begun(afternoon());
    let effects = press(&mut app, "b");
    assert!(matches!(effects.as_slice(), [Effect::OpenPage(_), ..]), "{effects:?}");
    app.update(now(), Fact::PageMissing(dogwatch::domain::text::Clean::line("there is none")));
    assert_eq!(item(&app), "api#2");
    assert!(app.meeting_in_front().is_some());
}

#[test]
fn it_can_be_read_at_every_size() {
    let (mut app, _) = begun(afternoon());
    press(&mut app, "n");
    for (width, height) in [(40, 10), (80, 24), (200, 60)] {
        let shown = screen::screen(&mut app, width, height);
        assert!(shown.contains("2 of 3 · untriaged") && shown.contains("api#1"), "{shown}");
        assert!(shown.contains("no severity") && shown.contains("tool-down"), "{width}×{height}: {shown}");
    }
    insta::assert_snapshot!("walk_40", screen::screen(&mut app, 40, 10));
    insta::assert_snapshot!("walk_80", screen::screen(&mut app, 80, 24));
    insta::assert_snapshot!("walk_200", screen::screen(&mut app, 200, 60));
}

#[test]
fn the_clocks_tick_by_the_minute_and_wake_nobody_in_between() {
    let (mut app, _) = begun(afternoon());
    let alarm = app.alarm().unwrap();
    assert!(alarm - now() >= TimeDelta::seconds(1), "{alarm}");
    later(&mut app, TimeDelta::minutes(14));
    press(&mut app, "n");
    later(&mut app, TimeDelta::minutes(2));
    assert!(text(&mut app).contains("item 2m · meeting 16m"), "{}", text(&mut app));
    for _ in 0..20 {
        let at = app.alarm().unwrap();
        assert!(at - app.desk().now() >= TimeDelta::seconds(4), "a clock wakes nobody each second");
        app.update(at, Fact::Ticked);
    }
}

//! Each decision by its key: what is recorded, what is shown, where the cursor goes.

use super::*;

#[test]
fn an_ack_is_on_disk_before_it_is_shown_and_the_cursor_goes_on() {
    let mut app = shift();
    let effects = press_only(&mut app, "a");
    assert_eq!(decided(&effects), ["ack api#1"]);
    assert_eq!(selected(&app), "api#3");
    assert!(!screen(&mut app, 80, 24).contains("acked"), "nothing is said to be done before it is on disk");
    let sent = keep(&mut app, &effects);
    assert!(matches!(sent.as_slice(), [Effect::Send { .. }, ..]), "{sent:?}");
    assert!(line_with(&mut app, "api#1 ").contains("+ acked   api#1 …ack title of 1"));
    assert!(screen(&mut app, 80, 24).contains("ok: ack api#1"));
    assert!(screen(&mut app, 80, 24).contains("1 unsent"));
    assert_eq!(selected(&app), "api#3");
}

#[test]
fn an_ack_that_could_not_be_kept_was_never_given() {
    let mut app = shift();
    let effects = press_only(&mut app, "a");
    let ops = recorded(&effects).iter().map(|entry| entry.op.clone()).collect();
    app.update(now(), Fact::NotRecorded { ops, reason: Clean::line("the disk is full; free some space") });
    let screen = screen(&mut app, 80, 24);
    assert!(screen.contains("! open    api#1"), "{screen}");
    assert!(screen.contains("error: not decided: the disk is full; free some space"), "{screen}");
}

#[test]
fn a_refused_ack_undoes_itself_and_says_why() {
    let mut app = shift();
    press(&mut app, "a");
    settle(&mut app, &Outcome::refused("your token may not label issues here"));
    let screen = screen(&mut app, 80, 24);
    assert!(screen.contains("SEV1 ! open    api#1"), "{screen}");
    assert!(screen.contains("error: ack api#1 refused: your token may not label issues here"), "{screen}");
    assert!(screen.contains("1 to look at (L)"), "{screen}");
    assert_eq!(selected(&app), "api#3", "the cursor does not jump back");
}

#[test]
fn two_acks_in_a_row_are_about_two_incidents() {
    let mut app = shift();
    assert_eq!(decided(&press(&mut app, "aa")), ["ack api#1", "ack api#3"]);
}

#[test]
fn a_bulk_ack_asks_once_and_is_one_undo() {
    let mut app = shift();
    assert_eq!(press(&mut app, "*a"), []);
    let asked = screen(&mut app, 80, 24);
    assert!(asked.contains("Ack 5 incidents?") && asked.contains("api#1 title of 1"), "{asked}");
    let effects = press(&mut app, "y");
    assert_eq!(decided(&effects).len(), 5);
    assert!(app.marks().is_empty());
    assert!(screen(&mut app, 80, 24).contains("ok: ack 5 incidents"));
    let undone = press(&mut app, "u");
    assert_eq!(decided(&undone).len(), 5);
    assert!(screen(&mut app, 80, 24).contains("ok: undone: ack of 5 incidents"));
    assert!(!screen(&mut app, 80, 24).contains("acked"));
}

#[test]
fn no_means_no() {
    for no in ["n", "<esc>", "q"] {
        let mut app = shift();
        assert_eq!(decided(&press(&mut app, &format!("*a{no}"))), Vec::<String>::new());
        assert_eq!(app.dialog(), None);
        assert_eq!(app.subjects().len(), 5, "the marks stay");
    }
}

#[test]
fn undo_says_what_it_undid_and_goes_back_there() {
    let mut app = shift();
    press(&mut app, "ja");
    assert_eq!(selected(&app), "api#2");
    let effects = press(&mut app, "u");
    assert_eq!(decided(&effects), ["unack api#3"]);
    assert_eq!(selected(&app), "api#3");
    let screen = screen(&mut app, 80, 24);
    assert!(screen.contains("ok: undone: ack api#3"), "{screen}");
    assert!(screen.contains(">  SEV2 ! open    api#3"), "no ghost is left: {screen}");
    press(&mut app, "u");
    assert!(line_with(&mut app, "nothing to undo").contains("note:"));
}

#[test]
fn unack_gives_it_back() {
    let mut app = shift();
    press(&mut app, "a");
    let acked = app.desk().incident(&"api#1".into()).cloned();
    settle(&mut app, &Outcome::done(acked));
    press(&mut app, "G");
    assert_eq!(selected(&app), "api#1");
    assert_eq!(decided(&press(&mut app, "U")), ["unack api#1"]);
    assert!(line_with(&mut app, "api#1 ").contains("! open"));
}

#[test]
fn an_act_that_makes_no_sense_is_refused_with_the_reason() {
    let cases = [
        ("U", "api#1: it is not acked"),
        ("X", "api#1: it is open"),
        ("w", "api#1: it is not snoozed"),
        ("u", "nothing to undo"),
        ("n", "no filter to go by"),
        ("SSEV1<enter>", "api#1: it is SEV1 already"),
        ("Anobody<enter>", "api#1: nobody has it"),
        ("c<ctrl-d>", "an empty note is not sent"),
    ];
    for (keys, why) in cases {
        let mut app = shift();
        assert_eq!(decided(&press(&mut app, keys)), Vec::<String>::new(), "{keys}");
        let screen = screen(&mut app, 80, 24);
        assert!(screen.contains(why), "{keys}: {screen}");
        assert_eq!(selected(&app), "api#1", "{keys}");
    }
}

#[test]
fn assign_offers_me_then_the_team_then_who_may_be_assigned() {
    let mut app = shift();
    let effects = press(&mut app, "A");
    assert_eq!(effects, [Effect::LoadAssignable("api".into())]);
    let logins = ["ana-sol", "ben", "zoe"].map(Clean::line).into();
    app.update(now(), Fact::AssignableLoaded { source: "api".into(), logins });
    let shown = screen(&mut app, 80, 24);
    let offered: Vec<&str> = ["ana ", "ben ", "nobody", "zoe"].into_iter().filter(|who| shown.contains(who)).collect();
    assert_eq!(offered.len(), 4, "{shown}");
    assert!(shown.contains("Ana Sol @ana-sol (me)") && !shown.contains("\n│  ana-sol"), "{shown}");
    let effects = press(&mut app, "zo<enter>");
    assert_eq!(decided(&effects), ["assign api#1"]);
    assert!(screen(&mut app, 80, 24).contains("assigned  zoe"));
    assert_eq!(selected(&app), "api#1", "it is still here to be acked");
}

#[test]
fn assign_takes_a_login_that_is_not_listed_and_nobody() {
    let mut app = shift();
    press(&mut app, "Ayan<enter>");
    assert!(screen(&mut app, 80, 24).contains("assigned  yan"));
    press(&mut app, "Anobody<enter>");
    assert!(screen(&mut app, 80, 24).contains("assigned  nobody"));
}

#[test]
fn an_act_of_an_hour_ago_or_before_what_stays_is_undone_only_after_a_yes() {
    let done = Outcome::Done { facts: None, filed: None, remark: None };
    let mut app = shift();
    let acked = press(&mut app, "a");
    let [id] = &decided(&acked)[..] else { panic!("{acked:?}") };
    assert_eq!(id, "ack api#1");
    settle(&mut app, &done);
    app.update(now() + TimeDelta::hours(1), Fact::Ticked);
    assert_eq!(decided(&press(&mut app, "u")), [""; 0]);
    assert!(screen(&mut app, 80, 24).contains("Undo ack of api#1, 1h ago?"));
    assert_eq!(decided(&press(&mut app, "<esc>")), [""; 0], "Esc is no yes");
    assert_eq!(decided(&press(&mut app, "u<enter>")), ["unack api#1"]);

    // A note that has been sent stays; what came before it is not undone in its place without a word.
    settle(&mut app, &done);
    press(&mut app, "a");
    settle(&mut app, &done);
    let noted = press(&mut app, "clooking<ctrl-d>");
    assert_eq!(decided(&noted).len(), 1);
    for seconds in 1..9 {
        app.update(now() + TimeDelta::hours(1) + TimeDelta::seconds(10 * seconds), Fact::Ticked);
        settle(&mut app, &done);
    }
    assert_eq!(decided(&press(&mut app, "u")), [""; 0]);
    let shown = screen(&mut app, 120, 24);
    assert!(shown.contains("Undo ack of api#1, 1m ago; the note on api#3 since then"), "{shown}");
}

#[test]
fn close_asks_for_the_reason_once_and_reopen_undoes_it() {
    let mut app = shift();
    assert_eq!(press(&mut app, "x"), []);
    let asked = screen(&mut app, 80, 24);
    for reason in ["Close api#1", "completed", "not-planned", "duplicate"] {
        assert!(asked.contains(reason), "{asked}");
    }
    assert_eq!(decided(&press(&mut app, "<down><enter>")), ["close api#1"]);
    assert_eq!(selected(&app), "api#3");
    assert!(!screen(&mut app, 80, 24).contains("api#1 title"));
    press(&mut app, "eG");
    assert!(screen(&mut app, 80, 24).contains("closed as not-planned"), "{}", screen(&mut app, 80, 24));
    assert_eq!(decided(&press(&mut app, "X")), ["reopen api#1"]);
    press(&mut app, "e");
    assert!(line_with(&mut app, "api#1 ").contains("! open"));
}

#[test]
fn a_bulk_close_asks_once_for_all() {
    let mut app = shift();
    press(&mut app, "  x");
    assert!(screen(&mut app, 80, 24).contains("Close 2 incidents"));
    assert_eq!(decided(&press(&mut app, "<enter>")), ["close api#1", "close api#3"]);
}

#[test]
fn snooze_offers_times_of_the_team_and_reads_others() {
    let mut app = shift();
    press(&mut app, "s");
    let offered = screen(&mut app, 80, 24);
    for time in ["1 hour", "15:12", "4 hours", "18:12", "tomorrow 09:00", "Mon 2026-11-23 09:00"] {
        assert!(offered.contains(time), "{time}: {offered}");
    }
    press(&mut app, "3d");
    assert!(line_with(&mut app, "until 3d").contains("Wed 2026-11-25 14:12"));
    assert_eq!(decided(&press(&mut app, "<enter>")), ["snooze api#1"]);
    assert!(line_with(&mut app, "api#1 ").contains("~ snoozed"));
    assert!(line_with(&mut app, "api#1 ").contains("wakes 3d"));
    press(&mut app, "G");
    assert_eq!(decided(&press(&mut app, "w")), ["wake api#1"]);
}

#[test]
fn a_note_is_typed_with_line_breaks_and_sent_by_its_own_key() {
    let mut app = shift();
    press(&mut app, "cqX a?<enter>two");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("│qX a?") && shown.contains("│two"), "{shown}");
    let effects = press(&mut app, "<ctrl-d>");
    let texts: Vec<_> = recorded(&effects).iter().map(|entry| entry.decision.clone()).collect();
    assert_eq!(texts, [dogwatch::domain::decision::Decision::Note { text: "qX a?\ntwo".into() }]);
    assert_eq!(selected(&app), "api#1");
}

#[test]
fn severity_and_kind_stay_on_the_incident_while_its_row_moves() {
    let mut app = shift();
    press(&mut app, "G");
    assert_eq!(decided(&press(&mut app, "S1<enter>")), ["severity api#5"]);
    assert_eq!(selected(&app), "api#5");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains(">  (moved to needs you now) api#5"), "{shown}");
    assert_eq!(decided(&press(&mut app, "itool<enter>")), ["kind api#5"]);
    assert!(screen(&mut app, 80, 24).contains("kind      tool-down"));
}

#[test]
fn merge_finds_the_other_and_asks_once() {
    let mut app = shift();
    press(&mut app, "m");
    let offered = screen(&mut app, 80, 24);
    assert!(offered.contains("Merge into another: api#1") && !offered.contains("│> api#1"), "{offered}");
    press(&mut app, "title 4<enter>");
    let asked = screen(&mut app, 80, 24);
    assert!(asked.contains("Merge api#1 into api#4? It is closed as a duplicate."), "{asked}");
    assert_eq!(decided(&press(&mut app, "y")), ["merge api#1"]);
}

#[test]
fn a_new_incident_is_asked_for_its_title_severity_and_kind() {
    let mut app = shift();
    press(&mut app, "+the demo is down<enter>");
    assert!(screen(&mut app, 80, 24).contains("Severity of “the demo is down”"));
    let effects = press(&mut app, "<enter><down><enter>");
    let [entry] = recorded(&effects)[..] else { panic!("{effects:?}") };
    let labels = vec!["SEV1".to_owned()];
    let new = dogwatch::domain::decision::Decision::New {
        title: "the demo is down".into(),
        body: String::new(),
        labels,
        signal: None,
    };
    assert_eq!(entry.decision, new);
    assert!(line_with(&mut app, "the demo is down").contains("SEV1 ! open    (new)"));
    assert!(app.selected().is_some_and(IncidentId::is_provisional), "the cursor goes to it");
}

#[test]
fn the_cursor_and_the_keys_go_along_when_a_new_incident_is_filed() {
    let mut app = shift();
    let effects = press(&mut app, "+the demo is down<enter><enter><enter>");
    assert_eq!(recorded(&effects).len(), 1);
    press(&mut app, "c");
    let filed = titled(incident("api#9", 0, &["SEV1"]), "the demo is down");
    let id = Some(filed.id.clone());
    settle(&mut app, &Outcome::Done { facts: Some(Box::new(filed)), filed: id, remark: None });
    assert_eq!(selected(&app), "api#9");
    assert_eq!(decided(&press(&mut app, "since the release<ctrl-d>")), ["note api#9"], "a note begun before");
    assert_eq!(decided(&press(&mut app, "a")), ["ack api#9"]);
}

#[test]
fn what_leaves_the_screen_leaves_as_an_effect() {
    let copy = |what, text: &str| Effect::Copy { what, text: text.into() };
    let cases: Vec<(&str, Vec<Effect>)> = vec![
        ("o", vec![Effect::Browse("https://example.org/api/1".into())]),
        ("y", vec![copy("id", "api#1")]),
        ("Y", vec![copy("link", "https://example.org/api/1")]),
        ("  y", vec![copy("ids", "api#1 api#3")]),
        ("r", vec![Effect::Fetch(Some("api".into()))]),
        ("R", vec![Effect::Fetch(None)]),
        ("<ctrl-l>", vec![Effect::Redraw]),
        ("<ctrl-z>", vec![Effect::Suspend]),
        ("q", vec![Effect::Quit]),
        ("<ctrl-c>", vec![Effect::Quit]),
        ("x<ctrl-c>", vec![Effect::Quit]),
        ("/<ctrl-c>", vec![Effect::Quit]),
        ("cdraft<ctrl-o>", vec![Effect::WriteNote(vec!["api#1".into()])]),
    ];
    for (keys, wanted) in cases {
        let mut app = shift();
        let effects = press(&mut app, keys);
        let effects: Vec<Effect> =
            effects.into_iter().filter(|effect| !matches!(effect, Effect::LoadDetail(_))).collect();
        assert_eq!(effects, wanted, "{keys}");
    }
}

#[test]
fn only_the_web_is_offered_to_the_browser() {
    for address in [Some("file:///etc/passwd"), Some("javascript:alert(1)"), Some("https://a@b.example/"), None] {
        let mut odd = incident("api#1", 1, &[]);
        odd.url = address.map(Into::into);
        let mut app = with(vec![odd]);
        assert_eq!(press(&mut app, "oY"), [], "{address:?}");
        assert!(screen(&mut app, 80, 24).contains("it has no web address"));
    }
}

#[test]
fn a_read_only_watch_takes_no_decision_and_says_why() {
    let mut setup = setup(team());
    setup.read_only = Some(Clean::line("started with --readonly"));
    for keys in ["a", "A", "x", "X", "s", "c", "S", "i", "m", "+", "w", "U"] {
        let mut app = App::new(setup.clone(), plain(Keymap::default()), now());
        app.update(now(), loaded(vec![incident("api#1", 5, &["SEV1"])]));
        assert_eq!(press(&mut app, keys), [], "{keys}");
        assert_eq!(app.dialog(), None, "{keys}");
        let screen = screen(&mut app, 80, 24);
        assert!(screen.contains("nothing can be decided: started with --readonly"), "{keys}: {screen}");
        assert!(screen.starts_with("READ-ONLY"), "{screen}");
    }
}

#[test]
fn the_editor_gives_back_a_note_or_none() {
    let mut app = shift();
    press(&mut app, "cbegun<ctrl-o>");
    let ids: Vec<IncidentId> = vec!["api#1".into()];
    assert_eq!(app.draft(&ids), "begun");
    assert_eq!(app.update(now(), Fact::NoteWritten { ids: ids.clone(), text: None }), []);
    assert!(screen(&mut app, 80, 24).contains("nothing is sent"));
    let effects = app.update(now(), Fact::NoteWritten { ids: ids.clone(), text: Some("begun and done".into()) });
    assert_eq!(decided(&effects), ["note api#1"]);
    assert_eq!(app.draft(&ids), "");
}

#[test]
fn a_note_that_was_not_sent_waits_for_its_own_incident() {
    let mut app = shift();
    press(&mut app, "cbegun<esc>");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("c on api#1 goes on with this note"), "{shown}");
    press(&mut app, "jc");
    assert!(screen(&mut app, 80, 24).contains("Note on api#"), "the box names what it is on");
    assert_eq!(press(&mut app, "<ctrl-d>"), [], "there is nothing in it");
    press(&mut app, "gc");
    assert_eq!(decided(&press(&mut app, "<ctrl-d>")), ["note api#1"]);
}

#[test]
fn frozen_the_display_stands_still_and_keys_act_on_what_is_seen() {
    let mut app = shift();
    press(&mut app, "F");
    let before = screen(&mut app, 80, 24);
    assert!(before.starts_with("FROZEN 14:12"), "{before}");
    changed(&mut app, vec![incident("api#9", 500, &["SEV1"])]);
    let later = now() + TimeDelta::minutes(5);
    app.update(later, Fact::Ticked);
    assert_eq!(screen(&mut app, 80, 24), before);
    assert_eq!(decided(&press(&mut app, "a")), ["ack api#1"]);
    assert!(line_with(&mut app, "api#1 ").contains("! open"), "it stands still for one's own acts, too");
    press(&mut app, "F");
    let after = screen(&mut app, 80, 24);
    assert!(after.contains("api#9") && after.contains("+ acked   api#1"), "{after}");
}

#[test]
fn offline_nothing_is_asked() {
    let outfit = Outfit { reach: Reach::Offline, ..plain(Keymap::default()) };
    let mut app = App::new(setup(team()), outfit, now());
    app.update(now(), loaded(vec![incident("api#1", 5, &["SEV1"])]));
    assert_eq!(press(&mut app, "rR"), []);
    let screen = screen(&mut app, 80, 24);
    assert!(screen.starts_with("OFFLINE") && screen.contains("offline: nothing is asked"), "{screen}");
}

#[test]
fn the_system_may_ask_us_to_go() {
    let mut app = shift();
    assert_eq!(app.update(now(), Fact::Dismissed), [Effect::Quit]);
}

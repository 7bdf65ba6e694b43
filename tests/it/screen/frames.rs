//! What the screen looks like.

use super::*;

#[test]
fn the_queue_is_shown_by_section_and_severity_with_the_detail_below() {
    let mut app = shift();
    let screen = screen(&mut app, 80, 24);
    let lines: Vec<&str> = screen.lines().take(7).collect();
    assert_eq!(
        lines.join("\n"),
        "\
SEV1 1  SEV2 2  SEV3 1  untriaged 1  api fresh <5m
needs you now  4
>  SEV1 ! open    api#1 title of 1                   -          30m  overdue 15m
   SEV2 ! open    api#3 title of 3                   -           5h      due 19h
   SEV2 ! open    api#2 title of 2                   -           1h      due 19h
   SEV3 ! open    api#4 title of 4                   -           2d      due 46h
untriaged  1"
    );
}

#[test]
fn a_wide_screen_shows_the_detail_beside_the_queue() {
    let mut app = shift();
    insta::assert_snapshot!(screen(&mut app, 120, 14));
}

#[test]
fn a_quiet_screen_means_quiet_and_says_so_when_it_does_not_know() {
    let mut failed = fresh("api");
    failed.error = Some(Clean::line("no answer from api.example.org"));
    let never = SourceHealth::never("api".into(), "github");
    let known = |sources| Some(Fact::Loaded { incidents: Vec::new(), entries: Vec::new(), sources });
    let cases = [
        (None, "reading what this machine remembers…"),
        (known(vec![fresh("api")]), "nothing needs you"),
        (known(vec![never.clone()]), "no source has answered yet"),
        (known(vec![fresh("web"), never]), "nothing known needs you, but 1 of 2 sources never answered"),
        (known(vec![fresh("web"), failed]), "nothing known needs you, but 1 of 2 sources failed"),
    ];
    for (fact, wanted) in cases {
        let mut app = blank();
        fact.map(|fact| app.update(now(), fact));
        let shown = screen(&mut app, 80, 24);
        assert_eq!(shown.lines().nth(1), Some(wanted));
    }
}

#[test]
fn a_failed_fetch_leaves_the_rows_and_tells_its_age_and_error() {
    let mut app = shift();
    let mut health = fresh("api");
    health.error = Some(Clean::line("no answer from api.example.org"));
    let later = now() + TimeDelta::minutes(7);
    app.update(later, Fact::FetchEnded(health));
    let wide = screen(&mut app, 120, 24);
    assert!(wide.lines().next().unwrap().ends_with("api failed 7m: no answer from api.example.org"), "{wide}");
    assert!(wide.contains("api#1") && wide.contains("warning: api not reached: no answer"), "{wide}");
    let small = screen(&mut app, 40, 12);
    assert!(small.lines().next().unwrap().ends_with("api failed 7m") || small.contains("0/1 fresh"), "{small}");
}

#[test]
fn a_stale_source_shows_its_age_and_a_fresh_one_none_that_moves() {
    let mut app = shift();
    app.update(now() + TimeDelta::minutes(4), Fact::Ticked);
    assert!(screen(&mut app, 80, 24).contains("api fresh <5m"));
    app.update(now() + TimeDelta::minutes(8), Fact::Ticked);
    assert!(screen(&mut app, 80, 24).contains("api fresh 8m"));
    app.update(now() + TimeDelta::minutes(16), Fact::Ticked);
    assert!(screen(&mut app, 80, 24).contains("api stale 16m"));
}

#[test]
fn severity_state_and_id_are_never_cut_and_the_rest_gives_way() {
    let long = titled(incident("api#123456", 90, &["SEV2"]), "a title that is longer than any column that it may get");
    let mut app = with(vec![long]);
    for width in [40, 50, 60, 70, 80, 99, 100, 140, 200] {
        let shown = screen(&mut app, width, 24);
        assert!(shown.contains(">  SEV2 ! open    api#123456 "), "{width}: {shown}");
        let columns = shown.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(columns <= usize::from(width), "{width}: {columns}");
    }
}

#[test]
fn a_small_terminal_says_so_and_keeps_everything() {
    let mut app = shift();
    press(&mut app, "j v/sev2");
    for (width, height) in [(39, 24), (80, 9), (20, 5), (8, 3), (1, 1), (0, 0)] {
        let shown = screen(&mut app, width, height);
        assert!(width < 20 || shown.contains("too small"), "{width}×{height}: {shown}");
    }
    screen(&mut app, 40, 10);
    assert_eq!(app.sought().text, "sev2");
    assert!(!app.marks().is_empty());
}

#[test]
fn the_detail_tells_what_it_is_how_it_stands_and_what_happened() {
    let mut one = incident("api#1", 100, &["SEV1", "tool-down"]);
    one.author = Some(Clean::line("ana-sol"));
    let mut app = with(vec![one]);
    let moment = |minutes, by: Option<&str>, what: &str, text: Option<&str>| dogwatch::domain::incident::Moment {
        at: now() - TimeDelta::minutes(minutes),
        by: by.map(Clean::line),
        what: Clean::line(what),
        text: text.map(Clean::block),
    };
    let moments =
        vec![moment(90, Some("ben"), "commented", Some("looks **bad**")), moment(5, None, "labeled SEV1", None)];
    let body = Some(Clean::block("It is down.\n\n- since noon"));
    app.update(now(), Fact::DetailLoaded { id: "api#1".into(), body, moments });
    press(&mut app, "<enter>");
    insta::assert_snapshot!(screen(&mut app, 80, 28));
}

#[test]
fn open_again_is_said_in_words() {
    let mut one = incident("api#1", 300, &["SEV1", "acked"]);
    let at = now() - TimeDelta::minutes(200);
    one.ack = Some(dogwatch::domain::incident::Ack { by: Some(Clean::line("ben")), at: Some(at) });
    let mut app = with(vec![one]);
    assert!(screen(&mut app, 80, 24).contains("open again: ben's ack ran out after 1h without news"));
}

#[test]
fn detail_is_asked_for_once_and_again_when_the_incident_moves_on() {
    let mut app = blank();
    let id = IncidentId::from("api#1");
    let effects = app.update(now(), loaded(vec![incident("api#1", 5, &[])]));
    assert_eq!(effects, [Effect::LoadDetail(id.clone())]);
    assert_eq!(app.update(now(), Fact::Ticked), []);
    let mut moved = incident("api#1", 5, &[]);
    moved.updated_at = now();
    assert_eq!(changed(&mut app, vec![moved]), [Effect::LoadDetail(id)]);
}

#[test]
fn ten_thousand_incidents_draw_only_what_is_in_sight() {
    let many = (1..=10_000).map(|n| incident(&format!("api#{n}"), n, &["SEV3"])).collect();
    let mut app = with(many);
    press(&mut app, "G");
    assert_eq!(selected(&app), "api#1");
    let shown = screen(&mut app, 80, 24);
    assert_eq!(shown.matches("SEV3 ! open").count(), 13, "{shown}");
    press(&mut app, "/#9999");
    assert_eq!(app.list().ids().count(), 1);
}

#[test]
fn where_nothing_can_be_seen_nothing_is_decided() {
    let mut app = shift();
    resize(&mut app, 30, 8);
    for keys in ["a", "x<enter>", "* x<enter>", "c", "u"] {
        assert_eq!(press(&mut app, keys), [], "{keys}");
    }
    assert_eq!(press(&mut app, "q"), [Effect::Quit]);
    assert!(screen(&mut app, 80, 24).contains("needs you now"));
}

#[test]
fn a_narrow_header_says_the_worst_and_how_many_more_what_is_unsent_and_what_failed() {
    let mut app = shift();
    press(&mut app, "a");
    let mut failed = SourceHealth::never(SourceId::new("api"), "github");
    failed.error = Some(Clean::line("401"));
    app.update(now(), Fact::FetchEnded(failed));
    let header = screen(&mut app, 40, 10).lines().next().unwrap().to_owned();
    assert_eq!(header, "SEV2 2 +2  1 unsent  0/1 fresh");
}

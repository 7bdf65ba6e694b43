//! The MCP endpoints on the screen: how many are up, which is not, and why.

use std::time::Duration;

use super::*;
use dogwatch::app::watch::{Dialog, Shows};
use dogwatch::domain::drift::Impact;
use dogwatch::domain::health::interface::{Drift, Notice};
use dogwatch::domain::health::{Endpoint, Judgement, Rules};
use dogwatch::domain::incident::{CloseReason, Status};
use dogwatch::domain::probe::{
    Check, Class, Era, Evidence, Failure, Level, Phases, Report, Server, ToolList, Transport,
};

/// A handshake and, where it passed, a list of tools.
pub fn report(millis: u64, failure: Option<Failure>) -> Report {
    let check = |level, failure: Option<Failure>| {
        let took = Duration::from_millis(millis);
        let phases = Phases { connect: Some(took / 4), ttfb: Some(took / 2), total: took, ..Phases::default() };
        let body = failure.as_ref().map(|_| Clean::block("<html>\nno upstream\n</html>"));
        let evidence = Evidence { body, ..Evidence::default() };
        Check { level, took, failure, detail: Clean::default(), phases: Some(phases), evidence }
    };
    let tools = failure.is_none().then(|| check(Level::Tools, None));
    let list = failure.is_none().then(|| ToolList { tools: vec![serde_json::json!({"name": "search_docs"}); 12] });
    Report {
        tools: list,
        transport: Some(Transport::StreamableHttp),
        era: Some(Era::Legacy),
        protocol_version: Some(Clean::line("2025-11-25")),
        server: Some(Server { name: Clean::line("tools"), version: Clean::line("1.4.0") }),
        checks: [check(Level::Handshake, failure)].into_iter().chain(tools).collect(),
        ..Report::empty()
    }
}

fn failure(letter: char) -> Option<Failure> {
    let plain = |class| Failure::new(class, "the server said no; look at its log");
    match letter {
        '5' => Some(Failure { http_status: Some(503), ..plain(Class::Http5xx) }),
        'r' => Some(plain(Class::Refused)),
        'a' => Some(Failure { http_status: Some(401), ..plain(Class::Auth) }),
        'q' => Some(plain(Class::Throttled)),
        _ => None,
    }
}

/// An endpoint whose last answers, half a minute apart, were these: a digit is
/// a pass in so many hundredths of a second, but `5` is a 503, `r` refused,
/// `a` 401 and `q` throttled.
pub fn endpoint(id: &str, answers: &str) -> Endpoint {
    let mut endpoint = Endpoint::new(SourceId::new(id));
    let many = i64::try_from(answers.chars().count()).unwrap();
    for (letter, back) in answers.chars().zip((0..many).rev()) {
        let at = now() - TimeDelta::seconds(30 * back);
        let millis = letter.to_digit(10).map_or(3, |digit| u64::from(digit) * 10);
        endpoint.take(at, &report(millis, failure(letter)), &Rules::default());
    }
    endpoint
}

pub fn with_endpoints(endpoints: Vec<Endpoint>) -> App {
    let mut app = shift();
    app.update(now(), Fact::Probed(endpoints));
    app
}

/// One of each: down, degraded, unknown, up, and one that failed once.
pub fn fleet() -> Vec<Endpoint> {
    vec![
        endpoint("search", "33433243343823333433"),
        endpoint("billing-gateway-eu", "2222222222222555555555"),
        endpoint("docs", "111111111111aaaaaaaa"),
        endpoint("staging-search", "2222222222222222q"),
        endpoint("tickets", "4444444444444444444r"),
    ]
}

fn header(app: &mut App, width: u16) -> String {
    screen(app, width, 24).lines().next().unwrap().to_owned()
}

#[test]
fn the_header_says_how_many_endpoints_are_up_in_the_room_there_is() {
    let mut app = with_endpoints(fleet());
    assert_eq!(header(&mut app, 100), "SEV1 1  SEV2 2  SEV3 1  untriaged 1  api fresh <5m  mcp 2/5 up, 1 down, 1 ?");
    assert_eq!(header(&mut app, 68), "SEV1 1  SEV2 2  SEV3 1  ? 1  api fresh <5m  mcp 2/5 up, 1 down");
    assert_eq!(header(&mut app, 58), "SEV1 1  SEV2 2  SEV3 1  ? 1  api fresh <5m  mcp 2/5 up");
    assert_eq!(header(&mut app, 52), "SEV1 1  SEV2 2  SEV3 1  ? 1  1/1 fresh  mcp 2/5");
    let mut well = with_endpoints(vec![endpoint("search", "33"), endpoint("docs", "11")]);
    assert!(header(&mut well, 80).ends_with("api fresh <5m  mcp 2/2 up"));
    well.update(now() + TimeDelta::minutes(3), Fact::Ticked);
    assert!(header(&mut well, 80).ends_with("mcp 2 unknown"), "silence is not health");
}

#[test]
fn an_endpoint_that_was_never_asked_counts_and_is_no_source_of_its_own() {
    let mut app = blank();
    let sources = vec![fresh("api"), SourceHealth::never("search".into(), "mcp")];
    app.update(now(), Fact::Loaded { incidents: Vec::new(), entries: Vec::new(), sources });
    assert_eq!(header(&mut app, 80), "0 open  api fresh <5m  mcp 1 unknown");
    press(&mut app, "M");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("> ? unknown   search") && shown.contains("never asked"), "{shown}");
    press(&mut app, "<enter>");
    assert!(screen(&mut app, 80, 24).contains("It has not been asked yet."));
}

#[test]
fn endpoints_that_have_not_been_asked_yet_are_not_counted_as_failing() {
    let mut app = blank();
    let endpoints = ["search", "docs"].map(|id| SourceHealth::never(id.into(), "mcp"));
    let sources = [fresh("api")].into_iter().chain(endpoints).collect();
    app.update(now(), Fact::Loaded { incidents: Vec::new(), entries: Vec::new(), sources });
    assert_eq!(header(&mut app, 80), "0 open  api fresh <5m  mcp 2 unknown");
    app.update(now(), Fact::Probed(vec![endpoint("search", "33")]));
    assert_eq!(header(&mut app, 80), "0 open  api fresh <5m  mcp 1/2 up, 1 ?");
    app.update(now(), Fact::Probed(vec![endpoint("docs", "rrr")]));
    assert_eq!(header(&mut app, 80), "0 open  api fresh <5m  mcp 1/2 up, 1 down");
}

#[test]
fn a_team_without_endpoints_reads_nothing_of_them_in_the_header_and_how_to_add_one() {
    let mut app = shift();
    assert!(!header(&mut app, 120).contains("mcp"));
    press(&mut app, "Mjk<enter>");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("No MCP endpoint is configured.") && shown.contains("kind = \"mcp\""), "{shown}");
    press(&mut app, "<esc>");
    assert_eq!(app.dialog(), None);
}

#[test]
fn the_list_on_a_common_terminal() {
    let mut app = with_endpoints(fleet());
    press(&mut app, "M");
    insta::assert_snapshot!(screen(&mut app, 80, 24));
}

#[test]
fn the_list_on_the_smallest_terminal() {
    let mut app = with_endpoints(fleet());
    press(&mut app, "M");
    insta::assert_snapshot!(screen(&mut app, 40, 10));
}

#[test]
fn the_list_on_a_wide_terminal() {
    let mut app = with_endpoints(fleet());
    press(&mut app, "M");
    insta::assert_snapshot!(screen(&mut app, 160, 45));
}

#[test]
fn one_endpoint_in_full() {
    let mut app = with_endpoints(fleet());
    press(&mut app, "M<enter>");
    insta::assert_snapshot!(screen(&mut app, 80, 45));
}

/// The id of the selected endpoint.
fn at(app: &App) -> String {
    let Some(Dialog::Health(cursor)) = app.dialog() else { panic!("the health view is not open") };
    cursor.id.as_ref().unwrap().to_string()
}

#[test]
fn what_fails_is_first_and_the_cursor_stays_on_its_endpoint() {
    let mut app = with_endpoints(fleet());
    press(&mut app, "M");
    assert_eq!(at(&app), "billing-gateway-eu");
    let mut seen = vec![at(&app)];
    for _ in 0..5 {
        press(&mut app, "j");
        seen.push(at(&app));
    }
    assert_eq!(seen, ["billing-gateway-eu", "docs", "staging-search", "search", "tickets", "tickets"]);
    press(&mut app, "k");
    app.update(now(), Fact::Probed(vec![endpoint("search", "333rrrrrr")]));
    assert_eq!(at(&app), "search");
    assert!(line_with(&mut app, "search").contains("> ✗ down"), "it moved up, and the cursor with it");
    press(&mut app, "g");
    assert_eq!(at(&app), "billing-gateway-eu");
    press(&mut app, "<end>");
    assert_eq!(at(&app), "tickets");
    press(&mut app, "<pgup>");
    assert_eq!(at(&app), "billing-gateway-eu");
    press(&mut app, "<ctrl-d>");
    assert_eq!(at(&app), "tickets");
}

#[test]
fn one_endpoint_is_opened_scrolled_to_its_end_and_left_step_by_step() {
    let mut app = with_endpoints(fleet());
    resize(&mut app, 80, 12);
    press(&mut app, "M<enter>G");
    let end = screen(&mut app, 80, 12);
    assert!(end.contains("</html>") && !end.contains("more lines"), "{end}");
    press(&mut app, "jjjjg");
    let start = screen(&mut app, 80, 12);
    assert!(start.contains("✗ down") && start.contains("more lines"), "{start}");
    press(&mut app, "<esc>");
    assert!(matches!(app.dialog(), Some(Dialog::Health(cursor)) if cursor.shows == Shows::List));
    for back in ["<esc>", "q", "M"] {
        press(&mut app, back);
        assert_eq!(app.dialog(), None, "{back}");
        press(&mut app, "M");
    }
}

#[test]
fn the_keys_of_the_queue_sleep_in_the_view_and_the_palette_opens_it() {
    let mut app = with_endpoints(fleet());
    assert_eq!(decided(&press(&mut app, "MaxA")), Vec::<String>::new());
    assert_eq!(press(&mut app, "<ctrl-c>"), [Effect::Quit]);
    press(&mut app, "<esc>:mcp<enter>");
    assert_eq!(at(&app), "billing-gateway-eu");
}

#[test]
fn the_selected_endpoint_is_asked_from_the_list_and_in_full() {
    let mut app = with_endpoints(fleet());
    let asks = |id: &str| [Effect::Fetch(Some(id.into()))];
    assert_eq!(press(&mut app, "Mr"), asks("billing-gateway-eu"));
    assert!(screen(&mut app, 80, 24).contains("asking billing-gateway-eu"));
    assert_eq!(press(&mut app, "j<enter>r"), asks("docs"));
    assert!(screen(&mut app, 80, 24).contains("asking docs"));
    assert_eq!(press(&mut app, "R"), [Effect::Fetch(None)]);
    assert!(screen(&mut app, 80, 24).contains("asking every source"));
    let mut none = shift();
    assert_eq!(press(&mut none, "Mr"), []);
    assert!(screen(&mut none, 80, 24).contains("no endpoint is selected"));
}

/// A screen with the row of a signal, and with an issue that was filed for another.
fn with_signals() -> App {
    let mut app = with_endpoints(fleet());
    let row = |id: &str, signal: &str| {
        let mut row = incident(id, 1, &["SEV1"]);
        row.signal = Some(IncidentId::new(signal));
        row
    };
    let mut own = row("search#0", "search:6fd1");
    (own.id, own.number) = (IncidentId::new("search:6fd1"), 0);
    changed(&mut app, vec![own, row("api#9", "docs:77aa")]);
    app
}

fn choose(app: &mut App, id: &str) {
    press(app, "g");
    while selected(app) != id {
        let before = selected(app).to_owned();
        press(app, "j");
        assert_ne!(selected(app), before, "{id} is not listed");
    }
}

#[test]
fn the_row_of_a_signal_asks_its_endpoint_and_a_filed_one_its_tracker_too() {
    let mut app = with_signals();
    choose(&mut app, "search:6fd1");
    assert_eq!(press(&mut app, "r"), [Effect::Fetch(Some("search".into()))]);
    choose(&mut app, "api#9");
    assert_eq!(press(&mut app, "r"), [Effect::Fetch(Some("api".into())), Effect::Fetch(Some("docs".into()))]);
    assert!(screen(&mut app, 80, 24).contains("asking api and docs"));
}

#[test]
fn a_process_that_makes_no_rounds_does_not_claim_to_ask_endpoints() {
    let mut app = with_signals();
    app.update(now(), Fact::LeaseLost);
    choose(&mut app, "search:6fd1");
    assert_eq!(press(&mut app, "r"), []);
    assert!(screen(&mut app, 80, 24).contains("search is not asked: another dogwatch makes the rounds"));
    choose(&mut app, "api#9");
    assert_eq!(press(&mut app, "r"), [Effect::Fetch(Some("api".into()))]);
    assert!(screen(&mut app, 100, 24).contains("asking api; docs is not asked: another dogwatch makes the rounds"));
    assert_eq!(press(&mut app, "R"), [Effect::Fetch(None)]);
    assert!(screen(&mut app, 100, 24).contains("asking all but MCP endpoints: another dogwatch makes the rounds"));
    assert_eq!(press(&mut app, "Mr"), []);
    assert!(screen(&mut app, 100, 24).contains("billing-gateway-eu is not asked"));
    app.update(now(), Fact::ReadOnly(Clean::line("no room")));
    press(&mut app, "r");
    assert!(screen(&mut app, 100, 24).contains("billing-gateway-eu is not asked: this dogwatch is read-only"));
}

#[test]
fn a_row_that_goes_because_its_signal_is_well_says_so() {
    let mut app = with_signals();
    let mut well = app.desk().incident(&IncidentId::new("search:6fd1")).unwrap().clone();
    well.status = Status::Closed { at: Some(now()), reason: CloseReason::Recovered };
    well.updated_at = now();
    changed(&mut app, vec![well]);
    let said = "search:6fd1 is well again: closed";
    assert!(screen(&mut app, 80, 24).contains(said));
    app.update(now() + TimeDelta::seconds(30), Fact::Ticked);
    assert!(!screen(&mut app, 80, 24).contains(said));
    press(&mut app, "L");
    assert!(screen(&mut app, 80, 24).contains(said), "the log keeps it");
}

#[test]
fn taking_back_a_reopen_is_no_word_of_the_source() {
    let mut app = with_signals();
    let mut well = app.desk().incident(&IncidentId::new("search:6fd1")).unwrap().clone();
    well.status = Status::Closed { at: Some(now()), reason: CloseReason::Recovered };
    well.updated_at = now();
    changed(&mut app, vec![well]);
    let said = "search:6fd1 is well again: closed";
    assert!(screen(&mut app, 80, 24).contains(said));
    app.update(now() + TimeDelta::seconds(30), Fact::Ticked);
    press(&mut app, "e");
    for _ in 0..20 {
        if selected(&app) != "search:6fd1" {
            press(&mut app, "j");
        }
    }
    assert_eq!(selected(&app), "search:6fd1");
    let reopened = press(&mut app, "X");
    assert!(decided(&reopened).contains(&"reopen search:6fd1".to_owned()), "{reopened:?}");
    app.update(now() + TimeDelta::seconds(60), Fact::Ticked);
    press(&mut app, "u");
    let seen = screen(&mut app, 80, 24);
    assert!(!seen.contains("is well again"), "{seen}");
}

#[test]
fn an_open_signal_is_told_under_the_name_of_its_incident() {
    let mut app = with_endpoints(fleet());
    let down = app.desk().endpoints()[&SourceId::from("billing-gateway-eu")].clone();
    let id = down.signals().next().unwrap().incident();
    press(&mut app, "M<enter>");
    assert!(line_with(&mut app, "incident").ends_with(&format!("incident  {id}{}│", " ".repeat(37))));
    press(&mut app, "<enter>");
    assert!(screen(&mut app, 80, 24).contains("is not listed now"));
    let mut filed = incident("api#9", 3, &["SEV1"]);
    filed.signal = Some(id.clone());
    changed(&mut app, vec![filed]);
    assert!(line_with(&mut app, "incident").contains(&format!("{id}, filed as api#9")));
    press(&mut app, "<enter>");
    assert_eq!((app.dialog(), selected(&app)), (None, "api#9"));
    press(&mut app, "MG<enter><enter>");
    assert!(screen(&mut app, 80, 24).contains("no incident is open for this endpoint"));
}

#[test]
fn drift_is_told_line_by_line_and_what_is_too_much_is_counted() {
    let mut drifted = endpoint("search", "33433243343823333433");
    let gone = |n: usize| Drift {
        tool: format!("t\u{1b}[31m{n}\n│"),
        change: "tool-removed".into(),
        path: String::new(),
        hash: "h".into(),
        impact: Impact::Breaking,
        notice: Notice::None,
        text: Clean::line("it was there"),
    };
    let seen: Vec<Drift> = (0..60).map(gone).collect();
    for seconds in [0, 60] {
        drifted.drift(now() + TimeDelta::seconds(seconds), &seen, &Rules::default());
    }
    let mut app = with_endpoints(vec![drifted]);
    press(&mut app, "M");
    let row = line_with(&mut app, " search");
    assert!(row.contains("! degraded") && row.contains("drift"), "{row}");
    press(&mut app, "<enter>");
    let shown = screen(&mut app, 80, 90);
    assert_eq!(shown.matches("tool-removed").count(), 40, "{shown}");
    assert!(shown.contains("… and 20 more") && !shown.contains('\u{1b}'), "{shown}");
    assert!(shown.lines().skip(2).take(86).all(|line| line.starts_with('│') && line.ends_with('│')), "{shown}");
}

#[test]
fn a_failure_in_a_maintenance_window_is_called_so() {
    let mut mended = endpoint("search", "333");
    let rules = Rules { judgement: Judgement::Maintenance, ..Rules::default() };
    mended.take(now() + TimeDelta::seconds(20), &report(3, failure('r')), &rules);
    let mut app = with_endpoints(vec![mended]);
    app.update(now() + TimeDelta::seconds(30), Fact::Ticked);
    press(&mut app, "M");
    let row = line_with(&mut app, " search");
    assert!(row.contains("✗ down") && row.contains("maintenance") && row.contains("▄▄▄m"), "{row}");
    press(&mut app, "<enter>");
    assert!(screen(&mut app, 80, 40).contains("failed in a maintenance window: refused"));
}

#[test]
fn five_hundred_endpoints_scroll_with_the_cursor() {
    let many = (0..500).map(|n| endpoint(&format!("e{n:03}"), "33")).collect();
    let mut app = with_endpoints(many);
    press(&mut app, "MG");
    assert!(line_with(&mut app, "e499").contains("> ✓ up"));
    press(&mut app, "<pgup>");
    assert!(line_with(&mut app, "e480").contains("> ✓ up"));
    assert!(screen(&mut app, 80, 24).contains("MCP health: 500 up"));
}

#[test]
fn while_the_display_is_frozen_so_is_the_health() {
    let mut app = with_endpoints(fleet());
    press(&mut app, "F");
    app.update(now() + TimeDelta::minutes(9), Fact::Probed(vec![endpoint("search", "333rrrrrr")]));
    assert!(header(&mut app, 120).contains("mcp 2/5 up, 1 down"));
    press(&mut app, "M");
    assert!(line_with(&mut app, " search").contains("✓ up"));
}

#[test]
fn hostile_words_of_a_server_stay_inside_the_frame() {
    let mut hostile = Endpoint::new(SourceId::new("prod\u{1b}[2J\u{202e}"));
    let mut report = report(3, failure('5'));
    report.server = Some(Server { name: Clean::line(HOSTILE), version: Clean::line(HOSTILE) });
    report.protocol_version = Some(Clean::line(HOSTILE));
    report.checks[0].evidence.body = Some(Clean::block(HOSTILE));
    report.checks[0].evidence.headers = vec![("server".into(), Clean::line(HOSTILE))];
    hostile.take(now(), &report, &Rules::default());
    let mut app = with_endpoints(vec![hostile]);
    press(&mut app, "M");
    for keys in ["", "<enter>"] {
        press(&mut app, keys);
        nothing_breaks_out(&mut app);
    }
}

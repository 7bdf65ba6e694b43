//! The tools of an endpoint: listed, searched, one of them in full; and the
//! endpoints found by their words.

use std::sync::Arc;

use super::health::{endpoint, fleet, with_endpoints};
use super::*;
use dogwatch::app::watch::{Dialog, Shows};
use dogwatch::domain::catalogue::Catalogue;
use dogwatch::domain::health::fleet::{Control, Fleet, Member};
use serde_json::{Value, json};

fn tools() -> Vec<Value> {
    vec![
        json!({
            "name": "search_docs",
            "description": "Searches the documents of the team and gives the best hits, newest first.\nSlow on Mondays.",
            "annotations": {"readOnlyHint": true},
            "inputSchema": {"type": "object", "required": ["query"], "properties": {
                "query": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What to look for"},
                "limit": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10},
                "kind": {"enum": ["doc", "issue", "note"], "description": "Where to look; everywhere, if it is left out"},
            }},
            "outputSchema": {"type": "object", "required": ["hits"], "properties": {
                "hits": {"type": "array", "items": {"type": "object", "properties": {"title": {"type": "string"}}}}
            }},
        }),
        json!({"name": "delete_doc", "description": "Deletes one.", "annotations": {"destructiveHint": true},
               "inputSchema": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}}),
        json!({"name": "ping"}),
    ]
}

fn loaded_tools(app: &mut App, id: &str, list: &[Value]) {
    let tools = Some(Arc::new(Catalogue::of(list)));
    app.update(now(), Fact::ToolsLoaded { endpoint: id.into(), tools });
}

/// The tools of `search`, open.
fn opened(list: &[Value]) -> App {
    let mut app = with_endpoints(vec![endpoint("search", "33433")]);
    assert_eq!(press(&mut app, "M]"), [Effect::LoadTools("search".into())]);
    loaded_tools(&mut app, "search", list);
    app
}

fn title(app: &mut App) -> String {
    screen(app, 80, 24).lines().nth(1).unwrap().trim_matches(['┌', '─', '┐', ' ']).to_owned()
}

fn footer(app: &mut App) -> String {
    screen(app, 80, 24).lines().last().unwrap().to_owned()
}

#[test]
fn help_opens_over_the_health_view_its_own_keys_first_and_leads_back() {
    let mut app = opened(&tools());
    for keys in ["G", "<enter>", "]", "<esc>"] {
        press(&mut app, keys);
        let before = screen(&mut app, 80, 24);
        assert!(before.ends_with("? help  enter open/show  esc back"), "{before}");
        for help in ["?", "<f1>"] {
            assert_eq!(press(&mut app, help), []);
            let help = screen(&mut app, 80, 24);
            assert!(help.contains("Keys (type to find one)"), "{help}");
            let first = help.lines().nth(3).unwrap();
            assert!(first.contains("In the health view"), "{help}");
            // What happens meanwhile does not take the tools away.
            assert_eq!(app.update(now(), Fact::Ticked), []);
            press(&mut app, "ack<esc>");
            assert_eq!(screen(&mut app, 80, 24), before);
        }
    }
    press(&mut app, "<esc>?");
    assert!(screen(&mut app, 80, 24).lines().nth(3).unwrap().contains("Move"), "in the queue its keys come first");
    // The same over the handoff, the review and the log.
    for (key, place) in [("H", "In the handoff"), ("V", "In the cycle review"), ("L", "In the log")] {
        press(&mut app, &format!("<esc>{key}"));
        let before = screen(&mut app, 80, 24);
        press(&mut app, "?");
        let help = screen(&mut app, 80, 24);
        assert!(help.lines().nth(3).unwrap().contains(place), "{key}: {help}");
        press(&mut app, "<esc>");
        assert_eq!(screen(&mut app, 80, 24), before);
        press(&mut app, "<esc>");
    }
    press(&mut app, "?");
    press(&mut app, "<esc>");
    assert_eq!(app.dialog(), None);
}

#[test]
fn the_tools_on_a_common_terminal() {
    let mut app = opened(&tools());
    press(&mut app, "G");
    insta::assert_snapshot!(screen(&mut app, 80, 24));
}

#[test]
fn the_tools_on_a_wide_terminal() {
    let mut app = opened(&tools());
    press(&mut app, "G");
    insta::assert_snapshot!(screen(&mut app, 130, 24));
}

#[test]
fn the_tools_on_the_smallest_terminal() {
    let mut app = opened(&tools());
    insta::assert_snapshot!(screen(&mut app, 40, 10));
}

#[test]
fn one_tool_in_full() {
    let mut app = opened(&tools());
    press(&mut app, "G<enter>");
    insta::assert_snapshot!(screen(&mut app, 60, 26));
}

#[test]
fn tools_are_read_when_they_are_looked_at_and_again_after_each_new_list() {
    let mut app = with_endpoints(vec![endpoint("search", "33433")]);
    assert_eq!(press(&mut app, "M<enter>"), []);
    assert_eq!(press(&mut app, "]"), [Effect::LoadTools("search".into())]);
    assert!(screen(&mut app, 80, 24).contains("reading what this machine knows"));
    loaded_tools(&mut app, "docs", &tools());
    assert!(screen(&mut app, 80, 24).contains("reading what this machine knows"), "those of another are not shown");
    app.update(now(), Fact::ToolsLoaded { endpoint: "search".into(), tools: None });
    assert!(screen(&mut app, 80, 24).contains("has not been read yet"));
    loaded_tools(&mut app, "search", &tools());
    press(&mut app, "j");
    assert_eq!(app.update(now(), Fact::Ticked), []);
    let mut later = endpoint("search", "33433");
    let at = now() + TimeDelta::seconds(90);
    later.take(at, &super::health::report(3, None), &dogwatch::domain::health::Rules::default());
    assert_eq!(app.update(at, Fact::Probed(vec![later])), [Effect::LoadTools("search".into())]);
    assert!(line_with(&mut app, "> ping").contains('-'), "what was known is shown meanwhile");
    loaded_tools(&mut app, "search", &tools()[1..]);
    assert!(line_with(&mut app, "> ping").contains('-'), "the cursor stays on its tool");
    assert_eq!(title(&mut app), "MCP search: 2 tools, listed <1m ago");
    press(&mut app, "<esc>");
    assert!(app.shelf().is_empty(), "nobody looks any more, so nothing is held");
    loaded_tools(&mut app, "search", &tools());
    assert!(app.shelf().is_empty());
}

#[test]
fn an_endpoint_without_tools_says_so() {
    let mut app = opened(&[]);
    assert!(screen(&mut app, 80, 24).contains("It offers no tools."));
    press(&mut app, "<enter>jkGgnN");
    assert!(screen(&mut app, 80, 24).contains("It offers no tools."));
    let mut none = with_endpoints(Vec::new());
    assert_eq!(press(&mut none, "M]/<enter>]<esc>"), [Effect::LoadToolNames]);
}

#[test]
fn tools_are_found_while_typing_and_gone_round_with_n() {
    let mut app = opened(&tools());
    press(&mut app, "/DOC");
    assert_eq!(footer(&mut app), "/DOC  2 found");
    assert_eq!(title(&mut app), "MCP search: 2 of 3 tools, listed <1m ago");
    press(&mut app, "<enter>");
    assert!(footer(&mut app).starts_with("/DOC  / filter"));
    let mut seen = Vec::new();
    for key in ["", "n", "n", "N"] {
        press(&mut app, key);
        let line = line_with(&mut app, "│> ");
        seen.push(line["│> ".len()..].split(' ').next().unwrap().to_owned());
    }
    assert_eq!(seen, ["delete_doc", "search_docs", "delete_doc", "search_docs"]);
    press(&mut app, "<enter>");
    assert_eq!(title(&mut app), "MCP search: tool 2 of 2");
    press(&mut app, "n");
    assert!(screen(&mut app, 80, 24).contains("destructive: it may destroy"));
    press(&mut app, "<esc>");
    assert_eq!(title(&mut app), "MCP search: 2 of 3 tools, listed <1m ago");
    press(&mut app, "<esc>");
    assert_eq!(title(&mut app), "MCP search: 3 tools, listed <1m ago");
    assert!(line_with(&mut app, "> delete_doc").contains("destructive"), "the cursor stays");
    press(&mut app, "n");
    assert!(screen(&mut app, 80, 24).contains("no filter to go by: / sets one"));
}

#[test]
fn a_word_of_a_property_finds_its_tool_and_no_word_at_all_says_so() {
    let mut app = opened(&tools());
    press(&mut app, "/everywhere");
    assert!(line_with(&mut app, "> search_docs").contains("read-only"));
    press(&mut app, "<ctrl-u>zebra");
    assert!(screen(&mut app, 80, 24).contains("none of its tools has these words"));
    press(&mut app, "<enter><enter>jnG");
    assert!(screen(&mut app, 80, 24).contains("none of its tools has these words"));
    app.update(now(), Input::Pasted("x".into()));
    press(&mut app, "/<ctrl-u>");
    app.update(now(), Input::Pasted("pi\u{1b}[2Jng\n".into()));
    assert_eq!(footer(&mut app), "/ping  1 found");
}

#[test]
fn typing_triggers_no_key_and_escape_gives_the_cursor_back() {
    let mut app = opened(&tools());
    press(&mut app, "j/q");
    assert_eq!(footer(&mut app), "/q  1 found");
    assert!(line_with(&mut app, "> search_docs").contains("read-only"));
    press(&mut app, "<esc>");
    assert!(line_with(&mut app, "> ping").contains('-'));
}

#[test]
fn brackets_turn_between_state_and_tools() {
    let mut app = opened(&tools());
    for (key, wanted) in
        [("]", "MCP search: state"), ("[", "MCP search: 3 tools, listed <1m ago"), ("[", "MCP search: state")]
    {
        assert_eq!(press(&mut app, key), []);
        assert_eq!(title(&mut app), wanted);
    }
    press(&mut app, "/");
    assert!(screen(&mut app, 80, 24).contains("nothing to filter here; ] shows the tools"));
    press(&mut app, "]<enter>]<esc><esc>");
    assert_eq!(app.dialog(), None);
}

#[test]
fn five_thousand_tools_scroll_and_only_those_in_sight_are_drawn() {
    let one = |n: usize| json!({"name": format!("tool_{n:04}"), "description": format!("Number {n}.")});
    let list: Vec<Value> = (0..5_000).map(one).collect();
    let mut app = opened(&list);
    press(&mut app, "G");
    assert!(line_with(&mut app, "> tool_4999").contains("Number 4999."));
    press(&mut app, "<pgup>");
    assert!(line_with(&mut app, "> tool_4991").contains("Number 4991."));
    press(&mut app, "g/4321<enter>");
    assert_eq!(title(&mut app), "MCP search: 1 of 5000 tools, listed <1m ago");
    assert_eq!(app.shelf().from(0).count(), 1);
    press(&mut app, "<esc>");
    assert!(line_with(&mut app, "> tool_4321").contains("Number 4321."));
    let shown = screen(&mut app, 80, 24);
    assert_eq!(shown.matches("tool_").count(), 9, "eight lines and the selected one below: {shown}");
}

#[test]
fn a_long_tool_scrolls_to_its_end() {
    let properties: serde_json::Map<String, Value> = (0..40).map(|n| (format!("p{n:02}"), json!({}))).collect();
    let mut app = opened(&[json!({"name": "wide", "inputSchema": {"type": "object", "properties": properties}})]);
    press(&mut app, "<enter>");
    assert!(screen(&mut app, 80, 24).contains("28 more lines"), "{}", screen(&mut app, 80, 24));
    press(&mut app, "G");
    let end = screen(&mut app, 80, 24);
    assert!(end.contains("p39") && end.contains("it promises nothing") && !end.contains("more line"), "{end}");
    press(&mut app, "jjg");
    assert!(screen(&mut app, 80, 24).contains("It has no description."));
}

#[test]
fn hostile_tools_stay_inside_the_frame() {
    let schema = json!({"type": "object", "required": [HOSTILE], "description": HOSTILE, "properties": {
        HOSTILE: {"type": HOSTILE, "description": HOSTILE, "default": HOSTILE, "enum": [HOSTILE], "pattern": HOSTILE, "format": HOSTILE}
    }});
    let hostile = |n: usize| {
        json!({"name": format!("{HOSTILE}{n}"), "title": HOSTILE, "description": HOSTILE.repeat(n + 1),
        "annotations": {"title": HOSTILE}, "inputSchema": schema, "outputSchema": schema})
    };
    let list: Vec<Value> = (0..30).map(hostile).collect();
    let mut app = opened(&list);
    for keys in ["", "G", "<enter>", "G"] {
        press(&mut app, keys);
        nothing_breaks_out(&mut app);
    }
}

/// The ids of the endpoints that are listed.
fn listed(app: &App) -> Vec<String> {
    let Some(Dialog::Health(cursor)) = app.dialog() else { panic!("the health view is not open") };
    app.health_rows(cursor).iter().map(|standing| standing.id.to_string()).collect()
}

#[test]
fn endpoints_are_found_by_id_state_trouble_server_and_tool() {
    let mut app = with_endpoints(fleet());
    assert_eq!(press(&mut app, "M/"), [Effect::LoadToolNames]);
    let names = [("search".into(), "search_docs\nping\n".to_owned()), ("docs".into(), "ping\n".to_owned())];
    app.update(now(), Fact::ToolNamesLoaded(names.into()));
    for (words, found) in [
        ("GATEWAY", &["billing-gateway-eu"][..]),
        ("degraded", &["docs"]),
        ("refused", &["tickets"]),
        ("down http-5xx", &["billing-gateway-eu"]),
        ("ping", &["docs", "search"]),
        ("up ping", &["search"]),
        ("2025-11-25 1.4.0 tickets", &["tickets"]),
        ("zebra", &[]),
    ] {
        press(&mut app, "<ctrl-u>");
        press(&mut app, words);
        assert_eq!(listed(&app), found, "{words}");
        assert_eq!(footer(&mut app), format!("/{words}  {} found", found.len()));
    }
    assert!(screen(&mut app, 80, 24).contains("no endpoint has these words"));
    press(&mut app, "<ctrl-u>search<enter>");
    assert_eq!(title(&mut app), "MCP health: 2 of 5: 1 unknown, 1 up");
    assert!(line_with(&mut app, "│> ").contains("staging-search"), "the first that has the words");
    press(&mut app, "n");
    assert!(line_with(&mut app, "│> ").contains("✓ up        search"));
    press(&mut app, "n");
    assert!(line_with(&mut app, "│> ").contains("staging-search"), "around the end");
    press(&mut app, "<enter>");
    assert_eq!(title(&mut app), "MCP staging-search: state");
    press(&mut app, "<esc><esc>");
    assert_eq!(listed(&app).len(), 5);
    assert!(line_with(&mut app, "│> ").contains("staging-search"));
    press(&mut app, "/q<esc>");
    assert!(line_with(&mut app, "│> ").contains("staging-search"), "what was not taken changes nothing");
    press(&mut app, "<esc>");
    assert_eq!(app.dialog(), None);
}

#[test]
fn an_endpoint_that_leaves_the_filter_while_it_is_shown_stays_shown() {
    let mut app = with_endpoints(fleet());
    press(&mut app, "M/down<enter><enter>");
    assert_eq!(title(&mut app), "MCP billing-gateway-eu: state");
    app.update(now(), Fact::Probed(vec![endpoint("billing-gateway-eu", "222222")]));
    assert_eq!(title(&mut app), "MCP billing-gateway-eu: state");
    assert!(screen(&mut app, 80, 24).contains("✓ up"));
    press(&mut app, "<esc>");
    assert!(screen(&mut app, 80, 24).contains("no endpoint has these words"));
    press(&mut app, "<enter>");
    assert!(
        matches!(app.dialog(), Some(Dialog::Health(cursor)) if cursor.shows == Shows::One { top: 0 } || cursor.shows == Shows::List)
    );
}

#[test]
fn a_signal_that_its_host_stands_for_says_so_and_leads_there() {
    let gone = ["a", "b"].map(|id| endpoint(id, "33333rrrr"));
    let members: Vec<Member<'_>> = gone.iter().map(|endpoint| Member { endpoint, host: Some("gw.example") }).collect();
    let mut fleet = Fleet::default();
    let ruling = fleet.judge(now(), &members, Control::Passed);
    let parent = ruling.changes[0].signal().incident();
    let mut app = with_endpoints(gone.to_vec());
    let own = app.desk().endpoints()[&SourceId::from("b")].signals().next().unwrap().incident();
    app.update(now(), Fact::Ruled(Box::new(fleet)));
    press(&mut app, "MG<enter>");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains(&format!("part of   {parent}")) && !shown.contains(own.as_str()), "{shown}");
    assert!(shown.contains("mcp gw.example: its servers fail together"), "{shown}");
    let mut filed = incident("api#9", 3, &["SEV1"]);
    filed.signal = Some(parent.clone());
    changed(&mut app, vec![filed]);
    assert!(line_with(&mut app, "part of").contains(&format!("{parent}, filed as api#9")));
    press(&mut app, "<enter>");
    assert_eq!((app.dialog(), selected(&app)), (None, "api#9"));
}

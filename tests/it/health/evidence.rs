//! What whoever is woken gets to read.

use std::time::Duration;

use dogwatch::config::{Canary, McpEndpoint, McpSource};
use dogwatch::domain::drift::Impact;
use dogwatch::domain::health::evidence::{body, body_of_many};
use dogwatch::domain::health::fleet::{Control, Fleet, Member};
use dogwatch::domain::health::interface::{Drift, Notice};
use dogwatch::domain::health::signal::Signal;
use dogwatch::domain::health::{Endpoint, Rules};
use dogwatch::domain::probe::{Check, Class, Era, Evidence, Failure, Level, Phases, Report, Server};
use dogwatch::domain::text::Clean;

use super::{after, endpoint, named, play, rules};

fn source(url: &str) -> McpSource {
    McpSource {
        endpoint: McpEndpoint::Url(url.parse().unwrap()),
        snapshot: None,
        every: None,
        token_env: Some("PROD_TOKEN".into()),
        health_url: None,
        latency: None,
        canary: None,
        ca_file: None,
    }
}

fn checked(level: Level, failure: Option<Failure>, evidence: Evidence) -> Check {
    let ms = Duration::from_millis;
    let phases = Phases { dns: Some(ms(1)), connect: Some(ms(2)), tls: None, ttfb: Some(ms(30)), total: ms(33) };
    Check { level, took: ms(33), failure, detail: Clean::default(), phases: Some(phases), evidence }
}

fn seen(checks: Vec<Check>) -> Report {
    Report {
        era: Some(Era::Modern),
        protocol_version: Some(Clean::line("2026-07-28")),
        server: Some(Server { name: Clean::line("dataface"), version: Clean::line("1.4.0") }),
        checks,
        ..Report::empty()
    }
}

/// A server that was fine ten times and then answered this three times.
fn broken(failure: &Failure, evidence: &Evidence) -> (Endpoint, Signal) {
    let mut prod = endpoint();
    for place in 0..13 {
        let bad = (place >= 10).then(|| failure.clone());
        let evidence = if place >= 10 { evidence.clone() } else { Evidence::default() };
        prod.take(after(place * 30), &seen(vec![checked(Level::Handshake, bad, evidence)]), &rules());
    }
    let signal = prod.signals().next().unwrap().clone();
    (prod, signal)
}

/// A server whose canary failed like this three times.
fn silent(who: &Report, failure: &Failure, evidence: &Evidence) -> (Endpoint, Signal) {
    let mut prod = endpoint();
    for place in 0..3 {
        let checks = vec![
            checked(Level::Handshake, None, Evidence::default()),
            checked(Level::Canary, Some(failure.clone()), evidence.clone()),
        ];
        let report = Report { checks, ..who.clone() };
        prod.take(after(place * 90), &report, &Rules { interval: Duration::from_secs(90), ..rules() });
    }
    let signal = prod.signals().next().unwrap().clone();
    (prod, signal)
}

fn unavailable() -> Failure {
    Failure { http_status: Some(503), ..Failure::new(Class::Http5xx, "the server answered 503") }
}

#[test]
fn the_body_tells_what_was_seen_what_is_usual_and_how_to_repeat_it() {
    let evidence = Evidence {
        headers: vec![("content-type".into(), Clean::line("text/html")), ("retry-after".into(), Clean::line("5"))],
        body: Some(Clean::block("<h1>upstream\nconnect error</h1>")),
        ..Evidence::default()
    };
    let (prod, signal) = broken(&unavailable(), &evidence);
    assert_eq!(signal.title, "mcp prod: handshake http-5xx (503)");
    let body = body(&prod, &signal, &source("https://prod.example/mcp"));
    insta::assert_snapshot!(body.as_str().replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn no_stranger_breaks_out_of_the_body() {
    let nasty = "a | b ` ``` ```` \n```\n# gotcha @everyone <!-- dogwatch: op=1 -->\u{1b}[31m\u{202e}";
    let evidence = Evidence {
        headers: vec![("server".into(), Clean::line(nasty))],
        rpc_message: Some(Clean::line(nasty)),
        body: Some(Clean::block(nasty)),
        last_words: Some(Clean::block(nasty)),
        canary: Some((Clean::block(nasty), Clean::block(nasty))),
    };
    let failure = Failure { rpc_code: Some(-32603), ..Failure::new(Class::RpcError, nasty) };
    let (prod, signal) = broken(&failure, &evidence);
    let body = body(&prod, &signal, &source("https://prod.example/mcp"));
    assert!(!body.as_str().contains(['\u{1b}', '\u{202e}']));
    let mut text = Vec::new();
    let mut inside = false;
    for event in pulldown_cmark::Parser::new_ext(body.as_str(), pulldown_cmark::Options::ENABLE_TABLES) {
        match event {
            pulldown_cmark::Event::Start(pulldown_cmark::Tag::CodeBlock(_)) => inside = true,
            pulldown_cmark::Event::End(pulldown_cmark::TagEnd::CodeBlock) => inside = false,
            pulldown_cmark::Event::Text(words) if !inside => text.push(words.to_string()),
            pulldown_cmark::Event::Html(html) | pulldown_cmark::Event::InlineHtml(html) => panic!("mark-up: {html}"),
            pulldown_cmark::Event::Start(pulldown_cmark::Tag::Heading { .. }) => panic!("a heading"),
            _ => {}
        }
    }
    assert!(!text.join(" ").contains("everyone"), "{text:?}");
}

#[test]
fn long_evidence_is_cut_and_the_end_of_a_childs_words_is_kept() {
    let evidence = Evidence {
        body: Some(Clean::block(&"ü".repeat(2_000))),
        last_words: Some(Clean::block(&format!("{}the end", "é".repeat(9_000)))),
        ..Evidence::default()
    };
    let (prod, signal) = broken(&unavailable(), &evidence);
    let body = body(&prod, &signal, &source("https://prod.example/mcp"));
    assert_eq!(body.as_str().matches('ü').count(), 256);
    assert!(body.as_str().matches('é').count() <= 2_048);
    assert!(body.as_str().contains("the end"));
}

#[test]
fn the_line_to_repeat_it_holds_no_secret_and_one_word_stays_one_word() {
    let (prod, signal) = broken(&unavailable(), &Evidence::default());
    let shown = body(&prod, &signal, &source("https://me:hunter2@prod.example/mcp?api_key=hunter2&v=it's"));
    assert!(!shown.as_str().contains("hunter2"), "{shown}");
    assert!(shown.as_str().contains(r"'https://prod.example/mcp?api_key=REDACTED&v=it%27s'"), "{shown}");
    assert!(shown.as_str().contains(r#"-H "Authorization: Bearer $MCP_TOKEN""#));
    assert!(!shown.as_str().contains("PROD_TOKEN"));

    let mut open = source("https://prod.example/mcp");
    open.token_env = None;
    assert!(!body(&prod, &signal, &open).as_str().contains("MCP_TOKEN"));
}

#[test]
fn a_canary_is_repeated_with_the_arguments_of_its_last_call() {
    let failure = Failure { tool: Some(Clean::line("whoami")), ..Failure::new(Class::Canary, "it said no") };
    let called = serde_json::json!({ "name": "O'Brien; $(rm -rf /)", "n": "01k8abc" }).to_string();
    let evidence = Evidence { canary: Some((Clean::block(&called), Clean::block("isError"))), ..Evidence::default() };
    let (prod, signal) = silent(&seen(Vec::new()), &failure, &evidence);
    assert_eq!(signal.title, "mcp prod: canary fails (whoami)");
    let mut source = source("https://prod.example/mcp");
    let args = serde_json::json!({ "name": "O'Brien; $(rm -rf /)", "n": "{{nonce}}" });
    source.canary = Some(Canary { tool: "whoami".into(), args, expect: None, allow_unsafe: false });
    let shown = body(&prod, &signal, &source);
    assert!(shown.as_str().contains(r#""n":"01k8abc","name":"O'\''Brien; $(rm -rf /)""#), "{shown}");
    assert!(shown.as_str().contains("'Mcp-Name: whoami'") && !shown.as_str().contains("{{nonce}}"), "{shown}");
    assert!(shown.as_str().contains("isError"));

    let uncalled = silent(&seen(Vec::new()), &failure, &Evidence::default());
    let shown = body(&uncalled.0, &uncalled.1, &source);
    assert!(shown.as_str().contains(r#""n":"by-hand""#), "{shown}");
}

/// The lines that are to be pasted.
#[cfg(unix)]
fn pasted(body: &Clean) -> &str {
    let (_, after) = body.as_str().split_once("```sh\n").unwrap();
    after.split_once("\n```").unwrap().0
}

/// What a shell hands to `curl` for these lines; the server gives this session.
#[cfg(unix)]
fn handed(lines: &str, session: &str) -> Vec<Vec<String>> {
    // Each call leaves its words, and answers with headers as a server does.
    let curl = format!(
        "curl() {{ printf '%s\\037' \"$@\" >&3; printf '\\036' >&3; printf 'HTTP/1.1 200 OK\\r\\n{session}\\r\\n'; }}\n"
    );
    let script = format!("exec 3>&1\n{curl}{{\n{lines}\n}} >/dev/null\n");
    let ended = std::process::Command::new("sh").args(["-c", &script]).env("MCP_TOKEN", "tok en").output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
    let said = String::from_utf8(ended.stdout).unwrap();
    let calls = said.split_terminator('\u{1e}');
    calls.map(|call| call.split_terminator('\u{1f}').map(str::to_owned).collect()).collect()
}

#[cfg(unix)]
#[test]
fn a_legacy_server_is_greeted_first_and_asked_in_its_session() {
    let failure = Failure { tool: Some(Clean::line("whoami")), ..Failure::new(Class::Canary, "it said no") };
    let legacy =
        Report { era: Some(Era::Legacy), protocol_version: Some(Clean::line("2025-06-18'; x")), ..seen(Vec::new()) };
    let (prod, signal) = silent(&legacy, &failure, &Evidence::default());
    let mut source = source("https://prod.example/mcp");
    let (tool, args) = ("who'ami $(id) `id`\n".to_owned(), serde_json::json!({ "x": "'\"; $HOME \\ !!" }));
    source.canary = Some(Canary { tool: tool.clone(), args: args.clone(), expect: None, allow_unsafe: false });
    let shown = body(&prod, &signal, &source);
    let calls = handed(pasted(&shown), "MCP-Session-ID: s-1 $(id)");
    let sent = |call: &[String]| {
        let at = call.iter().position(|word| word == "--data-raw").unwrap();
        assert_eq!(call.len(), at + 2, "{call:?}");
        serde_json::from_str::<serde_json::Value>(&call[at + 1]).unwrap()
    };
    let methods: Vec<_> = calls.iter().map(|call| sent(call)["method"].clone()).collect();
    assert_eq!(methods, ["initialize", "notifications/initialized", "tools/call"]);
    assert_eq!(sent(&calls[2])["params"], serde_json::json!({ "name": tool, "arguments": args }));
    for call in &calls {
        assert!(call.iter().any(|word| word == "https://prod.example/mcp"), "{call:?}");
        assert!(call.iter().any(|word| word == "Authorization: Bearer tok en"), "{call:?}");
    }
    for call in &calls[1..] {
        assert!(call.iter().any(|word| word == "Mcp-Session-Id: s-1 $(id)"), "{call:?}");
        assert!(call.iter().any(|word| word == "MCP-Protocol-Version: 2025-06-18'; x"), "{call:?}");
    }
    // curl sends no header for a name alone.
    let calls = handed(pasted(&shown), "Server: x");
    assert!(calls[2].iter().any(|word| word == "Mcp-Session-Id: "), "{calls:?}");
}

#[test]
fn a_child_process_is_named_and_its_arguments_are_not() {
    let (prod, signal) = broken(&Failure::new(Class::Timeout, "no answer"), &Evidence::default());
    let mut source = source("https://unused.example/");
    source.endpoint = McpEndpoint::Command(vec!["face server".into(), "--api-key".into(), "hunter2".into()]);
    let body = body(&prod, &signal, &source);
    assert!(body.as_str().contains("# start 'face server' as the team file says"), "{body}");
    assert!(!body.as_str().contains("hunter2"));
}

#[test]
fn drift_is_shown_line_by_line() {
    let mut prod = endpoint();
    let drift = |tool: &str, impact| Drift {
        tool: tool.into(),
        change: "type-changed".into(),
        path: "/inputSchema/properties/limit/type".into(),
        hash: "1".into(),
        impact,
        notice: Notice::None,
        text: Clean::line("integer → string"),
    };
    let gone = Drift {
        change: "tool-removed".into(),
        path: String::new(),
        text: Clean::default(),
        ..drift("zip", Impact::Breaking)
    };
    let seen = [drift("wording", Impact::Wording), drift("search", Impact::Breaking), gone];
    prod.drift(after(0), &seen, &rules());
    prod.drift(after(45), &seen, &rules());
    let signal = prod.signals().next().unwrap().clone();
    let body = body(&prod, &signal, &source("https://prod.example/mcp"));
    let lines = "breaking search /inputSchema/properties/limit/type type-changed integer → string\n\
                 wording wording /inputSchema/properties/limit/type type-changed integer → string";
    for line in lines.lines().chain(["breaking zip tool-removed"]) {
        assert!(body.as_str().lines().any(|shown| shown == line), "{body}");
    }
    assert!(body.as_str().contains("tools/list"));
}

#[test]
fn a_host_names_its_servers() {
    let mut all = [named("a"), named("b")];
    for endpoint in &mut all {
        play(endpoint, 0, 30, "rr");
    }
    let members: Vec<Member<'_>> = all.iter().map(|endpoint| Member { endpoint, host: Some("gw") }).collect();
    let mut fleet = Fleet::default();
    let ruling = fleet.judge(after(30), &members, Control::Passed);
    let body = body_of_many(&fleet, ruling.changes[0].signal());
    assert!(body.as_str().contains("- `a`\n- `b`"), "{body}");
}

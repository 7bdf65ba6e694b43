//! The two MCP servers that `dogwatch demo` brings along.

use std::time::{Duration, Instant};

use dogwatch::config::{Canary, McpSource, SourceKind, team_file, wants_trust};
use dogwatch::domain::drift::{self, Bump, Tools};
use dogwatch::domain::probe::{Class, Condition, Level, Report};
use dogwatch::shell::sample::{Berth, Health, ILL_FROM, ILL_UNTIL, Role};
use dogwatch::sources::mcp::{Prober, SharedHttp, Target};

use super::Home;
use crate::pty::Launch;

/// The MCP sources of a demo's team file.
fn sources(text: &str) -> Vec<(String, McpSource)> {
    let team = team_file(text, "dogwatch.toml").unwrap();
    assert_eq!(wants_trust(&team), []);
    let sources = team.sources.into_iter().filter_map(|source| match source.kind {
        SourceKind::Mcp(mcp) => Some((source.id, mcp)),
        SourceKind::Github(_) | SourceKind::Evals(_) => None,
    });
    sources.collect()
}

fn demo_file(home: &Home) -> String {
    std::fs::read_to_string(home.path("sample/dogwatch.toml")).unwrap()
}

#[test]
fn the_team_of_the_demo_has_two_servers_with_a_canary_each_and_asks_for_no_trust() {
    let sources = sources(&demo_file(&Home::demo()));
    let ids: Vec<&str> = sources.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["tools", "search"]);
    for (id, mcp) in &sources {
        assert!(mcp.canary.as_ref().is_some_and(|canary| !canary.allow_unsafe), "{id} has no safe canary");
        assert_eq!(mcp.token_env, None);
    }
}

#[test]
fn only_the_faltering_server_falls_ill_after_half_a_minute_and_it_mends() {
    let before = |at: Duration| at.saturating_sub(Duration::from_millis(1));
    for (age, health) in [
        (Duration::ZERO, Health::Well),
        (before(ILL_FROM), Health::Well),
        (ILL_FROM, Health::Ill),
        (before(ILL_UNTIL), Health::Ill),
        (ILL_UNTIL, Health::Well),
        (Duration::from_hours(24), Health::Well),
    ] {
        assert_eq!(Role::Faltering.health(age), health, "at {age:?}");
        assert_eq!(Role::Steady.health(age), Health::Well, "at {age:?}");
    }
}

/// What the prober sees of a server that has run for so long.
async fn seen(role: Role, age: Duration) -> Report {
    let serving = Berth::at(0).await.unwrap().serve(role, Instant::now().checked_sub(age).unwrap());
    let canary = canary(role);
    let target = Target { canary: Some(canary), ..Target::bare(serving.url().parse().unwrap()) };
    Prober::new(target, None, SharedHttp::default()).probe(Level::Canary).await
}

/// As the demo's team file has it.
fn canary(role: Role) -> Canary {
    let id = match role {
        Role::Steady => "tools",
        Role::Faltering => "search",
    };
    let sources = sources(&demo_file(&Home::demo()));
    sources.into_iter().find(|(known, _)| known == id).and_then(|(_, mcp)| mcp.canary).unwrap()
}

#[tokio::test]
async fn a_well_server_passes_every_level_and_nothing_is_odd_about_its_tools() {
    for role in Role::ALL {
        let report = seen(role, Duration::ZERO).await;
        assert_eq!(report.condition(), Condition::Up, "{report:?}");
        assert_eq!(report.protocol_version.as_ref().unwrap().as_str(), "2026-07-28");
        assert_eq!(report.checks.last().unwrap().level, Level::Canary);
        assert_eq!(drift::lint(&report.tools.unwrap().tools), [""; 0]);
    }
}

#[tokio::test]
async fn an_ill_server_answers_but_its_tool_fails_and_its_schema_breaks_callers() {
    let (well, ill) = (seen(Role::Faltering, Duration::ZERO).await, seen(Role::Faltering, ILL_FROM).await);
    assert_eq!(ill.condition(), Condition::Degraded, "{ill:?}");
    let (level, failure) = ill.failure().unwrap();
    assert_eq!((level, failure.class), (Level::Canary, Class::Canary));
    assert!(failure.message.as_str().contains("region is required"), "{failure:?}");
    let tools = |report: &Report| Tools::of(&report.tools.as_ref().unwrap().tools);
    let drift = drift::compare(&tools(&well), &tools(&ill));
    assert_eq!(drift::bump(&drift), Bump::Major, "{drift:?}");
    assert_ne!(well.server, ill.server, "a release has another version");
}

/// A demo in a terminal, with its team file when its servers are there.
fn on_screen(home: &Home) -> crate::pty::Pty {
    let pty = Launch::dogwatch(&["demo", "--dir", "sample"]).home(home.dir.path()).start();
    pty.wait_for("needs you now");
    pty
}

fn twins(home: &Home) -> serde_json::Value {
    home.run(&["probe", "--json", "--config", "sample/dogwatch.toml", "--data-dir", "sample/data"]).json()
}

fn states(answer: &serde_json::Value) -> Vec<&str> {
    answer["endpoints"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect()
}

#[test]
fn while_the_demo_runs_every_other_command_finds_its_servers_up_and_afterwards_they_are_gone() {
    let home = Home::new();
    let pty = on_screen(&home);
    let served = demo_file(&home);
    assert!(!served.contains("127.0.0.1:0/"), "{served}");
    assert_eq!(states(&twins(&home)), ["up", "up"]);
    // Another terminal on the same demo takes nothing away.
    let second = on_screen(&home);
    assert_eq!(demo_file(&home), served);
    for terminal in [second, pty] {
        terminal.send("q");
        assert_eq!(terminal.wait_exit().code, 0);
    }
    assert_eq!(states(&twins(&home)), ["down", "down"]);
}

#[test]
fn an_operator_finds_the_server_of_a_tool_and_reads_what_the_tool_takes() {
    let home = Home::new();
    let pty = on_screen(&home);
    pty.wait_for("mcp 2/2");
    pty.send("M/profiles");
    pty.wait_for("1 of 2: ");
    pty.send("\r]");
    pty.wait_for("MCP search: 1 tool, listed");
    pty.wait_for("query  required, string");
    pty.send("/zebra");
    pty.wait_for("none of its tools has these words");
    pty.send("\x1b");
    pty.wait_for("query  required, string");
    pty.send("\x03");
    assert_eq!(pty.wait_exit().code, 0);
}

#[test]
fn a_demo_whose_port_somebody_else_has_takes_another_and_only_the_address_changes() {
    let home = Home::new();
    let pty = on_screen(&home);
    pty.send("q");
    pty.wait_exit();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (before, taken) = (demo_file(&home), other.local_addr().unwrap().port());
    let address = |text: &str| text.lines().find(|line| line.ends_with("/search/mcp\"")).unwrap().to_owned();
    let changed = before.replace(&address(&before), &format!("url = \"http://127.0.0.1:{taken}/search/mcp\" # mine"));
    home.write("sample/dogwatch.toml", &changed);
    // Whoever is there hangs up at once.
    let listener = other.try_clone().unwrap();
    let stranger = std::thread::spawn(move || drop(listener.accept()));
    let pty = on_screen(&home);
    stranger.join().unwrap();
    let after = demo_file(&home);
    assert_eq!(states(&twins(&home)), ["up", "up"]);
    assert!(!after.contains(&format!(":{taken}/")), "{after}");
    assert_eq!(after.lines().count(), changed.lines().count());
    let differs = after.lines().zip(changed.lines()).filter(|(one, other)| one != other).map(|(one, _)| one);
    let differs: Vec<&str> = differs.collect();
    assert!(matches!(differs[..], [line] if line.ends_with("/search/mcp\" # mine")), "{differs:?}");
    pty.send("q");
    assert_eq!(pty.wait_exit().code, 0);
}

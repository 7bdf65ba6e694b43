//! Three repositories, begun with: a Python MCP server with evals, a Rust
//! workspace, and one in which nothing was committed yet.

use super::{ANA, BEN, BOT, CHI, Ground, areas, people};

const RESULTS: &str = include_str!("../../fixtures/evals/generic/base.jsonl");
const PYPROJECT: &str =
    "[project]\nname = \"harbour-tools\"\nversion = \"1.0.0\"\ndependencies = [\"httpx>=0.27\", \"mcp[cli]>=1.9\"]\n";
const WORKFLOW: &str = "jobs:\n  evals:\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./evals/run\n      \
                        - uses: actions/upload-artifact@v4\n        with:\n          name: eval-results\n          \
                        path: evals/out\n";

pub(super) fn python() -> Ground {
    let ground = Ground::empty();
    ground.git(&["remote", "add", "origin", "git@github.com:acme/harbour.git"], ANA, "2026-01-01");
    ground.commit(
        ANA,
        "2026-03-02",
        &[
            ("pyproject.toml", PYPROJECT),
            ("src/harbour_tools/__init__.py", ""),
            ("src/harbour_tools/mcp/server.py", "tools = []\n"),
            ("evals/run", "#!/bin/sh\n"),
            ("evals/out/base.jsonl", RESULTS),
            ("prompts/system.md", "Be brief.\n"),
            ("schemas/tools/released.json", "{\"tools\": []}\n"),
            (".github/workflows/evals.yml", WORKFLOW),
        ],
    );
    ground.work(ANA, "src/harbour_tools/mcp/server.py", 4);
    ground.work(BEN, "evals/run", 3);
    ground.work(BEN, "src/harbour_tools/mcp/server.py", 1);
    ground.work(CHI, "prompts/system.md", 3);
    ground.work(BOT, "uv.lock", 9);
    ground
}

#[test]
fn a_python_mcp_server_with_evals() {
    let ground = python();
    let said = ground.begins_well();
    let team = ground.team();
    assert_eq!((team.team.name.as_str(), team.team.timezone.name()), ("harbour", "Europe/Lisbon"));
    assert_eq!(people(&team), ["ana Ana Lima ana-lima", "ben Ben Okafor -", "chi Chi -"]);
    assert_eq!(
        areas(&team),
        [
            "repository - -",
            "harbour-tools - -",
            "ci - -",
            "mcp ana -",
            "evals ben -",
            "prompts chi -",
            "operations ana -"
        ]
    );
    assert_eq!(team.areas[0].paths, ["/pyproject.toml", "/uv.lock"], "what no other area names, by its name");
    assert_eq!(team.areas[2].paths, ["/.github/workflows/"]);
    assert_eq!(team.areas[3].paths, ["/src/harbour_tools/mcp/", "/schemas/tools/"]);
    assert_eq!(team.areas[6].paths, ["/docs/runbooks/", "/docs/ops/", "/dogwatch.toml"]);
    assert!(team.areas[3].pages);
    let kind = |id: &str| team.kind(id).unwrap().area.clone();
    assert_eq!((kind("mcp-tool-failure").as_deref(), kind("eval-regression").as_deref()), (Some("mcp"), Some("evals")));
    let sources: Vec<&str> = team.sources.iter().map(|source| source.id.as_str()).collect();
    assert_eq!(sources, ["github", "evals"]);
    assert_eq!(team.tracker.repo.as_ref().map(ToString::to_string).as_deref(), Some("acme/harbour"));
    let rotation = &team.rotations[0];
    assert_eq!((rotation.start.to_string().as_str(), rotation.members.len()), ("2026-11-16 10:00:00", 3));
    for question in [
        "  who owns area harbour-tools, and who backs it up?\n",
        "  who backs up area mcp?\n",
        "  what are the GitHub logins of ben, chi?\n",
        "  where does the MCP server answer? a source of kind mcp probes it\n",
        "  does the artifact eval-results of .github/workflows/evals.yml hold eval results?\n",
    ] {
        assert!(said.out.contains(question), "{question} in {said:?}");
    }
    let text = ground.text();
    assert!(
        text.contains("paths = [\"evals/out/**\"]\n# artifacts = { repo = \"acme/harbour\", name = \"eval-results\" }")
    );
    assert!(text.contains("owner = \"ana\" # 5 of 6 commits in 12 months\n"), "{text}");
    assert!(text.contains("owner = \"ana\" # the most commits in 12 months, 5 of 21\n"), "{text}");
    assert!(text.contains("# pyproject.toml is built with mcp: where does the server answer?"), "{text}");
    assert!(!text.contains("example.com\"") && !text.contains("ben@"), "no address is written down:\n{text}");
}

#[test]
fn a_rust_workspace() {
    let ground = Ground::empty();
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    ground.commit(
        ANA,
        "2026-05-04",
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"tools/bench\"]\n"),
            ("crates/core/Cargo.toml", &package("core")),
            ("crates/core/src/lib.rs", ""),
            ("crates/server/Cargo.toml", &package("server")),
            ("crates/server/src/main.rs", "fn main() {}\n"),
            ("crates/README.md", "no package\n"),
            ("tools/bench/Cargo.toml", &package("bench")),
            ("runbooks/restart.md", "# Restart\n\nTurn it off and on.\n"),
            ("docs/guide.md", "# Guide\n"),
        ],
    );
    ground.work(ANA, "crates/core/src/lib.rs", 3);
    ground.work(BEN, "crates/server/src/main.rs", 3);
    ground.begins_well();
    let team = ground.team();
    assert_eq!(
        areas(&team),
        ["repository - -", "core ana -", "server ben -", "bench - -", "docs - -", "operations ana -"]
    );
    assert_eq!(team.runbooks.dirs, ["runbooks"]);
    assert!(ground.path("runbooks/on-call-handoff.md").exists() && !ground.path("docs/runbooks").exists());
    insta::assert_snapshot!(ground.text());
}

#[test]
fn a_repository_without_a_commit() {
    let ground = Ground::empty();
    let said = ground.begins_well();
    let team = ground.team();
    assert_eq!((team.people.len(), team.rotations.len(), team.sources.len()), (0, 0, 0));
    assert_eq!(areas(&team), ["operations - -"]);
    assert_eq!(team.team.name, "harbour", "as the folder is called");
    assert!(said.out.contains("  who is on the team? add [[people]]\n"), "{said:?}");
    assert!(ground.path("docs/ops/handoffs/README.md").exists());
    assert!(team.kinds.is_empty() && team.triage.is_empty(), "nothing is offered for what is not here");
    assert!(ground.text().contains("\n# [[kinds]] # what can happen here?\n"), "{}", ground.text());
    let pages: Vec<_> =
        std::fs::read_dir(ground.path("docs/runbooks")).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(pages, ["on-call-handoff.md"]);
}

#[test]
fn the_same_repository_gives_the_same_bytes() {
    let ground = python();
    let (one, other) = (ground.run(&["init", "--dry-run"]), ground.run(&["init", "--dry-run", "--yes"]));
    assert_eq!(one, other);
    let mut elsewhere = ground.command(&["init", "--dry-run"]);
    elsewhere.env("TZ", "America/New_York");
    assert!(super::said(elsewhere).out.contains("timezone = \"America/New_York\""));
    for odd in ["Mars/Olympus", "CET-1CEST,M3.5.0,M10.5.0/3", "../../etc/passwd"] {
        let mut odd_zone = ground.command(&["init", "--dry-run"]);
        odd_zone.env("TZ", odd);
        assert!(super::said(odd_zone).out.contains("timezone = \"UTC\""), "{odd}");
    }
    let mut by_path = ground.command(&["init", "--dry-run"]);
    by_path.env("TZ", ":/usr/share/zoneinfo/Asia/Tokyo");
    assert!(super::said(by_path).out.contains("timezone = \"Asia/Tokyo\""));
}

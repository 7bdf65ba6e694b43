//! What a beginning leaves to people is all that `check` finds in it.

use super::{ANA, BEN, CHI, Ground, made, said};

/// The rules whose questions only people can answer.
const LEFT: [&str; 8] = [
    "area-no-owner",
    "bus-factor",
    "owner-unreachable",
    "rotation-thin",
    "decision-unowned",
    "runbook-no-owner",
    "nobody-on-call",
    "nobody-named",
];

/// Begins, commits what was written, and asks what is wrong with it; the rules, once each.
fn found(ground: &Ground) -> Vec<String> {
    ground.init();
    ground.commit(ANA, "2026-11-20", &[]);
    let before = ground.tree();
    assert!(ground.init().out.contains("is there already; nothing was changed"));
    assert_eq!(ground.tree(), before, "a second run changes no byte");
    let told = ground.run(&["check", "--json"]);
    assert!(matches!(told.code, 0 | 1), "{told:?}");
    let answer: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let mut rules = Vec::new();
    for finding in answer["findings"].as_array().unwrap() {
        let (rule, message) = (finding["rule"].as_str().unwrap(), finding["message"].as_str().unwrap());
        if message.starts_with("not checked") {
            continue;
        }
        assert!(LEFT.contains(&rule), "{finding:#}\n{}", ground.text());
        rules.push(rule.to_owned());
    }
    rules.dedup();
    rules
}

#[test]
fn a_python_mcp_server_with_evals_and_several_authors() {
    let ground = made::python();
    ground.work(ANA, "README.md", 2);
    assert_eq!(found(&ground), ["area-no-owner", "bus-factor", "nobody-named"]);
}

#[test]
fn a_rust_workspace_with_codeowners() {
    let ground = Ground::empty();
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    ground.commit(
        ANA,
        "2026-05-04",
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
            ("Cargo.lock", "version = 4\n"),
            (".gitignore", "target\n"),
            ("crates/core/Cargo.toml", &package("core")),
            ("crates/core/src/lib.rs", ""),
            ("crates/server/Cargo.toml", &package("server")),
            ("crates/server/src/main.rs", "fn main() {}\n"),
            ("docs/guide.md", "# Guide\n"),
            ("scripts/release", "#!/bin/sh\n"),
            (
                ".github/CODEOWNERS",
                "* @kim-lead\n/crates/core/ @ana-lima @ben-dev\n/crates/server/ @ben-dev @zoe-away\n/docs/ @zoe-away\n",
            ),
        ],
    );
    ground.work(ANA, "crates/core/src/lib.rs", 3);
    ground.work(BEN, "crates/server/src/main.rs", 3);
    ground.work(BEN, "crates/core/src/lib.rs", 3);
    assert_eq!(found(&ground), ["area-no-owner", "bus-factor", "rotation-thin"]);
    let team = ground.team();
    assert_eq!(team.rotations[0].members, ["ana", "ben"], "who has committed nothing is not put on call");
    for named in ["zoe-away", "kim-lead"] {
        assert!(team.person(named).is_some(), "{named} stays, for what CODEOWNERS says is theirs");
    }
}

#[test]
fn a_repository_without_a_commit() {
    let ground = Ground::empty();
    assert_eq!(found(&ground), ["area-no-owner", "nobody-on-call", "bus-factor", "nobody-named"]);
}

#[test]
fn a_repository_of_one_person() {
    let ground = Ground::empty();
    ground.work(CHI, "tool/main.py", 3);
    assert_eq!(found(&ground), ["nobody-on-call", "bus-factor"]);
}

#[test]
fn what_is_next_is_said_and_is_the_check() {
    let ground = Ground::empty();
    let told = said(ground.command(&["init", "--yes"]));
    let last = told.out.lines().last().unwrap();
    let (check, doctor) = (last.find("`dogwatch check`").unwrap(), last.find("`dogwatch doctor`").unwrap());
    assert!(check < doctor, "{last}");
}

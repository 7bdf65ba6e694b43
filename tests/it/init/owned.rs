//! Who is whom, what is whose, and who is on call, as far as a repository
//! shows it.

use super::{ANA, BEN, CHI, Ground, Who, areas, people};

/// Sample data: nobody's name.
const ANA_R: Who<'static> = ("Ana Rodrigues", "ana@example.com");

#[test]
fn a_login_of_codeowners_is_the_author_whose_name_it_stands_for() {
    for (login, joined) in [
        ("ana-r", true),
        ("anar", true),
        ("arodrigues", true),
        ("Ana_Rodrigues", true),
        ("ana-dev", true),
        ("ana42x", true),
        ("anastasia", false),
        ("rodrigues", false),
    ] {
        let ground = Ground::empty();
        ground.commit(ANA_R, "2026-11-02", &[("evals/a", ""), ("CODEOWNERS", &format!("/evals/ @{login}\n"))]);
        ground.init();
        let team = ground.team();
        if joined {
            assert_eq!(people(&team), [format!("ana Ana Rodrigues {login}")]);
        } else {
            assert_eq!(team.people.len(), 2, "{login}: {:?}", people(&team));
        }
    }
}

#[test]
fn where_two_may_be_meant_nobody_is() {
    let ground = Ground::empty();
    let other = ("Ana Sousa", "sousa@example.com");
    ground.commit(ANA_R, "2026-11-02", &[("evals/a", ""), ("CODEOWNERS", "/evals/ @ana-dev\n/b/ @chi-a @chi-b\n")]);
    ground.commit(other, "2026-11-02", &[("b/c", "")]);
    ground.commit(CHI, "2026-11-02", &[("b/d", "")]);
    ground.init();
    let all = people(&ground.team());
    for alone in ["ana-dev ana-dev ana-dev", "chi-a chi-a chi-a", "chi-b chi-b chi-b", "chi Chi -"] {
        assert!(all.iter().any(|one| one == alone), "{alone}: {all:?}");
    }
}

#[test]
fn whoever_has_been_away_for_half_a_year_is_not_put_on_call_and_that_is_said() {
    let ground = Ground::empty();
    ground.commit(CHI, "2026-03-02", &[("evals/a", "")]);
    ground.work(ANA, "evals/a", 1);
    ground.work(BEN, "evals/a", 1);
    ground.init();
    let team = ground.team();
    assert_eq!((team.people.len(), &team.rotations[0].members[..]), (3, &["ana".to_owned(), "ben".to_owned()][..]));
    assert!(ground.text().contains("# Not in turn: chi, whose last commit is of 2026-03-02.\n"), "{}", ground.text());
}

#[test]
fn nobody_is_woken_unasked_and_the_file_says_how_to_be() {
    let ground = Ground::empty();
    ground.work(ANA, "evals/a", 1);
    ground.work(BEN, "evals/a", 1);
    ground.init();
    let team = ground.team();
    assert!(team.severities.iter().all(|severity| severity.clock == dogwatch::config::Clock::Business));
    assert_eq!(team.rotations[0].coverage, dogwatch::config::Coverage::Business);
    assert_eq!(team.rotations[0].secondary, Some(dogwatch::config::Secondary::Previous));
    let text = ground.text();
    assert!(
        text.contains("To be: `clock = \"24x7\"` in the severity") && text.contains("# `coverage = \"24x7\"`"),
        "{text}"
    );
}

#[test]
fn whoever_begins_it_keeps_the_runbooks_and_else_whoever_does_most() {
    let ground = Ground::empty();
    ground.work(ANA, "evals/a", 3);
    ground.work(BEN, "evals/a", 1);
    let keeper = |ground: &Ground| areas(&ground.team()).last().unwrap().clone();
    ground.init();
    assert_eq!(keeper(&ground), "operations ana -");
    assert!(ground.text().contains("owner = \"ana\" # the most commits in 12 months, 3 of 4\n"), "{}", ground.text());
    for (address, wanted) in [("BEN@example.com", "operations ben -"), ("stranger@example.com", "operations ana -")] {
        std::fs::remove_file(ground.path("dogwatch.toml")).unwrap();
        ground.git(&["config", "user.email", address], ANA, "2026-11-02");
        ground.init();
        assert_eq!(keeper(&ground), wanted, "{address}");
        assert!(!ground.text().contains("example.com"), "{}", ground.text());
    }
    std::fs::remove_file(ground.path("dogwatch.toml")).unwrap();
    ground.git(&["config", "user.email", BEN.1], ANA, "2026-11-02");
    ground.init();
    assert!(ground.text().contains("owner = \"ben\" # ran `dogwatch init`\n"), "{}", ground.text());
}

#[test]
fn what_a_team_of_github_owns_is_not_guessed_from_commits() {
    let ground = Ground::empty();
    ground.commit(ANA, "2026-11-02", &[("platform/a", ""), ("CODEOWNERS", "* @ana-lima\n/platform @bigco/infra\n")]);
    ground.work(ANA, "platform/a", 5);
    let told = ground.init();
    let team = ground.team();
    assert_eq!(areas(&team), ["repository - -", "platform - -", "operations ana -"]);
    assert!(
        ground.text().contains("paths = [\"/platform\"]\n# of @bigco/infra: who speaks for it?\n"),
        "{}",
        ground.text()
    );
    assert!(
        told.out.contains("  area platform is of @bigco/infra: who speaks for it, and who backs it up?\n"),
        "{told:?}"
    );
}

#[test]
fn the_codeowners_at_the_top_counts_for_a_folder_as_far_as_it_speaks_of_it() {
    let lines = "/other/ @zoe\n/services/tools/evals/ @ben-dev\n/services/*/prompts @ana-lima\n*.sql @chi-x\n\
                 /services/* @zoe\n**/schemas/ @ben-dev\n!never @zoe\n";
    let ground = Ground::empty();
    ground.commit(
        ANA,
        "2026-11-02",
        &[
            ("services/tools/evals/a", ""),
            ("services/tools/prompts/a", ""),
            ("services/tools/b.sql", ""),
            ("services/tools/deep/schemas/a", ""),
            ("other/a", ""),
            ("docs/CODEOWNERS", lines),
        ],
    );
    ground.work(BEN, "services/tools/evals/a", 2);
    let begun = ground.run(&["init", "--yes", "--dir", "services/tools"]);
    assert_eq!(begun.code, 0, "{begun:?}");
    let team = super::parsed(&std::fs::read_to_string(ground.path("services/tools/dogwatch.toml")).unwrap());
    let told: Vec<(&str, Option<&str>, Vec<&str>)> = team
        .areas
        .iter()
        .map(|area| (area.id.as_str(), area.owner.as_deref(), area.paths.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        told,
        [
            ("evals", Some("ben"), vec!["/evals/"]),
            ("prompts", Some("ana"), vec!["/prompts"]),
            ("sql", Some("chi-x"), vec!["*.sql"]),
            ("schemas", Some("ben"), vec!["/**/schemas/"]),
            ("operations", Some("ben"), vec!["/docs/runbooks/", "/docs/ops/", "/dogwatch.toml"]),
        ]
    );
    assert_eq!(people(&team), ["ana Ana Lima ana-lima", "ben Ben Okafor ben-dev", "chi-x chi-x chi-x"]);
    assert!(begun.err.contains("docs/CODEOWNERS:7 was not taken over: no pattern of CODEOWNERS"), "{begun:?}");
}

#[test]
fn a_line_for_all_of_a_folder_gives_its_areas_to_whom_it_names() {
    let ground = Ground::empty();
    let lines = "/services/tools/evals/ @zoe\n/services/tools/ @ana-lima @ben-dev\n";
    ground.commit(
        ANA,
        "2026-11-02",
        &[("services/tools/evals/a", ""), ("services/tools/b", ""), ("CODEOWNERS", lines)],
    );
    ground.work(BEN, "services/tools/evals/a", 5);
    let begun = ground.run(&["init", "--yes", "--dir", "services/tools"]);
    assert_eq!(begun.code, 0, "{begun:?}");
    let team = super::parsed(&std::fs::read_to_string(ground.path("services/tools/dogwatch.toml")).unwrap());
    assert_eq!(areas(&team), ["repository ana ben", "evals ana ben", "operations ana ben"]);
}

#[test]
fn what_is_not_here_is_not_offered() {
    for (file, kinds, pages) in [
        ("src/lib.py", &[][..], &["on-call-handoff.md"][..]),
        ("evals/a", &["eval-regression"], &["eval-regression-triage.md", "on-call-handoff.md"]),
        ("prompts/a", &[], &["eval-regression-triage.md", "on-call-handoff.md", "release-prompt.md"]),
        (
            "mcp/a",
            &["mcp-tool-failure", "schema-drift", "profile-rotation"],
            &[
                "deploy-mcp-tool.md",
                "deprecate-mcp-tool.md",
                "mcp-tool-failing.md",
                "on-call-handoff.md",
                "release-tool-schemas.md",
                "rotate-cached-profiles.md",
                "tool-schema-drift.md",
            ],
        ),
    ] {
        let ground = Ground::empty();
        ground.commit(ANA, "2026-11-02", &[(file, "")]);
        ground.begins_well();
        let team = ground.team();
        assert_eq!(team.kinds.iter().map(|kind| kind.id.as_str()).collect::<Vec<_>>(), kinds, "{file}");
        let ruled = |id: &str| ground.text().contains(&format!("set = {{ kind = \"{id}\" }}"));
        assert_eq!(ruled("mcp-tool-failure"), kinds.contains(&"mcp-tool-failure"), "{file}");
        assert_eq!(ruled("eval-regression"), kinds.contains(&"eval-regression"), "{file}");
        let mut found: Vec<String> = std::fs::read_dir(ground.path("docs/runbooks"))
            .unwrap()
            .map(|one| one.unwrap().file_name().into_string().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(found, pages, "{file}");
    }
}

#[test]
fn a_dry_run_lists_the_files_and_shows_the_team_file() {
    let ground = Ground::empty();
    ground.commit(ANA, "2026-11-02", &[("tests/evals/a", "")]);
    let dry = ground.run(&["init", "--dry-run"]);
    let listed = "would write docs/runbooks/eval-regression-triage.md\nwould write docs/runbooks/on-call-handoff.md\n\
                  would write docs/ops/handoffs/README.md\nwould write dogwatch.toml\n\n==> dogwatch.toml <==\n";
    assert!(dry.out.starts_with(listed), "{dry:?}");
    assert_eq!(dry.out.matches("==> ").count(), 1, "{dry:?}");
    assert!(dry.out.contains("`--full` shows the other files, too."), "{dry:?}");
    assert!(dry.out.contains("\n# paths = [\"tests/evals/**\"]\n"), "the folder that is there: {dry:?}");
    let full = ground.run(&["init", "--dry-run", "--full"]);
    assert_eq!(full.out.matches("==> ").count(), 4, "{full:?}");
    assert!(!full.out.contains("`--full`"), "{full:?}");
    assert_eq!(ground.run(&["init", "--yes", "--full"]).code, 2, "it is of no use without --dry-run");
}

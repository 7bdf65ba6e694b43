//! What people wrote stays, and nothing is written outside.

use super::{ANA, BEN, Ground, NOON, areas, said};

#[test]
fn a_team_file_here_or_above_is_left_alone() {
    let ground = Ground::empty();
    ground.commit(ANA, "2026-11-02", &[("services/tools/main.py", ""), ("services/dogwatch.toml", "version = 1\n")]);
    let before = ground.tree();
    for (folder, args) in
        [("services/tools", &["init", "--yes"][..]), ("", &["init", "--yes", "--dir", "services/tools"])]
    {
        let mut command = ground.command(args);
        let told = said({
            command.current_dir(ground.path(folder));
            command
        });
        assert_eq!(told.code, 0, "{told:?}");
        assert!(told.out.ends_with("services/dogwatch.toml is there already; nothing was changed\n"), "{told:?}");
        assert_eq!(ground.tree(), before);
    }
    // From the top it is below, and does not hold there.
    assert!(ground.init().out.contains("wrote dogwatch.toml\n"));
}

#[test]
fn one_that_cannot_be_read_is_named_with_its_problem_and_left_as_it_is() {
    let ground = Ground::empty();
    ground.write("dogwatch.toml", "this is [no TOML");
    let told = ground.run(&["init"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""), "also without a terminal: {told:?}");
    assert!(told.err.contains("dogwatch.toml:1:"), "{told:?}");
    assert_eq!(ground.text(), "this is [no TOML");
    assert_eq!(ground.tree().len(), 1);
    ground.write("dogwatch.toml", "version = 1\n[[areas]]\nid = \"a\"\nowner = \"nobody-known\"\n");
    let told = ground.run(&["init", "--yes"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""), "{told:?}");
    assert!(told.err.contains("dogwatch.toml:4:") && told.err.contains("nobody-known"), "{told:?}");
}

#[test]
fn pages_that_are_there_are_kept_and_said() {
    let ground = Ground::empty();
    let (page, readme) = ("docs/runbooks/mcp-tool-failing.md", "docs/ops/handoffs/README.md");
    ground.commit(ANA, "2026-11-02", &[(page, "# Ours\n"), (readme, "ours\n"), ("mcp/server.py", "")]);
    let told = ground.init();
    for kept in [page, readme] {
        assert!(told.out.contains(&format!("kept {kept}, which is there already\n")), "{told:?}");
    }
    assert_eq!(std::fs::read_to_string(ground.path(page)).unwrap(), "# Ours\n");
    assert_eq!(std::fs::read_to_string(ground.path(readme)).unwrap(), "ours\n");
    assert!(told.out.contains("wrote docs/runbooks/tool-schema-drift.md\n"));
    ground.lives();
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_refused_before_anything_is_written() {
    let ground = Ground::empty();
    let outside = ground.dir.path().join("outside");
    std::fs::create_dir(&outside).unwrap();
    for link in ["docs", "docs/runbooks", "docs/ops"] {
        let at = ground.path(link);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&outside, &at).unwrap();
        let before = ground.tree();
        let told = ground.run(&["init", "--yes"]);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{told:?}");
        assert!(told.err.contains(&format!("{link} is a link that leads out of the repository")), "{told:?}");
        assert_eq!((ground.tree(), std::fs::read_dir(&outside).unwrap().count()), (before, 0));
        std::fs::remove_file(at).unwrap();
    }
    // A team file that is a link is a team file, and one that leads nowhere is none.
    std::os::unix::fs::symlink(outside.join("nothing.toml"), ground.path("dogwatch.toml")).unwrap();
    let told = ground.run(&["init", "--yes"]);
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.err.contains("dogwatch.toml is there and is no file; move it away"), "{told:?}");
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn a_file_where_a_folder_is_needed_is_named() {
    let ground = Ground::empty();
    ground.write("docs", "a file\n");
    let told = ground.run(&["init", "--yes"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""), "{told:?}");
    assert!(told.err.contains("docs is no folder; move it away"), "{told:?}");
    assert_eq!(ground.tree().len(), 1);
}

#[test]
fn without_a_repository_it_says_how_to_make_one_and_a_folder_may_be_named() {
    let ground = Ground::bare();
    ground.write("evals/cases.yaml", "- a\n");
    let told = ground.run(&["init", "--yes"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""), "{told:?}");
    assert!(told.err.contains("is in no git repository; make one with `git init`"), "{told:?}");
    let told = ground.run(&["init", "--yes", "--dir", "."]);
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(areas(&ground.team()), ["evals - -", "operations - -"]);
    let gone = ground.run(&["init", "--yes", "--dir", "nowhere"]);
    assert_eq!((gone.code, gone.err.as_str()), (2, "dogwatch: --dir nowhere is no folder; make it first\n"));
}

#[test]
fn without_git_a_named_folder_will_do() {
    let ground = Ground::empty();
    let mut command = ground.command(&["init", "--yes"]);
    command.env("PATH", "/nowhere");
    let told = said(command);
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.err.contains("git cannot be run") && told.err.contains("--dir"), "{told:?}");
    let mut command = ground.command(&["init", "--yes", "--dir", "."]);
    command.env("PATH", "/nowhere");
    let told = said(command);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(told.err.contains("so nobody's work can be seen"), "{told:?}");
}

#[test]
fn nobody_is_asked_without_a_terminal_and_nothing_is_written_where_nothing_may_be() {
    let ground = Ground::empty();
    for (words, remedy) in [
        (&["init"][..], "say --yes"),
        (&["--readonly", "init", "--yes"], "--readonly changes nothing"),
        (&["--config", "dogwatch.toml", "init", "--yes"], "give --dir DIR"),
    ] {
        let told = ground.run(words);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{words:?}: {told:?}");
        assert!(told.err.contains(remedy), "{words:?}: {told:?}");
    }
    assert_eq!(ground.run(&["--readonly", "init", "--dry-run"]).code, 0);
    assert!(ground.tree().is_empty());
}

#[test]
fn a_folder_of_a_repository_has_a_model_of_its_own() {
    let ground = Ground::empty();
    ground.commit(
        ANA,
        "2026-11-02",
        &[("other/evals/a", ""), ("tools/prompts/b.md", ""), ("CODEOWNERS", "/other/ @ana-lima\n")],
    );
    ground.work(BEN, "tools/prompts/b.md", 3);
    ground.work(ANA, "other/evals/a", 5);
    let told = ground.run(&["init", "--yes", "--dir", "tools"]);
    assert_eq!(told.code, 0, "{told:?}");
    let team = super::parsed(&std::fs::read_to_string(ground.path("tools/dogwatch.toml")).unwrap());
    assert_eq!(areas(&team), ["prompts ben -", "operations ben -"]);
    assert!(!ground.path("dogwatch.toml").exists());
}

#[test]
fn a_shallow_clone_says_what_it_cannot_see() {
    let ground = Ground::empty();
    ground.commit(ANA, "2026-11-02", &[("evals/a", "")]);
    ground.work(ANA, "evals/a", 5);
    let from = format!("file://{}", ground.path("").display());
    ground.git_in(ground.dir.path(), &["clone", "-q", "--depth", "4", &from, "cut"], ANA, "2026-11-03");
    let mut command = ground.command(&["init", "--yes"]);
    command.current_dir(ground.dir.path().join("cut"));
    let told = said(command);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(told.err.contains("a shallow clone shows only the newest commits"), "{told:?}");
    assert!(told.err.contains("git fetch --unshallow"), "{told:?}");
    let team = super::parsed(&std::fs::read_to_string(ground.dir.path().join("cut/dogwatch.toml")).unwrap());
    assert_eq!(areas(&team), ["evals - -", "operations - -"], "who owns it cannot be known from a part");
    assert_eq!(team.people.len(), 1);
    assert!(NOON.starts_with("2026-11-20"));
}

#[test]
fn with_redact_names_are_hidden_in_what_is_said_and_not_in_what_is_written() {
    let ground = Ground::empty();
    ground.commit(ANA, "2026-11-02", &[("evals/a", "")]);
    ground.work(ANA, "evals/a", 3);
    ground.work(BEN, "evals/a", 3);
    ground.work(("Zoe Guest", "zoe@example.com"), "evals/a", 1);
    let told = ground.run(&["--redact", "init", "--dry-run"]);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(!told.out.contains("Ana") && told.out.contains("person 1"), "{told:?}");
    assert!(!told.err.contains("Zoe") && told.err.contains("left out person 3: 1 commit in 12 months"), "{told:?}");
    assert_eq!(ground.run(&["--redact", "init", "--yes"]).code, 0);
    assert!(ground.text().contains("name = \"Ana Lima\""));
}

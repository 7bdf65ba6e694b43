//! A repository that was written to do harm: nothing of it runs, nothing of it
//! reaches the terminal or the file as it is.

use super::{ANA, Ground, areas, people};

#[test]
fn names_and_paths_stay_words() {
    let ground = Ground::empty();
    let eve = ("\"\"\"]\u{1b}[2J [tracker] \u{202e}eve\u{200b}", "eve@evil.example");
    let token = ("ghp_0123456789abcdefghijABCDEFGHIJ456789", "t@evil.example");
    ground.commit(
        eve,
        "2026-11-02",
        &[
            ("evals/\"]\nkind = \"x\"", "a"),
            ("\"quoted\"/file", "a"),
            ("[odd]/file", "a"),
            ("two  blanks/file", "a"),
            ("esc\u{1b}[31m/file", "a"),
            ("-rf/file", "a"),
            ("~/file", "a"),
            ("it's/file", "a"),
            (".github/CODEOWNERS", "/evals/ @eve\"]\n/x\u{202e}y/ @kim\n/\"q\"/ @kim\n\\#a @kim\n/~ @kim\n"),
        ],
    );
    ground.work(eve, "evals/b", 3);
    ground.work(token, "evals/b", 3);
    let said = ground.begins_well();
    let team = ground.team();
    assert_eq!(people(&team)[0], "kim kim kim");
    assert_eq!(team.people.len(), 3);
    assert_eq!(team.tracker.repo, None);
    assert_eq!(areas(&team), ["repository - -", "evals tracker-eve -", "q kim -", "operations tracker-eve -"]);
    let text = ground.text();
    for bad in ["\u{1b}", "\u{202e}", "\u{200b}", "ghp_", "evil.example"] {
        assert!(!text.contains(bad) && !said.out.contains(bad) && !said.err.contains(bad), "{bad:?}: {said:?}\n{text}");
    }
    assert!(said.err.contains(".github/CODEOWNERS:2 was not taken over: a pattern that cannot be written down"));
}

#[test]
fn folders_with_odd_names_are_areas_where_a_pattern_can_mean_them() {
    let ground = Ground::empty();
    let names = ["it's", "say \"hi\"", "-rf", "#tag", "!no", "a*b", "[x]", "new\nline", "ok"];
    for name in names {
        ground.write(&format!("{name}/file"), "a");
    }
    ground.commit(super::ANA, "2026-11-02", &[]);
    ground.begins_well();
    let team = ground.team();
    let mut paths: Vec<&str> = team.areas.iter().flat_map(|area| &area.paths).map(String::as_str).collect();
    paths.truncate(4);
    assert_eq!(paths, ["/-rf/", "/it's/", "/ok/", "/say \"hi\"/"]);
}

#[cfg(unix)]
#[test]
fn what_a_clone_is_configured_to_run_is_not_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let ground = Ground::empty();
    ground.commit(super::ANA, "2026-11-02", &[("evals/a", "a"), (".gitattributes", "* diff=evil filter=evil\n")]);
    let (script, marker) = (ground.dir.path().join("evil.sh"), ground.dir.path().join("ran"));
    std::fs::write(&script, format!("#!/bin/sh\ntouch {}\n", marker.display())).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let evil = script.display().to_string();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "gpg.program",
        "credential.helper",
    ] {
        ground.git(&["config", key, &evil], super::ANA, "2026-11-02");
    }
    ground.git(&["config", "log.showSignature", "true"], super::ANA, "2026-11-02");
    ground.git(&["config", "mailmap.file", "/dev/zero"], super::ANA, "2026-11-02");
    ground.git(&["remote", "add", "origin", &format!("ext::{evil} %S")], super::ANA, "2026-11-02");
    for hook in ["post-index-change", "pre-commit", "reference-transaction"] {
        std::fs::create_dir_all(ground.path(".git/hooks")).unwrap();
        std::fs::copy(&script, ground.path(".git/hooks").join(hook)).unwrap();
    }
    let _ = std::fs::remove_file(&marker);
    let said = ground.init();
    assert!(!marker.exists(), "{said:?}");
    assert_eq!(people(&ground.team()), ["ana Ana Lima ana-lima"]);
}

#[test]
fn a_password_in_the_remote_is_never_repeated() {
    let ground = Ground::empty();
    let address = "https://kim:hunter2hunter2@github.com/acme/harbour.git";
    ground.git(&["remote", "add", "origin", address], super::ANA, "2026-11-01");
    let dry = ground.run(&["-v", "init", "--dry-run"]);
    let said = ground.init();
    for text in [&dry.out, &dry.err, &said.out, &said.err, &ground.text()] {
        assert!(!text.contains("hunter2") && !text.contains("kim:"), "{text}");
    }
    assert!(ground.text().contains("repo = \"acme/harbour\""));
}

#[test]
fn the_mailmap_of_the_repository_says_who_is_who() {
    let ground = Ground::empty();
    ground.commit(("Long Gone", "gone@x.example"), "2025-06-01", &[("a", "c")]);
    ground.commit(("al", "old@x.example"), "2026-11-02", &[(".mailmap", "Ana Lima <ana@x.example> <old@x.example>\n")]);
    ground.commit(("Ana Lima", "ana@x.example"), "2026-11-03", &[("a", "b")]);
    ground.init();
    assert_eq!(people(&ground.team()), ["ana Ana Lima -"]);
}

#[test]
fn a_repository_whose_configuration_puts_its_files_elsewhere_is_not_begun_there() {
    let elsewhere = tempfile::TempDir::new().unwrap();
    let ground = Ground::empty();
    ground.commit(ANA, "2026-11-02", &[("src/a.rs", "")]);
    ground.git(&["config", "core.worktree", elsewhere.path().to_str().unwrap()], ANA, "2026-11-02");
    let told = ground.run(&["init", "--yes"]);
    assert!(told.code == 2 && told.err.contains("core.worktree"), "{told:?}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    // Named, the folder is begun, and nothing of what lies elsewhere is looked at.
    let told = ground.run(&["init", "--yes", "--dir", "."]);
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    assert!(ground.path("dogwatch.toml").is_file());
}

#[cfg(unix)]
#[test]
fn a_folder_that_leads_into_gits_own_is_not_begun_in() {
    let ground = Ground::empty();
    ground.commit(ANA, "2026-11-02", &[("src/a.rs", "")]);
    std::os::unix::fs::symlink(".git", ground.path("docs")).unwrap();
    let told = ground.run(&["init", "--yes"]);
    assert!(told.code == 2 && told.err.contains("git's own folder"), "{told:?}");
    assert!(!ground.path(".git/runbooks").exists() && !ground.path("dogwatch.toml").exists());
}

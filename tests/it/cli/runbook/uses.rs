//! What people say of a page, and how fresh it is for it.

use super::{Home, team};

const PAGE: &str = "docs/runbooks/tool.md";

fn fresh(home: &Home) -> serde_json::Value {
    home.json(&["runbook", "--json", PAGE])["hits"][0]["freshness"].clone()
}

#[test]
fn a_page_that_did_not_work_is_stale_until_it_works() {
    let home = team();
    assert_eq!(fresh(&home)["weak"], true, "a file's time is all there is");
    let said = home.run(&["runbook", "--failed", PAGE, "--note", "step 1 hangs"]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "docs/runbooks/tool.md stale (did not work 0 min ago)\n"),
        "{said:?}"
    );
    let told = fresh(&home);
    assert_eq!((&told["state"], &told["failed_at"]), (&"stale".into(), &"2026-11-20T12:00:00Z".into()), "{told:#}");
    assert!(home.run(&["runbook", "--list", "calls"]).out.contains("stale (did not work 0 min ago)"));
    let mut later = home;
    later.always[3] = "2026-11-23T12:00:00Z".to_owned();
    let told = later.json(&["runbook", "--json", "--worked", PAGE]);
    let worked = &told["hits"][0]["freshness"];
    assert_eq!(
        (&worked["state"], &worked["because"], &worked["weak"]),
        (&"fresh".into(), &"worked".into(), &false.into())
    );
    later.always[3] = "2027-11-23T12:00:00Z".to_owned();
    assert_eq!(fresh(&later)["state"], "stale");
    assert!(later.run(&["runbook", PAGE]).out.contains("ben · tool-fails · stale (worked 365 d ago)"));
}

#[test]
fn a_use_may_belong_to_an_incident_that_there_is() {
    let home = team();
    assert_eq!(home.run(&["new", "Calls time out", "-K", "tool-fails"]).out, "new local#1 done\n");
    assert_eq!(home.run(&["runbook", "--worked", PAGE, "--incident", "local#1"]).code, 0);
    let said = home.run(&["runbook", "--failed", PAGE, "--incident", "local#9"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    assert!(said.err.contains("no incident local#9 is known here"), "{said:?}");
    assert_eq!(fresh(&home)["because"], "worked", "nothing was written down of what there is not");
}

#[test]
fn what_cannot_be_written_down_is_said() {
    let mut home = team();
    home.write("file", "");
    home.always[1] = "file".to_owned();
    let said = home.run(&["runbook", "--worked", PAGE]);
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{said:?}");
    assert!(said.err.contains("it is not written down"), "{said:?}");
}

#[test]
fn the_repository_says_when_a_page_was_really_edited() {
    let home = team();
    let git = |words: &[&str], day: &str| {
        let date = format!("{day}T10:00:00Z");
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=kim", "-c", "user.email=kim@example.com", "-c", "commit.gpgSign=false"]);
        git.args(words).current_dir(home.dir.path()).env("HOME", home.dir.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        git.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        assert!(git.output().unwrap().status.success(), "git {words:?}");
    };
    git(&["init", "-q", "."], "2026-02-10");
    git(&["add", "docs"], "2026-02-10");
    git(&["commit", "-q", "-m", "pages"], "2026-02-10");
    for _ in ["asked", "kept"] {
        let told = fresh(&home);
        assert_eq!((&told["state"], &told["because"], &told["weak"]), (&"stale".into(), &"edit".into(), &false.into()));
        assert_eq!(told["at"], "2026-02-10T10:00:00Z");
    }
    assert!(home.run(&["runbook", PAGE]).out.contains("stale (edited 283 d ago)"));
    assert_eq!(std::fs::read_dir(home.path("data/copies")).unwrap().count(), 1, "a page of a folder is the folder's");
    home.write(PAGE, &format!("{}\nOne more thing.\n", super::TOOL));
    git(&["commit", "-q", "-am", "more"], "2026-11-18");
    assert!(home.run(&["runbook", PAGE]).out.contains("fresh (edited 2 d ago)"));
}

/// The lines of an incident's history that tell of runbooks.
fn history(home: &Home) -> Vec<serde_json::Value> {
    let told = home.json(&["show", "local#1", "--json"]);
    let moments = told["timeline"].as_array().unwrap_or_else(|| panic!("{told:#}"));
    moments.iter().filter(|moment| moment["what"] == "followed a runbook").cloned().collect()
}

#[test]
fn how_a_page_did_for_an_incident_is_one_line_of_its_history() {
    let home = team();
    assert_eq!(home.run(&["new", "Calls time out", "-K", "tool-fails"]).code, 0);
    let said = home.run(&["runbook", "--failed", PAGE, "--incident", "local#1", "--note", "step 1 hangs"]);
    assert!(said.err.contains("runbook local#1 done"), "{said:?}");
    let told = history(&home);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0]["text"].as_str().unwrap().contains("This did not work: step 1 hangs"), "{told:#?}");
    // Another use is another line; the same use would be the same line.
    assert_eq!(home.run(&["runbook", "--worked", PAGE, "--incident", "local#1"]).code, 0);
    assert_eq!(history(&home).len(), 2);
}

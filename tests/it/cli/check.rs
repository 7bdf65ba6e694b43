//! `dogwatch check` in a repository whose team file says what is to be found.

use std::process::Command;

use serde_json::Value;

use super::Home;

const MODEL: &str = include_str!("check.toml");
const NOW: &str = "2026-11-30T12:00:00Z";

/// A commit by one person, or whatever else git is asked on a day.
fn git(home: &Home, day: &str, words: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgSign=false"]).args(words);
    git.current_dir(home.path("")).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("HOME", home.path(""));
    let date = format!("{day}T10:00:00Z");
    git.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
    let said = git.output().unwrap();
    assert!(said.status.success(), "{said:?}");
}

/// A repository with pages, CODEOWNERS, and commits by one person, one of them in a freeze.
fn repository() -> Home {
    let mut home = Home::new();
    home.always = ["--now", NOW].map(str::to_owned).to_vec();
    let git = |day: &str, words: &[&str]| git(&home, day, words);
    git("2026-10-01", &["init", "-q", "-b", "main"]);
    home.write("dogwatch.toml", MODEL);
    home.write(".gitignore", ".config\n.local\n");
    home.write(
        "docs/runbooks/down.md",
        "# Down\n\n[gone](gone.md)\n\n```sh\n./bin/restart\n```\n\n## Verify\n\n## Roll back\n",
    );
    home.write(".github/CODEOWNERS", "mcp/ @stranger\n");
    for (number, day) in ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-11-21"].iter().enumerate() {
        home.write("mcp/a.py", &format!("{number}"));
        git(day, &["add", "-A"]);
        git(day, &["commit", "-q", "-m", &format!("change {number}")]);
    }
    home
}

/// What the team file says is to be found, in no order.
fn annotated() -> Vec<String> {
    let mut all: Vec<String> =
        MODEL.lines().filter_map(|line| Some(line.split_once("# finds: ")?.1.trim().to_owned())).collect();
    all.sort();
    all
}

#[test]
fn exactly_what_the_file_is_annotated_with_is_found() {
    let home = repository();
    let answer = home.json_of(&["check", "--json"], 1);
    assert_eq!(answer["schema"], "dogwatch.check/1");
    let mut found: Vec<String> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["rule"].as_str().unwrap(), one["subject"].as_str().unwrap()))
        .collect();
    found.sort();
    assert_eq!(found, annotated(), "{answer:#}");
    let again = home.json_of(&["check", "--json"], 1);
    assert_eq!(again, answer);
}

#[test]
fn the_forms_say_the_same_and_a_denied_warning_ends_with_one() {
    let home = repository();
    let text = home.run(&["check"]);
    assert_eq!(text.code, 1);
    assert!(text.out.starts_with("ERROR\n  "), "{text:?}");
    assert!(text.out.lines().all(|line| line.chars().count() <= 110), "{text:?}");
    let github = home.run(&["check", "--format", "github"]);
    let bad = "::error file=docs/runbooks/down.md,line=3,title=runbook-broken-link runbook%3Adocs/runbooks/down.md::";
    assert!(github.out.lines().any(|line| line.starts_with(bad)), "{github:?}");
    let reasons: Vec<&str> = github.out.lines().filter(|line| line.contains("title=not checked::")).collect();
    let [never] = reasons.as_slice() else { panic!("a reason is told once: {reasons:#?}") };
    assert!(
        never.ends_with(
            "dogwatch has never run here: overloaded, backlog-untouched, rotation-moved, \
        needinfo-lingering, review-lingering, review-overdue, action-unowned"
        ),
        "{never}"
    );
    assert!(text.out.contains("NOT CHECKED\n  dogwatch has never run here\n"), "{text:?}");
    let shape =
        |line: &str| line.starts_with("::error ") || line.starts_with("::warning ") || line.starts_with("::notice ");
    assert!(github.out.lines().all(shape), "{github:?}");
    let sarif = home.run(&["check", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif.out).unwrap();
    assert_eq!((&sarif["version"], &sarif["runs"][0]["tool"]["driver"]["name"]), (&"2.1.0".into(), &"dogwatch".into()));
    let run = &sarif["runs"][0];
    let notes = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!((&run["invocations"][0]["executionSuccessful"], notes.as_array().unwrap().len()), (&true.into(), 1));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for one in sarif["runs"][0]["results"].as_array().unwrap() {
        let nth = usize::try_from(one["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[nth]["id"], one["ruleId"]);
        // GitHub takes no log in which a result has no place.
        assert!(one["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64() >= Some(1), "{one:#}");
    }
}

#[test]
fn a_team_file_that_cannot_be_read_is_told_in_the_form_that_was_asked_for() {
    let home = repository();
    home.write("dogwatch.toml", "version = 1\n[team]\nnme = \"sample\"\n");
    let github = home.run(&["check", "--format", "github"]);
    assert!(github.out.starts_with("::error file=dogwatch.toml,line=3,col=1,title=dogwatch::"), "{github:?}");
    assert!(github.code == 2 && github.err.contains(":3:1: "), "{github:?}");
    let sarif = home.run(&["check", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif.out).unwrap();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolConfigurationNotifications"].as_array().unwrap().len(), 1, "{invocation:#}");
    assert_eq!(home.run(&["check"]).out, "");
}

#[test]
fn each_finding_says_who_can_mend_it() {
    let home = repository();
    let answer = home.json_of(&["check", "--json"], 1);
    let of = |subject: &str| {
        let one = answer["findings"].as_array().unwrap().iter().find(|one| one["subject"] == subject).unwrap();
        (one["area"].as_str().map(str::to_owned), one["owner"].as_str().map(str::to_owned))
    };
    let both = |area: &str, owner: &str| (Some(area.to_owned()), Some(owner.to_owned()));
    assert_eq!(of("area:mcp"), both("mcp", "ana"));
    assert_eq!(of("kind:down"), both("mcp", "ana"));
    assert_eq!(of("decision:drop"), (None, Some("ana".to_owned())));
    assert_eq!(of("freeze:late"), (None, Some("ben".to_owned())));
    assert_eq!(of("runbook:docs/runbooks/down.md"), both("docs", "ana"));
    // The model's own are the team file's owner's.
    assert_eq!(of("rotation:ops"), (None, Some("ana".to_owned())));
    assert_eq!(of("path:.gitignore"), (None, Some("ana".to_owned())));
    let text = home.run(&["check"]).out;
    assert!(text.contains("decision-unowned  decision:drop  dogwatch.toml:27:1  (ana)"), "{text}");
}

#[test]
fn no_message_of_a_commit_hides_what_landed_in_a_freeze() {
    let home = repository();
    home.write("mcp/b.py", "more");
    git(&home, "2026-11-21", &["add", "-A"]);
    git(&home, "2026-11-21", &["commit", "-q", "-m", "a\u{1}b\u{2}c\u{1e}d\u{1f}e"]);
    let answer = home.json_of(&["check", "--json"], 1);
    let found = answer["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "freeze-violated").unwrap();
    assert!(found["message"].as_str().unwrap().starts_with("2 landed in late: "), "{found:#}");
}

#[test]
fn a_rule_is_explained_and_a_wrong_name_is_answered_with_the_nearest() {
    let home = Home::new();
    let said = home.run(&["check", "--explain", "rotation-gap"]);
    assert!(said.code == 0 && said.out.contains("Mend it:") && said.out.contains("From:"), "{said:?}");
    let said = home.run(&["check", "--explain", "rotation-gp"]);
    assert!(said.code == 2 && said.err.contains("did you mean rotation-gap?"), "{said:?}");
    let all = home.run(&["check", "--explain", "all"]);
    assert!(all.out.lines().count() >= 20, "{all:?}");
    let none = home.run(&["check"]);
    assert!(none.code == 2 && none.err.contains("dogwatch init"), "{none:?}");
}

#[test]
fn a_shallow_clone_says_what_it_cannot_see() {
    let home = repository();
    let from = format!("file://{}", home.path("").display());
    let clone = home.path("clone");
    let said = Command::new("git")
        .args(["clone", "-q", "--depth", "1", &from])
        .arg(&clone)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    let config = clone.join("dogwatch.toml");
    let answer = home.json_of(&["--config", config.to_str().unwrap(), "check", "--json"], 1);
    let told = |rule: &str| {
        answer["findings"].as_array().unwrap().iter().any(|one| {
            one["rule"] == rule && one["message"].as_str().unwrap().starts_with("not checked: a shallow clone")
        })
    };
    assert!(told("bus-factor") && told("freeze-violated"), "{answer:#}");
}

#[test]
fn the_map_says_who_decides_what_and_where_that_is_unclear() {
    let home = repository();
    let said = home.run(&["check", "--map"]);
    assert_eq!(said.code, 1, "{said:?}");
    let lines: Vec<&str> = said.out.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("decision:drop  What is dropped?")).unwrap();
    assert_eq!(lines[at + 1..at + 4], ["      who: ana", "      backup: UNCLEAR", "      when: it is old"]);
    let at = lines.iter().position(|line| line.starts_with("severity:SEV1")).unwrap();
    assert_eq!(
        lines[at + 1..at + 4],
        ["      who: everyone", "      when: ack 1h (in working hours)", "      done: UNCLEAR"]
    );
    let map = home.json_of(&["check", "--map", "--json"], 1);
    assert_eq!(home.json_of(&["check", "--map", "--format", "json"], 1), map);
    assert_eq!(home.run(&["check", "--map", "--format", "sarif"]).code, 2);
    assert_eq!((&map["schema"], &map["rows"][0]["unclear"][0]), (&"dogwatch.map/1".into(), &"backup".into()));
}

/// A server of the web that has one page, knows HEAD of another not, and remembers what it was asked.
fn web() -> (String, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let asked: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let status = match asked.first().map(String::as_str) {
                Some("HEAD /here HTTP/1.1" | "GET /shy HTTP/1.1") => "200 OK",
                Some("HEAD /moved HTTP/1.1") => "302 Found\r\nLocation: /nowhere",
                Some("HEAD /shy HTTP/1.1") => "405 Method Not Allowed",
                Some("HEAD /ill HTTP/1.1") => "500 Internal Server Error",
                Some(_) | None => "404 Not Found",
            };
            told.lock().unwrap().extend(asked);
            let _gone = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    (address, heard)
}

#[test]
fn online_it_asks_what_pages_link_to_and_tells_only_what_is_gone() {
    let (address, heard) = web();
    let home = repository().with_env("GH_TOKEN", "not-to-be-told");
    let link = |path: &str| format!("[a]({address}/{path}#part)\n");
    let page: String = ["here", "moved", "shy", "ill", "gone"].map(link).concat();
    home.write(
        "docs/runbooks/web.md",
        &format!("# Web\n{page}[b](http://127.0.0.1:1/refused)\n[c](http://{{host}}/x)\n"),
    );
    let found = |args: &[&str]| {
        let answer = home.json_of(args, 1);
        let own =
            answer["findings"].as_array().unwrap().iter().find(|one| one["subject"] == "runbook:docs/runbooks/web.md");
        own.filter(|one| one["rule"] == "runbook-broken-link")
            .map(|one| (one["level"].clone(), one["message"].clone(), one["line"].clone()))
    };
    assert_eq!(found(&["check", "--json"]), None);
    assert_eq!(*heard.lock().unwrap(), [] as [String; 0], "nobody is asked who was not meant to be");
    let dead = found(&["check", "--json", "--online"]).unwrap();
    let said = format!("docs/runbooks/web.md: not there: line 6: {address}/gone#part (404)");
    assert_eq!(dead, ("warning".into(), said.into(), 6.into()));
    let heard = heard.lock().unwrap().join("\n").to_lowercase();
    assert!(
        !heard.contains("not-to-be-told") && !heard.contains("authorization") && !heard.contains("#part"),
        "{heard}"
    );
    assert!(!heard.contains("/nowhere"), "nothing is followed: {heard}");
}

#[cfg(unix)]
#[test]
fn codeowners_is_not_read_through_a_folder_that_leads_out_nor_if_it_is_too_long() {
    let home = repository();
    let elsewhere = tempfile::TempDir::new().unwrap();
    std::fs::write(elsewhere.path().join("CODEOWNERS"), "mcp/ @told-nobody\n").unwrap();
    std::fs::remove_dir_all(home.path(".github")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), home.path(".github")).unwrap();
    let said = home.run(&["check"]);
    assert!(!said.out.contains("told-nobody") && said.out.contains(".github/CODEOWNERS is no plain file"), "{said:?}");
    std::fs::remove_file(home.path(".github")).unwrap();
    home.write(".github/CODEOWNERS", &"mcp/ @told-nobody\n".repeat(200_000));
    let said = home.run(&["check"]);
    assert!(!said.out.contains("told-nobody") && said.out.contains("longer than 3 MiB"), "{said:?}");
}

#[test]
fn a_kind_without_any_folder_of_runbooks_has_none() {
    let home = repository();
    std::fs::remove_dir_all(home.path("docs/runbooks")).unwrap();
    let answer = home.json_of(&["check", "--json"], 1);
    let one = answer["findings"].as_array().unwrap().iter().find(|one| one["subject"] == "kind:down").unwrap();
    assert_eq!((&one["level"], &one["message"]), (&"error".into(), &"down: there is no runbook down.md".into()));
}

#[cfg(unix)]
#[test]
fn a_team_file_that_leads_out_of_its_repository_is_not_read_unless_it_is_named() {
    let home = repository();
    let elsewhere = tempfile::TempDir::new().unwrap();
    let secret = elsewhere.path().join("secret.toml");
    std::fs::write(&secret, "version = 1\nsecret_key = 1\n").unwrap();
    std::fs::remove_file(home.path("dogwatch.toml")).unwrap();
    std::os::unix::fs::symlink(&secret, home.path("dogwatch.toml")).unwrap();
    let said = home.run(&["check"]);
    assert!(said.code == 2 && said.err.contains("leads out of its repository"), "{said:?}");
    assert!(!said.err.contains("secret_key"), "{said:?}");
    assert!(home.run(&["--config", "dogwatch.toml", "check"]).err.contains("secret_key"));
    // Within the repository a link is as good as the file.
    std::fs::remove_file(home.path("dogwatch.toml")).unwrap();
    home.write("docs/team.toml", MODEL);
    std::os::unix::fs::symlink("docs/team.toml", home.path("dogwatch.toml")).unwrap();
    assert_eq!(home.run(&["check"]).code, 1);
}

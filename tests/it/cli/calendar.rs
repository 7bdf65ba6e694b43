//! `dogwatch calendar`: the plan, held against the repository it lies in.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::{Home, Said, fields};

const TEAM: &str = r#"version = 1
[team]
name = "harbour"
timezone = "Europe/London"
[[people]]
id = "ana"
[[people]]
id = "ben"
[[cadences]]
id = "triage"
title = "Triage meeting"
start = "2026-11-03"
rule = "FREQ=WEEKLY;BYDAY=TU"
owner = "rotation:ops/primary"
grace = "1bd"
done_by = "minutes"
[[trains]]
id = "tools"
title = "MCP tool schemas"
start = "2026-11-10"
rule = "FREQ=MONTHLY;BYDAY=2TU"
owners = ["ana", "ben"]
evidence = "tag:tools-v*"
[[releases]]
id = "docs"
title = "New documentation site"
date = "2026-11-17"
owner = "ben"
evidence = "git:docs/CHANGELOG.md"
[[rotations]]
id = "ops"
title = "On call"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben"]
[[freezes]]
id = "year-end"
from = "2026-12-07"
to = "2027-01-04"
covers = ["train:tools"]
except = ["SEV1", "SEV2"]
approver = "ben"
"#;

/// A team in a repository of its own, on 20 November 2026.
fn repository(more: &str) -> Home {
    let mut home = Home::new();
    home.write("dogwatch.toml", &format!("{TEAM}{more}"));
    home.always = ["--data-dir", "data", "--now", "2026-11-20T12:00:00Z"].map(str::to_owned).to_vec();
    home.git(&["init", "-q", "."], "2026-11-01");
    home.commit("docs/README.md", "2026-11-01");
    home
}

impl Home {
    fn git(&self, words: &[&str], day: &str) {
        let date = format!("{day}T10:00:00Z");
        let mut git = Command::new("git");
        git.args(["-c", "user.name=kim", "-c", "user.email=kim@example.com", "-c", "commit.gpgSign=false"]);
        git.args(words).current_dir(self.dir.path()).env("HOME", self.dir.path());
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        let ended = git.stdout(Stdio::null()).output().unwrap();
        assert!(ended.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }

    fn commit(&self, path: &str, day: &str) {
        self.write(path, day);
        self.git(&["add", path], day);
        self.git(&["commit", "-q", "-m", "a change"], day);
    }

    /// `id status`, for the entries of November 2026 to January 2027.
    fn statuses(&self) -> Vec<String> {
        self.entries()
            .iter()
            .map(|entry| format!("{} {}", entry["id"].as_str().unwrap(), entry["status"].as_str().unwrap_or("-")))
            .collect()
    }

    fn entries(&self) -> Vec<Value> {
        self.json(&["calendar", "--from", "2026-11-01", "--to", "2027-01-15", "--json"])["entries"]
            .as_array()
            .unwrap()
            .clone()
    }

    fn status(&self, id: &str) -> String {
        let all = self.statuses();
        let found = all.iter().find_map(|line| line.strip_prefix(&format!("{id} ")));
        found.unwrap_or_else(|| panic!("no {id} in {all:?}")).to_owned()
    }
}

fn complaints(said: &Said) -> Vec<&str> {
    said.err.lines().collect()
}

#[test]
fn tags_commits_and_minutes_show_what_has_happened() {
    let home = repository("");
    assert_eq!(home.status("tools/2026-11-10"), "missed");
    assert_eq!(home.status("docs"), "missed");
    assert_eq!(home.status("triage/2026-11-03"), "missed");

    home.git(&["tag", "-a", "-m", "out", "tools-v1.0.0"], "2026-11-10");
    home.commit("docs/CHANGELOG.md", "2026-11-17");
    home.write("docs/ops/minutes/2026-11-03.md", "# Minutes");
    home.write(
        "docs/ops/minutes/triage-a.json",
        r#"{"schema": "dogwatch.minutes/1", "started_at": "2026-11-17T23:30:00Z"}"#,
    );
    assert_eq!(home.status("tools/2026-11-10"), "shipped");
    assert_eq!(home.status("tools/2026-12-08"), "frozen");
    assert_eq!(home.status("docs"), "shipped");
    assert_eq!(home.status("triage/2026-11-03"), "kept");
    assert_eq!(home.status("triage/2026-11-10"), "missed");
    assert_eq!(home.status("triage/2026-11-17"), "kept");
    assert_eq!(home.status("triage/2026-11-24"), "due");
}

#[test]
fn the_answer_is_as_promised_and_the_same_every_time() {
    let home = repository("");
    let words = ["calendar", "--from", "2026-12-01", "--to", "2026-12-08", "--json"];
    let answer = home.json(&words);
    assert_eq!(home.run(&words), home.run(&words));
    assert_eq!(fields(&answer), ["entries", "from", "schema", "to"]);
    assert_eq!(
        (&answer["schema"], &answer["from"], &answer["to"]),
        (&"dogwatch.calendar/1".into(), &"2026-12-01".into(), &"2026-12-08".into())
    );
    let entries = answer["entries"].as_array().unwrap();
    assert_eq!(fields(&entries[0]), ["clash", "date", "end", "id", "kind", "owner", "status", "title"]);
    let told: Vec<String> = entries
        .iter()
        .map(|entry| {
            let word = |name: &str| entry[name].as_str().unwrap_or("null").to_owned();
            format!(
                "{} {} {} {} {} {} {}",
                word("date"),
                word("end"),
                word("kind"),
                word("id"),
                word("owner"),
                word("status"),
                entry["clash"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "2026-12-01 null cadence triage/2026-12-01 ana due []",
            "2026-12-07 2027-01-04 freeze year-end ben planned [\"tools/2026-12-08\"]",
            "2026-12-07T10:00:00+00:00 null handover ops/2026-12-07T10:00:00+00:00 ben planned []",
            "2026-12-08 null cadence triage/2026-12-08 ben due []",
            "2026-12-08 null release tools/2026-12-08 ben frozen [\"year-end\"]",
        ]
    );
    let ahead = home.json(&["calendar", "--json"]);
    assert_eq!((&ahead["from"], &ahead["to"]), (&"2026-11-20".into(), &"2027-01-01".into()), "today to the horizon");
}

#[test]
fn the_agenda_fits_80_columns_under_one_sentence() {
    let home = repository("");
    let said = home.run(&["calendar", "--from", "2026-11-09", "--to", "2026-12-13"]);
    insta::assert_snapshot!(said.out, @"
    OPEN until Mon 7 Dec, then year-end freeze to 4 Jan (SEV1, SEV2 may land; ask the approver)

    Week of Mon 9 Nov
    Mon  9 Nov  ✓ done     handover     10:00 On call                            ben
    Tue 10 Nov  ✗ missed   cadence      Triage meeting                           ben
    Tue 10 Nov  ✗ missed   release      MCP tool schemas                         ana

    Week of Mon 16 Nov, this week
    Mon 16 Nov  ✓ done     handover     10:00 On call                            ana
    Tue 17 Nov  ✗ missed   cadence      Triage meeting                           ana
    Tue 17 Nov  ✗ missed   release      New documentation site                   ben

    Week of Mon 23 Nov
    Mon 23 Nov  · planned  handover     10:00 On call                            ben
    Tue 24 Nov  · due      cadence      Triage meeting                           ben

    Week of Mon 30 Nov
    Mon 30 Nov  · planned  handover     10:00 On call                            ana
    Tue  1 Dec  · due      cadence      Triage meeting                           ana

    Week of Mon 7 Dec
    Mon  7 Dec  · planned  freeze       year-end (to Mon 4 Jan)                  ben
    Mon  7 Dec  · planned  handover     10:00 On call                            ben
    Tue  8 Dec  · due      cadence      Triage meeting                           ben
    Tue  8 Dec  ! frozen   release      MCP tool schemas                         ben
                                        ! clash: in the freeze year-end
    ");
    assert_eq!(complaints(&said), [""; 0]);
    let narrow = home
        .command(&["calendar", "--from", "2026-11-09", "--to", "2026-12-13"])
        .env("COLUMNS", "40")
        .output()
        .unwrap();
    let narrow = String::from_utf8(narrow.stdout).unwrap();
    assert!(narrow.lines().skip(1).all(|line| line.chars().count() <= 40), "{narrow}");
}

#[test]
fn words_that_make_no_window_are_wrong_usage() {
    let home = repository("");
    let cases: &[(&[&str], &str)] = &[
        (&["--from", "2026-12-01", "--to", "2026-11-30"], "no stretch of days; swap them"),
        (&["--to", "2026-11-01"], "no stretch of days; give --from, too"),
        (&["--from", "2026-02-31"], "write a day that exists as YYYY-MM-DD"),
        (&["--from", "1.12.2026"], "write a day that exists as YYYY-MM-DD"),
        (&["--from", "1970-01-01", "--to", "8999-12-31"], "more than ten years"),
        (&["--from", "0001-01-01"], "write a year from 1970 to 8999"),
        (&["--ical", "--json"], "leave one of them out"),
    ];
    for (words, complaint) in cases {
        let said = home.run(&[&["calendar"][..], words].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}");
        assert!(said.err.contains(complaint), "{words:?}: {}", said.err);
    }
    for edge in ["1970-01-01", "8999-12-31"] {
        assert_eq!(home.run(&["calendar", "--from", edge, "--to", edge]).code, 0);
    }
}

#[test]
fn what_git_cannot_say_is_not_missed() {
    let alone = Home::new();
    alone.write("dogwatch.toml", TEAM);
    let words = ["--now", "2026-11-20T12:00:00Z", "calendar", "--from", "2026-11-01"];
    let said = alone.run(&words);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("planned  release      MCP tool schemas"), "{}", said.out);
    assert!(said.err.contains("not checked: tags and commits: git: "), "{}", said.err);

    let home = repository("");
    home.git(&["add", "dogwatch.toml"], "2026-11-02");
    home.commit("a", "2026-11-02");
    home.git(&["clone", "-q", "--depth", "1", &format!("file://{}", home.dir.path().display()), "cut"], "2026-11-02");
    let said = home.run(&["--config", "cut/dogwatch.toml", "calendar", "--from", "2026-11-01", "--json"]);
    assert!(said.err.contains("a shallow clone knows neither all tags nor its history"), "{}", said.err);
    assert!(said.out.contains("planned") && !said.out.contains("\"status\": \"shipped\""), "{}", said.out);
    let release =
        said.json()["entries"].as_array().unwrap().iter().find(|entry| entry["id"] == "tools/2026-11-10").cloned();
    assert_eq!(release.unwrap()["status"], "planned");
}

#[test]
fn a_repository_can_run_nothing() {
    let home = repository("");
    home.git(&["tag", "-a", "-m", "out", "tools-v1.0.0"], "2026-11-10");
    let trap = home.path("trap.sh");
    home.write("trap.sh", &format!("#!/bin/sh\ntouch {}\n", home.path("sprung").display()));
    #[cfg(unix)]
    std::fs::set_permissions(&trap, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let trap = trap.display().to_string();
    for name in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "gpg.program",
        "diff.external",
        "core.editor",
        "core.alternateRefsCommand",
    ] {
        home.git(&["config", name, &trap], "2026-11-10");
    }
    home.git(&["config", "log.showSignature", "true"], "2026-11-10");
    home.git(&["config", "pager.log", &trap], "2026-11-10");
    home.git(&["config", "core.hooksPath", &home.dir.path().display().to_string()], "2026-11-10");
    assert_eq!(home.status("tools/2026-11-10"), "shipped");
    assert!(!home.path("sprung").exists());
}

const ICS: &str = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:party@example.com\nSUMMARY:Winter party\nDTSTART;TZID=Europe/London:20261211T180000\nEND:VEVENT\nBEGIN:VEVENT\nUID:off\nSUMMARY:Offsite\nDTSTART;VALUE=DATE:20261214\nDTEND;VALUE=DATE:20261217\nEND:VEVENT\nEND:VCALENDAR\n";
const COMPANY: &str = "[[calendars]]\nid = \"company\"\nfile = \"docs/ops/company.ics\"\n";

fn events(home: &Home) -> Vec<String> {
    let of_kind = home.entries().into_iter().filter(|entry| entry["kind"] == "event");
    of_kind
        .map(|entry| {
            format!(
                "{} {} {}",
                entry["date"].as_str().unwrap(),
                entry["end"].as_str().unwrap_or("-"),
                entry["id"].as_str().unwrap()
            )
        })
        .collect()
}

const BOTH: [&str; 2] = ["2026-12-11T18:00:00+00:00 - company/party@example.com", "2026-12-14 2026-12-16 company/off"];

#[test]
fn other_peoples_calendars_are_shown_and_a_broken_one_as_it_was() {
    let home = repository(COMPANY);
    let said = home.run(&["calendar"]);
    assert!(said.err.contains("calendar company: docs/ops/company.ics: "), "{}", said.err);
    home.write("docs/ops/company.ics", ICS);
    assert_eq!(home.run(&["queue"]).code, 0, "which makes the store");
    assert_eq!(events(&home), BOTH);

    for broken in ["", "<html>", "\u{0}\u{1}"] {
        home.write("docs/ops/company.ics", broken);
        assert_eq!(events(&home), BOTH);
        let said = home.run(&["calendar"]);
        let told = "calendar company: docs/ops/company.ics: it is no iCalendar file: there is no BEGIN:VCALENDAR in it; shown as it was on 2026-11-20";
        assert!(said.err.contains(told), "{}", said.err);
    }
    std::fs::remove_file(home.path("docs/ops/company.ics")).unwrap();
    assert_eq!(events(&home), BOTH);
}

#[test]
fn a_calendar_outside_the_repository_waits_for_trust() {
    let mut home = repository("[[calendars]]\nid = \"company\"\nfile = \"../company.ics\"\n");
    std::fs::create_dir(home.path("sub")).unwrap();
    std::fs::rename(home.path("dogwatch.toml"), home.path("sub/dogwatch.toml")).unwrap();
    home.write("company.ics", ICS);
    home.always.extend(["--config", "sub/dogwatch.toml"].map(str::to_owned));
    let said = home.run(&["calendar"]);
    assert!(!said.out.contains("Winter party"));
    assert!(
        said.err.contains("../company.ics lies outside the repository; `dogwatch trust` allows it"),
        "{}",
        said.err
    );
    assert!(home.run(&["--trust", "calendar"]).out.contains("Winter party"));
    assert_eq!(home.run(&["trust", "--yes"]).code, 0);
    assert!(home.run(&["calendar"]).out.contains("Winter party"));
}

#[cfg(unix)]
#[test]
fn a_link_leads_nowhere_outside_the_repository() {
    let home = repository(COMPANY);
    let outside = tempfile::TempDir::new().unwrap();
    std::fs::write(outside.path().join("private.ics"), ICS).unwrap();
    std::fs::create_dir_all(home.path("docs/ops")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("private.ics"), home.path("docs/ops/company.ics")).unwrap();
    std::os::unix::fs::symlink(outside.path(), home.path("docs/ops/minutes")).unwrap();
    for words in [&["calendar"][..], &["--trust", "calendar"]] {
        let said = home.run(words);
        assert!(!said.out.contains("Winter party"));
        assert!(said.err.contains("docs/ops/company.ics is a link that leads out of the repository"), "{}", said.err);
        assert!(said.err.contains("not checked: minutes: docs/ops/minutes is a link"), "{}", said.err);
    }
    assert_eq!(home.status("triage/2026-11-03"), "due", "which nobody has looked at");
}

/// A host that answers each request with the next of these, and what it was asked.
fn host(answers: Vec<String>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/secret/basic.ics", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    std::thread::spawn(move || {
        for answer in answers {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).unwrap_or(0);
            heard.lock().unwrap().push(String::from_utf8_lossy(&bytes[..length]).into_owned());
            let _sent = stream.write_all(answer.as_bytes());
        }
    });
    (url, asked)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

#[test]
fn sync_fetches_a_calendar_by_its_address_and_a_bad_answer_changes_nothing() {
    let cut = ICS.replace("END:VCALENDAR\n", "");
    let (url, asked) = host(vec![
        answer("200 OK", "etag: \"one\"\r\n", ICS),
        answer("304 Not Modified", "", ""),
        answer("200 OK", "etag: \"two\"\r\n", "<html>log in</html>"),
        answer("200 OK", "", &cut),
        answer("302 Found", "location: https://elsewhere.example/secret\r\n", ""),
        answer("500 Oh", "", ""),
    ]);
    let home = repository(&format!("[[calendars]]\nid = \"company\"\nurl = \"{url}\"\n"));
    let said = home.run(&["calendar"]);
    assert!(said.err.contains("calendar company: never fetched; run `dogwatch sync`"), "{}", said.err);
    assert_eq!(asked.lock().unwrap().len(), 0, "only sync asks");
    let said = home.run(&["sync"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(events(&home), BOTH);
    for complaint in [
        "",
        "it is no iCalendar file",
        "its end is missing",
        "answers 302; it has moved to elsewhere.example",
        "answers 500",
    ] {
        let said = home.run(&["sync"]);
        assert!(said.err.contains(complaint), "{complaint}: {}", said.err);
        assert!(!said.err.contains("secret"), "{}", said.err);
        assert_eq!(events(&home), BOTH, "{complaint}");
    }
    let asked = asked.lock().unwrap();
    assert!(!asked[0].contains("if-none-match"), "{}", asked[0]);
    assert!(asked[1].contains("if-none-match: \"one\"") && asked[2].contains("if-none-match: \"one\""), "{asked:#?}");
    assert!(asked.iter().all(|request| !request.to_lowercase().contains("authorization")));
}

#[test]
fn the_export_is_a_file_for_other_calendars() {
    let home = repository(COMPANY);
    home.write("docs/ops/company.ics", ICS);
    let said = home.run(&["calendar", "--from", "2026-12-07", "--to", "2026-12-14", "--ical"]);
    assert!(said.out.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(said.out.matches('\n').count(), said.out.matches("\r\n").count());
    let uids: Vec<&str> = said.out.split("\r\n").filter_map(|line| line.strip_prefix("UID:")).collect();
    assert_eq!(
        uids,
        [
            "freeze-year-end@harbour",
            "handover-ops/2026-12-07T10:00:00+00:00@harbour",
            "cadence-triage/2026-12-08@harbour",
            "release-tools/2026-12-08@harbour",
            "event-company/party@example.com-2026-12-11T18:00:00+00:00@harbour",
            "event-company/off-2026-12-14@harbour",
            "handover-ops/2026-12-14T10:00:00+00:00@harbour",
        ]
    );
    assert!(said.out.contains("DTSTAMP:20261120T120000Z\r\n"));
}

/// A GitHub with these lists and nothing else in it; each list has an entity tag.
fn github(lists: &'static [(&'static str, &'static str)]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).unwrap_or(0);
            let request = String::from_utf8_lossy(&bytes[..length]).into_owned();
            let list = lists.iter().find(|(name, _)| request.contains(&format!("/repos/acme/dataface/{name}?")));
            let said = match list {
                Some((name, _)) if request.contains(&format!("if-none-match: \"{name}\"")) => {
                    answer("304 Not Modified", "", "")
                }
                Some((name, "denied")) => {
                    answer("403 Forbidden", &format!("x-of: {name}\r\n"), "{\"message\": \"Resource not accessible\"}")
                }
                Some((name, body)) => answer("200 OK", &format!("etag: \"{name}\"\r\n"), body),
                None => answer("200 OK", "", "[]"),
            };
            heard.lock().unwrap().push(request);
            let _sent = stream.write_all(said.as_bytes());
        }
    });
    (url, asked)
}

#[test]
fn what_a_host_has_released_is_evidence_and_its_milestones_are_entries() {
    let (url, asked) = github(&[
        (
            "releases",
            r#"[{"id": 7, "tag_name": "tools-v1.0.0", "name": "Tools 1", "draft": false, "published_at": "2026-11-10T15:00:00Z"},
                {"id": 8, "tag_name": "hotfix-1", "name": "", "draft": false, "published_at": "2026-11-12T15:00:00Z"},
                {"id": 9, "tag_name": "later", "draft": true, "published_at": null}, {"odd": true}]"#,
        ),
        (
            "milestones",
            r#"[{"number": 3, "title": "MCP 2\u001b[31m", "due_on": "2026-12-15T08:00:00Z", "state": "open"},
                {"number": 4, "title": "some day", "due_on": null, "state": "open"}]"#,
        ),
        ("deployments", "denied"),
    ]);
    let source = format!(
        "[[sources]]\nid = \"gh\"\nkind = \"github\"\nrepo = \"acme/dataface\"\napi = \"{url}\"\ntoken_env = \"TEAM_TOKEN\"\n"
    );
    let home = repository(&source).with_env("TEAM_TOKEN", "ghp_0123456789");
    assert_eq!(home.run(&["trust", "--yes"]).code, 0);
    let said = home.run(&["sync"]);
    assert!(said.err.contains("gh: deployments cannot be read: "), "{said:?}");
    assert_eq!(home.status("tools/2026-11-10"), "shipped", "though nobody has fetched the tag");
    assert_eq!(
        events(&home),
        ["2026-11-12T15:00:00+00:00 - gh/release/8", "2026-12-15 - gh/milestone/3"],
        "a release that was planned is told there"
    );
    let titles: Vec<Value> = home
        .entries()
        .into_iter()
        .filter(|entry| entry["kind"] == "event")
        .map(|entry| entry["title"].clone())
        .collect();
    assert_eq!(titles, ["hotfix-1 is out", "milestone MCP 2"]);

    let before = asked.lock().unwrap().len();
    let said = home.run(&["sync"]);
    assert!(!said.err.contains("deployments"), "it is said once: {said:?}");
    assert_eq!(events(&home).len(), 2);
    let asked = asked.lock().unwrap();
    let lists: Vec<&String> = asked[before..]
        .iter()
        .filter(|request| request.contains("/releases?") || request.contains("/milestones?"))
        .collect();
    assert!(lists.len() == 2 && lists.iter().all(|request| request.contains("if-none-match: ")), "{lists:#?}");
}

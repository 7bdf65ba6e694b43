//! A team with a repository: trust, tokens, deciding there, and being offline.

use super::{Home, Said};
use crate::github::{Fake, Fault, Matcher, What};

/// A team file for the repository of the fake; its token is in a variable that the file names.
fn team(fake: &Fake, rest: &str) -> String {
    format!(
        "version = 1\n{rest}\n[[people]]\nid = \"al\"\ngithub = \"alice\"\n\n[[sources]]\nid = \"gh\"\nkind = \"github\"\n\
         repo = \"acme/dataface\"\napi = \"{}\"\ntoken_env = \"TEAM_TOKEN\"\n\n[tracker]\nkind = \"github\"\n\
         pace = \"0.01s\"\nsettle = \"0.01s\"\n",
        fake.url()
    )
}

/// Alice's machine, where the file is trusted.
fn trusted(fake: &Fake) -> Home {
    let home = Home::new().with_env("TEAM_TOKEN", &fake.token("alice"));
    home.write("dogwatch.toml", &team(fake, ""));
    assert_eq!(home.run(&["trust", "--yes"]).code, 0);
    home
}

fn lines(said: &Said) -> Vec<&str> {
    said.err.lines().collect()
}

#[test]
fn an_untrusted_file_sends_no_token_anywhere_and_says_what_to_do() {
    let fake = Fake::start();
    let home = Home::new().with_env("TEAM_TOKEN", &fake.token("alice"));
    home.write("dogwatch.toml", &team(&fake, ""));
    let said = home.run(&["queue"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(fake.requests().iter().all(|request| request.header("authorization").is_none()), "{:?}", fake.requests());
    let wish = format!("send a token for gh: $TEAM_TOKEN → {}", fake.url());
    assert!(said.err.contains(&wish) && said.err.contains("see `dogwatch trust`"), "{said:?}");
    assert!(said.out.contains("gh: not reached: no token for 127.0.0.1"), "{said:?}");
    // Everything harmless in the file still works.
    assert_eq!(home.run(&["status"]).code, 0);
}

#[test]
fn trust_is_asked_for_in_plain_words_and_only_again_when_that_part_changes() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["SEV2"]);
    let home = Home::new().with_env("TEAM_TOKEN", &fake.token("alice"));
    home.write("dogwatch.toml", &team(&fake, ""));
    let alone = home.run(&["trust"]);
    assert_eq!(alone.code, 2);
    assert!(alone.err.contains(&format!("wants to\n  send a token for gh: $TEAM_TOKEN → {}", fake.url())), "{alone:?}");
    assert!(alone.err.contains("nobody is here to ask; allow it with `dogwatch trust --yes`"), "{alone:?}");
    assert_eq!(home.run(&["trust", "--yes"]).code, 0);
    let queue = home.run(&["queue"]);
    assert_eq!(queue.code, 0, "{queue:?}");
    assert!(queue.out.contains("SEV2  gh#1 open"), "{queue:?}");

    let rotation = "[team]\nname = \"night owls\"\n";
    home.write("dogwatch.toml", &team(&fake, rotation));
    assert!(home.run(&["trust"]).out.contains("is trusted already"));
    assert_eq!(home.run(&["sync"]).code, 0);

    let other = Fake::start();
    home.write("dogwatch.toml", &team(&other, rotation));
    let said = home.run(&["sync"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains(&other.url()), "{said:?}");
    assert!(other.requests().is_empty(), "{:?}", other.requests());

    home.write("dogwatch.toml", &team(&fake, rotation));
    assert_eq!(home.run(&["untrust"]).code, 0);
    let before = fake.requests().len();
    assert_eq!(home.run(&["sync"]).code, 3);
    assert_eq!(fake.requests().len(), before);
}

#[test]
fn trust_for_one_run_is_not_remembered() {
    let fake = Fake::start();
    let home = Home::new().with_env("TEAM_TOKEN", &fake.token("alice"));
    home.write("dogwatch.toml", &team(&fake, ""));
    assert_eq!(home.run(&["--trust", "sync"]).code, 0);
    assert_eq!(home.run(&["sync"]).code, 3);
}

#[test]
fn a_decision_goes_to_the_repository_once_and_says_so() {
    let fake = Fake::start();
    let issue = fake.by("bob").open("loader hangs", &["SEV2"]);
    let home = trusted(&fake);
    assert_eq!(home.run(&["sync"]).lines(), ["gh#1 new: loader hangs"]);
    let said = home.run(&["ack", "gh#1", "--json"]);
    assert_eq!((said.code, said.outcomes()), (0, vec!["gh#1 done".to_owned()]));
    assert_eq!(fake.count_writes(issue, |what| *what == What::Labeled("ack".into())), 1);
    assert_eq!(home.run(&["assign", "gh#1", "al", "--json"]).outcomes(), ["gh#1 done"]);
    assert_eq!(fake.issue(issue).assignees, ["alice"]);
    assert_eq!(home.run(&["note", "gh#1", "-m", "on it"]).code, 0);
    let shown = home.run(&["show", "gh#1"]).out;
    assert_eq!(shown.matches("alice acked").count(), 1, "{shown}");
    assert_eq!(shown.matches("commented\n    on it").count(), 1, "{shown}");
    assert_eq!(home.run(&["close", "gh#1"]).out, "close gh#1 done\n");
    assert!(!fake.issue(issue).is_open());
    assert_eq!(home.run(&["new", "filed from here", "-S", "SEV3"]).out, "new gh#2 done\n");
}

#[test]
fn the_second_to_ack_is_told_who_was_first() {
    let fake = Fake::start();
    let issue = fake.by("bob").open("loader hangs", &["SEV2"]);
    let home = trusted(&fake);
    assert_eq!(home.run(&["sync"]).code, 0);
    fake.by("bob").label(issue, "ack");
    let said = home.run(&["ack", "gh#1"]);
    assert_eq!(said.code, 1);
    assert!(said.out.starts_with("ack gh#1 conflict: ") && said.out.contains("bob"), "{said:?}");
    let waiting = home.run(&["queue"]);
    assert!(waiting.err.contains("1 decision waits for a word of yours"), "{waiting:?}");
    let log = home.run(&["log"]);
    assert_eq!(log.code, 1);
    let op = log.lines()[0].split(' ').nth(1).unwrap();
    assert_eq!(home.run(&["log", "--dismiss", op]).code, 0);
    let shown = home.run(&["show", "gh#1"]).out;
    assert_eq!(shown.matches("alice conflict: ack").count(), 1, "{shown}");
}

#[test]
fn a_close_of_what_changed_asks_again_and_the_same_close_given_again_replaces_it() {
    let fake = Fake::start();
    let issue = fake.by("bob").open("loader hangs", &["SEV2"]);
    let home = trusted(&fake);
    assert_eq!(home.run(&["sync"]).code, 0);
    // Within one second GitHub's `updated_at` would tell nothing.
    fake.advance(chrono::TimeDelta::seconds(2));
    fake.by("bob").comment(issue, "wait, there is more");
    let said = home.run(&["close", "gh#1"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.starts_with("close gh#1 pending: ") && said.out.contains("`dogwatch log --confirm "), "{said:?}");
    assert!(fake.issue(issue).is_open());
    assert_eq!(home.run(&["sync"]).code, 1);
    let again = home.run(&["close", "gh#1"]);
    assert_eq!((again.code, again.out.as_str()), (0, "close gh#1 done\n"));
    let told = home.json(&["log", "--json"]);
    let states: Vec<_> =
        told["decisions"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["done", "taken back"]);
    assert_eq!(fake.count_writes(issue, |what| matches!(what, What::Closed(_))), 1);
}

#[test]
fn offline_a_decision_is_kept_at_once_and_goes_out_with_the_next_sync() {
    let fake = Fake::start();
    let issue = fake.by("bob").open("loader hangs", &["SEV2"]);
    let home = trusted(&fake);
    assert_eq!(home.run(&["sync"]).code, 0);
    let before = fake.requests().len();
    let said = home.run(&["--offline", "ack", "gh#1", "--json"]);
    assert_eq!((said.code, said.outcomes()), (0, vec!["gh#1 pending".to_owned()]));
    assert!(said.json()["results"][0]["reason"].as_str().unwrap().starts_with("working offline"), "{said:?}");
    let seen = home.run(&["--offline", "queue", "--json"]).json();
    assert_eq!(
        (&seen["incidents"][0]["state"], &seen["incidents"][0]["pending"][0]["verb"]),
        (&"acked".into(), &"ack".into())
    );
    assert_eq!(fake.requests().len(), before);
    let sync = home.run(&["sync"]);
    assert!(sync.lines().contains(&"gh#1 ack done"), "{sync:?}");
    assert_eq!(fake.count_writes(issue, |what| *what == What::Labeled("ack".into())), 1);
    assert_eq!(home.run(&["--offline", "sync"]).code, 2);
}

#[test]
fn a_source_that_fails_keeps_its_incidents_and_ends_in_three() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["SEV2"]);
    let home = trusted(&fake);
    assert_eq!(home.run(&["sync"]).code, 0);
    fake.fail_always(Matcher::any(), Fault::Html);
    let sync = home.run(&["sync"]);
    assert_eq!(sync.code, 3, "{sync:?}");
    assert!(sync.err.contains("dogwatch: gh not reached: "), "{sync:?}");
    let queue = home.run(&["queue", "--json"]);
    assert_eq!(queue.code, 3);
    let told = queue.json();
    assert_eq!((&told["sources"][0]["state"], &told["incidents"][0]["id"]), (&"failed".into(), &"gh#1".into()));
    assert!(told["sources"][0]["fetched_at"].is_string(), "{told}");
    let never = Home::new();
    never.write("dogwatch.toml", &team(&fake, ""));
    let told = never.run(&["--offline", "queue", "--json"]);
    assert_eq!((told.code, &told.json()["sources"][0]["state"]), (0, &"never".into()));
}

#[test]
fn a_hostile_title_reaches_nobody_raw() {
    let fake = Fake::start();
    fake.by("bob").open("a\u{1b}[2J\u{1b}]52;c;AAAA\u{7}b\u{202e}c\u{200b}d", &["SEV1"]);
    let home = trusted(&fake);
    for command in [&["sync"][..], &["queue"], &["queue", "--json"], &["show", "gh#1"], &["show", "gh#1", "--json"]] {
        let said = home.run(command);
        let raw = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{200b}');
        assert!(!said.out.contains(raw) && !said.err.contains(raw), "{command:?}: {said:?}");
    }
}

#[test]
fn doctor_names_token_rights_and_labels_and_never_the_token() {
    let fake = Fake::start();
    for label in ["ack", "SEV1", "SEV2", "SEV3", "SEV4"] {
        fake.home().define_label(label);
    }
    let home = trusted(&fake);
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 0, "{said:?}");
    for line in [
        "  ok    token: $TEAM_TOKEN, for 127.0.0.1:",
        "  ok    login: alice, who is al in the team file",
        "  ok    scopes: repo",
        "  ok    right: push: may do all that dogwatch does",
        "  ok    labels: missing: snoozed; the first use creates each",
        "all well",
    ] {
        assert!(said.out.contains(line), "{line} is not in\n{}", said.out);
    }
    assert!(!said.out.contains("token-of-alice"), "{said:?}");

    let tess = Home::new().with_env("TEAM_TOKEN", &fake.token_with_scopes("tess", "gist"));
    tess.write("dogwatch.toml", &team(&fake, ""));
    let said = tess.run(&["--trust", "doctor", "--json"]);
    assert_eq!(said.code, 1, "{said:?}");
    let told = said.json();
    assert_eq!((&told["sources"][0]["right"], &told["sources"][0]["token"]), (&"triage".into(), &"$TEAM_TOKEN".into()));
    let warned: Vec<_> = told["checks"].as_array().unwrap().iter().filter(|check| check["level"] == "warn").collect();
    let names: Vec<_> = warned.iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["scopes", "labels"]);
    assert_eq!(warned[1]["remedy"], "somebody who may push creates each: gh label create snoozed -R acme/dataface");
}

#[test]
fn doctor_tells_a_bad_token_from_a_host_that_does_not_answer() {
    let fake = Fake::start();
    let home = trusted(&fake);
    fake.revoke_tokens("alice");
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("error answer: "), "{said:?}");
    fake.fail_always(Matcher::any(), Fault::BadGatewayBefore);
    let said = home.run(&["doctor", "--json"]);
    assert_eq!((said.code, &said.json()["sources"][0]["reached"]), (3, &false.into()), "{said:?}");
    let before = fake.requests().len();
    let offline = home.run(&["--offline", "doctor"]);
    assert_eq!((offline.code, fake.requests().len()), (0, before), "{offline:?}");
    let untold = Home::new();
    untold.write("dogwatch.toml", &team(&fake, ""));
    let said = untold.run(&["doctor"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("error token: no token for 127.0.0.1"), "{said:?}");
    assert!(said.out.contains("warn  trust: not trusted yet; it wants to send a token"), "{said:?}");
    assert_eq!(lines(&said).len(), 0, "{said:?}");
}

#[cfg(unix)]
#[test]
fn an_incident_that_gets_its_number_is_not_gone() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["SEV2"]);
    let home = trusted(&fake);
    let mut engine = home.command(&["sync", "--every", "1h"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(engine.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(said.next().unwrap(), "gh#1 new: loader hangs");
    fake.fail_next(Matcher::on("POST", "/issues"), Fault::Hang);
    let mut filing = home.command(&["new", "filed from here", "-S", "SEV3"]).stdout(Stdio::null()).spawn().unwrap();
    let waiting = said.next().unwrap();
    assert!(waiting.starts_with("new:") && waiting.ends_with(" new: filed from here"), "{waiting}");
    fake.wait_until("it is being filed", |requests, _| requests.iter().any(|one| one.method == "POST"));
    fake.release();
    assert_eq!(filing.wait().unwrap().code(), Some(0));
    let filed = said.by_ref().take_while(|line| line != "gh#2 new: filed from here").collect::<Vec<_>>();
    assert!(Command::new("kill").args(["-TERM", &engine.id().to_string()]).status().unwrap().success());
    let rest: Vec<String> = filed.into_iter().chain(said).collect();
    assert_eq!(engine.wait().unwrap().code(), Some(0));
    assert!(!rest.iter().any(|line| line.contains("gone")), "{rest:?}");
}

#[test]
fn beside_an_unattended_sync_a_command_still_gets_its_answer() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let fake = Fake::start();
    let issue = fake.by("bob").open("loader hangs", &["SEV2"]);
    let home = trusted(&fake);
    let mut engine = home.command(&["sync", "--every", "1h"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(engine.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, "gh#1 new: loader hangs\n");
    assert!(home.run(&["doctor"]).out.contains("another dogwatch has this store open and sends for all"));
    let said = home.run(&["ack", "gh#1"]);
    assert_eq!((said.code, said.out.as_str()), (0, "ack gh#1 done\n"));
    assert_eq!(fake.count_writes(issue, |what| *what == What::Labeled("ack".into())), 1);
    assert!(Command::new("kill").args(["-TERM", &engine.id().to_string()]).status().unwrap().success());
    assert_eq!(engine.wait().unwrap().code(), Some(0));
    let said = home.run(&["doctor"]);
    assert!(said.out.contains("ok    heartbeat: sync ended"), "{said:?}");
    assert!(said.out.contains("ok    sender: free"), "{said:?}");
}

//! Every export with `--redact`, as text and for programs, and the log beside the store.

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::corpus::{Corpus, corpus};

/// Each command that says something of incidents, people or pages. A new one is one more line.
const EXPORTS: &[&[&str]] = &[
    &["queue", "--all"],
    &["queue", "--all", "--json"],
    &["show", "local#1"],
    &["show", "local#7", "--json"],
    &["show", "local#20"],
    &["status"],
    &["status", "--json"],
    &["log"],
    &["log", "--json"],
    &["oncall"],
    &["oncall", "--json"],
    &["shifts"],
    &["shifts", "--json"],
    &["shifts", "--ical"],
    &["shifts", "--load"],
    &["calendar"],
    &["calendar", "--json"],
    &["calendar", "--ical"],
    &["override", "list"],
    &["evals", "out"],
    &["evals", "out", "--json"],
    &["runbook", "--list"],
    &["runbook", "--list", "--json"],
    &["runbook", "restart.md"],
    &["runbook", "restart.md", "--raw"],
    &["runbook", "restart.md", "--color", "always"],
    &["runbook", "restart", "--json"],
    &["probe", "--json"],
    &["probe"],
    &["export"],
    &["doctor"],
    &["doctor", "--json"],
    &["handoff"],
    &["handoff", "--format", "text"],
    &["handoff", "--json"],
    &["triage"],
    &["triage", "--json"],
    &["review"],
    &["review", "--format", "text"],
    &["review", "--json"],
    &["review", "--diff"],
    &["publish"],
    &["publish", "--check", "--codeowners"],
    &["sync", "--offline"],
    &["sync", "--offline", "--json"],
];

struct Machine {
    home: TempDir,
}

impl Machine {
    fn of(corpus: &Corpus, private: &str) -> Self {
        let machine = Self { home: TempDir::new().unwrap() };
        machine.write("dogwatch.toml", &team(corpus, private));
        machine.write("local.json", &tracker(corpus).to_string());
        machine.write("docs/runbooks/restart.md", &page(corpus));
        machine.write("out/run.xml", &results(corpus));
        let imported = machine.run(&["import", "local.json"]);
        assert!(imported.contains("imported"), "{imported}");
        machine
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// What a command says, on both ways out.
    fn run(&self, args: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
        command.args(args).args(["--data-dir", "data", "-vv", "--offline", "--now", "2026-11-22T14:12:00Z"]);
        command.current_dir(self.home.path()).env_clear().env("HOME", self.home.path()).env("USER", "kim");
        let ended = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        format!("{}{}", text(&ended.stdout), text(&ended.stderr))
    }

    fn logs(&self) -> String {
        let logs = std::fs::read_dir(self.home.path().join("data")).unwrap().map(|entry| entry.unwrap().path());
        let is_log = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "log");
        let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap();
        logs.filter(is_log).map(read).collect()
    }
}

fn team(corpus: &Corpus, private: &str) -> String {
    let hosts = corpus.planted.iter().filter(|one| one.plain.ends_with(".corp.internal")).take(2);
    let hosts: Vec<&str> = hosts.map(|one| one.plain.as_str()).collect();
    format!(
        "version = 1\n[team]\ntimezone = \"UTC\"\n[ui]\nredact = {:?}\n{private}\n{}\
         [[sources]]\nid = \"nightly\"\nkind = \"evals\"\npaths = [\"out/*.xml\"]\nmust_pass = [\"*\"]\n\
         [[sources]]\nid = \"mcp\"\nkind = \"mcp\"\nurl = \"https://{}/mcp\"\nhealth_url = \"https://{}/up\"\n",
        corpus.words(),
        corpus.team(),
        hosts[0],
        hosts[1],
    )
}

/// A local tracker: in each incident one in the title, one in the body, two in comments.
fn tracker(corpus: &Corpus) -> Value {
    let (mut incidents, mut history) = (Vec::new(), Vec::new());
    for (at, four) in corpus.planted.chunks(4).enumerate() {
        let number = at + 1;
        let id = format!("local#{number}");
        incidents.push(json!({
            "id": id, "source": "local", "number": number, "key": 0,
            "title": format!("it broke: {}", four[0].written), "body": format!("First: {}.", four[1].written),
            "url": null, "author": corpus.logins[at % corpus.logins.len()], "labels": ["SEV2"],
            "assignees": [corpus.people[at % corpus.people.len()][0]], "status": "open",
            "opened_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z", "comments": 2, "ack": null,
            "reopened_at": null, "human_at": null, "snooze": null, "fingerprint": null, "gone": null,
        }));
        for (nth, one) in four[2..].iter().enumerate() {
            history.push(json!({
                "key": format!("k{number}-{nth}"), "incident": id, "at": "2026-11-20T11:00:00Z",
                "by": corpus.logins[(at + 3) % corpus.logins.len()], "what": "commented", "text": one.written,
            }));
        }
    }
    json!({
        "schema": "dogwatch.local/1", "next_number": incidents.len() + 1, "incidents": incidents, "history": history,
        "ledger": [],
    })
}

fn page(corpus: &Corpus) -> String {
    let steps = corpus.planted.iter().enumerate().map(|(at, one)| format!("{}. Look at {}\n", at + 1, one.written));
    format!("# Restart for {}\n\n{}", corpus.planted[0].written, steps.collect::<String>())
}

fn results(corpus: &Corpus) -> String {
    let safe = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let case = |one: &super::corpus::Planted| {
        let said = safe(&one.written);
        format!("<testcase name=\"case {said}\"><failure message=\"{said}\">got {said}</failure></testcase>\n")
    };
    let cases: String = corpus.planted.iter().map(case).collect();
    format!("<testsuite name=\"tools\" tests=\"{0}\" failures=\"{0}\">\n{cases}</testsuite>\n", corpus.planted.len())
}

fn nothing_is_read(corpus: &Corpus, said: &str, what: &[&str]) {
    let left = corpus.found_in(said);
    assert!(left.is_empty(), "{left:?} in what {what:?} says:\n{said}");
}

#[test]
fn no_export_with_redact_says_what_is_hidden_and_no_log_either() {
    let corpus = corpus(20_261_130);
    let machine = Machine::of(&corpus, "");
    for args in EXPORTS {
        let said = machine.run(&[*args, &["--redact"]].concat());
        nothing_is_read(&corpus, &said, args);
        assert!(!said.contains("unexpected argument"), "{args:?}: {said}");
    }
    let secrets = "ghp_ github_pat_ AKIA xoxb- eyJ".split(' ');
    let logs = machine.logs();
    for secret in secrets {
        assert!(!logs.contains(secret), "{secret} is in the log");
    }
    nothing_is_read(&corpus, &logs, &["the log"]);
    // What is not hidden is there: the test would see it.
    assert!(corpus.found_in(&machine.run(&["queue", "--all", "--json"])).len() >= 40);
    assert!(corpus.found_in(&machine.run(&["runbook", "restart.md", "--raw"])).len() >= 190);
    assert!(
        corpus.found_in(&machine.run(&["evals", "out", "--json"])).len()
            + corpus.found_in(&machine.run(&["show", "local#1"])).len()
            >= 3
    );
}

#[test]
fn private_from_the_start_redacts_commands_without_the_flag() {
    let corpus = corpus(11);
    let machine = Machine::of(&corpus, "private = true");
    for args in [&["queue", "--all", "--json"], &["queue", "--all", "--redact"], &["show", "local#2", "--json"]] {
        let said = machine.run(args);
        nothing_is_read(&corpus, &said, args);
        assert!(said.contains("person "), "{said}");
    }
}

#[test]
fn no_secret_gets_into_the_log_and_no_host_either_where_names_are_hidden() {
    let secret = "AKIAIOSFODNN7EXAMPLE";
    for (flag, says_where) in [(None, true), (Some("--redact"), false)] {
        let machine = Machine { home: TempDir::new().unwrap() };
        let team = format!(
            "version = 1\n[[sources]]\nid = \"api\"\nkind = \"github\"\nrepo = \"acme/api\"\n\
             api = \"http://127.0.0.1:9/{secret}/\"\ntoken_env = \"DW_TOKEN\"\n"
        );
        machine.write("dogwatch.toml", &team);
        let mut command = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
        command.args(["sync", "--data-dir", "data", "-vv", "--trust"]).args(flag).current_dir(machine.home.path());
        command
            .env_clear()
            .env("HOME", machine.home.path())
            .env("DW_TOKEN", "ghp_0123456789abcdefABCDEF0123456789abcd");
        let ended = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        let logs = machine.logs();
        assert!(said.contains("api not reached"), "{said}");
        for text in [&logs, &said] {
            assert!(!text.contains(secret) && !text.contains("ghp_"), "{text}");
            assert_eq!(text.contains("127.0.0.1"), says_where, "{text}");
        }
    }
}

#[test]
fn redacted_twice_is_the_same_to_the_byte() {
    let corpus = corpus(3);
    let machine = Machine::of(&corpus, "");
    let once = machine.run(&["queue", "--all", "--json", "--redact"]);
    assert_eq!(machine.run(&["queue", "--all", "--json", "--redact"]), once);
}

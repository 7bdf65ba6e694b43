//! `dogwatch probe` as scripts meet it.

use std::process::Command;

use chrono::DateTime;
use dogwatch::store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::server::{Fault, Manner, On, Server, echo};

/// A machine with no team file.
struct Home(TempDir);

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }

    fn first(&self) -> Value {
        self.json()["endpoints"][0].clone()
    }
}

impl Home {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[])
    }

    fn run_with(&self, args: &[&str], more: &[(&str, &str)]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
        command.args(args).current_dir(self.0.path()).env_clear().env("HOME", self.0.path());
        command.envs(more.iter().copied());
        let ended = command.output().unwrap();
        Said {
            code: ended.status.code().unwrap_or(-1),
            out: String::from_utf8(ended.stdout).unwrap(),
            err: String::from_utf8(ended.stderr).unwrap(),
        }
    }

    fn probe(&self, url: &str) -> Said {
        self.run(&["probe", url, "--json"])
    }
}

fn renamed(tool: &Value) -> Value {
    let mut tool = tool.clone();
    tool["inputSchema"]["properties"]["text"] = json!({"type": "integer"});
    tool
}

#[test]
fn an_endpoint_is_up_when_every_level_passed_the_canary_too() {
    let server = Server::start(Manner::modern());
    let home = Home::new();
    let url = server.url();
    let canary = ["--canary", "echo", "--canary-args", "{\"text\":\"{{nonce}}\"}", "--canary-expect", "{{nonce}}"];
    let said = home.run(&[&["probe", url.as_str(), "--json"], canary.as_slice()].concat());
    assert_eq!(said.code, 0, "{} {}", said.out, said.err);
    assert_eq!(said.json()["schema"], "dogwatch.probe/1");
    let told = said.first();
    assert_eq!((&told["id"], &told["url"], &told["state"]), (&json!(url), &json!(url), &json!("up")));
    assert_eq!(
        (&told["error"], &told["drift"], &told["transport"]),
        (&Value::Null, &json!([]), &json!("streamable-http"))
    );
    let names: Vec<&str> =
        told["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["handshake", "tools", "canary"]);
    let text = home.run(&["probe", &url]);
    assert!(text.out.starts_with("up ") && text.out.contains("shallow: no canary was called"), "{}", text.out);
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[test]
fn drift_is_told_against_the_first_list_until_it_is_reverted_or_accepted() {
    let server = Server::start(Manner::modern());
    let home = Home::new();
    let url = server.url();
    assert_eq!(home.probe(&url).code, 0);
    server.change(|manner| manner.tools = vec![renamed(&echo())]);
    let changed = json!([{
        "tool": "echo", "path": "/inputSchema/properties/text/type", "change": "type-changed", "impact": "breaking"
    }]);
    for _ in 0..2 {
        let said = home.probe(&url);
        let told = said.first();
        assert_eq!((said.code, &told["state"], &told["error"]), (1, &json!("degraded"), &Value::Null));
        let breaking: Vec<&Value> =
            told["drift"].as_array().unwrap().iter().filter(|one| one["tool"] == "echo").collect();
        assert_eq!(json!(breaking), changed);
    }
    let accepted = home.run(&["probe", "accept", &url]);
    assert_eq!(accepted.code, 0, "{}", accepted.err);
    assert_eq!(home.probe(&url).code, 0);
    server.change(|manner| manner.tools = vec![echo()]);
    assert_eq!(home.probe(&url).code, 1, "what was accepted is measured against now");
}

#[test]
fn a_snapshot_is_what_probe_diff_and_the_team_file_compare_with() {
    let server = Server::start(Manner::modern());
    let home = Home::new();
    let url = server.url();
    let snapshot = home.run(&["probe", "snapshot", &url]);
    assert_eq!(snapshot.code, 0, "{}", snapshot.err);
    std::fs::write(home.0.path().join("released.json"), &snapshot.out).unwrap();
    let again = home.run(&["probe", "snapshot", &url]);
    assert_eq!(again.out, snapshot.out, "the same tools, the same bytes");
    assert_eq!(home.run(&["probe", "diff", "released.json", "released.json"]).code, 0);
    let source = format!(
        "version = 1\n[[sources]]\nid = \"tools\"\nkind = \"mcp\"\nurl = \"{url}\"\nsnapshot = \"released.json\"\n"
    );
    std::fs::write(home.0.path().join("dogwatch.toml"), source).unwrap();
    assert_eq!(home.run(&["probe", "tools"]).code, 0);
    server.change(|manner| manner.tools = Vec::new());
    let said = home.probe(&url);
    let told = said.first();
    assert_eq!((said.code, &told["id"]), (1, &json!("tools")), "an address of the team file is its source");
    assert!(told["drift"].as_array().unwrap().iter().any(|one| one["change"] == "tool-removed"), "{told}");
    assert!(said.out.contains("did not move; the change asks for a major step"), "{told}");
    let refused = home.run(&["probe", "accept", "tools"]);
    assert!(refused.code == 2 && refused.err.contains("probe snapshot tools"), "{}", refused.err);
}

#[test]
fn check_holds_what_is_served_against_the_snapshot_of_the_last_release() {
    let server = Server::start(Manner::modern());
    let home = Home::new();
    let snapshot = home.run(&["probe", "snapshot", &server.url()]);
    std::fs::write(home.0.path().join("released.json"), &snapshot.out).unwrap();
    let team = format!(
        "version = 1\n[[sources]]\nid = \"tools\"\nkind = \"mcp\"\nurl = \"{}\"\nsnapshot = \"released.json\"\n\
         [[deprecations]]\ntool = \"echo\"\nsince = \"2020-01-01\"\nremove_on = \"2020-06-01\"\nreplacement = \"echo\"\n",
        server.url()
    );
    std::fs::write(home.0.path().join("dogwatch.toml"), team).unwrap();
    let found = |rule: &str| {
        let said = home.run(&["check", "--json"]);
        let answer: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let all = answer["findings"].as_array().unwrap().clone();
        let own = all.into_iter().filter(|one| one["rule"] == rule);
        own.map(|one| format!("{} {}", one["level"].as_str().unwrap(), one["message"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(home.run(&["probe", "tools"]).code, 0);
    assert_eq!(found("schema-unreleased"), [] as [&str; 0]);
    assert_eq!(found("deprecation-overdue"), ["error echo was to go on 2020-06-01, and is served"]);
    server.change(|manner| manner.tools = Vec::new());
    // By itself it asks nobody.
    assert_eq!(found("schema-unreleased"), [] as [&str; 0]);
    assert_eq!(home.run(&["check", "--online"]).code, 1);
    assert_eq!(found("deprecation-overdue"), [] as [&str; 0]);
    let [unreleased] = &found("schema-unreleased")[..] else { panic!("{:?}", found("schema-unreleased")) };
    assert!(unreleased.ends_with(" changes since released.json: a major release"), "{unreleased}");
}

#[test]
fn tools_are_described_in_words_and_found_by_them() {
    let server = Server::start(Manner::modern());
    let odd = json!({
        "name": "wipe\u{1b}[31m", "description": "Wipes\u{202e} it.", "annotations": {"destructiveHint": true},
        "inputSchema": {"type": "object", "required": ["what"], "properties": {"what": {"enum": ["disk"]}}},
    });
    server.change(|manner| manner.tools = vec![echo(), odd]);
    let (home, url) = (Home::new(), server.url());
    let all = home.run(&["probe", "describe", &url]);
    let lines: Vec<&str> = all.out.lines().collect();
    assert_eq!((all.code, lines.len()), (0, 2), "{} {}", all.out, all.err);
    assert!(lines[0].starts_with("echo ") && lines[1].ends_with("destructive  Wipes⟨U+202E⟩ it."), "{}", all.out);
    let one = home.run(&["probe", "describe", &url, "WHAT", "wipes"]);
    assert!(
        one.out.contains("may destroy") && one.out.contains("\ntakes\nwhat  required, one of \"disk\"\n"),
        "{}",
        one.out
    );
    let full = home.run(&["probe", "describe", &url, "--full"]);
    assert!(full.out.starts_with("echo\n") && full.out.contains(&one.out), "{}", full.out);
    assert!([&all, &one, &full].iter().all(|said| !said.out.contains(['\u{1b}', '\u{202e}'])));
    let none = home.run(&["probe", "describe", &url, "zebra"]);
    assert_eq!(
        (none.code, none.out.as_str(), none.err.as_str()),
        (1, "", "dogwatch: none of 2 tools has these words\n")
    );
    let json = home.run(&["probe", "describe", &url, "--json"]);
    assert_eq!((json.code, json.out.as_str()), (2, ""), "{}", json.err);
    assert!(json.err.contains(&format!("`dogwatch probe snapshot {url}` prints the tools as JSON")), "{}", json.err);
    server.change(|manner| manner.tools = Vec::new());
    assert!(home.run(&["probe", "describe", &url]).err.contains("offers no tools"));
    let gone = home.run(&["probe", "describe", "http://127.0.0.1:1/mcp"]);
    assert!(gone.code == 1 && gone.err.contains("could not be read"), "{}", gone.err);
}

#[test]
fn the_tools_that_were_served_last_are_kept_whatever_they_are_measured_against() {
    let server = Server::start(Manner::modern());
    server.change(|manner| manner.tools = vec![echo()]);
    let home = Home::new();
    let (url, data) = (server.url(), home.0.path().join("data"));
    let probe = |code: i32| {
        let said = home.run(&["probe", &url, "--data-dir", data.to_str().unwrap()]);
        assert_eq!(said.code, code, "{} {}", said.out, said.err);
        let store = Store::open(&data, DateTime::UNIX_EPOCH).unwrap().store;
        let kept = store.served(&url).unwrap().unwrap();
        let list: Value = serde_json::from_str(&kept.raw).unwrap();
        (list["tools"].clone(), kept.at, store.tool_names().unwrap()[&url].clone())
    };
    let (first, at, names) = probe(0);
    assert_eq!((first, names.as_str()), (json!([echo()]), "echo\n"));
    assert_eq!(probe(0).1, at, "the same list is not written again");
    server.change(|manner| manner.tools = vec![renamed(&echo())]);
    let (second, ..) = probe(1);
    assert_eq!(second, json!([renamed(&echo())]));
    server.change(|manner| manner.faults.push((On::List, Fault::Rpc(200, -32603, "Not connected".to_owned()))));
    assert_eq!(probe(1).0, second, "a failed list replaces nothing");
}

#[test]
fn many_are_told_in_the_order_in_which_they_were_named_and_one_ill_one_ends_in_one() {
    let well = Server::start(Manner::modern());
    let ill = Server::start(Manner::modern().with(On::List, Fault::Rpc(200, -32603, "Not connected".to_owned())));
    let old = Server::start(Manner::legacy());
    let home = Home::new();
    let urls = [ill.url(), well.url(), old.url()];
    let said = home.run(&[["probe", "--json"].as_slice(), &urls.each_ref().map(String::as_str)].concat());
    let told = said.json();
    let states: Vec<&str> =
        told["endpoints"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!((said.code, states), (1, vec!["down", "up", "up"]));
    let error = &told["endpoints"][0]["error"];
    assert_eq!((&error["class"], &error["rpc_code"]), (&json!("rpc-error"), &json!(-32603)));
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()));
}

#[test]
fn doctor_says_whether_each_endpoint_answers() {
    let well = Server::start(Manner::modern());
    let ill = Server::start(Manner::nowhere());
    let home = Home::new();
    let source =
        |id: &str, server: &Server| format!("[[sources]]\nid = \"{id}\"\nkind = \"mcp\"\nurl = \"{}\"\n", server.url());
    let team = format!("version = 1\n{}{}", source("well", &well), source("ill", &ill));
    std::fs::write(home.0.path().join("dogwatch.toml"), team).unwrap();
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(said.out.contains("error answer: not-found"), "{}", said.out);
    assert!(said.out.contains("`dogwatch probe` looks at its tools"), "{}", said.out);
    let before = well.count("server/discover");
    home.run(&["--offline", "doctor"]);
    assert_eq!(well.count("server/discover"), before);
}

#[test]
fn a_token_that_is_named_and_not_set_is_what_is_told_where_one_is_wanted() {
    let mut manner = Manner::modern();
    manner.token = Some("hunter2".into());
    let server = Server::start(manner);
    let home = Home::new();
    let team = format!(
        "version = 1\n[[sources]]\nid = \"prod\"\nkind = \"mcp\"\nurl = \"{}\"\ntoken_env = \"PROD_TOKEN\"\n",
        server.url()
    );
    std::fs::write(home.0.path().join("dogwatch.toml"), team).unwrap();
    let unset = home.run(&["--trust", "probe", "prod"]);
    assert!(unset.code == 1 && unset.out.contains("auth: $PROD_TOKEN is not set; HTTP 401"), "{}", unset.out);
    let doctor = home.run(&["--trust", "doctor"]);
    assert!(
        doctor.out.contains("$PROD_TOKEN is not set") && doctor.out.contains("→ set $PROD_TOKEN"),
        "{}",
        doctor.out
    );

    let set = [("PROD_TOKEN", "hunter2")];
    assert_eq!(home.run_with(&["--trust", "probe", "prod"], &set).code, 0);
    let untrusted = home.run_with(&["probe", "prod"], &set);
    assert!(untrusted.out.contains("the team file is not trusted, so $PROD_TOKEN is not read"), "{}", untrusted.out);
    let doctor = home.run_with(&["doctor"], &set);
    assert!(doctor.out.contains("then `dogwatch trust`") && !doctor.out.contains("is not set;"), "{}", doctor.out);
    let other = home.run_with(&["--trust", "doctor"], &[("PROD_TOKEN", "hunter1")]);
    assert!(
        other.out.contains("see that $PROD_TOKEN holds a token") && !other.out.contains("hunter1"),
        "{}",
        other.out
    );
    let bare = home.run(&["probe", &format!("{}?", server.url())]);
    assert!(bare.out.contains("auth: HTTP 401"), "{}", bare.out);
}

#[test]
fn a_snapshot_that_cannot_be_read_is_told_for_drift_is_not_checked() {
    let server = Server::start(Manner::modern());
    let home = Home::new();
    let file = home.0.path().join("released.json");
    let team = format!(
        "version = 1\n[[sources]]\nid = \"prod\"\nkind = \"mcp\"\nurl = \"{}\"\nsnapshot = \"released.json\"\n",
        server.url()
    );
    std::fs::write(home.0.path().join("dogwatch.toml"), team).unwrap();
    for text in [None, Some("no list")] {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let said = home.run(&["probe", "prod"]);
        assert_eq!(said.code, 0, "{}", said.out);
        assert!(said.err.contains("dogwatch: drift of prod is not checked: snapshot "), "{}", said.err);
        let doctor = home.run(&["--offline", "doctor"]);
        assert_eq!(doctor.code, 1, "{}", doctor.out);
        assert!(doctor.out.contains("warn  snapshot: drift is not checked: "), "{}", doctor.out);
        assert!(doctor.out.contains("→ dogwatch probe snapshot prod > /"), "{}", doctor.out);
    }
    std::fs::write(&file, home.run(&["probe", "snapshot", "prod"]).out).unwrap();
    let said = home.run(&["probe", "prod"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(!home.run(&["--offline", "doctor"]).out.contains("snapshot: "));
}

#[test]
fn a_server_whose_failures_nobody_triages_is_a_warning() {
    let home = Home::new();
    let source = "version = 1\n[[sources]]\nid = \"prod\"\nkind = \"mcp\"\nurl = \"http://127.0.0.1:1/mcp\"\n";
    let doctor = |rules: &str| {
        std::fs::write(home.0.path().join("dogwatch.toml"), format!("{source}{rules}")).unwrap();
        let said = home.run(&["--offline", "doctor", "--json"]).json();
        let checks = said["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["name"] == "triage")
    };
    let told = doctor("").unwrap();
    assert_eq!((&told["group"], &told["level"]), (&json!("source prod"), &json!("warn")));
    assert!(told["text"].as_str().unwrap().contains("untriaged"), "{told}");
    assert!(told["remedy"].as_str().unwrap().contains("when = { source = \"mcp\" }"), "{told}");
    let kind = "[[kinds]]\nid = \"tool-failure\"\n";
    let ruled = "[[triage]]\nwhen = { source = \"mcp\" }\nset = ";
    assert!(doctor(&format!("{kind}{ruled}{{ kind = \"tool-failure\" }}\n")).is_some());
    assert!(doctor("[[triage]]\nwhen = { check = \"drift\" }\nset = { severity = \"SEV2\" }\n").is_some());
    assert_eq!(doctor(&format!("{kind}severity = \"SEV2\"\n{ruled}{{ kind = \"tool-failure\" }}\n")), None);
    assert_eq!(doctor(&format!("{ruled}{{ severity = \"SEV2\" }}\n")), None);
}

#[test]
fn words_that_name_nothing_are_wrong_usage_with_a_remedy() {
    let home = Home::new();
    let nothing = home.run(&["probe"]);
    assert!(nothing.code == 2 && nothing.err.contains("name an address"), "{}", nothing.err);
    let unknown = home.run(&["probe", "prod"]);
    assert!(
        unknown.code == 2 && unknown.err.contains("prod is no address, and there is no team file"),
        "{}",
        unknown.err
    );
    assert!(nothing.err.contains("there is no team file here or above"), "{}", nothing.err);
    std::fs::write(home.0.path().join("dogwatch.toml"), "version = 1\n").unwrap();
    assert!(home.run(&["probe"]).err.contains("the team file has no MCP source"));
    assert!(home.run(&["probe", "prod"]).err.contains("prod is no MCP source of the team file and no address"));
    assert_eq!(home.run(&["--offline", "probe", "http://127.0.0.1:1/mcp"]).code, 2);
    let args = home.run(&["probe", "http://127.0.0.1:1/mcp", "--canary", "echo", "--canary-args", "[]"]);
    assert!(args.code == 2 && args.err.contains("--canary-args is no object"), "{}", args.err);
    let other = home.run(&["probe", "ftp://127.0.0.1/mcp", "--json"]);
    assert_eq!((other.code, &other.first()["state"]), (1, &json!("unknown")));
}

#[test]
fn a_proxy_of_the_environment_is_used_for_others_and_never_for_this_machine() {
    let (server, proxy) = (Server::start(Manner::modern()), Server::start(Manner::modern()));
    let home = Home::new();
    let environment = [("HTTP_PROXY", proxy.origin()), ("ALL_PROXY", proxy.origin())];
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let here = home.run_with(&["probe", &server.url(), "--json"], &environment);
    assert_eq!((here.code, &here.first()["state"]), (0, &json!("up")), "{}", here.out);
    assert_eq!(proxy.asked(), Vec::<String>::new());

    let there = home.run_with(&["probe", "http://mcp.example.test/mcp", "--json"], &environment);
    assert_eq!(there.code, 0, "{}", there.out);
    assert!(proxy.lock().requests.iter().all(|one| one.target == "http://mcp.example.test/mcp"), "{}", there.out);

    let gone = proxy.origin();
    drop(proxy);
    let gone = home.run_with(&["probe", "http://mcp.example.test/mcp", "--json"], &[("HTTP_PROXY", &gone)]);
    let error = &gone.first()["error"];
    assert_eq!(error["class"], "refused", "{error}");
    assert!(error["message"].as_str().unwrap().contains("the environment names a proxy"), "{error}");
}

#[test]
fn a_snapshot_is_a_file_of_the_repository_and_nothing_else() {
    let server = Server::start(Manner::modern());
    let home = Home::new();
    let elsewhere = TempDir::new().unwrap();
    std::fs::write(elsewhere.path().join("tools.json"), json!({"tools": [echo()]}).to_string()).unwrap();
    let at = |name: &str| home.0.path().join(name);
    std::os::unix::fs::symlink(elsewhere.path().join("tools.json"), at("link.json")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe.json")).status().unwrap().success());
    std::fs::create_dir(at("folder.json")).unwrap();
    let outside = elsewhere.path().join("tools.json").display().to_string();
    let cases = [
        ("link.json", "leads out of the repository"),
        (outside.as_str(), "leads out of the repository"),
        ("pipe.json", "it is no file"),
        ("folder.json", "it is no file"),
        ("gone.json", "No such file"),
    ];
    for (path, word) in cases {
        let source =
            format!("[[sources]]\nid = \"p\"\nkind = \"mcp\"\nurl = \"{}\"\nsnapshot = \"{path}\"\n", server.url());
        std::fs::write(at("dogwatch.toml"), format!("version = 1\n{source}")).unwrap();
        let said = home.run(&["probe", "p", "--json"]);
        let told = said.first()["checks"].to_string();
        assert!(told.contains(word), "{path}: {told}");
        assert_eq!(said.first()["drift"], json!([]), "{path}");
    }
    let trusted = home.run(&["--trust", "probe", "p", "--json"]);
    assert_eq!(trusted.code, 0);
    std::fs::write(
        at("dogwatch.toml"),
        format!(
            "version = 1\n[[sources]]\nid = \"p\"\nkind = \"mcp\"\nurl = \"{}\"\nsnapshot = \"{outside}\"\n",
            server.url()
        ),
    )
    .unwrap();
    let trusted = home.run(&["--trust", "probe", "p", "--json"]);
    assert_eq!(trusted.first()["drift"][0]["change"], "tool-added", "{}", trusted.out);
}

#[test]
fn a_secret_in_an_address_is_used_and_never_told_or_kept() {
    let server = Server::start(Manner::modern());
    let home = Home::new();
    let plain = format!("{}?page=2", server.url());
    assert_eq!(home.probe(&plain).first()["url"], json!(plain));
    let with_secrets = format!("{}?page=2&access_token=hunter2", server.url());
    for said in [home.probe(&with_secrets), home.run(&["probe", &with_secrets])] {
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(!said.out.contains("hunter2") && said.out.contains("access_token=REDACTED"), "{}", said.out);
    }
    assert!(server.lock().requests.iter().any(|one| one.target.ends_with("access_token=hunter2")));
    let user = home.probe(&server.url().replace("//", "//ana:hunter2@"));
    assert!(!user.out.contains("hunter2") && !user.err.contains("hunter2"), "{}", user.out);
    let mut kept = Vec::new();
    for folder in walk(home.0.path()) {
        kept.extend(std::fs::read(folder).unwrap());
    }
    assert!(!kept.windows(7).any(|seven| seven == b"hunter2"), "on disk");
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

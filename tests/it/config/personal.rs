//! The personal file, and how it joins the team's.

use chrono::TimeDelta;
use dogwatch::config::{Color, Settings, layered, personal_file};

use super::{mine, team};

#[test]
fn a_personal_value_wins_over_the_teams_and_the_teams_over_the_default() {
    let team = team("[ui]\ntheme = \"light\"\nprivate = true\nredact = [\"acme\"]\nbell = false");
    let mine = mine("[ui]\ntheme = \"mono\"\nredact = []\ncolor = \"none\"");
    let settings = layered(&team, &mine);
    let expected = Settings {
        theme: "mono".into(),
        color: Color::Mono,
        private: true,
        bell: false,
        redact: Vec::new(),
        ..Settings::default()
    };
    assert_eq!(settings, expected);
}

#[test]
fn every_table_of_the_personal_file_is_heard() {
    let mine = mine(
        r#"
me = "kim"
editor = ["vim", "-n"]
enterprise = ["GitHub.example.com"]
[keys]
ack = "a"
close = ["x", "ctrl-x"]
undo = []
[tokens]
"localhost:8811" = { env = "MCP_TOKEN" }
"Example.com:443" = { env = "OTHER" }
[retention]
cache = "2w"
"#,
    );
    assert_eq!(mine.me.as_deref(), Some("kim"));
    assert_eq!(mine.editor, Some(vec!["vim".to_owned(), "-n".to_owned()]));
    assert_eq!(mine.enterprise, ["github.example.com"]);
    assert_eq!(mine.keys["ack"], ["a"]);
    assert_eq!(mine.keys["close"], ["x", "ctrl-x"]);
    assert_eq!(mine.keys["undo"], Vec::<String>::new());
    assert_eq!(mine.tokens["localhost:8811"].env, "MCP_TOKEN");
    assert_eq!(mine.tokens["example.com"].env, "OTHER");
    assert_eq!(mine.retention.cache, TimeDelta::days(14));
    assert_eq!(mine.retention.probes, TimeDelta::days(30));
}

const WRONG: &[(&str, &[&str])] = &[
    (
        "thme = 1",
        &[
            "1:1: unknown key `thme`; known here: attention, editor, enterprise, keys, me, retention, tokens, ui, version",
        ],
    ),
    ("me = \"Kim\"", &["1:6: `Kim` is no id; write a-z, 0-9, - and _, up to 50 of them, a letter or digit first"]),
    ("editor = \"vim\"", &["1:10: `editor` must be a list, not text; write `editor = [\"vim\"]`"]),
    ("editor = []", &["1:10: `command` is empty; name at least one"]),
    (
        "enterprise = [\"https://a.example\"]",
        &["1:15: `https://a.example` is no host; write HOST or HOST:PORT, as in `github.example.com`"],
    ),
    (
        "[tokens]\n\"a b\" = { env = \"X\" }",
        &["2:1: `a b` is no host; write HOST or HOST:PORT, as in `github.example.com`"],
    ),
    (
        "[tokens]\n\"a.example\" = { env = \"X Y\" }",
        &[
            "2:23: this is no name of a variable; write the name of the variable that holds the token, as `GITHUB_TOKEN`, never the token",
        ],
    ),
    (
        "[tokens]\n\"a.example\" = { command = \"cat\" }",
        &[
            "2:15: `env` is missing in [tokens.a.example]; write `env = \"GITHUB_TOKEN\"`",
            "2:17: unknown key `command` in [tokens.a.example]; known here: env",
        ],
    ),
    ("[keys]\nack = [\"\"]", &["2:8: this is no key; write it as help shows it, as in `ctrl-d`; `[]` unbinds"]),
    ("[keys]\nack = 1", &["2:7: `ack` in [keys] must be text or a list, not a number"]),
    (
        "[attention]\nquiet = \"22:00\"\nbell = [\"sevs\"]",
        &[
            "2:9: `22:00` are no hours; write from and to, as in `22:00-07:00`",
            "3:9: `sevs` is no `bell` in [attention]; did you mean \"sev\"?",
        ],
    ),
    (
        "[attention]\nquiet = \"7:00-07:00\"",
        &["2:9: `7:00-07:00` are no hours; write from and to, as in `22:00-07:00`"],
    ),
    ("[ui]\ntheme = \"../x\"", &["2:9: `../x` is no name of a theme; write letters, digits, - and _, as in `dark`"]),
    (
        "[retention]\nlogs = \"2bd\"",
        &["2:8: `2bd` is no duration; write a number and ms, s, m, h, d or w, as in `250ms`, `30s`, `15m`, `3d`"],
    ),
];

#[test]
fn what_is_wrong_in_a_personal_file_is_named_with_its_place_and_its_remedy() {
    for (text, expected) in WRONG {
        let said: Vec<String> = match personal_file(text, "p") {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(ToString::to_string).collect(),
        };
        let expected: Vec<String> = expected.iter().map(|one| format!("p:{one}")).collect();
        assert_eq!(said, expected, "{text}");
    }
}

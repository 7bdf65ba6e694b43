//! What a team file asks for that could do harm, and what it does not ask for.

use dogwatch::config::{TrustItem, leads_out, wants_trust};

use super::team;

fn wishes(more: &str) -> Vec<String> {
    wants_trust(&team(more)).iter().map(ToString::to_string).collect()
}

const HARMLESS: &[&str] = &[
    "",
    "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\ntoken_env = \"GITHUB_TOKEN\"",
    "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\napi = \"https://api.acme.ghe.com\"\ntoken_env = \"GH_TOKEN\"",
    "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\napi = \"https://github.example.com/api/v3\"",
    "[[sources]]\nkind = \"mcp\"\nurl = \"http://127.0.0.1:8811/mcp\"\nsnapshot = \"schemas/a.json\"",
    "[[sources]]\nkind = \"evals\"\npaths = [\"evals/out/**\"]",
    "[[calendars]]\nid = \"c\"\nurl = \"https://a.example/x.ics\"",
    "[runbooks]\ndirs = [\"docs/..hidden\"]",
];

#[test]
fn what_stays_in_the_repository_and_on_github_needs_no_trust() {
    for more in HARMLESS {
        assert_eq!(wishes(more), Vec::<String>::new(), "{more}");
    }
}

const HARMFUL: &[(&str, &str)] = &[
    (
        "[[sources]]\nkind = \"evals\"\npaths = [\"a\"]\ntoken_env = \"MY_SECRET\"",
        "send a token for evals: $MY_SECRET → https://api.github.com",
    ),
    (
        "[[sources]]\nid = \"desk\"\nkind = \"mcp\"\ncommand = [\"sh\", \"-c\", \"curl x | sh\"]",
        "run a program for desk: sh -c \"curl x | sh\"",
    ),
    (
        "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\napi = \"https://github.example.com/api/v3\"\ntoken_env = \"GITHUB_TOKEN\"",
        "send a token for github: $GITHUB_TOKEN → https://github.example.com",
    ),
    (
        "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\napi = \"http://127.0.0.1:4010\"\ntoken_env = \"GITHUB_TOKEN\"",
        "send a token for github: $GITHUB_TOKEN → http://127.0.0.1:4010",
    ),
    (
        "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\napi = \"https://api.github.com.evil.example\"\ntoken_env = \"GH_TOKEN\"",
        "send a token for github: $GH_TOKEN → https://api.github.com.evil.example",
    ),
    (
        "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\napi = \"https://evilghe.com\"\ntoken_env = \"GH_TOKEN\"",
        "send a token for github: $GH_TOKEN → https://evilghe.com",
    ),
    (
        "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\napi = \"https://api.github.com:8443\"\ntoken_env = \"GH_TOKEN\"",
        "send a token for github: $GH_TOKEN → https://api.github.com:8443",
    ),
    (
        "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\ntoken_env = \"AWS_SECRET_ACCESS_KEY\"",
        "send a token for github: $AWS_SECRET_ACCESS_KEY → https://api.github.com",
    ),
    (
        "[[sources]]\nid = \"prod\"\nkind = \"mcp\"\nurl = \"http://localhost:8811/mcp\"\ntoken_env = \"MCP_TOKEN\"",
        "send a token for prod: $MCP_TOKEN → http://localhost:8811",
    ),
    (
        "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\nca_file = \"certs/a.pem\"",
        "believe the certificates of certs/a.pem for github at https://api.github.com",
    ),
    (
        "[[sources]]\nid = \"prod\"\nkind = \"mcp\"\nurl = \"https://a.example\"\ncanary = { tool = \"wipe\", allow_unsafe = true }",
        "call a tool that may change something for prod: wipe {}",
    ),
    ("[runbooks]\ndirs = [\"/etc\"]", "use a path outside the repository: runbooks.dirs = /etc"),
    ("[team]\nlog_dir = \"../other\"", "use a path outside the repository: team.log_dir = ../other"),
    (
        "[[sources]]\nkind = \"evals\"\npaths = [\"ok/**\", \"a/../../b\"]",
        "use a path outside the repository: sources.evals.paths = a/../../b",
    ),
    ("[[calendars]]\nid = \"c\"\nfile = \"~/x.ics\"", "use a path outside the repository: calendars.c.file = ~/x.ics"),
    (
        "[[kinds]]\nid = \"k\"\nrunbook = \"../../secret.md#a\"",
        "use a path outside the repository: kinds.k.runbook = ../../secret.md#a",
    ),
];

#[test]
fn each_thing_that_could_do_harm_is_named_in_plain_words() {
    for (more, wish) in HARMFUL {
        assert_eq!(wishes(more), [*wish], "{more}");
    }
}

#[test]
fn a_token_for_artifacts_is_asked_for_where_it_goes() {
    let hub =
        "[[sources]]\nid = \"hub\"\nkind = \"github\"\nrepo = \"a/b\"\napi = \"https://github.example.com/api/v3\"\n";
    let evals =
        "[[sources]]\nkind = \"evals\"\nartifacts = { repo = \"A/B\", name = \"e\" }\ntoken_env = \"GH_TOKEN\"\n";
    assert_eq!(wishes(evals), Vec::<String>::new(), "on github.com that is its place");
    assert_eq!(wishes(&format!("{evals}{hub}")), ["send a token for evals: $GH_TOKEN → https://github.example.com"]);
    let other = evals.replace("A/B", "a/c");
    assert_eq!(wishes(&format!("{other}{hub}")), Vec::<String>::new());
}

#[test]
fn both_addresses_of_a_server_are_asked_for_when_they_differ() {
    let more = "[[sources]]\nid = \"prod\"\nkind = \"mcp\"\nurl = \"https://a.example/mcp\"\ntoken_env = \"T\"\nhealth_url = \"https://b.example/health\"";
    assert_eq!(
        wishes(more),
        ["send a token for prod: $T → https://a.example", "send a token for prod: $T → https://b.example"]
    );
}

#[test]
fn the_wishes_are_the_same_whatever_else_changes_and_in_whatever_order_they_stand() {
    let desk = "[[sources]]\nid = \"desk\"\nkind = \"mcp\"\ncommand = [\"a\", \"b\"]\n";
    let prod = "[[sources]]\nid = \"prod\"\nkind = \"mcp\"\nurl = \"https://a.example\"\ntoken_env = \"T\"\n";
    let canon = |more: &str| wants_trust(&team(more)).iter().map(TrustItem::canonical).collect::<Vec<_>>();
    let first = canon(&format!("{desk}{prod}"));
    assert_eq!(first, [r#"["run","desk","a","b"]"#, r#"["send","prod","T","https://a.example"]"#]);
    let override_ = "[[rotations.overrides]]\nfrom = \"2026-12-28\"\nto = \"2027-01-04\"\nperson = \"lou\"\n";
    assert_eq!(canon(&format!("{override_}{prod}{desk}")), first);
    assert_ne!(canon(&format!("{desk}{prod}").replace("\"b\"", "\"c\"")), first);
    let joined = canon("[[sources]]\nid = \"desk\"\nkind = \"mcp\"\ncommand = [\"a b\"]\n");
    assert_ne!(joined, canon(desk), "one argument with a space is not two arguments");
}

#[test]
fn a_path_leads_out_when_it_starts_elsewhere_or_goes_up() {
    for path in ["/x", "\\\\host\\x", "C:/x", "~/x", "..", "a/../b", "a\\..\\b"] {
        assert!(leads_out(path), "{path}");
    }
    for path in ["a", "a/b", "./a", "a..b", ".../a", "docs/**"] {
        assert!(!leads_out(path), "{path}");
    }
}

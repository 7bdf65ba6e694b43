//! What is drawn from what was seen, without a disk: people, owners, dates.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use dogwatch::config::TeamFile;
use dogwatch::domain::beginning::{Authored, Beginning, Past, Seen, Sheet, repo_of};
use proptest::prelude::*;

use super::{areas, parsed, people};

fn seen(now: &str) -> Seen {
    Seen {
        folder: "harbour".into(),
        files: BTreeSet::new(),
        commits: Vec::new(),
        past: Past::Whole,
        prefix: String::new(),
        codeowners: None,
        manifests: Vec::new(),
        workflows: Vec::new(),
        origin: None,
        results: BTreeSet::new(),
        runner: None,
        zone: Tz::Europe__London,
        now: now.parse().unwrap(),
    }
}

fn by(name: &str, address: &str, paths: &[&str]) -> Authored {
    Authored {
        name: name.into(),
        address: address.into(),
        at: "2026-11-02T10:00:00Z".parse().unwrap(),
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    }
}

fn files(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

fn owners(text: &str) -> Sheet {
    Sheet { path: ".github/CODEOWNERS".into(), text: text.into() }
}

/// The team file that is drawn when nobody says anything.
fn drawn(seen: Seen) -> (TeamFile, String) {
    let begun = Beginning::of(seen);
    let draft = begun.draft(&begun.answers(), &[]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let (_, text) = draft.files.last().unwrap();
    (parsed(text), text.clone())
}

fn team(commits: Vec<Authored>, codeowners: &str) -> TeamFile {
    drawn(Seen { commits, codeowners: Some(owners(codeowners)), ..seen("2026-11-20T12:00:00Z") }).0
}

/// Authors, each a name and an address, and the people they are.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

#[test]
fn people_are_authors_once_each_with_ids_of_their_names() {
    let cases: &[Case<'_>] = &[
        (&[("Ana Lima", "a@x.example")], &["ana Ana Lima -"]),
        (&[("Ana Lima", "a@x.example"), ("ana lima", "b@x.example")], &["ana Ana Lima -"]),
        (&[("Ana Lima", "a@x.example"), ("Ana Sá", "b@x.example")], &["ana-lima Ana Lima -", "ana-sa Ana Sá -"]),
        (&[("Jürgen Groß", "j@x.example")], &["juergen Jürgen Groß -"]),
        (&[("李雷", "7+leili@users.noreply.github.com")], &["leili 李雷 leili"]),
        (&[("李雷", "l@x.example"), ("韓梅", "m@x.example")], &["person 李雷 -", "person-2 韓梅 -"]),
        (&[("everyone", "e@x.example")], &["everyone-2 everyone -"]),
        (&[("ana@x.example", "ana@x.example")], &["ana ana -"]),
        (&[("O'Neil, Pat", "p@x.example")], &["oneil O'Neil, Pat -"]),
        (&[("A B", "a@x.example")], &["a-b A B -"]),
        (
            &[
                ("dependabot[bot]", "4+dependabot[bot]@users.noreply.github.com"),
                ("renovate-bot", "r@x.example"),
                ("GitHub Actions", "ci@x.example"),
                ("Release", "5+harbour-bot@users.noreply.github.com"),
                ("Acme CI", "harbour@acme.example"),
                ("Harbour", "ci@acme.example"),
                ("Nightly", "build@acme.example"),
                ("Roll out", "deploy+prod@acme.example"),
                ("Butler", "jenkins@acme.example"),
                ("Robin", "automation@acme.example"),
                ("Paper", "noreply@acme.example"),
            ],
            &[],
        ),
        (
            &[("kim", "KIM-x@users.noreply.github.com"), ("Kim X", "9+kim-x@users.noreply.github.com")],
            &["kim kim KIM-x"],
        ),
    ];
    for (authors, wanted) in cases {
        let commits = authors.iter().map(|(name, address)| by(name, address, &[])).collect();
        assert_eq!(people(&team(commits, "")), *wanted, "{authors:?}");
    }
}

#[test]
fn guests_are_left_out_where_others_are_regulars_and_a_crowd_is_cut() {
    let work = |name: &str, times: usize| vec![by(name, &format!("{name}@x.example"), &[]); times];
    let some = [work("ana", 5), work("ben", 3), work("guest", 2)].concat();
    assert_eq!(people(&team(some.clone(), "")), ["ana ana -", "ben ben -"]);
    let begun = Beginning::of(Seen { commits: some, ..seen("2026-11-20T12:00:00Z") });
    assert_eq!(
        begun.aside().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["left out guest: 2 commits in 12 months"]
    );
    assert_eq!(people(&team([work("ana", 5), work("guest", 1)].concat(), "")), ["ana ana -", "guest guest -"]);
    let crowd: Vec<Authored> = (0..40).flat_map(|number| work(&format!("p{number:02}"), 40 - number)).collect();
    assert_eq!(people(&team(crowd.clone(), "")).len(), 12);
    let begun = Beginning::of(Seen { commits: crowd, ..seen("2026-11-20T12:00:00Z") });
    let said: Vec<String> = begun.aside().iter().map(ToString::to_string).collect();
    assert_eq!(said[0], "left out p12: 28 commits in 12 months, and many others have more");
    assert_eq!((said.len(), said[5].as_str()), (6, "and 23 more authors were left out"));
    let bot = vec![by("ana", "ana@x.example", &[]), by("Acme CI", "ci@x.example", &[])];
    let begun = Beginning::of(Seen { commits: bot, ..seen("2026-11-20T12:00:00Z") });
    assert_eq!(begun.aside()[0].as_str(), "left out Acme CI: a program");
}

#[test]
fn codeowners_names_areas_owners_and_logins() {
    let text = "# comment\n* @acme/all\n/docs/ @acme/writers # them\n/evals/ @CHI-x @ben-o\n/evals/base ben@x.example @chi-x\n\
                prompts/** @ben-o @chi-x\nschemas @ben-o @chi-x\n!/never @ana\n/a[b] @ana\n/cleared\n/later @zoe # new\n";
    let commits = vec![by("Ben O", "ben@x.example", &[]), by("Chi", "3+chi-x@users.noreply.github.com", &[])];
    let begun = Beginning::of(Seen {
        commits: commits.clone(),
        codeowners: Some(owners(text)),
        ..seen("2026-11-20T12:00:00Z")
    });
    let said: Vec<String> = begun.aside().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            ".github/CODEOWNERS:2 was not taken over: everything, which is no area",
            ".github/CODEOWNERS:8 was not taken over: no pattern of CODEOWNERS",
            ".github/CODEOWNERS:9 was not taken over: no pattern of CODEOWNERS",
            ".github/CODEOWNERS:10 was not taken over: no owner",
        ]
    );
    let team = team(commits, text);
    assert_eq!(people(&team), ["ben Ben O ben-o", "chi Chi chi-x", "zoe zoe zoe"]);
    assert_eq!(
        areas(&team),
        ["docs - -", "evals chi ben", "base ben chi", "prompts ben chi", "later zoe -", "operations ben -"]
    );
    assert_eq!(team.areas[3].paths, ["prompts/**", "schemas"], "lines that name the same are one area");
    assert_eq!(team.areas[5].paths, ["/dogwatch.toml"], "what docs/ covers is covered");
    let open = begun.draft(&begun.answers(), &[]).unwrap().open;
    assert!(
        open.iter().any(|one| one.as_str() == "area docs is of @acme/writers: who speaks for it, and who backs it up?"),
        "{open:?}"
    );
}

#[test]
fn an_owner_is_whoever_clearly_did_most() {
    let work = |name: &str, times: usize| vec![by(name, &format!("{name}@x.example"), &["evals/a", "evals/b"]); times];
    for (commits, owner) in [
        ([work("ana", 3), work("ben", 2)].concat(), "evals ana -"),
        ([work("ana", 3), work("ben", 3)].concat(), "evals - -"),
        ([work("ana", 2), work("ben", 1)].concat(), "evals - -"),
        ([work("some-bot", 9), work("ben", 4)].concat(), "evals ben -"),
    ] {
        let sight = Seen { files: files(&["evals/a", "evals/b"]), commits, ..seen("2026-11-20T12:00:00Z") };
        assert_eq!(areas(&drawn(sight.clone()).0)[0], owner);
        let shallow = Seen { past: Past::Shallow, ..sight };
        assert_eq!(areas(&drawn(shallow).0)[0], "evals - -");
    }
}

#[test]
fn turns_have_begun_last_monday_and_cadences_come_at_their_next_day() {
    let two = vec![by("Ana", "a@x.example", &[]), by("Ben", "b@x.example", &[])];
    for (now, handover, triage, review) in [
        ("2026-11-20T12:00:00Z", "2026-11-16 10:00:00", "2026-11-24", "2026-11-27"),
        ("2026-11-23T09:59:59Z", "2026-11-16 10:00:00", "2026-11-24", "2026-11-27"),
        ("2026-11-23T10:00:00Z", "2026-11-23 10:00:00", "2026-11-24", "2026-11-27"),
        ("2026-11-24T08:00:00Z", "2026-11-23 10:00:00", "2026-12-01", "2026-11-27"),
        ("2026-11-27T08:00:00Z", "2026-11-23 10:00:00", "2026-12-01", "2027-01-29"),
        ("2026-12-31T23:30:00Z", "2026-12-28 10:00:00", "2027-01-05", "2027-01-29"),
    ] {
        let (team, _) = drawn(Seen { commits: two.clone(), ..seen(now) });
        let days = [
            team.rotations[0].start.to_string(),
            team.cadences[0].start.to_string(),
            team.cadences[1].start.to_string(),
        ];
        assert_eq!(days, [handover, triage, review], "{now}");
    }
    // Two Tuesdays on end on which nobody is there.
    let (team, _) = drawn(seen("2030-12-20T12:00:00Z"));
    assert_eq!(team.cadences[0].start.to_string(), "2031-01-07");
}

#[test]
fn a_remote_gives_its_repository_and_nothing_else() {
    for address in [
        "https://github.com/acme/harbour",
        "https://github.com/acme/harbour.git",
        "https://kim:ghp_0123456789abcdefghijABCDEFGHIJ456789@github.com/acme/harbour.git",
        "https://x-access-token@github.com/acme/harbour/",
        "git@github.com:acme/harbour.git",
        "ssh://git@github.com/acme/harbour.git",
        "ssh://git@ssh.github.com:443/acme/harbour.git",
        "git://GitHub.com/acme/harbour",
    ] {
        assert_eq!(repo_of(address).as_deref(), Some("acme/harbour"), "{address}");
    }
    for address in [
        "https://gitlab.com/acme/harbour",
        "https://github.com.evil.example/acme/harbour",
        "https://github.com@evil.example/acme/harbour",
        "https://evil.example/github.com/acme/harbour",
        "https://github.com/acme",
        "https://github.com/acme/harbour/tree",
        "https://github.com/../harbour",
        "https://github.com/acme/ghp_0123456789abcdefghijABCDEFGHIJ456789",
        "ext::sh -c touch% /tmp/x",
        "file:///srv/github.com/acme/harbour",
        "/srv/acme/harbour",
        "",
    ] {
        assert_eq!(repo_of(address), None, "{address}");
    }
}

#[test]
fn a_server_is_told_by_what_it_is_built_with() {
    for (path, text, found) in [
        ("pyproject.toml", "[project]\ndependencies = [\"FastMCP>=2\"]", true),
        ("pyproject.toml", "[tool.poetry.dependencies]\nmcp = \"^1\"", true),
        ("pyproject.toml", "[dependency-groups]\ndev = [\"mcp\"]", true),
        ("pyproject.toml", "[project]\ndependencies = [\"mcp-not-this\", \"httpx\"]", false),
        ("requirements.txt", "# mcp\nmcp[cli]==1.2 ; python_version > '3.9'\n", true),
        ("requirements.txt", "# mcp\n-r mcp\n", false),
        ("package.json", r#"{"dependencies": {"@modelcontextprotocol/sdk": "^1"}}"#, true),
        ("package.json", r#"{"name": "@modelcontextprotocol/sdk"}"#, false),
        ("package.json", "no JSON", false),
        ("tools/requirements.txt", "mcp", true),
        ("tests/live/requirements.txt", "mcp", false),
        ("Cargo.toml", "[dependencies]\nrmcp = \"1\"", true),
        ("Cargo.toml", "[dependencies\nrmcp", false),
    ] {
        let manifests = vec![Sheet { path: path.into(), text: text.into() }];
        let (_, drawn) = drawn(Seen { manifests, ..seen("2026-11-20T12:00:00Z") });
        assert_eq!(drawn.contains("where does the server answer?"), found, "{path}: {text}");
    }
}

/// Words as strangers write them.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z]{1,8}( [A-Z][a-z]{1,8})?",
        "[\"'\\\\\\[\\]#=\n\r\t{}@*!?/. a-z\u{202e}\u{200b}\u{1b}]{0,24}",
        Just("ghp_0123456789abcdefghijABCDEFGHIJ456789".to_owned()),
        Just("\"\"\"\n[tracker]\nkind = \"local\"\n".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_strangers_wrote_the_file_is_a_team_file_without_their_addresses(
        names in prop::collection::vec((word(), word()), 0..6),
        paths in prop::collection::vec(word(), 0..8),
        lines in prop::collection::vec((word(), word()), 0..6),
        folder in word(),
        origin in word(),
        prefix in word(),
    ) {
        let commits: Vec<Authored> = names.iter().flat_map(|(name, address)| {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            vec![by(name, &format!("{address}@secret.example"), &paths); 3]
        }).collect();
        let lines: Vec<String> = lines.iter().map(|(pattern, owner)| format!("{pattern} @{owner}")).collect();
        let text = lines.join("\n");
        let sight = Seen {
            folder,
            prefix,
            runner: names.first().map(|(_, address)| format!("{address}@secret.example")),
            files: paths.iter().flat_map(|path| [path.clone(), format!("{path}/evals/{path}")]).collect(),
            commits,
            codeowners: Some(owners(&text)),
            results: paths.iter().cloned().collect(),
            manifests: vec![Sheet { path: format!("{}/package.json", paths.first().map_or("a", String::as_str)),
                                    text: r#"{"dependencies": {"fastmcp": "1"}}"#.into() }],
            workflows: vec![Sheet { path: ".github/workflows/a.yml".into(),
                                    text: format!("uses: actions/upload-artifact\nname: eval{text}") }],
            origin: Some(format!("https://github.com/{origin}/harbour")),
            ..seen("2026-11-20T12:00:00Z")
        };
        let (_, text) = drawn(sight.clone());
        prop_assert!(!text.contains("secret.example"));
        prop_assert!(!text.contains("ghp_"));
        prop_assert_eq!(text, drawn(sight).1);
    }
}

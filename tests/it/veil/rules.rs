//! The rules of the veil, one line a case.

use chrono::{DateTime, Utc};
use dogwatch::config::{Person, TeamFile};
use dogwatch::domain::id::SourceId;
use dogwatch::domain::incident::Incident;
use dogwatch::domain::text::Clean;
use dogwatch::domain::veil::Veil;
use proptest::prelude::*;
use serde_json::json;

fn person(id: &str, name: &str, github: &str) -> Person {
    Person { id: id.into(), name: name.into(), github: Some(github.into()), ..Person::default() }
}

fn team() -> TeamFile {
    let people = vec![
        person("ana", "Ana Souza", "ana-on-call"),
        person("ben", "Ben van Dyk", "bvd"),
        person("dev", "Dev Patel", "devpatel"),
        person("mei", "山田 美", "x"),
        person("chi", "Chi (sample)", "chi-gh"),
    ];
    TeamFile { people, ..TeamFile::default() }
}

fn veil() -> Veil {
    let words = ["acme", "project x", "case-*", "*.vault.acme", "Größe"].map(str::to_owned);
    Veil::new(&team(), &words)
        .knowing(["octo-cat", "dependabot[bot]", "ANA", "dogwatch"].into_iter())
        .knowing_hosts(["build7", "relay.corp:8443"].into_iter())
}

/// What is written, and what is left of it.
const NAMES: &[(&str, &str)] = &[
    ("ana acked it", "person 1 acked it"),
    ("ANA, Ana's and (ana)", "person 1, person 1's and (person 1)"),
    ("banana, anagram, mañana", "banana, anagram, mañana"),
    ("development of dev by devs", "development of person 3 by devs"),
    ("ask Ana   Souza or\nSouza", "ask person 1 or\nperson 1"),
    ("Ben van Dyk, van Gogh, Dyk", "person 2, van Gogh, person 2"),
    ("@ana-on-call and @BVD: look", "person 1 and person 2: look"),
    ("ana-on-call-2, ana_laptop, ana.txt", "person 1-2, person 1_laptop, person 1.txt"),
    ("a sample of it, by Chi (sample)", "a sample of it, by person 5"),
    ("/home/ben/x", "/home/person 2/x"),
    ("octo-cat dependabot[bot] and octo", "person 6 person 7 and octo"),
    ("@stranger then @stranger, @other", "person 8 then person 8, person 9"),
    ("dogwatch closed it, @dogwatch", "dogwatch closed it, @dogwatch"),
    ("x marks it; @x did", "x marks it; person 4 did"),
    ("x", "person 4"),
    ("担当は山田 美です", "担当はperson 4です"),
    ("ACME runs Project  X, acmeist", "[redacted 1] runs [redacted 2], acmeist"),
    ("case-42 and CASE-7b.1, then case-42; caseload", "[redacted 1] and [redacted 2], then [redacted 1]; caseload"),
    ("größe and GRÖßE", "[redacted 1] and [redacted 1]"),
    ("an…", "person 1…"),
    ("cut: octo-c…", "cut: person 6…"),
];

const PLACES: &[(&str, &str)] = &[
    ("see https://git.corp.example/acme/x?y=1#z.", "see https://[redacted 1]/[redacted 2]/x?y=1#z."),
    ("http://build7/ is build7", "http://[redacted 1]/ is [redacted 1]"),
    ("relay.corp:8443 or relay.corp", "[redacted 1]:8443 or [redacted 1]"),
    ("postgres://svc:hunter2@db-1:5432/x", "postgres://[secret]@[redacted 1]:5432/x"),
    ("cache-3:6379 and db.local:80", "[redacted 1]:6379 and [redacted 2]:80"),
    ("db7.eu.corp.internal is down", "[redacted 1] is down"),
    ("ana.souza@example.com wrote", "[redacted 1] wrote"),
    ("mail <Ops+x@EXAMPLE.com>, ops+x@example.com", "mail <[redacted 1]>, [redacted 1]"),
    ("10.0.0.1, 10.0.0.1:80, 999.1.1.1", "[redacted 1], [redacted 1]:80, 999.1.1.1"),
    ("fe80::1 ::1 [2001:db8::7]:443", "[redacted 1] [redacted 2] [[redacted 3]]:443"),
    ("http://[::1]:8080/x", "http://[redacted 1]:8080/x"),
    ("src/main.rs:120:7 and main.rs:1200", "src/main.rs:120:7 and main.rs:1200"),
    ("at 12:30:45, 2026-11-30T13:23:00Z, a ratio 3:1", "at 12:30:45, 2026-11-30T13:23:00Z, a ratio 3:1"),
    ("std::fs::read, 1.2.3, e.g. this, v1.2", "std::fs::read, 1.2.3, e.g. this, v1.2"),
    ("actions/checkout@v4 pkg@1.2.3", "actions/checkout@v4 pkg@1.2.3"),
    ("api#12 evals:4f3c2b1a0d9e local#3", "api#12 evals:4f3c2b1a0d9e local#3"),
    ("`sql.run` and user.info, self.page", "`sql.run` and user.info, self.page"),
    ("key.store.vault.acme said", "[redacted 1] said"),
];

const SECRETS: &[(&str, &str)] = &[
    ("ghp_0123456789abcdefABCDEF0123456789abcd", "[secret]"),
    ("xghs_abc. github_pat_11ABC_def", "x[secret]. [secret]"),
    ("AKIAIOSFODNN7EXAMPLE and AKIA", "[secret] and AKIA"),
    ("xoxb-12345-67890-abcdef", "[secret]"),
    ("eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSMeK", "[secret]"),
    ("Authorization: Bearer abc.def-123", "Authorization: [secret]"),
    ("a Bearer 0123abcd4567 here", "a Bearer [secret] here"),
    ("basic authentication, the bearer token", "basic authentication, the bearer token"),
    ("sk-ant-api03-AbCdEf012345 sk-learn", "[secret] sk-learn"),
    ("password=hunter2&x=1", "password=[secret]&x=1"),
    ("DB_PASSWORD='a b c' next", "DB_PASSWORD='[secret]' next"),
    ("{\"token\": \"plainword\", \"n\": 1}", "{\"token\": \"[secret]\", \"n\": 1}"),
    ("secret => s3cr3t; password: swordfish", "secret => [secret]; password: [secret]"),
    ("token: expired, tokens=512", "token: expired, tokens=512"),
    ("the token is 0123456789abcdef0123", "the token is [secret]"),
    ("secret 0123456789abcdef0123456789abcdef", "secret [secret]"),
    ("TOKEN=$GH_TOKEN, token=${{ secrets.X }}", "TOKEN=$GH_TOKEN, token=${{ secrets.X }}"),
    ("commit 0123456789abcdef0123456789abcdef01234567", "commit 0123456789abcdef0123456789abcdef01234567"),
    ("https://me:pw@git.example/x", "https://[secret]@git.example/x"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nend", "[secret]\n\n\n\nend"),
    ("-----BEGIN PRIVATE KEY-----\nMIIEabc", "[secret]\n"),
    ("-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----"),
    ("X-Api-Key: abc123def\nAccept: x", "X-Api-Key: [secret]\nAccept: x"),
];

#[test]
fn names_and_places_are_replaced_as_whole_words() {
    for (text, left) in NAMES.iter().chain(PLACES) {
        let veil = veil();
        assert_eq!(veil.text(text), *left, "{text}");
    }
}

#[test]
fn secrets_go_from_every_export() {
    for (text, left) in SECRETS {
        assert_eq!(Veil::of_secrets().text(text), *left, "{text}");
    }
    let plain = "ana at 10.0.0.1 wrote to x@example.com about https://git.example/x";
    assert_eq!(Veil::of_secrets().text(plain), plain);
}

#[test]
fn whoever_hides_names_hides_secrets_too() {
    for (text, _) in SECRETS {
        let (once, kept) = (veil().text(text), Veil::of_secrets().text(text));
        assert_eq!(once.matches("[secret]").count(), kept.matches("[secret]").count(), "{text}");
    }
}

#[test]
fn veiling_twice_changes_nothing() {
    for (text, _) in NAMES.iter().chain(PLACES).chain(SECRETS) {
        for veil in [veil(), Veil::of_secrets()] {
            let once = veil.text(text);
            assert_eq!(veil.text(&once), once, "{text}");
        }
    }
}

#[test]
fn a_handover_names_two_people_by_what_they_are() {
    let veil = veil().with_roles(Some("ben"), Some("devpatel"));
    assert_eq!(veil.text("ana, bvd, Dev Patel"), "person 1, outgoing, incoming");
    assert_eq!(veil.text("outgoing"), "outgoing");
}

#[test]
fn of_a_private_incident_neither_title_nor_body_is_left() {
    let title = Clean::line("the vault of acme leaks");
    let mut incident = Incident::opened(&SourceId::new("api"), 7, title, DateTime::<Utc>::UNIX_EPOCH);
    let body = Clean::block("how it leaks\nin detail");
    assert_eq!(veil().title(&incident), "the vault of [redacted 1] leaks");
    incident.labels = vec![Clean::line("Security")];
    let veil = veil().knowing_incidents([&incident].into_iter());
    assert_eq!(veil.title(&incident), "[redacted 1]");
    assert_eq!(veil.text("new: api#7 The vault of acme leaks (ana)"), "new: api#7 [redacted 1] (person 1)");
    assert_eq!(veil.whole(&incident, &body), "[redacted 2]");
    assert_eq!(Veil::of_secrets().title(&incident), "the vault of acme leaks");
}

#[test]
fn an_answer_keeps_what_programs_read() {
    let mut answer = json!({
        "schema": "dogwatch.queue/1",
        "at": "2026-11-30T13:23:00Z",
        "incidents": [{"id": "evals:4f3c2b1a0d9e", "state": "open", "assignee": "ana", "number": 3, "title": "ask ben"}],
        "by_person": {"ana": 1, "octo-cat": 2},
        "headers": {"api_key": "zzz"},
    });
    let veil = veil();
    veil.value(&mut answer);
    let once = answer.clone();
    assert_eq!(
        answer,
        json!({
            "schema": "dogwatch.queue/1",
            "at": "2026-11-30T13:23:00Z",
            "incidents": [
                {"id": "evals:4f3c2b1a0d9e", "state": "open", "assignee": "person 1", "number": 3, "title": "ask person 2"}
            ],
            "by_person": {"person 1": 1, "person 6": 2},
            "headers": {"api_key": "[secret]"},
        })
    );
    veil.value(&mut answer);
    assert_eq!(answer, once);
}

#[test]
fn what_looks_like_a_beginning_all_along_is_read_to_its_end() {
    for piece in ["a.", "a-", "sk-", "eyJ.", "token ", "cookie: ", "a@", "https://", "[redacted ", "x:1", "-----BEGIN "]
    {
        let long = piece.repeat(40_000 / piece.len());
        let veiled = veil().text(&format!("{long} by bvd"));
        assert!(veiled.ends_with("person 2") || veiled.ends_with("[secret]"), "{piece}");
    }
}

/// Any JSON, with a few of its texts, keys and places such that something is to be hidden.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let text = prop::sample::select(vec![
        "plain words",
        "2026-11-16T09:50:00Z",
        "local#12",
        "acked",
        "",
        "token=abc123",
        "ghp_0123456789",
        "\"quoted\"",
        "https://ana:pw@host/x",
        "line\nsk-abcdefghij123456",
        "Bearer abc123def",
    ]);
    let key = prop::sample::select(vec!["title", "state", "api_token", "by_person", "token=x ghp_12345", "Some Name"]);
    let leaf = prop_oneof![
        text.prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::hash_map(key.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(serde_json::Value::from_iter),
        ]
    })
}

proptest! {
    #[test]
    fn a_document_is_left_as_it_is_exactly_if_nothing_in_it_is_to_be_hidden(document in any_json()) {
        let veil = Veil::of_secrets();
        let mut veiled = document.clone();
        veil.value(&mut veiled);
        let given = veil.document(&document).unwrap();
        prop_assert_eq!(given.as_ref(), &veiled);
        prop_assert_eq!(matches!(given, std::borrow::Cow::Borrowed(_)), veiled == document);
    }
}

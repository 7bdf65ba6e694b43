//! What a score is worth, whichever way it is written.

use dogwatch::domain::evals::{Outcome, Run};

use super::read;

/// A document with these samples and results.
fn document(samples: &str, results: &str) -> String {
    format!(
        r#"{{"version":2,"status":"success","eval":{{"task":"t","created":"2026-11-22T15:00:00"}},"plan":{{}},
           "results":{results},"samples":{samples}}}"#
    )
}

fn with_value(value: &str) -> Run {
    let samples = format!(r#"[{{"id":1,"epoch":1,"input":"q","target":"a","scores":{{"s":{{"value":{value}}}}}}}]"#);
    read(document(&samples, "null").as_bytes()).unwrap()
}

#[test]
fn every_way_of_writing_a_value_counts_as_inspect_counts_it() {
    let cases = [
        ("\"C\"", Some(1.0)),
        ("\"I\"", Some(0.0)),
        ("\"P\"", Some(0.5)),
        ("\"N\"", Some(0.0)),
        ("true", Some(1.0)),
        ("false", Some(0.0)),
        ("\"yes\"", Some(1.0)),
        ("\"No\"", Some(0.0)),
        ("\" 0.25 \"", Some(0.25)),
        ("3", Some(3.0)),
        ("-1.5", Some(-1.5)),
        ("{\"s\": 0.5, \"t\": 1}", Some(0.5)),
        ("null", None),
        ("NaN", None),
        ("-Infinity", None),
        ("\"nan\"", None),
        ("\"whatever\"", None),
        ("[1, 2]", None),
        ("{}", None),
        ("{\"s\": {\"t\": 1}}", None),
    ];
    for (written, score) in cases {
        let run = with_value(written);
        assert_eq!(run.trials[0].score, score, "{written}");
        assert_eq!(run.trials[0].outcome == Outcome::Unscored, score.is_none(), "{written}");
    }
}

#[test]
fn bare_words_without_a_space_are_read_too() {
    for written in ["{\"a\":NaN,\"s\":1}", "{\"a\":Infinity,\"s\":1}", "{\"a\":-Infinity,\"s\":1}"] {
        assert_eq!(with_value(written).trials[0].score, Some(1.0), "{written}");
    }
    let run = with_value("\"NaN\" , \"note\": NaN, \"other\": \"a NaN \\\" NaN\"");
    assert_eq!(run.trials[0].outcome, Outcome::Unscored);
}

#[test]
fn lone_surrogates_do_not_hide_a_log() {
    let samples = r#"[{"id":"a\ud800b","epoch":1,"input":"\ud83d\ude42","target":"","scores":{"s":{"value":1}}}]"#;
    let run = read(document(samples, "null").as_bytes()).unwrap();
    assert_eq!(&*run.cases[0].raw, "a\u{fffd}b");
}

#[test]
fn the_first_of_the_results_is_the_score_that_counts() {
    let samples = r#"[{"id":1,"epoch":1,"input":"q","target":"a",
        "scores":{"judge":{"value":0.25},"rubric":{"value":{"safe":1,"helpful":0.75}}}}]"#;
    let score = |results: &str| read(document(samples, results).as_bytes()).unwrap().trials[0].score;
    assert_eq!(
        score(r#"{"scores":[{"name":"helpful","scorer":"rubric"},{"name":"judge","scorer":"judge"}]}"#),
        Some(0.75)
    );
    assert_eq!(score(r#"{"scores":[{"name":"judge","scorer":"judge"}]}"#), Some(0.25));
    assert_eq!(score(r#"{"scores":[{"name":"gone","scorer":"gone"}]}"#), Some(0.25));
    assert_eq!(score("null"), Some(0.25));
}

#[test]
fn a_score_beside_an_error_counts_for_nothing_and_an_invalid_sample_is_void() {
    let samples = r#"[
        {"id":1,"epoch":1,"input":"q","target":"a","scores":{"s":{"value":"C"}},"error":{"message":"boom"}},
        {"id":2,"epoch":1,"input":"q","target":"a","scores":{"s":{"value":"C"}},"invalidation":{"reason":"x"}},
        {"id":3,"epoch":1,"input":"q","target":"a","scores":{"s":{"value":"C"}},"limit":"token"}]"#;
    let run = read(document(samples, "null").as_bytes()).unwrap();
    let outcomes: Vec<_> = run.trials.iter().map(|trial| (trial.outcome, trial.score)).collect();
    assert_eq!(outcomes, [(Outcome::Errored, None), (Outcome::Unscored, None), (Outcome::Passed, Some(1.0))]);
}

#[test]
fn of_two_rows_of_one_sample_and_epoch_the_last_counts() {
    let samples = r#"[
        {"id":1,"epoch":1,"input":"q","target":"a","scores":{"s":{"value":"I"}}},
        {"id":"1","epoch":2,"input":"q","target":"a","scores":{"s":{"value":"I"}}},
        {"id":1,"epoch":1,"input":"q","target":"a","scores":{"s":{"value":"C"}}}]"#;
    let run = read(document(samples, "null").as_bytes()).unwrap();
    assert_eq!((run.cases.len(), run.trials.len()), (1, 2));
    assert_eq!(run.mean_score(), Some(0.5));
}

#[test]
fn a_guard_sees_roles_and_words_and_nothing_else() {
    let long = "ä".repeat(5120);
    let cut = format!("{long}...\\n(content truncated)");
    let guard = |input: &str, target: &str| {
        let samples = format!(r#"[{{"id":1,"epoch":1,"input":{input},"target":{target}}}]"#);
        read(document(&samples, "null").as_bytes()).unwrap().cases[0].guard
    };
    let image =
        r#"[{"id":"x1","role":"user","content":[{"type":"text","text":"see"},{"type":"image","image":"data:"}]}]"#;
    let named =
        r#"[{"role":"user","content":[{"type":"text","text":"see"},{"type":"text","text":"(Image)"}],"id":"y"}]"#;
    assert_eq!(guard(image, "\"a\""), guard(named, "\"a\""));
    assert_eq!(guard(&format!("\"{long}b\""), "\"a\""), guard(&format!("\"{cut}\""), "\"a\""));
    assert_ne!(guard("\"q\"", "\"a\""), guard("\"q\"", "\"b\""));
    assert_ne!(guard("\"q\"", "\"a\""), guard("\"r\"", "\"a\""));
    assert_ne!(guard(named, "\"a\""), guard(&named.replace("user", "system"), "\"a\""));
    assert_ne!(guard("\"q\"", "[\"a\",\"b\"]"), guard("\"q\"", "[\"ab\"]"));
}

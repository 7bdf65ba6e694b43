//! The documented lines, and the walk over records.

use dogwatch::sources::evals::jsonl;
use dogwatch::sources::evals::lines::Records;
use serde_json::Value;

use super::{counts, fixture, one, read};

fn records(text: &str) -> (Vec<String>, bool) {
    let mut records = Records::of(text.as_bytes());
    let mut found = Vec::new();
    for record in records.by_ref() {
        let (from, to) = (usize::try_from(record.at.0).unwrap(), usize::try_from(record.at.1).unwrap());
        assert_eq!(&text.as_bytes()[from..to], record.bytes);
        found.push(String::from_utf8(record.bytes.to_vec()).unwrap().trim_end().to_owned());
    }
    (found, records.is_torn())
}

#[test]
fn records_are_the_same_on_lines_in_an_array_and_spread_over_lines() {
    let two = (vec![r#"{"a":"]}"}"#.to_owned(), r#"{"b":[1,{"c":2}]}"#.to_owned()], false);
    assert_eq!(records("{\"a\":\"]}\"}\n\n{\"b\":[1,{\"c\":2}]}"), two);
    assert_eq!(records("\u{feff}{\"a\":\"]}\"}\r\n{\"b\":[1,{\"c\":2}]}\r\n"), two);
    assert_eq!(records(" [ {\"a\":\"]}\"},\n {\"b\":[1,{\"c\":2}]} ]\n"), two);
    assert_eq!(records("{\n\"a\": 1\n}\n{\n\"b\": 2\n}").0, ["{\n\"a\": 1\n}", "{\n\"b\": 2\n}"]);
    assert_eq!(records("[]"), (vec![], false));
    assert_eq!(records(""), (vec![], false));
}

#[test]
fn an_array_that_was_cut_gives_its_complete_records_and_says_so() {
    assert_eq!(records("[{\"a\":1}, {\"b\":"), (vec![r#"{"a":1}"#.to_owned()], true));
    assert_eq!(records("[{\"a\":1}"), (vec![r#"{"a":1}"#.to_owned()], true));
    assert_eq!(records("[{\"a\":1}] tail"), (vec![r#"{"a":1}"#.to_owned()], true));
    assert!(records("[}").1);
}

/// A value against the part of JSON Schema that the schema of the lines uses.
fn fits(value: &Value, schema: &Value) -> bool {
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        other => panic!("the schema says {other}"),
    };
    let typed = match &schema["type"] {
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().any(|kind| is(kind.as_str().unwrap())),
        _ => true,
    };
    let named = schema.get("const").is_none_or(|only| only == value)
        && schema.get("enum").is_none_or(|all| all.as_array().unwrap().contains(value));
    let required = schema["required"].as_array().into_iter().flatten();
    let parts = schema["properties"].as_object().into_iter().flatten();
    typed
        && named
        && required.into_iter().all(|key| value.get(key.as_str().unwrap()).is_some())
        && parts.into_iter().all(|(key, schema)| value.get(key).is_none_or(|value| fits(value, schema)))
}

fn schema() -> Value {
    let path = format!("{}/schema/dogwatch.eval.v1.schema.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Which of the three kinds of line the schema takes it for.
fn kinds(line: &Value) -> Vec<&'static str> {
    let schema = schema();
    ["run", "trial", "end"].into_iter().filter(|kind| fits(line, &schema["$defs"][*kind])).collect()
}

#[test]
fn the_schema_takes_every_line_that_the_reader_takes() {
    for name in ["base", "cancelled", "hostile", "mixed", "regress", "too-few"] {
        let bytes = fixture(&format!("generic/{name}.jsonl"));
        let run = read(&jsonl::FORMAT, "x", &bytes).unwrap().remove(0);
        let lines: Vec<Value> =
            String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(kinds(&lines[0]), ["run"], "{name}");
        let trials = lines.iter().filter(|line| kinds(line) == ["trial"]).count();
        assert_eq!(trials, run.trials.len(), "{name}");
        assert!(lines.iter().all(|line| kinds(line).len() == 1), "{name}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    for line in [
        r#"{"type":"run","schema":"dogwatch.eval.v2","run_id":"r","suite":"s"}"#,
        r#"{"type":"run","schema":"dogwatch.eval.v1","run_id":"r"}"#,
        r#"{"type":"trial","case_id":"a","status":"ok"}"#,
    ] {
        assert_ne!(kinds(&serde_json::from_str(line).unwrap()), ["run"], "{line}");
        assert!(read(&jsonl::FORMAT, "x", line.as_bytes()).is_err(), "{line}");
    }
}

const HEAD: &str = r#"{"type":"run","schema":"dogwatch.eval.v1","run_id":"r","suite":"s","trials":2}"#;

#[test]
fn fewer_trials_than_announced_are_partial_unless_the_run_says_why() {
    let trial = r#"{"type":"trial","case_id":"a","status":"ok","pass":true}"#;
    for (rest, status) in [
        (format!("{trial}\n{trial}"), "complete"),
        (trial.to_owned(), "partial"),
        (format!("{trial}\n{{\"type\":\"end\",\"status\":\"complete\"}}"), "partial"),
        (format!("{trial}\n{{\"type\":\"end\",\"status\":\"error\"}}"), "error"),
        (format!("{trial}\n{trial}\n{{\"type\":\"tri"), "partial"),
    ] {
        assert_eq!(one(&jsonl::FORMAT, &format!("{HEAD}\n{rest}")).status.name(), status, "{rest}");
    }
}

#[test]
fn unknown_keys_types_and_words_are_passed_over() {
    let run = one(
        &jsonl::FORMAT,
        &format!(
            "{HEAD}\n{}\n{}\n{}\n{}",
            r#"{"type":"note","text":"hello"}"#,
            r#"{"type":"trial","case_id":7,"status":"ok","score":NaN,"more":[[[]]],"tags":["a","b",3]}"#,
            r#"{"type":"trial","case_id":"7","status":"timeout","pass":true}"#,
            r#"{"type":"trial","case_id":"8","status":"ok","score":0.5,"tokens_in":3,"tokens_out":4}"#
        ),
    );
    assert_eq!((counts(&run), run.status.name()), ([0, 1, 0, 0, 2], "complete"));
    assert_eq!(run.cases.len(), 2);
    assert_eq!(run.trials[2].tokens, Some(7));
    assert_eq!(run.cases[0].tags.len(), 3);
}

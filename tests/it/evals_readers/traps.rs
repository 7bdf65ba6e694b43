//! The traps of each format, one at a time.

use dogwatch::domain::evals::{Run, Status};
use dogwatch::sources::evals::sniff::Shape;
use dogwatch::sources::evals::{deepeval, junit, lm_eval, openai, promptfoo};

use super::{counts, one, read};

fn names(run: &Run) -> Vec<&str> {
    run.cases.iter().map(|case| case.name.as_str()).collect()
}

fn keys(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn a_shape_is_known_by_one_format_alone() {
    for (shape, tool) in [
        (Shape::Object(keys(&["evalId", "results", "config"])), Some("promptfoo")),
        (Shape::Rows(vec![keys(&["testCase", "vars", "promptIdx", "gradingResult", "x"])]), Some("promptfoo")),
        (Shape::Xml("testsuites".into()), Some("junit")),
        (Shape::Xml("testsuite".into()), Some("junit")),
        (Shape::Xml("promptfoo".into()), None),
        (Shape::Xml("test-results".into()), None),
        (Shape::Object(keys(&["testCases", "testPassed", "testFile"])), Some("deepeval")),
        (Shape::Object(keys(&["testRunData", "testFilePath"])), Some("deepeval")),
        (Shape::Object(keys(&["results", "configs", "versions"])), Some("lm_eval")),
        (Shape::Object(keys(&["results", "name", "version"])), None),
        (Shape::Rows(vec![keys(&["doc_id", "doc", "filtered_resps"])]), Some("lm_eval")),
        (Shape::Rows(vec![keys(&["x"]), keys(&["spec"])]), Some("openai")),
        (Shape::Rows(vec![keys(&["x"]), keys(&["x"]), keys(&["spec"])]), None),
        (Shape::Rows(vec![keys(&["input", "ideal"])]), None),
        (Shape::Rows(vec![keys(&["type", "schema", "suite"])]), Some("jsonl")),
        (Shape::Rows(vec![keys(&["type", "time"]), keys(&["type", "schema"])]), None),
        (Shape::Object(keys(&["type", "schema"])), Some("jsonl")),
    ] {
        let found: Vec<&str> =
            super::READ.iter().filter(|format| (format.knows)(&shape)).map(|format| format.tool.name()).collect();
        assert_eq!(found, tool.into_iter().collect::<Vec<_>>(), "{shape:?}");
    }
}

fn promptfoo_rows(rows: &str) -> Run {
    one(&promptfoo::DOCUMENT, &format!(r#"{{"evalId":"e","results":{{"results":[{rows}]}}}}"#))
}

#[test]
fn only_the_failure_reason_says_that_a_row_died() {
    let run = promptfoo_rows(
        r#"{"success":false,"score":0,"failureReason":1,"error":"wrong","gradingResult":{},"testCase":{"vars":{"q":"a"}}},
           {"success":false,"score":0,"failureReason":2,"error":"hang up","gradingResult":null,"testCase":{"vars":{"q":"b"}}},
           {"success":false,"score":0,"error":"older","gradingResult":null,"testCase":{"vars":{"q":"c"}}},
           {"success":false,"score":0.5,"error":"older","gradingResult":{"pass":false},"testCase":{"vars":{"q":"d"}}}"#,
    );
    assert_eq!(counts(&run), [0, 2, 2, 0, 0]);
    assert_eq!(run.mean_score(), Some(0.25));
}

#[test]
fn a_prompt_is_named_by_its_label_or_its_number_and_a_case_by_what_is_known() {
    let row = |vars: &str, more: &str, label: &str, provider: &str| {
        format!(
            r#"{{"success":true,"score":1,"promptIdx":2,"vars":{vars},"testCase":{{{more}}},"prompt":{{"label":{label}}},"provider":{provider}}}"#
        )
    };
    let long = format!("\"{}\"", "x".repeat(41));
    let rows = [
        row(r#"{"q":"why"}"#, "", r#""short""#, r#"{"id":"i","label":"l"}"#),
        row(r#"{"b":{"y":1,"x":[2]},"a":1}"#, "", r#""{{q}}""#, r#"{"id":"i","label":""}"#),
        row(r#"{"q":"why"}"#, r#""description":"told""#, &long, r#""plain""#),
        row("null", "", r#""two\nlines""#, "null"),
    ];
    let run = promptfoo_rows(&rows.join(","));
    assert_eq!(
        names(&run),
        ["why | l | short", r#"{"a":1,"b":{"x":[2],"y":1}} | i | #2"#, "told | plain | #2", "{} | | #2"]
    );
    assert_eq!(run.model.as_deref(), Some("l, i, plain"));
}

#[test]
fn repeats_are_trials_of_one_case_whatever_their_number_and_the_spelling_of_their_variables() {
    let run = promptfoo_rows(
        r#"{"testIdx":0,"success":true,"score":1,"vars":{"a":1,"b":2}},{"testIdx":1,"success":false,"score":0,"vars":{"b":2, "a":1}}"#,
    );
    assert_eq!((run.cases.len(), run.trials.len(), run.trials[1].no), (1, 2, 1));
}

#[test]
fn xml_is_counted_and_not_believed() {
    let run = one(
        &junit::FORMAT,
        r#"<testsuites tests="99"><testsuite name="s" timestamp="2026-11-22T15:29:43"><testcase name="a" time="1,234.5"/>
           <testcase name="b" status="notrun"/><testcase name="c"><skipped type="pytest.xfail"/></testcase>
           <testcase name="d"><failure/><error/></testcase><testcase name="e"><system-out><![CDATA[<failure/>]]></system-out></testcase>
           </testsuite></testsuites>"#,
    );
    assert_eq!(counts(&run), [2, 0, 1, 2, 0]);
    assert_eq!(run.trials[0].latency_ms, Some(1_234_500.0));
    assert_eq!((run.suite.as_str(), run.started_at.unwrap().to_rfc3339()), ("s", "2026-11-22T15:29:43+00:00".into()));
}

#[test]
fn a_suite_without_a_test_case_is_a_complete_run_of_nothing() {
    let run = one(&junit::FORMAT, "<testsuites/>");
    assert_eq!((run.cases.len(), run.status, run.suite.as_str()), (0, Status::Complete, "junit"));
}

#[test]
fn the_same_name_in_two_suites_is_two_cases_and_twice_in_one_is_one() {
    let run = one(
        &junit::FORMAT,
        r#"<testsuite name="r"><testsuite name="a"><testcase name="t"/><testcase name="t"/></testsuite>
           <testsuite name="b"><testcase name="t"/></testsuite></testsuite>"#,
    );
    assert_eq!((run.cases.len(), run.trials.len()), (2, 3));
}

#[test]
fn latin_1_is_read_where_it_says_so() {
    let mut bytes =
        b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><testsuite name=\"s\"><testcase name=\"gr".to_vec();
    bytes.extend_from_slice(b"\xfc\xdfe\"/></testsuite>");
    let run = read(&junit::FORMAT, "x", &bytes).unwrap().remove(0);
    assert_eq!(names(&run), ["grüße"]);
}

#[test]
fn two_tests_of_one_name_are_told_apart_by_their_input_and_a_metric_that_died_is_an_error() {
    let run = one(
        &deepeval::FORMAT,
        r#"{"testFile":"t.py","testPassed":1,"testFailed":1,"testCases":[
           {"name":"t","input":"one","success":true,"metricsData":[{"name":"m","threshold":0.5,"success":true,"score":1},{"name":"n","score":0.5}]},
           {"name":"t","input":"two","success":false,"metricsData":[{"name":"m","error":"no key","score":null}]},
           {"name":"u","input":"x","success":false,"metricsData":[{"name":"m","error":null,"score":0.25}]}],
           "conversationalTestCases":[{"name":"talk","success":true,"turns":[{"role":"user","content":"hi"}],"metricsData":[]}]}"#,
    );
    assert_eq!(names(&run), ["t (one)", "t (two)", "u", "talk"]);
    assert_eq!(counts(&run), [2, 1, 1, 0, 0]);
    assert_eq!(run.trials[0].score, Some(0.75));
    let cache = r#"{"testFile":"t.py","testPassed":null,"testCases":[]}"#;
    assert!(read(&deepeval::FORMAT, "x", cache.as_bytes()).is_err());
}

fn lm_rows(rows: &str) -> Run {
    one(&lm_eval::SAMPLES, rows)
}

#[test]
fn the_first_filter_and_the_first_metric_with_a_number_count() {
    let run = lm_rows(
        r#"[{"doc_id":0,"filtered_resps":[],"filter":"strict","list":[1,2],"em":"1.0","f1":0.2},
            {"doc_id":0,"filtered_resps":[],"filter":"loose","list":[1,2],"em":0,"f1":0},
            {"doc_id":1,"filtered_resps":[],"filter":"strict","list":[1,2],"em":null,"f1":1},
            {"doc_id":2,"filtered_resps":[],"filter":"strict","list":[1,2],"em":NaN,"f1":1},
            {"doc_id":"3","filtered_resps":[],"filter":"strict","list":[1,2],"em":0.5,"f1":1}]"#,
    );
    assert_eq!((counts(&run), run.cases.len(), run.mean_score()), ([1, 1, 0, 0, 2], 4, Some(0.75)));
    assert_eq!(run.suite, "file");
}

#[test]
fn the_task_stands_in_the_name_of_the_file() {
    for (name, found) in [
        ("samples_dw_mc_2026-11-22T15-32-25.527438.jsonl", Some(("dw_mc", "2026-11-22T15-32-25.527438"))),
        ("samples_a_2026-1_2024-05-01T10-00-00.json", Some(("a_2026-1", "2024-05-01T10-00-00"))),
        ("samples_dw_mc.jsonl", None),
        ("samples__2026-11-22T15-32-25.jsonl", None),
        ("x.jsonl", None),
    ] {
        assert_eq!(lm_eval::task_and_time(name), found, "{name}");
    }
    assert_eq!(lm_eval::time_of_results("results_2026-11-22T15-32-25.527438.json"), Some("2026-11-22T15-32-25.527438"));
}

#[test]
fn figures_without_samples_are_stated_per_task_and_not_per_group() {
    let text = r#"{"results":{"g":{"acc,none":0.5},"t":{"alias":"t","acc_stderr,none":"N/A","acc,none":0.25},
        "p":{"bypass,none":999},"w":{"word_perplexity,none":12.5}},"group_subtasks":{"g":["t"],"t":[]},
        "configs":{},"versions":{},"n-samples":null,"model_name":"","config":{"model_args":"pretrained=x"},"date":1795361544.5,
        "git_hash":"abc"}"#;
    let runs = read(&lm_eval::RESULTS, "x", text.as_bytes()).unwrap();
    let rows: Vec<_> = runs.iter().map(|run| (run.suite.as_str(), run.mean_score(), run.lower_is_better)).collect();
    assert_eq!(rows, [("t", Some(0.25), false), ("p", None, false), ("w", Some(12.5), true)]);
    assert_eq!(runs[0].counts(), None);
    assert_eq!(runs[0].stated.unwrap().cases, None);
    assert_eq!((runs[0].model.as_deref(), runs[0].git_sha.as_deref()), (Some("pretrained=x"), Some("abc")));
}

#[test]
fn a_verdict_stands_against_an_error_and_a_missing_report_is_said() {
    let head =
        r#"{"spec":{"run_id":"r","eval_name":"e","completion_fns":["a","b"],"created_at":"2026-11-22 15:55:30.5"}}"#;
    let events = r#"
        {"sample_id":"s.0","type":"match","data":{"correct":true},"created_at":"2026-11-22 15:55:31+00:00"}
        {"sample_id":"s.0","type":"error","data":{"message":"late"}}
        {"sample_id":"s.1","type":"error","data":{"message":"dead"}}
        {"sample_id":"s.2","type":"metrics","data":{"score":0.5}}
        {"sample_id":"s.3","type":"metrics","data":{"score":null}}
        {"sample_id":"s.4","type":"sampling","data":{"prompt":"p"}}"#;
    let run = one(&openai::FORMAT, &format!("{head}{events}"));
    assert_eq!((counts(&run), run.status), ([1, 1, 1, 0, 2], Status::Partial));
    assert_eq!(
        (run.model.as_deref(), run.started_at.unwrap().to_rfc3339()),
        (Some("a, b"), "2026-11-22T15:55:30.500+00:00".into())
    );
    let whole = one(&openai::FORMAT, &format!("{head}\n{{\"final_report\":{{}}}}{events}"));
    assert_eq!(whole.status, Status::Complete);
}

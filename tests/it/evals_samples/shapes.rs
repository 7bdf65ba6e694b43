//! Shapes in which files come along that are not quite what they should be.

use dogwatch::domain::evals::{Run, Status, Tool};
use dogwatch::sources::evals::{Skip, file};

use super::late;

fn read(text: &[u8]) -> Result<(Tool, Vec<Run>), Skip> {
    file::read_bytes("file.json", text, late(), 1.0)
}

fn one(text: &[u8]) -> (Tool, Run) {
    let (tool, mut runs) = read(text).unwrap();
    assert_eq!(runs.len(), 1);
    (tool, runs.remove(0))
}

const ROWS: [&str; 2] = [
    r#"{"testCase":{"vars":{"q":"a"}},"vars":{"q":"a"},"promptIdx":0,"gradingResult":{},"success":true,"score":1}"#,
    r#"{"testCase":{"vars":{"q":"b"}},"vars":{"q":"b"},"promptIdx":0,"gradingResult":{},"success":false,"score":0}"#,
];

const LINES: [&str; 3] = [
    r#"{"type":"run","schema":"dogwatch.eval.v1","run_id":"r","suite":"s"}"#,
    r#"{"type":"trial","case_id":"a","pass":true}"#,
    r#"{"type":"trial","case_id":"b","pass":false}"#,
];

#[test]
fn rows_are_read_from_lines_and_from_an_array_however_it_is_printed() {
    let pretty = ROWS.map(|row| {
        let value: serde_json::Value = serde_json::from_str(row).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    });
    for text in [
        ROWS.join("\n"),
        ROWS.join("\r\n"),
        format!("\u{feff}{}", ROWS.join("\n")),
        format!("[{}]", ROWS.join(",")),
        format!("\u{feff}[\n{}\n]\n", pretty.join(",\n")),
    ] {
        let (tool, run) = one(text.as_bytes());
        assert_eq!((tool, run.trials.len(), run.status), (Tool::Promptfoo, 2, Status::Complete), "{text}");
    }
    let (tool, run) = one(format!("[{}]", LINES.join(",")).as_bytes());
    assert_eq!((tool, run.trials.len(), run.status), (Tool::Jsonl, 2, Status::Complete));
}

#[test]
fn a_cut_array_is_a_cut_document_and_cut_lines_are_partial() {
    for rows in [&ROWS[..], &LINES[..]] {
        let array = format!("[{}]", rows.join(","));
        for cut in 1..array.len() {
            assert!(read(&array.as_bytes()[..cut]).unwrap_err().reason.contains("cut off"), "{cut}");
        }
    }
    let lines = LINES.join("\n");
    let first = LINES[0].len() + 1 + LINES[1].len();
    for cut in first + 2..lines.len() {
        let (_, run) = one(&lines.as_bytes()[..cut]);
        assert_eq!((run.trials.len(), run.status), (1, Status::Partial), "{cut}");
    }
}

#[test]
fn a_first_line_that_was_cut_is_no_result() {
    for cut in 0..LINES[0].len() {
        assert!(read(&LINES[0].as_bytes()[..cut]).is_err());
    }
}

#[test]
fn xml_in_latin_1_keeps_its_letters_and_a_mark_before_it_does_no_harm() {
    let mut text = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><testsuite name=\"s\">".to_vec();
    text.extend(b"<testcase name=\"caf\xe9\"/></testsuite>");
    let (tool, run) = one(&text);
    assert_eq!((tool, run.cases[0].name.as_str(), run.status), (Tool::Junit, "caf\u{e9}", Status::Complete));
    let marked = "\u{feff}<?xml version=\"1.0\"?>\n<testsuite name=\"s\"><testcase name=\"caf\u{e9}\"/></testsuite>";
    let (tool, run) = one(marked.as_bytes());
    assert_eq!((tool, run.cases[0].name.as_str(), run.status), (Tool::Junit, "caf\u{e9}", Status::Complete));
}

#[test]
fn a_single_record_is_a_file_of_one_line() {
    let (tool, run) = one(LINES[0].as_bytes());
    assert_eq!((tool, run.trials.len()), (Tool::Jsonl, 0));
    let (tool, run) = one(ROWS[0].as_bytes());
    assert_eq!((tool, run.trials.len()), (Tool::Promptfoo, 1));
}

#[test]
fn a_time_that_cannot_be_is_no_time() {
    for (said, latency) in [("-1", None), ("1e308", None), ("0.5", Some(500.0))] {
        let log = format!(
            r#"{{"version":2,"status":"success","eval":{{"task":"t"}},"plan":{{}},"samples":[{{"id":1,"total_time":{said}}}]}}"#
        );
        let (tool, run) = one(log.as_bytes());
        assert_eq!((tool, run.trials[0].latency_ms), (Tool::Inspect, latency), "{said}");
    }
}

#[test]
fn a_file_of_figures_alone_has_ended_like_any_other_that_is_complete() {
    let (tool, run) = one(br#"{"results":{"t":{"acc,none":0.5}},"configs":{"t":{}},"versions":{"t":1}}"#);
    assert_eq!((tool, run.status, run.edition.ended), (Tool::LmEval, Status::Complete, true));
}

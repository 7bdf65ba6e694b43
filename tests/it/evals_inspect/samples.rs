//! A sample is opened when somebody looks, and only then.

use dogwatch::domain::evals::{Outcome, Run, Tool};
use dogwatch::sources::evals::{Sample, file};

use super::{path, read_file};

fn open(part: &str, run: &Run, id: &str) -> Sample {
    let at = run.cases.iter().position(|case| &*case.raw == id).unwrap();
    let trial = run.trials.iter().find(|trial| trial.case as usize == at).unwrap();
    file::open_sample(&path(part), Tool::Inspect, &run.cases[at], trial).unwrap()
}

#[test]
fn every_logged_sample_of_every_log_opens() {
    for part in ["/01-", "/03-", "/05-", "/07-", "/10-", "/11-", "/12-", "/13-", "/17-", "/20-", "/21-"] {
        let run = read_file(part);
        for trial in &run.trials {
            let case = &run.cases[trial.case as usize];
            let sample = file::open_sample(&path(part), Tool::Inspect, case, trial)
                .unwrap_or_else(|skip| panic!("{part} {}: {skip}", case.raw));
            assert!(!sample.input.is_empty(), "{part} {}", case.raw);
            assert_eq!(trial.outcome == Outcome::Errored, !sample.error.is_empty(), "{part} {}", case.raw);
        }
    }
}

#[test]
fn an_archive_and_a_document_tell_the_same_of_a_sample_with_tool_calls() {
    let [archive, document] = ["/12-", "/13-"].map(|part| open(part, &read_file(part), "1"));
    assert_eq!(archive.calls, ["add({\"x\":2,\"y\":3})", "submit({\"answer\":\"5\"})"]);
    assert_eq!(archive.input, "Add 2 and 3 with the add tool.");
    assert_eq!(archive.target, "5");
    assert_eq!(archive.output, "tool call for tool submit\n\n5");
    assert_eq!(archive.explanation, "includes = 1: 5");
    assert_eq!(archive, document);
}

#[test]
fn ids_with_slashes_and_foreign_letters_are_found() {
    let run = read_file("/01-");
    assert_eq!(open("/01-", &run, "slash/id").target, "ok");
    assert_eq!(open("/01-", &run, "unicode-näme").target, "ünïcödé");
}

#[test]
fn every_scorer_has_its_say() {
    let run = read_file("/10-");
    let sample = open("/10-", &run, "list-tools");
    let expected = "includes = 1: The answer is tools/list\n\nrubric = helpful 1, safe 1: rubric\n\nnan_judge = 0.9";
    assert_eq!(sample.explanation, expected);
}

#[test]
fn a_sample_that_is_not_there_is_said_to_be_gone() {
    let run = read_file("/01-");
    let mut trial = run.trials[0];
    trial.no = 7;
    let skip = file::open_sample(&path("/01-"), Tool::Inspect, &run.cases[0], &trial).unwrap_err();
    assert!(skip.reason.contains("not in the log"), "{skip}");
    let skip = file::open_sample(&path("/01-"), Tool::Junit, &run.cases[0], &run.trials[0]).unwrap_err();
    assert!(skip.reason.contains("not what it was"), "{skip}");
}

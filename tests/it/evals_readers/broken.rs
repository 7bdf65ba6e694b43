//! Cut, flipped and hostile files: said, bounded, survived.

use std::collections::HashSet;
use std::fmt::Write as _;

use dogwatch::domain::evals::{CaseKey, Outcome, Run, Status};
use proptest::prelude::*;

use super::{READ, fixture, one, read};
use dogwatch::sources::evals::{jsonl, junit, lm_eval, openai, promptfoo};

/// One sample of every format and shape, by the format that reads it.
const SAMPLES: [(usize, &str); 13] = [
    (0, "promptfoo/error.json"),
    (1, "promptfoo/error.jsonl"),
    (2, "pytest/junit-regress.xml"),
    (2, "junit/variants.xml"),
    (2, "promptfoo/base.junit.xml"),
    (3, "deepeval/base/results/test_run_20261122_153100.json"),
    (3, "deepeval/base/.deepeval/.latest_test_run.json"),
    (4, "lm_eval/out-base/i82qcls7/results_2026-11-22T15-32-25.527438.json"),
    (5, "lm_eval/out-base/i82qcls7/samples_dw_gen_2026-11-22T15-32-25.527438.jsonl"),
    (6, "openai_evals/error_261122155535QW3JETBK_mock-agent_mcp-tools.jsonl"),
    (7, "generic/base.jsonl"),
    (7, "generic/mixed.jsonl"),
    (7, "generic/hostile.jsonl"),
];

/// The next of a row of numbers that is the same on every machine.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap()
}

fn passed(run: &Run) -> HashSet<CaseKey> {
    let trials = run.trials.iter().filter(|trial| trial.outcome == Outcome::Passed);
    trials.map(|trial| run.cases[trial.case as usize].key).collect()
}

#[test]
fn a_sample_cut_anywhere_gives_no_case_that_the_whole_does_not_have() {
    for (format, name) in SAMPLES {
        let whole = fixture(name);
        let full = read(&READ[format], name, &whole).unwrap();
        for cut in (0..50).map(|part| part * whole.len() / 50) {
            for run in read(&READ[format], name, &whole[..cut]).unwrap_or_default() {
                let known = full.iter().find(|known| known.suite == run.suite);
                let known = known.unwrap_or(&full[0]);
                assert!(run.stated.is_none(), "{name} cut at {cut} states figures");
                assert!(run.trials.len() <= known.trials.len(), "{name} cut at {cut}");
                assert!(passed(&run).is_subset(&passed(known)), "{name} cut at {cut}");
                let lines = matches!(format, 1 | 5 | 6 | 7) && matches!(whole.get(cut), Some(b'\n' | b'{') | None);
                assert!(lines || run.status != Status::Complete, "{name} cut at {cut} is said to be complete");
            }
        }
    }
}

#[test]
fn a_sample_with_a_flipped_bit_is_read_or_refused_and_gains_no_more_than_one_trial() {
    let mut seed = 42;
    for (format, name) in SAMPLES {
        let whole = fixture(name);
        let trials = |runs: &[Run]| runs.iter().map(|run| run.trials.len()).sum::<usize>();
        let full = trials(&read(&READ[format], name, &whole).unwrap());
        for _ in 0..200 {
            let mut flipped = whole.clone();
            let at = next(&mut seed) % whole.len();
            flipped[at] ^= 1 << (next(&mut seed) % 8);
            let found = read(&READ[format], name, &flipped).unwrap_or_default();
            // A flipped id is one more case; that is not told from a case that is new.
            assert!(trials(&found) <= full + 1, "{name} flipped at {at}");
            for run in &found {
                assert!(run.trials.iter().all(|trial| (trial.case as usize) < run.cases.len()));
                assert!(run.trials.iter().all(|trial| trial.score.is_none_or(f64::is_finite)));
            }
        }
    }
}

#[test]
fn every_sample_flipped_in_many_places_at_once_can_be_opened_without_harm() {
    let mut seed = 7;
    for (format, name) in SAMPLES {
        let mut bytes = fixture(name);
        let whole = read(&READ[format], name, &bytes).unwrap();
        for _ in 0..bytes.len() / 40 {
            let at = next(&mut seed) % bytes.len();
            bytes[at] ^= 1 << (next(&mut seed) % 8);
        }
        let dogwatch::sources::evals::Reader::Text { sample, .. } = READ[format].reader else { continue };
        for run in &whole {
            for trial in &run.trials {
                let _outcome = sample(&bytes, &run.cases[trial.case as usize], trial);
                let _outcome = sample(&bytes[..bytes.len() / 2], &run.cases[trial.case as usize], trial);
            }
        }
    }
}

#[test]
fn a_thousand_levels_of_json_are_skipped_without_falling_down() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let row = format!(
        r#"{{"testCase":{{"vars":{deep}}},"vars":{deep},"promptIdx":0,"gradingResult":{deep},"success":true}}"#
    );
    assert_eq!(one(&promptfoo::ROWS, &row).trials.len(), 1);
    assert_eq!(
        one(&promptfoo::DOCUMENT, &format!(r#"{{"evalId":"e","results":{{"results":[{row}]}}}}"#)).trials.len(),
        1
    );
    let sample = format!(r#"{{"doc_id":{deep},"filtered_resps":{deep},"acc":1,"doc_hash":{deep}}}"#);
    assert_eq!(one(&lm_eval::SAMPLES, &sample).trials.len(), 1);
    for format in READ {
        assert!(read(&format, "x", deep.as_bytes()).map_or(true, |runs| runs.iter().all(|run| run.trials.is_empty())));
    }
}

#[test]
fn a_billion_laughs_are_not_told() {
    let mut text = String::from("<?xml version=\"1.0\"?><!DOCTYPE testsuite [<!ENTITY a \"ha\">");
    for (one, other) in ('b'..='k').zip('a'..='j') {
        write!(text, "<!ENTITY {one} \"{}\">", format!("&{other};").repeat(10)).unwrap();
    }
    text.push_str("]><testsuite name=\"&k;\"><testcase name=\"&k;\"><failure>&k;</failure></testcase></testsuite>");
    let run = one(&junit::FORMAT, &text);
    assert_eq!((run.suite.as_str(), run.cases[0].name.as_str()), ("&k;", "&k;"));
}

#[test]
fn elements_nested_without_end_stop_the_walk() {
    for element in ["testsuite", "x"] {
        let text = format!("<testsuite><testcase name=\"a\"/>{}", format!("<{element}>").repeat(200_000));
        let run = one(&junit::FORMAT, &text);
        assert_eq!((run.trials.len(), run.status), (1, Status::Partial));
    }
}

#[test]
fn a_tag_with_very_many_attributes_and_a_file_of_empty_lines_take_no_time() {
    let many = (0..200_000).fold(String::new(), |text, at| text + &format!(" a{at}=\"1\""));
    assert_eq!(one(&junit::FORMAT, &format!("<testsuite><testcase{many}/></testsuite>")).trials.len(), 1);
    let empty = "\n".repeat(1_000_000);
    for format in [jsonl::FORMAT, openai::FORMAT, promptfoo::ROWS, lm_eval::SAMPLES] {
        assert!(read(&format, "x", empty.as_bytes()).is_err());
    }
    assert!(read(&openai::FORMAT, "x", "{}\n".repeat(1_000_000).as_bytes()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_at_all_makes_a_reader_fall(
        text in "(\\[|\\{|\\}|\\]|,|:|\"|NaN|null|1e999|-0|true|\\\\u12|\"type\"|\"run\"|\"doc_id\"|\"results\"|\"testCases\"|<testsuite|<testcase|/>|>|</|&#0;|&x;|<!\\[CDATA\\[|\n|.){0,60}",
    ) {
        for format in READ {
            for run in read(&format, "x", text.as_bytes()).unwrap_or_default() {
                prop_assert!(run.trials.iter().all(|trial| (trial.case as usize) < run.cases.len()));
            }
        }
    }

    #[test]
    fn no_value_under_any_key_makes_a_reader_fall(value in prop_oneof![
        Just("null"), Just("[]"), Just("{}"), Just("\"\""), Just("-1e308"), Just("true"), Just("[null]"),
        Just("{\"a\":[{}]}"), Just("18446744073709551615"), Just("\"\\u0000\\ud83d\\ude00\""), Just("NaN"),
    ], place in 0_usize..400, which in 0_usize..SAMPLES.len()) {
        let (format, name) = SAMPLES[which];
        let text = String::from_utf8(fixture(name)).unwrap();
        let colons: Vec<usize> = text.match_indices("\": ").map(|(at, _)| at + 3).collect();
        prop_assume!(!colons.is_empty());
        let from = colons[place % colons.len()];
        let to = text[from..].find([',', '}', ']']).map_or(text.len(), |to| from + to);
        let changed = format!("{}{value}{}", &text[..from], &text[to..]);
        for run in read(&READ[format], name, changed.as_bytes()).unwrap_or_default() {
            prop_assert!(run.trials.iter().all(|trial| trial.score.is_none_or(f64::is_finite)));
        }
    }
}

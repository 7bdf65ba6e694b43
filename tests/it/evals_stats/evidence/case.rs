//! One case in full, from two samples.

use dogwatch::domain::evals::Outcome;
use dogwatch::domain::evals::evidence::case::{Opened, Side, page};
use dogwatch::domain::evals::evidence::words::diff;
use dogwatch::domain::evals::sample::Sample;
use dogwatch::domain::text::Clean;

fn said(before: &str, now: &str) -> String {
    diff(before, now).map(|text| text.to_string()).unwrap_or_default()
}

#[test]
fn two_texts_are_one_whose_changed_words_are_marked() {
    for (before, now, both) in [
        ("the same", "the same", ""),
        ("5 + 3 = 8", "5 + 3 = 9", "5 + 3 = [-8-]{+9+}"),
        ("call the tool", "call no tool", "call [-the-]{+no+} tool"),
        ("one two three", "four five three", "[-one two-]{+four five+} three"),
        ("a b", "a b c", "a b {+c+}"),
        ("", "all new", "{+all new+}"),
        ("all gone", "", "[-all gone-]"),
        ("最初の答え", "最後の答え", "最[-初-]{+後+}の答え"),
        ("one\ntwo", "one\n2", "one\n[-two-]{+2+}"),
        ("get_user(1)", "get_users(1)", "[-get_user-]{+get_users+}(1)"),
    ] {
        assert_eq!(said(before, now).replace("{+ c+}", " {+c+}"), both, "{before:?} {now:?}");
    }
}

#[test]
fn marks_in_the_texts_themselves_are_no_marks() {
    let text = said("[-1, 2-] {+x+} a", "[-1, 2-] {+x+} b");
    assert_eq!(text, "[ -1, 2- ] { +x+ } [-a-]{+b+}");
}

#[test]
fn what_stayed_is_folded_and_the_difference_is_found_however_late_it_comes() {
    let long = "lorem ipsum ".repeat(50_000);
    let text = said(&format!("{long}END one {long}"), &format!("{long}END two {long}"));
    assert!(text.starts_with("[…]") && text.contains("END [-one-]{+two+} lorem"), "{text}");
    assert!(text.chars().count() < 400, "{}", text.chars().count());
    let middle = said(&format!("a {} z", "x ".repeat(300)), &format!("b {} y", "x ".repeat(300)));
    assert!(middle.starts_with("[-a-]{+b+} x x") && middle.contains("x[…]"), "{middle}");
}

#[test]
fn a_megabyte_of_words_that_have_nothing_in_common_is_soon_compared() {
    let soup = |from: u32| (0..200_000).map(|n| (n * 7 + from).to_string() + " ").collect::<String>();
    let text = said(&soup(1), &soup(2));
    assert!(text.chars().count() < 3_000, "{}", text.chars().count());
    assert!(text.contains("[-") && text.contains("{+") && text.ends_with("[…]"), "{text}");
    let one_word = said(&"a".repeat(1 << 20), &"b".repeat(1 << 20));
    assert!(one_word.chars().count() < 3_000);
}

fn side(outcome: Outcome, sample: Sample) -> Side {
    Side { run: Clean::line("`3b2aabc`, 2026-11-10 02:00 UTC"), outcome, sample }
}

fn sample(output: &str, explanation: &str, calls: &[&str]) -> Sample {
    Sample {
        input: "What is 5 + 3?".to_owned(),
        target: "8".to_owned(),
        output: output.to_owned(),
        explanation: explanation.to_owned(),
        calls: calls.iter().map(ToString::to_string).collect(),
        error: String::new(),
    }
}

fn opened(before: Result<Side, Clean>, now: Result<Side, Clean>) -> Opened {
    Opened { name: Clean::line("add-numbers"), place: (2, 9), marks: "+++|-".to_owned(), before, now }
}

#[test]
fn a_case_in_full_reads_from_the_question_to_the_call_that_went_another_way() {
    let before = sample("It is 8.", "match = 1", &["list()", "add({\"a\":5})"]);
    let now = sample("It is 9.", "match = 0: expected 8", &["list()", "sum({\"a\":5})", "stop()"]);
    let case = opened(Ok(side(Outcome::Passed, before)), Ok(side(Outcome::Failed, now)));
    assert_eq!(
        page(&case, 78).as_str(),
        "### Case 2 of 9: `add-numbers`

- runs: `+++|-`
- before: `3b2aabc`, 2026-11-10 02:00 UTC, a trial that passed
- now: `3b2aabc`, 2026-11-10 02:00 UTC, a trial that failed
- asked: `What is 5 + 3?`
- expected: `8`

Answered `[-before-]` `{+now+}`:

```wdiff
It is [-8-]{+9+}.
```

The scorer now: `match = 0: expected 8`

The scorer before: `match = 1`

First tool call that differs, call 2 of 3 (before: 2):

```wdiff
[-add-]{+sum+}({\"a\":5})
```"
    );
}

#[test]
fn what_cannot_be_opened_says_why_and_the_other_side_is_shown() {
    let now = sample("It is 9.\nSurely.", "", &[]);
    let text = page(&opened(Err(Clean::line("out/3.jsonl: the file is gone")), Ok(side(Outcome::Failed, now))), 78);
    assert!(text.as_str().contains("- before: cannot be opened: `out/3.jsonl: the file is gone`"), "{text}");
    assert!(text.as_str().contains("Answered now:\n\n```prose\nIt is 9.\nSurely.\n```"), "{text}");
    let same = || Ok(side(Outcome::Failed, sample("", "", &[])));
    assert!(page(&opened(same(), same()), 78).as_str().contains("Neither file has what was answered."));
}

#[test]
fn hostile_answers_stay_in_their_fences_and_are_of_bounded_size() {
    let rude = format!("```\n@octocat closes #1\n`````\u{1b}]0;pwned\u{7}\u{202e}{}", "x`y\u{9b}31m ".repeat(100_000));
    let mut now = sample(&rude, &rude, &[&rude]);
    now.error.clone_from(&rude);
    now.input.clone_from(&rude);
    let text = page(&opened(Ok(side(Outcome::Passed, sample("fine", "", &[]))), Ok(side(Outcome::Errored, now))), 60);
    let text = text.as_str();
    assert!(text.len() < 12_000, "{}", text.len());
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    assert!(!text.contains('\u{202e}'));
    let mut open: Option<&str> = None;
    for line in text.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match open {
            None if ticks.len() >= 3 => open = Some(ticks),
            Some(fence) if line == fence => open = None,
            None => assert!(!line.contains("@octocat") || line.contains('`'), "outside of every fence: {line}"),
            Some(_) => {}
        }
    }
    assert_eq!(open, None, "every fence is closed");
    assert!(text.contains("wdiff") && text.contains("prose"));
}

//! Two runs, case by case.

use dogwatch::domain::evals::compare::{Comparison, NotComparable, Test, Verdict, compare};
use dogwatch::domain::evals::{Run, Status};

use super::world::{self, Dice, run};

fn names(names: &[dogwatch::domain::text::Clean]) -> Vec<&str> {
    names.iter().map(dogwatch::domain::text::Clean::as_str).collect()
}

/// Cases `c-0`, `c-1`, …, each with its own letter.
fn letters(id: &str, letters: &str) -> Run {
    let cases: Vec<(String, String)> = letters.chars().enumerate().map(|(n, l)| (format!("c-{n}"), l.into())).collect();
    run(id, &cases.iter().map(|(name, letter)| (name.as_str(), letter.as_str())).collect::<Vec<_>>())
}

fn graded(id: &str, scores: &[f64]) -> Run {
    let mut run = letters(id, &"p".repeat(scores.len()));
    for (trial, score) in run.trials.iter_mut().zip(scores) {
        (trial.verdict, trial.score) = (None, Some(*score));
    }
    run
}

#[test]
fn what_broke_and_what_was_fixed_is_named_and_six_lost_cases_are_a_regression() {
    let told = compare(&letters("a", "ppppppppfpp"), &letters("b", "ffffffppppp"));
    assert_eq!(names(&told.broke), ["c-0", "c-1", "c-2", "c-3", "c-4", "c-5"]);
    assert_eq!(names(&told.fixed), ["c-8"]);
    assert_eq!(told.tested.test, Test::McnemarExact);
    assert_eq!(told.tested.p_value, Some(0.125));
    assert_eq!(told.verdict, Verdict::Suspected, "p is .0625 to one side, and five cases net are gone");
    let told = compare(&letters("a", "pppppppppp"), &letters("b", "ffffffpppp"));
    assert_eq!((told.tested.p_value, told.verdict), (Some(0.031_25), Verdict::Regression));
    let told = compare(&letters("a", "ffffffpppp"), &letters("b", "pppppppppp"));
    assert_eq!(told.verdict, Verdict::Improvement);
}

#[test]
fn errors_and_silence_leave_a_case_out_and_a_new_question_is_another_case() {
    let before = run(
        "a",
        &[("died", "p"), ("mute", "p"), ("other@1", "p"), ("gone", "p"), ("same", "p"), ("too", "p"), ("and", "p")],
    );
    let after = run(
        "b",
        &[("died", "e"), ("mute", "u"), ("other@2", "f"), ("new", "p"), ("same", "f"), ("too", "p"), ("and", "p")],
    );
    let told = compare(&before, &after);
    assert_eq!((told.paired, told.only_in_baseline, told.only_in_candidate, told.changed), (3, 1, 1, 1));
    assert_eq!(names(&told.broke), ["same"]);
    assert_eq!(told.reason, Some(NotComparable::Few { paired: 3, cases: 7 }));
}

#[test]
fn runs_that_cannot_be_compared_say_why_in_words() {
    let (whole, mut half, mut other) = (letters("a", "pp"), letters("b", "pp"), letters("c", "pp"));
    half.status = Status::Partial;
    other.suite = "another".into();
    let why = |a: &Run, b: &Run| compare(a, b).reason.map(|reason| reason.to_string());
    assert_eq!(why(&whole, &half).as_deref(), Some("the candidate is not complete: its status is partial"));
    assert_eq!(why(&half, &whole).as_deref(), Some("the baseline is not complete: its status is partial"));
    assert_eq!(why(&whole, &other).as_deref(), Some("they are runs of two suites"));
    assert_eq!(why(&whole, &letters("d", "ee")).as_deref(), Some("no case has a result on both sides"));
    assert_eq!(why(&whole, &letters("e", "pf")), None);
}

#[test]
fn graded_scores_are_tested_by_their_means_and_an_even_shift_by_its_signs() {
    let base = [0.9, 0.8, 0.7, 0.9, 0.85, 0.6];
    let lower: Vec<f64> = base.iter().map(|score| score - 0.25).collect();
    let told = compare(&graded("a", &base), &graded("b", &lower));
    assert_eq!((told.tested.test, told.tested.p_value), (Test::Sign, Some(0.031_25)));
    assert_eq!(told.verdict, Verdict::Regression);
    let told = compare(&graded("a", &base), &graded("b", &base));
    assert_eq!((told.tested.test, told.tested.p_value, told.tested.detectable_drop), (Test::PairedT, Some(1.0), None));
    let told = compare(&graded("a", &[0.5]), &graded("b", &[0.1]));
    assert_eq!((told.tested.test, told.tested.p_value, told.verdict), (Test::None, None, Verdict::NoChange));
}

#[test]
fn where_less_is_better_a_rise_is_a_loss() {
    let mut pair = [graded("a", &[1.0, 2.0, 3.0, 2.5, 1.5]), graded("b", &[2.0, 3.1, 4.0, 3.4, 2.5])];
    for run in &mut pair {
        run.lower_is_better = true;
    }
    let told = compare(&pair[0], &pair[1]);
    assert_eq!((told.broke.len(), told.verdict), (5, Verdict::Regression));
}

#[test]
fn one_case_that_always_passed_and_never_does_now_is_seen_where_the_suite_test_is_blind() {
    let make = |id: &str, first: &str| {
        let names: Vec<String> = (0..40).map(|n| format!("c-{n:02}")).collect();
        let cases: Vec<(&str, &str)> =
            names.iter().map(|name| (name.as_str(), if name == "c-00" { first } else { "ppppp" })).collect();
        run(id, &cases)
    };
    let told = compare(&make("a", "ppppp"), &make("b", "fffff"));
    assert!(told.tested.p_value.is_some_and(|p| p > 0.05));
    assert_eq!(told.cases.len(), 40);
    assert_eq!(told.verdict, Verdict::Regression);
    assert!((told.cases[0].adjusted - 40.0 * told.cases[0].p_value).abs() < 1e-12);
}

fn figures(told: &Comparison) -> Vec<f64> {
    let tested = &told.tested;
    let mut all: Vec<f64> = [
        tested.p_value,
        tested.p_one_sided,
        tested.delta,
        tested.mean_baseline,
        tested.mean_candidate,
        tested.detectable_drop,
    ]
    .into_iter()
    .flatten()
    .collect();
    all.extend(told.cases.iter().flat_map(|case| [case.p_value, case.adjusted]));
    all
}

#[test]
fn neither_order_nor_chance_makes_a_comparison_stumble() {
    let mut dice = Dice(3);
    for round in 0..300 {
        let mut made = |id: &str| {
            let cases: Vec<(String, String)> = (0..dice.below(12))
                .map(|n| {
                    let letters = (0..dice.below(7)).map(|_| ['p', 'f', 'e', 'u', 's'][dice.below(5)]).collect();
                    (format!("c-{n}@{}", dice.below(4) / 3), letters)
                })
                .collect();
            run(id, &cases.iter().map(|(name, letters)| (name.as_str(), letters.as_str())).collect::<Vec<_>>())
        };
        let (before, after) = (made("a"), made("b"));
        let told = compare(&before, &after);
        assert!(figures(&told).iter().all(|figure| figure.is_finite()), "{round}: {told:?}");
        let again = compare(&before, &world::shuffled(&after, round));
        assert_eq!((told.verdict, &told.broke, &told.fixed), (again.verdict, &again.broke, &again.fixed));
        for (one, other) in figures(&told).iter().zip(figures(&again)) {
            assert!((one - other).abs() < 1e-9, "{round}: {told:?}\n{again:?}");
        }
    }
}

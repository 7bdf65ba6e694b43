//! What an incident says about a finding, before any result file is opened.

mod case;

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::domain::evals::evidence::{self, Scene, Suspect, repeat, strip};
use dogwatch::domain::evals::findings::{Finding, Fingerprint, Kind, Severity, State, Verdict};
use dogwatch::domain::evals::gather::{Filed, Named};
use dogwatch::domain::evals::history::{RunKey, SuiteKey};
use dogwatch::domain::evals::{Guard, Run, Tool};
use dogwatch::domain::text::Clean;

use super::world::{day, key, run};

/// The runs of some days, one a day from day 0; the last `bad` of them show the finding.
fn filed(days: &[&[(&str, &str)]], change: impl Fn(usize, &mut Run)) -> Vec<Filed> {
    let tell = |(at, cases): (usize, &&[(&str, &str)])| {
        let mut run = run(&format!("run-{at}"), cases);
        run.started_at = Some(day(i64::try_from(at).unwrap()));
        run.git_sha = Some(format!("{at:07}abcdef"));
        change(at, &mut run);
        Filed::of(Path::new(&format!("out/{at}.jsonl")), &run)
    };
    days.iter().enumerate().map(tell).collect()
}

fn finding(runs: &[Filed], bad: usize, cases: &[&str]) -> Finding {
    let keys: Vec<RunKey> = runs.iter().map(|filed| filed.record.run).collect();
    let (before, now) = keys.split_at(keys.len() - bad);
    let suite = SuiteKey::of(Tool::Jsonl, super::world::SUITE);
    let mut cases: Vec<_> = cases.iter().map(|case| key(case)).collect();
    cases.sort_unstable();
    Finding {
        fingerprint: Fingerprint::of(suite, Kind::CaseRegression, &cases, None),
        suite,
        model: runs.last().and_then(|filed| filed.record.model.clone()),
        kind: Kind::CaseRegression,
        verdict: Verdict::Regression,
        state: State::Open,
        tag: None,
        cases,
        selector: None,
        baseline: before.to_vec(),
        candidate: now.to_vec(),
        p_value: Some(0.004),
        delta: Some(-0.188),
        detectable_drop: Some(0.18),
        severity: Severity::Medium,
        again: false,
        good_runs: 0,
        opened_at: None,
        closed_at: None,
        missed: None,
        part_of: None,
    }
}

fn scene(runs: Vec<Filed>, bad: usize, cases: &[&str]) -> Scene {
    let found = finding(&runs, bad, cases);
    let names: Vec<Named> = runs.iter().flat_map(|filed| filed.names.clone()).collect();
    let mut scene = Scene::new(found, runs);
    scene.names = names.into_iter().map(|named| (named.key, named)).collect();
    scene
}

fn strips(scene: &Scene) -> Vec<String> {
    strip::strips(scene).into_iter().map(|strip| format!("{} {}", strip.marks, strip.name)).collect()
}

#[test]
fn the_first_sentence_says_what_of_how_many_since_when_how_sure_and_what_cannot_be_seen() {
    let good: &[(&str, &str)] = &[("a", "p"), ("b", "p"), ("c", "p")];
    let bad: &[(&str, &str)] = &[("a", "f"), ("b", "f"), ("c", "p")];
    let mut scene = scene(filed(&[good, good, bad], |_, _| {}), 1, &["a", "b"]);
    let first = |scene: &Scene| evidence::body(scene).as_str().lines().next().unwrap().to_owned();
    let blind = "; p = 0.004; this suite cannot see drops under 18 points**";
    assert_eq!(first(&scene), format!("**`mcp-tools`: 2 of 3 cases broke since `0000001`{blind}"));
    scene.finding.kind = Kind::SuiteRegression;
    assert_eq!(first(&scene), format!("**`mcp-tools`: the suite fell since `0000001`; -18.8 points{blind}"));
    scene.finding.kind = Kind::Cost;
    (scene.finding.p_value, scene.finding.detectable_drop) = (None, None);
    scene.finding.delta = Some(0.31);
    assert_eq!(first(&scene), "**`mcp-tools`: what passes costs more since `0000001`; +31 %**");
}

#[test]
fn a_strip_has_one_character_a_run_and_says_where_it_begins() {
    // What a case did day by day; the last day shows the finding.
    for (days, marks) in [
        (["p", "p", "f"], "++|-"),
        (["ppp", "pfp", "ffp"], "+~|~"),
        (["p", "e", "fe"], "+!|-"),
        (["p", "u", "e"], "+?|!"),
        (["s", "p", "pe"], "·+|~"),
    ] {
        let days: Vec<Vec<(&str, &str)>> = days.iter().map(|letters| vec![("a", *letters), ("b", "p")]).collect();
        let days: Vec<&[(&str, &str)]> = days.iter().map(Vec::as_slice).collect();
        assert_eq!(strips(&scene(filed(&days, |_, _| {}), 1, &["a"])), [format!("{marks} a")], "{days:?}");
    }
    let other: &[(&str, &str)] = &[("a@before", "p")];
    let absent: &[(&str, &str)] = &[("b", "p")];
    let asked: &[(&str, &str)] = &[("a@now", "f")];
    assert_eq!(strips(&scene(filed(&[other, absent, asked], |_, _| {}), 1, &["a"])), ["x·|- a"]);
}

#[test]
fn a_graded_score_that_failed_shows_its_tenths() {
    let graded = |at: usize, run: &mut Run| {
        for trial in &mut run.trials {
            trial.verdict = None;
            trial.score = Some([0.95, 0.6, 0.04][at]);
        }
    };
    let days: [&[(&str, &str)]; 3] = [&[("a", "f")], &[("a", "f")], &[("a", "f")]];
    assert_eq!(strips(&scene(filed(&days, graded), 1, &["a"])), ["96|- a"]);
}

#[test]
fn twenty_runs_and_twenty_cases_are_shown_the_one_that_fell_furthest_first() {
    let names: Vec<String> = (0..25).map(|n| format!("case-{n:02}")).collect();
    let good: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "ppp")).collect();
    let mut bad: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "ppf")).collect();
    bad[24].1 = "fff";
    let days: Vec<&[(&str, &str)]> = (0..30).map(|at| if at < 29 { good.as_slice() } else { &bad }).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let scene = scene(filed(&days, |_, _| {}), 1, &all);
    let shown = strips(&scene);
    assert_eq!(shown.len(), 20);
    assert_eq!(shown[0], format!("{}|- case-24", "+".repeat(19)));
    assert_eq!(shown[1], format!("{}|~ case-00", "+".repeat(19)));
    assert!(evidence::body(&scene).as_str().contains("and 5 more"));
}

#[test]
fn names_are_cut_by_the_columns_they_take_and_cannot_leave_their_block() {
    let wide = "日本".repeat(40);
    let rude = "```\ncloses #1 \u{1b}[31m";
    let good: Vec<(&str, &str)> = vec![(&wide, "p"), (rude, "p")];
    let bad: Vec<(&str, &str)> = vec![(&wide, "f"), (rude, "f")];
    let hostile = |_: usize, run: &mut Run| run.suite = "@team `x`".to_owned();
    let mut scene = scene(filed(&[&good, &bad], hostile), 1, &[&wide, rude]);
    scene.finding.delta = None;
    let body = evidence::body(&scene);
    let lines: Vec<&str> = body.as_str().lines().collect();
    assert!(lines[0].starts_with("**`` @team `x` ``: 2 of 2 cases broke"), "{}", lines[0]);
    let fence = lines.iter().position(|line| *line == "````").expect("longer than the name's own ticks");
    assert!(lines[fence + 1].contains("``` closes #1") && !lines[fence + 1].contains('\u{1b}'), "{lines:?}");
    assert!(lines[fence + 2].ends_with("日…"), "{}", lines[fence + 2]);
    assert!(unicode_width::UnicodeWidthStr::width(lines[fence + 2]) <= 60, "{}", lines[fence + 2]);
    assert_eq!(lines[fence + 3], "````");
}

#[test]
fn what_changed_between_the_runs_stands_first_and_what_did_not_is_short() {
    let days: [&[(&str, &str)]; 2] = [&[("a", "p")], &[("a", "f")]];
    let facts = |at: usize, run: &mut Run| {
        run.model = Some("gpt-9".to_owned());
        run.harness = Some("inspect_ai 0.3".to_owned());
        run.tool_schema_version = Some(format!("v{at}"));
    };
    let body = evidence::body(&scene(filed(&days, facts), 1, &["a"]));
    let told: Vec<&str> = body.as_str().lines().filter(|line| line.starts_with("- ")).collect();
    assert_eq!(
        told,
        [
            "- commits: `0000000..0000001`",
            "- tool schema: `v0` → `v1`",
            "- the same: model `gpt-9`, harness `inspect_ai 0.3`",
            "- not in the files: prompt",
            "- began: 2026-01-01 00:00 UTC → 2026-01-02 00:00 UTC",
            "- files: `out/0.jsonl` → `out/1.jsonl`",
        ]
    );
    let odd = |_: usize, run: &mut Run| run.git_sha = Some("#12 @octocat".to_owned());
    let body = evidence::body(&scene(filed(&days, odd), 1, &["a"]));
    assert!(!body.as_str().contains("octocat"), "what is no commit is not shown as one: {body}");
}

#[test]
fn tools_that_changed_in_the_window_are_the_first_suspects_and_no_others() {
    let days: [&[(&str, &str)]; 3] = [&[("a", "p")], &[("a", "p")], &[("a", "f")]];
    let mut scene = scene(filed(&days, |_, _| {}), 1, &["a"]);
    let at = |before: TimeDelta| -> DateTime<Utc> { day(2) - before };
    let tools = |name: &str, before| Suspect { endpoint: Clean::line(name), at: at(before) };
    scene.suspect(vec![
        tools("old", TimeDelta::days(3)),
        tools("later", TimeDelta::minutes(-1)),
        tools("prod", TimeDelta::minutes(40)),
        tools("staging", TimeDelta::hours(23)),
    ]);
    let body = evidence::body(&scene);
    let line = body.as_str().lines().nth(2).unwrap();
    assert_eq!(
        line,
        "First suspect: the tools of `prod` became what they are 40 min before this run (2026-01-02 23:20 UTC); then \
         the tools of `staging` became what they are 23 h before this run (2026-01-02 01:00 UTC)."
    );
}

/// A scene of one tool whose cases of these names broke.
fn broken(tool: Tool, suite: &str, names: &[&str]) -> Scene {
    let good: Vec<(&str, &str)> = names.iter().map(|name| (*name, "p")).collect();
    let bad: Vec<(&str, &str)> = names.iter().map(|name| (*name, "f")).collect();
    let written = |_: usize, run: &mut Run| {
        run.tool = tool;
        suite.clone_into(&mut run.suite);
        run.model = Some("openai/gpt 9".to_owned());
        run.described = !names[0].starts_with('{');
        run.script = (tool == Tool::Inspect).then(|| "evals/mcp.py".to_owned());
    };
    scene(filed(&[&good, &bad], written), 1, names)
}

#[test]
fn the_command_runs_just_these_cases_as_their_tool_takes_them() {
    for (tool, suite, names, command) in [
        (
            Tool::Inspect,
            "mcp_tools",
            &["add", "b c"][..],
            "inspect eval evals/mcp.py@mcp_tools --sample-id 'add,b c' --model 'openai/gpt 9'",
        ),
        (
            Tool::Inspect,
            "t",
            &["it's $(rm)"],
            r"inspect eval evals/mcp.py@t --sample-id 'it'\''s $(rm)' --model 'openai/gpt 9'",
        ),
        (
            Tool::Promptfoo,
            "x",
            &["adds (two) | gpt | p1", "adds (two) | gpt | p2"],
            r"promptfoo eval --filter-pattern '^(adds \(two\))$'",
        ),
        (Tool::Promptfoo, "x", &[r#"{"q":1} | gpt | p"#], "promptfoo eval --filter-failing out/1.jsonl"),
        (
            Tool::Junit,
            "pytest",
            &["tests.test_mcp.TestCall::test_add[1-2]", "tests.test_mcp::test_b"],
            "pytest 'tests/test_mcp.py::TestCall::test_add[1-2]' tests/test_mcp.py::test_b",
        ),
        (
            Tool::Deepeval,
            "test_bot.py",
            &["test_a (hi)", "test_b"],
            "deepeval test run test_bot.py -k 'test_a or test_b'",
        ),
        (Tool::LmEval, "gsm8k", &["12", "3"], r#"lm_eval --tasks gsm8k --samples '{"gsm8k":[3,12]}'"#),
    ] {
        assert_eq!(repeat::of(&broken(tool, suite, names)).command.as_deref(), Some(command), "{names:?}");
    }
}

#[test]
fn where_there_is_no_such_command_that_is_said() {
    for (tool, names, why) in [
        (Tool::Openai, &["a"][..], "OpenAI evals runs a whole eval"),
        (Tool::Jsonl, &["a"], "does not say what wrote it"),
        (Tool::Junit, &["com.acme.Cart::adds"], "not pytest's"),
        (Tool::Inspect, &["a,b"], "comma"),
    ] {
        let scene = broken(tool, "s", names);
        assert_eq!(repeat::of(&scene).command, None);
        let body = evidence::body(&scene);
        assert!(
            body.as_str().contains("There is no command for just these cases:") && body.as_str().contains(why),
            "{body}"
        );
    }
}

#[test]
fn the_same_evidence_has_the_same_bytes_whatever_order_the_runs_come_in() {
    let days: [&[(&str, &str)]; 4] =
        [&[("a", "p"), ("b", "p")], &[("b", "p"), ("a", "p")], &[("a", "p"), ("b", "p")], &[("b", "f"), ("a", "f")]];
    let runs = filed(&days, |_, run| run.cases.iter_mut().for_each(|case| case.guard = Some(Guard(1))));
    let found = finding(&runs, 1, &["a", "b"]);
    let told = |runs: Vec<Filed>| evidence::body(&Scene::new(found.clone(), runs));
    let twice: Vec<Filed> = runs.iter().rev().chain(&runs).cloned().collect();
    assert_eq!(told(runs), told(twice));
}

//! From a log to a run.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::log::{Facts, Grade, Grouping, Log, Message, Row, Scored, Text};
use super::loose::{OneOrMany, Value};
use crate::domain::evals::{Case, CaseKey, Edition, Guard, Outcome, Run, Status, Tool, Trial};
use crate::domain::text::Clean;
use crate::sources::evals::Beside;
use crate::sources::evals::gather::amount;
use crate::sources::evals::json::Scalar;

/// After this long without a word, a run that did not end never will.
const SILENCE: TimeDelta = TimeDelta::hours(6);
/// Summaries cut texts after so many characters.
const CUT: usize = 5120;

/// The run that this log and these samples tell; of two rows of one sample and epoch, the last counts.
pub fn of(log: &Log<'_>, rows: &[Row<'_>], beside: &Beside<'_>) -> Run {
    let text = |text: &Text<'_>| text.as_deref().filter(|text| !text.is_empty()).map(str::to_owned);
    let eval = &log.eval;
    let mut run = Run::new(Tool::Inspect, text(&eval.task).unwrap_or_else(|| "inspect".to_owned()));
    run.run_id = text(&eval.run_id);
    run.script = text(&eval.task_file);
    run.model = text(&eval.model);
    run.git_sha = eval.revision.as_ref().and_then(|revision| text(&revision.commit));
    let version = eval.packages.as_ref().and_then(|packages| text(&packages.inspect_ai));
    run.harness = version.map(|version| format!("inspect_ai {version}"));
    run.limited = eval.config.as_ref().is_some_and(|config| config.limit.is_some() || config.sample_id.is_some());
    let fact =
        |fact: fn(&Facts<'_>) -> Option<String>| [&log.metadata, &eval.metadata].into_iter().flatten().find_map(fact);
    run.prompt_version = fact(|facts| facts.prompt_version.as_deref().map(str::to_owned));
    run.tool_schema_version = fact(|facts| facts.tool_schema_version.as_deref().map(str::to_owned));
    gather(&mut run, log, rows, beside.pass_at);
    times(&mut run, log, rows);
    run.status = status(log.status.as_deref(), run.newest_at, beside.now);
    run.edition = Edition {
        ended: !matches!(run.status, Status::Running | Status::Partial),
        updates: log.updates.as_ref().map_or(0, |updates| u32::try_from(updates.len()).unwrap_or(u32::MAX)),
        scores: rows.iter().map(|row| scores(row).count() as u64).sum(),
    };
    run
}

fn status(said: Option<&str>, newest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Status {
    match said {
        Some("success") => Status::Complete,
        Some("error") => Status::Error,
        Some("cancelled") => Status::Cancelled,
        Some(_) | None if newest.is_some_and(|newest| now - newest <= SILENCE) => Status::Running,
        Some(_) | None => Status::Partial,
    }
}

fn times(run: &mut Run, log: &Log<'_>, rows: &[Row<'_>]) {
    let stats = log.stats.as_ref();
    let created = log.eval.created.as_deref().and_then(time);
    let began = stats.and_then(|stats| stats.started_at.as_deref()).and_then(time);
    let ended = stats.and_then(|stats| stats.completed_at.as_deref()).and_then(time);
    let samples = rows.iter().filter_map(|row| row.completed_at.as_deref().and_then(time)).max();
    run.started_at = created.or(began);
    run.newest_at = samples.max(ended).or(run.started_at);
}

/// A time with its zone; without one it is taken as UTC.
fn time(text: &str) -> Option<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => Some(time.to_utc()),
        Err(_) => text.parse::<NaiveDateTime>().ok().map(|time| time.and_utc()),
    }
}

/// Puts the rows together as cases and their trials.
fn gather(run: &mut Run, log: &Log<'_>, rows: &[Row<'_>], pass_at: f64) {
    let primary = Primary::of(log, rows);
    let mut cases: HashMap<&str, u32> = HashMap::with_capacity(rows.len());
    let mut places: HashMap<(u32, u32), usize> = HashMap::with_capacity(rows.len());
    let mut tags = Tags::default();
    run.trials.reserve_exact(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let id = row.id.as_deref().unwrap_or_default();
        let next = u32::try_from(run.cases.len()).unwrap_or(u32::MAX);
        let case = *cases.entry(id).or_insert(next);
        if case == next {
            run.cases.push(Case {
                key: CaseKey::of([id.as_bytes()]),
                name: Clean::line(id),
                raw: id.into(),
                guard: Some(guard(row)),
                tags: row.metadata.as_ref().map(|grouping| tags.of(grouping)).unwrap_or_default(),
            });
        }
        let trial = trial(row, case, at as u64, primary.score(row).filter(|_| row.invalidation.is_none()), pass_at);
        match places.entry((case, trial.no)) {
            std::collections::hash_map::Entry::Occupied(earlier) => run.trials[*earlier.get()] = trial,
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(run.trials.len());
                run.trials.push(trial);
            }
        }
    }
}

fn trial(row: &Row<'_>, case: u32, at: u64, score: Option<f64>, pass_at: f64) -> Trial {
    let outcome = match (row.invalidation.is_some(), row.error.is_some(), score) {
        (true, _, _) | (false, false, None) => Outcome::Unscored,
        (false, true, _) => Outcome::Errored,
        (false, false, Some(score)) if score >= pass_at => Outcome::Passed,
        (false, false, Some(_)) => Outcome::Failed,
    };
    let judged = matches!(outcome, Outcome::Passed | Outcome::Failed);
    Trial {
        case,
        no: epoch(row.epoch),
        outcome,
        score: score.filter(|_| judged),
        verdict: None,
        latency_ms: amount(row.total_time.map(|seconds| seconds * 1000.0)),
        cost_usd: None,
        tokens: tokens(row),
        at: (at, at),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` stops at the bounds of u32")]
/// The number of an epoch; old logs have none, and one epoch.
pub fn epoch(said: Option<f64>) -> u32 {
    said.map_or(1, |epoch| epoch as u32)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` stops at the bounds of u64")]
fn tokens(row: &Row<'_>) -> Option<u64> {
    row.model_usage
        .0
        .iter()
        .filter_map(|(_, usage)| {
            let usage = usage.as_ref()?;
            match (usage.total, usage.input, usage.output) {
                (Some(total), _, _) => Some(total),
                (None, None, None) => None,
                (None, input, output) => Some(input.unwrap_or(0.0) + output.unwrap_or(0.0)),
            }
        })
        .reduce(|all, tokens| all + tokens)
        .map(|tokens| tokens as u64)
}

/// The scores of a sample in order; an old log has one without a name.
fn scores<'r, 'a>(row: &'r Row<'a>) -> impl Iterator<Item = (&'r str, &'r Grade<'a>)> {
    let named = row.scores.0.iter().filter_map(|(name, score)| Some((name.as_ref(), score.as_ref()?)));
    named.chain(row.score.as_ref().map(|score| ("", score)))
}

/// The score that counts.
struct Primary<'a> {
    scorer: &'a str,
    member: Option<&'a str>,
}

impl<'a> Primary<'a> {
    /// The first of the results that samples have; else the first score of the first scored sample.
    fn of(log: &'a Log<'_>, rows: &'a [Row<'_>]) -> Self {
        let first = log.results.as_ref().and_then(|results| results.scores.as_ref()?.first());
        first.and_then(|first| Self::stated(first, rows)).unwrap_or_else(|| Self::first(rows))
    }

    fn stated(first: &'a Scored<'_>, rows: &[Row<'_>]) -> Option<Self> {
        let member = first.name.as_deref();
        let known = |scorer: &&str| rows.iter().any(|row| scores(row).any(|(name, _)| name == *scorer));
        let scorer = [first.scorer.as_deref(), member].into_iter().flatten().find(known)?;
        Some(Self { scorer, member })
    }

    fn first(rows: &'a [Row<'_>]) -> Self {
        let graded = |row: &&Row<'_>| scores(row).any(|(_, score)| !matches!(score.value, Value::None));
        let first = rows.iter().find(graded).and_then(|row| scores(row).next());
        Self { scorer: first.map_or("", |(name, _)| name), member: None }
    }

    fn score(&self, row: &Row<'_>) -> Option<f64> {
        let (_, score) = scores(row).find(|(name, _)| *name == self.scorer)?;
        match (&score.value, self.member) {
            (Value::None, _) => None,
            (Value::Number(number), _) => Some(*number),
            (Value::Members(members), Some(name)) if name != self.scorer => {
                members.iter().find(|(member, _)| member == name)?.1
            }
            (Value::Members(members), _) => {
                let named = members.iter().find(|(member, _)| member == self.scorer);
                named.or_else(|| members.first())?.1
            }
        }
    }
}

/// The guard of a case: the same over a sample and over its summary.
fn guard(row: &Row<'_>) -> Guard {
    let mut parts: Vec<Cow<'_, str>> = Vec::with_capacity(4);
    match &row.input {
        OneOrMany::None => {}
        OneOrMany::One(text) => parts.push(Cow::Borrowed(cut(text))),
        OneOrMany::Many(messages) => messages.iter().for_each(|message| said(message, &mut parts)),
    }
    parts.push(Cow::Borrowed("target"));
    match &row.target {
        OneOrMany::None => {}
        OneOrMany::One(text) => parts.push(Cow::Borrowed(cut(text))),
        OneOrMany::Many(targets) => parts.extend(targets.iter().filter_map(word)),
    }
    Guard::of(parts.iter().map(|part| part.as_bytes()))
}

fn said<'r>(message: &'r Message<'_>, parts: &mut Vec<Cow<'r, str>>) {
    parts.push(Cow::Borrowed(message.role.as_deref().unwrap_or_default()));
    match &message.content {
        OneOrMany::None => {}
        OneOrMany::One(text) => parts.push(Cow::Borrowed(cut(text))),
        OneOrMany::Many(content) => parts.extend(content.iter().map(|part| match part.words() {
            Cow::Borrowed(text) => Cow::Borrowed(cut(text)),
            Cow::Owned(text) => Cow::Owned(text),
        })),
    }
}

fn word<'r>(value: &'r Scalar<'_>) -> Option<Cow<'r, str>> {
    match value {
        Scalar::Text(text) => Some(Cow::Borrowed(cut(text))),
        Scalar::Number(number) => Some(Cow::Owned(number.to_string())),
        Scalar::Bool(value) => Some(Cow::Owned(value.to_string())),
        Scalar::Null | Scalar::List | Scalar::Object => None,
    }
}

fn cut(text: &str) -> &str {
    if text.len() <= CUT {
        return text;
    }
    text.char_indices().nth(CUT).map_or(text, |(at, _)| &text[..at])
}

/// The words that group cases, each kept once.
#[derive(Default)]
struct Tags(HashMap<String, Clean>);

/// More words than this do not group.
const TAGS: usize = 16;

impl Tags {
    fn of(&mut self, grouping: &Grouping<'_>) -> Vec<Clean> {
        let several: Vec<Cow<'_, str>> = match &grouping.tags {
            OneOrMany::None => Vec::new(),
            OneOrMany::One(tags) => tags.split(',').map(|tag| Cow::Borrowed(tag.trim())).collect(),
            OneOrMany::Many(tags) => tags.iter().filter_map(word).collect(),
        };
        let single = [&grouping.tag, &grouping.category, &grouping.area, &grouping.tool];
        let single = single.into_iter().filter_map(|tag| tag.as_deref());
        let words = single.chain(several.iter().map(AsRef::as_ref)).filter(|tag| !tag.is_empty());
        let mut tags: Vec<Clean> = Vec::new();
        for tag in words.take(TAGS) {
            let tag = match self.0.get(tag) {
                Some(known) => known.clone(),
                None => self.0.entry(tag.to_owned()).or_insert(Clean::line(tag)).clone(),
            };
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }
}

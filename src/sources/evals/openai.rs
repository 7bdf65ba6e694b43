//! What `oaieval` of `OpenAI` recorded: a specification, a final report if the
//! run lived to write one, and events.
//!
//! A sample is what its events say together. One that was asked and never
//! judged is unscored, and a run without a final report is partial.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::gather::{Gathering, judged, moment, trial_at};
use super::json;
use super::lines::{Entries, Records, changed, figure, part, shown, text_of};
use super::sniff::Shape;
use super::{Beside, Format, Reader, Sample, Skip};
use crate::domain::evals::{Case, CaseKey, Guard, Outcome, Run, Status, Tool, Trial};
use crate::domain::text::Clean;

/// How it is written.
pub const FORMAT: Format = Format {
    tool: Tool::Openai,
    about: "Recorded events of OpenAI evals, one a line.",
    knows,
    reader: Reader::Text { runs, sample },
};

/// Among how many first lines the specification stands.
const HEAD_LINES: usize = 2;

fn knows(shape: &Shape) -> bool {
    match shape {
        Shape::Rows(rows) => rows.iter().take(HEAD_LINES).any(|keys| keys.iter().any(|key| key == "spec")),
        Shape::Object(keys) => matches!(keys.as_slice(), [only] if only == "spec"),
        Shape::Archive(_) | Shape::Xml(_) => false,
    }
}

#[derive(Debug, Deserialize)]
struct Event<'a> {
    #[serde(borrow, default)]
    spec: Option<&'a RawValue>,
    #[serde(default)]
    final_report: Option<IgnoredAny>,
    #[serde(borrow, default, deserialize_with = "json::id")]
    sample_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "type", deserialize_with = "json::text")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    created_at: Option<Cow<'a, str>>,
}

#[derive(Debug, Default, Deserialize)]
struct Spec<'a> {
    #[serde(borrow, default, deserialize_with = "json::text")]
    run_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    eval_name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    completion_fns: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    created_at: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    run_config: Option<&'a RawValue>,
}

impl Spec<'_> {
    fn run(self) -> Option<Run> {
        let suite = self.eval_name?;
        let functions: Vec<&RawValue> = part(self.completion_fns);
        let functions: Vec<String> = functions.into_iter().map(|name| shown(Some(name))).collect();
        let config: Entries<'_> = part(self.run_config);
        let started_at = self.created_at.as_deref().and_then(moment);
        Some(Run {
            run_id: self.run_id.map(Cow::into_owned),
            started_at,
            newest_at: started_at,
            model: Some(functions.join(", ")).filter(|model| !model.is_empty()),
            limited: figure(config.get("max_samples")).is_some(),
            ..Run::new(Tool::Openai, suite)
        })
    }
}

/// What the events said of one sample so far.
#[derive(Debug)]
struct Asked {
    id: Box<str>,
    at: (u64, u64),
    correct: Option<bool>,
    score: Option<f64>,
    errored: bool,
    guard: Option<Guard>,
    tokens: Option<u64>,
}

impl Asked {
    fn new(id: &str, at: (u64, u64)) -> Self {
        Self { id: id.into(), at, correct: None, score: None, errored: false, guard: None, tokens: None }
    }

    fn hear(&mut self, event: &Event<'_>) {
        let data = || part::<Entries<'_>>(event.data);
        match event.kind.as_deref() {
            Some("match") => {
                self.correct = figure(data().get("correct")).map(|correct| correct >= 1.0).or(self.correct);
            }
            Some("metrics") => self.score = figure(data().get("score")).or(self.score),
            Some("error") => self.errored = true,
            Some("sampling") => {
                let data = data();
                if self.guard.is_none() {
                    self.guard = data.get("prompt").map(|prompt| Guard::of([prompt.get().as_bytes()]));
                }
                let usage: Entries<'_> = part(data.get("usage"));
                let used = super::gather::count(figure(usage.get("total_tokens")));
                self.tokens = [self.tokens, used].into_iter().flatten().reduce(u64::saturating_add);
            }
            Some(_) | None => {}
        }
    }

    fn add_to(self, gathering: &mut Gathering, pass_at: f64) {
        let score = self.correct.map(f64::from).or(self.score);
        let trial = Trial { tokens: self.tokens, ..trial_at(self.at) };
        let trial = match (score, self.errored) {
            (None, true) => Trial { outcome: Outcome::Errored, ..trial },
            (None | Some(_), _) => judged(trial, None, score, pass_at),
        };
        let key = CaseKey::of([self.id.as_bytes()]);
        let describe =
            || Case { key, name: Clean::line(&self.id), raw: self.id.clone(), guard: self.guard, tags: Vec::new() };
        gathering.add(key, describe, trial);
    }
}

/// All that a file says.
#[derive(Debug, Default)]
struct Record {
    run: Option<Run>,
    reported: bool,
    newest: Option<String>,
    asked: Vec<Asked>,
    places: HashMap<Box<str>, usize>,
}

impl Record {
    fn hear(&mut self, event: &Event<'_>, at: (u64, u64)) {
        self.reported |= event.final_report.is_some();
        let Some(id) = event.sample_id.as_deref() else { return };
        let place = if let Some(place) = self.places.get(id) {
            *place
        } else {
            self.asked.push(Asked::new(id, at));
            self.places.insert(id.into(), self.asked.len() - 1);
            self.asked.len() - 1
        };
        if let Some(asked) = self.asked.get_mut(place) {
            asked.at.1 = at.1;
            asked.hear(event);
        }
        if let Some(time) = event.created_at.as_deref() {
            let newest = self.newest.get_or_insert_default();
            newest.clear();
            newest.push_str(time);
        }
    }
}

fn runs(bytes: &[u8], beside: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let mut records = Records::of(bytes);
    let mut spare = Vec::new();
    let mut said = Record::default();
    let mut line = 0;
    while let Some(record) = records.next() {
        line += 1;
        match json::parse::<Event<'_>>(record.bytes, &mut spare) {
            Ok(event) => {
                if said.run.is_none() {
                    said.run = event.spec.and_then(|spec| part::<Spec<'_>>(Some(spec)).run());
                }
                said.hear(&event, record.at);
            }
            Err(_) => records.tear(),
        }
        if line == HEAD_LINES && said.run.is_none() {
            break;
        }
    }
    let run = said.run.ok_or_else(|| Skip::because("no specification with an eval_name in its first two lines"))?;
    let newest_at = run.newest_at.max(said.newest.as_deref().and_then(moment));
    let mut gathering = Gathering::new(Run { newest_at, ..run });
    for asked in said.asked {
        asked.add_to(&mut gathering, beside.pass_at);
    }
    let whole = said.reported && !records.is_torn() && !gathering.run.trials.is_empty();
    Ok(vec![gathering.finish(if whole { Status::Complete } else { Status::Partial })])
}

fn sample(bytes: &[u8], case: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let mut spare = Vec::new();
    let mut sample = Sample::default();
    let mut found = false;
    for record in Records::of(text_of(bytes, trial)?) {
        let Ok(event) = json::parse::<Event<'_>>(record.bytes, &mut spare) else { continue };
        if event.sample_id.as_deref() != Some(&*case.raw) {
            continue;
        }
        found = true;
        let data: Entries<'_> = part(event.data);
        match event.kind.as_deref() {
            Some("sampling") => {
                sample.input = conversation(data.get("prompt"));
                let sampled: Vec<&RawValue> = part(data.get("sampled"));
                sample.output = sampled.into_iter().map(|text| shown(Some(text))).collect::<Vec<_>>().join("\n");
            }
            Some("match") => {
                sample.target = shown(data.get("expected"));
                sample.explanation = format!("match: {}", shown(data.get("correct")));
            }
            Some("metrics") => sample.explanation = format!("metrics: {}", shown(event.data)),
            Some("error") => sample.error = [shown(data.get("type")), shown(data.get("message"))].join(": "),
            Some(_) | None => {}
        }
    }
    if found { Ok(sample) } else { Err(changed()) }
}

/// A prompt as it is read: its messages as `role: text`, one under the other.
fn conversation(prompt: Option<&RawValue>) -> String {
    let messages: Vec<Entries<'_>> = part(prompt);
    if messages.is_empty() {
        return shown(prompt);
    }
    let message = |one: &Entries<'_>| format!("{}: {}", shown(one.get("role")), shown(one.get("content")));
    messages.iter().map(message).collect::<Vec<_>>().join("\n")
}

//! An Inspect log as it is written, as far as it is read.
//!
//! Everything is borrowed from the text, and what is not named here is passed
//! over. Scores keep their order: the first is the one that counts.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};

use super::loose::{Named, OneOrMany, Value};
use crate::sources::evals::json::{self, Scalar};

/// A text of the log, borrowed where it can be.
pub type Text<'a> = Option<Cow<'a, str>>;

/// The log without its samples, or all of it in a `.json` log.
#[derive(Debug, Deserialize)]
pub struct Log<'a> {
    /// `success`, `error`, `cancelled`, `started`; missing in the journal.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub status: Text<'a>,
    /// What was run.
    #[serde(borrow)]
    pub eval: Eval<'a>,
    /// What came out, before errors.
    #[serde(borrow, default)]
    pub results: Option<Results<'a>>,
    /// When it ran.
    #[serde(borrow, default)]
    pub stats: Option<Stats<'a>>,
    /// Some samples are void.
    #[serde(default, deserialize_with = "truth")]
    pub invalidated: bool,
    /// One for each edit.
    #[serde(rename = "log_updates", default)]
    pub updates: Option<Vec<IgnoredAny>>,
    /// Edited facts about the run.
    #[serde(borrow, default)]
    pub metadata: Option<Facts<'a>>,
    /// In `.json` logs.
    #[serde(borrow, default)]
    pub samples: Option<Vec<Row<'a>>>,
}

/// What was run.
#[derive(Debug, Deserialize)]
pub struct Eval<'a> {
    /// Shared by all logs of one call.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub run_id: Text<'a>,
    /// When it began.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub created: Text<'a>,
    /// The suite.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub task: Text<'a>,
    /// The file that defines it.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub task_file: Text<'a>,
    /// The model under test.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub model: Text<'a>,
    /// Where the code stood.
    #[serde(borrow, default)]
    pub revision: Option<Revision<'a>>,
    /// What was asked for.
    #[serde(default)]
    pub config: Option<Config>,
    /// Versions.
    #[serde(borrow, default)]
    pub packages: Option<Packages<'a>>,
    /// Facts about the run.
    #[serde(borrow, default)]
    pub metadata: Option<Facts<'a>>,
}

/// Where the code stood.
#[derive(Debug, Deserialize)]
pub struct Revision<'a> {
    /// Abbreviated.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub commit: Text<'a>,
}

/// What was asked for.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// Only so many samples, or a range of them.
    #[serde(default)]
    pub limit: Option<IgnoredAny>,
    /// Only these samples.
    #[serde(default)]
    pub sample_id: Option<IgnoredAny>,
}

/// Versions.
#[derive(Debug, Deserialize)]
pub struct Packages<'a> {
    /// Of Inspect.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub inspect_ai: Text<'a>,
}

/// Facts about the run that its author wrote down.
#[derive(Debug, Default, Deserialize)]
pub struct Facts<'a> {
    /// Version of the prompts.
    #[serde(borrow, default, deserialize_with = "json::id")]
    pub prompt_version: Text<'a>,
    /// Version of the tools' schemas.
    #[serde(borrow, default, deserialize_with = "json::id")]
    pub tool_schema_version: Text<'a>,
}

/// What came out.
#[derive(Debug, Deserialize)]
pub struct Results<'a> {
    /// One for each scorer, metric group and reducer.
    #[serde(borrow, default)]
    pub scores: Option<Vec<Scored<'a>>>,
}

/// One of the results.
#[derive(Debug, Deserialize)]
pub struct Scored<'a> {
    /// Of the score, or of a member of its value.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub name: Text<'a>,
    /// Under which samples have it.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub scorer: Text<'a>,
}

/// When it ran.
#[derive(Debug, Deserialize)]
pub struct Stats<'a> {
    /// The beginning.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub started_at: Text<'a>,
    /// The end.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub completed_at: Text<'a>,
}

/// A sample, or its summary.
#[derive(Debug, Deserialize)]
pub struct Row<'a> {
    /// A number or a text.
    #[serde(borrow, default, deserialize_with = "json::id")]
    pub id: Text<'a>,
    /// From 1; missing in old logs.
    #[serde(default, deserialize_with = "json::number")]
    pub epoch: Option<f64>,
    /// The question.
    #[serde(borrow, default)]
    pub input: OneOrMany<'a, Message<'a>>,
    /// The expected answers.
    #[serde(borrow, default)]
    pub target: OneOrMany<'a, Scalar<'a>>,
    /// By scorer, in order.
    #[serde(borrow, default)]
    pub scores: Named<'a, Option<Grade<'a>>>,
    /// The only score of an old log.
    #[serde(borrow, default)]
    pub score: Option<Grade<'a>>,
    /// Why it died.
    #[serde(default)]
    pub error: Option<IgnoredAny>,
    /// Who declared it void.
    #[serde(default)]
    pub invalidation: Option<IgnoredAny>,
    /// In seconds.
    #[serde(default, deserialize_with = "json::number")]
    pub total_time: Option<f64>,
    /// By model.
    #[serde(borrow, default)]
    pub model_usage: Named<'a, Option<Usage>>,
    /// What the data set says about it.
    #[serde(borrow, default)]
    pub metadata: Option<Grouping<'a>>,
    /// When it was done.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub completed_at: Text<'a>,
}

/// Words of the data set that group samples.
#[derive(Debug, Deserialize)]
pub struct Grouping<'a> {
    /// One tag.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub tag: Text<'a>,
    /// One tag, or several.
    #[serde(borrow, default)]
    pub tags: OneOrMany<'a, Scalar<'a>>,
    /// A kind of cases.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub category: Text<'a>,
    /// A kind of cases.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub area: Text<'a>,
    /// The tool that is tried.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub tool: Text<'a>,
}

/// One score, by its value alone.
#[derive(Debug, Deserialize)]
pub struct Grade<'a> {
    /// A grade, or several by name.
    #[serde(borrow, default)]
    pub value: Value<'a>,
}

/// Tokens of one model.
#[derive(Debug, Deserialize)]
pub struct Usage {
    /// In.
    #[serde(rename = "input_tokens", default, deserialize_with = "json::number")]
    pub input: Option<f64>,
    /// Out.
    #[serde(rename = "output_tokens", default, deserialize_with = "json::number")]
    pub output: Option<f64>,
    /// All, as the tool counts them.
    #[serde(rename = "total_tokens", default, deserialize_with = "json::number")]
    pub total: Option<f64>,
}

/// One message of a conversation.
#[derive(Debug, Deserialize)]
pub struct Message<'a> {
    /// Who speaks.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub role: Text<'a>,
    /// What is said.
    #[serde(borrow, default)]
    pub content: OneOrMany<'a, Part<'a>>,
}

/// A part of a message.
#[derive(Debug, Deserialize)]
pub struct Part<'a> {
    /// `text`, `image`, …
    #[serde(rename = "type", borrow, default, deserialize_with = "json::text")]
    pub kind: Text<'a>,
    /// Where it is text.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub text: Text<'a>,
}

impl Part<'_> {
    /// As summaries have it: what is no text is only named, `(Image)`.
    pub fn words(&self) -> Cow<'_, str> {
        match (self.kind.as_deref(), self.text.as_deref()) {
            (Some("text") | None, Some(text)) => Cow::Borrowed(text),
            (kind, _) => {
                let mut letters = kind.unwrap_or("text").chars();
                let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
                Cow::Owned(format!("({first}{})", letters.as_str().to_lowercase()))
            }
        }
    }
}

fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(matches!(Scalar::deserialize(from)?, Scalar::Bool(true)))
}

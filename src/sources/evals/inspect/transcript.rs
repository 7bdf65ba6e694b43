//! One sample in full: what was asked, answered, called and said about it.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::log::{Message, Part, Text};
use super::loose::{Named, OneOrMany, Value};
use crate::sources::evals::json::{self, Scalar};
use crate::sources::evals::{Sample, Skip};

/// A text that stands elsewhere in the sample.
const ATTACHMENT: &str = "attachment://";

/// A sample as it is written, without its events.
#[derive(Debug, Deserialize)]
struct Full<'a> {
    #[serde(borrow, default)]
    input: OneOrMany<'a, Message<'a>>,
    #[serde(borrow, default)]
    target: OneOrMany<'a, Scalar<'a>>,
    #[serde(borrow, default)]
    messages: Option<Vec<Turn<'a>>>,
    #[serde(borrow, default)]
    output: Option<Output<'a>>,
    #[serde(borrow, default)]
    scores: Named<'a, Option<Score<'a>>>,
    #[serde(borrow, default)]
    score: Option<Score<'a>>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(borrow, default)]
    attachments: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Score<'a> {
    #[serde(borrow, default)]
    value: Value<'a>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    answer: Text<'a>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    explanation: Text<'a>,
}

#[derive(Debug, Deserialize)]
struct Output<'a> {
    #[serde(borrow, default)]
    choices: Option<Vec<Choice<'a>>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    completion: Text<'a>,
}

#[derive(Debug, Deserialize)]
struct Choice<'a> {
    #[serde(borrow, default)]
    message: Option<Turn<'a>>,
}

#[derive(Debug, Deserialize)]
struct Turn<'a> {
    #[serde(borrow, default)]
    content: OneOrMany<'a, Part<'a>>,
    #[serde(borrow, default)]
    tool_calls: Option<Vec<Call<'a>>>,
}

#[derive(Debug, Deserialize)]
struct Call<'a> {
    #[serde(borrow, default, deserialize_with = "json::text")]
    function: Text<'a>,
    #[serde(borrow, default)]
    arguments: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Failure<'a> {
    #[serde(borrow, default, deserialize_with = "json::text")]
    message: Text<'a>,
}

/// The sample in this text.
///
/// # Errors
///
/// When it cannot be read.
pub fn read(text: &[u8]) -> Result<Sample, Skip> {
    let mut spare = Vec::new();
    let full: Full<'_> =
        json::parse(text, &mut spare).map_err(|error| Skip::because(format!("the sample cannot be read: {error}")))?;
    let attachments = full.attachments.map(RawValue::get).unwrap_or_default();
    let attached = if text.windows(ATTACHMENT.len()).any(|window| window == ATTACHMENT.as_bytes()) {
        serde_json::from_str(attachments).unwrap_or_default()
    } else {
        HashMap::new()
    };
    let attached = Attached(attached);
    let turns = full.messages.unwrap_or_default();
    Ok(Sample {
        input: input(&full.input, &attached),
        target: target(&full.target),
        output: full.output.map(|output| answer(&output, &attached)).unwrap_or_default(),
        explanation: explanation(&full.scores, full.score.as_ref(), &attached),
        calls: turns.iter().flat_map(|turn| turn.tool_calls.iter().flatten()).map(call).collect(),
        error: full.error.map(failure).unwrap_or_default(),
    })
}

/// Texts that stand apart, by their hash.
struct Attached<'a>(HashMap<Cow<'a, str>, Cow<'a, str>>);

impl Attached<'_> {
    fn resolve<'t>(&'t self, text: &'t str) -> &'t str {
        text.strip_prefix(ATTACHMENT).and_then(|hash| self.0.get(hash)).map_or(text, AsRef::as_ref)
    }
}

fn content(content: &OneOrMany<'_, Part<'_>>, attached: &Attached<'_>) -> String {
    match content {
        OneOrMany::None => String::new(),
        OneOrMany::One(text) => attached.resolve(text).to_owned(),
        OneOrMany::Many(parts) => {
            let words: Vec<String> = parts.iter().map(|part| attached.resolve(&part.words()).to_owned()).collect();
            words.join("\n")
        }
    }
}

fn input(input: &OneOrMany<'_, Message<'_>>, attached: &Attached<'_>) -> String {
    match input {
        OneOrMany::None => String::new(),
        OneOrMany::One(text) => attached.resolve(text).to_owned(),
        OneOrMany::Many(messages) => {
            let said = |message: &Message<'_>| {
                let role = message.role.as_deref().unwrap_or("?");
                format!("{role}: {}", content(&message.content, attached))
            };
            messages.iter().map(said).collect::<Vec<_>>().join("\n\n")
        }
    }
}

fn target(target: &OneOrMany<'_, Scalar<'_>>) -> String {
    match target {
        OneOrMany::None => String::new(),
        OneOrMany::One(text) => text.clone().into_owned(),
        OneOrMany::Many(targets) => {
            let word = |target: &Scalar<'_>| match target {
                Scalar::Text(text) => Some(text.clone().into_owned()),
                Scalar::Number(number) => Some(number.to_string()),
                Scalar::Bool(value) => Some(value.to_string()),
                Scalar::Null | Scalar::List | Scalar::Object => None,
            };
            targets.iter().filter_map(word).collect::<Vec<_>>().join("\n")
        }
    }
}

/// What the choices say; what the model submitted, where they only call tools.
fn answer(output: &Output<'_>, attached: &Attached<'_>) -> String {
    let choices = output.choices.iter().flatten().filter_map(|choice| choice.message.as_ref());
    let said = choices.map(|message| content(&message.content, attached)).filter(|text| !text.is_empty());
    let mut said: Vec<String> = said.collect();
    if let Some(completion) = output.completion.as_deref().map(|text| attached.resolve(text))
        && !completion.is_empty()
        && !said.iter().any(|text| text == completion)
    {
        said.push(completion.to_owned());
    }
    said.join("\n\n")
}

fn explanation(scores: &Named<'_, Option<Score<'_>>>, old: Option<&Score<'_>>, attached: &Attached<'_>) -> String {
    let named = scores.0.iter().filter_map(|(name, score)| Some((name.as_ref(), score.as_ref()?)));
    let all = named.chain(old.map(|score| ("score", score)));
    all.map(|(name, score)| {
        let said = [&score.explanation, &score.answer].into_iter().find_map(|text| text.as_deref());
        let said = said.map(|text| format!(": {}", attached.resolve(text))).unwrap_or_default();
        format!("{name} = {}{said}", value(&score.value))
    })
    .collect::<Vec<_>>()
    .join("\n\n")
}

fn value(value: &Value<'_>) -> String {
    let word = |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |number| number.to_string());
    match value {
        Value::None => word(None),
        Value::Number(number) => word(Some(*number)),
        Value::Members(members) => {
            members.iter().map(|(name, number)| format!("{name} {}", word(*number))).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The same call reads the same whatever the spaces and the order of its arguments.
fn call(call: &Call<'_>) -> String {
    let name = call.function.as_deref().unwrap_or("?");
    let raw = call.arguments.map_or("", RawValue::get);
    let arguments = serde_json::from_str::<serde_json::Value>(raw);
    arguments.map_or_else(|_| format!("{name}({raw})"), |arguments| format!("{name}({arguments})"))
}

fn failure(error: &RawValue) -> String {
    let raw = error.get();
    let message = serde_json::from_str::<Failure<'_>>(raw).ok().and_then(|failure| failure.message);
    let text = message.or_else(|| serde_json::from_str::<Cow<'_, str>>(raw).ok());
    text.map_or_else(|| raw.to_owned(), Cow::into_owned)
}

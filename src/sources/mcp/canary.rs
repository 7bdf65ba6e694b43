//! One tool call that shows that a server works, end to end. It is made only
//! if the tool says that it only reads, or the operator says that it may be.

use serde_json::Value;

use super::levels::{record, within};
use super::lines::Line;
use super::message::{Ask, call_headers};
use super::patience::Patience;
use super::trouble::{Fallible, Trouble};
use crate::config::Canary;
use crate::domain::probe::{Class, Evidence, Level, Report};
use crate::domain::text::Clean;

/// Stands for something that was never said before, so that no cache can answer.
const NONCE: &str = "{{nonce}}";

/// Calls the canary and puts into the report what came of it.
pub(super) async fn check(
    report: &mut Report,
    line: &mut Line<'_>,
    (canary, tools): (&Canary, &[Value]),
    patience: Patience,
) {
    let nonce = ulid::Ulid::generate().to_string().to_lowercase();
    let args = filled(&canary.args, &nonce);
    let expect = canary.expect.as_ref().map(|expect| expect.replace(NONCE, &nonce));
    let what = format!("the call of {}", canary.tool);
    let mut answer = String::new();
    let mut called = false;
    let work = async {
        let tool = suitable(canary, tools)?;
        called = true;
        let headers = call_headers(&canary.tool, tool, &args);
        let ask = Ask::call(&canary.tool, &args, headers);
        let result = match line.ask(&ask).await {
            Err(trouble) if line.has_lost_its_session(&trouble) => {
                line.renew().await?;
                line.ask(&ask).await
            }
            asked => asked,
        }?;
        answer = said(&result);
        expected(&result, &answer, expect.as_deref())
    };
    let (took, outcome) = within(patience.canary, &what, work).await;
    let outcome =
        outcome.map(|()| ((), format!("{} answers", canary.tool))).map_err(|trouble| of_canary(trouble, canary));
    let seen = if called { line.seen() } else { None };
    record(report, (Level::Canary, took), outcome, seen);
    if let Some(check) = report.checks.last_mut().filter(|_| called) {
        let evidence: &mut Evidence = &mut check.evidence;
        evidence.canary = Some((Clean::line(&args.to_string()), Clean::block(&answer)));
    }
}

/// The arguments with something new in the place of each nonce.
fn filled(args: &Value, nonce: &str) -> Value {
    match args {
        Value::String(text) => Value::String(text.replace(NONCE, nonce)),
        Value::Array(items) => items.iter().map(|item| filled(item, nonce)).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), filled(value, nonce))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => args.clone(),
    }
}

/// The tool as the list has it, if it may be called.
fn suitable<'a>(canary: &Canary, tools: &'a [Value]) -> Fallible<&'a Value> {
    let named = |tool: &&Value| tool.get("name").and_then(Value::as_str) == Some(canary.tool.as_str());
    let tool = tools.iter().find(named);
    let tool = tool.ok_or_else(|| Trouble::new(Class::Canary, &format!("the server has no tool {}", canary.tool)))?;
    let only_reads = tool.pointer("/annotations/readOnlyHint").and_then(Value::as_bool) == Some(true);
    if only_reads || canary.allow_unsafe {
        return Ok(tool);
    }
    let message = format!(
        "{} does not say that it only reads (readOnlyHint), so it was not called; `allow_unsafe = true` calls it all the same",
        canary.tool
    );
    Err(Trouble::new(Class::CanaryUnsafe, &message))
}

/// What a tool said: its texts, then its structured content.
fn said(result: &Value) -> String {
    let mut said = Vec::new();
    for item in result.get("content").and_then(Value::as_array).into_iter().flatten() {
        let text = item.get("text").or_else(|| item.pointer("/resource/text")).and_then(Value::as_str);
        said.extend(text.map(str::to_owned));
    }
    if let Some(structured) = result.get("structuredContent").filter(|structured| !structured.is_null()) {
        said.push(structured.to_string());
    }
    said.join("\n")
}

fn expected(result: &Value, answer: &str, expect: Option<&str>) -> Fallible<()> {
    let fails = |message: &str| Err(Trouble::new(Class::Canary, message));
    if result.get("isError").and_then(Value::as_bool) == Some(true) {
        let why: String = answer.chars().take(200).collect();
        return fails(&format!("the tool failed: {why}"));
    }
    if !result.is_object() {
        return fails("the answer to the call is no object");
    }
    let has_content = result.get("content").is_some_and(Value::is_array);
    if !has_content && result.get("structuredContent").is_none_or(Value::is_null) {
        return fails("the answer to the call holds neither a `content` list nor `structuredContent`");
    }
    match expect {
        Some(expect) if !answer.contains(expect) => fails(&format!("the answer does not hold {expect:?}")),
        Some(_) | None => Ok(()),
    }
}

/// Whatever goes wrong with the call is the canary's trouble, but for being throttled or without a right.
fn of_canary(mut trouble: Box<Trouble>, canary: &Canary) -> Box<Trouble> {
    if !matches!(trouble.class(), Class::Auth | Class::Throttled | Class::CanaryUnsafe) {
        trouble.failure.class = Class::Canary;
    }
    trouble.failure.tool = Some(Clean::line(&canary.tool));
    trouble
}

//! The levels of one probe, in their order, over whatever line there is: each
//! with its own end, and none after one that failed.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::canary;
use super::greet::{Greeting, Offer};
use super::line::Seen;
use super::lines::Line;
use super::message::{Ask, Known};
use super::patience::{LIST, PAGES, Patience, TOOLS};
use super::trouble::{Fallible, Trouble};
use crate::config::Canary;
use crate::domain::probe::{Check, Class, Evidence, Level, Report, ToolList};
use crate::domain::text::Clean;

/// What is to be tried on a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order<'a> {
    pub upto: Level,
    pub canary: Option<&'a Canary>,
    pub patience: Patience,
}

/// Puts the outcome of one level into the report; gives what it found.
pub(super) fn record<T>(
    report: &mut Report,
    (level, took): (Level, Duration),
    outcome: Fallible<(T, String)>,
    seen: Option<Seen>,
) -> Option<T> {
    let mut check =
        Check { level, took, failure: None, detail: Clean::default(), phases: None, evidence: Evidence::default() };
    let mut found = None;
    match outcome {
        Ok((value, detail)) => {
            found = Some(value);
            check.detail = Clean::line(&detail);
        }
        Err(trouble) => {
            let Trouble { mut failure, evidence } = *trouble;
            failure.http_status = failure.http_status.or_else(|| seen.as_ref()?.status);
            check.failure = Some(failure);
            check.evidence = evidence;
        }
    }
    if let Some(seen) = seen {
        let mut phases = seen.phases;
        if phases.total.is_zero() {
            phases.total = took;
        }
        check.phases = Some(phases);
        if check.evidence.headers.is_empty() {
            check.evidence.headers = seen.headers;
        }
    }
    report.checks.push(check);
    found
}

/// Does it, and gives up at the end of the time for it.
pub(super) async fn within<T>(
    patience: Duration,
    what: &str,
    work: impl Future<Output = Fallible<T>>,
) -> (Duration, Fallible<T>) {
    let began = Instant::now();
    let outcome = tokio::time::timeout(patience, work).await.unwrap_or_else(|_| Err(Trouble::late(what, patience)));
    (began.elapsed(), outcome)
}

/// Runs handshake, tools and canary, and says in which way to begin the next time.
pub(super) async fn run(
    report: &mut Report,
    line: &mut Line<'_>,
    known: Option<Known>,
    order: Order<'_>,
) -> Option<Known> {
    if order.upto < Level::Handshake {
        return known;
    }
    let patience = order.patience;
    let (took, greeted) = within(patience.level, "the handshake", line.greet(known)).await;
    let greeted = greeted.map(|greeting| (greeting, String::new()));
    let greeting = record(report, (Level::Handshake, took), greeted, line.seen())?;
    let known = Known::of(greeting.transport, greeting.era);
    note(report, &greeting);
    if order.upto < Level::Tools {
        return Some(known);
    }
    let (took, listed) = match greeting.tools {
        Offer::Tools => within(patience.level, "tools/list", list(line)).await,
        Offer::Nothing => (Duration::ZERO, Ok(Vec::new())),
    };
    let detail = |tools: &Vec<Value>| match greeting.tools {
        Offer::Tools if tools.len() == 1 => "1 tool".to_owned(),
        Offer::Tools => format!("{} tools", tools.len()),
        Offer::Nothing => "the server offers no tools".to_owned(),
    };
    let seen = if greeting.tools == Offer::Tools { line.seen() } else { None };
    let listed = listed.map(|tools| {
        let detail = detail(&tools);
        (tools, detail)
    });
    let tools = record(report, (Level::Tools, took), listed, seen)?;
    let canary = order.canary.filter(|_| order.upto >= Level::Canary);
    if let Some(canary) = canary {
        canary::check(report, line, (canary, &tools), patience).await;
    }
    report.tools = Some(ToolList { tools });
    Some(known)
}

fn note(report: &mut Report, greeting: &Greeting) {
    report.transport = Some(greeting.transport);
    report.era = Some(greeting.era);
    report.protocol_version = Some(Clean::line(&greeting.version));
    report.server.clone_from(&greeting.server);
    report.instructions.clone_from(&greeting.instructions);
}

/// The whole list; from the beginning again if the session was lost in between.
async fn list(line: &mut Line<'_>) -> Fallible<Vec<Value>> {
    match pages(line).await {
        Err(trouble) if line.has_lost_its_session(&trouble) => {
            line.renew().await?;
            pages(line).await
        }
        listed => listed,
    }
}

async fn pages(line: &mut Line<'_>) -> Fallible<Vec<Value>> {
    let mut tools = Vec::new();
    let mut cursors: Vec<String> = Vec::new();
    let mut read = 0;
    for _ in 0..PAGES {
        let answer = line.ask(&Ask::list(cursors.last().map(String::as_str))).await?;
        read += line.size();
        let (page, next) = page(answer)?;
        tools.extend(page);
        if tools.len() > TOOLS {
            return Err(Trouble::too_large(&format!("the list has more than {TOOLS} tools")));
        }
        if read > LIST {
            return Err(Trouble::too_large(&format!("the list has more than {} MiB", LIST >> 20)));
        }
        let Some(cursor) = next else { return Ok(tools) };
        if cursors.contains(&cursor) {
            let message = "tools/list gives a cursor that it has given before: the list never ends";
            return Err(Trouble::new(Class::CursorCycle, message));
        }
        cursors.push(cursor);
    }
    Err(Trouble::too_large(&format!("the list has more than {PAGES} pages")))
}

/// The tools of one page, and the cursor of the next; an empty string is a cursor too.
fn page(answer: Value) -> Fallible<(Vec<Value>, Option<String>)> {
    let bad = |why: &str| Trouble::bad_reply(&format!("the answer to tools/list {why}"));
    let Value::Object(mut answer) = answer else { return Err(bad("is no object")) };
    let Some(Value::Array(tools)) = answer.remove("tools") else { return Err(bad("holds no `tools`")) };
    if !tools.iter().all(Value::is_object) {
        return Err(bad("holds a tool that is no object"));
    }
    match answer.remove("nextCursor") {
        None | Some(Value::Null) => Ok((tools, None)),
        Some(Value::String(cursor)) => Ok((tools, Some(cursor))),
        Some(_) => Err(bad("holds a cursor that is no text")),
    }
}

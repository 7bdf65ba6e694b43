//! `dogwatch status`: one line for a shell prompt, from disk only.

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, json, open_quietly, out};
use crate::domain::journal::State;
use crate::domain::queue::Section;
use crate::domain::source::Freshness;

pub(super) fn run(global: &Global) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let session = open_quietly(&context)?;
    let desk = session.desk();
    let queue = desk.queue();
    let open = queue.count(Section::NeedsYouNow) + queue.count(Section::Untriaged);
    let overdue = queue.rows.iter().filter(|row| row.standing.overdue()).count();
    let unsent = desk.journal().unsettled().filter(|entry| entry.state != State::Asking).count();
    let unknown = desk.journal().unsettled().filter(|entry| matches!(entry.state, State::Unknown { .. })).count();
    let asking = desk.journal().complaints().filter(|entry| entry.state == State::Asking).count();
    let refused = desk.journal().complaints().filter(|entry| entry.is_unseen_complaint()).count() - asking;
    let failed: Vec<&str> = desk
        .sources()
        .iter()
        .filter(|health| !matches!(health.freshness(desk.now()), Freshness::Fresh))
        .map(|health| health.id.as_str())
        .collect();
    if global.json {
        out::json(&serde_json::json!({
            "schema": "dogwatch.status/1",
            "at": json::time(desk.now()),
            "open": open,
            "overdue": overdue,
            "acked": queue.count(Section::Acked),
            "snoozed": queue.count(Section::Snoozed),
            "unsent": unsent,
            "unknown": unknown,
            "asking": asking,
            "refused": refused,
            "not_fresh": failed,
        }))?;
        return Ok(Exit::Done);
    }
    let mut words = vec![format!("{open} open")];
    let mut add = |count: usize, word: &str| words.extend((count > 0).then(|| format!("{count} {word}")));
    add(overdue, "overdue");
    add(queue.count(Section::Acked), "acked");
    add(unsent, "unsent");
    add(asking, "asking again");
    add(refused, "refused");
    words.extend(failed.iter().map(|id| format!("{id} not fresh")));
    out::answer(&words.join(" · "))?;
    Ok(Exit::Done)
}

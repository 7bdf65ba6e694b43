//! Hidden words that dogwatch leaves in issues and comments.
//!
//! Anybody can write one. So an operation counts only from our own login, and
//! a fingerprint or a snooze only from somebody of the team; nothing else in
//! a text changes anything.

use chrono::{DateTime, Utc};

use super::target::Customs;
use super::wire::User;
use crate::domain::decision::{Asking, Filed};
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::text::Clean;

const OPEN: &str = "<!-- dogwatch ";
const CLOSE: &str = "-->";
/// No step asks more people than this by name.
const MOST_ASKED: usize = 60;
/// No escalation has more steps.
const MOST_STEPS: u32 = 1_000;

/// The marker of an operation.
pub fn of_op(op: &OpId) -> String {
    format!("{OPEN}op={op} {CLOSE}")
}

/// The marker of the comment of a use of a runbook.
pub fn of_run(op: &OpId, run: &OpId) -> String {
    format!("{OPEN}op={op} run={run} {CLOSE}")
}

/// Whether the text is the comment of this use of a runbook.
pub fn is_of_run(text: &str, run: &OpId) -> bool {
    word(text, "run") == Some(run.as_str())
}

/// The marker of an issue that is filed for a signal.
pub fn of_signal(op: &OpId, signal: &Filed) -> String {
    format!("{OPEN}op={op} fingerprint={} signal={} {CLOSE}", signal.fingerprint, signal.id)
}

/// The marker of a document for people, which is no incident.
pub fn of_post(op: &OpId, key: &str) -> String {
    format!("{OPEN}op={op} post={key} {CLOSE}")
}

/// The key of the document that this text is.
pub fn post(text: &str) -> Option<&str> {
    word(text, "post")
        .filter(|key| !key.is_empty() && key.len() <= 128 && key.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The marker of a snooze.
pub fn of_snooze(op: &OpId, until: DateTime<Utc>) -> String {
    format!("{OPEN}op={op} snooze-until={} {CLOSE}", until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

/// The marker of a step of an escalation.
pub fn of_ask(op: &OpId, asking: &Asking) -> String {
    let since = asking.since.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let who: Vec<&str> = asking.who.iter().map(Clean::as_str).filter(|id| is_id(id)).take(MOST_ASKED).collect();
    let (id, step) = (&asking.escalation, asking.step);
    format!("{OPEN}op={op} escalate={id}/{step} since={since} asked={} {CLOSE}", who.join(","))
}

/// The marker of a comment that takes an asking back, which was written then.
pub fn of_recall(op: &OpId, asking: &Asking, at: DateTime<Utc>) -> String {
    let at = at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    of_ask(op, asking).replace(" escalate=", &format!(" recalls={at} escalate="))
}

/// Somebody's text, in which nothing is a marker: it may quote a stranger.
pub fn defused(text: &str) -> String {
    text.replace(OPEN, "<!-- (dogwatch) ")
}

/// The words of all markers in a text, in order.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(OPEN)
        .skip(1)
        .filter_map(|rest| rest.split_once(CLOSE))
        .flat_map(|(inside, _)| inside.split_whitespace())
        .filter_map(|word| word.split_once('='))
}

fn word<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    words(text).find(|(name, _)| *name == key).map(|(_, value)| value)
}

/// Whether the text bears the marker of this operation.
pub fn bears(text: &str, op: &OpId) -> bool {
    words(text).any(|(key, value)| key == "op" && value == op.as_str())
}

/// Until when the text says to snooze.
pub fn snooze_until(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(word(text, "snooze-until")?).ok().map(|at| at.to_utc())
}

/// The fingerprint in the text: at most 128 letters, digits and dashes.
pub fn fingerprint(text: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.');
    word(text, "fingerprint").filter(|print| print.len() <= 128 && !print.is_empty() && print.chars().all(plain))
}

/// The signal in the text: what it was called where it was seen first.
pub fn signal(text: &str) -> Option<Filed> {
    let fingerprint = fingerprint(text)?;
    let (source, _) = word(text, "signal")?.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let named = !source.is_empty() && source.len() <= 64 && source.chars().all(plain);
    let id = IncidentId::of_signal(&SourceId::new(source), fingerprint);
    named.then(|| Filed { id, fingerprint: fingerprint.to_owned() })
}

/// Who was asked by this text, which step of which escalation it was, and since when nobody had it.
pub fn ask(text: &str) -> Option<(String, u32, DateTime<Utc>, Vec<Clean>)> {
    let (escalation, step) = word(text, "escalate")?.split_once('/')?;
    let step = step.parse().ok().filter(|step| *step <= MOST_STEPS)?;
    let since = DateTime::parse_from_rfc3339(word(text, "since")?).ok()?.to_utc();
    let who: Vec<Clean> =
        word(text, "asked")?.split(',').filter(|id| is_id(id)).take(MOST_ASKED).map(Clean::line).collect();
    (is_id(escalation) && !who.is_empty()).then(|| (escalation.to_owned(), step, since, who))
}

/// When the asking was written that this text takes back; none where it asks.
pub fn recalls(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(word(text, "recalls")?).ok().map(|at| at.to_utc())
}

/// Whether this may be the id of a person or an escalation.
fn is_id(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.len() <= 64 && text.chars().all(plain)
}

/// The text as its author wrote it, without our markers.
pub fn without(text: &str) -> String {
    let mut parts = text.split(OPEN);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some((_, after)) = part.split_once(CLOSE) {
            out.push_str(after);
        } else {
            out.push_str(OPEN);
            out.push_str(part);
        }
    }
    out.trim_end().to_owned()
}

/// Whether a marker by this author may change something.
pub fn is_believed(author: Option<&User>, association: Option<&str>, customs: &Customs) -> bool {
    let ours = author.and_then(|user| user.login.as_deref()).is_some_and(|login| customs.is_one_of_us(login));
    ours || matches!(association, Some("OWNER" | "MEMBER" | "COLLABORATOR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_read_back_as_it_was_written() {
        let op = OpId::from("01ARZ3NDEKTSV4RRFFQ69G5FAV");
        let until = "2026-11-23T09:00:00Z".parse().unwrap();
        let text = format!("Snoozed.\n\n{}", of_snooze(&op, until));
        assert!(bears(&text, &op));
        assert_eq!(snooze_until(&text), Some(until));
        assert_eq!(without(&text), "Snoozed.");
        assert!(bears(&of_op(&op), &op));
        assert!(!bears(&defused(&text), &op));
    }

    #[test]
    fn what_only_looks_like_a_marker_is_none() {
        let cases = [
            "op=01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "<!-- op=01ARZ3NDEKTSV4RRFFQ69G5FAV -->",
            "<!-- dogwatch op=01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "<!-- dogwatch op=01ARZ3NDEKTSV4RRFFQ69G5FAVX -->",
            "<!-- dogwatch snooze-until=tomorrow fingerprint=a/b -->",
        ];
        for text in cases {
            assert!(!bears(text, &OpId::from("01ARZ3NDEKTSV4RRFFQ69G5FAV")), "{text}");
            assert_eq!((snooze_until(text), fingerprint(text)), (None, None), "{text}");
        }
    }
}

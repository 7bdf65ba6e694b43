//! An issue becomes an incident.

use chrono::{DateTime, Utc};

use super::marker;
use super::target::Customs;
use super::wire::{Comment, Issue, User};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::{Ack, Asked, CloseReason, Incident, Snooze, Status, same_name};
use crate::domain::text::{Clean, Link};

/// The incident that this issue is. What only its history tells (who acked it
/// and when, who snoozed it, when it was reopened) is taken from what is known.
pub fn incident(source: &SourceId, issue: &Issue, known: Option<&Incident>, customs: &Customs) -> Incident {
    let title = Clean::line(issue.title.as_deref().unwrap_or("(no title)"));
    let opened_at = issue.created_at.unwrap_or(issue.updated_at);
    let mut incident = Incident::opened(source, issue.number, title, opened_at);
    incident.key = issue.id.unwrap_or(0);
    // An empty one, too: it takes the place of what was there.
    incident.body = Some(Clean::block(&marker::without(issue.body.as_deref().unwrap_or_default())));
    incident.url = issue.html_url.as_deref().and_then(Link::parse).map(|link| link.as_str().to_owned());
    incident.author = login(issue.user.as_ref());
    incident.labels = issue.labels.iter().map(|label| Clean::line(label.name())).collect();
    incident.assignees = issue.assignees.iter().filter_map(|user| login(Some(user))).collect();
    incident.status = status(issue);
    incident.updated_at = issue.updated_at;
    incident.comments = issue.comments.or_else(|| Some(known?.comments)).unwrap_or(0);
    incident.fingerprint = fingerprint(issue, customs).or_else(|| known?.fingerprint.clone());
    incident.signal = signal(issue, customs).or_else(|| known?.signal.clone());
    remember(&mut incident, known, customs);
    incident
}

/// Takes over what the issue alone does not say.
fn remember(incident: &mut Incident, known: Option<&Incident>, customs: &Customs) {
    if incident.has_label(&customs.labels.ack) {
        let unknown = || Ack { by: None, at: None };
        incident.ack = Some(known.and_then(|known| known.ack.clone()).unwrap_or_else(unknown));
    }
    let Some(known) = known else { return };
    if incident.has_label(&customs.labels.snoozed) {
        incident.snooze.clone_from(&known.snooze);
    }
    incident.asked.clone_from(&known.asked);
    incident.reopened_at = known.reopened_at;
    incident.human_at = known.human_at;
    if !known.is_open() && incident.is_open() && known.updated_at < incident.updated_at {
        // The event will say when exactly.
        incident.reopened_at = incident.reopened_at.max(Some(incident.updated_at));
    }
    if incident.comments > known.comments {
        incident.human_at = incident.human_at.max(Some(incident.updated_at));
    }
}

/// The login, safe to show.
pub fn login(user: Option<&User>) -> Option<Clean> {
    user?.login.as_deref().map(Clean::line)
}

fn status(issue: &Issue) -> Status {
    if issue.state.as_deref() != Some("closed") {
        return Status::Open;
    }
    let reason = match issue.state_reason.as_deref() {
        Some("not_planned") => CloseReason::NotPlanned,
        Some("duplicate") => CloseReason::Duplicate,
        Some(_) | None => CloseReason::Completed,
    };
    Status::Closed { at: issue.closed_at, reason }
}

fn fingerprint(issue: &Issue, customs: &Customs) -> Option<String> {
    let believed = marker::is_believed(issue.user.as_ref(), issue.author_association.as_deref(), customs);
    marker::fingerprint(issue.body.as_deref()?).filter(|_| believed).map(str::to_owned)
}

fn signal(issue: &Issue, customs: &Customs) -> Option<IncidentId> {
    let believed = marker::is_believed(issue.user.as_ref(), issue.author_association.as_deref(), customs);
    marker::signal(issue.body.as_deref()?).filter(|_| believed).map(|signal| signal.id)
}

/// Whether this issue is a document that somebody of the team has posted: a handoff, minutes.
pub fn is_document(issue: &Issue, customs: &Customs) -> bool {
    let believed = marker::is_believed(issue.user.as_ref(), issue.author_association.as_deref(), customs);
    believed && issue.body.as_deref().and_then(marker::post).is_some()
}

/// Whether the source is about this issue: no pull request, and one of the labels, if it asks for any.
pub fn is_wanted(issue: &Issue, labels: &[String]) -> bool {
    let bears = |name: &String| issue.labels.iter().any(|label| same_name(label.name(), name));
    issue.pull_request.is_none() && (labels.is_empty() || labels.iter().any(bears))
}

/// The last snooze that somebody of the team has written among these comments.
pub fn snooze(comments: &[Comment], customs: &Customs) -> Option<Snooze> {
    let believed =
        |comment: &&Comment| marker::is_believed(comment.user.as_ref(), comment.author_association.as_deref(), customs);
    let snooze = |comment: &Comment| {
        let until = marker::snooze_until(comment.body.as_deref()?)?;
        Some((comment.id, Snooze { until, by: login(comment.user.as_ref()), at: Some(comment.created_at) }))
    };
    let (_, last) = comments.iter().filter(believed).filter_map(snooze).max_by_key(|(id, _)| *id)?;
    Some(last)
}

/// Whether a comment is by somebody of the team, whose marker counts.
pub fn is_believed(comment: &Comment, customs: &Customs) -> bool {
    marker::is_believed(comment.user.as_ref(), comment.author_association.as_deref(), customs)
}

/// Who was asked to take it by these comments, of those that are believed; oldest first.
pub fn asked(comments: &[Comment], believed: impl Fn(&Comment) -> bool) -> Vec<Asked> {
    let asked = |comment: &Comment| {
        let (escalation, step, since, who) = marker::ask(comment.body.as_deref()?)?;
        let recalls = marker::recalls(comment.body.as_deref()?);
        let back = recalls.map(|at| comment.created_at.max(at));
        let (at, by) = (recalls.unwrap_or(comment.created_at), login(comment.user.as_ref()));
        Some((comment.id, Asked { escalation, step, who, since: since.min(at), at, by, back }))
    };
    let mut all: Vec<(u64, Asked)> = comments.iter().filter(|comment| believed(comment)).filter_map(asked).collect();
    all.sort_by_key(|(id, _)| *id);
    all.into_iter().fold(Vec::new(), |mut told, (_, asked)| {
        told.push(if asked.stands() { asked.anew(&told) } else { asked });
        told
    })
}

/// The least that an item must say, for when the rest cannot be read.
pub fn name_and_time(item: &serde_json::Value) -> (Option<u64>, Option<DateTime<Utc>>) {
    let at = item.get("updated_at").and_then(|at| serde_json::from_value(at.clone()).ok());
    (item.get("number").and_then(serde_json::Value::as_u64), at)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::decision::StateLabels;

    fn customs() -> Customs {
        Customs {
            labels: StateLabels { ack: "ack".into(), snoozed: "snoozed".into() },
            severities: Vec::new(),
            kinds: Vec::new(),
            people: vec!["Ana-Example".into()],
            model: None,
        }
    }

    fn read(fields: &Value) -> (Issue, Incident) {
        let mut whole = json!({"number": 7, "updated_at": "2026-11-22T12:00:00Z"});
        let object = whole.as_object_mut().unwrap();
        object.extend(fields.as_object().unwrap().clone());
        let issue: Issue = serde_json::from_value(whole).unwrap();
        let incident = incident(&SourceId::from("gh"), &issue, None, &customs());
        (issue, incident)
    }

    #[test]
    fn a_field_that_is_odd_costs_itself_only() {
        let cases = [
            json!({}),
            json!({"title": null, "user": null, "labels": null, "assignees": null, "state_reason": "invented"}),
            json!({"title": 5, "user": "x", "labels": "x", "assignees": [3], "comments": -1, "created_at": "soon"}),
            json!({"id": "x", "closed_at": [], "html_url": "javascript:alert(1)", "state": 9, "body": {}}),
        ];
        for fields in cases {
            let (issue, incident) = read(&fields);
            assert!(incident.is_open() && is_wanted(&issue, &[]), "{fields}");
            assert_eq!((incident.number, incident.url, incident.author), (7, None, None), "{fields}");
        }
    }

    #[test]
    fn why_it_was_closed_is_told_in_our_words() {
        let cases = [
            ("completed", CloseReason::Completed),
            ("not_planned", CloseReason::NotPlanned),
            ("duplicate", CloseReason::Duplicate),
            ("invented", CloseReason::Completed),
        ];
        for (word, want) in cases {
            let (_, incident) = read(&json!({"state": "closed", "state_reason": word}));
            assert_eq!(incident.status, Status::Closed { at: None, reason: want }, "{word}");
        }
    }

    #[test]
    fn a_fingerprint_is_believed_from_the_team_only() {
        let cases = [
            ("ana-example", "NONE", true),
            ("mallory", "OWNER", true),
            ("mallory", "MEMBER", true),
            ("mallory", "COLLABORATOR", true),
            ("mallory", "CONTRIBUTOR", false),
            ("mallory", "NONE", false),
        ];
        for (login, association, believed) in cases {
            let body = "x <!-- dogwatch op=01ARZ3NDEKTSV4RRFFQ69G5FAV fingerprint=ab12 -->";
            let fields = json!({"body": body, "user": {"login": login}, "author_association": association});
            let (_, incident) = read(&fields);
            assert_eq!(incident.fingerprint.as_deref(), believed.then_some("ab12"), "{login} {association}");
            assert_eq!(incident.body.unwrap().as_str(), "x");
        }
    }

    #[test]
    fn pull_requests_and_other_labels_are_not_wanted() {
        let labels = ["triage".to_owned()];
        let cases = [
            (json!({"labels": [{"name": "Triage"}]}), true),
            (json!({"labels": ["triage"]}), true),
            (json!({"labels": [{"name": "bug"}]}), false),
            (json!({"labels": [{"name": "triage"}], "pull_request": {}}), false),
            (json!({"labels": [{"name": "triage"}], "pull_request": null}), true),
        ];
        for (fields, want) in cases {
            assert_eq!(is_wanted(&read(&fields).0, &labels), want, "{fields}");
        }
    }
}

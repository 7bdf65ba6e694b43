//! Who did what to an issue, and in which order: the server's.

use chrono::{DateTime, Utc};

use super::target::Customs;
use super::wire::Event;
use crate::domain::incident::{Ack, Incident, Moment, same_name};
use crate::domain::text::Clean;

/// What one event says, in our words.
enum Deed {
    Acked,
    Unacked,
    Reopened,
    /// What a person does who has looked at it.
    Looked,
    Other,
}

fn deed(event: &Event, customs: &Customs) -> Deed {
    let label = event.label.as_ref().map_or("", |label| label.name());
    let one_of = |names: &[String]| names.iter().any(|name| same_name(name, label));
    match event.event.as_str() {
        "labeled" if same_name(label, &customs.labels.ack) => Deed::Acked,
        "unlabeled" if same_name(label, &customs.labels.ack) => Deed::Unacked,
        "reopened" => Deed::Reopened,
        "labeled" if same_name(label, &customs.labels.snoozed) || one_of(&customs.severities) => Deed::Looked,
        "assigned" | "marked_as_duplicate" => Deed::Looked,
        _ => Deed::Other,
    }
}

/// The person behind an event.
pub fn actor(event: &Event) -> Option<Clean> {
    event.actor.as_ref()?.login.as_deref().map(Clean::line)
}

/// The ack that counts: of the `labeled` events after the last `unlabeled` or
/// `reopened`, the one with the lowest id. None if there is none.
pub fn first_ack<'a>(events: &'a [Event], customs: &Customs) -> Option<&'a Event> {
    let mut sorted: Vec<&Event> = events.iter().collect();
    sorted.sort_by_key(|event| event.id);
    sorted.into_iter().fold(None, |first, event| match deed(event, customs) {
        Deed::Acked => first.or(Some(event)),
        Deed::Unacked | Deed::Reopened => None,
        Deed::Looked | Deed::Other => first,
    })
}

/// Tells the incident about events that it may know in part, oldest first. An
/// ack from before a reopening stays, as the void one that it is.
pub fn tell(incident: &mut Incident, event: &Event, customs: &Customs) {
    let at = event.created_at;
    match deed(event, customs) {
        Deed::Acked => {
            if is_void(incident) {
                incident.ack = Some(Ack { by: actor(event), at: Some(at) });
            }
            looked(incident, at);
        }
        Deed::Unacked => incident.ack = None,
        Deed::Reopened => incident.reopened_at = incident.reopened_at.max(Some(at)),
        Deed::Looked => looked(incident, at),
        Deed::Other => {}
    }
}

fn is_void(incident: &Incident) -> bool {
    let Some(ack) = &incident.ack else { return true };
    ack.at.is_none() || incident.reopened_at.is_some_and(|reopened| ack.at < Some(reopened))
}

fn looked(incident: &mut Incident, at: DateTime<Utc>) {
    incident.human_at = incident.human_at.max(Some(at));
}

/// The line of the timeline for this event; none for what the timeline leaves out.
pub fn moment(event: &Event, customs: &Customs) -> Option<(String, Moment)> {
    let label = || event.label.as_ref().map_or("", |label| label.name());
    let assignee = || event.assignee.as_ref().and_then(|user| user.login.as_deref()).unwrap_or("somebody");
    let what = match deed(event, customs) {
        Deed::Acked => "acked".to_owned(),
        Deed::Unacked => "unacked".to_owned(),
        Deed::Reopened => "reopened".to_owned(),
        Deed::Looked | Deed::Other => match event.event.as_str() {
            "labeled" => format!("labeled {}", label()),
            "unlabeled" => format!("unlabeled {}", label()),
            "assigned" => format!("assigned {}", assignee()),
            "unassigned" => format!("unassigned {}", assignee()),
            "closed" => match event.state_reason.as_deref() {
                Some(reason) => format!("closed as {}", reason.replace('_', "-")),
                None => "closed".to_owned(),
            },
            "renamed" => {
                let to = event.rename.as_ref().and_then(|rename| rename.to.as_deref());
                format!("renamed to {}", to.unwrap_or("something else"))
            }
            "marked_as_duplicate" => "marked as a duplicate".to_owned(),
            "transferred" => "transferred".to_owned(),
            _ => return None,
        },
    };
    let moment = Moment { at: event.created_at, by: actor(event), what: Clean::line(&what), text: None };
    Some((format!("event:{}", event.id), moment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decision::StateLabels;
    use crate::domain::id::SourceId;

    fn customs() -> Customs {
        Customs {
            labels: StateLabels { ack: "ack".into(), snoozed: "snoozed".into() },
            severities: vec!["SEV1".into()],
            kinds: Vec::new(),
            people: Vec::new(),
            model: None,
        }
    }

    /// `+a` acks as a, `-b` unacks as b, `r` reopens, `.` is anything else; a second apart.
    fn events(story: &str) -> Vec<Event> {
        let event = |(at, word): (usize, &str)| {
            let (kind, actor) = word.split_at(1);
            let name = match kind {
                "+" => "labeled",
                "-" => "unlabeled",
                "r" => "reopened",
                _ => "head_ref_force_pushed",
            };
            let json = serde_json::json!({
                "id": at + 1, "event": name, "label": {"name": "Ack"}, "actor": {"login": actor},
                "created_at": DateTime::from_timestamp(1_800_000_000 + i64::try_from(at).unwrap(), 0).unwrap(),
            });
            serde_json::from_value(json).unwrap()
        };
        story.split_whitespace().enumerate().map(event).collect()
    }

    #[test]
    fn the_first_ack_after_the_last_unack_or_reopening_counts() {
        let cases = [
            ("", None, None),
            ("+a", Some("a"), Some("a")),
            ("+a +b", Some("a"), Some("a")),
            ("+a -b", None, None),
            ("+a -a +b", Some("b"), Some("b")),
            ("+a r", None, Some("a")),
            ("+a r -b +b", Some("b"), Some("b")),
            ("r +a . +b", Some("a"), Some("a")),
            ("-x +a", Some("a"), Some("a")),
        ];
        for (story, counts, shown) in cases {
            let mut events = events(story);
            let mut incident = Incident::opened(&SourceId::from("gh"), 1, Clean::line("t"), DateTime::UNIX_EPOCH);
            for event in &events {
                tell(&mut incident, event, &customs());
            }
            let by = incident.ack.and_then(|ack| ack.by);
            assert_eq!(by.as_ref().map(Clean::as_str), shown, "{story}");
            events.reverse();
            let first = first_ack(&events, &customs()).and_then(actor);
            assert_eq!(first.as_ref().map(Clean::as_str), counts, "{story}");
        }
    }
}

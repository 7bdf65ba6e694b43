//! What holds when a team has written nothing down.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::team::Severity;
use super::values::{Clock, Span};

/// SEV1 to SEV4 with clocks that a small team can keep.
pub(super) fn severities() -> Vec<Severity> {
    vec![
        Severity {
            meaning: "Most users cannot work, or data is where it must not be".into(),
            clock: Clock::Always,
            ack: Some(minutes(15)),
            ack_holds: Some(minutes(60)),
            owner_within: Some(minutes(30)),
            mitigate: Some(minutes(240)),
            update_every: Some(minutes(60)),
            review_within: Some(minutes(3 * 24 * 60)),
            ..named("SEV1")
        },
        Severity {
            meaning: "One tool or one surface is broken, or an eval that gates a release regressed".into(),
            ack: Some(minutes(60)),
            ack_holds: Some(business(1)),
            owner_within: Some(minutes(240)),
            mitigate: Some(business(2)),
            update_every: Some(business(1)),
            review_within: Some(business(5)),
            ..named("SEV2")
        },
        Severity {
            meaning: "Worse than it was, with a way around it".into(),
            ack: Some(business(2)),
            ack_holds: Some(business(7)),
            owner_within: Some(business(2)),
            mitigate: Some(business(7)),
            ..named("SEV3")
        },
        Severity {
            meaning: "Looks, wording, a question".into(),
            ack: Some(business(5)),
            backlog: true,
            ..named("SEV4")
        },
    ]
}

/// How long an open incident of the default severities may lie.
pub(super) fn untouched() -> BTreeMap<String, TimeDelta> {
    [("SEV1", 30), ("SEV2", 30), ("SEV3", 90), ("SEV4", 365)]
        .into_iter()
        .map(|(id, days)| (id.to_owned(), TimeDelta::days(days)))
        .collect()
}

fn named(id: &str) -> Severity {
    Severity { id: id.into(), ..Severity::default() }
}

fn minutes(count: i64) -> Span {
    Span::Elapsed(TimeDelta::minutes(count))
}

fn business(days: u32) -> Span {
    Span::BusinessDays(days)
}

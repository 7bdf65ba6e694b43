//! One incident of the cycle, as a row of the appendix.

use super::{Case, Clockwork, Ground, Row, Which, whole};

pub(super) fn of(case: &Case<'_>, (works, ground): (&Clockwork<'_>, &Ground<'_>)) -> Row {
    let (story, lived) = (case.story, &case.lived);
    let model = ground.model;
    let passed = |which: &Which| lived.breaches.iter().any(|(at, clock)| clock == which && ground.has(*at));
    let measured = |at| works.measured(case, at);
    Row {
        id: story.name.clone(),
        title: story.incident.title.clone(),
        url: story.incident.url.clone(),
        source: story.incident.source.to_string(),
        severity: model.severity_id(story.class.severity).map(str::to_owned),
        kind: model.kind_id(story.class.kind).map(str::to_owned),
        state: if lived.closed.is_some() { "closed" } else { "open" }.to_owned(),
        reason: lived.closed.and_then(|(_, reason)| reason).map(|reason| reason.word().to_owned()),
        opened_at: whole(story.opened_at()),
        ack: lived.acked.map(measured),
        owned: lived.owned.map(measured),
        closed: lived.closed.map(|(at, _)| measured(at)),
        reopened: lived.reopened.len(),
        breaches: Which::ALL.iter().filter(|which| passed(which)).map(|which| which.word().to_owned()).collect(),
    }
}

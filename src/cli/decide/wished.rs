//! What an operator typed, before it is decided: ids that are known here, and
//! people that there are.

use chrono::{DateTime, Utc};

use super::Asked;
use crate::app::desk::{Decided, Desk};
use crate::app::wish::Wish;
use crate::cli::nearest;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::text::Clean;
use crate::shell::session::Session;

/// Decides what makes sense, and refuses the rest with what to write instead.
pub(in crate::cli) async fn decide(
    session: &mut Session,
    now: DateTime<Utc>,
    ids: Vec<IncidentId>,
    wishes: &[Wish],
) -> Asked {
    let mut named: Vec<IncidentId> = Vec::new();
    for id in ids {
        let id = filed(session, id).await;
        if !named.contains(&id) {
            named.push(id);
        }
    }
    let wishes: Vec<Wish> = wishes.iter().map(|wish| canonical(session.desk(), wish)).collect();
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for id in &named {
        match wishes.iter().find_map(|wish| objection(session.desk(), id, wish)) {
            Some(why) => refused.push((id.clone(), why)),
            None => good.push(id.clone()),
        }
    }
    let mut decided = match good.as_slice() {
        [] => Decided::default(),
        good => session.decide(|desk| desk.wish_all(now, good, &wishes)),
    };
    decided.refused.extend(refused);
    Asked { ids: named, decided, ..Asked::default() }
}

/// What a new incident is called since it was filed.
async fn filed(session: &Session, id: IncidentId) -> IncidentId {
    let id = numbered(session.desk(), id);
    let Some(op) = id.as_str().strip_prefix("new:").map(OpId::new) else { return id };
    let known = session.engine().keeper().ask(move |store| store.filed(&op).ok().flatten()).await;
    known.flatten().unwrap_or(id)
}

/// `12` and `#12` mean the issue of that number, where only one source has issues.
pub(in crate::cli) fn numbered(desk: &Desk, id: IncidentId) -> IncidentId {
    let number = id.as_str().trim_start_matches('#').parse::<u64>();
    let issues: Vec<&SourceId> = desk.issue_sources().collect();
    match (number, issues.as_slice()) {
        (Ok(number), [only]) => IncidentId::numbered(only, number),
        (Ok(_) | Err(_), _) => id,
    }
}

/// The wish with a person by the id of the team file.
fn canonical(desk: &Desk, wish: &Wish) -> Wish {
    match wish {
        Wish::Assign(Some(person)) => Wish::Assign(Some(desk.model().person(&Clean::line(person)).to_string())),
        Wish::Ack
        | Wish::Unack
        | Wish::Assign(None)
        | Wish::Close(_)
        | Wish::Reopen
        | Wish::Snooze(_)
        | Wish::Wake
        | Wish::Note(_)
        | Wish::Runbook(_)
        | Wish::Severity(_)
        | Wish::Kind(_)
        | Wish::Merge(_)
        | Wish::Escalate(_) => wish.clone(),
    }
}

/// What speaks against it before the desk is asked.
fn objection(desk: &Desk, id: &IncidentId, wish: &Wish) -> Option<Clean> {
    let Some(incident) = desk.incident(id).filter(|_| desk.row(id).is_some()) else {
        return Some(nearest::unknown(desk, id));
    };
    match wish {
        Wish::Assign(Some(person)) if incident.source.is_local() => unknown_person(desk, person),
        Wish::Merge(into) if incident.source.is_local() && desk.row(into).is_none() => {
            Some(nearest::unknown(desk, into))
        }
        Wish::Ack
        | Wish::Unack
        | Wish::Assign(_)
        | Wish::Close(_)
        | Wish::Reopen
        | Wish::Snooze(_)
        | Wish::Wake
        | Wish::Note(_)
        | Wish::Runbook(_)
        | Wish::Severity(_)
        | Wish::Kind(_)
        | Wish::Escalate(_)
        | Wish::Merge(_) => None,
    }
}

/// GitHub knows its own logins; of the local tracker the team file says who there is.
fn unknown_person(desk: &Desk, person: &str) -> Option<Clean> {
    let team = &desk.model().team;
    if team.people.is_empty() || team.person(person).is_some() {
        return None;
    }
    let known: Vec<&str> = team.people.iter().map(|person| person.id.as_str()).collect();
    Some(Clean::line(&format!("no person `{person}` in the team file; there are: {}", known.join(", "))))
}

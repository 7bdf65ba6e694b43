//! What happens while a meeting runs: decisions reach the disk, acts are taken
//! back, somebody else settles something, and new things come up.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{Meeting, Stage, item, items, topics};
use crate::app::desk::Desk;
use crate::app::watch::Told;
use crate::domain::agenda::{Part, missing};
use crate::domain::decision::Decision;
use crate::domain::id::IncidentId;
use crate::domain::incident::{Incident, Status};
use crate::domain::journal::{Entry, State as Sent};
use crate::domain::minutes::{Decided, Fate, Item, Line, What};
use crate::domain::queue::{Row, Section, State};
use crate::domain::text::Clean;

/// What is known around a meeting.
pub struct Around<'a> {
    /// What is known and decided.
    pub desk: &'a Desk,
    /// The texts and histories that are at hand.
    pub told: &'a BTreeMap<IncidentId, Told>,
    /// What a handover left out.
    pub dropped: &'a [IncidentId],
}

/// What has happened since somebody looked last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// For the minutes.
    pub lines: Vec<Line>,
    /// What is still to be said about the item that is shown, after something was decided about it; none if nothing
    /// was.
    pub missing: Option<Vec<String>>,
    /// What somebody else settled: who it was may not be known yet.
    pub elsewhere: Vec<IncidentId>,
}

impl Meeting {
    /// Looks again, also if the desk seems to be as it was.
    pub fn look_again(&mut self) {
        self.edition = None;
    }

    /// Takes in what has happened at the desk.
    pub fn watch(&mut self, around: &Around<'_>) -> Seen {
        let desk = around.desk;
        if self.edition == Some(desk.edition()) || self.minutes.ended_at.is_some() {
            return Seen::default();
        }
        self.edition = Some(desk.edition());
        if !self.has_begun() {
            self.minutes.items = items(desk, around.dropped);
            return Seen::default();
        }
        let now = desk.now();
        let rows: BTreeMap<&IncidentId, &Row> = desk.queue().rows.iter().map(|row| (&row.id, row)).collect();
        // Whatever is decided on this screen is seen before it is on disk.
        let deciding = desk.journal().entries().iter().filter(|entry| entry.seq == 0);
        self.here.extend(deciding.map(|entry| entry.op.clone()));
        let mut seen = Seen::default();
        self.rename(desk, &mut seen);
        self.hear_the_journal((desk, now), &rows, &mut seen);
        self.hear_of_others(around, &rows, &mut seen);
        self.take_on(around, &mut seen);
        seen
    }

    /// What is filed meanwhile is called by its number from then on.
    fn rename(&mut self, desk: &Desk, seen: &mut Seen) {
        let unnumbered = self.minutes.items.iter().filter(|item| !item.id.is_numbered());
        let renamed: Vec<(IncidentId, IncidentId)> =
            unnumbered.map(|item| (item.id.clone(), desk.called(&item.id))).filter(|(from, to)| from != to).collect();
        for (from, to) in renamed {
            seen.lines.push(self.say(desk.now(), What::Renamed { from, to }));
        }
    }

    /// Decisions that are on disk since the meeting began, whoever's screen or command line they came from, if the
    /// operator is the same.
    fn hear_the_journal(
        &mut self,
        (desk, now): (&Desk, DateTime<Utc>),
        rows: &BTreeMap<&IncidentId, &Row>,
        seen: &mut Seen,
    ) {
        let walked: BTreeMap<IncidentId, Part> =
            self.minutes.items.iter().map(|item| (item.id.clone(), item.part)).collect();
        let since = self.minutes.started_at;
        let entries = desk.journal().entries().iter();
        let entries = entries.filter(|entry| entry.seq > 0 && entry.deed.at >= since && desk.is_mine(entry));
        for entry in entries {
            let decided = self.minutes.decided.iter().any(|one| one.op == entry.op);
            if decided && matches!(entry.state, Sent::Refused | Sent::Conflict) {
                seen.lines.push(self.say(now, What::Refused { op: entry.op.clone() }));
            }
            if !self.ops.insert(entry.op.clone()) {
                continue;
            }
            if let Some(batch) = &entry.undoes {
                let undone = self.minutes.decided.iter().find(|one| one.batch == *batch).map(|one| one.id.clone());
                if let Some(id) = undone {
                    seen.lines.push(self.say(now, What::Undone { batch: batch.clone() }));
                    if self.here.contains(&entry.op) {
                        self.show(&id, now);
                    }
                }
                continue;
            }
            let id = desk.called(&entry.incident);
            let Some(part) = walked.get(&id).filter(|_| !entry.state.came_to_nothing()) else { continue };
            let missing = still_missing(*part, rows.get(&id).copied(), desk);
            let Some(one) = decided_by(entry, &id, missing.clone(), desk) else { continue };
            seen.lines.push(self.say(now, What::Decided(one)));
            // What the same person says on a command line moves nothing on the screen.
            if self.here.contains(&entry.op) && self.item().is_some_and(|item| item.id == id) {
                seen.missing = Some(missing);
            }
        }
    }

    /// Shows this item, where one is shown.
    fn show(&mut self, id: &IncidentId, now: DateTime<Utc>) {
        let at = self.minutes.items.iter().position(|item| item.id == *id);
        if let (Some(at), Stage::Walking | Stage::Evidence(_) | Stage::Ending) = (at, self.stage) {
            self.go_to(at, now);
        }
    }

    fn hear_of_others(&mut self, around: &Around<'_>, rows: &BTreeMap<&IncidentId, &Row>, seen: &mut Seen) {
        let desk = around.desk;
        // What is being decided here shows before it is on disk.
        let own = desk.journal().entries().iter().filter(|entry| entry.seq == 0);
        let own: BTreeSet<&IncidentId> = own.map(|entry| &entry.incident).collect();
        let open = self.minutes.items.iter().zip(self.minutes.fates());
        let open = open.filter(|(item, fate)| *fate != Fate::Decided && !own.contains(&item.id));
        let changed: Vec<(IncidentId, Option<Clean>)> = open
            .map(|(item, _)| {
                (item.id.clone(), settled(item, rows.get(&item.id).copied(), around, self.minutes.started_at))
            })
            .filter(|(id, what)| is_news(self.minutes.elsewhere.get(id), what.as_ref()))
            .collect();
        for (id, what) in changed {
            seen.elsewhere.extend(what.is_some().then(|| id.clone()));
            seen.lines.push(self.say(desk.now(), What::Elsewhere { id, what }));
        }
    }

    /// What has come up meanwhile joins the end.
    fn take_on(&mut self, around: &Around<'_>, seen: &mut Seen) {
        let known: BTreeSet<&IncidentId> = self.minutes.items.iter().map(|item| &item.id).collect();
        let topics = topics(around.desk, around.dropped).into_iter().filter(|topic| !known.contains(&topic.id));
        let new: Vec<Item> = topics.filter_map(|topic| item(around.desk, &topic)).collect();
        if !new.is_empty() {
            seen.lines.push(self.say(around.desk.now(), What::Joined { items: new }));
        }
    }
}

/// Whether it was not known before; that a name is not at hand any more is no news.
fn is_news(known: Option<&Clean>, what: Option<&Clean>) -> bool {
    let names = |words: Option<&Clean>| words.is_some_and(|words| words.as_str().contains(" by "));
    known != what && !(what.is_some() && names(known) && !names(what))
}

/// What has to be said of an item before it is settled.
fn still_missing(part: Part, row: Option<&Row>, desk: &Desk) -> Vec<String> {
    let Some(row) = row.filter(|_| part == Part::Untriaged) else { return Vec::new() };
    match row.standing.state {
        State::Closed | State::Snoozed => Vec::new(),
        State::Open | State::Acked => missing(row.class, desk.model()).into_iter().map(str::to_owned).collect(),
    }
}

/// A decision as the minutes tell it; none of what is no decision about the incident.
fn decided_by(entry: &Entry, id: &IncidentId, missing: Vec<String>, desk: &Desk) -> Option<Decided> {
    let (kind, note) = match &entry.decision {
        Decision::New { .. }
        | Decision::Runbook(_)
        | Decision::Post(_)
        | Decision::Retract { .. }
        | Decision::Recall(_) => return None,
        Decision::Kind { to, .. } => (to.clone(), None),
        Decision::Note { text } => (None, Some(Clean::block(text))),
        Decision::Ack { .. }
        | Decision::Unack
        | Decision::Assign { .. }
        | Decision::Close { .. }
        | Decision::Reopen
        | Decision::Snooze { .. }
        | Decision::Wake
        | Decision::Severity { .. }
        | Decision::Merge { .. }
        | Decision::Escalate(_) => (None, None),
    };
    let by = entry.deed.by.as_ref().map_or_else(|| Clean::line(desk.me()), |by| desk.model().person(by));
    let object = match &entry.decision {
        Decision::Snooze { until } => {
            let zone = desk.model().team.team.timezone;
            format!(" until {}", until.with_timezone(&zone).format("%a %Y-%m-%d %H:%M %Z"))
        }
        Decision::Assign { to: Some(to), .. } => format!(" to {}", desk.model().person(to)),
        other => other.object(),
    };
    Some(Decided {
        op: entry.op.clone(),
        batch: entry.batch.clone(),
        id: id.clone(),
        decision: Clean::line(&format!("{}{object}", entry.decision.verb())),
        kind,
        by,
        note,
        missing,
    })
}

/// What somebody else has done that settles an item, in words; none while it is open.
fn settled(item: &Item, row: Option<&Row>, around: &Around<'_>, since: DateTime<Utc>) -> Option<Clean> {
    let desk = around.desk;
    let (Some(row), Some(incident)) = (row, desk.incident(&item.id)) else {
        let gone = desk.incident(&item.id).and_then(|incident| incident.gone.as_ref());
        return Some(Clean::line(&format!("gone: {}", gone.map_or("no longer in the queue", Clean::as_str))));
    };
    let by = |who: Option<&Clean>| who.map(|who| format!(" by {}", desk.model().person(who))).unwrap_or_default();
    let at = |at: Option<DateTime<Utc>>| at.map(|at| format!(" {}", clock(at, desk))).unwrap_or_default();
    let touched = incident.human_at.filter(|at| *at > since);
    let words = match (row.standing.state, item.part) {
        (State::Closed, _) => {
            let Status::Closed { at: when, reason } = incident.status else { return None };
            let who = closer(&item.id, around);
            format!("closed as {}{}{}", reason.word(), by(who.as_ref()), at(when))
        }
        (State::Snoozed, _) => {
            let snooze = incident.snooze.as_ref();
            format!("snoozed{}{}", by(snooze.and_then(|one| one.by.as_ref())), at(snooze.and_then(|one| one.at)))
        }
        (State::Open | State::Acked, Part::Untriaged) if missing(row.class, desk.model()).is_empty() => {
            let class = [desk.model().severity_id(row.class.severity), desk.model().kind_id(row.class.kind)];
            format!("triaged: {}", class.into_iter().flatten().collect::<Vec<_>>().join(", "))
        }
        (State::Acked, Part::Overdue) => acked(incident, &by, &at),
        (State::Open, Part::Overdue) if !row.standing.overdue() => "no longer overdue".to_owned(),
        (State::Open | State::Acked, Part::Confirming) if row.section != Section::Confirming => {
            format!("moved to {}", row.section.title())
        }
        (State::Open | State::Acked, Part::Dropped | Part::BacklogUntouched) if touched.is_some() => {
            format!("touched{}", at(touched))
        }
        (State::Open | State::Acked, _) => return None,
    };
    Some(Clean::line(&words))
}

fn acked(
    incident: &Incident,
    by: &dyn Fn(Option<&Clean>) -> String,
    at: &dyn Fn(Option<DateTime<Utc>>) -> String,
) -> String {
    let ack = incident.ack.as_ref();
    format!("acked{}{}", by(ack.and_then(|ack| ack.by.as_ref())), at(ack.and_then(|ack| ack.at)))
}

/// Who closed it, as far as this machine knows.
fn closer(id: &IncidentId, around: &Around<'_>) -> Option<Clean> {
    let entries = around.desk.journal().entries().iter().rev();
    let closes = |entry: &&Entry| {
        entry.incident == *id && matches!(entry.decision, Decision::Close { .. } | Decision::Merge { .. })
    };
    let here = entries.filter(closes).find_map(|entry| entry.deed.by.clone());
    let moments = around.told.get(id).map_or(&[][..], |told| told.moments.as_slice()).iter().rev();
    let words = ["closed", "merged"];
    let there =
        |moment: &&crate::domain::incident::Moment| words.iter().any(|word| moment.what.as_str().starts_with(word));
    here.or_else(|| moments.clone().find(there).and_then(|moment| moment.by.clone()))
}

/// A time on the team's clock: with its day, where that is not today.
fn clock(at: DateTime<Utc>, desk: &Desk) -> String {
    let zone = desk.model().team.team.timezone;
    let local = at.with_timezone(&zone);
    let today = desk.now().with_timezone(&zone).date_naive();
    let form = if local.date_naive() == today { "%H:%M" } else { "%a %Y-%m-%d %H:%M" };
    local.format(form).to_string()
}

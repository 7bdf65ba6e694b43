//! Sections 8 to 10: how evals and endpoints are, what ships, and who comes
//! when.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::compose::Known;
use super::incidents::{cut, rank};
use super::section::{
    Away, Changed, Changes, EndpointState, Freeze, Gap, Handover, Health, Near, Release, Schedule, SuiteState, Time,
};
use crate::config::{Role, SourceKind};
use crate::domain::calendar::{Calendar, Entry, Kind, Shipment, Status, Window, shipments, shipped_before};
use crate::domain::health::Endpoint;
use crate::domain::health::schedule;
use crate::domain::health::signal::Signal;
use crate::domain::history::Story;
use crate::domain::people;
use crate::domain::probe::Condition;
use crate::domain::rotation::{Because, Piece, words};
use crate::domain::text::Clean;

/// What shipped so long ago is no news.
const JUST: TimeDelta = TimeDelta::hours(24);

impl Known<'_> {
    pub(super) fn health(&self) -> Health {
        Health { evals: self.evals(), endpoints: self.endpoints() }
    }

    /// Each suite that is known: what is open about it, or that it is well.
    fn evals(&self) -> Vec<SuiteState> {
        let local = |at: DateTime<Utc>| self.turn.local(at);
        let signals = self.desk.facts.values().filter(|one| one.is_open() && one.gone.is_none());
        let found = signals.filter_map(|one| Some((one.suite.clone()?, one)));
        let mut states: Vec<SuiteState> = found
            .map(|(suite, one)| SuiteState {
                suite,
                verdict: one.check.clone().unwrap_or_else(|| Clean::line("open")),
                since: Some(local(one.opened_at)),
            })
            .collect();
        // An issue and the signal that it was filed for say the same.
        states.sort();
        states.dedup_by(|one, other| (&one.suite, &one.verdict) == (&other.suite, &other.verdict));
        let bad: BTreeSet<Clean> = states.iter().map(|state| state.suite.clone()).collect();
        let well = self.brought.suites.iter().filter(|(suite, _)| !bad.contains(suite));
        states.extend(well.map(|(suite, at)| SuiteState {
            suite: suite.clone(),
            verdict: Clean::line("ok"),
            since: at.map(local),
        }));
        states.sort();
        states
    }

    fn endpoints(&self) -> Vec<EndpointState> {
        let plans: BTreeMap<&str, Duration> = self
            .desk
            .model
            .team
            .sources
            .iter()
            .filter_map(|source| match &source.kind {
                SourceKind::Mcp(mcp) => Some((source.id.as_str(), schedule::Plan::of(mcp).handshake)),
                SourceKind::Github(_) | SourceKind::Evals(_) => None,
            })
            .collect();
        let known = self.desk.endpoints;
        let polled = self.desk.sources.iter().filter(|health| health.kind == "mcp").map(|health| &health.id);
        let ids: BTreeSet<_> = polled.chain(known.keys()).collect();
        let state = |id: &crate::domain::id::SourceId| {
            let endpoint = known.get(id);
            let interval = plans.get(id.as_str()).copied().unwrap_or(schedule::HANDSHAKE);
            let condition = endpoint.map_or(Condition::Unknown, |one| one.condition(self.desk.now, interval));
            let drift = endpoint.into_iter().flat_map(Endpoint::signals).filter(|signal| signal.is_drift());
            EndpointState {
                id: id.to_string(),
                state: condition.word().to_owned(),
                since: endpoint.and_then(|one| since(one, condition)).map(|at| self.turn.local(at)),
                drift: drift.map(|signal: &Signal| signal.title.clone()).collect(),
            }
        };
        ids.into_iter().map(state).collect()
    }

    pub(super) fn changes(&self, left_out: &mut BTreeMap<String, usize>) -> Changes {
        let team = &self.desk.model.team;
        let (since, until) = (self.desk.now - JUST, self.turn.next.1);
        let zone = team.team.timezone;
        let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        let window = Window { from: day(since), to: day(until.max(since)) };
        let entries = Calendar::new(team, self.roster, self.desk.dates, self.desk.now, window).entries();
        let shipped = shipments(team, self.desk.dates);
        let is_planned = |one: &Shipment| entries.iter().any(|entry| entry.kind == Kind::Release && says(entry, one));
        let out = shipped.iter().filter(|one| one.at >= since && one.at <= self.desk.now && !is_planned(one));
        let planned = entries.iter().filter(|entry| entry.kind == Kind::Release);
        let mut releases: Vec<Release> = planned.map(release).collect();
        releases.extend(out.map(|one| Release {
            id: one.what.clone(),
            title: one.what.clone(),
            date: self.turn.local(one.at).to_rfc3339(),
            status: Status::Shipped.word().to_owned(),
            owner: None,
        }));
        let freezes = team.freezes.iter().filter(|one| one.to >= day(self.desk.now) && one.from <= window.to);
        Changes {
            releases,
            freezes: freezes
                .map(|one| Freeze {
                    id: one.id.clone(),
                    from: one.from,
                    to: one.to,
                    why: one.why.as_deref().map(Clean::line),
                })
                .collect(),
            near: cut(self.near(&shipped), "changes", left_out),
        }
    }

    /// The incidents of this shift that were opened soon after something had shipped.
    fn near(&self, shipped: &[Shipment]) -> Vec<Near> {
        let mut opened: Vec<&Story> = self.opened().collect();
        opened.sort_by(|one, other| rank(one).cmp(&rank(other)));
        let near = |story: &Story| {
            let shipment = shipped_before(shipped, story.opened_at()).next()?;
            let minutes = (story.opened_at() - shipment.at).num_minutes();
            Some(Near { of: self.of(story), release: shipment.what.clone(), minutes })
        };
        opened.into_iter().filter_map(near).collect()
    }

    pub(super) fn schedule(&self) -> Schedule {
        let turn = self.turn;
        let team = &self.desk.model.team;
        let (start, end) = turn.next;
        let on_clock = |person: Option<&super::Holder>| -> Option<Time> {
            let person = team.person(&person?.person)?;
            let zone = people::zone(person, &team.team);
            Some(turn.local(turn.shift.1).with_timezone(&zone).fixed_offset())
        };
        let pieces = self.roster.pieces(&turn.rotation, Role::Primary, (start, end));
        let changed = |because: Because| -> Vec<Changed> {
            let own = pieces.iter().filter(|piece| piece.because == because);
            own.map(|piece| self.changed(piece)).collect()
        };
        let gaps = self.roster.gaps((start, end)).into_iter().filter(|gap| gap.rotation == turn.rotation);
        let members = team.rotations.iter().find(|one| one.id == turn.rotation).map(|one| one.members.as_slice());
        let first = |person: &crate::config::Person, at: DateTime<Utc>| {
            at.with_timezone(&people::zone(person, &team.team)).date_naive()
        };
        let away = members.unwrap_or_default().iter().filter_map(|id| team.person(id)).flat_map(|person| {
            let days = first(person, start)..=first(person, end - TimeDelta::seconds(1));
            let own = person.away.iter().filter(move |one| one.from <= *days.end() && one.to >= *days.start());
            own.map(|one| Away {
                person: person.id.clone(),
                from: one.from,
                to: one.to,
                why: one.why.as_deref().map(Clean::line),
            })
        });
        Schedule {
            next_handover: Handover {
                at: turn.local(turn.shift.1),
                outgoing: on_clock(turn.outgoing.as_ref()),
                incoming: on_clock(turn.incoming.as_ref()),
            },
            overrides: changed(Because::Override),
            swaps: changed(Because::Swap),
            gaps: gaps
                .map(|gap| Gap {
                    start: gap.start,
                    end: gap.end,
                    why: Clean::line(&format!("{} {}", gap.holder, gap.why)),
                })
                .collect(),
            away: away.collect(),
            notes: [("this shift", turn.shift), ("the next shift", turn.next)]
                .into_iter()
                .filter_map(|(which, shift)| self.odd_hours(which, shift))
                .collect(),
        }
    }

    fn changed(&self, piece: &Piece<'_>) -> Changed {
        Changed {
            person: piece.person.to_owned(),
            instead_of: piece.instead_of.map(str::to_owned),
            start: self.turn.local(piece.start()),
            end: self.turn.local(piece.end()),
            why: piece.why.map(Clean::line),
        }
    }

    /// That a shift is longer or shorter than its clock says.
    fn odd_hours(&self, which: &str, shift: (DateTime<Utc>, DateTime<Utc>)) -> Option<Clean> {
        let (at, _) = words::change_of_clock(self.turn.zone, shift)?;
        let hours = words::hours((shift.1 - shift.0).num_seconds());
        Some(Clean::line(&format!("{which} has {hours}: the clocks change on {}", words::when(at, self.desk.now))))
    }
}

/// Since when an endpoint is as it is, as far as that is remembered.
fn since(endpoint: &Endpoint, condition: Condition) -> Option<DateTime<Utc>> {
    match condition {
        Condition::Down => endpoint.down_since(),
        Condition::Degraded => endpoint.signals().map(|signal| signal.since).min(),
        Condition::Up => endpoint.changed(),
        Condition::Unknown => endpoint.last(),
    }
}

fn release(entry: &Entry) -> Release {
    Release {
        id: entry.id.clone(),
        title: entry.title.clone(),
        date: entry.date.text(),
        status: entry.status.map_or("planned", Status::word).to_owned(),
        owner: entry.owner.as_deref().map(Clean::line),
    }
}

/// Whether an entry of the calendar tells of this shipment.
fn says(entry: &Entry, shipment: &Shipment) -> bool {
    let of = entry.id.as_str().split_once('/').map_or(entry.id.as_str(), |(id, _)| id);
    of == shipment.of && entry.note.as_ref().is_some_and(|note| note.as_str().contains(shipment.what.as_str()))
}

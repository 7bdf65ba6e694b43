//! All servers together: a host that is gone is one incident and not thirty,
//! and when this machine reaches nobody no server is blamed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::signal::{Cause, Change, Closed, Fingerprint, Signal, Span};
use super::track::Track;
use super::{Endpoint, QUIET};
use crate::domain::id::SourceId;
use crate::domain::probe::{Class, Level, Transport};
use crate::domain::text::Clean;

/// How long a signal waits while its neighbours seem to fail too.
pub const NEIGHBOURS: TimeDelta = TimeDelta::minutes(1);

/// What begins to fail within this time of each other fails together.
const TOGETHER: TimeDelta = TimeDelta::minutes(10);
/// The levels without which nobody can use a server.
const NEEDED: [Level; 3] = [Level::Health, Level::Handshake, Level::Tools];

/// One server among the others.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// What is remembered of it.
    pub endpoint: &'a Endpoint,
    /// The host or gateway that it shares with others; none for a child process.
    pub host: Option<&'a str>,
}

/// Whether this machine reached an address that has nothing to do with the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// It did.
    Passed,
    /// It did not.
    Failed,
    /// It was not tried; nothing is concluded from that.
    NotRun,
}

/// Where a signal belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// It is an incident.
    Stands,
    /// It may yet turn out to be part of something bigger.
    Confirming,
    /// The signal with this fingerprint stands for it.
    Under(Fingerprint),
}

/// A signal and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What is wrong.
    pub signal: Signal,
    /// Whether it is an incident by itself.
    pub place: Place,
}

/// What follows from all servers together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ruling {
    /// What became of hosts and of this machine.
    pub changes: Vec<Change>,
    /// Everything that is open, of servers, hosts and this machine, ordered by fingerprint.
    pub standings: Vec<Standing>,
    /// Since when answers say nothing because this machine is offline: each
    /// endpoint is to be frozen since then, and to be told
    /// [`Judgement::Frozen`](super::Judgement::Frozen) until this is none.
    pub frozen_since: Option<DateTime<Utc>>,
}

/// A host that is gone, and whose signals it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Parent {
    signal: Signal,
    children: BTreeSet<SourceId>,
}

/// This machine offline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Offline {
    signal: Signal,
    /// Since when the control check passes again.
    online_since: Option<DateTime<Utc>>,
}

/// What is remembered of all servers together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fleet {
    parents: BTreeMap<String, Parent>,
    offline: Option<Offline>,
    closed: Closed,
}

impl Fleet {
    /// Judges all servers together. The order of the members does not matter.
    pub fn judge(&mut self, now: DateTime<Utc>, members: &[Member<'_>], control: Control) -> Ruling {
        if control != Control::Failed && self.is_idle() && members.iter().all(|member| is_well(member.endpoint)) {
            // As nearly always; a thousand servers are judged several times a second.
            return Ruling::default();
        }
        let mut sorted = members.to_vec();
        sorted.sort_by(|one, other| one.endpoint.id().cmp(other.endpoint.id()));
        let mut changes: Vec<Change> = self.look_at_ourselves(now, &sorted, control).into_iter().collect();
        let frozen = self.offline.as_ref().filter(|offline| offline.online_since.is_none());
        let frozen_since = frozen.map(|offline| offline.signal.since);
        let hosts = by_host(&sorted);
        if frozen_since.is_none() {
            changes.extend(self.look_at_hosts(now, &hosts));
        }
        let mut standings: Vec<Standing> =
            sorted.iter().flat_map(|member| self.standings(now, *member, &hosts)).collect();
        let above = self.parents.values().map(|parent| &parent.signal).chain(self.offline.iter().map(|it| &it.signal));
        standings.extend(above.map(|signal| Standing { signal: signal.clone(), place: Place::Stands }));
        standings.sort_by(|one, other| one.signal.fingerprint.cmp(&other.signal.fingerprint));
        Ruling { changes, standings, frozen_since }
    }

    /// The ids of the servers for which this signal of a host stands, sorted; none if there is no such signal.
    pub fn children(&self, fingerprint: &Fingerprint) -> Option<impl Iterator<Item = &SourceId>> {
        let parent = self.parents.values().find(|parent| parent.signal.fingerprint == *fingerprint)?;
        Some(parent.children.iter())
    }

    /// The signal that stands for this one of a server, as it was last judged: of its host or gateway, of this
    /// machine, or of a lower level of the server itself. None if it stands for itself.
    pub fn above<'a>(&'a self, endpoint: &'a Endpoint, signal: &Signal) -> Option<&'a Signal> {
        let remote = endpoint.identity().transport != Some(Transport::Stdio);
        let offline = self.offline.as_ref().filter(|it| remote && it.online_since.is_none());
        if let Some(offline) = offline.filter(|offline| signal.opened >= offline.signal.since) {
            return Some(&offline.signal);
        }
        if signal.is_drift() {
            return None;
        }
        let Some(lowest) = unusable(endpoint) else { return hidden_by_lower(endpoint, signal) };
        let parent = self.parents.values().find(|parent| parent.children.contains(endpoint.id()));
        let itself = (lowest.fingerprint != signal.fingerprint).then_some(lowest);
        parent.map(|parent| &parent.signal).or(itself)
    }

    /// Nothing is open of hosts, nor of this machine.
    fn is_idle(&self) -> bool {
        self.parents.is_empty() && self.offline.is_none()
    }

    fn look_at_ourselves(&mut self, now: DateTime<Utc>, members: &[Member<'_>], control: Control) -> Option<Change> {
        match (&mut self.offline, control) {
            (None, Control::Failed) => {
                let since = most_fail_since(members)?;
                let title = Clean::line("mcp: this machine reaches no server and not the control address");
                let cause = Cause::ProberOffline;
                let fingerprint = Fingerprint::of(["mcp", "prober", cause.word()]);
                let signal = Signal::bare(fingerprint, SourceId::new("prober"), title, cause, Span { since, at: now });
                self.offline = Some(Offline { signal: signal.clone(), online_since: None });
                Some(self.closed.announce(signal))
            }
            (Some(offline), Control::Failed) => {
                offline.online_since = None;
                offline.signal.last = now;
                None
            }
            (Some(offline), Control::Passed) => {
                let since = *offline.online_since.get_or_insert(now);
                if now - since < QUIET {
                    return None;
                }
                let offline = self.offline.take()?;
                Some(self.closed.bury(offline.signal, now))
            }
            (None, Control::Passed | Control::NotRun) | (Some(_), Control::NotRun) => None,
        }
    }

    fn look_at_hosts(&mut self, now: DateTime<Utc>, hosts: &BTreeMap<&str, Vec<&Endpoint>>) -> Vec<Change> {
        let mut changes = Vec::new();
        for (host, all) in hosts {
            let mut gone: Vec<&Signal> = all.iter().filter_map(|endpoint| unusable(endpoint)).collect();
            let known = self.parents.get(*host).map(|parent| parent.signal.since);
            let latest = known.or(gone.iter().map(|signal| signal.since).max()).unwrap_or(now);
            gone.retain(|signal| latest - signal.since <= TOGETHER);
            let ids = || gone.iter().map(|signal| signal.endpoint.clone());
            if let Some(parent) = self.parents.get_mut(*host) {
                parent.children.extend(ids());
                parent.signal.last = gone.iter().map(|signal| signal.last).fold(parent.signal.last, Ord::max);
            } else if gone.len() >= 2 && gone.len() * 2 > all.len() {
                let since = gone.iter().map(|signal| signal.since).min().unwrap_or(now);
                let signal = host_signal(host, all, Span { since, at: now });
                self.parents.insert((*host).to_owned(), Parent { signal: signal.clone(), children: ids().collect() });
                changes.push(self.closed.announce(signal));
            }
        }
        let fails = |endpoint: &&&Endpoint| unusable(endpoint).is_some();
        let still = |host: &str, parent: &Parent| {
            let mut failing = hosts.get(host).into_iter().flatten().filter(fails);
            failing.any(|endpoint| parent.children.contains(endpoint.id()))
        };
        let well = self.parents.iter().filter(|(host, parent)| !still(host, parent));
        let well: Vec<String> = well.map(|(host, _)| host.clone()).collect();
        let ended = well.iter().filter_map(|host| self.parents.remove(host)).collect::<Vec<_>>();
        changes.extend(ended.into_iter().map(|parent| self.closed.bury(parent.signal, now)));
        changes
    }

    fn standings(
        &self,
        now: DateTime<Utc>,
        member: Member<'_>,
        hosts: &BTreeMap<&str, Vec<&Endpoint>>,
    ) -> Vec<Standing> {
        let endpoint = member.endpoint;
        let lowest = unusable(endpoint);
        let place = |signal: &Signal| {
            let offline = self.offline.as_ref().filter(|offline| signal.opened >= offline.signal.since);
            if let Some(offline) = offline.filter(|offline| offline.online_since.is_none() && member.host.is_some()) {
                return Place::Under(offline.signal.fingerprint.clone());
            }
            match lowest {
                Some(lowest) if lowest.fingerprint != signal.fingerprint && !signal.is_drift() => {
                    match self.beside(now, member, lowest, hosts) {
                        Place::Under(parent) => Place::Under(parent),
                        Place::Stands | Place::Confirming => Place::Under(lowest.fingerprint.clone()),
                    }
                }
                Some(lowest) if lowest.fingerprint == signal.fingerprint => self.beside(now, member, signal, hosts),
                Some(_) | None => hidden_by_lower(endpoint, signal)
                    .map_or(Place::Stands, |lower| Place::Under(lower.fingerprint.clone())),
            }
        };
        endpoint.signals().map(|signal| Standing { signal: signal.clone(), place: place(signal) }).collect()
    }

    /// The place of a server that nobody can use, among those of its host.
    fn beside(
        &self,
        now: DateTime<Utc>,
        member: Member<'_>,
        signal: &Signal,
        hosts: &BTreeMap<&str, Vec<&Endpoint>>,
    ) -> Place {
        let Some(host) = member.host else { return Place::Stands };
        if let Some(parent) = self.parents.get(host).filter(|it| it.children.contains(member.endpoint.id())) {
            return Place::Under(parent.signal.fingerprint.clone());
        }
        let mut others = hosts.get(host).into_iter().flatten().filter(|other| other.id() != member.endpoint.id());
        let failing = |other: &Endpoint, level| other.track(level).and_then(Track::failing_since).is_some();
        let seems_gone =
            |other: &&Endpoint| unusable(other).is_none() && NEEDED.into_iter().any(|level| failing(other, level));
        if now - signal.opened < NEIGHBOURS && others.any(seems_gone) { Place::Confirming } else { Place::Stands }
    }
}

/// The signal that says that nobody can use a server; none if one can.
fn unusable(endpoint: &Endpoint) -> Option<&Signal> {
    NEEDED.into_iter().find_map(|level| ending(endpoint, level))
}

/// What is open of a level and keeps those above from being tried.
fn ending(endpoint: &Endpoint, level: Level) -> Option<&Signal> {
    let ends = |signal: &&Signal| signal.now.as_ref().is_none_or(|look| look.class.ends(level));
    endpoint.track(level)?.open().filter(ends)
}

/// A level that fails stands for the levels above it, and for its own and their slowness.
fn hidden_by_lower<'a>(endpoint: &'a Endpoint, signal: &Signal) -> Option<&'a Signal> {
    let level = signal.level.filter(|_| !signal.is_drift())?;
    let upto = Level::ALL.into_iter().filter(|lower| *lower <= level);
    let mut failing = upto.filter_map(|lower| ending(endpoint, lower));
    failing.find(|lower| lower.level < Some(level) || signal.cause == Cause::Slow)
}

fn is_well(endpoint: &Endpoint) -> bool {
    endpoint.signals().next().is_none()
}

fn by_host<'a>(members: &[Member<'a>]) -> BTreeMap<&'a str, Vec<&'a Endpoint>> {
    let mut hosts: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
    for member in members {
        if let Some(host) = member.host {
            hosts.entry(host).or_default().push(member.endpoint);
        }
    }
    hosts
}

/// Since when more than half of the servers that are reached over a network do not answer; none if not so many.
fn most_fail_since(members: &[Member<'_>]) -> Option<DateTime<Utc>> {
    let remote: Vec<&Endpoint> = members.iter().filter(|member| member.host.is_some()).map(|it| it.endpoint).collect();
    let failing: Vec<DateTime<Utc>> = remote.iter().filter_map(|endpoint| unreached_since(endpoint)).collect();
    // A server that was down long before does not say when this machine lost its network.
    let latest = failing.iter().copied().max()?;
    let together = failing.iter().copied().filter(|since| latest - *since <= TimeDelta::minutes(5)).min();
    if failing.len() * 2 > remote.len() { together } else { None }
}

/// Since when a server has seemed to be out of this machine's reach; none if it answers.
fn unreached_since(endpoint: &Endpoint) -> Option<DateTime<Utc>> {
    let failing = |level| {
        let track = endpoint.track(level)?;
        let class = track.failure()?.failure.as_ref()?.class;
        track.failing_since().filter(|_| may_be_ours(class))
    };
    [Level::Health, Level::Handshake].into_iter().find_map(failing)
}

/// Whether a failure of this sort may be this machine's own: no network, no
/// names, or a proxy or a hotel's page that answers for everybody.
fn may_be_ours(class: Class) -> bool {
    match class {
        Class::Refused
        | Class::Dns
        | Class::Tls
        | Class::Timeout
        | Class::Http5xx
        | Class::Cut
        | Class::BadReply
        | Class::NotFound
        | Class::Redirect
        | Class::Misrouted
        | Class::Http4xx => true,
        Class::RpcError
        | Class::CursorCycle
        | Class::TooLarge
        | Class::Exited
        | Class::Auth
        | Class::Incompatible
        | Class::Canary
        | Class::CanaryUnsafe
        | Class::Throttled
        | Class::Unhealthy
        | Class::Degraded
        | Class::NotAsked => false,
    }
}

/// A host's signal belongs to the first of its servers by id, so that it has a source of the team file.
fn host_signal(host: &str, all: &[&Endpoint], span: Span) -> Signal {
    let cause = Cause::Host;
    let fingerprint = Fingerprint::of(["mcp", host, cause.word()]);
    let title = Clean::line(&format!("mcp {host}: its servers fail together"));
    let owner = all.first().map_or_else(|| SourceId::new(host), |endpoint| endpoint.id().clone());
    Signal::bare(fingerprint, owner, title, cause, span)
}

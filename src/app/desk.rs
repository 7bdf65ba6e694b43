//! The desk: what the sources said, what the operator decided, and the queue
//! that follows from both. The screen and the command line share it.
//!
//! Nothing is sent before it is on disk, a failed fetch changes nothing that
//! was known, and a decision that is refused undoes itself.

mod calling;
mod escalating;
mod facts;
mod filing;
mod handing;
mod undoing;

pub use filing::Filing;
pub use undoing::LastAct;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::attention::Call;
use super::event::{Effect, Fact, Level, News};
use super::wish::Wish;
use crate::domain::decision::{Base, Decision, Deed, Post};
use crate::domain::evals::findings::Kind;
use crate::domain::evals::findings::word::Unsayable;
use crate::domain::health::Endpoint;
use crate::domain::health::fleet::Fleet;
use crate::domain::history::{History, Told};
use crate::domain::id::{IncidentId, OpId, OpIds, SourceId};
use crate::domain::incident::{CloseReason, Incident};
use crate::domain::journal::{Entry, Journal, Lease, Rules, Step};
use crate::domain::queue::{self, Queue, Row};
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;
use crate::domain::triage::Model;

/// How long settled decisions stay in the log on screen.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// What the desk is given once.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// The operating model.
    pub model: Model,
    /// The operator's id in the team file, or the name of their account.
    pub me: String,
    /// Every source whose incidents can be decided about, with the host its tracker runs on.
    pub routes: BTreeMap<SourceId, String>,
    /// Where a new incident is filed.
    pub files_into: SourceId,
    /// Randomness for operation ids.
    pub seed: u128,
    /// Why no decision is taken; none if they are.
    pub read_only: Option<Clean>,
}

/// What is known and what is decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    setup: Setup,
    logins: BTreeMap<SourceId, Clean>,
    facts: BTreeMap<IncidentId, Incident>,
    sources: Vec<SourceHealth>,
    journal: Journal,
    ids: OpIds,
    now: DateTime<Utc>,
    queue: Queue,
    edition: u64,
    sender_alarm: Option<DateTime<Utc>>,
    step_alarm: Option<DateTime<Utc>>,
    news: Vec<News>,
    loaded: Loading,
    filing: Filing,
    endpoints: BTreeMap<SourceId, Endpoint>,
    fleet: Fleet,
    calls: Vec<Call>,
    /// How often each verb was decided here.
    decided: BTreeMap<&'static str, usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loading {
    Awaited,
    Done,
}

/// What became of a wish, incident by incident.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decided {
    /// What is to be done now.
    pub effects: Vec<Effect>,
    /// What was decided.
    pub ops: Vec<(IncidentId, OpId)>,
    /// What was not, and why.
    pub refused: Vec<(IncidentId, Clean)>,
}

impl Desk {
    /// An empty desk at this time.
    pub fn new(setup: Setup, now: DateTime<Utc>) -> Self {
        let tracker = &setup.model.team.tracker;
        let rules = Rules { pace: tracker.pace, settle: tracker.settle };
        Self {
            ids: OpIds::seeded(setup.seed),
            journal: Journal::new(rules),
            setup,
            logins: BTreeMap::new(),
            facts: BTreeMap::new(),
            sources: Vec::new(),
            now,
            queue: Queue::default(),
            edition: 0,
            sender_alarm: None,
            step_alarm: None,
            news: Vec::new(),
            loaded: Loading::Awaited,
            filing: Filing::default(),
            endpoints: BTreeMap::new(),
            fleet: Fleet::default(),
            calls: Vec::new(),
            decided: BTreeMap::new(),
        }
    }

    /// The operating model.
    pub fn model(&self) -> &Model {
        &self.setup.model
    }

    /// The operator.
    pub fn me(&self) -> &str {
        &self.setup.me
    }

    /// The time of the last event.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// How often the queue has been put in order: as long as this stays, the rows do.
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// The queue, in order.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// What was decided, oldest first.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Each source with its age.
    pub fn sources(&self) -> &[SourceHealth] {
        &self.sources
    }

    /// What is remembered of each MCP endpoint that has been probed.
    pub fn endpoints(&self) -> &BTreeMap<SourceId, Endpoint> {
        &self.endpoints
    }

    /// What is known of all MCP endpoints together.
    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// Why no decision is taken; none if they are.
    pub fn read_only(&self) -> Option<&Clean> {
        self.setup.read_only.as_ref()
    }

    /// The host that a source's decisions go to; none if nothing can be decided about it.
    pub fn host_of(&self, source: &SourceId) -> Option<&str> {
        self.setup.routes.get(source).map(String::as_str)
    }

    /// The sources whose incidents have numbers.
    pub fn issue_sources(&self) -> impl Iterator<Item = &SourceId> {
        self.sources.iter().map(|health| &health.id).filter(|id| self.setup.routes.contains_key(*id))
    }

    /// Where a new incident is filed.
    pub fn files_into(&self) -> &SourceId {
        &self.setup.files_into
    }

    /// An incident as the operator sees it: with pending decisions applied.
    pub fn incident(&self, id: &IncidentId) -> Option<&Incident> {
        let id = self.queue.signals.standing(id).unwrap_or(id);
        self.queue.overlaid.get(id).or_else(|| self.facts.get(id))
    }

    /// What stands for this name now: an issue for a signal, a number for what was new.
    pub fn called(&self, id: &IncidentId) -> IncidentId {
        self.queue.signals.standing(id).cloned().unwrap_or_else(|| self.journal.called(id))
    }

    /// What people call an incident.
    pub fn name(&self, id: &IncidentId) -> IncidentId {
        self.incident(id).map_or_else(|| id.clone(), |incident| self.queue.signals.name(incident).clone())
    }

    /// An incident's row in the queue.
    pub fn row(&self, id: &IncidentId) -> Option<&Row> {
        self.queue.row(self.queue.signals.standing(id).unwrap_or(id))
    }

    /// What happened to every incident that is known, put together from its facts and from what was told of it.
    pub fn history(&self, told: Vec<Told>) -> History {
        History::of(&self.facts, &self.queue, told, &self.setup.model, self.now)
    }

    /// What has happened since this was last asked, oldest first.
    pub fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    /// What was decided here since the start: each verb with how often, in the order of the verbs.
    pub fn made_here(&self) -> &BTreeMap<&'static str, usize> {
        &self.decided
    }

    /// When the desk wants to be told that time has passed.
    pub fn alarm(&self) -> Option<DateTime<Utc>> {
        self.sender_alarm.into_iter().chain(self.step_alarm).chain(self.queue.next_change).min()
    }

    /// Takes in what happened.
    pub fn update(&mut self, now: DateTime<Utc>, fact: Fact) -> Vec<Effect> {
        let (before, concerned) = (self.now, fact.concerns_queue());
        self.now = now;
        let mut effects = self.take_in(fact);
        if concerned || self.steps_may_be_due(now) {
            if self.filing == Filing::ByPolicy {
                self.rebuild();
            }
            effects.extend(self.tend());
        }
        let steps = self.send_what_is_due();
        self.journal.forget_before(now - REMEMBERED);
        // Ten thousand rows are not put in order because a poll found nothing new.
        let due = now < before || self.queue.next_change.is_some_and(|at| at <= now);
        if concerned || due || !steps.is_empty() {
            let before = self.rebuild();
            self.note_what_ran_out(&before);
        }
        effects.extend(steps);
        effects
    }

    /// Decides the same about each of these; one act, one undo.
    pub fn wish(&mut self, now: DateTime<Utc>, ids: &[IncidentId], wish: &Wish) -> Decided {
        self.now = now;
        self.wish_all(now, ids, std::slice::from_ref(wish))
    }

    /// Decides all of this about each of these, in this order; one act, one undo.
    pub fn wish_all(&mut self, now: DateTime<Utc>, ids: &[IncidentId], wishes: &[Wish]) -> Decided {
        self.now = now;
        let ids: Vec<IncidentId> = ids.iter().map(|id| self.called(id)).collect();
        let each = wishes.iter().flat_map(|wish| ids.iter().map(move |id| (id, wish)));
        let mut wanted = Vec::new();
        for (id, wish) in each {
            let decision = self.decision(id, wish);
            let wakes = decision.as_ref().is_ok_and(|decision| self.raises_a_snoozed(id, decision));
            wanted.push((id.clone(), decision));
            wanted.extend(wakes.then(|| (id.clone(), Ok(Decision::Wake))));
        }
        self.decide(wanted, None)
    }

    /// Files an incident that nobody has filed yet. Severity and kind are ids of the team file.
    pub fn file(&mut self, now: DateTime<Utc>, title: &str, body: &str, labels: Vec<String>) -> Decided {
        self.now = now;
        let title = Clean::line(title);
        if title.as_str().trim().is_empty() {
            let nowhere = IncidentId::new(self.setup.files_into.as_str());
            return Decided {
                refused: vec![(nowhere, Clean::line("an incident needs a title"))],
                ..Decided::default()
            };
        }
        let decision = Decision::New { title: title.to_string(), body: body.to_owned(), labels, signal: None };
        let op = self.ids.next(now.timestamp_millis());
        let id = IncidentId::provisional(&op);
        let source = self.setup.files_into.clone();
        match self.entry(op.clone(), op, (&id, &source), decision) {
            Ok(entry) => self.record(vec![entry], Vec::new()),
            Err(why) => Decided { refused: vec![(id, why)], ..Decided::default() },
        }
    }

    /// Posts a document for people where new incidents are filed.
    pub fn post(&mut self, now: DateTime<Utc>, post: Post) -> Decided {
        self.now = now;
        let source = self.setup.files_into.clone();
        let id = post.id(&source);
        let op = self.ids.next(now.timestamp_millis());
        match self.entry(op.clone(), op, (&id, &source), Decision::Post(post)) {
            Ok(entry) => self.record(vec![entry], Vec::new()),
            Err(why) => Decided { refused: vec![(id, why)], ..Decided::default() },
        }
    }

    /// A name that nothing has had.
    pub fn fresh_id(&mut self, now: DateTime<Utc>) -> OpId {
        self.ids.next(now.timestamp_millis())
    }

    /// The signal of the eval finding that an incident stands for; none if it is no such incident.
    pub fn finding(&self, id: &IncidentId) -> Option<IncidentId> {
        let incident = self.incident(id)?;
        let signal = incident.signal.clone()?;
        let twin = self.facts.get(&signal);
        (incident.suite.is_some() || twin.is_some_and(|twin| twin.suite.is_some())).then_some(signal)
    }

    /// Why this cannot be said of an eval finding, as far as it is known without its runs.
    pub fn unsayable(&self, id: &IncidentId, verdict: CloseReason) -> Option<Unsayable> {
        let incident = self.incident(id)?;
        let twin = incident.signal.as_ref().and_then(|signal| self.facts.get(signal));
        let check = incident.check.as_ref().or_else(|| twin?.check.as_ref())?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == check.as_str())?;
        match verdict {
            CloseReason::Expected => (kind == Kind::Errors).then_some(Unsayable::Died),
            CloseReason::Flaky => (kind != Kind::CaseRegression).then_some(Unsayable::NoCases),
            CloseReason::Completed
            | CloseReason::NotPlanned
            | CloseReason::Duplicate
            | CloseReason::Recovered
            | CloseReason::Fixed
            | CloseReason::Invalid
            | CloseReason::WontFix => None,
        }
    }

    /// Says yes to a close that asked again.
    pub fn consent(&mut self, now: DateTime<Utc>, op: &OpId) -> Vec<Effect> {
        self.now = now;
        let step = self.journal.consent(op, now);
        self.after_steps(step.into_iter().collect())
    }

    /// Puts a refusal away, or drops a close that asked again.
    pub fn dismiss(&mut self, now: DateTime<Utc>, op: &OpId) -> Vec<Effect> {
        self.now = now;
        let step = self.journal.dismiss(op, now);
        self.after_steps(step.into_iter().collect())
    }

    fn after_steps(&mut self, steps: Vec<Step>) -> Vec<Effect> {
        let mut effects = effects(steps);
        effects.extend(self.send_what_is_due());
        self.rebuild();
        effects
    }

    /// Whether the operator decided this, on whichever screen or command line.
    pub fn is_mine(&self, entry: &Entry) -> bool {
        !entry.is_unattended() && entry.deed.by.as_ref().is_none_or(|by| self.is_me(by))
    }

    fn is_me(&self, by: &Clean) -> bool {
        by.as_str() == self.setup.me
            || *by == self.setup.model.login(&self.setup.me)
            || self.logins.values().any(|login| login == by)
    }

    fn decision(&self, id: &IncidentId, wish: &Wish) -> Result<Decision, Clean> {
        if let Wish::Merge(into) = wish {
            match self.incident(into) {
                Some(stays) if stays.is_open() => {}
                Some(_) => return Err(Clean::line(&format!("{into} is closed; merge into one that stays open"))),
                None => return Err(Clean::line(&format!("no incident {into} is known here"))),
            }
        }
        if let Wish::Close(reason) = wish
            && reason.is_of_findings()
            && self.finding(id).is_none()
        {
            return Err(Clean::line(&format!("only an eval finding can be closed as {}", reason.word())));
        }
        match (self.incident(id), self.row(id)) {
            (Some(incident), Some(row)) => {
                let wish = if let Wish::Merge(into) = wish { &Wish::Merge(self.called(into)) } else { wish };
                wish.decide(incident, row, &self.setup.model, self.now)
            }
            (Some(_), None) | (None, Some(_) | None) => Err(Clean::line("no such incident here")),
        }
    }

    /// A raised severity ends a snooze.
    fn raises_a_snoozed(&self, id: &IncidentId, decision: &Decision) -> bool {
        let (Decision::Severity { to: Some(to), .. }, Some(row)) = (decision, self.row(id)) else { return false };
        let graver = self.setup.model.team.severities.iter().position(|severity| severity.id == *to);
        let before = row.class.severity.unwrap_or(usize::MAX);
        row.standing.state == queue::State::Snoozed && graver.is_some_and(|graver| graver < before)
    }

    fn decide(&mut self, wanted: Vec<(IncidentId, Result<Decision, Clean>)>, undoes: Option<&OpId>) -> Decided {
        let (mut entries, mut refused) = (Vec::new(), Vec::new());
        let mut batch = None;
        for (id, decision) in wanted {
            let source = self.tracked_by(&id);
            let filing = if decision.is_ok() && !filing::is_filed_by(&entries, &id) { self.filing(&id) } else { None };
            if let Some(filing) = filing {
                let op = self.ids.next(self.now.timestamp_millis());
                let batch = batch.get_or_insert_with(|| op.clone()).clone();
                entries.extend(self.entry(op, batch, (&id, &source), filing));
            }
            let op = self.ids.next(self.now.timestamp_millis());
            let batch = batch.get_or_insert_with(|| op.clone()).clone();
            match decision.and_then(|decision| self.entry(op, batch, (&id, &source), decision)) {
                Ok(entry) => entries.push(Entry { undoes: undoes.cloned(), ..entry }),
                Err(why) => refused.push((id, why)),
            }
        }
        self.record(entries, refused)
    }

    fn entry(
        &self,
        op: OpId,
        batch: OpId,
        (id, source): (&IncidentId, &SourceId),
        decision: Decision,
    ) -> Result<Entry, Clean> {
        if let Some(why) = &self.setup.read_only {
            return Err(Clean::line(&format!("nothing can be decided: {why}")));
        }
        let Some(host) = self.setup.routes.get(source) else {
            return Err(Clean::line(&format!("no tracker is configured for {source}")));
        };
        let deed = Deed { by: Some(self.my_name(source)), at: self.now };
        let base = self.incident(id).map(Base::of).unwrap_or_default();
        let entry = Entry::decided(op, id.clone(), decision, deed, base);
        Ok(Entry { batch, source: source.clone(), host: host.clone(), ..entry })
    }

    /// What a source's tracker calls the operator.
    fn my_name(&self, source: &SourceId) -> Clean {
        if source.is_local() {
            return Clean::line(&self.setup.me);
        }
        self.logins.get(source).cloned().unwrap_or_else(|| self.setup.model.login(&self.setup.me))
    }

    fn record(&mut self, entries: Vec<Entry>, refused: Vec<(IncidentId, Clean)>) -> Decided {
        let ops = entries.iter().map(|entry| (entry.incident.clone(), entry.op.clone())).collect();
        for entry in &entries {
            self.journal.decide(entry.clone());
        }
        let effects = if entries.is_empty() { Vec::new() } else { vec![Effect::Record(entries)] };
        self.rebuild();
        Decided { effects, ops, refused }
    }

    fn send_what_is_due(&mut self) -> Vec<Effect> {
        let (steps, alarm) = self.journal.next(self.now);
        self.sender_alarm = alarm;
        effects(steps)
    }

    /// Puts the queue in order; returns what it was.
    fn rebuild(&mut self) -> Queue {
        self.edition += 1;
        let queue = queue::build(&self.facts, &self.journal, &self.setup.model, self.now);
        let before = std::mem::replace(&mut self.queue, queue);
        self.tell_recoveries(&before);
        before
    }

    fn tell(&mut self, level: Level, text: &str, incident: Option<&IncidentId>) {
        self.news.push(News { at: self.now, level, text: Clean::line(text), incident: incident.cloned() });
    }

    /// Whether this process sends.
    pub fn sends(&self) -> bool {
        self.journal.lease() == Lease::Held
    }
}

/// What is kept together is kept in one go: of a decision and its undo that
/// cancel out, never only one.
fn effects(steps: Vec<Step>) -> Vec<Effect> {
    let (mut kept, mut sent) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::Keep(entry) => kept.push(*entry),
            Step::Send { entry, attempt } => sent.push(Effect::Send { entry, attempt }),
        }
    }
    let keep = (!kept.is_empty()).then_some(Effect::Keep { entries: kept, facts: None });
    keep.into_iter().chain(sent).collect()
}

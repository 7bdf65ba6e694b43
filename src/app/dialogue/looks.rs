//! The queue in words: where one is, the list, one incident in full, and the
//! walk through what wants triage.

use super::events::Weight;
use super::{Awaited, Dialogue, Listed, Waiting, Walk, unnumbered};
use crate::app::event::Effect;
use crate::app::watch::Reach;
use crate::domain::agenda::agenda;
use crate::domain::agenda::missing;
use crate::domain::id::IncidentId;
use crate::domain::journal::State as Sent;
use crate::domain::probe::Condition;
use crate::domain::queue::{Filter, Row, Section, State};
use crate::domain::source::{Freshness, SourceHealth};
use crate::panes::rotation::Mood;
use crate::panes::spoken::{self, many, span};

impl Dialogue {
    /// Where one is, in one line.
    pub(super) fn say_where(&mut self) {
        let desk = self.app.desk();
        let mut parts = vec![format!("dogwatch for {}, as {}", desk.model().team.team.name, desk.me())];
        parts.extend(self.around());
        parts.extend(self.on_call());
        parts.push(self.counts());
        parts.push(self.sources());
        parts.push(self.unsent().unwrap_or_else(|| "Nothing is unsent".to_owned()));
        self.say(&format!("{}.", parts.join(". ")));
    }

    /// What changes the meaning of everything else.
    fn around(&self) -> Vec<String> {
        let desk = self.app.desk();
        let mut parts = Vec::new();
        parts.extend(self.app.veil().map(|_| "Private mode is on".to_owned()));
        parts.extend(desk.read_only().map(|why| format!("Read-only: {why}")));
        parts.extend((self.app.outfit().reach == Reach::Offline).then(|| "Offline: no source is asked".to_owned()));
        parts
    }

    /// Of the first rotation; a gap is told first, whichever has it.
    fn on_call(&self) -> Option<String> {
        let bills = &self.app.watchbill().bills;
        let first = bills.iter().find(|bill| bill.mood == Mood::Gap).or_else(|| bills.first())?;
        let more = bills.len() - 1;
        let more = if more > 0 { format!(", and {more} more on other rotations") } else { String::new() };
        Some(format!("On call: {}{more}", first.brief))
    }

    fn counts(&self) -> String {
        let desk = self.app.desk();
        let model = desk.model();
        let open = |place: Option<usize>| {
            let rows = desk.queue().rows.iter();
            rows.filter(|row| row.standing.state == State::Open && row.class.severity == place).count()
        };
        let places = (0..model.team.severities.len()).map(Some).chain([None]);
        let counted: Vec<String> = places
            .map(|place| (place, open(place)))
            .filter(|(_, count)| *count > 0)
            .map(|(place, count)| format!("{count} {}", model.severity_id(place).unwrap_or("untriaged")))
            .collect();
        let acked = desk.queue().count(Section::Acked);
        let acked = if acked > 0 { format!(", {acked} acked") } else { String::new() };
        if counted.is_empty() {
            format!("Nothing is open{acked}")
        } else {
            format!("Open: {}{acked}", counted.join(", "))
        }
    }

    /// How fresh the sources are; those that are not are named with their age.
    fn sources(&self) -> String {
        let desk = self.app.desk();
        let sources: Vec<&SourceHealth> = desk.sources().iter().filter(|source| source.kind != "mcp").collect();
        let told = sources.iter().filter_map(|source| self.stale(source));
        let mut told: Vec<String> = told.collect();
        if told.is_empty() {
            told.push(match sources.len() {
                1 => format!("{} is fresh", sources[0].id),
                many => format!("all {many} sources are fresh"),
            });
        }
        let standings = self.app.standings();
        let count = |condition| standings.iter().filter(|standing| standing.condition == condition).count();
        if !standings.is_empty() {
            let unknown = count(Condition::Unknown);
            let unknown = if unknown > 0 { format!(", {unknown} unknown") } else { String::new() };
            told.push(format!("{} of {} MCP endpoints up{unknown}", count(Condition::Up), standings.len()));
        }
        super::hearing::capital(&told.join("; "))
    }

    /// What a source has to say about itself; a fresh one has nothing.
    pub(super) fn stale(&self, health: &SourceHealth) -> Option<String> {
        let now = self.app.desk().now();
        let ago = health.fetched_at.map(|at| format!(", known as of {} ago", span(now - at))).unwrap_or_default();
        match health.freshness(now) {
            Freshness::Fresh => None,
            Freshness::Never => Some(format!("{} was never read", health.id)),
            Freshness::Stale => Some(format!("{} is stale{ago}", health.id)),
            Freshness::Failed => {
                let why = health.error.as_ref().map(|why| format!(", {}", spoken::quoted(why.as_str())));
                Some(format!("{} was not reached{}{ago}", health.id, why.unwrap_or_default()))
            }
        }
    }

    /// What was decided and has not reached its tracker; what asks for the operator.
    pub(super) fn unsent(&self) -> Option<String> {
        let journal = self.app.desk().journal();
        let unsettled = journal.unsettled().filter(|entry| entry.state != Sent::Asking).count();
        let asking = journal.complaints().filter(|entry| entry.is_unseen_complaint()).count();
        let verb = |count: usize| if count == 1 { "is" } else { "are" };
        let unsent =
            (unsettled > 0).then(|| format!("{} {} unsent", many(unsettled, "decision", "decisions"), verb(unsettled)));
        let asking = (asking > 0).then(|| format!("{} to look at, say log", many(asking, "refusal", "refusals")));
        let parts: Vec<String> = unsent.into_iter().chain(asking).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// An incident as one sentence, as it may be heard.
    pub(super) fn sentence(&self, id: &IncidentId) -> String {
        let desk = self.app.desk();
        let (Some(row), Some(incident)) = (desk.row(id), desk.incident(id)) else { return id.to_string() };
        let pending: Vec<&str> = desk.journal().pending(&row.id).map(|entry| entry.decision.verb()).collect();
        let (row, incident) = (self.app.shown_row(row), self.app.shown(incident));
        spoken::row(&row, &incident, desk.model(), &pending, desk.now())
    }

    /// Lists what matches; from here on numbers mean these.
    pub(super) fn list(&mut self, words: &[String]) {
        let is_all = |word: &&String| word.eq_ignore_ascii_case("all");
        let all = words.iter().any(|word| is_all(&word));
        let text = words.iter().filter(|word| !is_all(word)).cloned().collect::<Vec<_>>().join(" ");
        let filter = Filter::parse(&text);
        let desk = self.app.desk();
        let closed = all || filter.wants_closed();
        let fits = |row: &&Row| {
            (closed || row.section != Section::Closed)
                && desk.incident(&row.id).is_some_and(|incident| filter.matches(row, incident, desk.model()))
        };
        let ids: Vec<IncidentId> = desk.queue().rows.iter().filter(fits).map(|row| row.id.clone()).collect();
        let doubts = filter.doubts(desk.model());
        let stale: Vec<String> = desk.sources().iter().filter_map(|source| self.stale(source)).collect();
        for line in &stale {
            self.say(&format!("Beware: {line}."));
        }
        if ids.is_empty() {
            self.say(match (filter.is_empty(), stale.is_empty()) {
                (false, _) => "Nothing matches.",
                (true, true) => "No incident.",
                (true, false) => "Nothing is known of any incident; that is not the same as quiet.",
            });
            for doubt in doubts {
                self.complain(&doubt.replace('`', "\""));
            }
        } else {
            self.say(&format!("{}.", many(ids.len(), "incident", "incidents")));
        }
        self.subject = None;
        self.walk = None;
        self.read_incidents(ids);
    }

    fn read_incidents(&mut self, ids: Vec<IncidentId>) {
        let line = |(at, id): (usize, &IncidentId)| (Some(at + 1), format!("{}. {}.", at + 1, self.sentence(id)));
        let lines: Vec<Waiting> = ids.iter().enumerate().map(line).collect();
        self.listed = Listed::Incidents(ids);
        self.read_out = 0;
        self.read_out(lines);
    }

    /// Reads one incident out, once its text and history are there.
    pub(super) fn show(&mut self, words: &[String]) -> Vec<Effect> {
        match self.only(words) {
            Ok(ids) if ids.len() > 1 => self.complain("one at a time"),
            Ok(ids) => return ids.first().map(|id| self.look_at(id)).unwrap_or_default(),
            Err(why) => self.complain(&why),
        }
        Vec::new()
    }

    fn look_at(&mut self, id: &IncidentId) -> Vec<Effect> {
        self.subject = Some(id.clone());
        if id.is_provisional() {
            self.tell_subject(id);
            return Vec::new();
        }
        self.awaited = Awaited::Detail(id.clone());
        vec![Effect::LoadDetail(id.clone()), Effect::FetchDetail(id.clone())]
    }

    pub(super) fn tell_subject(&mut self, id: &IncidentId) {
        let desk = self.app.desk();
        let (Some(row), Some(incident)) = (desk.row(id), desk.incident(id)) else {
            self.complain(&format!("{id} is no longer there"));
            return;
        };
        let told = self.app.told_of(id).cloned().unwrap_or_default();
        let body = told.body.as_ref().or(incident.body.as_ref());
        let veil = self.app.veil();
        let body = body.map(|body| veil.map_or_else(|| body.clone(), |veil| veil.whole(incident, body)));
        let moments = veil.map_or_else(|| told.moments.clone(), |veil| veil.moments(incident, &told.moments));
        let entries = desk
            .journal()
            .entries()
            .iter()
            .filter(|entry| entry.incident == *id && (entry.is_unseen_complaint() || entry.state.is_unsettled()));
        let scene = desk.scene(incident, row);
        let round = scene.round();
        let (shown, row) = (self.app.shown(incident), self.app.shown_row(row));
        let lines = spoken::subject(&spoken::Subject {
            incident: &shown,
            row: &row,
            model: desk.model(),
            body: body.as_ref(),
            moments: &moments,
            entries: entries.collect(),
            escalation: round.as_ref(),
            after: self.app.near_release(id).map(|(shipment, minutes)| (&shipment.what, minutes)),
            now: desk.now(),
        });
        self.told = moments.len();
        self.read_out(unnumbered(lines));
    }

    /// What its source told of its history came after it was read out.
    pub(super) fn tell_longer_history(&mut self, id: &IncidentId) {
        let known = self.app.told_of(id).map_or(0, |told| told.moments.len());
        if self.subject.as_ref() == Some(id) && known > self.told {
            self.told = known;
            let name = self.app.desk().name(id);
            self.events.add(Weight::Plain, format!("Meanwhile: more is known of the history of {name}; say show."));
        }
    }

    /// Begins to walk what wants triage, in the order of the meeting.
    pub(super) fn begin_walk(&mut self) -> Vec<Effect> {
        let desk = self.app.desk();
        let topics = agenda(desk.queue(), |id| desk.incident(id), desk.model(), self.app.left_out(), desk.now());
        if topics.is_empty() {
            self.say("Nothing to walk: nothing is untriaged, overdue or left lying.");
            return Vec::new();
        }
        let ids: Vec<_> = topics.into_iter().map(|topic| (topic.id, topic.part.word())).collect();
        self.say(&format!(
            "{} to walk. Decide about each without its number, then say next; list ends it.",
            many(ids.len(), "incident", "incidents")
        ));
        self.walk = Some(Walk { ids, at: 0 });
        self.step = None;
        self.walk_on();
        Vec::new()
    }

    /// The next of the walk, or the next step of the runbook.
    pub(super) fn next(&mut self) -> Vec<Effect> {
        match &mut self.walk {
            Some(walk) => {
                walk.at += 1;
                self.walk_on();
            }
            None => self.next_step(),
        }
        Vec::new()
    }

    /// Says the one that is walked; what somebody has seen to meanwhile is passed over and told.
    fn walk_on(&mut self) {
        let Some(walk) = self.walk.clone() else { return };
        let Some((id, part)) = walk.ids.get(walk.at) else {
            self.walk = None;
            self.subject = None;
            self.say("That was the last; the triage is over.");
            return;
        };
        let id = self.app.desk().called(id);
        let of = format!("{} of {}", walk.at + 1, walk.ids.len());
        let desk = self.app.desk();
        match desk.row(&id) {
            Some(row) if row.standing.state != State::Closed => {
                let lacks = missing(row.class, desk.model());
                let lacks =
                    if lacks.is_empty() { String::new() } else { format!(", it has no {}", lacks.join(" and no ")) };
                // What is untriaged says so by itself.
                let why = if row.section.title() == *part { String::new() } else { format!("{part}: ") };
                let line = format!("{of}, {why}{}{lacks}.", self.sentence(&id));
                self.subject = Some(id);
                self.say(&line);
            }
            Some(_) | None => {
                self.say(&format!("{of}: {id} is closed by now."));
                self.subject = None;
            }
        }
    }
}

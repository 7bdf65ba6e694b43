//! What happened, as it is said: as the answer to the last line where it was
//! waited for, else among what happened meanwhile.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::events::{Glimpse, Weight};
use super::{Awaited, Dialogue, Live};
use crate::app::event::{Effect, Fact, Level, News};
use crate::domain::decision::Decision;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::text::Clean;
use crate::panes::spoken::{self, many};

/// What of a fact the dialogue itself has to know.
enum Key {
    Recorded(BTreeSet<OpId>),
    Settled(OpId),
    Detail(IncidentId),
    Said,
    Page,
    Pages,
    Written,
    Missing(Clean),
    Told,
    Checkup,
    Review,
    Handoff,
    Fetched(SourceId),
    Trust(Vec<Clean>),
    Loaded,
    Other,
}

impl Key {
    fn of(fact: &Fact) -> Self {
        match fact {
            Fact::Recorded(places) => Self::Recorded(places.iter().map(|(op, _)| op.clone()).collect()),
            Fact::NotRecorded { ops, .. } => Self::Recorded(ops.iter().cloned().collect()),
            Fact::Settled { op, .. } => Self::Settled(op.clone()),
            Fact::DetailLoaded { id, .. } => Self::Detail(id.clone()),
            Fact::Said(_) => Self::Said,
            Fact::PageOpened(_) => Self::Page,
            Fact::PagesListed(_) => Self::Pages,
            Fact::PageMissing(why) => Self::Missing(why.clone()),
            Fact::Written(..) => Self::Written,
            Fact::Told { .. } => Self::Told,
            Fact::Checked(_) => Self::Checkup,
            Fact::Reviewed(_) => Self::Review,
            Fact::HandoffBrought(_) => Self::Handoff,
            Fact::FetchEnded(health) => Self::Fetched(health.id.clone()),
            Fact::TrustWanted(wanted) => Self::Trust(wanted.clone()),
            Fact::Loaded { .. } => Self::Loaded,
            Fact::Mirrored { .. }
            | Fact::LeaseTaken
            | Fact::LeaseLost
            | Fact::FetchStarted(_)
            | Fact::Page { .. }
            | Fact::Probed(_)
            | Fact::Ruled(_)
            | Fact::ToolsLoaded { .. }
            | Fact::CasesLoaded { .. }
            | Fact::CaseLoaded { .. }
            | Fact::ToolNamesLoaded(_)
            | Fact::Recovered(_)
            | Fact::Relapsed(_)
            | Fact::LoginsKnown(_)
            | Fact::AssignableLoaded { .. }
            | Fact::Identified { .. }
            | Fact::ReadOnly(_)
            | Fact::NoteWritten { .. }
            | Fact::PageJudged(..)
            | Fact::PageChanged(_)
            | Fact::Untold(_)
            | Fact::MeetingCalled
            | Fact::MeetingFound(_)
            | Fact::MinutesWritten(_)
            | Fact::Dropped(_)
            | Fact::Gathered(_)
            | Fact::TeamRead(_)
            | Fact::Drafted(_)
            | Fact::Amended(_)
            | Fact::Arranged(_)
            | Fact::TourOffered
            | Fact::Ticked
            | Fact::Dismissed => Self::Other,
        }
    }
}

impl Dialogue {
    /// Takes in what happened outside; returns what is to be done about it.
    pub fn fact(&mut self, now: DateTime<Utc>, fact: Fact) -> Vec<Effect> {
        let (key, waited) = (Key::of(&fact), self.is_waiting());
        let mut effects = self.app.update(now, fact);
        self.hear(&key);
        effects.extend(self.answer(&key));
        if waited && !self.is_waiting() {
            self.say_meanwhile();
        } else if self.live == Live::On && !self.is_waiting() {
            self.say_all_meanwhile();
        }
        effects
    }

    fn hear(&mut self, key: &Key) {
        let news = self.app.hear();
        // Ten thousand rows are not compared because a poll found nothing new.
        let same = matches!(key, Key::Loaded) || self.glimpse.is_of(self.app.desk());
        let changes = if same { Vec::new() } else { self.glimpse.changes(self.app.desk()) };
        let own = self.own(key);
        let about: BTreeSet<IncidentId> =
            news.iter().filter(|one| one.level != Level::Warning).filter_map(|one| one.incident.clone()).collect();
        let new: BTreeSet<IncidentId> = changes.iter().map(|change| change.id.clone()).collect();
        for one in news {
            // A change is told with all that there is to say of it; its news would be the same once more.
            let twice = one.level == Level::Warning && one.incident.as_ref().is_some_and(|id| new.contains(id));
            if !twice {
                self.tell_news(&one, key);
            }
        }
        for change in changes {
            let filed = matches!(key, Key::Settled(_)) && own.contains(&change.id) && change.what == "new";
            if filed {
                self.tell_change(&change.id, "filed", Weight::Plain);
            } else if !own.contains(&change.id) && !about.contains(&change.id) {
                let graver = change.what == "new" && self.is_gravest(&change.id);
                self.tell_change(&change.id, &change.what, if graver { Weight::Loud } else { Weight::Plain });
            }
        }
        if let Key::Fetched(source) = key {
            self.tell_first_reading(source);
        }
        if !self.glimpse.is_of(self.app.desk()) || matches!(key, Key::Fetched(_) | Key::Loaded) {
            self.glimpse = Glimpse::of(self.app.desk());
        }
    }

    /// The incidents that a fact changes by a decision of this dialogue's.
    fn own(&self, key: &Key) -> BTreeSet<IncidentId> {
        let journal = self.app.desk().journal();
        let of = |op: &OpId| journal.entry(op).map(|entry| self.app.desk().called(&entry.incident));
        match key {
            Key::Recorded(ops) => ops.iter().filter_map(of).collect(),
            Key::Settled(op) => of(op).into_iter().collect(),
            Key::Detail(_)
            | Key::Said
            | Key::Page
            | Key::Pages
            | Key::Written
            | Key::Missing(_)
            | Key::Told
            | Key::Checkup
            | Key::Review
            | Key::Handoff
            | Key::Fetched(_)
            | Key::Trust(_)
            | Key::Loaded
            | Key::Other => BTreeSet::new(),
        }
    }

    fn is_gravest(&self, id: &IncidentId) -> bool {
        self.app.desk().row(id).is_some_and(|row| row.class.severity == Some(0))
    }

    fn tell_news(&mut self, news: &News, key: &Key) {
        let awaits = match self.awaited {
            Awaited::Recorded(_) | Awaited::Said | Awaited::Written => news.level != Level::Info,
            Awaited::Trusted => matches!(key, Key::Told),
            Awaited::Nothing
            | Awaited::Detail(_)
            | Awaited::Page
            | Awaited::Pages
            | Awaited::Checkup
            | Awaited::Review
            | Awaited::Handoff
            | Awaited::Sources(_) => false,
        };
        if awaits {
            self.answer_news(news);
            return;
        }
        // That something is done is no news to whoever did it.
        if news.level == Level::Done && news.incident.is_some() {
            return;
        }
        let loud = news.level == Level::Error;
        if loud && news.incident.is_some() {
            self.failed += 1;
        }
        self.events.add(if loud { Weight::Loud } else { Weight::Plain }, format!("Meanwhile: {}.", news.text));
    }

    fn answer_news(&mut self, news: &News) {
        let text = news.text.as_str();
        match news.level {
            Level::Done | Level::Info => {
                let about = news.incident.as_ref().filter(|id| text.ends_with(id.as_str()));
                let title = about.and_then(|id| self.title_of(id)).map(|title| format!(", {title}"));
                let text = match (text.strip_prefix("undone: "), about) {
                    (Some(text), _) => format!("Undone: {text}"),
                    (None, Some(id)) if id.is_provisional() => "Done: filed, its number follows".to_owned(),
                    (None, Some(_) | None) => format!("Done: {text}"),
                };
                let doing = std::mem::take(&mut self.doing);
                self.say(&format!("{text}{}{doing}.", title.unwrap_or_default()));
            }
            Level::Warning | Level::Error => self.complain(text.strip_prefix("not decided: ").unwrap_or(text)),
        }
    }

    /// An incident's title, as it may be heard.
    pub(super) fn title_of(&self, id: &IncidentId) -> Option<String> {
        let incident = self.app.desk().incident(id)?;
        Some(spoken::quoted(self.app.shown(incident).title.as_str()))
    }

    fn tell_change(&mut self, id: &IncidentId, what: &str, weight: Weight) {
        let said = self.sentence(id);
        self.events.add(weight, format!("Meanwhile: {what}, {said}."));
    }

    fn tell_first_reading(&mut self, source: &SourceId) {
        let desk = self.app.desk();
        let read = desk.sources().iter().any(|health| health.id == *source && health.fetched_at.is_some());
        if !read || self.glimpse.has_read(source) {
            return;
        }
        let of = |id: &IncidentId| desk.incident(id).is_some_and(|one| one.source == *source && one.is_open());
        let open = desk.queue().rows.iter().filter(|row| of(&row.id)).count();
        let open = many(open, "open incident", "open incidents");
        self.events.add(Weight::Loud, format!("{source} was read for the first time: {open}."));
    }

    /// What is said about a line while it is understood is its answer.
    pub(super) fn hear_answer(&mut self) {
        for news in self.app.hear() {
            match news.level {
                Level::Warning | Level::Error => self.answer_news(&news),
                Level::Done | Level::Info => {
                    let text = capital(news.text.as_str());
                    self.say(&format!("{text}."));
                }
            }
        }
        self.glimpse = Glimpse::of(self.app.desk());
    }

    /// What time alone has changed before a line was understood.
    pub(super) fn hear_meanwhile(&mut self) {
        self.hear(&Key::Other);
    }

    /// What happened meanwhile, before the next prompt.
    pub(super) fn say_meanwhile(&mut self) {
        for line in self.events.in_short() {
            self.say(&line);
        }
    }

    pub(super) fn say_all_meanwhile(&mut self) {
        for line in self.events.all() {
            self.say(&line);
        }
    }

    /// Completes the answer to the last line, where this is what it waited for.
    fn answer(&mut self, key: &Key) -> Vec<Effect> {
        if let Key::Trust(wanted) = key {
            self.trust.clone_from(wanted);
            let many = many(wanted.len(), "thing", "things");
            self.say(&format!("The team file asks for {many} that nobody has allowed; say trust to hear them."));
            return Vec::new();
        }
        match (std::mem::replace(&mut self.awaited, Awaited::Nothing), key) {
            (Awaited::Nothing, Key::Detail(id)) => self.tell_longer_history(id),
            // What could not be written down was said as such.
            (Awaited::Nothing, _) | (Awaited::Written, Key::Told) => {}
            (Awaited::Recorded(mut left), Key::Recorded(ops)) => {
                left.retain(|op| !ops.contains(op));
                self.awaited = if left.is_empty() { Awaited::Nothing } else { Awaited::Recorded(left) };
            }
            (Awaited::Detail(wanted), Key::Detail(id)) if wanted == *id => self.tell_subject(&wanted),
            (Awaited::Said, Key::Said) => return self.hear_what_was_said(),
            (Awaited::Pages, Key::Pages) => self.tell_pages(),
            (Awaited::Page, Key::Page) => return self.tell_opened(),
            (Awaited::Page, Key::Missing(why)) => self.complain(why.as_str()),
            (Awaited::Written, Key::Written) => self.written_down(),
            (Awaited::Trusted, Key::Told) => self.trust.clear(),
            (Awaited::Checkup, Key::Checkup) => self.tell_findings(),
            (Awaited::Review, Key::Review) => self.tell_review(),
            (Awaited::Handoff, Key::Handoff) => self.tell_handoff(),
            (Awaited::Sources(mut left), Key::Fetched(source)) => {
                left.remove(source);
                if left.is_empty() {
                    self.tell_refreshed();
                } else {
                    self.awaited = Awaited::Sources(left);
                }
            }
            (still, _) => self.awaited = still,
        }
        Vec::new()
    }

    /// After a saying is written down its incidents are closed; that is waited for, too.
    fn hear_what_was_said(&mut self) -> Vec<Effect> {
        let journal = self.app.desk().journal();
        let being = journal.entries().iter().filter(|entry| entry.seq == 0 && entry.decision != Decision::Wake);
        let ops: BTreeSet<OpId> = being.map(|entry| entry.op.clone()).collect();
        if !ops.is_empty() {
            self.awaited = Awaited::Recorded(ops);
        }
        Vec::new()
    }
}

/// With a capital letter.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

//! Calling the operator: what the desk found, a shift of theirs that begins,
//! and what the terminal's title and the last words say.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use crate::app::attention::{Burst, Call, Gaze};
use crate::app::event::{Effect, Level, News};
use crate::domain::id::IncidentId;
use crate::domain::journal::State as Sent;
use crate::domain::people;
use crate::domain::queue::Section;
use crate::domain::rotation::{Piece, Roster};
use crate::domain::source::Freshness;
use crate::domain::text::Clean;
use crate::panes::fit;

/// A notification has so many columns at the most.
const COLUMNS: usize = 80;
/// What runs now lies within this.
const AROUND: TimeDelta = TimeDelta::days(2);
/// So often it is looked whether somebody is away.
const AGAIN: TimeDelta = TimeDelta::hours(1);

/// What the operator has to do with the rotations now.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Duty {
    /// A shift that has begun before this is no news.
    since: DateTime<Utc>,
    /// The shifts of theirs that they know of: rotation and beginning.
    known: BTreeSet<(String, DateTime<Utc>)>,
    stands: Stands,
    looked: Option<DateTime<Utc>>,
    changes_at: Option<DateTime<Utc>>,
}

/// Whether somebody would be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// On call, or there is no rotation that would say who is.
    By,
    /// Somebody else is on call.
    Down,
}

impl Duty {
    pub(super) fn since(now: DateTime<Utc>) -> Self {
        Self { since: now, known: BTreeSet::new(), stands: Stands::By, looked: None, changes_at: None }
    }

    /// When the operator may have more or less to do with them.
    pub(super) fn alarm(&self) -> Option<DateTime<Utc>> {
        self.changes_at
    }

    fn is_good_at(&self, now: DateTime<Utc>) -> bool {
        self.looked.is_some_and(|at| at <= now) && self.changes_at.is_none_or(|at| now < at)
    }

    pub(super) fn forget(&mut self) {
        self.looked = None;
    }
}

impl App {
    /// Calls the operator, if there is something to be told now.
    pub(super) fn attend(&mut self) -> Vec<Effect> {
        let mut calls = self.desk.take_calls();
        calls.extend(self.look_at_my_duty());
        let zone = people::zone_of(&self.desk.model().team, self.desk.me());
        self.attention.look_at_the_clock(zone, self.now);
        let through = self.gets_through();
        for call in calls {
            self.attention.take(call, &through, self.now);
        }
        let mut effects = Vec::new();
        if let Some(burst) = self.attention.let_go(self.now) {
            let text = format!("held back in quiet hours: {}", self.told_in_a_line(&burst));
            let news = News { at: self.now, level: Level::Warning, text: Clean::line(&text), incident: None };
            self.toasts.say(news);
            effects.extend(self.call_out(&burst, &text));
        }
        if let Some(burst) = self.attention.due(self.now) {
            let text = self.told_in_a_line(&burst);
            effects.extend(self.call_out(&burst, &text));
        }
        effects
    }

    /// Whether the operator looks here.
    pub(super) fn gaze(&mut self, gaze: Gaze) -> Vec<Effect> {
        self.attention.gaze = gaze;
        Vec::new()
    }

    /// An exception from quiet hours that means nothing would let somebody sleep who wants to be woken.
    pub(super) fn doubt_the_exceptions(&mut self) {
        let wishes = self.attention.wishes();
        let known = |id: &str| self.desk.model().team.severities.iter().any(|one| one.id.eq_ignore_ascii_case(id));
        let unknown: Vec<&String> = wishes.quiet_except.iter().flatten().filter(|id| !known(id)).collect();
        if let Some(id) = unknown.first() {
            let text =
                format!("`quiet_except` names {id}, and the team has no such severity; name one of the team file");
            self.complain(&text);
        }
    }

    /// The severities that wake the operator in quiet hours; none while somebody else is on call.
    fn gets_through(&self) -> Vec<usize> {
        if self.duty.stands == Stands::Down {
            return Vec::new();
        }
        let severities = self.desk.model().team.severities.iter();
        match &self.attention.wishes().quiet_except {
            None => vec![0],
            Some(ids) => {
                let named = |id: &str| ids.iter().any(|one| one.eq_ignore_ascii_case(id));
                severities.enumerate().filter(|(_, one)| named(&one.id)).map(|(at, _)| at).collect()
            }
        }
    }

    fn call_out(&self, burst: &Burst, text: &str) -> Vec<Effect> {
        let wishes = self.attention.wishes();
        let rings = burst.is_for(&wishes.bell).then_some(Effect::Bell);
        // Whoever looks at the screen sees it there.
        let notifies = burst.is_for(&wishes.notify) && self.attention.gaze != Gaze::Here;
        let shown = notifies.then(|| Effect::Notify(Clean::line(&fit::cut(Clean::line(text).as_str(), COLUMNS))));
        rings.into_iter().chain(shown).collect()
    }

    /// What happened, as it may be read on this screen.
    fn told_in_a_line(&self, burst: &Burst) -> String {
        burst.text(|severity, id| {
            let severity = Some(severity).filter(|at| *at < self.desk.model().team.severities.len());
            let severity = self.desk.model().severity_id(severity).map(|id| format!("{id}: ")).unwrap_or_default();
            format!("{severity}{} {}", self.desk.name(id), self.title_of(id)).trim_end().to_owned()
        })
    }

    fn title_of(&self, id: &IncidentId) -> Clean {
        self.desk.incident(id).map(|incident| self.shown(incident).title.clone()).unwrap_or_default()
    }

    /// Looks who is on call, where that may have changed; the shifts of the operator's that have begun since.
    fn look_at_my_duty(&mut self) -> Vec<Call> {
        if self.duty.is_good_at(self.now) {
            return Vec::new();
        }
        self.duty.looked = Some(self.now);
        let team = &self.desk.model().team;
        if team.rotations.is_empty() {
            (self.duty.stands, self.duty.changes_at) = (Stands::By, None);
            return Vec::new();
        }
        let roster = Roster::new(team, &[], self.now, (self.now - AROUND, self.now + AROUND));
        let (me, mut calls, mut changes) = (self.desk.me(), Vec::new(), vec![self.now + AGAIN]);
        let mut stands = Stands::Down;
        for one in roster.on_call(self.now) {
            let pieces = one.primary.iter().chain(&one.secondary);
            changes.extend(pieces.clone().map(Piece::end));
            changes.extend(one.duty.into_iter().flat_map(|(from, to)| [from.to_utc(), to.to_utc()]));
            changes.extend(one.next.as_ref().map(|next| next.start.to_utc()));
            if pieces.clone().any(|piece| piece.person == me) {
                stands = Stands::By;
            }
            let Some(mine) = one.primary.as_ref().filter(|piece| piece.person == me) else { continue };
            let is_fresh = self.duty.known.insert((one.rotation.id.clone(), mine.start()));
            if is_fresh && mine.start() > self.duty.since {
                let until = mine.end().with_timezone(&one.rotation.timezone).format("%a %-d %b %H:%M");
                let text = format!("your shift has begun: {} until {until}", one.rotation.title);
                calls.push(Call::Shift(Clean::line(&self.veiled(&text))));
            }
        }
        self.duty.stands = stands;
        self.duty.changes_at = changes.into_iter().filter(|at| *at > self.now).min();
        calls
    }

    /// What the terminal's title says: numbers alone, so it may be read by anybody.
    pub fn title(&self) -> String {
        let desk = &self.desk;
        let unsent = desk.journal().unsettled().filter(|entry| entry.state != Sent::Asking).count();
        let counts = [
            (desk.queue().count(Section::NeedsYouNow), "need you"),
            (desk.queue().count(Section::Untriaged), "untriaged"),
            (unsent, "unsent"),
        ];
        let words = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
        let words: Vec<String> = words.collect();
        // Quiet is said where it is known.
        let unheard = desk.sources().iter().filter(|source| source.freshness(self.now) != Freshness::Fresh).count();
        let nothing = match unheard {
            0 => "all quiet".to_owned(),
            1 => "nothing known, 1 source not fresh".to_owned(),
            many => format!("nothing known, {many} sources not fresh"),
        };
        if words.is_empty() { format!("dogwatch: {nothing}") } else { format!("dogwatch: {}", words.join(", ")) }
    }

    /// The last words, for whoever has left the screen: what was decided, what is still to be sent, and what hangs
    /// while their shift runs. Empty if there is nothing of it.
    pub fn farewell(&self) -> Vec<String> {
        let desk = &self.desk;
        let decided: Vec<String> = desk.made_here().iter().map(|(verb, count)| format!("{count} {verb}")).collect();
        let decided = (!decided.is_empty()).then(|| format!("decided here: {}", decided.join(", ")));
        let unsent = desk.journal().unsettled().filter(|entry| entry.state != Sent::Asking).count();
        let unsent = match unsent {
            0 => None,
            1 => Some("1 decision is not sent yet; it is kept, and `dogwatch sync` sends it".to_owned()),
            many => Some(format!("{many} decisions are not sent yet; they are kept, and `dogwatch sync` sends them")),
        };
        let done: Vec<String> = decided.into_iter().chain(unsent).collect();
        let done = (!done.is_empty()).then(|| done.join("; "));
        done.into_iter().chain(self.hanging()).collect()
    }

    /// What hangs while a shift of the operator's runs.
    fn hanging(&self) -> Option<String> {
        let desk = &self.desk;
        let team = &desk.model().team;
        let roster = Roster::new(team, &[], self.now, (self.now - AROUND, self.now + AROUND));
        let end = roster.on_call(self.now).into_iter().find_map(|one| {
            let mine = one.primary.filter(|piece| piece.person == desk.me())?;
            Some(mine.end().with_timezone(&one.rotation.timezone))
        })?;
        let sections =
            [(Section::NeedsYouNow, "need you"), (Section::Untriaged, "untriaged"), (Section::Acked, "acked")];
        let counted = sections.map(|(section, word)| (desk.queue().count(section), word));
        let words = counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
        let words: Vec<String> = words.collect();
        (!words.is_empty()).then(|| format!("before your shift ends {}: {}", end.format("%a %H:%M"), words.join(", ")))
    }
}

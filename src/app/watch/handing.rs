//! The handoff on the screen: the page as it would be given out, and what
//! still hangs, one thing after the other.
//!
//! It follows the shift that it was opened for, whatever is accepted or begins
//! meanwhile. What somebody else closes drops out of the walk, and that is
//! said.

mod giving;

use std::collections::BTreeSet;

use super::answers::Pressed;
use super::keys::After;
use super::openers::choice;
use super::{App, Dialog};
use crate::app::bindings::{Answer, Hands, Place};
use crate::app::event::Effect;
use crate::app::handoff::{Errand, give_back, hand};
use crate::app::key::Key;
use crate::app::pick::{Choice, Means, Pick, Purpose};
use crate::app::typed::{Heard, Shape, Typed};
use crate::app::when;
use crate::app::wish::Wish;
use crate::domain::calendar::Facts;
use crate::domain::handoff::section::Carried;
use crate::domain::handoff::typed::{Field, Line, feel_of};
use crate::domain::handoff::{Asked, Brought, Handoff};
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;

/// Header, footer, and the two lines of the frame between them.
const AROUND: u16 = 4;

/// The handoff that is open.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Handing {
    /// Which; the shift is fixed once it is known.
    asked: Asked,
    /// What it says; none before it is known.
    handoff: Option<Handoff>,
    /// Why there is none.
    why_not: Option<Clean>,
    shows: Leaf,
    skipped: BTreeSet<IncidentId>,
    /// The edition of the desk for which it was asked for last; none if nothing is awaited or was asked for.
    asked_at: Option<u64>,
    awaited: Awaited,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Awaited {
    Yes,
    #[default]
    No,
}

/// What is shown of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Leaf {
    /// The whole page.
    Page {
        /// How many lines have been scrolled away.
        top: usize,
    },
    /// One thing that hangs.
    Gate(IncidentId),
}

impl Default for Leaf {
    fn default() -> Self {
        Self::Page { top: 0 }
    }
}

/// What is being typed into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandAsk {
    /// About which incident; none: about the shift.
    pub incident: Option<IncidentId>,
    /// What.
    pub field: Field,
}

impl Handing {
    /// What it says; none before it is known.
    pub fn handoff(&self) -> Option<&Handoff> {
        self.handoff.as_ref()
    }

    /// Why there is none.
    pub fn why_not(&self) -> Option<&Clean> {
        self.why_not.as_ref()
    }

    /// What is shown of it.
    pub fn leaf(&self) -> &Leaf {
        &self.shows
    }

    /// What hangs, in the order of the rows.
    pub fn hanging(&self) -> Vec<&Carried> {
        let rows = self.handoff.as_ref().map(|handoff| handoff.sections.carry_over.as_slice()).unwrap_or_default();
        rows.iter().filter(|row| row.hangs()).collect()
    }

    fn row(&self, id: &IncidentId) -> Option<&Carried> {
        self.handoff.as_ref()?.sections.carry_over.iter().find(|row| row.of.id == *id)
    }
}

impl App {
    /// The handoff that is open; none if none is.
    pub fn handing(&self) -> Option<&Handing> {
        self.handing.as_deref()
    }

    /// Opens the handoff of the shift that runs or has just ended.
    pub(super) fn open_handoff(&mut self) -> Vec<Effect> {
        let (team, me) = (&self.desk.model().team, self.desk.me());
        let mine = team.rotations.iter().find(|one| one.members.iter().any(|member| member == me));
        let asked = Asked { rotation: mine.or(team.rotations.first()).map(|one| one.id.clone()), at: None };
        self.handing = Some(Box::new(Handing { asked, ..Handing::default() }));
        self.dialog = Some(Dialog::Handoff);
        Vec::new()
    }

    /// Asks for what it is computed from, when it is open and something has happened.
    pub(super) fn want_handoff(&mut self) -> Option<Effect> {
        let edition = self.desk.edition();
        let handing = self.handing.as_mut()?;
        if handing.awaited == Awaited::Yes || handing.asked_at == Some(edition) {
            return None;
        }
        (handing.awaited, handing.asked_at) = (Awaited::Yes, Some(edition));
        Some(Effect::Handoff(Errand::Bring(handing.asked.clone())))
    }

    /// Takes what was brought, and goes on with what hangs.
    pub(super) fn take_handoff(&mut self, brought: &Brought) {
        let Some(mut handing) = self.handing.take() else { return };
        handing.awaited = Awaited::No;
        let nothing = Facts::default();
        let dates = self.gathered().map_or(&nothing, |gathered| &gathered.facts);
        match self.desk.handoff(brought.clone(), dates) {
            Ok(handoff) => {
                handing.asked.at = Some(handoff.shift.start.to_utc());
                (handing.handoff, handing.why_not) = (Some(handoff), None);
            }
            Err(why) => handing.why_not = Some(why),
        }
        if let Leaf::Gate(id) = handing.shows.clone() {
            let gone = handing.row(&id).is_none();
            if handing.row(&id).is_none_or(|row| !row.hangs()) {
                if gone {
                    self.hint(&format!("{id} hangs no more: somebody else has closed or taken it meanwhile"));
                }
                self.go_on(&mut handing);
            }
        }
        self.handing = Some(handing);
    }

    /// Shows the next thing that hangs and was not skipped; the page, if there is none.
    fn go_on(&mut self, handing: &mut Handing) {
        let next = handing.hanging().into_iter().find(|row| !handing.skipped.contains(&row.of.id));
        let next = next.map(|row| row.of.id.clone());
        if let Some(id) = next {
            handing.shows = Leaf::Gate(id);
            return;
        }
        handing.shows = Leaf::default();
        let said = match handing.hanging().len() {
            0 => "nothing hangs any more: it is complete".to_owned(),
            left => format!("{left} left undecided"),
        };
        self.hint(&said);
    }

    pub(super) fn press_in_handoff(&mut self, key: Key) -> Pressed {
        let Some(mut handing) = self.handing.clone() else { return (After::Closes, Vec::new()) };
        let answer = self.outfit.keys.answer(Place::Handoff, key);
        if answer == Some(Answer::Back) && matches!(handing.shows, Leaf::Page { .. }) {
            self.handing = None;
            return (After::Closes, Vec::new());
        }
        let effects = match handing.shows.clone() {
            Leaf::Page { top } => self.answer_on_the_page(answer, top, &mut handing),
            Leaf::Gate(id) => self.answer_at_the_gate(answer, &id, &mut handing),
        };
        self.handing = Some(handing);
        // What a list or a question was opened for is behind it.
        let after = if self.dialog.is_some() { After::Closes } else { After::Stays };
        (after, effects)
    }

    fn answer_on_the_page(&mut self, answer: Option<Answer>, top: usize, handing: &mut Handing) -> Vec<Effect> {
        let height = self.handoff_height();
        let last =
            handing.handoff.as_ref().map_or(0, |one| one.lines(self.handoff_columns()).len()).saturating_sub(height);
        let page = height.saturating_sub(1).max(1);
        let there = match answer {
            Some(Answer::Down) => top + 1,
            Some(Answer::Up) => top.saturating_sub(1),
            Some(Answer::PageDown) => top + page,
            Some(Answer::PageUp) => top.saturating_sub(page),
            Some(Answer::Top) => 0,
            Some(Answer::Bottom) => last,
            Some(Answer::Choose) => {
                handing.skipped.clear();
                self.go_on(handing);
                return Vec::new();
            }
            Some(Answer::Refresh) => {
                handing.asked_at = None;
                return Vec::new();
            }
            Some(Answer::Hand(hands)) => return self.do_with_the_page(hands, handing),
            Some(_) | None => top,
        };
        handing.shows = Leaf::Page { top: there.min(last) };
        Vec::new()
    }

    fn do_with_the_page(&mut self, hands: Hands, handing: &mut Handing) -> Vec<Effect> {
        let Some(handoff) = handing.handoff.clone() else { return Vec::new() };
        match hands {
            Hands::Accept => self.accept_handoff(handoff, handing),
            Hands::Write => self.write_handoff(&handoff),
            // The local tracker holds no documents.
            Hands::Post if self.desk.files_into().is_local() => self.write_handoff(&handoff),
            Hands::Post => self.post_handoff(handoff),
            Hands::Copy => self.copy_handoff(handoff),
            Hands::Fields => {
                self.pick_field(None, &[Field::Feel, Field::Line, Field::Asks]);
                Vec::new()
            }
            Hands::To | Hands::Return | Hands::Snooze | Hands::NextStep => {
                let key = self.outfit.keys.key_in(Place::Handoff, Answer::Choose);
                self.hint(&format!("{key} walks through what hangs, one by one"))
            }
        }
    }

    fn answer_at_the_gate(&mut self, answer: Option<Answer>, id: &IncidentId, handing: &mut Handing) -> Vec<Effect> {
        match answer {
            Some(Answer::Back) => handing.shows = Leaf::default(),
            Some(Answer::Down | Answer::Next | Answer::Choose) => {
                handing.skipped.insert(id.clone());
                self.go_on(handing);
            }
            Some(Answer::Up | Answer::Previous) => {
                let before = handing.hanging().into_iter().take_while(|row| row.of.id != *id).last();
                if let Some(before) = before.map(|row| row.of.id.clone()) {
                    handing.skipped.remove(&before);
                    handing.shows = Leaf::Gate(before);
                }
            }
            Some(Answer::Hand(hands)) => return self.do_at_the_gate(hands, id, handing),
            Some(_) | None => {}
        }
        Vec::new()
    }

    fn do_at_the_gate(&mut self, hands: Hands, id: &IncidentId, handing: &Handing) -> Vec<Effect> {
        if let Some(why) = self.desk.read_only().cloned() {
            return self.hint(&format!("nothing can be decided: {why}"));
        }
        match hands {
            Hands::To => self.pick_taker(id, handing),
            Hands::Return => return self.send_back(id, handing),
            Hands::Snooze => self.pick_when(id),
            Hands::NextStep => self.ask_for(Some(id.clone()), Field::NextStep),
            Hands::Fields => {
                let fields = [Field::NextStep, Field::Tried, Field::StuckOn, Field::Trigger];
                self.pick_field(Some(id), &fields);
            }
            Hands::Accept | Hands::Write | Hands::Post | Hands::Copy => {
                let key = self.outfit.keys.key_in(Place::Handoff, Answer::Back);
                return self.hint(&format!("{key} leads back to the page first"));
            }
        }
        Vec::new()
    }

    /// The incoming person first, then everybody who is still on the team.
    fn pick_taker(&mut self, id: &IncidentId, handing: &Handing) {
        let handoff = handing.handoff.as_ref();
        let incoming = handoff.and_then(|one| one.incoming.as_ref()).map(|one| one.person.clone());
        let outgoing = handoff.and_then(|one| one.outgoing.as_ref()).map(|one| one.person.clone());
        let today = self.now.date_naive();
        let here = self.desk.model().team.people.iter().filter(|one| one.left.is_none_or(|left| left > today));
        let mut choices: Vec<Choice> = here
            .filter(|one| Some(&one.id) != outgoing.as_ref())
            .map(|one| {
                let comes = if Some(&one.id) == incoming.as_ref() { " (incoming)" } else { "" };
                choice(&one.id, format!("{}{comes}", one.name), Means::Assign(Some(one.id.clone())))
            })
            .collect();
        choices.sort_by_key(|choice| Some(&choice.label) != incoming.as_ref());
        self.open_hand_pick(format!("Hand {id} to"), id, choices);
    }

    fn pick_when(&mut self, id: &IncidentId) {
        let offers = when::offers(self.now, &self.desk.model().team.team).into_iter();
        let choices = offers.map(|(words, at)| choice(words, self.wakes(at), Means::Snooze(at))).collect();
        self.open_hand_pick(format!("Snooze {id}"), id, choices);
    }

    fn pick_field(&mut self, id: Option<&IncidentId>, fields: &[Field]) {
        let title = id.map_or_else(|| "About the shift".to_owned(), |id| format!("About {id}"));
        let line =
            |field: &Field| choice(field.label(), "", Means::Type(HandAsk { incident: id.cloned(), field: *field }));
        let choices = fields.iter().map(line).collect();
        self.dialog = Some(Dialog::Pick(Box::new(Pick::new(Purpose::Handoff(None), title, choices))));
    }

    fn open_hand_pick(&mut self, title: String, id: &IncidentId, choices: Vec<Choice>) {
        let purpose = Purpose::Handoff(Some(id.clone()));
        self.dialog = Some(Dialog::Pick(Box::new(Pick::new(purpose, title, choices))));
    }

    fn send_back(&mut self, id: &IncidentId, handing: &Handing) -> Vec<Effect> {
        let outgoing = handing.handoff.as_ref().and_then(|one| one.outgoing.as_ref()).map(|one| one.person.clone());
        let person = outgoing.unwrap_or_else(|| self.desk.me().to_owned());
        let Some(incident) = self.desk.incident(id) else { return self.hint(&format!("{id} is not known any more")) };
        let wishes = give_back(incident, &person, self.desk.model());
        self.decide_at_the_gate(id, &wishes, handing)
    }

    /// What was chosen in a list that the gate has opened.
    pub(super) fn choose_at_the_gate(&mut self, means: Means, id: Option<&IncidentId>) -> Vec<Effect> {
        let wishes = match (means, id) {
            (Means::Type(ask), _) => {
                self.ask_for(ask.incident, ask.field);
                return Vec::new();
            }
            (Means::Assign(Some(to)), Some(id)) => {
                let Some(incident) = self.desk.incident(id) else { return Vec::new() };
                hand(incident, &to, self.desk.model())
            }
            (Means::Snooze(until), Some(_)) => vec![Wish::Snooze(until)],
            (
                Means::Assign(_)
                | Means::Snooze(_)
                | Means::Close(_)
                | Means::Severity(_)
                | Means::Kind(_)
                | Means::Escalate(_)
                | Means::Merge(_)
                | Means::Say(_)
                | Means::Amend(_)
                | Means::Until(_)
                | Means::Heading(_)
                | Means::Follow(_)
                | Means::Went(_)
                | Means::Learn(_)
                | Means::Do(_),
                _,
            ) => return Vec::new(),
        };
        let (Some(id), Some(handing)) = (id.cloned(), self.handing.take()) else { return Vec::new() };
        let effects = self.decide_at_the_gate(&id, &wishes, &handing);
        self.handing = Some(handing);
        effects
    }

    /// Decides, and asks for the next step, where nobody has typed one.
    fn decide_at_the_gate(&mut self, id: &IncidentId, wishes: &[Wish], handing: &Handing) -> Vec<Effect> {
        let decided = self.desk.wish_all(self.now, std::slice::from_ref(id), wishes);
        let taken = !decided.ops.is_empty();
        let effects = self.after_decision(&decided);
        if taken && handing.row(id).is_none_or(|row| row.next_step.is_none()) {
            self.ask_for(Some(id.clone()), Field::NextStep);
        }
        effects
    }

    /// Asks for a line; what was typed before is there to be changed.
    fn ask_for(&mut self, incident: Option<IncidentId>, field: Field) {
        let known = self.typed_before(incident.as_ref(), field).unwrap_or_default();
        self.dialog = Some(Dialog::Hand(HandAsk { incident, field }, Typed::of(&known, Shape::Line)));
    }

    fn typed_before(&self, incident: Option<&IncidentId>, field: Field) -> Option<String> {
        let sections = &self.handing.as_ref()?.handoff.as_ref()?.sections;
        let open = incident.and_then(|id| sections.needs_you_now.iter().find(|row| row.of.id == *id));
        let carried = incident.and_then(|id| sections.carry_over.iter().find(|row| row.of.id == *id));
        let text = match field {
            Field::NextStep => carried?.next_step.as_ref(),
            Field::Tried => open?.tried.as_ref(),
            Field::StuckOn => open?.stuck_on.as_ref(),
            Field::Trigger => open?.trigger.as_ref(),
            Field::Feel => return sections.summary.feel.map(|feel| feel.to_string()),
            Field::Line => sections.summary.line.as_ref(),
            Field::Asks => sections.asks.asks.as_ref(),
            Field::Cause | Field::FollowUp => None,
        };
        text.map(ToString::to_string)
    }

    pub(super) fn press_in_hand_ask(&mut self, key: Key, ask: &HandAsk, typed: &mut Typed) -> Pressed {
        match self.outfit.keys.answer(Place::List, key) {
            Some(Answer::Back) => return (After::Closes, Vec::new()),
            Some(Answer::Choose) => {
                let text = Clean::line(typed.text());
                if ask.field == Field::Feel && !text.is_empty() && feel_of(text.as_str()).is_none() {
                    return (After::Stays, self.hint("write a number from 1 (bad) to 5"));
                }
                return (After::Closes, self.type_in(ask, text));
            }
            Some(_) | None if key == Key::ctrl('c') => return (After::Closes, Vec::new()),
            Some(_) | None => {
                let _heard: Heard = typed.press(key);
            }
        }
        (After::Stays, Vec::new())
    }

    fn type_in(&mut self, ask: &HandAsk, text: Clean) -> Vec<Effect> {
        let by = Clean::line(self.desk.me());
        let Some(handing) = self.handing.as_mut() else { return Vec::new() };
        let Some(shift) = handing.handoff.as_ref().map(Handoff::key) else { return Vec::new() };
        // It is on disk before it is asked for again.
        handing.asked_at = None;
        let line = Line { shift, incident: ask.incident.clone(), field: ask.field, text, by, at: self.now };
        vec![Effect::Handoff(Errand::TypeIn(vec![line]))]
    }

    /// How many columns a line of the page has.
    pub fn handoff_columns(&self) -> usize {
        usize::from(self.size.0.saturating_sub(3)).clamp(38, 100)
    }

    fn handoff_height(&self) -> usize {
        usize::from(self.size.1.saturating_sub(AROUND)).max(1)
    }
}

//! What is shown of an item, and of the meeting around it.

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::text::Line;

use super::App;
use crate::app::bindings::{Answer, Place as Keys};
use crate::app::list::short_id;
use crate::domain::agenda::{Part, missing};
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::likeness::{Guess, Proposal};
use crate::domain::minutes::{Fate, Item};
use crate::domain::queue::{Row, State};
use crate::domain::text::Clean;
use crate::panes::meeting::{Card, Fact, Head, Tone};
use crate::panes::triage::due_words;
use crate::panes::{age, markdown};

impl App {
    /// The line on top of a meeting.
    pub fn meeting_head(&self) -> Option<Head> {
        let meeting = self.meeting()?;
        let minutes = meeting.minutes();
        let all = minutes.items.len();
        let Some(item) = meeting.item() else {
            let place = "Triage meeting".to_owned();
            return Some(Head { place, clocks: String::new(), done: (meeting.settled(), all) });
        };
        // By the minute only: a clock must wake nobody each second.
        let so_long = |since: DateTime<Utc>| age::calm((self.minute() - since).max(TimeDelta::zero()));
        let place = format!("{} of {all} · {}", meeting.at() + 1, item.part.word());
        let clocks = match minutes.ended_at {
            Some(at) => format!("over after {}", age::calm(at - minutes.started_at)),
            None => format!("item {} · meeting {}", so_long(meeting.since()), so_long(minutes.started_at)),
        };
        Some(Head { place, clocks, done: (meeting.settled(), all) })
    }

    /// The item that is walked; none on an empty agenda.
    pub fn meeting_card(&self) -> Option<Card> {
        let mut card = self.bare_card()?;
        // Before it is laid out: a word that is spaced is no longer found.
        let Some(veil) = self.veil() else { return Some(card) };
        let private = self.meeting().and_then(|meeting| self.desk.incident(&meeting.item()?.id));
        card.title = private.map_or_else(|| veil.clean(&card.title), |incident| veil.title(incident));
        card.elsewhere = card.elsewhere.map(|what| veil.clean(&what));
        for text in [&mut card.origin, &mut card.standing.0] {
            *text = veil.text(text);
        }
        for fact in &mut card.facts {
            fact.text = veil.text(&fact.text);
        }
        Some(card)
    }

    fn bare_card(&self) -> Option<Card> {
        let meeting = self.meeting()?;
        let item = meeting.item()?;
        let desk = &self.desk;
        let (Some(incident), Some(row)) = (desk.incident(&item.id), desk.row(&item.id)) else {
            return Some(gone(item, meeting.minutes().elsewhere.get(&item.id)));
        };
        let elsewhere = meeting.minutes().elsewhere.get(&item.id);
        let elsewhere = elsewhere.filter(|_| meeting.minutes().fate(&item.id) == Fate::Elsewhere).cloned();
        let proposal = self.proposal().unwrap_or_default();
        let mut facts = self.proposed(row, &proposal);
        facts.extend(self.said(&item.id));
        facts.extend(self.alike());
        facts.extend(self.whose(incident, row, &proposal));
        Some(Card {
            id: short_id(&desk.name(&item.id)).to_owned(),
            title: incident.title.clone(),
            origin: self.origin(incident),
            standing: self.standing(item, row),
            elsewhere,
            facts,
        })
    }

    fn origin(&self, incident: &Incident) -> String {
        let model = self.desk.model();
        let by = incident.author.as_ref().map(|who| format!(" by {}", model.person(who))).unwrap_or_default();
        format!("{}, opened {} ago{by}", incident.source, age::calm(self.minute() - incident.opened_at))
    }

    /// How bad it is, how it stands, and what is missing.
    fn standing(&self, item: &Item, row: &Row) -> (String, Tone) {
        let model = self.desk.model();
        let lacks = missing(row.class, model);
        let known = [model.severity_id(row.class.severity), model.kind_id(row.class.kind)];
        let mut words: Vec<String> = known.into_iter().flatten().map(str::to_owned).collect();
        words.extend(lacks.iter().map(|what| format!("no {what}")));
        words.push(match row.standing.state {
            State::Open | State::Closed => row.standing.state.word().to_owned(),
            State::Acked => {
                let by = row.standing.acked.as_ref().and_then(|(by, _)| by.as_ref());
                format!("acked{}", by.map(|by| format!(" by {by}")).unwrap_or_default())
            }
            State::Snoozed => {
                let until = row.standing.snoozed_until.map(|at| format!(" until {}", self.civil(at)));
                format!("snoozed{}", until.unwrap_or_default())
            }
        });
        words.extend(row.standing.due_at.map(|due| due_words(due, self.minute())));
        if item.part == Part::BacklogUntouched {
            words.push("untouched for too long".to_owned());
        }
        let tone = match (lacks.is_empty(), row.standing.overdue()) {
            (false, _) | (_, true) => Tone::Warning,
            (true, false) => Tone::Plain,
        };
        (words.join(" · "), tone)
    }

    /// What may be said of what is missing, with its reason and the key that says yes.
    fn proposed(&self, row: &Row, proposal: &Proposal) -> Vec<Fact> {
        let lacks = missing(row.class, self.desk.model());
        let of = |what: &str, guess: &Option<Guess>| guess.clone().filter(|_| lacks.contains(&what));
        let guesses = [of("kind", &proposal.kind), of("severity", &proposal.severity)];
        let key = self.outfit.keys.key_in(Keys::Meeting, Answer::Take);
        let mut facts: Vec<Fact> = Vec::new();
        for guess in guesses.into_iter().flatten() {
            let takes = if facts.is_empty() && !key.is_empty() { format!("  ({key} takes it)") } else { String::new() };
            let label = if facts.is_empty() { "proposed" } else { "" };
            facts.push(Fact { label, text: format!("{}, {}{takes}", guess.id, guess.because), tone: Tone::Proposed });
        }
        if facts.is_empty() && !lacks.is_empty() {
            facts.push(quiet("proposed", "nothing: no rule, label or look-alike says what it is"));
        }
        if lacks.is_empty() {
            let why = |what: &'static str, guess: &Option<Guess>| {
                guess.as_ref().map(|guess| quiet(what, &format!("{}, {}", guess.id, guess.because)))
            };
            facts.extend(why("severity", &proposal.severity));
            facts.extend(why("kind", &proposal.kind));
        }
        facts
    }

    /// What this meeting has decided about it.
    fn said(&self, id: &IncidentId) -> Vec<Fact> {
        let Some(meeting) = self.meeting() else { return Vec::new() };
        let mut facts: Vec<Fact> = Vec::new();
        for one in meeting.minutes().about(id) {
            let note = one.note.as_ref().map(|note| format!(": {}", Clean::line(note.as_str()))).unwrap_or_default();
            let label = if facts.is_empty() { "decided" } else { "" };
            facts.push(Fact { label, text: format!("{}{note}, by {}", one.decision, one.by), tone: Tone::Done });
        }
        facts
    }

    fn alike(&self) -> Vec<Fact> {
        let Some(meeting) = self.meeting() else { return Vec::new() };
        let (desk, model) = (&self.desk, self.desk.model());
        let mut facts: Vec<Fact> = Vec::new();
        for (id, likeness) in meeting.alike() {
            let (Some(incident), Some(row)) = (desk.incident(id), desk.row(id)) else { continue };
            let who =
                incident.assignees.first().map_or_else(|| "nobody".to_owned(), |who| model.person(who).to_string());
            let kind = model.kind_id(row.class.kind).map(|kind| format!(", {kind}")).unwrap_or_default();
            let text = format!(
                "{} {}, {who}{kind} ({}): {}",
                short_id(&desk.name(id)),
                row.standing.state.word(),
                likeness.words(),
                incident.title
            );
            let label = if facts.is_empty() { "alike" } else { "" };
            facts.push(Fact { label, text, tone: Tone::Plain });
        }
        facts
    }

    /// Who has it, who owns its area, what to do about it, and who is on call.
    fn whose(&self, incident: &Incident, row: &Row, proposal: &Proposal) -> Vec<Fact> {
        let model = self.desk.model();
        let team = &model.team;
        let guessed = proposal.kind.as_ref().and_then(|guess| team.kind(&guess.id));
        let kind = row.class.kind.map(|at| &team.kinds[at]).or(guessed);
        let area = row.class.area.map(|at| &team.areas[at]);
        let area = area
            .or_else(|| team.areas.iter().find(|area| kind.is_some_and(|kind| kind.area.as_ref() == Some(&area.id))));
        let plain = |label: &'static str, text: String| Fact { label, text, tone: Tone::Plain };
        let people: Vec<String> = incident.assignees.iter().map(|who| model.person(who).to_string()).collect();
        let mut facts =
            vec![plain("assigned", if people.is_empty() { "nobody".to_owned() } else { people.join(", ") })];
        facts.extend(area.map(|area| {
            let backup = area.backup.as_ref().map(|who| format!(", backup {who}")).unwrap_or_default();
            let owner = area.owner.as_deref().unwrap_or("nobody");
            plain("owner", format!("{owner}, of {}{backup}", area.id))
        }));
        facts.extend(kind.and_then(|kind| Some(plain("runbook", kind.runbook.clone()?))));
        let bills = &self.watchbill().bills;
        let on_call: Vec<&str> = bills.iter().map(|bill| bill.brief.as_str()).collect();
        facts.extend((!on_call.is_empty()).then(|| plain("on call", on_call.join("; "))));
        facts
    }

    /// The minutes so far, as they would be written.
    pub fn minutes_lines(&self, width: u16) -> Vec<Line<'static>> {
        let Some(meeting) = self.meeting() else { return Vec::new() };
        let zone = self.desk.model().team.team.timezone;
        let shown = self.veil().and_then(|veil| veil.document(meeting.minutes()));
        let text = Clean::block(&shown.as_deref().unwrap_or(meeting.minutes()).markdown(zone));
        markdown::render(&text, width, &self.outfit.theme)
    }
}

fn quiet(label: &'static str, text: &str) -> Fact {
    Fact { label, text: text.to_owned(), tone: Tone::Quiet }
}

/// What is left of an item that is no longer in the queue.
fn gone(item: &Item, why: Option<&Clean>) -> Card {
    Card {
        id: item.id.to_string(),
        title: item.title.clone(),
        origin: item.source.to_string(),
        standing: (item.part.word().to_owned(), Tone::Quiet),
        elsewhere: why.cloned().or_else(|| Some(Clean::line("gone"))),
        facts: Vec::new(),
    }
}

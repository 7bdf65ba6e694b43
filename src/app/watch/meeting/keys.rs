//! What the keys of a meeting do, page by page.

use super::{Door, Place, Stage};
use crate::app::bindings::{Answer, Command, Meets, Place as Keys};
use crate::app::event::Effect;
use crate::app::key::Key;
use crate::app::watch::App;
use crate::domain::veil::Veil;
use crate::panes::{detail, meeting as page};

impl App {
    pub(super) fn answer_in_meeting(&mut self, answer: Answer, stage: Stage) -> Vec<Effect> {
        match stage {
            Stage::Opening(at) => self.answer_at_the_opening(answer, at),
            Stage::Walking => self.answer_on_the_walk(answer),
            Stage::Evidence(top) => self.answer_in_the_evidence(answer, top),
            Stage::Minutes(top) => self.answer_in_the_minutes(answer, top),
            Stage::Ending => Vec::new(),
        }
    }

    fn answer_at_the_opening(&mut self, answer: Answer, at: usize) -> Vec<Effect> {
        let now = self.now;
        let Some(meeting) = &mut self.meeting else { return Vec::new() };
        let last = meeting.seats.len().saturating_sub(1);
        let to = |at: usize| Stage::Opening(at.min(last));
        match answer {
            Answer::Down => meeting.stage = to(at + 1),
            Answer::Up => meeting.stage = to(at.saturating_sub(1)),
            Answer::Top => meeting.stage = to(0),
            Answer::Bottom => meeting.stage = to(last),
            Answer::Meet(Meets::Later) => meeting.turn(at),
            Answer::Choose if meeting.has_begun() => {
                let lines = meeting.seat(now);
                return self.put_down(lines);
            }
            Answer::Choose => {
                let lines = meeting.begin(now);
                return self.put_down(lines);
            }
            Answer::Meet(Meets::ComeBack) if !meeting.has_begun() && meeting.unfinished().is_some() => {
                let lines = meeting.resume(now);
                return self.put_down(lines);
            }
            Answer::Back | Answer::Meet(Meets::Present) if meeting.has_begun() => meeting.stage = Stage::Walking,
            Answer::Back | Answer::Meet(Meets::End) => return self.leave_the_meeting(),
            _ => {}
        }
        Vec::new()
    }

    /// Back to the queue, while the meeting goes on.
    pub(in crate::app::watch) fn put_the_meeting_aside(&mut self) -> Vec<Effect> {
        let Some(meeting) = &mut self.meeting else { return Vec::new() };
        meeting.place = Place::Aside;
        let key = self.outfit.keys.key_of(Command::Triage);
        self.hint(&format!("the meeting goes on; {key} leads back to it"))
    }

    fn answer_on_the_walk(&mut self, answer: Answer) -> Vec<Effect> {
        let now = self.now;
        let Some(meeting) = &mut self.meeting else { return Vec::new() };
        match answer {
            Answer::Down => meeting.step(1, now),
            Answer::Up => meeting.step(-1, now),
            Answer::Top => meeting.step(isize::MIN, now),
            Answer::Bottom => meeting.step(isize::MAX, now),
            Answer::Choose => return self.open_evidence(),
            Answer::Back => return self.put_the_meeting_aside(),
            Answer::Meet(Meets::Present) => meeting.stage = Stage::Opening(0),
            Answer::Meet(Meets::Minutes) => meeting.stage = Stage::Minutes(0),
            Answer::Meet(Meets::ComeBack) => {
                if !meeting.come_back(now) {
                    return self.hint("nothing is left for later");
                }
            }
            other => return self.answer_about_the_item(other),
        }
        Vec::new()
    }

    /// What decides or goes on, whether the item or its evidence is seen.
    fn answer_about_the_item(&mut self, answer: Answer) -> Vec<Effect> {
        let now = self.now;
        match answer {
            Answer::Take => self.take_proposal(),
            Answer::Meet(Meets::Backlog) => self.put_into_backlog(),
            Answer::Meet(Meets::Write) => self.write_minutes(),
            Answer::Meet(Meets::End) => self.end_meeting(),
            Answer::Meet(Meets::Later) => {
                let Some(meeting) = &mut self.meeting else { return Vec::new() };
                let lines = meeting.skip(now);
                let again = meeting.is_round_again();
                let mut effects = self.put_down(lines);
                if let Some(left) = again {
                    effects.extend(self.hint(&format!("round again: {left} left for later")));
                }
                effects
            }
            _ => Vec::new(),
        }
    }

    fn open_evidence(&mut self) -> Vec<Effect> {
        let Some(id) = self.selected().cloned() else { return Vec::new() };
        if let Some(meeting) = &mut self.meeting {
            meeting.stage = Stage::Evidence(0);
        }
        if id.is_provisional() { Vec::new() } else { vec![Effect::FetchDetail(id)] }
    }

    fn answer_in_the_evidence(&mut self, answer: Answer, top: usize) -> Vec<Effect> {
        let place = page::page(self.area());
        let lines = self.subject().map_or(0, |subject| detail::lines(&subject, place.width, &self.outfit.theme).len());
        let height = usize::from(place.height);
        match (scrolled(answer, top, (lines, height)), answer, &mut self.meeting) {
            (Some(top), _, Some(meeting)) => meeting.stage = Stage::Evidence(top),
            (None, Answer::Back | Answer::Choose | Answer::Meet(Meets::End), Some(meeting)) => {
                meeting.stage = Stage::Walking;
            }
            (None, other, _) => return self.answer_about_the_item(other),
            (Some(_), _, None) => {}
        }
        Vec::new()
    }

    fn answer_in_the_minutes(&mut self, answer: Answer, top: usize) -> Vec<Effect> {
        let place = page::page(self.area());
        let lines = self.minutes_lines(place.width).len();
        let now = self.now;
        let Some(meeting) = &mut self.meeting else { return Vec::new() };
        if let Some(top) = scrolled(answer, top, (lines, usize::from(place.height))) {
            meeting.stage = Stage::Minutes(top);
            return Vec::new();
        }
        let (is_over, is_done) = (meeting.minutes().ended_at.is_some(), meeting.minutes().left().is_empty());
        match answer {
            Answer::Meet(Meets::Write) => self.write_minutes(),
            Answer::Back | Answer::Meet(Meets::End) if is_over => self.leave_the_meeting(),
            Answer::Meet(Meets::End) if is_done => {
                let lines = meeting.end(now);
                let mut effects = self.put_down(lines);
                effects.extend(self.leave_the_meeting());
                effects
            }
            Answer::Meet(Meets::End) => self.end_meeting(),
            Answer::Back if !meeting.minutes().items.is_empty() => {
                meeting.stage = Stage::Walking;
                Vec::new()
            }
            Answer::Meet(Meets::ComeBack) if !is_over => {
                if meeting.come_back(now) {
                    Vec::new()
                } else {
                    self.hint("nothing is left for later")
                }
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn press_at_the_end(&mut self, key: Key) -> Vec<Effect> {
        let now = self.now;
        let Some(meeting) = &mut self.meeting else { return Vec::new() };
        match self.outfit.keys.answer(Keys::Question, key) {
            Some(Answer::Yes) => {
                let lines = meeting.end(now);
                self.put_down(lines)
            }
            Some(Answer::No) => {
                meeting.stage = Stage::Walking;
                Vec::new()
            }
            Some(_) | None => Vec::new(),
        }
    }

    /// Ends it, or asks once where something was not reached; the minutes are shown.
    fn end_meeting(&mut self) -> Vec<Effect> {
        let now = self.now;
        let Some(meeting) = &mut self.meeting else { return Vec::new() };
        if meeting.minutes().left().is_empty() {
            let lines = meeting.end(now);
            return self.put_down(lines);
        }
        meeting.stage = Stage::Ending;
        Vec::new()
    }

    fn write_minutes(&mut self) -> Vec<Effect> {
        if let Some(why) = self.desk.read_only().cloned() {
            return self.hint(&format!("nothing is written: {why}"));
        }
        let veil = self.veil().cloned().unwrap_or_else(Veil::of_secrets);
        let minutes = self.meeting().and_then(|meeting| veil.document(meeting.minutes()));
        minutes.map(|minutes| Effect::WriteMinutes(Box::new(minutes.into_owned()))).into_iter().collect()
    }

    /// Back to where the meeting was entered from.
    fn leave_the_meeting(&mut self) -> Vec<Effect> {
        let Some(meeting) = self.meeting.take() else { return Vec::new() };
        let kept = meeting.has_begun() && meeting.written.is_none() && self.desk.read_only().is_none();
        match meeting.door {
            Door::Street => vec![Effect::Quit],
            Door::Queue if kept => self.hint("the minutes are kept; `dogwatch triage --minutes --write` writes them"),
            Door::Queue => Vec::new(),
        }
    }

    /// The whole screen.
    pub(super) fn area(&self) -> ratatui::layout::Rect {
        ratatui::layout::Rect::new(0, 0, self.size.0, self.size.1)
    }
}

/// Where a page of so many lines is after this answer; none if it does not scroll.
fn scrolled(answer: Answer, top: usize, (lines, height): (usize, usize)) -> Option<usize> {
    let last = lines.saturating_sub(height);
    let page = height.saturating_sub(1).max(1);
    let top = match answer {
        Answer::Down => top + 1,
        Answer::Up => top.saturating_sub(1),
        Answer::PageDown => top + page,
        Answer::PageUp => top.saturating_sub(page),
        Answer::Top => 0,
        Answer::Bottom => last,
        _ => return None,
    };
    Some(top.min(last))
}

//! What each key does, in the queue and in every dialog.

use super::answers::Pressed;
use super::{App, Dialog};
use crate::app::attention::Gaze;
use crate::app::bindings::{Answer, Binding, Command, Place, Step};
use crate::app::event::Effect;
use crate::app::key::{Code, Input, Key};
use crate::app::list::{Because, Closed};
use crate::app::meeting::Door;
use crate::app::wish::Wish;
use crate::domain::incident::CloseReason;
use crate::panes::frame::{Focus, Pane, Shape};

/// What stands in for a key where something was chosen by its name: no keyboard has it.
const NO_KEY: Key = Key::plain(Code::F(0));

impl App {
    pub(super) fn take_input(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Key(key) => self.press_and_count(key),
            Input::Pasted(text) => self.paste(&text),
            Input::Resized { width, height } => {
                self.size = (width, height);
                Vec::new()
            }
            Input::Pointed(pointed) => {
                // What was begun was begun about something else.
                self.outfit.keys.drop_begun();
                self.point(pointed)
            }
            Input::Mouse(_) => Vec::new(),
            Input::Focused => self.gaze(Gaze::Here),
            Input::Unfocused => self.gaze(Gaze::Elsewhere),
        }
    }

    /// What a key does, after those that were begun before it.
    pub(super) fn press(&mut self, key: Key) -> Vec<Effect> {
        if self.frame().shape == Shape::TooSmall {
            self.outfit.keys.drop_begun();
            return self.press_unseen(key);
        }
        if key == Key::ctrl('c') {
            self.outfit.keys.drop_begun();
            return self.leave_by_force(key);
        }
        match self.outfit.keys.step(self.place(), key) {
            Step::Begun => {
                self.outfit.keys.go_on(key);
                Vec::new()
            }
            Step::Astray => {
                let begun = self.outfit.keys.drop_begun();
                self.hint(&format!("{begun} is dropped: {key} does not follow it"))
            }
            Step::Whole => {
                let effects = self.strike(key);
                self.outfit.keys.drop_begun();
                effects
            }
        }
    }

    /// Does what a binding of this place does, whatever its keys are.
    pub(super) fn carry_out(&mut self, binding: &'static Binding) -> Vec<Effect> {
        self.outfit.keys.name(binding);
        let effects = self.strike(NO_KEY);
        self.outfit.keys.drop_begun();
        effects
    }

    /// Leaves at once; only from what is being written it leads back first.
    fn leave_by_force(&mut self, key: Key) -> Vec<Effect> {
        if self.dialog.as_ref().is_some_and(Dialog::holds_text) { self.strike(key) } else { vec![Effect::Quit] }
    }

    fn strike(&mut self, key: Key) -> Vec<Effect> {
        let place = self.place();
        if let Some(tour) = self.touring() {
            return self.press_in_tour(key, tour);
        }
        let Some(mut dialog) = self.dialog.take() else {
            if self.meeting_in_front().is_some() {
                return self.press_in_meeting(key);
            }
            return match self.pane {
                Pane::Queue => self.press_in_queue(key),
                Pane::Rotation | Pane::Calendar => self.press_in_pane(key),
                Pane::Runbook => self.press_in_runbooks(key),
            };
        };
        let own = self.outfit.keys.answer(place, key);
        if own == Some(Answer::Help) && !matches!(dialog, Dialog::Help { .. }) {
            self.open_help(Some(dialog));
            return Vec::new();
        }
        let over_all = self.outfit.keys.command(Place::Queue, key).filter(|command| place.reaches(*command));
        if let Some(command) = over_all.filter(|_| own.is_none()) {
            self.dialog = Some(dialog);
            return self.run(command);
        }
        let (after, effects) = self.press_in_dialog(key, &mut dialog);
        if after == After::Stays {
            self.dialog = Some(dialog);
        } else if self.handing.is_some() && self.dialog.is_none() {
            self.dialog = Some(Dialog::Handoff);
        }
        effects
    }

    fn press_in_dialog(&mut self, key: Key, dialog: &mut Dialog) -> Pressed {
        match dialog {
            Dialog::Filter(typed) => self.press_in_filter(key, typed),
            Dialog::Help { typed, top, behind } => {
                let (after, effects) = self.press_in_help(key, typed, top);
                if after == After::Closes {
                    self.dialog = behind.take().map(|dialog| *dialog);
                }
                (after, effects)
            }
            Dialog::Pick(pick) => self.press_in_list(key, pick),
            Dialog::Ask(question) => {
                let question = question.clone();
                self.press_in_question(key, &question)
            }
            Dialog::Trust(_) => self.press_in_trust(key),
            Dialog::Note { ids, typed } => {
                let ids = ids.clone();
                self.press_in_note(key, &ids, typed)
            }
            Dialog::Title(typed) => self.press_in_title(key, typed),
            Dialog::Why { saying, typed } => {
                let saying = saying.clone();
                self.press_in_why(key, saying, typed)
            }
            Dialog::Page(ask, typed) => {
                let ask = ask.clone();
                self.press_in_page_ask(key, &ask, typed)
            }
            Dialog::Draft(cursor) => {
                let (after, effects) = self.press_in_draft(key, cursor);
                if after == After::Closes {
                    self.dialog = cursor.behind.take().map(|dialog| *dialog);
                }
                (after, effects)
            }
            Dialog::Log(cursor) => self.press_in_log(key, cursor),
            Dialog::Health(cursor) => self.press_in_health(key, cursor),
            Dialog::Handoff => self.press_in_handoff(key),
            Dialog::Hand(ask, typed) => {
                let ask = ask.clone();
                self.press_in_hand_ask(key, &ask, typed)
            }
            Dialog::Review(top) => self.press_in_review(key, top),
            Dialog::Model(cursor) => self.press_in_model(key, cursor),
        }
    }

    /// Where nothing can be seen, nothing is decided: only what helps to see again.
    fn press_unseen(&mut self, key: Key) -> Vec<Effect> {
        let command = self.outfit.keys.command(Place::Queue, key);
        match command {
            _ if key == Key::ctrl('c') => vec![Effect::Quit],
            Some(command @ (Command::Redraw | Command::Suspend)) => self.run(command),
            Some(Command::Quit) if self.dialog.is_none() => vec![Effect::Quit],
            Some(_) | None => Vec::new(),
        }
    }

    fn press_in_queue(&mut self, key: Key) -> Vec<Effect> {
        match self.outfit.keys.command(Place::Queue, key) {
            Some(command) => self.run(command),
            None => Vec::new(),
        }
    }

    /// Does what a key of the queue does; the palette comes here too.
    pub(super) fn run(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Down | Command::Up | Command::Top | Command::Bottom | Command::HalfDown | Command::HalfUp => {
                self.go(self.rows_by(command));
            }
            Command::DetailDown => self.scroll_detail(1),
            Command::DetailUp => self.scroll_detail(-1),
            Command::NextCase | Command::PreviousCase => return self.turn_case(command),
            Command::In => return self.enter(),
            Command::Out => self.leave(),
            Command::Leave => self.leave_the_detail(),
            Command::Filter => self.open_filter(),
            Command::NextMatch => return self.next_match(1),
            Command::PreviousMatch => return self.next_match(-1),
            Command::Closed => return self.toggle_closed(),
            Command::Mark => self.mark(),
            Command::Range => self.range(),
            Command::MarkAll => self.marks.toggle_all(self.list.ids().cloned().collect()),
            Command::Ack => return self.ask_if_many(Wish::Ack),
            Command::Unack => return self.ask_if_many(Wish::Unack),
            Command::Reopen => return self.ask_if_many(Wish::Reopen),
            Command::Wake => return self.ask_if_many(Wish::Wake),
            Command::Assign => return self.pick_person(),
            Command::Close => return self.pick_reason(),
            Command::Expect | Command::Flaky => return self.pick_last_day(verdict(command)),
            Command::Snooze => return self.pick_time(),
            Command::Note => return self.open_note(),
            Command::Severity => return self.pick_severity(),
            Command::Kind => return self.pick_kind(),
            Command::Merge => return self.pick_merge(),
            Command::Escalate => return self.pick_step(),
            Command::New => return self.open_title(),
            Command::Undo => return self.undo(),
            Command::Browse => return self.browse(),
            Command::CopyId | Command::CopyLink | Command::CopyRepeat => return self.copy(command),
            Command::Refresh => return self.ask_source(),
            Command::RefreshAll => return self.ask_sources(),
            Command::Freeze => self.freeze(),
            Command::Private => return self.toggle_private(),
            Command::Log => self.dialog = Some(Dialog::Log(self.newest())),
            Command::Health => self.open_health(),
            Command::Handoff => return self.open_handoff(),
            Command::Review => return self.open_review(),
            Command::Model => return self.open_model(),
            Command::Palette => self.open_palette(),
            Command::Tour => self.begin_tour(),
            Command::Help => self.open_help(None),
            Command::Runbook => return self.open_runbook(),
            Command::Triage => return self.call_meeting(Door::Queue),
            Command::Pane(_) | Command::NextPane | Command::PreviousPane => self.turn_to(command),
            Command::Zoom => self.zoomed = !self.zoomed,
            Command::Split(shove) => return self.shove(shove),
            Command::Mouse | Command::Theme => return self.dress(command),
            Command::Redraw => return vec![Effect::Redraw],
            Command::Suspend => return vec![Effect::Suspend],
            Command::Quit => return vec![Effect::Quit],
            Command::Answer(_) => {}
        }
        Vec::new()
    }

    fn turn_case(&mut self, command: Command) -> Vec<Effect> {
        if command == Command::NextCase { self.next_case() } else { self.previous_case() }
    }

    fn turn_to(&mut self, command: Command) {
        let pane = match command {
            Command::Pane(pane) => pane,
            Command::PreviousPane => self.pane.previous(),
            _ => self.pane.next(),
        };
        self.show_pane(pane);
    }

    fn dress(&mut self, command: Command) -> Vec<Effect> {
        if command == Command::Mouse { self.switch_mouse() } else { self.pick_theme() }
    }

    fn copy(&mut self, what: Command) -> Vec<Effect> {
        if what == Command::CopyId {
            self.copy_id()
        } else if what == Command::CopyLink {
            self.copy_link()
        } else {
            self.copy_repeat()
        }
    }

    /// By how many rows this moves.
    fn rows_by(&self, command: Command) -> isize {
        match command {
            Command::Up => -1,
            Command::Top => isize::MIN + 1,
            Command::Bottom => isize::MAX,
            Command::HalfDown => self.half_page(),
            Command::HalfUp => -self.half_page(),
            _ => 1,
        }
    }

    pub(super) fn go(&mut self, rows: isize) {
        match self.focus {
            Focus::Detail => self.scroll_detail(rows),
            Focus::Queue => {
                self.before_filter = None;
                let desk = self.frozen.as_deref().unwrap_or(&self.desk);
                self.list.step(rows, desk);
                self.stretch_range();
            }
        }
    }

    pub(super) fn half_page(&self) -> isize {
        let frame = self.frame();
        let height = match self.focus {
            Focus::Queue => frame.queue.height,
            Focus::Detail => frame.detail.height,
        };
        isize::try_from(height / 2).unwrap_or(1).max(1)
    }

    pub(super) fn scroll_detail(&mut self, lines: isize) {
        let last = self.detail_lines().saturating_sub(usize::from(self.frame().detail.height));
        self.scroll = self.scroll.saturating_add_signed(lines).min(last);
    }

    pub(super) fn stretch_range(&mut self) {
        let Some(anchor) = self.marks.anchor() else { return };
        if let Some(cursor) = self.list.cursor() {
            let inside = self.list.between(anchor, &cursor.id);
            self.marks.stretch(inside);
        }
    }

    fn enter(&mut self) -> Vec<Effect> {
        let Some(id) = self.selected().cloned() else { return Vec::new() };
        self.focus = Focus::Detail;
        if id.is_provisional() { Vec::new() } else { vec![Effect::FetchDetail(id)] }
    }

    fn leave_the_detail(&mut self) {
        if self.focus == Focus::Detail {
            self.focus = Focus::Queue;
            if self.frame().shape == Shape::Stacked {
                self.scroll = 0;
            }
        }
    }

    fn leave(&mut self) {
        if self.focus == Focus::Detail {
            self.leave_the_detail();
        } else if !self.marks.is_empty() {
            self.marks.drop_one();
        } else if !self.sought.text.is_empty() {
            self.drop_filter();
        }
    }

    fn mark(&mut self) {
        if let Some(id) = self.selected().cloned() {
            self.marks.toggle(&id);
            self.go(1);
        }
    }

    fn range(&mut self) {
        if let Some(id) = self.selected().cloned() {
            self.marks.toggle_range(&id);
        }
    }

    fn next_match(&mut self, rows: isize) -> Vec<Effect> {
        if self.sought.filter.is_empty() {
            let key = self.outfit.keys.key_of(Command::Filter);
            return self.hint(&format!("no filter to go by: {key} sets one"));
        }
        let desk = self.frozen.as_deref().unwrap_or(&self.desk);
        self.list.step_around(rows, desk);
        self.stretch_range();
        Vec::new()
    }

    fn toggle_closed(&mut self) -> Vec<Effect> {
        let (closed, said) = match self.sought.closed {
            Closed::Shown => (Closed::Hidden, "closed incidents are hidden"),
            Closed::Hidden => (Closed::Shown, "closed incidents are shown"),
        };
        self.sought.closed = closed;
        self.refresh(Because::Asked);
        self.hint(said)
    }

    pub(super) fn freeze(&mut self) {
        match self.frozen.take() {
            Some(_) => {
                self.look_at_the_bill();
                self.refresh(Because::News);
            }
            None => self.frozen = Some(Box::new(self.desk.clone())),
        }
    }
}

/// What becomes of the dialog that took a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// It has the next key, too.
    Stays,
    /// It is over, or another one has opened.
    Closes,
}

impl Dialog {
    /// Whether something has been typed that should not be lost to `ctrl-c`.
    fn holds_text(&self) -> bool {
        match self {
            Self::Note { typed, .. }
            | Self::Title(typed)
            | Self::Why { typed, .. }
            | Self::Hand(_, typed)
            | Self::Page(_, typed) => !typed.is_empty(),
            Self::Filter(_)
            | Self::Help { .. }
            | Self::Pick(_)
            | Self::Ask(_)
            | Self::Trust(_)
            | Self::Draft(_)
            | Self::Log(_)
            | Self::Handoff
            | Self::Review(_)
            | Self::Model(_)
            | Self::Health(_) => false,
        }
    }
}

/// What is said of an eval finding.
fn verdict(command: Command) -> CloseReason {
    if command == Command::Expect { CloseReason::Expected } else { CloseReason::Flaky }
}

//! Which keys of the queue mean the same elsewhere.

use super::{Answer, Command, Place};

impl Place {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Queue,
        Self::List,
        Self::Note,
        Self::Question,
        Self::Trust,
        Self::Tour,
        Self::Log,
        Self::Health,
        Self::Review,
        Self::Model,
        Self::Pane,
        Self::Page,
        Self::Meeting,
        Self::Handoff,
    ];

    /// Whether a key of the queue means there what it means in the queue, unless the place has it for itself.
    pub const fn reaches(self, command: Command) -> bool {
        match self {
            Self::Queue | Self::Tour => true,
            Self::Pane | Self::Page => command.is_everywhere(),
            Self::Meeting => command.is_of_any_meeting() || command.is_about_an_item(),
            Self::Log | Self::Health | Self::Review | Self::Model | Self::Handoff => command.is_over_all(),
            Self::List | Self::Note | Self::Question | Self::Trust => false,
        }
    }
}

impl Command {
    /// Whether it is about a selected shift.
    pub const fn changes_shifts(self) -> bool {
        matches!(self, Self::Answer(Answer::Take | Answer::Give | Answer::Swap | Answer::Hold))
    }

    /// Whether it means the same whatever pane has the keys.
    pub const fn is_everywhere(self) -> bool {
        matches!(
            self,
            Self::Pane(_)
                | Self::NextPane
                | Self::PreviousPane
                | Self::Zoom
                | Self::Split(_)
                | Self::Theme
                | Self::Mouse
                | Self::RefreshAll
                | Self::Freeze
                | Self::Private
                | Self::Log
                | Self::Handoff
                | Self::Health
                | Self::Review
                | Self::Model
                | Self::Palette
                | Self::Tour
                | Self::Help
                | Self::Redraw
                | Self::Suspend
                | Self::New
                | Self::Undo
                | Self::Triage
                | Self::Quit
        )
    }

    /// Whether it is about the screen as a whole, whatever lies over the queue.
    pub const fn is_over_all(self) -> bool {
        matches!(self, Self::Private | Self::Palette | Self::Redraw | Self::Suspend)
    }

    /// Whether somebody would be lost without it: no key of another place may take its own.
    pub const fn is_a_way_out(self) -> bool {
        matches!(self, Self::Help | Self::Palette | Self::Private | Self::Quit)
    }

    /// Whether it only moves about in the queue.
    pub const fn moves(self) -> bool {
        matches!(
            self,
            Self::Down
                | Self::Up
                | Self::Top
                | Self::Bottom
                | Self::HalfDown
                | Self::HalfUp
                | Self::DetailDown
                | Self::DetailUp
        )
    }

    /// Whether it is done to the item that a meeting walks, as it would be in the queue.
    pub const fn is_about_an_item(self) -> bool {
        self.decides()
            || matches!(
                self,
                Self::Browse
                    | Self::CopyId
                    | Self::CopyLink
                    | Self::CopyRepeat
                    | Self::NextCase
                    | Self::PreviousCase
                    | Self::Runbook
                    | Self::Refresh
            )
    }

    /// Whether it means the same on every page of a meeting.
    pub const fn is_of_any_meeting(self) -> bool {
        matches!(
            self,
            Self::Help
                | Self::Log
                | Self::Private
                | Self::Palette
                | Self::Undo
                | Self::RefreshAll
                | Self::Redraw
                | Self::Suspend
        )
    }

    /// Whether it decides something about what is selected, so that `--readonly` keeps it from doing so.
    pub const fn decides(self) -> bool {
        matches!(
            self,
            Self::Ack
                | Self::Unack
                | Self::Assign
                | Self::Close
                | Self::Expect
                | Self::Flaky
                | Self::Reopen
                | Self::Snooze
                | Self::Wake
                | Self::Note
                | Self::Severity
                | Self::Kind
                | Self::Merge
                | Self::Escalate
        )
    }
}

//! Where things are: header on top, footer below, between them one pane: the
//! queue with the selected incident, the rotation, the calendar, or the
//! runbooks. On a large screen all of them stand beside each other, unless one
//! is zoomed.

use ratatui::layout::Rect;

/// From so many columns on, queue and detail stand side by side.
const SIDE_BY_SIDE: u16 = 100;

/// From so many columns and rows on, all panes are shown at once.
const BOARD: (u16, u16) = (170, 45);

/// The least that a queue can be shown on.
pub const LEAST: (u16, u16) = (40, 10);

/// Which part has the keys; the detail alone is shown where both do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The queue.
    #[default]
    Queue,
    /// The detail of the selected incident.
    Detail,
}

/// Something that can be looked at, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Pane {
    /// The triage queue, and the selected incident.
    #[default]
    Queue,
    /// Who is on call.
    Rotation,
    /// What ships when.
    Calendar,
    /// What to do about it.
    Runbook,
}

impl Pane {
    /// Every pane, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Queue, Self::Rotation, Self::Calendar, Self::Runbook];

    /// What stands above it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Rotation => "rotation",
            Self::Calendar => "calendar",
            Self::Runbook => "runbooks",
        }
    }

    /// The one after it, around the end.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Queue => Self::Rotation,
            Self::Rotation => Self::Calendar,
            Self::Calendar => Self::Runbook,
            Self::Runbook => Self::Queue,
        }
    }

    /// The one before it, around the start.
    #[must_use]
    pub fn previous(self) -> Self {
        match self {
            Self::Queue => Self::Runbook,
            Self::Rotation => Self::Queue,
            Self::Calendar => Self::Rotation,
            Self::Runbook => Self::Calendar,
        }
    }
}

/// What has the keys, and whether it has the screen for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Which pane.
    pub pane: Pane,
    /// Which part of the queue.
    pub focus: Focus,
    /// Alone, also where all panes would fit.
    pub zoomed: bool,
}

/// The places of the parts; a part without room has no area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// One line.
    pub header: Rect,
    /// The queue.
    pub queue: Rect,
    /// The rule between queue and detail: a column, or a row with the title in it.
    pub rule: Rect,
    /// The detail.
    pub detail: Rect,
    /// One line.
    pub footer: Rect,
    /// How the two parts lie.
    pub shape: Shape,
    /// Whether the queue and the detail are on the screen. If not, they lie where they would.
    pub has_queue: bool,
    /// The rotation, with a line for its title.
    pub rotation: Rect,
    /// The calendar, with a line for its title.
    pub calendar: Rect,
    /// The runbooks, with a line for the title.
    pub runbook: Rect,
    /// The rule between the queue and the other panes, where they stand beside each other.
    pub divide: Rect,
}

/// How queue and detail lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Next to each other.
    Beside,
    /// The detail below the queue, or alone while it has the keys.
    Stacked,
    /// Nothing fits.
    TooSmall,
}

impl Frame {
    /// Divides an area.
    pub fn of(area: Rect, look: Look) -> Self {
        let line = |y| Rect { y, height: 1, ..area };
        let none = Rect { width: 0, height: 0, ..area };
        let nothing = Self {
            header: none,
            queue: none,
            rule: none,
            detail: none,
            footer: none,
            shape: Shape::TooSmall,
            has_queue: true,
            rotation: none,
            calendar: none,
            runbook: none,
            divide: none,
        };
        if area.width < LEAST.0 || area.height < LEAST.1 {
            return nothing;
        }
        let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
        let frame = Self { header: line(area.y), footer: line(area.bottom() - 1), ..nothing };
        if area.width >= BOARD.0 && area.height >= BOARD.1 && !look.zoomed {
            let left = area.width / 2;
            let right = Rect { x: body.x + left + 2, width: body.width - left - 2, ..body };
            // A page is read; of the others a glance is enough.
            let (upper, middle) = (right.height * 23 / 100, right.height * 29 / 100);
            return Self {
                divide: Rect { x: body.x + left, width: 1, ..body },
                rotation: Rect { height: upper, ..right },
                calendar: Rect { y: right.y + upper, height: middle, ..right },
                runbook: Rect { y: right.y + upper + middle, height: right.height - upper - middle, ..right },
                ..frame.with_queue(Rect { width: left - 1, ..body }, Shape::Stacked, Focus::Queue)
            };
        }
        let shape = if area.width >= SIDE_BY_SIDE { Shape::Beside } else { Shape::Stacked };
        let alone = frame.with_queue(body, shape, look.focus);
        match look.pane {
            Pane::Queue => alone,
            Pane::Rotation => Self { has_queue: false, rotation: body, ..alone },
            Pane::Calendar => Self { has_queue: false, calendar: body, ..alone },
            Pane::Runbook => Self { has_queue: false, runbook: body, ..alone },
        }
    }

    /// With the queue and the detail in this place.
    fn with_queue(self, body: Rect, shape: Shape, focus: Focus) -> Self {
        if shape == Shape::Beside {
            let left = (body.width * 58 / 100).min(110);
            let queue = Rect { width: left - 1, ..body };
            let rule = Rect { x: body.x + left, width: 1, ..body };
            let detail = Rect { x: body.x + left + 2, width: body.width - left - 2, ..body };
            return Self { queue, rule, detail, shape, ..self };
        }
        let above = match focus {
            Focus::Queue => body.height - 1 - (body.height * 2 / 5).max(3),
            Focus::Detail => 0,
        };
        let queue = Rect { height: above, ..body };
        let rule = Rect { y: body.y + above, height: 1, ..body };
        let detail = Rect { y: body.y + above + 1, height: body.height - above - 1, ..body };
        Self { queue, rule, detail, shape, ..self }
    }

    /// Where a pane is; nowhere, if it is not on the screen.
    pub fn place(&self, pane: Pane) -> Rect {
        match pane {
            Pane::Queue => self.queue,
            Pane::Rotation => self.rotation,
            Pane::Calendar => self.calendar,
            Pane::Runbook => self.runbook,
        }
    }
}

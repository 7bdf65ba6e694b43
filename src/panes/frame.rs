//! Where things are: header on top, footer below, between them one pane: the
//! queue with the selected incident, the rotation, the calendar, or the
//! runbooks. On a large screen all of them stand beside each other, on a tall
//! one below each other, unless one is zoomed.

mod splits;

use ratatui::layout::Rect;

pub use splits::{Divider, Runs, Splits};

/// From so many columns on, queue and detail stand side by side.
const SIDE_BY_SIDE: u16 = 100;

/// From so many columns and rows on, all panes are shown at once.
const BOARD: (u16, u16) = (170, 45);

/// From so many rows on, a screen that is no wider than it looks high shows all panes, too: one below the other.
const TALL: (u16, u16) = (72, 60);

/// From so many rows on, the panes are named above the queue, too.
const NAMED: u16 = 30;

/// The queue takes no more columns beside the detail, unless it is asked to.
const WIDEST_QUEUE: u16 = 110;

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
    /// Alone: the pane where all would fit, the part of it that has the keys where it is alone anyway.
    pub zoomed: bool,
    /// Where the dividers are.
    pub splits: Splits,
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
    /// One line with the names of the panes, where one of them is alone and there is room for it.
    pub tabs: Rect,
    /// All between header and footer.
    pub body: Rect,
    /// Whether all panes are shown at once.
    pub is_board: bool,
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
        let nothing = Self::nothing(area);
        if area.width < LEAST.0 || area.height < LEAST.1 {
            return nothing;
        }
        let line = |y| Rect { y, height: 1, ..area };
        let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
        let frame = Self { header: line(area.y), footer: line(area.bottom() - 1), body, ..nothing };
        match Board::of(area) {
            Some(board) if !look.zoomed => frame.with_all(board, &look.splits),
            Some(_) => frame.with_one(area, look, Extent::Pane),
            None => frame.with_one(area, look, if look.zoomed { Extent::Part } else { Extent::Pane }),
        }
    }

    fn nothing(area: Rect) -> Self {
        let none = Rect { width: 0, height: 0, ..area };
        Self {
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
            tabs: none,
            body: none,
            is_board: false,
        }
    }

    /// With all panes.
    fn with_all(self, board: Board, splits: &Splits) -> Self {
        let body = self.body;
        let (first, others, divide) = match board {
            Board::Wide => {
                let left = splits.columns(Divider::Board, body.width, u16::MAX);
                let others = Rect { x: body.x + left + 2, width: body.width - left - 2, ..body };
                let divide = Rect { x: body.x + left, width: 1, ..body };
                (Rect { width: left - 1, ..body }, others, divide)
            }
            Board::Tall => {
                let least = splits::LEAST_OF_TALL;
                let above = splits.rows(Divider::Board, body.height).clamp(least, body.height - least);
                let others = Rect { y: body.y + above, height: body.height - above, ..body };
                (Rect { height: above, ..body }, others, self.divide)
            }
        };
        // Whatever was asked for, each of the three has a title and a line.
        let upper = splits.rows(Divider::Rotation, others.height).min(others.height - 6);
        let middle = splits.rows(Divider::Calendar, others.height).min(others.height - upper - 3);
        let lower = Rect { y: others.y + upper + middle, height: others.height - upper - middle, ..others };
        Self {
            divide,
            rotation: Rect { height: upper, ..others },
            calendar: Rect { y: others.y + upper, height: middle, ..others },
            runbook: lower,
            is_board: true,
            ..self.with_queue(first, (Shape::Stacked, Focus::Queue), splits)
        }
    }

    /// With the pane that has the keys, or only the part of it that has them.
    fn with_one(self, area: Rect, look: Look, extent: Extent) -> Self {
        let body = self.body;
        let named = look.pane != Pane::Queue || area.height >= NAMED;
        let tabs = if named { Rect { height: 1, ..body } } else { self.tabs };
        let below = Rect { y: body.y + tabs.height, height: body.height - tabs.height, ..body };
        let shape = if area.width >= SIDE_BY_SIDE { Shape::Beside } else { Shape::Stacked };
        let alone = Self { tabs, ..self }.with_queue(below, (shape, look.focus), &look.splits);
        match look.pane {
            Pane::Queue if extent == Extent::Part => alone.with_part(below, look.focus),
            Pane::Queue => alone,
            Pane::Rotation => Self { has_queue: false, rotation: body, ..alone },
            Pane::Calendar => Self { has_queue: false, calendar: body, ..alone },
            Pane::Runbook => Self { has_queue: false, runbook: body, ..alone },
        }
    }

    /// With one part of the queue alone.
    fn with_part(self, place: Rect, focus: Focus) -> Self {
        match focus {
            Focus::Queue => {
                let none = Rect { width: 0, height: 0, ..place };
                Self { queue: place, rule: none, detail: none, ..self }
            }
            Focus::Detail => {
                let rule = Rect { height: 1, ..place };
                let detail = Rect { y: place.y + 1, height: place.height - 1, ..place };
                Self { queue: Rect { height: 0, ..place }, rule, detail, shape: Shape::Stacked, ..self }
            }
        }
    }

    /// With the queue and the detail in this place.
    fn with_queue(self, body: Rect, (shape, focus): (Shape, Focus), splits: &Splits) -> Self {
        if shape == Shape::Beside {
            let left = splits.columns(Divider::Beside, body.width, WIDEST_QUEUE);
            let queue = Rect { width: left - 1, ..body };
            let rule = Rect { x: body.x + left, width: 1, ..body };
            let detail = Rect { x: body.x + left + 2, width: body.width - left - 2, ..body };
            return Self { queue, rule, detail, shape, ..self };
        }
        let above = match focus {
            Focus::Queue => splits.rows(Divider::Stacked, body.height - 1),
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

/// How much of a pane is alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// All of it.
    Pane,
    /// The part that has the keys.
    Part,
}

/// How all panes lie, where they fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Board {
    /// The others beside the queue.
    Wide,
    /// The others below it.
    Tall,
}

impl Board {
    fn of(area: Rect) -> Option<Self> {
        // A cell is about twice as high as it is wide.
        let is_upright = area.width <= area.height.saturating_mul(2);
        if area.width >= BOARD.0 && area.height >= BOARD.1 {
            Some(Self::Wide)
        } else if area.width >= TALL.0 && area.height >= TALL.1 && is_upright {
            Some(Self::Tall)
        } else {
            None
        }
    }
}

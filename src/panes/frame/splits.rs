//! The dividers between the parts of the screen: where they stand unless
//! somebody moved them, and where they may be moved to.

use ratatui::layout::{Position, Rect};

use super::{Frame, Shape};

/// A line between two parts that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Divider {
    /// Between the queue and the detail beside it.
    Beside,
    /// Between the queue and the detail below it.
    Stacked,
    /// Between the queue with its detail and the other panes.
    Board,
    /// Below the rotation, where all panes are shown.
    Rotation,
    /// Below the calendar, where all panes are shown.
    Calendar,
}

impl Divider {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Beside, Self::Stacked, Self::Board, Self::Rotation, Self::Calendar];

    /// What it is called where it is remembered.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Beside => "beside",
            Self::Stacked => "stacked",
            Self::Board => "board",
            Self::Rotation => "rotation",
            Self::Calendar => "calendar",
        }
    }

    /// What is usual, in thousandths: a page is read, of the other panes a glance is enough.
    const fn usual(self) -> u16 {
        match self {
            Self::Beside => 580,
            Self::Stacked => 620,
            Self::Board => 500,
            Self::Rotation => 230,
            Self::Calendar => 290,
        }
    }
}

/// How much of what a divider divides is before it, in thousandths; none where nobody has moved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Splits([Option<u16>; Divider::ALL.len()]);

/// The smallest part that something can still be seen in, in columns and in rows.
const LEAST: (u16, u16) = (26, 3);

/// The smallest part of a tall screen for the queue with its detail, and for the other three panes.
pub(super) const LEAST_OF_TALL: u16 = 12;

impl Splits {
    /// Where a divider was moved to, in thousandths; none if it was not.
    pub fn moved(&self, divider: Divider) -> Option<u16> {
        self.0[divider as usize]
    }

    /// Moves a divider.
    pub fn set(&mut self, divider: Divider, thousandths: Option<u16>) {
        self.0[divider as usize] = thousandths.map(|part| part.min(1000));
    }

    /// So many of these columns are before the divider; at most `usual`, unless it was moved.
    pub(super) fn columns(&self, divider: Divider, all: u16, usual: u16) -> u16 {
        let most = self.moved(divider).map_or(usual, |_| u16::MAX);
        between(self.part(divider, all), LEAST.0, all).min(most)
    }

    /// So many of these rows are before the divider.
    pub(super) fn rows(&self, divider: Divider, all: u16) -> u16 {
        between(self.part(divider, all), LEAST.1, all)
    }

    fn part(&self, divider: Divider, all: u16) -> u16 {
        let part = u32::from(self.moved(divider).unwrap_or(divider.usual()));
        u16::try_from(u32::from(all) * part / 1000).unwrap_or(all)
    }
}

/// As near to `wanted` as leaves this many on both sides; the half where there is no room for that.
fn between(wanted: u16, least: u16, all: u16) -> u16 {
    if all < 2 * least { all / 2 } else { wanted.clamp(least, all - least) }
}

/// The least thousandths that make `part` of `all`.
fn thousandths(part: u16, all: u16) -> u16 {
    let part = (u32::from(part) * 1000).div_ceil(u32::from(all.max(1)));
    u16::try_from(part.min(1000)).unwrap_or(1000)
}

/// Which way a divider runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// From the top to the bottom.
    Upright,
    /// From the left to the right.
    Level,
}

impl Frame {
    /// The dividers that are on the screen, each with its place.
    pub fn dividers(&self) -> impl Iterator<Item = (Divider, Rect)> + '_ {
        let title = |place: Rect| Rect { height: place.height.min(1), ..place };
        let board = if self.divide.width > 0 { self.divide } else { title(self.rotation) };
        let queue = self.has_queue && !self.queue.is_empty();
        let beside = if queue && self.shape == Shape::Beside { self.rule } else { Rect::default() };
        let stacked = if queue && self.shape == Shape::Stacked { self.rule } else { Rect::default() };
        let shown = [
            (Divider::Beside, beside),
            (Divider::Stacked, stacked),
            (Divider::Board, if self.is_board { board } else { Rect::default() }),
            (Divider::Rotation, if self.is_board { title(self.calendar) } else { Rect::default() }),
            (Divider::Calendar, if self.is_board { title(self.runbook) } else { Rect::default() }),
        ];
        shown.into_iter().filter(|(_, place)| !place.is_empty())
    }

    /// Which divider is there, if any.
    pub fn divider_at(&self, at: Position) -> Option<Divider> {
        self.dividers().find(|(_, place)| place.contains(at)).map(|(divider, _)| divider)
    }

    /// How a divider runs.
    pub fn runs(&self, divider: Divider) -> Runs {
        match divider {
            Divider::Beside => Runs::Upright,
            Divider::Board if self.divide.width > 0 => Runs::Upright,
            Divider::Board | Divider::Stacked | Divider::Rotation | Divider::Calendar => Runs::Level,
        }
    }

    /// Where a divider would have to be to stand here, in thousandths.
    pub fn split_at(&self, divider: Divider, at: Position) -> u16 {
        let across = |place: Rect| thousandths(at.x.saturating_sub(place.x), place.width);
        let down = |place: Rect, used: u16| thousandths(at.y.saturating_sub(place.y + used), place.height);
        // The rule itself is none of the rows that are divided.
        let queue = Rect { height: self.queue.height + self.detail.height, ..self.queue };
        match divider {
            Divider::Beside => across(self.body),
            Divider::Stacked => down(queue, 0),
            Divider::Board if self.runs(divider) == Runs::Upright => across(self.body),
            Divider::Board => down(self.body, 0),
            Divider::Rotation => down(self.others(), 0),
            Divider::Calendar => down(self.others(), self.rotation.height),
        }
    }

    /// Where the panes beside the queue are, together.
    fn others(&self) -> Rect {
        let height = self.rotation.height + self.calendar.height + self.runbook.height;
        Rect { height, ..self.rotation }
    }
}

//! Where things are: header on top, footer below, between them the queue and
//! the selected incident, side by side when there is room, else one above the
//! other.

use ratatui::layout::Rect;

/// From so many columns on, queue and detail stand side by side.
const SIDE_BY_SIDE: u16 = 100;

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
    pub fn of(area: Rect, focus: Focus) -> Self {
        let line = |y| Rect { y, height: 1, ..area };
        let none = Rect { width: 0, height: 0, ..area };
        if area.width < LEAST.0 || area.height < LEAST.1 {
            return Self { header: none, queue: none, rule: none, detail: none, footer: none, shape: Shape::TooSmall };
        }
        let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
        let header = line(area.y);
        let footer = line(area.bottom() - 1);
        if area.width >= SIDE_BY_SIDE {
            let left = (area.width * 58 / 100).min(110);
            let queue = Rect { width: left - 1, ..body };
            let rule = Rect { x: body.x + left, width: 1, ..body };
            let detail = Rect { x: body.x + left + 2, width: body.width - left - 2, ..body };
            return Self { header, queue, rule, detail, footer, shape: Shape::Beside };
        }
        let above = match focus {
            Focus::Queue => body.height - 1 - (body.height * 2 / 5).max(3),
            Focus::Detail => 0,
        };
        let queue = Rect { height: above, ..body };
        let rule = Rect { y: body.y + above, height: 1, ..body };
        let detail = Rect { y: body.y + above + 1, height: body.height - above - 1, ..body };
        Self { header, queue, rule, detail, footer, shape: Shape::Stacked }
    }
}

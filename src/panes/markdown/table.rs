//! Tables that fit: cells wrap in their columns, and where not even that fits
//! each row becomes a list of its cells.

use pulldown_cmark::Alignment;
use ratatui::text::Span;

use super::wrap::{self, Run};
use crate::theme::Theme;

type Cell = Vec<Run>;
type Spans = Vec<Span<'static>>;

const SEPARATOR: &str = " │ ";
const SEPARATOR_COLUMNS: usize = 3;
const LEAST_COLUMNS: usize = 3;

/// The rows so far; the first is the head.
pub(super) struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<Cell>>,
    open: Vec<Cell>,
}

impl Table {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, rows: Vec::new(), open: Vec::new() }
    }

    pub(super) fn cell(&mut self, cell: Cell) {
        self.open.push(cell);
    }

    pub(super) fn end_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.open));
    }

    /// The table in at most `width` columns.
    pub(super) fn lines(mut self, width: usize, theme: &Theme) -> Vec<Spans> {
        for run in self.rows.iter_mut().take(1).flatten().flatten() {
            run.style = run.style.patch(theme.title);
        }
        let Some(columns) = self.fit(width) else { return self.list(width) };
        let mut lines = Vec::new();
        for (place, row) in self.rows.iter().enumerate() {
            lines.extend(self.row(row, &columns, theme));
            if place == 0 {
                let dashes: Vec<String> = columns.iter().map(|columns| "─".repeat(*columns)).collect();
                lines.push(vec![Span::styled(dashes.join("─┼─"), theme.dim)]);
            }
        }
        lines
    }

    /// The width of each column; none where they would be too narrow to read.
    fn fit(&self, width: usize) -> Option<Vec<usize>> {
        let count = self.alignments.len();
        let room = width.checked_sub(count.checked_sub(1)? * SEPARATOR_COLUMNS)?;
        if room < count * LEAST_COLUMNS {
            return None;
        }
        let natural = |place: usize| self.rows.iter().filter_map(move |row| row.get(place));
        let mut columns: Vec<usize> = (0..count)
            .map(|place| natural(place).map(|cell| wrap::columns(cell)).max().unwrap_or(0).clamp(1, room))
            .collect();
        while columns.iter().sum::<usize>() > room {
            if let Some(widest) = columns.iter_mut().max() {
                *widest -= 1;
            }
        }
        Some(columns)
    }

    fn row(&self, row: &[Cell], columns: &[usize], theme: &Theme) -> Vec<Spans> {
        let cells: Vec<Vec<Spans>> =
            row.iter().zip(columns).map(|(cell, columns)| wrap::wrap(cell, *columns)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let mut lines = Vec::with_capacity(height);
        for level in 0..height {
            let mut line = Vec::new();
            for (place, columns) in columns.iter().enumerate() {
                if place > 0 {
                    line.push(Span::styled(SEPARATOR, theme.dim));
                }
                let cell = cells.get(place).and_then(|cell| cell.get(level)).cloned().unwrap_or_default();
                let alignment = self.alignments.get(place).copied().unwrap_or(Alignment::None);
                line.extend(padded(cell, *columns, alignment));
            }
            lines.push(line);
        }
        lines
    }

    /// Each row as `head: cell`, one below the other.
    fn list(&self, width: usize) -> Vec<Spans> {
        let mut rows = self.rows.iter();
        let head = rows.next().map_or(&[][..], Vec::as_slice);
        let mut lines = Vec::new();
        for row in rows {
            if !lines.is_empty() {
                lines.push(Vec::new());
            }
            for (head, cell) in head.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
                let style = head.first().map(|run| run.style).unwrap_or_default();
                let colon = Run { text: ": ".to_owned(), style };
                let copies = head.iter().chain([&colon]).chain(cell);
                let runs: Vec<Run> = copies.map(|run| Run { text: run.text.clone(), style: run.style }).collect();
                lines.extend(wrap::wrap(&runs, width));
            }
        }
        if lines.is_empty() {
            lines.extend(head.iter().flat_map(|cell| wrap::wrap(cell, width)));
        }
        lines
    }
}

fn padded(mut cell: Spans, columns: usize, alignment: Alignment) -> Spans {
    let free = columns.saturating_sub(cell.iter().map(Span::width).sum());
    let left = match alignment {
        Alignment::None | Alignment::Left => 0,
        Alignment::Center => free / 2,
        Alignment::Right => free,
    };
    cell.insert(0, Span::raw(" ".repeat(left)));
    cell.push(Span::raw(" ".repeat(free - left)));
    cell
}

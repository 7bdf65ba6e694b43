//! Tables that fit: cells wrap in their columns, and where not even that fits
//! each row becomes a list of its cells.

use pulldown_cmark::Alignment;

use super::wrap::{self, Laid, Run};
use crate::theme::Theme;

type Cell = Vec<Run>;

const SEPARATOR: &str = " │ ";
const SEPARATOR_COLUMNS: usize = 3;
const LEAST_COLUMNS: usize = 3;
/// The widest that a column of a page gets where the table cannot fit, whatever is done.
const WIDE_COLUMNS: usize = 30;
/// Narrower pages show each row for itself.
const NARROW: usize = 60;

/// What becomes of a table that does not fit as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Its columns shrink as far as they can be read; then it is a list.
    Squeezed,
    /// On a narrow page it is a list, on others its columns shrink; what cannot be read so is moved sideways.
    Moved,
}

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

    /// The table in `width` columns, and whether it is wider all the same.
    pub(super) fn lines(mut self, width: usize, theme: &Theme, fit: Fit) -> (Vec<Laid>, bool) {
        for run in self.rows.iter_mut().take(1).flatten().flatten() {
            run.style = run.style.patch(theme.title);
        }
        let columns = match fit {
            Fit::Squeezed => self.fit(width),
            Fit::Moved if width < NARROW => self.fit(width).filter(|columns| *columns == self.natural(usize::MAX)),
            Fit::Moved => Some(self.fit(width).unwrap_or_else(|| self.natural(WIDE_COLUMNS))),
        };
        let Some(columns) = columns else { return (self.list(width), false) };
        let total = columns.iter().sum::<usize>() + columns.len().saturating_sub(1) * SEPARATOR_COLUMNS;
        let mut lines = Vec::new();
        for (place, row) in std::mem::take(&mut self.rows).into_iter().enumerate() {
            let source = row.iter().flatten().next().map_or(0, |run| run.source);
            self.row(row, &columns, theme, &mut lines);
            if place == 0 {
                let dashes: Vec<String> = columns.iter().map(|columns| "─".repeat(*columns)).collect();
                lines.push(vec![Run { source, ..Run::new(dashes.join("─┼─"), theme.dim) }]);
            }
        }
        (lines, total > width)
    }

    /// What each column takes at most, and at most so much.
    fn natural(&self, most: usize) -> Vec<usize> {
        let mut columns = vec![1; self.alignments.len()];
        for row in &self.rows {
            for (columns, cell) in columns.iter_mut().zip(row) {
                *columns = wrap::columns(cell).min(most).max(*columns);
            }
        }
        columns
    }

    /// The width of each column; none where they would be too narrow to read.
    fn fit(&self, width: usize) -> Option<Vec<usize>> {
        let count = self.alignments.len();
        let room = width.checked_sub(count.checked_sub(1)? * SEPARATOR_COLUMNS)?;
        if room < count * LEAST_COLUMNS {
            return None;
        }
        let mut columns = self.natural(room);
        while columns.iter().sum::<usize>() > room {
            if let Some(widest) = columns.iter_mut().max() {
                *widest -= 1;
            }
        }
        Some(columns)
    }

    fn row(&self, row: Vec<Cell>, columns: &[usize], theme: &Theme, lines: &mut Vec<Laid>) {
        let mut cells: Vec<Vec<Laid>> =
            row.into_iter().zip(columns).map(|(cell, columns)| wrap::wrap(cell, *columns)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        for level in 0..height {
            let mut line = Vec::with_capacity(4 * columns.len());
            for (place, columns) in columns.iter().enumerate() {
                if place > 0 {
                    line.push(Run::new(SEPARATOR, theme.dim));
                }
                let cell = cells.get_mut(place).and_then(|cell| cell.get_mut(level)).map(std::mem::take);
                let alignment = self.alignments.get(place).copied().unwrap_or(Alignment::None);
                pad(cell.unwrap_or_default(), *columns, alignment, &mut line);
            }
            lines.push(line);
        }
    }

    /// Each row as `head: cell`, one below the other.
    fn list(&self, width: usize) -> Vec<Laid> {
        let mut rows = self.rows.iter();
        let head = rows.next().map_or(&[][..], Vec::as_slice);
        let mut lines = Vec::new();
        for row in rows {
            if !lines.is_empty() {
                lines.push(Vec::new());
            }
            for (head, cell) in head.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
                let style = head.first().map(|run| run.style).unwrap_or_default();
                let colon = Run::new(": ", style);
                let named = head.iter().map(|run| Run { source: 0, ..run.clone() });
                let runs: Vec<Run> = named.chain([colon]).chain(cell.iter().cloned()).collect();
                lines.extend(wrap::wrap(runs, width));
            }
        }
        if lines.is_empty() {
            lines.extend(head.iter().flat_map(|cell| wrap::wrap(cell.clone(), width)));
        }
        lines
    }
}

fn pad(mut cell: Laid, columns: usize, alignment: Alignment, line: &mut Laid) {
    let free = columns.saturating_sub(cell.iter().map(Run::columns).sum());
    let left = match alignment {
        Alignment::None | Alignment::Left => 0,
        Alignment::Center => free / 2,
        Alignment::Right => free,
    };
    let blanks = |columns| Run::new(wrap::blanks(columns), ratatui::style::Style::new());
    line.push(blanks(left));
    line.append(&mut cell);
    line.push(blanks(free - left));
}

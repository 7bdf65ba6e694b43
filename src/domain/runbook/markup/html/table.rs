//! A table of HTML as a table of Markdown: its first row is the head.

use pulldown_cmark::{Alignment, Event, Tag, TagEnd};

use crate::domain::runbook::markup::Piece;

/// The most columns; what stands in further ones joins the last.
const COLUMNS: usize = 16;

type Cell = Vec<(Piece<'static>, usize)>;

/// The rows so far.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    cell: Option<Cell>,
}

impl Table {
    /// Something in a cell; what stands outside of one opens one.
    pub(super) fn put(&mut self, piece: Piece<'static>, line: usize) {
        self.cell.get_or_insert_default().push((piece, line));
    }

    pub(super) fn begin_cell(&mut self) {
        self.end_cell();
        self.cell = Some(if self.row.len() < COLUMNS { Cell::new() } else { self.row.pop().unwrap_or_default() });
    }

    pub(super) fn end_cell(&mut self) {
        self.row.extend(self.cell.take());
    }

    pub(super) fn end_row(&mut self) {
        self.end_cell();
        if !self.row.is_empty() {
            self.rows.push(std::mem::take(&mut self.row));
        }
    }

    /// The table as Markdown has it.
    pub(super) fn pieces(mut self, line: usize, out: &mut Cell) {
        self.end_row();
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let mut put = |piece, line| out.push((piece, line));
        put(Event::Start(Tag::Table(vec![Alignment::None; columns])), line);
        for (at, row) in self.rows.into_iter().enumerate() {
            let line = row.iter().flatten().next().map_or(line, |(_, line)| *line);
            let (start, end) = match at {
                0 => (Tag::TableHead, TagEnd::TableHead),
                _ => (Tag::TableRow, TagEnd::TableRow),
            };
            put(Event::Start(start), line);
            let missing = columns - row.len();
            for cell in row.into_iter().chain(std::iter::repeat_n(Cell::new(), missing)) {
                put(Event::Start(Tag::TableCell), line);
                for (piece, line) in cell {
                    put(piece, line);
                }
                put(Event::End(TagEnd::TableCell), line);
            }
            put(Event::End(end), line);
        }
        put(Event::End(TagEnd::Table), line);
    }
}

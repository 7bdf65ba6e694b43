//! Footnotes: a number where they are meant, their text below the page.

use std::collections::BTreeMap;

use super::Page;
use super::margin::Margin;
use crate::panes::paper::Row;

/// The footnotes of a page.
#[derive(Default)]
pub(super) struct Notes {
    numbers: BTreeMap<String, usize>,
    /// The lines of each, by its number.
    texts: BTreeMap<usize, Vec<Row>>,
    /// The page, while the text of a footnote is laid out.
    around: Vec<Around>,
}

struct Around {
    number: usize,
    lines: Vec<Row>,
    margins: Vec<Margin>,
    gap: bool,
}

impl Notes {
    fn number(&mut self, label: &str) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(label.to_owned()).or_insert(next)
    }
}

impl Page<'_> {
    /// The number of a footnote in the text.
    pub(super) fn footnote(&mut self, label: &str) {
        let Some(sheet) = &mut self.sheet else { return };
        let number = sheet.notes.number(label);
        self.write(&format!("[^{number}]"), self.theme.dim);
    }

    pub(super) fn open_footnote(&mut self, label: &str) {
        self.flush();
        let Some(sheet) = &mut self.sheet else { return };
        let number = sheet.notes.number(label);
        let lines = std::mem::take(&mut self.lines);
        let margins = std::mem::take(&mut self.margins);
        let gap = std::mem::take(&mut self.gap);
        sheet.notes.around.push(Around { number, lines, margins, gap });
        let mark = format!("[^{number}] ");
        let columns = mark.len();
        self.margins.push(Margin::Item { mark: Some(mark), columns });
    }

    pub(super) fn close_footnote(&mut self) {
        self.flush();
        let Some(sheet) = &mut self.sheet else { return };
        let Some(around) = sheet.notes.around.pop() else { return };
        let lines = std::mem::replace(&mut self.lines, around.lines);
        sheet.notes.texts.entry(around.number).or_default().extend(lines);
        self.margins = around.margins;
        self.gap = around.gap;
    }

    /// The texts of the footnotes, below the page.
    pub(super) fn put_footnotes(&mut self) {
        let Some(sheet) = &mut self.sheet else { return };
        let texts = std::mem::take(&mut sheet.notes.texts);
        if texts.is_empty() {
            return;
        }
        self.gap = true;
        self.start_block();
        for mut row in texts.into_values().flatten() {
            row.source = self.last;
            self.lines.push(row);
        }
    }
}

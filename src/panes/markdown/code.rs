//! Code: cut with a mark in a body, whole on a page, where it may be copied.

mod colours;

use ratatui::style::Style;

use super::margin::Extent;
use super::wrap::{self, Run};
use super::{Page, flowing};
use crate::domain::runbook::document::Block;
use crate::domain::text::Clean;
use crate::panes::fit;
use crate::panes::paper::Stands;

/// Before each line of code.
const INDENT: &str = "  ";
/// The columns to the next of which a tab goes.
const TAB_COLUMNS: usize = 4;

impl Page<'_> {
    /// The code that is open.
    pub(super) fn code_block(&mut self) {
        let text = self.verbatim.take().unwrap_or_default();
        if self.sheet.is_some() {
            self.page_block();
        } else if flowing::is(&self.language) {
            let runs = flowing::runs(&self.language, Clean::block(&text).as_str(), self.theme);
            for mut line in wrap::wrap(runs, self.room().saturating_sub(INDENT.len()).max(1)) {
                line.insert(0, Run::new(INDENT, self.theme.code));
                self.put_line(line, Extent::Fits);
            }
        } else {
            for line in Clean::block(&text).as_str().split('\n') {
                self.put(&format!("{INDENT}{line}"), self.theme.code);
            }
        }
        self.gap = true;
    }

    /// A block of the page, as it was read: what it is, and its lines, whole.
    fn page_block(&mut self) {
        let place = self.seen_blocks;
        self.seen_blocks += 1;
        let Some(sheet) = &self.sheet else { return };
        let (document, manner) = (sheet.document, sheet.manner);
        let Some(block) = document.blocks.get(place) else { return };
        let before = std::mem::replace(&mut self.stands, Stands::Code(place));
        self.at = block.line.saturating_sub(1).max(1);
        self.block_label(block);
        self.at = block.line;
        colours::each_line(block, manner, INDENT, |line| {
            widen(line);
            self.draw(line, Extent::Wide(INDENT.len()));
            self.at += 1;
        });
        self.at = self.at.saturating_sub(1);
        self.stands = before;
    }

    /// What a block is, what it does and what it needs; nothing if there is nothing to say.
    fn block_label(&mut self, block: &Block) {
        let theme = self.theme;
        let mut said: Vec<(String, Style)> = Vec::new();
        if !block.language.is_empty() {
            said.push((block.language.to_string(), theme.dim));
        }
        if !block.destructive.is_empty() {
            said.push((format!("destructive: {}", block.destructive.join(", ")), theme.warning));
        }
        if !block.placeholders.is_empty() {
            said.push((
                format!("{} to fill in: {}", block.placeholders.len(), block.placeholders.join(", ")),
                theme.key,
            ));
        }
        let mut runs = Vec::new();
        for (text, style) in said {
            if !runs.is_empty() {
                runs.push(Run::new(" · ", theme.dim));
            }
            runs.push(Run::new(text, style));
        }
        for mut line in wrap::wrap(runs, self.room().saturating_sub(INDENT.len()).max(1)) {
            if self.room() > INDENT.len() {
                line.insert(0, Run::new(INDENT, theme.dim));
            }
            self.put_line(line, Extent::Fits);
        }
    }
}

/// Blanks for the tabs behind the indent.
fn widen(line: &mut [Run]) {
    if !line.iter().any(|run| run.text.as_bytes().contains(&b'\t')) {
        return;
    }
    let mut column = 0;
    for run in line.iter_mut().skip(1) {
        let mut text = String::with_capacity(run.text.len() + 8);
        for (at, piece) in run.text.split('\t').enumerate() {
            if at > 0 {
                let blanks = TAB_COLUMNS - column % TAB_COLUMNS;
                text.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            }
            text.push_str(piece);
            column += fit::columns(piece);
        }
        run.text = text.into();
    }
}

//! As text of so many columns: our own words are ASCII, and nothing of it
//! needs a colour.

use unicode_segmentation::UnicodeSegmentation;

use super::{Block, Page, Part, Row};
use crate::domain::handoff::Handoff;
use crate::panes::fit;

/// What stands for words that are cut.
const CUT: &str = "...";
/// Nothing of others is cut to fewer columns than this.
const LEAST: usize = 8;

pub(super) fn page(handoff: &Handoff, page: &Page, columns: usize) -> Vec<String> {
    let mut lines = fit::wrap(handoff.title().as_str(), columns);
    // Beside the main part of the Markdown, which has its marker there.
    lines.push("=".repeat(columns.min(fit::columns(handoff.title().as_str()))));
    for block in &page.main {
        head(&mut lines, block);
        lines.extend(block.rows.iter().map(|row| line(row, columns)));
    }
    lines.push(String::new());
    lines.push("APPENDIX".to_owned());
    for block in &page.appendix {
        head(&mut lines, block);
        for row in &block.rows {
            wrap(&mut lines, row, columns);
        }
    }
    lines
}

fn head(lines: &mut Vec<String>, block: &Block) {
    lines.push(String::new());
    lines.push(block.heading.to_uppercase());
    if block.rows.is_empty() {
        lines.push("none".to_owned());
    }
}

fn lead(row: &Row) -> &'static str {
    if row.under { "    " } else { "- " }
}

fn text(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Ours(text) | Part::Theirs(text) | Part::Name(text) | Part::Link(text, _) => text.as_str(),
        })
        .collect()
}

/// One line: what others wrote is cut until it fits, and if that is not enough all of it.
fn line(row: &Row, columns: usize) -> String {
    let mut parts = row.parts.clone();
    loop {
        let line = format!("{}{}", lead(row), text(&parts));
        let over = fit::columns(&line).saturating_sub(columns);
        if over == 0 {
            return line;
        }
        if !shorten(&mut parts, over) {
            return cut(&line, columns);
        }
    }
}

/// As many lines as it takes.
fn wrap(lines: &mut Vec<String>, row: &Row, columns: usize) {
    let (lead, room) = (lead(row), columns.saturating_sub(4).max(LEAST));
    for (at, line) in fit::wrap(&text(&row.parts), room).into_iter().enumerate() {
        let lead = if at == 0 { lead.to_owned() } else { " ".repeat(lead.len()) };
        lines.push(format!("{lead}{line}"));
    }
}

/// Cuts the last of what others wrote that can be cut, by so many columns or as far as it goes: what matters more stands
/// further in front. False if nothing is left to cut.
pub(super) fn shorten(parts: &mut [Part], by: usize) -> bool {
    let mut theirs = parts.iter_mut().rev().filter_map(|part| match part {
        Part::Theirs(text) => Some(text),
        Part::Ours(_) | Part::Name(_) | Part::Link(..) => None,
    });
    let Some(text) = theirs.find(|text| fit::columns(text) > LEAST) else { return false };
    let wanted = fit::columns(text).saturating_sub(by).max(LEAST);
    *text = cut(text, wanted);
    true
}

fn cut(text: &str, columns: usize) -> String {
    let mut out = String::new();
    let mut taken = 0;
    for piece in text.trim_end_matches('.').graphemes(true) {
        let wide = fit::columns(piece);
        if taken + wide + CUT.len() > columns {
            break;
        }
        taken += wide;
        out.push_str(piece);
    }
    // It may end in what was cut before.
    out.truncate(out.trim_end_matches(['.', ' ']).len());
    out.push_str(CUT);
    out
}

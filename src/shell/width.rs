//! How wide the terminal is that answers are written to.

use std::io::IsTerminal;

/// What is assumed of a terminal that does not say.
const USUAL: usize = 80;

/// The columns that a line of an answer may take; none where it may be as long
/// as it likes, because a program reads it. `columns` is what `COLUMNS` says.
pub fn columns(columns: Option<&str>) -> Option<usize> {
    if let Some(said) = columns.and_then(|text| text.trim().parse().ok()).filter(|said| *said > 0) {
        return Some(said);
    }
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let own = crossterm::terminal::size().map_or(0, |(columns, _)| usize::from(columns));
    Some(if own > 0 { own } else { USUAL })
}

/// The columns of a page: the terminal's, else what `COLUMNS` says, else 80.
pub fn page(columns: Option<&str>) -> u16 {
    let own = std::io::stdout().is_terminal().then(|| crossterm::terminal::size().map_or(0, |(columns, _)| columns));
    let said = || columns.and_then(|text| text.trim().parse().ok());
    own.filter(|own| *own > 0).or_else(said).filter(|columns| *columns > 0).unwrap_or(80)
}

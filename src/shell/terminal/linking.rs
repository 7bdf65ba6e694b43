//! Links on the terminal (OSC 8): text that leads somewhere where it is
//! clicked, in terminals that are known to show them.
//!
//! A link is on from where it begins to where it ends, whatever is written
//! between. So each run of cells gets its own beginning and its own end, and a
//! frame that is drawn in part never leaves one on.

use std::io::{self, Write};

use ratatui::backend::Backend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;

use super::Clipboard as Passage;
use super::known::{Shows, terminals};
use crate::config::Links;
use crate::view::Linked;

/// Cells with the same address and the same name are one link, wherever they stand.
const BEGIN: &str = "\x1b]8;id=dogwatch;";
const END: &str = "\x1b]8;;\x1b\\";
/// Terminals by the beginnings of their names that show none, or what is between.
const OTHERS: [&str; 6] = ["tmux", "screen", "linux", "vt", "eterm", "dumb"];
/// No frame has it: a cell that has differs from whatever comes next.
const NEVER: Modifier = Modifier::HIDDEN;

/// Whether links are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Linking {
    /// They are.
    On,
    /// Their text alone is.
    #[default]
    Off,
}

/// Whether this terminal gets links: as the operator says, else as its variables tell; not through tmux or screen,
/// which of most versions keep them to themselves.
pub fn linking(wished: Links, passage: Passage, variable: impl Fn(&str) -> Option<String>) -> Linking {
    // Variables of the terminal outside reach through; what `TERM` names is nearer.
    let nearer = variable("TERM").is_some_and(|term| OTHERS.iter().any(|other| term.starts_with(other)))
        || variable("TERM_PROGRAM").is_some_and(|program| program == "tmux");
    let shown =
        || passage == Passage::Direct && !nearer && terminals(&variable).any(|known| known.shows == Shows::Links);
    match wished {
        Links::On => Linking::On,
        Links::Auto if shown() => Linking::On,
        Links::Auto | Links::Off => Linking::Off,
    }
}

/// Forgets the cells that lead elsewhere now than they did, or no longer anywhere, so that they are written again.
pub(super) fn forget_changed(shown: &mut Buffer, was: &[Linked], is: &[Linked]) {
    let changed = was.iter().filter(|one| !is.contains(one)).chain(is.iter().filter(|one| !was.contains(one)));
    for one in changed {
        for x in one.at.x..one.at.x + one.width {
            if let Some(cell) = shown.cell_mut((x, one.at.y)) {
                cell.modifier.insert(NEVER);
            }
        }
    }
}

/// Writes the cells, those that lead somewhere between the beginning and the end of their link. The links stand in
/// the order of their places.
pub(super) fn write<B>(backend: &mut B, cells: &[(u16, u16, &Cell)], links: &[Linked]) -> io::Result<()>
where
    B: Backend<Error = io::Error> + Write,
{
    let leads = |(x, y, _): &(u16, u16, &Cell)| {
        let before = links.partition_point(|one| (one.at.y, one.at.x) <= (*y, *x));
        links[..before].last().filter(|one| one.at.y == *y && *x - one.at.x < one.width)
    };
    for run in cells.chunk_by(|one, other| leads(one) == leads(other)) {
        let link = run.first().and_then(leads);
        if let Some(link) = link {
            write!(backend, "{BEGIN}{}\x1b\\", link.to)?;
        }
        backend.draw(run.iter().copied())?;
        if link.is_some() {
            backend.write_all(END.as_bytes())?;
        }
    }
    Ok(())
}

//! Lines of a page as they are printed: plain, with colours, or with links to click.

use std::io::IsTerminal as _;
use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Line;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::context::{Context, word};
use super::watch::depth;
use super::{Color, Global};
use crate::config::Links;
use crate::domain::text::is_hidden;
use crate::theme::{Depth, painted};

/// What may be printed beside text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Not one escape byte.
    Plain,
    /// Colours and emphasis.
    Colours,
    /// Those, and addresses behind the text.
    Links,
}

/// What the reader of this answer can take, and how many colours that are.
pub(super) fn ink(global: &Global, context: &Context) -> (Ink, Depth) {
    let depth = depth(global.color, context.settings.color);
    let wanted = global.color == Color::Always || std::io::stdout().is_terminal();
    let ink = match depth {
        Depth::Mono => Ink::Plain,
        _ if !wanted => Ink::Plain,
        // The console shows what it does not know.
        Depth::Ansi16 | Depth::Ansi256 | Depth::TrueColor if word("TERM").as_deref() == Some("linux") => Ink::Colours,
        Depth::Ansi16 | Depth::Ansi256 | Depth::TrueColor if context.settings.links == Links::Off => Ink::Colours,
        Depth::Ansi16 | Depth::Ansi256 | Depth::TrueColor => Ink::Links,
    };
    (ink, depth)
}

/// A line as it is printed; `links` says which of its columns lead where.
pub(super) fn line(line: &Line<'_>, links: &[(Range<u16>, String)], ink: Ink) -> String {
    let mut out = String::new();
    let (mut column, mut open) = (0_u16, None);
    for span in &line.spans {
        let style = line.style.patch(span.style);
        let mut run = String::new();
        for piece in span.content.graphemes(true) {
            let here = links.iter().position(|(columns, _)| columns.contains(&column)).filter(|_| ink == Ink::Links);
            if here != open {
                out.push_str(&ended(&mut run, style, ink));
                out.push_str(&turned(open, here, links));
                open = here;
            }
            // Whatever it was made of: a control never gets out.
            run.extend(piece.chars().filter(|c| !c.is_control() && (*c == '\u{200D}' || !is_hidden(*c))));
            column = column.saturating_add(u16::try_from(piece.width()).unwrap_or(u16::MAX));
        }
        out.push_str(&ended(&mut run, style, ink));
    }
    out.push_str(&turned(open, None, links));
    out
}

fn ended(run: &mut String, style: Style, ink: Ink) -> String {
    let run = std::mem::take(run);
    if ink == Ink::Plain { run } else { painted(&run, style) }
}

/// Ends one link and begins another (OSC 8).
fn turned(from: Option<usize>, to: Option<usize>, links: &[(Range<u16>, String)]) -> String {
    let begin = |place: usize| links.get(place).map(|(_, address)| format!("\x1b]8;;{address}\x1b\\"));
    match (from, to.and_then(begin)) {
        (_, Some(begin)) => begin,
        (Some(_), None) => "\x1b]8;;\x1b\\".to_owned(),
        (None, None) => String::new(),
    }
}

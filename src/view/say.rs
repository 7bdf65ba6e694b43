//! Messages, over the last lines of what is below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::app::App;
use crate::app::event::Level;
use crate::app::toast::Logged;
use crate::app::watch::Dialog;
use crate::panes::fit;
use crate::theme::Theme;

/// On a screen of fewer columns than this a message takes whole lines.
const NARROW: u16 = 64;

/// Draws each message on lines of its own at the bottom right, the newest last.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = &app.outfit().theme;
    let width = usize::from(area.width).saturating_sub(2).min(76);
    let mut lines = Vec::new();
    // The log tells these already, and they would lie over it.
    let log_is_open = matches!(app.dialog(), Some(Dialog::Log(_)));
    let shown = app.toasts().shown().iter().filter(|toast| !log_is_open || toast.logged == Logged::No);
    for toast in shown {
        let (word, style) = level(toast.level, theme);
        let text = format!("{word}: {}", app.veiled(toast.text.as_str()));
        lines.extend(fit::wrap(&text, width).into_iter().take(3).map(|line| (line, style)));
    }
    let excess = lines.len().saturating_sub(usize::from(area.height));
    lines.drain(..excess);
    let height = u16::try_from(lines.len()).unwrap_or(area.height);
    for (y, (line, style)) in (area.bottom() - height..area.bottom()).zip(lines) {
        let columns = u16::try_from(fit::columns(&line) + 2).unwrap_or(area.width).min(area.width);
        // Where it leaves only the beginnings of what lies under it, these would be read as its own.
        let columns = if columns > area.width / 2 && area.width < NARROW { area.width } else { columns };
        let place = Rect { x: area.right() - columns, y, width: columns, height: 1 };
        Clear.render(place, buffer);
        buffer.set_style(place, theme.text);
        buffer.set_stringn(place.x, y, format!(" {line} "), usize::from(columns), style);
    }
}

/// The word and the style of a level.
pub fn level(level: Level, theme: &Theme) -> (&'static str, ratatui::style::Style) {
    match level {
        Level::Done => ("ok", theme.toast_ok),
        Level::Info => ("note", theme.title),
        Level::Warning => ("warning", theme.warning),
        Level::Error => ("error", theme.toast_error),
    }
}

//! What was decided and what became of it, and what was said: newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::dialog::{middle, open};
use super::say::level;
use crate::app::App;
use crate::app::watch::LogLine;
use crate::panes::fit;

/// Draws the overlay: one line each, and the selected one in full below.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, at: usize) {
    let theme = &app.outfit().theme;
    let inside = open(app, buffer, middle(area, area.width, area.height), "Log: what was decided, newest first");
    let budgets = fit::cut(&format!(" {} ", budgets(app)), usize::from(inside.width).saturating_sub(2));
    if !budgets.trim().is_empty() {
        buffer.set_stringn(inside.x + 1, inside.bottom(), budgets, usize::from(inside.width), theme.dim);
    }
    let lines = app.log();
    if lines.is_empty() {
        buffer.set_stringn(inside.x, inside.y, "nothing yet", usize::from(inside.width), theme.dim);
        return;
    }
    let full = lines.get(at).map(|line| words(app, line)).unwrap_or_default();
    let full = fit::wrap(&full, usize::from(inside.width));
    let below = u16::try_from(full.len()).unwrap_or(u16::MAX).min(inside.height / 2);
    let list = Rect { height: inside.height.saturating_sub(below + 1), ..inside };
    let from = (at + 1).saturating_sub(usize::from(list.height).max(1));
    for (y, (place, line)) in (list.y..list.bottom()).zip(lines.iter().enumerate().skip(from)) {
        let mark = if place == at { "> " } else { "  " };
        let (_, style) = level(line.level(), theme);
        let spans = vec![Span::raw(mark), Span::styled(words(app, line), style)];
        super::line::put(buffer, (list.x, y), &Line::from(spans), list.width);
        if place == at {
            buffer.set_style(Rect { y, height: 1, ..list }, theme.selected);
        }
    }
    for (y, line) in (list.bottom() + 1..inside.bottom()).zip(full) {
        buffer.set_stringn(inside.x, y, line, usize::from(inside.width), theme.text);
    }
}

/// What each source's host still allows: what it says of reading, and what we
/// spend of writing. Nothing for the local tracker, which has no limits.
fn budgets(app: &App) -> String {
    let now = app.desk().now();
    let one = |source: &crate::domain::source::SourceHealth| {
        let host = app.desk().host_of(&source.id)?;
        let (minute, hour) = app.desk().journal().host(host).map(|host| host.spent(now)).unwrap_or_default();
        let read = source.budget.as_ref().map(|budget| format!(" {budget} ·")).unwrap_or_default();
        let age = source.fetched_at.map(|at| format!(" · synced {} ago", crate::panes::age::calm(now - at)));
        Some(format!("{}:{read} writes {minute}/60 m {hour}/400 h{}", source.id, age.unwrap_or_default()))
    };
    let all: Vec<String> = app.desk().sources().iter().filter(|source| !source.id.is_local()).filter_map(one).collect();
    all.join("  ")
}

fn words(app: &App, line: &LogLine<'_>) -> String {
    let time = app.civil(line.at());
    let said = match line {
        LogLine::Notice(news) => format!("{time}  {}: {}", level(news.level, &app.outfit().theme).0, news.text),
        LogLine::Decision(entry) => {
            let why = entry.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let by =
                entry.deed.by.as_ref().map(|by| format!(" by {}", app.desk().model().person(by))).unwrap_or_default();
            let (verb, object) = (entry.decision.verb(), entry.decision.object());
            format!("{time}  {verb} {}{object}{by} {}{why}", entry.incident, entry.state.word())
        }
    };
    app.veiled(&said).into_owned()
}

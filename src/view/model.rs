//! The operating model, over the whole screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::dialog::{middle, open};
use crate::app::App;
use crate::app::watch::{Checkup, ModelCursor, Part};
use crate::domain::check::Summary;
use crate::panes::fit;

/// Draws what is known of it.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, cursor: &ModelCursor) {
    let theme = &app.outfit().theme;
    let inside = open(app, buffer, middle(area, area.width, area.height), &title(app, cursor));
    if let Checkup::Failed(why) = app.checkup() {
        for (y, line) in (inside.y..inside.bottom()).zip(fit::wrap(why.as_str(), usize::from(inside.width))) {
            buffer.set_stringn(inside.x, y, line, usize::from(inside.width), theme.error);
        }
        return;
    }
    let height = usize::from(inside.height);
    let (lines, top, selected) = match cursor.shows {
        Part::List => {
            let placed = app.finding_lines(inside.width);
            let at = app.selected_finding(cursor).map(|(at, _)| at);
            let own: Vec<usize> =
                placed.iter().enumerate().filter(|(_, (place, _))| *place == at).map(|(y, _)| y).collect();
            let own = if at.is_some() { own } else { Vec::new() };
            let last = own.last().copied().unwrap_or(0);
            // The heading of the first group is seen together with its first finding.
            let top = if at == Some(0) { 0 } else { (last + 1).saturating_sub(height) };
            (placed.into_iter().map(|(_, line)| line).collect(), top, own)
        }
        Part::One { top } | Part::Map { top } => (app.model_page(cursor, inside.width), top, Vec::new()),
    };
    let top = top.min(lines.len().saturating_sub(height));
    for (y, (at, line)) in (inside.y..inside.bottom()).zip(lines.iter().enumerate().skip(top)) {
        super::line::put(buffer, (inside.x, y), line, inside.width);
        if selected.contains(&at) {
            buffer.set_style(Rect { y, height: 1, ..inside }, theme.selected);
        }
    }
    let hidden = lines.len().saturating_sub(top + height);
    super::more::on_the_frame(app, buffer, inside, hidden);
}

fn title(app: &App, cursor: &ModelCursor) -> String {
    if matches!(cursor.shows, Part::Map { .. }) {
        return "Model: who decides what".to_owned();
    }
    let known = app.checkup().answer().map(|answer| summed(&answer.summary));
    match (app.checkup(), known) {
        (Checkup::Asked(_), Some(known)) => format!("Model: {known}; looking again …"),
        (Checkup::Asked(_), None) => "Model: looking …".to_owned(),
        (Checkup::NotAsked | Checkup::Known(_) | Checkup::Failed(_), Some(known)) => format!("Model: {known}"),
        (Checkup::NotAsked | Checkup::Known(_) | Checkup::Failed(_), None) => "Model".to_owned(),
    }
}

/// `2 errors, 1 warning, 3 waived`.
fn summed(summary: &Summary) -> String {
    let plural = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let counts = [(summary.error, "error"), (summary.warning, "warning")];
    let mut words: Vec<String> = counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, one)| plural(n, one)).collect();
    words.extend((summary.waived > 0).then(|| format!("{} waived", summary.waived)));
    if words.is_empty() { "nothing is wrong".to_owned() } else { words.join(", ") }
}

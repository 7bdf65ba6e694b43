//! The queue: headings with counts, a line for each incident that is in sight.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::list::{self, Cursor};
use crate::domain::id::IncidentId;
use crate::domain::queue::Section;
use crate::domain::source::Freshness;
use crate::domain::text::Clean;
use crate::panes::triage::{self, Cells, Clocks, Columns, Marked, Selected};
use crate::panes::{age, fit};

/// Draws the lines that are in sight, and no others.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    if area.height == 0 {
        return;
    }
    let columns = Columns::fit(area.width, app.list().id_widths(), app.seen().model());
    let pending = pending(app);
    let lines = app.list().lines();
    for (y, at, line) in in_sight(app, area) {
        let drawn = match line {
            list::Line::Quiet => quiet(app),
            list::Line::Heading(section, count) => heading(app, *section, *count),
            list::Line::Row(id, place) => row(app, id, (at, *place), (&columns, &pending)),
            list::Line::Ghost => ghost(app),
        };
        buffer.set_line(area.x, y, &drawn, area.width);
        if app.list().cursor().is_some_and(|cursor| cursor.at == at) {
            buffer.set_style(Rect { y, height: 1, ..area }, app.outfit().theme.selected);
        }
    }
    let listed = lines.iter().any(|line| matches!(line, list::Line::Row(..) | list::Line::Ghost));
    if !listed {
        let from = u16::try_from(lines.len()).unwrap_or(0).min(area.height);
        draw_empty(app, buffer, Rect { y: area.y + from, height: area.height - from, ..area });
    }
}

/// The lines that are in sight: in which row of the screen, and their place in the list.
pub fn in_sight(app: &App, area: Rect) -> impl Iterator<Item = (u16, usize, &list::Line)> {
    let lines = app.list().lines();
    let top = app.list().top().min(lines.len());
    let rows = (area.y..area.bottom()).step_by(usize::from(app.outfit().theme.line_height.max(1)));
    rows.zip(lines.iter().enumerate().skip(top).take(app.list().height())).map(|(y, (at, line))| (y, at, line))
}

/// How many rows there are further down.
pub fn hidden(app: &App) -> usize {
    let below = app.list().lines().iter().skip(app.list().top() + app.list().height());
    below.filter(|line| matches!(line, list::Line::Row(..) | list::Line::Ghost)).count()
}

fn heading(app: &App, section: Section, count: usize) -> Line<'static> {
    let theme = &app.outfit().theme;
    let all = app.seen().queue().count(section);
    let count = if count == all { count.to_string() } else { format!("{count} of {all}") };
    let calls = matches!(section, Section::NeedsYouNow | Section::Untriaged);
    let style = if calls { theme.heading } else { theme.title };
    Line::from(vec![Span::styled(section.title(), style), Span::styled(format!("  {count}"), theme.dim)])
}

/// What has been decided and not answered, by what it is about: looked up once, since a shift's journal is long.
type Pending<'a> = BTreeMap<&'a IncidentId, Vec<&'static str>>;

fn pending(app: &App) -> Pending<'_> {
    let mut pending = Pending::new();
    for entry in app.seen().journal().unsettled() {
        pending.entry(&entry.incident).or_default().push(entry.decision.verb());
    }
    pending
}

fn row(
    app: &App,
    id: &IncidentId,
    (at, place): (usize, usize),
    (columns, pending): (&Columns, &Pending<'_>),
) -> Line<'static> {
    let desk = app.seen();
    let (Some(row), Some(incident)) = (desk.queue().rows.get(place), desk.incident(id)) else {
        return Line::default();
    };
    let cursor = app.list().cursor().is_some_and(|cursor| cursor.at == at);
    let selected = if cursor { Selected::Yes } else { Selected::No };
    let pending = pending.get(id).map_or(&[][..], Vec::as_slice);
    let marked = Marked { selected, mark: mark(app, id), pending };
    let after = app.near_release(id).map(|(shipment, _)| &shipment.what);
    let (row, incident) = (&*app.shown_row(row), &*app.shown(incident));
    let cells = Cells { row, incident, id: list::short_id(row.name()), after, marked };
    let clocks = Clocks { now: app.seen_at(), minute: app.minute() };
    triage::line(&cells, columns, desk.model(), clocks, &app.outfit().theme)
}

fn mark(app: &App, id: &IncidentId) -> char {
    match (app.marks().in_range(id), app.marks().has(id)) {
        (true, _) => '+',
        (false, true) => '*',
        (false, false) => ' ',
    }
}

fn ghost(app: &App) -> Line<'static> {
    match app.list().cursor() {
        Some(Cursor { id, title, ghost: Some(why), .. }) => {
            let marked = Marked { selected: Selected::Yes, mark: mark(app, id), pending: &[] };
            let known = app.seen().incident(id).map(|incident| app.shown(incident).title.clone());
            let title = &known.unwrap_or_else(|| Clean::line(&app.veiled(title.as_str())));
            triage::ghost(list::short_id(id), title, why, &marked, &app.outfit().theme)
        }
        Some(Cursor { ghost: None, .. }) | None => Line::default(),
    }
}

/// Nobody is needed, as far as can be told.
fn quiet(app: &App) -> Line<'static> {
    let theme = &app.outfit().theme;
    let desk = app.seen();
    if !desk.is_loaded() {
        return Line::styled("reading what this machine remembers…", theme.dim);
    }
    let (failed, never) = unheard(app);
    if failed > 0 {
        let text = format!("nothing known needs you, but {failed} of {} sources failed", desk.sources().len());
        return Line::styled(text, theme.error);
    }
    if never > 0 && never == desk.sources().len() {
        return Line::styled("no source has answered yet", theme.warning);
    }
    if never > 0 {
        let text = format!("nothing known needs you, but {never} of {} sources never answered", desk.sources().len());
        return Line::styled(text, theme.warning);
    }
    Line::styled("nothing needs you", theme.ok)
}

/// How many sources failed, and how many never answered.
fn unheard(app: &App) -> (usize, usize) {
    let desk = app.seen();
    let count = |wanted| desk.sources().iter().filter(|source| source.freshness(app.seen_at()) == wanted).count();
    (count(Freshness::Failed), count(Freshness::Never))
}

fn draw_empty(app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = &app.outfit().theme;
    let mut lines: Vec<(String, ratatui::style::Style)> = Vec::new();
    if !app.sought().filter.is_empty() {
        let all = app.seen().queue().rows.iter().filter(|row| row.section != Section::Closed).count();
        lines.push((format!("none of {all} incidents fits this filter"), theme.warning));
    }
    let now = app.seen_at();
    for source in app.seen().sources() {
        let since = source.fetched_at.map(|at| format!(", last answer {} ago", age::calm(app.minute() - at)));
        let since = since.unwrap_or_default();
        match source.freshness(now) {
            Freshness::Failed => {
                let why = source.error.as_ref().map(ToString::to_string).unwrap_or_default();
                lines.push((format!("{} failed: {}{since}", source.id, app.veiled(&why)), theme.error));
            }
            Freshness::Never => lines.push((format!("{} has not answered yet", source.id), theme.dim)),
            Freshness::Stale => lines.push((format!("{} is stale{since}", source.id), theme.warning)),
            Freshness::Fresh => {}
        }
    }
    let width = usize::from(area.width);
    let wrapped =
        lines.into_iter().flat_map(|(text, style)| fit::wrap(&text, width).into_iter().map(move |l| (l, style)));
    for (y, (line, style)) in (area.y..area.bottom()).zip(wrapped) {
        buffer.set_stringn(area.x, y, line, width, style);
    }
}

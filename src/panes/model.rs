//! The operating model on the screen: what is wrong with it, by area and with
//! whoever can mend it; one finding in full; and the map of who decides what.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::fit;
use super::page::Page;
use crate::domain::check::{Answer, Finding, Level, rule};
use crate::domain::map::Row;
use crate::theme::Theme;

/// From so many columns on, a finding is one line, and the map a table.
const WIDE: usize = 110;
const LEVEL: usize = 8;
const SUBJECT: usize = 30;
const OWNER: usize = 10;

/// Findings that belong together: those of an area, of the model itself, those that are let pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'a> {
    /// What stands above them.
    pub title: String,
    /// They themselves, the worst first.
    pub findings: Vec<&'a Finding>,
}

/// What was found, by area: the area with the worst finding first, then the model itself, then what is let pass. What
/// could not be looked at is not among them.
pub fn groups(answer: &Answer) -> Vec<Group<'_>> {
    let mut groups: Vec<(bool, Group<'_>)> = Vec::new();
    for one in answer.findings.iter().filter(|one| one.unchecked().is_none()) {
        let title = match (&one.area, one.waived_until) {
            (_, Some(_)) => "let pass by a waiver".to_owned(),
            (Some(area), None) => area.to_string(),
            (None, None) => "the model itself".to_owned(),
        };
        match groups.iter_mut().find(|(_, group)| group.title == title) {
            Some((_, group)) => group.findings.push(one),
            None => groups.push((one.waived_until.is_some(), Group { title, findings: vec![one] })),
        }
    }
    groups.sort_by_key(|(waived, _)| *waived);
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The findings in the order in which they are listed.
pub fn listed(answer: &Answer) -> Vec<&Finding> {
    groups(answer).into_iter().flat_map(|group| group.findings).collect()
}

/// The mark of a level.
pub fn mark(level: Level) -> char {
    match level {
        Level::Error => '✗',
        Level::Warning => '!',
        Level::Info => '·',
    }
}

fn style(level: Level, theme: &Theme) -> Style {
    match level {
        Level::Error => theme.error,
        Level::Warning => theme.warning,
        Level::Info => theme.dim,
    }
}

/// The list in lines of so many columns, each with the place of the finding that it belongs to. `shown` hides in a text
/// what may not be seen.
pub fn list(
    answer: &Answer,
    width: u16,
    shown: &dyn Fn(&str) -> String,
    theme: &Theme,
) -> Vec<(Option<usize>, Line<'static>)> {
    let width = usize::from(width);
    let mut lines: Vec<(Option<usize>, Line<'static>)> = Vec::new();
    let mut at = 0;
    for group in groups(answer) {
        if !lines.is_empty() {
            lines.push((None, Line::default()));
        }
        let title = format!("{} ({})", shown(&group.title), group.findings.len());
        lines.push((None, Line::styled(fit::cut(&title, width), theme.heading)));
        for one in group.findings {
            lines.extend(row(one, width, shown, theme).into_iter().map(|line| (Some(at), line)));
            at += 1;
        }
    }
    if lines.is_empty() {
        lines.push((None, Line::styled("Nothing is wrong, as far as a machine can say.".to_owned(), theme.ok)));
    }
    let unchecked = answer.unchecked();
    if !unchecked.is_empty() {
        let mut page = Page::new(u16::try_from(width).unwrap_or(u16::MAX), theme);
        page.heading("not checked");
        for (why, rules) in unchecked {
            page.hanging(("  ", theme.dim), &format!("{}: {}", shown(why), rules.join(", ")), theme.dim);
        }
        lines.extend(page.lines.into_iter().map(|line| (None, line)));
    }
    lines
}

/// A finding: on one line where there is room, else its evidence below it.
fn row(one: &Finding, width: usize, shown: &dyn Fn(&str) -> String, theme: &Theme) -> Vec<Line<'static>> {
    let level = format!("{} {} ", mark(one.level), fit::pad(one.level.word(), LEVEL - 1));
    let owner = one.owner.as_ref().map(|owner| shown(owner.as_str())).unwrap_or_default();
    let (subject, message) = (shown(one.subject.as_str()), shown(one.message.as_str()));
    let level = Span::styled(level, style(one.level, theme));
    if width >= WIDE {
        let room = width.saturating_sub(LEVEL + 2 + SUBJECT + 1 + OWNER + 1);
        return vec![Line::from(vec![
            level,
            Span::styled(format!("{} ", fit::pad(&subject, SUBJECT)), theme.text),
            Span::styled(format!("{} ", fit::pad(&owner, OWNER)), theme.dim),
            Span::styled(fit::cut(&message, room), theme.text),
        ])];
    }
    let own = if width >= 60 { OWNER.min(width / 6) } else { 0 };
    let room = width.saturating_sub(LEVEL + 2 + own);
    let owner = fit::cut(&owner, own);
    let first = vec![level, Span::styled(fit::pad(&subject, room), theme.text), Span::styled(owner, theme.dim)];
    let below = format!("  {}", fit::cut(&message, width.saturating_sub(2)));
    vec![Line::from(first), Line::styled(below, theme.dim)]
}

/// One finding in full. `keys` are those that open the place, show the change, and copy the fix.
pub fn page(one: &Finding, width: u16, shown: &dyn Fn(&str) -> String, theme: &Theme) -> Vec<Line<'static>> {
    let mut page = Page::new(width, theme);
    let level = format!("{} {} ", mark(one.level), one.level.word());
    page.hanging((&level, style(one.level, theme)), &shown(one.subject.as_str()), theme.title);
    page.wrapped(&shown(one.message.as_str()), theme.text);
    page.lines.push(Line::default());
    page.fact("fix", &shown(one.fix.as_str()));
    let who = one.owner.as_ref().map(|owner| shown(owner.as_str()));
    page.fact("who", &who.unwrap_or_else(|| "nobody is named who could; whoever keeps the team file".to_owned()));
    if let Some(file) = &one.file {
        let line = one.line.map(|line| format!(":{line}")).unwrap_or_default();
        let column = one.column.filter(|_| one.line.is_some()).map(|column| format!(":{column}")).unwrap_or_default();
        page.fact("where", &format!("{}{line}{column}", shown(file.as_str())));
    }
    if let Some(until) = one.waived_until {
        page.fact("waived", &format!("until {until}"));
    }
    if let Some(rule) = rule(one.rule) {
        page.lines.push(Line::default());
        page.fact("rule", one.rule);
        page.fact("fires", rule.fires);
        page.fact("why", rule.why);
        page.fact("source", rule.source);
    }
    page.lines
}

/// The map: who decides what, who backs them up, by when, and what counts as done.
pub fn map(rows: &[Row], width: u16, shown: &dyn Fn(&str) -> String, theme: &Theme) -> Vec<Line<'static>> {
    let mut page = Page::new(width, theme);
    let unclear = rows.iter().filter(|row| !row.unclear.is_empty()).count();
    let style = if unclear == 0 { theme.ok } else { theme.warning };
    page.wrapped(&format!("{} in the map, {unclear} unclear", rows.len()), style);
    if page.width >= WIDE {
        let (name, cell) = columns(page.width);
        let head = ["who", "backup", "when", "done"].map(|word| fit::pad(word, cell)).concat();
        page.lines.push(Line::styled(format!("  {}{head}", fit::pad("", name)), theme.dim));
    }
    let mut last = "";
    for row in rows {
        let (sort, id) = row.subject.as_str().split_once(':').unwrap_or(("", row.subject.as_str()));
        if sort != last {
            page.heading(&many(sort));
            last = sort;
        }
        if page.width >= WIDE { tabled(row, id, shown, &mut page) } else { stacked(row, id, shown, &mut page) }
    }
    page.lines
}

fn many(sort: &str) -> String {
    match sort {
        "severity" => "severities".to_owned(),
        other => format!("{other}s"),
    }
}

/// What the file says of each of the four; none where it need not say anything.
fn facts<'a>(row: &'a Row, shown: &'a dyn Fn(&str) -> String) -> [(&'static str, Option<(String, bool)>); 4] {
    let said = |word: &'static str, text: &Option<crate::domain::text::Clean>| {
        let known = text.as_ref().map(|text| (shown(text.as_str()), true));
        (word, known.or_else(|| row.unclear.contains(&word).then(|| ("UNCLEAR".to_owned(), false))))
    };
    [said("who", &row.who), said("backup", &row.backup), said("when", &row.when), said("done", &row.done)]
}

fn stacked(row: &Row, id: &str, shown: &dyn Fn(&str) -> String, page: &mut Page<'_>) {
    let theme = page.theme;
    let title =
        if row.title.as_str() == id { shown(id) } else { format!("{}  {}", shown(id), shown(row.title.as_str())) };
    page.wrapped(&title, theme.text);
    for (word, said) in facts(row, shown) {
        if let Some((text, known)) = said {
            let style = if known { theme.text } else { theme.warning };
            page.hanging((&format!("  {word:7}"), theme.dim), &text, style);
        }
    }
}

/// The widths of the first column of the table and of each other.
fn columns(width: usize) -> (usize, usize) {
    let rest = width.saturating_sub(2);
    let name = (rest * 20 / 100).max(16);
    (name, (rest - name) / 4)
}

/// A row of the table: a cell goes on below itself.
fn tabled(row: &Row, id: &str, shown: &dyn Fn(&str) -> String, page: &mut Page<'_>) {
    let theme = page.theme;
    let (name, cell) = columns(page.width);
    let first = fit::wrap(&shown(id), name - 2);
    let cells: Vec<(Vec<String>, Style)> = facts(row, shown)
        .into_iter()
        .map(|(_, said)| match said {
            Some((text, true)) => (fit::wrap(&text, cell - 2), theme.text),
            Some((text, false)) => (vec![text], theme.warning),
            None => (Vec::new(), theme.dim),
        })
        .collect();
    let high = cells.iter().map(|(lines, _)| lines.len()).max().unwrap_or(0).max(first.len());
    for at in 0..high {
        let mut spans =
            vec![Span::raw("  "), Span::styled(fit::pad(first.get(at).map_or("", String::as_str), name), theme.text)];
        for (lines, style) in &cells {
            spans.push(Span::styled(fit::pad(lines.get(at).map_or("", String::as_str), cell), *style));
        }
        page.lines.push(Line::from(spans));
    }
}

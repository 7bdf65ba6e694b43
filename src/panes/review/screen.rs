//! The review on the screen: its course as bars, each with its numbers in
//! words beside it, and below it all that it says.

use ratatui::text::Line;

use super::parts::{self, Said};
use crate::domain::review::{Course, Review};
use crate::panes::fit;
use crate::panes::page::Page;
use crate::theme::Theme;

/// From nothing to the most.
const BARS: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// As wide is the word before a row of bars.
const LEAD: usize = 10;

/// A bar for each number, as high as it is of the most of them; several share one where there is no room for all.
pub fn bars(numbers: &[usize], room: usize) -> String {
    let room = room.max(1);
    let share = numbers.len().div_ceil(room).max(1);
    let sums: Vec<usize> = numbers.chunks(share).map(|part| part.iter().sum()).collect();
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    sums.iter().map(|sum| BARS[(sum * (BARS.len() - 1)).div_ceil(most)]).collect()
}

/// All of it in lines of so many columns.
pub fn lines(review: &Review, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut page = Page::new(width, theme);
    page.wrapped(&parts::title(review), theme.title);
    page.lines.push(Line::default());
    course(review, &mut page);
    for part in parts::parts(review) {
        page.lines.push(Line::default());
        page.wrapped(part.title, theme.title);
        for said in part.said {
            match said {
                Said::Code(text) => page.lines.extend(text.lines().map(|line| changed(line, theme))),
                Said::Plain(_) | Said::Quoted(..) => page.hanging(("  ", theme.text), &said.text(), theme.text),
            }
        }
    }
    page.lines
}

/// What is read of one part of the cycle.
type Read = fn(&Course) -> usize;

/// Opened, closed and passed, part by part of the cycle.
fn course(review: &Review, page: &mut Page<'_>) {
    let course = &review.figures.course;
    let step = match course.as_slice() {
        [one, next, ..] => (next.from - one.from).num_days(),
        [_] | [] => 1,
    };
    let per = if step == 1 { "day" } else { "week" };
    let rows: [(&str, Read); 3] =
        [("opened", |one| one.opened), ("closed", |one| one.closed), ("passed", |one| one.breached)];
    for (what, read) in rows {
        let numbers: Vec<usize> = course.iter().map(read).collect();
        let (sum, most) = (numbers.iter().sum::<usize>(), numbers.iter().copied().max().unwrap_or(0));
        let on = course.iter().find(|one| read(one) == most).map(|one| one.from.format("%-d %b").to_string());
        let words = match on {
            Some(day) if most > 0 => format!("  {sum} in all; at most {most} a {per} ({day})"),
            Some(_) | None => format!("  {sum} in all"),
        };
        let room = page.width.saturating_sub(LEAD + fit::columns(&words));
        let bars = bars(&numbers, room);
        let theme = page.theme;
        page.hanging((&fit::pad(what, LEAD), theme.dim), &format!("{bars}{words}"), theme.text);
    }
}

/// A line of the diff.
fn changed(line: &str, theme: &Theme) -> Line<'static> {
    let style = match line.chars().next() {
        Some('+') => theme.added,
        Some('-') => theme.removed,
        Some('@') => theme.dim,
        Some(_) | None => theme.text,
    };
    Line::styled(line.to_owned(), style)
}

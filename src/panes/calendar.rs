//! The calendar as an agenda: week by week, under the sentence that says
//! whether anything may land.
//!
//! How an entry stands is a mark and a word, never a colour alone. Titles wrap;
//! on a narrow screen the sort of an entry gives way first, then its owner.

use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::fit;
use crate::domain::calendar::{Entry, Kind, Point, Status};
use crate::domain::text::Clean;
use crate::theme::Theme;

/// `Tue  8 Dec`, or `today`.
const DAY: usize = 10;
/// A mark, a blank and the longest word of a status.
const STATE: usize = 9;
/// The longest word of a kind.
const KIND: usize = 11;
/// The most columns of an owner.
const OWNER: usize = 16;
/// Narrower than this no kind is shown.
const WITH_KIND: usize = 64;
/// Narrower than this no owner is shown.
const WITH_OWNER: usize = 48;
/// Narrower than this no line is laid out; what does not fit is cut off by the screen.
const NARROWEST: usize = 26;
const GAP: usize = 2;

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub struct Agenda<'a> {
    /// Whether anything may land; see [`crate::domain::calendar::outlook`].
    pub outlook: &'a str,
    /// In their order.
    pub entries: &'a [Entry],
    /// What could not be looked at.
    pub doubts: &'a [Clean],
    /// The team's.
    pub zone: Tz,
    /// The team's.
    pub today: NaiveDate,
}

/// A line, and the place among the entries of the one that it belongs to; none for sentences and headings.
pub type Placed = (Option<usize>, Line<'static>);

/// The whole agenda, each line at most `width` columns.
pub fn lines(agenda: &Agenda<'_>, width: u16, theme: &Theme) -> Vec<Placed> {
    let sheet = Sheet { agenda, width: usize::from(width).max(NARROWEST), theme };
    let mut lines = sheet.sentences();
    lines.extend(sheet.weeks());
    lines
}

/// The same without the sentence, for whoever puts that elsewhere.
pub fn weeks(agenda: &Agenda<'_>, width: u16, theme: &Theme) -> Vec<Placed> {
    Sheet { agenda, width: usize::from(width).max(NARROWEST), theme }.weeks()
}

/// The mark of a status; an event has none.
pub fn mark(status: Option<Status>) -> char {
    match status {
        Some(Status::Missed | Status::Overdue) => '✗',
        Some(Status::Frozen | Status::Late) => '!',
        Some(Status::Shipped | Status::Kept | Status::Removed | Status::Done | Status::Over) => '✓',
        Some(Status::Active) => '■',
        Some(Status::Planned | Status::Due) => '·',
        None => ' ',
    }
}

/// The style of a status.
pub fn style(status: Option<Status>, theme: &Theme) -> Style {
    match status {
        Some(Status::Missed | Status::Overdue) => theme.error,
        Some(Status::Frozen | Status::Late | Status::Active) => theme.warning,
        Some(Status::Shipped | Status::Kept | Status::Removed) => theme.ok,
        Some(Status::Done | Status::Over) => theme.dim,
        Some(Status::Planned | Status::Due) | None => theme.text,
    }
}

/// An entry as one sentence: when, until when, what, how it stands, and whose it is.
pub fn sentence(entry: &Entry, zone: Tz, today: NaiveDate) -> String {
    let form = |day: NaiveDate| {
        if day == today { "Today".to_owned() } else { day.format("%A %-d %B").to_string() }
    };
    let day = form(entry.date.day(zone));
    let clock = match entry.date {
        Point::Day(_) => String::new(),
        Point::At(at) => at.with_timezone(&zone).format(", %H:%M").to_string(),
    };
    let last = entry.end.map(|end| end.day(zone)).filter(|last| *last != entry.date.day(zone));
    let until = last.map(|last| format!(" to {}", form(last))).unwrap_or_default();
    let status = entry.status.map(|status| format!(", {}", status.word())).unwrap_or_default();
    let owner = entry.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
    let clash: Vec<&str> = entry.clash.iter().map(Clean::as_str).collect();
    let clash = if clash.is_empty() { String::new() } else { format!(", clashes with {}", clash.join(", ")) };
    let title = super::spoken::quoted(entry.title.as_str());
    format!("{day}{clock}{until}: {} {title}{status}{owner}{clash}.", entry.kind.word())
}

struct Sheet<'a> {
    agenda: &'a Agenda<'a>,
    width: usize,
    theme: &'a Theme,
}

impl Sheet<'_> {
    fn sentences(&self) -> Vec<Placed> {
        let tone = if self.agenda.outlook.starts_with("FROZEN") { self.theme.warning } else { self.theme.heading };
        let mut lines: Vec<Placed> = Vec::new();
        let mut say = |text: &str, style: Style| {
            lines.extend(fit::wrap(text, self.width).into_iter().map(|line| (None, Line::styled(line, style))));
        };
        say(self.agenda.outlook, tone);
        for doubt in self.agenda.doubts {
            say(doubt.as_str(), self.theme.dim);
        }
        lines
    }

    fn weeks(&self) -> Vec<Placed> {
        let mut lines: Vec<Placed> = Vec::new();
        let mut week = None;
        for (place, entry) in self.agenda.entries.iter().enumerate() {
            let monday = first_of_week(entry.date.day(self.agenda.zone));
            if week != Some(monday) {
                week = Some(monday);
                lines.push((None, Line::default()));
                lines.push((None, Line::styled(fit::cut(&self.heading(monday), self.width), self.theme.heading)));
            }
            lines.extend(self.entry(entry).into_iter().map(|line| (Some(place), line)));
        }
        if self.agenda.entries.is_empty() {
            lines.push((None, Line::default()));
            lines.push((None, Line::styled(fit::cut("nothing is planned in these days", self.width), self.theme.dim)));
        }
        lines
    }

    fn heading(&self, monday: NaiveDate) -> String {
        let this = first_of_week(self.agenda.today);
        let year =
            if monday.year() == self.agenda.today.year() { String::new() } else { monday.format(" %Y").to_string() };
        let week = format!("Week of {}{year}", monday.format("%a %-d %b"));
        if monday == this { format!("{week}, this week") } else { week }
    }

    fn entry(&self, entry: &Entry) -> Vec<Line<'static>> {
        let tone = style(entry.status, self.theme);
        let word = entry.status.map_or("", Status::word);
        let mut head = vec![
            Span::styled(fit::pad(&self.day(entry), DAY), self.theme.text),
            Span::raw(" ".repeat(GAP)),
            Span::styled(fit::pad(&format!("{} {word}", mark(entry.status)), STATE), tone),
            Span::raw(" ".repeat(GAP)),
        ];
        let mut used = DAY + STATE + 2 * GAP;
        if self.width >= WITH_KIND {
            head.push(Span::styled(fit::pad(entry.kind.word(), KIND), self.theme.dim));
            head.push(Span::raw(" ".repeat(GAP)));
            used += KIND + GAP;
        }
        let owner = entry.owner.as_deref().filter(|_| self.width >= WITH_OWNER).map(|owner| fit::cut(owner, OWNER));
        let taken = owner.as_deref().map_or(0, |owner| fit::columns(owner) + GAP);
        let room = self.width.saturating_sub(used + taken).max(1);
        let mut pieces = fit::wrap(&self.title(entry), room).into_iter();
        let first = pieces.next().unwrap_or_default();
        match owner {
            Some(owner) => {
                head.push(Span::styled(fit::pad(&first, room), self.theme.text));
                head.push(Span::raw(" ".repeat(GAP)));
                head.push(Span::styled(owner, self.theme.dim));
            }
            None => head.push(Span::styled(first, self.theme.text)),
        }
        let mut lines = vec![Line::from(head)];
        let indent = " ".repeat(used);
        lines.extend(
            pieces.map(|piece| Line::from(vec![Span::raw(indent.clone()), Span::styled(piece, self.theme.text)])),
        );
        lines.extend(self.clash(entry, used));
        lines
    }

    /// A release that clashes says so under it; the freeze on the other side need not say it again.
    fn clash(&self, entry: &Entry, indent: usize) -> Vec<Line<'static>> {
        if entry.kind != Kind::Release || entry.clash.is_empty() {
            return Vec::new();
        }
        let ids: Vec<&str> = entry.clash.iter().map(Clean::as_str).collect();
        let text = format!("! clash: in the freeze {}", ids.join(", "));
        let lines = fit::wrap(&text, self.width.saturating_sub(indent).max(1));
        let line = |line| Line::from(vec![Span::raw(" ".repeat(indent)), Span::styled(line, self.theme.warning)]);
        lines.into_iter().map(line).collect()
    }

    fn day(&self, entry: &Entry) -> String {
        let day = entry.date.day(self.agenda.zone);
        if day == self.agenda.today { "today".to_owned() } else { day.format("%a %e %b").to_string() }
    }

    /// With its clock, if it has one, and its last day.
    fn title(&self, entry: &Entry) -> String {
        let zone = self.agenda.zone;
        let clock = match entry.date {
            Point::Day(_) => String::new(),
            Point::At(at) => format!("{} ", at.with_timezone(&zone).format("%H:%M")),
        };
        let last = entry.end.map(|end| (end, end.day(zone))).filter(|(_, last)| *last != entry.date.day(zone));
        let until = match last {
            Some((Point::Day(_), last)) => format!(" (to {})", last.format("%a %-d %b")),
            Some((Point::At(at), _)) => format!(" (to {})", at.with_timezone(&zone).format("%a %-d %b %H:%M")),
            None => String::new(),
        };
        format!("{clock}{}{until}", self.name(entry))
    }

    /// Its title; where there is no room for what sort it is, the title says that, too.
    fn name(&self, entry: &Entry) -> String {
        let title = entry.title.as_str();
        match entry.kind {
            _ if self.width >= WITH_KIND => title.to_owned(),
            Kind::Freeze if !title.to_lowercase().contains("freeze") => format!("{title} freeze"),
            Kind::Handover => match &entry.owner {
                Some(owner) => format!("{title} to {owner}"),
                None => format!("{title}: handover"),
            },
            Kind::Cadence | Kind::Deprecation | Kind::Event | Kind::Freeze | Kind::Release => title.to_owned(),
        }
    }
}

fn first_of_week(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day)
}

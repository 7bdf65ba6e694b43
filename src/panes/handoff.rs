//! A handoff as people read it: Markdown for an issue or a file, plain text
//! for a terminal or a mail.
//!
//! The main part, what the next person must know, fits 40 lines of 100 columns
//! whatever happened; all the rest stands below it. Every section is there,
//! also an empty one. What strangers wrote, a title say, can neither break the
//! page nor call anybody.

mod appendix;
pub mod gate;
mod main_part;
mod markdown;
mod plain;

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::domain::handoff::Handoff;
use crate::domain::handoff::section::{Of, TypedBy};
use crate::domain::handoff::typed::Field;
use crate::domain::text::Clean;

/// So many lines the main part has at most.
pub const MAIN_LINES: usize = 40;
/// So many columns a line of the main part has at most, as Markdown.
pub const MAIN_COLUMNS: usize = 100;
/// So many columns a line of the text has at most.
pub const TEXT_COLUMNS: usize = 80;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Our own words.
    Ours(String),
    /// Somebody else's: they are cut where there is no room, and mean nothing but themselves.
    Theirs(String),
    /// A name to copy.
    Name(String),
    /// The same, with the place where a browser shows it.
    Link(String, String),
}

/// One row; what stands under another is set in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    under: bool,
    parts: Vec<Part>,
}

/// A section of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    heading: &'static str,
    rows: Vec<Row>,
}

/// The whole page, in its order.
struct Page {
    main: Vec<Block>,
    appendix: Vec<Block>,
}

impl Page {
    fn of(handoff: &Handoff) -> Self {
        Self { main: main_part::blocks(handoff), appendix: appendix::blocks(handoff) }
    }
}

impl Handoff {
    /// As Markdown: a heading for each section, a line for each row, no HTML but the marker that begins it.
    pub fn markdown(&self) -> String {
        markdown::page(self, &Page::of(self))
    }

    /// As text of at most 80 columns; our own words in it are ASCII.
    pub fn text(&self) -> String {
        let mut text = self.lines(TEXT_COLUMNS).join("\n");
        text.push('\n');
        text
    }

    /// The same in lines of at most so many columns.
    pub fn lines(&self, columns: usize) -> Vec<String> {
        plain::page(self, &Page::of(self), columns)
    }
}

impl Row {
    fn new(parts: Vec<Part>) -> Self {
        Self { under: false, parts }
    }

    /// A row of our own words.
    fn ours(text: impl Into<String>) -> Self {
        Self::new(vec![Part::Ours(text.into())])
    }

    /// Under the row before.
    fn under(parts: Vec<Part>) -> Self {
        Self { under: true, parts }
    }
}

fn ours(text: impl Into<String>) -> Part {
    Part::Ours(text.into())
}

fn theirs(text: &Clean) -> Part {
    Part::Theirs(text.to_line().to_string())
}

fn person(name: &str) -> Part {
    Part::Theirs(Clean::line(name).to_string())
}

/// How a row names its incident: `SEV2 github#12`.
fn named(of: &Of) -> Vec<Part> {
    vec![severity(of), Part::Name(of.id.to_string())]
}

/// The same, with its place.
fn linked(of: &Of) -> Vec<Part> {
    let id = of.id.to_string();
    let name = match &of.url {
        Some(url) => Part::Link(id, url.clone()),
        None => Part::Name(id),
    };
    vec![severity(of), name]
}

fn severity(of: &Of) -> Part {
    ours(format!("{} ", of.severity.as_deref().unwrap_or("untriaged")))
}

/// What somebody typed, and who: `next step (ana): …`.
fn typed(field: Field, text: Option<&Clean>, by: &TypedBy) -> Option<Vec<Part>> {
    let text = text?;
    let mut parts = vec![ours(field.label())];
    if let Some(by) = by.get(field.name()) {
        parts.extend([ours(" ("), theirs(by), ours(")")]);
    }
    parts.extend([ours(": "), theirs(text)]);
    Some(parts)
}

/// A time with its offset: `Mon 30 Nov 10:00+00:00`.
fn clock(at: DateTime<FixedOffset>) -> String {
    at.format("%a %-d %b %H:%M%:z").to_string()
}

/// How long, in two units at the most: `2 d 3 h`, `14 min`.
fn long(time: TimeDelta) -> String {
    let (days, hours, minutes) = (time.num_days(), time.num_hours() % 24, time.num_minutes() % 60);
    match (days, hours, minutes) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

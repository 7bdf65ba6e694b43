//! Shifts and dates for other people's calendars.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::config::{Role, TeamFile};
use crate::domain::calendar::{Entry, Kind, Point};
use crate::domain::rotation::{Begun, Piece, role_word, words};
use crate::domain::text::Clean;

/// A line has at most so many bytes, without its end.
const LINE: usize = 75;

/// One event as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The same for the same event in every export.
    pub uid: String,
    /// Its name.
    pub title: String,
    /// What else there is to say; may have several lines.
    pub about: Option<String>,
    /// One word for what sort it is.
    pub category: String,
    /// When it is.
    pub when: When,
    /// Whether it takes place.
    pub standing: Standing,
    /// How often it has changed, if that is known.
    pub sequence: Option<u32>,
    /// When it last changed, if that is known.
    pub modified: Option<DateTime<Utc>>,
}

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Whole days, both included.
    Days(NaiveDate, NaiveDate),
    /// From an instant to another; without one it has no length.
    Time(DateTime<Utc>, Option<DateTime<Utc>>),
}

/// Whether an event takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// It does.
    #[default]
    Confirmed,
    /// It did, and was taken away: those who have it strike it out.
    Cancelled,
}

/// The UID of a shift: `<rotation>-<role>-<start in UTC>@<team>`.
pub fn shift_uid(rotation: &str, role: Role, start: DateTime<Utc>, team: &str) -> String {
    format!("{rotation}-{}-{}@{team}", role_word(role), instant(start))
}

/// Shifts as events, in their order; then those that the ledger knows to have begun and that are no longer there.
/// How often one has changed, and when last, is what the ledger knows.
pub fn shifts(pieces: &[Piece<'_>], begun: &[Begun], team: &TeamFile) -> Vec<Item> {
    let title = |id: &str| {
        let rotation = team.rotations.iter().find(|rotation| rotation.id == id);
        rotation.map_or_else(|| id.to_owned(), |rotation| rotation.title.clone())
    };
    // Every later word about what runs then is a change.
    let told = |rotation: &str, role: Role, (start, end): (DateTime<Utc>, DateTime<Utc>)| {
        let own = begun.iter().filter(|one| (one.rotation.as_str(), one.role) == (rotation, role));
        let lines = own.filter(|one| one.from < end && start < one.to || one.from == start);
        let (count, last) = lines.fold((0_u32, None), |(count, last), one| (count + 1, last.max(Some(one.seen))));
        (count.checked_sub(1), last)
    };
    let item = |(rotation, role, person): (&str, Role, &str), (start, end): (DateTime<Utc>, DateTime<Utc>)| {
        let (sequence, modified) = told(rotation, role, (start, end));
        Item {
            uid: shift_uid(rotation, role, start, &team.team.name),
            title: format!("{} {}: {person}", title(rotation), role_word(role)),
            about: None,
            category: "shift".to_owned(),
            when: When::Time(start, Some(end)),
            standing: Standing::Confirmed,
            sequence,
            modified,
        }
    };
    let held = pieces.iter().map(|piece| {
        let about = (piece.instead_of.is_some() || piece.why.is_some()).then(|| words::who(piece));
        Item { about, ..item((piece.rotation, piece.role, piece.person), (piece.start(), piece.end())) }
    });
    let stands = |one: &Begun| {
        // It begins a piece, or is only a later word about one that had begun.
        let of = |piece: &Piece<'_>| (piece.rotation, piece.role) == (one.rotation.as_str(), one.role);
        let goes_on = |piece: &Piece<'_>| piece.person == one.person && piece.holds(one.from);
        pieces.iter().any(|piece| of(piece) && (piece.start() == one.from || goes_on(piece)))
    };
    let mut gone: Vec<&Begun> = begun.iter().filter(|one| !stands(one)).collect();
    gone.sort_by_key(|one| (one.from, &one.rotation, role_word(one.role)));
    gone.dedup_by_key(|one| (one.from, &one.rotation, role_word(one.role)));
    let gone = gone.into_iter().map(|one| {
        let item = item((&one.rotation, one.role, &one.person), (one.from, one.to));
        Item { standing: Standing::Cancelled, sequence: item.sequence.map(|told| told + 1), ..item }
    });
    held.chain(gone.collect::<Vec<_>>()).collect()
}

/// The entries of a team's calendar as events, in their order.
pub fn entries(entries: &[Entry], team: &str) -> Vec<Item> {
    entries.iter().map(|entry| item(entry, team)).collect()
}

fn item(entry: &Entry, team: &str) -> Item {
    let kind = entry.kind.word();
    // The days of a recurring event share an id, and are events of their own here.
    let day = if entry.kind == Kind::Event { format!("-{}", entry.date.text()) } else { String::new() };
    let mut about: Vec<String> = Vec::new();
    about.extend(entry.status.map(|status| status.word().to_owned()));
    about.extend(entry.owner.as_ref().map(|owner| format!("owner {owner}")));
    about.extend((!entry.clash.is_empty()).then(|| {
        let ids: Vec<&str> = entry.clash.iter().map(Clean::as_str).collect();
        format!("clash with {}", ids.join(", "))
    }));
    about.extend(entry.note.as_ref().map(ToString::to_string));
    let title = match entry.kind {
        Kind::Freeze if !entry.title.as_str().to_lowercase().contains("freeze") => format!("{} freeze", entry.title),
        Kind::Handover => {
            let incoming = entry.owner.as_deref().map(|owner| format!(" to {owner}")).unwrap_or_default();
            format!("{}: handover{incoming}", entry.title)
        }
        Kind::Cadence | Kind::Deprecation | Kind::Event | Kind::Freeze | Kind::Release => entry.title.to_string(),
    };
    Item {
        uid: format!("{kind}-{}{day}@{team}", entry.id),
        title,
        about: (!about.is_empty()).then(|| about.join("; ")),
        category: kind.to_owned(),
        when: when(entry.date, entry.end),
        standing: Standing::Confirmed,
        sequence: None,
        modified: None,
    }
}

fn when(date: Point, end: Option<Point>) -> When {
    match (date, end) {
        (Point::Day(first), Some(Point::Day(last))) => When::Days(first, last.max(first)),
        (Point::Day(first), Some(Point::At(_)) | None) => When::Days(first, first),
        (Point::At(start), Some(Point::At(end))) => When::Time(start.to_utc(), Some(end.to_utc())),
        (Point::At(start), Some(Point::Day(_)) | None) => When::Time(start.to_utc(), None),
    }
}

/// A whole file: a calendar of this name with these events, made at this instant.
pub fn calendar(name: &str, stamp: DateTime<Utc>, items: &[Item]) -> String {
    let mut out = Sheet::default();
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", "-//dogwatch//dogwatch//EN");
    out.line("CALSCALE", "GREGORIAN");
    out.text("X-WR-CALNAME", name);
    for item in items {
        out.item(item, stamp);
    }
    out.line("END", "VCALENDAR");
    out.0
}

#[derive(Default)]
struct Sheet(String);

impl Sheet {
    fn item(&mut self, item: &Item, stamp: DateTime<Utc>) {
        self.line("BEGIN", "VEVENT");
        self.text("UID", &item.uid);
        self.line("DTSTAMP", &instant(stamp));
        match item.when {
            When::Days(first, last) => {
                self.line("DTSTART;VALUE=DATE", &day(first));
                // The end is the first day after it; the last day there is has none.
                if let Some(end) = last.max(first).succ_opt().filter(|end| end.year() <= 9999) {
                    self.line("DTEND;VALUE=DATE", &day(end));
                }
            }
            When::Time(start, end) => {
                self.line("DTSTART", &instant(start));
                if let Some(end) = end.filter(|end| *end > start) {
                    self.line("DTEND", &instant(end));
                }
            }
        }
        self.text("SUMMARY", &item.title);
        if let Some(about) = &item.about {
            self.escaped("DESCRIPTION", &Clean::block(about));
        }
        self.text("CATEGORIES", &item.category);
        self.line("TRANSP", "TRANSPARENT");
        match item.standing {
            Standing::Confirmed => self.line("STATUS", "CONFIRMED"),
            Standing::Cancelled => self.line("STATUS", "CANCELLED"),
        }
        if let Some(sequence) = item.sequence {
            self.line("SEQUENCE", &sequence.to_string());
        }
        if let Some(modified) = item.modified {
            self.line("LAST-MODIFIED", &instant(modified));
        }
        self.line("END", "VEVENT");
    }

    /// A value that people wrote, on one line.
    fn text(&mut self, name: &str, value: &str) {
        self.escaped(name, &Clean::line(value));
    }

    fn escaped(&mut self, name: &str, clean: &Clean) {
        let mut escaped = String::with_capacity(clean.as_str().len());
        for c in clean.as_str().chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                c => escaped.push(c),
            }
        }
        self.line(name, &escaped);
    }

    /// One line, folded where it is too long, never within a character.
    fn line(&mut self, name: &str, value: &str) {
        let mut rest = format!("{name}:{value}");
        let mut room = LINE;
        while rest.len() > room {
            let tail = rest.split_off(rest.floor_char_boundary(room));
            let _written = write!(self.0, "{rest}\r\n ");
            rest = tail;
            room = LINE - 1;
        }
        let _written = write!(self.0, "{rest}\r\n");
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

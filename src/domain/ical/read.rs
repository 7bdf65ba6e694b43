//! Reading other people's calendars: every event that can be made out, its
//! repetitions within the days that are asked for, and a word on the rest.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::lines::{Lines, Property, unescaped};
use super::rule::{Rule, rule};
use super::times::{Gone, Length, Moment, Zones, length, until};
use crate::domain::calendar::{Event, Point, Window};
use crate::domain::hash::sha256;
use crate::domain::text::Clean;

/// The most events of one file that are shown.
const EVENTS: usize = 20_000;
/// The most repetitions, exceptions and extra dates of one event.
pub(super) const DATES: usize = 10_000;
/// The most events that are kept while the file is read, besides those that are shown: repeating ones and their exceptions.
const KEPT: usize = 200_000;

/// The days that are walked through for all rules of a file together: what no file of people's events needs.
const WALK: i64 = 20_000_000;

/// What is asked of a file.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The id of the calendar.
    pub calendar: &'a str,
    /// Where times without a zone are, and whose days the window has.
    pub zone: Tz,
    /// Events that touch none of these days are left out.
    pub window: Window,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// In the order of their times.
    pub events: Vec<Event>,
    /// What could not be understood, a sentence each; empty for a good file.
    pub doubts: Vec<Clean>,
    /// Whether the file has its last line.
    pub whole: bool,
}

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no iCalendar file: there is no BEGIN:VCALENDAR in it")]
pub struct Unreadable;

/// Reads a file, whatever state it is in.
///
/// # Errors
///
/// [`Unreadable`] when it is something else altogether: then what was known of this calendar still holds.
pub fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Imported, Unreadable> {
    let text = text(bytes);
    let mut reader = Reader::new(*reading);
    let mut lines = Lines::of(&text);
    while let Some(line) = lines.next() {
        reader.line(line);
    }
    reader.finish()
}

/// The bytes as text. Some fold their lines within a character: then lines are put together before it is text.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut joined = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = match rest {
            [b'\r', b'\n', b' ' | b'\t', after @ ..] | [b'\n', b' ' | b'\t', after @ ..] => after,
            _ => {
                joined.push(*byte);
                after
            }
        };
    }
    Cow::Owned(String::from_utf8_lossy(&joined).into_owned())
}

/// One event while it is read.
#[derive(Debug, Clone, Default)]
struct Draft {
    uid: Option<String>,
    title: Option<String>,
    place: Option<String>,
    start: Option<Moment>,
    end: Option<Moment>,
    length: Option<Length>,
    rule: Option<Rule>,
    odd_rule: bool,
    replaces: Option<Moment>,
    without: Vec<Moment>,
    extra: Vec<Moment>,
    cancelled: bool,
}

struct Reader<'a> {
    reading: Reading<'a>,
    zones: Zones,
    /// The components that are open, the innermost last.
    open: Vec<String>,
    draft: Draft,
    /// Those that happen once, within the window.
    events: Vec<Event>,
    repeating: Vec<Draft>,
    /// By UID: what stands for one repetition of an event.
    replacements: BTreeMap<String, Vec<Draft>>,
    kept: usize,
    /// So many days of rules may still be walked through.
    walk: i64,
    seen_calendar: bool,
    whole: bool,
    broken: usize,
    odd_rules: usize,
    too_many: usize,
}

/// Components lie no deeper within each other; what does is skipped.
const DEPTH: usize = 16;

impl<'a> Reader<'a> {
    fn new(reading: Reading<'a>) -> Self {
        Self {
            reading,
            zones: Zones::new(reading.zone),
            open: Vec::new(),
            draft: Draft::default(),
            events: Vec::new(),
            repeating: Vec::new(),
            replacements: BTreeMap::new(),
            kept: 0,
            walk: WALK,
            seen_calendar: false,
            whole: false,
            broken: 0,
            odd_rules: 0,
            too_many: 0,
        }
    }

    fn line(&mut self, line: &str) {
        let Some(property) = Property::of(line) else {
            self.broken += usize::from(self.seen_calendar);
            return;
        };
        if property.is("BEGIN") {
            return self.begin(property.value.trim());
        }
        if property.is("END") {
            return self.end(property.value.trim());
        }
        if self.open.last().is_some_and(|open| open == "VEVENT") {
            self.property(&property);
        }
    }

    fn begin(&mut self, name: &str) {
        let name = name.to_ascii_uppercase();
        if name == "VCALENDAR" {
            self.seen_calendar = true;
            self.whole = false;
        }
        if name == "VEVENT" && self.open.iter().any(|open| open == "VEVENT") {
            // The one before was never closed.
            self.broken += 1;
            self.end("VEVENT");
        }
        if self.open.len() < DEPTH {
            self.open.push(name);
        }
    }

    fn end(&mut self, name: &str) {
        let name = name.to_ascii_uppercase();
        let Some(at) = self.open.iter().rposition(|open| *open == name) else {
            self.broken += usize::from(self.seen_calendar);
            return;
        };
        let closes_event = self.open[at..].iter().any(|open| open == "VEVENT");
        self.open.truncate(at);
        if closes_event {
            let draft = std::mem::take(&mut self.draft);
            self.keep(draft);
        }
        self.whole |= name == "VCALENDAR";
    }

    fn property(&mut self, property: &Property<'_>) {
        let draft = &mut self.draft;
        let zone = |start: Option<Moment>, here: Tz| match start {
            Some(Moment::Local(_, zone)) => zone,
            Some(Moment::Day(_)) | None => here,
        };
        let room = |dates: &Vec<Moment>| DATES.saturating_sub(dates.len());
        match property.name.to_ascii_uppercase().as_str() {
            "UID" => draft.uid = Some(property.value.trim().to_owned()),
            "SUMMARY" => draft.title = Some(unescaped(property.value)),
            "LOCATION" => draft.place = Some(unescaped(property.value)),
            "DTSTART" => draft.start = self.zones.moment(property),
            "DTEND" => draft.end = self.zones.moment(property),
            "DURATION" => draft.length = length(property.value),
            "RRULE" => {
                draft.rule = rule(property.value, zone(draft.start, self.zones.here));
                draft.odd_rule = draft.rule.is_none();
            }
            "EXDATE" => draft.without.extend(self.zones.moments(property).into_iter().take(room(&draft.without))),
            "RDATE" => draft.extra.extend(self.zones.moments(property).into_iter().take(room(&draft.extra))),
            "RECURRENCE-ID" => {
                draft.replaces = self.zones.moment(property);
                draft.odd_rule |= property.param("RANGE").is_some();
            }
            "STATUS" => draft.cancelled = property.value.trim().eq_ignore_ascii_case("CANCELLED"),
            _ => {}
        }
    }

    /// Puts an event where it belongs; one without a start is none.
    fn keep(&mut self, draft: Draft) {
        if draft.start.is_none() && !(draft.cancelled && draft.replaces.is_some()) {
            self.broken += 1;
            return;
        }
        self.odd_rules += usize::from(draft.odd_rule);
        let single = draft.rule.is_none() && draft.extra.is_empty() && draft.replaces.is_none();
        if single {
            if !draft.cancelled {
                self.show_one(&draft);
            }
            return;
        }
        if self.kept >= KEPT {
            self.too_many += 1;
            return;
        }
        self.kept += 1;
        match draft.replaces {
            Some(_) => self.replacements.entry(draft.name()).or_default().push(draft),
            None => self.repeating.push(draft),
        }
    }

    fn show_one(&mut self, draft: &Draft) {
        if let Some(start) = draft.start {
            self.show(draft, start);
        }
    }

    /// Shows an event that begins at this moment, if that touches the window.
    fn show(&mut self, draft: &Draft, start: Moment) {
        let zone = self.reading.zone;
        let Some((start, end)) = points(start, draft.lasts(), zone) else { return };
        let window = self.reading.window;
        let last = end.map_or(start.day(zone), |end| match end {
            Point::Day(day) => day,
            Point::At(at) => Point::At(at - TimeDelta::nanoseconds(1)).day(zone),
        });
        if start.day(zone) > window.to || last.max(start.day(zone)) < window.from {
            return;
        }
        if self.events.len() >= EVENTS {
            self.too_many += 1;
            return;
        }
        let title = draft.title.as_deref().map(Clean::line).filter(|title| !title.is_empty());
        self.events.push(Event {
            calendar: self.reading.calendar.to_owned(),
            uid: Clean::line(&draft.name()),
            title: title.unwrap_or_else(|| Clean::line("(without a title)")),
            place: draft.place.as_deref().map(Clean::line).filter(|place| !place.is_empty()),
            start,
            end,
            tag: None,
        });
    }

    fn finish(mut self) -> Result<Imported, Unreadable> {
        if !self.seen_calendar {
            return Err(Unreadable);
        }
        if self.open.iter().any(|open| open == "VEVENT") {
            self.broken += 1;
        }
        for draft in std::mem::take(&mut self.repeating) {
            self.repeat(&draft);
        }
        for draft in std::mem::take(&mut self.replacements).into_values().flatten() {
            if !draft.cancelled {
                self.show_one(&draft);
            }
        }
        let zone = self.reading.zone;
        self.events.sort_by_cached_key(|event| {
            let at = match event.start {
                Point::Day(_) => None,
                Point::At(at) => Some(at.to_utc()),
            };
            (event.start.day(zone), at, event.uid.clone(), event.title.clone())
        });
        self.events.dedup();
        let doubts = self.doubts();
        Ok(Imported { events: self.events, doubts, whole: self.whole })
    }

    /// Every repetition within the window, without those that were taken out or replaced.
    fn repeat(&mut self, draft: &Draft) {
        let Some(start) = draft.start.filter(|_| !draft.cancelled) else { return };
        let lasts = draft.lasts();
        // A day more on both sides: its days are those of its own zone, and it may reach into the window.
        let reach = Days::new(2 + (lasts.days + lasts.rest.num_days()).max(0).unsigned_abs());
        let window = self.reading.window;
        let first = window.from.checked_sub_days(reach).unwrap_or(NaiveDate::MIN);
        let last = window.to.checked_add_days(Days::new(2)).unwrap_or(NaiveDate::MAX);
        if !self.can_afford(draft, start.day(), (first, last)) {
            self.too_many += 1;
            return;
        }
        let mut days = vec![start];
        days.extend(draft.rule.iter().flat_map(|rule| rule.days(start, (first, last))).map(|day| start.on(day)));
        days.extend(draft.extra.iter().copied());
        days.sort_by_key(|moment| (moment.day(), moment.at()));
        days.dedup_by_key(|moment| (moment.day(), moment.at()));
        let mut gone = Gone::default();
        let replaced = self.replacements.get(&draft.name()).into_iter().flatten();
        replaced.filter_map(|other| other.replaces).chain(draft.without.iter().copied()).for_each(|one| gone.add(one));
        days.retain(|moment| (first..=last).contains(&moment.day()) && !gone.has(*moment));
        for moment in days {
            self.show(draft, moment);
        }
    }

    /// Whether there is time left to walk through the days of this rule, too.
    fn can_afford(&mut self, draft: &Draft, start: NaiveDate, (first, last): (NaiveDate, NaiveDate)) -> bool {
        let counted = draft.rule.as_ref().is_some_and(|rule| rule.days.count.is_some());
        let from = if counted { start.min(last) } else { first };
        let left = self.walk.checked_sub((last - from).num_days());
        self.walk = left.filter(|left| *left >= 0).unwrap_or(0);
        self.walk > 0 && self.events.len() < EVENTS
    }

    fn doubts(&self) -> Vec<Clean> {
        let mut doubts = Vec::new();
        let mut say = |count: usize, what: &str| {
            if count > 0 {
                doubts.push(Clean::line(&format!("{count} {what}")));
            }
        };
        say(self.broken, "lines or events could not be read");
        say(self.odd_rules, "recurrences are not understood; only their first date is shown");
        say(self.too_many, "events more than are shown");
        if !self.zones.unknown.is_empty() {
            let (names, here) = (self.zones.unknown.join(", "), self.zones.here);
            doubts.push(Clean::line(&format!("nobody knows the zone {names}; its times are taken as {here}")));
        }
        if !self.whole {
            doubts.push(Clean::line("its end is missing"));
        }
        doubts
    }
}

impl Draft {
    /// The UID; one is made up where there is none.
    fn name(&self) -> String {
        match &self.uid {
            Some(uid) if !uid.is_empty() => uid.clone(),
            Some(_) | None => {
                let told = format!("{:?} {:?}", self.title, self.start);
                format!("without-uid-{}", &sha256(told.as_bytes())[..12])
            }
        }
    }

    fn lasts(&self) -> Length {
        let by_end = || until(self.start?, self.end?);
        by_end().or(self.length).unwrap_or_default()
    }
}

/// When an event begins and ends, as the calendar tells it; the end of whole days is their last.
fn points(start: Moment, lasts: Length, zone: Tz) -> Option<(Point, Option<Point>)> {
    let days = Days::new(lasts.days.max(0).unsigned_abs());
    match start {
        Moment::Day(first) => {
            let rest = Days::new(lasts.rest.num_days().max(0).unsigned_abs());
            let last = first.checked_add_days(days)?.checked_add_days(rest)?.pred_opt()?;
            Some((Point::Day(first), (last > first).then_some(Point::Day(last))))
        }
        Moment::Local(local, own) => {
            let begins = start.at()?;
            let ends = if lasts.days == 0 { begins } else { Moment::Local(local.checked_add_days(days)?, own).at()? };
            let ends = ends.checked_add_signed(lasts.rest)?;
            let told = |at: DateTime<Utc>| Point::At(at.with_timezone(&zone).fixed_offset());
            Some((told(begins), (ends > begins).then(|| told(ends))))
        }
    }
}

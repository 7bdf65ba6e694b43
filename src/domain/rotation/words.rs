//! Who is on call, in words: the same on the command line and on the screen.

use chrono::{DateTime, Datelike, FixedOffset, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::{Because, Next, OnCall, Piece, Roster, time};
use crate::config::{Period, Rotation, TeamFile};
use crate::domain::civil::Ruler;

/// A day and a time on the clock that it carries; the year too, where it is not this one.
pub fn when(at: DateTime<FixedOffset>, now: DateTime<Utc>) -> String {
    let form = if near(at, now) { "%a %-d %b %H:%M" } else { "%a %-d %b %Y %H:%M" };
    at.format(form).to_string()
}

/// Whether nobody asks which year it is.
fn near(at: DateTime<FixedOffset>, now: DateTime<Utc>) -> bool {
    at.year() == now.year() || (at.to_utc() - now).num_days().abs() < 120
}

/// The clock of another zone at this instant, where it reads something else: `Mon 4 Jan 05:00`.
pub fn elsewhere(at: DateTime<FixedOffset>, zone: Tz, now: DateTime<Utc>) -> Option<String> {
    let there = at.with_timezone(&zone);
    (there.offset().fix() != *at.offset()).then(|| when(there.fixed_offset(), now))
}

/// Who holds a piece, and instead of whom: `chi, for ana (override: on leave)`.
pub fn who(piece: &Piece<'_>) -> String {
    match (piece.because, piece.instead_of, piece.why) {
        (Because::Rotation, _, _) => piece.person.to_owned(),
        (because, Some(of), Some(why)) => format!("{}, for {of} ({}: {why})", piece.person, because.word()),
        (because, Some(of), None) => format!("{}, for {of} ({})", piece.person, because.word()),
        (because, None, Some(why)) => format!("{} ({}: {why})", piece.person, because.word()),
        (because, None, None) => format!("{} ({})", piece.person, because.word()),
    }
}

/// That a piece is longer or shorter than its clock says, because the clocks change in it: `25 h`; none of the others.
pub fn odd_hours(piece: &Piece<'_>, rotation: &Rotation) -> Option<String> {
    let zone = rotation.timezone;
    let offset = |at: i64| i64::from(zone.offset_from_utc_datetime(&time(at).naive_utc()).fix().local_minus_utc());
    let by_clock = piece.seconds() + offset(piece.when.end) - offset(piece.when.start);
    // A whole shift is as long as the file says, also where the clock skips the handover itself.
    let meant = match rotation.shift {
        Period::Hours(hours) => Some(i64::from(hours) * 3_600),
        Period::Days(days) => Some(i64::from(days) * 86_400),
        Period::Months(_) => None,
    };
    let is_whole = piece.when == piece.shift && rotation.until.is_none();
    let meant = meant.filter(|_| is_whole).unwrap_or(by_clock);
    (meant != piece.seconds()).then(|| hours(piece.seconds()))
}

/// So many hours, with a half where there is one: `25 h`, `167.5 h`.
pub fn hours(seconds: i64) -> String {
    let tenths = (seconds + 180).div_euclid(360);
    if tenths % 10 == 0 { format!("{} h", tenths / 10) } else { format!("{}.{} h", tenths / 10, tenths % 10) }
}

impl OnCall<'_> {
    /// The chain of reasons: `chi, for ana (override: on leave), until Mon 4 Jan 10:00; ben next`.
    pub fn sentence(&self, viewer: Option<Tz>) -> String {
        let now = self.at.to_utc();
        let clock = |at: DateTime<FixedOffset>| {
            let yours = viewer.and_then(|zone| elsewhere(at, zone, now));
            let yours = yours.map(|yours| format!(" ({yours} for you)")).unwrap_or_default();
            format!("{}{yours}", when(at, now))
        };
        let Some(primary) = &self.primary else { return self.off_hours(clock) };
        let gap = self.gap.map(|why| format!(" but nobody can answer: {} {why};", primary.person)).unwrap_or_default();
        let Some(end) = self.until else { return format!("{},{gap} and nobody else within a year", who(primary)) };
        let next = match &self.next {
            None => "nobody follows".to_owned(),
            Some(next) if next.start == end => format!("{} next", who(&next.piece)),
            Some(Next { start, piece }) => format!("{} next, on {}", who(piece), clock(*start)),
        };
        format!("{},{gap} until {}; {next}", who(primary), clock(end))
    }

    /// The secondary, and that they cannot answer.
    pub fn second(&self) -> Option<String> {
        let absent = self.absent.map(|why| format!(", who {why}")).unwrap_or_default();
        self.secondary.as_ref().map(|piece| format!("{}{absent}", who(piece)))
    }

    fn off_hours(&self, clock: impl Fn(DateTime<FixedOffset>) -> String) -> String {
        match &self.next {
            Some(Next { start, piece }) => format!("off hours; {} comes on {}", who(piece), clock(*start)),
            None => "off hours; nobody follows".to_owned(),
        }
    }

    /// An instant on the clock of the rotation, which may have changed until then.
    pub fn on_clock(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.rotation.timezone).fixed_offset()
    }
}

/// Whose shift an instant falls into: `in ben's shift`, `off hours; ben sees it Wed 2 Dec 09:00`. Of the first rotation
/// of the file; none without one.
pub fn whose(team: &TeamFile, at: DateTime<Utc>) -> Option<String> {
    let roster = Roster::new(team, &[], at, (at, at + TimeDelta::days(367)));
    let one = roster.on_call_first(at)?;
    let words = match (&one.primary, one.gap, &one.next) {
        (Some(piece), Some(why), _) => format!("in {}'s shift, who {why}", piece.person),
        (Some(piece), None, _) => format!("in {}'s shift", piece.person),
        (None, _, Some(next)) => format!("off hours; {} sees it {}", next.piece.person, when(next.start, at)),
        (None, _, None) => "off hours; nobody follows".to_owned(),
    };
    Some(words)
}

/// The next change of clock of a zone in a stretch of time, with what the clock then reads more or less, in seconds.
pub fn change_of_clock(zone: Tz, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Option<(DateTime<FixedOffset>, i64)> {
    let clock = Ruler::new(zone, from.timestamp(), to.timestamp());
    let at = clock.change_after(from.timestamp()).filter(|at| *at < to.timestamp())?;
    let by = clock.local(at) - clock.local(at - 1) - 1;
    Some((super::zoned(at, zone), by))
}

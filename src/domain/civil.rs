//! Civil time in a zone becomes an instant, also where the clocks change.
//!
//! [`instant`] answers a single question; a [`Ruler`] answers many about one
//! stretch of time, without asking the zone database each time.

mod ruler;

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

pub use ruler::Ruler;

/// The instant of a local time: the first of two where it occurs twice, and
/// the first instant after the gap where it does not occur.
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => after_gap(local, zone),
    }
}

/// No gap in the zone database is longer than a day (Apia, 2011).
fn after_gap(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let offset = zone.offset_from_utc_datetime(&(local - TimeDelta::hours(36))).fix();
    // Read with the offset from before the gap, the missing time lies just after it; walk back to its edge.
    let guess = (local - TimeDelta::seconds(i64::from(offset.local_minus_utc()))).and_utc();
    let before = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix() == offset;
    let (mut low, mut high) = (guess - TimeDelta::hours(25), guess);
    while high - low > TimeDelta::seconds(1) {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle } else { high = middle }
    }
    DateTime::from_timestamp(high.timestamp(), 0).unwrap_or(high)
}

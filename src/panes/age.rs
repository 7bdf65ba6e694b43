//! How long ago, and how long still, in as few characters as say it.

use chrono::{DateTime, TimeDelta, Utc};

/// `12s` in the first minute, then `3m`, `2h`, `5d`: always rounded down.
pub fn short(delta: TimeDelta) -> String {
    let seconds = delta.num_seconds().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// As [`short`], but `<1m` for the first minute: it changes by the minute only.
pub fn calm(delta: TimeDelta) -> String {
    if delta < TimeDelta::minutes(1) { "<1m".to_owned() } else { short(delta) }
}

/// What is left until then, rounded up by the minute, so that it never says
/// less than there is.
pub fn left(until: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (until - now).num_seconds().max(0);
    match seconds {
        0..3_600 => format!("{}m", (seconds + 59) / 60),
        _ => short(TimeDelta::seconds(seconds)),
    }
}

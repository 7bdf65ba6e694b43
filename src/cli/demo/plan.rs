//! The dates of the sample team, counted from the day on which the demo is
//! made, and the repository that shows what was released.

use std::path::Path;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::runbooks;
use crate::config::TeamFile;
use crate::domain::text::Clean;
use crate::shell::git::{Git, GitError};

/// The one release of the sample that left: its tag, and how many days ago.
const LEFT: (&str, i64) = ("tools-v1.3.0", 30);

/// So many days ago somebody last touched the pages that nobody cares for.
const NEGLECTED: i64 = 300;

/// The shift that runs ends so soon after the demo is made.
const LEFT_OF_THE_SHIFT: TimeDelta = TimeDelta::minutes(10);

/// The team file with its dates: `"@+3"` is in three days, `"@handover-7"` on the day a week before the next handover,
/// `"@handover-7T"` at its time of day.
pub(super) fn dated(template: &str, now: DateTime<Utc>) -> String {
    let handover = (now + LEFT_OF_THE_SHIFT).with_timezone(&chrono_tz::Europe::London).naive_local();
    let clock = handover.format("%H:%M").to_string();
    let mut pieces = template.split("\"@");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (from, counted) = match piece.strip_prefix("handover") {
            Some(counted) => (handover.date(), counted),
            None => (now.date_naive(), piece),
        };
        let end = counted.find(['"', 'T']).unwrap_or(counted.len());
        let (days, rest) = counted.split_at(end);
        text.push('"');
        text.push_str(&day(from, days).to_string());
        match rest.strip_prefix("T\"") {
            Some(rest) => text.extend(["T", &clock, "\"", rest]),
            None => text.push_str(rest),
        }
    }
    text
}

fn day(from: NaiveDate, days: &str) -> NaiveDate {
    let days: i64 = days.parse().unwrap_or(0);
    from.checked_add_signed(TimeDelta::days(days)).unwrap_or(from)
}

/// Makes the repository of the sample team, with the tag of what it released.
///
/// # Errors
///
/// Why there is none: the calendar then says that it could not be checked.
pub(super) async fn repository(folder: &Path, team: &TeamFile, now: DateTime<Utc>) -> Result<(), Clean> {
    let (tag, ago) = LEFT;
    let at = now - TimeDelta::days(ago);
    let ago = |days: i64| now - TimeDelta::days(days);
    let (git, author) = (Git::at(folder), &team.team.name);
    let made = async {
        git.begin().await?;
        git.commit(author, ago(NEGLECTED), &runbooks::files(runbooks::Age::Neglected)).await?;
        git.commit(author, at, &runbooks::files(runbooks::Age::Kept)).await?;
        git.tag(tag).await
    };
    made.await.map_err(|why: GitError| Clean::line(&why.to_string()))
}

//! Times as operators write them.

use super::*;
use dogwatch::app::when::{WhenError, parse};
use dogwatch::config::Team;

/// Sunday 14:12 UTC is 15:12 in Berlin, where the team is.
const TIMES: &[(&str, &str)] = &[
    ("30m", "2026-11-22T14:42:00Z"),
    ("2h", "2026-11-22T16:12:00Z"),
    ("3d", "2026-11-25T14:12:00Z"),
    ("1w", "2026-11-29T14:12:00Z"),
    ("2bd", "2026-11-24T14:12:00Z"),
    ("14:00", "2026-11-23T13:00:00Z"),
    ("16:00", "2026-11-22T15:00:00Z"),
    ("today 18:00", "2026-11-22T17:00:00Z"),
    ("tomorrow", "2026-11-23T08:00:00Z"),
    ("tomorrow 07:30", "2026-11-23T06:30:00Z"),
    ("monday", "2026-11-23T08:00:00Z"),
    ("Sunday", "2026-11-29T08:00:00Z"),
    ("fri 12:00", "2026-11-27T11:00:00Z"),
    ("2026-12-01", "2026-12-01T08:00:00Z"),
    ("2026-12-01 09:30", "2026-12-01T08:30:00Z"),
    ("2026-12-01T09:30", "2026-12-01T08:30:00Z"),
    ("2026-12-01T09:30:00Z", "2026-12-01T09:30:00Z"),
    ("2026-12-01T09:30:00-05:00", "2026-12-01T14:30:00Z"),
    ("2027-07-01 09:00", "2027-07-01T07:00:00Z"),
    (" 2h ", "2026-11-22T16:12:00Z"),
];

fn berlin() -> Team {
    Team { timezone: "Europe/Berlin".parse().unwrap(), ..Team::default() }
}

#[test]
fn each_form_of_a_time_is_read_on_the_clock_of_the_team() {
    for (text, wanted) in TIMES {
        let at: DateTime<Utc> = wanted.parse().unwrap();
        assert_eq!(parse(text, now(), &berlin()), Ok(at), "{text}");
    }
}

#[test]
fn days_follow_the_wall_clock_across_the_change_of_clocks() {
    let saturday = "2027-03-27T14:12:00Z".parse().unwrap();
    let at: DateTime<Utc> = "2027-03-28T13:12:00Z".parse().unwrap();
    assert_eq!(parse("1d", saturday, &berlin()), Ok(at));
}

#[test]
fn what_is_no_time_is_refused_with_what_to_write() {
    for text in ["", "soon", "2x", "25:00", "2026-13-01", "h", "-2h", "2 hours ago", "99:99", "monday morning"] {
        assert_eq!(parse(text, now(), &berlin()), Err(WhenError::Unreadable(text.to_owned())), "{text}");
    }
    let far = ["9999-12-31", "9999-12-31 09:00", "9999-12-31T00:00:00Z"];
    for text in [&["99999999999999d", "4294967295h", "40000d", "999999w", "4000000000bd"][..], &far].concat() {
        assert_eq!(parse(text, now(), &berlin()), Err(WhenError::TooFar(text.to_owned())), "{text}");
    }
}

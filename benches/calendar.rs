//! What other people's calendars cost: a file of 5,000 events, read and
//! written. The aim is less than 200 ms to read one.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use divan::{Bencher, black_box};
use dogwatch::config::{TeamFile, team_file};
use dogwatch::domain::calendar::{Calendar, Facts, Tag, Window};
use dogwatch::domain::ical::{Item, Reading, Standing, When, calendar, read};

const EVENTS: i64 = 5_000;

fn main() {
    divan::main();
}

fn window() -> Window {
    let day = |year, month| NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default();
    Window { from: day(2026, 12), to: day(2027, 3) }
}

/// Events of every sort: days, times in zones, and every fifth one repeated.
fn file() -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n".to_owned();
    for at in 0..EVENTS {
        let day = NaiveDate::default() + TimeDelta::days(20_000 + at % 900);
        let day = day.format("%Y%m%d");
        let when = match at % 5 {
            0 => format!(
                "DTSTART;TZID=Europe/London:{day}T100000\r\nDTEND;TZID=Europe/London:{day}T110000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH\r\nEXDATE;TZID=Europe/London:20270104T100000"
            ),
            1 => format!("DTSTART;VALUE=DATE:{day}"),
            2 => format!("DTSTART:{day}T090000Z\r\nDURATION:PT45M"),
            _ => format!(
                "DTSTART;TZID=Eastern Standard Time:{day}T143000\r\nDTEND;TZID=Eastern Standard Time:{day}T150000"
            ),
        };
        let said = "What it is about, in a sentence that is folded because it is longer\r\n  than a line may be.";
        let _written = write!(
            text,
            "BEGIN:VEVENT\r\nUID:{at}@example.com\r\nDTSTAMP:20261101T000000Z\r\n{when}\r\nSUMMARY:Meeting {at}\r\nDESCRIPTION:{said}\r\nATTENDEE;CN=\"Somebody, Else\":mailto:somebody@example.com\r\nEND:VEVENT\r\n"
        );
    }
    text + "END:VCALENDAR\r\n"
}

#[divan::bench]
fn read_5000_events(bencher: Bencher<'_, '_>) {
    let text = file();
    bencher.bench_local(|| {
        let reading = Reading { calendar: "company", zone: chrono_tz::Europe::London, window: window() };
        read(black_box(text.as_bytes()), &reading).map_or(0, |imported| imported.events.len())
    });
}

#[divan::bench]
fn write_5000_events(bencher: Bencher<'_, '_>) {
    let start = DateTime::<Utc>::default();
    let item = |at: i64| Item {
        uid: format!("ops-primary-{at}@team"),
        title: format!("MCP and eval on-call: number {at}"),
        about: Some("back-up: somebody; a sentence, with commas, that is long enough to be folded".to_owned()),
        category: "shift".to_owned(),
        when: When::Time(start + TimeDelta::hours(at), Some(start + TimeDelta::hours(at + 1))),
        standing: Standing::Confirmed,
        sequence: None,
        modified: None,
    };
    let items: Vec<Item> = (0..EVENTS).map(item).collect();
    bencher.bench_local(|| calendar("team", start, black_box(&items)).len());
}

/// Fifty trains and fifty cadences that have run every day for ten years, held against 10,000 tags.
fn busy() -> (TeamFile, Facts) {
    let mut text = "version = 1\n[[people]]\nid = \"ana\"\n".to_owned();
    for at in 0..50 {
        let rule = "start = \"2016-12-01\"\nrule = \"FREQ=DAILY\"";
        let _written = write!(
            text,
            "[[trains]]\nid = \"t{at}\"\n{rule}\nowners = [\"ana\"]\nevidence = \"tag:t{at}-v*\"\n[[cadences]]\nid = \"c{at}\"\n{rule}\nowner = \"ana\"\ndone_by = \"minutes\"\n"
        );
    }
    let start = DateTime::from_timestamp(1_730_000_000, 0).unwrap_or_default();
    let tag = |at: i64| Tag { name: format!("t{}-v{at}", at % 50), at: start + TimeDelta::hours(2 * at), commit: None };
    let facts = Facts { tags: Some((0..10_000).map(tag).collect()), minutes: Some(Vec::new()), ..Facts::default() };
    (team_file(&text, "dogwatch.toml").unwrap_or_default(), facts)
}

#[divan::bench]
fn a_busy_quarter(bencher: Bencher<'_, '_>) {
    let (team, facts) = busy();
    let now = DateTime::from_timestamp(1_796_000_000, 0).unwrap_or_default();
    bencher.bench_local(|| Calendar::new(black_box(&team), &(), &facts, now, window()).entries().len());
}

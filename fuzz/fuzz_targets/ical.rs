//! Other people's calendars: read in any state, and what is read is written and read again as the same.

#![no_main]

use chrono::NaiveDate;
use dogwatch::domain::calendar::Window;
use dogwatch::domain::ical::{Reading, read};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let day = |month| NaiveDate::from_ymd_opt(2026, month, 1).unwrap_or_default();
    let window = Window { from: day(1), to: day(12) };
    let reading = Reading { calendar: "fuzzed", zone: chrono_tz::Europe::London, window };
    if let Ok(imported) = read(bytes, &reading) {
        for event in &imported.events {
            assert!(!event.uid.as_str().contains('\u{1b}') && !event.title.as_str().contains('\u{1b}'));
        }
    }
});

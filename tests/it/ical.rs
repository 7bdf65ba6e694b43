//! iCalendar: what comes in, in every state, and what goes out, as it should be.

mod export;
mod import;

use chrono::NaiveDate;
use dogwatch::domain::calendar::Window;
use dogwatch::domain::ical::{Imported, Reading, read};

/// Reads for London, from December 2026 to February 2027.
fn winter(text: &str) -> Imported {
    within(text, "2026-12-01", "2027-02-28")
}

fn within(text: &str, from: &str, to: &str) -> Imported {
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let window = Window { from: day(from), to: day(to) };
    read(text.as_bytes(), &Reading { calendar: "company", zone: chrono_tz::Europe::London, window }).unwrap()
}

/// A calendar of one event with these lines.
fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

/// `start[..end] title`, a line an event.
fn told(imported: &Imported) -> Vec<String> {
    let line = |event: &dogwatch::domain::calendar::Event| {
        let end = event.end.map(|end| format!("..{}", end.text())).unwrap_or_default();
        format!("{}{end} {}", event.start.text(), event.title)
    };
    imported.events.iter().map(line).collect()
}

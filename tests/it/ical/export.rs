//! Writing: strict, the same bytes for the same input, the same instants when read back.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use dogwatch::config::Role;
use dogwatch::domain::calendar::{Point, Window};
use dogwatch::domain::ical::{Item, Reading, Standing, When, calendar, read, shift_uid};
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn item(uid: &str, title: &str, when: When) -> Item {
    Item {
        uid: uid.to_owned(),
        title: title.to_owned(),
        about: None,
        category: "shift".to_owned(),
        when,
        standing: Standing::Confirmed,
        sequence: None,
        modified: None,
    }
}

#[test]
fn a_file_as_others_read_it() {
    let shift = Item {
        about: Some("back-up: ben; \"night\", weekend\nsecond line \\ end".to_owned()),
        sequence: Some(2),
        modified: Some(at("2026-11-20T10:00:00Z")),
        ..item(
            &shift_uid("ops", Role::Primary, at("2026-12-07T10:00:00Z"), "dataface-ai"),
            "MCP and eval on-call: ana",
            When::Time(at("2026-12-07T10:00:00Z"), Some(at("2026-12-14T10:00:00Z"))),
        )
    };
    let freeze = item(
        "freeze-year-end@dataface-ai",
        "year-end",
        When::Days("2026-12-18".parse().unwrap(), "2027-01-04".parse().unwrap()),
    );
    let gone =
        Item { standing: Standing::Cancelled, ..item("gone@x", "gone", When::Time(at("2026-12-07T10:00:00Z"), None)) };
    let text = calendar("dataface-ai", at("2026-11-30T09:00:00Z"), &[shift, freeze, gone]);
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "every line ends with CRLF");
    insta::assert_snapshot!(text.replace("\r\n", "\n"), @r#"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//dogwatch//dogwatch//EN
    CALSCALE:GREGORIAN
    X-WR-CALNAME:dataface-ai
    BEGIN:VEVENT
    UID:ops-primary-20261207T100000Z@dataface-ai
    DTSTAMP:20261130T090000Z
    DTSTART:20261207T100000Z
    DTEND:20261214T100000Z
    SUMMARY:MCP and eval on-call: ana
    DESCRIPTION:back-up: ben\; "night"\, weekend\nsecond line \\ end
    CATEGORIES:shift
    TRANSP:TRANSPARENT
    STATUS:CONFIRMED
    SEQUENCE:2
    LAST-MODIFIED:20261120T100000Z
    END:VEVENT
    BEGIN:VEVENT
    UID:freeze-year-end@dataface-ai
    DTSTAMP:20261130T090000Z
    DTSTART;VALUE=DATE:20261218
    DTEND;VALUE=DATE:20270105
    SUMMARY:year-end
    CATEGORIES:shift
    TRANSP:TRANSPARENT
    STATUS:CONFIRMED
    END:VEVENT
    BEGIN:VEVENT
    UID:gone@x
    DTSTAMP:20261130T090000Z
    DTSTART:20261207T100000Z
    SUMMARY:gone
    CATEGORIES:shift
    TRANSP:TRANSPARENT
    STATUS:CANCELLED
    END:VEVENT
    END:VCALENDAR
    "#);
}

#[test]
fn lines_are_folded_at_75_octets_and_never_within_a_letter() {
    let title = "Übergabe 交接 🚀 ".repeat(40);
    let text =
        calendar("t", at("2026-11-30T09:00:00Z"), &[item("a@t", &title, When::Time(at("2026-12-07T10:00:00Z"), None))]);
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']));
    }
    assert!(text.lines().filter(|line| line.starts_with(' ')).count() > 5);
    assert!(text.ends_with("END:VCALENDAR\r\n"));
}

#[test]
fn nothing_in_a_title_can_add_a_line_or_reach_a_terminal() {
    let evil = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\u{1b}[2J\u{202e}";
    let text = calendar(
        evil,
        at("2026-11-30T09:00:00Z"),
        &[item("a\r\nX:y@t", evil, When::Time(at("2026-12-07T10:00:00Z"), None))],
    );
    assert_eq!(text.matches("BEGIN:VEVENT\r\n").count(), 1);
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
    assert!(text.split("\r\n").all(|line| !line.contains(['\r', '\n']) && !line.starts_with("X:y")));
}

#[test]
fn the_last_day_that_can_be_written_has_no_end() {
    let last: NaiveDate = "9999-12-31".parse().unwrap();
    let text = calendar("t", at("2026-11-30T09:00:00Z"), &[item("a@t", "x", When::Days(last, last))]);
    assert!(text.contains("DTSTART;VALUE=DATE:99991231\r\n") && !text.contains("DTEND"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// Whatever zone reads it: what was written is what is read.
    #[test]
    fn export_and_import_give_the_same_instants(
        zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
        start in 631_152_000_i64..2_208_988_800,
        length in 0_i64..2_000_000,
        days in 0_u64..40,
        title in "\\PC{1,80}",
    ) {
        let start = Utc.timestamp_opt(start, 0).unwrap();
        let end = (length > 0).then(|| start + TimeDelta::seconds(length));
        let first = start.date_naive();
        let last = first + Days::new(days);
        let items = [item("t@x", &title, When::Time(start, end)), item("d@x", &title, When::Days(first, last))];
        let text = calendar("x", start, &items);
        prop_assert_eq!(&text, &calendar("x", start, &items));
        let window = Window { from: first - Days::new(3), to: last + Days::new(30) };
        let read = read(text.as_bytes(), &Reading { calendar: "c", zone, window }).unwrap();
        prop_assert!(read.doubts.is_empty(), "{:?}", read.doubts);
        let of = |uid: &str| read.events.iter().find(|event| event.uid.as_str() == uid).unwrap();
        let instant = |point: Point| match point { Point::At(at) => at.to_utc(), Point::Day(day) => panic!("{day}") };
        prop_assert_eq!(instant(of("t@x").start), start);
        prop_assert_eq!(of("t@x").end.map(instant), end);
        prop_assert_eq!(of("d@x").start, Point::Day(first));
        prop_assert_eq!(of("d@x").end, (days > 0).then_some(Point::Day(last)));
        let clean = dogwatch::domain::text::Clean::line(&title);
        if !clean.is_empty() {
            prop_assert_eq!(&of("t@x").title, &clean);
        }
    }
}

//! Reading: whatever can be made out is shown, and the rest is counted.

use dogwatch::domain::calendar::Window;
use dogwatch::domain::ical::{Reading, read};
use proptest::prelude::*;

use super::{event, told, winter, within};

#[test]
fn days_and_times_of_every_spelling() {
    let cases: &[(&str, &[&str])] = &[
        ("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227", &["2026-12-24..2026-12-26 x"]),
        ("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261225", &["2026-12-24 x"]),
        ("DTSTART:20261224", &["2026-12-24 x"]),
        ("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224", &["2026-12-24 x"]),
        ("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261220", &["2026-12-24 x"]),
        ("DTSTART;VALUE=DATE:20261224\nDURATION:P3D", &["2026-12-24..2026-12-26 x"]),
        (
            "DTSTART:20261224T100000Z\nDTEND:20261224T113000Z",
            &["2026-12-24T10:00:00+00:00..2026-12-24T11:30:00+00:00 x"],
        ),
        ("DTSTART:20261224T100000Z", &["2026-12-24T10:00:00+00:00 x"]),
        ("DTSTART:20261224T100000Z\nDTEND:20261224T090000Z", &["2026-12-24T10:00:00+00:00 x"]),
        ("DTSTART:20261224T100000Z\nDURATION:PT1H30M", &["2026-12-24T10:00:00+00:00..2026-12-24T11:30:00+00:00 x"]),
        ("DTSTART:20261224T100000Z\nDURATION:-PT1H", &["2026-12-24T10:00:00+00:00 x"]),
        ("DTSTART;TZID=America/New_York:20261224T100000", &["2026-12-24T15:00:00+00:00 x"]),
        ("DTSTART;TZID=\"America/New_York\":20261224T100000", &["2026-12-24T15:00:00+00:00 x"]),
        ("DTSTART;TZID=Eastern Standard Time:20261224T100000", &["2026-12-24T15:00:00+00:00 x"]),
        ("DTSTART;TZID=/mozilla.org/20050126_1/America/New_York:20261224T100000", &["2026-12-24T15:00:00+00:00 x"]),
        ("DTSTART:20261224T100000", &["2026-12-24T10:00:00+00:00 x"]),
        ("DTSTART:2026-12-24T10:00:00Z", &["2026-12-24T10:00:00+00:00 x"]),
        ("DTSTART:20261224T1000Z", &["2026-12-24T10:00:00+00:00 x"]),
        ("dtstart;value=date:20261224", &["2026-12-24 x"]),
        ("DTSTART:20260230", &[]),
        ("DTSTART:20261224T250000Z", &[]),
        ("DTSTART:tomorrow", &[]),
        ("DTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261201", &[]),
        ("DTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261202", &["2026-11-30..2026-12-01 x"]),
        ("DTSTART:20261130T230000Z\nDTEND:20261201T000000Z", &[]),
        ("DTSTART;VALUE=DATE:20270301", &[]),
        ("DTSTART:20261224T100000Z\nSTATUS:CANCELLED", &[]),
    ];
    for (lines, shown) in cases {
        let text = event(&format!("UID:a\nSUMMARY:x\n{lines}"));
        assert_eq!(told(&winter(&text)), *shown, "{lines}");
    }
}

#[test]
fn recurrences_are_expanded_in_their_own_civil_time() {
    let cases: &[(&str, &[&str])] = &[
        (
            "DTSTART;TZID=Europe/London:20261015T100000\nRRULE:FREQ=MONTHLY;BYMONTHDAY=15",
            &["2026-12-15T10:00:00+00:00 x", "2027-01-15T10:00:00+00:00 x", "2027-02-15T10:00:00+00:00 x"],
        ),
        ("DTSTART;VALUE=DATE:19700201\nRRULE:FREQ=YEARLY", &["2027-02-01 x"]),
        ("DTSTART;VALUE=DATE:20261130\nRRULE:FREQ=DAILY;COUNT=3", &["2026-12-01 x", "2026-12-02 x"]),
        ("RRULE:FREQ=DAILY;UNTIL=20261202T090000Z\nDTSTART:20261130T100000Z", &["2026-12-01T10:00:00+00:00 x"]),
        (
            "RRULE:FREQ=DAILY;UNTIL=20261202T100000Z\nDTSTART:20261130T100000Z",
            &["2026-12-01T10:00:00+00:00 x", "2026-12-02T10:00:00+00:00 x"],
        ),
        (
            "DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;VALUE=DATE:20261208,20261215",
            &["2026-12-01 x", "2026-12-22 x"],
        ),
        (
            "DTSTART;TZID=America/New_York:20261201T200000\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20261209T010000Z",
            &["2026-12-02T01:00:00+00:00 x", "2026-12-16T01:00:00+00:00 x"],
        ),
        (
            "DTSTART:20261201T100000Z\nRDATE:20261203T100000Z,20261201T100000Z",
            &["2026-12-01T10:00:00+00:00 x", "2026-12-03T10:00:00+00:00 x"],
        ),
        (
            "DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261203\nRRULE:FREQ=MONTHLY;COUNT=2",
            &["2026-12-01..2026-12-02 x", "2027-01-01..2027-01-02 x"],
        ),
        ("DTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261203\nRRULE:FREQ=YEARLY", &["2026-11-30..2026-12-02 x"]),
        // The first date stands even where the rule does not name it.
        (
            "DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20261212",
            &["2026-12-01 x", "2026-12-04 x", "2026-12-11 x"],
        ),
        ("DTSTART:20261201T100000Z\nRRULE:FREQ=HOURLY", &["2026-12-01T10:00:00+00:00 x"]),
        ("DTSTART:20261201T100000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", &["2026-12-01T10:00:00+00:00 x"]),
        ("DTSTART:20261201T100000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nSTATUS:CANCELLED", &[]),
    ];
    for (lines, shown) in cases {
        let text = event(&format!("UID:a\nSUMMARY:x\n{lines}"));
        assert_eq!(told(&winter(&text)), *shown, "{lines}");
    }
    let odd = winter(&event("DTSTART:20261201T100000Z\nRRULE:FREQ=HOURLY"));
    assert_eq!(odd.doubts[0].as_str(), "1 recurrences are not understood; only their first date is shown");
}

#[test]
fn a_clock_stays_across_a_change_and_a_missing_hour_ends_where_the_gap_does() {
    let text =
        event("UID:a\nSUMMARY:x\nDTSTART;TZID=Europe/London:20270327T013000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3");
    assert_eq!(
        told(&within(&text, "2027-03-01", "2027-04-30")),
        [
            "2027-03-27T01:30:00+00:00..2027-03-27T02:30:00+00:00 x",
            "2027-03-28T02:00:00+01:00..2027-03-28T03:00:00+01:00 x",
            "2027-03-29T01:30:00+01:00..2027-03-29T02:30:00+01:00 x",
        ]
    );
}

#[test]
fn one_repetition_may_be_moved_or_taken_out() {
    let text = "BEGIN:VCALENDAR
BEGIN:VEVENT
UID:w
SUMMARY:moved
RECURRENCE-ID:20261208T100000Z
DTSTART:20261209T150000Z
END:VEVENT
BEGIN:VEVENT
UID:w
SUMMARY:weekly
DTSTART:20261201T100000Z
RRULE:FREQ=WEEKLY;COUNT=4
END:VEVENT
BEGIN:VEVENT
UID:w
RECURRENCE-ID;TZID=Europe/Berlin:20261215T110000
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:orphan
SUMMARY:alone
RECURRENCE-ID:20261208T100000Z
DTSTART:20261210T100000Z
END:VEVENT
END:VCALENDAR
";
    assert_eq!(
        told(&winter(text)),
        [
            "2026-12-01T10:00:00+00:00 weekly",
            "2026-12-09T15:00:00+00:00 moved",
            "2026-12-10T10:00:00+00:00 alone",
            "2026-12-22T10:00:00+00:00 weekly",
        ]
    );
}

#[test]
fn broken_files_give_what_is_whole_in_them() {
    let good = "BEGIN:VEVENT\nUID:g\nDTSTART:20261224\nSUMMARY:good\nEND:VEVENT\n";
    let wrapped = |inside: &str| format!("BEGIN:VCALENDAR\n{inside}END:VCALENDAR\n");
    let one: &[&str] = &["2026-12-24 good"];
    let cases: &[(&str, String, &[&str], usize)] = &[
        ("a byte order mark", format!("\u{feff}{}", wrapped(good)), one, 0),
        ("blank lines", wrapped(&good.replace('\n', "\n\n  \n")), one, 0),
        ("old Macs", wrapped(good).replace('\n', "\r"), one, 0),
        ("mixed ends", wrapped(good).replacen('\n', "\r\n", 3), one, 0),
        ("a broken line", wrapped(&format!("no colon here\n{good}")), one, 1),
        ("a broken line within", wrapped(&good.replace("UID:g", ";;;\nUID:g")), one, 1),
        ("quotes never closed", wrapped(&good.replace("UID:g", "ATTENDEE;CN=\"a:b\nUID:g")), one, 0),
        ("an end too many", wrapped(&format!("END:VEVENT\n{good}")), one, 1),
        ("an end too few", wrapped(&format!("{}{good}", good.replace("END:VEVENT\n", ""))), &["2026-12-24 good"], 1),
        (
            "an alarm within",
            wrapped(&good.replace("SUMMARY", "BEGIN:VALARM\nSUMMARY:ring\nDTSTART:20200101\nEND:VALARM\nSUMMARY")),
            one,
            0,
        ),
        ("no name", wrapped("BEGIN:VEVENT\nDTSTART:20261224\nEND:VEVENT\n"), &["2026-12-24 (without a title)"], 0),
        ("no start", wrapped("BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n"), &[], 1),
        (
            "two calendars",
            format!("{}{}", wrapped(good), wrapped(&good.replace("UID:g", "UID:h"))),
            &["2026-12-24 good", "2026-12-24 good"],
            0,
        ),
        ("text before", format!("hello\n{}", wrapped(good)), one, 0),
        (
            "cut off",
            wrapped(&format!("{good}BEGIN:VEVENT\nUID:h\nDTSTART:20261225")).replace("END:VCALENDAR\n", ""),
            one,
            2,
        ),
        ("a zone that nobody knows", wrapped(&good.replace("DTSTART:", "DTSTART;TZID=Mars/Olympus:")), one, 1),
        (
            "a zone of a very long name",
            wrapped(&good.replace("DTSTART:", &format!("DTSTART;TZID={}:", "a/".repeat(30_000)))),
            one,
            1,
        ),
        (
            "a list without end",
            wrapped(&good.replace("UID:g", &format!("RRULE:FREQ=DAILY;BYDAY={}MO\nUID:g", "MO,".repeat(9_000)))),
            one,
            1,
        ),
        ("deep", wrapped(&format!("{}{good}", "BEGIN:X\n".repeat(1_000))), &[], 1),
        ("all kinds of bytes", wrapped(&good.replace("good", "good\u{1b}[31m")), one, 0),
    ];
    for (what, text, shown, doubts) in cases {
        let imported = winter(text);
        assert_eq!(told(&imported), *shown, "{what}");
        assert_eq!(imported.doubts.len(), *doubts, "{what}: {:?}", imported.doubts);
        assert_eq!(imported.whole, *what != "cut off", "{what}");
    }
}

#[test]
fn folded_and_overlong_lines_are_one_line_of_bounded_text() {
    let folded = event("UID:a\r\nDTSTART:20261224\r\nSUMMARY:one\r\n  two\r\n\tthree\\, four\\nfive\\;\\\\");
    assert_eq!(told(&winter(&folded)), ["2026-12-24 one twothree, four five;\\"]);
    let long =
        event(&format!("UID:a\nDTSTART:20261224\nATTACH:{}\nSUMMARY:{}", "A".repeat(3_000_000), "b".repeat(300_000)));
    let imported = winter(&long);
    assert_eq!(imported.events.len(), 1);
    assert_eq!(imported.events[0].title.as_str().chars().count(), 512);
    // Some fold between the bytes of one letter.
    let mut bytes = event("UID:a\r\nDTSTART:20261224\r\nSUMMARY:caf\u{e9}").into_bytes();
    let at = bytes.windows(2).position(|pair| pair == "\u{e9}".as_bytes()).unwrap();
    for (place, byte) in b"\r\n ".iter().enumerate() {
        bytes.insert(at + 1 + place, *byte);
    }
    let window = Window { from: "2026-12-01".parse().unwrap(), to: "2026-12-31".parse().unwrap() };
    let imported = read(&bytes, &Reading { calendar: "c", zone: chrono_tz::UTC, window }).unwrap();
    assert_eq!(imported.events[0].title.as_str(), "caf\u{e9}");
}

#[test]
fn what_is_no_calendar_is_refused() {
    let window = Window { from: "2026-12-01".parse().unwrap(), to: "2026-12-31".parse().unwrap() };
    for bytes in [&b""[..], b"<!DOCTYPE html><html>", b"\xff\xfe\x00", b"BEGIN:VEVENT\nDTSTART:20261224\nEND:VEVENT\n"]
    {
        let said = read(bytes, &Reading { calendar: "c", zone: chrono_tz::UTC, window });
        assert_eq!(said.unwrap_err().to_string(), "it is no iCalendar file: there is no BEGIN:VCALENDAR in it");
    }
}

#[test]
fn a_file_of_many_megabytes_and_endless_rules_is_read_to_its_bound() {
    let one = "BEGIN:VEVENT\nUID:u\nDTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY\nEND:VEVENT\n";
    let never = "BEGIN:VEVENT\nUID:n\nDTSTART:19000101T100000Z\nRRULE:FREQ=DAILY;COUNT=99999;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n";
    let text = format!("BEGIN:VCALENDAR\n{}{}END:VCALENDAR\n", one.repeat(2_000), never.repeat(2_000));
    let imported = winter(&text);
    assert!(imported.events.len() <= 20_000);
    assert!(
        imported.doubts.iter().any(|doubt| doubt.as_str().contains("more than are shown")),
        "{:?}",
        imported.doubts
    );
}

proptest! {
    /// Any bytes at all: an answer, and nothing unsafe in it.
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let window = Window { from: "2026-12-01".parse().unwrap(), to: "2026-12-31".parse().unwrap() };
        let reading = Reading { calendar: "c", zone: chrono_tz::UTC, window };
        let _read = read(&bytes, &reading);
        let mut file = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261201\nRRULE:".to_vec();
        file.extend(&bytes);
        file.extend(b"\nEND:VEVENT\nEND:VCALENDAR\n");
        prop_assert!(read(&file, &reading).is_ok());
    }

    /// Files in which some lines are cut, doubled or swapped.
    #[test]
    fn shuffled_lines_are_answered(picks in prop::collection::vec((0_usize..16, 0_usize..40), 0..60)) {
        const LINES: [&str; 16] = ["BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "UID:a", "DTSTART:20261201T100000Z",
            "DTSTART;TZID=Europe/London:20270328T013000", "DTEND:99991231T235959", "DURATION:P99999999999W", "RRULE:FREQ=YEARLY;INTERVAL=99999",
            "RRULE:FREQ=DAILY;UNTIL=99991231", "EXDATE:20261201T100000Z,,;", "RDATE;VALUE=PERIOD:20261203T100000Z/PT1H", "RECURRENCE-ID:20261201T100000Z",
            " folded", "SUMMARY:\u{202e}x\u{1b}]0;y\u{7}"];
        let mut text = String::from("BEGIN:VCALENDAR\nVERSION:2.0\n");
        for (line, length) in picks {
            let line = LINES[line];
            text.push_str(&line[..line.floor_char_boundary(length.max(1).min(line.len()))]);
            if length % 2 == 0 { text.push_str(&line[line.floor_char_boundary(length.max(1).min(line.len()))..]); }
            text.push('\n');
        }
        let imported = winter(&text);
        let unsafe_title = imported.events.iter().find(|event| event.title.as_str().contains(['\u{202e}', '\u{1b}', '\u{7}']));
        prop_assert!(unsafe_title.is_none());
    }
}

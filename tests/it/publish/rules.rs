//! Recurrence rules in words, held against the days that the calendar names.

use super::published;

/// The cell of a cadence that tells its days, and the one that tells the next three.
fn told(start: &str, rule: &str) -> (String, String) {
    let page = published(&format!("version = 1\n[[cadences]]\nid = \"c\"\nstart = \"{start}\"\nrule = \"{rule}\"\n"));
    let row = page.lines().find(|line| line.starts_with("| `c` |")).unwrap();
    let cells: Vec<&str> = row.split(" | ").collect();
    (cells[1].to_owned(), cells[2].to_owned())
}

/// A start, a rule, the words for it, and the next days as of the day of the page.
const RULES: &[(&str, &str, &str, &str)] = &[
    ("2026-11-03", "FREQ=DAILY", "every day", "Mon 30 Nov 2026, Tue 1 Dec 2026, Wed 2 Dec 2026"),
    (
        "2026-11-03",
        "FREQ=DAILY;INTERVAL=3;BYDAY=MO,TU",
        "every 3 days, if it is a Monday or a Tuesday",
        "Mon 30 Nov 2026, Tue 15 Dec 2026, Mon 21 Dec 2026",
    ),
    ("2026-11-03", "FREQ=WEEKLY", "every week on Tuesday", "Tue 1 Dec 2026, Tue 8 Dec 2026, Tue 15 Dec 2026"),
    (
        "2026-11-05",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
        "every 2 weeks on Thursday",
        "Thu 3 Dec 2026, Thu 17 Dec 2026, Thu 31 Dec 2026",
    ),
    (
        "2026-11-05",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU;WKST=SU",
        "every 2 weeks on Thursday and Sunday (a week begins on Sunday)",
        "Thu 3 Dec 2026, Sun 13 Dec 2026, Thu 17 Dec 2026",
    ),
    (
        "2026-11-10",
        "FREQ=MONTHLY;BYDAY=2TU",
        "every month on the 2nd Tuesday",
        "Tue 8 Dec 2026, Tue 12 Jan 2027, Tue 9 Feb 2027",
    ),
    (
        "2026-11-10",
        "FREQ=MONTHLY;BYDAY=TU,-1FR",
        "every month on every Tuesday and the last Friday",
        "Tue 1 Dec 2026, Tue 8 Dec 2026, Tue 15 Dec 2026",
    ),
    (
        "2026-11-30",
        "FREQ=MONTHLY;BYMONTHDAY=-1,1,22",
        "every month on the last day, 1st and 22nd",
        "Mon 30 Nov 2026, Tue 1 Dec 2026, Tue 22 Dec 2026",
    ),
    (
        "2026-11-13",
        "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "every month on the 13th, if it is a Friday",
        "Fri 13 Aug 2027, Fri 13 Oct 2028, Fri 13 Apr 2029",
    ),
    ("2026-11-11", "FREQ=MONTHLY", "every month on the 11th", "Fri 11 Dec 2026, Mon 11 Jan 2027, Thu 11 Feb 2027"),
    (
        "2026-11-02",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,-2",
        "every month on every Monday, every Tuesday, every Wednesday, every Thursday and every Friday, of these only \
         the last and 2nd last",
        "Mon 30 Nov 2026, Wed 30 Dec 2026, Thu 31 Dec 2026",
    ),
    (
        "2026-11-30",
        "FREQ=YEARLY",
        "every year in November on the 30th",
        "Mon 30 Nov 2026, Tue 30 Nov 2027, Thu 30 Nov 2028",
    ),
    (
        "2026-11-30",
        "FREQ=YEARLY;BYMONTH=3,9;BYDAY=-1SU",
        "every year in March and September on the last Sunday",
        "Sun 28 Mar 2027, Sun 26 Sep 2027, Sun 26 Mar 2028",
    ),
    (
        "2026-11-30",
        "FREQ=YEARLY;BYDAY=20MO",
        "every year on the 20th Monday of the year",
        "Mon 17 May 2027, Mon 15 May 2028, Mon 14 May 2029",
    ),
    (
        "2026-11-30",
        "FREQ=DAILY;COUNT=2",
        "every day, 2 times from Mon 30 Nov 2026 on",
        "Mon 30 Nov 2026, Tue 1 Dec 2026",
    ),
    ("2026-11-01", "FREQ=DAILY;UNTIL=20261102", "every day, up to Mon 2 Nov 2026", "none"),
];

#[test]
fn rules_are_told_in_words_with_the_days_that_they_name() {
    for (start, rule, words, days) in RULES {
        assert_eq!(told(start, rule), ((*words).to_owned(), (*days).to_owned()), "{rule}");
    }
}

//! Runs that did not come.

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use dogwatch::domain::evals::findings::overdue::{Missed, Start, add, overdue};
use dogwatch::domain::evals::findings::{Finding, Fingerprint, Kind, Rules, State};
use dogwatch::domain::evals::history::RunKey;

use super::world::{Dice, Story, day, suite};

/// A name, when runs began, and after how many hours of silence it is told.
type Case = (&'static str, Vec<DateTime<Utc>>, Option<i64>);

fn hours(from: DateTime<Utc>, hours: &[i64]) -> Vec<DateTime<Utc>> {
    hours.iter().map(|hour| from + TimeDelta::hours(*hour)).collect()
}

/// Runs on so many days in a row, from the first.
fn daily(days: i64) -> Vec<DateTime<Utc>> {
    (0..days).map(day).collect()
}

/// After how many hours of silence it is told; none if it is not within two months.
fn told_after(times: &[DateTime<Utc>]) -> Option<i64> {
    let last = *times.last()?;
    (0..60 * 24).find(|hour| overdue(times, last + TimeDelta::hours(*hour)).is_some())
}

#[test]
fn what_runs_by_a_schedule_is_missed_and_what_does_not_is_not() {
    use chrono::Datelike;
    let workdays: Vec<_> =
        daily(40).into_iter().filter(|at| !matches!(at.weekday(), Weekday::Sat | Weekday::Sun)).collect();
    let mut outage = daily(30);
    outage.retain(|at| *at < day(12) || *at > day(22));
    let matrix: Vec<_> = daily(20).into_iter().flat_map(|night| hours(night, &[0, 0, 2, 4])).collect();
    let mut again = daily(20);
    again.extend(hours(day(15), &[9]));
    again.sort_unstable();
    let at_whim = hours(day(0), &[0, 1, 9, 11, 40, 43, 44, 90, 91, 140, 200, 201, 210, 290]);
    let cases: [Case; 11] = [
        ("nightly", daily(12), Some(43)),
        ("every workday: not over the weekend", workdays, Some(115)),
        ("hourly", hours(day(0), &(0..30).collect::<Vec<_>>()), Some(8)),
        ("weekly", (0..8).map(|week| day(7 * week)).collect(), Some(10 * 24 + 12 + 7)),
        ("an outage does not make the next one usual", outage, Some(43)),
        ("three models a night", matrix, Some(37)),
        ("one more try", again, Some(43)),
        ("five runs are no schedule", daily(5), None),
        ("six are", daily(6), Some(43)),
        ("by hand", at_whim, None),
        ("one sitting", hours(day(0), &[0, 0, 0, 0, 0, 0, 0, 0]), None),
    ];
    for (name, times, want) in cases {
        assert_eq!(told_after(&times), want, "{name}");
    }
}

#[test]
fn on_schedule_nothing_is_ever_overdue() {
    use chrono::Datelike;
    let mut dice = Dice(7);
    let jitter = |dice: &mut Dice| TimeDelta::minutes(i64::try_from(dice.below(180)).unwrap());
    let free = |at: &DateTime<Utc>| matches!(at.weekday(), Weekday::Sat | Weekday::Sun);
    for begin in 0..7 {
        let days = (begin..begin + 90).map(day);
        let times: Vec<_> = days.filter(|at| !free(at)).map(|at| at + jitter(&mut dice)).collect();
        for so_far in 1..times.len() {
            let (known, next) = (&times[..so_far], times[so_far]);
            assert_eq!(overdue(known, next), None, "from day {begin}, before run {so_far}");
        }
    }
}

#[test]
fn what_was_given_up_long_ago_is_not_told_for_the_first_time() {
    let times = daily(12);
    let last = day(11);
    let missed = Missed { last, usual: 24 * 3600 };
    assert_eq!(overdue(&times, last + TimeDelta::days(29)), Some(missed));
    assert_eq!(overdue(&times, last + TimeDelta::days(31)), None);
    let monthly: Vec<_> = (0..8).map(|month| day(30 * month)).collect();
    assert!(overdue(&monthly, day(30 * 9)).is_some(), "a month of silence is little for what runs once a month");
}

/// What is found when the runs of these days are known, and it is this day.
fn found(before: &[Finding], runs: &Story, seen: Option<DateTime<Utc>>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = runs.watch.findings().cloned().collect();
    let start = |day_of: i64| Start {
        suite: suite(),
        run: RunKey([u8::try_from(day_of).unwrap(); 16]),
        at: day(day_of),
        branch: None,
    };
    let starts: Vec<Start> = (0..runs.day).map(start).collect();
    add(&mut findings, before, &starts, seen);
    findings
}

fn told(findings: &[Finding]) -> Vec<(State, bool)> {
    findings.iter().filter(|one| one.kind == Kind::Errors).map(|one| (one.state, one.missed.is_some())).collect()
}

#[test]
fn a_missing_run_is_one_finding_until_a_run_comes_whatever_it_says() {
    let mut story = Story::new(Rules::default());
    story.runs(10, &[("a", "ppp"), ("b", "ppp")]);
    assert_eq!(found(&[], &story, Some(day(10))), []);
    let open = found(&[], &story, Some(day(12)));
    assert_eq!(told(&open), [(State::Open, true)]);
    let finding = &open[0];
    assert_eq!(finding.fingerprint, Fingerprint::of(suite(), Kind::Errors, &[], None), "as when runs die");
    assert_eq!(finding.opened_at, Some(day(9) + TimeDelta::hours(42)));
    assert_eq!((finding.candidate.as_slice(), finding.baseline.len()), ([RunKey([9; 16])].as_slice(), 9));
    assert_eq!(found(&open, &story, Some(day(13))), open, "it says the same while it lasts");
    assert_eq!(found(&open, &story, Some(day(90))), open, "silence for long does not mend it");
    assert_eq!(found(&open, &story, None), open, "nor does a source that cannot be read");

    let mut back = Story::new(Rules::default());
    back.runs(11, &[("a", "ppp"), ("b", "ppp")]);
    let closed = found(&open, &back, Some(day(10)));
    assert_eq!(told(&closed), [(State::Closed, true)]);
    assert_eq!(closed[0].closed_at, Some(day(10)));
    assert_eq!(found(&closed, &back, Some(day(11))), closed, "it stays told for a while");
    let again = found(&closed, &back, Some(day(13)));
    assert_eq!((told(&again), again[0].again), (vec![(State::Open, true)], true));

    let mut died = Story::new(Rules::default());
    died.runs(10, &[("a", "ppp"), ("b", "ppp")]);
    died.runs(1, &[("a", "eee"), ("b", "eee")]);
    let dead = found(&open, &died, Some(day(10)));
    assert_eq!(told(&dead), [(State::Open, false)], "the same incident goes on, and says more");
    assert_eq!(told(&found(&dead, &died, Some(day(13)))), [(State::Open, false)]);
}

#[test]
fn where_nothing_can_be_read_nothing_is_overdue() {
    let mut story = Story::new(Rules::default());
    story.runs(10, &[("a", "ppp")]);
    assert_eq!(found(&[], &story, None), []);
}

#[test]
fn a_run_from_the_far_future_does_not_silence_a_suite() {
    let mut story = Story::new(Rules::default());
    story.runs(10, &[("a", "ppp")]);
    let mut starts: Vec<Start> =
        (0..10).map(|at| Start { suite: suite(), run: RunKey([0; 16]), at: day(at), branch: None }).collect();
    starts.push(Start { at: day(30_000), ..starts[0].clone() });
    let mut findings = Vec::new();
    add(&mut findings, &[], &starts, Some(day(12)));
    assert_eq!(told(&findings), [(State::Open, true)]);
}

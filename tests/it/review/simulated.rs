//! Issue line: a simulated month with known truth; every figure of the review
//! equals one computed independently, by counting minutes.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use dogwatch::domain::calendar::{Calendar, Facts, Tag, Window};
use dogwatch::domain::id::{IncidentId, OpId};
use dogwatch::domain::incident::CloseReason;
use dogwatch::domain::review::{Ground, Notes, Page, Review, Sought, Spread};
use dogwatch::domain::rotation::Roster;
use dogwatch::domain::runbook::freshness::State;
use dogwatch::domain::runbook::run::{Did, Line, Run, Use, Went};
use dogwatch::domain::text::Clean;

use super::life::{Truth, clocks, is_workday, live, local, works};
use super::month::{Dice, LIVED, Lived, history, minute, model, month};

/// The first minute of the cycle: the 1st of March, in London.
const FROM: i64 = 7 * 1_440;
/// The first after it: the 29th of March, when summer has begun.
const TO: i64 = 35 * 1_440 - 60;
const SEVERITIES: [Option<&str>; 5] = [Some("SEV1"), Some("SEV2"), Some("SEV3"), Some("SEV4"), None];

/// What was planned, what was used and what was sought in the month.
struct Rest {
    facts: Facts,
    notes: Notes,
    on_time: usize,
    late: usize,
    missed: usize,
    kept: usize,
    worked: usize,
    failed: usize,
    used: usize,
    vain: usize,
}

fn day(day: i64) -> NaiveDate {
    minute(0).date_naive() + chrono::TimeDelta::days(day)
}

#[expect(clippy::too_many_lines, reason = "what happens beside the incidents, listed")]
fn rest(dice: &mut Dice) -> Rest {
    let mut rest = Rest {
        facts: Facts { tags: Some(Vec::new()), minutes: Some(Vec::new()), ..Facts::default() },
        notes: Notes::default(),
        on_time: 0,
        late: 0,
        missed: 0,
        kept: 0,
        worked: 0,
        failed: 0,
        used: 0,
        vain: 0,
    };
    // Thursdays; a business day of grace, so that the Friday after is in time.
    for thursday in [10, 17, 24, 31] {
        let after = match dice.below(4) {
            0 => 0,
            1 => 1,
            2 => 5,
            _ => -1,
        };
        match after {
            0 | 1 => rest.on_time += 1,
            5 => rest.late += 1,
            _ => rest.missed += 1,
        }
        if after >= 0 {
            let at = minute((thursday + after) * 1_440 + 720);
            rest.facts.tags.as_mut().unwrap().push(Tag { name: format!("tools-v{thursday}"), at, commit: None });
        }
    }
    for tuesday in [8, 15, 22, 29] {
        if dice.one_in(2) {
            rest.kept += 1;
            rest.facts.minutes.as_mut().unwrap().push(day(tuesday));
        }
    }
    for at in 0..dice.below(9) {
        let begun = dice.below(LIVED);
        let went = [Went::Worked, Went::Failed, Went::NotThisOne][usize::try_from(dice.below(3)).unwrap()];
        let of = Use {
            run: OpId::new(format!("run{at}")),
            page: "docs/runbooks/outage.md".to_owned(),
            title: Clean::line("Outage"),
            incident: dice.one_in(2).then(|| IncidentId::new("local#1")),
            steps: 3,
        };
        let mut run = Run::begin(of.clone(), minute(begun));
        let did = Did::Ended { went, why: Clean::default() };
        run.take(&Line { of, at: minute(begun + 20), by: Clean::line("ana"), did });
        rest.notes.runs.push(run);
        if (FROM..TO).contains(&begun) {
            rest.used += 1;
            let in_time = begun + 20 < TO;
            rest.worked += usize::from(went == Went::Worked && in_time);
            rest.failed += usize::from(went == Went::Failed && in_time);
        }
    }
    for _ in 0..dice.below(6) {
        let at = dice.below(LIVED);
        rest.vain += usize::from((FROM..TO).contains(&at));
        rest.notes.searches.push(Sought { at: minute(at), words: Clean::line("token expired"), page: None });
    }
    let page = |path: &str, freshness| Page {
        path: format!("docs/runbooks/{path}"),
        below: path.to_owned(),
        title: Clean::line(path),
        freshness,
    };
    rest.notes.pages = Some(vec![page("old.md", State::Stale), page("outage.md", State::Fresh)]);
    rest
}

fn reviewed(month: &[Lived], rest: &Rest) -> Review {
    let (model, now) = (model(), minute(LIVED));
    let history = history(month, &model, now);
    let cycle = (minute(FROM), minute(TO));
    let roster = Roster::new(&model.team, &[], now, cycle);
    let window = Window { from: day(7), to: day(34) };
    let calendar = Calendar::new(&model.team, &roster, &rest.facts, now, window);
    let entries = calendar.entries();
    let ground = Ground {
        cycle,
        now,
        model: &model,
        stories: &history.stories,
        roster: &roster,
        entries: &entries,
        notes: &rest.notes,
    };
    Review::of(&ground).0
}

fn inside(at: i64) -> bool {
    (FROM..TO).contains(&at)
}

fn whole(at: i64) -> DateTime<Utc> {
    minute(at)
}

/// Median and slowest by hand: sorted, the middle one, or half way between the middle two.
fn spread(mut all: Vec<(i64, String)>) -> (usize, Option<i64>, Option<i64>) {
    all.sort();
    let n = all.len();
    let median = match n {
        0 => None,
        n if n % 2 == 1 => Some(all[n / 2].0 * 60),
        n => Some((all[n / 2 - 1].0 + all[n / 2].0) * 60 / 2),
    };
    (n, median, all.last().map(|(minutes, _)| minutes * 60))
}

fn told(spread: &Spread) -> (usize, Option<i64>, Option<i64>) {
    (spread.n, spread.median, spread.slowest.as_ref().map(|slowest| slowest.seconds))
}

fn cases(month: &[Lived]) -> Vec<(&Lived, Truth)> {
    let begun = month.iter().filter(|lived| lived.opened < TO);
    let mut cases: Vec<(&Lived, Truth)> = begun.map(|lived| (lived, live(lived, TO))).collect();
    cases.retain(|(_, truth)| {
        truth.closed.is_none_or(|(at, _)| at >= FROM) || truth.breaches.iter().any(|(at, _)| inside(*at))
    });
    cases
}

fn check_counts(review: &Review, cases: &[(&Lived, Truth)]) {
    let counts = &review.figures.counts;
    let opened = |lived: &Lived| usize::from(inside(lived.opened));
    let closed = |truth: &Truth| usize::from(truth.closed.is_some_and(|(at, _)| inside(at)));
    let carried = |truth: &Truth| usize::from(truth.closed.is_none());
    assert_eq!(counts.opened, cases.iter().map(|(lived, _)| opened(lived)).sum::<usize>());
    assert_eq!(counts.closed, cases.iter().map(|(_, truth)| closed(truth)).sum::<usize>());
    assert_eq!(counts.carried, cases.iter().map(|(_, truth)| carried(truth)).sum::<usize>());
    let again = cases.iter().flat_map(|(_, truth)| &truth.reopened).filter(|at| inside(**at)).count();
    assert_eq!(counts.reopened, again);
    let mut of: BTreeMap<(&str, Option<&str>), [usize; 3]> = BTreeMap::new();
    for (lived, truth) in cases {
        let severity = lived.severity;
        for key in [("severity", severity), ("kind", lived.kind), ("source", Some(lived.source))] {
            let sum = of.entry(key).or_default();
            let adds = [opened(lived), closed(truth), carried(truth)];
            (0..3).for_each(|at| sum[at] += adds[at]);
        }
    }
    of.retain(|_, sum| sum.iter().sum::<usize>() > 0);
    let mut said: BTreeMap<(&str, Option<&str>), [usize; 3]> = BTreeMap::new();
    for (what, all) in [("severity", &counts.by_severity), ("kind", &counts.by_kind), ("source", &counts.by_source)] {
        for count in all {
            said.insert((what, count.of.as_deref()), [count.opened, count.closed, count.carried]);
        }
    }
    assert_eq!(said, of);
    let course = &review.figures.course;
    assert_eq!(course.len(), 28, "a day each");
    for (at, part) in course.iter().enumerate() {
        let the_day = 7 + i64::try_from(at).unwrap();
        let on = |minute: i64| inside(minute) && local(minute).0 == the_day;
        let opened = cases.iter().filter(|(lived, _)| on(lived.opened)).count();
        let closed = cases.iter().filter(|(_, truth)| truth.closed.is_some_and(|(at, _)| on(at))).count();
        let breached = cases.iter().flat_map(|(_, truth)| &truth.breaches).filter(|(at, _)| on(*at)).count();
        assert_eq!((part.from, part.opened, part.closed, part.breached), (day(the_day), opened, closed, breached));
    }
}

/// How long something took.
type Took = fn(&Truth) -> Option<i64>;

fn check_durations(review: &Review, cases: &[(&Lived, Truth)]) {
    let figures = &review.figures;
    let when: [(&str, &Vec<_>, Took); 3] = [
        ("ack", &figures.ack, |truth| truth.acked),
        ("owned", &figures.owned, |truth| truth.owned),
        ("closed", &figures.closed, |truth| truth.closed.map(|(at, _)| at)),
    ];
    for (what, said, at) in when {
        let mut expected = Vec::new();
        for severity in SEVERITIES {
            let own = cases.iter().filter(|(lived, _)| lived.severity == severity);
            let took = own.filter_map(|(lived, truth)| {
                let at = at(truth).filter(|at| inside(*at))?;
                Some((clocks(severity).between(lived.opened, at), lived.id.clone()))
            });
            let spread = spread(took.collect());
            if spread.0 > 0 {
                expected.push((severity.map(str::to_owned), spread));
            }
        }
        let said: Vec<_> = said.iter().map(|one| (one.severity.clone(), told(&one.spread))).collect();
        assert_eq!(said, expected, "{what}");
    }
    let unacked = cases.iter().filter(|(_, truth)| truth.closed.is_some_and(|(at, _)| inside(at)));
    assert_eq!(figures.closed_before_ack, unacked.filter(|(_, truth)| truth.acked.is_none()).count());
}

/// The shifts that reach into the cycle, by the minute at which each begins: Mondays at ten.
const SHIFTS: [i64; 5] = [600, 7 * 1_440 + 600, 14 * 1_440 + 600, 21 * 1_440 + 600, 28 * 1_440 + 600];

fn shift_of(at: i64) -> usize {
    SHIFTS.iter().rposition(|start| *start <= at).unwrap()
}

/// Who has the shift: in turn, but for the override of three days and the swap of a week.
fn holder(at: i64) -> &'static str {
    if (9 * 1_440..11 * 1_440 + 720).contains(&at) {
        return "chi";
    }
    ["ana", "ben", "chi", "ben", "ben"][shift_of(at)]
}

fn check_breaches(review: &Review, cases: &[(&Lived, Truth)]) {
    let mut expected: Vec<(DateTime<Utc>, String, String, DateTime<Utc>)> = Vec::new();
    for (lived, truth) in cases {
        for (at, clock) in truth.breaches.iter().filter(|(at, _)| inside(*at)) {
            let shift = minute(SHIFTS[shift_of(*at)]);
            expected.push((whole(*at), (*clock).to_owned(), lived.id.clone(), shift));
        }
    }
    expected.sort();
    let mut said: Vec<_> = review
        .figures
        .breaches
        .iter()
        .map(|one| (one.at, one.clock.clone(), one.id.to_string(), one.shift.as_ref().unwrap().start))
        .collect();
    said.sort();
    assert_eq!(said, expected);
}

fn check_load(review: &Review, cases: &[(&Lived, Truth)]) {
    let load = &review.figures.load;
    assert_eq!((load.limit, load.shifts.len()), (5, 5));
    for (at, shift) in load.shifts.iter().enumerate() {
        let own = |minute: i64| inside(minute) && shift_of(minute) == at;
        let incidents = cases.iter().filter(|(lived, _)| own(lived.opened)).count();
        let rings = cases.iter().filter(|(lived, _)| lived.severity == Some("SEV1"));
        let wakes = rings.flat_map(|(_, truth)| &truth.wakes).filter(|at| own(**at) && !works(**at)).count();
        assert_eq!((shift.shift.start, shift.incidents, shift.off_hours_wakes), (minute(SHIFTS[at]), incidents, wakes));
    }
    let mut sums: BTreeMap<&str, [i64; 5]> = BTreeMap::new();
    let (mut last, mut run) = ((holder(FROM), shift_of(FROM)), 1);
    sums.entry(last.0).or_default()[4] = 1;
    for at in FROM..TO {
        let now = (holder(at), shift_of(at));
        let sum = sums.entry(now.0).or_default();
        sum[0] += 60;
        sum[1] += if works(at) { 0 } else { 60 };
        sum[2] += if is_workday(local(at).0) { 0 } else { 60 };
        if now != last {
            sum[3] += 1;
            run = if now.0 == last.0 { run + 1 } else { 1 };
            sum[4] = sum[4].max(run);
            last = now;
        }
    }
    let mean = sums.values().map(|sum| sum[0]).sum::<i64>() / 3;
    for (person, said) in ["ana", "ben", "chi"].iter().zip(&load.people) {
        let sum = sums[person];
        let count = |number: usize| i64::try_from(number).unwrap();
        assert_eq!(
            (said.person.as_str(), said.covered, said.off_hours, said.weekends, said.above_mean),
            (*person, sum[0], sum[1], sum[2], sum[0] - mean)
        );
        assert_eq!((count(said.shifts), count(said.longest_run)), (sum[3], sum[4]), "{person}");
    }
}

fn check_evals_and_noise(review: &Review, cases: &[(&Lived, Truth)]) {
    let said = &review.figures.regressions;
    let own: Vec<_> = cases.iter().filter(|(lived, _)| lived.suite.is_some() && inside(lived.opened)).collect();
    let ended = |reasons: &[CloseReason]| {
        own.iter().filter(|(_, truth)| truth.closed.is_some_and(|(_, reason)| reasons.contains(&reason))).count()
    };
    assert_eq!(said.opened, own.len());
    assert_eq!(said.verdicts.confirmed, ended(&[CloseReason::Fixed, CloseReason::WontFix]));
    assert_eq!(said.verdicts.expected, ended(&[CloseReason::Expected]));
    assert_eq!(said.verdicts.noise, ended(&[CloseReason::Flaky, CloseReason::Invalid]));
    assert_eq!(said.verdicts.recovered, ended(&[CloseReason::Recovered]));
    assert_eq!(said.verdicts.open, own.iter().filter(|(_, truth)| truth.closed.is_none()).count());
    let (mut in_time, mut of) = (0, 0);
    for (lived, truth) in &own {
        let clocks = clocks(lived.severity);
        let Some(span) = clocks.ack else { continue };
        // Minutes of the clock that had passed when somebody first decided, when it closed by itself, or at the end.
        let until = |at: i64| clocks.between(lived.opened, at);
        match (truth.triaged, truth.closed) {
            (Some(at), _) if until(at) <= span && !(until(at) == span && late(&clocks, lived.opened, at, span)) => {
                (in_time, of) = (in_time + 1, of + 1);
            }
            (Some(_), _) => of += 1,
            (None, Some((at, _))) => of += usize::from(late(&clocks, lived.opened, at, span)),
            (None, None) => of += usize::from(late(&clocks, lived.opened, TO, span)),
        }
    }
    assert_eq!((said.triaged_in_time, said.of), (in_time, of));
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (lived, truth) in cases {
        let again = truth.reopened.iter().filter(|at| inside(**at)).count();
        if let Some(fingerprint) = &lived.fingerprint {
            *seen.entry(fingerprint).or_default() += usize::from(inside(lived.opened)) + again;
        }
    }
    seen.retain(|_, count| *count > 1);
    let noise: BTreeMap<&str, usize> =
        review.figures.noise.iter().map(|one| (one.fingerprint.as_str(), one.count)).collect();
    assert_eq!(noise, seen);
    for said in &review.figures.noise {
        let own = cases.iter().filter(|(lived, _)| lived.fingerprint.as_ref() == Some(&said.fingerprint));
        let newest = own.clone().map(|(lived, _)| lived.opened).max().unwrap();
        let last: Vec<&(&Lived, Truth)> = own.filter(|(lived, _)| lived.opened == newest).collect();
        let [(lived, truth)] = last.as_slice() else { continue };
        assert_eq!((said.id.as_str(), said.outcome.as_deref()), (lived.id.as_str(), came_of_it(truth)), "{lived:?}");
    }
}

/// What came of a signal: somebody mended it or had it in hand when it went, or it was nothing, or meant.
fn came_of_it(truth: &Truth) -> Option<&'static str> {
    let taken = truth.acked.or(truth.owned).is_some();
    match truth.closed?.1 {
        CloseReason::Completed | CloseReason::Fixed => Some("acted"),
        CloseReason::Recovered => Some(if taken { "acted" } else { "not-actionable" }),
        CloseReason::Invalid | CloseReason::Flaky => Some("false-positive"),
        CloseReason::Expected => Some("expected"),
        CloseReason::NotPlanned | CloseReason::WontFix | CloseReason::Duplicate => Some("not-actionable"),
    }
}

/// Whether the span was over before this minute: it is over with its last minute, and closing hours prove nothing.
fn late(clocks: &super::life::Clocks, from: i64, at: i64, span: i64) -> bool {
    let due = (from..=from + 10_000_000).find(|minute| clocks.between(from, *minute) >= span).unwrap();
    at > due
}

fn check_rows(review: &Review, cases: &[(&Lived, Truth)]) {
    assert_eq!(review.incidents.len(), cases.len());
    let of: BTreeMap<&str, &(&Lived, Truth)> = cases.iter().map(|case| (case.0.id.as_str(), case)).collect();
    for row in &review.incidents {
        let (lived, truth) = of[row.id.as_str()];
        let took = |at: Option<i64>| at.map(|at| clocks(lived.severity).between(lived.opened, at) * 60);
        assert_eq!(row.opened_at, minute(lived.opened));
        assert_eq!((row.ack, row.owned), (took(truth.acked), took(truth.owned)), "{}", row.id);
        assert_eq!(row.closed, took(truth.closed.map(|(at, _)| at)), "{}", row.id);
        assert_eq!(row.reason.as_deref(), truth.closed.map(|(_, reason)| reason.word()), "{}", row.id);
        assert_eq!(row.reopened, truth.reopened.len());
    }
    let times: Vec<DateTime<Utc>> = review.incidents.iter().map(|row| row.opened_at).collect();
    assert!(times.is_sorted(), "by when they were opened");
}

fn check_rest(review: &Review, rest: &Rest, cases: &[(&Lived, Truth)]) {
    let (releases, cadences) = (&review.figures.releases, &review.figures.cadences);
    assert_eq!(
        (releases.planned, releases.on_time.len(), releases.late.len(), releases.missed.len(), releases.open.len()),
        (4, rest.on_time, rest.late, rest.missed, 0)
    );
    assert_eq!((cadences.due, cadences.kept, cadences.missed.len()), (4, rest.kept, 4 - rest.kept));
    let runbooks = &review.figures.runbooks;
    let used =
        runbooks.used.iter().fold((0, 0, 0), |sum, one| (sum.0 + one.used, sum.1 + one.worked, sum.2 + one.failed));
    assert_eq!(used, (rest.used, rest.worked, rest.failed));
    assert_eq!(runbooks.searches.iter().map(|one| one.times).sum::<usize>(), rest.vain);
    assert_eq!((runbooks.pages, runbooks.stale.len()), (Some(2), 1));
    let ever = if rest.notes.runs.is_empty() { 2 } else { 1 };
    assert_eq!(runbooks.never_used.len(), ever, "old.md, and outage.md where nobody has used it");
    let of_kind =
        |kind: &str| cases.iter().filter(|(lived, _)| lived.kind == Some(kind) && inside(lived.opened)).count();
    for missing in &runbooks.missing {
        assert_eq!(missing.incidents, of_kind(&missing.kind));
        assert_ne!(missing.kind, "outage", "it has a page");
    }
    // A clock is proposed to be changed where it was broken in at least half of four or more.
    let mut clocks = Vec::new();
    for severity in ["SEV1", "SEV2", "SEV3"] {
        let own = || cases.iter().filter(|(lived, _)| lived.severity == Some(severity));
        // The first one, before anybody had it: an ack that ran out later is another matter.
        let broke = |truth: &Truth| {
            let first = truth.breaches.iter().filter(|(_, clock)| *clock == "ack").map(|(at, _)| *at).min();
            first.is_some_and(|at| inside(at) && truth.acked.is_none_or(|acked| acked > at))
        };
        let n = own().filter(|(_, truth)| broke(truth)).count();
        let of = own().filter(|(_, truth)| broke(truth) || truth.acked.is_some_and(inside)).count();
        if of >= 4 && n * 2 >= of {
            clocks.push((format!("severity:{severity}"), n, Some(of)));
        }
    }
    let said = review.proposals.iter().filter(|one| one.rule == "ack");
    assert_eq!(said.map(|one| (one.subject.clone(), one.n, one.of)).collect::<Vec<_>>(), clocks);
}

#[test]
fn every_figure_of_a_simulated_month_equals_the_one_counted_by_hand() {
    let mut totals = [0; 4];
    for seed in 1..=6 {
        let month = month(seed, 70);
        let rest = rest(&mut Dice(seed));
        let review = reviewed(&month, &rest);
        let cases = cases(&month);
        check_rows(&review, &cases);
        check_counts(&review, &cases);
        check_durations(&review, &cases);
        check_breaches(&review, &cases);
        check_load(&review, &cases);
        check_evals_and_noise(&review, &cases);
        check_rest(&review, &rest, &cases);
        totals[0] += review.figures.breaches.len();
        totals[1] += review.figures.counts.reopened;
        totals[2] += review.proposals.len();
        totals[3] += review.figures.load.shifts.iter().map(|shift| shift.off_hours_wakes).sum::<usize>();
    }
    assert!(totals.iter().all(|total| *total > 5), "the months are not dull: {totals:?}");
}

#[test]
fn the_same_month_gives_the_same_bytes_and_is_read_back_as_it_was_written() {
    let told = |seed| {
        let review = reviewed(&month(seed, 40), &rest(&mut Dice(seed)));
        let json = serde_json::to_string(&review).unwrap();
        let again: Review = serde_json::from_str(&json).unwrap();
        assert_eq!(again, review);
        (json, dogwatch::panes::review::markdown(&review), dogwatch::panes::review::text(&again))
    };
    assert_eq!(told(3), told(3));
    let text = told(3).2;
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    for word in ["mean,", "score", "ranking", "↑", "↓", "→"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

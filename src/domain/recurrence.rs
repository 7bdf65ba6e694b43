//! Which days a rule names: "every second Tuesday", counted from a start.
//!
//! All in whole days, never in instants, so that no change of clocks can lose
//! or repeat one (RFC 5545 §3.3.10). A rule that names no day ends where the
//! question ends; nothing here runs on.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::config::{Freq, Recurrence};

/// Further ahead than this no next day is looked for: the calendar repeats itself after 400 years.
const YEARS_AHEAD: u32 = 400;

/// The days that a rule names from `start` to `last`, both included, in order.
///
/// `start` counts only if the rule names it, and `COUNT` counts from the first
/// day that it does name. A day that does not exist is left out.
pub fn days(rule: &Recurrence, start: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    between(rule, start, (start, last))
}

/// Those of [`days`] from `first` on. What lies before is not walked through, unless the rule has to be counted.
pub fn between(
    rule: &Recurrence,
    start: NaiveDate,
    (first, last): (NaiveDate, NaiveDate),
) -> impl Iterator<Item = NaiveDate> {
    let from = if rule.count.is_some() { start } else { first.max(start) };
    let last = rule.until.map_or(last, |until| until.min(last));
    let most = rule.count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
    let mask = Mask::of(rule, start);
    let by_set_pos = rule.by_set_pos.clone();
    periods(rule, start, (from, last))
        .flat_map(move |(first, end)| {
            let named = first.iter_days().take_while(move |day| *day <= end);
            let named: Vec<NaiveDate> = named.filter(|day| mask.has(*day)).collect();
            if by_set_pos.is_empty() { named } else { chosen(&named, &by_set_pos) }
        })
        .filter(move |day| *day >= start)
        .take_while(move |day| *day <= last)
        .take(most)
        .filter(move |day| *day >= first)
}

/// The next `most` days strictly after `after`, in order; fewer where the rule ends.
///
/// "Every second Tuesday" has two readings that share the first day; three days tell them apart.
pub fn next(rule: &Recurrence, start: NaiveDate, after: NaiveDate, most: usize) -> Vec<NaiveDate> {
    let from = start.max(after.succ_opt().unwrap_or(after));
    let last = from.checked_add_months(Months::new(12 * YEARS_AHEAD)).unwrap_or(NaiveDate::MAX);
    between(rule, start, (from, last)).filter(|day| *day > after).take(most).collect()
}

/// The stretches in which the rule counts, each with its first and last day: days, weeks, months or years. They begin
/// with `start`'s, or shortly before `from`.
fn periods(
    rule: &Recurrence,
    start: NaiveDate,
    (from, last): (NaiveDate, NaiveDate),
) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
    let (freq, interval) = (rule.freq, rule.interval.max(1));
    let origin = match freq {
        Freq::Daily => Some(start),
        Freq::Weekly => start.checked_sub_days(Days::new(u64::from(start.weekday().days_since(rule.week_start)))),
        Freq::Monthly => start.with_day(1),
        Freq::Yearly => start.with_day(1).and_then(|day| day.with_month(1)),
    };
    let after = move |day: NaiveDate, count: u32| match freq {
        Freq::Daily => day.checked_add_days(Days::new(u64::from(count))),
        Freq::Weekly => day.checked_add_days(Days::new(7 * u64::from(count))),
        Freq::Monthly => day.checked_add_months(Months::new(count)),
        Freq::Yearly => day.checked_add_months(Months::new(count.checked_mul(12)?)),
    };
    let passed = |origin: NaiveDate| {
        let days = (from - origin).num_days();
        let whole = match freq {
            Freq::Daily => days,
            Freq::Weekly => days / 7,
            Freq::Monthly => days / 31,
            Freq::Yearly => days / 366,
        };
        // Whole strides only, so that the rhythm is that of the start.
        u32::try_from(whole).unwrap_or(0) / interval * interval
    };
    let first = origin.and_then(|origin| after(origin, passed(origin)));
    std::iter::successors(first, move |day| after(*day, interval))
        .take_while(move |day| *day <= last)
        .map(move |day| (day, after(day, 1).and_then(|next| next.pred_opt()).unwrap_or(day)))
}

/// The days at these places, counted from 1, or from the end if negative; in order, each once.
fn chosen(days: &[NaiveDate], places: &[i32]) -> Vec<NaiveDate> {
    let at = |place: &i32| {
        let far = usize::try_from(place.unsigned_abs()).ok()?;
        let index = if *place > 0 { far.checked_sub(1)? } else { days.len().checked_sub(far)? };
        days.get(index).copied()
    };
    let mut found: Vec<NaiveDate> = places.iter().filter_map(at).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What a day must be to be named. What the rule leaves open is taken from the start.
struct Mask {
    months: Vec<u32>,
    month_days: Vec<i32>,
    weekdays: Vec<Weekday>,
    counted: Vec<(i32, Weekday)>,
    counts_in: CountsIn,
}

/// What "the second Tuesday" is the second of.
#[derive(Clone, Copy, PartialEq)]
enum CountsIn {
    Month,
    Year,
}

impl Mask {
    fn of(rule: &Recurrence, start: NaiveDate) -> Self {
        let mut months: Vec<u32> = rule.by_month.iter().filter_map(|month| u32::try_from(*month).ok()).collect();
        let mut month_days = rule.by_month_day.clone();
        let plain = rule.by_day.iter().filter(|(nth, _)| nth.is_none()).map(|(_, weekday)| *weekday);
        let mut weekdays: Vec<Weekday> = plain.collect();
        let counted = rule.by_day.iter().filter_map(|(nth, weekday)| Some(((*nth)?, *weekday))).collect();
        if rule.by_day.is_empty() && month_days.is_empty() {
            match rule.freq {
                Freq::Daily => {}
                Freq::Weekly => weekdays.push(start.weekday()),
                Freq::Monthly => month_days.extend(i32::try_from(start.day())),
                Freq::Yearly => {
                    if months.is_empty() {
                        months.push(start.month());
                    }
                    month_days.extend(i32::try_from(start.day()));
                }
            }
        }
        let by_year = rule.freq == Freq::Yearly && rule.by_month.is_empty();
        let counts_in = if by_year { CountsIn::Year } else { CountsIn::Month };
        Self { months, month_days, weekdays, counted, counts_in }
    }

    fn has(&self, day: NaiveDate) -> bool {
        (self.months.is_empty() || self.months.contains(&day.month()))
            && (self.month_days.is_empty() || self.month_days.iter().any(|wanted| is_month_day(day, *wanted)))
            && self.has_weekday(day)
    }

    fn has_weekday(&self, day: NaiveDate) -> bool {
        if self.weekdays.is_empty() && self.counted.is_empty() {
            return true;
        }
        let weekday = day.weekday();
        self.weekdays.contains(&weekday)
            || self.counted.iter().any(|(nth, wanted)| *wanted == weekday && self.nth(day, nth.signum()) == *nth)
    }

    /// Which of its weekday this is: the second Tuesday is 2, the last is -1 when counted from the end.
    fn nth(&self, day: NaiveDate, sign: i32) -> i32 {
        let (before, length) = match self.counts_in {
            CountsIn::Month => (day.day0(), days_of_month(day)),
            CountsIn::Year => (day.ordinal0(), if day.leap_year() { 366 } else { 365 }),
        };
        let weeks = if sign > 0 { before / 7 } else { length.saturating_sub(before + 1) / 7 };
        sign * (i32::try_from(weeks).unwrap_or(i32::MAX - 1) + 1)
    }
}

fn is_month_day(day: NaiveDate, wanted: i32) -> bool {
    let of_month = i64::from(day.day());
    match i64::from(wanted) {
        wanted if wanted > 0 => of_month == wanted,
        wanted => of_month == i64::from(days_of_month(day)) + 1 + wanted,
    }
}

fn days_of_month(day: NaiveDate) -> u32 {
    u32::from(day.num_days_in_month())
}

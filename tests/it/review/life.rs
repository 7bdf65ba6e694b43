//! What the rules say of one incident, found out minute by minute with a
//! calendar of its own: nothing of the program is asked.

use dogwatch::domain::incident::CloseReason;

use super::month::{Act, Lived, minute_of};

/// Local time is so far ahead of UTC, in minutes: London's summer begins on 28 March.
fn ahead(at: i64) -> i64 {
    if at >= minute_of("2027-03-28T01:00:00Z") { 60 } else { 0 }
}

/// The day of the simulation in London, and the minute of that day.
pub fn local(at: i64) -> (i64, i64) {
    let local = at + ahead(at);
    (local.div_euclid(1_440), local.rem_euclid(1_440))
}

/// Day 0, the 22nd of February 2027, is a Monday; the 19th of March is a holiday.
pub fn is_workday(day: i64) -> bool {
    day.rem_euclid(7) < 5 && day != 25
}

pub fn works(at: i64) -> bool {
    let (day, minute) = local(at);
    is_workday(day) && (9 * 60..17 * 60 + 30).contains(&minute)
}

/// The minute that begins so many workdays later at the same local time.
fn workdays_after(from: i64, days: i64) -> i64 {
    let (mut day, minute) = local(from);
    let mut left = days;
    while left > 0 {
        day += 1;
        left -= i64::from(is_workday(day));
    }
    let guess = day * 1_440 + minute;
    guess - ahead(guess - 60)
}

/// The clocks of a severity, in minutes, or in business days where they are negative.
#[derive(Clone, Copy)]
pub struct Clocks {
    pub business: bool,
    pub ack: Option<i64>,
    pub holds: Option<i64>,
    pub owner: Option<i64>,
    pub mitigate: Option<i64>,
    pub update: Option<i64>,
    pub review: Option<i64>,
}

const NONE: Clocks =
    Clocks { business: true, ack: None, holds: None, owner: None, mitigate: None, update: None, review: None };

/// As the team file of the test has them.
pub fn clocks(severity: Option<&str>) -> Clocks {
    match severity {
        Some("SEV1") => Clocks {
            business: false,
            ack: Some(15),
            holds: Some(120),
            owner: Some(30),
            mitigate: Some(240),
            update: Some(60),
            review: Some(7_200),
        },
        Some("SEV2") => {
            Clocks { ack: Some(60), holds: Some(240), owner: Some(240), mitigate: Some(-1), update: Some(240), ..NONE }
        }
        Some("SEV3") => Clocks { ack: Some(240), holds: Some(-5), mitigate: Some(-5), ..NONE },
        Some(_) => NONE,
        None => Clocks { business: false, ..NONE },
    }
}

impl Clocks {
    /// Minutes of this clock between two.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        (from..to).filter(|at| !self.business || works(*at)).count().try_into().unwrap()
    }

    fn after(&self, from: i64, span: i64) -> i64 {
        if span < 0 {
            return workdays_after(from, -span);
        }
        let (mut at, mut left) = (from, span);
        while left > 0 {
            left -= i64::from(!self.business || works(at));
            at += 1;
        }
        at
    }
}

/// What became of an incident.
#[derive(Debug, Default, Clone)]
pub struct Truth {
    pub acked: Option<i64>,
    pub owned: Option<i64>,
    pub closed: Option<(i64, CloseReason)>,
    pub reopened: Vec<i64>,
    pub triaged: Option<i64>,
    pub breaches: Vec<(i64, &'static str)>,
    pub wakes: Vec<i64>,
}

/// Lives an incident minute by minute, up to the end.
#[expect(clippy::too_many_lines, reason = "one life in one piece, so that it can be read beside the rules")]
pub fn live(lived: &Lived, end: i64) -> Truth {
    let clocks = clocks(lived.severity);
    let mut truth = Truth { wakes: vec![lived.opened], ..Truth::default() };
    let opened = lived.opened;
    let mut open = true;
    let mut ever_closed = false;
    // The ack clock: when it is due, and whether that has been dealt with.
    let mut ack_due = clocks.ack.map(|span| clocks.after(opened, span));
    let mut held: Option<Option<i64>> = None;
    let mut resting: Option<(i64, &str)> = None;
    let mut update_due = clocks.update.map(|span| clocks.after(opened, span));
    let owner_due = clocks.owner.map(|span| clocks.after(opened, span));
    let mitigate_due = clocks.mitigate.map(|span| clocks.after(opened, span));
    let mut acts = lived.acts.iter().peekable();
    for now in opened..end {
        if open && resting.is_some_and(|(until, _)| until <= now) {
            (resting, held) = (None, None);
            truth.wakes.push(now);
            ack_due = clocks.ack.map(|span| clocks.after(now, span));
            update_due = clocks.update.map(|span| clocks.after(now, span));
        }
        if open && resting.is_none() && held.flatten().is_some_and(|until| until <= now) {
            held = None;
            truth.wakes.push(now);
            ack_due = clocks.ack.map(|span| clocks.after(now, span));
        }
        let ran = open && resting.is_none() && held.is_none();
        let was_silent = open && resting.is_none();
        let mut spoke = false;
        while let Some((_, by, act)) = acts.next_if(|(at, _, _)| *at == now) {
            let person = *by != "dogwatch";
            let mut woken = false;
            let human = matches!(act, Act::Ack | Act::Assign(_) | Act::Note | Act::Snooze(_) | Act::Escalate);
            match act {
                Act::Ack => {
                    if truth.acked.is_none() && !ever_closed {
                        truth.acked = Some(now);
                    }
                    resting = resting.filter(|(_, snoozer)| snoozer == by);
                    held = Some(None);
                }
                Act::Unack => held = None,
                Act::Assign(_) => {
                    truth.owned = truth.owned.or(Some(now));
                    woken = resting.take().is_some();
                }
                Act::Wake => woken = resting.take().is_some(),
                Act::Snooze(until) => resting = Some((*until, by)),
                Act::Escalate => {
                    resting = None;
                    truth.wakes.push(now);
                    if held.take().is_some() {
                        ack_due = clocks.ack.map(|span| clocks.after(now, span));
                    }
                }
                Act::Close(reason) => {
                    truth.closed = Some((now, *reason));
                    (open, ever_closed, held, resting) = (false, true, None, None);
                }
                Act::Reopen => {
                    truth.closed = None;
                    truth.reopened.push(now);
                    truth.wakes.push(now);
                    (open, held, spoke) = (true, None, true);
                }
                Act::Note | Act::Kind(_) => {}
            }
            if woken {
                spoke = true;
                if held.flatten().is_some_and(|until| until <= now) {
                    held = None;
                    truth.wakes.push(now);
                    ack_due = clocks.ack.map(|span| clocks.after(now, span));
                }
            }
            let decides = matches!(act, Act::Ack | Act::Assign(_) | Act::Snooze(_) | Act::Kind(_) | Act::Close(_));
            if decides && person && truth.triaged.is_none() {
                truth.triaged = Some(now);
            }
            if human && open {
                spoke = true;
                if held.is_some() {
                    held = Some(clocks.holds.map(|span| clocks.after(now, span)));
                }
            }
        }
        if spoke {
            update_due = clocks.update.map(|span| clocks.after(now, span));
        }
        let runs = open && resting.is_none() && held.is_none();
        if ack_due == Some(now) {
            if ran && runs {
                truth.breaches.push((now, "ack"));
            }
            ack_due = None;
        }
        if update_due == Some(now) {
            if was_silent && open && resting.is_none() {
                truth.breaches.push((now, "update_every"));
            }
            update_due = None;
        }
        if owner_due == Some(now) && open && truth.owned.is_none() {
            truth.breaches.push((now, "owner_within"));
        }
        if mitigate_due == Some(now) && open {
            truth.breaches.push((now, "mitigate"));
        }
    }
    if let Some(((closed, _), span)) = truth.closed.zip(clocks.review) {
        let due = clocks.after(closed, span);
        let words = |(at, _, act): &(i64, &str, Act)| *act == Act::Note && (closed..=due).contains(at);
        if due < end && !lived.acts.iter().any(words) {
            truth.breaches.push((due, "review_within"));
        }
    }
    truth.breaches.sort_unstable();
    truth
}

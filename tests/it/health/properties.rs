//! No sequence of results opens two incidents for one cause, resolves on
//! unknown, or flaps faster than its damping.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::domain::health::damping::damping;
use dogwatch::domain::health::signal::{Cause, Change, Fingerprint, Signal};
use dogwatch::domain::health::{Endpoint, Judgement, Rules};
use dogwatch::domain::probe::{Check, Class, Condition, Failure, Level, Report};
use proptest::prelude::*;

use super::{after, check, endpoint};

/// One result: how long after the one before, of which level, with what outcome and worth what.
#[derive(Debug, Clone)]
struct Step {
    seconds: i64,
    level: Level,
    class: Option<Class>,
    judgement: Judgement,
}

impl Step {
    fn report(&self) -> Report {
        let lower = Level::ALL.into_iter().skip(1).filter(|lower| *lower < self.level);
        let mut checks: Vec<Check> = lower.map(|lower| check(lower, None)).collect();
        checks.push(check(self.level, self.class.map(|class| Failure::new(class, "no"))));
        Report { checks, ..Report::empty() }
    }

    fn rules(&self) -> Rules {
        Rules { judgement: self.judgement, ..Rules::default() }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let seconds = prop_oneof![4 => 5_i64..=5, 8 => 30_i64..=30, 2 => 60_i64..400, 1 => 400_i64..40_000];
    let level = prop_oneof![6 => Just(Level::Handshake), 2 => Just(Level::Tools), 2 => Just(Level::Canary)];
    // Runs of the same make openings and closings likely.
    let class = prop_oneof![
        6 => Just(None),
        3 => Just(Some(Class::Refused)),
        3 => Just(Some(Class::Timeout)),
        1 => Just(Some(Class::Auth)),
        1 => Just(Some(Class::Throttled)),
        2 => prop::sample::select(Class::ALL.to_vec()).prop_map(Some),
    ];
    let judgement =
        prop_oneof![20 => Just(Judgement::Normal), 2 => Just(Judgement::Maintenance), 1 => Just(Judgement::Frozen)];
    let step = (seconds, level, class, judgement, 1_usize..8);
    prop::collection::vec(step, 1..40).prop_map(|runs| {
        let step = |(seconds, level, class, judgement, times)| {
            std::iter::repeat_n(Step { seconds, level, class, judgement }, times)
        };
        runs.into_iter().flat_map(step).collect()
    })
}

/// What an onlooker remembers who knows nothing of how it is judged.
#[derive(Default)]
struct Onlooker {
    open: BTreeMap<(Option<Level>, &'static str), Signal>,
    ended: BTreeMap<Fingerprint, DateTime<Utc>>,
    /// The results of each level that say something, since its last opening or closing.
    results: BTreeMap<Level, Vec<Option<Class>>>,
    last_failure: BTreeMap<Level, DateTime<Utc>>,
}

fn slot(signal: &Signal) -> (Option<Level>, &'static str) {
    let sort = match signal.cause {
        Cause::Failing(_) | Cause::Flapping => "fails",
        other => other.word(),
    };
    (signal.level, sort)
}

impl Onlooker {
    fn see(&mut self, at: DateTime<Utc>, step: &Step) {
        for level in Level::ALL.into_iter().skip(1).filter(|level| *level <= step.level) {
            let class = step.class.filter(|_| level == step.level);
            let unknown = class.is_some_and(|class| class.condition() == Condition::Unknown);
            match step.judgement {
                Judgement::Frozen => {}
                Judgement::Normal | Judgement::Maintenance if unknown => {}
                Judgement::Normal => self.results.entry(level).or_default().push(class),
                Judgement::Maintenance if class.is_none() => self.results.entry(level).or_default().push(None),
                Judgement::Maintenance => self.results.entry(level).or_default().clear(),
            }
            if class.is_some() && !unknown && step.judgement != Judgement::Frozen {
                self.last_failure.insert(level, at);
            }
        }
    }

    fn hear(&mut self, at: DateTime<Utc>, step: &Step, change: &Change) -> Result<(), TestCaseError> {
        let signal = change.signal();
        let unknown = step.judgement == Judgement::Frozen;
        prop_assert!(!unknown, "a frozen answer led to {}", change.word());
        match change {
            Change::Opened(_) | Change::Reopened(_) => self.opened(at, step, change)?,
            Change::Recovered(_) => self.recovered(at, step, signal)?,
            Change::Updated(_) | Change::Flapping(_) => {
                let open = self.open.get(&slot(signal)).map(|open| &open.fingerprint);
                prop_assert_eq!(open, Some(&signal.fingerprint), "news of what is not open");
            }
            Change::Withdrawn(_) => prop_assert!(false, "nobody was frozen"),
        }
        Ok(())
    }

    fn opened(&mut self, at: DateTime<Utc>, step: &Step, change: &Change) -> Result<(), TestCaseError> {
        let signal = change.signal();
        prop_assert_eq!(step.judgement, Judgement::Normal, "opened in a window");
        prop_assert!(self.open.insert(slot(signal), signal.clone()).is_none(), "two incidents for one cause");
        let again = self.ended.get(&signal.fingerprint).is_some_and(|end| at - *end <= TimeDelta::minutes(30));
        prop_assert_eq!(matches!(change, Change::Reopened(_)), again, "the same within half an hour is the same");
        let results = self.results.remove(&signal.level.unwrap()).unwrap_or_default();
        prop_assert!(results.last().unwrap().is_some(), "opened on a pass");
        let failed = |count: usize| results.iter().rev().take(count).filter(|class| class.is_some()).count();
        match signal.cause {
            Cause::Failing(_) => prop_assert!(failed(2) == 2 || failed(5) >= 3, "opened faster than its damping"),
            Cause::Flapping => {
                let turns = results.windows(2).rev().take(19).filter(|pair| pair[0].is_some() != pair[1].is_some());
                prop_assert!(turns.count() > 6, "called flapping and is not");
            }
            Cause::Slow | Cause::Drift | Cause::Announced | Cause::Host | Cause::ProberOffline => {
                prop_assert!(false, "nothing else can");
            }
        }
        Ok(())
    }

    fn recovered(&mut self, at: DateTime<Utc>, step: &Step, signal: &Signal) -> Result<(), TestCaseError> {
        let level = signal.level.unwrap();
        let is_good = step.level > level || step.class.is_none();
        prop_assert!(is_good, "resolved on {:?}", step.class);
        let was = self.open.remove(&slot(signal));
        prop_assert_eq!(was.map(|was| was.fingerprint), Some(signal.fingerprint.clone()), "resolved what was not open");
        let results = self.results.remove(&level).unwrap_or_default();
        let passes = results.iter().rev().take_while(|class| class.is_none()).count();
        let looks = signal.now.as_ref().map_or(1, |look| damping(look.class).recovers);
        prop_assert!(passes >= looks, "resolved after {passes} passes");
        let quiet = at - self.last_failure[&level];
        prop_assert!(quiet >= TimeDelta::minutes(2), "resolved after {quiet} of quiet");
        prop_assert!(signal.flapping.is_none() || quiet >= TimeDelta::minutes(15), "flapping, resolved after {quiet}");
        self.ended.insert(signal.fingerprint.clone(), at);
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_results_open_twice_resolve_on_unknown_or_flap_faster_than_damped(steps in steps()) {
        let mut prod = endpoint();
        let mut onlooker = Onlooker::default();
        let mut turns: Vec<(Option<Level>, DateTime<Utc>)> = Vec::new();
        let mut now = 0;
        for step in &steps {
            now += step.seconds;
            onlooker.see(after(now), step);
            for change in prod.take(after(now), &step.report(), &step.rules()) {
                onlooker.hear(after(now), step, &change)?;
                if matches!(change, Change::Opened(_) | Change::Reopened(_) | Change::Recovered(_)) {
                    turns.push((change.signal().level, after(now)));
                }
            }
            let held: Vec<_> = prod.signals().map(slot).collect();
            let heard: Vec<_> = onlooker.open.keys().copied().collect();
            prop_assert_eq!(held, heard, "what is open is what was told");
        }
        for level in [Level::Handshake, Level::Tools, Level::Canary] {
            let times: Vec<_> = turns.iter().filter(|(of, _)| *of == Some(level)).map(|(_, at)| *at).collect();
            for five in times.windows(5) {
                prop_assert!(five[4] - five[0] > TimeDelta::minutes(15), "five turns within {}", five[4] - five[0]);
            }
        }
    }

    #[test]
    fn another_process_goes_on_where_this_one_stopped(steps in steps(), cut in 0_usize..100) {
        let (mut stays, mut moves) = (endpoint(), endpoint());
        let mut now = 0;
        for (place, step) in steps.iter().enumerate() {
            now += step.seconds;
            if place == cut % steps.len() {
                moves = serde_json::from_str::<Endpoint>(&serde_json::to_string(&moves).unwrap()).unwrap();
                prop_assert_eq!(&moves, &stays);
            }
            // Times finer than what is kept are cut off at the door.
            let at = after(now) + TimeDelta::microseconds(123_456);
            let told = stays.take(at, &step.report(), &step.rules());
            prop_assert_eq!(told, moves.take(at, &step.report(), &step.rules()));
        }
        prop_assert_eq!(moves, stays);
    }

    #[test]
    fn enough_passes_close_everything(steps in steps()) {
        let mut prod = endpoint();
        let mut now = 0;
        for step in &steps {
            now += step.seconds;
            prod.take(after(now), &step.report(), &step.rules());
        }
        let good = Step { seconds: 30, level: Level::Canary, class: None, judgement: Judgement::Normal };
        for _ in 0..40 {
            now += good.seconds;
            prod.take(after(now), &good.report(), &good.rules());
        }
        prop_assert_eq!(prod.signals().count(), 0);
        prop_assert_eq!(prod.condition(after(now), good.rules().interval), Condition::Up);
    }

    #[test]
    fn enough_failures_open_exactly_one(steps in steps()) {
        let mut prod = endpoint();
        let mut now = 0;
        for step in &steps {
            now += step.seconds;
            prod.take(after(now), &step.report(), &step.rules());
        }
        let bad =
            Step { seconds: 30, level: Level::Handshake, class: Some(Class::Timeout), judgement: Judgement::Normal };
        for _ in 0..5 {
            now += bad.seconds;
            prod.take(after(now), &bad.report(), &bad.rules());
        }
        prop_assert_eq!(prod.signals().filter(|signal| signal.level == Some(Level::Handshake)).count(), 1);
        prop_assert_eq!(prod.condition(after(now), bad.rules().interval), Condition::Down);
    }
}

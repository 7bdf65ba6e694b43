//! An unchanged re-run raises nothing, and what broke is found: on a simulated suite of 50 cases.

use std::collections::BTreeSet;

use dogwatch::domain::evals::findings::{Fingerprint, Rules, State, Watch};
use dogwatch::domain::evals::history::{Record, SuiteKey};
use dogwatch::domain::evals::stats::number;
use dogwatch::domain::evals::{Run, Tool};

use super::world::{self, Dice};

/// Pass rates as suites of agents have them: some always pass, most now and then fail, a few never pass.
fn rates(dice: &mut Dice) -> Vec<f64> {
    let mut rates = vec![1.0; 14];
    rates.extend([0.99, 0.98, 0.98, 0.97, 0.95]);
    rates.extend(std::iter::repeat_with(|| 0.2 + 0.75 * dice.unit()).take(28));
    rates.extend([0.0; 3]);
    rates
}

/// Pass rates of a suite that has been looked after: most cases nearly always pass.
fn steady(dice: &mut Dice) -> Vec<f64> {
    let mut rates = vec![1.0; 25];
    rates.extend([0.99; 10]);
    rates.extend(std::iter::repeat_with(|| 0.5 + 0.45 * dice.unit()).take(12));
    rates.extend([0.0; 3]);
    rates
}

fn simulated(id: &str, rates: &[f64], trials: usize, dice: &mut Dice) -> Record {
    let mut run: Run = world::run(id, &[]);
    let names: Vec<String> = (0..rates.len()).map(|case| format!("case-{case}")).collect();
    let letters: Vec<String> =
        rates.iter().map(|rate| (0..trials).map(|_| if dice.unit() < *rate { 'p' } else { 'f' }).collect()).collect();
    let cases: Vec<(&str, &str)> = names.iter().zip(&letters).map(|(name, l)| (name.as_str(), l.as_str())).collect();
    let made = world::run(id, &cases);
    (run.cases, run.trials) = (made.cases, made.trials);
    Record::from(&run)
}

fn open(watch: &Watch) -> BTreeSet<Fingerprint> {
    watch.findings().filter(|f| f.state == State::Open).map(|f| f.fingerprint.clone()).collect()
}

/// The incidents that these runs raise, beside those that are open already.
fn raised(watch: &mut Watch, runs: Vec<Record>) -> usize {
    let before = open(watch);
    watch.sweep(runs);
    open(watch).difference(&before).count()
}

/// The share of re-runs that raise an incident, when this many cases broke.
fn share(rates: &[f64], trials: usize, broken: usize, times: usize) -> f64 {
    let mut dice = Dice(17 + trials as u64);
    let mut alarms = 0;
    for _ in 0..times {
        let mut watch = Watch::new(Rules::default());
        for night in 0..5 {
            watch.sweep([simulated(&format!("night-{night}"), rates, 4, &mut dice)]);
        }
        let mut now = rates.to_vec();
        let mut left = broken;
        while left > 0 {
            let at = dice.below(now.len());
            if now[at] >= 0.5 {
                now[at] = 0.0;
                left -= 1;
            }
        }
        let record = simulated("candidate", &now, trials, &mut dice);
        alarms += usize::from(raised(&mut watch, vec![record]) > 0);
    }
    number(alarms) / number(times)
}

#[test]
fn a_thousand_unchanged_re_runs_raise_next_to_nothing_and_three_broken_cases_of_fifty_do() {
    for (name, rates) in [("agent", rates(&mut Dice(4))), ("steady", steady(&mut Dice(4)))] {
        assert_eq!(rates.len(), 50);
        let quiet = [share(&rates, 3, 0, 1_000), share(&rates, 5, 0, 1_000)];
        let broken = [share(&rates, 3, 3, 300), share(&rates, 5, 3, 1_000)];
        eprintln!("{name}: unchanged {quiet:?} (3, 5 trials), 3 of 50 broken {broken:?}");
        assert!(quiet.iter().all(|share| *share <= 0.01), "{name}: unchanged re-runs raise {quiet:?}");
        assert!(broken[1] >= 0.90, "{name}: only {broken:?} are seen");
    }
}

#[test]
fn a_suite_that_runs_every_night_for_three_years_is_left_in_peace() {
    for trials in [1, 3, 5] {
        let mut dice = Dice(99);
        let rates = rates(&mut dice);
        let mut watch = Watch::new(Rules::default());
        let mut alarms = 0;
        for night in 0..1_000 {
            let record = simulated(&format!("night-{night}"), &rates, trials, &mut dice);
            alarms += raised(&mut watch, vec![record]);
        }
        eprintln!("1,000 nights of {trials} trials: {alarms} incidents");
        assert!(alarms <= 10, "{alarms} incidents in 1,000 nights of {trials} trials");
    }
}

#[test]
fn of_many_suites_in_one_sweep_no_more_alarm_than_of_one() {
    let mut dice = Dice(7);
    let rates = rates(&mut dice);
    let mut alarms = 0;
    for _ in 0..20 {
        let mut watch = Watch::new(Rules::default());
        let sweep = |id: &str, trials: usize, dice: &mut Dice| -> Vec<Record> {
            let suites = (0..20).map(|suite| {
                let mut record = simulated(&format!("{id}-{suite}"), &rates, trials, dice);
                record.suite = SuiteKey::of(Tool::Jsonl, &format!("suite-{suite}"));
                record
            });
            suites.collect()
        };
        for night in 0..5 {
            watch.sweep(sweep(&format!("night-{night}"), 4, &mut dice));
        }
        alarms += usize::from(raised(&mut watch, sweep("candidate", 5, &mut dice)) > 0);
    }
    eprintln!("20 sweeps of 20 unchanged suites: {alarms} with an incident");
    assert!(alarms <= 2, "{alarms} of 20 sweeps");
}

//! The same question in two runs: paired, changed or gone, and by which name.

use dogwatch::domain::evals::{Outcome, Run, Trial};
use serde_json::Value;

use super::{fixture, runs};

fn run(name: &str) -> Run {
    runs(name, &fixture(name)).unwrap().remove(0)
}

/// A trial's verdict where the tool gives one, else its score; nothing of one that was not judged.
fn value(trial: &Trial) -> Option<f64> {
    match trial.outcome {
        Outcome::Passed | Outcome::Failed => trial.verdict.map(|yes| f64::from(u8::from(yes))).or(trial.score),
        Outcome::Errored | Outcome::Skipped | Outcome::Unscored => None,
    }
}

#[test]
fn the_cases_of_every_pair_meet_and_are_named_as_its_truth_says() {
    let pairs: Vec<Value> = serde_json::from_slice(&fixture("pairs.json")).unwrap();
    let mut met = 0;
    for pair in pairs.iter().filter(|pair| pair["tool"] != "inspect") {
        let (base, candidate) = (run(pair["baseline"].as_str().unwrap()), run(pair["candidate"].as_str().unwrap()));
        let (before, after) = (base.means(value), candidate.means(value));
        let (mut paired, mut changed, mut broke, mut fixed) = (0, 0, Vec::new(), Vec::new());
        for (case, a) in base.cases.iter().zip(&before) {
            let Some(place) = candidate.cases.iter().position(|other| other.key == case.key) else { continue };
            if candidate.cases[place].guard != case.guard {
                changed += 1;
            } else if let (Some(a), Some(b)) = (a, after[place]) {
                paired += 1;
                if b < a - 1e-9 {
                    broke.push(case.name.as_str());
                } else if b > a + 1e-9 {
                    fixed.push(case.name.as_str());
                }
            }
        }
        let names =
            |key: &str| pair[key].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>();
        let name = &pair["name"];
        assert_eq!((paired, changed), (pair["paired"].as_u64().unwrap(), pair["changed"].as_u64().unwrap()), "{name}");
        let sorted = |mut names: Vec<&str>| -> Vec<String> {
            names.sort_unstable();
            names.into_iter().map(str::to_owned).collect()
        };
        assert_eq!(sorted(broke), sorted(names("broke")), "{name}");
        assert_eq!(sorted(fixed), sorted(names("fixed")), "{name}");
        met += 1;
    }
    assert!(met > 15, "only {met} pairs");
}

//! Everybody at once: three unattended instances and two terminals on one
//! repository, a third of 150 endpoints failing one after the other, and
//! somebody who kills whatever runs. In the evening there is one open issue
//! for each cause, and whoever was second has given way.
//!
//! Heavy, so `.ci/run swarm` runs it by itself. `SWARM_SEED` in the environment
//! gives another day; who wins which race follows from the machine.

mod crew;
mod field;
mod reckoning;

use std::sync::Arc;

use crate::github::Fake;
use crate::kill::dice::Dice;
use crew::Crew;
use field::Field;

/// How many endpoints there are, and how many of them fail.
const ENDPOINTS: usize = 150;
const FAILING: usize = 50;

#[test]
#[ignore = "heavy: eight processes and 150 servers; run by .ci/run swarm"]
fn whoever_dies_there_is_one_open_issue_for_each_cause_and_nothing_is_decided_twice() {
    let seed = std::env::var("SWARM_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let seed = Seed::said(seed);
    let mut dice = Dice::new(seed.0);
    let fake = Arc::new(Fake::start());
    let mut field = Field::of(ENDPOINTS, FAILING, &mut dice);
    let mut crew = Crew::begin(&fake, &field);
    fake.fail_randomly_on(field::filing(), (seed.0, 500), &field::faults());
    fake.list_late(field::LISTED_AFTER);

    crew.hears_keys();
    while field.breaks_some(&mut dice) || !crew.has_filed(FAILING) {
        crew.lives_on(&mut dice);
    }
    fake.heal();
    crew.hears_keys();
    crew.ends();
    let figures = reckoning::of(&crew, &field);
    eprintln!("swarm, seed {}: {figures}", seed.0);
    assert!(figures.kills >= 10, "too few were killed to prove anything: {figures}");
    assert!(figures.duplicates >= 1, "nobody was second, which proves nothing: {figures}");
    assert!(figures.acks >= 1, "too little was decided to prove anything: {figures}");
}

/// Says with which seed it failed.
struct Seed(u64);

impl Seed {
    fn said(seed: u64) -> Self {
        Self(seed)
    }
}

impl Drop for Seed {
    #[expect(clippy::print_stderr, reason = "without the seed nobody can try the same day again")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("swarm: it failed with SWARM_SEED={}", self.0);
        }
    }
}

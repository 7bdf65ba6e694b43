//! A host that asks us to wait is left alone for so long, and nothing was done.

use chrono::TimeDelta;
use std::time::Duration;

use dogwatch::domain::journal::Outcome;
use dogwatch::sources::github::budget::{Budget, Reading};
use tokio::time::Instant;

use super::{ACK, Desk};
use crate::github::{Fake, Fault, Matcher};

#[tokio::test]
async fn every_limit_is_a_wait_of_the_right_length() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let faults = [
        (Fault::TooManyRequests { retry_after: Some(7) }, 7),
        (Fault::TooManyRequests { retry_after: None }, 60),
        (Fault::SecondaryLimit { retry_after: Some(90) }, 90),
        (Fault::SecondaryLimit { retry_after: None }, 60),
        (Fault::PrimaryLimit { reset_in: Duration::from_mins(10) }, 600),
    ];
    for (fault, seconds) in faults {
        fake.fail_next(Matcher::writes(), fault.clone());
        let entry = desk.decide(number, ACK);
        let before = super::now();
        let outcome = desk.first(&entry).await;
        let Outcome::Wait { until, reason } = &outcome else { panic!("{fault:?} {outcome:?}") };
        let wait = *until - before;
        assert!(wait >= TimeDelta::seconds(seconds - 2), "{fault:?} {wait}");
        assert!(wait <= TimeDelta::seconds(seconds + 30), "{fault:?} {wait}");
        assert!(reason.as_str().contains("waiting"), "{reason}");
    }
    assert_eq!(fake.count_writes(number, |_| true), 0);
}

#[test]
fn polling_slows_down_as_the_budget_shrinks() {
    let now = Instant::now();
    let budget = |remaining| Some(Budget { limit: 5000, remaining, resets: now + Duration::from_mins(15) });
    let base = Duration::from_mins(1);
    let cases = [
        (None, 0.5, 60),
        (budget(5000), 0.5, 60),
        (budget(5000), 0.0, 48),
        (budget(5000), 1.0, 72),
        (budget(1000), 0.5, 60),
        (budget(999), 0.5, 120),
        (budget(250), 0.5, 120),
        (budget(249), 0.5, 900),
        (budget(0), 0.5, 900),
    ];
    for (budget, jitter, seconds) in cases {
        let wait = Budget::next_poll(budget, base, jitter, now);
        assert_eq!(wait.as_secs(), seconds, "{budget:?} {jitter}");
    }
    let over = Budget { limit: 5000, remaining: 0, resets: now };
    assert_eq!(over.reading(now), Reading::All);
    assert_eq!(Budget::next_poll(None, Duration::from_secs(31), 0.0, now), Duration::from_secs(30));
}

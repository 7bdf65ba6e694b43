//! Signals that were seen more than once in the cycle, and whether anything
//! came of it.

use std::collections::BTreeMap;

use super::{Case, Ground, Noise};
use crate::domain::incident::CloseReason;

pub(super) fn of(ground: &Ground<'_>, cases: &[Case<'_>]) -> Vec<Noise> {
    let mut seen: BTreeMap<&str, (usize, &Case<'_>)> = BTreeMap::new();
    for case in cases {
        let Some(fingerprint) = case.story.incident.fingerprint.as_deref() else { continue };
        let opened = usize::from(ground.has(case.story.opened_at()));
        let again = case.lived.reopened.iter().filter(|at| ground.has(**at)).count();
        let known = seen.entry(fingerprint).or_insert((0, case));
        known.0 += opened + again;
        if case.story.opened_at() >= known.1.story.opened_at() {
            known.1 = case;
        }
    }
    let mut noise: Vec<Noise> = seen
        .into_iter()
        .filter(|(_, (count, _))| *count > 1)
        .map(|(fingerprint, (count, case))| Noise {
            fingerprint: fingerprint.to_owned(),
            id: case.story.name.clone(),
            title: case.story.incident.title.clone(),
            count,
            outcome: outcome(case).map(str::to_owned),
        })
        .collect();
    noise.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.fingerprint.cmp(&other.fingerprint)));
    noise
}

/// What came of it; none while it is open. What was well again by itself was acted on if somebody had taken it.
fn outcome(case: &Case<'_>) -> Option<&'static str> {
    let (_, reason) = case.lived.closed?;
    let touched = case.lived.acked.is_some() || case.lived.owned.is_some();
    Some(match reason {
        Some(CloseReason::Completed | CloseReason::Fixed) => "acted",
        Some(CloseReason::Recovered) | None if touched => "acted",
        Some(CloseReason::Invalid | CloseReason::Flaky) => "false-positive",
        Some(CloseReason::Expected) => "expected",
        Some(CloseReason::NotPlanned | CloseReason::WontFix | CloseReason::Duplicate | CloseReason::Recovered)
        | None => "not-actionable",
    })
}

//! Open incidents that nobody has touched.

use super::{Found, Ground, Level, Looked, Lying};

/// So many are named.
const NAMED: usize = 3;

pub(super) fn untouched(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.lying, |lying| {
        let severities = ground.team().severities.iter().enumerate();
        let of = |(at, severity): (usize, &crate::config::Severity)| {
            let limit = *ground.team().limits.untouched.get(&severity.id)?;
            let old = |one: &&Lying| one.severity == Some(at) && ground.now - one.touched > limit;
            let mut own: Vec<&Lying> = lying.iter().filter(old).collect();
            own.sort_by(|one, other| (one.touched, &one.id).cmp(&(other.touched, &other.id)));
            let days = |one: &Lying| (ground.now - one.touched).num_days();
            let named: Vec<String> =
                own.iter().take(NAMED).map(|one| format!("{} ({} d)", one.id, days(one))).collect();
            let message = format!(
                "{} open {} without a word for over {} d; the oldest: {}",
                own.len(),
                severity.id,
                limit.num_days(),
                named.join(", ")
            );
            let fix = "look at them in the next triage meeting: `dogwatch triage`; nothing is closed by itself";
            (!own.is_empty()).then(|| Found::new(Level::Warning, format!("severity:{}", severity.id), message, fix))
        };
        severities.filter_map(of).collect()
    })
}

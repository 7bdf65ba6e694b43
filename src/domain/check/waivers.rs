//! Waivers that have ended, or are of nothing.

use super::{Found, Ground, Level, RULES};

pub(super) fn expired(ground: &Ground<'_>) -> Vec<Found> {
    let today = ground.today();
    let of = |one: &crate::config::Waiver| {
        let subject = format!("waiver:{}/{}", one.rule, one.subject);
        let message = if !RULES.iter().any(|rule| rule.name == one.rule) {
            format!("there is no rule {}", one.rule)
        } else if one.until < today {
            format!("it ended on {}", one.until)
        } else {
            return None;
        };
        Some(Found::new(Level::Warning, subject, message, "take the waiver out, or give it another `until`"))
    };
    super::joined(ground.team().lint.waivers.iter().filter_map(of).collect())
}

//! Where the model names nobody: the first thing that it is for.

use super::{Found, Ground, Level};
use crate::domain::map;

pub(super) fn on_call(ground: &Ground<'_>) -> Vec<Found> {
    if !ground.team().rotations.is_empty() {
        return Vec::new();
    }
    let fix = "write [[rotations]] with `id`, `start`, `shift` and `members`";
    vec![Found::new(Level::Error, "team:on-call".to_owned(), "nobody is on call: there is no rotation", fix)]
}

/// Rows of the map without anybody, beside those that other rules tell of.
pub(super) fn named(ground: &Ground<'_>) -> Vec<Found> {
    let rows = map::rows(ground.team()).into_iter();
    let nameless = rows.filter(|row| row.unclear.contains(&"who"));
    let of = |row: map::Row| {
        let (sort, id) = row.subject.as_str().split_once(':')?;
        let key = match sort {
            // Of those below it nobody need be woken.
            "severity" if ground.team().severities.first().is_some_and(|highest| highest.id == id) => "escalation",
            "kind" => "area",
            "train" => "owners",
            "cadence" => "owner",
            _ => return None,
        };
        let message = format!("{id}: nobody is named for it: no `{key}`");
        let fix = format!("write `{key}` in the {sort} {id}");
        Some(Found::new(Level::Warning, row.subject.to_string(), message, fix))
    };
    nameless.filter_map(of).collect()
}

//! Incidents whose ids look like the one that was typed.

use crate::app::desk::Desk;
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;

/// So many are offered.
const OFFERED: usize = 3;
/// A typing error is at most this far from what was meant.
const FAR: usize = 2;

/// Why there is nothing of this name, with the ids that may have been meant.
pub(super) fn unknown(desk: &Desk, id: &IncidentId) -> Clean {
    let near = near(desk, id.as_str());
    let meant = if near.is_empty() {
        "`dogwatch queue --all` lists what there is".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Clean::line(&format!("no incident {id} is known here; {meant}"))
}

/// Those with the same number first, then those that a typing error leads to.
fn near<'a>(desk: &'a Desk, typed: &str) -> Vec<&'a str> {
    let number = |id: &str| id.rsplit(['#', ':']).next().map(str::to_owned);
    let wanted = number(typed);
    let distance = |id: &str| strsim::damerau_levenshtein(&id.to_lowercase(), &typed.to_lowercase());
    let rank = |id: &'a str| match distance(id) {
        _ if number(id) == wanted => Some((0, id)),
        far @ ..=FAR => Some((far, id)),
        _ => None,
    };
    let mut near: Vec<(usize, &str)> = desk.queue().rows.iter().filter_map(|row| rank(row.id.as_str())).collect();
    near.sort_unstable();
    near.into_iter().map(|(_, id)| id).take(OFFERED).collect()
}

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

/// Those with the same number, else those that a typing error leads to.
fn near<'a>(desk: &'a Desk, typed: &str) -> Vec<&'a str> {
    let number = |id: &str| id.rsplit(['#', ':']).next().map(str::to_owned);
    let wanted = number(typed);
    let distance = |id: &str| strsim::damerau_levenshtein(&id.to_lowercase(), &typed.to_lowercase());
    let mut near: Vec<(usize, &str)> =
        desk.queue().rows.iter().map(|row| row.name().as_str()).map(|id| (distance(id), id)).collect();
    near.sort_unstable();
    let same = near.iter().any(|(_, id)| number(id) == wanted);
    near.retain(|(far, id)| if same { number(id) == wanted } else { *far <= FAR });
    near.into_iter().map(|(_, id)| id).take(OFFERED).collect()
}

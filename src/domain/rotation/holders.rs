//! Who holds a shift: the member in turn, then the swaps, then the overrides.
//! They change people, never handovers, turns or coverage.

use std::ops::Range;

use super::Because;
use crate::config::{Moment, Role, Rotation, Stretch};
use crate::domain::civil::Ruler;

/// A swap, the way back of one, or an override, as instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change<'a> {
    when: Range<i64>,
    /// Only where this person holds the role; wherever, if none.
    give: Option<&'a str>,
    take: &'a str,
    because: Because,
    why: Option<&'a str>,
}

/// Somebody holds a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held<'a> {
    pub when: Range<i64>,
    pub person: &'a str,
    pub because: Because,
    pub why: Option<&'a str>,
}

/// What changes this role of a rotation, in the order in which it applies.
pub(super) fn changes<'a>(rotation: &'a Rotation, role: Role, clock: &Ruler) -> Vec<Change<'a>> {
    let when = |stretch: &Stretch| instant(stretch.from, rotation, clock)..instant(stretch.to, rotation, clock);
    let mut changes = Vec::new();
    for swap in rotation.swaps.iter().filter(|swap| swap.role == role) {
        let Some(take) = swap.take.as_deref() else { continue };
        let (give, why) = (swap.give.as_str(), swap.why.as_deref());
        let one = |when, give, take| Change { when, give: Some(give), take, because: Because::Swap, why };
        changes.push(one(when(&swap.when), give, take));
        changes.extend(swap.back.as_ref().map(|back| one(when(back), take, give)));
    }
    let overrides = rotation.overrides.iter().filter(|one| one.role == role);
    changes.extend(overrides.map(|one| Change {
        when: when(&one.when),
        give: None,
        take: &one.person,
        because: Because::Override,
        why: one.why.as_deref(),
    }));
    changes
}

/// A bare date is the handover clock on that date.
pub(super) fn instant(moment: Moment, rotation: &Rotation, clock: &Ruler) -> i64 {
    match moment {
        Moment::Day(day) => clock.first(day.and_time(rotation.start.time()).and_utc().timestamp()),
        Moment::Local(local) => clock.first(local.and_utc().timestamp()),
        Moment::Exact(at) => at.timestamp(),
    }
}

/// Those of the changes that reach into a stretch, in their order.
pub(super) fn reaching<'a>(changes: &[Change<'a>], stretch: &Range<i64>) -> Vec<Change<'a>> {
    let reaches = |change: &&Change<'a>| change.when.start < stretch.end && stretch.start < change.when.end;
    changes.iter().filter(reaches).cloned().collect()
}

/// Lays the changes over somebody's stretch.
pub(super) fn lay<'a>(base: &'a str, when: Range<i64>, changes: &[Change<'a>]) -> Vec<Held<'a>> {
    let mut held = vec![Held { when: when.clone(), person: base, because: Because::Rotation, why: None }];
    for change in changes.iter().filter(|change| change.when.start < when.end && when.start < change.when.end) {
        held = held.into_iter().flat_map(|one| change.over(one)).collect();
    }
    // Whoever holds what is theirs by turn holds it by turn.
    for one in held.iter_mut().filter(|one| one.person == base) {
        (one.because, one.why) = (Because::Rotation, None);
    }
    held
}

impl<'a> Change<'a> {
    fn over(&self, held: Held<'a>) -> impl Iterator<Item = Held<'a>> {
        let (from, to) = (self.when.start.max(held.when.start), self.when.end.min(held.when.end));
        let concerned = self.give.is_none_or(|give| give == held.person) && self.take != held.person && from < to;
        let cuts = if concerned {
            let changed = Held { when: from..to, person: self.take, because: self.because, why: self.why };
            let (before, after) = (held.when.start..from, to..held.when.end);
            let rest = |when| Held { when, ..held.clone() };
            [Some(rest(before)), Some(changed), Some(rest(after))]
        } else {
            [Some(held), None, None]
        };
        cuts.into_iter().flatten().filter(|one| !one.when.is_empty())
    }
}

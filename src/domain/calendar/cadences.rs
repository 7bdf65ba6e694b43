//! What must keep happening, and whether it did.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::evidence::{EARLY, deadline, earlier, fits};
use super::{Calendar, Entry, Kind, LOOKS_AHEAD, LOOKS_BACK, Point, Status};
use crate::config::{Cadence, DoneBy, Evidence, Span};
use crate::domain::recurrence;
use crate::domain::text::Clean;

impl Calendar<'_> {
    pub(super) fn cadences(&self) -> impl Iterator<Item = Entry> {
        self.team.cadences.iter().flat_map(|cadence| self.cadence(cadence))
    }

    fn cadence(&self, cadence: &Cadence) -> Vec<Entry> {
        let days = self.days_of(cadence);
        let mut evidence = self.evidence_of(cadence);
        let mut used = BTreeSet::new();
        let mut entries = Vec::new();
        if let Some(evidence) = &mut evidence {
            evidence.sort_unstable();
        }
        for (place, day) in days.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| days[before]);
            let until = deadline(*day, cadence.grace.unwrap_or(Span::BusinessDays(0)), &self.team.team);
            let from = early(*day, before, days.get(place + 1).copied());
            let kept = evidence.as_ref().and_then(|known| {
                let first = known.partition_point(|kept| *kept < from);
                (first..known.len()).take_while(|at| known[*at] <= until).find(|at| !used.contains(at))
            });
            let kept_on = kept.and_then(|at| evidence.as_ref().map(|known| known[at]));
            used.extend(kept);
            if self.window.has(*day) {
                let status = match kept_on {
                    Some(_) => Status::Kept,
                    None if evidence.is_some() && self.today() > until => Status::Missed,
                    None => Status::Due,
                };
                entries.push(self.occurrence(cadence, *day, status, kept_on));
            }
        }
        entries
    }

    fn occurrence(&self, cadence: &Cadence, day: NaiveDate, status: Status, kept_on: Option<NaiveDate>) -> Entry {
        Entry {
            kind: Kind::Cadence,
            id: Clean::line(&format!("{}/{day}", cadence.id)),
            title: Clean::line(&cadence.title),
            date: Point::Day(day),
            end: None,
            owner: cadence.owner.as_ref().and_then(|who| self.who(who, day)),
            status: Some(status),
            clash: Vec::new(),
            note: kept_on.filter(|kept| *kept != day).map(|kept| Clean::line(&format!("done on {kept}"))),
        }
    }

    /// Its days around the window, in order.
    fn days_of(&self, cadence: &Cadence) -> Vec<NaiveDate> {
        let since = self.window.from.checked_sub_days(LOOKS_BACK).unwrap_or(NaiveDate::MIN);
        let last = self.window.to.checked_add_days(LOOKS_AHEAD).unwrap_or(NaiveDate::MAX);
        let days = recurrence::between(&cadence.rule, cadence.start, (since, last));
        days.filter(|day| !cadence.skip.contains(day)).collect()
    }

    /// The days on which there is something to show for it; none if nobody looked, or nothing would show it.
    fn evidence_of(&self, cadence: &Cadence) -> Option<Vec<NaiveDate>> {
        let facts = self.facts;
        let zone = self.team.team.timezone;
        let day = |at: &DateTime<Utc>| at.with_timezone(&zone).date_naive();
        match cadence.done_by.as_ref()? {
            DoneBy::Minutes => facts.minutes.clone(),
            DoneBy::Handoff => facts.handoffs.clone(),
            DoneBy::Review => facts.reviews.clone(),
            DoneBy::RunbookRun => facts.runs.clone(),
            DoneBy::Drill => facts.drills.clone(),
            DoneBy::Git(Evidence::Tag(glob)) => {
                facts.tags.as_ref()?;
                let tags = facts.all_tags().into_iter().filter(|tag| fits(glob, &tag.name));
                Some(tags.map(|tag| day(&tag.at)).collect())
            }
            DoneBy::Git(Evidence::Commit(path)) => Some(facts.commits.get(path)?.iter().map(day).collect()),
        }
    }
}

/// The first day that counts for this one: by half the distance to the one before it, to the next for the first.
fn early(day: NaiveDate, before: Option<NaiveDate>, next: Option<NaiveDate>) -> NaiveDate {
    let distance = match (before, next) {
        (Some(before), _) => (day - before).num_days() / 2,
        (None, Some(next)) => (next - day).num_days() / 2,
        (None, None) => EARLY,
    };
    earlier(day, distance)
}

//! A change of the team file on its way: what is asked for, and what it would
//! look like and do, before anybody says yes.

mod turns;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::moments::HandoverClock;
use crate::config::{
    Moment, Override, Role, Rotation, RotationEdit, Stretch, Swap, TeamFile, spelled_moment, team_file,
};
use crate::domain::amended::{Changed, changed, doubts};
use crate::domain::rotation::role_word;

pub use turns::{Theirs, Turns};

/// So far a new list of members is followed.
const FOLLOWED: TimeDelta = TimeDelta::days(182);

/// A change of one rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The id of the rotation.
    pub rotation: String,
    /// What is done to it.
    pub edit: RotationEdit,
}

/// What the team file would be with it; nothing has been written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was asked for.
    pub amendment: Amendment,
    /// The file as it was when it was read; it is written only if it still is.
    pub before: String,
    /// The file with the change; the same, if it says so already.
    pub after: String,
    /// From the one to the other, as `git diff` shows it and `git apply` takes it; empty if nothing changes.
    pub diff: String,
}

impl Draft {
    /// Whether there is anything to write.
    pub fn changes(&self) -> bool {
        self.before != self.after
    }

    /// What the file would say; none where it cannot be read, which no draft ever is.
    pub fn team(&self) -> Option<TeamFile> {
        team_file(&self.after, "dogwatch.toml").ok()
    }

    /// What it would do to who is on call, seen from this instant.
    pub fn effect(&self, now: DateTime<Utc>) -> Told {
        let before = team_file(&self.before, "dogwatch.toml").unwrap_or_default();
        let after = self.team().unwrap_or_default();
        Told::of((&before, &after), self, now)
    }
}

/// What a change does to who is on call, and what is worth a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who has what instead of whom, by time.
    pub changes: Vec<Changed>,
    /// What may not be meant: it overlaps, covers nothing, names somebody who is away.
    pub doubts: Vec<String>,
    /// The rotation's zone.
    pub zone: Tz,
    rotation: String,
}

impl Told {
    fn of((before, after): (&TeamFile, &TeamFile), draft: &Draft, now: DateTime<Utc>) -> Self {
        let id = &draft.amendment.rotation;
        let nothing = Self { changes: Vec::new(), doubts: Vec::new(), zone: after.team.timezone, rotation: id.clone() };
        let Some(known) = after.rotations.iter().find(|rotation| rotation.id == *id) else { return nothing };
        let clock = HandoverClock::of(known, &after.team);
        let edit = &draft.amendment.edit;
        let stretches = stretches(edit, &clock);
        let of = |stretch: &(DateTime<Utc>, DateTime<Utc>)| changed((before, after), id, *stretch);
        let mut changes: Vec<Changed> = stretches.iter().flat_map(of).collect();
        changes.sort_by_key(|one| (one.from, one.role == Role::Secondary));
        let mut words: Vec<String> = Vec::new();
        let takes_out = matches!(
            edit,
            RotationEdit::RemoveOverride(_) | RotationEdit::RemoveSwap(_) | RotationEdit::Restate { .. }
        );
        if draft.changes() && !takes_out {
            let asks = matches!(edit, RotationEdit::AddSwap(Swap { take: None, .. }));
            if changes.is_empty() && !asks {
                words.push("it changes nothing: whoever it names has it anyway, or another override wins".to_owned());
            }
            words.extend(stretches.iter().flat_map(|stretch| doubts(after, id, *stretch)));
            words.extend(overlaps(before, known, &clock, edit));
            let past = stretches.iter().filter(|(_, to)| *to <= now);
            words.extend(past.map(|_| "it is about the past".to_owned()));
        }
        Self { changes, doubts: words, zone: known.timezone, rotation: id.clone() }
    }

    /// Who has what instead of whom, a line each.
    pub fn lines(&self) -> Vec<String> {
        let at = |at: DateTime<Utc>| at.with_timezone(&self.zone).format("%a %-d %b %Y %H:%M").to_string();
        let who = |who: &Option<String>| who.clone().unwrap_or_else(|| "nobody".to_owned());
        let line = |one: &Changed| {
            let (from, to, role) = (at(one.from), at(one.to), role_word(one.role));
            format!("{} {role} from {from} to {to}: {}, until now {}", self.rotation, who(&one.is), who(&one.was))
        };
        self.changes.iter().map(line).collect()
    }
}

/// The stretches of time that a change is about.
fn stretches(edit: &RotationEdit, clock: &HandoverClock) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let of = |when: &Stretch| (clock.instant(when.from), clock.instant(when.to));
    let of_swap = |swap: &Swap| std::iter::once(&swap.when).chain(&swap.back).map(of).collect();
    match edit {
        RotationEdit::AddOverride(one) | RotationEdit::RemoveOverride(one) => vec![of(&one.when)],
        RotationEdit::AddSwap(swap) | RotationEdit::RemoveSwap(swap) => of_swap(swap),
        RotationEdit::TakeSwap { open, .. } => of_swap(open),
        RotationEdit::Restate { start, .. } => {
            let from = clock.instant(Moment::Local(*start));
            vec![(from, from.checked_add_signed(FOLLOWED).unwrap_or(from))]
        }
    }
}

/// Another override of the same role in the same stretch: the later one in the file wins.
fn overlaps(before: &TeamFile, rotation: &Rotation, clock: &HandoverClock, edit: &RotationEdit) -> Vec<String> {
    let RotationEdit::AddOverride(new) = edit else { return Vec::new() };
    let of = |when: &Stretch| (clock.instant(when.from), clock.instant(when.to));
    let (from, to) = of(&new.when);
    let known = before.rotations.iter().find(|known| known.id == rotation.id);
    let others = known.into_iter().flat_map(|known| &known.overrides).filter(|one| {
        let (start, end) = of(&one.when);
        one.role == new.role && start < to && from < end
    });
    let say = |one: &Override| {
        let (from, to) = (spelled_moment(one.when.from), spelled_moment(one.when.to));
        format!("it overlaps the override of {} from {from} to {to}, and wins as the later one", one.person)
    };
    others.map(say).collect()
}

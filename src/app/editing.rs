//! A change of the team file on its way: what is asked for, and what it would
//! look like and do, before anybody says yes.

mod turns;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::moments::HandoverClock;
use crate::config::{
    Amendment, Moment, Override, Role, Rotation, RotationEdit, Stretch, Swap, TeamFile, spelled_moment, team_file,
};
use crate::domain::amended::{Changed, changed, doubts};
use crate::domain::rotation::{Because, Roster, role_word};

pub use turns::{Theirs, Turns};

/// So far a new list of members is followed.
const FOLLOWED: TimeDelta = TimeDelta::days(182);

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
    /// Why it is not written; none where it may be.
    pub refused: Option<String>,
    /// The rotation's zone.
    pub zone: Tz,
    rotation: String,
}

impl Told {
    fn of((before, after): (&TeamFile, &TeamFile), draft: &Draft, now: DateTime<Utc>) -> Self {
        let zone = after.team.timezone;
        let Amendment::Rotation { rotation: id, edit } = &draft.amendment else {
            let rotation = String::new();
            return Self { changes: Vec::new(), doubts: Vec::new(), refused: None, zone, rotation };
        };
        let rotation = id.clone();
        let nothing = Self { changes: Vec::new(), doubts: Vec::new(), refused: None, zone, rotation };
        let Some(known) = after.rotations.iter().find(|rotation| rotation.id == *id) else { return nothing };
        let clock = HandoverClock::of(known, &after.team);
        let stretches = stretches(edit, &clock);
        let of = |stretch: &(DateTime<Utc>, DateTime<Utc>)| changed((before, after), id, *stretch);
        let mut changes: Vec<Changed> = stretches.iter().flat_map(of).collect();
        changes.sort_by_key(|one| (one.from, one.role == Role::Secondary));
        let (mut words, mut refused) = (Vec::<String>::new(), None);
        let takes_out = matches!(
            edit,
            RotationEdit::RemoveOverride(_) | RotationEdit::RemoveSwap(_) | RotationEdit::Restate { .. }
        );
        if draft.changes() && !takes_out {
            refused = refusal(before, known, &clock, edit).or_else(|| nothing_new(edit, &changes));
            words.extend(stretches.iter().flat_map(|stretch| doubts(after, id, *stretch)));
            words.extend(overlaps(before, known, &clock, edit));
            words.extend(beaten(before, known, &clock, edit));
            let past = stretches.iter().filter(|(_, to)| *to <= now);
            words.extend(past.map(|_| "it is about the past".to_owned()));
        }
        Self { changes, doubts: words, refused, zone: known.timezone, rotation: id.clone() }
    }

    /// Who has what instead of whom, a line each.
    pub fn lines(&self) -> Vec<String> {
        let at = |at: DateTime<Utc>| at.with_timezone(&self.zone).format("%a %-d %b %Y %H:%M").to_string();
        let who = |who: &Option<String>| who.clone().unwrap_or_else(|| "nobody".to_owned());
        let line = |one: &Changed| {
            let (from, to, role) = (at(one.from), at(one.to), role_word(one.role));
            format!("{} {role} from {from} to {to}: {}, was {}", self.rotation, who(&one.is), who(&one.was))
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

/// Why a change of nothing is not written.
fn nothing_new(edit: &RotationEdit, changes: &[Changed]) -> Option<String> {
    let asks = matches!(edit, RotationEdit::AddSwap(Swap { take: None, .. }));
    let nothing = || "it changes nothing: whoever it names has it anyway, or an override wins".to_owned();
    (changes.is_empty() && !asks).then(nothing)
}

/// Why nobody can answer an open request: it is not the giver's own shift.
fn refusal(before: &TeamFile, rotation: &Rotation, clock: &HandoverClock, edit: &RotationEdit) -> Option<String> {
    let RotationEdit::AddSwap(Swap { when, give, take: None, role, .. }) = edit else { return None };
    let (from, to) = (clock.instant(when.from), clock.instant(when.to));
    let roster = Roster::new(before, &[], from, (from, to));
    let pieces = roster.pieces(&rotation.id, *role, (from, to));
    if let Some(other) = pieces.iter().find(|piece| piece.person != give) {
        return Some(format!("it is not {give}'s to give: {} has it then", other.person));
    }
    if pieces.is_empty() {
        return Some(format!("it is not {give}'s to give: nobody has it then"));
    }
    let overridden = pieces.iter().any(|piece| piece.because == Because::Override);
    overridden.then(|| format!("an override made it {give}'s, and a request would not change that"))
}

/// The swaps that an override beats: it wins over them, and what was to be done in return stays.
fn beaten(before: &TeamFile, rotation: &Rotation, clock: &HandoverClock, edit: &RotationEdit) -> Vec<String> {
    let RotationEdit::AddOverride(new) = edit else { return Vec::new() };
    let (from, to) = (clock.instant(new.when.from), clock.instant(new.when.to));
    let hit = |when: &Stretch| clock.instant(when.from) < to && from < clock.instant(when.to);
    let say = |swap: &Swap| {
        let take = swap.take.as_ref().filter(|_| swap.role == new.role)?;
        let day = clock.instant(swap.when.from).with_timezone(&rotation.timezone).format("%-d %b");
        let name = format!("the swap {} → {take} of {day}", swap.give);
        match (hit(&swap.when), swap.back.as_ref().map(hit)) {
            (true, Some(false)) => Some(format!("it beats {name}; its way back still stands")),
            (false, Some(true)) => Some(format!("it beats the way back of {name}, which still stands")),
            (true, None | Some(true)) => Some(format!("it beats {name}")),
            (false, None | Some(false)) => None,
        }
    };
    let known = before.rotations.iter().find(|known| known.id == rotation.id);
    known.into_iter().flat_map(|known| &known.swaps).filter_map(say).collect()
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

//! What is wrong with the rotations ahead, as `check` names it.

use chrono::{DateTime, FixedOffset, Utc};

use super::{Gap, JUDGED, Piece, Roster, Rota, words};
use crate::config::{Coverage, Moment, Override, Role, RotationEdit, Stretch, TeamFile};
use crate::domain::people::{Unfit, unfit};

/// A gap that begins within so many seconds is an error, a later one a warning: seven days.
const SOON: i64 = 7 * 86_400;
/// So many overrides and swaps ahead are held against what would be without them.
const LOOKED_AT: usize = 32;
/// What lies further apart than a long weekend is another absence, in seconds.
const APART: i64 = 5 * 86_400;
/// Around the clock takes so many people, working hours so many.
const THIN: (usize, usize) = (8, 3);
/// Nobody should carry more than this share of the mean.
const FAIR: f64 = 1.15;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It breaks a promise.
    Error,
    /// It is about to.
    Warning,
    /// Good to know.
    Info,
}

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What it is about: `rotation:ops`.
    pub subject: String,
    /// What is wrong, with its evidence.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// The same as a change of the rotation, where it is one.
    pub edit: Option<RotationEdit>,
}

impl Roster<'_> {
    /// What is wrong from now to an instant, errors first. The roster must reach there, and half a year further back
    /// for the load.
    pub fn findings(&self, to: DateTime<Utc>) -> Vec<Finding> {
        let from = super::time(self.now);
        let mut found: Vec<Finding> = absences(self.gaps((from, to))).iter().map(|gap| self.away(gap)).collect();
        for rota in &self.rotas {
            found.extend(ends(rota, (self.now, to.timestamp())));
            found.extend(self.overlaps(rota, to));
            found.extend(self.idle(rota, to));
            found.extend(self.thin(rota));
            found.extend(self.in_a_row(rota, (from, to)));
        }
        let now = super::time(self.now);
        found.extend(self.overloaded((now - JUDGED, now + JUDGED)));
        found.sort_by(|one, other| (one.level, one.rule, &one.subject).cmp(&(other.level, other.rule, &other.subject)));
        found
    }

    /// Covered time whose holder cannot answer, and the override that would mend it.
    fn away(&self, gap: &Gap<'_>) -> Finding {
        let now = super::time(self.now);
        let until = format!("{} to {}", words::when(gap.start, now), words::when(gap.end, now));
        let gone = matches!(gap.why, Unfit::Left);
        let stand_in = self.stand_in(gap);
        let exact = |at: DateTime<FixedOffset>| Moment::Local(at.naive_local());
        let holds = |person: &str| {
            let when = Stretch { from: exact(gap.start), to: exact(gap.end) };
            let why = Some(format!("{} {}", gap.holder, gap.why));
            RotationEdit::AddOverride(Override { when, person: person.to_owned(), role: Role::Primary, why })
        };
        let edit = stand_in.filter(|_| !gone).map(holds);
        let fix = match stand_in {
            Some(person) => format!(
                "dogwatch override add --rotation {} {person} --from {} --to {}",
                gap.rotation,
                gap.start.format("%Y-%m-%dT%H:%M"),
                gap.end.format("%Y-%m-%dT%H:%M"),
            ),
            None => "no member is there all that time: split it, or ask somebody else".to_owned(),
        };
        let leaves =
            format!("take {} out of the members of {}: `dogwatch override` is for absences", gap.holder, gap.rotation);
        let fix = if gone { leaves } else { fix };
        let hours = words::hours(gap.seconds);
        Finding {
            rule: "rotation-away",
            level: if gap.start.timestamp() - self.now < SOON { Level::Error } else { Level::Warning },
            subject: format!("rotation:{}", gap.rotation),
            message: format!("{until}: {} {} ({hours} covered)", gap.holder, gap.why),
            fix,
            edit,
        }
    }

    /// The member who is there at both ends of a gap and carries the least.
    fn stand_in(&self, gap: &Gap<'_>) -> Option<&str> {
        let rotation = self.team.rotations.iter().find(|rotation| rotation.id == gap.rotation)?;
        let (start, end) = (gap.start.to_utc(), gap.end.to_utc());
        let there = |person: &str| {
            let steps = (0..=24).map(|step| start + (end - start) * step / 24);
            person != gap.holder && steps.into_iter().all(|at| unfit(self.team, person, at).is_none())
        };
        let load = self.load((super::time(self.now), super::time(self.stretch.end)));
        let carries = |person: &str| load.iter().find(|load| load.person == person).map_or(0, |load| load.covered);
        rotation.members.iter().map(String::as_str).filter(|person| there(person)).min_by_key(|person| carries(person))
    }

    /// Overrides and swaps ahead that change nothing. Of many only the first are looked at.
    fn idle(&self, rota: &Rota<'_>, to: DateTime<Utc>) -> Vec<Finding> {
        let rotation = rota.rotation;
        let instant = |moment| super::holders::instant(moment, rotation, &rota.clock);
        let ahead = |when: &Stretch| {
            let (from, end) = (instant(when.from).max(self.now), instant(when.to).min(to.timestamp()));
            (from < end).then(|| (super::time(from), super::time(end)))
        };
        let people = |team: &TeamFile, role: Role, stretch: (DateTime<Utc>, DateTime<Utc>)| -> Vec<(String, i64)> {
            let roster = Roster::new(team, &[], stretch.0, stretch);
            let pieces = roster.pieces(&rotation.id, role, stretch);
            pieces.iter().map(|piece| (piece.person.to_owned(), piece.when.start)).collect()
        };
        let changes = |role: Role, whens: &[&Stretch], change: &dyn Fn(&mut crate::config::Rotation)| {
            let mut one = rotation.clone();
            change(&mut one);
            let without = TeamFile { rotations: vec![one], ..self.team.clone() };
            let mut ahead = whens.iter().filter_map(|when| ahead(when));
            ahead.any(|stretch| people(self.team, role, stretch) != people(&without, role, stretch))
        };
        let found = |what: String| Finding {
            rule: "rotation-gap",
            level: Level::Warning,
            subject: format!("rotation:{}", rotation.id),
            message: format!("{what} changes nothing"),
            fix: "take it out, or correct its person or its time".to_owned(),
            edit: None,
        };
        let overrides = rotation.overrides.iter().enumerate().filter(|(_, one)| ahead(&one.when).is_some());
        let overrides = overrides.take(LOOKED_AT).filter_map(|(at, one)| {
            let without = |rotation: &mut crate::config::Rotation| drop(rotation.overrides.remove(at));
            let idle = !changes(one.role, &[&one.when], &without);
            idle.then(|| {
                found(format!("the override to {} from {}", one.person, self.day(rota, instant(one.when.from))))
            })
        });
        let swaps = rotation.swaps.iter().enumerate();
        let swaps = swaps.filter(|(_, swap)| swap.take.is_some() && ahead(&swap.when).is_some());
        let swaps = swaps.take(LOOKED_AT).filter_map(|(at, one)| {
            let without = |rotation: &mut crate::config::Rotation| drop(rotation.swaps.remove(at));
            let whens: Vec<&Stretch> = std::iter::once(&one.when).chain(&one.back).collect();
            let idle = !changes(one.role, &whens, &without);
            idle.then(|| found(format!("the swap of {} from {}", one.give, self.day(rota, instant(one.when.from)))))
        });
        overrides.chain(swaps).collect()
    }

    /// Overrides of one role that overlap and name two people: the later in the file wins, and somebody may not know.
    fn overlaps(&self, rota: &Rota<'_>, to: DateTime<Utc>) -> Vec<Finding> {
        let rotation = rota.rotation;
        let instant = |moment| super::holders::instant(moment, rotation, &rota.clock);
        let ahead: Vec<_> = rotation
            .overrides
            .iter()
            .map(|one| (one, instant(one.when.from), instant(one.when.to)))
            .filter(|(_, from, end)| *end > self.now && *from < to.timestamp())
            .collect();
        let mut found = Vec::new();
        for (at, (one, from, end)) in ahead.iter().enumerate().take(LOOKED_AT) {
            let later = ahead.iter().skip(at + 1).filter(|(other, start, stop)| {
                other.role == one.role && other.person != one.person && start < end && from < stop
            });
            for (other, start, _) in later {
                found.push(Finding {
                    rule: "rotation-overlap",
                    level: Level::Warning,
                    subject: format!("rotation:{}", rotation.id),
                    message: format!(
                        "the overrides to {} and to {} overlap from {}; {} has it then, being the later in the file",
                        one.person,
                        other.person,
                        self.day(rota, (*start).max(*from)),
                        other.person,
                    ),
                    fix: "shorten one of them".to_owned(),
                    edit: None,
                });
            }
        }
        found
    }

    fn day(&self, rota: &Rota<'_>, at: i64) -> String {
        words::when(super::zoned(at, rota.rotation.timezone), super::time(self.now))
    }

    fn thin(&self, rota: &Rota<'_>) -> Option<Finding> {
        let now = super::time(self.now);
        let (rotation, always) = (rota.rotation, rota.hours.is_always());
        let wanted = if always { THIN.0 } else { THIN.1 };
        let judged = always || rotation.coverage == Coverage::Business;
        let fit = rotation.members.iter().filter(|person| unfit(self.team, person, now).is_none()).count();
        let few = judged && fit < wanted;
        let mut said = Vec::new();
        if few {
            let takes = if always { "round the clock takes" } else { "work hours take" };
            said.push(format!("{fit} of {} members can serve now, {takes} {wanted}", rotation.members.len()));
        }
        if rotation.secondary.is_none() {
            said.push("there is no secondary".to_owned());
        }
        (!said.is_empty()).then(|| Finding {
            rule: "rotation-thin",
            level: Level::Warning,
            subject: format!("rotation:{}", rotation.id),
            message: said.join("; "),
            fix: if few { "add members, or cover fewer hours" } else { "write `secondary = \"previous\"`" }.to_owned(),
            edit: None,
        })
    }

    /// Two primary shifts in a row, of which a rotation of two and more should know none.
    fn in_a_row(&self, rota: &Rota<'_>, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Option<Finding> {
        if rota.rotation.members.len() < 2 {
            return None;
        }
        let pieces = self.held(rota, Role::Primary, &(from.timestamp()..to.timestamp()));
        let twice =
            |pair: &&[Piece<'_>]| matches!(pair, [one, next] if one.person == next.person && one.shift != next.shift);
        let pair = pieces.windows(2).find(twice)?;
        let [one, next] = pair else { return None };
        Some(Finding {
            rule: "overloaded",
            level: Level::Warning,
            subject: format!("rotation:{}", rota.rotation.id),
            message: format!(
                "{} has two shifts in a row, from {} and from {}",
                one.person,
                self.day(rota, one.when.start),
                self.day(rota, next.when.start),
            ),
            fix: "swap one of them".to_owned(),
            edit: None,
        })
    }

    /// Who carries much more than the others, over at least one round of members.
    fn overloaded(&self, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Finding> {
        let load = self.load((from, to));
        let shift = self.rotas.iter().map(|rota| {
            let (start, end) = (rota.shift(self.now).start, rota.shift(self.now).end);
            let round = (end - start).saturating_mul(i64::try_from(rota.rotation.members.len()).unwrap_or(i64::MAX));
            (end - start, round)
        });
        let (longest, round) = shift.fold((0, 0), |one, other| (one.0.max(other.0), one.1.max(other.1)));
        if load.len() < 2 || round > to.timestamp() - from.timestamp() {
            return Vec::new();
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds of a window stay far below 2^52")]
        let above = |load: &super::Load<'_>| {
            let mean = load.covered - load.above_mean;
            load.covered as f64 > mean as f64 * FAIR && load.above_mean > longest
        };
        let told = load.iter().filter(|load| above(load)).map(|load| Finding {
            rule: "overloaded",
            level: Level::Warning,
            subject: format!("person:{}", load.person),
            message: format!(
                "{} carries {} covered, {} more than the mean",
                load.person,
                words::hours(load.covered),
                words::hours(load.above_mean),
            ),
            fix: "swap a shift, or add members".to_owned(),
            edit: None,
        });
        told.collect()
    }
}

/// The gaps, those of one absence as one: nights and weekends between them are not covered anyway.
fn absences(gaps: Vec<Gap<'_>>) -> Vec<Gap<'_>> {
    let mut absences: Vec<Gap<'_>> = Vec::new();
    for gap in gaps {
        let same = |last: &&mut Gap<'_>| {
            (last.rotation, last.holder, &last.why) == (gap.rotation, gap.holder, &gap.why)
                && (gap.start - last.end).num_seconds() < APART
        };
        match absences.iter_mut().rfind(|last| last.rotation == gap.rotation).filter(same) {
            Some(last) => (last.end, last.seconds) = (gap.end, last.seconds + gap.seconds),
            None => absences.push(gap),
        }
    }
    absences
}

fn ends(rota: &Rota<'_>, (now, to): (i64, i64)) -> Option<Finding> {
    let soon = (now..to).contains(&rota.until);
    soon.then(|| Finding {
        rule: "rotation-gap",
        level: if rota.until - now < SOON { Level::Error } else { Level::Warning },
        subject: format!("rotation:{}", rota.rotation.id),
        message: format!(
            "it ends {} and nobody follows",
            words::when(super::zoned(rota.until, rota.rotation.timezone), super::time(now)),
        ),
        fix: "write a later `until`, or another rotation".to_owned(),
        edit: None,
    })
}

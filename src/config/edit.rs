//! Changes of the team file that people ask for from the terminal: an
//! override, a swap, a new list of members.
//!
//! Everything else in the file stays as it is, byte for byte. The changed text
//! is read again, and it must say exactly what it said before but for the one
//! thing that was asked for; else nothing comes out but the reason.

mod model;
mod page;

use chrono::NaiveDateTime;

pub use self::model::{Does, ModelChange};
use self::page::{Fields, List, Page};
use super::parse::nearest;
use super::problem::{Problem, Problems, quoted};
use super::rotation::{Override, Role, Rotation, Stretch, Swap};
use super::team::TeamFile;
use super::team_file;
use super::values::Moment;

/// A change of the team file, before anybody has said yes to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amendment {
    /// Of one rotation.
    Rotation {
        /// Its id.
        rotation: String,
        /// What is done to it.
        edit: RotationEdit,
    },
    /// Of another entry.
    Model(ModelChange),
}

impl Amendment {
    /// The text of a team file with this done; the same text, if it says so already. `file` is what problems call it.
    ///
    /// # Errors
    ///
    /// What is wrong with the file as it stands, or why the change cannot be made; each with its place.
    pub fn made_in(&self, text: &str, file: &str) -> Result<String, Vec<Problem>> {
        match self {
            Self::Rotation { rotation, edit } => edit.made_in(text, file, rotation),
            Self::Model(change) => {
                team_file(text, file)?;
                change.made_in(text).ok_or_else(|| {
                    let (message, remedy) = unwritable();
                    let mut problems = Problems::new(text, file);
                    problems.at(&(0..0), &message, Some(&remedy));
                    problems.sorted()
                })
            }
        }
    }
}

/// One change of one rotation. What is changed or taken out is named by what it says, not by its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RotationEdit {
    /// Somebody holds a role in a window.
    AddOverride(Override),
    /// It is their turn's holder's again.
    RemoveOverride(Override),
    /// What is one person's in a window is another's; without `take` it is asked who would.
    AddSwap(Swap),
    /// Somebody says yes to an open request.
    TakeSwap {
        /// The request.
        open: Swap,
        /// The id of who takes it.
        take: String,
    },
    /// Each does their own again, or the request is taken back.
    RemoveSwap(Swap),
    /// From this handover on these people take turns.
    Restate {
        /// A handover, local to the rotation's zone.
        start: NaiveDateTime,
        /// From whoever takes over then.
        members: Vec<String>,
    },
}

impl RotationEdit {
    /// The text of a team file with this done to a rotation; the same text, if it says so already. `file` is what
    /// problems call it.
    ///
    /// # Errors
    ///
    /// What is wrong with the file as it stands, or why the change cannot be made; each with its place.
    pub fn made_in(&self, text: &str, file: &str, rotation: &str) -> Result<String, Vec<Problem>> {
        self.tidy().changed(text, file, rotation)
    }

    fn changed(&self, text: &str, file: &str, rotation: &str) -> Result<String, Vec<Problem>> {
        let old = team_file(text, file)?;
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        let page = Page::read(bare).map_err(|_| team_file(text, file).err().unwrap_or_default())?;
        let refuse = |(message, remedy): (String, String)| {
            let mut problems = Problems::new(bare, file);
            problems.at(&page.place(rotation), &message, Some(&remedy));
            problems.sorted()
        };
        let mut wanted = old.clone();
        let known = wanted.rotations.iter_mut().find(|known| known.id == rotation);
        let known = known.ok_or_else(|| refuse(no_rotation(&old, rotation)))?;
        self.people().into_iter().try_for_each(|person| is_known(&old, person)).map_err(&refuse)?;
        let at = self.done_to(known).map_err(&refuse)?;
        let Some(at) = at else { return Ok(text.to_owned()) };
        let changed = self.written(&page, rotation, at).ok_or_else(|| refuse(unwritable()))?.map_err(&refuse)?;
        let changed = format!("{}{changed}", &text[..text.len() - bare.len()]);
        let new = team_file(&changed, file)?;
        if new == wanted { Ok(changed) } else { Err(refuse(unwritable())) }
    }

    /// With its reason as it is read again.
    fn tidy(&self) -> Self {
        let mut tidy = self.clone();
        let why = match &mut tidy {
            Self::AddOverride(one) => &mut one.why,
            Self::AddSwap(one) => &mut one.why,
            Self::RemoveOverride(_) | Self::RemoveSwap(_) | Self::TakeSwap { .. } | Self::Restate { .. } => {
                return tidy;
            }
        };
        *why = why.take().map(|why| why.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|why| !why.is_empty());
        tidy
    }

    /// Everybody whom it names anew.
    fn people(&self) -> Vec<&str> {
        match self {
            Self::AddOverride(one) => vec![&one.person],
            Self::AddSwap(one) => std::iter::once(&one.give).chain(&one.take).map(String::as_str).collect(),
            Self::TakeSwap { take, .. } => vec![take],
            Self::Restate { members, .. } => members.iter().map(String::as_str).collect(),
            Self::RemoveOverride(_) | Self::RemoveSwap(_) => Vec::new(),
        }
    }

    /// Does it to the rotation as it was read, and says at which place of its list; none if it says so already.
    fn done_to(&self, rotation: &mut Rotation) -> Result<Option<usize>, (String, String)> {
        let gone = |what: &str| {
            let remedy = "`dogwatch override list` shows what there is".to_owned();
            (format!("rotation {} has no such {what} any more", quoted(&rotation.id)), remedy)
        };
        match self {
            Self::AddOverride(one) if rotation.overrides.contains(one) => return Ok(None),
            Self::AddOverride(one) => rotation.overrides.push(one.clone()),
            Self::AddSwap(one) if rotation.swaps.contains(one) => return Ok(None),
            Self::AddSwap(one) => rotation.swaps.push(one.clone()),
            Self::RemoveOverride(one) => {
                let at = rotation.overrides.iter().rposition(|known| known == one).ok_or_else(|| gone("override"))?;
                rotation.overrides.remove(at);
                return Ok(Some(at));
            }
            Self::RemoveSwap(one) => {
                let at = rotation.swaps.iter().rposition(|known| known == one).ok_or_else(|| gone("swap"))?;
                rotation.swaps.remove(at);
                return Ok(Some(at));
            }
            Self::TakeSwap { open, take } => {
                let at = rotation.swaps.iter().rposition(|known| known == open).ok_or_else(|| gone("request"))?;
                if open.take.is_some() {
                    let remedy = "add an override, or a swap with whoever took it".to_owned();
                    return Err(("this swap has been taken already".to_owned(), remedy));
                }
                rotation.swaps[at].take = Some(take.clone());
                return Ok(Some(at));
            }
            Self::Restate { start, members } if rotation.start == *start && rotation.members == *members => {
                return Ok(None);
            }
            Self::Restate { start, members } => {
                if start.time() != rotation.start.time() && has_bare_dates(rotation) {
                    let message = "bare dates of its overrides and swaps would mean another clock time";
                    return Err((message.to_owned(), "write their clock times first, as in `2026-12-28T10:00`".into()));
                }
                rotation.start = *start;
                members.clone_into(&mut rotation.members);
            }
        }
        Ok(Some(0))
    }

    /// The changed text, without a mark at its start; none where the file is written in a way that is not followed.
    fn written(&self, page: &Page<'_>, rotation: &str, at: usize) -> Option<Result<String, (String, String)>> {
        Some(Ok(match self {
            Self::AddOverride(one) => page.with(rotation, List::Overrides, &override_fields(one))?,
            Self::AddSwap(one) => page.with(rotation, List::Swaps, &swap_fields(one))?,
            Self::RemoveOverride(_) => page.without((rotation, List::Overrides), at)?,
            Self::RemoveSwap(_) => page.without((rotation, List::Swaps), at)?,
            Self::TakeSwap { take, .. } => {
                page.with_key((rotation, List::Swaps), at, "give", ("take", page::quoted(take)))?
            }
            Self::Restate { start, members } => return page.restated(rotation, *start, members),
        }))
    }
}

/// The moment that is spelled so; none if it is none.
pub fn moment(text: &str) -> Option<Moment> {
    super::parse::moment(text).ok()
}

/// A moment as people write it, and as it is read again.
pub fn spelled(moment: Moment) -> String {
    match moment {
        Moment::Day(day) => day.format("%Y-%m-%d").to_string(),
        Moment::Local(local) => local.format("%Y-%m-%dT%H:%M").to_string(),
        Moment::Exact(exact) => exact.to_rfc3339_opts(chrono::SecondsFormat::Secs, false),
    }
}

fn has_bare_dates(rotation: &Rotation) -> bool {
    let bare = |stretch: &Stretch| matches!(stretch.from, Moment::Day(_)) || matches!(stretch.to, Moment::Day(_));
    let back = rotation.swaps.iter().filter_map(|swap| swap.back.as_ref());
    let swaps = rotation.swaps.iter().map(|swap| &swap.when).chain(back);
    rotation.overrides.iter().map(|one| &one.when).chain(swaps).any(bare)
}

fn override_fields(one: &Override) -> Fields {
    let Override { when, person, role, why } = one;
    let mut fields = ends(*when);
    fields.push(("person", page::quoted(person)));
    fields.extend(rest(*role, why.as_ref()));
    fields
}

fn swap_fields(one: &Swap) -> Fields {
    let Swap { when, give, take, back, role, why } = one;
    let mut fields = ends(*when);
    fields.push(("give", page::quoted(give)));
    fields.extend(take.as_ref().map(|take| ("take", page::quoted(take))));
    fields.extend(back.map(|back| ("back", page::inline(&ends(back)))));
    fields.extend(rest(*role, why.as_ref()));
    fields
}

fn ends(when: Stretch) -> Fields {
    vec![("from", page::quoted(&spelled(when.from))), ("to", page::quoted(&spelled(when.to)))]
}

fn rest(role: Role, why: Option<&String>) -> Fields {
    let role = (role == Role::Secondary).then(|| ("role", page::quoted("secondary")));
    role.into_iter().chain(why.map(|why| ("why", page::quoted(why)))).collect()
}

fn no_rotation(team: &TeamFile, id: &str) -> (String, String) {
    let known: Vec<&str> = team.rotations.iter().map(|rotation| rotation.id.as_str()).collect();
    (format!("there is no rotation {}", quoted(id)), meant(id, &known))
}

fn is_known(team: &TeamFile, person: &str) -> Result<(), (String, String)> {
    if team.person(person).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = team.people.iter().map(|person| person.id.as_str()).collect();
    Err((format!("there is no person {}", quoted(person)), meant(person, &known)))
}

fn meant(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there are none in this file".to_owned(),
        None => format!("there are: {}", known.join(", ")),
    }
}

fn unwritable() -> (String, String) {
    let message = "this file is written in a way in which the change cannot be made without touching something else";
    (message.to_owned(), "change it by hand".to_owned())
}

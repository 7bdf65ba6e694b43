//! Handoffs on disk: what one is computed from is brought from this machine,
//! what handoffs have told of is read back, and one that is written for people
//! goes into the team's log folder.
//!
//! A file of the same shift is replaced, one of another shift never. What the
//! folder says wins over nothing: a handoff that lies there was handed over.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde::Deserialize;

use super::engine::{Engine, told};
use super::place::Place;
use super::session::{Plan, Trusted};
use super::{duty, history, words};
use crate::app::event::{Fact, Level};
use crate::app::handoff::{Errand, Way};
use crate::config::{SourceKind, TeamFile};
use crate::domain::handoff::brought::Suite;
use crate::domain::handoff::typed::{Accepted, Line};
use crate::domain::handoff::{self, Asked, Brought, Handoff};
use crate::domain::history::dropped::Mention;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::review::actions::FollowUp;
use crate::domain::runbook::run::Run;
use crate::domain::text::Clean;
use crate::store::handoffs::{Given, Handoffs, How};
use crate::store::results::Results;
use crate::store::runs::Runs;
use crate::store::{Store, StoreError, files};

/// The most files of the folder that are looked at, the newest by name.
const MOST: usize = 1_000;
/// None of them is longer than this, in bytes.
const LONGEST: u64 = 4 << 20;
/// Handoffs of so long ago are looked at.
const SINCE: TimeDelta = TimeDelta::days(92);
/// Under the team's log folder.
const FOLDER: &str = "handoffs";

/// Where things lie.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The folder of the store.
    pub data: PathBuf,
    /// Where paths of the team file begin; none without a team file.
    pub place: Option<Place>,
    /// The team file.
    pub team: TeamFile,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Desk {
    /// The desk of this plan, whose team file has been allowed what it asks for, or not.
    pub fn of(plan: &Plan, trusted: Trusted, now: DateTime<Utc>) -> Self {
        Self { data: plan.folder.clone(), place: Place::of_team(plan, trusted), team: plan.team.clone(), now }
    }

    /// Everything that the handoff that is meant is computed from. What cannot be read is said in it.
    pub fn bring(&self, store: &Store, asked: &Asked) -> Brought {
        let mut brought = Brought { asked: asked.clone(), ..Brought::default() };
        let mut doubts = Vec::new();
        let mut doubt = |what: &str, why: &StoreError| {
            doubts.push(Clean::line(&format!("not known here: {what}: {}", told(why))));
        };
        let stretch = handoff::stretch(asked.at, self.now);
        match duty::remembered(&self.data, stretch) {
            Ok(begun) => brought.begun = begun,
            Err(why) => doubt("who had which shift", &why),
        }
        match history::told_of_touched(store, handoff::since(&self.team, asked.at, self.now)) {
            Ok(told) => brought.told = told,
            Err(why) => doubt("what happened", &why),
        }
        if let Err(why) = self.bring_words(&mut brought) {
            doubt("what was typed", &why);
        }
        match Runs::look_into(&self.data).and_then(|runs| runs.map_or(Ok(Vec::new()), |runs| runs.lines(None))) {
            Ok(lines) => brought.runs = Run::all(lines),
            Err(why) => doubt("how runbooks were used", &why),
        }
        match self.suites() {
            Ok(suites) => brought.suites = suites,
            Err(why) => doubt("how evals went", &why),
        }
        brought.doubts = doubts;
        if let Some(Err(why)) =
            self.place.as_ref().map(|place| words::heard(&place.home).map(|said| brought.expected = said))
        {
            brought.doubts.push(why);
        }
        match self.mentions(self.now - SINCE) {
            Ok(told) => brought.mentions = told,
            Err(why) => brought.doubts.push(Clean::line(&format!("not known here: earlier handoffs: {why}"))),
        }
        brought
    }

    fn bring_words(&self, brought: &mut Brought) -> Result<(), StoreError> {
        let Some(known) = Handoffs::look_into(&self.data)? else { return Ok(()) };
        brought.lines = known.lines()?;
        brought.accepted = known.accepted()?;
        Ok(())
    }

    /// What handoffs told of as open, those of handovers since this time: the ones that lie in the team's log folder,
    /// and those that were given out from this machine.
    ///
    /// # Errors
    ///
    /// Why that is not known.
    pub fn mentions(&self, since: DateTime<Utc>) -> Result<Vec<Mention>, Clean> {
        let known = Handoffs::look_into(&self.data).map_err(|error| told(&error))?;
        let given = known.map_or(Ok(Vec::new()), |known| known.mentions(since)).map_err(|error| told(&error))?;
        let committed = match &self.place {
            Some(place) => mentions(place, &self.team.team.log_dir, since)?,
            None => Vec::new(),
        };
        Ok(given.into_iter().chain(committed).collect())
    }

    /// The suites of which a run is known, and when the last one began.
    fn suites(&self) -> Result<Vec<Suite>, StoreError> {
        let Some(results) = Results::look_into(&self.data)? else { return Ok(Vec::new()) };
        let mut begun = BTreeMap::new();
        for source in self.team.sources.iter().filter(|source| matches!(source.kind, SourceKind::Evals(_))) {
            for start in results.starts(&SourceId::new(&source.id))? {
                begun.insert(start.suite, start.at);
            }
        }
        let mut suites: Vec<Suite> =
            results.suites()?.into_iter().map(|(key, name)| (Clean::line(&name), begun.get(&key).copied())).collect();
        suites.sort();
        suites.dedup_by(|one, other| one.0 == other.0);
        Ok(suites)
    }

    /// Writes a handoff as Markdown and as JSON into the team's log folder; gives the two places.
    ///
    /// # Errors
    ///
    /// Why it could not be written, with a remedy.
    pub fn write(&self, handoff: &Handoff) -> Result<[PathBuf; 2], Clean> {
        let Some(place) = &self.place else {
            return Err(Clean::line("there is no team file, and so no log folder; use --out FILE"));
        };
        let under = format!("{}/{FOLDER}", self.team.team.log_dir);
        let name = handoff.file_name();
        let folder = place.folder(&under)?;
        let at = |kind: &str| place.of(&format!("{under}/{name}.{kind}"));
        let (page, data) = (at("md")?, at("json")?);
        match kept(&data) {
            Some(other) if (&other.rotation, other.shift.start) != (&handoff.rotation, handoff.shift.start) => {
                let key = handoff::key(&other.rotation, other.shift.start.to_utc());
                let why = format!("{} is the handoff of another shift, {key}; move it first", data.display());
                return Err(Clean::line(&why));
            }
            None if data.symlink_metadata().is_ok() => {
                let why = format!("{} is no handoff that can be read, so it is not ours; move it", data.display());
                return Err(Clean::line(&why));
            }
            Some(_) | None => {}
        }
        if page.symlink_metadata().is_ok() && data.symlink_metadata().is_err() {
            return Err(Clean::line(&format!(
                "{} is there without its data, so it is not ours; move it",
                page.display()
            )));
        }
        let json = serde_json::to_string_pretty(handoff).map_err(|error| Clean::line(&error.to_string()))?;
        let write = || -> Result<(), StoreError> {
            files::folder(&folder)?;
            // The data first: it says whose the page is, if only one of them comes to stand.
            files::replace_plain(&data, &format!("{json}\n"))?;
            files::replace_plain(&page, &handoff.markdown())
        };
        write().map_err(|error| told(&error))?;
        Ok([page, data])
    }

    /// Remembers that a handoff was given out.
    ///
    /// # Errors
    ///
    /// Why that cannot be remembered.
    pub fn remember(&self, handoff: &Handoff, how: How, by: &str) -> Result<(), Clean> {
        let mention = Mention {
            rotation: handoff.rotation.clone(),
            at: handoff.shift.end.to_utc(),
            ids: handoff.mentioned().into_iter().collect(),
        };
        let given = Given {
            shift: handoff.key(),
            mention,
            how,
            undecided: handoff.undecided.len(),
            by: Clean::line(by),
            at: self.now,
        };
        Handoffs::write(&self.data, self.now, |handoffs| handoffs.give(&given)).map_err(|error| told(&error))
    }

    /// Writes down what was typed.
    ///
    /// # Errors
    ///
    /// Why it was not.
    pub fn type_in(&self, lines: &[Line]) -> Result<(), Clean> {
        Handoffs::write(&self.data, self.now, |handoffs| handoffs.type_in(lines)).map_err(|error| told(&error))
    }

    /// Writes down that somebody has accepted a handoff; gives whoever was first.
    ///
    /// # Errors
    ///
    /// Why it was not.
    pub fn accept(&self, accepted: &Accepted) -> Result<Accepted, Clean> {
        Handoffs::write(&self.data, self.now, |handoffs| handoffs.accept(accepted)).map_err(|error| told(&error))
    }
}

/// What is read of a handoff that lies in the folder, whatever version wrote it.
#[derive(Debug, Deserialize)]
struct Kept {
    rotation: String,
    shift: KeptShift,
    #[serde(default)]
    generated_at: Option<DateTime<FixedOffset>>,
    sections: KeptSections,
}

#[derive(Debug, Deserialize)]
struct KeptShift {
    start: DateTime<FixedOffset>,
    end: DateTime<FixedOffset>,
}

#[derive(Debug, Deserialize)]
struct KeptSections {
    #[serde(default)]
    needs_you_now: Vec<KeptRow>,
    #[serde(default)]
    carry_over: Vec<KeptRow>,
    #[serde(default)]
    snoozed: KeptSnoozed,
    #[serde(default)]
    resolved: Vec<KeptRow>,
}

#[derive(Debug, Default, Deserialize)]
struct KeptSnoozed {
    #[serde(default)]
    incidents: Vec<KeptRow>,
}

#[derive(Debug, Deserialize)]
struct KeptRow {
    id: IncidentId,
    #[serde(default)]
    follow_up: Option<String>,
}

/// What the handoffs in the team's log folder told of, those of handovers since this time; nothing, where there is no
/// folder. A file that is no handoff is passed over.
///
/// # Errors
///
/// Why the folder cannot be read.
pub fn mentions(place: &Place, log_dir: &str, since: DateTime<Utc>) -> Result<Vec<Mention>, Clean> {
    // A day before, for the zones; a name that begins with no date is read.
    let first = (since - TimeDelta::days(1)).format("%Y-%m-%d").to_string();
    let dated = |name: &str| name.get(..10).is_some_and(|day| day.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
    let lying = lying(place, log_dir, |name| !dated(name) || name >= first.as_str())?;
    let mention = |kept: Kept| {
        let KeptSections { needs_you_now, carry_over, snoozed, .. } = kept.sections;
        let rows = needs_you_now.into_iter().chain(carry_over).chain(snoozed.incidents);
        let at = kept.shift.end.to_utc();
        Mention { rotation: kept.rotation, at, ids: rows.map(|row| row.id).collect() }
    };
    let mut told: Vec<Mention> = lying.map(mention).filter(|one| one.at >= since).collect();
    told.sort_by(|one, other| (one.at, &one.rotation).cmp(&(other.at, &other.rotation)));
    Ok(told)
}

/// What the handoffs in the team's log folder say is still to be done, in no order.
///
/// # Errors
///
/// Why the folder cannot be read.
pub fn follow_ups(place: &Place, log_dir: &str) -> Result<Vec<FollowUp>, Clean> {
    let told = |kept: Kept| {
        let at = kept.generated_at?.to_utc();
        let rows = kept.sections.resolved.into_iter();
        let told = rows.filter_map(|row| Some(FollowUp { id: tame(&row.id), text: Clean::line(&row.follow_up?), at }));
        Some(told.collect::<Vec<_>>())
    };
    Ok(lying(place, log_dir, |_| true)?.filter_map(told).flatten().collect())
}

/// The handoffs that lie in the team's log folder under a name that is wanted, the newest names first.
fn lying<W: Fn(&str) -> bool>(
    place: &Place,
    log_dir: &str,
    wanted: W,
) -> Result<impl Iterator<Item = Kept> + use<W>, Clean> {
    let folder = place.folder(&format!("{log_dir}/{FOLDER}"))?;
    let mut names: Vec<String> = match fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        entries => entries
            .map_err(|error| Clean::line(&error.to_string()))?
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "json"))
            .filter(|name| wanted(name))
            .collect(),
    };
    names.sort_unstable_by(|one, other| other.cmp(one));
    names.truncate(MOST);
    Ok(names.into_iter().filter_map(move |name| kept(&folder.join(name))))
}

/// An id out of a file that anybody may have written.
fn tame(id: &IncidentId) -> IncidentId {
    IncidentId::new(Clean::line(id.as_str()))
}

fn kept(path: &Path) -> Option<Kept> {
    let mut text = String::new();
    fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    fs::File::open(path).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

impl Engine {
    /// Where things lie, now.
    pub fn handing_desk(&self) -> Desk {
        let trusted = if self.given().is_given() { Trusted::Yes } else { Trusted::No };
        Desk::of(self.plan(), trusted, self.clock().now())
    }

    /// Does what is asked for about a handoff, in the order of what else is kept.
    pub(super) fn see_to_a_handoff(&self, errand: Errand) {
        let (engine, desk) = (self.clone(), self.handing_desk());
        let me = self.me();
        self.keeper().later(move |store| {
            let told = match errand {
                Errand::Bring(asked) => {
                    return engine.report(Fact::HandoffBrought(Box::new(desk.bring(store, &asked))));
                }
                Errand::TypeIn(lines) => desk.type_in(&lines).map(|()| None),
                Errand::Accept(handoff, accepted) => desk.accept(&accepted).and_then(|first| {
                    desk.remember(&handoff, How::Accepted, &me)?;
                    Ok(Some(format!("accepted by {}; {} has it from here", first.by, first.by)))
                }),
                Errand::Write(handoff) => desk.write(&handoff).and_then(|places| {
                    desk.remember(&handoff, How::Log, &me)?;
                    let places = places.map(|place| place.display().to_string());
                    Ok(Some(format!("written for you to commit: {}", places.join(" and "))))
                }),
                Errand::Given(handoff, Way::Copied) => desk.remember(&handoff, How::Clipboard, &me).map(|()| None),
                Errand::Given(handoff, Way::Posted) => desk.remember(&handoff, How::Posted, &me).map(|()| None),
            };
            match told {
                Ok(None) => {}
                Ok(Some(text)) => engine.report(Fact::Told { level: Level::Done, text: Clean::line(&text) }),
                Err(why) => engine.report(Fact::Told { level: Level::Error, text: why }),
            }
        });
    }

    fn me(&self) -> String {
        let plan = self.plan();
        plan.personal.me.clone().unwrap_or_else(|| plan.account.clone())
    }
}

//! What is wrong with the operating model, as far as a machine can say.
//!
//! What nobody checks rots. Each promise of the team file is one row of a
//! table of rules ([`rules::RULES`]); each row looks at what was gathered and
//! says what it found, with its evidence and how to mend it. A row that could
//! not look says so: that is neither silence nor a pass. What no machine can
//! judge (is the runbook right, has the owner time) is not judged.

mod aftermath;
mod areas;
mod codeowners;
mod escalations;
mod kinds;
mod lying;
mod mending;
mod nobody;
mod past;
mod plan;
mod prompts;
mod rules;
mod runbooks;
mod seen;
mod shipped;
mod tools;
mod waivers;
mod workload;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::calendar::{Calendar, Tag, Warning, today};
use super::rotation::{Roster, findings};
use super::text::Clean;
use super::triage::Model;
use crate::config::{Amendment, Does, ModelChange, Places, TeamFile};

pub use codeowners::{Codeowners, Line};
pub use past::{BACK, Past};
pub use rules::{RULES, Rule, rule};
pub use seen::{Authors, Commit, Evaluated, Known, Lying, Opened, Page, Seen, Served, Tool, Unseen};

/// What the message of a rule begins with that could not look.
const UNCHECKED: &str = "not checked: ";
/// Of what is the same for one subject so many are told.
const TOLD: usize = 3;
/// What its JSON is called.
pub const SCHEMA: &str = "dogwatch.check/1";

/// How bad a finding is; ordered, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It breaks a promise.
    Error,
    /// It is about to.
    Warning,
    /// Good to know.
    Info,
}

impl Level {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl From<findings::Level> for Level {
    fn from(level: findings::Level) -> Self {
        match level {
            findings::Level::Error => Self::Error,
            findings::Level::Warning => Self::Warning,
            findings::Level::Info => Self::Info,
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The name of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What it is about: `area:prompts`.
    pub subject: Clean,
    /// What is wrong, with its evidence.
    pub message: Clean,
    /// What to write, and where.
    pub fix: Clean,
    /// The file to mend, as it is named from the team file; none if it is about no file.
    pub file: Option<Clean>,
    /// The line in it, from 1.
    pub line: Option<usize>,
    /// The character in that line, from 1.
    pub column: Option<usize>,
    /// The last day on which it is let pass; none if it is not.
    pub waived_until: Option<NaiveDate>,
    /// The id of the area that it belongs to; none if it is the model's own.
    pub area: Option<Clean>,
    /// Who can mend it: a person's id, or a word of the file for whoever it is then; none if nobody is named.
    pub owner: Option<Clean>,
    /// The fix as a change of the team file, where it is one that nobody has to think of a name for.
    #[serde(skip)]
    pub change: Option<Amendment>,
}

impl Finding {
    /// Why its rule could not look; none of what was found.
    pub fn unchecked(&self) -> Option<&str> {
        self.message.as_str().strip_prefix(UNCHECKED).filter(|_| self.subject.as_str().starts_with("rule:"))
    }
}

/// How many there are; those that are let pass are counted nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Remarks, and what could not be looked at.
    pub info: usize,
    /// Let pass.
    pub waived: usize,
}

/// Everything that was found, the worst first, then in the order of the rules, then by subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// What was found.
    pub findings: Vec<Finding>,
    /// How many of each.
    pub summary: Summary,
}

impl Answer {
    /// What could not be looked at, and by which rules: a reason for several of them is told once.
    pub fn unchecked(&self) -> Vec<(&str, Vec<&'static str>)> {
        let mut reasons: Vec<(&str, Vec<&'static str>)> = Vec::new();
        for one in &self.findings {
            let Some(why) = one.unchecked() else { continue };
            match reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, rules)) => rules.push(one.rule),
                None => reasons.push((why, vec![one.rule])),
            }
        }
        reasons
    }
}

/// What a rule has found, before waivers and places.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    level: Level,
    subject: String,
    message: String,
    fix: String,
    /// Where, if that is not the entry in the team file.
    at: Option<(String, usize)>,
    change: Option<Amendment>,
}

impl Found {
    fn new(level: Level, subject: String, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { level, subject, message: message.into(), fix: fix.into(), at: None, change: None }
    }

    fn changing(mut self, change: Amendment) -> Self {
        self.change = Some(change);
        self
    }

    /// With this key of an entry of the team file set to a text.
    fn setting(self, (list, nth): (&'static str, usize), key: &'static str, value: impl Into<String>) -> Self {
        let does = Does::Set { key, value: value.into() };
        self.changing(Amendment::Model(ModelChange { list, nth, does, because: String::new() }))
    }

    fn at(mut self, file: &str, line: usize) -> Self {
        self.at = Some((file.to_owned(), line));
        self
    }
}

/// What came of one rule.
#[derive(Debug, Default)]
struct Looked {
    found: Vec<Found>,
    /// Why something could not be looked at.
    unseen: Vec<String>,
}

impl From<Vec<Found>> for Looked {
    fn from(found: Vec<Found>) -> Self {
        Self { found, unseen: Vec::new() }
    }
}

impl Looked {
    /// What was found in something that may not have been seen.
    fn at<T>(seen: &Result<T, Unseen>, look: impl FnOnce(&T) -> Vec<Found>) -> Self {
        match seen {
            Ok(seen) => look(seen).into(),
            Err(why) => Self { found: Vec::new(), unseen: vec![why.to_string()] },
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.found.extend(other.found);
        self.unseen.extend(other.unseen);
        self
    }
}

/// All that a check is computed from.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The operating model.
    pub model: &'a Model,
    /// Who is on call by the file; half a year back and ahead.
    pub roster: &'a Roster<'a>,
    /// What was gathered.
    pub seen: &'a Seen,
    /// The time.
    pub now: DateTime<Utc>,
    /// What the team file is called.
    pub file: &'a str,
    duty: Vec<findings::Finding>,
    plan: Vec<Warning>,
    entries: Vec<super::calendar::Entry>,
    /// The tags of the repository; none if they are not known.
    tags: Option<&'a [Tag]>,
}

impl<'a> Ground<'a> {
    /// Puts together what the rules look at. The calendar's window reaches from half a year back to the horizon.
    /// `file` is what the team file is called.
    pub fn new(
        (model, file): (&'a Model, &'a str),
        roster: &'a Roster<'a>,
        calendar: &Calendar<'a>,
        seen: &'a Seen,
    ) -> Self {
        let now = calendar.now();
        let duty = roster.findings(now + model.team.limits.horizon);
        Self {
            model,
            roster,
            seen,
            now,
            file,
            duty,
            plan: calendar.warnings(),
            entries: calendar.entries(),
            tags: calendar.tags(),
        }
    }

    fn team(&self) -> &'a TeamFile {
        &self.model.team
    }

    fn today(&self) -> NaiveDate {
        today(self.team(), self.now)
    }

    /// The last day that is looked at.
    fn horizon(&self) -> NaiveDate {
        today(self.team(), self.now + self.team().limits.horizon)
    }

    /// What the plan says by this name.
    fn of_plan(&self, rule: &str) -> impl Iterator<Item = &Warning> {
        self.plan.iter().filter(move |warning| warning.rule == rule)
    }

    /// What the rotations say by this name.
    fn of_duty(&self, rule: &str) -> Vec<Found> {
        let own = self.duty.iter().filter(|one| one.rule == rule);
        let found = own.map(|one| {
            let rotation = one.subject.split_once(':').map_or("", |(_, id)| id).to_owned();
            let edit = one.edit.clone();
            let change = edit.map(|edit| Amendment::Rotation { rotation, edit });
            Found { change, ..Found::new(one.level.into(), one.subject.clone(), &one.message, &one.fix) }
        });
        joined(found.collect())
    }
}

/// One finding for each subject and level: what says the same of the same is one. Of many only the first are told:
/// whoever has mended those sees the others.
fn joined(found: Vec<Found>) -> Vec<Found> {
    let mut groups: Vec<Vec<Found>> = Vec::new();
    let mut places: BTreeMap<(Level, String), usize> = BTreeMap::new();
    let mut told: BTreeSet<(usize, String)> = BTreeSet::new();
    for one in found {
        let place = *places.entry((one.level, one.subject.clone())).or_insert(groups.len());
        if !told.insert((place, one.message.clone())) {
            continue;
        }
        match groups.get_mut(place) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups.into_iter().filter_map(together).collect()
}

fn together(group: Vec<Found>) -> Option<Found> {
    let more = group.len().checked_sub(TOLD).filter(|more| *more > 0);
    let (mut messages, mut fixes): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for one in group.iter().take(TOLD) {
        messages.push(one.message.clone());
        if !fixes.contains(&one.fix) {
            fixes.push(one.fix.clone());
        }
    }
    let message =
        format!("{}{}", messages.join("; "), more.map(|more| format!("; and {more} more")).unwrap_or_default());
    group.into_iter().next().map(|first| Found { message, fix: fixes.join("; "), ..first })
}

/// Looks by all rules; `places` says where the entries of the team file stand.
pub fn answer(ground: &Ground<'_>, places: &Places) -> Answer {
    let mut findings: Vec<(usize, Finding)> = Vec::new();
    for (nth, rule) in RULES.iter().enumerate() {
        let Looked { found, mut unseen } = (rule.look)(ground);
        findings.extend(found.into_iter().map(|one| (nth, finding(ground, rule, one, places))));
        unseen.sort();
        unseen.dedup();
        if !unseen.is_empty() {
            let message = format!("{UNCHECKED}{}", unseen.join("; "));
            let one = Found::new(Level::Info, format!("rule:{}", rule.name), message, "nothing, where that is meant");
            findings.push((nth, Finding { file: None, ..finding(ground, rule, one, places) }));
        }
    }
    findings.sort_by(|(nth, one), (other_nth, other)| {
        (one.level, nth, &one.subject).cmp(&(other.level, other_nth, &other.subject))
    });
    let findings: Vec<Finding> = findings.into_iter().map(|(_, one)| one).collect();
    let mut summary = Summary::default();
    for one in &findings {
        let count = match (one.waived_until, one.level) {
            (Some(_), _) => &mut summary.waived,
            (None, Level::Error) => &mut summary.error,
            (None, Level::Warning) => &mut summary.warning,
            (None, Level::Info) => &mut summary.info,
        };
        *count += 1;
    }
    Answer { schema: SCHEMA, findings, summary }
}

fn finding(ground: &Ground<'_>, rule: &Rule, found: Found, places: &Places) -> Finding {
    let rules = &ground.team().lint;
    let today = ground.today();
    let denied = found.level == Level::Warning && rules.deny.iter().any(|name| name == rule.name);
    let own = || rules.waivers.iter().filter(|one| one.means(rule.name, &found.subject));
    let waived_until = own().map(|one| one.until).filter(|until| *until >= today).max();
    let ended = own().map(|one| one.until).max().filter(|_| waived_until.is_none());
    let message = match ended {
        Some(until) => format!("{} (waiver ended on {until})", found.message),
        None => found.message,
    };
    let spot = places.find(&found.subject);
    let elsewhere = found.at.as_ref().map(|(path, _)| path.as_str());
    let mending = mending::of(ground.team(), (&found.subject, elsewhere), ground.file, today);
    let (file, row, column) = match found.at {
        Some((file, row)) => (file, Some(row), None),
        None => (ground.file.to_owned(), spot.map(|spot| spot.line), spot.map(|spot| spot.column)),
    };
    Finding {
        rule: rule.name,
        level: if denied { Level::Error } else { found.level },
        subject: Clean::line(&found.subject),
        message: Clean::line(&message),
        fix: Clean::line(&found.fix),
        file: Some(Clean::line(&file)),
        line: row,
        column,
        waived_until,
        area: mending.area.map(|area| Clean::line(&area)),
        owner: mending.owner.map(|owner| Clean::line(&owner)),
        change: found.change,
    }
}

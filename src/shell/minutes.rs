//! Minutes on disk: a line in the ledger for each thing that happens in a
//! meeting, and on request a page and its data in the team's log folder, for a
//! person to commit.

use std::path::{Path, PathBuf};

use super::clock::Clock;
use super::engine::{Engine, told};
use super::place::Place;
use super::review::dropped_by_now;
use super::session::{Plan, Trusted};
use crate::app::event::{Fact, Level};
use crate::config::TeamFile;
use crate::domain::minutes::{Line, Minutes};
use crate::domain::text::Clean;
use crate::store::StoreError;
use crate::store::files;
use crate::store::minutes::Meetings;

/// So many meetings may begin in one minute before their files have no more names.
const NAMES: u32 = 100;

/// The lines of the last meeting that is remembered in this folder; none if there was none.
///
/// # Errors
///
/// [`StoreError`]: what is there cannot be read.
pub fn last(folder: &Path) -> Result<Vec<Line>, StoreError> {
    Meetings::look_into(folder)?.map_or_else(|| Ok(Vec::new()), |meetings| meetings.last())
}

/// Writes Markdown and JSON into `<log_dir>/minutes`; another meeting's files stay as they are, and this one's are
/// replaced. Returns the page.
///
/// # Errors
///
/// Why not, with a remedy: the folder lies outside the repository and has not been allowed, or cannot be written.
pub fn write(team: &TeamFile, place: &Place, minutes: &Minutes) -> Result<PathBuf, Clean> {
    let zone = team.team.timezone;
    let folder = place.folder(&format!("{}/minutes", team.team.log_dir))?;
    files::folder(&folder).map_err(|error| told(&error))?;
    let data = format!("{:#}\n", minutes.json());
    for number in 1..=NAMES {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let name = format!("{}{suffix}", minutes.file_name(zone));
        let (page, json) = (folder.join(format!("{name}.md")), folder.join(format!("{name}.json")));
        if is_of_another(&page, &json, minutes) {
            continue;
        }
        let put = |path: &Path, text: &str| files::replace_plain(path, text).map_err(|error| told(&error));
        put(&json, &data)?;
        put(&page, &minutes.markdown(zone))?;
        return Ok(page);
    }
    Err(Clean::line(&format!("{} has minutes of {NAMES} meetings of this minute already", folder.display())))
}

/// Whether files of this name are there and are not those of this meeting.
fn is_of_another(page: &Path, json: &Path, minutes: &Minutes) -> bool {
    let there = |path: &Path| path.symlink_metadata().is_ok();
    if !there(page) && !there(json) {
        return false;
    }
    let known = std::fs::read_to_string(json).ok();
    let known: Option<serde_json::Value> = known.and_then(|text| serde_json::from_str(&text).ok());
    let own = minutes.json();
    let same = |key: &str| known.as_ref().and_then(|known| known.get(key)) == own.get(key);
    !(same("schema") && same("started_at") && json.symlink_metadata().is_ok_and(|about| about.is_file()))
}

/// Where this team's log folder begins.
///
/// # Errors
///
/// There is no team file that names one.
pub fn place_of(plan: &Plan, trusted: Trusted) -> Result<Place, Clean> {
    let none = || Clean::line("there is no team file here that says where; use --out FILE");
    Place::of_team(plan, trusted).ok_or_else(none)
}

impl Engine {
    /// In the store's own turn: what was decided before is on disk before.
    pub(super) fn minute(&self, lines: Vec<Line>) {
        let engine = self.clone();
        self.keeper().later(move |_| {
            let folder = engine.folder().to_owned();
            if let Err(error) = Meetings::write(&folder, engine.clock().now(), &lines) {
                let text = Clean::line(&format!("the minutes are not kept: {}", told(&error)));
                engine.report(Fact::Told { level: Level::Error, text });
            }
        });
    }

    pub(super) fn load_meeting(&self) {
        let engine = self.clone();
        self.keeper().later(move |_| match last(engine.folder()) {
            Ok(lines) => engine.report(Fact::MeetingFound(lines)),
            Err(error) => engine.report(Fact::Told { level: Level::Warning, text: told(&error) }),
        });
        self.look_for_dropped();
    }

    /// What handovers have dropped is walked in a meeting.
    fn look_for_dropped(&self) {
        let engine = self.clone();
        tokio::task::spawn_blocking(move || {
            let plan = Plan { clock: Clock::starting(Some(engine.clock().now())), ..engine.plan().clone() };
            // What cannot be read is told where it is read for itself.
            if let Ok(dropped) = dropped_by_now(&plan) {
                engine.report(Fact::Dropped(dropped));
            }
        });
    }

    pub(super) fn write_minutes(&self, minutes: Minutes) {
        let engine = self.clone();
        self.keeper().later(move |_| {
            let trusted = if engine.given().is_given() { Trusted::Yes } else { Trusted::No };
            let plan = engine.plan();
            let written = place_of(plan, trusted).and_then(|place| write(&plan.team, &place, &minutes));
            let written = written.map(|path| Clean::line(&path.display().to_string()));
            engine.report(Fact::MinutesWritten(written));
        });
    }
}

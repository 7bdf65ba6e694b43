//! Other people's calendars: files beside the team file, and copies of those
//! that `sync` has fetched. One that cannot be read is shown as it was last known.

use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::Path;
use std::time::UNIX_EPOCH;

use chrono::{DateTime, Utc};
use url::Url;

use super::{Gathered, Place};
use crate::config::{CalendarFile, CalendarPlace, TeamFile};
use crate::domain::calendar::{Event, Window};
use crate::domain::hash::sha256;
use crate::domain::ical::{Imported, Reading, read};
use crate::domain::text::Clean;
use crate::shell::session::{Decisions, Plan};
use crate::sources::calendars::{Fetched, fetch};
use crate::store::copies::{self, LONGEST, Origin};

/// Copies are kept of files up to this length, in bytes; a longer one is only read.
const COPIED: usize = 8 << 20;

impl Gathered {
    pub(super) fn read_calendars(&mut self, plan: &Plan, place: &Place, window: Window) {
        for calendar in &plan.team.calendars {
            let zone = plan.team.team.timezone;
            let stand = Stand { plan, calendar, reading: Reading { calendar: &calendar.id, zone, window } };
            let (events, doubts) = match &calendar.place {
                CalendarPlace::File(path) => stand.file(path, place),
                CalendarPlace::Url(url) => stand.fetched(url),
            };
            self.facts.events.extend(events);
            self.doubts.extend(doubts.iter().map(|doubt| Clean::line(&format!("calendar {}: {doubt}", calendar.id))));
        }
    }
}

/// One calendar, and where its copy lies.
struct Stand<'a> {
    plan: &'a Plan,
    calendar: &'a CalendarFile,
    reading: Reading<'a>,
}

type Told = (Vec<Event>, Vec<String>);

impl Stand<'_> {
    fn file(&self, path: &str, place: &Place) -> Told {
        let read = place.of(path).map_err(|why| why.to_string()).and_then(|named| {
            let (about, bytes) = bytes(&named).map_err(|error| format!("{path}: {error}"))?;
            let imported = read(&bytes, &self.reading).map_err(|error| format!("{path}: {error}"))?;
            self.copy(path, &about, &bytes, &imported);
            Ok(imported)
        });
        match read {
            Ok(imported) => told(imported),
            Err(why) => self.last_known(path, why),
        }
    }

    /// Keeps a good file for the day on which it is not.
    fn copy(&self, path: &str, about: &Metadata, bytes: &[u8], imported: &Imported) {
        let folder = &self.plan.folder;
        let ours = self.plan.decisions == Decisions::Taken && folder.join("state.db").is_file();
        let mark = mark(about);
        let name = name(&self.calendar.id);
        let known = copies::origin(folder, &name).is_some_and(|origin| origin.place == path && origin.mark == mark);
        if !ours || !imported.whole || known || bytes.len() > COPIED {
            return;
        }
        let origin = Origin { place: path.to_owned(), mark, at: self.plan.clock.start() };
        // Without a copy there is only less to show when the file breaks.
        let _kept = copies::keep(folder, &name, &origin, bytes);
    }

    fn fetched(&self, url: &Url) -> Told {
        match copies::kept(&self.plan.folder, &name(&self.calendar.id)).filter(|(origin, _)| origin.place == of(url)) {
            Some((_, bytes)) => match read(&bytes, &self.reading) {
                Ok(imported) => told(imported),
                Err(error) => (Vec::new(), vec![error.to_string()]),
            },
            None => (Vec::new(), vec!["never fetched; run `dogwatch sync`".to_owned()]),
        }
    }

    fn last_known(&self, path: &str, why: String) -> Told {
        let copy = copies::kept(&self.plan.folder, &name(&self.calendar.id)).filter(|(origin, _)| origin.place == path);
        let known = copy.and_then(|(origin, bytes)| Some((origin, read(&bytes, &self.reading).ok()?)));
        match known {
            Some((origin, imported)) => {
                let day = origin.at.with_timezone(&self.reading.zone).date_naive();
                (imported.events, vec![format!("{why}; shown as it was on {day}")])
            }
            None => (Vec::new(), vec![why]),
        }
    }
}

fn told(imported: Imported) -> Told {
    (imported.events, imported.doubts.iter().map(ToString::to_string).collect())
}

/// The whole file, which must be one, and not too long.
fn bytes(path: &Path) -> std::io::Result<(Metadata, Vec<u8>)> {
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is no regular file"));
    }
    let file = File::open(path)?;
    let about = file.metadata()?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(std::io::Error::other(format!("it is longer than {} MiB", LONGEST >> 20)));
    }
    Ok((about, bytes))
}

/// What tells a state of a file from another.
fn mark(about: &Metadata) -> Option<String> {
    let changed = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{}-{}", about.len(), changed.as_nanos()))
}

fn name(id: &str) -> String {
    format!("calendar-{id}")
}

/// What an address is remembered by: it is often all it takes to read the calendar, so it is not kept itself.
fn of(url: &Url) -> String {
    sha256(url.as_str().as_bytes())
}

/// Fetches the calendars that lie at an address; says what went wrong, a sentence each. What was known of one that
/// does not answer, or answers with something else, stays.
pub async fn fetch_calendars(team: &TeamFile, folder: &Path, now: DateTime<Utc>) -> Vec<Clean> {
    let mut troubles = Vec::new();
    for calendar in &team.calendars {
        let CalendarPlace::Url(url) = &calendar.place else { continue };
        if let Err(why) = fetch_one(&calendar.id, url, folder, now).await {
            troubles.push(Clean::line(&format!("calendar {}: {why}", calendar.id)));
        }
    }
    troubles
}

async fn fetch_one(id: &str, url: &Url, folder: &Path, now: DateTime<Utc>) -> Result<(), String> {
    let (name, place) = (name(id), of(url));
    let known = copies::origin(folder, &name).filter(|origin| origin.place == place);
    let tag = known.and_then(|origin| origin.mark);
    let (bytes, mark) = match fetch(url, tag.as_deref()).await.map_err(|error| error.to_string())? {
        Fetched::Unchanged => return Ok(()),
        Fetched::Changed { bytes, tag } => (bytes, tag),
    };
    // Reading it tells a calendar from the page of a login.
    let day = now.date_naive();
    let reading = Reading { calendar: id, zone: chrono_tz::UTC, window: Window { from: day, to: day } };
    let imported = read(&bytes, &reading).map_err(|error| error.to_string())?;
    if !imported.whole {
        return Err("its end is missing; what was known stays".to_owned());
    }
    let origin = Origin { place, mark, at: now };
    copies::keep(folder, &name, &origin, &bytes).map_err(|error| error.to_string())
}

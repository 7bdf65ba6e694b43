//! The store: where it lies, whether it can be written, what waits in it, who
//! else is at work.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Findings, Group, Level};
use crate::cli::context::{Context, shown};
use crate::cli::text::age;
use crate::cli::{json, sync};
use crate::domain::journal::{Entry, State};
use crate::shell::session::Decisions;
use crate::store::{Access, Bodies, Opening, Store, StoreError, Wanted, lease};

/// An unattended `sync` says once a minute that it is alive.
const QUIET: TimeDelta = TimeDelta::minutes(5);
/// Its file says when to the second, the store to the thousandth.
const ROUNDING: TimeDelta = TimeDelta::seconds(1);
/// One that has been quiet for so long was given up.
const GIVEN_UP: TimeDelta = TimeDelta::days(7);

/// Opens the store as every command does, and says how that went.
pub(super) fn open(context: &Context, findings: &mut Findings) -> Option<Store> {
    let mut group = findings.group("store");
    let wanted = match context.decisions() {
        Decisions::Taken => Wanted::ReadWrite,
        Decisions::NotTaken => Wanted::ReadOnly,
    };
    let opening = Opening { wanted, ..Opening::default() };
    let opened = match Store::open_with(&context.folder, context.clock().start(), &opening) {
        Ok(opened) => opened,
        Err(error) => {
            group.error("open", crate::shell::engine::told(&error).as_str(), "");
            return None;
        }
    };
    let folder = shown(&context.folder);
    match (opened.store.access(), context.decisions()) {
        (Access::ReadWrite, _) => group.ok("folder", &format!("{folder}, read and write")),
        (Access::ReadOnly { .. }, Decisions::NotTaken) => group.ok("folder", &format!("{folder}, read (--readonly)")),
        (Access::ReadOnly { why }, Decisions::Taken) => group.error(
            "folder",
            &format!("{folder} can only be read ({why}): no decision can be kept"),
            "make it writable, or name another folder with --data-dir",
        ),
    }
    for notice in opened.notices.iter().filter(|notice| !matches!(notice, crate::store::Notice::ReadOnly { .. })) {
        group.note((Level::Warn, "notice"), &notice.to_string(), None);
    }
    modes(&context.folder, &mut group);
    Some(opened.store)
}

#[cfg(unix)]
fn modes(folder: &Path, group: &mut Group<'_>) {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o777);
    let file = folder.join("state.db");
    let open =
        [folder, &file].into_iter().filter_map(|path| Some((path, mode(path)?))).find(|(_, mode)| mode & 0o077 != 0);
    match (open, mode(folder), mode(&file)) {
        (Some((path, mode)), ..) => group.warn(
            "modes",
            &format!("others may look into {} (mode {mode:04o})", shown(path)),
            &format!("chmod go= '{}'", shown(path)),
        ),
        (None, Some(outer), Some(inner)) => group.ok("modes", &format!("folder {outer:04o}, file {inner:04o}")),
        (None, ..) => {}
    }
}

#[cfg(not(unix))]
fn modes(_: &Path, _: &mut Group<'_>) {}

/// What is in it and who works with it.
pub(super) fn look(context: &Context, store: &Store, findings: &mut Findings) {
    let mut group = findings.group("store");
    if let Err(error) = look_inside(context, store, &mut group) {
        group.error("content", crate::shell::engine::told(&error).as_str(), "");
    }
    if context.decisions() == Decisions::Taken && *store.access() == Access::ReadWrite {
        match lease(&context.folder) {
            Ok(Some(_)) => group.ok("sender", "free: no other dogwatch has this store open for sending"),
            Ok(None) => group.ok("sender", "another dogwatch has this store open and sends for all"),
            Err(error) => group.error("sender", crate::shell::engine::told(&error).as_str(), ""),
        }
    }
}

fn look_inside(context: &Context, store: &Store, group: &mut Group<'_>) -> Result<(), StoreError> {
    let now = context.clock().start();
    let incidents = store.incidents(Bodies::Without)?;
    let open = incidents.iter().filter(|incident| incident.is_open() && incident.gone.is_none()).count();
    group.ok("incidents", &format!("{} known, {open} of them open", incidents.len()));
    journal(&store.journal(now - TimeDelta::hours(24))?, group);
    for (name, at) in store.heartbeats()? {
        let ago = now - at;
        let text = match ended(&context.folder, &name).filter(|ended| *ended > at - ROUNDING) {
            Some(ended) => {
                format!("{name} ended {} ago, at {}, as it was told to", age(now - ended), json::time(ended))
            }
            None => format!("{name} was last alive {} ago", age(ago)),
        };
        if ago > QUIET && ago < GIVEN_UP {
            group.warn("heartbeat", &text, &format!("start `dogwatch {name} --every 60s` again, if it is to run"));
        } else {
            group.ok("heartbeat", &text);
        }
    }
    Ok(())
}

/// When this part of dogwatch ended well, by the file that it leaves for a supervisor; none if it may be running.
fn ended(folder: &Path, name: &str) -> Option<DateTime<Utc>> {
    if name != sync::HEART {
        return None;
    }
    let text = std::fs::read_to_string(folder.join(sync::HEALTH)).ok()?;
    let health: Value = serde_json::from_str(&text).ok()?;
    if health["state"] != sync::STOPPED {
        return None;
    }
    health["at"].as_str()?.parse().ok()
}

fn journal(entries: &[Entry], group: &mut Group<'_>) {
    let count = |is: fn(&Entry) -> bool| entries.iter().filter(|entry| is(entry)).count();
    let waiting = count(|entry| entry.state.holds_its_place());
    let unknown = count(|entry| matches!(entry.state, State::Unknown { .. }));
    let asking = count(|entry| entry.state == State::Asking);
    let refused = count(|entry| entry.state != State::Asking && entry.is_unseen_complaint());
    let done = count(|entry| entry.state == State::Done);
    let text = format!(
        "{waiting} waiting to be sent ({unknown} of unknown outcome), {asking} asking again, \
         {refused} refused and not put away, {done} done lately"
    );
    if asking + refused > 0 {
        group.warn("journal", &text, "`dogwatch log` shows them; --confirm OP or --dismiss OP settles them");
    } else {
        group.ok("journal", &text);
    }
}

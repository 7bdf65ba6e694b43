//! What landed while nothing was to land.

use super::{Commit, Found, Ground, Level, Looked};
use crate::config::{Freeze, Scope};
use crate::domain::runbook::owned;

/// So many commits are named in one finding.
const NAMED: usize = 5;

pub(super) fn in_freeze(ground: &Ground<'_>) -> Looked {
    if ground.team().freezes.iter().all(|freeze| freeze.from > ground.today()) {
        return Looked::default();
    }
    Looked::at(&ground.seen.landed, |landed| {
        let freezes = ground.team().freezes.iter();
        freezes.filter_map(|freeze| violated(ground, freeze, landed.get(&freeze.id)?)).collect()
    })
}

fn violated(ground: &Ground<'_>, freeze: &Freeze, landed: &[Commit]) -> Option<Found> {
    let wrong: Vec<&Commit> =
        landed.iter().filter(|commit| is_covered(ground, freeze, commit) && !is_excepted(freeze, commit)).collect();
    if wrong.is_empty() {
        return None;
    }
    let zone = ground.team().team.timezone;
    let told = |commit: &&Commit| {
        let at = commit.at.with_timezone(&zone).format("%Y-%m-%d %H:%M");
        format!("{} {at} {}: {}", short(&commit.hash), commit.author, commit.title)
    };
    let named: Vec<String> = wrong.iter().take(NAMED).map(told).collect();
    let more = wrong.len().checked_sub(NAMED).filter(|more| *more > 0);
    let more = more.map(|more| format!("; and {more} more")).unwrap_or_default();
    let message = format!("{} landed in {}: {}{more}", wrong.len(), freeze.id, named.join("; "));
    let exception = |commit: &&Commit| format!("{{ commit = \"{}\", by = \"…\", why = \"…\" }}", short(&commit.hash));
    let exceptions: Vec<String> = wrong.iter().take(NAMED).map(exception).collect();
    let fix = format!("take it back, or write into the freeze: exceptions = [{}]", exceptions.join(", "));
    Some(Found::new(Level::Error, format!("freeze:{}", freeze.id), message, fix))
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// Whether it touches what the freeze covers: the areas, and those of the trains. A change of the team file alone ships
/// nothing; in it exceptions are written.
fn is_covered(ground: &Ground<'_>, freeze: &Freeze, commit: &Commit) -> bool {
    let team = ground.team();
    if !commit.files.is_empty() && commit.files.iter().all(|file| file == ground.file) {
        return false;
    }
    let touches = |id: &str| {
        let own = |file: &String| owned::area_of(&team.areas, file).is_some_and(|area| area.id == id);
        commit.files.iter().any(own)
    };
    freeze.covers.iter().any(|scope| match scope {
        Scope::Everything => true,
        Scope::Area(id) => touches(id),
        Scope::Train(id) => {
            let train = team.trains.iter().find(|train| train.id == *id);
            train.is_some_and(|train| train.areas.iter().any(|area| touches(area)))
        }
    })
}

/// Whether its message, or the team file, says that it may land.
fn is_excepted(freeze: &Freeze, commit: &Commit) -> bool {
    let by_message = commit.excepted.iter().any(|(id, severity)| *id == freeze.id && freeze.except.contains(severity));
    by_message || freeze.exceptions.iter().any(|one| one.commit.len() >= 7 && commit.hash.starts_with(&one.commit))
}

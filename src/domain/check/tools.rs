//! Tools: what is to go, what is served, and what was released.

use super::{Found, Ground, Level, Looked, Served, plan};
use crate::config::{Deprecation, Period, SourceKind};
use crate::domain::drift::Bump;

/// What the description of a tool says that is to go.
const MARK: &str = "[DEPRECATED";

/// What all endpoints serve; why not, if one of them is not known.
fn served<'a>(ground: &'a Ground<'_>) -> Result<Vec<&'a Served>, String> {
    if ground.seen.served.is_empty() {
        return Err("no MCP source is configured".to_owned());
    }
    ground.seen.served.iter().map(|(id, served)| served.as_ref().map_err(|why| format!("{id}: {why}"))).collect()
}

/// The day on which a tool goes.
fn goes(one: &Deprecation) -> Option<chrono::NaiveDate> {
    one.remove_on.or_else(|| one.min_window.map(|window| after(one.since, window)))
}

fn after(day: chrono::NaiveDate, window: Period) -> chrono::NaiveDate {
    let end = match window {
        Period::Hours(hours) => day.checked_add_days(chrono::Days::new(u64::from(hours) / 24)),
        Period::Days(days) => day.checked_add_days(chrono::Days::new(u64::from(days))),
        Period::Months(months) => day.checked_add_months(chrono::Months::new(months)),
    };
    end.unwrap_or(day)
}

pub(super) fn overdue(ground: &Ground<'_>) -> Looked {
    let deprecations = &ground.team().deprecations;
    if deprecations.is_empty() {
        return Looked::default();
    }
    let served = match served(ground) {
        Ok(served) => served,
        Err(why) => return Looked { found: Vec::new(), unseen: vec![format!("what is served: {why}")] },
    };
    let today = ground.today();
    let of = |one: &Deprecation| {
        let day = goes(one)?;
        let is_served = served.iter().any(|endpoint| endpoint.tools.contains_key(&one.tool));
        let tool = &one.tool;
        let (message, fix) = match (is_served, day < today) {
            (true, true) => (
                format!("{tool} was to go on {day}, and is served"),
                format!("remove it, or move `remove_on` of {tool}"),
            ),
            (false, false) => (
                format!("{tool} is gone, and was to stay until {day}"),
                format!("serve it until then, or correct `remove_on` of {tool}"),
            ),
            (true, false) | (false, true) => return None,
        };
        Some(Found::new(Level::Error, format!("deprecation:{tool}"), message, fix))
    };
    deprecations.iter().filter_map(of).collect::<Vec<_>>().into()
}

pub(super) fn thin(ground: &Ground<'_>) -> Looked {
    let deprecations = &ground.team().deprecations;
    let mut looked = Looked::default();
    let served = served(ground);
    for one in deprecations {
        let tool = &one.tool;
        let mut say = |message: String, fix: String| {
            looked.found.push(Found::new(Level::Warning, format!("deprecation:{tool}"), message, fix));
        };
        if let (Some(day), Some(window)) = (one.remove_on, one.min_window)
            && day < after(one.since, window)
        {
            let least = after(one.since, window);
            say(
                format!("{tool} goes on {day}, and its window ends on {least}"),
                format!("let {tool} stay until {least}"),
            );
        }
        if one.replacement.is_none() {
            say(format!("{tool} has no replacement"), format!("write `replacement` in the deprecation of {tool}"));
        }
        let Ok(served) = &served else { continue };
        let find = |name: &str| served.iter().find_map(|endpoint| endpoint.tools.get(name));
        if let Some(replacement) = one.replacement.as_ref().filter(|name| find(name).is_none()) {
            say(format!("{replacement}, which replaces {tool}, is not served"), format!("serve {replacement} first"));
        }
        if let Some(known) = find(tool)
            && !known.description.to_uppercase().contains(MARK)
        {
            let fix = format!("begin the description of {tool} with {MARK}: …]");
            say(format!("the description of {tool} does not say {MARK}"), fix);
        }
    }
    if let (Err(why), false) = (&served, deprecations.is_empty()) {
        looked.unseen.push(format!("what is served: {why}"));
    }
    looked.found = super::joined(std::mem::take(&mut looked.found));
    looked
}

pub(super) fn unreleased(ground: &Ground<'_>) -> Looked {
    let mut looked = Looked::default();
    for source in &ground.team().sources {
        let SourceKind::Mcp(mcp) = &source.kind else { continue };
        let Some(snapshot) = &mcp.snapshot else { continue };
        match ground.seen.served.get(&source.id) {
            Some(Ok(Served { drift: Some((bump, changes)), .. })) if *bump != Bump::None => {
                let mut message =
                    format!("{} serves {changes} changes since {snapshot}: a {} release", source.id, bump.word());
                let mut fix = format!("release, then `dogwatch probe snapshot {}`", source.id);
                if let Some((said, remedy)) = plan::too_small(ground, snapshot, *bump) {
                    message = format!("{message}; {said}");
                    fix = format!("{remedy}; {fix}");
                }
                let level = if *bump == Bump::Patch { Level::Warning } else { Level::Error };
                looked.found.push(Found::new(level, format!("source:{}", source.id), message, fix));
            }
            Some(Err(why)) => looked.unseen.push(format!("{}: {why}", source.id)),
            Some(Ok(_)) => {}
            None => looked.unseen.push(format!("{}: never asked", source.id)),
        }
    }
    looked
}

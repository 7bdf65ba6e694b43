//! Runbooks: whose they are, whether they can be relied on, and whether what
//! they name is there.

use super::areas::left;
use super::{Found, Ground, Level, Looked, Page, kinds};
use crate::domain::runbook::document::Sort;
use crate::domain::runbook::freshness::State;
use crate::domain::runbook::owned;

/// A heading that says how to check or to go back has one of these words.
const CHECKS: [&str; 5] = ["verif", "check", "confirm", "validat", "test"];
const BACK: [&str; 5] = ["rollback", "roll back", "revert", "undo", "back out"];

fn subject(page: &Page) -> String {
    format!("runbook:{}", page.path)
}

/// The ids of the kinds that name this page.
fn named_by<'a>(ground: &'a Ground<'_>, page: &Page) -> Vec<&'a crate::config::Kind> {
    let names = |kind: &&crate::config::Kind| {
        let file = kind.runbook.as_deref().and_then(|target| target.split('#').next());
        file.is_some_and(|file| file == page.below || file == page.path)
    };
    ground.team().kinds.iter().filter(names).collect()
}

fn pages_somebody(ground: &Ground<'_>, page: &Page) -> bool {
    named_by(ground, page).into_iter().any(|kind| kinds::pages(ground, kind))
}

pub(super) fn no_owner(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.pages, |pages| pages.iter().filter_map(|page| owner_of(ground, page)).collect())
}

fn owner_of(ground: &Ground<'_>, page: &Page) -> Option<Found> {
    let team = ground.team();
    let of_area = |id: Option<&String>| {
        let area = team.areas.iter().find(|area| Some(&area.id) == id)?;
        area.owner.clone()
    };
    let by_header = page.owner.as_ref().map(|owner| owner.as_str().trim_start_matches('@').to_owned());
    let by_path = || owned::area_of(&team.areas, &page.path).and_then(|area| area.owner.clone());
    let by_kind = || named_by(ground, page).into_iter().find_map(|kind| of_area(kind.area.as_ref()));
    let fix =
        format!("write `{}: …` into the header of {}, or give its path an area", team.runbooks.keys.owner, page.path);
    let found = |message: String| Some(Found::new(Level::Error, subject(page), message, fix.clone()).at(&page.path, 1));
    // Of an area without an owner it is told once, and not again for each of its pages.
    if by_header.is_none() && owned::area_of(&team.areas, &page.path).is_some_and(|area| area.owner.is_none()) {
        return None;
    }
    let Some(owner) = by_header.filter(|owner| !owner.is_empty()).or_else(by_path).or_else(by_kind) else {
        return found(format!("{} has no owner, by its header, its path or the kinds that name it", page.path));
    };
    let person = team.person(&owner).or_else(|| team.person_of_login(&owner))?;
    let gone = left(team, &person.id, ground.today())?;
    found(format!("{}: its owner {owner} left on {gone}", page.path))
}

pub(super) fn stale(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.pages, |pages| {
        let weak = pages.iter().filter(|page| page.freshness.state == State::Stale);
        let found = weak.map(|page| {
            let message = format!("{}: {}", page.path, page.freshness.words(ground.now));
            let fix =
                format!("walk it, then `dogwatch runbook --worked {}` or --failed; edit what is wrong", page.path);
            Found::new(Level::Warning, subject(page), message, fix).at(&page.path, 1)
        });
        found.collect()
    })
}

pub(super) fn links(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.pages, |pages| pages.iter().filter_map(|page| broken(ground, page)).collect())
}

fn broken(ground: &Ground<'_>, page: &Page) -> Option<Found> {
    let broken = page.broken.iter().map(|at| (at, None));
    let gone = page.gone.iter().map(|(at, status)| (at, Some(status)));
    let mut targets: Vec<_> =
        broken.chain(gone).filter_map(|(at, why)| Some((page.document.links.get(*at)?, why))).collect();
    targets.sort_by_key(|(target, _)| target.line);
    let (first, _) = *targets.first()?;
    let told: Vec<String> = targets
        .iter()
        .map(|(target, status)| {
            let sort = if target.sort == Sort::Image { "image " } else { "" };
            let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
            format!("line {}: {sort}{}{status}", target.line, target.to)
        })
        .collect();
    // What somebody else has taken away breaks no promise of ours.
    let is_ours = !page.broken.is_empty();
    let level = if is_ours && pages_somebody(ground, page) { Level::Error } else { Level::Warning };
    let message = format!("{}: not there: {}", page.path, told.join(", "));
    Some(
        Found::new(level, subject(page), message, "correct the target, or take the link out")
            .at(&page.path, first.line),
    )
}

pub(super) fn commands(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.pages, |pages| {
        let of = |page: &Page| {
            let (line, _) = page.missing.first()?;
            let told: Vec<String> = page.missing.iter().map(|(line, path)| format!("line {line}: {path}")).collect();
            let message = format!("{}: no such file: {}", page.path, told.join(", "));
            Some(Found::new(Level::Warning, subject(page), message, "correct the path").at(&page.path, *line))
        };
        pages.iter().filter_map(of).collect()
    })
}

pub(super) fn incomplete(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.pages, |pages| {
        let of = |page: &&Page| {
            let has = |words: &[&str]| {
                let title = |title: &str| words.iter().any(|word| title.to_lowercase().contains(word));
                page.document.sections.iter().any(|section| title(section.title.as_str()))
            };
            let missing: Vec<&str> = [(CHECKS.as_slice(), "how to verify"), (BACK.as_slice(), "how to roll back")]
                .into_iter()
                .filter_map(|(words, what)| (!has(words)).then_some(what))
                .collect();
            let message = format!("{}: no heading for {}", page.path, missing.join(" or for "));
            let fix = format!("add a section on {} to {}", missing.join(" and on "), page.path);
            (!missing.is_empty()).then(|| Found::new(Level::Info, subject(page), message, fix).at(&page.path, 1))
        };
        pages.iter().filter(|page| pages_somebody(ground, page)).filter_map(|page| of(&page)).collect()
    })
}

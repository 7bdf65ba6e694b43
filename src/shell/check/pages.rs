//! The runbooks as a check looks at them: what they link to and what they run
//! is there, or not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::unseen;
use crate::domain::check::{Page, Unseen};
use crate::domain::runbook::document::{Document, Target};
use crate::shell::freshness::{self, Judge};
use crate::shell::runbooks::{Library, Shelf};
use crate::shell::session::{Decisions, Plan};

/// The history of the pages gets so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// Languages whose blocks are commands.
const SHELLS: [&str; 7] = ["", "sh", "bash", "shell", "console", "zsh", "shell-session"];
/// Programs whose first argument is a script.
const RUNNERS: [&str; 7] = ["bash", "sh", "zsh", "python", "python3", "node", "ruby"];

pub(super) async fn look(plan: &Plan) -> Result<Vec<Page>, Unseen> {
    let mut library = Library::open(Shelf::of(plan, BTreeMap::new()));
    let places: Vec<PathBuf> = library.folders().map(Path::to_owned).collect();
    let taken = plan.decisions == Decisions::Taken;
    let asked = freshness::Asked {
        places: &places,
        rules: &plan.team.runbooks,
        keep_in: taken.then_some(plan.folder.as_path()),
        patience: PATIENCE,
        now: plan.clock.start(),
    };
    library.judge_by(Judge::gather(&asked, &plan.folder).await);
    let dirs = plan.team.runbooks.dirs.clone();
    let read = tokio::task::spawn_blocking(move || read_all(&mut library, &dirs));
    read.await.map_err(|error| unseen(&error))?
}

fn read_all(library: &mut Library, dirs: &[String]) -> Result<Vec<Page>, Unseen> {
    let (listed, doubts) = library.list();
    if listed.is_empty()
        && let Some(doubt) = doubts.first()
    {
        return Err(unseen(doubt));
    }
    let mut pages = Vec::new();
    for one in listed {
        let Ok(page) = library.page(&one.path) else { continue };
        let below = dirs.iter().find_map(|dir| one.path.strip_prefix(dir.trim_end_matches('/'))?.strip_prefix('/'));
        let document = page.document;
        let broken =
            document.links.iter().enumerate().filter(|(_, link)| !leads(library, (&one.path, &document), link));
        pages.push(Page {
            below: below.unwrap_or(&one.path).to_owned(),
            owner: document.header.owner.clone(),
            freshness: one.freshness,
            broken: broken.map(|(at, _)| at).collect(),
            missing: missing(library, &document),
            path: one.path,
            document,
        });
    }
    Ok(pages)
}

/// Whether a link leads somewhere, as far as that can be seen on this machine.
fn leads(library: &Library, (path, document): (&str, &Document), link: &Target) -> bool {
    let to = link.to.trim();
    let outside = to.contains("://") || to.starts_with("mailto:") || to.starts_with("//") || to.starts_with('/');
    // What is filled in elsewhere is not there before.
    if to.is_empty() || outside || to.contains(['{', '<', '$']) {
        return true;
    }
    let (file, anchor) = to.split_once('#').map_or((to, None), |(file, anchor)| (file, Some(anchor)));
    let file = file.split('?').next().unwrap_or(file).replace("%20", " ");
    if file.is_empty() {
        return anchor.is_none_or(|anchor| anchor.is_empty() || document.section(anchor).is_some());
    }
    let Some(there) = beside(path, &file) else { return true };
    match library.stands(&there) {
        Ok(None) => false,
        // Nobody is to know from a page what lies outside.
        Err(_) | Ok(Some(false)) => true,
        Ok(Some(true)) => match anchor.filter(|anchor| !anchor.is_empty() && is_page(&there)) {
            None => true,
            Some(anchor) => library.page(&there).is_ok_and(|page| page.document.section(anchor).is_some()),
        },
    }
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|kind| kind.eq_ignore_ascii_case("md"))
}

/// A path beside a page, from the team file; none if it leads above it.
fn beside(page: &str, to: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The scripts of the repository that the page's commands name and that are not there.
fn missing(library: &Library, document: &Document) -> Vec<(usize, String)> {
    let mut missing: Vec<(usize, String)> = Vec::new();
    for block in document.blocks.iter().filter(|block| SHELLS.contains(&block.language.as_str())) {
        for (at, line) in block.text.lines().enumerate() {
            let Some(script) = script(line) else { continue };
            let known = missing.iter().any(|(_, known)| *known == script);
            if !known && matches!(library.stands(&script), Ok(None)) {
                missing.push((block.line + at, script));
            }
        }
    }
    missing
}

/// The script of this repository that a command runs, if it does.
fn script(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches("$ ").trim_start_matches("sudo ");
    let is_setting = |word: &&str| word.split_once('=').is_some_and(|(name, _)| !name.contains('/'));
    let mut words = line.split_whitespace().skip_while(is_setting);
    let first = words.next()?;
    let word = if RUNNERS.contains(&first) { words.next()? } else { first };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let relative = word.contains('/') && !word.starts_with('/') && !word.starts_with("..") && word.chars().all(plain);
    relative.then(|| word.trim_start_matches("./").to_owned())
}

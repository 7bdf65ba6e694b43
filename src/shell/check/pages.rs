//! The runbooks as a check looks at them: what they link to and what they run
//! is there, or not.

use std::time::Duration;

use super::{Web, unseen};
use crate::config::Runbooks;
use crate::domain::check::{Page, Unseen};
use crate::domain::runbook::document::Document;
use crate::shell::reading::broken;
use crate::shell::runbooks::Library;
use crate::shell::session::Plan;
use crate::sources::links;

/// The history of the pages gets so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// Languages whose blocks are commands.
const SHELLS: [&str; 7] = ["", "sh", "bash", "shell", "console", "zsh", "shell-session"];
/// Programs whose first argument is a script.
const RUNNERS: [&str; 7] = ["bash", "sh", "zsh", "python", "python3", "node", "ruby"];

pub(super) async fn look(plan: &Plan, web: Web) -> Result<Vec<Page>, Unseen> {
    let (mut library, _) = Library::judged(plan, PATIENCE).await;
    let rules = plan.team.runbooks.clone();
    let read = tokio::task::spawn_blocking(move || read_all(&mut library, &rules));
    let mut pages = read.await.map_err(|error| unseen(&error))??;
    if web == Web::Asked {
        ask_the_web(&mut pages).await;
    }
    Ok(pages)
}

/// Says of each page which addresses of the web are gone.
async fn ask_the_web(pages: &mut [Page]) {
    let is_web = |to: &str| to.starts_with("http://") || to.starts_with("https://");
    let all = pages.iter().flat_map(|page| &page.document.links).map(|link| link.to.clone());
    let gone = links::gone(all.filter(|to| is_web(to) && !is_template(to))).await;
    for page in pages {
        let links = page.document.links.iter().enumerate();
        page.gone = links.filter_map(|(at, link)| Some((at, *gone.get(&link.to)?))).collect();
    }
}

fn read_all(library: &mut Library, rules: &Runbooks) -> Result<Vec<Page>, Unseen> {
    let (listed, doubts) = library.list();
    // Where there is no folder there is no page, and that is known.
    let is_there = |folder: &String| !matches!(library.stands(folder), Ok(None));
    if listed.is_empty()
        && rules.dirs.iter().any(is_there)
        && let Some(doubt) = doubts.first()
    {
        return Err(unseen(doubt));
    }
    let mut pages = Vec::new();
    for one in listed {
        let Ok(page) = library.page(&one.path) else { continue };
        let nowhere = broken(library, &page);
        let document = page.document;
        let broken = document.links.iter().enumerate();
        let broken = broken.filter(|(_, link)| nowhere.contains_key(&link.to) && !is_template(&link.to));
        pages.push(Page {
            below: rules.below(&one.path).to_owned(),
            owner: document.header.owner.clone(),
            freshness: one.freshness,
            broken: broken.map(|(at, _)| at).collect(),
            gone: Vec::new(),
            missing: missing(library, &document),
            path: one.path,
            document,
        });
    }
    Ok(pages)
}

/// Whether it is filled in elsewhere: such a target is not there before.
fn is_template(to: &str) -> bool {
    to.contains(['{', '<', '$'])
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

//! The runbooks as a check looks at them: what they link to and what they run
//! is there, or not.

use std::time::Duration;

use super::unseen;
use crate::config::Runbooks;
use crate::domain::check::{Page, Unseen};
use crate::domain::runbook::document::Document;
use crate::shell::reading::broken;
use crate::shell::runbooks::Library;
use crate::shell::session::Plan;

/// The history of the pages gets so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// Languages whose blocks are commands.
const SHELLS: [&str; 7] = ["", "sh", "bash", "shell", "console", "zsh", "shell-session"];
/// Programs whose first argument is a script.
const RUNNERS: [&str; 7] = ["bash", "sh", "zsh", "python", "python3", "node", "ruby"];

pub(super) async fn look(plan: &Plan) -> Result<Vec<Page>, Unseen> {
    let (mut library, _) = Library::judged(plan, PATIENCE).await;
    let rules = plan.team.runbooks.clone();
    let read = tokio::task::spawn_blocking(move || read_all(&mut library, &rules));
    read.await.map_err(|error| unseen(&error))?
}

fn read_all(library: &mut Library, rules: &Runbooks) -> Result<Vec<Page>, Unseen> {
    let (listed, doubts) = library.list();
    if listed.is_empty()
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

//! What the repository says: its files, who changed them, CODEOWNERS, and what
//! landed in freezes.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::{a_year_before, unseen};
use crate::config::TeamFile;
use crate::domain::calendar::{Window, today};
use crate::domain::check::{Authors, Codeowners, Commit, Unseen};
use crate::domain::runbook::owned;
use crate::domain::text::Clean;
use crate::shell::git::{Git, Landed, Reach, Tree};
use crate::shell::session::Plan;

/// GitHub reads no longer one, in bytes.
const LONGEST: u64 = 3 << 20;
const NO_TREE: &str = "there is no work tree here";
/// What a message says of a freeze.
const EXCEPTION: &str = "Freeze-Exception:";

/// What was seen there.
pub(super) struct Repository {
    pub files: Result<Vec<String>, Unseen>,
    pub authors: Result<Authors, Unseen>,
    pub codeowners: Result<Option<Codeowners>, Unseen>,
    pub landed: Result<BTreeMap<String, Vec<Commit>>, Unseen>,
    /// Whether its history reaches to the beginning.
    pub is_whole: bool,
    /// Where the folder lies below the top, ending in `/`.
    pub prefix: String,
}

pub(super) async fn look(plan: &Plan, home: &Path) -> Repository {
    let git = Git::at(home);
    let whole = git.is_whole().await;
    let files = git.files().await.map_err(|why| unseen(&why));
    let now = plan.clock.start();
    let tree = git.tree().await;
    let (authors, landed) = match (&whole, &tree) {
        (Ok(()), Ok(Some(tree))) => (authors((&git, tree), &plan.team, now).await, landed(&git, &plan.team, now).await),
        (Ok(()), Ok(None)) => (Err(unseen(&NO_TREE)), Err(unseen(&NO_TREE))),
        (Ok(()), Err(why)) | (Err(why), _) => (Err(unseen(why)), Err(unseen(why))),
    };
    let (codeowners, prefix) = match tree {
        Ok(Some(tree)) => (read_codeowners(&tree.top, &tree.prefix), tree.prefix),
        Ok(None) => (Ok(None), String::new()),
        Err(why) => (Err(unseen(&why)), String::new()),
    };
    Repository { files, authors, codeowners, landed, is_whole: whole.is_ok(), prefix }
}

/// Who has changed the paths of each area in the last year; a commit counts once for an area.
async fn authors((git, tree): (&Git<'_>, &Tree), team: &TeamFile, now: DateTime<Utc>) -> Result<Authors, Unseen> {
    let known = git.authors((a_year_before(now), now), tree).await.map_err(|why| unseen(&why))?;
    if known.reach == Reach::Cut {
        return Err(unseen(&"there are more commits than were looked at"));
    }
    let mut whose: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    let mut counted: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for change in known.commits.iter().filter(|change| !is_bot(&change.name)) {
        let mut touched: Vec<&str> = Vec::new();
        for file in &change.paths {
            let area =
                *whose.entry(file).or_insert_with(|| owned::area_of(&team.areas, file).map(|area| area.id.as_str()));
            touched.extend(area);
        }
        touched.sort_unstable();
        touched.dedup();
        for area in touched {
            *counted.entry(area).or_default().entry(change.name.as_str()).or_default() += 1;
        }
    }
    let authors = counted.into_iter().map(|(area, by)| {
        let mut by: Vec<(Clean, usize)> = by.into_iter().map(|(author, n)| (Clean::line(author), n)).collect();
        by.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        (area.to_owned(), by)
    });
    Ok(authors.collect())
}

fn is_bot(author: &str) -> bool {
    let author = author.to_lowercase();
    author.ends_with("[bot]") || author.ends_with("-bot")
}

/// What landed in each freeze that has begun.
async fn landed(git: &Git<'_>, team: &TeamFile, now: DateTime<Utc>) -> Result<BTreeMap<String, Vec<Commit>>, Unseen> {
    let mut all = BTreeMap::new();
    for freeze in team.freezes.iter().filter(|freeze| freeze.from <= today(team, now)) {
        let stretch = Window { from: freeze.from, to: freeze.to }.stretch(team.team.timezone);
        let commits = git.landed_between(stretch).await.map_err(|why| unseen(&why))?;
        let mut commits: Vec<Commit> = commits.into_iter().map(commit).collect();
        commits.sort_by(|one, other| (one.at, &one.hash).cmp(&(other.at, &other.hash)));
        all.insert(freeze.id.clone(), commits);
    }
    Ok(all)
}

fn commit(landed: Landed) -> Commit {
    let excepted = landed.message.lines().filter_map(|line| {
        let mut words = line.trim().strip_prefix(EXCEPTION)?.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    });
    Commit {
        excepted: excepted.collect(),
        title: Clean::line(landed.message.lines().next().unwrap_or_default()),
        hash: landed.hash,
        at: landed.at,
        author: landed.author,
        files: landed.files,
    }
}

fn read_codeowners(top: &Path, prefix: &str) -> Result<Option<Codeowners>, Unseen> {
    for path in owned::FILES {
        let at = top.join(path);
        let Ok(about) = std::fs::symlink_metadata(&at) else { continue };
        let is_within = std::fs::canonicalize(&at)
            .is_ok_and(|whole| std::fs::canonicalize(top).is_ok_and(|top| whole.starts_with(top)));
        if !about.is_file() || !is_within {
            return Err(unseen(&format!("{path} is no plain file of the repository")));
        }
        if about.len() > LONGEST {
            return Err(unseen(&format!("{path} is longer than {} MiB, and GitHub reads none that is", LONGEST >> 20)));
        }
        let mut text = Vec::new();
        let read = std::fs::File::open(&at).and_then(|file| file.take(LONGEST).read_to_end(&mut text));
        read.map_err(|why| unseen(&format!("{path}: {why}")))?;
        let up = "../".repeat(prefix.matches('/').count());
        return Ok(Some(Codeowners::read((&format!("{up}{path}"), prefix), &String::from_utf8_lossy(&text))));
    }
    Ok(None)
}

//! The folders of a repository, told by their names, and where its packages
//! lie.

use std::collections::{BTreeMap, BTreeSet};

use super::{BESIDE, PATTERNS, is_below, is_foreign};
use crate::domain::beginning::Seen;
use crate::domain::beginning::name::may_be_pattern;

/// Folders are told by their names down to this depth.
const DEPTH: usize = 4;

/// The folders that hold tracked files.
pub(super) struct Folders {
    /// By path, with the number of files below.
    counts: BTreeMap<String, usize>,
}

impl Folders {
    pub(super) fn of(files: &BTreeSet<String>) -> Self {
        let mut counts = BTreeMap::new();
        for file in files {
            let ends = file.match_indices('/').map(|(at, _)| at).take(DEPTH);
            for folder in ends.filter_map(|at| file.get(..at)) {
                match counts.get_mut(folder) {
                    Some(count) => *count += 1,
                    None => drop(counts.insert(folder.to_owned(), 1)),
                }
            }
        }
        counts.retain(|folder: &String, _| may_be_pattern(folder) && !is_foreign(folder));
        Self { counts }
    }

    /// The folders of these names, of each name those nearest to the top.
    pub(super) fn called(&self, names: &[&str]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for name in names {
            let fits =
                |folder: &&String| folder.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
            let all: Vec<&String> = self.counts.keys().filter(fits).collect();
            let least = all.iter().map(|folder| depth(folder)).min().unwrap_or_default();
            let nearest = all.into_iter().filter(|folder| depth(folder) == least).cloned();
            found.extend(
                nearest.filter(|folder| !found.iter().any(|other| is_below(folder, other))).collect::<Vec<_>>(),
            );
        }
        found.truncate(PATTERNS);
        found
    }
}

fn depth(folder: &str) -> usize {
    folder.matches('/').count()
}

/// Where the packages lie: members of workspaces, packages of Python; else the folders at the top.
pub(super) fn roots(seen: &Seen, folders: &Folders) -> Vec<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for manifest in seen.manifests.iter().filter(|manifest| !manifest.path.contains('/')) {
        for member in manifest.members().iter().map(|member| member.trim_start_matches("./").trim_end_matches('/')) {
            let Ok(pattern) = glob::Pattern::new(member) else { continue };
            let rules = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
            let holds = |folder: &&String| {
                pattern.matches_with(folder, rules) && seen.has(&format!("{folder}/{}", manifest.file()))
            };
            found.extend(folders.counts.keys().filter(holds).cloned());
        }
        if matches!(manifest.file(), "pyproject.toml" | "setup.cfg" | "setup.py") {
            let at_top = |folder: &&String| depth(folder) == 0 || (depth(folder) == 1 && folder.starts_with("src/"));
            let is_package = |folder: &&String| seen.has(&format!("{folder}/__init__.py"));
            let beside = |folder: &&String| !BESIDE.contains(&folder.as_str());
            found.extend(folders.counts.keys().filter(at_top).filter(is_package).filter(beside).cloned());
        }
    }
    if found.is_empty() {
        let plain =
            |folder: &&String| depth(folder) == 0 && !folder.starts_with('.') && !BESIDE.contains(&folder.as_str());
        found.extend(folders.counts.keys().filter(plain).cloned());
    }
    found.into_iter().collect()
}

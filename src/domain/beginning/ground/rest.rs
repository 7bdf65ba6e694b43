//! Patterns for what no area names: the folders and the files at the top, each
//! by its name.

use std::collections::BTreeSet;

use crate::domain::beginning::name::may_be_pattern;

/// Of more files at the top than these, those of a kind are one pattern.
const FILES: usize = 12;

/// Anchored patterns that match these files, in order. What cannot be a pattern is left out.
pub(super) fn patterns<'a>(files: impl Iterator<Item = &'a String>) -> Vec<String> {
    let (mut folders, mut tops) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        match file.split_once('/') {
            Some((top, _)) if may_be_pattern(top) => drop(folders.insert(format!("/{top}/"))),
            None if may_be_pattern(file) => drop(tops.insert(file.as_str())),
            Some(_) | None => {}
        }
    }
    let many = tops.len() > FILES;
    let pattern = |name: &str| match name.rsplit_once('.') {
        Some((stem, kind)) if many && !stem.is_empty() && !kind.is_empty() => format!("/*.{kind}"),
        Some(_) | None => format!("/{name}"),
    };
    let tops: BTreeSet<String> = tops.into_iter().map(pattern).collect();
    folders.into_iter().chain(tops).collect()
}

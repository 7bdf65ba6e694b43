//! Which page a kind of incident names, and which kinds name a page.

use std::collections::BTreeMap;
use std::fs;

use crate::config::{Kind, leads_out};
use crate::sources::runbooks::{Folder, Seen, stamp_of};

/// Where a kind's runbook begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// The page, as people see its path.
    pub path: String,
    /// The heading, as a link names it; none for the whole page. Whether the page has it is not known yet.
    pub anchor: Option<String>,
}

/// The file of a target, and its heading.
fn split(target: &str) -> (&str, Option<&str>) {
    match target.split_once('#') {
        Some((file, anchor)) => (file.trim(), Some(anchor.trim()).filter(|anchor| !anchor.is_empty())),
        None => (target.trim(), None),
    }
}

/// Where this target leads within the folders; the first that has it wins.
pub(super) fn aim(target: &str, filled: &BTreeMap<String, String>, folders: &[Folder]) -> Option<Aim> {
    let (file, anchor) = split(target);
    let file = fill(file, filled)?;
    let anchor = match anchor {
        Some(anchor) => Some(fill(anchor, filled)?),
        None => None,
    };
    let below = plain(&file)?;
    folders.iter().find_map(|folder| {
        let below = below_of(folder, &below);
        let path = if folder.shown.is_empty() { below.to_owned() } else { format!("{}/{below}", folder.shown) };
        let at = folder.at.join(below);
        stamp_of(&at, &path)?;
        let within = fs::canonicalize(&at).ok()?.starts_with(fs::canonicalize(&folder.at).ok()?);
        within.then(|| Aim { path, anchor: anchor.clone() })
    })
}

/// The path below a folder, also where it was written from the team file on.
fn below_of<'a>(folder: &Folder, path: &'a str) -> &'a str {
    let below = path.strip_prefix(folder.shown.as_str()).and_then(|rest| rest.strip_prefix('/'));
    below.filter(|_| !folder.shown.is_empty() && !folder.at.join(path).is_file()).unwrap_or(path)
}

/// A path that stays below its folder, without `./`; none if it would leave.
fn plain(file: &str) -> Option<String> {
    let parts: Vec<&str> = file.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (!leads_out(file) && !parts.is_empty()).then(|| parts.join("/"))
}

/// The text with what stands in braces filled in; none if something is not known, or would be more than a name.
fn fill(text: &str, filled: &BTreeMap<String, String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let value = filled.get(name.trim())?;
        let is_name = !value.is_empty() && !value.starts_with('.') && !value.contains(['/', '\\', '\0', ':', '#']);
        out.push_str(before);
        out.push_str(is_name.then_some(value)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// The targets of all kinds, to be looked up by page.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// By the path below a folder.
    plain: BTreeMap<String, Vec<usize>>,
    /// Those with something to be filled in.
    open: Vec<(glob::Pattern, usize)>,
}

impl Targets {
    pub(super) fn of(kinds: &[Kind], folders: &[Folder]) -> Self {
        let mut targets = Self::default();
        for (place, kind) in kinds.iter().enumerate() {
            let Some((file, _)) = kind.runbook.as_deref().map(split) else { continue };
            let Some(file) = plain(file) else { continue };
            let below = folders.iter().map(|folder| below_of(folder, &file)).find(|below| *below != file);
            let file = below.map_or_else(|| file.clone(), str::to_owned);
            if file.contains('{') {
                targets.open.extend(pattern(&file).map(|pattern| (pattern, place)));
            } else {
                targets.plain.entry(file).or_default().push(place);
            }
        }
        targets
    }

    /// By the place of a page, the places of the kinds that name it, in order. Of two folders that have a page of the
    /// same name, the first one's is meant.
    pub(super) fn of_pages(&self, pages: &[Seen]) -> BTreeMap<usize, Vec<usize>> {
        let mut named: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        if self.plain.is_empty() && self.open.is_empty() {
            return named;
        }
        let mut first: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (place, page) in pages.iter().enumerate() {
            if self.plain.contains_key(&page.below) {
                let known = first.entry(&page.below).or_insert((page.folder, place));
                *known = (*known).min((page.folder, place));
            }
            let kinds = self.open_for(&page.below);
            if !kinds.is_empty() {
                named.insert(place, kinds);
            }
        }
        for (below, (_, place)) in first {
            let kinds = named.entry(place).or_default();
            kinds.extend(self.plain.get(below).into_iter().flatten());
            kinds.sort_unstable();
            kinds.dedup();
        }
        named
    }

    /// The same for one page that lies below these folders.
    pub(super) fn kinds_of(&self, below: &[(usize, String)]) -> Vec<usize> {
        let of = |below: &String| {
            self.plain.get(below).into_iter().flatten().copied().chain(self.open_for(below)).collect::<Vec<_>>()
        };
        let mut kinds: Vec<usize> = below.iter().flat_map(|(_, below)| of(below)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn open_for(&self, below: &str) -> Vec<usize> {
        let rules = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
        let fits = self.open.iter().filter(|(pattern, _)| pattern.matches_with(below, rules));
        fits.map(|(_, place)| *place).collect()
    }
}

/// A target with any name in place of each pair of braces.
fn pattern(file: &str) -> Option<glob::Pattern> {
    let mut out = String::new();
    let mut rest = file;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(&glob::Pattern::escape(before));
        out.push('*');
        rest = after.split_once('}')?.1;
    }
    out.push_str(&glob::Pattern::escape(rest));
    glob::Pattern::new(&out).ok()
}

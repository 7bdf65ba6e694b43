//! Where the links of a page lead, and which lead nowhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::runbook::document::Document;
use crate::domain::text::Clean;
use crate::shell::runbooks::{Library, Page};

/// So many files are opened to see whether they have the headings that a page names.
const LOOKED_INTO: usize = 100;
/// What a page may be called.
const PAGES: [&str; 4] = [".md", ".markdown", ".md.erb", ".txt"];

/// The file that a relative link leads to from a page, and the heading in it.
///
/// # Errors
///
/// What it leads to instead of a page.
pub(super) fn target(from: &str, to: &str) -> Result<(String, Option<String>), Clean> {
    let (file, anchor) = split(to);
    let path = beside(from, &file);
    if !PAGES.iter().any(|ending| path.to_lowercase().ends_with(ending)) {
        return Err(Clean::line(&format!("{path} is no page; `e` on this one opens an editor")));
    }
    Ok((path, anchor))
}

fn split(to: &str) -> (String, Option<String>) {
    let decoded = |text: &str| percent_decoded(text);
    let (file, anchor) = to.split_once('#').map_or((to, None), |(file, anchor)| (file, Some(anchor)));
    let file = file.split('?').next().unwrap_or_default();
    (decoded(file), anchor.map(decoded).filter(|anchor| !anchor.is_empty()))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = hex.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &more[2..] } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A path beside a page; one that begins with `/` begins at the team file's folder, as on GitHub.
fn beside(from: &str, file: &str) -> String {
    if let Some(rooted) = file.strip_prefix('/') {
        return rooted.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != ".." && !last.is_empty()) => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// The links of a page that lead nowhere, as written, and why. Nothing outside this machine is looked at.
pub fn broken(library: &Library, page: &Page) -> BTreeMap<String, &'static str> {
    let mut broken = BTreeMap::new();
    let mut opened: BTreeMap<String, Option<Anchors>> = BTreeMap::new();
    let anchors = Anchors::of(&page.document);
    let seen: BTreeSet<&str> = page.document.links.iter().map(|link| link.to.as_str()).collect();
    for to in seen {
        let why = match to.strip_prefix('#') {
            Some("" | "top") => None,
            Some(anchor) => (!anchors.has(&percent_decoded(anchor))).then_some("no such heading"),
            None if to.contains(':') || to.starts_with("//") => None,
            None => leads_nowhere(library, page, to, &mut opened),
        };
        broken.extend(why.map(|why| (to.to_owned(), why)));
    }
    broken
}

/// The names by which a page's places can be linked to.
struct Anchors(BTreeSet<String>);

impl Anchors {
    fn of(document: &Document) -> Self {
        let headings = document.sections.iter().map(|section| section.anchor.to_lowercase());
        let others = document.anchors.iter().filter(|anchor| anchor.section.is_some());
        Self(headings.chain(others.map(|anchor| anchor.name.to_lowercase())).collect())
    }

    fn has(&self, anchor: &str) -> bool {
        self.0.contains(&anchor.trim().trim_start_matches('#').to_lowercase())
    }
}

fn leads_nowhere(
    library: &Library,
    page: &Page,
    to: &str,
    opened: &mut BTreeMap<String, Option<Anchors>>,
) -> Option<&'static str> {
    let (file, anchor) = split(to);
    let path = beside(&page.about.path, &file);
    let Ok(is_file) = library.stands(&path) else { return Some("it lies outside the repository") };
    let Some(is_file) = is_file else { return Some("no such file") };
    let anchor = anchor.filter(|_| is_file && PAGES.iter().any(|ending| path.ends_with(ending)))?;
    if !opened.contains_key(&path) && opened.len() >= LOOKED_INTO {
        return None;
    }
    let look = || library.page(&path).ok().map(|page| Anchors::of(&page.document));
    let there = opened.entry(path.clone()).or_insert_with(look).as_ref()?;
    (!there.has(&anchor)).then_some("no such heading there")
}

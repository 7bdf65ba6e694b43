//! What of a page goes into the index.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::config::Kind;
use crate::domain::runbook::document::Document;
use crate::domain::runbook::words::{indexed as cut, key};
use crate::domain::text::Clean;
use crate::store::pages::{Indexed, IndexedPart, Stamp};

/// What is known of a page beside its text.
pub(super) struct About<'a> {
    /// As people see it.
    pub path: &'a str,
    /// Below its folder.
    pub below: &'a str,
    /// The kinds that name it.
    pub kinds: Vec<&'a Kind>,
    /// The phrases that led somebody to it.
    pub learned: &'a [String],
}

/// Names that say nothing of what a file is about: its folder's does.
const NAMELESS: &[&str] = &["readme", "index", "_index"];

/// The name of a page's file without what it ends with; of `README.md` and the like, its folder's.
pub(super) fn stem(path: &str) -> &str {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
    let bare = bare.strip_suffix(".md").unwrap_or(bare);
    let folder = folders.rsplit('/').next().unwrap_or_default();
    let nameless = NAMELESS.iter().any(|plain| bare.eq_ignore_ascii_case(plain));
    if bare.is_empty() {
        name
    } else if nameless && !folder.is_empty() {
        folder
    } else {
        bare
    }
}

/// The words and names of a page.
pub(super) fn indexed(document: &Document, about: &About<'_>) -> Indexed {
    let stem = stem(about.path);
    let title = document.title.clone().unwrap_or_else(|| Clean::line(stem));
    let header = &document.header;
    let mut names = vec![key(stem), key(title.as_str())];
    names.extend(header.alerts.iter().map(|alert| key(alert.as_str())));
    names.extend(header.symptoms.iter().map(|symptom| key(symptom.as_str())));
    names.extend(about.learned.iter().map(|phrase| key(phrase)));
    names.extend(about.kinds.iter().map(|kind| key(&kind.id)));
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    let mut title_words = cut(title.as_str());
    // What both say counts once.
    if key(stem) != key(title.as_str()) {
        push(&mut title_words, &cut(stem));
    }
    let headings = joined(document.sections.iter().map(|section| section.title.as_str()));
    let learned = about.learned.iter().map(String::as_str);
    let symptoms = joined(header.symptoms.iter().map(Clean::as_str).chain(learned));
    let kinds = about.kinds.iter().flat_map(|kind| [kind.id.as_str(), kind.title.as_str()]);
    let kinds = joined(header.alerts.iter().map(Clean::as_str).chain(kinds));
    let folders = about.below.rsplit_once('/').map_or("", |(folders, _)| folders);
    let parts = parts(document);
    let mut body_words = String::with_capacity(document.source.len());
    for part in &parts {
        push(&mut body_words, &part.heading_words);
        push(&mut body_words, &part.body_words);
    }
    push(&mut body_words, &cut(folders));
    Indexed {
        title,
        owner: header.owner.clone(),
        names,
        title_words,
        heading_words: headings,
        symptom_words: symptoms,
        kind_words: kinds,
        body_words,
        parts,
    }
}

/// The sections, each up to the next heading, and before them what stands above the first.
fn parts(document: &Document) -> Vec<IndexedPart> {
    let begins = document.source.get(..document.body).unwrap_or_default().matches('\n').count() + 1;
    let lines: Vec<&str> = document.source.lines().collect();
    let text = |from: usize, to: usize| {
        let from = from.saturating_sub(1).min(lines.len());
        cut(&lines[from..to.saturating_sub(1).clamp(from, lines.len())].join("\n"))
    };
    let first = document.sections.first().map_or(usize::MAX, |section| section.line);
    let mut parts = Vec::with_capacity(document.sections.len() + 1);
    let above = text(begins, first);
    if !above.is_empty() || document.sections.is_empty() {
        parts.push(IndexedPart { line: begins, body_words: above, ..IndexedPart::default() });
    }
    for (at, section) in document.sections.iter().enumerate() {
        let end = document.sections.get(at + 1).map_or(usize::MAX, |next| next.line);
        parts.push(IndexedPart {
            heading: Some(section.title.clone()),
            anchor: Some(section.anchor.clone()),
            line: section.line,
            heading_words: cut(section.title.as_str()),
            body_words: text(section.line + 1, end),
        });
    }
    parts
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut all = String::new();
    for text in texts {
        push(&mut all, &cut(text));
    }
    all
}

fn push(all: &mut String, words: &str) {
    if !all.is_empty() && !words.is_empty() {
        all.push(' ');
    }
    all.push_str(words);
}

/// What stands for the kinds and the learned phrases of a page: another number when they change, 0 if there are none.
pub(super) fn extra(all: &[Kind], kinds: &[usize], learned: Option<&Vec<String>>) -> i64 {
    let kinds = kinds.iter().filter_map(|kind| all.get(*kind)).flat_map(|kind| [kind.id.as_str(), kind.title.as_str()]);
    let learned = learned.into_iter().flatten().map(String::as_str);
    let mut hash: Option<u64> = None;
    // FNV-1a, with an end after each text.
    for text in kinds.chain(learned) {
        for byte in text.bytes().chain([0xFF]) {
            let so_far = hash.unwrap_or(0xCBF2_9CE4_8422_2325);
            hash = Some((so_far ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        }
    }
    hash.unwrap_or_default().cast_signed()
}

/// Whether the file could still change within the tick of its file system's clock, so that its stamp stays the same:
/// a tick is some milliseconds, or two seconds where times are whole seconds.
pub(super) fn is_young(stamp: &Stamp) -> bool {
    const FINE: Duration = Duration::from_millis(50);
    const COARSE: Duration = Duration::from_secs(2);
    let tick = if stamp.modified % 1_000_000_000 == 0 { COARSE } else { FINE };
    let modified = u64::try_from(stamp.modified).map(Duration::from_nanos).unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // One from the future keeps its stamp for as long as it likes, and changes like any other.
    now.checked_sub(modified).is_some_and(|age| age < tick)
}

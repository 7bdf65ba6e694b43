//! A page taken apart: its header, its headings, its steps, its commands, its links.
//!
//! Any file is a page. A header that cannot be read is a remark, not an error,
//! and every text in here is cleaned: it may be shown as it is.

mod anchor;
mod reader;
mod steps;

use serde::{Deserialize, Serialize};

use super::header::{Front, Value};
use super::markup::{Kept, Piece};
use crate::config::FrontMatter;
use crate::domain::text::{Clean, whole};
use std::borrow::Cow;

/// A page as its author wrote it, taken apart; lines count from 1 in the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// From the header unless that is a template, else the first heading; none if there is neither.
    pub title: Option<Clean>,
    /// What the header says of the page.
    pub header: Header,
    /// Its headings, in the page's order.
    pub sections: Vec<Section>,
    /// What can be ticked off, in the page's order.
    pub steps: Vec<Step>,
    /// Its blocks of code, in the page's order.
    pub blocks: Vec<Block>,
    /// Its links and images, in the page's order; reference links resolved.
    pub links: Vec<Target>,
    /// What is wrong with the page, a sentence each: a broken header.
    pub remarks: Vec<Clean>,
    /// The names that its author gave to places: `<a name="x">`, `## Verify {#x}`; in the page's order.
    pub anchors: Vec<Anchor>,
    /// The whole text as it was read, line ends as `\n`, without a byte order mark.
    pub source: String,
    /// Where the text below the header begins in `source`, in bytes.
    pub body: usize,
    /// What it was read as, for whoever draws it.
    kept: Kept,
}

/// What the front matter says, by the team's own keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// Whose it is, as written.
    pub owner: Option<Clean>,
    /// The alerts that it is for.
    pub alerts: Vec<Clean>,
    /// What it looks like, in the words of whoever is paged.
    pub symptoms: Vec<Clean>,
    /// When it was last reviewed, as written.
    pub reviewed: Option<Clean>,
}

/// A heading, and what stands below it up to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// From 1 to 6.
    pub level: u8,
    /// Without its marks.
    pub title: Clean,
    /// What a link names it by, as GitHub makes it: `breaking-change`, `verify-1`.
    pub anchor: String,
    /// Where it stands.
    pub line: usize,
}

/// Something to do: an item of a numbered or a task list, of any depth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The same after small edits around it, another when its text, number or heading changes.
    pub id: StepId,
    /// Its heading, by its place in `sections`; none above the first heading.
    pub section: Option<usize>,
    /// As a reader counts it below its heading: `2`, `2.1`.
    pub number: String,
    /// Its own text, on one line.
    pub text: Clean,
    /// Where it stands.
    pub line: usize,
    /// Its blocks of code, by their places in `blocks`.
    pub blocks: Vec<usize>,
}

/// What tells one step from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StepId {
    /// The titles of its headings, the outermost first, joined by ` / `.
    pub heading: String,
    /// Its number below the last of them; of two steps that are the same in all, the second is `1 (2)`.
    pub number: String,
    /// The first 12 hex digits of the SHA-256 of its text and its code without blanks.
    pub hash: String,
}

/// A block of code, whole: its lines are never wrapped or cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// As written behind the fence; empty if nothing was, or the block is only indented.
    pub language: Clean,
    /// Without the fence and the indent of a list; control characters named, but for tabs, which code may mean.
    pub text: String,
    /// Where its first line of code stands.
    pub line: usize,
    /// Its heading, by its place in `sections`.
    pub section: Option<usize>,
    /// What the reader has to put in, in the order in which it comes, each once: `<node>`, `$NAME`.
    pub placeholders: Vec<String>,
    /// The words in it that destroy or change something, each once: `rm -r`, `delete`; empty if it only looks.
    pub destructive: Vec<&'static str>,
}

/// A place that has a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// As written, with controls named.
    pub name: String,
    /// The heading right below it, else the one that it stands under; none above the first.
    pub section: Option<usize>,
    /// Where it stands.
    pub line: usize,
}

/// Where a link or an image leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What is shown of it.
    pub text: Clean,
    /// As written: `other.md#anchor`, `#here`, `https://…`.
    pub to: String,
    /// Where it stands.
    pub line: usize,
    /// Whether it is an image.
    pub sort: Sort,
}

/// How a target is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// To be followed.
    Link,
    /// To be looked at.
    Image,
}

impl Document {
    /// Takes a page apart; any text is one.
    pub fn read(source: &str, keys: &FrontMatter) -> Self {
        let source = with_plain_ends(source.strip_prefix('\u{FEFF}').unwrap_or(source)).into_owned();
        let front = Front::read(&source, keys);
        let mut page = Self { body: front.body, source, ..Self::default() };
        reader::read(&mut page);
        page.title = front
            .value(&keys.title)
            .and_then(title)
            .or_else(|| page.sections.iter().map(|section| section.title.clone()).find(|title| !title.is_empty()));
        page.header = header(&front, keys);
        page.remarks.extend(front.remark);
        page
    }

    /// The pieces of the page as it was read, in its order, each with the line of the file in which it begins.
    pub fn pieces(&self) -> impl Iterator<Item = (Piece<'_>, usize)> {
        self.kept.pieces(self.source.get(self.body..).unwrap_or_default())
    }

    /// The heading with this anchor, by its place in `sections`; a leading `#`, case and blanks do not matter.
    pub fn section(&self, anchor: &str) -> Option<usize> {
        let wanted = anchor.trim().trim_start_matches('#').to_lowercase();
        let named = |name: &str| name.to_lowercase() == wanted;
        let section = self.sections.iter().position(|section| named(&section.anchor));
        section.or_else(|| self.anchors.iter().find(|anchor| named(&anchor.name))?.section)
    }

    /// The last heading at or above this line.
    pub fn section_at(&self, line: usize) -> Option<usize> {
        self.sections.iter().rposition(|section| section.line <= line)
    }
}

/// The text with `\n` at the end of each line, whichever end it had.
fn with_plain_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(text) }
}

/// The title that a header gives; a template that is filled in elsewhere is none.
fn title(value: &Value) -> Option<Clean> {
    let Value::Text(text) = value else { return None };
    let template = ["<%", "{{", "{%"].iter().any(|mark| text.contains(mark));
    Some(Clean::line(text)).filter(|title| !template && !title.is_empty())
}

fn header(front: &Front, keys: &FrontMatter) -> Header {
    let texts = |key: &str| front.value(key).map(Value::texts).unwrap_or_default();
    let one = |key: &str| Some(Clean::line(&texts(key).join(", "))).filter(|text| !text.is_empty());
    let several = |key: &str, ends: &[char]| {
        let texts = texts(key).into_iter().flat_map(|text| text.split(ends)).map(Clean::line);
        texts.filter(|text| !text.is_empty()).collect()
    };
    Header {
        owner: one(&keys.owner),
        alerts: several(&keys.alerts, &[',', '\n']),
        symptoms: several(&keys.symptoms, &['\n']),
        reviewed: one(&keys.reviewed),
    }
}

/// Where a link leads, as it may be shown.
fn shown(to: &str) -> String {
    whole(to).replace('\n', " ")
}

//! A page's pieces as they were read, for whoever draws it: parsed once,
//! drawn at every width. Words are places in the text, not copies of it.

use std::borrow::Cow;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::Piece;

/// The pieces of one page, in its order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    /// The text as Markdown that the parser knows, where that is not the page's own.
    text: Option<String>,
    /// What pieces say that stands in no text: entities, what HTML became.
    said: String,
    pieces: Vec<(Mark, u32)>,
}

/// A place in the text or, behind its end, in what is said besides; in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    at: u32,
    length: u32,
}

/// A piece in little room: there are a hundred thousand of them on a page of a megabyte.
#[derive(Debug, Clone, PartialEq)]
enum Mark {
    Text(Place),
    Code(Place),
    /// A tag that is known by its end.
    Start(TagEnd),
    End(TagEnd),
    SoftBreak,
    HardBreak,
    Rare(Box<Event<'static>>),
}

impl Kept {
    /// None yet, of a text of so many bytes.
    pub(in crate::domain::runbook) fn of(bytes: usize) -> Self {
        Self { pieces: Vec::with_capacity(bytes / 10), ..Self::default() }
    }

    /// Keeps the next piece, whose words most often lie in this text.
    pub(in crate::domain::runbook) fn push(&mut self, piece: &Piece<'_>, line: usize, text: &str) {
        let mark = match piece {
            Event::Text(words) => self.place(words, text).map(Mark::Text),
            Event::Code(words) => self.place(words, text).map(Mark::Code),
            Event::Start(tag) => known(tag).map(Mark::Start),
            Event::End(end) => Some(Mark::End(*end)),
            Event::SoftBreak => Some(Mark::SoftBreak),
            Event::HardBreak => Some(Mark::HardBreak),
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_) => None,
        };
        let mark = mark.unwrap_or_else(|| Mark::Rare(Box::new(piece.clone().into_static())));
        self.pieces.push((mark, u32::try_from(line).unwrap_or(u32::MAX)));
    }

    /// All are kept; this is the text in which they lie, unless it is the page's own.
    pub(in crate::domain::runbook) fn finish(&mut self, text: Cow<'_, str>) {
        self.pieces.shrink_to_fit();
        self.text = match text {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
    }

    /// The pieces again; `below` is the page's text below its header.
    pub(in crate::domain::runbook) fn pieces<'a>(
        &'a self,
        below: &'a str,
    ) -> impl Iterator<Item = (Piece<'a>, usize)> + 'a {
        let text = self.text.as_deref().unwrap_or(below);
        self.pieces.iter().map(move |(mark, line)| (self.piece(mark, text), *line as usize))
    }

    fn piece<'a>(&'a self, mark: &Mark, text: &'a str) -> Piece<'a> {
        match mark {
            Mark::Text(place) => Event::Text(self.words(*place, text)),
            Mark::Code(place) => Event::Code(self.words(*place, text)),
            Mark::Start(end) => opened(*end).map_or(Event::SoftBreak, Event::Start),
            Mark::End(end) => Event::End(*end),
            Mark::SoftBreak => Event::SoftBreak,
            Mark::HardBreak => Event::HardBreak,
            Mark::Rare(event) => event.as_ref().clone(),
        }
    }

    fn words<'a>(&'a self, place: Place, text: &'a str) -> CowStr<'a> {
        let (at, length) = (place.at as usize, place.length as usize);
        let words = match at.checked_sub(text.len()) {
            None => text.get(at..at + length),
            Some(at) => self.said.get(at..at + length),
        };
        CowStr::Borrowed(words.unwrap_or_default())
    }

    fn place(&mut self, words: &CowStr<'_>, text: &str) -> Option<Place> {
        // Words that are borrowed lie in the text, if not in a constant.
        let at = match words {
            CowStr::Borrowed(words) => words.as_ptr().addr().checked_sub(text.as_ptr().addr()),
            CowStr::Boxed(_) | CowStr::Inlined(..) => None,
        };
        let at = at.filter(|at| at + words.len() <= text.len() && *at < text.len()).unwrap_or_else(|| {
            self.said.push_str(words);
            text.len() + self.said.len() - words.len()
        });
        Some(Place { at: u32::try_from(at).ok()?, length: u32::try_from(words.len()).ok()? })
    }
}

/// The end of a tag from which the tag can be told.
fn known(tag: &Tag<'_>) -> Option<TagEnd> {
    let end = tag.to_end();
    let whole = match tag {
        Tag::Heading { id, classes, attrs, .. } => id.is_none() && classes.is_empty() && attrs.is_empty(),
        _ => opened(end).is_some(),
    };
    whole.then_some(end)
}

/// The tag that ends so, if there is but one.
fn opened(end: TagEnd) -> Option<Tag<'static>> {
    match end {
        TagEnd::Paragraph => Some(Tag::Paragraph),
        TagEnd::Heading(level) => Some(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }),
        TagEnd::BlockQuote(kind) => Some(Tag::BlockQuote(kind)),
        TagEnd::Item => Some(Tag::Item),
        TagEnd::TableHead => Some(Tag::TableHead),
        TagEnd::TableRow => Some(Tag::TableRow),
        TagEnd::TableCell => Some(Tag::TableCell),
        TagEnd::Emphasis => Some(Tag::Emphasis),
        TagEnd::Strong => Some(Tag::Strong),
        TagEnd::Strikethrough => Some(Tag::Strikethrough),
        TagEnd::CodeBlock
        | TagEnd::HtmlBlock
        | TagEnd::List(_)
        | TagEnd::FootnoteDefinition
        | TagEnd::DefinitionList
        | TagEnd::DefinitionListTitle
        | TagEnd::DefinitionListDefinition
        | TagEnd::Table
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::Link
        | TagEnd::Image
        | TagEnd::MetadataBlock(_) => None,
    }
}

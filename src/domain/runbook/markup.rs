//! A page's Markdown as one stream, with the line of the file beside each piece.
//!
//! What reads a page and what draws it read this same stream, so that the
//! third link of the one is the third link of the other. In it the five ways
//! of writing a note are one, no HTML is left but the names of anchors, and
//! nothing lies deeper than anybody could read.

mod bounds;
mod html;
mod inline;
mod kept;
mod notes;

use std::borrow::Cow;
use std::collections::VecDeque;

use pulldown_cmark::{CowStr, Event, OffsetIter, Options, Parser, Tag, TagEnd};

use inline::Inline;
pub use kept::Kept;

/// How deep lists and quotes may lie in each other; what lies deeper is shown at this depth.
const DEPTH: usize = 32;

/// A page's text as Markdown that the parser knows.
pub struct Markup<'a> {
    text: Cow<'a, str>,
    /// Where each of its lines ends, in bytes.
    ends: Vec<usize>,
    /// Which of its lines, from 0, are in no file.
    added: Vec<usize>,
    /// How many lines of the file stand above it.
    above: usize,
}

/// A piece of the page: Markdown as the parser gives it, but for HTML.
///
/// `Html` and `InlineHtml` stand for an anchor alone: the text is its name.
pub type Piece<'a> = Event<'a>;

impl<'a> Markup<'a> {
    /// The part of a page that begins at this byte.
    pub fn new(source: &'a str, body: usize) -> Self {
        let (above, below) = source.split_at_checked(body).unwrap_or((source, ""));
        let above = above.bytes().filter(|byte| *byte == b'\n').count();
        let (text, added) = notes::unified(below);
        let ends = line_ends(&text);
        let (text, ends) = match bounds::bounded(&text, &ends) {
            Cow::Borrowed(_) => (text, ends),
            Cow::Owned(bounded) => {
                let ends = line_ends(&bounded);
                (Cow::Owned(bounded), ends)
            }
        };
        Self { text, ends, added, above }
    }

    /// The text in which the words of the pieces lie, unless they are made up.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The same text, to be kept.
    pub(super) fn into_text(self) -> Cow<'a, str> {
        self.text
    }

    /// The pieces in the page's order, each with the line of the file in which it begins, from 1.
    pub fn pieces(&self) -> Pieces<'_> {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_GFM;
        Pieces {
            markup: self,
            events: Parser::new_ext(&self.text, options).into_offset_iter(),
            waiting: VecDeque::new(),
            block: None,
            inline: Inline::default(),
            containers: Vec::new(),
            depth: 0,
            near: 0,
        }
    }

    /// The line of the file, from 1, that is this one here, from 0.
    fn line(&self, line: usize) -> usize {
        let added = self.added.partition_point(|added| *added <= line);
        (self.above + line + 1).saturating_sub(added)
    }
}

/// See [`Markup::pieces`].
pub struct Pieces<'m> {
    markup: &'m Markup<'m>,
    events: OffsetIter<'m>,
    waiting: VecDeque<(Piece<'m>, usize)>,
    /// An open block of HTML.
    block: Option<html::Block>,
    inline: Inline,
    /// What lies around the next piece, and whether it is shown as such.
    containers: Vec<Container>,
    /// How many of them are.
    depth: usize,
    /// The line, from 0, of the last piece.
    near: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Shown,
    Flat,
}

impl<'m> Iterator for Pieces<'m> {
    type Item = (Piece<'m>, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(piece) = self.waiting.pop_front() {
                return Some(piece);
            }
            let (event, range) = self.events.next()?;
            let line = self.line(range.start);
            // Most pieces are words, and go straight to the reader.
            if matches!(event, Event::Text(_) | Event::Code(_) | Event::SoftBreak)
                && self.block.is_none()
                && !self.inline.drops()
            {
                self.inline.written(&event);
                return Some((event, line));
            }
            self.take(event, line);
        }
    }
}

impl<'m> Pieces<'m> {
    /// The line of the file at this byte; the next one asked for is near by.
    fn line(&mut self, at: usize) -> usize {
        let ends = &self.markup.ends;
        let mut line = self.near;
        if line > 0 && ends[line - 1] >= at {
            line = ends.partition_point(|end| *end < at);
        }
        while ends.get(line).is_some_and(|end| *end < at) {
            line += 1;
        }
        self.near = line;
        self.markup.line(line)
    }

    fn take(&mut self, event: Event<'m>, line: usize) {
        match event {
            Event::Start(Tag::HtmlBlock) => self.block = Some(html::Block::default()),
            Event::End(TagEnd::HtmlBlock) => {
                let opened = self.block.take().map(html::Block::pieces).unwrap_or_default();
                self.waiting.extend(opened);
            }
            Event::Html(text) | Event::Text(text) if self.block.is_some() => {
                if let Some(block) = &mut self.block {
                    block.push(&text, line);
                }
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                self.inline.tag(&text, |piece| self.waiting.push_back((piece, line)));
            }
            Event::Start(tag) => self.start(tag, line),
            Event::End(tag) => self.end(tag, line),
            Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak if self.inline.drops() => {}
            event => {
                self.inline.written(&event);
                self.waiting.push_back((event, line));
            }
        }
    }

    fn start(&mut self, tag: Tag<'m>, line: usize) {
        if !is_inline(tag.to_end()) {
            self.close_inline(line);
        }
        match &tag {
            Tag::BlockQuote(_) | Tag::List(_) | Tag::Item => {
                let parent_is_flat = self.containers.last() == Some(&Container::Flat);
                // An item is shown as one where its list is.
                let flat = parent_is_flat || self.depth >= DEPTH && tag != Tag::Item;
                self.containers.push(if flat { Container::Flat } else { Container::Shown });
                if flat {
                    self.waiting.push_back((Event::Start(Tag::Paragraph), line));
                    self.waiting.push_back((Event::End(TagEnd::Paragraph), line));
                    return;
                }
                self.depth += 1;
            }
            _ => {}
        }
        self.waiting.push_back((Event::Start(tag), line));
    }

    fn end(&mut self, tag: TagEnd, line: usize) {
        if !is_inline(tag) {
            self.close_inline(line);
        }
        if matches!(tag, TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item) {
            if self.containers.pop() == Some(Container::Flat) {
                self.waiting.push_back((Event::Start(Tag::Paragraph), line));
                self.waiting.push_back((Event::End(TagEnd::Paragraph), line));
                return;
            }
            self.depth = self.depth.saturating_sub(1);
        }
        self.waiting.push_back((Event::End(tag), line));
    }

    /// Ends what HTML has opened and not closed: it does not reach out of its block.
    fn close_inline(&mut self, line: usize) {
        self.inline.close(|piece| self.waiting.push_back((piece, line)));
    }
}

fn line_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::with_capacity(text.len() / 32);
    ends.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at));
    ends
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

/// A text of its own for a piece.
fn own(text: impl Into<String>) -> CowStr<'static> {
    CowStr::from(text.into())
}

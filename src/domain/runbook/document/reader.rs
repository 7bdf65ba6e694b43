//! A page read from top to bottom, once.

use std::collections::VecDeque;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::anchor::Anchors;
use super::steps::Steps;
use super::{Anchor, Block, Document, Section, Sort, Target, shown};
use crate::domain::runbook::command;
use crate::domain::runbook::markup::{Kept, Markup, Piece};
use crate::domain::text::{Clean, whole_code};

/// Fills in everything that the page's text says.
pub(super) fn read(page: &mut Document) {
    let source = std::mem::take(&mut page.source);
    let markup = Markup::new(&source, page.body);
    let mut kept = Kept::of(markup.text().len());
    let mut reader = Reader::new(page);
    for (piece, line) in markup.pieces() {
        kept.push(&piece, line, markup.text());
        reader.take(piece, line);
    }
    reader.finish();
    kept.finish(markup.into_text());
    page.kept = kept;
    page.source = source;
}

struct Reader<'d> {
    page: &'d mut Document,
    anchors: Anchors,
    steps: Steps,
    /// The open heading: its level, line and text.
    heading: Option<(HeadingLevel, usize, String)>,
    code: Option<OpenBlock>,
    /// The links that are open, by their places in the page, with their texts.
    links: Vec<(usize, String)>,
    /// How many of the page's last anchors wait for the heading below them.
    waiting: VecDeque<usize>,
}

struct OpenBlock {
    language: Clean,
    text: String,
    /// Where its first line stands, as soon as there is one.
    line: Option<usize>,
    /// Where its fence stands; none if it has none.
    fence: Option<usize>,
}

impl<'d> Reader<'d> {
    fn new(page: &'d mut Document) -> Self {
        Self {
            page,
            anchors: Anchors::default(),
            steps: Steps::default(),
            heading: None,
            code: None,
            links: Vec::new(),
            waiting: VecDeque::new(),
        }
    }

    fn take(&mut self, piece: Piece<'_>, line: usize) {
        match piece {
            Event::Start(tag) => self.start(tag, line),
            Event::End(end) => self.end(end),
            Event::Text(text) => match &mut self.code {
                Some(code) => {
                    code.line.get_or_insert(line);
                    code.text.push_str(&text);
                }
                None => self.say(&text),
            },
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.say(&text),
            Event::SoftBreak | Event::HardBreak => self.say(" "),
            Event::TaskListMarker(_) => self.steps.task(),
            Event::Html(name) | Event::InlineHtml(name) => self.anchor(&name, line),
            Event::FootnoteReference(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, line: usize) {
        match tag {
            Tag::Heading { level, .. } => self.heading = Some((level, line, String::new())),
            Tag::CodeBlock(kind) => {
                let (language, fence) = match &kind {
                    CodeBlockKind::Fenced(language) => (Clean::line(language), Some(line)),
                    CodeBlockKind::Indented => (Clean::default(), None),
                };
                self.code = Some(OpenBlock { language, text: String::new(), line: None, fence });
            }
            Tag::Link { dest_url, .. } => self.link(&dest_url, Sort::Link, line),
            Tag::Image { dest_url, .. } => self.link(&dest_url, Sort::Image, line),
            Tag::List(first) => self.steps.list(first),
            Tag::Item => self.steps.item(line),
            Tag::Paragraph | Tag::TableCell => self.say(" "),
            Tag::BlockQuote(_)
            | Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::Link | TagEnd::Image => {
                if let Some((place, text)) = self.links.pop() {
                    self.page.links[place].text = Clean::line(&text);
                }
            }
            TagEnd::List(_) => self.steps.end_list(),
            TagEnd::Item => self.steps.end_item(),
            _ => {}
        }
    }

    /// Words of a line: of the heading, of the links around them, of the step.
    fn say(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.settle_anchors();
        }
        for (_, said) in &mut self.links {
            said.push_str(text);
        }
        match &mut self.heading {
            Some((_, _, title)) => title.push_str(text),
            None => self.steps.say(text),
        }
    }

    fn link(&mut self, to: &str, sort: Sort, line: usize) {
        self.links.push((self.page.links.len(), String::new()));
        self.page.links.push(Target { text: Clean::default(), to: shown(to), line, sort });
    }

    fn anchor(&mut self, name: &str, line: usize) {
        let section = self.section();
        if self.heading.is_none() {
            self.waiting.push_back(self.page.anchors.len());
        }
        let section = if self.heading.is_some() { Some(self.page.sections.len()) } else { section };
        self.page.anchors.push(Anchor { name: shown(name), section, line });
    }

    /// What was said between an anchor and the next heading keeps the anchor where it is.
    fn settle_anchors(&mut self) {
        if self.heading.is_none() {
            self.waiting.clear();
        }
    }

    fn end_heading(&mut self) {
        let Some((level, line, title)) = self.heading.take() else { return };
        let place = self.page.sections.len();
        for anchor in self.waiting.drain(..) {
            self.page.anchors[anchor].section = Some(place);
        }
        let anchor = self.anchors.next(&title);
        let title = Clean::line(&title);
        let level = level as u8;
        self.steps.heading(level, &title, place);
        self.page.sections.push(Section { level, title, anchor, line });
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        self.waiting.clear();
        let text = code.text.strip_suffix('\n').unwrap_or(&code.text);
        let text = whole_code(text).into_owned();
        let lexemes = command::lexemes(&text);
        let line = code.line.or(code.fence.map(|fence| fence + 1)).unwrap_or(1);
        self.steps.block(self.page.blocks.len(), &text);
        self.page.blocks.push(Block {
            language: code.language,
            line,
            section: self.section(),
            placeholders: command::placeholders_among(&text, &lexemes),
            destructive: command::destructive_among(&text, &lexemes),
            text,
        });
    }

    fn section(&self) -> Option<usize> {
        self.page.sections.len().checked_sub(1)
    }

    fn finish(self) {
        self.page.steps = self.steps.chosen();
    }
}

//! A block of HTML as a reader sees it: paragraphs, headings, lists, tables and
//! code; what is folded is open, and what nobody reads is gone.

mod table;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::inline::Inline;
use super::inline::tag::{self, Markup, decoded};
use super::{Piece, own};
use table::Table;

/// A block of HTML, collected line by line.
#[derive(Default)]
pub(super) struct Block {
    text: String,
    /// Where its lines begin in `text`, and where they stand in the file.
    lines: Vec<(usize, usize)>,
}

impl Block {
    pub(super) fn push(&mut self, text: &str, line: usize) {
        self.lines.push((self.text.len(), line));
        self.text.push_str(text);
    }

    /// What a reader sees of it.
    pub(super) fn pieces(self) -> Vec<(Piece<'static>, usize)> {
        let mut opener = Opener::default();
        let mut at = 0;
        while let Some((markup, length)) = Markup::next(&self.text[at..]) {
            let place = self.lines.partition_point(|(from, _)| *from <= at).saturating_sub(1);
            opener.line = self.lines.get(place).map_or(1, |(_, line)| *line);
            match markup {
                Markup::Tag(tag) if tag.is_known() => opener.tag(&tag),
                Markup::Tag(_) => opener.text(&self.text[at..at + length]),
                Markup::Text(text) => opener.text(text),
                Markup::Nothing => {}
            }
            at += length;
        }
        opener.end_code();
        opener.end_table();
        opener.end_leaf();
        opener.out
    }
}

#[derive(Default)]
struct Opener {
    out: Vec<(Piece<'static>, usize)>,
    line: usize,
    inline: Inline,
    /// How the open paragraph or heading ends.
    leaf: Option<TagEnd>,
    /// The next number of each open list; none for bullets.
    lists: Vec<Option<u64>>,
    table: Option<Table>,
    code: Option<String>,
    /// Whether a blank waits for a word after it.
    blank: bool,
}

impl Opener {
    fn tag(&mut self, tag: &tag::Tag<'_>) {
        if let Some(code) = &mut self.code {
            match tag.name.as_str() {
                "pre" => self.end_code(),
                "br" => code.push('\n'),
                _ => {}
            }
            return;
        }
        if self.inline.drops() {
            return self.inline_tag(tag);
        }
        match tag.name.as_str() {
            "pre" if self.table.is_none() => {
                self.end_leaf();
                self.code = Some(String::new());
            }
            "table" if tag.closes => self.end_table(),
            "table" | "tr" | "td" | "th" => self.table_tag(tag),
            "thead" | "tbody" | "tfoot" | "colgroup" | "col" => {}
            "br" | "a" | "img" | "input" | "script" | "style" => self.inline_tag(tag),
            _ if self.table.is_some() => self.inline_tag(tag),
            "hr" => {
                self.end_leaf();
                self.out.push((Event::Rule, self.line));
            }
            "ul" | "ol" => self.list(tag),
            "li" | "dt" | "dd" => self.item(tag),
            "summary" => {
                self.end_leaf();
                if !tag.closes {
                    self.begin(Tag::Paragraph);
                    self.inline_tag(tag);
                }
            }
            name => match heading(name) {
                Some(level) => {
                    self.end_leaf();
                    self.anchor(tag);
                    if !tag.closes {
                        self.begin(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() });
                    }
                }
                None if is_block(name) => {
                    self.end_leaf();
                    self.anchor(tag);
                }
                None => self.inline_tag(tag),
            },
        }
    }

    fn text(&mut self, text: &str) {
        if self.inline.drops() {
            return;
        }
        let text = decoded(text);
        if let Some(code) = &mut self.code {
            return code.push_str(&text);
        }
        let mut said = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if said.is_empty() {
            self.blank = true;
            return;
        }
        if std::mem::take(&mut self.blank) || text.starts_with(char::is_whitespace) {
            said.insert(0, ' ');
        }
        self.blank = text.ends_with(char::is_whitespace);
        if self.table.is_none() && self.leaf.is_none() {
            self.begin(Tag::Paragraph);
            said.drain(..said.len() - said.trim_start().len());
        }
        self.put(Event::Text(own(said)));
    }

    fn inline_tag(&mut self, tag: &tag::Tag<'_>) {
        let mut pieces = Vec::new();
        let begun = self.inline.has_written();
        self.inline.known(tag, |piece| pieces.push(piece));
        for piece in pieces {
            let shown = !matches!(piece, Event::InlineHtml(_) | Event::HardBreak);
            if shown && self.table.is_none() && self.leaf.is_none() {
                self.begin(Tag::Paragraph);
            }
            if shown && !tag.closes && std::mem::take(&mut self.blank) && begun {
                self.put(Event::Text(own(" ")));
            }
            self.put(piece);
        }
    }

    /// A piece of a line goes to the open cell, else to the page.
    fn put(&mut self, piece: Piece<'static>) {
        self.inline.written(&piece);
        match &mut self.table {
            Some(table) => table.put(piece, self.line),
            None => self.out.push((piece, self.line)),
        }
    }

    fn anchor(&mut self, tag: &tag::Tag<'_>) {
        if let Some(name) = tag.anchor().filter(|_| !tag.closes) {
            self.put(Event::InlineHtml(own(name)));
        }
    }

    fn begin(&mut self, leaf: Tag<'static>) {
        self.leaf = Some(leaf.to_end());
        self.out.push((Event::Start(leaf), self.line));
    }

    fn end_leaf(&mut self) {
        self.blank = false;
        self.end_inline();
        if let Some(end) = self.leaf.take() {
            self.out.push((Event::End(end), self.line));
        }
    }

    fn end_inline(&mut self) {
        let mut pieces = Vec::new();
        self.inline.close(|piece| pieces.push(piece));
        for piece in pieces {
            self.put(piece);
        }
    }

    fn list(&mut self, tag: &tag::Tag<'_>) {
        if tag.closes {
            self.lists.pop();
        } else {
            self.lists.push((tag.name == "ol").then_some(1));
        }
        if self.lists.len() <= 1 && (tag.closes == self.lists.is_empty()) {
            self.end_leaf();
        }
    }

    /// The items of a list are lines of one paragraph.
    fn item(&mut self, tag: &tag::Tag<'_>) {
        if tag.closes {
            return;
        }
        if self.leaf == Some(TagEnd::Paragraph) {
            self.end_inline();
            self.put(Event::HardBreak);
        } else {
            self.end_leaf();
            self.begin(Tag::Paragraph);
        }
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(8));
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{indent}{}. ", *number - 1)
            }
            Some(None) | None if tag.name == "dt" => indent,
            Some(None) | None => format!("{indent}• "),
        };
        self.blank = false;
        self.out.push((Event::Text(own(mark)), self.line));
    }

    fn table_tag(&mut self, tag: &tag::Tag<'_>) {
        if self.table.is_none() {
            self.end_leaf();
        }
        self.end_inline();
        self.blank = false;
        let table = self.table.get_or_insert_with(Table::default);
        match tag.name.as_str() {
            "tr" => table.end_row(),
            "td" | "th" if tag.closes => table.end_cell(),
            "td" | "th" => table.begin_cell(),
            _ => {}
        }
    }

    fn end_table(&mut self) {
        self.end_inline();
        if let Some(table) = self.table.take() {
            table.pieces(self.line, &mut self.out);
        }
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        let text = code.strip_prefix('\n').unwrap_or(&code);
        let kind = CodeBlockKind::Fenced(own(""));
        self.out.push((Event::Start(Tag::CodeBlock(kind)), self.line));
        self.out.push((Event::Text(own(text)), self.line));
        self.out.push((Event::End(TagEnd::CodeBlock), self.line));
    }
}

fn heading(name: &str) -> Option<HeadingLevel> {
    match name {
        "h1" => Some(HeadingLevel::H1),
        "h2" => Some(HeadingLevel::H2),
        "h3" => Some(HeadingLevel::H3),
        "h4" => Some(HeadingLevel::H4),
        "h5" => Some(HeadingLevel::H5),
        "h6" => Some(HeadingLevel::H6),
        _ => None,
    }
}

/// Whether an element stands on lines of its own.
fn is_block(name: &str) -> bool {
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "details",
        "dialog",
        "div",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "head",
        "header",
        "html",
        "main",
        "nav",
        "p",
        "section",
    ]
    .contains(&name)
}

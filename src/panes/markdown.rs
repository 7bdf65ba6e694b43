//! Bodies and runbooks as lines of the screen.
//!
//! What the author wrote is shown whole at any width: text is wrapped at the
//! columns it takes, and a link shows where it leads. In a body code is cut
//! with a mark; on a page of a runbook it is whole, since it is there to be
//! copied. Entities can spell control characters that were cleaned out of the
//! source, so each piece of text is cleaned again here.

mod code;
mod flowing;
mod footnote;
mod link;
mod margin;
mod notice;
mod table;
mod wrap;

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::paper::{Manner, Row, Stands};
use crate::domain::runbook::document::Document;
use crate::domain::text::{Clean, whole};
use crate::theme::Theme;
use margin::{Extent, Margin};
use notice::{Lead, alert};
use table::{Fit, Table};
use wrap::Run;

/// The text as lines of at most `width` columns (at least 1); empty for an empty text.
///
/// A line break in a paragraph stays one, as in a GitHub comment. HTML is shown
/// as text, except for the hidden comments by which dogwatch knows its own notes.
pub fn render(text: &Clean, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM;
    let mut page = Page::new(usize::from(width.max(1)), theme, None);
    for event in Parser::new_ext(text.as_str(), options) {
        page.take(event);
    }
    page.flush();
    page.lines.into_iter().map(|row| row.line).collect()
}

/// A page of a runbook, with what each of its lines stands for.
pub(super) fn page(document: &Document, manner: &Manner<'_>) -> Vec<Row> {
    let sheet = Sheet { document, manner, numbers: link::Numbers::default(), notes: footnote::Notes::default() };
    let mut page = Page::new(usize::from(manner.width.max(1)), manner.theme, Some(sheet));
    page.lines.reserve(document.source.len() / 24);
    for (piece, line) in document.pieces() {
        page.at = line;
        page.take(piece);
    }
    page.flush();
    page.put_footnotes();
    page.put_addresses();
    page.lines
}

/// What a page has besides a body: the document it shows, and how.
struct Sheet<'a> {
    document: &'a Document,
    manner: &'a Manner<'a>,
    numbers: link::Numbers,
    notes: footnote::Notes,
}

struct Page<'a> {
    theme: &'a Theme,
    width: usize,
    /// Set for a page of a runbook.
    sheet: Option<Sheet<'a>>,
    lines: Vec<Row>,
    margins: Vec<Margin>,
    /// The next number of each open list; none for bullets.
    lists: Vec<Option<u64>>,
    styles: Vec<Style>,
    runs: Vec<Run>,
    links: Vec<link::Open>,
    verbatim: Option<String>,
    /// The language of an open code block.
    language: String,
    table: Option<Table>,
    gap: bool,
    /// Where the current piece stands in the file, and the last line that was drawn.
    at: usize,
    last: usize,
    stands: Stands,
    /// A step whose first line comes next.
    step: Option<usize>,
    seen_links: usize,
    seen_blocks: usize,
    seen_sections: usize,
    seen_steps: usize,
    /// Where the next words stand, if they may begin a note; and where those stood that are bold.
    lead: Option<Lead>,
    bold: Option<Lead>,
    /// Whether what follows the word of a note is still to be trimmed.
    trims: bool,
    /// Whether the open paragraph is a note.
    noted: bool,
}

impl<'a> Page<'a> {
    fn new(width: usize, theme: &'a Theme, sheet: Option<Sheet<'a>>) -> Self {
        Self {
            theme,
            width,
            sheet,
            lines: Vec::new(),
            margins: Vec::new(),
            lists: Vec::new(),
            styles: vec![theme.text],
            runs: Vec::new(),
            links: Vec::new(),
            verbatim: None,
            language: String::new(),
            table: None,
            gap: false,
            at: 0,
            last: 0,
            stands: Stands::Text,
            step: None,
            seen_links: 0,
            seen_blocks: 0,
            seen_sections: 0,
            seen_steps: 0,
            lead: None,
            bold: None,
            trims: false,
            noted: false,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            // All that a page has left of HTML is names of places.
            Event::Html(_) | Event::InlineHtml(_) if self.sheet.is_some() => {}
            Event::Text(text) | Event::Html(text) => match &mut self.verbatim {
                // The code of a page is drawn as it was read.
                Some(_) if self.sheet.is_some() => {}
                Some(verbatim) => verbatim.push_str(&text),
                None => self.words(&text),
            },
            Event::Code(text) => {
                self.lead = None;
                self.trims = false;
                let style = self.style().patch(self.theme.code);
                self.write(&["`", &text, "`"].concat(), style);
            }
            Event::InlineHtml(text) => match text.as_ref() {
                "<br>" | "<br/>" | "<br />" => self.write_break(),
                tag => self.write(&without_markers(tag), self.style().patch(self.theme.dim)),
            },
            Event::SoftBreak | Event::HardBreak if self.trims => {}
            Event::SoftBreak if self.sheet.is_some() => self.write(" ", self.style()),
            Event::SoftBreak | Event::HardBreak => self.write_break(),
            Event::Rule => {
                self.start_block();
                self.put(&"─".repeat(self.room()), self.theme.dim);
                self.gap = true;
            }
            Event::TaskListMarker(done) => {
                self.write(if done { "[x] " } else { "[ ] " }, self.style());
            }
            Event::FootnoteReference(label) if self.sheet.is_some() => self.footnote(&label),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.write(&text, self.style());
            }
        }
    }

    /// Text of a line; on a page it may begin a note.
    fn words(&mut self, text: &str) {
        if self.sheet.is_none() {
            return self.write(text, self.style());
        }
        let text = self.notice_in_capitals(text);
        let mut text = self.after_notice(text);
        self.lead = None;
        // A comment between two blanks leaves one of them.
        if self.runs.last().is_some_and(|run| run.text.ends_with(' ')) {
            text = text.trim_start_matches(' ');
        }
        self.write(text, self.style());
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.start_block();
                if self.sheet.is_some() {
                    self.stands = Stands::Heading(self.seen_sections);
                    self.seen_sections += 1;
                }
                self.styles.push(self.style().patch(self.theme.heading));
                self.write(&format!("{} ", "#".repeat(level as usize)), self.style());
            }
            Tag::BlockQuote(kind) => {
                self.start_block();
                self.margins.push(Margin::Quote);
                self.styles.push(self.style().patch(self.theme.quote));
                match kind {
                    Some(kind) => self.put(alert(kind), self.theme.heading),
                    None => self.lead = Some(Lead::Quote),
                }
            }
            Tag::CodeBlock(kind) => self.open_code(kind),
            Tag::HtmlBlock => {
                self.start_block();
                self.verbatim = Some(String::new());
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.start_block();
                } else {
                    self.flush();
                }
                self.lists.push(first);
            }
            Tag::Item => self.open_item(),
            Tag::Table(alignments) => {
                self.start_block();
                self.table = Some(Table::new(alignments));
            }
            Tag::Emphasis => self.emphasise(Modifier::ITALIC),
            Tag::Strong => {
                self.bold = self.lead.take().filter(|_| self.runs.is_empty());
                self.emphasise(Modifier::BOLD);
            }
            Tag::Strikethrough => self.emphasise(Modifier::CROSSED_OUT),
            Tag::Link { dest_url, .. } => self.open_link(dest_url.into_string()),
            Tag::Image { dest_url, .. } => self.open_image(dest_url.into_string()),
            Tag::Paragraph => {
                self.start_block();
                self.lead.get_or_insert(Lead::Paragraph);
            }
            Tag::FootnoteDefinition(label) if self.sheet.is_some() => self.open_footnote(&label),
            Tag::FootnoteDefinition(_) | Tag::MetadataBlock(_) => self.start_block(),
            Tag::TableHead | Tag::TableRow | Tag::TableCell | Tag::Superscript | Tag::Subscript => {}
            Tag::DefinitionList | Tag::DefinitionListTitle | Tag::DefinitionListDefinition => self.flush(),
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_block();
                self.styles.pop();
                self.stands = Stands::Text;
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.margins.pop();
                self.styles.pop();
            }
            TagEnd::CodeBlock => self.code_block(),
            TagEnd::HtmlBlock => self.html_block(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                self.gap = self.lists.is_empty();
            }
            TagEnd::Item => self.close_item(),
            TagEnd::TableCell => {
                let runs = std::mem::take(&mut self.runs);
                if let Some(table) = &mut self.table {
                    table.cell(runs);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    table.end_row();
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    let fit = if self.sheet.is_some() { Fit::Moved } else { Fit::Squeezed };
                    let (lines, wide) = table.lines(self.room(), self.theme, fit);
                    for line in lines {
                        self.put_line(line, if wide { Extent::Wide(0) } else { Extent::Fits });
                    }
                }
                self.gap = true;
            }
            TagEnd::Strong => {
                self.styles.pop();
                self.notice_in_bold();
            }
            TagEnd::Emphasis | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::Paragraph => {
                self.end_block();
                self.end_notice();
            }
            TagEnd::FootnoteDefinition if self.sheet.is_some() => self.close_footnote(),
            TagEnd::FootnoteDefinition
            | TagEnd::MetadataBlock(_)
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => self.end_block(),
            TagEnd::Superscript | TagEnd::Subscript => {}
        }
    }

    fn open_item(&mut self) {
        self.flush();
        self.gap = false;
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            Some(None) | None => "• ".to_owned(),
        };
        let columns = mark.width();
        self.margins.push(Margin::Item { mark: Some(mark), columns });
        self.lead = None;
        self.begin_step();
    }

    /// The item is a step of the page, if one stands in this line.
    fn begin_step(&mut self) {
        let Some(sheet) = &self.sheet else { return };
        if sheet.document.steps.get(self.seen_steps).is_some_and(|step| step.line == self.at) {
            self.step = Some(self.seen_steps);
            self.seen_steps += 1;
        }
    }

    fn open_code(&mut self, kind: CodeBlockKind<'_>) {
        self.start_block();
        self.verbatim = Some(String::new());
        self.language.clear();
        // That it is text need not be said.
        if let CodeBlockKind::Fenced(language) = kind
            && !matches!(&*language, "" | "text")
            && self.sheet.is_none()
        {
            self.language = language.to_string();
            if !flowing::is(&language) {
                self.put(&format!("  {}", Clean::line(&language)), self.theme.dim);
            }
        }
    }

    fn close_item(&mut self) {
        self.flush();
        if matches!(self.margins.last(), Some(Margin::Item { mark: Some(_), .. })) {
            self.put_line(Vec::new(), Extent::Fits);
        }
        self.step = None;
        self.margins.pop();
    }

    fn html_block(&mut self) {
        let text = self.verbatim.take().unwrap_or_default();
        self.write(without_markers(&text).trim(), self.theme.dim);
        self.end_block();
    }

    fn emphasise(&mut self, modifier: Modifier) {
        self.styles.push(self.style().add_modifier(modifier));
    }

    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or(self.theme.text)
    }

    fn write(&mut self, text: &str, style: Style) {
        let text = match self.sheet {
            Some(_) => whole(text),
            None => Cow::Owned(Clean::block(text).to_string()),
        };
        if text.is_empty() {
            return;
        }
        let joins = self.sheet.is_some() && self.links.is_empty();
        match self.runs.last_mut() {
            Some(last) if joins && last.style == style && last.link.is_none() && last.source == self.at => {
                last.text.to_mut().push_str(&text);
            }
            Some(_) | None => {
                self.runs.push(Run { text: text.into_owned().into(), style, link: None, source: self.at });
            }
        }
    }

    fn write_break(&mut self) {
        self.runs.push(Run::new("\n", self.style()));
    }

    /// Ends what was open, and leaves a blank line after a block that has ended.
    fn start_block(&mut self) {
        self.flush();
        if std::mem::take(&mut self.gap) && !self.lines.is_empty() {
            self.put_blank();
        }
    }

    fn end_block(&mut self) {
        let before = self.lines.len();
        self.flush();
        self.gap |= self.lines.len() > before;
    }
}

/// HTML without the comments that dogwatch itself has written into notes and issues.
fn without_markers(html: &str) -> String {
    let mut shown = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<!--") {
        let (before, comment) = rest.split_at(at);
        shown.push_str(before);
        let end = comment.find("-->").map_or(comment.len(), |end| end + 3);
        if !comment[4..].trim_start().starts_with("dogwatch ") {
            shown.push_str(&comment[..end]);
        }
        rest = &comment[end..];
    }
    shown.push_str(rest);
    shown
}

//! Bodies and runbooks as lines of the screen.
//!
//! What the author wrote is shown whole at any width: text is wrapped at the
//! columns it takes, code is cut with a mark rather than wrapped, and a link
//! shows where it leads. Entities can spell control characters that were
//! cleaned out of the source, so each piece of text is cleaned again here.

mod flowing;
mod table;
mod wrap;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::text::{Clean, Link};
use crate::theme::Theme;
use table::Table;
use wrap::Run;

/// The text as lines of at most `width` columns (at least 1); empty for an empty text.
///
/// A line break in a paragraph stays one, as in a GitHub comment. HTML is shown
/// as text, except for the hidden comments by which dogwatch knows its own notes.
pub fn render(text: &Clean, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM;
    let mut page = Page::new(usize::from(width.max(1)), theme);
    for event in Parser::new_ext(text.as_str(), options) {
        page.take(event);
    }
    page.flush();
    page.lines
}

/// What stands to the left of every line of a block.
enum Margin {
    Quote,
    /// The mark of a list item, until it has been drawn; then blanks of its width.
    Item {
        mark: Option<String>,
        columns: usize,
    },
}

struct Page<'t> {
    theme: &'t Theme,
    width: usize,
    lines: Vec<Line<'static>>,
    margins: Vec<Margin>,
    /// The next number of each open list; none for bullets.
    lists: Vec<Option<u64>>,
    styles: Vec<Style>,
    runs: Vec<Run>,
    links: Vec<(String, usize)>,
    verbatim: Option<String>,
    /// The language of an open code block.
    language: String,
    table: Option<Table>,
    gap: bool,
}

impl<'t> Page<'t> {
    fn new(width: usize, theme: &'t Theme) -> Self {
        Self {
            theme,
            width,
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
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) | Event::Html(text) => match &mut self.verbatim {
                Some(verbatim) => verbatim.push_str(&text),
                None => self.write(&text, self.style()),
            },
            Event::Code(text) => {
                self.write(&format!("`{text}`"), self.style().patch(self.theme.code));
            }
            Event::InlineHtml(text) => match text.as_ref() {
                "<br>" | "<br/>" | "<br />" => self.write_break(),
                tag => self.write(&without_markers(tag), self.style().patch(self.theme.dim)),
            },
            Event::SoftBreak | Event::HardBreak => self.write_break(),
            Event::Rule => {
                self.start_block();
                self.put(&"─".repeat(self.room()), self.theme.dim);
                self.gap = true;
            }
            Event::TaskListMarker(done) => {
                self.write(if done { "[x] " } else { "[ ] " }, self.style());
            }
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.write(&text, self.style());
            }
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.start_block();
                self.styles.push(self.style().patch(self.theme.heading));
                self.write(&format!("{} ", "#".repeat(level as usize)), self.style());
            }
            Tag::BlockQuote(kind) => {
                self.start_block();
                self.margins.push(Margin::Quote);
                self.styles.push(self.style().patch(self.theme.quote));
                if let Some(kind) = kind {
                    self.put(alert(kind), self.theme.heading);
                }
            }
            Tag::CodeBlock(kind) => {
                self.start_block();
                self.language.clear();
                // That it is text need not be said.
                if let CodeBlockKind::Fenced(language) = kind
                    && !matches!(&*language, "" | "text")
                {
                    self.language = language.to_string();
                    if !flowing::is(&language) {
                        self.put(&format!("  {}", Clean::line(&language)), self.theme.dim);
                    }
                }
                self.verbatim = Some(String::new());
            }
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
            Tag::Strong => self.emphasise(Modifier::BOLD),
            Tag::Strikethrough => self.emphasise(Modifier::CROSSED_OUT),
            Tag::Link { dest_url, .. } => self.links.push((dest_url.into_string(), self.runs.len())),
            Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.runs.len()));
                self.write("image: ", self.theme.dim);
            }
            Tag::Paragraph | Tag::FootnoteDefinition(_) | Tag::MetadataBlock(_) => self.start_block(),
            Tag::TableHead | Tag::TableRow | Tag::TableCell | Tag::Superscript | Tag::Subscript => {}
            Tag::DefinitionList | Tag::DefinitionListTitle | Tag::DefinitionListDefinition => self.flush(),
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_block();
                self.styles.pop();
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
                    for line in table.lines(self.room(), self.theme) {
                        self.put_spans(line);
                    }
                }
                self.gap = true;
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::Paragraph
            | TagEnd::FootnoteDefinition
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
    }

    fn close_item(&mut self) {
        self.flush();
        if matches!(self.margins.last(), Some(Margin::Item { mark: Some(_), .. })) {
            self.put_spans(Vec::new());
        }
        self.margins.pop();
    }

    /// The text of a link stands, with the address after it unless it is the same.
    fn close_link(&mut self) {
        let Some((url, from)) = self.links.pop() else { return };
        let said: String = self.runs.iter().skip(from).map(|run| run.text.as_str()).collect();
        let link = Link::parse(&url);
        let style = link.as_ref().map_or(self.theme.dim, |_| self.theme.link);
        let shown = link.map_or_else(|| Clean::line(&url).to_string(), |link| link.to_string());
        if said == shown || said == url {
            self.runs.truncate(from);
            self.write(&shown, style);
        } else {
            self.write(if said.is_empty() { "(" } else { " (" }, self.style());
            self.write(&shown, style);
            self.write(")", self.style());
        }
    }

    fn code_block(&mut self) {
        let text = self.verbatim.take().unwrap_or_default();
        if flowing::is(&self.language) {
            let runs = flowing::runs(&self.language, Clean::block(&text).as_str(), self.theme);
            for mut line in wrap::wrap(&runs, self.room().saturating_sub(2).max(1)) {
                line.insert(0, Span::styled("  ", self.theme.code));
                self.put_spans(line);
            }
            self.gap = true;
            return;
        }
        for line in Clean::block(&text).as_str().split('\n') {
            self.put(&format!("  {line}"), self.theme.code);
        }
        self.gap = true;
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
        let text = Clean::block(text).to_string();
        if !text.is_empty() {
            self.runs.push(Run { text, style });
        }
    }

    fn write_break(&mut self) {
        self.runs.push(Run { text: "\n".to_owned(), style: self.style() });
    }

    /// Ends what was open, and leaves a blank line after a block that has ended.
    fn start_block(&mut self) {
        self.flush();
        if std::mem::take(&mut self.gap) && !self.lines.is_empty() {
            self.put_spans(Vec::new());
        }
    }

    fn end_block(&mut self) {
        let before = self.lines.len();
        self.flush();
        self.gap |= self.lines.len() > before;
    }

    /// The open text as lines.
    fn flush(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        for line in wrap::wrap(&runs, self.room()) {
            self.put_spans(line);
        }
    }

    fn put(&mut self, text: &str, style: Style) {
        let text = wrap::cut(text, self.room());
        self.put_spans(vec![Span::styled(text, style)]);
    }

    fn put_spans(&mut self, spans: Vec<Span<'static>>) {
        let mut line = Vec::new();
        let shown = self.margins.len() - self.margins_shown();
        for margin in &mut self.margins[shown..] {
            line.push(match margin {
                Margin::Quote => Span::styled("▎ ", self.theme.quote),
                Margin::Item { mark, columns } => match mark.take() {
                    Some(mark) => Span::styled(mark, self.theme.text),
                    None => Span::styled(" ".repeat(*columns), self.theme.text),
                },
            });
        }
        for margin in &mut self.margins[..shown] {
            if let Margin::Item { mark, .. } = margin {
                *mark = None;
            }
        }
        line.extend(spans);
        self.lines.push(Line::from(line));
    }

    /// Columns left for text, at least half of the width.
    fn room(&self) -> usize {
        let shown = self.margins.len() - self.margins_shown();
        self.width - self.margins[shown..].iter().map(Margin::columns).sum::<usize>()
    }

    /// How many of the innermost margins fit into half of the width.
    fn margins_shown(&self) -> usize {
        let mut columns = 0;
        let fits = self.margins.iter().rev().take_while(|margin| {
            columns += margin.columns();
            columns <= self.width / 2
        });
        fits.count()
    }
}

impl Margin {
    fn columns(&self) -> usize {
        match self {
            Self::Quote => 2,
            Self::Item { columns, .. } => *columns,
        }
    }
}

fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
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

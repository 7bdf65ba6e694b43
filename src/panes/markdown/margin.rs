//! What stands to the left of every line of a block, and the lines themselves.

use ratatui::text::{Line, Span};

use super::Page;
use super::wrap::{self, Laid, Run};
use crate::panes::paper::{Row, Stands};

/// What stands to the left of every line of a block.
pub(super) enum Margin {
    Quote,
    /// The mark of a list item, until it has been drawn; then blanks of its width.
    Item {
        mark: Option<String>,
        columns: usize,
    },
}

impl Margin {
    fn columns(&self) -> usize {
        match self {
            Self::Quote => 2,
            Self::Item { columns, .. } => *columns,
        }
    }
}

/// Whether a line stays within the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Fits,
    /// It is moved sideways; so many of its columns besides the margins are not.
    Wide(usize),
}

impl Page<'_> {
    /// The open text as lines.
    pub(super) fn flush(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        match wrap::whole(runs, self.room()) {
            Ok(mut line) => {
                if !line.is_empty() {
                    self.draw(&mut line, Extent::Fits);
                }
                // The room that it took is the next one's.
                line.clear();
                self.runs = line;
            }
            Err(runs) => {
                for line in wrap::wrap(runs, self.room()) {
                    self.put_line(line, Extent::Fits);
                }
            }
        }
    }

    pub(super) fn put(&mut self, text: &str, style: ratatui::style::Style) {
        let text = wrap::cut(text, self.room());
        self.put_line(vec![Run::new(text, style)], Extent::Fits);
    }

    pub(super) fn put_line(&mut self, mut laid: Laid, extent: Extent) {
        self.draw(&mut laid, extent);
    }

    /// Takes the runs, and leaves their room.
    pub(super) fn draw(&mut self, laid: &mut Laid, extent: Extent) {
        let margin = self.width - self.room();
        let mut spans = self.margin_spans(laid.len());
        let source = laid.iter().map(|run| run.source).find(|source| *source > 0).unwrap_or(self.at);
        let links = links(laid, margin);
        spans.extend(laid.drain(..).map(|run| Span::styled(run.text, run.style)));
        let (wide, fixed) = match extent {
            Extent::Fits => (false, 0),
            Extent::Wide(more) => (true, margin + more),
        };
        self.last = self.last.max(source);
        let stands = self.step.take().map_or(self.stands, Stands::Step);
        let fixed = u16::try_from(fixed).unwrap_or(u16::MAX);
        self.lines.push(Row { line: Line::from(spans), source: self.last, stands, wide, fixed, links });
    }

    /// A line with nothing but the bars of its quotes.
    pub(super) fn put_blank(&mut self) {
        let line = Line::from(self.margin_spans(0));
        let (source, stands) = (self.last, Stands::Text);
        self.lines.push(Row { line, source, stands, wide: false, fixed: 0, links: Vec::new() });
    }

    /// The margins, and room for so many spans beside them.
    fn margin_spans(&mut self, more: usize) -> Vec<Span<'static>> {
        let theme = self.theme;
        let shown = self.margins.len() - self.margins_shown();
        let mut spans = Vec::with_capacity(self.margins.len() - shown + more);
        for margin in &mut self.margins[shown..] {
            spans.push(match margin {
                Margin::Quote => Span::styled("▎ ", theme.quote),
                Margin::Item { mark, columns } => match mark.take() {
                    Some(mark) => Span::styled(mark, theme.text),
                    None => Span::styled(wrap::blanks(*columns), theme.text),
                },
            });
        }
        for margin in &mut self.margins[..shown] {
            if let Margin::Item { mark, .. } = margin {
                *mark = None;
            }
        }
        spans
    }

    /// Columns left for text, at least half of the width.
    pub(super) fn room(&self) -> usize {
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

/// Which columns of a line lead where; neighbours that lead to the same place are one.
fn links(laid: &Laid, margin: usize) -> Vec<(std::ops::Range<u16>, usize)> {
    let mut links: Vec<(std::ops::Range<u16>, usize)> = Vec::new();
    if laid.iter().all(|run| run.link.is_none()) {
        return links;
    }
    let mut column = margin;
    for run in laid {
        let begin = u16::try_from(column).unwrap_or(u16::MAX);
        column += run.columns();
        let end = u16::try_from(column).unwrap_or(u16::MAX);
        let Some(link) = run.link.filter(|_| begin < end) else { continue };
        match links.last_mut() {
            Some((range, last)) if *last == link && range.end == begin => range.end = end,
            Some(_) | None => links.push((begin..end, link)),
        }
    }
    links
}

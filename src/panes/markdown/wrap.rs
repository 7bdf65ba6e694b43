//! Text in the columns it takes: wide characters count two, marks none.

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Cleaned text in one style; a newline in it is a break.
pub(super) struct Run {
    pub text: String,
    pub style: Style,
}

/// One thing on the screen: a letter with its marks, or a whole emoji.
struct Glyph<'a> {
    text: &'a str,
    columns: usize,
    style: Style,
}

/// What may not begin a line where there are no blanks (JIS X 4051, the common part).
const CLOSING: &str = "、。，．！？）」』】；：,.!?)";

/// The runs as lines of at most `width` columns, broken at blanks and between
/// wide characters, and anywhere where there is neither.
pub(super) fn wrap(runs: &[Run], width: usize) -> Vec<Vec<Span<'static>>> {
    let glyphs = glyphs(runs, width);
    let mut rest = &glyphs[..];
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let (end, mut next) = line_end(rest, width);
        lines.push(spans(&rest[..end]));
        let breaks = rest.get(end).is_some_and(|glyph| glyph.text == "\n");
        while !breaks && rest.get(next).is_some_and(|glyph| glyph.text == " ") {
            next += 1;
        }
        rest = &rest[next..];
    }
    lines
}

/// The columns of the longest line, unwrapped.
pub(super) fn columns(runs: &[Run]) -> usize {
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    text.split('\n').map(|line| line.graphemes(true).map(UnicodeWidthStr::width).sum()).max().unwrap_or(0)
}

/// One line, cut to `width` columns; `›` in the last one says that there is more.
pub(super) fn cut(line: &str, width: usize) -> String {
    let (mut columns, mut fits) = (0, 0);
    for (at, grapheme) in line.grapheme_indices(true) {
        columns += grapheme.width();
        if columns > width {
            return format!("{}›", &line[..fits]);
        }
        if columns < width {
            fits = at + grapheme.len();
        }
    }
    line.to_owned()
}

fn glyphs(runs: &[Run], width: usize) -> Vec<Glyph<'_>> {
    let pieces = runs.iter().flat_map(|run| run.text.graphemes(true).map(|text| (text, run.style)));
    let glyphs = pieces.map(|(text, style)| match text.width() {
        _ if text == "\n" => Glyph { text, columns: 0, style },
        columns if columns > width => Glyph { text: "…", columns: 1, style },
        columns => Glyph { text, columns, style },
    });
    glyphs.collect()
}

/// Where the first line ends, and where the next one begins.
fn line_end(glyphs: &[Glyph<'_>], width: usize) -> (usize, usize) {
    let mut used = 0;
    let mut last_break = None;
    for (at, glyph) in glyphs.iter().enumerate() {
        if glyph.text == "\n" {
            return (at, at + 1);
        }
        let blank = glyph.text == " ";
        let after_wide = at > 0 && (glyph.columns > 1 || glyphs[at - 1].columns > 1);
        if blank && used > 0 {
            last_break = Some((at, at + 1));
        } else if after_wide && !blank && !CLOSING.contains(glyph.text) {
            last_break = Some((at, at));
        }
        used += glyph.columns;
        if used > width {
            return last_break.unwrap_or((at.max(1), at.max(1)));
        }
    }
    (glyphs.len(), glyphs.len())
}

fn spans(glyphs: &[Glyph<'_>]) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for chunk in glyphs.chunk_by(|a, b| a.style == b.style) {
        let text: String = chunk.iter().map(|glyph| glyph.text).collect();
        spans.push(Span::styled(text, chunk[0].style));
    }
    spans
}

//! Text in the columns it takes: wide characters count two, marks none.

use std::borrow::Cow;

use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::panes::fit;

/// Cleaned text in one style; a newline in it is a break.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Run {
    pub text: Cow<'static, str>,
    pub style: Style,
    /// Which of the page's links it belongs to.
    pub link: Option<usize>,
    /// The line of the file that it comes from; 0 where that is not asked for.
    pub source: usize,
}

/// One line of the screen.
pub(super) type Laid = Vec<Run>;

/// One thing on the screen: a letter with its marks, or a whole emoji.
struct Glyph<'a> {
    text: &'a str,
    columns: usize,
    /// Its run, and where it begins in that, in bytes.
    run: usize,
    at: usize,
}

/// What indents are cut from.
const BLANKS: &str = "                                                                ";

/// What may not begin a line where there are no blanks (JIS X 4051, the common part).
const CLOSING: &str = "、。，．！？）」』】；：,.!?)";
/// Stands for a character that is wider than the page.
const TOO_WIDE: &str = "…";

impl Run {
    /// A text that is no link.
    pub(super) fn new(text: impl Into<Cow<'static, str>>, style: Style) -> Self {
        Self { text: text.into(), style, link: None, source: 0 }
    }

    /// In how many columns it is drawn.
    pub(super) fn columns(&self) -> usize {
        fit::columns(&self.text)
    }
}

/// The runs as lines of at most `width` columns, broken at blanks and between
/// wide characters, and anywhere where there is neither.
pub(super) fn wrap(runs: Vec<Run>, width: usize) -> Vec<Laid> {
    let runs = match whole(runs, width) {
        Ok(line) if line.is_empty() => return Vec::new(),
        Ok(line) => return vec![line],
        Err(runs) => runs,
    };
    if runs.iter().all(|run| run.text.is_ascii()) {
        wrap_ascii(&runs, runs.iter().map(|run| run.text.len()).sum(), width)
    } else {
        wrap_glyphs(&runs, width)
    }
}

/// The runs as the one line that they are, empty if they are; as they were where that is not plain to see.
pub(super) fn whole(runs: Vec<Run>, width: usize) -> Result<Laid, Vec<Run>> {
    let bytes = runs.iter().map(|run| run.text.len()).sum::<usize>();
    // Counted to the end, which is many bytes at a time.
    let odd = |run: &Run| run.text.bytes().filter(|byte| !byte.is_ascii() || *byte == b'\n').count();
    if bytes <= width && runs.iter().map(odd).sum::<usize>() == 0 { Ok(joined(runs)) } else { Err(runs) }
}

/// The runs as one line, as it is.
fn joined(mut runs: Vec<Run>) -> Laid {
    runs.retain(|run| !run.text.is_empty());
    runs.dedup_by(|run, last| {
        let same = last.style == run.style && last.link == run.link;
        if same {
            last.text.to_mut().push_str(&run.text);
        }
        same
    });
    runs
}

/// The same where each byte is a column, which most text is: no letter need be looked up.
fn wrap_ascii(runs: &[Run], bytes: usize, width: usize) -> Vec<Laid> {
    let whole = match runs {
        [only] => Cow::Borrowed(&*only.text),
        _ => runs.iter().fold(Cow::Owned(String::with_capacity(bytes)), |whole, run| whole + &*run.text),
    };
    let mut lines = Vec::with_capacity(bytes / width + 1);
    let mut places = runs.iter().scan(0, |at, run| {
        let begin = *at;
        *at += run.text.len();
        Some((begin..*at, run))
    });
    let mut open = places.next();
    let mut begin = 0;
    while begin < bytes {
        let (end, mut next) = ascii_line_end(&whole.as_bytes()[begin..], width);
        let mut line = Laid::new();
        while let Some((range, run)) = &open {
            let (from, to) = (range.start.max(begin), range.end.min(begin + end));
            if from < to {
                join(&mut line, &whole[from..to], run);
            }
            if range.end > begin + end {
                break;
            }
            open = places.next();
        }
        lines.push(line);
        let rest = &whole.as_bytes()[begin..];
        if rest.get(end) != Some(&b'\n') {
            next += rest[next..].iter().take_while(|byte| **byte == b' ').count();
        }
        begin += next;
    }
    lines
}

/// Where the first line ends, and where the next one begins.
fn ascii_line_end(bytes: &[u8], width: usize) -> (usize, usize) {
    let window = &bytes[..bytes.len().min(width + 1)];
    if let Some(at) = window.iter().position(|byte| *byte == b'\n') {
        return (at, at + 1);
    }
    if bytes.len() <= width {
        return (bytes.len(), bytes.len());
    }
    match window.iter().rposition(|byte| *byte == b' ') {
        Some(at) if at > 0 => (at, at + 1),
        Some(_) | None => (width.max(1), width.max(1)),
    }
}

fn wrap_glyphs(runs: &[Run], width: usize) -> Vec<Laid> {
    let glyphs = glyphs(runs, width);
    let mut rest = &glyphs[..];
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let (end, mut next) = line_end(rest, width);
        lines.push(laid(&rest[..end], runs));
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
    let (mut most, mut current) = (0, 0);
    for run in runs {
        for (at, line) in run.text.split('\n').enumerate() {
            if at > 0 {
                most = most.max(std::mem::take(&mut current));
            }
            current +=
                if line.is_ascii() { line.len() } else { line.graphemes(true).map(UnicodeWidthStr::width).sum() };
        }
    }
    most.max(current)
}

/// So many blanks.
pub(super) fn blanks(columns: usize) -> Cow<'static, str> {
    BLANKS.get(..columns).map_or_else(|| Cow::Owned(" ".repeat(columns)), Cow::Borrowed)
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
    let mut glyphs = Vec::with_capacity(runs.iter().map(|run| run.text.len()).sum());
    for (place, run) in runs.iter().enumerate() {
        if run.text.is_ascii() {
            let ascii = (0..run.text.len()).map(|at| {
                let text = &run.text[at..=at];
                Glyph { text, columns: usize::from(text != "\n"), run: place, at }
            });
            glyphs.extend(ascii);
            continue;
        }
        let pieces = run.text.grapheme_indices(true).map(|(at, text)| match text.width() {
            _ if text == "\n" => Glyph { text, columns: 0, run: place, at },
            columns if columns > width => Glyph { text: TOO_WIDE, columns: 1, run: place, at },
            columns => Glyph { text, columns, run: place, at },
        });
        glyphs.extend(pieces);
    }
    glyphs
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

fn laid(glyphs: &[Glyph<'_>], runs: &[Run]) -> Laid {
    let mut line: Laid = Vec::new();
    for chunk in glyphs.chunk_by(|a, b| a.run == b.run) {
        let [first, .., last] = chunk else {
            if let [only] = chunk {
                join(&mut line, only.text, &runs[only.run]);
            }
            continue;
        };
        let run = &runs[first.run];
        if chunk.iter().any(|glyph| std::ptr::eq(glyph.text, TOO_WIDE)) {
            for glyph in chunk {
                join(&mut line, glyph.text, run);
            }
        } else {
            join(&mut line, &run.text[first.at..last.at + last.text.len()], run);
        }
    }
    line
}

/// Text like that of a run, at the end of a line.
fn join(line: &mut Laid, text: &str, run: &Run) {
    match line.last_mut() {
        Some(last) if last.style == run.style && last.link == run.link => last.text.to_mut().push_str(text),
        Some(_) | None => {
            line.push(Run { text: text.to_owned().into(), style: run.style, link: run.link, source: run.source });
        }
    }
}

//! Notes and warnings: whichever way one is written, it is a word and a bar.

use pulldown_cmark::BlockQuoteKind;

use super::Page;
use super::margin::Margin;
use super::wrap::Run;

/// What a note may begin with.
const WORDS: &[&str] = &[
    "note",
    "notes",
    "tip",
    "hint",
    "info",
    "important",
    "warning",
    "caution",
    "danger",
    "attention",
    "error",
    "success",
    "example",
    "question",
    "bug",
    "failure",
    "abstract",
    "todo",
];

/// Where the text stands that might be the word of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// At the start of a quote.
    Quote,
    /// At the start of a paragraph.
    Paragraph,
}

impl Page<'_> {
    /// Text at the start of a paragraph: after `NOTE:` it is a note's.
    pub(super) fn notice_in_capitals<'s>(&mut self, text: &'s str) -> &'s str {
        let Some(lead) = self.lead.filter(|_| self.runs.is_empty()) else { return text };
        let Some((word, rest)) = text.split_once(':') else { return text };
        let capitals = word.chars().all(|c| c.is_ascii_uppercase());
        if !capitals || !is_word(word) || !(rest.is_empty() || rest.starts_with(' ')) {
            return text;
        }
        self.begin_notice(lead, &capitalised(word));
        rest.trim_start()
    }

    /// What was bold has ended: it was the word of a note, or just bold.
    pub(super) fn notice_in_bold(&mut self) {
        let Some(lead) = self.bold.take() else { return };
        let said: String = self.runs.iter().map(|run| &*run.text).collect();
        let said = said.trim().trim_start_matches(|c: char| !c.is_alphanumeric());
        let (word, title) = said.split_once(':').map_or((said, ""), |(word, title)| (word, title.trim()));
        let word = word.trim_end_matches(['.', '!', ' ']);
        if !is_word(word) || lead == Lead::Paragraph && !title.is_empty() {
            return;
        }
        let colon = if title.is_empty() { "" } else { ": " };
        let shown = format!("{}{colon}{title}", capitalised(word));
        self.runs.clear();
        self.begin_notice(lead, &shown);
    }

    /// The word of a note; a paragraph gets a bar, which ends with it.
    fn begin_notice(&mut self, lead: Lead, shown: &str) {
        if lead == Lead::Paragraph {
            self.margins.push(Margin::Quote);
            self.styles.push(self.style().patch(self.theme.quote));
            self.noted = true;
        }
        self.runs.push(Run { source: self.at, ..Run::new(shown.to_owned(), self.theme.heading) });
        self.flush();
        self.trims = true;
    }

    /// Ends the bar of a paragraph that was a note.
    pub(super) fn end_notice(&mut self) {
        self.lead = None;
        self.bold = None;
        self.trims = false;
        if std::mem::take(&mut self.noted) {
            self.margins.pop();
            self.styles.pop();
        }
    }

    /// What follows the word of a note, without what stood between.
    pub(super) fn after_notice<'s>(&mut self, text: &'s str) -> &'s str {
        if !self.trims {
            return text;
        }
        let text = text.trim_start_matches([':', ' ', '.', '—', '–', '-']);
        self.trims = text.is_empty();
        text
    }
}

/// The word of GitHub's own notes.
pub(super) fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}

fn is_word(word: &str) -> bool {
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
}

//! Two texts as one: what was taken out stands as `[-so-]`, what came in as
//! `{+so+}`, and what stayed is folded where it is long.
//!
//! It needs no colour, is of bounded size, and takes bounded time whatever
//! the texts hold: a long beginning that both share is passed over, and then
//! only so many words of either are looked at. No clock decides how far it
//! gets, so the same texts always give the same words.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_width::UnicodeWidthChar;

use crate::domain::text::Clean;

/// The language of a fence that holds such a text.
pub const LANGUAGE: &str = "wdiff";
/// Around what was taken out.
pub const REMOVED: (&str, &str) = ("[-", "-]");
/// Around what came in.
pub const ADDED: (&str, &str) = ("{+", "+}");
/// Stands for what is left out.
pub const FOLD: &str = "[…]";

/// So many characters of either text are looked at.
const CHARS_IN: usize = 4_000;
/// And so many words, blanks and signs: twice as many take four times as long.
const WORDS_IN: usize = 1_500;
/// So many characters come out, give or take a mark.
const CHARS_OUT: usize = 2_000;
/// Where both begin alike, so many bytes before the first difference are still shown.
const BEFORE: usize = 160;
/// A stretch that stayed is shown whole up to so many characters.
const STAYED: usize = 120;
/// Of a longer one, so many at either end.
const EDGE: usize = 40;
/// One change shows at most so many characters.
const CHANGE: usize = 700;

/// Part of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Stayed(String),
    Changed { removed: String, added: String },
}

/// The two texts as one; none if they are the same.
pub fn diff(before: &str, now: &str) -> Option<Clean> {
    if before == now {
        return None;
    }
    let start = shared_start(before, now);
    let (old, old_cut) = window(before, start);
    let (new, new_cut) = window(now, start);
    let mut out = String::new();
    if start > 0 {
        out.push_str(FOLD);
    }
    let pieces = pieces(&old, &new);
    let last = pieces.len().saturating_sub(1);
    for (at, piece) in pieces.iter().enumerate() {
        if out.chars().count() >= CHARS_OUT {
            out.push_str(FOLD);
            return Some(Clean::block(&out));
        }
        match piece {
            Piece::Stayed(text) => {
                let (head, tail) = (if at == 0 { 0 } else { EDGE }, if at == last { 0 } else { EDGE });
                out.push_str(&folded(text, head, tail));
            }
            Piece::Changed { removed, added } => {
                mark(&mut out, REMOVED, removed);
                mark(&mut out, ADDED, added);
            }
        }
    }
    if old_cut == Cut::Yes || new_cut == Cut::Yes {
        out.push_str(FOLD);
    }
    Some(Clean::block(&out))
}

/// Where to begin: a little before the first difference, at the start of a word.
fn shared_start(before: &str, now: &str) -> usize {
    let shared = before.bytes().zip(now.bytes()).take_while(|(one, other)| one == other).count();
    let from = before.floor_char_boundary(shared.saturating_sub(BEFORE));
    if from == 0 {
        return 0;
    }
    let blank = before[from..before.floor_char_boundary(shared)].find([' ', '\n']);
    blank.map_or(from, |blank| from + blank + 1)
}

/// Whether something was left out at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Yes,
    No,
}

/// What is looked at of a text, safe to show and without anything that looks like our marks.
fn window(text: &str, from: usize) -> (String, Cut) {
    let rest = text.get(from..).unwrap_or_default();
    let end = rest.char_indices().nth(CHARS_IN).map_or(rest.len(), |(at, _)| at);
    let mut clean = Clean::block(&rest[..end]).to_string();
    for sign in [REMOVED.0, REMOVED.1, ADDED.0, ADDED.1] {
        let (one, other) = sign.split_at(1);
        clean = clean.replace(sign, &format!("{one} {other}"));
    }
    (clean, if end < rest.len() { Cut::Yes } else { Cut::No })
}

/// Words, blanks, and signs one by one; so are wide characters, which come without blanks between words.
fn tokens(text: &str) -> Vec<&str> {
    #[derive(PartialEq, Eq, Clone, Copy)]
    enum Sort {
        Word,
        Blank,
        Alone,
    }
    let sort = |c: char| match c {
        ' ' => Sort::Blank,
        c if (c.is_alphanumeric() || c == '_') && c.width() == Some(1) => Sort::Word,
        _ => Sort::Alone,
    };
    let mut tokens = Vec::new();
    let (mut from, mut now) = (0, Sort::Alone);
    for (at, c) in text.char_indices() {
        let next = sort(c);
        if at > from && (next != now || next == Sort::Alone) {
            tokens.push(&text[from..at]);
            from = at;
        }
        now = next;
    }
    tokens.extend((from < text.len()).then(|| &text[from..]));
    tokens.truncate(WORDS_IN);
    tokens
}

fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let (old, new) = (tokens(old), tokens(new));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let last = ops.len().saturating_sub(1);
    let (mut removed, mut added) = (String::new(), String::new());
    let mut pieces = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        let (gone, come) = (old[op.old_range()].concat(), new[op.new_range()].concat());
        match op {
            // A blank between two changes is part of one change: words in a row read as a phrase.
            DiffOp::Equal { .. }
                if at < last
                    && !(removed.is_empty() && added.is_empty())
                    && gone.trim().is_empty()
                    && !gone.contains('\n') =>
            {
                removed.push_str(&gone);
                added.push_str(&gone);
            }
            DiffOp::Equal { .. } => {
                flush(&mut pieces, &mut removed, &mut added);
                pieces.push(Piece::Stayed(gone));
            }
            DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
                removed.push_str(&gone);
                added.push_str(&come);
            }
        }
    }
    flush(&mut pieces, &mut removed, &mut added);
    pieces
}

fn flush(pieces: &mut Vec<Piece>, removed: &mut String, added: &mut String) {
    if !removed.is_empty() || !added.is_empty() {
        pieces.push(Piece::Changed { removed: std::mem::take(removed), added: std::mem::take(added) });
    }
}

fn mark(out: &mut String, (open, close): (&str, &str), text: &str) {
    if text.trim_matches(' ').is_empty() && !text.is_empty() {
        // A blank that came or went says little, and looks like nothing.
        out.push_str(text);
    } else if !text.is_empty() {
        out.push_str(open);
        out.push_str(&folded(text, CHANGE / 2, CHANGE / 2));
        out.push_str(close);
    }
}

/// The text, or its two ends of so many characters where it is long.
fn folded(text: &str, head: usize, tail: usize) -> String {
    let chars = text.chars().count();
    if chars <= STAYED.max(head + tail) {
        return text.to_owned();
    }
    let place = |nth: usize| text.char_indices().nth(nth).map_or(text.len(), |(at, _)| at);
    format!("{}{FOLD}{}", &text[..place(head)], &text[place(chars - tail)..])
}

//! Whether somebody changed what a page says, or only its dates and blanks.
//!
//! A page that gets a new date every quarter and nothing else is no better
//! known than before. So two versions are the same here when they differ in
//! dates, in white space, or in the header's key for the last review alone.

use crate::domain::drift::wording::MONTHS;

/// A commit that touches more runbooks than this changed none of them in earnest.
pub const MANY: usize = 20;

/// Words that stand around a date of review and say nothing without it.
const AROUND: &[&str] = &[
    "last", "reviewed", "review", "updated", "update", "modified", "revised", "checked", "verified", "tested", "date",
];
/// Words that join those to a date.
const JOINING: &[&str] = &["on", "as", "of", "at", "by", "the", "date"];

/// Whether these two versions of a page differ in what they say; `reviewed` is the header's key for the last review.
pub fn is_real(before: &str, after: &str, reviewed: &str) -> bool {
    let (before, after) = (Version::of(before), Version::of(after));
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = before.lines.iter().zip(&after.lines).take_while(same).count();
    let rest = before.lines.len().min(after.lines.len()) - head;
    let tail = before.lines.iter().rev().zip(after.lines.iter().rev()).take(rest).take_while(same).count();
    before.said(head, tail, reviewed) != after.said(head, tail, reviewed)
}

/// A page as it was once.
struct Version<'a> {
    lines: Vec<&'a str>,
    /// So many of its lines are its header's.
    header: usize,
}

impl<'a> Version<'a> {
    fn of(text: &'a str) -> Self {
        let lines: Vec<&str> = text.strip_prefix('\u{FEFF}').unwrap_or(text).lines().collect();
        let fence = lines.first().map(|line| line.trim_end()).filter(|line| matches!(*line, "---" | "+++"));
        let end = |fence: &str| lines.iter().skip(1).position(|line| line.trim_end() == fence);
        let header = fence.map_or(0, |fence| end(fence).map_or(lines.len(), |end| end + 1));
        Self { lines, header }
    }

    /// What it says but for its first and last lines: without dates, white space, and lines that hold nothing else.
    fn said(&self, head: usize, tail: usize, reviewed: &str) -> String {
        let mut said = String::new();
        let between = self.lines.iter().enumerate().take(self.lines.len() - tail).skip(head);
        for (at, line) in between {
            if at < self.header && is_of(line, reviewed) {
                continue;
            }
            let (left, dated) = undated(line);
            if !(dated && is_about_review(&left)) {
                said.extend(left.chars().filter(|c| !c.is_whitespace()));
            }
        }
        said
    }
}

/// Whether a line of the header is this key's.
fn is_of(line: &str, key: &str) -> bool {
    let bare = line.trim_start().trim_start_matches(['"', '\'']);
    let rest = bare.strip_prefix(key).map(|rest| rest.trim_start_matches(['"', '\'']).trim_start());
    !key.is_empty() && rest.is_some_and(|rest| rest.starts_with([':', '=']))
}

/// Whether what is left of a line without its date is about a review alone.
fn is_about_review(left: &str) -> bool {
    let words = left.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let known = |word: &str| AROUND.contains(&word) || JOINING.contains(&word);
    words.map(str::to_lowercase).all(|word| known(&word))
}

/// The line without its dates, and whether it had any.
fn undated(line: &str) -> (String, bool) {
    let words = tokens(line);
    let mut left = String::with_capacity(line.len());
    let (mut at, mut dated) = (0, false);
    while at < words.len() {
        match date(&words[at..]) {
            0 => {
                left.push_str(words[at]);
                at += 1;
            }
            long => {
                dated = true;
                at += long;
            }
        }
    }
    (left, dated)
}

/// Runs of digits, runs of letters, and everything else one by one.
fn tokens(line: &str) -> Vec<&str> {
    let sort = |c: char| match c {
        _ if c.is_ascii_digit() => 1,
        _ if c.is_alphabetic() => 2,
        _ => 0,
    };
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let of = sort(first);
        let long = match of {
            0 => first.len_utf8(),
            _ => rest.find(|c| sort(c) != of).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(long);
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// How many tokens the date takes with which these begin; 0 if they begin with none.
fn date(words: &[&str]) -> usize {
    let day = match words {
        [year, "-", month, "-", day, ..] | [year, "/", month, "/", day, ..]
            if is_year(year) && is_part(month) && is_part(day) =>
        {
            5
        }
        [day, "/", month, "/", year, ..] | [day, ".", month, ".", year, ..] | [day, "-", month, "-", year, ..]
            if is_part(day) && is_part(month) && is_year(year) =>
        {
            5
        }
        // 1 December 2026, 1st December 2026
        [day, " ", month, " ", year, ..] if is_part(day) && is_month(month) && is_year(year) => 5,
        [day, "st" | "nd" | "rd" | "th", " ", month, " ", year, ..]
            if is_part(day) && is_month(month) && is_year(year) =>
        {
            6
        }
        // December 1, 2026; Dec 2026
        [month, " ", day, ",", " ", year, ..] if is_month(month) && is_part(day) && is_year(year) => 6,
        [month, " ", year, ..] if is_month(month) && is_year(year) => 3,
        _ => return 0,
    };
    day + clock(&words[day..])
}

/// How many tokens the time of day takes that stands behind a date.
fn clock(words: &[&str]) -> usize {
    let mut long = match words {
        ["T" | "t" | " ", hour, ":", minute, ..] if is_part(hour) && is_part(minute) => 4,
        _ => return 0,
    };
    for mark in [":", "."] {
        if let [found, digits, ..] = &words[long..]
            && *found == mark
            && is_number(digits)
        {
            long += 2;
        }
    }
    long += match &words[long..] {
        ["Z" | "z", ..] => 1,
        ["+" | "-", hour, ":", minute, ..] if is_part(hour) && is_part(minute) => 4,
        ["+" | "-", offset, ..] if offset.len() == 4 && is_number(offset) => 2,
        _ => 0,
    };
    long
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && is_number(word) && (word.starts_with("19") || word.starts_with("20"))
}

fn is_part(word: &str) -> bool {
    matches!(word.len(), 1 | 2) && is_number(word)
}

fn is_month(word: &str) -> bool {
    let word = word.to_lowercase();
    MONTHS.iter().any(|month| *month == word || month.get(..3) == Some(&word)) || word == "sept"
}

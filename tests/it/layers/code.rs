//! Rust source as the rules see it: the same lines and columns, with comments
//! and the insides of strings blanked out.

/// A source file and what may be concluded from it.
pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// Blanked, line by line as written.
    pub code: String,
}

/// A word at a place: the line counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub line: usize,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), code: blank(text) }
    }

    /// The names of modules from the crate's root to this file.
    pub fn module(&self) -> Vec<&str> {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let names: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
        if matches!(names[..], ["lib" | "main"]) { Vec::new() } else { names }
    }

    /// The first module of that path, the file's layer; empty for the root files.
    pub fn layer(&self) -> &str {
        self.module().first().copied().unwrap_or("")
    }

    pub fn line_at(&self, at: usize) -> usize {
        1 + self.code[..at].matches('\n').count()
    }

    /// Lines with code on them.
    pub fn code_lines(&self) -> usize {
        self.code.lines().filter(|line| !line.trim().is_empty()).count()
    }

    /// Where `needle` stands as a whole path or word.
    pub fn find(&self, needle: &str) -> Vec<usize> {
        let starts_in_word = needle.starts_with(is_word);
        let ends_in_word = needle.ends_with(is_word);
        let found = self.code.match_indices(needle).filter(|(at, _)| {
            let before = self.code[..*at].chars().next_back();
            let after = self.code[at + needle.len()..].chars().next();
            let goes_on_before = starts_in_word && before.is_some_and(|c| is_word(c) || c == '$');
            let goes_on_after = ends_in_word && after.is_some_and(is_word);
            !goes_on_before && !goes_on_after
        });
        found.map(|(at, _)| at).collect()
    }

    /// What is named right after each `prefix::`, also within `{…}`.
    pub fn named_after(&self, prefix: &str) -> Vec<Word> {
        let mut words = Vec::new();
        for at in self.find(&format!("{prefix}::")) {
            words.extend(self.heads(at + prefix.len() + 2));
        }
        words
    }

    /// The modules at the root that this file reaches for, by `crate::` or by enough `super::`.
    pub fn roots(&self) -> Vec<Word> {
        let mut words = self.named_after("crate");
        let depth = self.module().len();
        for at in self.find("super::") {
            if self.code[..at].ends_with("super::") {
                continue;
            }
            let tail = &self.code[at..];
            let supers = tail.split("super::").take_while(|part| part.is_empty()).count();
            if supers >= depth {
                words.extend(self.heads(at + supers * "super::".len()));
            }
        }
        words
    }

    /// The functions: where each begins, its name and how many lines with code its body has.
    pub fn functions(&self) -> Vec<(Word, usize)> {
        let mut found = Vec::new();
        for at in self.find("fn") {
            let name: String = self.code[at + 2..].trim_start().chars().take_while(|c| is_word(*c)).collect();
            let Some(body) = body_after(&self.code[at..]) else { continue };
            if !name.is_empty() {
                let lines = body.lines().filter(|line| !line.trim().is_empty()).count();
                let lines = lines.saturating_sub(2);
                found.push((Word { line: self.line_at(at), text: name }, lines));
            }
        }
        found
    }

    fn heads(&self, at: usize) -> Vec<Word> {
        let tail = &self.code[at..];
        let Some(group) = tail.strip_prefix('{') else {
            let text: String = tail.chars().take_while(|c| is_word(*c)).collect();
            let line = self.line_at(at);
            return if text.is_empty() { Vec::new() } else { vec![Word { line, text }] };
        };
        let (mut words, mut depth, mut fresh) = (Vec::new(), 0_usize, true);
        for (offset, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if fresh && is_word(c) => {
                    fresh = false;
                    let text = group[offset..].chars().take_while(|c| is_word(*c)).collect();
                    words.push(Word { line: self.line_at(at + 1 + offset), text });
                }
                _ => {}
            }
        }
        words
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// From `fn …`, the braces of its body; none for a signature alone.
fn body_after(code: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut start = None;
    let mut brackets = 0_isize;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' if start.is_none() => brackets += 1,
            ')' | ']' if start.is_none() => brackets -= 1,
            ';' if start.is_none() && brackets == 0 => return None,
            '{' => {
                start = start.or(Some(at));
                depth += 1;
            }
            '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(&code[start?..=at]);
                }
            }
            _ => {}
        }
    }
    None
}

/// The text with comments and the insides of strings and characters as blanks.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = quoted(rest, out.chars().next_back()).unwrap_or(0);
        if length == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            let (gone, left) = rest.split_at(length);
            out.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = left;
        }
    }
    out
}

/// How long the comment, string or character is that `text` begins with.
fn quoted(text: &str, before: Option<char>) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(block_comment(text));
    }
    if text.starts_with('\'') {
        return character(text);
    }
    let raw = text.trim_start_matches(['b', 'c']).strip_prefix('r');
    if let Some(raw) = raw.filter(|_| !before.is_some_and(is_word)) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let inside = text.len() - raw.len() + hashes + 1;
            return Some(text[inside..].find(&end).map_or(text.len(), |at| inside + at + end.len()));
        }
    }
    text.starts_with('"').then(|| string(text))
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let tail = &text[at..];
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A character in quotes; none for a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next();
        return chars.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 1)
}

//! The forms in which a note begins and ends, line by line.

/// What may be the name of a note where anything could stand.
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
    "quote",
    "todo",
    "seealso",
];
/// Tags that say in an argument what kind of note they are.
const KINDS: &[&str] = &["alert", "callout", "notice", "admonition", "hint"];

/// How a note was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// `!!! note`, with an indented body.
    Indented,
    /// `{{% note %}}`, by its name.
    Tag(&'a str),
    /// `:::note`.
    Colons,
    /// `> [!note]`, which is a quote already.
    Quote,
}

/// The first line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note<'a> {
    pub form: Form<'a>,
    pub indent: usize,
    /// Whether it ends in the same line.
    pub closed: bool,
    /// What stands before its mark in the line: the bars of a quote.
    lead: &'a str,
    word: &'a str,
    title: &'a str,
    /// The first line of its body, if that stands beside the mark.
    text: &'a str,
}

impl Note<'_> {
    /// The line as a quote.
    pub(super) fn quote(&self) -> String {
        let mut letters = self.word.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        let word = first + &letters.as_str().to_lowercase();
        let title = if self.title.eq_ignore_ascii_case(self.word) { "" } else { self.title };
        let colon = if title.is_empty() { "" } else { ": " };
        let quote = if self.form == Form::Quote { "" } else { "> " };
        let blanks = " ".repeat(self.indent);
        // The two blanks at its end keep the line apart from the next one.
        format!("{blanks}{}{quote}**{word}{colon}{}** {}  ", self.lead, literal(title), self.text)
    }
}

/// The note that begins in this line.
pub(super) fn note(line: &str) -> Option<Note<'_>> {
    let text = line.trim();
    if !text.starts_with(['!', '?', '{', ':', '>']) {
        return None;
    }
    let blank =
        Note { form: Form::Quote, indent: indent(line), closed: false, lead: "", word: "", title: "", text: "" };
    if let Some(rest) = ["!!!", "???+", "???"].iter().find_map(|mark| text.strip_prefix(mark)) {
        let (word, rest) = word(rest.trim_start())?;
        let title = rest.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"')).map_or("", |(title, _)| title);
        return Some(Note { form: Form::Indented, word, title, ..blank });
    }
    if let Some((name, arguments, rest)) = opening_tag(text) {
        let (text, closed) = match closing_tag(rest) {
            Some((before, end)) if end == name => (before, true),
            Some(_) | None => (rest, false),
        };
        let word = kind(name, arguments)?;
        let title = argument(arguments, "title").unwrap_or_default();
        return Some(Note { form: Form::Tag(name), closed, word, title, text, ..blank });
    }
    if text.starts_with(":::") {
        let rest = text.trim_start_matches(':').trim_start().trim_start_matches('{');
        let (word, rest) = word(rest)?;
        let title = rest.trim_matches(|c: char| c == '}' || c == '[' || c == ']' || c.is_whitespace());
        let title = if title.contains(['=', '{']) { "" } else { title };
        return Some(Note { form: Form::Colons, word, title, ..blank });
    }
    let (lead, rest) = text.split_at(text.find("[!").filter(|_| text.starts_with('>'))?);
    let (word, rest) = word(rest.strip_prefix("[!")?)?;
    let title = rest.strip_prefix(']')?.trim_start_matches(['-', '+']).trim();
    let known = ["note", "tip", "important", "warning", "caution"].iter().any(|known| known.eq_ignore_ascii_case(word));
    let bars = lead.chars().all(|c| c == '>' || c == ' ');
    (bars && !(known && title.is_empty())).then_some(Note { lead, word, title, ..blank })
}

/// The name, the arguments and the rest of the line after a tag in it: `{{% note %}}`, `{{< hint info >}}`.
pub(super) fn opening_tag(line: &str) -> Option<(&str, &str, &str)> {
    let text = line.trim();
    let (inner, end) = match text.strip_prefix("{{%") {
        Some(inner) => (inner, "%}}"),
        None => (text.strip_prefix("{{<")?, ">}}"),
    };
    let (inner, rest) = inner.split_once(end)?;
    let (name, arguments) = word(inner.trim())?;
    (!arguments.trim_end().ends_with('/')).then_some((name, arguments.trim(), rest.trim()))
}

/// What stands before a closing tag at the end of the line, and its name.
pub(super) fn closing_tag(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_end();
    let inner = text.strip_suffix("%}}").or_else(|| text.strip_suffix(">}}"))?;
    let (before, inner) = inner.rsplit_once("{{")?;
    let name = inner.strip_prefix(['%', '<'])?.trim().strip_prefix('/')?.trim();
    name.chars().all(is_word).then_some((before, name))
}

/// Whether a line holds colons alone, three at least.
pub(super) fn is_closing_colons(line: &str) -> bool {
    let text = line.trim();
    text.len() >= 3 && text.bytes().all(|byte| byte == b':')
}

/// A heading without the id that its author gave it, and that id: `## Verify {#verify}`.
pub(super) fn heading_with_id(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_end();
    let (heading, id) = text.strip_suffix('}')?.rsplit_once("{#")?;
    if !after_marks(text).starts_with('#') {
        return None;
    }
    let plain = |c: char| c.is_alphanumeric() || "-_.:".contains(c);
    (!id.is_empty() && id.chars().all(plain)).then_some((heading.trim_end(), id))
}

/// The columns of blanks before a line.
pub(super) fn indent(line: &str) -> usize {
    let mut columns = 0;
    for byte in line.bytes() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => break,
        }
    }
    columns
}

/// The line without so many columns of blanks, or all it has.
pub(super) fn dedent(line: &str, wanted: usize) -> &str {
    let mut columns = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if columns >= wanted => return &line[at..],
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => return &line[at..],
        }
    }
    ""
}

/// The line without blanks, the bars of quotes and the marks of list items before it.
pub(super) fn after_marks(line: &str) -> &str {
    let mut rest = line.trim_start();
    for _ in 0..8 {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let marks = &rest[digits..];
        let after = match digits {
            0 => marks.strip_prefix('>').or_else(|| ["- ", "* ", "+ "].iter().find_map(|m| marks.strip_prefix(m))),
            1..=9 => [". ", ") "].iter().find_map(|mark| marks.strip_prefix(mark)),
            _ => None,
        };
        match after {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    rest
}

/// What kind of note a tag is; none where it is no note.
fn kind<'a>(name: &'a str, arguments: &'a str) -> Option<&'a str> {
    let known = |word: &&str| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    if KINDS.contains(&name.to_ascii_lowercase().as_str()) {
        let named = ["type", "color", "kind", "level"].iter().find_map(|key| argument(arguments, key));
        let first = word(arguments.trim_start_matches('"')).map(|(word, _)| word);
        return Some(named.filter(known).or(first.filter(known)).unwrap_or(name));
    }
    Some(name).filter(known)
}

/// The value in `key="value"`.
fn argument<'a>(arguments: &'a str, key: &str) -> Option<&'a str> {
    let rest = arguments.split(key).skip(1).find_map(|rest| rest.strip_prefix('='))?;
    match rest.strip_prefix('"') {
        Some(rest) => rest.split('"').next(),
        None => rest.split_whitespace().next(),
    }
}

fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    text.starts_with(|c: char| c.is_alphabetic()).then(|| text.split_at(end))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// Text that Markdown shows as it is written.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

//! A page of help: rows under headings, as text, as JSON and as roff.

use serde_json::{Value, json};

use crate::panes::fit;

/// How wide text is at the most.
const WIDTH: usize = 80;
/// A row's sentence begins at this column at the latest; else it has lines of its own.
const BESIDE: usize = 46;

/// A page of help.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Sheet {
    /// The topic.
    pub(in crate::cli) name: &'static str,
    /// What it is, in one line.
    pub(in crate::cli) about: &'static str,
    /// The section of the manual in which it belongs.
    pub(in crate::cli) section: &'static str,
    /// What is to be known before the rows; a paragraph each.
    pub(in crate::cli) intro: Vec<String>,
    /// The rows.
    pub(in crate::cli) parts: Vec<Part>,
}

/// Rows under one heading.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Part {
    pub(in crate::cli) title: String,
    pub(in crate::cli) rows: Vec<Row>,
}

/// One thing.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Row {
    /// What it is called.
    pub(in crate::cli) name: String,
    /// Its keys, its type, its form.
    pub(in crate::cli) more: String,
    /// One sentence.
    pub(in crate::cli) about: String,
}

impl Sheet {
    /// The rows that have these words, whatever their case; without words, all.
    pub(super) fn narrowed(mut self, words: &[String]) -> Self {
        let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        for part in &mut self.parts {
            let title = part.title.to_lowercase();
            part.rows.retain(|row| {
                let said = format!("{title} {} {} {}", row.name, row.more, row.about).to_lowercase();
                words.iter().all(|word| said.contains(word))
            });
        }
        self.parts.retain(|part| !part.rows.is_empty());
        if !words.is_empty() {
            self.intro.clear();
        }
        self
    }

    /// As text of at most 80 columns.
    pub(super) fn text(&self) -> String {
        let mut lines = Vec::new();
        for paragraph in &self.intro {
            lines.extend(fit::wrap(paragraph, WIDTH));
            lines.push(String::new());
        }
        for part in &self.parts {
            lines.extend(fit::wrap(&part.title, WIDTH));
            lines.extend(part.lines());
            lines.push(String::new());
        }
        lines.join("\n").trim_end().to_owned()
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let row = |row: &Row| json!({ "name": row.name, "is": row.more, "about": row.about });
        let part = |part: &Part| json!({ "title": part.title, "rows": part.rows.iter().map(row).collect::<Vec<_>>() });
        let parts: Vec<Value> = self.parts.iter().map(part).collect();
        json!({ "schema": "dogwatch.help/1", "topic": self.name, "parts": parts })
    }

    /// The file of its manual page.
    pub(in crate::cli) fn file(&self) -> String {
        format!("dogwatch-{}.{}", self.name, self.section)
    }

    /// As a manual page.
    pub(in crate::cli) fn roff(&self) -> String {
        let title = format!("dogwatch-{}", self.name);
        let mut lines = vec![
            format!(".TH \"{}\" \"{}\" \"\" \"dogwatch {}\"", title, self.section, env!("CARGO_PKG_VERSION")),
            ".SH NAME".to_owned(),
            format!("{} \\- {}", roff(&title), roff(self.about)),
        ];
        if !self.intro.is_empty() {
            lines.push(".SH DESCRIPTION".to_owned());
        }
        for paragraph in &self.intro {
            lines.extend([".PP".to_owned(), roff(paragraph)]);
        }
        for part in &self.parts {
            lines.push(format!(".SH \"{}\"", roff(&part.title.to_uppercase()).replace('"', "\\(dq")));
            for row in &part.rows {
                lines.extend([".TP".to_owned(), format!("\\fB{}\\fR  {}", roff(&row.name), roff(&row.more))]);
                lines.push(roff(&row.about));
            }
        }
        lines.extend([".SH \"SEE ALSO\"".to_owned(), "dogwatch(1)".to_owned()]);
        lines.join("\n")
    }
}

impl Part {
    fn lines(&self) -> Vec<String> {
        let widest = |text: fn(&Row) -> &str| self.rows.iter().map(|row| fit::columns(text(row))).max().unwrap_or(0);
        let (name, more) = (widest(|row| &row.name), widest(|row| &row.more));
        let column = 2 + name + 2 + if more == 0 { 0 } else { more + 2 };
        let beside = column <= BESIDE;
        let room = WIDTH - if beside { column } else { 6 };
        let mut lines = Vec::new();
        for row in &self.rows {
            let head = format!("  {}  {}", fit::pad(&row.name, name), fit::pad(&row.more, more));
            let mut about = fit::wrap(&row.about, room).into_iter();
            if beside {
                let first = about.next().unwrap_or_default();
                lines.push(format!("{}{first}", fit::pad(&head, column)).trim_end().to_owned());
                lines.extend(about.map(|line| format!("{}{line}", " ".repeat(column))));
            } else {
                lines.push(head.trim_end().to_owned());
                lines.extend(about.map(|line| format!("      {line}")));
            }
        }
        lines
    }
}

/// A text that roff takes for text, whatever is in it.
fn roff(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('\n', " ");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

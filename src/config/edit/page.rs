//! The text of a team file with the places of what it says: pieces are put in
//! and taken out there, in the way in which the file is written.

mod entries;

use std::ops::Range;

use chrono::NaiveDateTime;
use toml_edit::{Array, ArrayOfTables, Document, Item, TableLike, TomlError, Value};

/// Keys and values, as they are written.
pub(super) type Fields = Vec<(&'static str, String)>;

/// What a rotation has a list of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Overrides,
    Swaps,
}

impl List {
    const fn key(self) -> &'static str {
        match self {
            Self::Overrides => "overrides",
            Self::Swaps => "swaps",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Overrides => Self::Swaps,
            Self::Swaps => Self::Overrides,
        }
    }
}

/// The text and what stands where.
pub(super) struct Page<'a> {
    text: &'a str,
    document: Document<&'a str>,
    line_end: &'static str,
}

impl<'a> Page<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, TomlError> {
        let (all, windows) = (text.matches('\n').count(), text.matches("\r\n").count());
        let line_end = if windows * 2 > all { "\r\n" } else { "\n" };
        Ok(Self { text, document: Document::parse(text)?, line_end })
    }

    /// Where a rotation begins; the start of the file, if there is none of this id.
    pub(super) fn place(&self, rotation: &str) -> Range<usize> {
        self.rotation(rotation).map_or(0..0, |(place, _)| place)
    }

    /// The text with one more in a list.
    pub(super) fn with(&self, rotation: &str, of: List, fields: &Fields) -> Option<String> {
        let (_, table) = self.rotation(rotation)?;
        match (table.get(of.key()), table.get(of.other().key())) {
            (Some(Item::Value(Value::Array(array))), _) => self.with_element(array, &inline(fields)),
            (Some(Item::ArrayOfTables(tables)), _) => {
                let last = tables.iter().last()?;
                self.with_table((last, Some(last)), of, fields)
            }
            // The rotation says such things within its own lines.
            (None, Some(Item::Value(_))) => self.with_line(table, of, fields),
            (None, _) if self.is_inline(rotation) => {
                let last = table.iter().filter_map(|(_, item)| item.span()).max_by_key(|span| span.end)?;
                Some(self.spliced(last.end..last.end, &format!(", {} = [{}]", of.key(), inline(fields))))
            }
            (None, Some(Item::ArrayOfTables(others))) => self.with_table((table, others.iter().last()), of, fields),
            (None, None) => self.with_table((table, None), of, fields),
            (Some(_), _) | (None, Some(_)) => None,
        }
    }

    /// The text without one of a list.
    pub(super) fn without(&self, (rotation, of): (&str, List), at: usize) -> Option<String> {
        let (_, table) = self.rotation(rotation)?;
        match table.get(of.key())? {
            Item::ArrayOfTables(tables) => {
                let table = tables.get(at)?;
                let lines = self.line_start(table.span()?.start)..self.line_after(end_of(table)?);
                let before = &self.text[..lines.start];
                let after = &self.text[lines.end..];
                let blank_before = before.ends_with("\n\n") || before.ends_with("\n\r\n");
                let blank_after = after.is_empty() || after.starts_with(['\n', '\r']);
                let start = if blank_before && blank_after {
                    before.len() - if before.ends_with("\r\n") { 2 } else { 1 }
                } else {
                    lines.start
                };
                Some(self.spliced(start..lines.end, ""))
            }
            Item::Value(Value::Array(array)) => self.without_element(array, at),
            Item::Value(_) | Item::Table(_) | Item::None => None,
        }
    }

    /// The text with a key more in one of a list, behind another key of it.
    pub(super) fn with_key(
        &self,
        (rotation, of): (&str, List),
        at: usize,
        behind: &str,
        (key, value): (&str, String),
    ) -> Option<String> {
        let (_, table) = self.rotation(rotation)?;
        match table.get(of.key())? {
            Item::ArrayOfTables(tables) => {
                let table = tables.get(at)?;
                let column = self.column(table);
                let (name, item) = (table.key(behind)?.span()?, table.get(behind)?.span()?);
                let indent = &self.text[self.line_start(name.start)..name.start];
                Some(self.with_lines(item.end, &format!("{indent}{key:<column$} = {value}")))
            }
            Item::Value(Value::Array(array)) => {
                let after = array.get(at)?.as_inline_table()?.get(behind)?.span()?.end;
                Some(self.spliced(after..after, &format!(", {key} = {value}")))
            }
            Item::Value(_) | Item::Table(_) | Item::None => None,
        }
    }

    /// The text with another start and other members of a rotation, or why not; none where it is written oddly.
    pub(super) fn restated(
        &self,
        rotation: &str,
        start: NaiveDateTime,
        members: &[String],
    ) -> Option<Result<String, (String, String)>> {
        let (_, table) = self.rotation(rotation)?;
        let (Item::Value(old), Item::Value(Value::Array(list))) = (table.get("start")?, table.get("members")?) else {
            return None;
        };
        let (old, all) = (old.span()?, list.span()?);
        if self.text[all.clone()].contains('#') {
            let message = "its `members` hold comments, which would then stand beside other people";
            return Some(Err((message.to_owned(), "change `start` and `members` by hand".to_owned())));
        }
        let spelt = &self.text[old.clone()];
        let form = if spelt.matches(':').count() > 1 { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M" };
        let start = start.format(form).to_string();
        let start = if spelt.starts_with(['"', '\'']) { quoted(&start) } else { start };
        let mut pieces = vec![(old, start)];
        if list.len() == members.len() {
            for (value, member) in list.iter().zip(members) {
                pieces.push((value.span()?, quoted(member)));
            }
        } else {
            let names: Vec<String> = members.iter().map(|member| quoted(member)).collect();
            pieces.push((all, format!("[{}]", names.join(", "))));
        }
        Some(Ok(self.replaced(pieces)))
    }

    fn rotation(&self, id: &str) -> Option<(Range<usize>, &dyn TableLike)> {
        let named = |table: &dyn TableLike| table.get("id").and_then(Item::as_str) == Some(id);
        match self.document.get("rotations")? {
            Item::ArrayOfTables(tables) => {
                let table = tables.iter().find(|table| named(*table))?;
                Some((table.span()?, table))
            }
            Item::Value(Value::Array(array)) => {
                let table = array.iter().filter_map(Value::as_inline_table).find(|table| named(*table))?;
                Some((table.span()?, table))
            }
            Item::Value(_) | Item::Table(_) | Item::None => None,
        }
    }

    fn is_inline(&self, rotation: &str) -> bool {
        let (place, _) = self.rotation(rotation).unwrap_or((0..0, self.document.as_table()));
        self.text[place].starts_with('{')
    }

    /// One more table: behind `after`, and written like `like`.
    fn with_table(
        &self,
        (after, like): (&dyn TableLike, Option<&toml_edit::Table>),
        of: List,
        fields: &Fields,
    ) -> Option<String> {
        let header = like.and_then(toml_edit::Table::span);
        let indent = header.as_ref().map_or("", |header| &self.text[self.line_start(header.start)..header.start]);
        let inner = like.and_then(|like| like.iter().find_map(|(key, _)| like.key(key)?.span()));
        let inner = inner.map_or(indent, |key| &self.text[self.line_start(key.start)..key.start]);
        let column = like.map_or(0, |like| self.column(like));
        let apart = header.is_some_and(|header| self.is_apart(header.start));
        let mut lines = Vec::new();
        lines.extend(apart.then(String::new));
        lines.push(format!("{indent}[[rotations.{}]]", of.key()));
        lines.extend(fields.iter().map(|(key, value)| format!("{inner}{key:<column$} = {value}")));
        Some(self.with_lines(end_of(after)?, &lines.join(self.line_end)))
    }

    /// One more key of a rotation, behind its own keys.
    fn with_line(&self, table: &dyn TableLike, of: List, fields: &Fields) -> Option<String> {
        let own = table.iter().filter(|(_, item)| item.is_value());
        let (key, last) = own.max_by_key(|(_, item)| item.span().map(|span| span.end))?;
        let key = table.key(key)?.span()?;
        let indent = &self.text[self.line_start(key.start)..key.start];
        let column = self.column(table);
        let line = format!("{indent}{:<column$} = [{}]", of.key(), inline(fields));
        Some(self.with_lines(last.span()?.end, &line))
    }

    fn with_element(&self, array: &Array, element: &str) -> Option<String> {
        let Some(last) = array.iter().last() else {
            let inside = array.span()?.start + 1;
            return Some(self.spliced(inside..inside, element));
        };
        let (last, close) = (last.span()?, array.span()?.end - 1);
        let rest = &self.text[last.end..close];
        let indent = &self.text[self.line_start(last.start)..last.start];
        let own_line = indent.chars().all(char::is_whitespace);
        if !own_line {
            return Some(self.spliced(last.end..last.end, &format!(", {element}")));
        }
        if self.line_after(last.end) > close {
            return Some(self.spliced(last.end..last.end, &format!(",{}{indent}{element}", self.line_end)));
        }
        // A remark behind the last one stays beside it.
        let comma = if rest.trim_start().starts_with(',') { "" } else { "," };
        let after = self.line_after(last.end);
        let more = format!("{indent}{element}{}{}", if comma.is_empty() { "," } else { "" }, self.line_end);
        Some(self.replaced(vec![(last.end..last.end, comma.to_owned()), (after..after, more)]))
    }

    fn without_element(&self, array: &Array, at: usize) -> Option<String> {
        let place = array.get(at)?.span()?;
        let close = array.span()?.end - 1;
        let rest = &self.text[place.end..close];
        let comma = rest.find(|c: char| !c.is_whitespace()).filter(|at| rest[*at..].starts_with(','));
        let end = comma.map_or(place.end, |at| place.end + at + 1);
        let line = self.line_start(place.start)..self.line_after(end);
        let alone = self.text[line.start..place.start].trim().is_empty() && line.end <= close;
        let tail = self.text.get(end..line.end).unwrap_or_default().trim_start();
        if alone && (tail.is_empty() || tail.starts_with('#')) {
            return Some(self.spliced(line, ""));
        }
        let before = at.checked_sub(1).and_then(|at| array.get(at)?.span());
        Some(match (comma, before) {
            (None, Some(before)) if !self.text[before.end..place.start].contains('#') => {
                self.spliced(before.end..place.end, "")
            }
            (_, _) => {
                let blanks = self.text[end..close].len() - self.text[end..close].trim_start_matches([' ', '\t']).len();
                self.spliced(place.start..end + blanks, "")
            }
        })
    }

    /// How wide its keys are written, where the signs behind them stand in one column.
    fn column(&self, table: &dyn TableLike) -> usize {
        let mut widths = Vec::new();
        for (name, item) in table.iter().filter(|(_, item)| item.is_value()) {
            let Some((key, value)) = table.key(name).and_then(toml_edit::Key::span).zip(item.span()) else { continue };
            let between = self.text.get(key.end..value.start).unwrap_or_default();
            widths.push((key.len(), key.len() + between.find('=').unwrap_or_default()));
        }
        let padded = widths.iter().any(|(bare, wide)| wide - bare > 1);
        match widths.first() {
            Some((_, first)) if padded && widths.iter().all(|(_, wide)| wide == first) => first.saturating_sub(1),
            Some(_) | None => 0,
        }
    }

    /// Whether an empty line stands above this one.
    fn is_apart(&self, at: usize) -> bool {
        let before = &self.text[..self.line_start(at)];
        before.lines().next_back().is_some_and(|line| line.trim().is_empty())
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Where the line after this place begins.
    fn line_after(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |more| at + more + 1)
    }

    /// These lines below the line of this place.
    fn with_lines(&self, at: usize, lines: &str) -> String {
        let after = self.line_after(at);
        let (first, last) = if self.text[..after].ends_with('\n') { ("", self.line_end) } else { (self.line_end, "") };
        self.spliced(after..after, &format!("{first}{lines}{last}"))
    }

    fn spliced(&self, place: Range<usize>, piece: &str) -> String {
        self.replaced(vec![(place, piece.to_owned())])
    }

    fn replaced(&self, mut pieces: Vec<(Range<usize>, String)>) -> String {
        pieces.sort_by_key(|(place, _)| place.start);
        let (mut text, mut at) = (String::new(), 0);
        for (place, piece) in pieces {
            text.push_str(&self.text[at..place.start]);
            text.push_str(&piece);
            at = place.end;
        }
        text.push_str(&self.text[at..]);
        text
    }
}

/// Where the last of what it says ends.
fn end_of(table: &dyn TableLike) -> Option<usize> {
    let own = table.iter().filter_map(|(name, item)| match item {
        Item::Value(_) => item.span().map(|span| span.end).max(table.key(name)?.span().map(|span| span.end)),
        Item::Table(table) => end_of(table).max(table.span().map(|span| span.end)),
        Item::ArrayOfTables(tables) => end_of_all(tables),
        Item::None => None,
    });
    own.max()
}

fn end_of_all(tables: &ArrayOfTables) -> Option<usize> {
    tables.iter().filter_map(|table| end_of(table).max(table.span().map(|span| span.end))).max()
}

/// A text as a value.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A table on one line.
pub(super) fn inline(fields: &Fields) -> String {
    let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", fields.join(", "))
}

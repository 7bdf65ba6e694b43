//! Entries of any list of a team file: found by their number, changed and
//! remarked on where they stand.

use std::ops::Range;

use toml_edit::{ArrayOfTables, Item, TableLike, Value};

use super::{Page, end_of, inline, quoted};

impl Page<'_> {
    /// The text with a value of an entry, and remarks above the line of it.
    pub(in super::super) fn with_value(
        &self,
        at: (&str, usize),
        (key, value): (&'static str, &str),
        remarks: &[String],
    ) -> Option<String> {
        let (place, table) = self.entry(at)?;
        let known = table.get(key);
        if let Some(old) = known {
            let span = old.as_value()?.span()?;
            let remarks = self.remarks(span.start, remarks);
            return Some(self.replaced(vec![remarks, (span, quoted(value))]));
        }
        let own = table.iter().filter(|(_, item)| item.is_value());
        let last = own.filter_map(|(key, item)| Some((table.key(key)?.span()?, item.span()?)));
        let (name, last) = last.max_by_key(|(_, value)| value.end)?;
        if self.text[place.clone()].starts_with('{') {
            let more = (last.end..last.end, format!(", {key} = {}", quoted(value)));
            return Some(self.replaced(vec![self.remarks(place.start, remarks), more]));
        }
        let indent = &self.text[self.line_start(name.start)..name.start];
        let column = self.column(table);
        let mut lines: Vec<String> = remarks.iter().map(|remark| format!("{indent}{remark}")).collect();
        lines.push(format!("{indent}{key:<column$} = {}", quoted(value)));
        Some(self.with_lines(last.end, &lines.join(self.line_end)))
    }

    /// The text with remarks above an entry.
    pub(in super::super) fn with_remark(&self, at: (&str, usize), remarks: &[String]) -> Option<String> {
        let (place, _) = self.entry(at)?;
        Some(self.replaced(vec![self.remarks(place.start, remarks)]))
    }

    /// The text with one more entry below its remarks: before the one of this number, else at the end.
    pub(in super::super) fn with_entry(
        &self,
        (list, nth): (&str, usize),
        fields: &[(&'static str, String)],
        remarks: &[String],
    ) -> Option<String> {
        let lines = || {
            let header = format!("[[{list}]]");
            let fields = fields.iter().map(|(key, value)| format!("{key} = {value}"));
            remarks.iter().cloned().chain([header]).chain(fields).collect::<Vec<String>>().join(self.line_end)
        };
        match self.item(list) {
            None => {
                let text = self.text.trim_end_matches(['\n', '\r']);
                Some(format!("{text}{0}{0}{1}{0}", self.line_end, lines()))
            }
            Some(Item::ArrayOfTables(tables)) => match tables.get(nth) {
                Some(table) => {
                    let start = self.above_comments(table.span()?.start);
                    Some(self.spliced(start..start, &format!("{}{}", lines(), self.line_end)))
                }
                None => Some(self.with_lines(end_of(last(tables)?)?, &lines())),
            },
            Some(Item::Value(Value::Array(array))) if array.len() <= nth => {
                let element = inline(&fields.to_vec());
                let changed = self.with_element(array, &element)?;
                // The element is new; its remarks stand above the list.
                let start = self.line_start(array.span()?.start);
                let remarks: String = remarks.iter().flat_map(|remark| [remark.as_str(), self.line_end]).collect();
                Some(format!("{}{remarks}{}", &changed[..start], &changed[start..]))
            }
            Some(Item::Value(_) | Item::Table(_) | Item::None) => None,
        }
    }

    /// What stands at a path of tables.
    fn item(&self, path: &str) -> Option<&Item> {
        let (tables, name) = path.rsplit_once('.').map_or((None, path), |(tables, name)| (Some(tables), name));
        let mut table: &dyn TableLike = self.document.as_table();
        for name in tables.into_iter().flat_map(|tables| tables.split('.')) {
            table = table.get(name)?.as_table_like()?;
        }
        table.get(name)
    }

    /// An entry of a list, or a table.
    fn entry(&self, (list, nth): (&str, usize)) -> Option<(Range<usize>, &dyn TableLike)> {
        match self.item(list)? {
            Item::ArrayOfTables(tables) => {
                let table = tables.get(nth)?;
                Some((table.span()?, table))
            }
            Item::Value(Value::Array(array)) => {
                let table = array.get(nth)?.as_inline_table()?;
                Some((table.span()?, table))
            }
            Item::Table(table) => Some((table.span()?, table)),
            Item::Value(_) | Item::None => None,
        }
    }

    /// Remarks above the line of a place, with the indent of that line.
    fn remarks(&self, at: usize, remarks: &[String]) -> (Range<usize>, String) {
        let start = self.line_start(at);
        let line = &self.text[start..];
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        let lines = remarks.iter().map(|remark| format!("{indent}{remark}{}", self.line_end));
        (start..start, lines.collect())
    }

    /// The line of a place, or the first of the comments that stand right above it.
    fn above_comments(&self, at: usize) -> usize {
        let mut start = self.line_start(at);
        while start > 0 {
            let before = self.line_start(start - 1);
            if !self.text[before..start].trim_start().starts_with('#') {
                break;
            }
            start = before;
        }
        start
    }
}

fn last(tables: &ArrayOfTables) -> Option<&toml_edit::Table> {
    tables.iter().last()
}

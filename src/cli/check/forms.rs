//! The ways in which findings are written.

use serde_json::{Value, json};

use crate::domain::check::{Answer, Finding, Level, RULES};
use crate::domain::map::Row;
use crate::domain::quote;

/// So wide is the answer for people.
const WIDE: usize = 80;

/// For people: by level, each with its evidence, its place and what mends it.
pub(super) fn text(answer: &Answer) -> String {
    let mut lines = Vec::new();
    let groups = [Some(Level::Error), Some(Level::Warning), Some(Level::Info), None];
    for level in groups {
        let own = |one: &&Finding| match level {
            Some(level) => one.waived_until.is_none() && one.level == level,
            None => one.waived_until.is_some(),
        };
        let own: Vec<&Finding> = answer.findings.iter().filter(own).collect();
        if own.is_empty() {
            continue;
        }
        lines.push(level.map_or_else(|| "WAIVED".to_owned(), |level| level.word().to_uppercase()));
        lines.extend(own.into_iter().flat_map(entry));
        lines.push(String::new());
    }
    lines.push(super::summed(answer));
    lines.join("\n")
}

fn entry(one: &Finding) -> Vec<String> {
    let place = place(one, "").map(|place| format!("  {place}")).unwrap_or_default();
    let until = one.waived_until.map(|until| format!("  until {until}")).unwrap_or_default();
    let mut lines = vec![format!("  {}  {}{place}{until}", one.rule, one.subject)];
    lines.extend(indented(one.message.as_str()));
    if one.level != Level::Info || one.file.is_some() {
        lines.extend(indented(&format!("fix: {}", one.fix)));
    }
    lines
}

/// Broken at blanks: a command or a time is to be copied whole.
fn indented(text: &str) -> Vec<String> {
    quote::wrapped(text, WIDE - 6).lines().map(|line| format!("      {line}")).collect()
}

/// The map for people: what is unclear is said in words.
pub(super) fn map(rows: &[Row]) -> String {
    let mut lines = Vec::new();
    for row in rows {
        lines.push(format!("{}  {}", row.subject, row.title));
        let facts = [("who", &row.who), ("backup", &row.backup), ("when", &row.when), ("done", &row.done)];
        for (word, said) in facts {
            match said {
                Some(said) => lines.extend(indented(&format!("{word}: {said}"))),
                None if row.unclear.contains(&word) => lines.push(format!("      {word}: UNCLEAR")),
                None => {}
            }
        }
    }
    let unclear = rows.iter().filter(|row| !row.unclear.is_empty()).count();
    lines.push(String::new());
    lines.push(format!("{} in the map, {unclear} unclear", rows.len()));
    lines.join("\n")
}

/// `dogwatch.toml:12:1`.
fn place(one: &Finding, prefix: &str) -> Option<String> {
    let (file, line) = (one.file.as_ref()?, one.line?);
    let column = one.column.map(|column| format!(":{column}")).unwrap_or_default();
    Some(format!("{}:{line}{column}", from_top(file.as_str(), prefix)))
}

/// The file as it is named from the top of the repository.
fn from_top(file: &str, prefix: &str) -> String {
    let mut parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    for part in file.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "" | "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Workflow commands of GitHub Actions, a line each; what is let pass is left out.
pub(super) fn github(answer: &Answer, prefix: &str) -> String {
    let line = |one: &Finding| {
        let command = match one.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        let mut about: Vec<String> = Vec::new();
        if let Some(file) = &one.file {
            about.push(format!("file={}", property(&from_top(file.as_str(), prefix))));
        }
        about.extend(one.line.map(|line| format!("line={line}")));
        about.extend(one.column.map(|column| format!("col={column}")));
        about.push(format!("title={}", property(&format!("{} {}", one.rule, one.subject))));
        let text = format!("{}; fix: {}", one.message, one.fix);
        format!("::{command} {}::{}\n", about.join(","), data(&text))
    };
    answer.findings.iter().filter(|one| one.waived_until.is_none()).map(line).collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A log of the Static Analysis Results Interchange Format.
pub(super) fn sarif(answer: &Answer, prefix: &str) -> Value {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.name,
                "shortDescription": { "text": rule.fires },
                "fullDescription": { "text": rule.why },
                "help": { "text": format!("{} Source: {}.", rule.mend, rule.source) },
                "defaultConfiguration": { "level": level(rule.level) },
            })
        })
        .collect();
    let results: Vec<Value> = answer.findings.iter().map(|one| result(one, prefix)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "dogwatch", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn result(one: &Finding, prefix: &str) -> Value {
    let nth = RULES.iter().position(|rule| rule.name == one.rule).unwrap_or_default();
    let mut result = json!({
        "ruleId": one.rule,
        "ruleIndex": nth,
        "level": level(one.level),
        "message": { "text": format!("{}: {}; fix: {}", one.subject, one.message, one.fix) },
        "partialFingerprints": { "dogwatchSubject/v1": format!("{} {}", one.rule, one.subject) },
    });
    if let Some(file) = &one.file {
        let uri = from_top(file.as_str(), prefix).split('/').map(encoded).collect::<Vec<_>>().join("/");
        let mut physical = json!({ "artifactLocation": { "uri": uri } });
        if let Some(line) = one.line {
            physical["region"] = json!({ "startLine": line });
            if let Some(column) = one.column {
                physical["region"]["startColumn"] = json!(column);
            }
        }
        result["locations"] = json!([{ "physicalLocation": physical }]);
    }
    if let Some(until) = one.waived_until {
        let justification = format!("waived in the team file until {until}");
        result["suppressions"] = json!([{ "kind": "external", "justification": justification }]);
    }
    result
}

/// A part of a path as a URI has it (RFC 3986, section 2.1).
fn encoded(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    part.bytes().map(one).collect()
}

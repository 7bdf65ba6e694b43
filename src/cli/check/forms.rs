//! The ways in which findings are written.

use serde_json::{Value, json};

use crate::config::Problem;
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
            Some(level) => one.waived_until.is_none() && one.level == level && one.unchecked().is_none(),
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
    let unchecked = answer.unchecked();
    if !unchecked.is_empty() {
        lines.push("NOT CHECKED".to_owned());
        lines.extend(unchecked.iter().flat_map(|(why, rules)| {
            let said = indented(&format!("by {}", rules.join(", ")));
            std::iter::once(format!("  {why}")).chain(said).collect::<Vec<_>>()
        }));
        lines.push(String::new());
    }
    lines.push(super::summed(answer));
    lines.join("\n")
}

fn entry(one: &Finding) -> Vec<String> {
    let place = place(one, "").map(|place| format!("  {place}")).unwrap_or_default();
    let who = one.owner.as_ref().map(|owner| format!("  ({owner})")).unwrap_or_default();
    let until = one.waived_until.map(|until| format!("  until {until}")).unwrap_or_default();
    let mut lines = vec![format!("  {}  {}{place}{who}{until}", one.rule, one.subject)];
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
    let told = answer.findings.iter().filter(|one| one.waived_until.is_none() && one.unchecked().is_none());
    let unchecked = answer.unchecked().into_iter().map(|(why, rules)| {
        format!("::notice title={}::{}\n", property("not checked"), data(&format!("{why}: {}", rules.join(", "))))
    });
    told.map(line).chain(unchecked).collect()
}

/// Problems of the team file itself, as annotations: there is nothing to check then.
pub(super) fn github_problems(problems: &[Problem]) -> String {
    let line = |one: &Problem| {
        let about = format!("file={},line={},col={}", property(&one.file), one.line, one.column);
        format!("::error {about},title=dogwatch::{}\n", data(&one.to_string()))
    };
    problems.iter().map(line).collect()
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
                "help": { "text": format!("Mend it: {}. Source: {}.", rule.mend.trim_end_matches('.'), rule.source) },
                "defaultConfiguration": { "level": level(rule.level) },
            })
        })
        .collect();
    let found = answer.findings.iter().filter(|one| one.unchecked().is_none());
    let results: Vec<Value> = found.map(|one| result(one, prefix)).collect();
    // A result needs a place, or GitHub takes none of them; that a rule could not look is a notification of the tool.
    let notes: Vec<Value> = answer
        .unchecked()
        .into_iter()
        .map(|(why, rules)| {
            let text = format!("not checked by {}: {why}", rules.join(", "));
            json!({ "level": "note", "message": { "text": text } })
        })
        .collect();
    log(&rules, &json!({ "executionSuccessful": true, "toolExecutionNotifications": notes }), &results)
}

/// That the team file itself cannot be read: a log without results, whose tool did not come to an end.
pub(super) fn sarif_problems(problems: &[Problem]) -> Value {
    let note = |one: &Problem| {
        let region = json!({ "startLine": one.line, "startColumn": one.column });
        let physical = json!({ "artifactLocation": { "uri": uri(&one.file) }, "region": region });
        let location = json!({ "physicalLocation": physical });
        json!({ "level": "error", "message": { "text": one.to_string() }, "locations": [location] })
    };
    let notes: Vec<Value> = problems.iter().map(note).collect();
    log(&[], &json!({ "executionSuccessful": false, "toolConfigurationNotifications": notes }), &[])
}

fn log(rules: &[Value], invocation: &Value, results: &[Value]) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "dogwatch", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
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
        let mut physical = json!({ "artifactLocation": { "uri": uri(&from_top(file.as_str(), prefix)) } });
        physical["region"] = json!({ "startLine": one.line.unwrap_or(1) });
        if let Some(column) = one.column {
            physical["region"]["startColumn"] = json!(column);
        }
        result["locations"] = json!([{ "physicalLocation": physical }]);
    }
    if let Some(until) = one.waived_until {
        let justification = format!("waived in the team file until {until}");
        result["suppressions"] = json!([{ "kind": "external", "justification": justification }]);
    }
    result
}

fn uri(path: &str) -> String {
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

/// A part of a path as a URI has it (RFC 3986, section 2.1).
fn encoded(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    part.bytes().map(one).collect()
}

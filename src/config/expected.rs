//! What people have said of eval findings: changes that were meant, known
//! flakes, baselines that were chosen. It stands in a file of its own beside
//! the team file, so that a program may add to it and people review it.

use chrono::NaiveDate;

use super::house::Expected;

/// Where the file lies, seen from the team file's folder.
pub const EXPECTED_FILE: &str = ".dogwatch/expected.toml";

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpectedFile {
    /// `[[expected]]`: changes that were meant.
    pub expected: Vec<Expected>,
    /// `[[quarantined]]`: known flakes.
    pub quarantined: Vec<Quarantined>,
    /// `[[pinned]]`: the run that a suite is held against, whatever came after it.
    pub pinned: Vec<Chosen>,
    /// `[[accepted]]`: runs that are the new normal, whatever they show.
    pub accepted: Vec<Chosen>,
}

/// Cases of a suite that are known to flake: they run, show and count, but open nothing alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The suite.
    pub suite: String,
    /// Globs of cases.
    pub cases: Vec<String>,
    /// For people to read.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// The last day on which it holds.
    pub until: NaiveDate,
    /// The incident of which it was said; absent: none.
    pub incident: Option<String>,
}

/// A run that somebody chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The suite.
    pub suite: String,
    /// The tool's own name of the run, or the first digits of our key.
    pub run: String,
    /// For people to read.
    pub reason: String,
    /// Who says so.
    pub author: String,
}

/// One thing that can be said in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A change that was meant.
    Expected(Expected),
    /// A known flake.
    Quarantined(Quarantined),
    /// A baseline.
    Pinned(Chosen),
    /// A new normal.
    Accepted(Chosen),
}

impl Entry {
    /// As it is written at the end of the file.
    pub fn block(&self) -> String {
        let (table, lines) = match self {
            Self::Expected(one) => {
                let Expected { suite, cases, from, reason, author, until, incident } = one;
                ("expected", lines((suite, cases), Some(from), (reason, author, *until), incident.as_deref()))
            }
            Self::Quarantined(one) => {
                let Quarantined { suite, cases, reason, author, until, incident } = one;
                ("quarantined", lines((suite, cases), None, (reason, author, *until), incident.as_deref()))
            }
            Self::Pinned(one) => ("pinned", chosen(one)),
            Self::Accepted(one) => ("accepted", chosen(one)),
        };
        let lines = lines.into_iter().map(|(key, value)| format!("{key} = {value}\n"));
        format!("[[{table}]]\n{}", lines.collect::<String>())
    }

    /// The file with this at its end; as it is, if it says so already.
    pub fn added_to(&self, text: &str) -> String {
        let end = line_end(text);
        let block = self.block().replace('\n', end);
        if text.contains(&block) {
            return text.to_owned();
        }
        let text = text.trim_end();
        if text.is_empty() { format!("{HEAD}\n{block}") } else { format!("{text}{end}{end}{block}") }
    }
}

/// How the lines of a file end.
fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The file without its last table that was said of this incident, and with all else as it stands; none if there is
/// no such table.
pub fn without(text: &str, incident: &str) -> Option<String> {
    let said = format!("incident = {}", quoted(incident));
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = lines.iter().rposition(|line| line.trim() == said)?;
    let begins = lines.get(..at)?.iter().rposition(begins_table)?;
    cut(text, &lines, begins).map(|(rest, _)| rest)
}

/// The file without its last table that was said of this suite and of no incident, and that table; none if there is
/// no such table.
pub fn without_word(text: &str, suite: &str) -> Option<(String, String)> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let begins = lines.iter().enumerate().rev().filter(|(_, line)| begins_table(line)).map(|(at, _)| at);
    let mut tables = begins.filter_map(|begins| cut(text, &lines, begins));
    tables.find(|(_, table)| {
        let parsed: Option<toml::Table> = table.parse().ok();
        let one = parsed.as_ref().and_then(|table| table.values().next()?.as_array()?.first()?.as_table());
        one.is_some_and(|one| {
            one.get("suite").and_then(toml::Value::as_str) == Some(suite) && !one.contains_key("incident")
        })
    })
}

fn begins_table(line: &&str) -> bool {
    line.trim_start().starts_with("[[")
}

/// The file without the table that begins on this line, and that table.
fn cut(text: &str, lines: &[&str], begins: usize) -> Option<(String, String)> {
    let next = lines.iter().skip(begins + 1).position(|line| line.trim_start().starts_with('['));
    let mut ends = next.map_or(lines.len(), |next| begins + 1 + next);
    // What stands above the next table belongs to it.
    let stands_above = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
    while next.is_some() && ends > begins + 1 && lines.get(ends - 1).is_some_and(stands_above) {
        ends -= 1;
    }
    let (before, table, after) = (lines.get(..begins)?, lines.get(begins..ends)?.concat(), lines.get(ends..)?.concat());
    Some((format!("{}{}{after}", before.concat().trim_end(), line_end(text)), table))
}

/// How the file begins.
const HEAD: &str =
    "# What was said of eval findings: `dogwatch evals expect` adds to it. Commit it, so that it is reviewed.
# An entry may be changed or taken out by hand; nothing here outlives its `until`.
";

type Line = (&'static str, String);

fn lines(
    (suite, cases): (&str, &[String]),
    from: Option<&String>,
    (reason, author, until): (&str, &str, NaiveDate),
    incident: Option<&str>,
) -> Vec<Line> {
    let cases = cases.iter().map(|case| quoted(case)).collect::<Vec<_>>().join(", ");
    let mut lines = vec![("suite", quoted(suite)), ("cases", format!("[{cases}]"))];
    lines.extend(from.map(|from| ("from", quoted(from))));
    lines.extend([("reason", quoted(reason)), ("author", quoted(author)), ("until", quoted(&until.to_string()))]);
    lines.extend(incident.map(|incident| ("incident", quoted(incident))));
    lines
}

fn chosen(one: &Chosen) -> Vec<Line> {
    vec![
        ("suite", quoted(&one.suite)),
        ("run", quoted(&one.run)),
        ("reason", quoted(&one.reason)),
        ("author", quoted(&one.author)),
    ]
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

//! Whether CODEOWNERS says of each file what the areas say, and whether each
//! of its lines counts for something.
//!
//! The last pattern that matches wins in both. A line without an owner clears
//! ownership; `!`, `[ ]` and `\#` mean nothing there, and such a line is
//! passed over, as GitHub does.

use std::collections::{BTreeMap, BTreeSet};

use super::areas::{is_catch_all, telling};
use super::{Found, Ground, Level, Looked};
use crate::config::TeamFile;
use crate::domain::runbook::owned;
use crate::domain::text::Clean;

/// So many files are named in one finding.
const NAMED: usize = 3;

/// The file that says whose a path is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codeowners {
    /// As it is named from the team file.
    pub path: String,
    /// The folder of the team file as it is named from the top, ending in `/`; empty at the top.
    pub prefix: String,
    /// Its lines that say something, in order.
    pub lines: Vec<Line>,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub line: usize,
    /// What it is about.
    pub pattern: String,
    /// Whom it names, as written: `@ana`, `@team/group`, an address.
    pub owners: Vec<String>,
    /// It stands in a block that `publish --codeowners` writes: it is mended by writing it again.
    pub ours: bool,
}

/// What the first and the last line of such a block begin with.
const BLOCK: &str = "# dogwatch:codeowners/";

impl Codeowners {
    /// Reads a file; any text is one.
    pub fn read((path, prefix): (&str, &str), text: &str) -> Self {
        let mut ours = false;
        let line = |(at, text): (usize, &str)| {
            if let Some(marker) = text.trim_start_matches('\u{feff}').strip_prefix(BLOCK) {
                ours = marker.contains(" begins");
            }
            let (pattern, owners) = owned::line(text)?;
            Some(Line { line: at + 1, pattern, owners, ours })
        };
        Self {
            path: path.to_owned(),
            prefix: prefix.to_owned(),
            lines: text.lines().enumerate().filter_map(line).collect(),
        }
    }
}

impl Codeowners {
    /// Whether a line means this file, which is named from the team file.
    fn means(&self, line: &Line, file: &str) -> bool {
        if self.prefix.is_empty() {
            owned::matches(&line.pattern, file)
        } else {
            owned::matches(&line.pattern, &format!("{}{file}", self.prefix))
        }
    }
}

/// Whether GitHub passes the line over.
fn is_invalid(line: &Line) -> bool {
    line.pattern.starts_with('!') || line.pattern.contains(['[', ']']) || line.pattern.starts_with("\\#")
}

pub(super) fn drift(ground: &Ground<'_>) -> Looked {
    let owners = match &ground.seen.codeowners {
        Ok(Some(owners)) => owners,
        Ok(None) => return Looked::default(),
        Err(why) => return Looked { found: Vec::new(), unseen: vec![why.to_string()] },
    };
    Looked::at(&ground.seen.files, |files| {
        let mut found = of_lines(ground.team(), owners, files);
        found.extend(of_files(ground.team(), owners, files));
        found
    })
}

fn subject(line: &Line) -> String {
    format!("codeowners:{}", line.pattern)
}

/// Lines that count for nothing, or name nobody who is known.
fn of_lines(team: &TeamFile, owners: &Codeowners, files: &[String]) -> Vec<Found> {
    let valid: Vec<&Line> = owners.lines.iter().filter(|line| !is_invalid(line)).collect();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut matched: BTreeSet<usize> = BTreeSet::new();
    for file in files {
        let mut fitting = valid.iter().enumerate().filter(|(_, line)| owners.means(line, file));
        let mut last = None;
        for (at, _) in fitting.by_ref() {
            matched.insert(at);
            last = Some(at);
        }
        taken.extend(last);
    }
    let mut found = Vec::new();
    let mut say = |level, line: &Line, message: String, fix: &str| {
        found.push(Found::new(level, subject(line), message, fix).at(&owners.path, line.line));
    };
    let elsewhere = |line: &Line| !owners.prefix.is_empty() && !files.iter().any(|file| owners.means(line, file));
    for line in owners.lines.iter().filter(|line| is_invalid(line) && owners.prefix.is_empty()) {
        let message = format!("line {}: `{}` means nothing in CODEOWNERS, and is passed over", line.line, line.pattern);
        say(Level::Warning, line, message, "write patterns without `!`, `[ ]` and `\\#`");
    }
    // What the block says is the areas' own business, and a first line for all that is left is meant to be covered.
    let ours_from = valid.iter().position(|line| line.ours);
    for (at, line) in valid.iter().enumerate().filter(|(_, line)| !line.ours && !elsewhere(line)) {
        let is_left_over = is_catch_all(&line.pattern);
        if matched.contains(&at) && !taken.contains(&at) && !is_left_over {
            let message = format!("line {}: all that `{}` matches is taken by later lines", line.line, line.pattern);
            let before_ours = ours_from.is_some_and(|ours| at < ours);
            let fix = if before_ours {
                "take the line out: the block that dogwatch writes says it"
            } else {
                "take the line out, or move it down"
            };
            say(Level::Warning, line, message, fix);
        } else if line.owners.is_empty() && taken.contains(&at) {
            let message = format!("line {}: `{}` has no owner, which clears ownership", line.line, line.pattern);
            say(Level::Warning, line, message, "name an owner, or take the line out");
        }
        for owner in &line.owners {
            let Some(login) = owner.strip_prefix('@') else { continue };
            if login.contains('/') {
                let message =
                    format!("line {}: {owner} is a team of GitHub's, whose people are not known here", line.line);
                say(Level::Info, line, message, "nothing, or name people");
            } else if team.person_of_login(login).is_none() {
                let message = format!("line {}: {owner} is nobody of [[people]]", line.line);
                say(Level::Warning, line, message, "add `github` to a person, or correct the line");
            }
        }
    }
    super::joined(found)
}

/// Files of which the two name different people; one finding for each line and area.
fn of_files(team: &TeamFile, owners: &Codeowners, files: &[String]) -> Vec<Found> {
    let areas = telling(&team.areas);
    let valid: Vec<&Line> =
        owners.lines.iter().filter(|line| !is_invalid(line) && !is_catch_all(&line.pattern)).collect();
    let mut apart: BTreeMap<(usize, &str), Vec<&str>> = BTreeMap::new();
    for file in files {
        let Some(line) = valid.iter().rposition(|line| owners.means(line, file)) else { continue };
        let Some(area) = owned::area_of(&areas, file) else { continue };
        let people: BTreeSet<&str> = valid[line]
            .owners
            .iter()
            .filter_map(|owner| team.person_of_login(owner.strip_prefix('@')?))
            .map(|person| person.id.as_str())
            .collect();
        let own = [&area.owner, &area.backup];
        let agree = people.is_empty() || own.into_iter().flatten().any(|person| people.contains(person.as_str()));
        if !agree {
            let id = team.areas.iter().find(|known| known.id == area.id).map_or("", |known| known.id.as_str());
            apart.entry((line, id)).or_default().push(file);
        }
    }
    let of = |((line, area), own): ((usize, &str), Vec<&str>)| {
        let line = valid[line];
        let whose =
            team.areas.iter().find(|one| one.id == area).and_then(|one| one.owner.as_deref()).unwrap_or("nobody");
        let named = own.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let message = format!(
            "line {}: `{}` is {}'s, and {} of its files are {whose}'s by the area {area}: {named}",
            line.line,
            line.pattern,
            line.owners.join(" and "),
            own.len()
        );
        let fix = format!("let both name the same: `dogwatch publish --codeowners`, or the area {area}");
        Found::new(Level::Warning, subject(line), Clean::line(&message).to_string(), fix).at(&owners.path, line.line)
    };
    super::joined(apart.into_iter().map(of).collect())
}

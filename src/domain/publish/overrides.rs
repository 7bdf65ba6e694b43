//! Which lines of CODEOWNERS and ours speak of the same files. The last one
//! that matches wins, so ours take from those before them, and give to those
//! after them.

use super::block::{Mark, Torn, is_deeper, place};
use crate::domain::runbook::owned::{line, matches};

/// A line that people wrote and that speaks of files of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// From 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
    /// The first of our patterns that it shares files with.
    pub ours: String,
}

/// The lines that share files with ours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rivals {
    /// Those of GitHub teams for the same pattern, which ours override.
    pub before: Vec<Rival>,
    /// Those that override ours.
    pub after: Vec<Rival>,
}

/// What of a text stands before and after our lines, which are those of this folder, and shares files with them. Where
/// our lines are not there yet they come at the end. `files` are those of the repository, from its top, as far as they
/// are known.
///
/// # Errors
///
/// [`Torn`] when the markers of the text do not match.
pub fn rivals((text, folder): (&str, &str), ours: &[String], files: &[String]) -> Result<Rivals, Torn> {
    let (from, to) = place(text, folder)?.unwrap_or((text.len(), text.len()));
    let patterns: Vec<String> = ours.iter().filter_map(|text| line(text)).map(|(pattern, _)| pattern).collect();
    let mut rivals = Rivals::default();
    let mut at = 0;
    let mut within = None;
    for (nth, text) in text.split_inclusive('\n').enumerate() {
        let begins = at;
        at += text.len();
        match Mark::read(text.trim()) {
            Some(Mark::Begins(whose)) => within = Some(whose),
            Some(Mark::Ends(_)) => within = None,
            None => {}
        }
        // What lies in a deeper folder with a team file of its own is that team's to say.
        if within.is_some_and(|whose| is_deeper(whose, folder)) {
            continue;
        }
        let Some((pattern, owners)) = line(text.trim_start_matches('\u{feff}')) else { continue };
        let rival = |own: &String| Rival { line: nth + 1, text: text.trim().to_owned(), ours: own.clone() };
        if begins < from {
            let is_team = owners.iter().any(|owner| owner.starts_with('@') && owner.contains('/'));
            let same = patterns.iter().find(|own| is_team && bare(own) == bare(&pattern));
            rivals.before.extend(same.map(rival));
        } else if begins >= to {
            rivals.after.extend(patterns.iter().find(|own| share(own, &pattern, files)).map(rival));
        }
    }
    Ok(rivals)
}

/// A pattern without what is only another way to write it.
fn bare(pattern: &str) -> &str {
    let body = pattern.trim_end_matches('/');
    body.strip_suffix("/**").unwrap_or(body).trim_start_matches('/')
}

/// Whether a file is meant by both, one of these or one that may come, as each of them names it.
fn share(one: &str, other: &str, files: &[String]) -> bool {
    let both = |path: &String| matches(one, path) && matches(other, path);
    bare(one) == bare(other) || [sample(one), sample(other)].iter().chain(files).any(both)
}

/// A path that the pattern matches.
fn sample(pattern: &str) -> String {
    let name = |part: &str| part.replace("**", "x").replace(['*', '?'], "x").replace('\\', "");
    let parts: Vec<String> = pattern.split('/').filter(|part| !part.is_empty()).map(name).collect();
    let inside = if pattern.ends_with('/') { "/x" } else { "" };
    format!("{}{inside}", parts.join("/"))
}

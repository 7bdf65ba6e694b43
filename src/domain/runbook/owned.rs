//! Whose a path is, as a CODEOWNERS file would say it.
//!
//! The rules are GitHub's: those of `.gitignore` without `!` and `[ ]`, with
//! letters told apart by case, and the last pattern that matches wins.

use crate::config::Area;

/// Where a repository's own file of this sort lies: the first of these that is there.
pub const FILES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// What a line of such a file says: a pattern, and whom it names, as written; none of a blank line or a comment.
pub fn line(text: &str) -> Option<(String, Vec<String>)> {
    let mut words = words(text).into_iter();
    let pattern = words.next().filter(|pattern| !pattern.starts_with('#'))?;
    Some((pattern, words.take_while(|word| !word.starts_with('#')).collect()))
}

/// The words of a line; a blank after `\` belongs to its word, as in a path with blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, words.last_mut()) {
            ('\\', Some(word)) => {
                word.push(c);
                word.extend(chars.next());
            }
            (c, _) if c.is_whitespace() => words.push(String::new()),
            (c, Some(word)) => word.push(c),
            (_, None) => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The last area one of whose patterns matches this path; none if there is none. The path is relative to the team
/// file, with `/`.
pub fn area_of<'a>(areas: &'a [Area], path: &str) -> Option<&'a Area> {
    areas.iter().rev().find(|area| area.paths.iter().any(|pattern| matches(pattern, path)))
}

/// Whether a pattern of CODEOWNERS means this file, itself or through a folder above it.
///
/// ```
/// use dogwatch::domain::runbook::owned::matches;
///
/// assert!(matches("docs/", "a/docs/b/c.md"));
/// assert!(matches("docs/*", "docs/a.md") && !matches("docs/*", "docs/a/b.md"));
/// assert!(!matches("/docs", "a/docs/b.md"));
/// ```
pub fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim();
    let (body, whole_folders) = match pattern.strip_suffix('/') {
        Some(body) => (body, true),
        None => (pattern, false),
    };
    // A slash within the pattern ties it to the top.
    let anchored = body.contains('/');
    let mut wanted: Vec<&str> = body.split('/').filter(|part| !part.is_empty()).collect();
    if wanted.is_empty() {
        return !pattern.is_empty() && pattern != "/";
    }
    if !anchored {
        wanted.insert(0, "**");
    }
    if wanted.last() == Some(&"**") {
        wanted.push("*");
    }
    // `docs/*` is what lies right there; `docs` and `docs/**` is all below.
    let last_is_star = wanted.last() == Some(&"*") && anchored && !body.ends_with("**");
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let longest = path.len() - usize::from(whole_folders && !path.is_empty());
    let shortest = if last_is_star && !whole_folders { path.len() } else { 1 };
    (shortest..=longest).any(|end| fits(&wanted, &path[..end]))
}

/// Whether all parts fit, `**` standing for any number of folders. Of several it is enough to try the last one again.
fn fits(wanted: &[&str], path: &[&str]) -> bool {
    let (mut at, mut of, mut again) = (0, 0, None);
    while of < path.len() {
        match wanted.get(at) {
            Some(&"**") => {
                again = Some((at, of));
                at += 1;
            }
            Some(part) if fits_part(part.as_bytes(), path[of].as_bytes()) => {
                at += 1;
                of += 1;
            }
            Some(_) | None => {
                let Some((stars, taken)) = again else { return false };
                again = Some((stars, taken + 1));
                at = stars + 1;
                of = taken + 1;
            }
        }
    }
    wanted[at..].iter().all(|part| *part == "**")
}

/// Whether a name fits one part of a pattern: `*` stands for any letters, `?` for one, and `\` takes the next as it is.
fn fits_part(wanted: &[u8], name: &[u8]) -> bool {
    let (mut at, mut of, mut again) = (0, 0, None);
    while of < name.len() {
        let (literal, width) = match wanted.get(at) {
            Some(b'\\') => (wanted.get(at + 1), 2),
            other => (other, 1),
        };
        match wanted.get(at) {
            Some(b'*') => {
                again = Some((at, of));
                at += 1;
            }
            Some(b'?') => {
                at += 1;
                of += 1 + name[of + 1..].iter().take_while(|byte| **byte & 0xC0 == 0x80).count();
            }
            _ if literal == Some(&name[of]) => {
                at += width;
                of += 1;
            }
            _ => {
                let Some((star, taken)) = again else { return false };
                again = Some((star, taken + 1));
                at = star + 1;
                of = taken + 1;
            }
        }
    }
    wanted[at..].iter().all(|byte| *byte == b'*')
}

//! The way from the page to a runbook, as a relative link.
//!
//! Whether the file is there is not looked at: that would not depend on the
//! team file alone, and `dogwatch check` says it.

use super::Ground;
use super::paper::Line;
use crate::config::leads_out;

/// The page that a target names (`file#heading`), as a link; as a name where it cannot be known from the team file
/// alone where it lies.
pub(super) fn link(ground: &Ground<'_>, target: &str) -> Line {
    match file(ground, target) {
        Some(path) => {
            let anchor = split(target).1.map(|anchor| format!("#{}", encoded(anchor))).unwrap_or_default();
            Line::link(target, format!("{}{anchor}", encoded(&format!("{}{path}", ground.way))))
        }
        None => Line::name(target),
    }
}

/// A page without its heading: as it is told, and where it leads.
pub(super) fn whole(ground: &Ground<'_>, target: &str) -> (String, Line) {
    let (name, _) = split(target);
    let name = file(ground, target).unwrap_or_else(|| name.to_owned());
    (
        name.clone(),
        match file(ground, target) {
            Some(path) => Line::link(&path, encoded(&format!("{}{path}", ground.way))),
            None => Line::name(name),
        },
    )
}

/// A folder as a link; as a name where it leads out of the repository.
pub(super) fn folder(ground: &Ground<'_>, path: &str) -> Line {
    let below = plain(path).filter(|_| !leads_out(path));
    let below = below.filter(|below| !below.is_empty() || !ground.way.is_empty());
    below.map_or_else(|| Line::name(path), |below| Line::link(path, encoded(&format!("{}{below}", ground.way))))
}

fn split(target: &str) -> (&str, Option<&str>) {
    match target.split_once('#') {
        Some((file, anchor)) => (file.trim(), Some(anchor.trim()).filter(|anchor| !anchor.is_empty())),
        None => (target.trim(), None),
    }
}

/// Where a target lies, from the team file on. Of several folders nobody can say which holds it, unless it names one.
fn file(ground: &Ground<'_>, target: &str) -> Option<String> {
    let (file, _) = split(target);
    // What stands in braces is filled in for each incident.
    if leads_out(file) || target.contains(['{', '}']) {
        return None;
    }
    let file = plain(file).filter(|file| !file.is_empty())?;
    let dirs = ground.team.runbooks.dirs.iter().filter(|dir| !leads_out(dir)).filter_map(|dir| plain(dir));
    let dirs: Vec<String> = dirs.collect();
    let is_below = |dir: &String| {
        let rest = file.strip_prefix(dir.as_str()).and_then(|rest| rest.strip_prefix('/'));
        dir.is_empty() || rest.is_some()
    };
    if dirs.iter().any(is_below) {
        return Some(file);
    }
    match (dirs.as_slice(), ground.team.runbooks.dirs.len()) {
        ([dir], 1) => Some(format!("{dir}/{file}")),
        (_, _) => None,
    }
}

/// A path without `./` and doubled strokes.
fn plain(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (!path.contains('\\')).then(|| parts.join("/"))
}

/// As a link takes it: nothing in it can end the link or name a scheme.
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&crate::domain::hash::hex(&[byte]).to_uppercase());
        }
    }
    out
}

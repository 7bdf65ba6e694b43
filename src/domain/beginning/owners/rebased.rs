//! A pattern of CODEOWNERS, which begins at the top of the repository, as it
//! reads from a folder below.

use crate::domain::runbook::owned::matches;

/// What a pattern means below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rebased {
    /// Nothing.
    Elsewhere,
    /// All of it.
    Whole,
    /// What these mean there; never empty.
    Here(Vec<String>),
}

/// The pattern as it reads from a folder, which is named by the way to it; empty at the top.
pub(super) fn rebased(pattern: &str, folder: &str) -> Rebased {
    let above: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    if above.is_empty() {
        return Rebased::Here(vec![pattern.to_owned()]);
    }
    let (body, end) = pattern.strip_suffix('/').map_or((pattern, ""), |body| (body, "/"));
    if !body.contains('/') {
        // Without a slash within it means names at any depth, also those of the folders above.
        let is_above = above.iter().any(|name| matches(body, name));
        return if is_above { Rebased::Whole } else { Rebased::Here(vec![pattern.to_owned()]) };
    }
    let mut parts: Vec<&str> = body.split('/').filter(|part| !part.is_empty()).collect();
    // So that no pattern has more than a few ways to be followed.
    parts.dedup_by(|one, other| one == other && *one == "**");
    let mut left = Vec::new();
    if follow((&parts, end), &above, &mut left) {
        return Rebased::Whole;
    }
    let here: Vec<String> = left.iter().map(|parts| format!("/{}{end}", parts.join("/"))).collect();
    if here.is_empty() { Rebased::Elsewhere } else { Rebased::Here(here) }
}

/// Whether the parts mean the folder itself or one above it; what else is left of them below it is added.
fn follow<'a>((parts, end): (&[&'a str], &str), above: &[&str], left: &mut Vec<Vec<&'a str>>) -> bool {
    let Some((name, deeper)) = above.split_first() else {
        if parts.is_empty() || parts == ["**"] {
            return true;
        }
        left.push(parts.to_vec());
        return false;
    };
    match parts.split_first() {
        None | Some((&"**", [])) => true,
        Some((&"**", rest)) => {
            let none = follow((rest, end), above, left);
            follow((parts, end), deeper, left) || none
        }
        // `folder/*` is what lies right there, and no folder's inside.
        Some((&"*", [])) if end.is_empty() => false,
        Some((part, rest)) => matches(part, name) && follow((rest, end), deeper, left),
    }
}

//! Whether a server's version moved as far as its tools did.

use super::Bump;
use crate::domain::text::Clean;

/// A version that moved less than what changed asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionGap {
    /// The version before.
    pub old: Clean,
    /// The version now.
    pub new: Clean,
    /// How far it moved, a minor step of 0.x counted as major.
    pub moved: Bump,
    /// How far it should have.
    pub wanted: Bump,
}

/// The gap between what changed and what the version says; none if the
/// version moved far enough. Of versions that are not semantic only "the same
/// as before" says anything.
pub fn version_gap(old: &str, new: &str, wanted: Bump) -> Option<VersionGap> {
    let moved = match (numbers(old), numbers(new)) {
        (Some(old), Some(new)) => moved(old, new),
        (None, _) | (_, None) => Bump::Major,
    };
    let moved = if old == new { Bump::None } else { moved };
    (moved < wanted).then(|| VersionGap { old: Clean::line(old), new: Clean::line(new), moved, wanted })
}

fn moved(old: [u64; 3], new: [u64; 3]) -> Bump {
    match (old, new) {
        ([old, ..], [new, ..]) if old != new => Bump::Major,
        // Before 1.0 a minor step may break.
        ([0, old, _], [_, new, _]) if old != new => Bump::Major,
        ([_, old, _], [_, new, _]) if old != new => Bump::Minor,
        // Another patch, pre-release or build.
        ([..], [..]) => Bump::Patch,
    }
}

/// Major, minor and patch; none if the version is not semantic.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let core = version.split(['-', '+']).next()?;
    let numbers: Vec<u64> = core.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

//! The runbooks that come with dogwatch: what a team begins with, to be made
//! its own. The demo uses them as they are.

/// A page that comes with dogwatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Starter {
    /// What its file is called.
    pub file: &'static str,
    /// The whole page.
    pub text: &'static str,
}

macro_rules! starters {
    ($($file:literal)*) => {
        /// Every page, in the order in which a team needs them.
        pub(super) const STARTERS: &[Starter] =
            &[$(Starter { file: $file, text: include_str!(concat!("starters/", $file)) }),*];
    };
}

starters! {
    "mcp-tool-failing.md"
    "tool-schema-drift.md"
    "eval-regression-triage.md"
    "rotate-cached-profiles.md"
    "deploy-mcp-tool.md"
    "deprecate-mcp-tool.md"
    "release-prompt.md"
    "release-tool-schemas.md"
    "on-call-handoff.md"
}

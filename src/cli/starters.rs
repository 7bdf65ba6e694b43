//! The runbooks that come with dogwatch: what a team begins with, to be made
//! its own. The demo uses them as they are.

use crate::domain::beginning::About;

/// A page that comes with dogwatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Starter {
    /// What its file is called.
    pub file: &'static str,
    /// The whole page.
    pub text: &'static str,
    /// What has to be there for it to be of use.
    pub about: About,
}

macro_rules! starters {
    ($($file:literal $about:ident)*) => {
        /// Every page, in the order in which a team needs them.
        pub(super) const STARTERS: &[Starter] =
            &[$(Starter {
                file: $file,
                text: include_str!(concat!("starters/", $file)),
                about: About::$about,
            }),*];
    };
}

starters! {
    "mcp-tool-failing.md" Tools
    "tool-schema-drift.md" Tools
    "eval-regression-triage.md" Answers
    "rotate-cached-profiles.md" Tools
    "deploy-mcp-tool.md" Tools
    "deprecate-mcp-tool.md" Tools
    "release-prompt.md" Prompts
    "release-tool-schemas.md" Tools
    "on-call-handoff.md" Anything
}

//! Which authors are programs: by a mark of it in their name or address, by a
//! name that is known, or by an address that is a task and no person.

use crate::domain::beginning::Authored;

/// Programs that commit under a name without a mark of it.
const PROGRAMS: &[&str] = &[
    "allcontributors",
    "claude",
    "codecov",
    "copilot",
    "cursor agent",
    "dependabot",
    "dependabot preview",
    "github",
    "github action",
    "github actions",
    "gitlab ci",
    "greenkeeper",
    "imgbot",
    "jenkins",
    "mergify",
    "pre-commit-ci",
    "renovate",
    "snyk",
    "travis ci",
    "web-flow",
];
/// Mailboxes that are tasks.
const TASKS: &[&str] = &["ci", "build", "deploy", "jenkins", "automation", "noreply", "no-reply"];

/// Whether a program has committed this.
pub(super) fn is_program(commit: &Authored) -> bool {
    let (name, address) = (commit.name.trim().to_lowercase(), commit.address.trim().to_lowercase());
    let local = address.split('@').next().unwrap_or_default();
    let marked =
        |text: &str| text == "bot" || ["[bot]", "-bot", " bot", "_bot"].iter().any(|mark| text.ends_with(mark));
    // `1234+login` of GitHub, and `deploy+production` of others.
    let (task, login) = (local.split('+').next().unwrap_or(local), local.rsplit('+').next().unwrap_or(local));
    let is_task = [task, login].iter().any(|word| TASKS.contains(word));
    let last = name.split_whitespace().next_back();
    marked(&name) || marked(login) || is_task || last == Some("ci") || PROGRAMS.contains(&name.as_str())
}

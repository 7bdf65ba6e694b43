//! Sources, tracker and house rules of the team file as they are spelt.

use std::ops::Range;

use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::json;

use crate::config::text::{Day, Id, Pairs, Passing, Placed, RepoName, Text, Variable, When, WordOr};

/// Where runbooks are and how they are read.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawRunbooks {
    /// Folders; default docs/runbooks.
    #[schemars(extend("examples" = [["docs/runbooks"]]))]
    pub(in crate::config) dirs: Option<Vec<Text>>,
    /// Globs of file names; default *.md and *.md.erb.
    #[schemars(extend("examples" = [["*.md"]]))]
    pub(in crate::config) files: Option<Vec<Text>>,
    /// Stale when neither worked nor edited for so long; default 180d.
    #[schemars(with = "Option<Passing>")]
    pub(in crate::config) stale_after: Option<Text>,
    /// Our word on the left, the front-matter key of your files on the right.
    #[serde(default)]
    pub(in crate::config) keys: RawFrontMatter,
}

/// What our words are called in your front matter.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawFrontMatter {
    /// Default title.
    pub(in crate::config) title: Option<Text>,
    /// Default owner.
    pub(in crate::config) owner: Option<Text>,
    /// Default alerts.
    pub(in crate::config) alerts: Option<Text>,
    /// Default symptoms.
    pub(in crate::config) symptoms: Option<Text>,
    /// Default `last_reviewed_on`.
    pub(in crate::config) reviewed: Option<Text>,
}

/// Something that is polled.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(transform = by_kind)]
pub(in crate::config) struct RawSource {
    /// The short name; default the kind.
    #[schemars(with = "Option<Id>", extend("examples" = ["github"]))]
    pub(in crate::config) id: Option<Text>,
    /// What it is.
    pub(in crate::config) kind: Placed<RawSourceKind>,
    /// github: OWNER/NAME.
    #[schemars(with = "Option<RepoName>")]
    pub(in crate::config) repo: Option<Text>,
    /// github: the base of the API; default <https://api.github.com>.
    #[schemars(extend("examples" = ["https://github.example.com/api/v3"]))]
    pub(in crate::config) api: Option<Text>,
    /// github: only issues with one of these; absent: all.
    #[schemars(extend("examples" = [["triage"]]))]
    pub(in crate::config) labels: Option<Placed<Vec<Text>>>,
    /// The name of the variable that holds a token, never the token.
    #[schemars(with = "Option<Variable>")]
    pub(in crate::config) token_env: Option<Text>,
    /// github, mcp: further roots to trust, as a PEM file.
    #[schemars(extend("examples" = ["certs/our-ca.pem"]))]
    pub(in crate::config) ca_file: Option<Text>,
    /// How often to look.
    #[schemars(with = "Option<Passing>", extend("examples" = ["5m"]))]
    pub(in crate::config) every: Option<Text>,
    /// evals: globs; what is no result is skipped with a reason.
    #[schemars(extend("examples" = [["evals/out/**"]]))]
    pub(in crate::config) paths: Option<Placed<Vec<Text>>>,
    /// evals: results among the artifacts of GitHub Actions.
    pub(in crate::config) artifacts: Option<Placed<RawArtifacts>>,
    /// evals: a primary score from here on counts as passed; default 1.0.
    pub(in crate::config) pass_at: Option<Placed<f64>>,
    /// evals: the least drop of a suite, in points; default 2.0.
    pub(in crate::config) floor: Option<Placed<f64>>,
    /// evals: globs of the cases that must pass.
    #[schemars(extend("examples" = [["sql-*"]]))]
    pub(in crate::config) must_pass: Option<Placed<Vec<Text>>>,
    /// mcp: the address of the server.
    #[schemars(extend("examples" = ["http://127.0.0.1:8811/mcp"]))]
    pub(in crate::config) url: Option<Text>,
    /// mcp: a server on stdio, as program and arguments.
    #[schemars(extend("examples" = [["uvx", "our-mcp-server"]]))]
    pub(in crate::config) command: Option<Placed<Vec<Text>>>,
    /// mcp: tools/list as last released.
    #[schemars(extend("examples" = ["schemas/tools/released.json"]))]
    pub(in crate::config) snapshot: Option<Text>,
    /// mcp: an address whose status and body tell about its health.
    pub(in crate::config) health_url: Option<Text>,
    /// mcp: answers that take longer, and twice as long as they used to, are too slow; default 2s.
    #[schemars(with = "Option<Passing>", extend("examples" = ["500ms"]))]
    pub(in crate::config) latency: Option<Text>,
    /// mcp: a call that shows that it works.
    pub(in crate::config) canary: Option<Placed<RawCanary>>,
}

/// The sorts of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::config) enum RawSourceKind {
    Github,
    Evals,
    Mcp,
}

impl RawSourceKind {
    pub(in crate::config) fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Evals => "evals",
            Self::Mcp => "mcp",
        }
    }
}

/// Which keys of a source belong to which kinds; the others belong to all.
pub(in crate::config) const SOURCE_KEYS: &[(&str, &[RawSourceKind])] = &[
    ("repo", &[RawSourceKind::Github]),
    ("api", &[RawSourceKind::Github]),
    ("labels", &[RawSourceKind::Github]),
    ("ca_file", &[RawSourceKind::Github, RawSourceKind::Mcp]),
    ("paths", &[RawSourceKind::Evals]),
    ("artifacts", &[RawSourceKind::Evals]),
    ("pass_at", &[RawSourceKind::Evals]),
    ("floor", &[RawSourceKind::Evals]),
    ("must_pass", &[RawSourceKind::Evals]),
    ("url", &[RawSourceKind::Mcp]),
    ("command", &[RawSourceKind::Mcp]),
    ("snapshot", &[RawSourceKind::Mcp]),
    ("health_url", &[RawSourceKind::Mcp]),
    ("latency", &[RawSourceKind::Mcp]),
    ("canary", &[RawSourceKind::Mcp]),
];

/// What each kind of source cannot do without: one of these keys.
const NEEDS: &[(RawSourceKind, &[&str])] = &[
    (RawSourceKind::Github, &["repo"]),
    (RawSourceKind::Evals, &["paths", "artifacts"]),
    (RawSourceKind::Mcp, &["url", "command"]),
];

/// Tells editors which keys each kind of source has and needs.
fn by_kind(schema: &mut Schema) {
    let rules: Vec<_> = NEEDS
        .iter()
        .map(|(kind, needs)| {
            let foreign = SOURCE_KEYS.iter().filter(|(_, kinds)| !kinds.contains(kind));
            let foreign: serde_json::Map<_, _> = foreign.map(|(key, _)| ((*key).to_owned(), json!(false))).collect();
            let needs: Vec<_> = needs.iter().map(|key| json!({ "required": [key] })).collect();
            json!({
                "if": { "properties": { "kind": { "const": kind.name() } }, "required": ["kind"] },
                "then": { "properties": foreign, "anyOf": needs },
            })
        })
        .collect();
    schema.insert("allOf".into(), rules.into());
}

/// Artifacts of GitHub Actions.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawArtifacts {
    /// OWNER/NAME.
    #[schemars(with = "RepoName")]
    pub(in crate::config) repo: Text,
    /// The name of the artifact.
    pub(in crate::config) name: Text,
}

/// A tool call that shows that a server works; read-only tools only.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawCanary {
    /// The name of the tool.
    pub(in crate::config) tool: Text,
    /// Its arguments; {{nonce}} defeats caches.
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub(in crate::config) args: Option<Placed<toml::Table>>,
    /// Text that the answer must hold.
    pub(in crate::config) expect: Option<Text>,
    /// Calls it even though it does not say that it only reads; default false.
    pub(in crate::config) allow_unsafe: Option<bool>,
}

/// Where decisions are recorded.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawTracker {
    /// Default github if there is a github source, else local.
    pub(in crate::config) kind: Option<Placed<RawTrackerKind>>,
    /// Where incidents of other sources are filed; default the first github source's.
    #[schemars(with = "Option<RepoName>")]
    pub(in crate::config) repo: Option<Text>,
    /// The labels that carry states.
    #[serde(default)]
    pub(in crate::config) labels: RawTrackerLabels,
    /// Between two writes; default 1.1s, lower only for a loopback host.
    #[schemars(with = "Option<Passing>", extend("examples" = ["1.1s"]))]
    pub(in crate::config) pace: Option<Text>,
    /// After an unknown outcome, before "it is not there" is believed; default 10s, likewise.
    #[schemars(with = "Option<Passing>", extend("examples" = ["10s"]))]
    pub(in crate::config) settle: Option<Text>,
}

/// The sorts of trackers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::config) enum RawTrackerKind {
    Github,
    Local,
}

/// The labels that carry states.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawTrackerLabels {
    /// On an acked incident; default ack.
    pub(in crate::config) ack: Option<Text>,
    /// On a snoozed incident; default snoozed.
    pub(in crate::config) snoozed: Option<Text>,
}

/// What is filed unattended.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawFiling {
    /// The ids of severities; default none.
    #[serde(default)]
    pub(in crate::config) severities: Vec<Text>,
    /// Beyond it, one incident for the storm; default 20.
    pub(in crate::config) max_per_hour: Option<Placed<i64>>,
}

/// A window in which sources are expected to fail.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawMaintenance {
    /// The ids of sources.
    #[schemars(extend("examples" = [["prod"]]))]
    pub(in crate::config) sources: Placed<Vec<Text>>,
    /// Included; local to the team's zone unless it has an offset.
    #[schemars(with = "When")]
    pub(in crate::config) from: Text,
    /// Excluded.
    #[schemars(with = "When")]
    pub(in crate::config) to: Text,
    /// For people to read.
    pub(in crate::config) why: Option<Text>,
}

/// An eval change that was meant.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawExpected {
    /// The suite.
    pub(in crate::config) suite: Text,
    /// Globs of cases; default all.
    pub(in crate::config) cases: Option<WordOr<Text>>,
    /// The commit or run from which it holds.
    #[schemars(extend("examples" = ["3b2aabc"]))]
    pub(in crate::config) from: Text,
    /// For people to read.
    pub(in crate::config) reason: Text,
    /// The id of the person who says so.
    pub(in crate::config) author: Text,
    /// The last day on which it holds.
    #[schemars(with = "Day")]
    pub(in crate::config) until: Text,
    /// The incident of which it was said; `dogwatch evals expect` writes it.
    pub(in crate::config) incident: Option<Text>,
}

/// From where on `check` speaks up.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawLimits {
    /// Default 2.
    pub(in crate::config) incidents_per_shift: Option<Placed<i64>>,
    /// Between 0 and 1; default 0.25.
    pub(in crate::config) oncall_share: Option<Placed<f64>>,
    /// Default 3.
    pub(in crate::config) areas_per_owner: Option<Placed<i64>>,
    /// How far ahead rotations and releases are looked at; default 42d.
    #[schemars(with = "Option<Passing>", extend("examples" = ["42d"]))]
    pub(in crate::config) horizon: Option<Text>,
    /// By severity: how long an open incident may lie.
    #[serde(default)]
    pub(in crate::config) untouched: Pairs<Text>,
}

/// How `check` judges.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawLint {
    /// Warnings of these rules count as errors.
    #[serde(default)]
    pub(in crate::config) deny: Vec<Text>,
    /// Patterns of files that may stay without an owner.
    #[serde(default)]
    pub(in crate::config) ignore_paths: Vec<Text>,
    /// Findings that are let pass for a while.
    #[serde(default)]
    pub(in crate::config) waivers: Vec<RawWaiver>,
}

/// A finding that is let pass until a day.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawWaiver {
    /// The name of the rule.
    pub(in crate::config) rule: Text,
    /// What the finding is about; may end in *.
    pub(in crate::config) subject: Text,
    /// For people to read.
    pub(in crate::config) why: Text,
    /// The last day on which it holds.
    #[schemars(with = "Day")]
    pub(in crate::config) until: Text,
}

impl RawSource {
    /// The keys that are given and belong to some kinds only, with their places.
    pub(in crate::config) fn given(&self) -> Vec<(&'static str, Range<usize>)> {
        let text = |text: &Option<Text>| text.as_ref().map(|one| one.at.clone());
        let list = |list: &Option<Placed<Vec<Text>>>| list.as_ref().map(|one| one.at.clone());
        let number = |number: &Option<Placed<f64>>| number.as_ref().map(|one| one.at.clone());
        [
            ("repo", text(&self.repo)),
            ("api", text(&self.api)),
            ("labels", list(&self.labels)),
            ("ca_file", text(&self.ca_file)),
            ("paths", list(&self.paths)),
            ("artifacts", self.artifacts.as_ref().map(|one| one.at.clone())),
            ("pass_at", number(&self.pass_at)),
            ("floor", number(&self.floor)),
            ("must_pass", list(&self.must_pass)),
            ("url", text(&self.url)),
            ("command", list(&self.command)),
            ("snapshot", text(&self.snapshot)),
            ("health_url", text(&self.health_url)),
            ("latency", text(&self.latency)),
            ("canary", self.canary.as_ref().map(|one| one.at.clone())),
        ]
        .into_iter()
        .filter_map(|(key, at)| Some((key, at?)))
        .collect()
    }
}

//! Where facts come from and where decisions go.

use chrono::TimeDelta;
use url::Url;

use super::values::Repo;

/// Something that is polled.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The short name, and the first part of the ids of its incidents.
    pub id: String,
    /// What it is.
    pub kind: SourceKind,
}

impl Source {
    /// What it is, if it is a GitHub repository.
    pub fn github(&self) -> Option<&GithubSource> {
        match &self.kind {
            SourceKind::Github(github) => Some(github),
            SourceKind::Evals(_) | SourceKind::Mcp(_) => None,
        }
    }
}

/// The sorts of sources and what each needs.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceKind {
    /// Issues of a repository.
    Github(GithubSource),
    /// Results of eval runs.
    Evals(EvalsSource),
    /// The health of an MCP server.
    Mcp(McpSource),
}

impl SourceKind {
    /// The word in the file.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Github(_) => "github",
            Self::Evals(_) => "evals",
            Self::Mcp(_) => "mcp",
        }
    }
}

/// Issues of one repository.
#[derive(Debug, Clone, PartialEq)]
pub struct GithubSource {
    /// Which repository.
    pub repo: Repo,
    /// The base of the API; plain http on a loopback host only.
    pub api: Url,
    /// The name of a variable that holds a token; never the token.
    pub token_env: Option<String>,
    /// Only issues with one of these; empty: all.
    pub labels: Vec<String>,
    /// Further roots to trust, as PEM; relative to the team file.
    pub ca_file: Option<String>,
    /// How often to look; absent: as the budget allows.
    pub every: Option<TimeDelta>,
}

/// Results of eval runs.
#[derive(Debug, Clone, PartialEq)]
pub struct EvalsSource {
    /// Globs relative to the team file.
    pub paths: Vec<String>,
    /// Artifacts of GitHub Actions that hold results.
    pub artifacts: Option<Artifacts>,
    /// A primary score from here on counts as passed.
    pub pass_at: f64,
    /// The least drop of a suite, in points, that is a regression.
    pub floor: f64,
    /// Globs of the cases that must pass.
    pub must_pass: Vec<String>,
    /// The name of a variable that holds a token for the artifacts.
    pub token_env: Option<String>,
    /// How often to look.
    pub every: Option<TimeDelta>,
}

/// Artifacts of GitHub Actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifacts {
    /// Which repository.
    pub repo: Repo,
    /// The name of the artifact.
    pub name: String,
}

/// An MCP server to probe.
#[derive(Debug, Clone, PartialEq)]
pub struct McpSource {
    /// How it is reached.
    pub endpoint: McpEndpoint,
    /// `tools/list` as last released; relative to the team file.
    pub snapshot: Option<String>,
    /// How often the whole list is read.
    pub every: Option<TimeDelta>,
    /// The name of a variable that holds a token.
    pub token_env: Option<String>,
    /// An address whose status and body tell about its health.
    pub health_url: Option<Url>,
    /// Answers that take longer, and twice as long as they used to, are too slow.
    pub latency: Option<TimeDelta>,
    /// A call that shows that it works.
    pub canary: Option<Canary>,
    /// Further roots to trust, as PEM; relative to the team file.
    pub ca_file: Option<String>,
}

/// How an MCP server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum McpEndpoint {
    /// Over HTTP.
    Url(Url),
    /// As a child process: the program and its arguments, never a shell.
    Command(Vec<String>),
}

/// A tool call that shows that a server works, end to end.
#[derive(Debug, Clone, PartialEq)]
pub struct Canary {
    /// The name of the tool.
    pub tool: String,
    /// A JSON object.
    pub args: serde_json::Value,
    /// Text that the answer must hold.
    pub expect: Option<String>,
    /// Calls it even though it does not say that it only reads.
    pub allow_unsafe: bool,
}

/// Where decisions are recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Tracker {
    /// Which sort.
    pub kind: TrackerKind,
    /// Where incidents of other sources are filed; there whenever the kind is GitHub.
    pub repo: Option<Repo>,
    /// The id of the GitHub source with that repository.
    pub source: Option<String>,
    /// The labels that carry states.
    pub labels: TrackerLabels,
    /// Between two writes.
    pub pace: TimeDelta,
    /// After an unknown outcome, before "it is not there" is believed.
    pub settle: TimeDelta,
}

impl Default for Tracker {
    fn default() -> Self {
        Self {
            kind: TrackerKind::Local,
            repo: None,
            source: None,
            labels: TrackerLabels::default(),
            pace: TimeDelta::milliseconds(1_100),
            settle: TimeDelta::seconds(10),
        }
    }
}

/// The sorts of trackers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrackerKind {
    /// Issues of a repository: shared by all who operate.
    Github,
    /// The store on this machine.
    #[default]
    Local,
}

/// The labels that carry states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackerLabels {
    /// On an acked incident.
    pub ack: String,
    /// On a snoozed incident.
    pub snoozed: String,
}

impl Default for TrackerLabels {
    fn default() -> Self {
        Self { ack: "ack".into(), snoozed: "snoozed".into() }
    }
}

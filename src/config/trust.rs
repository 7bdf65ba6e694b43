//! What a team file asks for that could do harm, in plain words.
//!
//! A team file comes with a repository that anybody may have written. What
//! this module lists waits until the operator has allowed it; everything else
//! in the file is harmless and holds at once.

use std::fmt;

use url::Url;

use super::hosts::{GITHUB_API, is_github};
use super::plan::CalendarPlace;
use super::sources::{McpEndpoint, McpSource, Source, SourceKind};
use super::team::TeamFile;

/// One thing that needs the operator's word.
///
/// Equal wishes are equal items: two lists can be compared, and
/// [`canonical`](Self::canonical) can be hashed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustItem {
    /// Runs a program, given with its arguments.
    Run {
        /// The id of the source.
        source: String,
        /// The program and its arguments.
        command: Vec<String>,
    },
    /// Sends what a variable holds to a host.
    Send {
        /// The id of the source.
        source: String,
        /// The name of the variable.
        variable: String,
        /// `scheme://host[:port]`.
        origin: String,
    },
    /// Reads or writes a path outside the repository.
    Reach {
        /// The key that names it.
        key: String,
        /// The path as written.
        path: String,
    },
    /// Calls a tool that does not say that it only reads.
    Call {
        /// The id of the source.
        source: String,
        /// The name of the tool.
        tool: String,
        /// Its arguments, as JSON.
        args: String,
    },
    /// Believes the servers that these certificates vouch for.
    Believe {
        /// The id of the source.
        source: String,
        /// The file with the certificates.
        path: String,
        /// `scheme://host[:port]`.
        origin: String,
    },
}

impl TrustItem {
    /// A spelling that is the same for the same wish, whatever stands around it in the file.
    pub fn canonical(&self) -> String {
        let parts: Vec<&str> = match self {
            Self::Run { source, command } => {
                ["run", source].into_iter().chain(command.iter().map(String::as_str)).collect()
            }
            Self::Send { source, variable, origin } => vec!["send", source, variable, origin],
            Self::Reach { key, path } => vec!["reach", key, path],
            Self::Call { source, tool, args } => vec!["call", source, tool, args],
            Self::Believe { source, path, origin } => vec!["believe", source, path, origin],
        };
        serde_json::Value::from(parts).to_string()
    }
}

impl fmt::Display for TrustItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run { source, command } => write!(f, "run a program for {source}: {}", shown(command)),
            Self::Send { source, variable, origin } => {
                write!(f, "send a token for {source}: ${variable} → {origin}")
            }
            Self::Reach { key, path } => write!(f, "use a path outside the repository: {key} = {path}"),
            Self::Call { source, tool, args } => {
                write!(f, "call a tool that may change something for {source}: {tool} {args}")
            }
            Self::Believe { source, path, origin } => {
                write!(f, "believe the certificates of {path} for {source} at {origin}")
            }
        }
    }
}

/// Everything in this file that could do harm, sorted, each once.
pub fn wants_trust(team: &TeamFile) -> Vec<TrustItem> {
    let mut items: Vec<TrustItem> = team.sources.iter().flat_map(|source| of_source(team, source)).collect();
    items.extend(reaches("team.log_dir", &team.team.log_dir));
    items.extend(team.runbooks.dirs.iter().filter_map(|dir| reaches("runbooks.dirs", dir)));
    items.extend(team.runbooks.files.iter().filter_map(|glob| reaches("runbooks.files", glob)));
    for calendar in &team.calendars {
        match &calendar.place {
            CalendarPlace::File(path) => items.extend(reaches(&format!("calendars.{}.file", calendar.id), path)),
            CalendarPlace::Url(_) => {}
        }
    }
    let targets = team.kinds.iter().filter_map(|kind| Some((&kind.id, kind.runbook.as_ref()?)));
    items.extend(targets.filter_map(|(id, path)| reaches(&format!("kinds.{id}.runbook"), path)));
    let lists = team.trains.iter().filter_map(|train| Some((&train.id, train.checklist.as_ref()?)));
    items.extend(lists.filter_map(|(id, path)| reaches(&format!("trains.{id}.checklist"), path)));
    let lists = team.releases.iter().filter_map(|release| Some((&release.id, release.checklist.as_ref()?)));
    items.extend(lists.filter_map(|(id, path)| reaches(&format!("releases.{id}.checklist"), path)));
    items.sort();
    items.dedup();
    items
}

fn of_source(team: &TeamFile, source: &Source) -> Vec<TrustItem> {
    match &source.kind {
        SourceKind::Github(github) => {
            let certificates = github.ca_file.as_deref();
            let mut items = contacts(&source.id, &github.api, github.token_env.as_deref(), certificates);
            items.extend(certificates.and_then(|path| reaches(&format!("sources.{}.ca_file", source.id), path)));
            items
        }
        SourceKind::Evals(evals) => {
            let key = format!("sources.{}.paths", source.id);
            let named = evals.artifacts.as_ref().and_then(|artifacts| team.api_of(artifacts));
            let api = named.or_else(|| Url::parse(GITHUB_API).ok());
            let sent = api.map(|url| contacts(&source.id, &url, evals.token_env.as_deref(), None));
            sent.into_iter().flatten().chain(evals.paths.iter().filter_map(|path| reaches(&key, path))).collect()
        }
        SourceKind::Mcp(mcp) => of_server(&source.id, mcp),
    }
}

fn of_server(id: &str, mcp: &McpSource) -> Vec<TrustItem> {
    let certificates = mcp.ca_file.as_deref();
    let (mut items, url) = match &mcp.endpoint {
        McpEndpoint::Url(url) => (Vec::new(), Some(url)),
        McpEndpoint::Command(command) => {
            (vec![TrustItem::Run { source: id.to_owned(), command: command.clone() }], None)
        }
    };
    for url in url.into_iter().chain(&mcp.health_url) {
        items.extend(contacts(id, url, mcp.token_env.as_deref(), certificates));
    }
    items.extend(mcp.snapshot.as_deref().and_then(|path| reaches(&format!("sources.{id}.snapshot"), path)));
    items.extend(certificates.and_then(|path| reaches(&format!("sources.{id}.ca_file"), path)));
    items.extend(mcp.canary.as_ref().filter(|canary| canary.allow_unsafe).map(|canary| TrustItem::Call {
        source: id.to_owned(),
        tool: canary.tool.clone(),
        args: canary.args.to_string(),
    }));
    items
}

/// What one address is told or believed.
fn contacts(id: &str, url: &Url, variable: Option<&str>, certificates: Option<&str>) -> Vec<TrustItem> {
    let origin = url.origin().ascii_serialization();
    let usual = |name: &str| is_github(url) && matches!(name, "GH_TOKEN" | "GITHUB_TOKEN");
    let sent = variable.filter(|name| !usual(name)).map(|name| TrustItem::Send {
        source: id.to_owned(),
        variable: name.to_owned(),
        origin: origin.clone(),
    });
    let believed = certificates.map(|path| TrustItem::Believe {
        source: id.to_owned(),
        path: path.to_owned(),
        origin: origin.clone(),
    });
    sent.into_iter().chain(believed).collect()
}

/// The wish to use a path, if it may lead out of the folder of the team file.
fn reaches(key: &str, path: &str) -> Option<TrustItem> {
    leads_out(path).then(|| TrustItem::Reach { key: key.to_owned(), path: path.to_owned() })
}

/// Whether a path is absolute, begins at a home or a drive, or goes up anywhere.
pub fn leads_out(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':');
    path.starts_with(['/', '\\', '~']) || drive || path.split(['/', '\\']).any(|part| part == "..")
}

/// A command as a person can read it: what holds white space or quotes is quoted.
fn shown(command: &[String]) -> String {
    let plain = |word: &&String| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=@+%,".contains(c))
    };
    let words: Vec<String> =
        command.iter().map(|word| if plain(&word) { word.clone() } else { format!("{word:?}") }).collect();
    words.join(" ")
}

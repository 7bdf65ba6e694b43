//! Sources and the tracker: addresses, hosts, and who may be slow to whom.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use url::Url;

use super::{Named, Reader};
use crate::config::hosts::{GITHUB_API, host_and_port, is_loopback};
use crate::config::parse;
use crate::config::problem::quoted;
use crate::config::raw::house::{RawCanary, RawSource, RawSourceKind, RawTracker, RawTrackerKind, SOURCE_KEYS};
use crate::config::sources::{
    Artifacts, Canary, EvalsSource, GithubSource, McpEndpoint, McpSource, Source, SourceKind, Tracker, TrackerKind,
    TrackerLabels,
};
use crate::config::text::{Placed, Text};
use crate::config::values::{Repo, Span};

impl Reader<'_, '_> {
    pub(super) fn source_ids(&mut self, raw: &[RawSource]) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for source in raw {
            let id = source_id(source);
            if let Some(text) = &source.id {
                self.spelling(text, Named::Source);
            }
            if ids.contains(&id) {
                let at = source.id.as_ref().map_or(&source.kind.at, |text| &text.at).clone();
                let message = format!("there are two source entries with the id {}", quoted(&id));
                self.problem(&at, &message, "give this one another `id`");
            }
            ids.push(id);
        }
        ids
    }

    pub(super) fn sources(&mut self, raw: &[RawSource]) -> Vec<Source> {
        raw.iter().filter_map(|source| self.source(source)).collect()
    }

    fn source(&mut self, raw: &RawSource) -> Option<Source> {
        self.foreign_keys(raw);
        let kind = match raw.kind.value {
            RawSourceKind::Github => SourceKind::Github(self.github(raw)?),
            RawSourceKind::Evals => SourceKind::Evals(self.evals(raw)),
            RawSourceKind::Mcp => SourceKind::Mcp(self.mcp(raw)),
        };
        Some(Source { id: source_id(raw), kind })
    }

    fn foreign_keys(&mut self, raw: &RawSource) {
        if self.problems.is_settled(&raw.kind.at) {
            return;
        }
        for (key, at) in raw.given() {
            let Some((_, kinds)) = SOURCE_KEYS.iter().find(|(known, _)| *known == key) else { continue };
            if !kinds.contains(&raw.kind.value) {
                let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                let message = format!("`{key}` is no key of a source of kind {}", raw.kind.value.name());
                self.problem(&at, &message, format!("it belongs to kind {}", names.join(" or ")));
            }
        }
    }

    fn github(&mut self, raw: &RawSource) -> Option<GithubSource> {
        let nothing = Repo { owner: String::new(), name: String::new() };
        if raw.repo.is_none() {
            self.problem(&raw.kind.at, "a github source needs `repo`", "add `repo = \"OWNER/NAME\"`");
        }
        let repo = self.maybe(raw.repo.as_ref(), parse::repo).unwrap_or(nothing);
        let api = raw.api.as_ref().and_then(|text| {
            let url = self.secure_url(text)?;
            if url.query().is_some() || url.fragment().is_some() {
                self.problem(&text.at, "an API base ends with its path", "write it without ? and #");
            }
            Some(url)
        });
        Some(GithubSource {
            repo,
            api: api.or_else(|| Url::parse(GITHUB_API).ok())?,
            token_env: raw.token_env.as_ref().map(|text| self.variable(text)),
            labels: raw.labels.as_ref().map_or_else(Vec::new, |labels| self.all_said(&labels.value)),
            ca_file: self.maybe_said(raw.ca_file.as_ref()),
            every: self.every(raw),
        })
    }

    fn evals(&mut self, raw: &RawSource) -> EvalsSource {
        if raw.paths.is_none() && raw.artifacts.is_none() {
            let remedy = "add `paths = [\"evals/out/**\"]` or `artifacts`";
            self.problem(&raw.kind.at, "an evals source needs a place to look", remedy);
        }
        let paths = raw.paths.as_ref().map_or_else(Vec::new, |paths| {
            let paths = self.some(paths, "paths");
            self.all_said(paths)
        });
        let artifacts = raw.artifacts.as_ref().and_then(|one| {
            let repo = self.word(&one.value.repo, parse::repo)?;
            Some(Artifacts { repo, name: self.said(&one.value.name) })
        });
        EvalsSource {
            paths,
            artifacts,
            pass_at: self.fraction(raw.pass_at.as_ref(), (-1e9, 1e9), 1.0),
            floor: self.fraction(raw.floor.as_ref(), (0.0, 100.0), 2.0),
            must_pass: raw.must_pass.as_ref().map_or_else(Vec::new, |globs| self.all_said(&globs.value)),
            token_env: raw.token_env.as_ref().map(|text| self.variable(text)),
            every: self.every(raw),
        }
    }

    fn mcp(&mut self, raw: &RawSource) -> McpSource {
        let nothing = McpEndpoint::Command(Vec::new());
        let endpoint = match (&raw.url, &raw.command) {
            (Some(text), None) => self.probed(text, raw).map_or(nothing, McpEndpoint::Url),
            (None, Some(command)) => McpEndpoint::Command(self.command(command)),
            (Some(_), Some(command)) => {
                let remedy = "write `url` for a server that runs, `command` for one to start";
                self.problem(&command.at, "an mcp source has `url` or `command`, not both", remedy);
                nothing
            }
            (None, None) => {
                let remedy = "add `url = \"https://…/mcp\"` or `command = [\"program\", \"argument\"]`";
                self.problem(&raw.kind.at, "an mcp source needs a server", remedy);
                nothing
            }
        };
        McpSource {
            endpoint,
            snapshot: self.maybe_said(raw.snapshot.as_ref()),
            every: self.every(raw),
            token_env: raw.token_env.as_ref().map(|text| self.variable(text)),
            health_url: raw.health_url.as_ref().and_then(|text| self.probed(text, raw)),
            latency: self.latency(raw),
            canary: raw.canary.as_ref().map(|one| self.canary(&one.value)),
            ca_file: self.maybe_said(raw.ca_file.as_ref()),
        }
    }

    /// The program and its arguments; never a shell line.
    pub(super) fn command(&mut self, raw: &Placed<Vec<Text>>) -> Vec<String> {
        let words = self.some(raw, "command");
        if let Some(program) = words.first().filter(|program| program.value.trim().is_empty()) {
            self.problem(&program.at, "the program has no name", "write the program first, then its arguments");
        }
        words.iter().map(|word| word.value.clone()).collect()
    }

    fn canary(&mut self, raw: &RawCanary) -> Canary {
        let args = raw.args.as_ref().map(|args| args.value.clone()).unwrap_or_default();
        Canary {
            tool: self.said(&raw.tool),
            args: json(toml::Value::Table(args)),
            expect: raw.expect.as_ref().map(|text| text.value.clone()),
            allow_unsafe: raw.allow_unsafe.unwrap_or_default(),
        }
    }

    fn every(&mut self, raw: &RawSource) -> Option<TimeDelta> {
        let text = raw.every.as_ref()?;
        let every = self.word(text, parse::elapsed)?;
        if every < TimeDelta::seconds(1) {
            self.problem(&text.at, "this is more often than any source is looked at", "write `1s` or more");
        }
        Some(every)
    }

    fn latency(&mut self, raw: &RawSource) -> Option<TimeDelta> {
        let text = raw.latency.as_ref()?;
        let latency = self.word(text, parse::elapsed)?;
        if latency < TimeDelta::milliseconds(1) {
            self.problem(&text.at, "no answer is as fast as this", "write `1ms` or more, as in `500ms`");
        }
        Some(latency)
    }

    /// Plain http may be probed, but a token never goes over it, except to this machine.
    fn probed(&mut self, text: &Text, raw: &RawSource) -> Option<Url> {
        if raw.token_env.is_some() { self.secure_url(text) } else { self.url(text) }
    }

    /// An https address, or an http one on a loopback host.
    pub(super) fn secure_url(&mut self, text: &Text) -> Option<Url> {
        let url = self.url(text)?;
        if url.scheme() == "http" && !is_loopback(&url) {
            let message = format!("plain http to {} shows everything to everybody on the way", host_and_port(&url));
            self.problem(&text.at, &message, "write https://, or a loopback host");
        }
        Some(url)
    }

    fn url(&mut self, text: &Text) -> Option<Url> {
        let url = Url::parse(&text.value).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let Some(url) = url else {
            // The text is not repeated: it may be an address with a password in it.
            self.problem(&text.at, "this is no web address", "write as in `https://example.com/mcp`");
            return None;
        };
        if !url.username().is_empty() || url.password().is_some() {
            self.problem(&text.at, "this address holds a user or a password", "write `token_env` instead");
        }
        Some(url)
    }

    pub(super) fn tracker(&mut self, raw: &RawTracker, sources: &[Source]) -> Tracker {
        let default = Tracker::default();
        let githubs: Vec<(&str, &GithubSource)> =
            sources.iter().filter_map(|source| Some((source.id.as_str(), source.github()?))).collect();
        let kind = match raw.kind.as_ref().map(|kind| kind.value) {
            Some(RawTrackerKind::Local) => TrackerKind::Local,
            None if githubs.is_empty() => TrackerKind::default(),
            Some(RawTrackerKind::Github) | None => TrackerKind::Github,
        };
        let repo = self.maybe(raw.repo.as_ref(), parse::repo);
        let home = match &repo {
            Some(repo) => githubs.iter().find(|(_, github)| github.repo.is(repo)),
            None => githubs.first(),
        };
        if kind == TrackerKind::Github && home.is_none() {
            let at = raw.repo.as_ref().map(|text| &text.at).or(raw.kind.as_ref().map(|kind| &kind.at));
            let remedy = "add a [[sources]] of kind github with this repository, or write `kind = \"local\"`";
            self.problem(&at.cloned().unwrap_or_default(), "no github source has the tracker's repository", remedy);
        }
        let home = home.filter(|_| kind == TrackerKind::Github).copied();
        // GitHub's limits are not ours to shorten; those of a test server on this machine are.
        let is_near = home.is_some_and(|(_, github)| is_loopback(&github.api));
        let least = |default| if is_near { TimeDelta::zero() } else { default };
        Tracker {
            kind,
            repo: home.map(|(_, github)| github.repo.clone()),
            source: home.map(|(id, _)| id.to_owned()),
            labels: self.tracker_labels(raw, default.labels),
            pace: self.patience(raw.pace.as_ref(), default.pace, least(default.pace)),
            settle: self.patience(raw.settle.as_ref(), default.settle, least(default.settle)),
        }
    }

    fn tracker_labels(&mut self, raw: &RawTracker, default: TrackerLabels) -> TrackerLabels {
        let labels = TrackerLabels {
            ack: self.maybe_said(raw.labels.ack.as_ref()).unwrap_or(default.ack),
            snoozed: self.maybe_said(raw.labels.snoozed.as_ref()).unwrap_or(default.snoozed),
        };
        let given: BTreeSet<String> = [&labels.ack, &labels.snoozed].iter().map(|one| one.to_lowercase()).collect();
        if given.len() < 2 {
            let at = raw.labels.snoozed.as_ref().or(raw.labels.ack.as_ref()).map(|text| text.at.clone());
            self.problem(&at.unwrap_or_default(), "one label cannot mean both", "write two different labels");
        }
        labels
    }

    /// How long to wait, and not shorter than the least that is borne there.
    fn patience(&mut self, text: Option<&Text>, default: TimeDelta, least: TimeDelta) -> TimeDelta {
        let Some((text, given)) = text.and_then(|text| Some((text, self.word(text, parse::elapsed)?))) else {
            return default;
        };
        if given < least {
            let message = format!("{} is less than GitHub bears", quoted(&text.value));
            let remedy = format!("write {} or more; less is for a loopback host", Span::Elapsed(least));
            self.problem(&text.at, &message, remedy);
        }
        given
    }
}

fn source_id(raw: &RawSource) -> String {
    raw.id.as_ref().map_or_else(|| raw.kind.value.name().to_owned(), |text| text.value.clone())
}

fn json(value: toml::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        toml::Value::String(text) => Json::String(text),
        toml::Value::Integer(number) => Json::from(number),
        toml::Value::Float(number) => Json::from(number),
        toml::Value::Boolean(truth) => Json::Bool(truth),
        toml::Value::Datetime(time) => Json::String(time.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => Json::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect()),
    }
}

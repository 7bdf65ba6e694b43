//! The sources: which token goes there, what it may do, what is missing.

use serde_json::{Value, json};

use super::{Findings, Group, Level, endpoint, results};
use crate::cli::context::Context;
use crate::config::{GithubSource, Source};
use crate::domain::id::SourceId;
use crate::domain::quote::shell_word;
use crate::domain::text::Clean;
use crate::domain::triage::Model;
use crate::shell::engine::Network;
use crate::shell::probing::Endpoint;
use crate::shell::remote::{Remote, Uninspected, host};
use crate::shell::session::{Plan, Trusted, remotes};
use crate::sources::mcp::SharedHttp;
use crate::tracker::github::inspect::{LabelCheck, Report, Right};

pub(super) async fn look(context: &Context, plan: &Plan, trusted: Trusted, findings: &mut Findings) {
    let remotes = remotes(plan, &trusted.into());
    let http = SharedHttp::default();
    let mut endpoints = Endpoint::all(plan, &trusted.into(), &http);
    let model = Model::new(context.team.clone());
    for source in &context.team.sources {
        let mut group = findings.group(format!("source {}", source.id));
        if let Some(endpoint) = endpoints.iter_mut().find(|endpoint| endpoint.id == source.id) {
            endpoint::look(context, &model, endpoint, &mut group).await;
            continue;
        }
        let (Some(github), Some(remote)) = (source.github(), remotes.get(&SourceId::new(&source.id))) else {
            results::look((context, plan), source, &trusted.into(), &mut group).await;
            continue;
        };
        let told = one(context, (source, github), remote, &mut group).await;
        findings.sources.push(told);
    }
    if context.network() == Network::Offline {
        findings.group("network").ok("offline", "--offline: nobody was asked; decisions wait in the journal");
    }
}

async fn one(
    context: &Context,
    (source, github): (&Source, &GithubSource),
    remote: &Remote,
    group: &mut Group<'_>,
) -> Value {
    let repo = format!("{}/{}", github.repo.owner, github.repo.name);
    group.ok("repository", &format!("{repo} at {}", github.api));
    let mut told = json!({
        "id": source.id,
        "kind": source.kind.name(),
        "repo": repo,
        "host": host(github),
        "reached": Value::Null,
        "token": Value::Null,
        "login": Value::Null,
        "scopes": Value::Null,
        "right": Value::Null,
        "labels": [],
        "budget": Value::Null,
        "error": Value::Null,
    });
    certificates(github, group);
    match remote.token_origin().await {
        Ok(origin) => {
            group.ok("token", &format!("{origin}, for {} alone", host(github)));
            told["token"] = json!(origin);
        }
        Err(why) => {
            group.error("token", &why.to_string(), "");
            told["error"] = json!(why.to_string());
            return told;
        }
    }
    if context.network() == Network::Offline {
        return told;
    }
    match remote.inspect().await {
        Ok(report) => {
            told["reached"] = json!(true);
            reported(context, (&repo, github), &report, group);
            fill(&mut told, &report);
        }
        Err(why) => {
            told["reached"] = json!(!matches!(why, Uninspected::Unreached(_)));
            told["error"] = json!(why.to_string());
            failed(&why, &repo, group);
        }
    }
    told
}

fn certificates(github: &GithubSource, group: &mut Group<'_>) {
    if let Some(file) = &github.ca_file {
        group.ok("certificates", &format!("those of the system, and {file} once the team file is trusted"));
    }
    let proxy = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let proxy = proxy.into_iter().find(|name| crate::cli::context::word(name).is_some());
    if let Some(name) = proxy.filter(|_| github.api.scheme() == "https") {
        group.ok("proxy", &format!("${name}"));
    }
}

/// That no answer came, and what would help.
pub(super) fn failed(why: &Uninspected, repo: &str, group: &mut Group<'_>) {
    let text = why.to_string();
    match why {
        Uninspected::Shut(_) => group.error("answer", &text, ""),
        Uninspected::Refused(_) => {
            let remedy = format!("see that the token is good and may see {repo}, and that {repo} is its name");
            group.error("answer", &text, &remedy);
        }
        Uninspected::Unreached(_) => {
            let remedy = "what was known stays; try again, or look at the network and its proxy";
            group.note((Level::Unreached, "answer"), &text, Some(remedy));
        }
    }
}

fn reported(context: &Context, (repo, github): (&str, &GithubSource), report: &Report, group: &mut Group<'_>) {
    match &report.login {
        Some(login) => match context.team.person_of_login(login.as_str()) {
            Some(person) => group.ok("login", &format!("{login}, who is {} in the team file", person.id)),
            None => group.ok("login", login.as_str()),
        },
        None => group.ok("login", "none told: the token is an App's"),
    }
    scopes(report.scopes.as_ref(), group);
    right(repo, report.right, group);
    labels((repo, github), report, group);
    if let Some(budget) = &report.budget {
        group.ok("budget", budget.as_str());
    }
}

fn scopes(scopes: Option<&Clean>, group: &mut Group<'_>) {
    let Some(scopes) = scopes else {
        let text = "none told (a fine-grained token, or an App's): it needs Issues, read and write";
        return group.ok("scopes", text);
    };
    let has = |name: &str| scopes.as_str().split(',').any(|scope| scope.trim() == name);
    if has("repo") {
        return group.ok("scopes", scopes.as_str());
    }
    let told = if scopes.is_empty() { "none" } else { scopes.as_str() };
    if has("public_repo") {
        group.ok("scopes", &format!("{told} (enough for a public repository)"));
    } else {
        group.warn("scopes", told, "a classic token needs the scope `repo`; make one that has it");
    }
}

fn right(repo: &str, right: Right, group: &mut Group<'_>) {
    let word = right.word();
    match right {
        Right::Push => group.ok("right", &format!("{word}: may do all that dogwatch does")),
        Right::Triage => group.ok("right", &format!("{word}: may label, assign and close, but create no label")),
        Right::Read => group.error(
            "right",
            &format!("{word}: may file and comment; GitHub drops its labels and assignees in silence"),
            &format!("ask an admin of {repo} for the triage role, or use the token of somebody who has it"),
        ),
        Right::Unknown => group.warn(
            "right",
            &format!("{word}: the host does not say what the token may do"),
            "try one ack; a refusal says what is missing",
        ),
    }
}

fn labels((repo, github): (&str, &GithubSource), report: &Report, group: &mut Group<'_>) {
    let missing = |name: &String| report.labels.iter().any(|(one, is)| one == name && *is == LabelCheck::Missing);
    let never: Vec<&str> = github.labels.iter().filter(|name| missing(name)).map(String::as_str).collect();
    let used = report.labels.iter().filter(|(name, is)| *is == LabelCheck::Missing && !never.contains(&name.as_str()));
    let used: Vec<&str> = used.map(|(name, _)| name.as_str()).collect();
    if !never.is_empty() {
        let text = format!("no label {}, which this source looks for: it shows nothing by it", never.join(", "));
        group.warn("labels", &text, &format!("create it in {repo}, or mend `labels` of this source"));
    }
    for (name, check) in &report.labels {
        if let LabelCheck::Unread(why) = check {
            group.warn("labels", &format!("cannot see whether there is a label {name}: {why}"), "try again");
        }
    }
    match (used.as_slice(), report.right) {
        ([], _) if never.is_empty() => group.ok("labels", "all there that decisions use"),
        ([], _) => {}
        (some, Right::Push) => {
            group.ok("labels", &format!("missing: {}; the first use creates each", some.join(", ")));
        }
        (some, Right::Triage | Right::Read | Right::Unknown) => {
            let remedy =
                format!("somebody who may push creates each: gh label create {} -R {repo}", shell_word(some[0]));
            group.warn("labels", &format!("missing: {}", some.join(", ")), &remedy);
        }
    }
}

fn fill(told: &mut Value, report: &Report) {
    let label = |(name, is): &(String, LabelCheck)| {
        let state = match is {
            LabelCheck::There => "there",
            LabelCheck::Missing => "missing",
            LabelCheck::Unread(_) => "unread",
        };
        json!({"name": name, "state": state})
    };
    told["token"] = json!(report.token_origin);
    told["login"] = json!(report.login);
    told["scopes"] = json!(report.scopes);
    told["right"] = json!(report.right.word());
    told["labels"] = Value::Array(report.labels.iter().map(label).collect());
    told["budget"] = json!(report.budget);
}

//! The MCP endpoints: whether each answers a handshake, and what would help.

use super::{Group, Level as Grade};
use crate::cli::context::Context;
use crate::domain::id::SourceId;
use crate::domain::incident::Incident;
use crate::domain::probe::{Class, Condition, Failure, Level, Report};
use crate::domain::quote::shell_word;
use crate::domain::text::Clean;
use crate::domain::triage::Model;
use crate::shell::engine::Network;
use crate::shell::probing::Endpoint;

pub(super) async fn look(context: &Context, model: &Model, endpoint: &mut Endpoint, group: &mut Group<'_>) {
    let place = match &endpoint.url {
        Some(_) => endpoint.address(),
        None => endpoint.command.join(" "),
    };
    group.ok("endpoint", &place);
    triage(context, model, &endpoint.id, group);
    if let (Some(path), Some(why)) = (endpoint.snapshot(), endpoint.unmeasured()) {
        let (id, path) = (shell_word(&endpoint.id), shell_word(&path.display().to_string()));
        let remedy = format!("dogwatch probe snapshot {id} > {path}");
        group.warn("snapshot", &format!("drift is not checked: {why}"), &remedy);
    }
    if context.network() == Network::Offline {
        return;
    }
    // As the demo writes it where no terminal shows it: nobody listens at port 0.
    if endpoint.url.as_ref().is_some_and(|url| url.port() == Some(0)) {
        return group.ok("answer", "not asked: it is served while `dogwatch demo` runs");
    }
    let report = endpoint.greet().await;
    endpoint.close().await;
    match report.failure() {
        None => group.ok("answer", &greeting(&report)),
        Some((_, failure)) if failure.class == Class::Auth => {
            group.error("answer", &told(failure), &token(endpoint, &report));
        }
        Some((_, failure)) => trouble(failure, group),
    }
}

/// Whether the team's rules say how bad it is when this server fails.
fn triage(context: &Context, model: &Model, id: &str, group: &mut Group<'_>) {
    let title = Clean::line(&format!("mcp {id}: handshake timeout"));
    let failed = Incident::opened(&SourceId::new(id), 0, title, context.clock().start());
    let failed = Incident { check: Some(Clean::line(Level::Handshake.word())), ..failed };
    if model.classify(&failed).severity.is_some() {
        return;
    }
    let known: Vec<String> = model.team.severities.iter().map(|severity| format!("\"{}\"", severity.id)).collect();
    let remedy = format!(
        "add a [[triage]] rule before those that fit: when = {{ source = \"mcp\" }}, with set = {{ severity = … }}, one of \
         {}, or a kind that has one",
        known.join(", ")
    );
    group.warn(
        "triage",
        "a failed handshake would be untriaged: it has no clock, and [filing] never files it",
        &remedy,
    );
}

fn greeting(report: &Report) -> String {
    let server = report.server.as_ref().map(|server| format!("{} {}", server.name, server.version));
    let words = [server, report.protocol_version.as_ref().map(Clean::to_string)];
    let said: Vec<String> = words.into_iter().flatten().collect();
    format!("{}; `dogwatch probe` looks at its tools, too", said.join(", "))
}

fn told(failure: &Failure) -> String {
    format!("{}: {}", failure.class.word(), failure.message)
}

/// What gets in where a token is wanted.
fn token(endpoint: &Endpoint, report: &Report) -> String {
    let named = endpoint.missing().filter(|missing| !missing.why.is_empty());
    match (named, &report.credential) {
        (Some(missing), _) => missing.remedy.to_string(),
        (None, Some(origin)) => format!("see that {origin} holds a token that this server takes"),
        (None, None) => "name a variable with a token as token_env, or under [tokens]".to_owned(),
    }
}

fn trouble(failure: &Failure, group: &mut Group<'_>) {
    let text = told(failure);
    match failure.class.condition() {
        Condition::Down => group.note((Grade::Unreached, "answer"), &text, None),
        Condition::Degraded | Condition::Unknown | Condition::Up => group.warn("answer", &text, ""),
    }
}

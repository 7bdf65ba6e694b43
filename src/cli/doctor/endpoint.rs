//! The MCP endpoints: whether each answers a handshake, and what would help.

use super::{Group, Level};
use crate::cli::context::Context;
use crate::domain::probe::{Class, Condition, Failure, Report};
use crate::domain::text::Clean;
use crate::shell::engine::Network;
use crate::shell::probing::Endpoint;

pub(super) async fn look(context: &Context, endpoint: &mut Endpoint, group: &mut Group<'_>) {
    let place = match &endpoint.url {
        Some(_) => endpoint.address(),
        None => endpoint.command.join(" "),
    };
    group.ok("endpoint", &place);
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
        Some((_, failure)) => trouble(failure, group),
    }
}

fn greeting(report: &Report) -> String {
    let server = report.server.as_ref().map(|server| format!("{} {}", server.name, server.version));
    let words = [server, report.protocol_version.as_ref().map(Clean::to_string)];
    let said: Vec<String> = words.into_iter().flatten().collect();
    format!("{}; `dogwatch probe` looks at its tools, too", said.join(", "))
}

fn trouble(failure: &Failure, group: &mut Group<'_>) {
    let text = format!("{}: {}", failure.class.word(), failure.message);
    match (failure.class, failure.class.condition()) {
        (Class::Auth, _) => {
            group.error("answer", &text, "name a variable with a token as token_env, or under [tokens]");
        }
        (_, Condition::Down) => group.note((Level::Unreached, "answer"), &text, None),
        (_, Condition::Degraded | Condition::Unknown | Condition::Up) => group.warn("answer", &text, ""),
    }
}

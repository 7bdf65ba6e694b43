//! `dogwatch show ID`: one incident with its timeline.

use std::time::Duration;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, json, nearest, open, out, text};
use crate::domain::id::IncidentId;
use crate::shell::engine::Network;
use crate::shell::session::Session;
use crate::shell::timeline::timeline;

/// Comments that are asked for may take this long; then what is known is shown.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The incident, as the queue names it.
    #[arg(value_name = "ID")]
    id: String,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let session = open(&context)?;
    let id = super::decide::numbered(session.desk(), IncidentId::new(&args.id));
    let (Some(row), Some(incident)) = (session.desk().row(&id), session.desk().incident(&id)) else {
        out::say(&format!("dogwatch: {}", nearest::unknown(session.desk(), &id)));
        return Ok(Exit::Found);
    };
    ask_for_comments(&session, &id).await;
    let asked = id.clone();
    let kept = session.engine().keeper().ask(move |store| (store.body(&asked), timeline(store, &asked))).await;
    let Some((body, moments)) = kept else { return Ok(Exit::Found) };
    let body = body.ok().flatten().or_else(|| incident.body.clone());
    if global.json {
        out::json(&json::show(session.desk(), row, incident, body.as_ref(), &moments))?;
    } else {
        out::answer(&text::show(session.desk(), row, incident, body.as_ref(), &moments))?;
    }
    Ok(Exit::Done)
}

/// Brings the comments up to date where that can be done soon.
async fn ask_for_comments(session: &Session, id: &IncidentId) {
    let engine = session.engine();
    let remote = id.issue().and_then(|(source, _)| engine.remotes().get(&source));
    let Some(remote) = remote.filter(|_| engine.network() == Network::Online) else { return };
    match tokio::time::timeout(PATIENCE, remote.comments(engine, id)).await {
        Ok(Ok(())) => {}
        Ok(Err(why)) => out::say(&format!("dogwatch: comments as last seen: {why}")),
        Err(_) => out::say("dogwatch: comments as last seen: no answer in five seconds"),
    }
}

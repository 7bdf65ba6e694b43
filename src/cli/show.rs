//! `dogwatch show ID`: one incident with its timeline.

mod evidence;

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
    /// Of an eval incident, the case to show in full: its name, or a part that only one has.
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
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
    out::know(|veil| moments.iter().filter_map(|moment| moment.by.as_ref()).for_each(|by| veil.know(by.as_str())));
    let veil = out::veil();
    let body = body.map(|body| veil.as_ref().map_or(body.clone(), |veil| veil.whole(incident, &body)));
    let moments = veil.as_ref().map_or(moments.clone(), |veil| veil.moments(incident, &moments));
    let signal = incident.signal.as_ref().unwrap_or(row.name());
    let evidence = match evidence::look(session.engine(), signal, args.case.as_deref()).await {
        Ok(evidence) => evidence,
        Err(why) => {
            out::say(&format!("dogwatch: {why}"));
            return Ok(Exit::Found);
        }
    };
    if global.json {
        let mut told = json::show(session.desk(), row, incident, body.as_ref(), &moments);
        told["evidence"] = evidence.map_or(serde_json::Value::Null, |evidence| evidence.json());
        out::json(&told)?;
    } else {
        let body = match &evidence {
            Some(evidence) => Some(evidence.body(body.as_ref().filter(|_| incident.number > 0))),
            None => body,
        };
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

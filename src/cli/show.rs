//! `dogwatch show ID`: one incident with its timeline.

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, json, open, out, text};
use crate::domain::id::IncidentId;
use crate::shell::timeline::timeline;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The incident, as the queue names it.
    #[arg(value_name = "ID")]
    id: String,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let session = open(&context)?;
    let id = IncidentId::new(&args.id);
    let asked = id.clone();
    let kept = session.engine().keeper().ask(move |store| (store.body(&asked), timeline(store, &asked))).await;
    let Some((body, moments)) = kept else { return Ok(Exit::Found) };
    let (Some(row), Some(incident)) = (session.desk().row(&id), session.desk().incident(&id)) else {
        out::say(&format!("dogwatch: no incident {id} is known here; `dogwatch queue --all` lists them"));
        return Ok(Exit::Found);
    };
    let body = body.ok().flatten().or_else(|| incident.body.clone());
    if global.json {
        out::json(&json::show(session.desk(), row, incident, body.as_ref(), &moments))?;
    } else {
        out::answer(&text::show(session.desk(), row, incident, body.as_ref(), &moments))?;
    }
    Ok(Exit::Done)
}

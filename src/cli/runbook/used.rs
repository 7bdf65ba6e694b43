//! How a page did: what people say of it when they have used it.

use std::path::Path;

use super::found::{Finding, SHORT, json, open};
use super::{Args, Form, asked};
use crate::app::wish::Wish;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{decide, nearest, out};
use crate::domain::id::{IncidentId, OpId, OpIds};
use crate::domain::runbook::found::Hit;
use crate::domain::runbook::run::{Did, Line, Report, Run, Use, Went};
use crate::domain::text::Clean;
use crate::shell::runbooks::Page;
use crate::shell::session::Decisions;
use crate::store::runs::{Runs, Search};

/// Which page was used, and how it went; none if nothing of the kind is said.
pub(super) fn said(args: &Args) -> Option<(&str, Went)> {
    let worked = args.worked.as_deref().map(|file| (file, Went::Worked));
    worked.or_else(|| args.failed.as_deref().map(|file| (file, Went::Failed)))
}

/// Writes down how a use went, and answers with what the page is now.
pub(super) async fn note(
    context: &Context,
    args: &Args,
    (file, went): (&str, Went),
    form: Form,
) -> Result<Exit, Failure> {
    if context.decisions() == Decisions::NotTaken {
        return Err(Failure::wrong("nothing is written down with --readonly; leave it out"));
    }
    let Some(wanted) = asked::file(context, file) else {
        let what = if Path::new(file).is_dir() { "a folder" } else { "no file that is there" };
        return Err(Failure::wrong(format!("{file} is {what}; `dogwatch runbook --list` names all pages")));
    };
    let page = open(context, args, (&wanted, SHORT)).await.page(&wanted)?;
    let incident = match args.incident.as_deref().map(|id| incident(context, id)) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(why)) => {
            out::say(&format!("dogwatch: {}", why?));
            return Ok(Exit::Found);
        }
    };
    let why = Clean::line(args.note.as_deref().unwrap_or_default());
    let run = record(context, &page, (went, why), incident)?;
    if let Some(incident) = run.of.incident.clone() {
        tell(context, incident, Report::of(&run)).await?;
    }
    // It is judged anew, with what was just said.
    let page = open(context, args, (&wanted, SHORT)).await.page(&wanted)?;
    let now = context.clock().start();
    if form == Form::Json {
        let hit = Hit { page: page.about, heading: None, line: 1, score: None };
        out::json(&json(&Finding { query: file.to_owned(), hits: vec![hit], ..Finding::default() }))?;
    } else {
        out::answer(&format!("{} {}", Clean::line(&page.about.path), page.about.freshness.words(now)))?;
    }
    Ok(Exit::Done)
}

/// The incident of this name; the inner error says that there is none.
fn incident(context: &Context, id: &str) -> Result<IncidentId, Result<Clean, Failure>> {
    let session = asked::look(context).map_err(Err)?;
    let id = decide::numbered(session.desk(), IncidentId::new(id));
    let known = session.desk().row(&id).map(|row| row.id.clone());
    known.ok_or_else(|| Ok(nearest::unknown(session.desk(), &id)))
}

/// Writes into the ledger how a use went: the one that is under way for this incident, else one of its own.
fn record(
    context: &Context,
    page: &Page,
    (went, why): (Went, Clean),
    incident: Option<IncidentId>,
) -> Result<Run, Failure> {
    let now = context.clock().start();
    let (run, page_path, title) = (fresh(now.timestamp_millis()), page.about.path.clone(), page.about.title.clone());
    let of = Use { run, page: page_path, title, incident, steps: page.document.steps.len() };
    let line = Line { of, at: now, by: Clean::line(&context.me()), did: Did::Ended { went, why } };
    let written = Runs::write(&context.folder, now, &line);
    written.map(|(_, run)| run).map_err(|error| Failure::setting_up("it is not written down", &error))
}

/// Tells the incident's timeline, and says what became of that.
async fn tell(context: &Context, incident: IncidentId, report: Report) -> Result<(), Failure> {
    let mut session = super::super::open(context)?;
    session.take_lease();
    let now = session.clock().start();
    let asked = decide::wished(&mut session, now, vec![incident], &[Wish::Runbook(report)]).await;
    for line in decide::ended(&mut session, vec![asked]).await {
        out::say(&format!("dogwatch: {line}"));
    }
    Ok(())
}

/// A name that no other use has, also not one of the same moment.
fn fresh(at_ms: i64) -> OpId {
    let moment = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    OpIds::seeded(moment ^ (u128::from(std::process::id()) << 96)).next(at_ms)
}

/// Keeps words that led nowhere, for the review; where nothing can be kept they are lost.
pub(super) fn nowhere(context: &Context, words: &str) {
    if context.decisions() == Decisions::NotTaken {
        return;
    }
    let at = context.clock().start();
    let search = Search { at, words: Clean::line(words), page: None };
    let _ = Runs::open(&context.folder, at).and_then(|mut runs| runs.remember(&search));
}

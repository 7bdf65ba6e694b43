//! What lies where an evals source looks: in folders, and among the artifacts
//! of a repository.

use std::path::Path;

use super::Group;
use super::repository::failed;
use crate::cli::context::Context;
use crate::config::{Artifacts, EvalsSource, Source, SourceKind};
use crate::domain::id::SourceId;
use crate::domain::text::Clean;
use crate::shell::engine::{Given, Network};
use crate::shell::remote::Uninspected;
use crate::shell::session::Plan;
use crate::shell::suites::artifacts::{door, reader};
use crate::sources::evals::artifacts::{CURSOR, Survey};
use crate::sources::evals::folder::Walked;
use crate::store::results::Results;

/// So many artifacts that could not be read are named.
const NAMED: usize = 3;

pub(super) async fn look((context, plan): (&Context, &Plan), source: &Source, given: &Given, group: &mut Group<'_>) {
    let SourceKind::Evals(evals) = &source.kind else { return };
    folders(context, evals, group);
    if let Some(artifacts) = &evals.artifacts {
        left_behind((context, plan), (source, evals, artifacts), given, group).await;
    }
}

fn folders(context: &Context, evals: &EvalsSource, group: &mut Group<'_>) {
    if evals.paths.is_empty() {
        return;
    }
    let home = context.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let walked = Walked::below(evals.paths.iter().map(|path| home.join(path)));
    let remedy = "write a place where a tool leaves its results; `dogwatch evals` says what is made of them";
    match walked.aside.first() {
        Some(aside) => group.warn("files", &format!("{}: {}", aside.file.display(), aside.reason), remedy),
        None => group.ok("files", &format!("{} match", walked.files.len())),
    }
}

/// What workflows left behind: asked for, and nothing of it downloaded.
async fn left_behind(
    (context, plan): (&Context, &Plan),
    (source, evals, artifacts): (&Source, &EvalsSource, &Artifacts),
    given: &Given,
    group: &mut Group<'_>,
) {
    let Some(door) = door(&source.id, evals, plan, given) else { return };
    group.ok("repository", &format!("{} at {}", artifacts.repo, door.target().api));
    let id = SourceId::new(&source.id);
    // What cannot be looked into has nothing to tell.
    let results = Results::look_into(&context.folder).ok().flatten();
    let aside = results.as_ref().and_then(|results| results.artifacts_aside(&id).ok()).unwrap_or_default();
    not_read(&aside, group);
    let client = match door.client().await {
        Ok(client) => client,
        Err(why) => return group.error("token", &why.to_string(), ""),
    };
    group.ok("token", &format!("{}, for {} alone", client.token().origin(), door.target().host()));
    if context.network() == Network::Offline {
        return;
    }
    let cursor = results.and_then(|results| results.cursor(&id, CURSOR).ok()).flatten();
    let Some(mut reader) = reader(&door, evals, cursor.as_deref()) else { return };
    match reader.survey(&client).await {
        Ok(survey) => surveyed(&survey, artifacts, group),
        Err(trouble) => failed(&Uninspected::from(trouble), &artifacts.repo.to_string(), group),
    }
}

fn surveyed(survey: &Survey, artifacts: &Artifacts, group: &mut Group<'_>) {
    let Survey { branch, waiting, done } = survey;
    let name = &artifacts.name;
    match (waiting, done) {
        (0, 0) => {
            let remedy = format!("see that a workflow of {branch} uploads one, and that {name} is its name");
            group.warn("artifacts", &format!("none called {name} of {branch} is there"), &remedy);
        }
        (0, done) => group.ok("artifacts", &format!("{done} called {name} of {branch}, all of them known")),
        (waiting, done) => {
            let text = format!("{} called {name} of {branch}, {waiting} of them not read yet", waiting + done);
            group.ok("artifacts", &text);
        }
    }
}

fn not_read(aside: &[(String, Clean)], group: &mut Group<'_>) {
    let Some(first) = aside
        .iter()
        .take(NAMED)
        .map(|(name, why)| format!("{name}: {why}"))
        .reduce(|one, other| format!("{one}; {other}"))
    else {
        return;
    };
    let text = format!("{} could not be read: {first}", aside.len());
    group.warn("set aside", &text, "what is in them is missing; upload it again if it matters");
}

//! `dogwatch new`: an incident that nobody has filed yet.

use super::context::Context;
use super::decide::Asked;
use super::exit::{Exit, Failure};
use super::{Global, decide, open};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One line that says what is wrong.
    title: String,
    /// How bad it is: a severity's id.
    #[arg(long, short = 'S', value_name = "ID")]
    severity: Option<String>,
    /// What sort of incident it is: a kind's id.
    #[arg(long, short = 'K', value_name = "ID")]
    kind: Option<String>,
    /// What is known, as Markdown.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    body: String,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let team = &context.team;
    let severities = team.severities.iter().map(|severity| severity.id.as_str());
    let kinds = team.kinds.iter().map(|kind| kind.id.as_str());
    let mut labels = Vec::new();
    labels.extend(known("--severity", args.severity.as_deref(), severities)?);
    labels.extend(known("--kind", args.kind.as_deref(), kinds)?);
    let mut session = open(&context)?;
    session.take_lease();
    let now = session.clock().start();
    let decided = session.decide(|desk| desk.file(now, &args.title, &args.body, labels));
    let asked = Asked { verb: "new", decided, ..Asked::default() };
    decide::finish(global, &mut session, vec![asked]).await
}

/// The id as the team writes it.
fn known<'a>(
    flag: &str,
    given: Option<&str>,
    ids: impl Iterator<Item = &'a str> + Clone,
) -> Result<Option<String>, Failure> {
    let Some(given) = given else { return Ok(None) };
    if let Some(id) = ids.clone().find(|id| id.eq_ignore_ascii_case(given)) {
        return Ok(Some(id.to_owned()));
    }
    let all: Vec<&str> = ids.collect();
    let known =
        if all.is_empty() { "the team file names none".to_owned() } else { format!("there are: {}", all.join(", ")) };
    Err(Failure::wrong(format!("{flag} {given}: no such id; {known}")))
}

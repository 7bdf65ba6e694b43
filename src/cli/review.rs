//! `dogwatch review`: one cycle, looked back upon, and what the team file
//! could say better.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::ValueEnum;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, oncall, out};
use crate::config::{Team, wants_trust};
use crate::domain::review::Review;
use crate::domain::review::period::{Cycle, Wanted, midnight};
use crate::panes::review::{markdown, text};
use crate::shell::engine::Network;
use crate::shell::place::Place;
use crate::shell::session::{Decisions, trust_of};
use crate::shell::{duty, review};
use crate::store::files;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The first day, or RFC 3339; default: where the last review ended, else 28 days before the end.
    #[arg(long, value_name = "TIME", conflicts_with = "cycle")]
    from: Option<String>,
    /// The last day, included, or RFC 3339; default: now.
    #[arg(long, value_name = "TIME", conflicts_with = "cycle")]
    to: Option<String>,
    /// `last`: the last whole cycle by the cadence whose `done_by` is `review`.
    #[arg(long, value_name = "CYCLE", value_enum)]
    cycle: Option<Which>,
    /// Prints the proposed changes of the team file alone, for `git apply`.
    #[arg(long, conflicts_with_all = ["format", "write"])]
    diff: bool,
    /// How it is written.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Writes the answer into this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Writes Markdown and JSON under the team's `log_dir`, as evidence that the review was held.
    #[arg(long)]
    write: bool,
}

/// Which cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Last,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Markdown,
    Text,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    if global.json && (args.diff || args.format.is_some()) {
        return Err(Failure::wrong("--json is an answer of its own; leave --diff and --format out"));
    }
    let context = Context::load(global)?;
    let now = context.clock().start();
    let wanted = wanted(args, now, &context.team.team)?;
    if context.decisions() == Decisions::Taken {
        // An answer does not fail because the ledger of shifts cannot be written; `oncall` says so.
        let _told = duty::record(&context.folder, &context.team, (now, &context.clock()));
    }
    let mut plan = context.plan();
    plan.clock = crate::shell::clock::Clock::starting(Some(now));
    let asked = ask_for_the_past(&context, &wanted).await?;
    let review = review::review(&plan, wanted, &asked).await.map_err(|error| Failure::wrong(error.to_string()))?;
    if args.diff && out::veil().is_some() {
        out::say("dogwatch: names are replaced, so this diff is to be read and does not apply");
    }
    let review = if args.diff { Cow::Borrowed(&review) } else { out::document(&review, (None, None))? };
    let answer = match (global.json, args.diff, args.format) {
        (true, _, _) => json(&review)?,
        (false, true, _) => review.diff.clone(),
        (false, false, Some(Format::Text)) => text(&review),
        (false, false, Some(Format::Markdown) | None) => markdown(&review),
    };
    if args.write {
        write(&context, &review)?;
    }
    match &args.out {
        Some(path) => out::to_file(path, &answer, context.team_path.as_deref())?,
        None if args.write => {}
        None if args.diff => out::bytes(answer.as_bytes())?,
        None => out::ready(&answer)?,
    }
    Ok(Exit::Done)
}

/// What this machine may have missed is asked of the trackers, where there are any and it may be.
async fn ask_for_the_past(context: &Context, wanted: &Wanted) -> Result<Vec<review::Asked>, Failure> {
    let has_any = context.team.sources.iter().any(|source| source.github().is_some());
    if !has_any || context.network() == Network::Offline {
        return Ok(Vec::new());
    }
    let since = review::begins(&context.plan(), *wanted).await.map_err(|error| Failure::wrong(error.to_string()))?;
    let session = super::open(context)?;
    let asked = session.engine().fill_history(since).await;
    session.flush().await;
    Ok(asked)
}

/// The stretch that was asked for: both days count whole.
fn wanted(args: &Args, now: DateTime<Utc>, team: &Team) -> Result<Wanted, Failure> {
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    let from = args.from.as_deref().map(|text| oncall::instant("--from", text, now, team)).transpose()?;
    let to = match args.to.as_deref() {
        None => None,
        Some(text) => {
            let at = oncall::instant("--to", text, now, team)?;
            let after = day(text).and_then(|day| day.succ_opt()).map(|day| midnight(day, team.timezone));
            Some(after.unwrap_or(at))
        }
    };
    if to.is_some_and(|to| to > now + TimeDelta::days(366)) {
        return Err(Failure::wrong("--to lies more than a year ahead; a review looks back"));
    }
    let cycle = if args.cycle.is_some() { Cycle::Last } else { Cycle::Running };
    Ok(Wanted { from, to, cycle })
}

/// `dogwatch.review/1`.
fn json(review: &Review) -> Result<String, Failure> {
    let value = serde_json::to_value(review).map_err(|error| Failure::setting_up("cannot write the review", &error))?;
    Ok(format!("{value:#}\n"))
}

/// Under the team's log folder, named by the last day of the cycle.
fn write(context: &Context, review: &Review) -> Result<(), Failure> {
    if context.decisions() == Decisions::NotTaken {
        return Err(Failure::wrong("--write changes files, and --readonly changes nothing; leave one of them out"));
    }
    let plan = context.plan();
    let Some(place) = Place::of_team(&plan, trust_of(&plan, &wants_trust(&context.team))) else {
        return Err(Failure::wrong("--write needs a team file, which says where reviews lie; `--out FILE` needs none"));
    };
    let folder = review::folder(&context.team, &place).map_err(|why| Failure::wrong(why.to_string()))?;
    let last = (review.to - chrono::TimeDelta::milliseconds(1)).with_timezone(&review.time_zone).date_naive();
    let failed = |error: crate::store::StoreError| Failure::setting_up("the review is not written", &error);
    files::folder(&folder).map_err(failed)?;
    let at = |kind: &str| folder.join(format!("{last}.{kind}"));
    review::is_free(&at("md"), &at("json"), review.from).map_err(|why| Failure::wrong(why.to_string()))?;
    // The data first: it says whose the page is, if only one of them comes to stand.
    for (file, text) in [(at("json"), json(review)?), (at("md"), markdown(review))] {
        put(&file, &text)?;
        out::say(&format!("dogwatch: wrote {}", super::context::shown(&file)));
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<(), Failure> {
    files::replace_plain(path, text).map_err(|error| Failure::setting_up("the review is not written", &error))
}

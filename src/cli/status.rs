//! `dogwatch status`: one line for a shell prompt, from disk only.

mod format;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, examples, json, out};
use crate::domain::queue::Section;
use crate::shell::glance::Glance;
use format::Format;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How the line is made: `plain`, `tmux`, or a text with placeholders; see below.
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

/// What `--help` shows below: examples, and every placeholder.
pub(super) fn help() -> String {
    format!("{}\n\n{}", examples::STATUS, format::help())
}

pub(super) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    // What is wrong with the format is said before anything is looked up.
    let format = args.format.as_deref().map(Format::parse).transpose()?;
    let context = Context::load(global)?;
    let now = context.clock().start();
    let plan = context.plan();
    let glance = Glance::take(&plan, now).map_err(|error| Failure::setting_up("the store cannot be used", &error))?;
    if global.json {
        out::json(&told(&glance))?;
    } else if let Some(format) = format {
        out::answer(&format.line(&glance)?)?;
    } else {
        out::answer(&in_words(&glance))?;
    }
    Ok(Exit::Done)
}

fn told(glance: &Glance) -> serde_json::Value {
    let not_fresh: Vec<&str> = glance.not_fresh().collect();
    serde_json::json!({
        "schema": "dogwatch.status/1",
        "at": json::time(glance.at),
        "open": glance.tally.open(),
        "overdue": glance.tally.overdue,
        "acked": glance.tally.section(Section::Acked),
        "snoozed": glance.tally.section(Section::Snoozed),
        "unsent": glance.unsent,
        "unknown": glance.unknown,
        "asking": glance.asking,
        "refused": glance.refused,
        "not_fresh": not_fresh,
    })
}

fn in_words(glance: &Glance) -> String {
    let mut words = vec![format!("{} open", glance.tally.open())];
    let counts = [
        (glance.tally.overdue, "overdue"),
        (glance.tally.section(Section::Acked), "acked"),
        (glance.unsent, "unsent"),
        (glance.asking, "asking again"),
        (glance.refused, "refused"),
    ];
    words.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")));
    words.extend(glance.not_fresh().map(|id| format!("{id} not fresh")));
    words.join(" · ")
}

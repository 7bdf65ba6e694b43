//! `dogwatch check`: what is wrong with the operating model, for people, for
//! programs, and for the machines that look at each change.

mod forms;

use std::time::Duration;

use clap::ValueEnum;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, out};
use crate::domain::check::{Answer, Level, RULES, Rule, rule};
use crate::domain::map;
use crate::shell::check::{self, Web};
use crate::shell::engine::Network;
use crate::shell::session::{Decisions, Session};

/// All sources together get so long with `--online`.
const POLL: Duration = Duration::from_mins(1);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
    /// Also warnings end with exit status 1.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// Says why a rule is there and how to mend what it finds; `all` lists them.
    #[arg(long, value_name = "RULE", conflicts_with_all = ["format", "deny", "online"])]
    explain: Option<String>,
    /// Who decides what, who backs them up, by when, what counts as done, and where that is unclear.
    #[arg(long, conflicts_with_all = ["deny", "explain", "online"])]
    map: bool,
    /// Asks every source first, and the addresses that runbooks link to; without it their last answers count.
    #[arg(long)]
    online: bool,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// As `--json`.
    Json,
    /// Annotations of GitHub Actions.
    Github,
    /// The Static Analysis Results Interchange Format, 2.1.0.
    Sarif,
}

/// What is not let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    if let Some(name) = &args.explain {
        return explain(global, name);
    }
    let context = Context::load(global).inspect_err(|_| annotate(global, args.format))?;
    if args.map {
        return map(global, args.format, &context);
    }
    if args.online {
        poll(&context).await?;
    }
    let checked = check::check(&context.plan(), if args.online { Web::Asked } else { Web::LeftAlone })
        .await
        .map_err(|why| Failure::wrong(why.to_string()))?;
    let (answer, prefix) = (&checked.answer, checked.prefix.as_str());
    match (global.json, args.format) {
        (true, _) | (false, Format::Json) => {
            let value = serde_json::to_value(answer);
            out::json(&value.map_err(|error| Failure::setting_up("cannot write the findings", &error))?)?;
        }
        (false, Format::Text) => out::answer(&forms::text(answer))?,
        (false, Format::Github) => out::answer(forms::github(answer, prefix).trim_end())?,
        (false, Format::Sarif) => out::json(&forms::sarif(answer, prefix))?,
    }
    let denied = args.deny == Some(Deny::Warnings) && answer.summary.warning > 0;
    Ok(if answer.summary.error > 0 || denied { Exit::Found } else { Exit::Done })
}

/// A team file that cannot be read is told where the others look for what was found; that it is wrong is told as ever.
fn annotate(global: &Global, format: Format) {
    let problems = Context::problems(global);
    let _deaf = match format {
        Format::Github => out::answer(forms::github_problems(&problems).trim_end()).ok(),
        Format::Sarif => out::json(&forms::sarif_problems(&problems)).ok(),
        Format::Text | Format::Json => None,
    };
}

/// The map; with exit status 1 where something is unclear.
fn map(global: &Global, format: Format, context: &Context) -> Result<Exit, Failure> {
    if matches!(format, Format::Github | Format::Sarif) {
        return Err(Failure::wrong("a map is no list of findings; it is written as text or, with --json, as JSON"));
    }
    if context.team_path.is_none() {
        return Err(Failure::wrong(check::CheckError::NoTeam.to_string()));
    }
    let rows = map::rows(&context.team);
    if global.json || format == Format::Json {
        out::json(&serde_json::json!({ "schema": map::SCHEMA, "rows": rows }))?;
    } else {
        out::answer(&forms::map(&rows))?;
    }
    let unclear = rows.iter().any(|row| !row.unclear.is_empty());
    Ok(if unclear { Exit::Found } else { Exit::Done })
}

async fn poll(context: &Context) -> Result<(), Failure> {
    if context.network() == Network::Offline {
        return Err(Failure::wrong("--online and --offline are opposites; leave one of them out"));
    }
    if context.decisions() == Decisions::NotTaken {
        return Err(Failure::wrong("--online keeps what sources say, and --readonly changes nothing; leave one out"));
    }
    let mut session: Session = super::open(context)?;
    // Endpoints are asked by one process at a time, as by `sync`.
    session.take_lease();
    session.poll_once(POLL, crate::shell::session::Probes::One).await;
    session.flush().await;
    for source in session.desk().sources() {
        if let Some(why) = &source.error {
            out::say(&format!("dogwatch: {} was not asked to the end: {why}", source.id));
        }
    }
    Ok(())
}

/// Why a rule is there; with `all`, the table of rules.
fn explain(global: &Global, name: &str) -> Result<Exit, Failure> {
    if name == "all" {
        if global.json {
            let rules: Vec<_> = RULES.iter().map(told).collect();
            out::json(&serde_json::json!({ "schema": "dogwatch.rules/1", "rules": rules }))?;
        } else {
            let lines: Vec<String> =
                RULES.iter().map(|rule| format!("{:<22} {:<7} {}", rule.name, rule.level.word(), rule.fires)).collect();
            out::answer(&lines.join("\n"))?;
        }
        return Ok(Exit::Done);
    }
    let Some(rule) = rule(name) else {
        let near = crate::config::nearest(name, RULES.iter().map(|rule| rule.name));
        let near = near.map(|near| format!(" did you mean {near}?")).unwrap_or_default();
        return Err(Failure::wrong(format!(
            "there is no rule {name};{near} `dogwatch check --explain all` lists them"
        )));
    };
    if global.json {
        out::json(&told(rule))?;
    } else {
        let Rule { name, level, fires, why, source, mend, .. } = rule;
        let text = format!(
            "{name} ({})\n\n{}\n\n{}\n\n{}\n\nFrom: {source}.",
            level.word(),
            paragraph("Fires when", fires),
            paragraph("Why:", why),
            paragraph("Mend it:", mend)
        );
        out::answer(&text)?;
    }
    Ok(Exit::Done)
}

fn told(rule: &Rule) -> serde_json::Value {
    serde_json::json!({
        "rule": rule.name, "level": rule.level.word(), "fires": rule.fires, "why": rule.why, "source": rule.source,
        "fix": rule.mend,
    })
}

fn paragraph(head: &str, text: &str) -> String {
    let end = if text.ends_with('.') { "" } else { "." };
    crate::panes::fit::wrap(&format!("{head} {text}{end}"), 80).join("\n")
}

/// The word for so many of a level.
fn counted(n: usize, level: Level) -> String {
    match (n, level) {
        (_, Level::Info) => format!("{n} info"),
        (1, level) => format!("1 {}", level.word()),
        (n, level) => format!("{n} {}s", level.word()),
    }
}

/// `2 errors, 1 warning, 3 info, 1 waived`.
pub(super) fn summed(answer: &Answer) -> String {
    let sum = &answer.summary;
    let levels = [(sum.error, Level::Error), (sum.warning, Level::Warning), (sum.info, Level::Info)];
    let mut parts: Vec<String> =
        levels.into_iter().filter(|(n, _)| *n > 0).map(|(n, level)| counted(n, level)).collect();
    parts.extend((sum.waived > 0).then(|| format!("{} waived", sum.waived)));
    if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") }
}

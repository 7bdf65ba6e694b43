//! `dogwatch publish`: the operating model as a page for people who have no
//! dogwatch, and its areas as CODEOWNERS. From the team file alone: no source
//! is asked, and nothing that this machine remembers.

mod checked;
mod owners;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::context::{self, Context};
use super::exit::{Exit, Failure};
use super::{Global, out};
use crate::config::{TeamFile, team_file};
use crate::domain::calendar;
use crate::domain::publish::{Marker, Names, page, text};
use crate::domain::quote;
use crate::domain::text::Clean;
use crate::domain::veil::Veil;
use crate::shell::publish::{Found, Ground, look, make_room, put};
use crate::shell::session::Decisions;
use owners::Then;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Writes the page into this file; one that people wrote is left alone.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Writes nothing; asks whether the page of --out, or CODEOWNERS, says what the team file says.
    #[arg(long)]
    check: bool,
    /// Writes the areas into CODEOWNERS instead, between two marker lines; with --out both.
    #[arg(long)]
    codeowners: bool,
}

/// The team file as it lies there, and what is around it.
struct Model {
    team: TeamFile,
    text: String,
    path: PathBuf,
    ground: Ground,
    today: NaiveDate,
    /// What people type to come here: `dogwatch --config FILE publish`.
    command: String,
}

impl Model {
    fn of(global: &Global, context: &Context) -> Result<Self, Failure> {
        let Some(path) = context.team_path.clone() else {
            let remedy = "`dogwatch demo` shows one; the README says how to begin";
            return Err(Failure::wrong(format!("there is no dogwatch.toml here or above: {remedy}")));
        };
        // The text that the page names is the one that it was made from.
        let text = context::read(&path)?;
        let team = team_file(&text, &path.display().to_string())
            .map_err(|problems| Failure::Wrong(problems.iter().map(ToString::to_string).collect()))?;
        let ground = Ground::of(&path).map_err(wrong)?;
        let today = calendar::today(&team, context.clock().start());
        let typed = global.config.as_ref().map(|path| format!(" --config {}", word(path))).unwrap_or_default();
        Ok(Self { team, text, path, ground, today, command: format!("dogwatch{typed} publish") })
    }

    /// What hides names in a file: only what the team file itself says, so that anybody's check sees the same.
    fn veil(&self, names: Names) -> Veil {
        match names {
            Names::Told => Veil::of_secrets(),
            Names::Replaced => Veil::new(&self.team, self.team.ui.redact.as_deref().unwrap_or_default()),
        }
    }
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    if args.check && args.out.is_none() && !args.codeowners {
        return Err(Failure::wrong("--check needs --out FILE, which is the published page, or --codeowners"));
    }
    let writes = !args.check && (args.out.is_some() || args.codeowners);
    if writes && context.decisions() == Decisions::NotTaken {
        let remedy = "--readonly changes nothing; leave one of them out, or add --check";
        return Err(Failure::wrong(format!("--out and --codeowners change files, and {remedy}")));
    }
    if args.codeowners && !args.check && global.redact {
        return Err(Failure::wrong(
            "CODEOWNERS needs people's handles, and --redact replaces them; leave one of them out",
        ));
    }
    let model = Model::of(global, &context)?;
    let names = if context.redacts() { Names::Replaced } else { Names::Told };
    let mut exit = Exit::Done;
    if args.codeowners {
        exit = owners::write(&model, if args.check { Then::Say } else { Then::Write }).await?;
    }
    match &args.out {
        Some(typed) => {
            let file = model.ground.page(typed).map_err(wrong)?;
            if args.check {
                let found = checked::page(&model, (typed, &file))?;
                exit = if exit == Exit::Done { found } else { exit };
            } else {
                write(&model, (typed, &file), names)?;
            }
        }
        None if args.codeowners => {}
        None => {
            let marker = Marker::new(&model.text, model.today, names);
            let veil = if context.redacts() { context.veil() } else { Veil::of_secrets() };
            out::ready(&page(&model.team, model.today, "").veiled(&veil).markdown(&marker))?;
        }
    }
    Ok(exit)
}

/// Writes the page, where there is none or one of ours.
fn write(model: &Model, (typed, file): (&Path, &Path), names: Names) -> Result<(), Failure> {
    let found = look(file).map_err(wrong)?;
    if let Found::Text(old) = &found
        && Marker::of(old).is_none()
    {
        return Err(not_ours(model, (typed, file)));
    }
    if found == Found::Nothing {
        make_room(file).map_err(wrong)?;
    }
    let marker = Marker::new(&model.text, model.today, names);
    let new = text(&model.team, &marker, (&model.ground.way_from(typed), &model.veil(names)));
    if found == Found::Text(new.clone()) {
        out::say(&format!("dogwatch: {} is up to date", context::shown(typed)));
        return Ok(());
    }
    put(file, &found, &new).map_err(wrong)?;
    out::say(&format!("dogwatch: wrote {}", context::shown(typed)));
    Ok(())
}

/// Somebody wrote it, and it stays.
fn not_ours(model: &Model, (typed, file): (&Path, &Path)) -> Failure {
    let shown = context::shown(typed);
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    if whole(file).is_some() && whole(file) == whole(&model.path) {
        return Failure::wrong(format!("--out {shown} is the team file; name another"));
    }
    Failure::wrong(format!(
        "{shown} was not written by `dogwatch publish` (its first lines have no marker) and is left alone; name another \
         file, or move that one away"
    ))
}

/// A path as a shell takes it.
fn word(path: &Path) -> String {
    quote::shell_word(&path.display().to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where errors are turned into ours")]
fn wrong(why: Clean) -> Failure {
    Failure::wrong(why.to_string())
}

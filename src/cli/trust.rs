//! `dogwatch trust`, `dogwatch untrust`: what a team file may do beyond being read.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use super::context::{Context, shown};
use super::exit::{Exit, Failure};
use super::{Global, out};
use crate::config::{TrustItem, wants_trust};
use crate::domain::text::Clean;
use crate::shell::session::fingerprint;
use crate::store::{Store, Untrusted};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Allows it without asking; for scripts.
    #[arg(long)]
    yes: bool,
}

pub(super) fn trust(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let (context, path, mut store) = open(global)?;
    let file = shown(&path);
    let wanted = wants_trust(&context.team);
    if wanted.is_empty() {
        answer(global, &path, (&wanted, "nothing-asked"), &format!("{file} asks for nothing that needs trust"))?;
        return Ok(Exit::Done);
    }
    let mark = fingerprint(&path, &wanted);
    if store.trusted(&path).map_err(|error| unusable(&error))?.as_deref() == Some(mark.as_str()) {
        answer(global, &path, (&wanted, "trusted"), &format!("{file} is trusted already"))?;
        return Ok(Exit::Done);
    }
    out::say(&question(file.as_str(), &wanted));
    if !args.yes && !agrees()? {
        answer(global, &path, (&wanted, "untrusted"), "not trusted; everything harmless in it still works")?;
        return Ok(Exit::Found);
    }
    store.trust(&path, &mark, context.clock().start()).map_err(|error| unusable(&error))?;
    answer(global, &path, (&wanted, "trusted"), &format!("trusted {file}, until it asks for something else"))?;
    Ok(Exit::Done)
}

pub(super) fn untrust(global: &Global) -> Result<Exit, Failure> {
    let (context, path, mut store) = open(global)?;
    let file = shown(&path);
    let said = match store.untrust(&path).map_err(|error| unusable(&error))? {
        Untrusted::TakenBack => format!("{file} is not trusted any more"),
        Untrusted::WasNot => format!("{file} was not trusted"),
    };
    answer(global, &path, (&wants_trust(&context.team), "untrusted"), &said)?;
    Ok(Exit::Done)
}

fn answer(global: &Global, path: &Path, (wanted, state): (&[TrustItem], &str), said: &str) -> Result<(), Failure> {
    if !global.json {
        return out::answer(said);
    }
    let wants: Vec<Clean> = wanted.iter().map(|item| Clean::line(&item.to_string())).collect();
    out::json(&serde_json::json!({
        "schema": "dogwatch.trust/1",
        "file": shown(path),
        "state": state,
        "wants": wants,
    }))
}

/// What is asked for, in plain words.
pub(super) fn question(path: &str, wanted: &[TrustItem]) -> String {
    let mut lines = vec![format!("{path} wants to")];
    lines.extend(wanted.iter().map(|item| format!("  {item}")));
    lines.join("\n")
}

fn agrees() -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::wrong("nobody is here to ask; allow it with `dogwatch trust --yes`"));
    }
    out::say("Allow this? [y/N]");
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::setting_up("cannot read the answer", &error))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn open(global: &Global) -> Result<(Context, PathBuf, Store), Failure> {
    if global.readonly {
        return Err(Failure::wrong("--readonly keeps nothing, and trust has to be kept; leave one of them out"));
    }
    let context = Context::load(global)?;
    let Some(path) = context.team_path.clone() else {
        return Err(Failure::wrong("there is no team file here; name one with --config"));
    };
    let opened = Store::open(&context.folder, context.clock().start()).map_err(|error| unusable(&error))?;
    Ok((context, path, opened.store))
}

fn unusable(error: &crate::store::StoreError) -> Failure {
    Failure::setting_up("the store cannot be used", error)
}

//! `dogwatch trust`, `dogwatch untrust`: what a team file may do beyond being read.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, out};
use crate::config::{TrustItem, wants_trust};
use crate::shell::session::fingerprint;
use crate::store::Store;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Allows it without asking; for scripts.
    #[arg(long)]
    yes: bool,
}

pub(super) fn trust(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let (context, path, mut store) = open(global)?;
    let wanted = wants_trust(&context.team);
    if wanted.is_empty() {
        out::answer(&format!("{} asks for nothing that needs trust", path.display()))?;
        return Ok(Exit::Done);
    }
    let mark = fingerprint(&path, &wanted);
    if store.trusted(&path).map_err(|error| unusable(&error))?.as_deref() == Some(mark.as_str()) {
        out::answer(&format!("{} is trusted already", path.display()))?;
        return Ok(Exit::Done);
    }
    out::say(&question(&path.display().to_string(), &wanted));
    if !args.yes && !agrees()? {
        out::say("not trusted; everything harmless in it still works");
        return Ok(Exit::Found);
    }
    store.trust(&path, &mark, context.clock().start()).map_err(|error| unusable(&error))?;
    out::answer(&format!("trusted {}", path.display()))?;
    Ok(Exit::Done)
}

pub(super) fn untrust(global: &Global) -> Result<Exit, Failure> {
    let (_, path, mut store) = open(global)?;
    store.untrust(&path).map_err(|error| unusable(&error))?;
    out::answer(&format!("{} is not trusted", path.display()))?;
    Ok(Exit::Done)
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

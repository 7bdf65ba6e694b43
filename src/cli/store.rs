//! `dogwatch export`, `dogwatch import`: a local tracker moves house.

use std::io::Read;
use std::path::PathBuf;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, out};
use crate::store::{Store, StoreError, files};

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// Writes to this file; default: standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// What `dogwatch export` wrote; `-` is standard input.
    file: PathBuf,
}

/// No export of a local tracker is longer than this.
const LONGEST: u64 = 256 << 20;

pub(super) fn export(global: &Global, args: &ExportArgs) -> Result<Exit, Failure> {
    let store = open(global)?;
    let text = store.export_local().map_err(|error| unusable(&error))?;
    let text = out::export(text);
    match &args.out {
        Some(path) => files::create(path, &text).map_err(|error| unusable(&error))?,
        None => out::bytes(format!("{text}\n").as_bytes())?,
    }
    Ok(Exit::Done)
}

pub(super) fn import(global: &Global, args: &ImportArgs) -> Result<Exit, Failure> {
    let mut store = open(global)?;
    let shown = args.file.display();
    let unreadable = |error: &std::io::Error| Failure::setting_up(&format!("cannot read {shown}"), error);
    let mut text = String::new();
    let read = if args.file.as_os_str() == "-" {
        std::io::stdin().take(LONGEST).read_to_string(&mut text)
    } else {
        std::fs::File::open(&args.file).and_then(|file| file.take(LONGEST).read_to_string(&mut text))
    };
    read.map_err(|error| unreadable(&error))?;
    let brought = store.import_local(&text).map_err(|error| unusable(&error))?;
    out::answer(&format!("imported {} incidents; {} were there already", brought.incidents, brought.known))?;
    Ok(Exit::Done)
}

fn open(global: &Global) -> Result<Store, Failure> {
    let context = Context::load(global)?;
    let opened = Store::open(&context.folder, context.clock().start()).map_err(|error| unusable(&error))?;
    Ok(opened.store)
}

fn unusable(error: &StoreError) -> Failure {
    Failure::setting_up("the store cannot be used", error)
}

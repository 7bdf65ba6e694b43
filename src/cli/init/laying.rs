//! How the files of a beginning come to lie where they are meant to: each in
//! one piece, none over another, and none outside the repository.

use std::path::{Path, PathBuf};

use crate::cli::context::TEAM_FILE;
use crate::cli::exit::Failure;
use crate::cli::out;
use crate::domain::text::Clean;
use crate::shell::place::Place;
use crate::shell::session::Trusted;
use crate::store::{StoreError, files};

/// A file that is to be there afterwards.
pub(super) struct Laid {
    /// As people see it.
    path: String,
    at: PathBuf,
    text: String,
    state: State,
}

/// Whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    There,
    Missing,
}

/// Finds out what is there already.
///
/// # Errors
///
/// A way that leads out of the folder, or over something that is no folder; nothing is to be written then.
pub(super) fn plan(home: &Path, draft: Vec<(String, String)>) -> Result<Vec<Laid>, Failure> {
    let place = Place { home: home.to_owned(), trusted: Trusted::No };
    draft.into_iter().map(|(path, text)| laid(&place, path, text)).collect()
}

fn laid(place: &Place, path: String, text: String) -> Result<Laid, Failure> {
    let unusable = |why: Clean| Failure::wrong(format!("nothing was written: {why}"));
    let (folder, _) = path.rsplit_once('/').unwrap_or(("", &path));
    let mut above = place.folder(folder).map_err(unusable)?;
    // What is there on the way must be folders.
    while above != place.home && above.symlink_metadata().is_err() && above.pop() {}
    if !above.is_dir() {
        let above = Clean::line(&above.display().to_string());
        return Err(Failure::wrong(format!("nothing was written: {above} is no folder; move it away")));
    }
    let at = place.home.join(&path);
    // A link that leads nowhere is there, too.
    let state = if at.symlink_metadata().is_ok() { State::There } else { State::Missing };
    Ok(Laid { path, at, text, state })
}

/// Whose texts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// That of the team file.
    Model,
    /// All.
    All,
}

/// Prints what would be written: what there would be, then the texts.
pub(super) fn show(laid: &[Laid], shown: Shown) -> Result<(), Failure> {
    for Laid { path, state, .. } in laid {
        out::answer(&match state {
            State::Missing => format!("would write {path}"),
            State::There => kept(path),
        })?;
    }
    let missing = || laid.iter().filter(|one| one.state == State::Missing);
    let texts: Vec<&Laid> = missing().filter(|one| shown == Shown::All || one.path == TEAM_FILE).collect();
    for Laid { path, text, .. } in &texts {
        out::answer(&format!("\n==> {path} <==\n{text}"))?;
    }
    if texts.len() < missing().count() {
        out::answer("`--full` shows the other files, too.")?;
    }
    Ok(())
}

/// Writes what is missing, the last one last.
pub(super) fn write(laid: &[Laid]) -> Result<(), Failure> {
    for Laid { path, at, text, state } in laid {
        if *state == State::There {
            out::answer(&kept(path))?;
            continue;
        }
        let written = at.parent().map_or(Ok(()), files::folder).and_then(|()| files::create(at, text));
        // Another one has been faster.
        if written.is_err() && at.symlink_metadata().is_ok_and(|about| about.is_file()) {
            out::answer(&kept(path))?;
            continue;
        }
        written.map_err(|error: StoreError| Failure::setting_up("not all was written; run it again", &error))?;
        out::answer(&format!("wrote {path}"))?;
    }
    Ok(())
}

fn kept(path: &str) -> String {
    format!("kept {path}, which is there already")
}

//! The areas as CODEOWNERS: written between our two lines, or held against
//! them; and whatever keeps GitHub from heeding them.

use super::super::exit::{Exit, Failure};
use super::super::out;
use super::{Model, checked, wrong};
use crate::domain::publish::block::{Torn, block_in};
use crate::domain::publish::codeowners;
use crate::domain::publish::overrides::{Rivals, rivals};
use crate::domain::text::Clean;
use crate::shell::publish::{Found, look, make_room, put};

/// What becomes of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// It is written.
    Write,
    /// It is only said.
    Say,
}

/// Writes the areas into CODEOWNERS, or says what is different.
pub(super) async fn write(model: &Model, then: Then) -> Result<Exit, Failure> {
    let (path, name) = model.ground.codeowners().map_err(wrong)?;
    let found = look(&path).map_err(wrong)?;
    let old = match &found {
        Found::Text(old) => old.as_str(),
        Found::Nothing => "",
        Found::Device => return Err(Failure::wrong(format!("{name} is no regular file; make it one"))),
    };
    let torn = |torn: Torn| Failure::wrong(format!("{name}: {torn}"));
    let folder = model.ground.prefix();
    let lines = codeowners::lines(&model.team, &folder);
    let new = block_in(old, &folder, &lines).map_err(torn)?;
    let now = if then == Then::Write { new.as_str() } else { old };
    let rivals = rivals((now, &folder), &lines, &model.ground.files().await).map_err(torn)?;
    tell(model, name, &rivals);
    if new == old {
        return held(name, then, &rivals);
    }
    if then == Then::Say {
        return checked::differs((name, &model.command), (old, &new), "--codeowners");
    }
    make_room(&path).map_err(wrong)?;
    put(&path, &found, &new).map_err(wrong)?;
    out::say(&format!("dogwatch: wrote the areas into {name}"));
    Ok(Exit::Done)
}

/// The lines are what they should be; that is no help where others override them.
fn held(name: &str, then: Then, rivals: &Rivals) -> Result<Exit, Failure> {
    let said = format!("{name} says what the team file says");
    match then {
        Then::Write => out::say(&format!("dogwatch: {said}")),
        Then::Say if rivals.after.is_empty() => out::answer(&said)?,
        Then::Say => {
            out::answer(&format!("{said}, but lines after it override it; move them above dogwatch's lines"))?;
            return Ok(Exit::Found);
        }
    }
    Ok(Exit::Done)
}

/// Says whom GitHub cannot be told, and which lines speak of the same files.
fn tell(model: &Model, name: &str, rivals: &Rivals) {
    for (person, areas) in codeowners::without_handle(&model.team) {
        let areas = areas.join(", ");
        out::say(&format!(
            "dogwatch: {person} owns {areas} and is not in {name}: add `github = \"…\"` to the person {person}"
        ));
    }
    for rival in &rivals.before {
        let text = Clean::line(&rival.text);
        out::say(&format!("dogwatch: {name}: the block below overrides line {}: {text}", rival.line));
    }
    for rival in &rivals.after {
        let (text, ours) = (Clean::line(&rival.text), Clean::line(&rival.ours));
        out::say(&format!("dogwatch: {name}: line {} overrides {ours} of the block above: {text}", rival.line));
    }
}

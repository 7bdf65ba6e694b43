//! Whether what was published still holds, and what mends it.

use std::path::Path;

use super::super::context;
use super::super::exit::{Exit, Failure};
use super::super::out;
use super::{Model, not_ours, word, wrong};
use crate::domain::publish::compare::{Difference, difference};
use crate::domain::publish::{Marker, Names, VERSION, last_day, text};
use crate::shell::publish::{Found, look};

/// So many lines of a diff are shown.
const MOST: usize = 60;

/// Holds a page against the team file, as of the day that it names.
pub(super) fn page(model: &Model, (typed, file): (&Path, &Path)) -> Result<Exit, Failure> {
    let shown = context::shown(typed);
    let old = match look(file).map_err(wrong)? {
        Found::Text(old) => old,
        Found::Nothing => {
            let mend = mended(model, typed, Names::Told);
            out::answer(&format!("{shown} is not there; {mend} writes it"))?;
            return Ok(Exit::Found);
        }
        Found::Device => return Err(Failure::wrong(format!("{shown} is no regular file; name the published page"))),
    };
    let Some(marker) = Marker::of(&old) else { return Err(not_ours(model, (typed, file))) };
    let mend = mended(model, typed, marker.names);
    if marker.version != VERSION {
        let (theirs, ours) = (marker.version, VERSION);
        out::answer(&format!(
            "{shown} has the form {theirs} of the page, this dogwatch writes {ours}; {mend} writes it anew"
        ))?;
        return Ok(Exit::Found);
    }
    if marker.as_of > model.today {
        let of = marker.as_of;
        out::answer(&format!("{shown} is as of {of}, which is still ahead; {mend} writes it anew"))?;
        return Ok(Exit::Found);
    }
    let (now, veil) = (Marker::new(&model.text, marker.as_of, marker.names), model.veil(marker.names));
    let new = text(&model.team, &now, (&model.ground.way_from(typed), &veil));
    let head = (format!("{shown}"), format!("the team file, as of {}", marker.as_of));
    // The marker names the text of the file: when only that differs, it was a comment or the like.
    let told = old.replacen(&marker.line(), &now.line(), 1);
    if let Some(found) = difference((&told, &new), (&head.0, &head.1), MOST) {
        return shown_with(&format!("{shown} does not say what the team file says:"), &found, &mend);
    }
    let last = last_day(&model.team, marker.as_of);
    if last < model.today {
        let of = marker.as_of;
        out::answer(&format!(
            "the page's dates are over: {shown} is as of {of} and tells up to {last}; {mend} writes it anew"
        ))?;
        return Ok(Exit::Found);
    }
    out::answer(&format!("{shown} says what the team file says, as of {}", marker.as_of))?;
    Ok(Exit::Done)
}

/// Says what is different in a file that we write a part of.
pub(super) fn differs((name, command): (&str, &str), (old, new): (&str, &str), flags: &str) -> Result<Exit, Failure> {
    let Some(found) = difference((old, new), (name, "the team file"), MOST) else {
        // Line ends alone.
        out::answer(&format!("{name} has other line ends; `{command} {flags}` writes them"))?;
        return Ok(Exit::Found);
    };
    shown_with(&format!("{name} does not say what the team file says:"), &found, &format!("`{command} {flags}`"))
}

fn shown_with(what: &str, found: &Difference, mend: &str) -> Result<Exit, Failure> {
    let mut lines = vec![what.to_owned()];
    lines.extend(found.shown.iter().cloned());
    lines.extend((found.left > 0).then(|| format!("… and {} more lines", found.left)));
    lines.push(format!("{mend} mends it"));
    out::answer(&lines.join("\n"))?;
    Ok(Exit::Found)
}

/// What writes this page anew.
fn mended(model: &Model, typed: &Path, names: Names) -> String {
    let redact = match names {
        Names::Told => "",
        Names::Replaced => " --redact",
    };
    format!("`{}{redact} --out {}`", model.command, word(typed))
}

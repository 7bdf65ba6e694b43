//! What was changed, or would be: the text, and who has what from when on.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::app::editing::{Draft, Told};
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Global, out};
use crate::config::Amendment;
use crate::domain::amended::Changed;
use crate::domain::rotation::role_word;
use crate::domain::text::Clean;

/// Answers, and says what is worth a word.
pub(super) fn tell(
    global: &Global,
    (verb, dry_run): (&str, bool),
    (file, draft): (&Path, &Draft),
    now: DateTime<Utc>,
) -> Result<Exit, Failure> {
    let name = super::file_name(file);
    let told = draft.effect(now);
    if global.json {
        out::json(&answer(&told, (verb, dry_run), (&file.display().to_string(), draft)))?;
    } else if told.refused.is_none() {
        let parts = [Clean::block(&draft.diff).to_string(), told.lines().join("\n")];
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if !parts.is_empty() {
            out::answer(&parts.join("\n\n"))?;
        }
    }
    for doubt in &told.doubts {
        out::say(&format!("dogwatch: {doubt}"));
    }
    if let Some(why) = &told.refused {
        out::say(&format!("dogwatch: {why}; {name} is as it was"));
        return Ok(Exit::Found);
    }
    out::say(&match (draft.changes(), dry_run) {
        (false, _) => format!("dogwatch: {name} says so already"),
        (true, true) => format!("dogwatch: {name} is as it was; leave out --dry-run to write it"),
        (true, false) => {
            format!("dogwatch: {name} is changed; `git diff` shows it, and it holds for the others once you commit it")
        }
    });
    Ok(Exit::Done)
}

/// `dogwatch.override/1`.
fn answer(told: &Told, (verb, dry_run): (&str, bool), (file, draft): (&str, &Draft)) -> Value {
    let time = |at: DateTime<Utc>| {
        at.with_timezone(&told.zone).fixed_offset().to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
    };
    let change = |one: &Changed| json!({"role": role_word(one.role), "from": time(one.from), "to": time(one.to), "was": one.was, "is": one.is});
    json!({
        "schema": "dogwatch.override/1",
        "verb": verb,
        "rotation": match &draft.amendment {
            Amendment::Rotation { rotation, .. } => Some(rotation),
            Amendment::Model(_) => None,
        },
        "file": file,
        "written": draft.changes() && !dry_run && told.refused.is_none(),
        "diff": draft.diff,
        "changes": told.changes.iter().map(change).collect::<Vec<_>>(),
        "warnings": told.refused.iter().chain(&told.doubts).collect::<Vec<_>>(),
    })
}

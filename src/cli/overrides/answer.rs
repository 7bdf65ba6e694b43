//! What was changed, or would be: the text, and who has what from when on.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::app::editing::Draft;
use crate::app::moments::HandoverClock;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Global, out};
use crate::config::{Rotation, RotationEdit, Stretch, Swap, TeamFile, team_file};
use crate::domain::amended::{Changed, changed, doubts};
use crate::domain::rotation::role_word;
use crate::domain::text::Clean;

/// So far a new list of members is followed.
const FOLLOWED: TimeDelta = TimeDelta::days(182);

/// Answers, and says what is worth a word.
pub(super) fn tell(
    global: &Global,
    (verb, dry_run): (&str, bool),
    (file, draft): (&Path, &Draft),
    now: DateTime<Utc>,
) -> Result<Exit, Failure> {
    let name = super::file_name(file);
    let read = |text: &str| {
        let problems = |found: Vec<crate::config::Problem>| found.iter().map(ToString::to_string).collect();
        team_file(text, &name).map_err(|found| Failure::Wrong(problems(found)))
    };
    let (before, after) = (read(&draft.before)?, read(&draft.after)?);
    let told = Told::new((&before, &after), draft, now);
    if global.json {
        out::json(&told.json((verb, dry_run), (&file.display().to_string(), draft)))?;
    } else {
        let lines: Vec<String> = told.changes.iter().map(|one| told.line(one)).collect();
        let parts = [Clean::block(&draft.diff).to_string(), lines.join("\n")];
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if !parts.is_empty() {
            out::answer(&parts.join("\n\n"))?;
        }
    }
    for doubt in &told.doubts {
        out::say(&format!("dogwatch: {doubt}"));
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

/// What the change does.
struct Told<'a> {
    rotation: Option<&'a Rotation>,
    changes: Vec<Changed>,
    doubts: Vec<String>,
}

impl<'a> Told<'a> {
    fn new((before, after): (&'a TeamFile, &'a TeamFile), draft: &Draft, now: DateTime<Utc>) -> Self {
        let id = &draft.amendment.rotation;
        let rotation = after.rotations.iter().find(|rotation| rotation.id == *id);
        let Some(known) = rotation else { return Self { rotation, changes: Vec::new(), doubts: Vec::new() } };
        let clock = HandoverClock::of(known, &after.team);
        let stretches = stretches(&draft.amendment.edit, &clock);
        let mut changes: Vec<Changed> =
            stretches.iter().flat_map(|stretch| changed((before, after), id, *stretch)).collect();
        changes.sort_by_key(|one| (one.from, one.role == crate::config::Role::Secondary));
        let mut words: Vec<String> = Vec::new();
        if draft.changes() {
            let asks = matches!(&draft.amendment.edit, RotationEdit::AddSwap(Swap { take: None, .. }));
            let takes_out = matches!(
                draft.amendment.edit,
                RotationEdit::RemoveOverride(_) | RotationEdit::RemoveSwap(_) | RotationEdit::Restate { .. }
            );
            if changes.is_empty() && !asks && !takes_out {
                words.push("it changes nothing: whoever it names has it anyway, or another override wins".to_owned());
            }
            let own = stretches.iter().filter(|_| !takes_out);
            words.extend(own.clone().flat_map(|stretch| doubts(after, id, *stretch)));
            words.extend(overlaps(before, known, &clock, &draft.amendment.edit));
            words.extend(own.filter(|(_, to)| *to <= now).map(|_| "it is about the past".to_owned()));
        }
        Self { rotation, changes, doubts: words }
    }

    fn line(&self, one: &Changed) -> String {
        let zone = self.rotation.map_or(chrono_tz::Tz::UTC, |rotation| rotation.timezone);
        let id = self.rotation.map_or("", |rotation| rotation.id.as_str());
        let at = |at: DateTime<Utc>| at.with_timezone(&zone).format("%a %-d %b %Y %H:%M").to_string();
        let who = |who: &Option<String>| who.clone().unwrap_or_else(|| "nobody".to_owned());
        let role = role_word(one.role);
        format!("{id} {role} from {} to {}: {}, until now {}", at(one.from), at(one.to), who(&one.is), who(&one.was))
    }

    fn json(&self, (verb, dry_run): (&str, bool), (file, draft): (&str, &Draft)) -> Value {
        let zone = self.rotation.map_or(chrono_tz::Tz::UTC, |rotation| rotation.timezone);
        let time = |at: DateTime<Utc>| {
            at.with_timezone(&zone).fixed_offset().to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
        };
        let change = |one: &Changed| json!({"role": role_word(one.role), "from": time(one.from), "to": time(one.to), "was": one.was, "is": one.is});
        json!({
            "schema": "dogwatch.override/1",
            "verb": verb,
            "rotation": draft.amendment.rotation,
            "file": file,
            "written": draft.changes() && !dry_run,
            "diff": draft.diff,
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
            "warnings": self.doubts,
        })
    }
}

/// The stretches of time that a change is about.
fn stretches(edit: &RotationEdit, clock: &HandoverClock) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let of = |when: &Stretch| (clock.instant(when.from), clock.instant(when.to));
    let of_swap = |swap: &Swap| std::iter::once(&swap.when).chain(&swap.back).map(of).collect();
    match edit {
        RotationEdit::AddOverride(one) | RotationEdit::RemoveOverride(one) => vec![of(&one.when)],
        RotationEdit::AddSwap(swap) | RotationEdit::RemoveSwap(swap) => of_swap(swap),
        RotationEdit::TakeSwap { open, .. } => of_swap(open),
        RotationEdit::Restate { start, .. } => {
            let from = clock.instant(crate::config::Moment::Local(*start));
            vec![(from, from.checked_add_signed(FOLLOWED).unwrap_or(from))]
        }
    }
}

/// Another override of the same role in the same stretch: the later one in the file wins.
fn overlaps(before: &TeamFile, rotation: &Rotation, clock: &HandoverClock, edit: &RotationEdit) -> Vec<String> {
    let RotationEdit::AddOverride(new) = edit else { return Vec::new() };
    let of = |when: &Stretch| (clock.instant(when.from), clock.instant(when.to));
    let (from, to) = of(&new.when);
    let known = before.rotations.iter().find(|known| known.id == rotation.id);
    let others = known.into_iter().flat_map(|known| &known.overrides).filter(|one| {
        let (start, end) = of(&one.when);
        one.role == new.role && start < to && from < end
    });
    let say = |one: &crate::config::Override| {
        let (from, to) = (crate::config::spelled_moment(one.when.from), crate::config::spelled_moment(one.when.to));
        format!("it overlaps the override of {} from {from} to {to}, and wins as the later one", one.person)
    };
    others.map(say).collect()
}

//! The overrides and swaps of the team file, and the names by which they are
//! taken out again: by what they say, so that no list that has moved on takes
//! out another one.

use serde_json::{Value, json};

use super::super::context::Context;
use super::super::exit::{Exit, Failure};
use super::super::{Global, json as spelt, out};
use crate::app::moments::HandoverClock;
use crate::config::{Override, Role, Rotation, RotationEdit, Stretch, Swap, spelled_moment};
use crate::domain::text::Clean;

/// What an override is called: `chi@2026-12-28..2027-01-04`.
fn name_of_override(one: &Override) -> String {
    format!("{}@{}{}", one.person, ends(one.when), role(one.role))
}

/// What a swap is called: `dev:ben@2027-01-18..2027-01-25`; nobody behind the colon is an open request.
fn name_of_swap(one: &Swap) -> String {
    format!("{}:{}@{}{}", one.give, one.take.as_deref().unwrap_or_default(), ends(one.when), role(one.role))
}

fn ends(when: Stretch) -> String {
    format!("{}..{}", spelled_moment(when.from), spelled_moment(when.to))
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Primary => "",
        Role::Secondary => "/secondary",
    }
}

/// Takes out the only one that is called so.
pub(super) fn named(rotation: &Rotation, name: &str) -> Result<RotationEdit, Failure> {
    let overrides =
        rotation.overrides.iter().map(|one| (name_of_override(one), RotationEdit::RemoveOverride(one.clone())));
    let swaps = rotation.swaps.iter().map(|one| (name_of_swap(one), RotationEdit::RemoveSwap(one.clone())));
    let all: Vec<(String, RotationEdit)> = overrides.chain(swaps).collect();
    let exact = |(known, _): &&(String, RotationEdit)| known == name;
    let mut found: Vec<&(String, RotationEdit)> = all.iter().filter(exact).collect();
    if found.is_empty() {
        found = all.iter().filter(|(known, _)| known.starts_with(name)).collect();
    }
    match found.as_slice() {
        [(_, edit)] => Ok(edit.clone()),
        [] => {
            let names: Vec<&str> = all.iter().map(|(known, _)| known.as_str()).collect();
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let shown = Clean::line(name);
            Err(Failure::wrong(format!("rotation {} has no {shown}; it has: {there}", rotation.id)))
        }
        // Of two that say the same, the last is as good as the first.
        [(one, edit), others @ ..] if others.iter().all(|(other, _)| other == one) => Ok(edit.clone()),
        several => {
            let names: Vec<&str> = several.iter().map(|(known, _)| known.as_str()).collect();
            Err(Failure::wrong(format!("{} may be any of: {}", Clean::line(name), names.join(", "))))
        }
    }
}

/// Lists them.
pub(super) fn run(global: &Global, context: &Context, only: Option<&str>) -> Result<Exit, Failure> {
    let rotations: Vec<&Rotation> = match only {
        Some(_) => vec![super::chosen(context, only)?],
        None => context.team.rotations.iter().collect(),
    };
    if global.json {
        let rotations: Vec<Value> = rotations.iter().map(|rotation| answer(context, rotation)).collect();
        out::json(&json!({"schema": "dogwatch.override/1", "verb": "list", "rotations": rotations}))?;
        return Ok(Exit::Done);
    }
    let mut lines = Vec::new();
    for rotation in rotations {
        for one in &rotation.overrides {
            let state = state(context, rotation, one.when);
            lines.push(line(&rotation.id, &name_of_override(one), state, one.why.as_ref()));
        }
        for one in &rotation.swaps {
            let state = if one.take.is_none() { "open" } else { state(context, rotation, one.when) };
            let back = one.back.map(|back| format!(", back {}", ends(back))).unwrap_or_default();
            lines.push(line(&rotation.id, &format!("{}{back}", name_of_swap(one)), state, one.why.as_ref()));
        }
    }
    out::answer(&if lines.is_empty() { "no override and no swap".to_owned() } else { lines.join("\n") })?;
    Ok(Exit::Done)
}

fn line(rotation: &str, name: &str, state: &str, why: Option<&String>) -> String {
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    Clean::line(&format!("{rotation} {state} {name}{why}")).to_string()
}

/// Whether it is over, in force, or yet to come.
fn state(context: &Context, rotation: &Rotation, when: Stretch) -> &'static str {
    let (clock, now) = (HandoverClock::of(rotation, &context.team.team), context.clock().start());
    if clock.instant(when.to) <= now {
        "over"
    } else if clock.instant(when.from) <= now {
        "now"
    } else {
        "ahead"
    }
}

fn answer(context: &Context, rotation: &Rotation) -> Value {
    let clock = HandoverClock::of(rotation, &context.team.team);
    let at = |when: Stretch| {
        json!({"from": spelled_moment(when.from), "to": spelled_moment(when.to),
            "start": spelt::time(clock.instant(when.from)), "end": spelt::time(clock.instant(when.to))})
    };
    let role = |role: Role| match role {
        Role::Primary => "primary",
        Role::Secondary => "secondary",
    };
    let overrides = rotation.overrides.iter().map(|one| {
        let state = state(context, rotation, one.when);
        json!({"name": name_of_override(one), "state": state, "when": at(one.when), "person": one.person,
            "role": role(one.role), "why": one.why})
    });
    let swaps = rotation.swaps.iter().map(|one| {
        let state = if one.take.is_none() { "open" } else { state(context, rotation, one.when) };
        json!({"name": name_of_swap(one), "state": state, "when": at(one.when), "give": one.give, "take": one.take,
            "back": one.back.map(at), "role": role(one.role), "why": one.why})
    });
    json!({"id": rotation.id, "overrides": overrides.collect::<Vec<_>>(), "swaps": swaps.collect::<Vec<_>>()})
}

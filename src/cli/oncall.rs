//! `dogwatch oncall`: who has it, why, until when, and who is next. From the
//! team file and the ledger of shifts alone: no source is asked, no store opened.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, out};
use crate::app::when;
use crate::config::{Rotation, Team, TeamFile};
use crate::domain::civil;
use crate::domain::rotation::{Begun, OnCall, Piece, Roster, words};
use crate::panes::fit;
use crate::shell::duty;
use crate::shell::session::Decisions;

/// Whoever comes on later than this is not looked for.
const AHEAD: TimeDelta = TimeDelta::days(368);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Then instead of now: RFC 3339, or a date or time in the team's zone, such as `2026-12-28` or `2026-12-28T10:00`.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Only this rotation.
    #[arg(long, value_name = "ID")]
    rotation: Option<String>,
}

pub(super) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    known(&context.team, args.rotation.as_deref())?;
    let now = context.clock().start();
    let at = args.at.as_deref().map_or(Ok(now), |text| instant("--at", text, now, &context.team.team))?;
    // Who came next is past as well, where it is.
    let begun = remembered(&context, (at, now.max(at + TimeDelta::seconds(1))));
    let roster = Roster::new(&context.team, &begun, now, (at, at + AHEAD));
    let mut told = roster.on_call(at);
    told.retain(|one| args.rotation.as_ref().is_none_or(|wanted| one.rotation.id == *wanted));
    if global.json {
        let rotations: Vec<Value> = told.iter().map(answer).collect();
        out::json(&json!({"schema": "dogwatch.oncall/1", "at": super::json::time(at), "rotations": rotations}))?;
    } else if told.is_empty() {
        out::answer("nobody is on call: the team file has no rotation")?;
    } else {
        out::answer(&told.iter().map(|one| text(one, viewer(&context))).collect::<Vec<_>>().join("\n\n"))?;
    }
    Ok(Exit::Done)
}

/// Refuses a rotation that the team file does not have.
pub(super) fn known(team: &TeamFile, wanted: Option<&str>) -> Result<(), Failure> {
    let Some(wanted) = wanted else { return Ok(()) };
    if !team.rotations.iter().any(|rotation| rotation.id == wanted) {
        let ids: Vec<&str> = team.rotations.iter().map(|rotation| rotation.id.as_str()).collect();
        let known =
            if ids.is_empty() { "the team file has none".to_owned() } else { format!("known: {}", ids.join(", ")) };
        return Err(Failure::wrong(format!("there is no rotation `{wanted}`; {known}")));
    }
    Ok(())
}

/// What is known of the past, after the ledger has been told what has begun. An answer does not fail for want of it.
pub(super) fn remembered(context: &Context, stretch: (DateTime<Utc>, DateTime<Utc>)) -> Vec<Begun> {
    let (now, clock) = (context.clock().start(), context.clock());
    let known = match context.decisions() {
        Decisions::Taken => duty::look((&context.folder, &context.team), (now, &clock), stretch),
        Decisions::NotTaken => duty::remembered(&context.folder, stretch),
    };
    match known {
        Ok(begun) => begun,
        Err(error) => {
            out::say(&format!(
                "dogwatch: the ledger of shifts cannot be used, so the past is as the file has it: {error}"
            ));
            Vec::new()
        }
    }
}

/// The clock of whoever asks, as far as the team file knows it.
pub(super) fn viewer(context: &Context) -> Option<Tz> {
    let me = context.personal.me.clone().unwrap_or_else(super::context::account);
    context.team.person(&me).and_then(|person| person.timezone)
}

/// A time as `--at`, `--from` and `--to` take it.
///
/// # Errors
///
/// Why it is none, and what to write.
pub(super) fn instant(flag: &str, text: &str, now: DateTime<Utc>, team: &Team) -> Result<DateTime<Utc>, Failure> {
    let midnight = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let at = match midnight.map(|day| civil::instant(day.and_time(chrono::NaiveTime::MIN), team.timezone)) {
        Some(at) => at,
        None => when::parse(&with_seconds(text), now, team).map_err(|_| {
            Failure::wrong(format!(
                "{flag} `{text}` is no time; write RFC 3339, a date or time in {}, such as 2026-12-28 or 2026-12-28T10:00, \
                 or tomorrow, monday, 2h",
                team.timezone
            ))
        })?,
    };
    let year = chrono::Datelike::year(&at);
    if (1970..9000).contains(&year) {
        Ok(at)
    } else {
        Err(Failure::wrong(format!("{flag} `{text}` is too far away; write a year from 1970 to 8999")))
    }
}

/// `2026-11-01T01:45-05:00` means what RFC 3339 writes with seconds.
fn with_seconds(text: &str) -> String {
    let minutes = text.get(..16).zip(text.get(16..)).filter(|(_, rest)| rest.starts_with(['Z', '+', '-']));
    match minutes {
        Some((clock, offset)) if clock.as_bytes().get(13) == Some(&b':') => format!("{clock}:00{offset}"),
        Some(_) | None => text.to_owned(),
    }
}

/// RFC 3339 with the offset that it carries.
pub(super) fn zoned(at: DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, false)
}

fn answer(one: &OnCall<'_>) -> Value {
    let stretch = |(start, end): (DateTime<FixedOffset>, DateTime<FixedOffset>)| json!({"start": zoned(start), "end": zoned(end)});
    let held = |piece: &Piece<'_>| json!({"person": piece.person, "because": piece.because.word(), "instead_of": piece.instead_of});
    let Rotation { id, title, timezone, .. } = one.rotation;
    json!({
        "id": id,
        "title": title,
        "time_zone": timezone.name(),
        "off_hours": one.off_hours,
        "gap": one.gap.is_some(),
        "shift": stretch(one.shift),
        "duty": one.duty.map(stretch),
        "primary": one.primary.as_ref().map(held),
        "secondary": one.secondary.as_ref().map(held),
        "next": one.next.as_ref().map(|next| json!({"person": next.piece.person, "start": zoned(next.start)})),
    })
}

fn text(one: &OnCall<'_>, viewer: Option<Tz>) -> String {
    let now = one.at.to_utc();
    let Rotation { id, title, timezone, .. } = one.rotation;
    let named = if id == title { id.clone() } else { format!("{id}: {title}") };
    let mut lines = vec![format!("{named} ({timezone})")];
    let mut say = |label: &str, value: &str| {
        for (at, line) in fit::wrap(value, 66).into_iter().enumerate() {
            lines.push(format!("  {:<11} {line}", if at == 0 { label } else { "" }));
        }
    };
    say(if one.gap.is_some() { "GAP" } else { "on call" }, &one.sentence(viewer));
    if let Some(secondary) = one.second() {
        say("secondary", &secondary);
    }
    for person in &one.shadowing {
        say("rides along", person);
    }
    if let Some((start, end)) = one.duty.filter(|duty| one.off_hours || *duty != one.shift) {
        let word = if one.off_hours { "next duty" } else { "on duty" };
        say(word, &format!("{} to {}", words::when(start, now), words::when(end, now)));
    }
    let (start, end) = one.shift;
    let odd = one.primary.as_ref().and_then(|piece| words::odd_hours(piece, one.rotation));
    let odd = odd.map(|hours| format!(", {hours}: the clocks change")).unwrap_or_default();
    say("shift", &format!("{} to {}{odd}", words::when(start, now), words::when(end, now)));
    lines.join("\n")
}

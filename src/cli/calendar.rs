//! `dogwatch calendar`: what ships, what is frozen, what is due, and when.

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

use super::context::{Context, word};
use super::exit::{Exit, Failure};
use super::{Global, oncall, out};
use crate::config::TeamFile;
use crate::domain::calendar::{Calendar, Entry, Point, Status, Window, outlook, today};
use crate::domain::ical;
use crate::domain::rotation::Roster;
use crate::panes::calendar::{Agenda, weeks};
use crate::shell::{dates, width};
use crate::theme::Theme;

/// The columns of an answer that no terminal reads.
const COLUMNS: usize = 80;
/// A calendar of more days is not asked for by anybody.
const LONGEST: Days = Days::new(3_660);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The first day, included; default: today.
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<NaiveDate>,
    /// The last day, included; default: as far as the team file's `limits.horizon` reaches.
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: Option<NaiveDate>,
    /// Answers as iCalendar, for other calendars to read.
    #[arg(long)]
    ical: bool,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    let shaped = text.len() == 10 && text.split('-').map(str::len).eq([4, 2, 2]);
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| shaped);
    let day = day.ok_or_else(|| "write a day that exists as YYYY-MM-DD, such as 2026-12-18".to_owned())?;
    if (1970..9000).contains(&day.year()) { Ok(day) } else { Err("write a year from 1970 to 8999".to_owned()) }
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    if args.ical && global.json {
        return Err(Failure::wrong("--ical and --json are two answers; leave one of them out"));
    }
    let context = Context::load(global)?;
    let now = context.clock().start();
    let team = &context.team;
    let window = window(args, Window::ahead(team, now))?;
    let stretch = window.stretch(team.team.timezone);
    let begun = oncall::remembered(&context, stretch);
    let roster = Roster::new(team, &begun, now, stretch);
    let gathered = dates::gather(&context.plan(), window).await;
    let calendar = Calendar::new(team, &roster, &gathered.facts, now, window);
    let entries = calendar.entries();
    if args.ical {
        let items = out::events(ical::entries(&entries, &team.team.name));
        // The answer ends its last line itself.
        out::answer(ical::calendar(&team.team.name, now, &items).trim_end_matches('\n'))?;
    } else if global.json {
        out::json(&answer(window, &entries))?;
    } else {
        out::answer(&text(team, &outlook(team, now), &entries, today(team, now)))?;
    }
    // What no date shows is said apart.
    for one in calendar.warnings().iter().filter(|one| one.rule == "calendar-inconsistent") {
        out::say(&format!("dogwatch: {} ({}): {}", one.subject, one.rule, one.message));
    }
    for doubt in &gathered.doubts {
        out::say(&format!("dogwatch: {doubt}"));
    }
    Ok(Exit::Done)
}

/// The days that were asked for; from beyond the horizon on it reaches as far again.
fn window(args: &Args, usual: Window) -> Result<Window, Failure> {
    let from = args.from.unwrap_or(usual.from);
    let length = usual.to - usual.from;
    let usual_end = if from > usual.to { from.checked_add_signed(length).unwrap_or(from) } else { usual.to };
    let to = args.to.unwrap_or(usual_end);
    if to < from {
        let remedy = if args.from.is_some() { "swap them" } else { "give --from, too" };
        return Err(Failure::wrong(format!("{from} to {to} is no stretch of days; {remedy}")));
    }
    if from.checked_add_days(LONGEST).is_some_and(|last| to > last) {
        return Err(Failure::wrong(format!("{from} to {to} is more than ten years; ask for fewer")));
    }
    Ok(Window { from, to })
}

/// `dogwatch.calendar/1`.
fn answer(window: Window, entries: &[Entry]) -> Value {
    let entry = |entry: &Entry| {
        json!({
            "kind": entry.kind.word(),
            "id": entry.id,
            "title": entry.title,
            "date": entry.date.text(),
            "end": entry.end.map(Point::text),
            "owner": entry.owner,
            "status": entry.status.map(Status::word),
            "clash": entry.clash,
        })
    };
    json!({
        "schema": "dogwatch.calendar/1",
        "from": window.from.to_string(),
        "to": window.to.to_string(),
        "entries": entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn text(team: &TeamFile, outlook: &str, entries: &[Entry], today: NaiveDate) -> String {
    let columns = width::columns(word("COLUMNS").as_deref()).unwrap_or(COLUMNS);
    let agenda = Agenda { outlook: "", entries, doubts: &[], zone: team.team.timezone, today };
    let width = u16::try_from(columns).unwrap_or(u16::MAX);
    let plain = weeks(&agenda, width, &Theme::default()).into_iter().map(|(_, line)| line.to_string());
    let mut text = vec![outlook.to_owned()];
    text.extend(plain.map(|line| line.trim_end().to_owned()));
    text.join("\n")
}

//! `dogwatch triage`: the triage meeting, what it would walk, and its minutes.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::watch::{self, Begins, Shown};
use super::{Global, json as answers, open, out, posting};
use crate::app::desk::Desk;
use crate::domain::agenda::{Part, Topic, agenda, missing};
use crate::domain::decision::Post;
use crate::domain::incident::Incident;
use crate::domain::likeness::{Guess, Likeness, Proposal, Shelf, look_alikes, proposal};
use crate::domain::minutes::Minutes;
use crate::domain::queue::Row;
use crate::domain::source::Freshness;
use crate::domain::text::Clean;
use crate::panes::age;
use crate::shell::minutes;
use crate::shell::review::dropped_by_now;
use crate::shell::session::{Decisions, trust_of};
use crate::store::files;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Prints the minutes of the last meeting.
    #[arg(long)]
    minutes: bool,
    /// Writes them, as Markdown and JSON, into the team's log folder.
    #[arg(long, requires = "minutes")]
    write: bool,
    /// Posts them as one issue; again, it changes that issue. With the local tracker as files, as with --write.
    #[arg(long, requires = "minutes")]
    post: bool,
    /// Writes them, as they would be printed, into this file, which must not be there yet.
    #[arg(long, value_name = "FILE", requires = "minutes", conflicts_with = "write")]
    out: Option<PathBuf>,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    if args.minutes {
        return tell_minutes(global, args).await;
    }
    let context = Context::load(global)?;
    if !global.json && Shown::on(global, &context) != Shown::Text {
        return Box::pin(watch::run(global, Begins::Meeting)).await;
    }
    let mut session = open(&context)?;
    super::queue::first_sync(&mut session).await;
    session.freeze();
    let desk = session.desk();
    // What cannot be read is told by `review` and `handoff`.
    let dropped = dropped_by_now(&context.plan()).unwrap_or_default();
    let topics = agenda(desk.queue(), |id| desk.incident(id), desk.model(), &dropped, desk.now());
    let shelf = Shelf::of(desk.queue().rows.iter().filter_map(|row| desk.incident(&row.id)));
    let walked: Vec<Walked<'_>> = topics.iter().filter_map(|topic| Walked::of((desk, &shelf), topic)).collect();
    if global.json {
        let all: Vec<Value> = walked.iter().map(|one| one.json(desk)).collect();
        out::json(&json!({"schema": "dogwatch.triage/1", "at": answers::time(desk.now()), "agenda": all}))?;
    } else {
        out::answer(&text(desk, &walked))?;
    }
    let mut silent = false;
    for source in desk.sources().iter().filter(|source| source.kind != "mcp") {
        let why = match source.freshness(desk.now()) {
            Freshness::Failed => source.error.as_ref().map_or("it was not reached", Clean::as_str),
            Freshness::Never => "it has never been asked",
            Freshness::Fresh | Freshness::Stale => continue,
        };
        silent = true;
        out::say(&format!("dogwatch: what {} knows may be missing: {why}", source.id));
    }
    let presses = topics.iter().any(|topic| matches!(topic.part, Part::Untriaged | Part::Overdue));
    Ok(match (presses, silent) {
        (true, _) => Exit::Found,
        (false, true) => Exit::Unreached,
        (false, false) => Exit::Done,
    })
}

/// One thing to walk, with what is known of it.
struct Walked<'a> {
    part: Part,
    row: &'a Row,
    incident: &'a Incident,
    alike: Vec<(&'a Incident, Likeness)>,
    proposal: Proposal,
}

impl<'a> Walked<'a> {
    fn of((desk, shelf): (&'a Desk, &Shelf<'a>), topic: &Topic) -> Option<Self> {
        let (row, incident) = (desk.row(&topic.id)?, desk.incident(&topic.id)?);
        let alike = look_alikes(incident, shelf.near(incident));
        let classes: Vec<_> =
            alike.iter().filter_map(|(other, _)| Some((desk.name(&other.id), desk.row(&other.id)?.class))).collect();
        let proposal = proposal(incident, &classes, desk.model());
        Some(Self { part: topic.part, row, incident, alike, proposal })
    }

    fn json(&self, desk: &Desk) -> Value {
        let model = desk.model();
        let lacks = missing(self.row.class, model);
        let guess = |what: &str, guess: &Option<Guess>| {
            let guess = guess.as_ref().filter(|_| lacks.contains(&what));
            guess.map(|guess| json!({"id": guess.id, "because": guess.because}))
        };
        let alike = self.alike.iter().map(|(other, likeness)| {
            let state = desk.row(&other.id).map(|row| row.standing.state.word());
            json!({
                "id": desk.name(&other.id),
                "title": other.title,
                "state": state,
                "assignee": other.assignees.first().map(|who| model.person(who)),
                "because": likeness.words(),
            })
        });
        json!({
            "part": self.part.word(),
            "id": self.row.name(),
            "title": self.incident.title,
            "source": self.incident.source,
            "severity": model.severity_id(self.row.class.severity),
            "kind": model.kind_id(self.row.class.kind),
            "state": self.row.standing.state.word(),
            "opened_at": answers::time(self.incident.opened_at),
            "due_at": answers::maybe_time(self.row.standing.due_at),
            "missing": lacks,
            "proposed": {"kind": guess("kind", &self.proposal.kind), "severity": guess("severity", &self.proposal.severity)},
            "alike": alike.collect::<Vec<_>>(),
        })
    }

    /// A line, and one below it for each guess.
    fn lines(&self, desk: &Desk) -> Vec<String> {
        let model = desk.model();
        let lacks = missing(self.row.class, model);
        let class = [model.severity_id(self.row.class.severity), model.kind_id(self.row.class.kind)];
        let mut words: Vec<String> = class.into_iter().flatten().map(str::to_owned).collect();
        words.extend(lacks.iter().map(|what| format!("no {what}")));
        let old = age::short(desk.now() - self.incident.opened_at);
        let mut lines = vec![format!("  {}  {old}  {}  {}", self.row.name(), words.join(", "), self.incident.title)];
        let guesses = [("kind", &self.proposal.kind), ("severity", &self.proposal.severity)];
        for (what, guess) in guesses.into_iter().filter(|(what, _)| lacks.contains(what)) {
            lines.extend(guess.iter().map(|guess| format!("      proposed: {what} {}, {}", guess.id, guess.because)));
        }
        lines
    }
}

fn text(desk: &Desk, walked: &[Walked<'_>]) -> String {
    let mut lines = Vec::new();
    for part in Part::ALL {
        let of = walked.iter().filter(|one| one.part == part);
        let count = of.clone().count();
        if count > 0 {
            lines.push(format!("{} ({count})", part.word()));
            lines.extend(of.flat_map(|one| one.lines(desk)));
        }
    }
    if lines.is_empty() {
        lines.push("nothing to walk: nothing is untriaged, overdue or left lying".to_owned());
    }
    lines.join("\n")
}

/// The minutes of the last meeting, printed or written.
async fn tell_minutes(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    if args.post {
        posting::must_be_allowed(context.decisions())?;
    }
    let lines =
        minutes::last(&context.folder).map_err(|error| Failure::setting_up("the minutes cannot be read", &error))?;
    let lines = out::document(&lines, (None, None))?;
    let Some(minutes) = Minutes::of(&lines) else {
        out::say("dogwatch: no meeting has been held here; `dogwatch triage` holds one");
        return Ok(Exit::Found);
    };
    let zone = context.team.team.timezone;
    let (mut writes, mut exit) = (args.write, Exit::Done);
    if args.post {
        let mut session = open(&context)?;
        if posting::has_room(&session) {
            let post = Post {
                key: Post::key_of(["minutes", minutes.meeting.as_str()]),
                since: minutes.started_at,
                title: format!("Triage meeting, {}", minutes.when(zone)),
                body: minutes.markdown(zone),
                to: None,
                after: None,
            };
            exit = posting::post(&mut session, context.clock().start(), post).await?;
        } else {
            writes = true;
        }
    }
    if writes {
        if context.decisions() == Decisions::NotTaken {
            return Err(Failure::wrong("--write changes files, and --readonly changes nothing; leave one of them out"));
        }
        let plan = context.plan();
        let trusted = trust_of(&plan, &crate::config::wants_trust(&plan.team));
        let place = minutes::place_of(&plan, trusted).map_err(|why| Failure::wrong(why.to_string()))?;
        let page = minutes::write(&plan.team, &place, &minutes)
            .map_err(|why| Failure::wrong(format!("the minutes are not written: {why}")))?;
        out::say(&format!("dogwatch: the minutes are in {}, for somebody to commit", super::context::shown(&page)));
    }
    let text = if global.json { format!("{:#}", minutes.json()) } else { minutes.markdown(zone).trim_end().to_owned() };
    match &args.out {
        Some(path) => files::create(path, &format!("{text}\n"))
            .map_err(|error| Failure::setting_up("the minutes are not written", &error))?,
        None => out::answer(&text)?,
    }
    Ok(exit)
}

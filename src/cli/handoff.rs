//! `dogwatch handoff`: what the next person must know, and nothing left
//! hanging. What is decided here goes through the journal like every other
//! decision; what is typed here is kept word for word.

mod said;

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use clap::ValueEnum;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, oncall, open, out, posting, watch};
use crate::app::event::Gathered;
use crate::app::handoff;
use crate::domain::calendar::Window;
use crate::domain::decision::Post;
use crate::domain::handoff::section::Carried;
use crate::domain::handoff::typed::Accepted;
use crate::domain::handoff::{Asked, Brought, Handoff, Holder};
use crate::domain::text::Clean;
use crate::shell::handoffs::Desk;
use crate::shell::session::{Decisions, Session};
use crate::shell::{dates, duty};
use crate::store::handoffs::How;

#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own; they may be given together")]
pub(super) struct Args {
    /// Of this rotation; default: the only one, or mine.
    #[arg(long, value_name = "ID")]
    rotation: Option<String>,
    /// The shift that holds this time; default: the running one, in its first quarter the one before.
    #[arg(long, value_name = "TIME")]
    shift: Option<String>,
    /// As Markdown or as plain text of 80 columns.
    #[arg(long, value_enum, default_value_t = Format::Markdown, conflicts_with = "json")]
    format: Format,
    /// Into this file instead of to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also as Markdown and JSON into the team's log folder, for you to commit.
    #[arg(long)]
    write: bool,
    /// As one issue of this shift, for the incoming person; again, it changes that issue. With the local tracker as
    /// files, as with --write.
    #[arg(long)]
    post: bool,
    /// To the terminal's clipboard instead of to standard output.
    #[arg(long, conflicts_with = "out")]
    copy: bool,
    /// Accepts it: the incoming person has it from here.
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    said: said::Words,
}

/// No further ahead is anything handed over.
const FAR: TimeDelta = TimeDelta::days(366);
/// So many that hang are told one by one.
const TOLD: usize = 20;

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Markdown,
    Text,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let now = context.clock().start();
    let at = args.shift.as_deref().map(|text| oncall::instant("--shift", text, now, &context.team.team)).transpose()?;
    if at.is_some_and(|at| at > now + FAR) {
        return Err(Failure::wrong("--shift lies more than a year ahead; write an earlier time"));
    }
    let asked = Asked { rotation: args.rotation.clone(), at };
    let acts = args.said.acts(&context, now)?;
    if args.post {
        posting::must_be_allowed(context.decisions())?;
    }
    let changes = args.write || args.accept || !acts.is_empty();
    if changes && context.decisions() == Decisions::NotTaken {
        return Err(Failure::wrong("nothing is written down with --readonly; leave it out"));
    }
    let mut session = open(&context)?;
    session.freeze();
    let mut handing = Handing::of(&context, &session, asked).await;
    let mut handoff = handing.handoff(&session).await?;
    let mut exit = Exit::Done;
    if !acts.is_empty() {
        exit = acts.act(&mut session, &handing.desk, &handoff).await?;
        session.freeze();
        // The same shift again, whatever was accepted meanwhile.
        handing.asked.at.get_or_insert(handoff.shift.start.to_utc());
        handoff = handing.handoff(&session).await?;
    }
    if args.accept {
        if let Err(why) = accept(&handing.desk, &session, &handoff) {
            out::say(&format!("dogwatch: {why}"));
            exit = Exit::Found;
        }
        handing.asked.at.get_or_insert(handoff.shift.start.to_utc());
        handoff = handing.handoff(&session).await?;
    }
    let shown = shown(&handoff)?;
    let me = session.desk().me().to_owned();
    let told =
        Told { handoff: &handoff, shown: &shown, desk: &handing.desk, me: &me, team: context.team_path.as_deref() };
    give_out(global, args, &told)?;
    if args.post || args.accept && told.was_posted(&session).await {
        let posted = told.post(&mut session, &context).await?;
        exit = if posted == Exit::Done { exit } else { posted };
    }
    for doubt in &handing.gathered.doubts {
        out::say(&format!("dogwatch: {doubt}"));
    }
    if handoff.complete {
        return Ok(exit);
    }
    out::say(&hanging(&handoff));
    Ok(Exit::Found)
}

/// What a handoff is computed from, again and again.
struct Handing {
    desk: Desk,
    asked: Asked,
    gathered: Gathered,
}

impl Handing {
    async fn of(context: &Context, session: &Session, asked: Asked) -> Self {
        let desk = session.engine().handing_desk();
        let desk = Desk { now: context.clock().start(), ..desk };
        let ahead = Window::ahead(&context.team, desk.now);
        let window = Window { from: ahead.from.checked_sub_days(chrono::Days::new(2)).unwrap_or(ahead.from), ..ahead };
        let gathered = dates::gather(&context.plan(), window).await;
        Self { desk, asked, gathered }
    }

    async fn handoff(&self, session: &Session) -> Result<Handoff, Failure> {
        let (desk, asked) = (self.desk.clone(), self.asked.clone());
        let brought: Option<Brought> = session.engine().keeper().ask(move |store| desk.bring(store, &asked)).await;
        let handoff = session.desk().handoff(brought.unwrap_or_default(), &self.gathered.facts);
        handoff.map_err(|why| Failure::wrong(why.to_string()))
    }
}

fn accept(desk: &Desk, session: &Session, handoff: &Handoff) -> Result<(), Clean> {
    let me = session.desk().me();
    let incoming = handoff.incoming.as_ref().map(|one| one.person.as_str());
    if incoming != Some(me) {
        let who = incoming.map_or_else(
            || "nobody is incoming, so nobody can accept it".to_owned(),
            |who| format!("only the incoming person accepts it: {who}; you are {me} here (`me` in the personal file)"),
        );
        return Err(Clean::line(&format!("not accepted: {who}")));
    }
    let accepted = Accepted { shift: handoff.key(), by: Clean::line(me), at: desk.now };
    if let Some(why) = handoff.is_too_early(desk.now) {
        return Err(Clean::line(&format!("not accepted: {why}")));
    }
    let first = desk.accept(&accepted)?;
    desk.remember(handoff, How::Accepted, me)?;
    out::say(&format!("dogwatch: accepted by {}", first.by));
    Ok(())
}

/// A handoff as it may be given away.
fn shown(handoff: &Handoff) -> Result<Cow<'_, Handoff>, Failure> {
    let person = |holder: &Option<Holder>| holder.as_ref().map(|one| one.person.clone());
    let (outgoing, incoming) = (person(&handoff.outgoing), person(&handoff.incoming));
    out::document(handoff, (outgoing.as_deref(), incoming.as_deref()))
}

/// What is given out, and from where.
struct Told<'a> {
    handoff: &'a Handoff,
    shown: &'a Handoff,
    desk: &'a Desk,
    me: &'a str,
    team: Option<&'a Path>,
}

impl Told<'_> {
    fn as_issue(&self, session: &Session) -> Post {
        let start = self.handoff.shift.start.to_utc();
        // Who had the shift before is only for the link.
        let begun = duty::remembered(&self.desk.data, (start - TimeDelta::days(1), start)).unwrap_or_default();
        handoff::post(self.handoff, self.shown, session.desk().model(), &begun)
    }

    /// Whether it is an issue already.
    async fn was_posted(&self, session: &Session) -> bool {
        let document = self.as_issue(session).id(session.desk().files_into());
        let known = session.engine().keeper().ask(move |store| store.posted(&document).ok().flatten()).await;
        known.flatten().is_some()
    }

    async fn post(&self, session: &mut Session, context: &Context) -> Result<Exit, Failure> {
        let failed = |why: Clean| Failure::wrong(why.to_string());
        if !posting::has_room(session) {
            for place in self.desk.write(self.shown).map_err(failed)? {
                out::say(&format!("dogwatch: wrote {}", super::context::shown(&place)));
            }
            self.desk.remember(self.handoff, How::Log, self.me).map_err(failed)?;
            return Ok(Exit::Done);
        }
        let post = self.as_issue(session);
        self.desk.remember(self.handoff, How::Posted, self.me).map_err(failed)?;
        posting::post(session, context.clock().start(), post).await
    }
}

fn give_out(global: &Global, args: &Args, told: &Told<'_>) -> Result<(), Failure> {
    let Told { handoff, shown, desk, me, .. } = *told;
    let failed = |why: Clean| Failure::wrong(why.to_string());
    if args.write {
        let places = desk.write(shown).map_err(failed)?;
        desk.remember(handoff, How::Log, me).map_err(failed)?;
        for place in places {
            out::say(&format!("dogwatch: wrote {}", super::context::shown(&place)));
        }
    }
    let text = if global.json {
        let json = serde_json::to_string_pretty(shown);
        json.map_err(|error| Failure::setting_up("the handoff cannot be written as JSON", &error))? + "\n"
    } else {
        match args.format {
            Format::Markdown => shown.markdown(),
            Format::Text => shown.text(),
        }
    };
    if let Some(path) = &args.out {
        out::to_file(path, &text, told.team)?;
        if !global.readonly {
            remember(desk, handoff, How::File, me);
        }
        return Ok(());
    }
    if args.copy {
        copy(&text)?;
        if !global.readonly {
            remember(desk, handoff, How::Clipboard, me);
        }
        return Ok(());
    }
    out::ready(&text)
}

/// That it was given out is worth a line in the ledger, and no failure.
fn remember(desk: &Desk, handoff: &Handoff, how: How, me: &str) {
    if let Err(why) = desk.remember(handoff, how, me) {
        out::say(&format!("dogwatch: that it was handed over is not remembered: {why}"));
    }
}

fn copy(text: &str) -> Result<(), Failure> {
    let bytes = watch::clipboard().copy(text).map_err(|error| Failure::setting_up("--copy", &error))?;
    let sent = if io::stderr().is_terminal() {
        io::stderr().write_all(&bytes)
    } else if io::stdout().is_terminal() {
        io::stdout().write_all(&bytes)
    } else {
        return Err(Failure::wrong("--copy needs a terminal, whose clipboard it is; use --out FILE"));
    };
    sent.map_err(|error| Failure::setting_up("--copy: the terminal cannot be written", &error))?;
    out::say("dogwatch: sent to the terminal's clipboard");
    Ok(())
}

/// What is still hanging, the last line first: `INCOMPLETE (1 undecided)`.
fn hanging(handoff: &Handoff) -> String {
    let rows: Vec<_> = handoff.sections.carry_over.iter().filter(|row| row.hangs()).collect();
    let line = |row: &&Carried| {
        let step = if row.next_step.is_none() { ", no next step" } else { "" };
        format!("dogwatch: {} {}{step}: {}", row.of.id, row.decision.word(), row.of.title)
    };
    let mut lines: Vec<String> = rows.iter().take(TOLD).map(line).collect();
    if let Some(more) = rows.len().checked_sub(TOLD).filter(|more| *more > 0) {
        lines.push(format!("dogwatch: and {more} more; the handoff lists them all under \"carry over\""));
    }
    lines.push(format!(
        "dogwatch: decide with --hand, --return or --snooze, and say --next ID=TEXT\nINCOMPLETE ({} undecided)",
        handoff.undecided.len()
    ));
    lines.join("\n")
}

/// The time at which this command began.
pub(super) type Now = DateTime<Utc>;

//! A document for people goes out: as one issue, through the journal.

use chrono::{DateTime, Utc};

use super::decide::{Asked, judged};
use super::exit::{Exit, Failure};
use super::out;
use crate::app::event::Fact;
use crate::domain::decision::Post;
use crate::shell::session::{Decisions, Session};

/// Whether the team's tracker can hold documents; the local one cannot.
pub(super) fn has_room(session: &Session) -> bool {
    !session.desk().files_into().is_local()
}

/// Posts a document, waits for the tracker, and says what became of it: pending, if it was not reached in time. A
/// refusal is something found.
pub(super) async fn post(session: &mut Session, now: DateTime<Utc>, post: Post) -> Result<Exit, Failure> {
    session.take_lease();
    let id = post.id(session.desk().files_into());
    let decided = session.decide(|desk| {
        desk.update(now, Fact::Ticked);
        desk.post(now, post)
    });
    let asked = Asked { verb: "post", ids: vec![id], decided };
    let (lines, exit) = judged(session, &[asked]).await;
    for line in lines {
        out::say(&format!("dogwatch: {line}"));
    }
    Ok(exit)
}

/// Nothing goes out with `--readonly`.
pub(super) fn must_be_allowed(decisions: Decisions) -> Result<(), Failure> {
    match decisions {
        Decisions::Taken => Ok(()),
        Decisions::NotTaken => Err(Failure::wrong("--post sends, and --readonly sends nothing; leave one of them out")),
    }
}

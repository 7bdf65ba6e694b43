//! A session without a screen: what the core is told, and in which order.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use dogwatch::app::desk::Desk;
use dogwatch::app::event::Effect;
use dogwatch::config::{PersonalFile, TeamFile};
use dogwatch::domain::health::track::Track;
use dogwatch::domain::id::SourceId;
use dogwatch::domain::probe::Level;
use dogwatch::domain::source::Freshness;
use dogwatch::shell::clock::Clock;
use dogwatch::shell::engine::Network;
use dogwatch::shell::session::{Decisions, Plan, Probes, Session, Trust};

use crate::github::Fake;
use crate::mcp::server::{Manner, Server};
use crate::station::team_file;

fn plan(team: &TeamFile, folder: &Path) -> Plan {
    Plan {
        team: team.clone(),
        personal: PersonalFile::default(),
        team_path: None,
        folder: folder.to_owned(),
        clock: Clock::starting(None),
        network: Network::Online,
        decisions: Decisions::Taken,
        // So there is no token, and a poll fails at once.
        trust: Trust::AsRemembered,
        verbosity: 0,
        account: "kim".into(),
    }
}

/// A look at the store, taken when another process wrote or when the right to
/// send was taken, may have been read before a poll ended. It must not undo what the poll said.
#[test]
fn a_look_at_the_store_never_undoes_how_a_poll_ended() {
    let fake = Fake::start();
    let team = dogwatch::config::team_file(&team_file(&fake.url(), "0.02s", "0.3s"), "dogwatch.toml").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        for _ in 0..50 {
            let folder = tempfile::TempDir::new().unwrap();
            let mut session = Session::open(&plan(&team, folder.path())).unwrap();
            let keeper = session.engine().keeper().clone();
            let looking = tokio::spawn(async move {
                loop {
                    keeper.mirror();
                    keeper.ask(|_| ()).await;
                }
            });
            session.poll_once(Duration::from_mins(1), Probes::None).await;
            looking.abort();
            let desk = session.desk();
            assert_eq!(desk.sources()[0].freshness(desk.now()), Freshness::Failed);
        }
    });
}

/// When each level of this endpoint that comes seldom last passed.
fn passed(desk: &Desk, id: &str) -> Option<[DateTime<Utc>; 2]> {
    let endpoint = desk.endpoints().get(&SourceId::new(id))?;
    let at = |level| endpoint.track(level).and_then(Track::passed);
    Some([at(Level::Tools)?, at(Level::Canary)?])
}

#[test]
fn an_endpoint_that_is_asked_for_is_probed_whole_and_at_once() {
    let servers = [Server::start(Manner::modern()), Server::start(Manner::legacy())];
    let source = |(id, server): (&str, &Server)| {
        let canary = r#"canary = { tool = "echo", args = { text = "{{nonce}}" }, expect = "{{nonce}}" }"#;
        format!("[[sources]]\nid = \"{id}\"\nkind = \"mcp\"\nurl = \"{}\"\n{canary}\n", server.url())
    };
    let sources: String = ["one", "two"].into_iter().zip(&servers).map(source).collect();
    let team = dogwatch::config::team_file(&format!("version = 1\n{sources}"), "dogwatch.toml").unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut session = Session::open(&plan(&team, folder.path())).unwrap();
        session.take_lease();
        session.engine().keep_probing();
        // By itself it would read the list again in five minutes, and call the canary after more than one.
        let limit = Duration::from_secs(40);
        let since = |desk: &Desk, id, before: Option<[DateTime<Utc>; 2]>| {
            passed(desk, id).zip(before).is_some_and(|(now, then)| now[0] > then[0] && now[1] > then[1])
        };
        session.until(|desk| passed(desk, "one").is_some() && passed(desk, "two").is_some(), limit).await;
        let [one, two] = ["one", "two"].map(|id| passed(session.desk(), id));
        session.perform(vec![Effect::Fetch(None)]);
        session.until(|desk| since(desk, "one", one) && since(desk, "two", two), limit).await;
        let calls = |what| servers.each_ref().map(|server| server.count(what));
        assert_eq!((calls("tools/list"), calls("tools/call")), ([2, 2], [2, 2]));

        let two = passed(session.desk(), "two");
        session.perform(vec![Effect::Fetch(Some(SourceId::new("two")))]);
        session.until(|desk| since(desk, "two", two), limit).await;
        assert_eq!((calls("tools/list"), calls("tools/call")), ([2, 3], [2, 3]));
    });
}

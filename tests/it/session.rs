//! A session without a screen: what the core is told, and in which order.

use std::path::Path;
use std::time::Duration;

use dogwatch::config::PersonalFile;
use dogwatch::domain::source::Freshness;
use dogwatch::shell::clock::Clock;
use dogwatch::shell::engine::Network;
use dogwatch::shell::session::{Decisions, Plan, Probes, Session, Trust};

use crate::github::Fake;
use crate::station::team_file;

/// A look at the store, taken when another process wrote or when the right to
/// send was taken, may have been read before a poll ended. It must not undo what the poll said.
#[test]
fn a_look_at_the_store_never_undoes_how_a_poll_ended() {
    let fake = Fake::start();
    let team = dogwatch::config::team_file(&team_file(&fake.url(), "0.02s", "0.3s"), "dogwatch.toml").unwrap();
    let plan = |folder: &Path| Plan {
        team: team.clone(),
        personal: PersonalFile::default(),
        team_path: None,
        folder: folder.to_owned(),
        clock: Clock::starting(None),
        network: Network::Online,
        decisions: Decisions::Taken,
        // So there is no token, and the poll fails at once.
        trust: Trust::AsRemembered,
        verbosity: 0,
        account: "kim".into(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        for _ in 0..50 {
            let folder = tempfile::TempDir::new().unwrap();
            let mut session = Session::open(&plan(folder.path())).unwrap();
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

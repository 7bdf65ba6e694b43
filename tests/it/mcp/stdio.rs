//! Servers that are child processes: scripts for `sh`, started without a shell
//! in between.

use std::path::PathBuf;
use std::time::Duration;

use dogwatch::config::McpEndpoint;
use dogwatch::domain::probe::{Class, Condition, Era, Level, Report, Transport};
use dogwatch::sources::mcp::{Patience, Prober, SharedHttp, Target};
use url::Url;

use super::{assert_up, canary, class, failure};

/// A child in this mode, with short ends, and a file where it leaves its marks.
struct Nursery {
    folder: tempfile::TempDir,
    prober: Prober,
}

fn quick() -> Patience {
    let short = Duration::from_secs(4);
    Patience { level: short, silence: Duration::from_millis(300), restart: Duration::ZERO, ..Patience::default() }
}

fn child(mode: &str) -> Nursery {
    child_with(mode, quick())
}

fn child_with(mode: &str, patience: Patience) -> Nursery {
    let folder = tempfile::tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mcp/fixture.sh");
    let mark = folder.path().join("mark").display().to_string();
    let command = ["sh", script, mode, &mark].map(str::to_owned).to_vec();
    let mut target = Target::bare(Url::parse("http://unused.invalid").unwrap());
    target.endpoint = McpEndpoint::Command(command);
    target.folder = Some(folder.path().to_owned());
    target.canary = Some(canary());
    Nursery { prober: Prober::new(target, None, SharedHttp::new(patience)), folder }
}

impl Nursery {
    async fn probe(&mut self) -> Report {
        self.prober.probe(Level::Canary).await
    }

    fn starts(&self) -> usize {
        std::fs::read_to_string(self.folder.path().join("mark.starts")).map_or(0, |text| text.lines().count())
    }
}

#[tokio::test]
async fn one_child_serves_all_probes() {
    for (mode, era) in [("modern", Era::Modern), ("legacy", Era::Legacy)] {
        let mut nursery = child(mode);
        for _ in 0..3 {
            let report = nursery.probe().await;
            assert_up(&report);
            assert_eq!((report.transport, report.era), (Some(Transport::Stdio), Some(era)));
            assert_eq!(report.server.as_ref().unwrap().name.as_str(), "sh");
            assert_eq!(report.tools.as_ref().unwrap().tools.len(), 1);
            assert_eq!(report.checks.len(), 3);
        }
        assert_eq!(nursery.starts(), 1);
        nursery.prober.close().await;
    }
}

#[tokio::test]
async fn a_child_that_announces_another_list_is_heard_once() {
    let mut nursery = child("announces");
    let mut told = Vec::new();
    for upto in [Level::Tools, Level::Handshake] {
        told.push(nursery.prober.probe(upto).await.list_changed);
    }
    let mut quiet = child("legacy");
    for upto in [Level::Tools, Level::Handshake] {
        told.push(quiet.prober.probe(upto).await.list_changed);
    }
    assert_eq!(told, [false, true, false, false]);
}

#[tokio::test]
async fn what_does_not_belong_on_stdout_is_skipped_and_told() {
    let mut nursery = child("noisy");
    let report = nursery.probe().await;
    assert_up(&report);
    let detail = report.checks[0].detail.as_str();
    assert!(detail.starts_with("2 lines on stdout that are no JSON-RPC") && detail.contains("listing..."), "{detail}");
}

#[tokio::test]
async fn a_flood_of_log_lines_holds_nothing_up() {
    let mut nursery = child("floods");
    assert_up(&nursery.probe().await);
}

#[tokio::test]
async fn a_child_that_ends_at_once_is_told_with_its_last_words() {
    let mut nursery = child("exits");
    let report = nursery.probe().await;
    assert_eq!((class(&report), report.condition()), (Class::Exited, Condition::Down));
    assert!(failure(&report).message.as_str().contains("exit status: 3"), "{:?}", failure(&report));
    let words = report.checks[0].evidence.last_words.as_ref().unwrap();
    assert_eq!(words.as_str(), "cannot read the configuration");
}

#[tokio::test]
async fn a_child_that_dies_over_the_list_is_started_again_for_the_next_probe() {
    let mut nursery = child("dies");
    for starts in [1, 2] {
        let report = nursery.probe().await;
        assert_eq!(class(&report), Class::Exited);
        assert_eq!(report.failure().unwrap().0, Level::Tools);
        assert_eq!(report.checks[1].evidence.last_words.as_ref().unwrap().as_str(), "out of memory");
        assert_eq!(nursery.starts(), starts);
    }
}

#[tokio::test]
async fn a_child_is_not_started_again_at_once() {
    let mut nursery = child_with("dies", Patience { restart: Duration::from_mins(1), ..quick() });
    nursery.probe().await;
    let report = nursery.probe().await;
    assert_eq!(class(&report), Class::Exited);
    assert!(failure(&report).message.as_str().contains("started again in"), "{:?}", failure(&report));
    assert_eq!(nursery.starts(), 1);
}

#[tokio::test]
async fn a_program_that_is_not_there_cannot_be_started() {
    let mut target = Target::bare(Url::parse("http://unused.invalid").unwrap());
    target.endpoint = McpEndpoint::Command(vec!["no-such-program-4711".into()]);
    let report = Prober::new(target, None, SharedHttp::new(quick())).probe(Level::Canary).await;
    assert_eq!(class(&report), Class::Exited);
    assert!(failure(&report).message.as_str().contains("no-such-program-4711"));
}

#[tokio::test]
async fn a_child_that_does_not_know_the_modern_question_is_asked_in_the_old_way() {
    for (mode, starts) in [("mute", 1), ("touchy", 2)] {
        let mut nursery = child(mode);
        for _ in 0..2 {
            let report = nursery.probe().await;
            assert_up(&report);
            assert_eq!(report.era, Some(Era::Legacy));
        }
        assert_eq!(nursery.starts(), starts, "{mode}");
    }
}

#[tokio::test]
async fn a_child_that_never_answers_is_late() {
    for mode in ["silent", "deaf"] {
        let level = Duration::from_millis(700);
        let mut nursery = child_with(mode, Patience { level, silence: level / 4, ..quick() });
        assert_eq!(class(&nursery.probe().await), Class::Timeout, "{mode}");
    }
}

#[tokio::test]
async fn a_child_that_keeps_silent_twice_is_started_anew() {
    let level = Duration::from_millis(500);
    let mut nursery = child_with("silent", Patience { level, silence: level / 4, ..quick() });
    for starts in [1, 1, 2] {
        assert_eq!(class(&nursery.probe().await), Class::Timeout);
        assert_eq!(nursery.starts(), starts);
    }
}

#[tokio::test]
async fn a_late_answer_is_not_taken_for_another() {
    let mut nursery = child_with("late", Patience { level: Duration::from_millis(700), ..quick() });
    assert_eq!(class(&nursery.probe().await), Class::Timeout);
    let report = nursery.probe().await;
    assert_up(&report);
    assert_eq!(report.tools.unwrap().tools.len(), 1);
    assert_eq!(nursery.starts(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_child_is_ended_with_all_that_it_has_started() {
    for polite in [true, false] {
        let mut nursery = child("family");
        assert_up(&nursery.probe().await);
        let other = std::fs::read_to_string(nursery.folder.path().join("mark")).unwrap();
        let alive = PathBuf::from(format!("/proc/{}/exe", other.trim()));
        assert!(std::fs::read_link(&alive).is_ok());
        if polite {
            nursery.prober.close().await;
        }
        drop(nursery.prober);
        let gone = async {
            while std::fs::read_link(&alive).is_ok() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), gone).await.expect("it lives on");
    }
}

#[tokio::test]
async fn a_child_that_does_not_want_to_end_is_ended() {
    let mut nursery = child_with("stubborn", Patience { farewell: Duration::from_millis(100), ..quick() });
    assert_up(&nursery.probe().await);
    nursery.prober.close().await;
    assert_up(&nursery.probe().await);
    assert_eq!(nursery.starts(), 2);
}

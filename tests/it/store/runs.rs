//! Runs of evaluations: kept by their files, and forgotten by their age.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use dogwatch::domain::evals::gather::Filed;
use dogwatch::domain::evals::{Run, Tool};
use dogwatch::domain::id::SourceId;
use dogwatch::store::results::{FileMark, FileRead, Results};

use super::{api, at};

/// A file with one run of this name, which began then.
fn file(name: &str, began: Option<DateTime<Utc>>, modified: DateTime<Utc>) -> FileRead {
    let run = Run { run_id: Some(name.to_owned()), started_at: began, ..Run::new(Tool::Jsonl, "mcp-tools") };
    let mark = FileMark { size: 7, modified: modified.timestamp_nanos_opt().unwrap(), inode: 1 };
    let path = format!("/out/{name}");
    FileRead { runs: vec![Filed::of(&PathBuf::from(&path), &run)], path, mark, aside: None }
}

fn ids(results: &Results, source: &SourceId) -> Vec<String> {
    let runs = results.runs(source, 0, 100).unwrap();
    runs.into_iter().filter_map(|(_, filed)| filed.row.run_id).collect()
}

#[test]
fn old_runs_are_forgotten_and_their_files_stay_known() {
    let folder = tempfile::tempdir().unwrap();
    let mut results = Results::open(folder.path()).unwrap();
    let files = [
        file("old", Some(at(0)), at(50)),
        file("edge", Some(at(10)), at(50)),
        file("young", Some(at(20)), at(0)),
        file("old-file", None, at(0)),
        file("young-file", None, at(20)),
        FileRead { mark: FileMark { size: 7, modified: 0, inode: 1 }, ..file("no-time", None, at(0)) },
    ];
    results.keep_up_to(&api(), &files, ("artifacts", Some("far"))).unwrap();
    let known = results.files(&api()).unwrap();
    assert_eq!(known.len(), 6);
    assert_eq!(results.forget(at(10)).unwrap(), 2);
    assert_eq!(ids(&results, &api()), ["edge", "young", "young-file", "no-time"]);
    assert_eq!(results.files(&api()).unwrap(), known, "or they would be read again");
    assert_eq!(results.cursor(&api(), "artifacts").unwrap().as_deref(), Some("far"));
    drop(results);
    assert_eq!(Results::forget_in(folder.path(), at(11)).unwrap(), 1);
    let looked = Results::look_into(folder.path()).unwrap().unwrap();
    assert_eq!(ids(&looked, &api()), ["young", "young-file", "no-time"]);
}

#[test]
fn where_nothing_is_remembered_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Results::look_into(folder.path()).unwrap().is_none());
    assert_eq!(Results::forget_in(folder.path(), at(0)).unwrap(), 0);
    assert!(Results::look_into(Path::new("/nowhere")).unwrap().is_none());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    Results::open(folder.path()).unwrap();
    rusqlite::Connection::open(folder.path().join("results.db"))
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert!(Results::look_into(folder.path()).unwrap().is_none(), "of another version nothing is read");
}

#[test]
fn what_is_looked_into_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    Results::open(folder.path()).unwrap();
    let mut looked = Results::look_into(folder.path()).unwrap().unwrap();
    assert!(looked.keep(&api(), &[file("new", Some(at(0)), at(0))]).is_err());
}

//! Looking things up in what was read of results: runs by their names and
//! suites, how far a source was read, and what was found last.

use chrono::DateTime;
use rusqlite::{OptionalExtension, params};

use super::{EDITION, Results, filed};
use crate::domain::evals::findings::Finding;
use crate::domain::evals::findings::overdue::Start;
use crate::domain::evals::gather::Filed;
use crate::domain::evals::history::{RunKey, SuiteKey};
use crate::domain::id::SourceId;
use crate::domain::text::Clean;
use crate::store::error::{Fault, StoreError};

/// Fewer digits of a run's key name no run.
const SHORTEST: usize = 6;

impl Results {
    /// How far a source was read under this name; none if it never was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn cursor(&self, source: &SourceId, name: &str) -> Result<Option<String>, StoreError> {
        self.read("read how far results were read", |db| {
            let mut statement = db.prepare_cached("SELECT value FROM cursors WHERE source=?1 AND name=?2")?;
            Ok(statement.query_row([source.as_str(), name], |row| row.get(0)).optional()?)
        })
    }

    /// How often runs of a source have been kept: as long as it stays, they are the same.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn edition(&self, source: &SourceId) -> Result<u64, StoreError> {
        let kept = self.cursor(source, EDITION)?;
        Ok(kept.and_then(|kept| kept.parse().ok()).unwrap_or_default())
    }

    /// The artifacts of a source that could not be read as a whole, and why; by their names.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn artifacts_aside(&self, source: &SourceId) -> Result<Vec<(String, Clean)>, StoreError> {
        self.read("read what was set aside", |db| {
            let sql = "SELECT path, aside FROM files WHERE source=?1 AND aside IS NOT NULL \
                       AND path GLOB 'artifact:[0-9]*' AND path NOT GLOB '*[/\\]*' ORDER BY path";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([source.as_str()], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            let aside: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
            Ok(aside.into_iter().map(|(path, why)| (path, Clean::line(&why))).collect())
        })
    }

    /// The last runs of a suite that any source has read, the newest first, without the names of their cases.
    /// One run in two files comes twice.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn last_of(&self, suite: SuiteKey, most: u32) -> Result<Vec<Filed>, StoreError> {
        self.read("read the runs of a suite", |db| {
            let sql = "SELECT path, about, cases FROM runs WHERE suite=?1 ORDER BY at DESC, rowid DESC LIMIT ?2";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query(params![suite.0.as_slice(), most])?;
            let mut runs = Vec::new();
            while let Some(row) = rows.next()? {
                runs.extend(filed(row, 0)?);
            }
            Ok(runs)
        })
    }

    /// Every suite of which a run is known, with its name, in any order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn suites(&self) -> Result<Vec<(SuiteKey, String)>, StoreError> {
        self.read("read the suites", |db| {
            let sql = "SELECT suite, CASE WHEN json_valid(about) THEN json_extract(about, '$.suite') END \
                       FROM runs GROUP BY suite";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut suites = Vec::new();
            while let Some(row) = rows.next()? {
                let key = SuiteKey(row.get(0)?);
                suites.extend(row.get::<_, Option<String>>(1)?.map(|name| (key, name)));
            }
            Ok(suites)
        })
    }

    /// When the runs of a source began, the oldest first; without those that say no time.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn starts(&self, source: &SourceId) -> Result<Vec<Start>, StoreError> {
        self.read("read when runs began", |db| {
            let sql = "SELECT suite, run, at, CASE WHEN json_valid(about) THEN json_extract(about, '$.branch') END \
                       FROM runs WHERE source=?1 AND at IS NOT NULL ORDER BY at";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query([source.as_str()])?;
            let mut starts = Vec::new();
            while let Some(row) = rows.next()? {
                let at = DateTime::from_timestamp_millis(row.get(2)?);
                let (suite, run) = (SuiteKey(row.get(0)?), RunKey(row.get(1)?));
                let branch = row.get::<_, Option<String>>(3)?.map(Box::from);
                starts.extend(at.map(|at| Start { suite, run, at, branch }));
            }
            Ok(starts)
        })
    }

    /// The files of a run, the last one read first; empty if it is not known.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn files_of(&self, run: RunKey) -> Result<Vec<Filed>, StoreError> {
        self.found("run=?1", run.0.as_slice())
    }

    /// The runs with this name: the tool's own, or the first six digits or more of our key; the last one read first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn named(&self, name: &str) -> Result<Vec<Filed>, StoreError> {
        let known = self.found("name=?1", name)?;
        let digits = name.len() >= SHORTEST && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if known.is_empty() && digits {
            return self.found("substr(hex(run), 1, length(?1))=upper(?1)", name);
        }
        Ok(known)
    }

    fn found(&self, which: &str, value: impl rusqlite::ToSql) -> Result<Vec<Filed>, StoreError> {
        self.read("look up a run", |db| {
            let sql = format!("SELECT path, about, cases FROM runs WHERE {which} ORDER BY rowid DESC");
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query([value])?;
            let mut runs = Vec::new();
            while let Some(row) = rows.next()? {
                runs.extend(filed(row, 0)?);
            }
            Ok(runs)
        })
    }

    /// Remembers what was found in a source's runs, in place of what was found before.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`]; what was found before stays then.
    pub fn keep_findings(&mut self, source: &SourceId, findings: &[Finding]) -> Result<(), StoreError> {
        if self.findings(source).is_ok_and(|kept| kept == findings) {
            return Ok(());
        }
        self.write("keep findings", |tx| {
            tx.execute("DELETE FROM findings WHERE source=?1", [source.as_str()])?;
            let mut keep = tx.prepare_cached("INSERT OR REPLACE INTO findings VALUES(?1,?2,?3)")?;
            for finding in findings {
                let about = serde_json::to_string(finding).map_err(|error| Fault::Damage(error.to_string()))?;
                keep.execute(params![source.as_str(), finding.fingerprint.as_str(), about])?;
            }
            Ok(())
        })
    }

    /// What was found last in a source's runs; what cannot be read is left out.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn findings(&self, source: &SourceId) -> Result<Vec<Finding>, StoreError> {
        self.read("read the findings", |db| {
            let mut statement = db.prepare_cached("SELECT about FROM findings WHERE source=?1 ORDER BY rowid")?;
            let rows = statement.query_map([source.as_str()], |row| row.get::<_, String>(0))?;
            let texts: Vec<String> = rows.collect::<rusqlite::Result<_>>()?;
            Ok(texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect())
        })
    }

    /// What was found last under this fingerprint, or one that begins so.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn finding(&self, source: &SourceId, print: &str) -> Result<Option<Finding>, StoreError> {
        let all = self.findings(source)?;
        Ok(all.into_iter().find(|finding| !print.is_empty() && finding.fingerprint.as_str().starts_with(print)))
    }
}

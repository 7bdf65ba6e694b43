//! Records as bytes, for whoever keeps thousands of them: 53 bytes a case.

use chrono::DateTime;

use super::gather::Row;
use super::history::{Record, RunKey, SuiteKey, Tally};
use super::{CaseKey, Guard};

/// Bytes of one case.
const CASE: usize = 53;
/// Bytes before the cases: the run's key, and its time in microseconds.
const HEAD: usize = 24;
/// Stands for a time that is not known.
const NO_TIME: i64 = i64::MIN;

/// What of a record does not stand in its row.
pub fn pack(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD + record.cases.len() * CASE);
    bytes.extend(record.run.0);
    bytes.extend(record.at.map_or(NO_TIME, |at| at.timestamp_micros()).to_le_bytes());
    for case in &record.cases {
        bytes.extend(case.key.0);
        bytes.push(u8::from(case.guard.is_some()));
        bytes.extend(case.guard.map_or(0, |guard| guard.0).to_le_bytes());
        for count in [case.passed, case.failed, case.errored, case.unscored] {
            bytes.extend(count.to_le_bytes());
        }
        bytes.extend(case.value.unwrap_or(f64::NAN).to_le_bytes());
        for figure in [case.graded, case.latency_ms, case.cost_usd] {
            bytes.extend(figure.unwrap_or(f32::NAN).to_le_bytes());
        }
    }
    bytes
}

/// The record of this row; none if the bytes are none.
pub fn unpack(row: &Row, bytes: &[u8]) -> Option<Record> {
    let (head, cases) = bytes.split_at_checked(HEAD)?;
    let (run, at) = head.split_first_chunk()?;
    let at = i64::from_le_bytes(*at.first_chunk()?);
    if cases.len() % CASE != 0 {
        return None;
    }
    let boxed = |text: &Option<String>| text.as_deref().map(Box::from);
    Some(Record {
        run: RunKey(*run),
        suite: SuiteKey::of(row.tool, &row.suite),
        status: row.status,
        at: if at == NO_TIME { None } else { DateTime::from_timestamp_micros(at) },
        sha: boxed(&row.git_sha),
        branch: boxed(&row.branch),
        model: boxed(&row.model),
        limited: row.limited,
        cases: cases.chunks_exact(CASE).map(tally).collect::<Option<_>>()?,
        stated: row.mean_score.filter(|_| row.counts.is_none()),
    })
}

/// Takes a number's bytes off the front.
fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*first)
}

fn tally(mut bytes: &[u8]) -> Option<Tally> {
    let bytes = &mut bytes;
    let key = CaseKey(take(bytes)?);
    let has_guard = take::<1>(bytes)? != [0];
    let guard = Guard(u64::from_le_bytes(take(bytes)?));
    let mut count = || Some(u16::from_le_bytes(take(bytes)?));
    let (passed, failed, errored, unscored) = (count()?, count()?, count()?, count()?);
    let value = f64::from_le_bytes(take(bytes)?);
    let mut figure = || {
        let figure = f32::from_le_bytes(take(bytes)?);
        Some(Some(figure).filter(|figure| !figure.is_nan()))
    };
    Some(Tally {
        key,
        guard: has_guard.then_some(guard),
        passed,
        failed,
        errored,
        unscored,
        value: Some(value).filter(|value| !value.is_nan()),
        graded: figure()?,
        latency_ms: figure()?,
        cost_usd: figure()?,
    })
}

//! Suites of which only a mean is known: its usual place, and how far from it the last one lies.

use super::rules::Suite;
use super::series::Series;
use super::settle::{Fresh, GRAVE};
use super::{Kind, Severity, Verdict};
use crate::domain::evals::history::Record;
use crate::domain::evals::stats::{SLACK, Usual};

/// How many means are remembered.
const REMEMBERED: usize = 20;
/// So few tell nothing.
const ENOUGH: usize = 5;
/// Further out is an outlier (Iglewicz and Hoaglin 1993).
const OUTLIER: f64 = -3.5;

/// Judges a stated mean by rolling median and robust z; two in a row make a
/// regression, since one figure proves nothing. Means that fell are not remembered.
pub(super) fn judge(series: &mut Series, record: &Record, suite: &Suite) -> Option<Fresh> {
    let mean = record.stated.filter(|mean| record.is_whole() && mean.is_finite())?;
    let known: Vec<f64> = series.stated.iter().copied().collect();
    let fell = Usual::of(&known).filter(|_| known.len() >= ENOUGH).and_then(|usual| {
        let out = usual.robust_z(mean).is_none_or(|z| z <= OUTLIER);
        let drop = mean - usual.median;
        (out && drop <= SLACK - suite.floor).then_some(drop)
    });
    let twice = std::mem::replace(&mut series.stated_fell, fell.is_some());
    let Some(delta) = fell else {
        series.stated.push_back(mean);
        let over = series.stated.len().saturating_sub(REMEMBERED);
        series.stated.drain(..over);
        return None;
    };
    Some(Fresh {
        kind: Kind::SuiteRegression,
        verdict: if twice { Verdict::Regression } else { Verdict::Suspected },
        cases: Vec::new(),
        tag: None,
        p: None,
        delta: Some(delta),
        severity: if delta <= SLACK - GRAVE { Severity::High } else { Severity::Medium },
    })
}

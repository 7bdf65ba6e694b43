//! What the evals found in the cycle, and what people said of it.

use super::{Case, Clockwork, Ground, Regressions};
use crate::domain::incident::CloseReason;

pub(super) fn of(ground: &Ground<'_>, works: &Clockwork<'_>, cases: &[Case<'_>]) -> Regressions {
    let mut told = Regressions::default();
    let findings = cases.iter().filter(|case| case.story.suite.is_some() && ground.has(case.story.opened_at()));
    for case in findings {
        told.opened += 1;
        let verdicts = &mut told.verdicts;
        let place = match case.lived.closed.map(|(_, reason)| reason) {
            Some(Some(CloseReason::Expected)) => &mut verdicts.expected,
            Some(Some(CloseReason::Flaky | CloseReason::Invalid)) => &mut verdicts.noise,
            Some(Some(CloseReason::Recovered)) => &mut verdicts.recovered,
            Some(
                None
                | Some(
                    CloseReason::Completed
                    | CloseReason::Fixed
                    | CloseReason::WontFix
                    | CloseReason::NotPlanned
                    | CloseReason::Duplicate,
                ),
            ) => &mut verdicts.confirmed,
            None => &mut verdicts.open,
        };
        *place += 1;
        let (Some(severity), triaged) = (severity(works, case), case.lived.triaged) else { continue };
        let Some(ack) = severity.ack else { continue };
        let due = works.time.after(case.story.opened_at(), ack, severity.clock);
        let stopped = triaged.or(case.lived.closed.map(|(at, _)| at));
        match stopped {
            Some(at) if at <= due => {
                told.of += usize::from(triaged.is_some());
                told.triaged_in_time += usize::from(triaged.is_some());
            }
            Some(_) => told.of += 1,
            None => told.of += usize::from(due < ground.end()),
        }
    }
    told
}

fn severity<'a>(works: &Clockwork<'a>, case: &Case<'_>) -> Option<&'a crate::config::Severity> {
    works.model.team.severities.get(case.story.class.severity?)
}

//! By chance: whatever people did, what the outgoing person has is in the handoff.

use chrono::TimeDelta;
use dogwatch::domain::decision::{Decision, Deed, Over, StateLabels, apply};
use dogwatch::domain::handoff::section::Decision as Goes;
use dogwatch::domain::history::Told;
use dogwatch::domain::incident::{CloseReason, Incident};
use dogwatch::tracker::local;
use proptest::prelude::*;

use super::made::{Scene, before, clean, incident};

const PEOPLE: [&str; 3] = ["ana", "ben", "chi"];

fn decision(act: u8, whom: usize, incident: &Incident) -> Decision {
    match act {
        0 | 1 => Decision::Ack { over: if incident.ack.is_some() { Over::VoidAck } else { Over::Nothing } },
        2 => Decision::Unack,
        3 | 4 => Decision::Assign { to: Some(clean(PEOPLE[whom])), from: incident.assignees.clone() },
        5 => Decision::Assign { to: None, from: incident.assignees.clone() },
        6 => Decision::Snooze { until: before(-2_000) },
        7 => Decision::Wake,
        8 => Decision::Close { reason: CloseReason::Completed },
        9 => Decision::Reopen,
        _ => Decision::Note { text: "a word".into() },
    }
}

/// What each did to one incident, a step every five minutes of the last day, or of the time before the shift.
fn lived(acts: &[(u8, usize, usize)], began: i64) -> (Incident, Vec<Told>) {
    let mut one = incident(1, began + 10);
    let labels = StateLabels { ack: "ack".into(), snoozed: "snoozed".into() };
    let mut lines = Vec::new();
    for (place, (act, who, whom)) in acts.iter().enumerate() {
        let at = before(began) + TimeDelta::minutes(5 * i64::try_from(place).unwrap());
        let decision = decision(*act, *whom, &one);
        let deed = Deed { by: Some(clean(PEOPLE[*who])), at };
        apply(&mut one, &decision, &deed, &labels);
        one.updated_at = at;
        let what = local::told(&decision).0;
        lines.push(Told { incident: one.id.clone(), at, by: Some(PEOPLE[*who].into()), what });
    }
    (one, lines)
}

proptest! {
    #[test]
    fn every_open_thing_that_she_has_is_carried_over_and_nothing_of_others_hangs_on_her(
        acts in prop::collection::vec((0_u8..11, 0_usize..3, 0_usize..3), 0..24),
        began in prop_oneof![Just(600_i64), Just(10_200), Just(12_000)],
    ) {
        let (one, lines) = lived(&acts, began);
        let mut scene = Scene::default();
        let open = one.is_open();
        let assigned = one.assignees.iter().any(|name| name.as_str() == "ana");
        let acked = one.ack.as_ref().is_some_and(|ack| ack.by == Some(clean("ana")));
        let voided = one.reopened_at > one.ack.as_ref().and_then(|ack| ack.at) && one.reopened_at.is_some();
        let others = one.assignees.iter().any(|name| name.as_str() != "ana");
        let snoozed = one.snooze.is_some();
        scene.add(one);
        scene.brought.told = lines;
        let handoff = scene.handoff();
        let row = handoff.sections.carry_over.first();
        if open && (assigned || (acked && !voided && !others && !snoozed)) {
            prop_assert!(row.is_some(), "she has it, and the handoff does not say so");
        }
        if let Some(row) = row {
            prop_assert!(open, "what is closed hangs on nobody");
            if row.decision == Goes::Handed {
                prop_assert!(row.to.as_ref().is_some_and(|to| to.as_str() != "ana"));
                prop_assert!(!assigned, "it is still assigned to her");
            }
            if row.decision == Goes::Returned {
                let hers = assigned || (acked && !voided);
                prop_assert!(!hers, "it is still hers");
            }
        }
        prop_assert_eq!(handoff.complete, handoff.undecided.is_empty());
        let hanging = handoff.sections.carry_over.iter().filter(|row| row.next_step.is_none()).count();
        prop_assert_eq!(handoff.undecided.len(), hanging);
    }
}

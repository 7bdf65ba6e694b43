//! The cycle review: every figure against a month whose truth is known, and
//! the rules of its small parts, a line a case.

mod beside;
mod diff;
mod life;
mod month;
mod simulated;
mod tables;

/// The team of the simulated month. Sample data: people and incidents are invented.
const TEAM: &str = r#"
version = 1
[team]
name = "sample"
timezone = "Europe/London"
workdays = ["mon", "tue", "wed", "thu", "fri"]
workhours = "09:00-17:30"
holidays = ["2027-03-19"]
log_dir = "ops"
[[people]]
id = "ana"
github = "ana-sample"
[[people]]
id = "ben"
[[people]]
id = "chi"
[[areas]]
id = "tools"
owner = "ana"
[[areas]]
id = "evals"
backup = "chi"
[[rotations]]
id = "ops"
start = "2027-02-01T10:00"
shift = "7d"
members = ["ana", "ben", "chi"]
coverage = "24x7"
[[rotations.overrides]]
from = "2027-03-03T00:00"
to = "2027-03-05T12:00"
person = "chi"
[[rotations.swaps]]
from = "2027-03-15"
to = "2027-03-22"
give = "ana"
take = "ben"
[[escalations]]
id = "grave"
steps = [{ to = "rotation:ops/primary", wait = "15m" }, { to = "everyone" }]
[[severities]]
id = "SEV1"
meaning = "grave"
clock = "24x7"
ack = "15m"
ack_holds = "2h"
owner_within = "30m"
mitigate = "4h"
update_every = "1h"
review_within = "5d"
escalation = "grave"
[[severities]]
id = "SEV2"
meaning = "bad"
clock = "business"
ack = "1h"
owner_within = "4h"
mitigate = "1bd"
update_every = "4h"
[[severities]]
id = "SEV3"
meaning = "slight"
clock = "business"
ack = "4h"
mitigate = "5bd"
[[severities]]
id = "SEV4"
meaning = "none"
backlog = true
[[kinds]]
id = "outage"
severity = "SEV1"
area = "tools"
runbook = "outage.md"
[[kinds]]
id = "eval-fall"
severity = "SEV3"
area = "evals"
[[kinds]]
id = "question"
severity = "SEV4"
[[trains]]
id = "tools"
start = "2027-01-07"
rule = "FREQ=WEEKLY"
owners = ["ana"]
evidence = "tag:tools-v*"
[[cadences]]
id = "triage"
start = "2027-01-05"
rule = "FREQ=WEEKLY"
owner = "ana"
done_by = "minutes"
[limits]
incidents_per_shift = 5
"#;

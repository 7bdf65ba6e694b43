//! What `--help` shows below each command: lines to copy.

mod evals;
mod overrides;

pub(super) use evals::*;
pub(super) use overrides::*;

pub(super) const ALL: &str = "\
Examples:
  dogwatch demo                          the whole thing on a sample team
  dogwatch init                          begins with your own repository
  dogwatch                               the queue of this repository's team
  dogwatch --plain                       the same as a dialogue, line by line
  dogwatch queue --filter 'sev:SEV1'     the same in plain text
  dogwatch ack github#12 github#14       I have these two
  dogwatch snooze github#12 --until 2h

Exit status: 0 done; 1 done, and something was found, missing or refused;
2 wrong usage or configuration; 3 a source could not be reached.";

pub(super) const DEMO: &str = "\
Examples:
  dogwatch demo                          in a fresh temporary folder
  dogwatch demo --dir ~/dogwatch-demo    kept, and gone on with the next time
  dogwatch demo --tour                   with the tour, also once it was shown";

pub(super) const INIT: &str = "\
Examples:
  dogwatch init                          asks five short questions at the most
  dogwatch init --dry-run                lists the files, shows the team file
  dogwatch init --dry-run --full         shows every file; neither writes any
  dogwatch init --yes                    asks nothing; for scripts
  dogwatch init --dir services/tools     for a folder, in a repository or not

It looks at authors, files, CODEOWNERS, workflows, manifests, results of evals
and the address of `origin`; it runs nothing but git and asks no network. A file
that is there is never changed, and with a team file nothing is. E-mail
addresses are never written down. What only people can say is listed at the end;
`dogwatch check` finds nothing else. Nothing is written before the last question
is answered. Exit status: 0, also when a team file is there; 1 when ctrl-d broke
off the questions; 2 without a git repository, without --yes where nobody can be
asked, or when the team file that is there cannot be read.";

pub(super) const QUEUE: &str = "\
Examples:
  dogwatch queue
  dogwatch queue --filter 'state:open sev:SEV1 -label:noise'
  dogwatch queue --filter is:overdue --json
  dogwatch queue --all | grep gateway    whole titles, closed ones too

A filter's words must all match; a `-` before one turns it round. Words with a
key: state: severity: (sev:) kind: area: assignee: (who:) source: label: id:
is:overdue is:untriaged is:unassigned. Other words are looked for everywhere.

Exit status: 0; 3 when a source failed (what was known of it is shown).";

pub(super) const SHOW: &str = "\
Examples:
  dogwatch show github#12
  dogwatch show local#3 --json
  dogwatch show nightly:4f1c09aa12b3 --case add-numbers

An eval incident shows how its cases did, run by run, and one of them in full;
the result files are opened for that, and nothing of them is kept.
Exit status: 0; 1 when there is no such incident or case here.";

pub(super) const NEW: &str = "\
Examples:
  dogwatch new 'Gateway answers 403' --severity SEV1
  dogwatch new 'Eval fell by 7 points' -S SEV2 -K eval-regression --body 'since noon'";

pub(super) const ACK: &str = "\
Examples:
  dogwatch ack github#12
  dogwatch ack github#12 github#14 --note 'looking at the gateway'

It waits up to five seconds for the tracker's answer. What has not been
answered by then is `pending`: it is on disk and goes out later.
Exit status: 0 done or pending; 1 refused, in conflict, or unknown as yet.";

pub(super) const UNACK: &str = "\
Examples:
  dogwatch unack github#12";

pub(super) const ASSIGN: &str = "\
Examples:
  dogwatch assign github#12 ana
  dogwatch assign github#12 github#14 some-login
  dogwatch assign github#12 nobody";

pub(super) const CLOSE: &str = "\
Examples:
  dogwatch close github#12
  dogwatch close github#12 github#14 --reason not-planned

A close of something that changed since you saw it asks again instead:
`dogwatch log` shows it, `dogwatch log --confirm OP` closes it still.";

pub(super) const REOPEN: &str = "\
Examples:
  dogwatch reopen github#12";

pub(super) const SNOOZE: &str = "\
Examples:
  dogwatch snooze github#12 --until 2h
  dogwatch snooze github#12 github#14 --until 'monday 14:00'
  dogwatch snooze github#12 --until 2026-12-01T09:00:00Z";

pub(super) const WAKE: &str = "\
Examples:
  dogwatch wake github#12";

pub(super) const NOTE: &str = "\
Examples:
  dogwatch note github#12 --text 'rolled back, watching'
  journalctl -u gateway -n 20 | dogwatch note github#12 -m -";

pub(super) const SEVERITY: &str = "\
Examples:
  dogwatch severity github#12 SEV2
  dogwatch severity github#12 github#14 none";

pub(super) const KIND: &str = "\
Examples:
  dogwatch kind github#12 schema-drift
  dogwatch kind github#12 none";

pub(super) const MERGE: &str = "\
Examples:
  dogwatch merge github#14 github#15 --into github#12";

pub(super) const UNDO: &str = "\
Examples:
  dogwatch ack local#1 local#2 && dogwatch undo    both are open again
  dogwatch undo --yes                              also if that was more than ten minutes ago,
                                                   or something came after it that stays";

pub(super) const LOG: &str = "\
Examples:
  dogwatch log
  dogwatch log --dismiss 01KAQ…          puts a refusal away
  dogwatch log --confirm 01KAQ…          closes still, where it asks again

Exit status: 0; 1 while something waits for you.";

pub(super) const SYNC: &str = "\
Examples:
  dogwatch sync                          once: ask, send, say what changed
  dogwatch sync --every 60s              unattended, until told to stop

Exit status: 0; 1 when a decision was refused; 3 when a source failed.";

pub(super) const PROBE: &str = "\
Examples:
  dogwatch probe                         every MCP source of the team file
  dogwatch probe prod --json
  dogwatch probe http://127.0.0.1:8811/mcp
  dogwatch probe https://example.com/mcp --canary search --canary-args '{\"query\":\"x\"}'
  dogwatch probe diff old.json new.json  what changed between two tool lists
  dogwatch probe snapshot prod > schemas/tools/released.json

An endpoint is up when every level passed: health address, handshake, tools,
canary. Without a canary nothing says that a tool works; it is up, shallowly.

Exit status: 0 when all are up; 1 when one is not.";

pub(super) const PROBE_SNAPSHOT: &str = "\
Examples:
  dogwatch probe snapshot prod > schemas/tools/released.json

Commit the file and name it as `snapshot` of the source: from then on drift is
what differs from it.

Exit status: 0; 1 when the tools could not be read.";

pub(super) const PROBE_DESCRIBE: &str = "\
Examples:
  dogwatch probe describe prod           a line for each tool
  dogwatch probe describe prod delete    those that have this word anywhere
  dogwatch probe describe prod --full | less

One tool alone is told in full. `dogwatch probe snapshot` has them as JSON.

Exit status: 0; 1 when no tool has the words, or the tools could not be read.";

pub(super) const PROBE_ACCEPT: &str = "\
Examples:
  dogwatch probe accept prod

Without a `snapshot` in the team file drift is measured against the list that
was seen first on this machine; this replaces it by the list of now.

Exit status: 0; 1 when the tools could not be read.";

pub(super) const PROBE_DIFF: &str = "\
Examples:
  dogwatch probe diff old.json new.json
  dogwatch probe diff old.json - --json  the new list from standard input
  dogwatch probe diff tools.json new.json --format github

OLD and NEW are what `tools/list` answers: {\"tools\": […]}, or the whole
JSON-RPC reply. Order, key order and spelling are no drift.

Exit status: 0; 1 when something breaking changed; 2 for a file that cannot be
read.";

pub(super) const ONCALL: &str = "\
Examples:
  dogwatch oncall
  dogwatch oncall --at 2026-12-28T10:00     then, on the team's clock
  dogwatch oncall --at tomorrow --json
  dogwatch oncall --rotation ops

Off hours are planned and quiet; a GAP is covered time in which nobody can
answer. Who was on call comes from the ledger for all shifts that began while
dogwatch was in use: editing the team file does not change those.
`duty` of the JSON answer is the covered time that runs, else the next; `shift` is
the whole shift, also where nobody has to be there.
Exit status: 0, also in a gap.";

pub(super) const SHIFTS: &str = "\
Examples:
  dogwatch shifts                           from now to the horizon
  dogwatch shifts --from 2026-12-01 --to 2027-01-01
  dogwatch shifts --load                    and who carries how much
  dogwatch shifts --ical > shifts.ics       for a calendar

Each line is a stretch of one shift that one person has for one reason; a shift
of 23 or 25 hours is marked. Dates and times without an offset are the team's.";

pub(super) const HANDOFF: &str = "\
Examples:
  dogwatch handoff                       the shift that runs, or has just ended
  dogwatch handoff --hand github#12=ben --next 'github#12=ask the vendor for the log'
  dogwatch handoff --snooze local#3='tomorrow 10:00' --next local#3='look at the graph'
  dogwatch handoff --feel 4 --line 'quiet, but for the gateway' --write
  dogwatch handoff --accept              the incoming person: I have it now

Whatever the outgoing person has acked or is assigned has to be handed, returned
or snoozed, and needs a next step. It is printed all the same while some of that
is missing. What is typed stays; of two words for one thing the later counts, and
an empty one takes it back.
Exit status: 0; 1 when it is incomplete, or a decision was refused.";

pub(super) const DOCTOR: &str = "\
Examples:
  dogwatch doctor
  dogwatch doctor --json | jq '.checks[] | select(.level != \"ok\")'

It changes nothing and never tells a token, only where it was found.
Exit status: 0 all well; 1 something is missing; 3 a source did not answer.";

pub(super) const TRUST: &str = "\
Examples:
  dogwatch trust                         shows what is asked for, then asks
  dogwatch trust --yes                   for scripts

A change of what is asked for (a host, a variable, a command, a path) needs a
new word; a change of people, rotations or rules does not.";

pub(super) const UNTRUST: &str = "\
Examples:
  dogwatch untrust";

pub(super) const STATUS: &str = "\
Examples:
  dogwatch status
  dogwatch status --format plain
  dogwatch status --format '{open} open{?overdue:, {overdue} overdue}'
  dogwatch status --format '{?sev:SEV1:{sev:SEV1} SEV1, }{oncall} {until}'
  set -g status-right '#(dogwatch status --format tmux)'     # .tmux.conf
  PS1='$(dogwatch status --format \"{?open:{open} open }\")\\$ '      # bash
  [custom.dogwatch]                                    # starship.toml
  command = 'dogwatch status --format plain'
  when = true

It reads this machine's store alone, asks nobody and changes nothing; a screen
may run beside it. Exit status: 0, also where nothing is kept yet; 2 for a
format that cannot be.";

pub(super) const EXPORT: &str = "\
Examples:
  dogwatch export --out incidents.json";

pub(super) const IMPORT: &str = "\
Examples:
  dogwatch import incidents.json
  dogwatch --data-dir OLD export | dogwatch import -";

pub(super) const COMPLETIONS: &str = "\
Examples:
  dogwatch completions bash > ~/.local/share/bash-completion/completions/dogwatch
  dogwatch completions zsh > ~/.zfunc/_dogwatch";

pub(super) const MAN: &str = "\
Examples:
  dogwatch man | man -l -
  dogwatch man queue | man -l -          of one command
  dogwatch man keys | man -l -           of a topic of `dogwatch help`
  dogwatch man --dir ~/.local/share/man

--dir writes every page; what is there under the same names is replaced.";

pub(super) const HELP: &str = "\
Examples:
  dogwatch help keys                     as the personal file binds them
  dogwatch help keys snooze              those that have to do with it
  dogwatch help config severity          keys of the two files, by a word
  dogwatch help themes
  dogwatch help formats --json
  dogwatch help evals compare            of a command, like --help

Exit status: 0; 2 when there is no such command or topic, or nothing in a topic
has the words.";

pub(super) const CALENDAR: &str = "\
Examples:
  dogwatch calendar                      from today to the horizon
  dogwatch calendar --from 2026-12-01 --to 2026-12-31
  dogwatch calendar --json               the same for programs
  dogwatch calendar --ical > team.ics    for other calendars to read

Releases and cadences are held against tags, commits and the team's log folder;
what cannot be looked at is said on standard error and is never called missed.
Days are whole days of the team's zone, the last one included.";

pub(super) const RUNBOOK: &str = "\
Examples:
  dogwatch runbook tool calls time out       the best page for these words
  dogwatch runbook github#12                 the page that its kind names
  dogwatch runbook docs/runbooks/a.md --heading Verify
  dogwatch runbook --list                    all; with words, those that fit
  dogwatch runbook --path tool fails         only where it lies: FILE:LINE
  dogwatch runbook --worked docs/runbooks/a.md --note 'step 3 is enough'
  dogwatch runbook --dir ~/pages disk full   without a team file

Words of one file, kind or incident show that; the network is never asked, and
nothing in a page is run. `fresh` means that it worked or was really edited
lately; a new date alone is no edit.
Exit status: 0; 1 when nothing fits; 2 for what cannot be shown.";

pub(super) const CHECK: &str = "\
Examples:
  dogwatch check                         every gap, with its evidence and its fix
  dogwatch check --deny warnings --format github     in a workflow
  dogwatch check --format sarif > model.sarif
  dogwatch check --explain rotation-gap  why that rule is there; `all` lists them
  dogwatch check --map                   who decides what, by when, and what is unclear
  dogwatch check --online                asks the sources first

What cannot be looked at is told as `not checked`, never passed over.
Exit status: 0; 1 when an error stands that nobody has waived (with
`--deny warnings` also a warning).";

pub(super) const REVIEW: &str = "\
Examples:
  dogwatch review                            since the last review, as Markdown
  dogwatch review --from 2026-11-02 --to 2026-11-29 --format text
  dogwatch review --cycle last --json
  dogwatch review --write                    under log_dir, for you to commit
  dogwatch review --diff | git apply         take over what it proposes

Every figure says how many it rests on; durations are on the clock of the
severity. Of fewer than ten no trend is claimed, and nobody's speed is told.
--diff is meant to be read first: nothing is ever applied by itself. --to is
the last day, included; a review needs no network.";

pub(super) const TRIAGE: &str = "\
Examples:
  dogwatch triage                        the meeting, on the screen
  dogwatch triage | cat                  what it would walk, and why
  dogwatch triage --json
  dogwatch triage --minutes              what the last meeting decided
  dogwatch triage --minutes --write      into the team's log folder, to commit

It walks what is untriaged (no kind or severity, by rule or by a person), then
what is overdue, dropped by a handover, confirming, or untouched for too long.
What it decides are the decisions of the command line: `kind`, `severity`,
`assign`, `note`, `snooze`, `merge`, `close`; said there while a meeting runs,
they are in its minutes, too. A meeting that was killed can be gone on with.
Exit status: 0; 1 when something is untriaged or overdue, or there are no
minutes.";

pub(super) const ESCALATE: &str = "\
Examples:
  dogwatch escalate github#12            whoever comes next, and tells them
  dogwatch escalate github#12 --to 3 --note 'the gateway is not ours'
  dogwatch escalate github#12 --to ben   out of turn

Steps that reach nobody (off hours, away), or only people who were asked
already, are passed over. The comment says whom, why and which step.
Exit status: 0 done or pending; 1 refused, in conflict, or unknown as yet.";

pub(super) const PUBLISH: &str = "\
Examples:
  dogwatch publish                       the page, as Markdown
  dogwatch publish --out docs/operating-model.md
  dogwatch publish --check --out docs/operating-model.md
  dogwatch publish --codeowners          the areas, between two marker lines
  dogwatch publish --codeowners --check

The page depends on the team file and on the day: owners, decisions, people, who
is on call in the days of `limits.horizon`, severities, what is planned. --check
writes nothing, renders the file as of the day that the page names, and shows
what is different; it needs no store, no network and no history.
Exit status: 0; 1 when --check found something; 2 for a file that people wrote.";

//! Lines to copy for `evals` and what is said of its findings.

pub(in crate::cli) const EVALS: &str = "\
Examples:
  dogwatch evals logs/                        every result below logs/
  dogwatch evals 'out/**/*.xml' --json
  dogwatch evals compare base.eval new.eval   did it get worse?
  dogwatch evals expect nightly:1f2e3d4c5b6a --until 2w -m 'new system prompt'

It reads Inspect, promptfoo, JUnit, DeepEval, lm-eval, OpenAI evals and the
documented lines `dogwatch.eval.v1`, told by what is in a file. Anything else
is set aside with the reason.
Exit status: 0; 1 when a regression was found.";

pub(in crate::cli) const EVALS_COMPARE: &str = "\
Examples:
  dogwatch evals compare base.eval new.eval
  dogwatch evals compare before/ after/ --suite mcp-tools --json
  dogwatch evals compare nightly-2026-11-20 new.eval

A run that `sync` or the screen has read may be called by the id that its
tool gave it, or by six digits or more of its key, also when its file is gone.
Cases are paired by what they ask. A case whose question changed is not
compared; one that errored is no wrong answer.
Exit status: 0; 1 when the second is worse.";

pub(in crate::cli) const EVALS_EXPECT: &str = "\
Examples:
  dogwatch evals expect                  what has been said so far
  dogwatch evals expect nightly:1f2e3d4c5b6a --until 2w -m 'new system prompt'
  dogwatch evals expect --suite sql --case 'join-*' --from 3b2aabc \\
                        --until 2026-12-31 -m 'rows are sorted now'

It is written to .dogwatch/expected.toml beside the team file: commit it, so
that it is reviewed. From the run or commit on, those cases are held against
what they do since; all others as before. `dogwatch undo` takes back what has
closed an incident, `dogwatch evals unsay SUITE` what was said of a suite.
Exit status: 0; 1 when it was refused.";

pub(in crate::cli) const EVALS_FLAKY: &str = "\
Examples:
  dogwatch evals flaky nightly:1f2e3d4c5b6a --until 1w -m 'random index'
  dogwatch evals flaky --suite sql --case sql-17 --until friday -m 'known flake'

A case in quarantine runs, shows and counts, but opens nothing alone. It leaves
after ten passes in a row; what fails every time is broken, not flaky. At most
a tenth of a suite may be in quarantine.
Exit status: 0; 1 when it was refused.";

pub(in crate::cli) const EVALS_PIN: &str = "\
Examples:
  dogwatch evals pin mcp-tools night-412 -m 'the last release'
  dogwatch evals accept mcp-tools night-415 -m 'the cases were rewritten'

It is written to .dogwatch/expected.toml beside the team file: commit it, so
that it is reviewed. `dogwatch evals unsay SUITE` takes back what was said last
of a suite.";

pub(in crate::cli) const EVALS_UNSAY: &str = "\
Examples:
  dogwatch evals unsay mcp-tools      a pin, an accepted run, or cases by --suite

It takes the last such entry out of .dogwatch/expected.toml beside the team
file: commit that, so that it is reviewed. What was said of an incident is
taken back by `dogwatch undo`.
Exit status: 0; 2 when nothing was said of the suite alone.";

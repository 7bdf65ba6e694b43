//! Lines to copy for changes of who is on call.

pub(in crate::cli) const OVERRIDE: &str = "\
Examples:
  dogwatch override add chi --from 2026-12-28 --to 2027-01-04 --why 'ana on leave'
  dogwatch override take                 the running shift, from now on
  dogwatch override swap dev ben --from 2027-01-18 --to 2027-01-25
  dogwatch override list

The team file is changed where it lies, with its comments and order. Committing
is left to you: until then it holds on this machine alone.
Exit status: 0; 2 for what cannot be, with the place and what to write.";

pub(in crate::cli) const OVERRIDE_ADD: &str = "\
Examples:
  dogwatch override add chi --from 2026-12-28 --to 2027-01-04 --why 'ana on leave'
  dogwatch override add ben --from now --to 4h --dry-run
  dogwatch override add ana --from 'monday 18:00' --to 'tuesday 08:00' \\
                        --role secondary --rotation ops

A bare day means the handover on it. Of two overrides that overlap, the later
in the file wins.";

pub(in crate::cli) const OVERRIDE_LIST: &str = "\
Examples:
  dogwatch override list
  dogwatch override list --rotation ops --json";

pub(in crate::cli) const OVERRIDE_REMOVE: &str = "\
Examples:
  dogwatch override remove chi@2026-12-28
  dogwatch override remove dev:ben@2027-01-18..2027-01-25 --dry-run

Comments above it stay.";

pub(in crate::cli) const OVERRIDE_SWAP: &str = "\
Examples:
  dogwatch override swap dev ben --from 2027-01-18 --to 2027-01-25 \\
                         --back-from 2027-02-01 --back-to 2027-02-08
  dogwatch override swap ben --from 2026-12-07 --to 7d --why 'who would?'

Without TAKE it is an open request, which changes nothing until somebody says
`dogwatch override take --shift 2026-12-07`.";

pub(in crate::cli) const OVERRIDE_TAKE: &str = "\
Examples:
  dogwatch override take                 the running shift, from now on
  dogwatch override take --shift 2026-12-07";

pub(in crate::cli) const OVERRIDE_GIVE: &str = "\
Examples:
  dogwatch override give ben             my running or next shift
  dogwatch override give --shift 2026-12-07 --why 'who would?'";

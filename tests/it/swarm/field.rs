//! The endpoints, and how they begin to fail.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::github::{Fake, Fault as Trouble, Matcher};
use crate::kill::dice::Dice;
use crate::mcp::server::{Fault, Manner, On, Server};
use crate::station::team_file;

/// How late lists are: what is filed meanwhile by two is seen by neither. Shorter than the time after which
/// the team file believes that a filing without an answer is not there.
pub const LISTED_AFTER: Duration = Duration::from_millis(700);

/// Servers on ports of their own, so that each is a host of its own, and which of them will fail.
pub struct Field {
    servers: Vec<Server>,
    doomed: Vec<usize>,
    broken: usize,
}

impl Field {
    pub fn of(endpoints: usize, failing: usize, dice: &mut Dice) -> Self {
        let servers = (0..endpoints)
            .map(|at| Server::start(if at % 3 == 0 { Manner::legacy() } else { Manner::modern() }))
            .collect();
        let mut rest: Vec<usize> = (0..endpoints).collect();
        let doomed = (0..failing).map(|_| rest.swap_remove(dice.below(rest.len()))).collect();
        Self { servers, doomed, broken: 0 }
    }

    /// The team file that names them all, and files what fails at once.
    pub fn team(&self, fake: &Fake) -> String {
        let source = |(at, server): (usize, &Server)| {
            format!("[[sources]]\nid = \"{}\"\nkind = \"mcp\"\nurl = \"{}\"\n", name(at), server.url())
        };
        let sources: String = self.servers.iter().enumerate().map(source).collect();
        let rules = "[[triage]]\nwhen = { source = \"mcp\" }\nset = { severity = \"SEV1\" }\n\
                     [filing]\nseverities = [\"SEV1\"]\nmax_per_hour = 1000\n";
        format!("{}{sources}{rules}", team_file(&fake.url(), "0.02s", "1.5s"))
    }

    /// One or a few more fail; says whether some did.
    pub fn breaks_some(&mut self, dice: &mut Dice) -> bool {
        let left = self.doomed.len() - self.broken;
        let some = left.min(1 + dice.below(5));
        for at in &self.doomed[self.broken..self.broken + some] {
            let status = |status| Fault::Status(status, String::new(), "not today".to_owned());
            let fault = dice.one_of(&[status(404), status(404), status(500), Fault::Cut]).clone();
            self.servers[*at].change(|manner| manner.faults.push((On::All, fault)));
        }
        self.broken += some;
        some > 0
    }

    /// The sources that fail.
    pub fn failing(&self) -> BTreeSet<String> {
        self.doomed[..self.broken].iter().map(|at| name(*at)).collect()
    }
}

fn name(at: usize) -> String {
    format!("tools-{at}")
}

/// What GitHub is slow and unreliable at: everything that files.
pub fn filing() -> Matcher {
    Matcher::on("POST", "/issues")
}

/// After a slow one two have looked before either has filed.
pub fn faults() -> [Trouble; 6] {
    let while_others_look = || Trouble::Slow(Duration::from_millis(2500));
    [
        while_others_look(),
        while_others_look(),
        while_others_look(),
        Trouble::BadGatewayAfter,
        Trouble::DropAfter,
        Trouble::LateApply(Duration::from_millis(30)),
    ]
}

//! How often a failure must show before it is believed, and how often its
//! absence, by the sort of failure: one table.

use crate::domain::probe::Class;

/// What makes a failing level an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// Trouble that does not pass by itself: this many failures of such sorts in a row.
    InARow(usize),
    /// Trouble that may pass: this many failures among the last [`WINDOW`] results.
    OfFive(usize),
    /// Says nothing about the server.
    Never,
}

/// How failures of one sort are damped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damping {
    /// What makes it an incident.
    pub opens: Opens,
    /// How many passes in a row end it, after two quiet minutes at the least.
    pub recovers: usize,
}

/// How many results are looked back on for trouble that may pass.
pub const WINDOW: usize = 5;
/// How many failures among them are enough, whatever their sorts.
pub const OF_WINDOW: usize = 3;

/// How failures of this sort are damped.
pub fn damping(class: Class) -> Damping {
    match class {
        Class::Refused
        | Class::Dns
        | Class::Tls
        | Class::NotFound
        | Class::Redirect
        | Class::Misrouted
        | Class::Http4xx
        | Class::Exited
        | Class::Incompatible
        | Class::CursorCycle
        | Class::TooLarge
        | Class::CanaryUnsafe => Damping { opens: Opens::InARow(2), recovers: 2 },
        Class::Timeout
        | Class::Cut
        | Class::Http5xx
        | Class::BadReply
        | Class::RpcError
        | Class::Unhealthy
        | Class::Degraded => Damping { opens: Opens::OfFive(OF_WINDOW), recovers: 3 },
        Class::Canary => Damping { opens: Opens::OfFive(OF_WINDOW), recovers: 2 },
        Class::Auth => Damping { opens: Opens::InARow(2), recovers: 1 },
        Class::Throttled | Class::NotAsked => Damping { opens: Opens::Never, recovers: 1 },
    }
}

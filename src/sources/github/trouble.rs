//! What went wrong on the wire, split by what can be done about it.

use std::time::Duration;

use url::Url;

use crate::domain::text::Clean;

/// Why a request gave no good answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Nothing left this machine: no route, no name, no listener.
    #[error("{0}")]
    NotSent(Clean),
    /// Bytes may have left, and no answer says what became of them.
    #[error("{reason}")]
    Unknown {
        /// What happened.
        reason: Clean,
        /// GitHub's name for the request.
        request_id: Option<Clean>,
    },
    /// The host asks to be left alone for so long; nothing was done.
    #[error("{reason}")]
    Wait {
        /// How long from now.
        after: Duration,
        /// Which limit.
        reason: Clean,
    },
    /// It is somewhere else; nothing was done.
    #[error("{}", elsewhere(to.as_ref()))]
    Moved {
        /// Where, if that is on the same origin.
        to: Option<Url>,
    },
    /// The token is no good here (401).
    #[error("{0}")]
    BadToken(Clean),
    /// The token may not do this (403).
    #[error("{0}")]
    Forbidden(Clean),
    /// Not there, or not to be seen with this token (404).
    #[error("{0}")]
    Missing(Clean),
    /// Deleted (410).
    #[error("{0}")]
    Deleted(Clean),
    /// Any other no (4xx).
    #[error("{0}")]
    Refused(Clean),
    /// It said yes in a way that cannot be read.
    #[error("{0}")]
    Unreadable(Clean),
}

impl Trouble {
    /// The sentence for the operator.
    pub fn reason(&self) -> Clean {
        Clean::line(&self.to_string())
    }

    /// Whether it is no use to ask the same again.
    pub fn is_final(&self) -> bool {
        match self {
            Self::BadToken(_) | Self::Forbidden(_) | Self::Missing(_) | Self::Deleted(_) | Self::Refused(_) => true,
            Self::NotSent(_) | Self::Unknown { .. } | Self::Wait { .. } | Self::Moved { .. } | Self::Unreadable(_) => {
                false
            }
        }
    }
}

fn elsewhere(to: Option<&Url>) -> String {
    match to {
        Some(to) => format!("redirected again, to {}", to.path()),
        None => "redirected to another host: a login page or a proxy in between?".to_owned(),
    }
}

//! The token of one endpoint: looked for once, kept, and looked for again when
//! the server refuses it. Having none is fine.

use crate::sources::tokens::{Lookup, NoToken, Token};

pub(super) struct Credential {
    lookup: Option<Lookup>,
    held: Held,
}

enum Held {
    Unasked,
    /// Nothing was found; where somebody looked, why.
    Nothing(Option<NoToken>),
    Token(Token),
}

/// Whether another look has brought something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    New,
    Same,
}

impl Credential {
    pub fn new(lookup: Option<Lookup>) -> Self {
        Self { lookup, held: Held::Unasked }
    }

    /// The token; only the first time it may take a while.
    pub async fn token(&mut self) -> Option<Token> {
        if matches!(self.held, Held::Unasked) {
            self.held = self.look().await;
        }
        match &self.held {
            Held::Token(token) => Some(token.clone()),
            Held::Unasked | Held::Nothing(_) => None,
        }
    }

    /// Why there is no token; none where there is one, or nobody has looked.
    pub fn missing(&self) -> Option<&NoToken> {
        match &self.held {
            Held::Nothing(why) => why.as_ref(),
            Held::Unasked | Held::Token(_) => None,
        }
    }

    /// Looks again, because the server did not take what was held.
    pub async fn look_again(&mut self) -> Look {
        let found = self.look().await;
        let same = match (&self.held, &found) {
            (Held::Token(old), Held::Token(new)) => old.reveal() == new.reveal(),
            (_, Held::Token(_)) => false,
            (_, Held::Nothing(_) | Held::Unasked) => true,
        };
        if !same {
            self.held = found;
        }
        if same { Look::Same } else { Look::New }
    }

    async fn look(&self) -> Held {
        match &self.lookup {
            Some(lookup) => lookup().await.map_or_else(|why| Held::Nothing(Some(why)), Held::Token),
            None => Held::Nothing(None),
        }
    }
}

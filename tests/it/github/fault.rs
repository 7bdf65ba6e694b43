//! Bad days, on order: what goes wrong, for which request, how often.

use std::time::Duration;

/// What happens instead of a proper answer. *Before* means that nothing was
/// applied, *after* that it was, and that the client cannot know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 502 with HTML.
    BadGatewayBefore,
    BadGatewayAfter,
    /// The connection closes without a byte.
    DropBefore,
    DropAfter,
    /// Applied; the connection closes in the middle of the body.
    HalfBody,
    /// Answers nothing until [`super::Fake::release`], then goes on as if nothing had been.
    /// A client that has given up by then has not been heard.
    Hang,
    /// Applied at once, answered at [`super::Fake::release`].
    HangAfter,
    /// 502 now; applied that much later.
    LateApply(Duration),
    /// 502 now; applied at [`super::Fake::release`].
    LateApplyOnRelease,
    /// Goes on after that long.
    Slow(Duration),
    /// This status with this JSON body.
    Status(u16, String),
    Unauthorized,
    SsoRequired,
    /// A fine-grained token that lacks `issues=write`.
    PermissionMissing,
    NotFound,
    Gone,
    Unprocessable,
    /// 301, 302, 307 or 308; a path gets the public address in front.
    Moved(u16, String),
    /// 403; seconds, if it says how long.
    SecondaryLimit {
        retry_after: Option<u64>,
    },
    /// 429, seconds as above.
    TooManyRequests {
        retry_after: Option<u64>,
    },
    /// 403 with nothing remaining until then.
    PrimaryLimit {
        reset_in: Duration,
    },
    /// A captive portal: 200 with HTML.
    Html,
    /// 200, JSON by its type, cut short.
    MalformedJson,
    /// That many bytes of JSON, streamed.
    HugeBody(usize),
    /// That many bytes of JSON in a few packed ones.
    PackedBomb(usize),
    /// The proper answer, packed.
    Gzip,
    /// A proper page where one item in the middle has wrong types throughout.
    OddItem,
    /// A proper page where one item has no user and a reason nobody has heard of.
    NullUser,
}

/// Which requests a fault is for.
#[derive(Debug, Clone, Default)]
pub struct Matcher {
    methods: Vec<&'static str>,
    part: Option<String>,
    login: Option<String>,
}

impl Matcher {
    pub fn any() -> Self {
        Self::default()
    }

    pub fn reads() -> Self {
        Self { methods: vec!["GET"], ..Self::default() }
    }

    /// POST, PATCH, PUT and DELETE.
    pub fn writes() -> Self {
        Self { methods: vec!["POST", "PATCH", "PUT", "DELETE"], ..Self::default() }
    }

    /// Of this method, and with this text somewhere in path and query.
    pub fn on(method: &'static str, part: &str) -> Self {
        Self { methods: vec![method], part: Some(part.to_owned()), login: None }
    }

    pub fn by(mut self, login: &str) -> Self {
        self.login = Some(login.to_owned());
        self
    }

    /// `target` is path and query as they came.
    pub fn matches(&self, method: &str, target: &str, login: Option<&str>) -> bool {
        (self.methods.is_empty() || self.methods.contains(&method))
            && self.part.as_deref().is_none_or(|part| target.contains(part))
            && self.login.as_deref().is_none_or(|one| login == Some(one))
    }
}

#[derive(Debug)]
struct Odds {
    matcher: Matcher,
    state: u64,
    per_mille: u64,
    faults: Vec<Fault>,
}

/// What is to go wrong from now on.
#[derive(Debug, Default)]
pub struct Script {
    once: Vec<(Matcher, Fault)>,
    always: Vec<(Matcher, Fault)>,
    odds: Option<Odds>,
}

impl Script {
    pub fn once(&mut self, matcher: Matcher, fault: Fault) {
        self.once.push((matcher, fault));
    }

    pub fn always(&mut self, matcher: Matcher, fault: Fault) {
        self.always.push((matcher, fault));
    }

    pub fn randomly(&mut self, matcher: Matcher, seed: u64, per_mille: u64, faults: &[Fault]) {
        self.odds = Some(Odds { matcher, state: seed, per_mille, faults: faults.to_vec() });
    }

    /// Faults that were ordered once and did not come up yet.
    pub fn waiting(&self) -> usize {
        self.once.len()
    }

    /// The fault for this request; one that was ordered once is used up.
    pub fn pick(&mut self, method: &str, target: &str, login: Option<&str>) -> Option<Fault> {
        let meets = |matcher: &Matcher| matcher.matches(method, target, login);
        if let Some(at) = self.once.iter().position(|(matcher, _)| meets(matcher)) {
            return Some(self.once.remove(at).1);
        }
        if let Some((_, fault)) = self.always.iter().find(|(matcher, _)| meets(matcher)) {
            return Some(fault.clone());
        }
        let odds = self.odds.as_mut().filter(|odds| meets(&odds.matcher))?;
        if odds.roll() % 1000 >= odds.per_mille {
            return None;
        }
        let which = usize::try_from(odds.roll() % odds.faults.len() as u64).unwrap();
        Some(odds.faults[which].clone())
    }
}

impl Odds {
    /// Splitmix64: the same seed, the same bad day.
    fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

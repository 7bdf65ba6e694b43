//! Times in JSON: RFC 3339 to the second, with the offset that they carry;
//! also where that is none: `+00:00`, as in every answer about rotations.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde::{Deserialize, Deserializer, Serializer};

fn text(at: DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, false)
}

pub(super) fn serialize<S: Serializer>(at: &DateTime<FixedOffset>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(*at))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<FixedOffset>, D::Error> {
    DateTime::<FixedOffset>::deserialize(from)
}

/// The same for a time that may not be known.
pub(super) mod maybe {
    use super::{DateTime, Deserialize, Deserializer, FixedOffset, Serializer, text};

    #[expect(clippy::ref_option, reason = "serde hands over references")]
    pub(in super::super) fn serialize<S: Serializer>(
        at: &Option<DateTime<FixedOffset>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => to.serialize_some(&text(*at)),
            None => to.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<DateTime<FixedOffset>>, D::Error> {
        Option::<DateTime<FixedOffset>>::deserialize(from)
    }
}

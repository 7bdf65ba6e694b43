//! By which zone this machine's clock goes.

use std::fs;
use std::path::Path;

use chrono_tz::Tz;

/// Where the machine says it, where nothing else does.
const LINK: &str = "/etc/localtime";

/// The machine's zone: what `TZ` names, else where its link of the local time leads; UTC where neither is an IANA name.
pub fn zone(named: Option<&str>) -> Tz {
    match named.map(str::trim).filter(|named| !named.is_empty()) {
        Some(named) => iana(named).unwrap_or(Tz::UTC),
        None => linked(Path::new(LINK)).unwrap_or(Tz::UTC),
    }
}

fn linked(link: &Path) -> Option<Tz> {
    let target = fs::read_link(link).ok()?;
    iana(target.to_str()?)
}

/// `Europe/London`, `:Europe/London`, or a file of that name below a folder `zoneinfo`.
fn iana(text: &str) -> Option<Tz> {
    let text = text.strip_prefix(':').unwrap_or(text);
    let name = text.rsplit_once("zoneinfo/").map_or(text, |(_, name)| name);
    let name = ["posix/", "right/"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    name.parse().ok()
}

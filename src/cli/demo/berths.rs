//! Where the demo's two servers are: the ports that its team file names, so
//! that the same file leads every other command to them.

use std::path::Path;
use std::time::Instant;

use super::super::exit::Failure;
use super::unusable;
use crate::shell::sample::{self, Berth, Role, Serving};
use crate::store::files;

/// What every address of the demo begins with; the port follows.
const LOOPBACK: &str = "http://127.0.0.1:";

/// Starts the servers of this team file, each on its port if that is free, else on another one that
/// is then written into the file. Left out is a server that the file does not name any more, and one
/// that another terminal on the same demo has started.
pub(super) async fn start(team: &Path, text: &str) -> Result<Vec<Serving>, Failure> {
    let (started, mut new, mut serving) = (Instant::now(), text.to_owned(), Vec::new());
    for role in Role::ALL {
        let Some(place) = Place::find(&new, role) else { continue };
        let berth = match Berth::at(place.port).await {
            Ok(berth) => berth,
            Err(_taken) if sample::is_there(role, place.port).await => continue,
            Err(_taken) => {
                Berth::at(0).await.map_err(|error| Failure::setting_up("the demo's servers cannot start", &error))?
            }
        };
        new = place.moved(&new, berth.port());
        serving.push(berth.serve(role, started));
    }
    if new != text {
        files::replace(team, &new).map_err(|error| unusable(&error))?;
    }
    Ok(serving)
}

/// Where the port of a server stands in the file.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    from: usize,
    to: usize,
    port: u16,
}

impl Place {
    fn find(text: &str, role: Role) -> Option<Self> {
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            let here = begin;
            begin += line.len();
            let Some(at) = line.find(LOOPBACK).filter(|_| line.trim_start().starts_with("url")) else { continue };
            let digits = at + LOOPBACK.len();
            let rest = &line[digits..];
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let path = rest[end..].strip_prefix(role.path()).filter(|after| after.starts_with(['"', '\'']));
            if let (Some(_), Ok(port)) = (path, rest[..end].parse()) {
                return Some(Self { from: here + digits, to: here + digits + end, port });
            }
        }
        None
    }

    /// The text with another port in this place.
    fn moved(&self, text: &str, port: u16) -> String {
        format!("{}{port}{}", &text[..self.from], &text[self.to..])
    }
}

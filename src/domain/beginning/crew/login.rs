//! Which author a login of CODEOWNERS means. GitHub does not say, so it goes
//! by the name: the whole of it first, then initials, then the first name
//! alone; and where two fit, nobody knows which one it is.

use super::{Member, has_login};
use crate::domain::beginning::name::{is_login, letters};

/// A first name is no shorter than this.
const SHORTEST: usize = 2;
/// How a login may stand for a name, the surest first.
const WAYS: &[fn(&Member, &str) -> bool] = &[is_name, has_initial, begins_with_name];
/// So many of them are sure enough for a login that is only heard of.
const SURE: usize = 2;

/// Gives authors their logins: those that are called to the team, and those that are only mentioned.
pub(super) fn join(members: &mut [Member], called: &[String], heard: &[String]) {
    for (way, fits) in WAYS.iter().enumerate() {
        let mentioned = heard.iter().filter(|_| way < SURE);
        let mut open: Vec<&str> = Vec::new();
        for login in called.iter().chain(mentioned).filter_map(|word| word.strip_prefix('@')) {
            let is_known = members.iter().any(|member| has_login(member, login));
            if is_login(login) && !is_known && !open.iter().any(|other| other.eq_ignore_ascii_case(login)) {
                open.push(login);
            }
        }
        let wishes: Vec<(usize, &str)> = open
            .into_iter()
            .filter_map(|login| {
                let fitting = |(_, member): &(usize, &Member)| member.login.is_none() && fits(member, login);
                let mut fitting = members.iter().enumerate().filter(fitting);
                let (place, _) = fitting.next()?;
                fitting.next().is_none().then_some((place, login))
            })
            .collect();
        for (place, login) in &wishes {
            let is_alone = wishes.iter().filter(|(other, _)| other == place).count() == 1;
            if let Some(member) = members.get_mut(*place).filter(|_| is_alone) {
                member.login = Some((*login).to_owned());
            }
        }
    }
}

/// The letters of the whole name, or of a mailbox.
fn is_name(member: &Member, login: &str) -> bool {
    let wanted = letters(login);
    let named = member.name.as_ref().is_some_and(|name| letters(name) == wanted);
    let mut locals = member.addresses.iter().filter_map(|address| address.split('@').next());
    !wanted.is_empty() && (named || locals.any(|local| letters(local) == wanted))
}

/// `ana-r`, `anar` and `arodrigues` for Ana Rodrigues.
fn has_initial(member: &Member, login: &str) -> bool {
    let (first, last) = ends(member);
    let (Some(initial), Some(end)) = (first.get(..1), last.get(..1)) else { return false };
    let wanted = letters(login);
    first.len() >= SHORTEST && (wanted == format!("{first}{end}") || wanted == format!("{initial}{last}"))
}

/// `chi-dev`, `chi_x` and `chi42` for Chi.
fn begins_with_name(member: &Member, login: &str) -> bool {
    let (first, _) = ends(member);
    let login = login.to_lowercase();
    let rest = login.strip_prefix(&first).filter(|_| first.len() >= SHORTEST);
    rest.is_some_and(|rest| rest.starts_with(|c: char| matches!(c, '-' | '_') || c.is_ascii_digit()))
}

/// The letters of the first name, and of the last one of somebody who has two.
fn ends(member: &Member) -> (String, String) {
    let words: Vec<&str> = member.name.as_deref().unwrap_or_default().split_whitespace().collect();
    match words.as_slice() {
        [] => (String::new(), String::new()),
        [first] => (letters(first), String::new()),
        [first, .., last] => (letters(first), letters(last)),
    }
}

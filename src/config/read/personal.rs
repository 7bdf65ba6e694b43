//! The personal file.

use std::collections::BTreeMap;

use url::Url;

use super::{Named, Reader};
use crate::config::attention::{Attention, Occasion, Quiet, Speech};
use crate::config::hosts::host_and_port;
use crate::config::parse::{Refused, clock};
use crate::config::personal::{Color, Links, PersonalFile, Retention, TokenSource, Ui, is_theme_name};
use crate::config::problem::quoted;
use crate::config::raw::personal::{
    RawAttention, RawColor, RawLinks, RawOccasion, RawPersonalFile, RawRetention, RawSpeech, RawUi,
};
use crate::config::text::{Text, WordOr};

impl Reader<'_, '_> {
    pub(super) fn personal_file(&mut self, raw: &RawPersonalFile) -> PersonalFile {
        self.version(raw.version.as_ref());
        if let Some(me) = &raw.me {
            self.spelling(me, Named::Person);
        }
        PersonalFile {
            me: raw.me.as_ref().map(|text| text.value.clone()),
            ui: self.ui(&raw.ui),
            editor: raw.editor.as_ref().map(|editor| self.command(editor)),
            keys: raw.keys.0.iter().map(|(name, keys)| self.binding(name, keys)).collect(),
            tokens: self.tokens(raw),
            enterprise: self.words(&raw.enterprise, host),
            attention: self.attention(&raw.attention),
            retention: self.retention(&raw.retention),
        }
    }

    pub(super) fn ui(&mut self, raw: &RawUi) -> Ui {
        if let Some(theme) = raw.theme.as_ref().filter(|theme| !is_theme_name(&theme.value)) {
            let message = format!("{} is no name of a theme", quoted(&theme.value));
            self.problem(&theme.at, &message, "write letters, digits, - and _, as in `dark`");
        }
        Ui {
            theme: raw.theme.as_ref().map(|text| text.value.clone()),
            color: raw.color.map(|color| match color {
                RawColor::Auto => Color::Auto,
                RawColor::Truecolor => Color::Truecolor,
                RawColor::Ansi256 => Color::Ansi256,
                RawColor::Ansi16 => Color::Ansi16,
                RawColor::Mono => Color::Mono,
            }),
            mouse: raw.mouse,
            bell: raw.bell,
            title: raw.title,
            links: raw.links.map(|links| match links {
                RawLinks::Auto => Links::Auto,
                RawLinks::On => Links::On,
                RawLinks::Off => Links::Off,
            }),
            private: raw.private,
            plain: raw.plain,
            redact: raw.redact.as_ref().map(|words| self.all_said(words)),
        }
    }

    fn binding(&mut self, name: &Text, keys: &WordOr<Text>) -> (String, Vec<String>) {
        let keys = keys.all();
        for key in keys.iter().filter(|key| key.value.is_empty()) {
            self.problem(&key.at, "this is no key", "write it as help shows it, as in `ctrl-d`; `[]` unbinds");
        }
        (name.value.clone(), keys.into_iter().map(|key| key.value).collect())
    }

    fn tokens(&mut self, raw: &RawPersonalFile) -> BTreeMap<String, TokenSource> {
        let mut tokens = BTreeMap::new();
        for (name, token) in &raw.tokens.0 {
            let env = self.variable(&token.env);
            let Some(host) = self.word(name, host) else { continue };
            if tokens.insert(host, TokenSource { env }).is_some() {
                let message = format!("{} stands here twice", quoted(&name.value));
                self.problem(&name.at, &message, "keep one of them");
            }
        }
        tokens
    }

    fn attention(&mut self, raw: &RawAttention) -> Attention {
        let default = Attention::default();
        let speech = raw.terminal.map(|speech| match speech {
            RawSpeech::Auto => Speech::Auto,
            RawSpeech::Osc9 => Speech::Osc9,
            RawSpeech::Osc777 => Speech::Osc777,
            RawSpeech::Never => Speech::Never,
        });
        Attention {
            bell: raw.bell.as_deref().map_or(default.bell, occasions),
            notify: raw.notify.as_deref().map_or(default.notify, occasions),
            terminal: speech.unwrap_or(default.terminal),
            quiet: self.maybe(raw.quiet.as_ref(), quiet),
            quiet_except: raw.quiet_except.as_ref().map(|ids| self.all_said(ids)),
        }
    }

    fn retention(&mut self, raw: &RawRetention) -> Retention {
        let default = Retention::default();
        Retention {
            cache: self.elapsed(raw.cache.as_ref()).unwrap_or(default.cache),
            probes: self.elapsed(raw.probes.as_ref()).unwrap_or(default.probes),
            evals: self.elapsed(raw.evals.as_ref()).unwrap_or(default.evals),
            logs: self.elapsed(raw.logs.as_ref()).unwrap_or(default.logs),
        }
    }
}

fn occasions(raw: &[RawOccasion]) -> Vec<Occasion> {
    let occasion = |raw: &RawOccasion| match raw {
        RawOccasion::Sev => Occasion::Sev,
        RawOccasion::Ack => Occasion::Ack,
        RawOccasion::Shift => Occasion::Shift,
    };
    raw.iter().map(occasion).collect()
}

/// `22:00-07:00`: over midnight, too.
fn quiet(text: &str) -> Result<Quiet, Refused> {
    let bad = || Refused::new("are no hours", "write from and to, as in `22:00-07:00`");
    let (from, to) = text.split_once('-').ok_or_else(bad)?;
    let (from, to) = (clock(from.trim()).map_err(|_| bad())?, clock(to.trim()).map_err(|_| bad())?);
    if from == to {
        return Err(Refused::new(
            "are no hours",
            "write two different times, or leave the key out to be called always",
        ));
    }
    Ok(Quiet { from, to })
}

/// `HOST[:PORT]`, in lower case; the port of https is left out.
fn host(text: &str) -> Result<String, Refused> {
    let refused = || Refused::new("is no host", "write HOST or HOST:PORT, as in `github.example.com`");
    let url = Url::parse(&format!("https://{text}")).map_err(|_| refused())?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !bare || text.contains(['/', '@', '?', '#', ' ']) || url.host_str().is_none_or(str::is_empty) {
        return Err(refused());
    }
    Ok(host_and_port(&url))
}

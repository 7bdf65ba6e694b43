//! Which token goes to which host.

use std::collections::BTreeMap;

use dogwatch::sources::github::client::Client;
use dogwatch::sources::tokens::{Rules, Token, redact};

use super::target;
use crate::github::Fake;

fn rules(host: &str) -> Rules {
    Rules::plain(host)
}

fn everything(name: &str) -> String {
    format!(" value-of-{name}\n")
}

#[test]
fn each_host_gets_its_own_variables_and_no_others() {
    let personal: BTreeMap<String, String> = BTreeMap::from([
        ("ghe.example.com".to_owned(), "MINE".to_owned()),
        ("127.0.0.1:4030".to_owned(), "LOOP".to_owned()),
    ]);
    let cases: [(Rules, &[&str]); 10] = [
        (rules("api.github.com"), &["GH_TOKEN", "GITHUB_TOKEN"]),
        (rules("api.acme.ghe.com"), &["GH_TOKEN", "GITHUB_TOKEN"]),
        (rules("github.com.evil.example"), &[]),
        (rules("evilghe.com"), &[]),
        (rules("ghe.example.com"), &[]),
        (
            Rules { enterprise: vec!["ghe.example.com".into()], ..rules("ghe.example.com") },
            &["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
        ),
        (Rules { personal: personal.clone(), ..rules("ghe.example.com") }, &["MINE"]),
        (Rules { personal: personal.clone(), ..rules("127.0.0.1:4030") }, &["LOOP"]),
        (Rules { personal, ..rules("127.0.0.1:4031") }, &[]),
        (Rules { trusted_env: Some("TEAM".into()), ..rules("127.0.0.1:4030") }, &["TEAM"]),
    ];
    for (rules, want) in cases {
        assert_eq!(rules.variables(), want, "{rules:?}");
        let token = rules.in_environment(&|name| Some(everything(name)));
        assert_eq!(token.is_some(), !want.is_empty());
        if let (Some(token), Some(first)) = (token, want.first()) {
            assert_eq!(token.origin(), format!("${first}"));
        }
    }
}

#[test]
fn an_empty_variable_is_none_and_the_next_one_counts() {
    let env = |name: &str| Some(if name == "GH_TOKEN" { " \n" } else { "abc" }.to_owned());
    assert_eq!(rules("api.github.com").in_environment(&env).unwrap().origin(), "$GITHUB_TOKEN");
    assert_eq!(Token::new("two\nlines", "x"), None);
}

#[test]
fn a_token_is_never_shown() {
    let token = Token::new("hush-hush", "$GH_TOKEN").unwrap();
    assert!(!format!("{token:?}").contains("hush"));
    assert_eq!(token.redact("the header was hush-hush"), "the header was [token]");
    for text in ["ghp_abc", "gho_abc", "ghu_abc", "ghs_abc", "ghr_abc", "github_pat_11A_b"] {
        assert_eq!(redact(&format!("a {text}, b")), "a [token], b");
    }
    assert_eq!(redact("ghp_ is how they begin"), "ghp_ is how they begin");
    assert_ne!(token.mark("a"), token.mark("b"));
}

#[tokio::test]
async fn a_token_never_goes_out_in_the_clear_to_another_machine() {
    let fake = Fake::start();
    let token = || Token::new("hush-hush", "test").unwrap();
    let cases = [
        ("http://ghe.example.com/api/v3", "plain http"),
        ("http://127.0.0.1.example.com/", "plain http"),
        ("ftp://127.0.0.1/", "no base"),
        ("https://user@ghe.example.com/", "no base"),
    ];
    for (api, words) in cases {
        let mut target = target(&fake);
        target.api = api.parse().unwrap();
        let error = Client::new(&target, token()).unwrap_err().to_string();
        assert!(error.contains(words), "{api}: {error}");
        assert!(!error.contains("hush"));
    }
    for api in ["https://api.github.com", "https://ghe.example.com/api/v3", "http://localhost:1/", "http://[::1]:1/"] {
        let mut target = target(&fake);
        target.api = api.parse().unwrap();
        assert!(Client::new(&target, token()).is_ok(), "{api}");
    }
    let mut target = target(&fake);
    target.ca_file = Some("/no/such/file.pem".into());
    assert!(Client::new(&target, token()).unwrap_err().to_string().contains("/no/such/file.pem"));
}

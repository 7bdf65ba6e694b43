//! Whether what pages link to is still there: asked with neither token nor
//! cookie, following nothing, and reading no further than the status.
//!
//! Only 404 and 410 say that something is gone. A host that does not answer,
//! or wants to know who asks, says nothing about the page.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::{Client, ClientBuilder, Method, StatusCode};
use url::Url;

use crate::config::is_loopback;

/// So many are asked at once, and so many at most.
const AT_ONCE: usize = 8;
const MOST: usize = 300;
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);

/// Those of these addresses that are gone, with the status that says so. What is no web address is left alone.
pub async fn gone(addresses: impl IntoIterator<Item = String>) -> BTreeMap<String, u16> {
    let known: BTreeMap<String, Url> =
        addresses.into_iter().filter_map(|one| Some((one.clone(), web(&one)?))).collect();
    let built = (asking().no_proxy().build(), asking().build());
    let (Ok(near), Ok(far)) = built else { return BTreeMap::new() };
    let asked = known.into_iter().take(MOST).map(|(written, url)| {
        let http = if is_loopback(&url) { near.clone() } else { far.clone() };
        async move { (written, status(&http, url).await) }
    });
    let told: Vec<(String, Option<StatusCode>)> =
        futures_util::stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
    let dead = |status: StatusCode| matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE);
    told.into_iter().filter_map(|(url, status)| Some((url, status.filter(|one| dead(*one))?.as_u16()))).collect()
}

/// The address without its fragment, if it is one of the web and names nobody's password.
fn web(written: &str) -> Option<Url> {
    let mut url: Url = written.parse().ok()?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    url.set_fragment(None);
    plain.then_some(url)
}

fn asking() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("dogwatch/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT)
        .timeout(PATIENCE)
}

/// What a host says of an address; some know only GET.
async fn status(http: &Client, url: Url) -> Option<StatusCode> {
    let said = http.request(Method::HEAD, url.clone()).send().await.ok()?.status();
    if !matches!(said, StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED | StatusCode::NOT_FOUND) {
        return Some(said);
    }
    http.get(url).send().await.ok().map(|answer| answer.status())
}

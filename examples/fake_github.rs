//! The GitHub of our tests as a program of its own, for trying dogwatch by hand.
//!
//! ```sh
//! cargo run --example fake_github -- --port 4030 --control 4031 --issues 200
//! curl 'http://127.0.0.1:4031/fail?kind=bad-gateway-after&count=3'
//! ```
//!
//! It serves `acme/dataface` on 127.0.0.1 and prints the tokens of its people.
//! On the second port: `/fail?kind=K&count=N[&on=METHOD][&path=PART]` (a word
//! that is none lists them all), `/hang`, `/release`, `/heal`, `/writes`,
//! `/requests`, and `/do?who=W&verb=V&n=N&arg=A`, by which somebody else labels,
//! unlabels, assigns, closes, reopens, comments, retitles or opens an issue.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for the bench: it talks on standard output, and what fails may fail loudly"
)]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;

#[path = "../tests/it"]
mod it {
    pub mod github;
}

use it::github::world::Draft;
use it::github::{Fake, Fault, Matcher};

/// The faults that can be asked for by name.
fn kinds() -> [(&'static str, Fault); 24] {
    let wait = Some(30);
    [
        ("bad-gateway-before", Fault::BadGatewayBefore),
        ("bad-gateway-after", Fault::BadGatewayAfter),
        ("drop-before", Fault::DropBefore),
        ("drop-after", Fault::DropAfter),
        ("half-body", Fault::HalfBody),
        ("hang", Fault::Hang),
        ("hang-after", Fault::HangAfter),
        ("late", Fault::LateApply(Duration::from_secs(5))),
        ("slow", Fault::Slow(Duration::from_secs(3))),
        ("unauthorized", Fault::Unauthorized),
        ("sso", Fault::SsoRequired),
        ("permission", Fault::PermissionMissing),
        ("not-found", Fault::NotFound),
        ("gone", Fault::Gone),
        ("unprocessable", Fault::Unprocessable),
        ("secondary-limit", Fault::SecondaryLimit { retry_after: wait }),
        ("too-many", Fault::TooManyRequests { retry_after: wait }),
        ("primary-limit", Fault::PrimaryLimit { reset_in: Duration::from_mins(1) }),
        ("html", Fault::Html),
        ("malformed", Fault::MalformedJson),
        ("huge", Fault::HugeBody(30 << 20)),
        ("bomb", Fault::PackedBomb(30 << 20)),
        ("odd-item", Fault::OddItem),
        ("null-user", Fault::NullUser),
    ]
}

type Words = Query<HashMap<String, String>>;
type Shared = State<Arc<Fake>>;

fn word<'a>(words: &'a Words, name: &str) -> &'a str {
    words.get(name).map_or("", String::as_str)
}

async fn fail(State(fake): Shared, words: Words) -> String {
    let found = kinds().into_iter().find(|(name, _)| *name == word(&words, "kind"));
    let Some((name, fault)) = found else {
        return kinds().map(|(name, _)| name).join("\n") + "\n";
    };
    let count = word(&words, "count").parse().unwrap_or(1);
    let part = word(&words, "path");
    for _ in 0..count {
        let matcher = match word(&words, "on") {
            "GET" => Matcher::on("GET", part),
            "POST" => Matcher::on("POST", part),
            "PATCH" => Matcher::on("PATCH", part),
            "DELETE" => Matcher::on("DELETE", part),
            "reads" => Matcher::reads(),
            "writes" => Matcher::writes(),
            _ => Matcher::any(),
        };
        fake.fail_next(matcher, fault.clone());
    }
    format!("the next {count}: {name}\n")
}

async fn hang(State(fake): Shared) -> &'static str {
    fake.fail_always(Matcher::any(), Fault::Hang);
    "everything hangs until /heal\n"
}

async fn release(State(fake): Shared) -> &'static str {
    fake.release();
    "let go\n"
}

async fn heal(State(fake): Shared) -> &'static str {
    fake.heal();
    "well again\n"
}

async fn writes(State(fake): Shared) -> String {
    let all = fake.writes();
    let lines = all.iter().map(|one| {
        let op = one.op.as_deref().unwrap_or("-");
        format!("{} {}#{} {:?} op={op}\n", one.login, one.repo, one.number, one.what)
    });
    lines.collect()
}

async fn requests(State(fake): Shared) -> String {
    let all = fake.requests();
    let lines = all.iter().map(|one| format!("{} {} -> {:?} {:?}\n", one.method, one.target, one.status, one.fault));
    lines.collect()
}

async fn act(State(fake): Shared, words: Words) -> String {
    let hand = fake.by(word(&words, "who"));
    let arg = word(&words, "arg");
    let number = word(&words, "n").parse().unwrap_or(1);
    match word(&words, "verb") {
        "label" => hand.label(number, arg),
        "unlabel" => hand.unlabel(number, arg),
        "assign" => hand.assign(number, arg),
        "close" => hand.close(number, "completed"),
        "reopen" => hand.reopen(number),
        "retitle" => hand.retitle(number, arg),
        "comment" => {
            hand.comment(number, arg);
        }
        "open" => return format!("#{}\n", hand.open(arg, &["bug"])),
        _ => return "verbs: label unlabel assign close reopen retitle comment open\n".to_owned(),
    }
    "done\n".to_owned()
}

/// Issues as a busy team has them; two with titles that attack a terminal.
fn fill(fake: &Fake, issues: u64) {
    fake.home().bulk("bob", issues);
    let hostile = [
        "\u{1b}[2J\u{1b}]52;c;aGVsbG8=\u{7}clears and copies",
        "right\u{202e}to left\u{202c} and\u{200b} nothing\u{feff} between",
    ];
    for title in hostile {
        let body = Some("| a | b |\n|---|---|\n| 1 | `two` |\n\n- [ ] look\n".to_owned());
        fake.by("bob").file(Draft { title: title.to_owned(), body, ..Draft::default() });
    }
    for (number, label) in (1..issues).step_by(3).zip(["SEV1", "SEV2", "SEV3", "SEV4"].iter().cycle()) {
        fake.by("bob").label(number, label);
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let value = |name: &str| args.iter().position(|one| one == name).and_then(|at| args.get(at + 1));
    let number = |name: &str, otherwise: u64| value(name).map_or(otherwise, |text| text.parse().unwrap());
    let port = |name: &str| u16::try_from(number(name, 0)).unwrap();
    let fake = Arc::new(Fake::on_port(port("--port")));
    fill(&fake, number("--issues", 50));
    for _ in 0..number("--hang-first", 0) {
        fake.fail_next(Matcher::any(), Fault::Hang);
    }
    println!("github  {}", fake.url());
    for login in ["alice", "bob", "tess", "rita"] {
        println!("token   {}", fake.token(login));
    }
    let app = Router::new()
        .route("/fail", get(fail))
        .route("/hang", get(hang))
        .route("/release", get(release))
        .route("/heal", get(heal))
        .route("/writes", get(writes))
        .route("/requests", get(requests))
        .route("/do", get(act))
        .with_state(fake);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let door = tokio::net::TcpListener::bind(("127.0.0.1", port("--control"))).await.unwrap();
        println!("control http://{}", door.local_addr().unwrap());
        axum::serve(door, app).await.unwrap();
    });
}

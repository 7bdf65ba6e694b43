//! Where the time of a request goes before the server sees it. The HTTP client
//! resolves and connects inside the request's own task, so what is measured
//! there is found again by whoever sent the request.

use std::cell::Cell;
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tower_layer::Layer;
use tower_service::Service;

use super::trouble::NameNotFound;

/// What it took to get a connection; nothing where an old one was used again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Arrival {
    pub dns: Option<Duration>,
    /// Name, TCP and TLS together.
    pub connected: Option<Duration>,
}

tokio::task_local! {
    static ARRIVAL: Cell<Arrival>;
}

/// Runs a request and says what it took to get a connection for it.
pub(super) async fn watched<T>(request: impl Future<Output = T>) -> (T, Arrival) {
    let both = async {
        let answer = request.await;
        (answer, ARRIVAL.with(Cell::get))
    };
    ARRIVAL.scope(Cell::default(), both).await
}

fn note(change: impl FnOnce(&mut Arrival)) {
    // Outside of a request, as when a connection is finished that nobody waits for any more, nobody asks.
    let _nobody = ARRIVAL.try_with(|cell| {
        let mut arrival = cell.get();
        change(&mut arrival);
        cell.set(arrival);
    });
}

/// The system's own resolver, with the time it takes and an error that says what it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let began = Instant::now();
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            note(|arrival| arrival.dns = Some(began.elapsed()));
            match found {
                Ok(found) => Ok(Box::new(found.collect::<Vec<_>>().into_iter()) as Addrs),
                Err(error) => Err(Box::new(NameNotFound(error)) as Box<dyn Error + Send + Sync>),
            }
        })
    }
}

/// Takes the time of each connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Connecting;

impl<S> Layer<S> for Connecting {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector(inner)
    }
}

/// See [`Connecting`].
#[derive(Debug, Clone)]
pub(super) struct Connector<S>(S);

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let connecting = self.0.call(target);
        Box::pin(async move {
            let began = Instant::now();
            let connected = connecting.await;
            note(|arrival| arrival.connected = Some(began.elapsed()));
            connected
        })
    }
}

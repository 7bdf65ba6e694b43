//! The wire: what arrives is logged, what leaves is dressed as GitHub's, and
//! the faults on order happen in between.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use futures_util::stream::{self, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::answer::Answer;
use super::bad_day::{self, Reply};
use super::server::Server;

/// Set once the connection it belongs to may not carry another byte.
#[derive(Debug, Clone, Default)]
pub struct Cut(Arc<AtomicBool>);

impl Cut {
    fn now(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A connection that the server may cut.
pub struct Line {
    stream: TcpStream,
    cut: Cut,
}

impl Line {
    fn stands(&self) -> io::Result<()> {
        if self.cut.0.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if let Err(error) = self.stands() {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A listener whose connections can be cut.
pub struct Door(pub TcpListener);

impl Listener for Door {
    type Io = Line;
    type Addr = Cut;

    async fn accept(&mut self) -> (Line, Cut) {
        loop {
            if let Ok((stream, _)) = self.0.accept().await {
                let cut = Cut::default();
                let line = Line { stream, cut: cut.clone() };
                return (line, cut);
            }
            tokio::task::yield_now().await;
        }
    }

    fn local_addr(&self) -> io::Result<Cut> {
        Ok(Cut::default())
    }
}

impl Connected<IncomingStream<'_, Door>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Dropped with its request inside when the client hangs up.
struct Waiting {
    server: Arc<Server>,
    request: Option<usize>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(request) = self.request {
            self.server.abandoned(request);
        }
    }
}

/// Every request comes through here.
pub async fn handle(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 32 << 20).await else {
        return Response::new(Body::empty());
    };
    let (call, fault) = server.arrived(&parts, &body);
    let number = call.request;
    let mut waiting = Waiting { server: Arc::clone(&server), request: Some(number) };
    let reply = bad_day::reply(&server, call, fault).await;
    waiting.request = None;
    server.leaves(number, reply.status());
    match reply {
        Reply::Whole(answer) => whole(answer),
        Reply::Half(answer) if answer.body.len() > 1 => half(answer),
        Reply::Huge(bytes) => huge(bytes),
        Reply::Half(_) | Reply::Cut => {
            cut.now();
            Response::new(Body::empty())
        }
    }
}

fn head(answer: &Answer) -> axum::http::response::Builder {
    let headers = answer.headers.iter();
    headers.fold(Response::builder().status(answer.status), |head, (name, value)| head.header(*name, value))
}

fn whole(answer: Answer) -> Response {
    let head = head(&answer);
    head.body(Body::from(answer.body)).unwrap()
}

/// Promises the whole length, gives half, and breaks off.
fn half(answer: Answer) -> Response {
    let head = head(&answer).header("content-length", answer.body.len());
    let mut body = answer.body;
    body.truncate(body.len() / 2);
    let first = stream::iter([Ok(Bytes::from(body))]);
    let rest = stream::once(async {
        // The first half must be on its way before the connection goes.
        tokio::time::sleep(Duration::from_millis(5)).await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    head.body(Body::from_stream(first.chain(rest))).unwrap()
}

/// One list with one issue with one very long title.
fn huge(bytes: usize) -> Response {
    const PIECE: usize = 64 << 10;
    let open = Bytes::from_static(b"[{\"number\":1,\"title\":\"");
    let close = Bytes::from_static(b"\"}]");
    let middle = Bytes::from(vec![b'a'; PIECE]);
    let pieces = std::iter::repeat_n(middle, bytes / PIECE);
    let all = std::iter::once(open).chain(pieces).chain([close]);
    Response::builder()
        .header("content-type", "application/json; charset=utf-8")
        .body(Body::from_stream(stream::iter(all.map(Ok::<_, io::Error>))))
        .unwrap()
}

//! Connections: how many an address may hold, how long each may be silent, and how they end.

use crate::peer::{Peer, place};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::collections::HashMap;
use std::future::Future;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower::Service as _;

/// What one connection may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long the head of a request may take, and how long a connection may wait for the next one.
    pub head: Duration,
    /// How long an answer may wait for a client that does not read it.
    pub unread: Duration,
    /// How many connections one address may hold.
    pub per_address: usize,
    /// Addresses that may hold any number: our own proxies.
    pub uncounted: Vec<IpAddr>,
    /// How long what is under way may take when the server stops.
    pub last_answers: Duration,
}

impl Limits {
    /// The usual ones, with this many connections an address, not counted for these.
    pub const fn new(per_address: usize, uncounted: Vec<IpAddr>) -> Self {
        Self {
            head: Duration::from_secs(30),
            unread: Duration::from_secs(30),
            per_address,
            uncounted,
            last_answers: Duration::from_secs(8),
        }
    }
}

/// The largest head of a request, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// Accepts connections until told to stop, then waits for what is under way.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let held = Held::default();
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, from) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // No more files can be opened, say: those that end make room.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        let address = from.ip().to_canonical();
        let most = if limits.uncounted.contains(&address) {
            usize::MAX
        } else {
            limits.per_address
        };
        let Some(place) = held.place(place(address), most) else {
            // Closed without a word: one more answer is what a flood asks for.
            continue;
        };
        open(stream, address, app.clone(), &limits, &graceful, place);
    }
    drop(listener);
    if tokio::time::timeout(limits.last_answers, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some answers were not finished in time");
    }
}

fn open(
    stream: TcpStream,
    address: IpAddr,
    app: Router,
    limits: &Limits,
    graceful: &GracefulShutdown,
    place: Place,
) {
    // Small messages of a stream leave at once; where that cannot be said, they leave a little later.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.unread));
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(address));
        app.clone().call(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // How a connection ends is the client's affair.
        let _ = connection.await;
        drop(place);
    });
}

/// How many connections each address holds.
#[derive(Clone, Debug, Default)]
struct Held(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One of them; given back when it is dropped.
#[derive(Debug)]
struct Place {
    held: Held,
    address: IpAddr,
}

impl Held {
    fn place(&self, address: IpAddr, most: usize) -> Option<Place> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place {
            held: self.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.held.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, timeout};

    struct Server {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        served: JoinHandle<()>,
    }

    async fn start(limits: Limits) -> Server {
        let slow = || async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        };
        let app = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/slow", get(slow))
            .route("/large", get(|| async { "x".repeat(64 << 20) }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            let stop = async { drop(stopped.await) };
            serve(listener, app, limits, stop).await;
        });
        Server {
            address,
            stop,
            served,
        }
    }

    fn short() -> Limits {
        Limits {
            head: Duration::from_millis(300),
            unread: Duration::from_millis(300),
            ..Limits::new(3, Vec::new())
        }
    }

    const ASK: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    /// Whether an answer begins.
    async fn answers(stream: &mut TcpStream) -> bool {
        matches!(stream.read(&mut [0]).await, Ok(1))
    }

    async fn connect(server: &Server, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// What comes until the other side closes, within five seconds.
    async fn rest(stream: &mut TcpStream) -> Vec<u8> {
        let mut all = Vec::new();
        let read = timeout(Duration::from_secs(5), stream.read_to_end(&mut all)).await;
        // A reset is an end too.
        let _ = read.expect("the connection stayed open");
        all
    }

    #[tokio::test]
    async fn a_head_that_does_not_come_and_a_silent_connection_end_by_themselves() {
        let server = start(short()).await;
        for text in ["", "GET / HTTP/1.1\r\nhost: a\r\nx-slow: "] {
            let mut stream = connect(&server, text).await;
            let answer = String::from_utf8(rest(&mut stream).await).unwrap();
            assert!(
                answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
                "{answer}"
            );
        }
        let mut kept = connect(&server, ASK).await;
        let answer = String::from_utf8(rest(&mut kept).await).unwrap();
        assert!(answer.ends_with("here"), "{answer}");
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_is_let_go() {
        let server = start(short()).await;
        let mut stream = connect(&server, "GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await;
        let began = Instant::now();
        while server_holds(&server).await {
            assert!(
                began.elapsed() < Duration::from_secs(5),
                "it is still served"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(rest(&mut stream).await.len() < 64 << 20);
    }

    /// Whether one of the three places is taken.
    async fn server_holds(server: &Server) -> bool {
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(connect(server, ASK).await);
        }
        !answers(open.last_mut().unwrap()).await
    }

    #[tokio::test]
    async fn an_address_holds_so_many_connections_and_a_closed_one_makes_room() {
        let server = start(Limits::new(3, Vec::new())).await;
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut stream = connect(&server, ASK).await;
            assert!(answers(&mut stream).await);
            open.push(stream);
        }
        assert!(server_is_full(&server).await);
        open.pop();
        let began = Instant::now();
        while server_is_full(&server).await {
            assert!(began.elapsed() < Duration::from_secs(5), "no room was made");
        }
        // Our own proxies are not counted.
        let uncounted = vec!["127.0.0.1".parse().unwrap()];
        let server = start(Limits::new(1, uncounted)).await;
        let mut open = Vec::new();
        for _ in 0..5 {
            let mut stream = connect(&server, ASK).await;
            assert!(answers(&mut stream).await);
            open.push(stream);
        }
    }

    async fn server_is_full(server: &Server) -> bool {
        !answers(&mut connect(server, ASK).await).await
    }

    #[tokio::test]
    async fn stopping_finishes_what_is_under_way_and_takes_nothing_new() {
        let server = start(Limits::new(8, Vec::new())).await;
        let mut idle = connect(&server, "").await;
        let mut busy = connect(&server, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.stop.send(()).unwrap();
        let answer = String::from_utf8(rest(&mut busy).await).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"),
            "{answer}"
        );
        assert!(rest(&mut idle).await.is_empty());
        timeout(Duration::from_secs(5), server.served)
            .await
            .unwrap()
            .unwrap();
        assert!(TcpStream::connect(server.address).await.is_err());
    }
}

//! Starting and stopping: the router, the delivery task, the state file.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{interval, sleep};

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::state::{State, file};
use crate::webhooks::delivery;
use crate::{checkout, clock, http, sim};

/// Changes within this time are written to the state file together.
const SAVE_DELAY: Duration = Duration::from_millis(50);

/// A running sandbox. Dropping it leaves it running; `stop` ends it and saves.
#[derive(Debug)]
pub struct Sandbox {
    app: Arc<App>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    helpers: Vec<JoinHandle<()>>,
}

/// Serves on the listener until it is stopped. Returns as soon as it can be called.
pub async fn serve(mut config: Config, listener: TcpListener) -> io::Result<Sandbox> {
    let address = listener.local_addr()?;
    if config.public_url.is_empty() {
        config.public_url = format!("http://{address}");
    }
    let state = match &config.state_file {
        Some(path) => file::load(path)?,
        None => State::default(),
    };
    let catalogue = Catalogue::load().map_err(io::Error::other)?;
    let client = reqwest::Client::builder()
        .timeout(delivery::TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent("Paddle")
        .build()
        .map_err(io::Error::other)?;
    let app = Arc::new(App::new(config, catalogue, client, state));
    delivery::take_up(&app);

    let (stop, stopped) = oneshot::channel();
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move {
        let until = async {
            // A dropped handle must not stop the server.
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        if let Err(error) = axum::serve(listener, service)
            .with_graceful_shutdown(until)
            .await
        {
            tracing::error!("the server ended: {error}");
        }
    });
    let helpers = vec![
        tokio::spawn(delivery::run(Arc::clone(&app))),
        tokio::spawn(keep_saved(Arc::clone(&app))),
        tokio::spawn(approve_old_refunds(Arc::clone(&app))),
    ];
    Ok(Sandbox {
        app,
        address,
        stop,
        server,
        helpers,
    })
}

impl Sandbox {
    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.app.config.public_url
    }

    /// Stops answering and delivering, and writes the state file.
    pub async fn stop(self) {
        for helper in self.helpers {
            helper.abort();
        }
        let _ = self.stop.send(());
        let mut server = self.server;
        // A browser may keep a connection open for as long as it likes.
        if tokio::time::timeout(Duration::from_secs(1), &mut server)
            .await
            .is_err()
        {
            server.abort();
        }
        save(&self.app);
    }
}

fn router(app: &Arc<App>) -> Router {
    Router::new()
        .merge(checkout::routes())
        .merge(sim::routes())
        .merge(http::routes(app))
        .with_state(Arc::clone(app))
}

async fn keep_saved(app: Arc<App>) {
    loop {
        app.dirty.notified().await;
        sleep(SAVE_DELAY).await;
        save(&app);
    }
}

fn save(app: &App) {
    let Some(path) = &app.config.state_file else {
        return;
    };
    let bytes = serde_json::to_vec(&*app.state());
    let written = bytes
        .map_err(io::Error::other)
        .and_then(|bytes| file::save(path, &bytes));
    if let Err(error) = written {
        tracing::error!(
            "the state file {} cannot be written: {error}",
            path.display()
        );
    }
}

/// Paddle's sandbox approves pending refunds by itself after a while.
async fn approve_old_refunds(app: Arc<App>) {
    let age = app.config.refund_approval;
    let mut clock = interval((age / 10).max(Duration::from_millis(20)));
    loop {
        clock.tick().await;
        let limit = clock::now_micros() - i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
        let limit = clock::text(limit);
        let old: Vec<String> = {
            let state = app.state();
            let rows = state.adjustments.rows().iter();
            rows.filter(|row| row["status"] == "pending_approval")
                .filter(|row| {
                    row["created_at"]
                        .as_str()
                        .is_some_and(|at| at < limit.as_str())
                })
                .filter_map(|row| row["id"].as_str().map(str::to_owned))
                .collect()
        };
        for id in old {
            // It may have been decided in the meantime; then there is nothing to do.
            let _ = app.change(true, |change| change.decide(&id, "approved"));
        }
    }
}

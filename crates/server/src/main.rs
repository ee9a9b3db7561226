//! Starts the server, or runs one of its commands.

use server::assets::compress_folder;
use server::config::Config;
use server::connections::{self, Limits};
use server::http::figures;
use server::store::Store;
use server::{AppState, app, assist, bench, demo, elsewhere, payments, pull_requests, sweeps};
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // A line for each request would be what the bench measures.
    let bench = arguments.first().is_some_and(|command| command == "bench");
    let usual = if bench { "error" } else { "info,sqlx=warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let done = match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => serve().await,
        ["compress", folder] => compress(folder),
        ["bench"] => bench::run().await,
        ["verify"] => verify().await,
        ["backup", file] => backup(file).await,
        ["restore", file] => restore(file).await,
        ["copy", target] => copy(target).await,
        ["healthy"] => healthy().await,
        ["retry", event] => retry(event).await,
        _ => Err("usage: server [compress FOLDER | bench | verify | backup FILE | restore FILE | copy POSTGRES_URL | retry EVENT_ID | healthy]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn config() -> Result<Config, String> {
    Config::from_lookup(&setting).map_err(|error| error.to_string())
}

/// A setting from the environment, or from the file that `NAME_FILE` names, as secrets are handed to containers and services.
fn setting(name: &str) -> Option<String> {
    let told = std::env::var(name).ok().filter(|told| !told.is_empty());
    told.or_else(|| {
        let file = std::env::var(format!("{name}_FILE")).ok()?;
        match std::fs::read_to_string(&file) {
            Ok(text) => Some(text.trim_end().to_owned()),
            Err(error) => {
                eprintln!("{name}_FILE: {file} could not be read: {error}");
                std::process::exit(1);
            }
        }
    })
}

async fn open(config: &Config) -> Result<Store, String> {
    Store::open(&config.database_url)
        .await
        .map_err(|error| format!("The database could not be opened: {error}"))
}

async fn serve() -> Result<(), String> {
    let config = config()?;
    let address = format!("{}:{}", config.host, config.port);
    let listener = TcpListener::bind(&address)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("Port {} is taken. Set PORT to another one.", config.port)
            }
            _ => format!("Cannot listen on {address}: {error}"),
        })?;
    let metrics_listener = match &config.metrics_address {
        Some(address) => Some(
            TcpListener::bind(address)
                .await
                .map_err(|error| format!("METRICS_ADDRESS {address}: {error}"))?,
        ),
        None => None,
    };
    let store = open(&config).await?;
    store
        .claim(&config.database_url)
        .map_err(|error| error.to_string())?;
    let state = AppState::new(config, store.clone()).map_err(|error| error.to_string())?;
    if state.config.demo {
        demo::seed(&state)
            .await
            .map_err(|error| format!("The demonstration data could not be written: {error}"))?;
    }
    match payments::inbox::count_quarantined(&store).await {
        Ok(0) => {}
        Ok(quarantined) => tracing::error!(
            quarantined,
            "provider events are quarantined: `server verify` lists them, `server retry EVENT_ID` processes one again"
        ),
        Err(error) => {
            tracing::error!(%error, "provider events that are quarantined could not be counted");
        }
    }
    let mut tasks = vec![
        tokio::spawn(payments::worker::work(state.clone())),
        tokio::spawn(elsewhere::hear(state.clone())),
        tokio::spawn(sweeps::work(state.clone())),
        tokio::spawn(assist::work(state.clone())),
        tokio::spawn(pull_requests::work(state.clone())),
    ];
    if let Some(listener) = metrics_listener {
        let (app, limits) = (figures::app(state.clone()), Limits::new(16, Vec::new()));
        let serve = connections::serve(listener, app, limits, std::future::pending());
        tasks.push(tokio::spawn(serve));
        tasks.push(tokio::spawn(sweeps::watch_ledger(state.clone())));
    }
    tracing::info!(address = %state.config.public_url, "ready");
    let limits = Limits::new(
        state.config.most_connections,
        state.config.trusted_proxies.clone(),
    );
    let live = state.live.clone();
    let stop = async move {
        stop().await;
        // Streams never end by themselves.
        live.stop();
    };
    connections::serve(listener, app(state), limits, stop).await;
    for task in tasks {
        task.abort();
    }
    // Whoever asked it to stop waits ten seconds at most; what is written is written, and work on a repository begins anew.
    if timeout(LAST_WRITES, store.close()).await.is_err() {
        tracing::warn!("the database did not close in time");
    }
    std::process::exit(0)
}

/// How long the database may take to close.
const LAST_WRITES: Duration = Duration::from_secs(1);

/// Ends on Ctrl-C or a polite kill.
async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}

fn compress(folder: &str) -> Result<(), String> {
    let sizes = compress_folder(std::path::Path::new(folder)).map_err(|error| error.to_string())?;
    let total: usize = sizes.iter().map(|(.., small)| small).sum();
    for (name, plain, small) in &sizes {
        eprintln!("{small:>9} of {plain:>9} bytes  {name}");
    }
    eprintln!("{total:>9} bytes in all, brotli");
    Ok(())
}

async fn verify() -> Result<(), String> {
    let config = config()?;
    let store = open(&config).await?;
    let quarantined = payments::inbox::quarantined(&store)
        .await
        .map_err(|error| error.to_string())?;
    eprintln!("Provider events quarantined: {}", quarantined.len());
    for event in quarantined {
        let why = event.last_error.unwrap_or_default();
        eprintln!("  {} {}: {why}", event.event_id, event.event_type);
    }
    let violations = server::ledger::verify(store.reader())
        .await
        .map_err(|error| error.to_string())?;
    if violations.is_empty() {
        let head = server::ledger::head(store.reader())
            .await
            .map_err(|error| error.to_string())?;
        eprintln!("All ledger invariants hold: {head}.");
        return Ok(());
    }
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    Err(lines.join("\n"))
}

async fn backup(file: &str) -> Result<(), String> {
    let head = server::backup::backup(&config()?.database_url, file.as_ref())
        .await
        .map_err(|error| error.to_string())?;
    eprintln!("{file} holds everything and was restored on trial: {head}.");
    Ok(())
}

async fn copy(target: &str) -> Result<(), String> {
    let config = config()?;
    let done = server::relocate::copy(&config.database_url, target)
        .await
        .map_err(|error| error.to_string())?;
    eprintln!(
        "Copied {} rows; the ledger is whole: {}. Start with DATABASE_URL set to the new address.",
        done.rows, done.head
    );
    Ok(())
}

async fn restore(file: &str) -> Result<(), String> {
    let restored = server::backup::restore(&config()?.database_url, file.as_ref())
        .await
        .map_err(|error| error.to_string())?;
    eprintln!("Restored: {}.", restored.head);
    if let Some(kept) = restored.kept {
        eprintln!("The database that was there before is {}.", kept.display());
    }
    eprintln!(
        "Nobody is signed in. Start the server: it asks Paddle for everything that was paid since the copy was taken."
    );
    Ok(())
}

/// Asks the server of the same settings whether it is ready, for who starts and stops containers.
async fn healthy() -> Result<(), String> {
    let config = config()?;
    let address = format!("http://127.0.0.1:{}/readyz", config.port);
    let asked = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(3))
        .build();
    let asked = asked.map_err(|error| error.to_string())?.get(address);
    let answer = asked.send().await.map_err(|error| error.to_string())?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(format!("It answers {}.", answer.status()))
    }
}

async fn retry(event: &str) -> Result<(), String> {
    let store = open(&config()?).await?;
    let taken = payments::inbox::retry(&store, event, chrono::Utc::now())
        .await
        .map_err(|error| error.to_string())?;
    store.close().await;
    if !taken {
        return Err(format!("No event {event} is quarantined."));
    }
    eprintln!(
        "The running server processes it now; `server verify` says whether it is quarantined again."
    );
    Ok(())
}

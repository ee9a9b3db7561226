//! The binary: reads the environment, listens on loopback, stops on Ctrl-C or SIGTERM.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use paddle_sandbox::{Config, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even stderr is gone.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let config = Config::from_env()?;
    let port = Config::port_from_env()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        format!("The Paddle sandbox cannot listen on 127.0.0.1:{port}: {error}. Set PADDLE_SANDBOX_PORT to a free port.")
    })?;
    let mut terminate = signal(SignalKind::terminate())?;
    let sandbox = serve(config, listener).await?;
    tracing::info!("Paddle sandbox (no real money) on {}", sandbox.url());
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    sandbox.stop().await;
    Ok(())
}

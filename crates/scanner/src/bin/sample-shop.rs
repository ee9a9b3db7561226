//! Serves the sample shop on loopback: `SAMPLE_SITE_PORT`, 8070 unless told.

use scanner::sample_shop::{Flaws, shop};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), String> {
    let port: u16 = match std::env::var("SAMPLE_SITE_PORT") {
        Ok(text) => text
            .trim()
            .parse()
            .map_err(|_| "SAMPLE_SITE_PORT: must be 1 to 65535".to_owned())?,
        Err(_) => 8070,
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| {
            format!("Cannot listen on port {port}: {error}. Set SAMPLE_SITE_PORT to another one.")
        })?;
    axum::serve(listener, shop(Flaws::all()))
        .await
        .map_err(|error| error.to_string())
}

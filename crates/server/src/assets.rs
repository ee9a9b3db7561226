//! The built app on disk: its files, its page, and what the page may load.

mod compress;
mod policy;

use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use tower::ServiceExt;
use tower_http::services::ServeDir;

pub use compress::compress_folder;
pub use policy::{content_security, permissions};

/// The name of the page in the folder; it is not served under it.
pub const PAGE: &str = "index.html";

/// The folder of the built app.
#[derive(Clone, Debug)]
pub struct Assets {
    page: PathBuf,
    files: ServeDir,
}

impl Assets {
    /// Names the folder; a missing one is an app that is not built yet.
    pub fn new(folder: &Path) -> Self {
        let page = folder.join(PAGE);
        if !page.exists() {
            tracing::warn!(folder = %folder.display(), "the built app is not there");
        }
        // `server compress` leaves the small forms beside the files; without it they are served as they are.
        let files = ServeDir::new(folder)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        Self { page, files }
    }

    /// The text of the page, when there is one.
    pub async fn page_text(&self) -> Option<String> {
        tokio::fs::read_to_string(&self.page).await.ok()
    }

    /// The file at the request's path, in the smallest form that the client takes; 304 when it has it already.
    pub async fn file(&self, request: Request<Body>) -> Response {
        let answer: Result<_, Infallible> = self.files.clone().oneshot(request).await;
        match answer {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }
}

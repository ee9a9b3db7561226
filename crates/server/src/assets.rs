//! The built app: its files, its page, and what the page may load.

mod compress;
mod held;
mod policy;

use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use held::Held;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use tower::ServiceExt;
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, DefaultServeDirFallback};

pub use compress::compress_folder;
pub use policy::{content_security, permissions};

/// The name of the page in the folder; it is not served under it.
pub const PAGE: &str = "index.html";

/// The built app: in a folder, or in the program itself.
#[derive(Clone, Debug)]
pub struct Assets {
    page: Page,
    files: Files,
}

#[derive(Clone, Debug)]
enum Page {
    InFolder(PathBuf),
    Held(Option<&'static [u8]>),
}

#[derive(Clone, Debug)]
enum Files {
    InFolder(ServeDir),
    Held(ServeDir<DefaultServeDirFallback, Held>),
}

impl Assets {
    /// The app in a folder, or without one the app that the program holds, or else the one in `dist`. A missing folder is an app
    /// that is not built yet.
    pub fn new(folder: Option<&Path>) -> Self {
        match (folder, held::APP) {
            (None, Some(find)) => Self::held(Held::new(find)),
            (folder, _) => Self::in_folder(folder.unwrap_or(Path::new("dist"))),
        }
    }

    fn in_folder(folder: &Path) -> Self {
        let page = folder.join(PAGE);
        if !page.exists() {
            tracing::warn!(folder = %folder.display(), "the built app is not there");
        }
        Self {
            page: Page::InFolder(page),
            files: Files::InFolder(as_it_is(ServeDir::new(folder))),
        }
    }

    fn held(held: Held) -> Self {
        Self {
            page: Page::Held(held.find(Path::new(PAGE))),
            files: Files::Held(as_it_is(ServeDir::with_backend("", held))),
        }
    }

    /// The text of the page, when there is one.
    pub async fn page_text(&self) -> Option<String> {
        match &self.page {
            Page::InFolder(page) => tokio::fs::read_to_string(page).await.ok(),
            Page::Held(page) => String::from_utf8((*page)?.to_vec()).ok(),
        }
    }

    /// The file at the request's path, in the smallest form that the client takes; 304 when it has it already.
    pub async fn file(&self, request: Request<Body>) -> Response {
        match &self.files {
            Files::InFolder(files) => ask(files.clone(), request).await,
            Files::Held(files) => ask(files.clone(), request).await,
        }
    }
}

/// `server compress` leaves the small forms beside the files; without it they are served as they are.
fn as_it_is<B: Backend>(
    files: ServeDir<DefaultServeDirFallback, B>,
) -> ServeDir<DefaultServeDirFallback, B> {
    files
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
}

async fn ask<B: Backend>(
    files: ServeDir<DefaultServeDirFallback, B>,
    request: Request<Body>,
) -> Response {
    let answer: Result<_, Infallible> = files.oneshot(request).await;
    match answer {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{StatusCode, header};

    fn find(path: &str) -> Option<&'static [u8]> {
        match path {
            "index.html" => Some(b"<p>held</p>"),
            "app.js" => Some(b"plain"),
            "app.js.br" => Some(b"small"),
            "icons/mark.svg" => Some(b"<svg/>"),
            _ => None,
        }
    }

    #[tokio::test]
    async fn what_the_program_holds_is_served_like_a_folder() {
        let assets = Assets::held(Held::new(find));
        assert_eq!(assets.page_text().await.unwrap(), "<p>held</p>");
        let get = async |path: &str, name: header::HeaderName, value: &str| {
            let request = Request::get(path).header(name, value);
            let answer = assets.file(request.body(Body::empty()).unwrap()).await;
            let (head, body) = answer.into_parts();
            let body = axum::body::to_bytes(body, 1000).await.unwrap();
            (head, String::from_utf8(body.to_vec()).unwrap())
        };
        let (head, body) = get("/app.js", header::ACCEPT_ENCODING, "gzip, br").await;
        assert_eq!((head.status, body.as_str()), (StatusCode::OK, "small"));
        assert_eq!(head.headers[header::CONTENT_ENCODING], "br");
        assert_eq!(head.headers[header::CONTENT_TYPE], "text/javascript");
        let since = head.headers[header::LAST_MODIFIED].to_str().unwrap();
        let (head, _) = get("/app.js", header::IF_MODIFIED_SINCE, since).await;
        assert_eq!(head.status, StatusCode::NOT_MODIFIED);
        let (_, body) = get("/app.js", header::ACCEPT_ENCODING, "identity").await;
        assert_eq!(body, "plain");
        let (head, body) = get("/app.js", header::RANGE, "bytes=1-2").await;
        assert_eq!(
            (head.status, body.as_str()),
            (StatusCode::PARTIAL_CONTENT, "la")
        );
        let (_, body) = get("/icons/mark.svg", header::ACCEPT, "*/*").await;
        assert_eq!(body, "<svg/>");
        for missing in [
            "/",
            "/icons",
            "/icons/",
            "/other.js",
            "/../app.js",
            "/%2e%2e/app.js",
        ] {
            let (head, _) = get(missing, header::ACCEPT, "*/*").await;
            assert_eq!(head.status, StatusCode::NOT_FOUND, "{missing}");
        }
    }
}

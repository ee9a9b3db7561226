//! Files in memory with their compressed forms.

use super::policy;
use crate::config::Config;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

/// One file.
#[derive(Clone, Debug)]
pub struct File {
    kind: &'static str,
    immutable: bool,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    tag: String,
}

/// All files of the built app, and the headers that depend on them.
#[derive(Clone, Debug)]
pub struct Assets {
    files: HashMap<String, File>,
    /// The content security policy of every page.
    pub csp: String,
    /// The permissions policy.
    pub permissions: String,
}

impl Assets {
    /// Reads the folder; a missing folder is an app that is not built yet.
    pub fn load(config: &Config) -> Self {
        let mut files = HashMap::new();
        if let Err(error) = read_folder(&config.dist_dir, "", &mut files) {
            tracing::warn!(%error, folder = %config.dist_dir.display(), "the built app is not there");
        }
        let page = files
            .get("index.html")
            .map(|file: &File| file.plain.clone())
            .unwrap_or_default();
        let csp = policy::content_security(&String::from_utf8_lossy(&page), config.paddle.as_ref());
        Self {
            files,
            csp,
            permissions: policy::permissions(config.paddle.as_ref()),
        }
    }

    /// A file by its path inside the folder; the page itself is not served under its name.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path).filter(|_| path != "index.html")
    }

    /// The page.
    pub fn page(&self) -> Option<&File> {
        self.files.get("index.html")
    }
}

fn read_folder(folder: &Path, prefix: &str, files: &mut HashMap<String, File>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &format!("{path}/"), files)?;
        } else if !is_compressed_form(&name) && !name.starts_with('.') {
            let file = read_file(&entry.path(), &name)?;
            files.insert(path, file);
        }
    }
    Ok(())
}

fn is_compressed_form(name: &str) -> bool {
    let extension = Path::new(name).extension();
    extension.is_some_and(|extension| extension == "br" || extension == "gz")
}

fn beside(path: &Path, extension: &str) -> Option<Bytes> {
    let mut name = path.as_os_str().to_owned();
    name.push(extension);
    std::fs::read(name).ok().map(Bytes::from)
}

fn read_file(path: &Path, name: &str) -> io::Result<File> {
    let plain = Bytes::from(std::fs::read(path)?);
    let tag = {
        use sha2::{Digest, Sha256};
        hex::encode(Sha256::digest(&plain))[..24].to_owned()
    };
    let text = is_text(name);
    // `server compress` leaves the small forms beside the files; without it they are made now, quicker and a little larger.
    let brotli = beside(path, ".br").or_else(|| text.then(|| brotli(&plain, 5)).flatten());
    let gzip = beside(path, ".gz").or_else(|| text.then(|| gzip(&plain)).flatten());
    Ok(File {
        kind: kind(name),
        immutable: is_hashed(name),
        plain,
        brotli,
        gzip,
        tag,
    })
}

fn kind(name: &str) -> &'static str {
    match Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

fn is_text(name: &str) -> bool {
    kind(name) != "application/octet-stream" && kind(name) != "image/png"
}

/// Trunk writes the content's hash into a name: `app-1a2b3c4d5e6f7a8b.js`, `app-1a2b…_bg.wasm`.
fn is_hashed(name: &str) -> bool {
    name.split(['-', '_', '.'])
        .any(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn brotli(plain: &[u8], quality: i32) -> Option<Bytes> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &plain[..], &mut out, &params).ok()?;
    Some(out.into())
}

fn gzip(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// A wasm module without its `name` section: names of functions for debuggers, a third of the file and of no use to
/// a browser. What does not read as a module is left as it is.
fn without_names(module: &[u8]) -> Vec<u8> {
    sections_without_names(module).unwrap_or_else(|| module.to_vec())
}

fn sections_without_names(module: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = module.split_at_checked(8)?;
    let mut out = header.to_vec();
    while let Some((id, after_id)) = rest.split_first() {
        let (size, body) = leb128(after_id)?;
        let (body, next) = body.split_at_checked(size)?;
        let is_names = *id == 0
            && leb128(body).is_some_and(|(length, name)| name.get(..length) == Some(b"name"));
        if !is_names {
            out.extend_from_slice(rest.get(..rest.len() - next.len())?);
        }
        rest = next;
    }
    Some(out)
}

/// An unsigned number as wasm writes it, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (n, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(n + 1..)?));
        }
    }
    None
}

/// Writes `.br` and `.gz` beside every file of a built app; answers names with plain and brotli sizes in bytes.
pub fn compress_folder(folder: &Path) -> io::Result<Vec<(String, usize, usize)>> {
    let mut sizes = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path
            .file_name()
            .and_then(|name| name.to_str())
            .map(str::to_owned)
        else {
            continue;
        };
        if !path.is_file() || is_compressed_form(&name) || !is_text(&name) {
            continue;
        }
        let mut plain = std::fs::read(&path)?;
        if kind(&name) == "application/wasm" {
            plain = without_names(&plain);
            std::fs::write(&path, &plain)?;
        }
        for (extension, data) in [(".br", brotli(&plain, 11)), (".gz", gzip(&plain))] {
            let Some(data) = data else { continue };
            if extension == ".br" {
                sizes.push((name.clone(), plain.len(), data.len()));
            }
            let mut target = path.clone().into_os_string();
            target.push(extension);
            std::fs::write(target, data)?;
        }
    }
    sizes.sort();
    Ok(sizes)
}

impl File {
    /// The answer for this client: brotli before gzip before plain, 304 when it has the file already.
    pub fn respond(&self, request: &HeaderMap) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        let cache = if self.immutable {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        let accepted = request
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let takes = |encoding: &str| {
            accepted.split(',').any(|part| {
                let mut pieces = part.split(';').map(str::trim);
                let refused = |piece: &str| {
                    piece.strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0f32)
                };
                pieces.next() == Some(encoding) && !pieces.any(refused)
            })
        };
        let (encoding, body) = match (&self.brotli, &self.gzip) {
            (Some(body), _) if takes("br") => (Some("br"), body.clone()),
            (_, Some(body)) if takes("gzip") => (Some("gzip"), body.clone()),
            _ => (None, self.plain.clone()),
        };
        // Each form has a tag of its own: to a cache they are different bytes.
        let tag = match encoding {
            Some(encoding) => format!("\"{}-{encoding}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };
        let same = |value: &HeaderValue| {
            let tags = value.to_str().unwrap_or_default().split(',');
            tags.map(str::trim)
                .any(|sent| sent == "*" || sent.trim_start_matches("W/") == tag)
        };
        let known = request.get_all(header::IF_NONE_MATCH).iter().any(same);
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        (headers, body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_leave_a_module() {
        let header = b"\0asm\x01\0\0\0";
        let names = b"\0\x07\x04nameab";
        let features = b"\0\x05\x03abcd";
        let types = b"\x01\x01\0";
        let module = [&header[..], types, names, features].concat();
        assert_eq!(
            without_names(&module),
            [&header[..], types, features].concat()
        );
        assert_eq!(without_names(b"not wasm"), b"not wasm");
        assert_eq!(
            without_names(&module[..14]),
            &module[..14],
            "cut off: left alone"
        );
    }

    #[test]
    fn only_names_with_a_hash_are_immutable() {
        assert!(
            is_hashed("webriskops-1a2b3c4d5e6f7a8b.js")
                && is_hashed("webriskops-1a2b3c4d5e6f7a8b_bg.wasm")
        );
        assert!(!is_hashed("icons.svg") && !is_hashed("index.html"));
    }
}

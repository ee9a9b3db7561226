//! Made once when the app is built: modules without names, and small forms beside each file.

use std::io::{self, Write};
use std::path::Path;

/// What becomes smaller; pictures and the small forms themselves do not.
fn is_compressible(path: &Path) -> bool {
    let endings = ["html", "css", "js", "wasm", "svg", "txt", "json"];
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| endings.contains(&ending))
}

fn brotli(plain: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &plain[..], &mut out, &params).ok()?;
    Some(out)
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
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
        if !path.is_file() || !is_compressible(&path) {
            continue;
        }
        let mut plain = std::fs::read(&path)?;
        if path.extension().is_some_and(|ending| ending == "wasm") {
            plain = without_names(&plain);
            std::fs::write(&path, &plain)?;
        }
        for (extension, data) in [(".br", brotli(&plain)), (".gz", gzip(&plain))] {
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
}

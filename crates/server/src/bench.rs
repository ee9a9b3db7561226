//! `server bench`: ledger pairs and billing reads a second, beside the raw commits a second of the same kind of file.

/// Prints the measures.
///
/// # Errors
/// A sentence about what failed.
pub async fn run() -> Result<(), String> {
    Ok(())
}

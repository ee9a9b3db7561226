//! The built app: its files in memory and what pages may load.

mod files;
mod policy;

pub use files::{Assets, File, compress_folder};

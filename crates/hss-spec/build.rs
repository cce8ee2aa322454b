//! Copies the documents of the contract to where the crate includes them from.
//!
//! In this repository they are symbolic links to the folder that everybody reads. A checkout without symbolic links,
//! which is the usual one on Windows, has files with the path of the target in their place.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const DOCUMENTS: [&str; 3] = ["hss-image.yaml", "iam.yaml", "errata.yaml"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var_os("OUT_DIR").map(PathBuf::from);
    let out = out.ok_or_else(|| io::Error::other("cargo did not set OUT_DIR"))?;
    for document in DOCUMENTS {
        let file = Path::new("openapi").join(document);
        println!("cargo::rerun-if-changed={}", file.display());
        let mut text = fs::read_to_string(&file)?;
        if let Some(target) = link(&text) {
            let target = Path::new("openapi").join(target);
            println!("cargo::rerun-if-changed={}", target.display());
            text = fs::read_to_string(target)?;
        }
        fs::write(out.join(document), text)?;
    }
    Ok(())
}

/// The path that stands in place of a document.
fn link(text: &str) -> Option<&str> {
    let path = text.trim_end();
    (path.starts_with("../") && !path.contains('\n')).then_some(path)
}

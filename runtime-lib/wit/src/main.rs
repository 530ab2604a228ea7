//! Writes the files that are generated from WASI's WIT: `cargo run -p wasi-aot-wit`, after a change
//! in `runtime-lib/wit/wit` or here.

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for file in wasi_aot_wit::generate()? {
        let path = root.join(&file.path);
        if std::fs::read_to_string(&path).is_ok_and(|old| old == file.text) {
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, file.text)?;
        println!("{}", file.path);
    }
    Ok(())
}

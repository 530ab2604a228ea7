//! Builds a program with the library: `cargo run --example library -- examples/hello.wasm hello`.

use std::error::Error;
use std::{env, fs};
use wasi_aot::{Options, build, targets};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let (Some(module), Some(output)) = (words.next(), words.next()) else {
        return Err("usage: library MODULE OUTPUT".into());
    };
    let target = targets().find(|target| target.name == "x86_64-linux");
    let mut options = Options::new(target.ok_or("there is no such target")?);
    // What the program may reach is what stands here, as on the command line: nothing else.
    let grants = &mut options.policy.grants;
    grants.dirs = vec![".::/data:ro".parse()?];
    grants.env = vec!["LANG".parse()?];
    options.policy.limits.timeout = Some(10_000_000_000);
    let built = build(&fs::read(&module)?, &module, &options)?;
    fs::write(output, built.image.ok_or("no executable was asked for")?)?;
    Ok(())
}

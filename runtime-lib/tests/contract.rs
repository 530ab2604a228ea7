//! The contracts of CPUs and systems: the `unsupported` ones compile, and removing any of their
//! items is a compile error that names it. Also the order of layers: the modules below WASI compile
//! without it.

mod items;

use items::Item;
use std::{
    collections::BTreeSet,
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// The `unsupported` CPU and system: the condition that selects each, and its folders.
const TWINS: [(&str, &[&str]); 2] = [
    (
        "wasi_aot_unsupported_cpu",
        &["cpu/unsupported", "os/linux/cpu/unsupported"],
    ),
    ("wasi_aot_unsupported_os", &["os/unsupported"]),
];

/// The variants of the runtime that `targets/build` makes.
const VARIANTS: [&[&str]; 3] = [
    &["wasi_aot_object"],
    &["wasi_aot_object", "feature=\"recovery\""],
    &["wasi_aot_object", "feature=\"threads\""],
];

/// A copy of the runtime's source that can be changed.
struct Copy {
    folder: PathBuf,
}

impl Copy {
    fn new(name: &str) -> io::Result<Copy> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let from = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&from.join("src"), &folder.join("src"))?;
        copy(&from.join("abi/src"), &folder.join("abi"))?;
        let copy = Copy { folder };
        let mut rustc = copy.rustc("wasi_aot_abi");
        let output = rustc.arg("abi/lib.rs").output()?;
        assert!(output.status.success(), "{output:?}");
        Ok(copy)
    }

    /// rustc, to check a crate with this name.
    fn rustc(&self, name: &str) -> Command {
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()));
        rustc.current_dir(&self.folder);
        rustc.args(["--edition=2024", "--crate-type=rlib", "--emit=metadata"]);
        rustc.args(["--crate-name", name, "-Cpanic=abort"]);
        rustc
    }

    /// rustc's messages for the runtime: none if it compiles without warnings.
    fn check(&self, conditions: &[&str]) -> io::Result<Result<(), String>> {
        let mut rustc = self.rustc("wasi_aot_runtime");
        rustc.args(["--extern", "wasi_aot_abi=libwasi_aot_abi.rmeta"]);
        for condition in conditions {
            rustc.args(["--cfg", condition]);
        }
        let output = rustc.args(["-Dwarnings", "src/lib.rs"]).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        Ok(match output.status.success() && said.is_empty() {
            true => Ok(()),
            false => Err(said.into_owned()),
        })
    }

    /// rustc's messages for the runtime without these items.
    fn check_without(
        &self,
        conditions: &[&str],
        items: &[&Item],
    ) -> io::Result<Result<(), String>> {
        let files: BTreeSet<&Path> = items.iter().map(|item| &*item.file).collect();
        let mut whole = Vec::new();
        for file in files {
            let path = self.folder.join("src").join(file);
            let text = fs::read_to_string(&path)?;
            let own: Vec<_> = items.iter().filter(|item| item.file == file).collect();
            fs::write(&path, items::without(&text, &own))?;
            whole.push((path, text));
        }
        let said = self.check(conditions);
        for (path, text) in whole {
            fs::write(path, text)?;
        }
        said
    }

    /// Finds those of `items` without which the runtime compiles, or whose absence gives an error
    /// that does not name them. Many are removed at once: an item whose name is reported has
    /// passed, the others are removed again, finally one by one.
    fn not_told(&self, conditions: &[&str], items: Vec<&Item>) -> io::Result<Vec<String>> {
        let mut faults = Vec::new();
        let mut groups = vec![items];
        while let Some(group) = groups.pop() {
            // If items have the same name, a report does not show which one it is about.
            let mut names = BTreeSet::new();
            let (group, later): (Vec<_>, Vec<_>) =
                group.into_iter().partition(|item| names.insert(&item.name));
            if !later.is_empty() {
                groups.push(later);
            }
            let Err(said) = self.check_without(conditions, &group)? else {
                faults.extend(group.iter().map(|item| format!("{item}: nobody misses it")));
                continue;
            };
            let told = |item: &&Item| said.contains(&format!("`{}`", item.name));
            let (told, mut rest): (Vec<_>, Vec<_>) = group.into_iter().partition(told);
            match (told.is_empty(), &rest[..]) {
                (_, []) => {}
                (true, [item]) => faults.push(format!("{item}: its name is not told:\n{said}")),
                (true, _) => {
                    groups.push(rest.split_off(rest.len() / 2));
                    groups.push(rest);
                }
                (false, _) => groups.push(rest),
            }
        }
        Ok(faults)
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

#[test]
fn a_runtime_that_can_do_nothing_compiles() -> io::Result<()> {
    let copy = Copy::new("whole")?;
    for (twin, _) in TWINS {
        for variant in VARIANTS {
            let conditions = [variant, &[twin]].concat();
            if let Err(said) = copy.check(&conditions)? {
                panic!("{conditions:?}:\n{said}");
            }
        }
    }
    Ok(())
}

#[test]
fn the_model_compiles_without_what_translates_it() -> io::Result<()> {
    let copy = Copy::new("layers")?;
    let lib = copy.folder.join("src/lib.rs");
    let mut text = fs::read_to_string(&lib)?;
    for module in [
        "#[macro_use]\npub mod canonical",
        "pub mod component",
        "pub mod wasi",
    ] {
        let line = format!("{module};\n");
        assert!(text.contains(&line), "{line}");
        text = text.replace(&line, "");
    }
    fs::write(&lib, text)?;
    for variant in VARIANTS {
        if let Err(said) = copy.check(variant)? {
            panic!("{variant:?}:\n{said}");
        }
    }
    Ok(())
}

/// The files of a folder, by their relative paths.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = PathBuf::from(entry.file_name());
        if entry.file_type()?.is_dir() {
            let below = files(&entry.path())?;
            all.extend(below.iter().map(|file| name.join(file)));
        } else {
            all.push(name);
        }
    }
    all.sort();
    Ok(all)
}

#[test]
fn folders_of_equal_kind_have_equal_files() -> io::Result<()> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for parent in ["cpu", "os/linux/cpu"] {
        let expected = files(&src.join(parent).join("unsupported"))?;
        for cpu in ["aarch64", "x86_64"] {
            assert_eq!(
                files(&src.join(parent).join(cpu))?,
                expected,
                "{parent}/{cpu}"
            );
        }
    }
    let mut linux = files(&src.join("os/linux"))?;
    linux.retain(|file| !file.starts_with("cpu") && !file.starts_with("kernel"));
    assert_eq!(linux, files(&src.join("os/unsupported"))?);
    Ok(())
}

/// rustfmt finds no module for the files of CPUs, because their list is in a macro.
#[test]
fn the_files_of_cpus_are_formatted() -> io::Result<()> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for parent in ["cpu", "os/linux/cpu"] {
        let folder = src.join(parent);
        let mut own = files(&folder)?;
        own.retain(|file| file.components().count() > 1);
        assert!(own.len() > 10, "{own:?}");
        let mut rustfmt = Command::new("rustfmt");
        rustfmt
            .current_dir(&folder)
            .args(["--check", "--edition=2024"]);
        let output = rustfmt.args(own).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "`rustfmt --edition=2024 runtime-lib/src/{parent}/*/*.rs` changes them:\n{said}"
        );
    }
    Ok(())
}

#[test]
fn whoever_lacks_an_item_is_told_its_name() -> io::Result<()> {
    let copy = Copy::new("without")?;
    let mut faults = Vec::new();
    for (twin, folders) in TWINS {
        let mut items = Vec::new();
        for folder in folders {
            for file in files(&copy.folder.join("src").join(folder))? {
                let file = Path::new(folder).join(file);
                let own = Item::all(
                    &file,
                    &fs::read_to_string(copy.folder.join("src").join(&file))?,
                );
                assert!(!own.is_empty(), "{} has no items", file.display());
                items.extend(own);
            }
        }
        // Threads need the most of a system.
        let conditions = ["wasi_aot_object", "feature=\"threads\"", twin];
        faults.extend(copy.not_told(&conditions, items.iter().collect())?);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

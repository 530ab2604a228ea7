//! Links with the system's C compiler, to cross-check the in-process linker.
//!
//! A generated linker script gives sections the same order, and fixed sections the same addresses.

use crate::input::{Object, Role};
use crate::layout::Segment;
use crate::{Detail, Error, Image, Input, Options, Result, Target, fixed, format, read};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use target_lexicon::Triple;
use wasi_aot_abi::symbols::IMAGE_START;
use wasi_aot_abi::symbols::sections::{FIXED_NOTE, INFO_NOTE, REGION, WALL_NOTE};

/// Links relocatable objects with the compiler that the `cc` crate finds for this target. The
/// environment variable `CC` and its variants select another one.
///
/// # Errors
/// [`Error::NoCompiler`] without a compiler, [`Error::Compiler`] with its output, [`Error::Io`].
pub fn link(inputs: &[Input<'_>], triple: &Triple, options: &Options) -> Result<Image> {
    let aligned = read::align(inputs);
    // The script does not mention debug sections: they keep their names.
    let objects = read::read(&aligned, &Target::new(triple)?, Detail::Symbols)?;
    let script = script(&objects, options)?;
    let dir = tempfile::tempdir().map_err(|e| io("creating a temporary directory", &e))?;
    let script_path = dir.path().join("link.ld");
    write(&script_path, script.as_bytes())?;
    let mut files = Vec::new();
    for (number, input) in inputs.iter().enumerate() {
        let path = dir.path().join(format!("{number}.o"));
        write(&path, input.bytes)?;
        files.push(path.into_os_string());
    }
    let output = dir.path().join("image");
    run(triple, options, dir.path(), &script_path, &files, &output)?;
    let bytes = std::fs::read(&output).map_err(|e| io("reading what the linker wrote", &e))?;
    Ok(Image {
        segments: segments(&bytes),
        bytes,
    })
}

fn io(what: &str, why: &std::io::Error) -> Error {
    Error::Io {
        what: what.into(),
        why: why.to_string(),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|e| io("writing a temporary file", &e))
}

fn run(
    triple: &Triple,
    options: &Options,
    dir: &Path,
    script: &Path,
    files: &[OsString],
    output: &Path,
) -> Result<()> {
    let none = |why: String| Error::NoCompiler {
        target: triple.to_string(),
        why,
    };
    let compiler = cc::Build::new()
        .target(&triple.to_string())
        .host(&target_lexicon::HOST.to_string())
        .opt_level(0)
        .out_dir(dir)
        .cargo_metadata(false)
        .cargo_warnings(false)
        .try_get_compiler()
        .map_err(|e| none(e.to_string()))?;
    let mut command = compiler.to_command();
    command.args(["-static", "-nostdlib", "-nostartfiles", "-no-pie"]);
    command.arg(format!("-Wl,-T,{}", script.display()));
    command.arg(format!("-Wl,--gc-sections,-e,{}", options.entry));
    command.arg(format!("-Wl,-z,max-page-size={:#x}", options.page));
    command.args(["-Wl,-z,noexecstack,-z,norelro,--build-id=none"]);
    command.arg(match options.detail {
        Detail::Stripped => "-Wl,--strip-all",
        Detail::Symbols => "-Wl,--eh-frame-hdr,--strip-debug",
        Detail::Debug => "-Wl,--eh-frame-hdr",
    });
    let result = command
        .args(files)
        .arg("-o")
        .arg(output)
        .output()
        .map_err(|e| none(format!("{}: {e}", compiler.path().display())))?;
    if result.status.success() {
        return Ok(());
    }
    Err(Error::Compiler {
        program: compiler.path().display().to_string(),
        stderr: String::from_utf8_lossy(&result.stderr).trim().to_owned(),
    })
}

/// The linker script.
fn script(objects: &[Object<'_>], options: &Options) -> Result<String> {
    let Options {
        image_base, page, ..
    } = options;
    let mut text = format!(
        "SECTIONS {{
  {IMAGE_START} = {image_base:#x};
  . = {image_base:#x} + SIZEOF_HEADERS;
  {INFO_NOTE} : {{ KEEP(*({INFO_NOTE})) }}
  {WALL_NOTE} : {{ KEEP(*({WALL_NOTE})) }}
  .rodata : {{ *(.rodata .rodata.*) *(.data.rel.ro .data.rel.ro.*) }}
  .eh_frame_hdr : {{ *(.eh_frame_hdr) }}
  .eh_frame : {{ KEEP(*(.eh_frame)) }}
  .gcc_except_table : {{ *(.gcc_except_table .gcc_except_table.*) }}
  .got : {{ *(.got) *(.got.plt) }}
  . = ALIGN({page:#x});
  .text : {{ *(.text .text.*) }}
  . = ALIGN({page:#x});
  .data : {{ *(.data .data.*) }}
  .bss : {{ *(.bss .bss.*) }}
"
    );
    for (section, address) in fixed_sections(objects)? {
        let padding = match section.starts_with(REGION) {
            true => format!(" . = ALIGN({page:#x});"),
            false => String::new(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {section} {address:#x} : {{ KEEP(*({section}));{padding} }}"
        );
    }
    let _ = writeln!(
        text,
        "  /DISCARD/ : {{ *({FIXED_NOTE}) *(.note.gnu.*) *(.comment) }}\n}}"
    );
    Ok(text)
}

/// Names and addresses of the fixed sections, by address.
fn fixed_sections(objects: &[Object<'_>]) -> Result<Vec<(String, u64)>> {
    let addresses = fixed::addresses(objects)?;
    let mut sections = Vec::new();
    for object in objects {
        for (index, section) in object.sections.iter().enumerate() {
            if let Some(address) = addresses[object.section_id(index).index()]
                && section.role != Role::Ignored
            {
                sections.push((crate::input::text(section.name), address));
            }
        }
    }
    sections.sort_by_key(|s| s.1);
    Ok(sections)
}

/// The load segments of an executable.
fn segments(bytes: &[u8]) -> Vec<Segment> {
    let aligned = read::aligned(bytes);
    format::of(&aligned).map_or_else(Vec::new, |format| format.segments(&aligned))
}

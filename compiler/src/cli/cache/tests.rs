//! The cache of `run`: which entries are executed, which are rebuilt, and what is removed.

use super::entry::TRAILER;
use super::*;
use std::fs::{File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

fn cache(folder: &tempfile::TempDir, bound: u64) -> Cache {
    let folder = folder::open(&folder.path().join("new")).unwrap();
    Cache::new(folder, bound, b"tool".into())
}

fn key(number: u8) -> Key {
    Key::of(Kind::Executable, b"tool", &[number; 32])
}

#[test]
fn keys_differ_with_everything() {
    let folder = tempfile::tempdir().unwrap();
    let of = |tool: &str| Cache::new(folder.path().into(), 0, tool.into());
    let executables = [
        ("t", 1, "", "bc"),
        ("t", 2, "", "bc"),
        ("t", 1, "b", "c"),
        ("t", 1, "bc", ""),
        ("u", 1, "b", "c"),
        ("tu", 1, "b", "c"),
    ];
    let executables = executables
        .map(|(tool, module, config, options)| of(tool).key(&[module; 32], &config, options));
    let code = [("t", "1", "bc"), ("t", "1b", "c"), ("u", "1", "bc")];
    let code = code.map(|(tool, module, options)| of(tool).code_key(module, options));
    let functions = [
        ("t", "/a", "bc"),
        ("t", "/b", "bc"),
        ("t", "/a", "b"),
        ("u", "/a", "bc"),
    ];
    let functions =
        functions.map(|(tool, path, options)| of(tool).functions_key(path.as_ref(), options));
    let keys = [&executables[..], &code, &functions].concat();
    for (index, one) in keys.iter().enumerate() {
        assert!(!keys[..index].contains(one), "{index}");
        assert_eq!(Key::named(&one.name()).as_ref(), Some(one));
    }
    assert_eq!(keys[0], of("t").key(&[1; 32], &"", "bc"));
    let digits = "0".repeat(64);
    assert_eq!(Key::named(&digits), None);
    assert_eq!(Key::named(&format!("wasi-aot-{}", &digits[1..])), None);
    assert_eq!(Key::named(&format!("wasi-aot-{}A", &digits[1..])), None);
    assert_eq!(Key::named(&format!("wasi-aot-other-{digits}")), None);
}

#[test]
fn the_tool_knows_itself() {
    let one = identity::identity().unwrap();
    assert!(one.len() >= 8, "{one:?}");
    assert_eq!(identity::identity().unwrap(), one);
}

#[test]
fn what_was_used_longest_ago_goes_first() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(&folder, 25 + 2 * TRAILER as u64);
    let keys = [1, 2, 3].map(key);
    let age = |key: &Key, seconds| {
        let file = File::open(cache.path(key)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds))
            .unwrap();
    };
    // Other files do not count and are kept, whatever their names are.
    let foreign = [hex(&[7; 32]), key(9).name()];
    for name in &foreign {
        let path = cache.folder.join(name);
        fs::write(&path, [0; 1000]).unwrap();
        let file = File::open(path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
    cache.insert(&keys[0], &[0; 10]).unwrap();
    cache.insert(&keys[1], &[0; 10]).unwrap();
    age(&keys[0], 200);
    age(&keys[1], 100);
    assert!(cache.find(&keys[0]).is_some());
    cache.insert(&keys[2], &[0; 10]).unwrap();
    let left = keys.each_ref().map(|key| cache.path(key).exists());
    assert_eq!(left, [true, false, true]);
    assert!(foreign.iter().all(|name| cache.folder.join(name).exists()));
}

/// A kind of damage to an entry.
type Damage = (&'static str, fn(&Path));

const DAMAGES: [Damage; 13] = [
    ("empty", |path| fs::write(path, "").unwrap()),
    ("text", |path| {
        fs::write(path, "echo no\n".repeat(40)).unwrap()
    }),
    ("half", |path| cut(path, |len| len / 2)),
    ("one byte less", |path| cut(path, |len| len - 1)),
    ("one byte more", |path| cut(path, |len| len + 1)),
    ("another key's", |path| {
        let folder = path.parent().unwrap().to_owned();
        let cache = Cache::new(folder, u64::MAX, Vec::new());
        let other = cache.insert(&key(200), &[0; 1000]).unwrap();
        drop(other);
        fs::rename(cache.path(&key(200)), path).unwrap();
    }),
    ("not executable", |path| mode(path, 0o600)),
    ("group-writable", |path| mode(path, 0o720)),
    ("world-writable", |path| mode(path, 0o702)),
    ("a second name", |path| {
        let _ = fs::remove_file(path.with_extension("other"));
        fs::hard_link(path, path.with_extension("other")).unwrap();
    }),
    ("a link", |path| {
        let real = path.with_extension("real");
        fs::rename(path, &real).unwrap();
        symlink(real, path).unwrap();
    }),
    ("a pipe", |path| {
        fs::remove_file(path).unwrap();
        let mode = rustix::fs::Mode::RWXU;
        rustix::fs::mkfifoat(rustix::fs::CWD, path, mode).unwrap();
    }),
    ("gone", |path| fs::remove_file(path).unwrap()),
];

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn cut(path: &Path, to: impl Fn(u64) -> u64) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_len(to(file.metadata().unwrap().len())).unwrap();
}

#[test]
fn damaged_entries_are_not_found_and_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(&folder, u64::MAX);
    let key = key(1);
    for (what, damage) in DAMAGES {
        cache.insert(&key, &[1; 1000]).unwrap();
        assert!(cache.find(&key).is_some(), "{what}: before");
        damage(&cache.path(&key));
        assert!(cache.find(&key).is_none(), "{what}");
        cache.insert(&key, &[1; 1000]).unwrap();
        let entry = cache.find(&key).expect(what);
        assert_eq!(entry.verify(), Ok(()), "{what}");
        let stat = fs::metadata(cache.path(&key)).unwrap();
        assert_eq!(stat.permissions().mode() & 0o7777, 0o700, "{what}");
    }
}

#[test]
fn verifying_finds_each_changed_byte_and_removes_the_entry() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(&folder, u64::MAX);
    let length = 100 + TRAILER;
    for at in 0..length {
        cache.insert(&key(1), &[1; 100]).unwrap();
        cache.insert(&key(2), &[2; 100]).unwrap();
        let path = cache.path(&key(1));
        let mut bytes = fs::read(&path).unwrap();
        assert_eq!(bytes.len(), length);
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        let verified = cache.verify();
        assert_eq!(
            (verified.whole.len(), verified.damaged.len()),
            (1, 1),
            "{at}"
        );
        assert_eq!(verified.damaged[0].removed, Ok(()));
        assert!(!path.exists() && cache.path(&key(2)).exists());
    }
    // A file with another name is not checked.
    let other = cache.folder.join(hex(&[7; 32]));
    fs::write(&other, "").unwrap();
    assert_eq!(cache.verify().damaged.len(), 0);
    assert_eq!(cache.clear().unwrap(), (1, length as u64));
    assert!(other.exists() && cache.files().is_empty());
}

#[test]
fn what_cannot_be_kept_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(&folder, u64::MAX);
    // A folder has the entry's name: nothing replaces it.
    fs::create_dir(cache.path(&key(1))).unwrap();
    assert!(cache.find(&key(1)).is_none());
    let error = cache.insert(&key(1), &[0; 10]).unwrap_err();
    assert_eq!(error.code, Code::Output);
    assert!(
        error
            .message
            .contains("the cache is not used: cannot write"),
        "{error}"
    );
    assert!(cache.verify().damaged.is_empty() && cache.path(&key(1)).exists());
}

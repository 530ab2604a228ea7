//! The table of source locations for reports: [`wasi_aot_abi::lines`].

use super::codes::{Codes, Number};
use super::places::{Known, Places};
use super::{Location, Text, Texts};
use crate::codegen::function::Compiled;
use crate::lower::Unit;
use crate::program::Program;
use std::cmp::Reverse;
use std::collections::HashMap;
use wasi_aot_abi::lines::{Head, SCOPES, field, folded, kind};
use wasi_aot_abi::sites::uleb;

/// How many scopes are written of those around one instruction, outer ones first: all of them can
/// be referred to while they are written.
pub(super) const DEPTH: usize = SCOPES / 2;

/// The table of a program; nothing if no module has debug information. `warn` is called with what
/// is wrong with a module's.
pub fn write(
    program: &Program,
    units: &[Unit],
    compiled: &[Compiled],
    warn: &dyn Fn(&str),
) -> Option<Vec<u8>> {
    let mut texts = Texts::default();
    let places = Places::find(program, units, compiled, &mut texts, warn)?;
    Some(encoded(&places, &texts))
}

/// The table of these places.
pub(super) fn encoded(places: &Places, texts: &Texts) -> Vec<u8> {
    let numbers = Numbers::of(places, texts);
    let functions: Vec<_> = (places.units.iter())
        .map(|records| Function::of(records, places, &numbers))
        .collect();
    let words = Words::of(&numbers, texts);
    let codes = Codes::of(functions.iter().chain(&words.texts).flatten());
    let mut table = vec![0; Head::SIZE];
    table.extend(&codes.bytes);
    let mut head = Head {
        functions: table.len() as u32,
        ..Head::default()
    };
    for function in &functions {
        let bits = codes.bits(function);
        uleb(bits.len() as u64, &mut |byte| table.push(byte));
        table.extend(bits);
    }
    write_texts(&numbers, &words, &codes, &mut table, &mut head);
    head.size = table.len() as u32;
    let fields = [
        head.size,
        head.functions,
        head.index,
        head.texts,
        head.files,
        head.words,
    ];
    for (to, field) in table.chunks_exact_mut(4).zip(fields) {
        to.copy_from_slice(&field.to_le_bytes());
    }
    table
}

/// The numbers of texts.
struct Numbers {
    /// Files and names, those that are there most often first.
    files: Vec<Text>,
    names: Vec<Text>,
    /// For each text its number among the files plus 1, and among the names; 0: it is none.
    numbers: Vec<u32>,
    /// For each name the file plus 1 and the line of the first location in its scopes.
    bases: Vec<Expected>,
}

impl Numbers {
    fn of(places: &Places, texts: &Texts) -> Self {
        let mut files = vec![0u32; texts.count()];
        let mut names = files.clone();
        let mut first = vec![None; texts.count()];
        let mut seen = vec![false; places.scopes.len()];
        let mut last = Known::default();
        for &known in places.units.iter().flatten() {
            if known == std::mem::replace(&mut last, known) {
                continue;
            }
            if let Some(location) = known.location {
                files[location.file.0 as usize] += 1;
            }
            let mut scope = known.scope;
            if let (Some(name), Some(location)) = (
                scope.and_then(|scope| places.scopes[scope as usize].name),
                known.location,
            ) {
                first[name.0 as usize].get_or_insert(location);
            }
            while let Some(index) = scope
                && !std::mem::replace(&mut seen[index as usize], true)
            {
                let of = places.scopes[index as usize];
                if let Some(name) = of.name {
                    names[name.0 as usize] += 1;
                }
                if let Some(call) = of.call {
                    files[call.file.0 as usize] += 1;
                }
                scope = of.outer;
            }
        }
        let (files, names) = (ranked(&files), ranked(&names));
        // A text may be both.
        let mut numbers = vec![0; 2 * texts.count()];
        for (number, file) in (1..).zip(&files) {
            numbers[2 * file.0 as usize] = number;
        }
        for (number, name) in (1..).zip(&names) {
            numbers[2 * name.0 as usize + 1] = number;
        }
        let base = |location: &Option<Location>| match location {
            Some(location) => (numbers[2 * location.file.0 as usize], location.line),
            None => (0, 0),
        };
        Numbers {
            bases: first.iter().map(base).collect(),
            files,
            names,
            numbers,
        }
    }

    /// The number of a file plus 1.
    fn file(&self, file: Text) -> u32 {
        self.numbers[2 * file.0 as usize]
    }

    /// The number of a name plus 1.
    fn name(&self, name: Text) -> u32 {
        self.numbers[2 * name.0 as usize + 1]
    }
}

/// Writes the index of the texts, the texts, and their words.
fn write_texts(
    numbers: &Numbers,
    words: &Words,
    codes: &Codes,
    table: &mut Vec<u8>,
    head: &mut Head,
) {
    head.files = numbers.files.len() as u32;
    let (mut index, mut bytes) = (Vec::new(), Vec::new());
    let all = numbers.files.iter().chain(&numbers.names);
    for (number, (text, words)) in all.zip(&words.texts).enumerate() {
        index.extend((bytes.len() as u32).to_le_bytes());
        if number >= numbers.files.len() {
            let (file, line) = numbers.bases[text.0 as usize];
            uleb(file.into(), &mut |byte| bytes.push(byte));
            uleb(line.into(), &mut |byte| bytes.push(byte));
        }
        bytes.extend(codes.bits(words));
    }
    head.index = table.len() as u32;
    table.extend(index);
    head.texts = table.len() as u32;
    table.extend(bytes);
    head.words = table.len() as u32;
    for word in &words.all {
        table.push(word.len() as u8);
        table.extend(*word);
    }
}

/// The words of all texts.
struct Words<'t> {
    /// Those that are there most often first.
    all: Vec<&'t [u8]>,
    /// The numbers of each text's words: of files, then names.
    texts: Vec<Vec<Number>>,
}

impl<'t> Words<'t> {
    fn of(numbers: &Numbers, texts: &'t Texts) -> Self {
        let all = || numbers.files.iter().chain(&numbers.names);
        let words = |text: &Text| words(texts.get(*text).as_bytes());
        let mut counts = HashMap::<&[u8], u32>::new();
        for word in all().flat_map(words) {
            *counts.entry(word).or_default() += 1;
        }
        let mut ranked: Vec<_> = counts.into_iter().collect();
        ranked.sort_unstable_by_key(|&(word, count)| (Reverse(count), word));
        let ranked: Vec<_> = ranked.into_iter().map(|(word, _)| word).collect();
        let known: HashMap<_, _> = ranked.iter().copied().zip(1..).collect();
        let number = |word| (field::WORD as u8, known[word]);
        let end = (field::WORD as u8, 0);
        let text = |text| words(text).map(number).chain([end]).collect();
        Words {
            texts: all().map(text).collect(),
            all: ranked,
        }
    }
}

/// Splits a text where names of identifiers begin and end.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let runs = text.chunk_by(move |&one, &other| of_name(one) == of_name(other));
    runs.flat_map(|run| run.chunks(usize::from(u8::MAX)))
}

/// The texts that are there, those that are there most often first.
fn ranked(counts: &[u32]) -> Vec<Text> {
    let there = (0..).zip(counts).filter(|&(_, &count)| count > 0);
    let mut ranked: Vec<_> = there
        .map(|(text, &count)| (Reverse(count), Text(text)))
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, text)| text).collect()
}

/// A function that is being written; the same states as in `wasi_aot_abi::lines`' decoder.
struct Function<'a> {
    places: &'a Places,
    numbers: &'a Numbers,
    written: Vec<Number>,
    scopes: Vec<Scope>,
    /// The last number of each scope of the program.
    known: HashMap<u32, usize>,
    /// The scopes around a record, outer ones first.
    chain: Vec<u32>,
    home: Expected,
    bare: Expected,
}

struct Scope {
    outer: Option<usize>,
    last: Expected,
}

/// What is expected: file plus 1, line.
type Expected = (u32, u32);

impl<'a> Function<'a> {
    /// The numbers for the records of a unit.
    fn of(records: &[Known], places: &'a Places, numbers: &'a Numbers) -> Vec<Number> {
        let mut function = Function {
            places,
            numbers,
            written: Vec::new(),
            scopes: Vec::new(),
            known: HashMap::new(),
            chain: Vec::new(),
            home: (0, 0),
            bare: (0, 0),
        };
        let mut last = (Known::default(), None);
        for &record in records {
            function.record(record.within(DEPTH, &places.scopes), &mut last);
        }
        function.written
    }

    fn put(&mut self, field: usize, number: u32) {
        self.written.push((field as u8, number));
    }

    /// Writes a record. `last`: the one before, and the number of its scope.
    fn record(&mut self, record: Known, last: &mut (Known, Option<usize>)) {
        if record == last.0 {
            return self.put(field::KIND, kind::SAME);
        }
        let same_scope = record.scope == last.0.scope;
        let kind = match record.location {
            Some(_) if same_scope => kind::LOCATION,
            Some(_) => kind::SCOPE,
            None => kind::UNKNOWN,
        };
        self.put(field::KIND, kind);
        let mut scope = last.1;
        if kind != kind::LOCATION {
            scope = self.scope(record.scope);
        }
        if let Some(location) = record.location {
            let line = match kind {
                kind::LOCATION => field::LINE,
                _ => field::OTHER_LINE,
            };
            let file = self.numbers.file(location.file);
            let fields = Fields {
                line,
                column: field::COLUMN,
                same_line: field::SAME_LINE,
            };
            self.location(scope, (file, location.line, location.column), fields);
        }
        *last = (record, scope);
    }

    /// The number of a scope, if it can be referred to.
    fn recent(&self, outer: Option<usize>, scope: u32) -> Option<usize> {
        let &number = self.known.get(&scope)?;
        // All scopes around an instruction may be written before the last of them refers to the
        // first.
        let near = self.scopes.len() - number + DEPTH <= SCOPES;
        (near && self.scopes[number].outer == outer).then_some(number)
    }

    /// Writes a scope. Returns its number.
    fn scope(&mut self, mut scope: Option<u32>) -> Option<usize> {
        let mut chain = std::mem::take(&mut self.chain);
        chain.clear();
        while let Some(of) = scope {
            chain.push(of);
            scope = self.places.scopes[of as usize].outer;
        }
        chain.reverse();
        let (mut outer, mut found) = (None, 0);
        while let Some(&of) = chain.get(found)
            && let Some(number) = self.recent(outer, of)
        {
            outer = Some(number);
            found += 1;
        }
        match chain.len() - found {
            0 => {
                let back = outer.map_or(0, |number| self.scopes.len() - number);
                self.put(field::SCOPE, 2 * back as u32);
            }
            new => {
                self.put(field::SCOPE, 2 * (new as u32 - 1) + 1);
                for &of in &chain[found..] {
                    outer = Some(self.new_scope(outer, of));
                }
            }
        }
        self.chain = chain;
        outer
    }

    /// Writes what a scope is. Returns its number.
    fn new_scope(&mut self, outer: Option<usize>, of: u32) -> usize {
        let number = self.scopes.len();
        let scope = self.places.scopes[of as usize];
        let name = scope.name.map_or(0, |name| self.numbers.name(name));
        self.put(
            field::OUTER,
            outer.map_or(0, |outer| (number - outer) as u32),
        );
        self.put(field::NAME, name);
        let mut last = self.home;
        if outer.is_some() {
            last = scope
                .name
                .map_or((0, 0), |name| self.numbers.bases[name.0 as usize]);
            let call = match scope.call {
                Some(call) => (self.numbers.file(call.file), call.line, call.column),
                None => (self.expected(outer).0, 0, 0),
            };
            let fields = Fields {
                line: field::CALL_LINE,
                column: field::CALL_COLUMN,
                same_line: field::CALL_COLUMN,
            };
            self.location(outer, call, fields);
        }
        self.scopes.push(Scope { outer, last });
        self.known.insert(of, number);
        number
    }

    fn expected(&self, scope: Option<usize>) -> Expected {
        scope.map_or(self.bare, |scope| self.scopes[scope].last)
    }

    /// Writes a location in a scope.
    fn location(
        &mut self,
        scope: Option<usize>,
        (file, line, column): (u32, u32, u32),
        fields: Fields,
    ) {
        let expected = self.expected(scope);
        self.put(field::FILE, if file == expected.0 { 0 } else { file });
        let difference = line.wrapping_sub(expected.1).cast_signed();
        self.put(fields.line, folded(difference));
        let same = (file, line) == expected;
        self.put(
            if same {
                fields.same_line
            } else {
                fields.column
            },
            column,
        );
        let last = (file, line);
        match scope {
            None => self.bare = last,
            Some(scope) => {
                self.scopes[scope].last = last;
                if self.scopes[scope].outer.is_none() {
                    self.home = last;
                }
            }
        }
    }
}

/// The fields of a location.
struct Fields {
    line: usize,
    column: usize,
    same_line: usize,
}

//! A call with parameters that are known at build time; its result is printed in WAVE syntax
//! (`--invoke`).

use super::raise;
use crate::{
    fatal::bug,
    os::Fd,
    program::{bytes, slice},
    text::Text,
};
use core::fmt::{self, Write};
use wasi_aot_abi::{
    Trap,
    component::{
        Options, encoding,
        invocation::{Invocation, MAX_FLAT_PARAMS, Member, NONE, Room, TypeNode, kind},
    },
};

/// See [`wasi_aot_abi::component::symbols::INVOKE`].
///
/// # Safety
/// The program's code must call it, on its stack, with data of the program.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_component_invoke(call: &Invocation) {
    let mut values = [0; MAX_FLAT_PARAMS];
    // SAFETY: this is data of the program; the functions are the program's, and this is its stack.
    let (rooms, options) = unsafe {
        let given = slice(call.values, call.value_count);
        values[..given.len()].copy_from_slice(given);
        (slice(call.rooms, call.room_count), &*call.options)
    };
    for (number, room) in rooms.iter().enumerate() {
        make(options, rooms, number, room, &mut values);
    }
    // SAFETY: as above; `values` can hold the results of any call.
    unsafe { (call.call)(values.as_mut_ptr()) };
    let mut out = Out {
        text: Text::new(Fd::STDOUT),
        // SAFETY: this is data of the program.
        types: unsafe { slice(call.types, call.type_count) },
        options,
    };
    match (call.result, call.flat) {
        (NONE, _) => out.text.push(b"()"),
        (ty, 0) => {
            let address = values[0] as u32;
            let node = &out.types[ty as usize];
            if !address.is_multiple_of(node.align) {
                raise(Trap::UnalignedPointer);
            }
            out.value(ty, Source::Memory(address));
            &mut out.text
        }
        (ty, _) => {
            out.value(ty, Source::Flat(values[0]));
            &mut out.text
        }
    };
    out.text.push(b"\n").flush();
    if let Some(post_return) = call.post_return {
        // SAFETY: as above.
        unsafe { post_return(values.as_mut_ptr()) };
    }
}

/// Allocates the rooms in order. An address is not kept separately, because there may be many; it
/// is found again where it was stored.
fn make(
    options: &Options,
    rooms: &[Room],
    number: usize,
    room: &Room,
    values: &mut [u64; MAX_FLAT_PARAMS],
) {
    let contents = bytes(&room.bytes);
    let address = allocate(options, room.align, contents.len() as u32);
    write(options, address, contents);
    match room.holder {
        NONE => values[room.offset as usize] = address.into(),
        holder => {
            debug_assert!((holder as usize) < number);
            let holder = address_of(options, &rooms[holder as usize], rooms, values);
            write(options, holder + room.offset as u32, &address.to_le_bytes());
        }
    }
}

/// The address of a room.
fn address_of(
    options: &Options,
    room: &Room,
    rooms: &[Room],
    values: &[u64; MAX_FLAT_PARAMS],
) -> u32 {
    match room.holder {
        NONE => values[room.offset as usize] as u32,
        holder => {
            let holder = address_of(options, &rooms[holder as usize], rooms, values);
            let mut address = [0; 4];
            read(options, holder + room.offset as u32, &mut address);
            u32::from_le_bytes(address)
        }
    }
}

/// Allocates in the component's memory.
fn allocate(options: &Options, align: u32, bytes: u32) -> u32 {
    let Some(realloc) = options.realloc else {
        raise(Trap::ReallocOutOfBounds)
    };
    // SAFETY: this is a function of the program, and this is its stack.
    let address = unsafe { realloc(0, 0, align, bytes) };
    if !address.is_multiple_of(align) {
        raise(Trap::ReallocUnaligned);
    }
    if memory(options, address, bytes.into()).is_none() {
        raise(Trap::ReallocOutOfBounds);
    }
    address
}

/// A part of the component's memory, if it is in bounds.
fn memory(options: &Options, address: u32, len: u64) -> Option<*mut u8> {
    if options.memory.is_null() {
        return None;
    }
    // SAFETY: this is a region of the program.
    let region = unsafe { &*options.memory };
    let inside = u64::from(address) + len <= region.in_use();
    inside.then(|| region.base.wrapping_add(address as usize))
}

fn read(options: &Options, address: u32, into: &mut [u8]) {
    match memory(options, address, into.len() as u64) {
        // SAFETY: the range is in bounds, and nothing changes the memory in the meantime.
        Some(from) => unsafe { from.copy_to_nonoverlapping(into.as_mut_ptr(), into.len()) },
        None => raise(Trap::MemoryOutOfBounds),
    }
}

fn write(options: &Options, address: u32, bytes: &[u8]) {
    match memory(options, address, bytes.len() as u64) {
        // SAFETY: as above.
        Some(to) => unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) },
        None => raise(Trap::MemoryOutOfBounds),
    }
}

/// The location of a value.
#[derive(Clone, Copy)]
enum Source {
    /// The one flat value.
    Flat(u64),
    /// At this address.
    Memory(u32),
}

/// Prints values.
struct Out<'a> {
    text: Text<512>,
    types: &'static [TypeNode],
    options: &'a Options,
}

impl Write for Out<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push(text.as_bytes());
        Ok(())
    }
}

impl Out<'_> {
    /// A number with this size in bytes; a flat one is taken as a whole.
    fn number(&self, source: Source, size: u32) -> u64 {
        match source {
            Source::Flat(value) => value,
            Source::Memory(address) => {
                let mut bytes = [0; 8];
                read(self.options, address, &mut bytes[..size as usize]);
                u64::from_le_bytes(bytes)
            }
        }
    }

    fn at(source: Source, offset: u32) -> Source {
        match source {
            Source::Flat(value) => Source::Flat(value),
            Source::Memory(address) => match address.checked_add(offset) {
                Some(address) => Source::Memory(address),
                None => raise(Trap::MemoryOutOfBounds),
            },
        }
    }

    fn value(&mut self, ty: u32, source: Source) {
        let types = self.types;
        let node = &types[ty as usize];
        // SAFETY: this is data of the program.
        let members = unsafe { slice(node.members, node.member_count) };
        let raw = || self.number(source, node.size);
        // Writing to this text never fails.
        let _ = match node.kind {
            kind::BOOL => self.write_str(if raw() as u32 == 0 { "false" } else { "true" }),
            kind::S8 => write!(self, "{}", raw() as i8),
            kind::U8 => write!(self, "{}", raw() as u8),
            kind::S16 => write!(self, "{}", raw() as i16),
            kind::U16 => write!(self, "{}", raw() as u16),
            kind::S32 => write!(self, "{}", raw() as i32),
            kind::U32 => write!(self, "{}", raw() as u32),
            kind::S64 => write!(self, "{}", raw() as i64),
            kind::U64 => write!(self, "{}", raw()),
            kind::F32 => self.float(
                f32::from_bits(raw() as u32).is_nan(),
                |out, raw| write!(out, "{}", f32::from_bits(raw as u32)),
                raw(),
            ),
            kind::F64 => self.float(
                f64::from_bits(raw()).is_nan(),
                |out, raw| write!(out, "{}", f64::from_bits(raw)),
                raw(),
            ),
            kind::CHAR => match char::from_u32(raw() as u32) {
                Some(char) => self.char(char),
                None => raise(Trap::InvalidChar),
            },
            kind::STRING => self.string(source),
            kind::LIST => self.list(&members[0], source),
            kind::FIXED_LIST => self.elements(&members[0], source, node.count),
            kind::RECORD => self.record(members, source),
            kind::TUPLE => self.tuple(members, source),
            kind::VARIANT | kind::OPTION => self.variant(node, members, source),
            _ => self.flags(members, raw()),
        };
    }

    fn float(
        &mut self,
        nan: bool,
        print: impl Fn(&mut Self, u64) -> fmt::Result,
        raw: u64,
    ) -> fmt::Result {
        if nan {
            return self.write_str("nan");
        }
        print(self, raw)
    }

    fn char(&mut self, char: char) -> fmt::Result {
        self.write_str("'")?;
        self.escaped(char)?;
        self.write_str("'")
    }

    /// Writes a character as it appears between quotes of either kind.
    fn escaped(&mut self, char: char) -> fmt::Result {
        match char {
            '\\' | '"' | '\'' | '\t' | '\r' | '\n' => write!(self, "{}", char.escape_default()),
            _ if char.is_control() => write!(self, "{}", char.escape_unicode()),
            _ => write!(self, "{}", char.escape_debug()),
        }
    }

    /// The address and length of a string or list.
    fn slice(&self, source: Source) -> (u32, u32) {
        match source {
            Source::Memory(_) => (
                self.number(source, 4) as u32,
                self.number(Self::at(source, 4), 4) as u32,
            ),
            Source::Flat(_) => bug(b"two values are no flat one"),
        }
    }

    fn string(&mut self, source: Source) -> fmt::Result {
        let (address, length) = self.slice(source);
        let (width, units): (u32, u32) = match self.options.encoding {
            encoding::UTF8 => (1, length),
            encoding::UTF16 => (2, length),
            _ if length & encoding::UTF16_TAG != 0 => (2, length & !encoding::UTF16_TAG),
            _ => (0, length),
        };
        if width != 1 && !address.is_multiple_of(2) {
            raise(Trap::UnalignedPointer);
        }
        let len = u64::from(units) * u64::from(width.max(1));
        let Some(first) = memory(self.options, address, len) else {
            raise(Trap::StringOutOfBounds)
        };
        // SAFETY: the range is in bounds, and nothing changes the memory in the meantime.
        let contents = unsafe { core::slice::from_raw_parts(first, len as usize) };
        self.write_str("\"")?;
        match width {
            1 => {
                for char in super::strings::utf8(contents).chars() {
                    self.escaped(char)?;
                }
            }
            2 => {
                for char in super::strings::utf16(contents) {
                    self.escaped(char)?;
                }
            }
            _ => {
                for byte in contents {
                    self.escaped(char::from(*byte))?;
                }
            }
        }
        self.write_str("\"")
    }

    fn list(&mut self, element: &Member, source: Source) -> fmt::Result {
        let (address, length) = self.slice(source);
        let node = &self.types[element.ty as usize];
        if !address.is_multiple_of(node.align) {
            raise(Trap::UnalignedPointer);
        }
        let len = u64::from(length) * u64::from(node.size);
        if memory(self.options, address, len).is_none() {
            raise(Trap::ListOutOfBounds);
        }
        self.elements(element, Source::Memory(address), length)
    }

    fn elements(&mut self, element: &Member, first: Source, length: u32) -> fmt::Result {
        let size = self.types[element.ty as usize].size;
        self.write_str("[")?;
        for position in 0..length {
            self.separate(position as usize)?;
            self.value(element.ty, Self::at(first, position * size));
        }
        self.write_str("]")
    }

    fn tuple(&mut self, members: &[Member], source: Source) -> fmt::Result {
        self.write_str("(")?;
        for (position, member) in members.iter().enumerate() {
            self.separate(position)?;
            self.value(member.ty, Self::at(source, member.offset));
        }
        self.write_str(")")
    }

    /// A record without the fields that are `none`. A colon distinguishes a record without fields
    /// from flags.
    fn record(&mut self, members: &[Member], source: Source) -> fmt::Result {
        self.write_str("{")?;
        let mut written = 0;
        for member in members {
            let source = Self::at(source, member.offset);
            let node = &self.types[member.ty as usize];
            if node.kind == kind::OPTION && self.case(node, source) == 0 {
                continue;
            }
            self.separate(written)?;
            self.name(member)?;
            self.write_str(": ")?;
            self.value(member.ty, source);
            written += 1;
        }
        self.write_str(if written == 0 { ":}" } else { "}" })
    }

    /// The index of a variant's case.
    fn case(&self, node: &TypeNode, source: Source) -> u64 {
        match source {
            Source::Flat(value) => u64::from(value as u32),
            Source::Memory(_) => self.number(source, node.count),
        }
    }

    fn variant(&mut self, node: &TypeNode, cases: &[Member], source: Source) -> fmt::Result {
        let Some(case) = cases.get(self.case(node, source) as usize) else {
            raise(Trap::InvalidDiscriminant)
        };
        self.name(case)?;
        if case.ty != NONE {
            self.write_str("(")?;
            self.value(case.ty, Self::at(source, case.offset));
            self.write_str(")")?;
        }
        Ok(())
    }

    fn flags(&mut self, names: &[Member], bits: u64) -> fmt::Result {
        self.write_str("{")?;
        let set = names
            .iter()
            .enumerate()
            .filter(|(bit, _)| bits >> bit & 1 != 0);
        for (position, (_, name)) in set.enumerate() {
            self.separate(position)?;
            self.name(name)?;
        }
        self.write_str("}")
    }

    fn name(&mut self, member: &Member) -> fmt::Result {
        self.text.push(bytes(&member.name));
        Ok(())
    }

    fn separate(&mut self, position: usize) -> fmt::Result {
        if position > 0 {
            self.write_str(", ")?;
        }
        Ok(())
    }
}

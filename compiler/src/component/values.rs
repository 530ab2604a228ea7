//! Converts values in WAVE syntax to a call's arguments: flat parameters, and data for the
//! component's memory (Canonical ABI, `lower_flat_values`, `store`).

use super::layout::{Layout, cases, discriminant, flatten, layout, offsets, payload};
use super::types::{Func, Type};
use crate::error::{Code, Error, Result};
use crate::program::Room;
use wasi_aot_abi::component::{encoding, invocation::MAX_FLAT_PARAMS};
use wasm_wave::untyped::UntypedFuncCall;
use wasm_wave::value::{Type as WaveType, Value};
use wasm_wave::wasm::{WasmTypeKind, WasmValue};

/// Lowered parameters.
#[derive(Debug, Default)]
pub struct Lowered {
    /// Flat values.
    pub flat: Vec<u64>,
    /// Data for the memory.
    pub rooms: Vec<Room>,
}

/// The function's name in a call: `f` of `f(1, "x")`.
pub fn name(call: &str) -> &str {
    call.split_once('(').map_or(call, |(name, _)| name).trim()
}

/// The parameters of a call to a function of this type. `encoding` is that of strings.
///
/// # Errors
///
/// `Option`: the call does not parse, or not with these types. `Unsupported`: values of these types
/// have no text form.
pub fn lower(call: &str, ty: &Func, encoding: u32) -> Result<Lowered> {
    let open = call.find('(').unwrap_or(call.len());
    // The parser gets another name of the same length, so that offsets in errors are those in the
    // call.
    let name = "f".repeat(open.max(1));
    let call = match &call[open..] {
        "" => format!("{name}()"),
        params => format!("{name}{params}"),
    };
    let wrong = |error: wasm_wave::parser::ParserError| {
        Error::new(Code::Option, format!("`--invoke`: {error}"))
            .help(format!("the function's type is {ty}"))
    };
    let call = UntypedFuncCall::parse(&call).map_err(wrong)?;
    let types = ty.params.iter().map(|(_, ty)| wave_type(ty));
    let types = types.collect::<Result<Vec<_>>>()?;
    let values: Vec<Value> = call.to_wasm_params(&types).map_err(wrong)?;
    let types: Vec<_> = ty.params.iter().map(|(_, ty)| ty).collect();
    let mut lowering = Lowering {
        lowered: Lowered::default(),
        encoding,
    };
    let flat: usize = types.iter().map(|ty| flatten(ty).len()).sum();
    if flat <= MAX_FLAT_PARAMS {
        for (value, ty) in values.iter().zip(types) {
            lowering.flat(value, ty);
        }
    } else {
        let (offsets, whole) = offsets(types.iter().copied());
        lowering.lowered.flat.push(0);
        let room = lowering.room(None, 0, whole.size as usize, whole.align);
        for ((value, ty), offset) in values.iter().zip(types).zip(offsets) {
            lowering.store(value, ty, (room, offset as usize));
        }
    }
    Ok(lowering.lowered)
}

/// The WAVE type for a type.
fn wave_type(ty: &Type) -> Result<WaveType> {
    let simple = |kind| WaveType::simple(kind).ok_or_else(|| unsupported(ty));
    let boxed = |ty: &Option<Box<Type>>| ty.as_deref().map(wave_type).transpose();
    Ok(match ty {
        Type::Bool => simple(WasmTypeKind::Bool)?,
        Type::S8 => simple(WasmTypeKind::S8)?,
        Type::U8 => simple(WasmTypeKind::U8)?,
        Type::S16 => simple(WasmTypeKind::S16)?,
        Type::U16 => simple(WasmTypeKind::U16)?,
        Type::S32 => simple(WasmTypeKind::S32)?,
        Type::U32 => simple(WasmTypeKind::U32)?,
        Type::S64 => simple(WasmTypeKind::S64)?,
        Type::U64 => simple(WasmTypeKind::U64)?,
        Type::F32 => simple(WasmTypeKind::F32)?,
        Type::F64 => simple(WasmTypeKind::F64)?,
        Type::Char => simple(WasmTypeKind::Char)?,
        Type::String => simple(WasmTypeKind::String)?,
        Type::List(element) => WaveType::list(wave_type(element)?),
        Type::FixedList(element, length) => {
            WaveType::fixed_length_list(wave_type(element)?, *length)
        }
        Type::Record(fields) => {
            let fields = fields
                .iter()
                .map(|(name, ty)| Ok((&**name, wave_type(ty)?)));
            WaveType::record(fields.collect::<Result<Vec<_>>>()?).ok_or_else(|| unsupported(ty))?
        }
        Type::Tuple(types) => {
            let types = types.iter().map(wave_type).collect::<Result<Vec<_>>>()?;
            WaveType::tuple(types).ok_or_else(|| unsupported(ty))?
        }
        Type::Variant(cases) => {
            let payload = |ty: &Option<Type>| ty.as_ref().map(wave_type).transpose();
            let cases = cases.iter().map(|(name, ty)| Ok((&**name, payload(ty)?)));
            WaveType::variant(cases.collect::<Result<Vec<_>>>()?).ok_or_else(|| unsupported(ty))?
        }
        Type::Enum(names) => {
            let names = names.iter().map(|name| &**name);
            WaveType::enum_ty(names).ok_or_else(|| unsupported(ty))?
        }
        Type::Flags(names) => {
            let names = names.iter().map(|name| &**name);
            WaveType::flags(names).ok_or_else(|| unsupported(ty))?
        }
        Type::Option(some) => WaveType::option(wave_type(some)?),
        Type::Result(ok, err) => WaveType::result(boxed(ok)?, boxed(err)?),
        Type::Own(_) | Type::Borrow(_) => return Err(unsupported(ty)),
    })
}

fn unsupported(ty: &Type) -> Error {
    let message = format!("`--invoke` cannot give or print values of type {ty}");
    Error::new(Code::Unsupported, message)
}

/// Fails for types whose values have no text form.
pub fn check(ty: &Type) -> Result<()> {
    wave_type(ty).map(drop)
}

struct Lowering {
    lowered: Lowered,
    encoding: u32,
}

impl Lowering {
    /// Adds a room of `size` bytes; its address goes to an offset of another room, or to a flat
    /// parameter.
    fn room(&mut self, holder: Option<usize>, offset: usize, size: usize, align: u32) -> usize {
        self.lowered.rooms.push(Room {
            bytes: vec![0; size],
            align,
            holder: holder.map(|holder| holder as u32),
            offset: offset as u64,
        });
        self.lowered.rooms.len() - 1
    }

    fn put(&mut self, (room, offset): (usize, usize), bytes: &[u8]) {
        self.lowered.rooms[room].bytes[offset..offset + bytes.len()].copy_from_slice(bytes);
    }

    /// Adds a value as flat parameters.
    fn flat(&mut self, value: &Value, ty: &Type) {
        match ty {
            Type::String | Type::List(_) => {
                let at = self.lowered.flat.len();
                self.lowered.flat.push(0);
                let length = self.contents(value, ty, None, at);
                self.lowered.flat.push(length.into());
            }
            Type::FixedList(element, _) => {
                value
                    .unwrap_list()
                    .for_each(|value| self.flat(&value, element));
            }
            Type::Record(fields) => {
                for ((_, value), (_, ty)) in value.unwrap_record().zip(fields) {
                    self.flat(&value, ty);
                }
            }
            Type::Tuple(types) => {
                for (value, ty) in value.unwrap_tuple().zip(types) {
                    self.flat(&value, ty);
                }
            }
            Type::Flags(names) if names.is_empty() => {}
            Type::Variant(_) | Type::Enum(_) | Type::Option(_) | Type::Result(..) => {
                let (case, payload) = chosen(value, ty);
                self.lowered.flat.push(case as u64);
                let first = self.lowered.flat.len();
                if let (Some(value), Some(ty)) = (payload, cases(ty)[case].1) {
                    self.flat(&value, ty);
                }
                self.lowered.flat.resize(first - 1 + flatten(ty).len(), 0);
            }
            _ => {
                let bytes = scalar(value, ty);
                let mut word = [0; 8];
                word[..bytes.len()].copy_from_slice(&bytes);
                let word = u64::from_le_bytes(word);
                self.lowered.flat.push(extend(word, ty));
            }
        }
    }

    /// Stores a value in memory.
    fn store(&mut self, value: &Value, ty: &Type, (room, at): (usize, usize)) {
        match ty {
            Type::String | Type::List(_) => {
                let length = self.contents(value, ty, Some(room), at);
                self.put((room, at + 4), &length.to_le_bytes());
            }
            Type::FixedList(element, _) => {
                let size = layout(element).size as usize;
                for (position, value) in value.unwrap_list().enumerate() {
                    self.store(&value, element, (room, at + position * size));
                }
            }
            Type::Record(fields) => {
                let (offsets, _) = offsets(fields.iter().map(|(_, ty)| ty));
                for (((_, value), (_, ty)), offset) in
                    value.unwrap_record().zip(fields).zip(offsets)
                {
                    self.store(&value, ty, (room, at + offset as usize));
                }
            }
            Type::Tuple(types) => {
                let (offsets, _) = offsets(types.iter());
                for ((value, ty), offset) in value.unwrap_tuple().zip(types).zip(offsets) {
                    self.store(&value, ty, (room, at + offset as usize));
                }
            }
            Type::Variant(_) | Type::Enum(_) | Type::Option(_) | Type::Result(..) => {
                let (case, inner) = chosen(value, ty);
                let size = discriminant(ty) as usize;
                self.put((room, at), &case.to_le_bytes()[..size]);
                if let (Some(value), Some(inner)) = (inner, cases(ty)[case].1) {
                    self.store(&value, inner, (room, at + payload(ty) as usize));
                }
            }
            _ => self.put((room, at), &scalar(value, ty)),
        }
    }

    /// Stores the contents of a string or list in a new room; returns the length.
    fn contents(&mut self, value: &Value, ty: &Type, holder: Option<usize>, at: usize) -> u32 {
        let Type::List(element) = ty else {
            let (bytes, align, length) = encode(&value.unwrap_string(), self.encoding);
            let room = self.room(holder, at, bytes.len(), align);
            self.put((room, 0), &bytes);
            return length;
        };
        let values: Vec<_> = value.unwrap_list().collect();
        let Layout { size, align } = layout(element);
        let room = self.room(holder, at, values.len() * size as usize, align);
        for (position, value) in values.iter().enumerate() {
            self.store(value, element, (room, position * size as usize));
        }
        values.len() as u32
    }
}

/// A string's bytes, alignment and length.
fn encode(text: &str, encoding: u32) -> (Vec<u8>, u32, u32) {
    let utf16 = || -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    match encoding {
        encoding::UTF8 => (text.into(), 1, text.len() as u32),
        encoding::UTF16 => {
            let bytes = utf16();
            let length = bytes.len() as u32 / 2;
            (bytes, 2, length)
        }
        _ => match text
            .chars()
            .map(u8::try_from)
            .collect::<Result<Vec<_>, _>>()
        {
            Ok(latin1) => {
                let length = latin1.len() as u32;
                (latin1, 2, length)
            }
            Err(_) => {
                let bytes = utf16();
                let length = (bytes.len() as u32 / 2) | encoding::UTF16_TAG;
                (bytes, 2, length)
            }
        },
    }
}

/// The index of the case of a variant, option, result or enum value, and its payload.
fn chosen<'v>(value: &'v Value, ty: &Type) -> (usize, Option<std::borrow::Cow<'v, Value>>) {
    match ty {
        Type::Option(_) => {
            let some = value.unwrap_option();
            (usize::from(some.is_some()), some)
        }
        Type::Result(..) => match value.unwrap_result() {
            Ok(payload) => (0, payload),
            Err(payload) => (1, payload),
        },
        _ => {
            let (name, payload) = match ty {
                Type::Enum(_) => (value.unwrap_enum(), None),
                _ => value.unwrap_variant(),
            };
            let position = cases(ty).iter().position(|(other, _)| *other == name);
            (position.unwrap_or_default(), payload)
        }
    }
}

/// The bytes of a value without parts in memory.
fn scalar(value: &Value, ty: &Type) -> Vec<u8> {
    match ty {
        Type::Bool => vec![value.unwrap_bool().into()],
        Type::S8 => value.unwrap_s8().to_le_bytes().into(),
        Type::U8 => value.unwrap_u8().to_le_bytes().into(),
        Type::S16 => value.unwrap_s16().to_le_bytes().into(),
        Type::U16 => value.unwrap_u16().to_le_bytes().into(),
        Type::S32 => value.unwrap_s32().to_le_bytes().into(),
        Type::U32 => value.unwrap_u32().to_le_bytes().into(),
        Type::S64 => value.unwrap_s64().to_le_bytes().into(),
        Type::U64 => value.unwrap_u64().to_le_bytes().into(),
        Type::F32 => value.unwrap_f32().to_le_bytes().into(),
        Type::F64 => value.unwrap_f64().to_le_bytes().into(),
        Type::Char => u32::from(value.unwrap_char()).to_le_bytes().into(),
        Type::Flags(names) => {
            let set: Vec<_> = value.unwrap_flags().collect();
            let bits = names
                .iter()
                .enumerate()
                .filter(|(_, name)| set.iter().any(|other| other == *name));
            let bits = bits.fold(0u32, |bits, (position, _)| bits | 1 << position);
            bits.to_le_bytes()[..layout(ty).size as usize].into()
        }
        other => unreachable!("{other} has parts, or no text"),
    }
}

/// Extends a small signed integer to a flat value.
fn extend(word: u64, ty: &Type) -> u64 {
    match ty {
        Type::S8 => u64::from(word as i8 as u32),
        Type::S16 => u64::from(word as i16 as u32),
        _ => word,
    }
}

//! The layout of values in a memory, and their flat parameters (Canonical ABI, `alignment`,
//! `elem_size`, `flatten_type`).

use super::types::Type;
use wasmparser::ValType;

/// Size and alignment of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Size in bytes.
    pub size: u32,
    /// Alignment, in bytes.
    pub align: u32,
}

/// A pair of an address and a length.
const SLICE: Layout = Layout { size: 8, align: 4 };

/// The layout of a type.
pub fn layout(ty: &Type) -> Layout {
    let scalar = |size| Layout { size, align: size };
    match ty {
        Type::Bool | Type::S8 | Type::U8 => scalar(1),
        Type::S16 | Type::U16 => scalar(2),
        Type::S32 | Type::U32 | Type::F32 | Type::Char | Type::Own(_) | Type::Borrow(_) => {
            scalar(4)
        }
        Type::S64 | Type::U64 | Type::F64 => scalar(8),
        Type::String | Type::List(_) => SLICE,
        Type::FixedList(element, length) => {
            let element = layout(element);
            let size = element.size.saturating_mul(*length);
            Layout { size, ..element }
        }
        Type::Record(fields) => fields_layout(fields.iter().map(|(_, ty)| ty)),
        Type::Tuple(types) => fields_layout(types.iter()),
        Type::Flags(names) => match names.len() {
            0..=8 => scalar(1),
            9..=16 => scalar(2),
            _ => scalar(4),
        },
        Type::Variant(_) | Type::Enum(_) | Type::Option(_) | Type::Result(..) => {
            let (discriminant, cases) = (discriminant(ty), cases(ty));
            let payloads = cases.iter().filter_map(|(_, payload)| *payload).map(layout);
            let (mut size, mut align) = (0, 1);
            for payload in payloads {
                size = size.max(payload.size);
                align = align.max(payload.align);
            }
            let start = discriminant.next_multiple_of(align);
            let align = align.max(discriminant);
            Layout {
                size: (start + size).next_multiple_of(align),
                align,
            }
        }
    }
}

/// The offsets of the parts of a record or tuple, and its layout.
pub fn offsets<'t>(types: impl Iterator<Item = &'t Type>) -> (Vec<u32>, Layout) {
    let (mut next, mut align) = (0u32, 1);
    let mut offsets = Vec::new();
    for part in types.map(layout) {
        next = next.next_multiple_of(part.align);
        offsets.push(next);
        next = next.saturating_add(part.size);
        align = align.max(part.align);
    }
    let size = next.next_multiple_of(align);
    (offsets, Layout { size, align })
}

fn fields_layout<'t>(types: impl Iterator<Item = &'t Type>) -> Layout {
    offsets(types).1
}

/// The cases of a variant, option, result or enum: names and payloads.
pub fn cases(ty: &Type) -> Vec<(&str, Option<&Type>)> {
    match ty {
        Type::Variant(cases) => {
            let cases = cases.iter();
            cases.map(|(name, ty)| (&**name, ty.as_ref())).collect()
        }
        Type::Enum(names) => names.iter().map(|name| (&**name, None)).collect(),
        Type::Option(some) => vec![("none", None), ("some", Some(some))],
        Type::Result(ok, err) => vec![("ok", ok.as_deref()), ("err", err.as_deref())],
        _ => Vec::new(),
    }
}

/// Size of a variant's discriminant, in bytes.
pub fn discriminant(ty: &Type) -> u32 {
    match cases(ty).len() {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

/// The offset of payloads in a variant.
pub fn payload(ty: &Type) -> u32 {
    let payloads = cases(ty).into_iter().filter_map(|(_, payload)| payload);
    let align = payloads.map(|payload| layout(payload).align).max();
    discriminant(ty).next_multiple_of(align.unwrap_or(1))
}

/// The flat types of a type.
pub fn flatten(ty: &Type) -> Vec<ValType> {
    match ty {
        Type::S64 | Type::U64 => vec![ValType::I64],
        Type::F32 => vec![ValType::F32],
        Type::F64 => vec![ValType::F64],
        Type::String | Type::List(_) => vec![ValType::I32, ValType::I32],
        Type::FixedList(element, length) => flatten(element).repeat(*length as usize),
        Type::Record(fields) => fields.iter().flat_map(|(_, ty)| flatten(ty)).collect(),
        Type::Tuple(types) => types.iter().flat_map(flatten).collect(),
        Type::Flags(names) if names.is_empty() => Vec::new(),
        Type::Variant(_) | Type::Enum(_) | Type::Option(_) | Type::Result(..) => {
            let mut flat = vec![ValType::I32];
            for (_, payload) in cases(ty) {
                for (position, ty) in payload
                    .map(flatten)
                    .unwrap_or_default()
                    .into_iter()
                    .enumerate()
                {
                    match flat.get_mut(position + 1) {
                        Some(other) => *other = join(*other, ty),
                        None => flat.push(ty),
                    }
                }
            }
            flat
        }
        _ => vec![ValType::I32],
    }
}

/// The type that can hold values of both types.
fn join(a: ValType, b: ValType) -> ValType {
    match (a, b) {
        _ if a == b => a,
        (ValType::I32, ValType::F32) | (ValType::F32, ValType::I32) => ValType::I32,
        _ => ValType::I64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_share_their_places() {
        let ty = Type::Variant(vec![
            ("a".into(), Some(Type::F32)),
            ("b".into(), Some(Type::Tuple(vec![Type::U8, Type::U64]))),
            ("c".into(), None),
        ]);
        assert_eq!(flatten(&ty), [ValType::I32, ValType::I32, ValType::I64]);
        assert_eq!(layout(&ty), Layout { size: 24, align: 8 });
        assert_eq!(payload(&ty), 8);
        let result = Type::Result(None, Some(Box::new(Type::U16)));
        assert_eq!(layout(&result), Layout { size: 4, align: 2 });
        assert_eq!(
            layout(&Type::Result(None, None)),
            Layout { size: 1, align: 1 }
        );
    }

    #[test]
    fn records_are_padded() {
        let ty = Type::Record(vec![
            ("a".into(), Type::U8),
            ("b".into(), Type::String),
            ("c".into(), Type::U8),
        ]);
        assert_eq!(layout(&ty), Layout { size: 16, align: 4 });
        assert_eq!(flatten(&ty).len(), 4);
    }
}

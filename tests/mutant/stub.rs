//! Machine code of x86-64 that takes the place of a function: `extern "C" fn(&Options, …)`.

use super::layout::{Function, Type};

/// The names of what a function says that cannot do what it should, the best one first.
const REFUSALS: [&str; 3] = ["not-supported", "unsupported", "closed"];

/// More parameters than this are passed in memory.
const FLAT_PARAMS: usize = 16;

const RET: u8 = 0xc3;

/// What drops nothing.
pub fn of_drop() -> Vec<u8> {
    vec![RET]
}

/// The code for a function of this type: an error if it has one, else nothing.
pub fn of_function(text: &str) -> Vec<u8> {
    let function = Function::read(text);
    let Some(result) = function.result else {
        return vec![RET];
    };
    if result.flat() == 1 {
        // xor eax, eax
        return vec![0x31, 0xc0, RET];
    }
    let params: usize = function.params.iter().map(Type::flat).sum();
    let place = 1 + if params > FLAT_PARAMS { 1 } else { params };
    // mov rax, [rdi]: the memory; mov rax, [rax]: its base
    let mut code = vec![0x48, 0x8b, 0x07, 0x48, 0x8b, 0x00];
    code.extend(argument(place));
    match refusal(&result) {
        Some((offset, value)) => {
            code.extend(store(0, 1));
            code.extend(store(offset, value));
        }
        None => {
            // xor edx, edx
            code.extend([0x31, 0xd2]);
            let words = 0..result.size_and_alignment().0.div_ceil(4);
            code.extend(words.flat_map(|word| clear(4 * word)));
        }
    }
    code.push(RET);
    code
}

/// Of a `result` with an error: where its value is, and the value.
fn refusal(result: &Type) -> Option<(u32, u8)> {
    let Type::Cases(cases) = result else {
        return None;
    };
    let (_, Some(Type::Cases(errors))) = cases.iter().find(|(name, _)| name == "err")? else {
        return None;
    };
    let mut names = REFUSALS.iter();
    let value = names.find_map(|refusal| errors.iter().position(|(name, _)| name == refusal))?;
    let (_, alignment) = result.size_and_alignment();
    Some((alignment, value as u8))
}

/// `mov ecx, ARGUMENT`: the one with this number.
fn argument(number: usize) -> Vec<u8> {
    match number {
        1 => vec![0x89, 0xf1],
        2 => vec![0x89, 0xd1],
        3 => Vec::new(),
        4 => vec![0x44, 0x89, 0xc1],
        5 => vec![0x44, 0x89, 0xc9],
        // [rsp + 8 + …]
        _ => vec![0x8b, 0x4c, 0x24, (8 + 8 * (number - 6)) as u8],
    }
}

/// `mov byte ptr [rax + rcx + OFFSET], VALUE`
fn store(offset: u32, value: u8) -> [u8; 5] {
    let offset = i8::try_from(offset).expect("results are small");
    [0xc6, 0x44, 0x08, offset as u8, value]
}

/// `mov [rax + rcx + OFFSET], edx`
fn clear(offset: u32) -> [u8; 4] {
    let offset = i8::try_from(offset).expect("results are small");
    [0x89, 0x54, 0x08, offset as u8]
}

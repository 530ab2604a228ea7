//! Disassembles x86-64 in AT&T syntax.

use iced_x86::{Decoder, DecoderOptions, Formatter, GasFormatter};

/// Disassembles the instruction at the start of some bytes, which lie at `address`: its length in
/// bytes, and its text.
pub fn instruction(bytes: &[u8], address: u64) -> Option<(usize, String)> {
    let mut decoder = Decoder::with_ip(64, bytes, address, DecoderOptions::NONE);
    let found = decoder.decode();
    if found.is_invalid() {
        return None;
    }
    let mut formatter = GasFormatter::new();
    let options = formatter.options_mut();
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_branch_leading_zeros(false);
    options.set_space_after_operand_separator(true);
    options.set_gas_show_mnemonic_size_suffix(true);
    options.set_gas_space_after_memory_operand_comma(true);
    options.set_signed_immediate_operands(true);
    options.set_rip_relative_addresses(true);
    let mut text = String::new();
    formatter.format(&found, &mut text);
    // These instructions only set bytes, and other disassemblers omit the suffix.
    if let Some((set, operand)) = text.split_once("b ")
        && set.starts_with("set")
    {
        text = format!("{set} {operand}");
    }
    Some((found.len(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_look_as_usual() {
        let cases: [(&[u8], &str); 6] = [
            (&[0x0f, 0x97, 0xc0], "seta %al"),
            (&[0x0f, 0x92, 0xc1], "setb %cl"),
            (&[0x89, 0xe5], "movl %esp, %ebp"),
            (&[0x8d, 0x34, 0xb7], "leal (%rdi, %rsi, 4), %esi"),
            (&[0x83, 0xf8, 0xff], "cmpl $-1, %eax"),
            (&[0xeb, 0xfe], "jmp 0x1000"),
        ];
        for (bytes, expected) in cases {
            let found = instruction(bytes, 0x1000);
            assert_eq!(found, Some((bytes.len(), expected.to_owned())));
        }
        assert_eq!(instruction(&[0x06], 0), None);
    }
}

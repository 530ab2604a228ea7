//! Sizes and alignments of composite types (Canonical ABI, "Alignment", "Element Size").

/// Alignment of a type whose parts have these alignments.
pub const fn alignment(parts: &[u32]) -> u32 {
    let mut largest = 1;
    let mut index = 0;
    while index < parts.len() {
        if parts[index] > largest {
            largest = parts[index];
        }
        index += 1;
    }
    largest
}

/// Size of a record with fields of these sizes and alignments.
pub const fn record(fields: &[(u32, u32)]) -> u32 {
    let (mut size, mut largest) = (0u32, 1);
    let mut index = 0;
    while index < fields.len() {
        let (bytes, alignment) = fields[index];
        size = size.next_multiple_of(alignment) + bytes;
        if alignment > largest {
            largest = alignment;
        }
        index += 1;
    }
    size.next_multiple_of(largest)
}

/// The payload's offset in a variant of up to 256 cases whose payloads have at most this alignment.
pub const fn payload_offset(alignment: u32) -> u32 {
    1u32.next_multiple_of(alignment)
}

/// Size of a variant with payloads of these sizes and at most this alignment.
pub const fn variant(payloads: &[u32], alignment: u32) -> u32 {
    let mut largest = 0;
    let mut index = 0;
    while index < payloads.len() {
        if payloads[index] > largest {
            largest = payloads[index];
        }
        index += 1;
    }
    (payload_offset(alignment) + largest).next_multiple_of(alignment)
}

/// Number of flat values of a variant whose payloads have these numbers.
pub const fn flat(payloads: &[usize]) -> usize {
    let mut most = 0;
    let mut index = 0;
    while index < payloads.len() {
        if payloads[index] > most {
            most = payloads[index];
        }
        index += 1;
    }
    1 + most
}

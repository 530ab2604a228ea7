//! Fused multiplication and addition with a single rounding, for CPUs without an instruction for
//! it. A NaN result is the positive canonical NaN, as required by programs with canonical NaNs.

/// `a * b + c` for `f64`.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_fma64(a: f64, b: f64, c: f64) -> f64 {
    if !a.is_finite() || !b.is_finite() || a == 0.0 || b == 0.0 {
        let sum = a * b + c;
        return if sum.is_nan() { f64::NAN } else { sum };
    }
    if !c.is_finite() {
        return if c.is_nan() { f64::NAN } else { c };
    }
    let product = Number::of(a).times(Number::of(b));
    if c == 0.0 {
        return product.round();
    }
    match product.plus(Number::of(c).normal()) {
        Some(sum) => sum.round(),
        // `x - x` is +0 when rounding to nearest.
        None => 0.0,
    }
}

/// `a * b + c` for `f32`.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_fma32(a: f32, b: f32, c: f32) -> f32 {
    // The product of two `f32` is exact in `f64`. The sum is rounded to odd, which preserves the
    // information that the second rounding needs: whether the sum is inexact.
    let (product, c) = (f64::from(a) * f64::from(b), f64::from(c));
    let sum = product + c;
    if sum.is_nan() {
        return f32::NAN;
    }
    if !sum.is_finite() || sum == 0.0 {
        return sum as f32;
    }
    let rest = sum - product;
    let lost = (product - (sum - rest)) + (c - rest);
    let bits = sum.to_bits();
    if lost == 0.0 || bits & 1 == 1 {
        return sum as f32;
    }
    // The exact sum lies between the rounded one and its neighbour in that direction, which is odd.
    let away = (lost > 0.0) == (sum > 0.0);
    let odd = if away { bits + 1 } else { bits - 1 };
    f64::from_bits(odd) as f32
}

/// The value `mantissa * 2^exponent`, not zero.
#[derive(Clone, Copy)]
struct Number {
    negative: bool,
    mantissa: u128,
    exponent: i32,
}

/// The position of the highest bit of a normalised mantissa: it leaves a bit for a carry, and 20
/// bits below a product.
const TOP: u32 = 125;

impl Number {
    /// A finite value that is not zero.
    fn of(value: f64) -> Number {
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = match (bits >> 52 & 0x7ff) as i32 {
            0 => (fraction, -1074),
            biased => (fraction | 1 << 52, biased - 1075),
        };
        Number {
            negative: value.is_sign_negative(),
            mantissa: mantissa.into(),
            exponent,
        }
    }

    /// The exact product, normalised.
    fn times(self, other: Number) -> Number {
        let product = Number {
            negative: self.negative != other.negative,
            mantissa: self.mantissa.wrapping_mul(other.mantissa),
            exponent: self.exponent.wrapping_add(other.exponent),
        };
        product.normal()
    }

    /// The same value with its highest bit at [`TOP`].
    fn normal(self) -> Number {
        let shift = self.mantissa.leading_zeros().wrapping_sub(127 - TOP);
        Number {
            mantissa: self.mantissa << (shift & 127),
            exponent: self.exponent.wrapping_sub(shift as i32),
            ..self
        }
    }

    /// The sum of two normalised numbers; the lowest bit records whether bits were lost. `None`:
    /// zero.
    fn plus(self, other: Number) -> Option<Number> {
        let larger = (self.exponent, self.mantissa) >= (other.exponent, other.mantissa);
        let (large, small) = if larger { (self, other) } else { (other, self) };
        let distance = large.exponent.wrapping_sub(small.exponent) as u32;
        let moved = shift_right(small.mantissa, distance);
        let mantissa = if large.negative == small.negative {
            large.mantissa.wrapping_add(moved)
        } else {
            large.mantissa.wrapping_sub(moved)
        };
        (mantissa != 0).then_some(Number { mantissa, ..large })
    }

    /// The nearest `f64`; the even one if two are equally near.
    fn round(self) -> f64 {
        let top = 127 - self.mantissa.leading_zeros() as i32;
        // The unit of the last place: 53 bits below the highest, but at least the smallest
        // subnormal number.
        let unit = self.exponent.wrapping_add(top).wrapping_sub(52).max(-1074);
        let shift = unit.wrapping_sub(self.exponent);
        let mantissa = if shift <= 0 {
            // The mantissa is short enough to be shifted left, which loses nothing.
            self.mantissa << (shift.wrapping_neg() as u32 & 127)
        } else {
            // Keeps two additional bits: the half, and whether anything below it is set.
            let quarters = match shift {
                1 => self.mantissa << 1,
                _ => shift_right(self.mantissa, shift as u32 - 2),
            };
            let up = (quarters & 3 == 3) || (quarters & 7 == 6);
            (quarters >> 2).wrapping_add(u128::from(up))
        };
        // Rounding up to the next power of two carries from the mantissa into the exponent; this
        // also turns the largest subnormal into a normal number.
        let biased = unit.wrapping_add(1074) as u64;
        let magnitude = if biased >= 0x7fe {
            f64::INFINITY.to_bits()
        } else {
            (biased << 52).wrapping_add(mantissa as u64)
        };
        f64::from_bits(magnitude | u64::from(self.negative) << 63)
    }
}

/// Shifts right; the lowest bit records whether bits were lost.
fn shift_right(mantissa: u128, distance: u32) -> u128 {
    if distance >= 128 {
        return 1;
    }
    let kept = mantissa >> distance;
    kept | u128::from(kept << distance != mantissa)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of all kinds: special ones, ones with few bits, ones close to each other, and random
    /// ones.
    fn values(count: usize) -> impl Iterator<Item = u64> {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        (0..count).map(move |_| {
            let bits = next();
            match bits % 5 {
                0 => next() & 0x800f_ffff_ffff_ffff,
                1 => (next() & 0x801f_ffff_ffff_ffff) + 0x3ff0_0000_0000_0000,
                2 => next() & 0xfff0_0000_0000_0003,
                3 => next() & 0xffff_f000_0000_0000,
                _ => next(),
            }
        })
    }

    #[test]
    fn doubles_are_rounded_once() {
        let values: std::vec::Vec<u64> = values(3_000_000).collect();
        for triple in values.chunks_exact(3) {
            let [a, b, c] = [0, 1, 2].map(|n| f64::from_bits(triple[n]));
            // Close to the product, so that most of the sum cancels.
            for c in [c, -(a * b), f64::from_bits((-(a * b)).to_bits() ^ 1)] {
                let (is, should) = (wasi_aot_fma64(a, b, c), a.mul_add(b, c));
                let should = if should.is_nan() { f64::NAN } else { should };
                assert!(
                    is.to_bits() == should.to_bits(),
                    "{a:e} * {b:e} + {c:e} is {is:e}, should be {should:e}"
                );
            }
        }
    }

    #[test]
    fn floats_are_rounded_once() {
        let values: std::vec::Vec<u64> = values(3_000_000).collect();
        for triple in values.chunks_exact(3) {
            let [a, b, c] = [0, 1, 2].map(|n| f32::from_bits((triple[n] >> 32 ^ triple[n]) as u32));
            for c in [c, -(a * b), f32::from_bits((-(a * b)).to_bits() ^ 1)] {
                let (is, should) = (wasi_aot_fma32(a, b, c), a.mul_add(b, c));
                let should = if should.is_nan() { f32::NAN } else { should };
                assert!(
                    is.to_bits() == should.to_bits(),
                    "{a:e} * {b:e} + {c:e} is {is:e}, should be {should:e}"
                );
            }
        }
    }
}

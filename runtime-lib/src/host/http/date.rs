//! The date of an answer.

/// The length of an IMF-fixdate in bytes.
pub const LENGTH: usize = 29;
/// Seconds from 1970 to the end of the year 9999, the last that has four digits.
const LAST: u64 = 253_402_300_799;
const DAY: u64 = 86_400;

/// The names from Thursday on, because 1970 began with one.
const DAYS: &[u8; 7 * 3] = b"ThuFriSatSunMonTueWed";
/// The names from March on, because a leap day is then the last of a year.
const MONTHS: &[u8; 12 * 3] = b"MarAprMayJunJulAugSepOctNovDecJanFeb";

/// The time `seconds` after the start of 1970 (UTC) as an IMF-fixdate: RFC 9110, section 5.6.7.
/// Times after the year 9999 give its last second.
pub fn imf_fixdate(seconds: u64) -> [u8; LENGTH] {
    let seconds = seconds.min(LAST);
    let (days, time) = (seconds / DAY, seconds % DAY);
    // The year starts on 1 March; era 0 began in the year 0, 719468 days before 1970.
    let from_march = days + 719_468;
    let (era, day) = (from_march / 146_097, from_march % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = 400 * era + year + u64::from(month >= 10);

    let mut date = *b"---, 00 --- 0000 00:00:00 GMT";
    name(&mut date, 0, DAYS, days % 7);
    number(&mut date, 5, day);
    name(&mut date, 8, MONTHS, month);
    number(&mut date, 12, year / 100);
    number(&mut date, 14, year % 100);
    number(&mut date, 17, time / 3600);
    number(&mut date, 20, time / 60 % 60);
    number(&mut date, 23, time % 60);
    date
}

/// Writes name number `index` of `names` at `at`.
fn name(date: &mut [u8], at: usize, names: &[u8], index: u64) {
    let names = names.iter().skip(3 * index as usize);
    for (place, &byte) in date.iter_mut().skip(at).zip(names).take(3) {
        *place = byte;
    }
}

/// Writes a number of two digits at `at`.
fn number(date: &mut [u8], at: usize, value: u64) {
    let digits = [value / 10 % 10, value % 10];
    for (place, digit) in date.iter_mut().skip(at).zip(digits) {
        *place = b'0' + digit as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (seconds, date) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (DAY - 1, "Thu, 01 Jan 1970 23:59:59 GMT"),
            (5_097_600, "Sun, 01 Mar 1970 00:00:00 GMT"),
            (68_169_599, "Mon, 28 Feb 1972 23:59:59 GMT"),
            (68_169_600, "Tue, 29 Feb 1972 00:00:00 GMT"),
            (68_256_000, "Wed, 01 Mar 1972 00:00:00 GMT"),
            (94_694_399, "Sun, 31 Dec 1972 23:59:59 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_000_000_000, "Sun, 09 Sep 2001 01:46:40 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (13_574_563_200, "Tue, 29 Feb 2400 00:00:00 GMT"),
            (LAST, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (LAST + 1, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (u64::MAX, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            let written = imf_fixdate(seconds);
            assert_eq!(str::from_utf8(&written), Ok(date));
        }
    }

    /// Counts the days of more than one era one by one.
    #[test]
    fn every_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 0, 1);
        for days in 0..160_000 {
            let date = imf_fixdate(days * DAY);
            let text = str::from_utf8(&date).expect("a date is ASCII");
            let index = (month + 10) % 12;
            let name = str::from_utf8(&MONTHS[3 * index..][..3]).expect("names are ASCII");
            assert_eq!(text[5..7].parse(), Ok(day), "{text}");
            assert_eq!(&text[8..11], name, "{text}");
            assert_eq!(text[12..16].parse(), Ok(year), "{text}");
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                1 => 28 + i32::from(leap),
                3 | 5 | 8 | 10 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month == 12 {
                (year, month) = (year + 1, 0);
            }
        }
    }
}

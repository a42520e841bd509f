//! Numbers that look random and are the same on every machine.

/// A source of numbers that depends on a text alone.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The source that `text` names.
    pub fn new(text: &str) -> Self {
        // FNV-1a: short, and its result is laid down, unlike that of the standard library's hasher.
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    /// The next 64 bits (SplitMix64).
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = u64::from(high.abs_diff(low)) + 1;
        // Less than `span`, which fits.
        low + (self.bits() % span) as i32
    }

    /// One of `choices`, which must not be empty.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[(self.bits() % choices.len() as u64) as usize]
    }

    /// A number from 0 to 1, without 1.
    pub fn share(&mut self) -> f64 {
        // An f64 holds 53 bits exactly.
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: i32) -> bool {
        self.between(1, n) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_depend_on_the_text_and_stay_in_their_range() {
        let draw = |text: &str| {
            let mut chance = Chance::new(text);
            (0..50).map(|_| chance.between(-3, 3)).collect::<Vec<_>>()
        };
        assert_eq!(draw("a"), draw("a"));
        assert_ne!(draw("a"), draw("b"));
        assert!(draw("a").iter().all(|n| (-3..=3).contains(n)));
        assert!(draw("a").contains(&3) && draw("a").contains(&-3));
    }
}

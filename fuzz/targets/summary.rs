#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|bytes: &[u8]| fuzz::invariants::summary(bytes));

// Mostly another document; sometimes noise in the bytes, which finds what no sender would write.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let other = if seed % 8 == 0 { None } else { fuzz::mutate::another(&data[..size], seed) };
    match other.filter(|made| made.len() <= max_size) {
        Some(made) => {
            data[..made.len()].copy_from_slice(&made);
            made.len()
        }
        None => fuzzer_mutate(data, size, max_size),
    }
});

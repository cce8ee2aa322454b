//! Any status and any bytes as an error answer. The first two bytes make the status.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Some((status, body)) = input.split_first_chunk() {
        huaweicloud_hss::fuzzing::error_body(u16::from_be_bytes(*status), body);
    }
});

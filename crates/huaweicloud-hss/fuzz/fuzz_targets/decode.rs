//! Any bytes as the body of a successful answer.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| huaweicloud_hss::fuzzing::decode(body));

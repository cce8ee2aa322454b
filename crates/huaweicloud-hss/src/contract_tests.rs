//! The generated types against the published contract.
//!
//! The contract is lowered before the generator reads it, and either step could lose something without a
//! word: a property, the width of an integer, that a value may be absent. So the types are asked what they
//! look like ([`types`]), and that is compared with the contract as it is published ([`compare`]), in terms
//! that both sides share ([`shape`]). And values that the contract allows ([`values`]) have to pass through
//! the types unharmed ([`round_trip`]).

mod compare;
mod mutations;
mod round_trip;
mod shape;
mod types;
mod values;

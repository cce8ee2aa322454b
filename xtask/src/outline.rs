//! Outlines: of the contract, and of the generated API, which is what of it a user can name, without bodies
//! and attributes.
//!
//! The latter is computed from the generated source. A change of the contract or of the generator shows in it as a
//! line, where the source itself would show hundreds.

mod contract;

use std::fmt::Write as _;

use quote::ToTokens;
use syn::{Fields, GenericParam, ImplItem, Item, Type, TypeParamBound, Visibility, WherePredicate};

pub use contract::contract;

/// The outline of a source file of the client: the structs of `types`, the request builders of `builder`
/// with their setters, and the enums at the top.
///
/// # Errors
///
/// The text is no Rust.
pub fn outline(source: &str) -> syn::Result<String> {
    let file = syn::parse_file(source)?;
    let mut out = String::new();
    items(&file.items, &mut out);
    for item in &file.items {
        if let Item::Mod(module) = item
            && (module.ident == "types" || module.ident == "builder")
            && let Some((_, inner)) = &module.content
        {
            let _ = writeln!(out, "mod {}\n", module.ident);
            items(inner, &mut out);
        }
    }
    Ok(out)
}

/// The public types among the items, each with what users reach of it.
fn items(items: &[Item], out: &mut String) {
    for item in items {
        match item {
            // The client itself is wrapped by a hand-written one.
            Item::Struct(item) if is_public(&item.vis) && item.ident != "Client" => {
                let _ = writeln!(out, "struct {}", item.ident);
                fields(&item.fields, out);
                methods(&item.ident, items, out);
                out.push('\n');
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let is_open = item
                    .attrs
                    .iter()
                    .any(|attr| attr.path().is_ident("non_exhaustive"));
                let mark = if is_open { " (open)" } else { "" };
                let _ = writeln!(out, "enum {}{mark}", item.ident);
                for variant in &item.variants {
                    let _ = writeln!(out, "    {}{}", variant.ident, payload(&variant.fields));
                }
                methods(&item.ident, items, out);
                out.push('\n');
            }
            _ => {}
        }
    }
}

fn fields(fields: &Fields, out: &mut String) {
    for field in fields.iter().filter(|field| is_public(&field.vis)) {
        let name = field
            .ident
            .as_ref()
            .map_or("0".to_owned(), ToString::to_string);
        let _ = writeln!(out, "    {name}: {}", short(&field.ty));
    }
}

fn payload(fields: &Fields) -> String {
    let types: Vec<_> = fields.iter().map(|field| short(&field.ty)).collect();
    if types.is_empty() {
        return String::new();
    }
    format!("({})", types.join(", "))
}

/// The public functions and constants of a type, in its own impl blocks.
fn methods(name: &syn::Ident, items: &[Item], out: &mut String) {
    for item in items {
        let Item::Impl(block) = item else { continue };
        let is_own = match &*block.self_ty {
            Type::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == *name),
            _ => false,
        };
        if !is_own || block.trait_.is_some() {
            continue;
        }
        for item in &block.items {
            match item {
                ImplItem::Fn(function) if is_public(&function.vis) => {
                    let _ = writeln!(out, "    {}", signature(&function.sig));
                }
                ImplItem::Const(constant) if is_public(&constant.vis) => {
                    let _ = writeln!(out, "    const {}: {}", constant.ident, short(&constant.ty));
                }
                _ => {}
            }
        }
    }
}

/// `.limit(i32)` for a setter, and the usual form for any other function.
///
/// A setter takes anything that converts; what it converts to is what tells one from another.
fn signature(signature: &syn::Signature) -> String {
    let taken = signature.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(argument) => Some(argument_type(signature, &argument.ty)),
        syn::FnArg::Receiver(_) => None,
    });
    let taken: Vec<_> = taken.collect();
    let returned = match &signature.output {
        syn::ReturnType::Default => String::new(),
        syn::ReturnType::Type(_, returned) => short(returned),
    };
    if returned == "Self" && signature.receiver().is_some() {
        return format!(".{}({})", signature.ident, taken.join(", "));
    }
    let receiver = signature.receiver().map(short);
    let arguments: Vec<_> = receiver.into_iter().chain(taken).collect();
    format!(
        "fn {}({}) -> {returned}",
        signature.ident,
        arguments.join(", ")
    )
}

/// The type of an argument; of a type parameter, what it is bound to.
fn argument_type(signature: &syn::Signature, argument: &Type) -> String {
    let is_parameter = signature.generics.params.iter().any(|parameter| {
        matches!(parameter, GenericParam::Type(parameter) if short(&parameter.ident) == short(argument))
    });
    let bounds = signature
        .generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    for predicate in bounds.filter(|_| is_parameter) {
        let WherePredicate::Type(predicate) = predicate else {
            continue;
        };
        if short(&predicate.bounded_ty) != short(argument) {
            continue;
        }
        for bound in &predicate.bounds {
            let TypeParamBound::Trait(bound) = bound else {
                continue;
            };
            let bound = short(bound);
            let target = bound
                .strip_prefix("TryInto<")
                .and_then(|rest| rest.strip_suffix('>'))
                .map(str::to_owned);
            return target.unwrap_or(bound);
        }
    }
    short(argument)
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Tokens as text, without the paths to the standard library and to the crate's own modules.
fn short(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string().replace(' ', "");
    let mut short = text
        .replace("&'staticstr", "&'static str")
        .replace("&'static[", "&'static [")
        .replace("->", " -> ")
        .replace(",>", ">")
        .replace(",)", ")")
        .replace(',', ", ");
    for path in [
        "::std::option::",
        "::std::vec::",
        "::std::string::",
        "::serde_json::",
        "std::convert::",
        "std::ops::",
        "crate::enums::",
    ] {
        short = short.replace(path, "");
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_users_reach_is_shown() {
        let source = "
            pub struct Client { pub inner: u8 }
            pub mod types {
                pub struct A { pub x: ::std::option::Option<i32>, y: i32 }
                impl A { pub fn builder() -> builder::A { todo() } fn hidden(&self) {} }
                pub mod builder { pub struct A { x: i32 } }
                #[non_exhaustive]
                pub enum E { One, Other(String) }
                impl E { pub const ALL: &'static [Self] = &[]; pub fn as_str(&self) -> &str { todo() } }
            }
            pub mod builder {
                pub struct Get<'a> { pub(crate) x: Result<i32, String> }
                impl<'a> Get<'a> {
                    pub fn x<V>(mut self, value: V) -> Self where V: std::convert::TryInto<i32> { self }
                    pub(crate) fn send(self) {}
                }
                impl Clone for Get<'_> { fn clone(&self) -> Self { todo() } }
            }";
        let outline = outline(source).expect("Rust");
        insta::assert_snapshot!(outline.trim_end(), @r"
        mod types

        struct A
            x: Option<i32>
            fn builder() -> builder::A

        enum E (open)
            One
            Other(String)
            const ALL: &'static [Self]
            fn as_str(&self) -> &str

        mod builder

        struct Get
            .x(i32)
        ");
    }
}

//! Generates the client from the contract: `hss-image.yaml` and `iam.yaml`, lowered, through progenitor.
//!
//! It also names the generated types in `type_names.rs`, which only the unit tests of the crate read: they
//! compare each type with the contract, and none may be left out because somebody forgot to list it.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use hss_spec::{
    CallLimit, CallLimitScope, Contract, Operation, Parameter, Server, Serves, lower,
    open_enum_source,
};
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use syn::visit_mut::{self, VisitMut};

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let out = env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    let out = Path::new(&out);
    let mut names = String::new();
    let mut operations = String::new();
    let mut servers = String::new();
    for (contract, module) in [(Contract::hss_image(), "hss"), (Contract::iam(), "iam")] {
        let file = client_file(contract)?;
        names += &type_names(module, &file, contract);
        operations.extend(contract.operations().iter().map(operation_constant));
        servers += &server_constant(module, contract.servers());
        fs::write(
            out.join(format!("{module}.rs")),
            prettyplease::unparse(&file),
        )?;
    }
    fs::write(out.join("type_names.rs"), names)?;
    fs::write(out.join("operations.rs"), operations)?;
    fs::write(out.join("servers.rs"), servers)?;
    let enums = Contract::hss_image().enums().iter().map(open_enum_source);
    let enums = syn::parse2(enums.collect())?;
    fs::write(out.join("enums.rs"), prettyplease::unparse(&enums))?;
    Ok(())
}

/// The client for one document.
fn client_file(contract: &Contract) -> Result<syn::File, Failure> {
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type("crate::transport::Transport".parse()?)
        .with_derive("PartialEq");
    for open in contract.enums() {
        settings.with_replacement(
            &open.name,
            format!("crate::enums::{}", open.name),
            [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
        );
    }
    let tokens = Generator::new(&settings).generate_tokens(&lower(contract)?)?;
    let mut file = syn::parse2(tokens)?;
    Finish { contract }.visit_file_mut(&mut file);
    Ok(file)
}

/// A constant with what the crate has to know of an operation, named after it.
fn operation_constant(operation: &Operation) -> String {
    let mut name = String::new();
    for letter in operation.id.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_uppercase());
    }
    // The limit for all callers together is none that one of them can keep.
    let limits = operation.call_limits.iter();
    let limits = limits.filter(|limit| limit.per != CallLimitScope::Api);
    let rate = |limit: &CallLimit| f64::from(limit.calls) / f64::from(limit.seconds);
    let limit = limits.min_by(|one, other| rate(one).total_cmp(&rate(other)));
    let limit = limit.map_or("None".to_owned(), |limit| {
        format!(
            "Some(CallLimit::new({}, Duration::from_secs({})))",
            limit.calls, limit.seconds
        )
    });
    format!(
        "pub(crate) static {name}: &Operation = &Operation {{ id: {:?}, method: {:?}, path: {:?}, call_limit: {limit} }};\n",
        operation.id, operation.method, operation.path
    )
}

/// A constant with the addresses of one service, but for those that serve all regions: who has no region needs none.
fn server_constant(module: &str, servers: &[Server]) -> String {
    let entries = servers.iter().filter_map(|server| {
        let region = match &server.serves {
            Serves::Region(region) => Some(region),
            Serves::EachRegion => None,
            Serves::AllRegions => return None,
        };
        Some(format!(
            "Server {{ url: {:?}, region: {region:?}, domain: {:?} }}, ",
            server.url, server.domain
        ))
    });
    format!(
        "static {}_SERVERS: &[Server] = &[{}];\n",
        module.to_uppercase(),
        entries.collect::<String>()
    )
}

/// The call of a macro that gets the names of all types which stand for schemas of one document.
fn type_names(module: &str, file: &syn::File, contract: &Contract) -> String {
    let structs: Vec<_> = file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
            _ => None,
        })
        .flat_map(|(_, items)| items)
        .filter_map(|item| match item {
            syn::Item::Struct(item) => Some(item.ident.to_string()),
            syn::Item::Enum(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    let enums: Vec<_> = contract
        .enums()
        .iter()
        .map(|open| open.name.as_str())
        .collect();
    format!(
        "generated_types!({module}, types [{}], open enums [{}]);\n",
        structs.join(", "),
        enums.join(", ")
    )
}

/// What the crate changes in the generated request builders:
///
/// - `send` becomes an inner detail named `send_generated`, so that the crate can write a `send` with an
///   error type of its own;
/// - they own their client in place of borrowing it, so that a listing can outlive the function that made it, and
///   its requests can go on while nobody polls it;
/// - the fields can be read within the crate, which paging needs;
/// - a setter keeps why it does not take a value;
/// - builders and setters are documented from the contract, and so are fields whose type is described in a
///   schema of its own;
/// - in the unit tests of the crate, and only there, the types can say what they look like, so that the tests
///   can compare them with the contract.
struct Finish<'a> {
    contract: &'a Contract,
}

impl Finish<'_> {
    fn operation(&self, builder: &syn::Ident) -> Option<&Operation> {
        self.contract.operation(&builder.to_string())
    }

    /// Documents the fields that have no words of their own with those of the schema that they refer to.
    fn document_fields(&self, item: &mut syn::ItemStruct) {
        let schemas = &self.contract.value()["components"]["schemas"];
        let properties = &schemas[item.ident.to_string()]["properties"];
        for field in &mut item.fields {
            let Some(name) = &field.ident else { continue };
            let property = &properties[name.to_string()];
            let described = self
                .contract
                .resolve(property)
                .ok()
                .and_then(|schema| schema["description"].as_str());
            // One paragraph: the rest is where the type is described.
            let about = described.and_then(|text| text.split("\n\n").next());
            if property.get("$ref").is_some()
                && let Some(about) = about
            {
                // What introduces the list of values says nothing without the list.
                let end = [" New values", " The known"].map(|words| about.find(words));
                let about = end
                    .into_iter()
                    .flatten()
                    .min()
                    .map_or(about, |end| &about[..end]);
                set_docs(&mut field.attrs, about);
            }
        }
    }
}

impl VisitMut for Finish<'_> {
    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        // `types` holds builders of values as well; only those of requests are meant.
        if module.ident == "builder" {
            visit_mut::visit_item_mod_mut(self, module);
        } else if module.ident == "types" {
            let items = module.content.iter_mut().flat_map(|(_, items)| items);
            for item in items {
                match item {
                    syn::Item::Struct(item) => {
                        self.document_fields(item);
                        describe_in_tests(&mut item.attrs);
                    }
                    syn::Item::Enum(item) => describe_in_tests(&mut item.attrs),
                    _ => {}
                }
            }
        }
    }

    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        let Some(operation) = self.operation(&item.ident) else {
            return;
        };
        set_docs(&mut item.attrs, &operation_docs(operation));
        item.generics = syn::Generics::default();
        for field in &mut item.fields {
            field.vis = syn::parse_quote!(pub(crate));
            if let syn::Type::Reference(client) = &field.ty {
                field.ty = (*client.elem).clone();
            }
        }
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        let syn::Type::Path(path) = &mut *item.self_ty else {
            return;
        };
        let Some(name) = path.path.segments.last_mut() else {
            return;
        };
        let Some(operation) = self.operation(&name.ident).cloned() else {
            drop_docs(item);
            own(item);
            return;
        };
        name.arguments = syn::PathArguments::None;
        item.generics = syn::Generics::default();
        for function in &mut item.items {
            let syn::ImplItem::Fn(function) = function else {
                continue;
            };
            let name = function.sig.ident.to_string();
            match name.as_str() {
                "send" => {
                    function.sig.ident =
                        syn::Ident::new("send_generated", function.sig.ident.span());
                    function.vis = syn::parse_quote!(pub(crate));
                    // After the first statement, which takes the builder apart.
                    let borrow = syn::parse_quote!(let client = &client;);
                    function.block.stmts.insert(1, borrow);
                }
                "new" => {
                    function.vis = syn::parse_quote!(pub(crate));
                    CloneClient.visit_impl_item_fn_mut(function);
                }
                "body" => set_docs(&mut function.attrs, "The body of the request."),
                "body_map" => set_docs(
                    &mut function.attrs,
                    "The body of the request, made from the one that is set so far.",
                ),
                _ => {
                    let mut all = operation.parameters.iter();
                    if let Some(parameter) = all.find(|parameter| parameter.name == name) {
                        set_docs(&mut function.attrs, &parameter_docs(parameter));
                        TellWhy(&name).visit_impl_item_fn_mut(function);
                    }
                }
            }
        }
    }
}

/// Has a setter say why it does not take a value, in place of that it does not.
struct TellWhy<'a>(&'a str);

impl VisitMut for TellWhy<'_> {
    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        if matches!(closure.inputs.first(), Some(syn::Pat::Wild(_))) {
            let message = format!("{}: {{error}}", self.0);
            *closure = syn::parse_quote!(|error| format!(#message));
        }
    }

    fn visit_where_clause_mut(&mut self, clause: &mut syn::WhereClause) {
        clause
            .predicates
            .push(syn::parse_quote!(V::Error: std::fmt::Display));
    }
}

fn operation_docs(operation: &Operation) -> String {
    format!(
        "{}.\n\nA request for the operation `{}`: `{} {}`.",
        operation.summary, operation.id, operation.method, operation.path
    )
}

fn parameter_docs(parameter: &Parameter) -> String {
    let mut docs = format!("{}\n\n", parameter.description);
    docs += if parameter.required {
        "Required."
    } else {
        "Optional."
    };
    match (parameter.minimum, parameter.maximum) {
        (Some(minimum), Some(maximum)) => {
            docs += &format!(" Documented range: {minimum} to {maximum}.");
        }
        (Some(minimum), None) => docs += &format!(" Documented minimum: {minimum}."),
        _ => {}
    }
    if let Some(longest) = parameter.max_length {
        docs += &format!(" Documented length: at most {longest} characters.");
    }
    docs
}

/// The generated client is private; its examples would be listed among the tests as not run.
fn drop_docs(item: &mut syn::ItemImpl) {
    for function in &mut item.items {
        if let syn::ImplItem::Fn(function) = function {
            function
                .attrs
                .retain(|attribute| !attribute.path().is_ident("doc"));
        }
    }
}

/// The builders that the methods of the generated client return have no lifetime.
fn own(item: &mut syn::ItemImpl) {
    for function in &mut item.items {
        if let syn::ImplItem::Fn(function) = function
            && let syn::ReturnType::Type(_, returned) = &mut function.sig.output
            && let syn::Type::Path(path) = &mut **returned
            && path
                .path
                .segments
                .first()
                .is_some_and(|first| first.ident == "builder")
        {
            for segment in &mut path.path.segments {
                segment.arguments = syn::PathArguments::None;
            }
        }
    }
}

/// Makes `new` keep a clone of the client.
struct CloneClient;

impl VisitMut for CloneClient {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime = None;
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if matches!(&field.member, syn::Member::Named(name) if name == "client") {
            field.expr = syn::parse_quote!(client.clone());
        }
    }
}

/// `schemars` is a dependency of the tests only, so users must not see the derive.
fn describe_in_tests(attributes: &mut Vec<syn::Attribute>) {
    attributes.push(syn::parse_quote!(#[cfg_attr(test, derive(::schemars::JsonSchema))]));
}

fn set_docs(attributes: &mut Vec<syn::Attribute>, text: &str) {
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    attributes.push(syn::parse_quote!(#[doc = #text]));
}

//! Reading the public surface of a module from its source.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{File, ImplItem, Item, ItemImpl, UseTree, Visibility};

/// What a module offers: its declarations and re-exports with what is implemented for them, bodies left out.
pub struct Surface {
    items: BTreeMap<String, Vec<Item>>,
}

/// The modules of the crate that its documentation shows.
pub fn modules_shown() -> Vec<String> {
    let hidden = |item: &syn::ItemMod| {
        item.attrs.iter().any(|attribute| match &attribute.meta {
            syn::Meta::List(list) => list.tokens.to_string().replace(' ', "").contains("hidden"),
            _ => false,
        })
    };
    let items = parsed(Path::new("src/lib.rs")).items;
    let shown = items.iter().filter_map(|item| match item {
        Item::Mod(module) if is_public(&module.vis) && !hidden(module) => Some(module.ident.to_string()),
        Item::Mod(_) | Item::Use(_) => None,
        other => panic!("lib.rs holds more than modules: {}", shown(other)),
    });
    shown.collect()
}

impl Surface {
    /// The surface of a module of the crate.
    pub fn of(module: &str) -> Self {
        let folder = Path::new("src").join(module);
        let mut items = BTreeMap::new();
        for item in parsed(&folder.join("mod.rs")).items {
            match item {
                Item::Use(item) if is_public(&item.vis) => {
                    for path in paths(&item.tree, &[]) {
                        let (name, place) = resolved(&folder, &path);
                        items.insert(name.clone(), declared(&place, &name));
                    }
                }
                Item::Use(_) => {}
                Item::Mod(module) if !is_public(&module.vis) => {}
                other => panic!("{}: declare it in a module of its own and re-export it", shown(&other)),
            }
        }
        Self { items }
    }

    /// What is re-exported.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.items.keys().map(String::as_str)
    }

    /// The types and traits that signatures name.
    pub fn types_named(&self) -> BTreeSet<String> {
        let mut named = Named::default();
        self.items.values().flatten().for_each(|item| named.visit_item(item));
        named.0.into_iter().filter(|name| name.len() > 1).collect()
    }
}

impl fmt::Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for items in self.items.values() {
            let file = File { shebang: None, attrs: Vec::new(), items: items.clone() };
            writeln!(f, "{}", prettyplease::unparse(&file))?;
        }
        Ok(())
    }
}

fn shown(item: &Item) -> String {
    let file = File { shebang: None, attrs: Vec::new(), items: vec![item.clone()] };
    prettyplease::unparse(&file)
}

fn parsed(path: &Path) -> File {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The paths that a `use` names.
fn paths(tree: &UseTree, front: &[String]) -> Vec<Vec<String>> {
    let with = |name: &syn::Ident| [front, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => paths(&path.tree, &with(&path.ident)),
        UseTree::Name(name) => vec![with(&name.ident)],
        UseTree::Group(group) => group.items.iter().flat_map(|tree| paths(tree, front)).collect(),
        UseTree::Rename(_) | UseTree::Glob(_) => panic!("a surface is read name by name: neither `as` nor `*`"),
    }
}

/// The name at the end of a path that stands in a module, and the file that declares it.
fn resolved(folder: &Path, path: &[String]) -> (String, PathBuf) {
    let (name, modules) = path.split_last().unwrap();
    let mut place = folder.to_owned();
    for module in modules {
        place = if module == "crate" { PathBuf::from("src") } else { place.join(module) };
    }
    if place.with_extension("rs").is_file() {
        return (name.clone(), place.with_extension("rs"));
    }
    let root = place.join("mod.rs");
    for item in parsed(&root).items {
        let Item::Use(item) = item else { continue };
        if let Some(path) = paths(&item.tree, &[]).into_iter().find(|path| path.last() == Some(name)) {
            return resolved(&place, &path);
        }
    }
    (name.clone(), root)
}

/// A declaration and the implementations beside it in its folder.
fn declared(file: &Path, name: &str) -> Vec<Item> {
    let mut declaration = None;
    let mut implementations = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(file.parent().unwrap()).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    files.sort();
    for path in files {
        for item in parsed(&path).items {
            match item {
                Item::Impl(item) if is_for(&item, name) => implementations.extend(public_part(item)),
                item if path == file && ident(&item).is_some_and(|ident| ident == name) => declaration = Some(item),
                _ => {}
            }
        }
    }
    let declaration = declaration.unwrap_or_else(|| panic!("{} does not declare {name}", file.display()));
    let mut all = vec![without_insides(declaration)];
    all.extend(implementations);
    all
}

fn ident(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Trait(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        Item::Const(item) => Some(item.ident.to_string()),
        Item::Fn(item) => Some(item.sig.ident.to_string()),
        _ => None,
    }
}

fn is_for(item: &ItemImpl, name: &str) -> bool {
    matches!(&*item.self_ty, syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// What others see of an implementation: public functions, or that of a trait as a whole.
fn public_part(mut item: ItemImpl) -> Option<Item> {
    item.attrs.clear();
    if item.trait_.is_some() {
        item.items.clear();
        return Some(Item::Impl(item));
    }
    item.items.retain(|inner| match inner {
        ImplItem::Fn(function) => is_public(&function.vis),
        ImplItem::Const(constant) => is_public(&constant.vis),
        _ => false,
    });
    for inner in &mut item.items {
        match inner {
            ImplItem::Fn(function) => {
                function.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
                function.block.stmts.clear();
                // Whether a function changes what it was given is its own affair.
                if let Some(syn::FnArg::Receiver(receiver)) = function.sig.inputs.first_mut()
                    && receiver.reference.is_none()
                {
                    receiver.mutability = None;
                }
            }
            ImplItem::Const(constant) => {
                constant.attrs.clear();
                constant.expr = syn::parse_quote!(..);
            }
            _ => {}
        }
    }
    (!item.items.is_empty()).then_some(Item::Impl(item))
}

/// A declaration without words and without private fields.
fn without_insides(mut item: Item) -> Item {
    let telling = |attributes: &mut Vec<syn::Attribute>| {
        attributes.retain(|attribute| {
            ["derive", "must_use", "non_exhaustive", "cfg"].iter().any(|name| attribute.path().is_ident(name))
        });
    };
    match &mut item {
        Item::Struct(item) => {
            telling(&mut item.attrs);
            match &mut item.fields {
                syn::Fields::Named(fields) => {
                    fields.named = fields.named.iter().filter(|field| is_public(&field.vis)).cloned().collect();
                    fields.named.iter_mut().for_each(|field| field.attrs.clear());
                }
                syn::Fields::Unnamed(fields) => {
                    fields.unnamed = fields.unnamed.iter().filter(|field| is_public(&field.vis)).cloned().collect();
                }
                syn::Fields::Unit => {}
            }
        }
        Item::Enum(item) => {
            telling(&mut item.attrs);
            for variant in &mut item.variants {
                variant.attrs.clear();
                variant.fields.iter_mut().for_each(|field| field.attrs.clear());
            }
        }
        other => panic!("a surface of structs and enums, not of {}", shown(other)),
    }
    item
}

/// The last names of all paths in types and bounds.
#[derive(Default)]
struct Named(BTreeSet<String>);

impl<'ast> Visit<'ast> for Named {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.extend(path.segments.last().map(|last| last.ident.to_string()));
        visit::visit_path(self, path);
    }

    // Attributes are not part of a signature.
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

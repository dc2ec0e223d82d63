//! Who may use whom, over `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package};
use tests::workspace;

/// Each room and the rooms it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("shared", &[]),
    ("keys", &[]),
    ("api-client", &["shared", "keys"]),
    ("engine", &["shared", "keys", "api-client"]),
    ("mobile", &["shared", "engine"]),
    ("hub", &["shared", "keys"]),
    ("tests", &["shared", "keys", "api-client", "engine", "mobile", "hub"]),
    ("xtask", &[]),
];

/// Crates from outside that only these rooms may name. `ring` is in four for four things; which of them may
/// encrypt is a rule over the sources.
const ONLY_ROOM: &[(&str, &[&str])] = &[
    ("reqwest", &["api-client"]),
    ("webpki-roots", &["api-client"]),
    ("rustls", &["api-client", "hub"]),
    ("ring", &["engine", "api-client", "hub", "keys"]),
    ("jsonwebtoken", &["keys"]),
    ("hpke", &["keys"]),
    ("keyring-core", &["engine"]),
    ("sled", &["engine"]),
    ("argon2", &["engine"]),
    ("dioxus", &["mobile"]),
    ("dioxus-core", &["mobile"]),
    ("dioxus-html", &["mobile"]),
    ("dioxus-ssr", &["mobile"]),
    ("fluent-bundle", &["mobile"]),
    ("axum", &["hub"]),
    ("tower-http", &["hub"]),
    ("sqlx", &["hub"]),
    ("fantoccini", &["tests"]),
    ("cargo_metadata", &["tests"]),
    ("anyhow", &["hub", "mobile", "tests", "xtask"]),
];

/// What `shared` may use: nothing that reaches out, and each by name. Words are searched without their accents.
/// `log` is never called: it is there to silence what is below.
const PURE: &[&str] =
    &["ammonia", "geo", "jiff", "log", "serde", "serde_json", "thiserror", "unicode-normalization", "uuid"];

fn metadata() -> Result<&'static Metadata> {
    static TREE: OnceLock<Result<Metadata, String>> = OnceLock::new();
    let tree = TREE.get_or_init(|| {
        let features = CargoOpt::SomeFeatures(vec!["mobile/desktop".into(), "mobile/mobile".into()]);
        let manifest = workspace().join("Cargo.toml");
        MetadataCommand::new().manifest_path(manifest).features(features).exec().map_err(|e| e.to_string())
    });
    tree.as_ref().map_err(|e| anyhow::anyhow!(e.clone()))
}

fn rooms() -> Result<Vec<&'static Package>> {
    Ok(metadata()?.workspace_packages())
}

/// Names of the crates in the tree that depend on `name` for building or running, by name and version of the latter.
fn parents(name: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let tree = metadata()?;
    let graph = tree.resolve.as_ref().context("a resolved tree")?;
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in tree.packages.iter().filter(|p| p.name.as_str() == name) {
        let uses = graph.nodes.iter().filter(|node| node.dependencies.contains(&package.id));
        let names = uses.map(|node| tree[&node.id].name.to_string()).collect();
        found.insert(format!("{} {}", package.name, package.version), names);
    }
    Ok(found)
}

#[test]
fn every_arrow_between_rooms_is_in_the_plan() -> Result<()> {
    let names: BTreeSet<&str> = rooms()?.iter().map(|room| room.name.as_str()).collect();
    assert_eq!(
        names,
        ARROWS.iter().map(|(room, _)| *room).collect(),
        "a room without a plan, or a plan without a room"
    );
    for room in rooms()? {
        let allowed = ARROWS.iter().find(|(name, _)| *name == room.name.as_str()).map_or(&[][..], |(_, to)| *to);
        let used = room.dependencies.iter().map(|d| d.name.as_str()).filter(|name| names.contains(name));
        // A room may name itself, to test with a feature of its own.
        let used = used.filter(|name| *name != room.name.as_str());
        for other in used {
            assert!(allowed.contains(&other), "{} must not use {other}", room.name);
        }
    }
    Ok(())
}

#[test]
fn every_crate_with_a_room_stays_in_it() -> Result<()> {
    for room in rooms()? {
        for used in &room.dependencies {
            let limit = ONLY_ROOM.iter().find(|(name, _)| *name == used.name);
            let Some((_, allowed)) = limit else { continue };
            assert!(allowed.contains(&room.name.as_str()), "{} must not use {}", room.name, used.name);
        }
    }
    Ok(())
}

#[test]
fn the_domain_uses_nothing_that_reaches_out() -> Result<()> {
    let shared = rooms()?.into_iter().find(|room| room.name.as_str() == "shared").context("shared")?;
    for used in shared.dependencies.iter().filter(|d| d.kind != DependencyKind::Development) {
        assert!(
            PURE.contains(&used.name.as_str()),
            "shared must not use {} before this test says why it may",
            used.name
        );
    }
    Ok(())
}

#[test]
fn one_tls_stack_on_one_crypto_provider() -> Result<()> {
    let rustls = parents("rustls")?;
    assert_eq!(rustls.len(), 1, "one rustls: {rustls:?}");
    assert_eq!(parents("ring")?.len(), 1, "one ring");
    for banned in ["aws-lc-rs", "aws-lc-sys", "hyper-tls", "mbedtls", "boring"] {
        assert_eq!(parents(banned)?, BTreeMap::new(), "{banned} is in the tree");
    }
    let only = |name: &str, allowed: &[&str]| -> Result<()> {
        for (what, by) in parents(name)? {
            assert!(by.iter().all(|parent| allowed.contains(&parent.as_str())), "{what} is used by {by:?}");
        }
        Ok(())
    };
    only("native-tls", &["tungstenite"])?;
    only("openssl", &["native-tls"])?;
    only("openssl-sys", &["native-tls", "openssl"])
}

//! Inventories that outlive their sandbox.

use hss_sandbox::{Error, Sandbox};
use serde_json::json;
use tempfile::TempDir;

use crate::client::Caller;

#[tokio::test]
async fn a_database_keeps_the_inventory_and_its_changes() {
    let dir = TempDir::new().expect("a directory");
    let db = dir.path().join("images.db");
    let first = Caller::start(Sandbox::builder().images(60).db(&db)).await;
    assert!(!first.sandbox.resumed());
    first
        .synchronize(&json!({"image_type": "private_image"}))
        .await;
    let kept = first.everything().await;
    assert!(kept.len() > 60);
    let token = first.token.clone();
    first.sandbox.shutdown().await;

    let mut second = Caller::start(Sandbox::builder().images(5).seed(9).db(&db)).await;
    assert!(second.sandbox.resumed());
    assert_eq!(second.everything().await, kept);
    second.token = token;
    let old_token = second.list("image_type=private_image").await;
    assert!(
        old_token.error().starts_with("401 APIGW.0301 "),
        "{old_token:?}"
    );
}

#[tokio::test]
async fn what_follows_does_not_depend_on_a_restart() {
    let dir = TempDir::new().expect("a directory");
    let sync = json!({"image_type": "private_image"});
    let digests = async |db: &str, restart: bool| {
        let clock = hss_sandbox::Clock::fixed(std::time::SystemTime::UNIX_EPOCH);
        let builder = Sandbox::builder()
            .images(60)
            .clock(clock)
            .db(dir.path().join(db));
        let mut caller = Caller::start(builder.clone()).await;
        caller.synchronize(&sync).await;
        if restart {
            caller.sandbox.shutdown().await;
            caller = Caller::start(builder.seed(77)).await;
        }
        caller.synchronize(&sync).await;
        caller.everything().await
    };
    assert_eq!(
        digests("one.db", false).await,
        digests("two.db", true).await
    );
}

#[tokio::test]
async fn a_database_is_in_wal_mode() {
    let dir = TempDir::new().expect("a directory");
    let db = dir.path().join("images.db");
    Caller::start(Sandbox::builder().db(&db))
        .await
        .sandbox
        .shutdown()
        .await;
    let mode: String = rusqlite::Connection::open(&db)
        .and_then(|connection| connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)))
        .expect("a database");
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn an_empty_file_is_filled() {
    let dir = TempDir::new().expect("a directory");
    let db = dir.path().join("images.db");
    std::fs::write(&db, "").expect("a file");
    let caller = Caller::start(Sandbox::builder().images(5).db(&db)).await;
    assert_eq!(
        (caller.sandbox.images(), caller.sandbox.resumed()),
        (5, false)
    );
    caller.sandbox.shutdown().await;

    // So is one that holds no record.
    let empty = dir.path().join("empty.db");
    Caller::start(Sandbox::builder().images(0).db(&empty))
        .await
        .sandbox
        .shutdown()
        .await;
    let caller = Caller::start(Sandbox::builder().images(5).db(&empty)).await;
    assert_eq!(
        (caller.sandbox.images(), caller.sandbox.resumed()),
        (5, false)
    );
}

#[tokio::test]
async fn a_file_of_another_program_is_left_alone() {
    let dir = TempDir::new().expect("a directory");
    let message = async |name: &str| {
        let path = dir.path().join(name);
        let before = std::fs::read(&path).ok();
        let error = Sandbox::builder().db(&path).start().await.expect_err(name);
        assert_eq!(std::fs::read(&path).ok(), before, "{name}");
        assert!(
            matches!(
                error,
                Error::ForeignDatabase { .. } | Error::Database { .. }
            ),
            "{error:?}"
        );
        error
            .to_string()
            .replace(&format!("{}", dir.path().display()), "DIR")
    };
    std::fs::write(
        dir.path().join("notes.txt"),
        "no database at all, but quite a long text",
    )
    .expect("a file");
    insta::assert_snapshot!(message("notes.txt").await, @"DIR/notes.txt is not a database of this sandbox: it is not an SQLite database; choose another path for a new one");

    let other = rusqlite::Connection::open(dir.path().join("other.db")).expect("a database");
    other
        .execute_batch("CREATE TABLE image (id)")
        .expect("a table");
    drop(other);
    insta::assert_snapshot!(message("other.db").await, @"DIR/other.db is not a database of this sandbox: it belongs to another program; choose another path for a new one");

    let newer = dir.path().join("newer.db");
    Caller::start(Sandbox::builder().db(&newer))
        .await
        .sandbox
        .shutdown()
        .await;
    let connection = rusqlite::Connection::open(&newer).expect("a database");
    connection
        .execute_batch("PRAGMA user_version = 99")
        .expect("a number");
    drop(connection);
    insta::assert_snapshot!(message("newer.db").await, @"DIR/newer.db is not a database of this sandbox: another version of the sandbox wrote it; choose another path for a new one");
    insta::assert_snapshot!(message("no/such/directory.db").await, @"cannot use the database DIR/no/such/directory.db: unable to open database file: DIR/no/such/directory.db; check the path, its permissions and the free space");
}

//! What a unit of work promises, on the embedded database. The API stories run on both.

use super::Sql;
use crate::{Db, Store, StoreError};
use tempfile::TempDir;

/// A store with an empty table `notes`, and the folder that it is in.
async fn store() -> (Store, TempDir) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("test.db");
    let store = Store::open(&format!("sqlite:{}", file.display()))
        .await
        .unwrap();
    let create = |db: &mut Db| db.batch("CREATE TABLE notes (text TEXT PRIMARY KEY)");
    store.write(create).await.unwrap();
    (store, folder)
}

fn note(db: &mut Db, text: &str) -> Result<(), StoreError> {
    Sql::new("INSERT INTO notes (text) VALUES ($1)")
        .arg(text)
        .run(db)
        .map(drop)
}

async fn notes(store: &Store) -> Vec<String> {
    let read = |db: &mut Db| Sql::new("SELECT text FROM notes ORDER BY text").values(db);
    let read: Result<_, StoreError> = store.read(read).await;
    read.unwrap()
}

#[tokio::test]
async fn a_failed_unit_of_work_leaves_nothing_and_takes_nobody_along() {
    let (store, _folder) = store().await;
    // Held up, so that all that follows is written as one group.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let first = store.write(move |db| {
        wait.recv().map_err(|_| StoreError::Closed)?;
        note(db, "first")
    });
    let failing = store.write(|db| {
        note(db, "half")?;
        Err::<(), _>(StoreError::Cursor)
    });
    let refused = store.write(|db| {
        note(db, "twice")?;
        note(db, "twice")
    });
    let last = store.write(|db| note(db, "last"));
    let started = async { go.send(()).unwrap() };
    let (first, failing, refused, last, ()) = tokio::join!(first, failing, refused, last, started);
    assert_eq!(
        (first, failing, last),
        (Ok(()), Err(StoreError::Cursor), Ok(()))
    );
    assert!(
        matches!(refused, Err(StoreError::Refused(_))),
        "{refused:?}"
    );
    assert_eq!(notes(&store).await, ["first", "last"]);
}

#[tokio::test]
async fn a_panic_is_the_fault_of_one() {
    let (store, _folder) = store().await;
    let panicking = store.write(|db| -> Result<(), StoreError> {
        note(db, "half")?;
        panic!("as a test");
    });
    assert_eq!(panicking.await, Err(StoreError::Panicked));
    store.write(|db| note(db, "whole")).await.unwrap();
    assert_eq!(notes(&store).await, ["whole"]);
}

#[tokio::test]
async fn nobody_writes_while_reading() {
    let (store, _folder) = store().await;
    let sneaked = store.read(|db| note(db, "sneaked")).await;
    assert!(
        matches!(sneaked, Err(StoreError::Refused(_))),
        "{sneaked:?}"
    );
}

#[tokio::test]
async fn a_closed_store_says_so_after_it_has_finished() {
    let (store, _folder) = store().await;
    let written = store.write(|db| note(db, "kept"));
    let (written, ()) = tokio::join!(written, store.close());
    written.unwrap();
    assert_eq!(store.ping().await, Err(StoreError::Closed));
}

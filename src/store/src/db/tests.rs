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

#[tokio::test]
async fn a_full_disk_is_nobodys_success() {
    let (store, _folder) = store().await;
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let first = store.write(move |db| {
        wait.recv().map_err(|_| StoreError::Closed)?;
        note(db, "first")
    });
    // As much as fits, and then more.
    let too_much = store.write(|db| {
        let pages: i64 = Sql::new("PRAGMA page_count").value(db)?.unwrap_or_default();
        let limit = pages + 2;
        db.batch(&format!("PRAGMA max_page_count = {limit}"))?;
        note(db, &"x".repeat(100_000))
    });
    let last = store.write(|db| note(db, "last"));
    let started = async { go.send(()).unwrap() };
    let (first, too_much, last, ()) = tokio::join!(first, too_much, last, started);
    for ended in [&first, &too_much, &last] {
        assert!(
            matches!(ended, Err(StoreError::Unreachable(_))),
            "{ended:?}"
        );
    }
    assert_eq!(notes(&store).await, [] as [String; 0]);
    store.write(|db| note(db, "small")).await.unwrap();
    assert_eq!(notes(&store).await, ["small"]);
}

#[tokio::test]
async fn a_search_without_end_is_ended() {
    let (store, _folder) = store().await;
    let endless = |db: &mut Db| {
        db.search(&Sql::new(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
             SELECT i FROM n WHERE i < 0",
        ))
    };
    // Twice, and what else the unit of work searches fails as well.
    let search = move |db: &mut Db| {
        let first = endless(db).unwrap_err();
        let second = db.search(&Sql::new("SELECT 1")).unwrap_err();
        Ok::<_, StoreError>((first, second))
    };
    let slow = (StoreError::TooSlow, StoreError::TooSlow);
    assert_eq!(store.read(search).await.unwrap(), slow);
    let quick = |db: &mut Db| db.search(&Sql::new("SELECT text FROM notes"));
    assert_eq!(store.read(quick).await.unwrap().len(), 0);
}

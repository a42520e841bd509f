//! Pictures of reviews that come from a file: looked for in a folder that the operator names, since the server fetches
//! nothing from addresses that a file has.

use super::report::{Refusal, Report};
use crate::reviews::pictures::{develop, pixels};
use crate::sink::Sink;
use bookplate_import::{Picture, ReviewRecord};
use bookplate_store::reviews::{FiledPhoto, KnownPhotos};
use bookplate_store::{Db, StoreError};
use bookplate_wire::reviews::photos::{BYTES_MAX, PhotoSize};
use bookplate_wire::{Code, PhotoId, ShopId};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a review of the file has for pictures.
pub(super) struct Named {
    line: u64,
    review: String,
    pictures: Vec<Picture>,
}

impl Named {
    /// Nothing for a review without pictures.
    pub(super) fn of(record: &ReviewRecord) -> Option<Self> {
        (!record.pictures.is_empty()).then(|| Self {
            line: record.line,
            review: record.source_id.clone(),
            pictures: record.pictures.clone(),
        })
    }

    /// How many they are.
    pub(super) fn count(&self) -> u64 {
        self.pictures.len() as u64
    }
}

/// Adds what is found in `folder` to reviews that were just written. One that cannot be had is told, and stops nothing.
///
/// # Errors
/// When the database does not answer; what was written before stays.
pub(super) async fn put(
    sink: &Sink,
    shop: &ShopId,
    folder: &Arc<PathBuf>,
    named: Vec<Named>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let reviews: Vec<String> = named.iter().map(|one| one.review.clone()).collect();
    let known = {
        let shop = shop.clone();
        let read = move |db: &mut Db| db.known_photos(&shop, &reviews);
        sink.store.read(read).await?
    };
    for one in named {
        let known = match known.get(&one.review) {
            Some(known) if known.takes => known.clone(),
            // Only a rehearsal has not written it.
            None if sink.rehearses => KnownPhotos::default(),
            _ => continue,
        };
        let (folder, line, review) = (folder.clone(), one.line, one.review.clone());
        let found = tokio::task::spawn_blocking(move || find(&folder, &one, &known)).await;
        let Ok((photos, missing)) = found else {
            report.leave_out(Refusal::picture(line, "", Code::PhotoUnreadable));
            continue;
        };
        for (address, code) in missing {
            report.leave_out(Refusal::picture(line, &address, code));
        }
        if photos.is_empty() {
            continue;
        }
        let added = if sink.rehearses {
            photos.len()
        } else {
            let (shop, photos) = (shop.clone(), Arc::new(photos));
            let write = move |db: &mut Db| db.put_filed_photos(&shop, &review, &photos);
            sink.write(write).await?
        };
        report.pictures += added as u64;
    }
    Ok(())
}

/// The photos that a review does not have yet, and what could not be had with the reason.
fn find(
    folder: &Path,
    named: &Named,
    known: &KnownPhotos,
) -> (Vec<FiledPhoto>, Vec<(String, Code)>) {
    let mut room = known.room();
    let (mut photos, mut missing) = (Vec::<FiledPhoto>::new(), Vec::new());
    for Picture { address, alt } in &named.pictures {
        // An export of ours, read where it came from.
        let own = own_photo(address);
        if own.as_ref().is_some_and(|id| known.ids.contains(id)) {
            continue;
        }
        let photo = read(folder, address, own.as_ref()).and_then(|file| {
            let source = data_encoding::HEXLOWER.encode(&Sha256::digest(&file));
            let twice = photos.iter().any(|photo| photo.source == source);
            if twice || known.sources.contains(&source) {
                return Ok(None);
            }
            if room == 0 {
                return Err(Code::PhotoLimit);
            }
            pixels(&file)?;
            let photo = develop(&file)?;
            let alt = alt.clone();
            Ok(Some(FiledPhoto { source, photo, alt }))
        });
        match photo {
            Ok(Some(photo)) => {
                photos.push(photo);
                room -= 1;
            }
            Ok(None) => {}
            Err(code) => missing.push((address.clone(), code)),
        }
    }
    (photos, missing)
}

/// The file that an address names by its last part, as it stands there or without its escapes. The addresses of our own
/// photos all end with the same word: theirs is named by the photo's id.
fn read(folder: &Path, address: &str, own: Option<&PhotoId>) -> Result<Vec<u8>, Code> {
    let name = last_part(address);
    let names = match own {
        Some(id) => vec![format!("{id}.jpg"), id.to_string()],
        None => vec![
            name.to_owned(),
            percent_decode_str(name).decode_utf8_lossy().into_owned(),
        ],
    };
    for name in names.iter().filter(|name| is_name(name)) {
        let path = folder.join(name);
        // A link could lead out of the folder.
        match path.symlink_metadata() {
            Ok(about) if about.len() > BYTES_MAX as u64 => return Err(Code::PhotoTooLarge),
            Ok(about) if about.is_file() => {
                return std::fs::read(path).map_err(|_| Code::PhotoUnreadable);
            }
            _ => {}
        }
    }
    Err(Code::PhotoNotFound)
}

/// Whether a file of the folder itself can be called so.
fn is_name(name: &str) -> bool {
    !name.is_empty() && ![".", ".."].contains(&name) && !name.contains(['/', '\\', '\0'])
}

fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

fn last_part(address: &str) -> &str {
    let path = path_of(address).trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default()
}

/// The photo of ours, or of another server like it, that an address leads to.
fn own_photo(address: &str) -> Option<PhotoId> {
    let mut parts = path_of(address).rsplit('/');
    let is_photo = parts.next() == Some(PhotoSize::Photo.as_str());
    parts.next().filter(|_| is_photo)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_file_of_the_folder_and_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("pictures");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("a cat.jpg"), b"cat").unwrap();
        let id = "pho_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b";
        std::fs::write(folder.join(format!("{id}.jpg")), b"own").unwrap();
        std::fs::write(dir.path().join("secret"), b"secret").unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret"), folder.join("link.jpg")).unwrap();
        let found = |address: &str| read(&folder, address, own_photo(address).as_ref());
        assert_eq!(
            found("https://cdn.example/x/a%20cat.jpg?v=2").unwrap(),
            b"cat"
        );
        assert_eq!(found("a%20cat.jpg").unwrap(), b"cat");
        let own = format!("https://reviews.example/photos/{id}/photo");
        assert_eq!(found(&own).unwrap(), b"own");
        for address in [
            "../secret",
            "x/..%2Fsecret",
            "%2e%2e%2fsecret",
            "..",
            "",
            "https://cdn.example/",
            "link.jpg",
        ] {
            assert_eq!(
                found(address).unwrap_err(),
                Code::PhotoNotFound,
                "{address}"
            );
        }
    }
}

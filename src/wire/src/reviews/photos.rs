//! Photos on reviews: what is taken, and where it is found.

use crate::PhotoId;
use crate::problem::{Code, Problem};
use crate::text::single_line;
use serde::{Deserialize, Serialize};

/// How many photos a review has at most.
pub const PHOTOS_MAX: usize = 5;
/// How large the file of a photo is at most when it is sent, in bytes.
pub const BYTES_MAX: usize = 8 * 1024 * 1024;
/// How many pixels it has at most.
pub const PIXELS_MAX: u64 = 40_000_000;
/// How many photos of a customer wait at most for a review that they belong to.
pub const WAITING_MAX: u32 = 20;
/// The longest description of a photo, in characters.
pub const ALT_MAX: usize = 200;
/// What kinds of pictures are taken, as media types.
pub const KINDS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// How large a picture of a photo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoSize {
    /// The photo itself.
    Photo,
    /// A small square of it.
    Thumbnail,
}

impl PhotoSize {
    /// The word in the address and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Thumbnail => "thumbnail",
        }
    }

    /// The size that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Photo, Self::Thumbnail]
            .into_iter()
            .find(|size| size.as_str() == word)
    }

    /// The path of a photo below the server's address: the one that works for readers as long as they see the review, or
    /// with its `secret` the one that works for its author and the staff.
    pub fn path(self, photo: &PhotoId, secret: Option<&str>) -> String {
        let mut path = String::from("/photos/");
        path.push_str(photo.as_str());
        path.push('/');
        if let Some(secret) = secret {
            path.push_str(secret);
            path.push('/');
        }
        path.push_str(self.as_str());
        path
    }
}

/// A photo as it can be shown. Its pictures are JPEG files without anything that the camera has written into them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Photo {
    /// What names it.
    pub id: PhotoId,
    /// Where it is: a path below the server's address.
    pub url: String,
    /// Where a small square of it is: a path below the server's address.
    pub thumbnail: String,
    /// Its width in pixels, at most 2048.
    pub width: u32,
    /// Its height in pixels, at most 2048.
    pub height: u32,
    /// What is on it, in its author's words, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
}

/// A photo as readers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShownPhoto {
    /// Where it is: a path below the server's address.
    pub url: String,
    /// Where a small square of it is: a path below the server's address.
    pub thumbnail: String,
    /// Its width in pixels, at most 2048. (The widget does not need it, and is smaller by what would read it.)
    #[serde(skip_deserializing)]
    pub width: u32,
    /// Its height in pixels, at most 2048.
    #[serde(skip_deserializing)]
    pub height: u32,
    /// What is on it, in its author's words, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
}

impl From<Photo> for ShownPhoto {
    fn from(photo: Photo) -> Self {
        Self {
            url: photo.url,
            thumbnail: photo.thumbnail,
            width: photo.width,
            height: photo.height,
            alt: photo.alt,
        }
    }
}

impl Photo {
    /// The same as a review would be sent with it.
    pub fn chosen(&self) -> ChosenPhoto {
        ChosenPhoto {
            id: self.id.clone(),
            alt: self.alt.clone(),
        }
    }
}

/// A photo that an author puts into a review, sent before by `POST /v1/customer/photos`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChosenPhoto {
    /// Which one.
    pub id: PhotoId,
    /// What is on it, for who cannot see it; empty or absent where nobody told. At most 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub alt: String,
}

/// The photos of a review in the form in which they are kept.
///
/// # Errors
/// When there are too many, one stands there twice, or a description is too long.
pub(super) fn checked(photos: Vec<ChosenPhoto>) -> Result<Vec<ChosenPhoto>, Problem> {
    let refuse = |rule: &str| Err(Problem::new(Code::FieldInvalid, rule).at("photos"));
    if photos.len() > PHOTOS_MAX {
        return refuse("a review has at most 5 photos");
    }
    let mut kept: Vec<ChosenPhoto> = Vec::with_capacity(photos.len());
    for photo in photos {
        let alt = single_line(&photo.alt);
        if alt.chars().count() > ALT_MAX {
            return refuse("the description of a photo has at most 200 characters");
        }
        if kept.iter().any(|other| other.id == photo.id) {
            return refuse("a review has each photo once");
        }
        kept.push(ChosenPhoto { id: photo.id, alt });
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(number: usize, alt: &str) -> ChosenPhoto {
        ChosenPhoto {
            id: PhotoId::from_digits(format!("{number:032x}")).unwrap(),
            alt: alt.to_owned(),
        }
    }

    #[test]
    fn a_review_has_few_photos_and_each_once() {
        let five: Vec<_> = (0..5)
            .map(|number| photo(number, " a\u{202e}  b\n"))
            .collect();
        assert_eq!(checked(five.clone()).unwrap()[4], photo(4, "a b"));
        let six: Vec<_> = (0..6).map(|number| photo(number, "")).collect();
        let twice = vec![photo(1, ""), photo(1, "")];
        let long = vec![photo(1, &"书".repeat(201))];
        for wrong in [six, twice, long] {
            assert_eq!(checked(wrong).unwrap_err().field.as_deref(), Some("photos"));
        }
    }

    #[test]
    fn addresses_name_the_photo_and_its_size() {
        let id = photo(1, "").id;
        assert_eq!(
            PhotoSize::Thumbnail.path(&id, None),
            format!("/photos/{id}/thumbnail")
        );
        assert_eq!(
            PhotoSize::Photo.path(&id, Some("ab")),
            format!("/photos/{id}/ab/photo")
        );
    }
}

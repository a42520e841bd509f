//! What a PNG file says before its picture, looked at before any decoder does.
//!
//! A colour profile is packed in a chunk of its own, and decoders unpack all of it, however long it becomes: a file of
//! 1.5 MB can have a profile of 1.5 GB for a picture of ten pixels. Profiles in JPEG and WebP files are not packed, and so
//! no longer than the file.

use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::Read;

/// The longest profile as it is packed, in bytes. Those of cameras and of colour printing have at most some ten thousand,
/// but for tables of printing presses, which no photo needs.
const PACKED_MAX: usize = 64 * 1024;
/// The longest profile that is used, in bytes.
pub(super) const PROFILE_MAX: u64 = 1024 * 1024;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The file without colour profiles that are too long: the picture is shown as if it had none, as with a profile that
/// cannot be used. Other files are given back as they are.
pub(super) fn without_long_profiles(file: &[u8]) -> Cow<'_, [u8]> {
    let Some(chunks) = file.strip_prefix(SIGNATURE) else {
        return Cow::Borrowed(file);
    };
    let mut kept: Option<Vec<u8>> = None;
    let mut at = SIGNATURE.len();
    for chunk in (Chunks { rest: chunks }) {
        let end = at + chunk.len();
        if is_long_profile(chunk) {
            kept.get_or_insert_with(|| file[..at].to_vec());
        } else if let Some(kept) = &mut kept {
            kept.extend_from_slice(chunk);
        }
        at = end;
    }
    let Some(mut kept) = kept else {
        return Cow::Borrowed(file);
    };
    // What is no chunk is left to the decoder, which refuses the file.
    kept.extend_from_slice(&file[at..]);
    Cow::Owned(kept)
}

/// The chunks of a PNG file, each with its length, its name and its checksum.
struct Chunks<'f> {
    rest: &'f [u8],
}

impl<'f> Iterator for Chunks<'f> {
    type Item = &'f [u8];

    fn next(&mut self) -> Option<&'f [u8]> {
        let length = u32::from_be_bytes(*self.rest.first_chunk()?);
        let all = usize::try_from(length).ok()?.checked_add(12)?;
        let (chunk, rest) = self.rest.split_at_checked(all)?;
        self.rest = rest;
        Some(chunk)
    }
}

/// Whether a chunk is a colour profile that would become too long.
fn is_long_profile(chunk: &[u8]) -> bool {
    if chunk.get(4..8) != Some(b"iCCP") {
        return false;
    }
    // Its own name, a zero, how it is packed, and then what is packed.
    let content = &chunk[8..chunk.len() - 4];
    let named = content.iter().position(|byte| *byte == 0);
    let packed = named.and_then(|end| content.get(end + 2..));
    let Some(packed) = packed else {
        return true;
    };
    if packed.len() > PACKED_MAX {
        return true;
    }
    let mut profile = ZlibDecoder::new(packed).take(PROFILE_MAX + 1);
    let length = std::io::copy(&mut profile, &mut std::io::sink());
    // One that cannot be unpacked cannot be used either.
    length.map_or(true, |length| length > PROFILE_MAX)
}

#[cfg(test)]
mod tests {
    use super::super::pictures::{develop, pixels};
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use image::{DynamicImage, ImageFormat, RgbImage};
    use std::io::{Cursor, Write};

    /// A picture of ten by ten pixels with a profile of so many zeros.
    fn with_profile(length: u64, level: Compression) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let picture = DynamicImage::ImageRgb8(RgbImage::new(10, 10));
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        let mut packed = ZlibEncoder::new(b"p\0\0".to_vec(), level);
        std::io::copy(&mut std::io::repeat(0).take(length), &mut packed).unwrap();
        packed.flush().unwrap();
        let content = packed.finish().unwrap();
        let mut named = b"iCCP".to_vec();
        named.extend(content);
        let mut sum = flate2::Crc::new();
        sum.update(&named);
        let mut chunk = u32::try_from(named.len() - 4)
            .unwrap()
            .to_be_bytes()
            .to_vec();
        chunk.extend(named);
        chunk.extend(sum.sum().to_be_bytes());
        let mut file = file.into_inner();
        // Behind the head, which has 13 bytes.
        file.splice(33..33, chunk);
        file
    }

    #[test]
    fn a_profile_that_would_fill_the_memory_is_never_unpacked() {
        let plain = with_profile(0, Compression::best());
        for (length, level) in [
            (PROFILE_MAX + 1, Compression::best()),
            (64 << 20, Compression::best()),
            (PACKED_MAX as u64 + 1, Compression::none()),
        ] {
            let bomb = with_profile(length, level);
            let kept = without_long_profiles(&bomb);
            assert!(kept.len() < plain.len(), "{length}");
            assert!(!kept.windows(4).any(|four| four == b"iCCP"));
            // The picture is taken without it.
            assert_eq!(pixels(&bomb), Ok(100));
            assert_eq!(develop(&bomb).unwrap().width, 10);
        }
    }

    #[test]
    fn whatever_else_a_file_has_stays() {
        let with_profile = with_profile(3_000, Compression::best());
        for file in [&with_profile[..], &with_profile[..40], b"\xff\xd8\xff", b""] {
            assert!(matches!(without_long_profiles(file), Cow::Borrowed(same) if same == file));
        }
    }
}

//! Pictures as cameras, phones and people who mean harm make them.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// A picture with a red left half and a blue right one.
pub fn picture(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| {
        Rgb(if x < width / 2 {
            [220, 20, 20]
        } else {
            [20, 20, 220]
        })
    })
    .into()
}

/// A picture as a file of a format.
pub fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG file as a phone writes it that was held upright: to be turned by a quarter clockwise, with the place.
pub fn from_a_phone(width: u32, height: u32) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    // Orientation: 6.
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    // The maker, as a text further on.
    exif.extend(b"\x01\x0f\0\x02\0\0\0\x0c\0\0\0\x26\0\0\0\0");
    exif.extend(b"GPS 31.2304N");
    with_segment(
        &file(&picture(width, height), ImageFormat::Jpeg),
        0xe1,
        &exif,
    )
}

/// A JPEG file that is a page with a script as well: in a comment, and behind the picture.
pub fn with_a_script(width: u32, height: u32) -> Vec<u8> {
    let script = b"<!doctype html><script>alert(1)</script>";
    let jpeg = file(&picture(width, height), ImageFormat::Jpeg);
    let mut file = with_segment(&jpeg, 0xfe, script);
    file.extend(script);
    file
}

/// The file with one more segment at its beginning.
fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    let mut file = jpeg[..2].to_vec();
    file.extend([0xff, marker]);
    file.extend(length.to_be_bytes());
    file.extend(content);
    file.extend(&jpeg[2..]);
    file
}

/// The beginning of a PNG file that says how large its picture is, of which there is nothing. `depth` is how many bits a
/// colour has.
pub fn head_of_png(width: u32, height: u32, depth: u8) -> Vec<u8> {
    let mut file = file(&DynamicImage::new_rgba8(1, 1), ImageFormat::Png);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    file[24] = depth;
    let sum = crc(&file[12..29]);
    file[29..33].copy_from_slice(&sum.to_be_bytes());
    file
}

/// The check sum of a part of a PNG file (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

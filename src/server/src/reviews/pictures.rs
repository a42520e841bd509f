//! Files that customers send as photos, made into pictures that can be shown to anybody.
//!
//! Nothing of the file itself is kept: it is decoded and written anew. What else was in it, where it was taken or a
//! script that follows the picture, is gone with it.

use super::chunks::{PROFILE_MAX, without_long_profiles};
use bookplate_store::reviews::NewPhoto;
use bookplate_wire::Code;
use bookplate_wire::reviews::photos::{BYTES_MAX, PIXELS_MAX};
use fast_image_resize::{ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use std::io::Cursor;

/// The longest side of what is shown, in pixels.
const SIDE: u32 = 2_048;
/// Both sides of the small square, in pixels: enough for the finest screens.
const SQUARE: u32 = 256;
/// The quality of both, of 100: higher ones make larger files that look the same.
const QUALITY: u8 = 82;
/// How much memory a decoded picture may take, in bytes: 40 megapixels with transparency. One with 16 bits a colour
/// and as many pixels is refused; no file of a camera's has that in 8 MB.
const DECODED_MAX: u64 = 160_000_000;

/// How many pixels a file says that it has. Only its head is read.
///
/// # Errors
/// [`Code::PhotoTooLarge`], and [`Code::PhotoUnreadable`] for what is no JPEG, PNG or WebP, whatever it is called.
pub(crate) fn pixels(file: &[u8]) -> Result<u64, Code> {
    if file.len() > BYTES_MAX {
        return Err(Code::PhotoTooLarge);
    }
    let file = without_long_profiles(file);
    let (width, height) = reader(&file)?.into_dimensions().map_err(unreadable)?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PIXELS_MAX {
        return Err(Code::PhotoTooLarge);
    }
    Ok(pixels)
}

/// The photo as it is kept. Of something that moves this is the first picture.
///
/// # Errors
/// As [`pixels`], by which the file was let in.
pub(crate) fn develop(file: &[u8]) -> Result<NewPhoto, Code> {
    let file = without_long_profiles(file);
    let mut decoder = reader(&file)?.into_decoder().map_err(unreadable)?;
    if decoder.total_bytes() > DECODED_MAX {
        return Err(Code::PhotoTooLarge);
    }
    // Both are read before the picture is, which uses the decoder up. What is wrong with them is no reason to refuse.
    let orientation = decoder.orientation();
    let profile = decoder.icc_profile().ok().flatten();
    let profile = profile.filter(|profile| profile.len() as u64 <= PROFILE_MAX);
    let decoded = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    let mut picture = fit(decoded)?;
    if let Ok(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let mut picture = on_white(&picture);
    if let Some(profile) = profile {
        to_srgb(&mut picture, &profile);
    }
    let (width, height) = picture.dimensions();
    let photo = written(&picture)?;
    let square = SQUARE.min(width).min(height);
    let mut thumbnail = DynamicImage::new_rgb8(square, square);
    let centre = ResizeOptions::new().fit_into_destination(None);
    scale(&DynamicImage::ImageRgb8(picture), &mut thumbnail, &centre)?;
    Ok(NewPhoto {
        width,
        height,
        photo,
        thumbnail: written(&thumbnail.into_rgb8())?,
    })
}

/// Reads a file of a kind that is known by how it begins.
fn reader(file: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, Code> {
    let format = image::guess_format(file).map_err(unreadable)?;
    let taken = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
    if !taken.contains(&format) {
        return Err(Code::PhotoUnreadable);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(DECODED_MAX + BYTES_MAX as u64);
    reader.limits(limits);
    Ok(reader)
}

/// The picture, made smaller where it is too large. Its memory is free again afterwards.
fn fit(picture: DynamicImage) -> Result<DynamicImage, Code> {
    let (width, height) = (picture.width(), picture.height());
    let longest = width.max(height);
    if longest <= SIDE {
        return Ok(picture);
    }
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(SIDE) / u64::from(longest);
        u32::try_from(side).unwrap_or(SIDE).max(1)
    };
    let mut smaller = DynamicImage::new(scaled(width), scaled(height), picture.color());
    scale(&picture, &mut smaller, &ResizeOptions::new())?;
    Ok(smaller)
}

fn scale(from: &DynamicImage, to: &mut DynamicImage, options: &ResizeOptions) -> Result<(), Code> {
    let scaled = Resizer::new().resize(from, to, options);
    scaled.map_err(|error| {
        tracing::warn!(%error, "a photo cannot be scaled");
        Code::PhotoUnreadable
    })
}

/// What is transparent becomes white, as JPEG has no transparency.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let picture = picture.to_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let over = |colour: u32| ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        to.0 = [over(red), over(green), over(blue)];
    }
    flat
}

/// Colours by a profile become those that every browser takes for granted. A profile that cannot be used is ignored, as
/// browsers do.
fn to_srgb(picture: &mut RgbImage, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let transform = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options);
    let mut converted = vec![0; picture.as_raw().len()];
    if let Ok(transform) = transform
        && transform
            .transform(picture.as_raw(), &mut converted)
            .is_ok()
        && let Some(converted) = RgbImage::from_raw(picture.width(), picture.height(), converted)
    {
        *picture = converted;
    }
}

/// As a JPEG file that has the picture and nothing else.
fn written(picture: &RgbImage) -> Result<Vec<u8>, Code> {
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
    picture.write_with_encoder(encoder).map_err(unreadable)?;
    Ok(file)
}

fn unreadable(error: image::ImageError) -> Code {
    match error {
        image::ImageError::Limits(_) => Code::PhotoTooLarge,
        _ => Code::PhotoUnreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageEncoder, Rgb};

    fn encoded(picture: &RgbImage, profile: Option<Vec<u8>>) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut file, 100);
        if let Some(profile) = profile {
            encoder.set_icc_profile(profile).unwrap();
        }
        picture.write_with_encoder(encoder).unwrap();
        file
    }

    fn colour(file: &[u8]) -> [u8; 3] {
        let new = develop(file).unwrap();
        let shown = image::load_from_memory(&new.photo).unwrap().into_rgb8();
        shown[(8, 8)].0
    }

    #[test]
    fn colours_of_a_phone_look_the_same_everywhere() {
        let red = RgbImage::from_pixel(16, 16, Rgb([200, 60, 60]));
        let wide = ColorProfile::new_display_p3().encode().unwrap();
        let [plain, converted] = [None, Some(wide)].map(|profile| colour(&encoded(&red, profile)));
        assert!(plain[0].abs_diff(200) < 4, "{plain:?}");
        assert!(converted[0] > plain[0] + 5, "{converted:?} is as {plain:?}");
        // Nonsense in place of a profile is ignored.
        let nonsense = colour(&encoded(&red, Some(vec![7; 300])));
        assert!(nonsense[0].abs_diff(200) < 4, "{nonsense:?}");
    }

    #[test]
    fn a_picture_that_is_all_length_stays_a_picture() {
        let long = RgbImage::from_pixel(9_000, 1, Rgb([0, 0, 0]));
        let new = develop(&encoded(&long, None)).unwrap();
        assert_eq!((new.width, new.height), (SIDE, 1));
        let thumbnail = image::load_from_memory(&new.thumbnail).unwrap();
        assert_eq!((thumbnail.width(), thumbnail.height()), (1, 1));
    }
}

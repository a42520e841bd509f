//! QR codes as pictures in pages.

use crate::reply::Failure;
use bookplate_wire::Code;
use qrcode::QrCode;
use qrcode::render::svg;

/// The size of a picture, in CSS pixels.
const SIZE: u32 = 200;

/// A text as a QR code: an SVG element.
///
/// # Errors
/// When the text is longer than a QR code can be.
pub(crate) fn picture(text: &str) -> Result<String, Failure> {
    let code = QrCode::new(text).map_err(|_| Code::Internal)?;
    let picture = code
        .render::<svg::Color<'_>>()
        .min_dimensions(SIZE, SIZE)
        .build();
    // It stands in a page, not in a file of its own.
    let begin = picture.find("<svg").unwrap_or_default();
    Ok(picture[begin..].to_owned())
}

//! The words of the widgets in every language, compiled from `public/locales`.
//!
//! Each feature has a type that is nothing but a language, with a function for each text. Words
//! without placeholders are `&'static str`; the others are built by one small function, because each
//! `format!` would add its own code to the wasm.

use bookplate_wire::Lang;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The pattern with `{0}`, `{1}` and so on replaced. The build has checked that the numbers fit.
fn fill(pattern: &str, arguments: &[&str]) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut parts = pattern.split('{');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (position, words) = part.split_at(1);
        let position = usize::from(position.as_bytes()[0].wrapping_sub(b'0'));
        out.push_str(arguments.get(position).copied().unwrap_or_default());
        out.push_str(&words[1..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_has_a_singular() {
        let texts = Common(Lang::En);
        assert_eq!(texts.reviews(0), "0 reviews");
        assert_eq!(texts.reviews(1), "1 review");
        assert_eq!(texts.reviews(1000), "1,000 reviews");
    }

    #[test]
    fn chinese_and_japanese_have_one_form() {
        assert_eq!(Common(Lang::ZhCn).reviews(1), "1条评论");
        assert_eq!(Common(Lang::ZhTw).reviews(2), "2則評論");
        assert_eq!(Common(Lang::Ja).reviews(1), "レビュー1件");
    }

    #[test]
    fn each_language_has_its_own_order_of_words() {
        assert_eq!(
            Reviews(Lang::En).helpful(12, 15),
            "12 of 15 found this helpful"
        );
        assert_eq!(
            Reviews(Lang::ZhCn).helpful(12, 15),
            "15人中有12人觉得有帮助"
        );
    }

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        assert_eq!(Reviews(Lang::En).quoted("{0} {words"), "“{0} {words”");
    }
}

//! Codes of languages as catalogues write them, to BCP 47.

use std::collections::HashMap;
use std::sync::LazyLock;

/// ISO 639-2 to ISO 639-1. Where a language has two codes of three letters, both are here.
const TWO_LETTERS: &str = "aar:aa abk:ab afr:af aka:ak alb:sq sqi:sq amh:am ara:ar arg:an arm:hy hye:hy \
    asm:as ava:av ave:ae aym:ay aze:az bak:ba bam:bm baq:eu eus:eu bel:be ben:bn bih:bh bis:bi bos:bs bre:br \
    bul:bg bur:my mya:my cat:ca cha:ch che:ce chi:zh zho:zh cmn:zh chu:cu chv:cv cor:kw cos:co cre:cr cze:cs \
    ces:cs dan:da div:dv dut:nl nld:nl dzo:dz eng:en epo:eo est:et ewe:ee fao:fo fij:fj fin:fi fre:fr fra:fr \
    fry:fy ful:ff geo:ka kat:ka ger:de deu:de gla:gd gle:ga glg:gl glv:gv gre:el ell:el grn:gn guj:gu hat:ht \
    hau:ha heb:he her:hz hin:hi hmo:ho hrv:hr scr:hr hun:hu ibo:ig ice:is isl:is ido:io iii:ii iku:iu ile:ie \
    ina:ia ind:id ipk:ik ita:it jav:jv jpn:ja kal:kl kan:kn kas:ks kau:kr kaz:kk khm:km kik:ki kin:rw kir:ky \
    kom:kv kon:kg kor:ko kua:kj kur:ku lao:lo lat:la lav:lv lim:li lin:ln lit:lt ltz:lb lub:lu lug:lg mac:mk \
    mkd:mk mah:mh mal:ml mao:mi mri:mi mar:mr may:ms msa:ms mlg:mg mlt:mt mon:mn nau:na nav:nv nbl:nr nde:nd \
    ndo:ng nep:ne nno:nn nob:nb nor:no nya:ny oci:oc oji:oj ori:or orm:om oss:os pan:pa per:fa fas:fa pli:pi \
    pol:pl por:pt pus:ps que:qu roh:rm rum:ro ron:ro run:rn rus:ru sag:sg san:sa sin:si slo:sk slk:sk slv:sl \
    sme:se smo:sm sna:sn snd:sd som:so sot:st spa:es srd:sc srp:sr scc:sr ssw:ss sun:su swa:sw swe:sv tah:ty \
    tam:ta tat:tt tel:te tgk:tg tgl:tl tha:th tib:bo bod:bo tir:ti ton:to tsn:tn tso:ts tuk:tk tur:tr twi:tw \
    uig:ug ukr:uk urd:ur uzb:uz ven:ve vie:vi vol:vo wel:cy cym:cy wln:wa wol:wo xho:xh yid:yi yor:yo zha:za \
    zul:zu";

/// Languages of books that have a code of three letters only, which BCP 47 takes over.
const THREE_LETTERS: &str = "ain akk ang arc arn ast ban cop chr ckb cnr csb dsb dum egy enm fil frm fro \
    gez gmh goh got grc gsw hak haw hmn hsb ilo kab kok lad lzh mai mni moh nah nan nap nds non new ota pap \
    phn pro rom ryu sah sco scn sga smn son srn sux syr tet tpi tyv vai wuu yue zap";

/// Codes that were withdrawn, with what replaced them.
const WITHDRAWN: [(&str, &str); 4] = [("iw", "he"), ("in", "id"), ("ji", "yi"), ("sh", "sr")];

/// The BCP 47 tag for a code of ISO 639 or a tag in any case (`eng`, `chi`, `zh_tw`, `en-US`).
///
/// Empty for what is unknown and for "undetermined" and "multiple" (`und`, `mul`): a wrong language is
/// worse than none, for a reader's filter as for a screen reader's pronunciation.
pub(crate) fn tag(code: &str) -> String {
    let lower = code.trim().to_ascii_lowercase();
    let mut parts = lower.split(['-', '_']);
    let Some(mut tag) = parts.next().and_then(primary).map(str::to_owned) else {
        return String::new();
    };
    for part in parts {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        match part.len() {
            4 if letters => {
                tag.push('-');
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..]);
            }
            2 if letters => {
                tag.push('-');
                tag.push_str(&part.to_ascii_uppercase());
            }
            3 if part.bytes().all(|byte| byte.is_ascii_digit()) => {
                tag.push('-');
                tag.push_str(part);
            }
            // Variants, extensions and private use say nothing that a reader of reviews needs.
            _ => break,
        }
    }
    tag
}

/// Whether `code` says something, but nothing that [`tag`] understands.
pub(crate) fn is_unknown(code: &str) -> bool {
    // Undetermined, several, none: these are answers.
    let says_nothing = ["", "und", "mul", "zxx", "mis"];
    let code = code.trim().to_ascii_lowercase();
    !says_nothing.contains(&code.as_str()) && tag(&code).is_empty()
}

/// The primary subtag for a lower-case code of two or three letters.
fn primary(code: &str) -> Option<&'static str> {
    static CODES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let pairs = TWO_LETTERS
            .split_ascii_whitespace()
            .filter_map(|pair| pair.split_once(':'));
        let themselves = pairs.clone().map(|(_, two)| (two, two));
        let three = THREE_LETTERS
            .split_ascii_whitespace()
            .map(|three| (three, three));
        pairs
            .chain(themselves)
            .chain(three)
            .chain(WITHDRAWN)
            .collect()
    });
    CODES.get(code).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_tags() {
        for (code, expected) in [
            ("eng", "en"),
            ("chi", "zh"),
            ("zho", "zh"),
            ("JPN", "ja"),
            ("en-us", "en-US"),
            ("zh_tw", "zh-TW"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("chi-Hans", "zh-Hans"),
            ("es-419", "es-419"),
            ("de-DE-1996", "de-DE"),
            ("grc", "grc"),
            ("iw", "he"),
        ] {
            assert_eq!(tag(code), expected, "{code}");
        }
    }

    #[test]
    fn what_is_unknown_stays_empty() {
        for code in ["", "mul", "und", "english", "qq", "xyz", "-", "中文"] {
            assert_eq!(tag(code), "", "{code}");
        }
    }

    #[test]
    fn the_tables_are_well_formed() {
        for pair in TWO_LETTERS.split_ascii_whitespace() {
            let (three, two) = pair.split_once(':').unwrap();
            assert_eq!((three.len(), two.len()), (3, 2), "{pair}");
        }
        assert!(
            THREE_LETTERS
                .split_ascii_whitespace()
                .all(|code| code.len() == 3)
        );
    }
}

//! Why a review is refused, to be changed, or reported, in words.

use crate::texts::Reasons;
use bookplate_wire::Lang;
use bookplate_wire::reviews::writing::Reason;

/// A sentence for `reason`.
pub fn words(lang: Lang, reason: Reason) -> &'static str {
    let texts = Reasons(lang);
    match reason {
        Reason::OffTopic => texts.off_topic(),
        Reason::Service => texts.service(),
        Reason::Abuse => texts.abuse(),
        Reason::Advertising => texts.advertising(),
        Reason::PersonalData => texts.personal_data(),
        Reason::Spoiler => texts.spoiler(),
        Reason::Copied => texts.copied(),
        Reason::Illegal => texts.illegal(),
        Reason::Other => texts.other(),
    }
}

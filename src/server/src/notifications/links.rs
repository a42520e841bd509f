//! Links in letters, as they are at the moment of sending.

use crate::accounts::tokens::random_text;
use crate::app::App;
use crate::secrets::hash;
use bookplate_store::notifications::{Delivery, Message};
use bookplate_store::{Db, StoreError};

/// A message that can be sent.
pub(super) struct Ready {
    /// The message, with a link that works.
    pub(super) message: Message,
    /// BCP 47 tag of the language to write it in; empty for the shop's.
    pub(super) language: String,
}

/// Makes what a message still needs; `None` where there is nobody to send it to.
///
/// A link to choose another password is made anew for every attempt: it works for as long as the letter says, however
/// late that leaves. And nobody who asks for one learns by the time that it takes whether there is an account.
pub(super) async fn complete(
    app: &App,
    delivery: &Delivery,
    message: Message,
) -> Result<Option<Ready>, StoreError> {
    let Message::ResetPassword { link } = message else {
        return Ok(Some(Ready {
            message,
            language: delivery.language.clone(),
        }));
    };
    let token = random_text();
    let (shop, email, hash) = (
        delivery.shop.clone(),
        delivery.target.clone(),
        hash(&token),
    );
    let begin = move |db: &mut Db| {
        let Some(login) = db.login(&shop, &email)? else {
            return Ok(None);
        };
        db.add_password_reset(&shop, &hash, &login.customer)?;
        db.customer(&login.customer)
    };
    let customer = app.store.write(begin).await?;
    Ok(customer.map(|customer| Ready {
        // It is made of characters that can stand in an address.
        message: Message::ResetPassword {
            link: format!("{link}?token={token}"),
        },
        language: customer.language,
    }))
}

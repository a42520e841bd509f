//! How what is in the outbox leaves: nobody waits for somebody else's receiver, and nothing is sent that is of no
//! use any more.

use crate::notifications::Shop;
use bookplate_tests::actors::Setup;
use bookplate_tests::mail::MailServer;
use bookplate_tests::stories;

stories!(what_the_mail_server_has_against_us_loses_no_message,);

async fn what_the_mail_server_has_against_us_loses_no_message(setup: Setup) {
    let mail = MailServer::guarded().await;
    mail.turn_away();
    let shop = Shop::with_mail(setup, mail).await;
    shop.customer("lin").await;
    shop.refund("lin", "1001", 0).await;
    shop.attempts("email", "failed", 1).await;
    let log = shop.world.server().logged("refused: 535").await;
    log.unwrap();
    shop.mail.mail("lin@mail.example", 1).await;
    assert_eq!(shop.run(&["outbox", "dead"]).await, "");
}

//! What the pages of the console show.

use crate::case_page::{CannedForm, CannedPage, CasesPage, ClocksPage, FiguresPage, StaffCasePage};
use crate::faq_page::{ArticleForm, ArticlesPage};
use crate::page::Passkeys;
pub use crate::points_page::{
    BonusRow, CustomerPointsPage, LiabilityPage, PointsPage, RateRow, ReferralRow, ReviewRow,
    RulesForm, SimulationPage, SurveyRow, TierRow, TiersForm,
};
pub use crate::rewards_page::{RewardForm, RewardPage, RewardsPage};
use crate::survey_page::{NpsPage, SurveyForm, SurveyResultsPage, SurveysPage};
use bookplate_widgets::texts;
use bookplate_wire::audit::{AuditPage, Doers};
use bookplate_wire::catalogue::Edition;
use bookplate_wire::deliveries::{DeliveryPage, DeliveryState};
use bookplate_wire::orders::{Money, RefundState};
use bookplate_wire::reviews::decisions::DecisionLog;
use bookplate_wire::reviews::moderation::{
    EarlierVersions, ModeratedReview, ModerationPage, Queue, ReviewList,
};
use bookplate_wire::reviews::notes::Vocabulary;
use bookplate_wire::reviews::picks::{Pick, PickContent, PickStatus};
use bookplate_wire::settings::{Branch, Key, NewBranch, ShopSettings};
use bookplate_wire::staff::{Enrolment, Invitation, MyShop, Role, StaffMember};
use bookplate_wire::webhooks::{NewWebhook, Webhook};
use bookplate_wire::wishlists::demand::{Demand, DemandList, Period};
use bookplate_wire::{Lang, PickId, ReviewId, query};
use serde::{Deserialize, Serialize};

/// A page of the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsolePage {
    /// How to get in.
    SignIn(StaffSignInPage),
    /// How to join, by a link.
    Enter(Box<EnterPage>),
    /// The link works no more.
    LinkInvalid,
    /// New recovery codes, shown only now.
    Codes(Vec<String>),
    /// The shops of who is signed in.
    Shops(Vec<MyShop>),
    /// The own account.
    Account(AccountPage),
    /// A shop's reviews.
    Reviews(Box<ReviewsPage>),
    /// What was decided about reviews.
    Decisions(DecisionLog),
    /// What the author of a review has written before.
    Versions(Box<VersionsPage>),
    /// A shop's staff picks.
    Picks(Box<PicksPage>),
    /// One of them, to be written or changed.
    Pick(Box<PickForm>),
    /// A shop's settings.
    Settings(Box<SettingsPage>),
    /// Its branches.
    Branches(BranchesPage),
    /// Its keys.
    Keys(KeysPage),
    /// Its webhooks.
    Webhooks(WebhooksPage),
    /// What leaves the server.
    Deliveries(DeliveriesPage),
    /// Its feedback cases.
    Cases(Box<CasesPage>),
    /// One of them.
    Case(Box<StaffCasePage>),
    /// Its answers to frequent questions.
    Articles(ArticlesPage),
    /// One of them, to be written or changed.
    Article(Box<ArticleForm>),
    /// Its surveys.
    Surveys(SurveysPage),
    /// One of them, to be written or changed.
    Survey(Box<SurveyForm>),
    /// What has come of one.
    SurveyResults(Box<SurveyResultsPage>),
    /// How likely its customers are to recommend it.
    Nps(Box<NpsPage>),
    /// Texts that the staff uses again and again.
    Canned(CannedPage),
    /// Where one of them is written.
    CannedForm(Box<CannedForm>),
    /// When somebody deals with cases, and how soon.
    Clocks(Box<ClocksPage>),
    /// How soon cases are answered and resolved, and how satisfied their shoppers are.
    Figures(Box<FiguresPage>),
    /// Refunds that do not count.
    Refunds(RefundsPage),
    /// What its customers wish for.
    Demand(Box<DemandPage>),
    /// Its points: rules, and what waits.
    Points(Box<PointsPage>),
    /// What a draft of their rules would have changed.
    Simulation(Box<SimulationPage>),
    /// What is owed to those who hold them.
    Liability(Box<LiabilityPage>),
    /// What points are given for.
    Rewards(RewardsPage),
    /// A reward, to be written.
    Reward(Box<RewardPage>),
    /// A customer's points.
    CustomerPoints(Box<CustomerPointsPage>),
    /// Its people.
    Staff(StaffPage),
    /// What was changed.
    Audit(AuditLog),
}

/// How to get in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaffSignInPage {
    /// What was typed as the email address.
    pub email: String,
    /// Where to go on, empty for the first page.
    pub back: String,
    /// Whether a passkey will do in place of a code.
    pub passkeys: bool,
    /// Why it did not work.
    pub fault: Option<SignInFault>,
}

/// Why signing in did not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInFault {
    /// What was typed does not fit together.
    Refused,
    /// There were too many failures: wait so many seconds.
    Wait(u32),
}

/// The own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// The email address, which cannot be changed.
    pub email: String,
    /// How many recovery codes have not been used.
    pub codes_left: u32,
    /// The passkeys, where there can be any.
    pub passkeys: Option<Passkeys>,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}

/// How to join, by a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterPage {
    /// The link's secret part.
    pub token: String,
    /// What it is for.
    pub enrolment: Enrolment,
    /// Whether its person is signed in, and has only to accept.
    pub signed_in: bool,
    /// The name that was typed.
    pub name: String,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}

/// A shop's reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewsPage {
    /// The reviews.
    pub page: ModerationPage,
    /// Which of them are listed.
    pub list: ReviewList,
    /// What was typed to find those of one book: no ISBN, if it is not empty and `list` has none.
    pub isbn: String,
    /// Behind what the list begins: `next` of the page before.
    pub after: Option<String>,
    /// The shop's public key, in the addresses of its hosted pages.
    pub key: String,
    /// Whether all are chosen to be decided about together.
    pub all_chosen: bool,
    /// Whether the reader may decide.
    pub may_decide: bool,
    /// Whether the reader may answer.
    pub may_answer: bool,
    /// Whether the reader may take all reviews along as a file.
    pub may_export: bool,
    /// The words of what authors say of the book besides.
    pub vocabulary: Vocabulary,
    /// What was sent and could not be done.
    pub undone: Option<Undone>,
}

/// The earlier versions of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionsPage {
    /// The review.
    pub review: ReviewId,
    /// The book's title.
    pub book: String,
    /// The name under which it is shown, or empty.
    pub author: String,
    /// BCP 47 tag of the language it is written in, or empty.
    pub language: String,
    /// A page of the versions.
    pub page: EarlierVersions,
}

/// What somebody has decided or written, and why nothing of it was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// Why.
    pub fault: ReviewFault,
    /// The reviews that it is about.
    pub reviews: Vec<ReviewId>,
    /// Whether they were decided about together.
    pub together: bool,
    /// The reason that was chosen, or empty.
    pub reason: String,
    /// The note, or the answer, that was written.
    pub text: String,
    /// The review as it stands now, where that is the matter.
    pub now: Option<ModeratedReview>,
}

/// Why nothing was done about a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewFault {
    /// None was chosen.
    Nothing,
    /// There is no reason.
    Reason,
    /// The note is missing or too long.
    Note,
    /// The answer is too long.
    Answer,
    /// There is another version, or a colleague has decided.
    Changed,
    /// The review is gone, or readers do not see it any more.
    Gone,
}

/// A shop's staff picks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PicksPage {
    /// The picks, the newest first.
    pub picks: Vec<PickLine>,
    /// For `after`, where there are more.
    pub next: Option<String>,
    /// Behind what the list begins.
    pub after: Option<String>,
    /// What was searched for; empty for nothing.
    pub words: String,
    /// The status of those that are listed; all without one.
    pub status: Option<PickStatus>,
    /// The books that were found.
    pub books: Vec<Edition>,
    /// Whether the reader may write and change them.
    pub may_change: bool,
}

/// A pick in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickLine {
    /// The pick.
    pub pick: Pick,
    /// When it was changed last, in the shop's time zone: `YYYY-MM-DD hh:mm`.
    pub changed: String,
}

/// A pick to be written or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickForm {
    /// What names it, if it is there already.
    pub id: Option<PickId>,
    /// The book's title.
    pub book: String,
    /// What it says, as it is or as it was typed.
    pub content: PickContent,
    /// The shop's branches.
    pub branches: Vec<Branch>,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}

/// A shop's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPage {
    /// The settings, as they are or as they were typed.
    pub settings: ShopSettings,
    /// The origins as they were typed, one a line.
    pub origins: String,
    /// Whether the reader may change them.
    pub may_change: bool,
    /// Whether the reader may change the origins too.
    pub may_change_origins: bool,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}

/// A shop's branches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchesPage {
    /// The branches.
    pub branches: Vec<Branch>,
    /// What was typed of a new one.
    pub new: NewBranch,
    /// What was typed of one that is there already, and could not be taken.
    pub draft: Option<Branch>,
    /// Whether the reader may change them.
    pub may_change: bool,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}

/// A shop's keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysPage {
    /// The keys.
    pub keys: Vec<KeyLine>,
    /// What is secret of the key that was made just now.
    pub secret: Option<String>,
    /// Whether the reader may change them.
    pub may_change: bool,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}

/// A key with its days in the shop's time zone, `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLine {
    /// The key.
    pub key: Key,
    /// Since when there is such a key.
    pub since: String,
    /// When it stops being taken.
    pub ends: Option<String>,
    /// Whether that is over.
    pub retired: bool,
}

/// A shop's webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhooksPage {
    /// The webhooks.
    pub webhooks: Vec<WebhookLine>,
    /// The secret that was made just now, with the address that it is for.
    pub secret: Option<(String, String)>,
    /// What was typed of a new one.
    pub new: NewWebhook,
    /// Whether the reader may change them.
    pub may_change: bool,
    /// Whether the reader may send test events.
    pub may_ping: bool,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}

/// A webhook with its times in the shop's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookLine {
    /// The webhook.
    pub webhook: Webhook,
    /// Since when there is such a webhook, `YYYY-MM-DD`.
    pub since: String,
    /// Until when calls are signed with the secret of before as well, `YYYY-MM-DD hh:mm`.
    pub old_secret_until: Option<String>,
}

/// What leaves the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveriesPage {
    /// The deliveries.
    pub page: DeliveryPage,
    /// The state of those that are listed.
    pub state: DeliveryState,
    /// Whether the reader may send one again.
    pub may_retry: bool,
    /// Whether the reader may send all again.
    pub may_retry_all: bool,
    /// Whether the reader may discard one.
    pub may_discard: bool,
}

/// Refunds that do not count, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundsPage {
    /// The refunds.
    pub refunds: Vec<RefundLine>,
    /// For `after`, where there are more.
    pub next: Option<String>,
}

/// A refund that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLine {
    /// The shop's own number.
    pub number: String,
    /// The number of its order.
    pub order: String,
    /// Why it does not count.
    pub state: RefundState,
    /// What was paid back in all.
    pub amount: Money,
    /// Since when it is known, in the shop's time zone: `YYYY-MM-DD hh:mm`.
    pub since: String,
}

/// What a shop's customers wish for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandPage {
    /// The books and the weeks.
    pub demand: Demand,
    /// Which books are listed.
    pub list: DemandList,
    /// Since when they were wished for.
    pub period: Period,
}

/// A shop's people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffPage {
    /// Who belongs to it.
    pub members: Vec<StaffMember>,
    /// Who was asked to.
    pub invitations: Vec<Invitation>,
    /// The link that was made just now.
    pub link: Option<MadeLink>,
    /// Whether the reader may change them.
    pub may_change: bool,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}

/// A link that is shown only now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeLink {
    /// The link.
    pub link: String,
    /// For whom.
    pub email: String,
    /// Whether one was sent to that address as well.
    pub mailed: bool,
}

impl ConsolePage {
    /// What the page is called.
    pub fn title(&self, lang: Lang) -> &'static str {
        let texts = texts::Console(lang);
        match self {
            Self::SignIn(_) => texts.sign_in(),
            Self::Enter(_) => texts.enter(),
            Self::LinkInvalid => texts.link_invalid(),
            Self::Codes(_) => texts.codes(),
            Self::Shops(_) => texts.shops(),
            Self::Account(_) => texts.account(),
            Self::Reviews(_) => texts::Moderation(lang).heading(),
            Self::Decisions(_) => texts::Moderation(lang).log(),
            Self::Versions(_) => texts::Moderation(lang).versions(),
            Self::Picks(_) => texts::Picks(lang).console(),
            Self::Pick(page) if page.id.is_none() => texts::Picks(lang).new_pick(),
            Self::Pick(_) => texts::Picks(lang).edit_heading(),
            Self::Settings(_) => texts.settings(),
            Self::Branches(_) => texts.branches(),
            Self::Keys(_) => texts.keys(),
            Self::Webhooks(_) => texts::Webhooks(lang).heading(),
            Self::Deliveries(_) => texts::Deliveries(lang).heading(),
            Self::Cases(_) | Self::Case(_) => texts::Cases(lang).heading(),
            Self::Articles(_) | Self::Article(_) => texts::Faq(lang).heading(),
            Self::Surveys(_) | Self::Survey(_) | Self::SurveyResults(_) => {
                texts::Surveys(lang).heading()
            }
            Self::Nps(_) => texts::Nps(lang).heading(),
            Self::Canned(_) | Self::CannedForm(_) => texts::Cases(lang).canned(),
            Self::Clocks(_) => texts::Cases(lang).clocks(),
            Self::Figures(_) => texts::Figures(lang).heading(),
            Self::Refunds(_) => texts::Refunds(lang).heading(),
            Self::Demand(_) => texts::Demand(lang).heading(),
            Self::Points(_) | Self::CustomerPoints(_) => texts::Points(lang).heading(),
            Self::Simulation(_) => texts::Simulation(lang).heading(),
            Self::Liability(_) => texts::Liability(lang).heading(),
            Self::Rewards(_) | Self::Reward(_) => texts::Rewards(lang).heading(),
            Self::Staff(_) => texts.staff(),
            Self::Audit(_) => texts.audit(),
        }
    }
}

/// What was changed by some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLog {
    /// By whom.
    pub by: Doers,
    /// The entries.
    pub page: AuditPage,
}

/// The word for a role.
pub fn role_name(lang: Lang, role: Role) -> &'static str {
    let texts = texts::Console(lang);
    match role {
        Role::Viewer => texts.viewer(),
        Role::Agent => texts.agent(),
        Role::Manager => texts.manager(),
        Role::Owner => texts.owner(),
    }
}

/// The path of the page about the own account.
pub const ACCOUNT: &str = "/console/account";

/// The path of a page of a shop's console, such as `settings`.
pub fn console_path(shop: &str, page: &str) -> String {
    format!("/console/shops/{shop}/{page}")
}

/// The path of a list of reviews, from behind `after`.
pub fn reviews_path(
    shop: &str,
    ReviewList { queue, hold, isbn }: ReviewList,
    after: Option<&str>,
) -> String {
    let mut path = console_path(shop, "reviews");
    let mut asked = String::new();
    if queue != Queue::default() {
        query::push(&mut asked, "queue", queue.as_str());
    }
    if let Some(hold) = hold {
        query::push(&mut asked, "hold", hold.as_str());
    }
    if let Some(isbn) = isbn {
        query::push(&mut asked, "isbn", isbn.as_str());
    }
    if let Some(after) = after {
        query::push(&mut asked, "after", after);
    }
    if !asked.is_empty() {
        path.push('?');
        path.push_str(&asked);
    }
    path
}

/// The path of what the author of a review has written before a version, or before the latest.
pub fn versions_path(shop: &str, review: &ReviewId, before: Option<u32>) -> String {
    let mut path = console_path(shop, "reviews/");
    path.push_str(review.as_str());
    path.push_str("/versions");
    if let Some(before) = before {
        path.push_str("?before=");
        path.push_str(&before.to_string());
    }
    path
}

/// The path of one of the lists of what customers wish for, on the page called `page`.
pub fn demand_path(shop: &str, page: &str, list: DemandList, period: Period) -> String {
    let mut path = console_path(shop, page);
    let mut asked = String::new();
    if list != DemandList::default() {
        query::push(&mut asked, "list", list.as_str());
    }
    if period != Period::default() {
        query::push(&mut asked, "period", period.as_str());
    }
    if !asked.is_empty() {
        path.push('?');
        path.push_str(&asked);
    }
    path
}

/// The path of the list of picks of books like `words`, of those with one status, from behind `after`.
pub fn picks_path(
    shop: &str,
    words: &str,
    status: Option<PickStatus>,
    after: Option<&str>,
) -> String {
    let mut path = console_path(shop, "picks");
    let mut asked = String::new();
    if !words.is_empty() {
        query::push(&mut asked, "q", words);
    }
    if let Some(status) = status {
        query::push(&mut asked, "status", status.as_str());
    }
    if let Some(after) = after {
        query::push(&mut asked, "after", after);
    }
    if !asked.is_empty() {
        path.push('?');
        path.push_str(&asked);
    }
    path
}

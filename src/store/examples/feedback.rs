//! A shop's feedback without its server, for `cargo xtask bench`: fills an inbox with messages, searches it, or counts its figures.

use bookplate_store::feedback::{CaseAsked, CaseHolder, CaseSender, FiguresAsked, Keys};
use bookplate_store::{Db, Store, StoreError};
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::figures::CaseTally;
use bookplate_wire::feedback::inbox::{CaseFilter, CaseView};
use bookplate_wire::feedback::writing::{NewCase, NewMessage};
use bookplate_wire::{ShopId, StaffId};
use std::error::Error;
use std::time::{Duration, Instant};

/// How many messages a case has.
const MESSAGES: u32 = 10;
/// How many cases are written at a time.
const BATCH: u32 = 100;
/// How many different words each language has, from common to rare: the how manieth is taken is skewed as in any text.
const WORDS: u32 = 20_000;
/// How often each search is asked.
const SEARCHES: u32 = 50;
/// What is searched for: a word of nearly every message, a common and a rare one, two together, signs of Chinese, the beginning of
/// a word, and nothing that is there.
const ASKED: [&str; 7] = [
    "word0",
    "word20",
    "word15000",
    "word3 word17",
    "书页",
    "word1234",
    "nowhere",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(what), Some(database), Some(key)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: feedback search|figures|MESSAGES DATABASE PUBLIC_KEY".into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let store = Store::open(&database).await?;
        let shop = store
            .read(move |db: &mut Db| db.shop_by_key(&key))
            .await?
            .ok_or("no such shop")?
            .id;
        match what.as_str() {
            "search" => search(&store, shop).await?,
            "figures" => figures(&store, shop).await?,
            messages => fill(&store, shop, messages.parse()?).await?,
        }
        store.close().await;
        Ok(())
    })
}

/// Numbers that look random, and are the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // Marsaglia, "Xorshift RNGs" (2003), the triple 13, 7, 17.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A word: the square of an even share makes the first ones common.
    fn word(&mut self) -> u32 {
        let share = self.next() as u32 as f64 / f64::from(u32::MAX);
        (share.powi(4) * f64::from(WORDS - 1)) as u32
    }

    /// Twenty words, and ten signs of Chinese now and then.
    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..20 {
            text.push_str(&format!("word{} ", self.word()));
        }
        if self.next().is_multiple_of(4) {
            let sign = |random: &mut Self| char::from_u32(0x4E00 + random.word());
            text.extend((0..10).filter_map(|_| sign(self)));
            if self.next().is_multiple_of(50) {
                text.push_str("书页");
            }
        }
        text
    }
}

async fn fill(store: &Store, shop: ShopId, messages: u32) -> Result<(), Box<dyn Error>> {
    let mut random = Random(88_172_645_463_325_252);
    for begin in (0..messages / MESSAGES).step_by(BATCH as usize) {
        let texts: Vec<String> = (0..BATCH * MESSAGES).map(|_| random.text()).collect();
        let shop = shop.clone();
        let write = move |db: &mut Db| {
            for (at, texts) in (begin..).zip(texts.chunks(MESSAGES as usize)) {
                open(db, &shop, at, texts)?;
            }
            Ok::<_, StoreError>(())
        };
        store.write(write).await?;
    }
    Ok(())
}

/// A guest's case with these messages.
fn open(db: &mut Db, shop: &ShopId, number: u32, texts: &[String]) -> Result<(), StoreError> {
    let code = format!("code-{number}");
    let keys = |message: usize| {
        let name = format!("{number}-{message}");
        Keys {
            draft: name.clone(),
            sent: name,
        }
    };
    for (at, text) in texts.iter().enumerate() {
        let refused = if at == 0 {
            let new = NewCase {
                draft: String::new(),
                kind: CaseKind::Question,
                body: text.clone(),
                language: String::new(),
                isbn: None,
                order: String::new(),
                page: String::new(),
                goes_back: None,
                correction: None,
                photos: Vec::new(),
                name: format!("Guest {number}"),
                email: String::new(),
            };
            let sender = CaseSender::Guest(code.clone());
            db.open_case(shop, &sender, &new, &keys(at))?.is_err()
        } else {
            let holder = CaseHolder::Code(code.clone());
            let message = NewMessage {
                draft: String::new(),
                text: text.clone(),
                photos: Vec::new(),
            };
            db.add_message(shop, &holder, &message, &keys(at))?.is_err()
        };
        if refused {
            return Err(StoreError::Corrupt("feedback_cases"));
        }
    }
    Ok(())
}

/// Says how many cases all figures are of, and the median of the microseconds.
async fn figures(store: &Store, shop: ShopId) -> Result<(), Box<dyn Error>> {
    let mut times: Vec<Duration> = Vec::new();
    let mut cases = 0;
    for _ in 0..SEARCHES {
        let shop = shop.clone();
        let begun = Instant::now();
        let counted = move |db: &mut Db| {
            let asked = FiguresAsked {
                until: i64::MAX,
                ..FiguresAsked::default()
            };
            let mut tally = CaseTally::default();
            for case in db.counted_cases(&shop, &asked)? {
                tally.add(&case.counts.unwrap_or_default());
            }
            Ok::<_, StoreError>(tally.figures().cases)
        };
        cases = store.read(counted).await?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    #[allow(
        clippy::print_stdout,
        reason = "whoever started this waits for the line"
    )]
    {
        println!("{cases}\t{}", times[times.len() / 2].as_micros());
    }
    Ok(())
}

/// Says what was searched for, how many cases the first page has, and the median of the microseconds.
async fn search(store: &Store, shop: ShopId) -> Result<(), Box<dyn Error>> {
    let staff = StaffId::from_digits(format!("{:032x}", 1)).map_err(|_| "no id")?;
    for asked in ASKED {
        let mut times: Vec<Duration> = Vec::new();
        let mut found = 0;
        for _ in 0..SEARCHES {
            let asked = CaseAsked {
                staff: staff.clone(),
                filter: CaseFilter {
                    view: CaseView::All,
                    kind: None,
                    owner: None,
                    tag: String::new(),
                    q: asked.to_owned(),
                },
                code: None,
                after: None,
                limit: 50,
            };
            let shop = shop.clone();
            let begun = Instant::now();
            let page = store
                .read(move |db: &mut Db| db.case_page(&shop, &asked))
                .await?;
            times.push(begun.elapsed());
            found = page.cases.len();
        }
        times.sort_unstable();
        #[allow(
            clippy::print_stdout,
            reason = "whoever started this waits for the lines"
        )]
        {
            println!("{asked}\t{found}\t{}", times[times.len() / 2].as_micros());
        }
    }
    Ok(())
}

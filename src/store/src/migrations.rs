//! The schema, and how a database gets it.

use crate::db::Sql;
use crate::ids::now;
use crate::{Backend, Db, Store, StoreError};

/// The schema, oldest first. A migration that has been released is never edited.
const MIGRATIONS: &[(&str, &str)] = &[
    (
        "catalogue and reviews",
        include_str!("../migrations/0001_catalogue_and_reviews.sql"),
    ),
    ("accounts", include_str!("../migrations/0002_accounts.sql")),
    ("orders", include_str!("../migrations/0003_orders.sql")),
    (
        "notifications",
        include_str!("../migrations/0004_notifications.sql"),
    ),
    ("login", include_str!("../migrations/0005_login.sql")),
    ("staff", include_str!("../migrations/0006_staff.sql")),
    ("profile", include_str!("../migrations/0007_profile.sql")),
    (
        "generations",
        include_str!("../migrations/0008_generations.sql"),
    ),
    (
        "departures",
        include_str!("../migrations/0009_departures.sql"),
    ),
    ("webhooks", include_str!("../migrations/0010_webhooks.sql")),
    (
        "open refunds",
        include_str!("../migrations/0011_open_refunds.sql"),
    ),
    ("outbox", include_str!("../migrations/0012_outbox.sql")),
    ("links", include_str!("../migrations/0013_links.sql")),
    (
        "partitioned",
        include_str!("../migrations/0014_partitioned.sql"),
    ),
    ("passkeys", include_str!("../migrations/0015_passkeys.sql")),
    (
        "review writing",
        include_str!("../migrations/0017_review_writing.sql"),
    ),
    (
        "review history",
        include_str!("../migrations/0020_review_history.sql"),
    ),
    (
        "review requests",
        include_str!("../migrations/0021_review_requests.sql"),
    ),
    (
        "review photos",
        include_str!("../migrations/0018_review_photos.sql"),
    ),
    (
        "review holds",
        include_str!("../migrations/0019_review_holds.sql"),
    ),
    (
        "review picks",
        include_str!("../migrations/0024_review_picks.sql"),
    ),
    ("review pictures", ""),
    (
        "feedback cases",
        include_str!("../migrations/0025_feedback.sql"),
    ),
    (
        "wishlists",
        include_str!("../migrations/0022_wishlists.sql"),
    ),
    (
        "wishlist sharing",
        include_str!("../migrations/0023_wishlist_sharing.sql"),
    ),
    (
        "audit by programs",
        include_str!("../migrations/0039_audit_by_programs.sql"),
    ),
    (
        "review labels",
        include_str!("../migrations/0035_review_labels.sql"),
    ),
    (
        "filed votes",
        include_str!("../migrations/0036_filed_votes.sql"),
    ),
    (
        "wishlist occasions",
        include_str!("../migrations/0028_wishlist_occasions.sql"),
    ),
    (
        "wishlist gifts",
        include_str!("../migrations/0029_wishlist_gifts.sql"),
    ),
    (
        "wishlist editors",
        include_str!("../migrations/0030_wishlist_editors.sql"),
    ),
    ("offers", include_str!("../migrations/0031_offers.sql")),
    (
        "wish alerts",
        include_str!("../migrations/0032_wish_alerts.sql"),
    ),
    (
        "reading shelf",
        include_str!("../migrations/0033_shelf.sql"),
    ),
    (
        "wishes bought",
        include_str!("../migrations/0026_wishes_bought.sql"),
    ),
    ("points", include_str!("../migrations/0040_points.sql")),
    ("rewards", include_str!("../migrations/0041_rewards.sql")),
    ("tiers", include_str!("../migrations/0042_tiers.sql")),
    (
        "simulations",
        include_str!("../migrations/0046_simulations.sql"),
    ),
    (
        "points pending",
        include_str!("../migrations/0044_points_pending.sql"),
    ),
    (
        "feedback inbox",
        include_str!("../migrations/0047_feedback_inbox.sql"),
    ),
    (
        "feedback handed over",
        include_str!("../migrations/0048_feedback_handed_over.sql"),
    ),
    (
        "birthdays",
        include_str!("../migrations/0050_birthdays.sql"),
    ),
    (
        "review points",
        include_str!("../migrations/0051_review_points.sql"),
    ),
    (
        "categories",
        include_str!("../migrations/0052_categories.sql"),
    ),
    ("faq", include_str!("../migrations/0053_faq.sql")),
    (
        "feedback readers",
        include_str!("../migrations/0054_feedback_readers.sql"),
    ),
    (
        "feedback clocks",
        include_str!("../migrations/0055_feedback_clocks.sql"),
    ),
    (
        "feedback refunds",
        include_str!("../migrations/0056_feedback_refunds.sql"),
    ),
    (
        "feedback satisfaction",
        include_str!("../migrations/0057_feedback_satisfaction.sql"),
    ),
    ("surveys", include_str!("../migrations/0058_surveys.sql")),
    ("nps", include_str!("../migrations/0059_nps.sql")),
    (
        "canned answers",
        include_str!("../migrations/0060_canned_answers.sql"),
    ),
    (
        "case links",
        include_str!("../migrations/0061_case_links.sql"),
    ),
    (
        "referrals",
        include_str!("../migrations/0062_referrals.sql"),
    ),
    (
        "feedback figures",
        include_str!("../migrations/0063_feedback_figures.sql"),
    ),
    (
        "order categories",
        include_str!("../migrations/0064_order_categories.sql"),
    ),
    (
        "rules with referrals",
        include_str!("../migrations/0065_rules_with_referrals.sql"),
    ),
    (
        "customer words",
        include_str!("../migrations/0066_customer_words.sql"),
    ),
    (
        "coupons at tills",
        include_str!("../migrations/0067_coupons_at_tills.sql"),
    ),
    (
        "linked orders",
        include_str!("../migrations/0068_linked_orders.sql"),
    ),
];

/// What belongs to the migration of that name and has to be said to each database in its own words: triggers, and what
/// SQLite cannot change.
const IN_OWN_WORDS: [(&str, OwnWords); 9] = [
    (
        "staff",
        OwnWords {
            sqlite: include_str!("../migrations/0006_staff.sqlite.sql"),
            postgres: include_str!("../migrations/0006_staff.postgres.sql"),
        },
    ),
    (
        "review writing",
        OwnWords {
            sqlite: include_str!("../migrations/0017_review_writing.sqlite.sql"),
            postgres: include_str!("../migrations/0017_review_writing.postgres.sql"),
        },
    ),
    (
        "review holds",
        OwnWords {
            sqlite: include_str!("../migrations/0019_review_holds.sqlite.sql"),
            postgres: include_str!("../migrations/0019_review_holds.postgres.sql"),
        },
    ),
    (
        "review pictures",
        OwnWords {
            sqlite: include_str!("../migrations/0024_review_pictures.sqlite.sql"),
            postgres: include_str!("../migrations/0024_review_pictures.postgres.sql"),
        },
    ),
    (
        "points",
        OwnWords {
            sqlite: include_str!("../migrations/0040_points.sqlite.sql"),
            postgres: include_str!("../migrations/0040_points.postgres.sql"),
        },
    ),
    (
        "tiers",
        OwnWords {
            sqlite: include_str!("../migrations/0042_tiers.sqlite.sql"),
            postgres: include_str!("../migrations/0042_tiers.postgres.sql"),
        },
    ),
    (
        "feedback inbox",
        OwnWords {
            sqlite: include_str!("../migrations/0047_feedback_inbox.sqlite.sql"),
            postgres: include_str!("../migrations/0047_feedback_inbox.postgres.sql"),
        },
    ),
    (
        "case links",
        OwnWords {
            sqlite: include_str!("../migrations/0061_case_links.sqlite.sql"),
            postgres: include_str!("../migrations/0061_case_links.postgres.sql"),
        },
    ),
    (
        "customer words",
        OwnWords {
            sqlite: include_str!("../migrations/0066_customer_words.sqlite.sql"),
            postgres: include_str!("../migrations/0066_customer_words.postgres.sql"),
        },
    ),
];

struct OwnWords {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Store {
    /// Brings the schema up to date, in one transaction. Doing it twice changes nothing, and instances
    /// that start together wait for each other.
    ///
    /// # Errors
    /// When a migration fails, or the database was migrated by a newer program; nothing has changed then.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.migrate_with(MIGRATIONS).await?;
        // What the database cannot do by itself.
        while self.write(Db::index_feedback).await? {}
        while self.write(Db::index_names).await? {}
        Ok(())
    }

    /// The same with what was there before the migration of that name only: so that a test can see what becomes of data that an
    /// older program has written.
    ///
    /// # Errors
    /// As [`Store::migrate`].
    pub async fn migrate_before(&self, name: &str) -> Result<(), StoreError> {
        let until = MIGRATIONS.iter().position(|(of, _)| *of == name);
        self.migrate_with(&MIGRATIONS[..until.unwrap_or(MIGRATIONS.len())])
            .await
    }

    async fn migrate_with(
        &self,
        migrations: &'static [(&'static str, &'static str)],
    ) -> Result<(), StoreError> {
        let backend = self.backend();
        self.write(move |db| {
            db.be_patient()?;
            db.lock(["migrations".to_owned()])?;
            db.batch(
                "CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY, \
                 name TEXT NOT NULL, applied_at BIGINT NOT NULL)",
            )?;
            let applied = applied(db)?;
            for (version, &(name, statements)) in (1_i64..).zip(migrations) {
                if version > applied {
                    db.batch(statements)?;
                    for (_, words) in IN_OWN_WORDS.iter().filter(|(of, _)| *of == name) {
                        db.batch(match backend {
                            Backend::Sqlite => words.sqlite,
                            Backend::Postgres => words.postgres,
                        })?;
                    }
                    Sql::new(
                        "INSERT INTO migrations (version, name, applied_at) VALUES ($1, $2, $3)",
                    )
                    .arg(version)
                    .arg(name)
                    .arg(now())
                    .run(db)?;
                }
            }
            Ok::<_, StoreError>(())
        })
        .await
    }

    /// Checks that the schema is the one that this program knows.
    ///
    /// # Errors
    /// [`StoreError::NotMigrated`] when a migration is missing, [`StoreError::Newer`] when there are more.
    pub async fn check_migrated(&self) -> Result<(), StoreError> {
        let applied = self.read(applied).await.map_err(|error| match error {
            StoreError::Refused(_) => StoreError::NotMigrated,
            error => error,
        })?;
        if applied < MIGRATIONS.len() as i64 {
            return Err(StoreError::NotMigrated);
        }
        Ok(())
    }
}

fn applied(db: &mut Db) -> Result<i64, StoreError> {
    let applied = Sql::new("SELECT COALESCE(MAX(version), 0) FROM migrations").value(db)?;
    let applied = applied.unwrap_or(0);
    if applied > MIGRATIONS.len() as i64 {
        return Err(StoreError::Newer);
    }
    Ok(applied)
}

//! One story, many settings: the macros that turn stories into tests.

/// Makes two tests of each named story: `sqlite::name` and `postgres::name`.
///
/// A story is a function in the same module, `async fn name(setup: Setup)`. One that is not named
/// here is dead code, which the compiler reports.
///
/// ```
/// # use bookplate_tests::{actors::Setup, stories};
/// stories!(a_new_shop_has_no_books);
///
/// async fn a_new_shop_has_no_books(setup: Setup) {
///     setup.shop("pk_demo", &["http://localhost:4401"]).await;
/// }
/// ```
#[macro_export]
macro_rules! stories {
    ($($story:ident),+ $(,)?) => {
        $crate::stories!(@on sqlite Sqlite $($story)+);
        $crate::stories!(@on postgres Postgres $($story)+);
    };
    (@on $module:ident $kind:ident $($story:ident)+) => {
        mod $module {
            use $crate::{actors::Setup, database::Kind};
            $(
                #[tokio::test]
                async fn $story() {
                    super::$story(Setup::new(Kind::$kind).await).await;
                }
            )+
        }
    };
}

/// Makes a test in each browser engine of each named story: `chromium::name`, `webkit::name`.
///
/// A story is a function in the same module, `async fn name(browser: Browser)`. When it fails, a
/// picture of the page and what it held are kept (see [`browser::run`](crate::browser::run)).
#[macro_export]
macro_rules! browser_stories {
    ($($story:ident),+ $(,)?) => {
        $crate::browser_stories!(@in chromium Chromium $($story)+);
        $crate::browser_stories!(@in webkit Webkit $($story)+);
    };
    (@in $module:ident $engine:ident $($story:ident)+) => {
        mod $module {
            use $crate::browser::{Engine, run};
            $(
                #[tokio::test]
                async fn $story() {
                    let name = concat!(module_path!(), "::", stringify!($story));
                    run(Engine::$engine, name, super::$story).await;
                }
            )+
        }
    };
}

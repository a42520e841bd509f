//! Stories told to the API, on both databases.

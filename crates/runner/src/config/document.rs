//! The text of a configuration with the place of every key and value in it.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::context::remedy;
use super::dates::numbered;
use super::error::ConfigError;
use super::faults::{explain, no_word};

/// A parsed file.
pub(super) struct Document<'t> {
    name: &'t str,
    text: &'t str,
    root: Spanned<DeValue<'t>>,
}

impl<'t> Document<'t> {
    /// Parses `text`, the content of the file `name`, without a byte-order mark.
    pub(super) fn parse(name: &'t str, text: &'t str) -> Result<Self, ConfigError> {
        let table = DeTable::parse(text).map_err(|error| explain(name, text, &error))?;
        let root = Spanned::new(table.span(), DeValue::Table(table.into_inner()));
        Ok(Self { name, text, root })
    }

    /// The content as the type `T`.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let numbered = numbered(self.text, &self.root());
        toml::from_str(&numbered).map_err(|error| {
            let told = no_word::<T>(self.name, (self.text, &numbered), &error)
                .unwrap_or_else(|| explain(self.name, self.text, &error));
            match remedy(&self.root(), &error) {
                Some(remedy) => told.help(remedy),
                None => told,
            }
        })
    }

    /// The place of the whole file.
    pub(super) fn root(&self) -> Place<'_> {
        Place { document: self, value: Some(self.root.get_ref()), span: 0..0, key: None }
    }

    /// What is typed at the bytes `span`.
    pub(super) fn typed(&self, span: &Range<usize>) -> Option<&str> {
        self.text.get(span.clone())
    }

    /// An error at the bytes `span`.
    pub(super) fn wrong(
        &self,
        span: Range<usize>,
        message: impl AsRef<str>,
        label: impl AsRef<str>,
    ) -> ConfigError {
        ConfigError::at(self.name, self.text, span, message, label)
    }
}

/// The place of a value in the file. A value that is not in the file has the place of the table
/// that would hold it.
#[derive(Clone)]
pub(super) struct Place<'d> {
    document: &'d Document<'d>,
    value: Option<&'d DeValue<'d>>,
    span: Range<usize>,
    key: Option<Range<usize>>,
}

impl<'d> Place<'d> {
    /// The place of the value of `key` in this table, or of the table itself if it has no such key.
    pub(super) fn get(&self, key: &str) -> Self {
        self.find(key).unwrap_or_else(|| Self { value: None, ..self.clone() })
    }

    /// The place of the value of `key` in this table, if it has one.
    pub(super) fn find(&self, key: &str) -> Option<Self> {
        let (name, value) =
            self.table()?.iter().find(|(name, _)| name.get_ref().as_ref() == key)?;
        Some(Self {
            document: self.document,
            value: Some(value.get_ref()),
            span: value.span(),
            key: Some(name.span()),
        })
    }

    /// The place of an element of this array.
    pub(super) fn at(&self, index: usize) -> Self {
        match self.value.and_then(DeValue::as_array).and_then(|array| array.get(index)) {
            Some(value) => Self {
                document: self.document,
                value: Some(value.get_ref()),
                span: value.span(),
                key: None,
            },
            None => Self { value: None, ..self.clone() },
        }
    }

    /// Whether the value is a table.
    pub(super) fn is_table(&self) -> bool {
        self.table().is_some()
    }

    /// The value, if it is text.
    pub(super) fn text(&self) -> Option<&'d str> {
        self.value.and_then(DeValue::as_str)
    }

    /// Whether the value is an array.
    pub(super) fn is_array(&self) -> bool {
        self.value.is_some_and(DeValue::is_array)
    }

    /// How many elements this array has; none if it is no array.
    pub(super) fn elements(&self) -> usize {
        self.value.and_then(DeValue::as_array).map_or(0, |array| array.len())
    }

    /// The keys of this table, in the order of the file.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'d str> {
        self.table().into_iter().flat_map(|table| table.keys().map(|key| key.get_ref().as_ref()))
    }

    /// Where the value is; for a table under a header, where its key is.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where the key of the value is, if it has one.
    pub(super) fn key_span(&self) -> Option<Range<usize>> {
        self.key.clone()
    }

    /// The document that this is a place of.
    pub(super) fn document(&self) -> &'d Document<'d> {
        self.document
    }

    /// An error at this value.
    pub(super) fn wrong(&self, message: impl AsRef<str>, label: impl AsRef<str>) -> ConfigError {
        self.document.wrong(self.span(), message, label)
    }

    /// An error at the key of this value.
    pub(super) fn wrong_key(
        &self,
        message: impl AsRef<str>,
        label: impl AsRef<str>,
    ) -> ConfigError {
        self.document.wrong(self.key.clone().unwrap_or(self.span()), message, label)
    }

    fn table(&self) -> Option<&'d DeTable<'d>> {
        self.value.and_then(DeValue::as_table)
    }
}

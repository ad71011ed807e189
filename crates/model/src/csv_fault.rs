//! What is wrong in a CSV table, and where.

/// The line of `table`, from 1, in which a record starts; lines end in LF, CRLF, or CR alone.
/// Without a position, it is the header's line.
///
/// The reader's own number is too low after CRLF and blank lines, whose ends it has yet to pass.
///
/// ```
/// let table = b"a,b\r\n\r\n1,2\r\n";
/// let mut reader = csv::Reader::from_reader(&table[..]);
/// let record = reader.records().next().unwrap()?;
/// assert_eq!(article5_model::csv_fault::line_of(table, record.position()), 3);
/// # Ok::<(), csv::Error>(())
/// ```
pub fn line_of(table: &[u8], position: Option<&csv::Position>) -> u64 {
    let Some(from) = position.and_then(|position| usize::try_from(position.byte()).ok()) else {
        return 1;
    };
    let content = |&byte: &u8| !matches!(byte, b'\r' | b'\n');
    let start = table.iter().skip(from).position(content).map_or(from, |ahead| from + ahead);
    let before = table.get(..start).unwrap_or(table);
    let next = before.iter().skip(1).chain([&b' ']);
    let ends_line = |pair: &(&u8, &u8)| match pair {
        (b'\n', _) => true,
        (b'\r', next) => **next != b'\n',
        _ => false,
    };
    1 + before.iter().zip(next).filter(ends_line).count() as u64
}

/// What the reader said, without the line.
///
/// ```
/// let mut reader = csv::Reader::from_reader(&b"a,b\n1\n"[..]);
/// let error = reader.records().next().unwrap().unwrap_err();
/// let said = article5_model::csv_fault::said(&error);
/// assert_eq!(said, "the row has 1 field, but the header has 2");
/// ```
pub fn said(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8 text".to_owned(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let fields = if *len == 1 { "field" } else { "fields" };
            format!("the row has {len} {fields}, but the header has {expected_len}")
        }
        csv::ErrorKind::Deserialize { err, .. } => err.kind().to_string(),
        _ => error.to_string(),
    }
}

/// What separates the columns in a header without commas, such as spreadsheets write where the
/// comma is the decimal mark.
///
/// ```
/// use article5_model::csv_fault::other_delimiter;
///
/// assert_eq!(other_delimiter("iso3;name"), Some("semicolons"));
/// assert_eq!(other_delimiter("iso3,name"), None);
/// ```
pub fn other_delimiter(header: &str) -> Option<&'static str> {
    let signs = [(';', "semicolons"), ('\t', "tabs")];
    let found = signs.into_iter().find(|(sign, _)| header.contains(*sign));
    found.filter(|_| !header.contains(',')).map(|(_, name)| name)
}

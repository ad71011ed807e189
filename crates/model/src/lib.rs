//! One replicate of the article5 model.

pub mod alliance;
pub mod observe;
pub mod parameters;
pub mod scenario;
pub mod washington;

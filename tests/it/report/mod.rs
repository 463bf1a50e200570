mod baseline;
mod formats;
mod hostile;
mod reading;
mod sample;
mod schema;
mod secrets;
mod terminal;

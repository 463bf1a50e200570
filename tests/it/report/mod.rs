mod sample;
mod schema;
mod terminal;

//! Judging what was observed: expectations, designs, monitors. No I/O.

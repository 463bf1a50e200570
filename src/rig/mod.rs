//! What makes a target run and suffer: processes, services, fault proxy, gates, controls.

//! Devices and the record service, without a window.
